"""Scenes that several tests begin from. Each is made by the verbs, as the people would."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from governance.access import Standing, school_for
from governance.models import Body
from meetings import transitions as verbs
from meetings.models import Item, Matter, Meeting


def acting(who, school=None) -> Standing:
    """A person of the cast, as they stand in their school today."""
    user = who if isinstance(who, User) else who.user
    return school_for(user, (school or who.school).code, records=False)


def draft(cast, *, category="D13", title="教师师德师风建设年活动方案", **more) -> Matter:
    given = {"proposal": "拟开展为期一年的师德师风建设活动。", "proposer": cast.li, "owner": cast.li} | more
    return Matter.objects.create(school=cast.school, title=title, category=category, created_by=cast.li.user, **given)


def proposed(cast, **more) -> Matter:
    return verbs.propose(draft(cast, **more), by=acting(cast.li))


def agreed(cast, **more) -> Matter:
    """Proposed, and the secretary and the principal have consulted."""
    matter = proposed(cast, **more)
    consultation = matter.consultations.get(kind="secretary_principal")
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    verbs.answer(consultation, outcome="agreed", by=acting(cast.qian))
    return Matter.objects.get(pk=matter.pk)


def rewritten(cast, matter: Matter, *, by: Standing | None = None, **text) -> Matter:
    """The text is saved as the form does, and whoever was asked about the former one is asked anew."""
    with transaction.atomic():
        before, matter = Matter.objects.get(pk=matter.pk), verbs.hold(matter)
        for name, value in text.items():
            setattr(matter, name, value)
        matter.save()
        return verbs.text_changed(matter, before=before, by=by or acting(cast.zheng))


def confirmed(cast, **more) -> Item:
    matter = agreed(cast, **more)
    item = matter.items.get()
    head = cast.zhao if item.body == Body.PARTY else cast.qian
    return verbs.confirm(item, by=acting(head))


def called(cast, *items: Item, body=Body.PARTY, hours=72) -> Meeting:
    clerk = acting(cast.zheng)
    meeting = verbs.plan(
        cast.school, body=body, starts_at=timezone.now() + timedelta(hours=hours), place="第一会议室", by=clerk
    )
    verbs.set_agenda(meeting, [item.pk for item in items], by=clerk)
    return verbs.call(meeting, by=clerk)


def opened(cast, *items: Item, body=Body.PARTY) -> Meeting:
    return verbs.open_meeting(called(cast, *items, body=body, hours=1), by=acting(cast.zheng))


def mark(cast, meeting: Meeting, status: str, *people) -> None:
    for person in people:
        verbs.note(meeting, f"attendance/{person.pk}/status", status, base=None, by=acting(cast.zheng))


def say(cast, item: Item, person, stance="agree", *, order, text="同意。") -> None:
    for name, value in (("stance", stance), ("order", str(order)), ("text", text)):
        verbs.note(item.meeting, f"opinion/{item.pk}/{person.pk}/{name}", value, base=None, by=acting(cast.zheng))


def vote(cast, item: Item, *, agree=0, token=None, **more):
    more.setdefault("reason", "会上如此宣布。" if more.get("outcome") else "")
    counts = {"agree": agree} | {k: more.pop(k) for k in ("disagree", "abstain", "defer") if k in more}
    return verbs.vote(
        item, method="show_of_hands", counts=counts, token=token or uuid.uuid4(), by=acting(cast.zheng), **more
    )


def decided(cast, item: Item, text="同意实施。") -> Item:
    clerk = acting(cast.zheng)
    due = timezone.localdate() + timedelta(days=30)
    for name, value in (("decision_text", text), ("due", due.isoformat()), ("responsible", str(cast.li.pk))):
        verbs.note(item.meeting, f"item/{item.pk}/{name}", value, base=None, by=clerk)
    return verbs.settle(Item.objects.get(pk=item.pk), by=clerk)


def signed(cast, meeting: Meeting) -> Meeting:
    from meetings.facts import load

    clerk = acting(cast.zheng)
    verbs.end(meeting, by=clerk)
    verbs.complete(meeting, by=clerk)
    digest = verbs.record_digest(load(cast.school, Meeting.objects.filter(pk=meeting.pk)), meeting.pk)
    for signer in (cast.zhao if meeting.body == Body.PARTY else cast.qian, cast.zheng):
        verbs.sign(meeting, digest=digest, by=acting(signer))
    return Meeting.objects.get(pk=meeting.pk)


def issued_with_the_chair_first(cast) -> Meeting:
    """A party meeting with four of five present, where the secretary spoke first: one warning, no block."""
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    mark(cast, meeting, "leave", cast.wu)
    item = Item.objects.get(pk=item.pk)
    for order, person in enumerate((cast.zhao, cast.sun, cast.qian, cast.li), start=1):
        say(cast, item, person, order=order)
    vote(cast, item, agree=4)
    decided(cast, item)
    verbs.issue(signed(cast, meeting), by=acting(cast.zhao))
    return meeting
