"""What follows from an act on a decision that is being carried out: whoever has to answer is told, and whoever asked."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Entry
from accounts.templatetags.words import day

from .carriers import carriers_of
from .models import Extension, Item, Meeting
from .notices import Offices, accounts_of, body_name, link, named, tell, to_each


def ask_to_close(entry: Entry, now: datetime) -> None:
    item = _item(entry)
    if item.done_on is None or item.closed_at:
        return
    _tell_the_head(
        entry,
        item,
        now,
        key=f"item/{item.pk}/close/{entry.pk}",
        kind="follow_up_done",
        title=f"{body_name(item.body)}的决定已反馈办结，请您销号",
        body=f"{named(item.matter)}：同意的销号，不同意的退回再办。",
    )


def ask_for_a_later_date(entry: Entry, now: datetime) -> None:
    extension, item = Extension.objects.get(pk=entry.facts["extension"]), _item(entry)
    if extension.granted is not None or item.done_on:
        return
    _tell_the_head(
        entry,
        item,
        now,
        key=f"extension/{extension.pk}/asked",
        kind="extension_asked",
        title=f"申请延期至{day(extension.until)}，请您批复",
        body=f"{named(item.matter)}，现在的时限是{day(item.due)}。",
    )


def tell_of_the_answer(entry: Entry, now: datetime) -> None:
    """Those who carry it out learn what the head said."""
    item = _item(entry)
    granted = entry.facts.get("granted")
    said = {
        "close_follow_up": "督办已销号",
        "send_back_report": "督办退回再办，理由见督办页",
        "reopen_follow_up": "督办恢复办理，理由见督办页",
        "decide_extension": f"同意延期至{day(item.due)}" if granted else "没有同意延期，理由见督办页",
    }
    people = accounts_of(carriers_of([item.pk])[item.pk], timezone.localdate(now)).values()
    tell(
        to_each(
            set(people) - {entry.actor_id},
            school=entry.organisation,
            key=f"item/{item.pk}/{entry.verb}/{entry.pk}",
            kind=entry.verb,
            title=said[entry.verb],
            body=f"{named(item.matter)}。",
            url=link("follow_up", entry.organisation, pk=item.pk),
            mail_due=entry.verb != "close_follow_up",  # nothing is to be done about it
        )
    )


def _tell_the_head(entry: Entry, item: Item, now: datetime, **more) -> None:
    if item.meeting and item.meeting.state not in Meeting.SEALED:
        return  # it cannot be closed before the minutes are out; the head's list says when it can
    heads = Offices.of([entry.organisation_id], timezone.localdate(now)).heads[entry.organisation_id, item.body]
    url = link("follow_up", entry.organisation, pk=item.pk)
    tell(to_each(heads - {entry.actor_id}, school=entry.organisation, url=url, **more))


def _item(entry: Entry) -> Item:
    return Item.objects.select_related("matter", "meeting").get(pk=entry.subject_id)


FOLLOW_UP_ERRANDS = {
    "report_done": (ask_to_close,),
    "ask_extension": (ask_for_a_later_date,),
    "close_follow_up": (tell_of_the_answer,),
    "send_back_report": (tell_of_the_answer,),
    "reopen_follow_up": (tell_of_the_answer,),
    "decide_extension": (tell_of_the_answer,),
}
