"""What follows from an act: people are told, papers are made.

Errands bear repetition, and look at the records as they are now: after a day's sleep nobody is told of what is over.

Glossary
    errand   one thing that follows from a line of the journal
    told     what a person was last told of a meeting: the time and the place, kept in the key of the notice
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Entry, Notice
from accounts.templatetags.words import day, moment

from .answers_told import ANSWER_ERRANDS
from .changed import HOLD, TooFresh, ask_anew, tell_of_agenda
from .dossiers import judge_after_import
from .filing import tell_the_authority, tell_the_school
from .follow_up_errands import FOLLOW_UP_ERRANDS
from .models import Consultation, Correction, Item, Matter, Meeting, Signature
from .notices import (
    Offices,
    accounts_of,
    body_name,
    link,
    mark_of,
    meeting_notice,
    named,
    sitting_name,
    stamp,
    tell,
    to_each,
    told_key,
)
from .paper_errands import make_paper, tell_of_paper_style
from .rejudging import judge_anew
from .school_checks import LOOKED_AT, call_for_check

# What is asked of the other body by itself: the decision, the deployment.
GOES_ON = (Item.Outcome.REFERRED, Item.Outcome.PASSED, Item.Outcome.PRINCIPAL_DECIDED)

Errand = Callable[[Entry, datetime], None]
Errands = dict[str, tuple[Errand, ...]]


# before the meeting


def ask_the_two(entry: Entry, now: datetime) -> None:
    consultation = _consultation(entry)
    if consultation.at or consultation.matter.state not in (Matter.State.PROPOSED, Matter.State.HELD):
        return
    renewing = entry.facts.get("renews")
    if renewing and now - entry.at < HOLD:
        raise TooFresh  # the text may change again, and another request take the place of this one
    people = consultation.consulted.filter(answered_at=None).values_list("person_id", flat=True)
    _tell(
        entry,
        accounts_of(people, _today(now)).values(),
        key=f"consultation/{consultation.pk}",
        kind="consultation",
        title="会前沟通：方案有改动，请您重新确认" if renewing else "会前沟通：请您答复",
        body=f"就{named(consultation.matter)}征求您的意见：一致、无重大分歧或有分歧。",
        url=link("answer", entry.organisation, pk=consultation.pk),
    )


def tell_of_divergence(entry: Entry, now: datetime) -> None:
    if entry.facts["outcome"] != Consultation.Outcome.DIVERGENT:
        return
    consultation = _consultation(entry)
    matter = consultation.matter
    if matter.state != Matter.State.HELD:
        return
    asked = consultation.consulted.values_list("person_id", flat=True)
    _tell(
        entry,
        _authors(matter, now).union(accounts_of(asked, _today(now)).values()) - {entry.actor_id},
        key=f"consultation/{consultation.pk}/divergent",
        kind="divergence",
        title="会前沟通有分歧，暂缓上会",
        body=f"{named(matter)}须再行沟通，意见一致或无重大分歧后再上会。",
        url=link("matter", entry.organisation, pk=matter.pk),
    )


def tell_what_can_be_confirmed(entry: Entry, now: datetime) -> None:
    """The head of a body learns that an item waits for them, once the two heads have consulted."""
    if entry.verb == "settle" and entry.facts["outcome"] not in GOES_ON:
        return
    matter = (
        Item.objects.select_related("matter").get(pk=entry.subject_id).matter
        if entry.subject_kind == "item"
        else Matter.objects.get(pk=entry.subject_id)
    )
    if matter.state not in (Matter.State.PROPOSED, Matter.State.DECIDED):
        return
    if matter.consultations.filter(at=None).exists():
        return
    offices = Offices.of([matter.school_id], _today(now))
    for item in matter.items.filter(meeting=None, state=Item.State.WAITING):
        _tell(
            entry,
            offices.heads[matter.school_id, item.body],
            key=f"item/{item.pk}/waiting",
            kind="item_waiting",
            title=f"{body_name(item.body)}有议题等您确认",
            body=f"{named(matter)}提请上会：确认、退回或暂缓。",
            url=link("agenda", entry.organisation),
        )


def tell_the_clerk(entry: Entry, now: datetime) -> None:
    item = Item.objects.select_related("matter").get(pk=entry.subject_id)
    if item.state != Item.State.CONFIRMED or item.meeting_id:
        return
    offices = Offices.of([entry.organisation_id], _today(now))
    _tell(
        entry,
        offices.clerks[entry.organisation_id] - {entry.actor_id},
        key=f"item/{item.pk}/confirmed/{entry.pk}",
        kind="item_confirmed",
        title="议题已确认，可以列入议程",
        body=f"{named(item.matter)}已同意提交{body_name(item.body)}。",
        url=link("matter", entry.organisation, pk=item.matter_id),
        mail_due=False,  # ten in five minutes are ten lines in the bell, and no ten mails
    )


def tell_the_proposer(entry: Entry, now: datetime) -> None:
    item = Item.objects.select_related("matter").get(pk=entry.subject_id)
    said = {
        "send_back": (Item.State.RETURNED, "议题已退回", "修改后可以再次申报"),
        "postpone": (Item.State.POSTPONED, "议题暂缓上会", "仍在待确认之列"),
    }
    state, title, then = said[entry.verb]
    if item.state != state:
        return
    matter = item.matter
    _tell(
        entry,
        _authors(matter, now) - {entry.actor_id},
        key=f"item/{item.pk}/{entry.verb}/{entry.pk}",
        kind=f"item_{state}",
        title=title,
        body=f"{named(matter)}：理由见议题页，{then}。",
        url=link("matter", entry.organisation, pk=matter.pk),
    )


# the meeting


def tell_of_meeting(entry: Entry, now: datetime) -> None:
    """The notice of a meeting to whoever has not heard of it, also if asked to come only later; and its correction,
    to whoever was last told another time or place."""
    if _replaced(entry) or (entry.verb == "reschedule" and not entry.facts["noticed"]):
        return
    # Two workers with two lines about one meeting go one after the other, so that nobody is told twice.
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=entry.subject_id)
    if meeting.state != Meeting.State.CALLED or meeting.starts_at <= now:
        return
    if entry.verb == "reschedule" and now - entry.at < HOLD:
        raise TooFresh
    told, mark = _told(meeting), mark_of(meeting)
    expected = set(_expected(meeting, now)) - {entry.actor_id}
    unheard = {account for account in expected if account not in told}
    misled = {account for account in expected - unheard if told[account] != mark}
    if entry.verb == "set_agenda":
        misled = set()  # the correction follows from its own line, when that is old enough
    tell(
        [
            *meeting_notice(meeting, unheard, line=entry.pk),
            *meeting_notice(meeting, misled, line=entry.pk, corrects=True),
        ]
    )


def tell_of_cancelling(entry: Entry, now: datetime) -> None:
    """Whoever was told of the meeting is told that it will not be."""
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=entry.subject_id)
    if meeting.starts_at <= now:
        return
    _tell(
        entry,
        set(_told(meeting)) - {entry.actor_id},
        key=f"meeting/{meeting.pk}/cancelled",
        kind="meeting_cancelled",
        title=f"会议取消：{moment(meeting.starts_at)} {body_name(meeting.body)}",
        body="原通知作废，议题留待以后的会议。",
        url=link("meeting", entry.organisation, pk=meeting.pk),
        expires_at=meeting.starts_at,
    )


def _tell(entry: Entry, accounts: Iterable[int], **more) -> None:
    tell(to_each(accounts, school=entry.organisation, **more))


def _replaced(entry: Entry) -> bool:
    """Whether a later line says where and when, or that the meeting will not be."""
    return Entry.objects.filter(
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        verb__in=("call", "reschedule", "cancel"),
        pk__gt=entry.pk,
    ).exists()


def _told(meeting: Meeting) -> dict[int, str]:
    """By account, the mark of the time and place that the person was last told."""
    of_school = Notice.objects.filter(
        recipient__people__school=meeting.school_id, key__startswith=told_key(meeting.pk)
    ).order_by("pk")
    return {account: key.rpartition("/")[2] for account, key in of_school.values_list("recipient_id", "key")}


def _expected(meeting: Meeting, now: datetime) -> Iterable[int]:
    return accounts_of(meeting.attendance.values_list("person_id", flat=True), _today(now)).values()


# after the meeting


def ask_for_signatures(entry: Entry, now: datetime) -> None:
    meeting = Meeting.objects.get(pk=entry.subject_id)
    if meeting.state != Meeting.State.COMPLETED:
        return
    signed = set(meeting.signatures.filter(voided_at=None).values_list("person_id", flat=True))
    _tell(
        entry,
        set(accounts_of({meeting.chair_id, meeting.recorder_id} - signed, _today(now)).values()) - {entry.actor_id},
        key=f"meeting/{meeting.pk}/sign/{_completed(meeting)}",
        kind="sign",
        title=f"请在会议记录上签字：{sitting_name(meeting)}",
        body="记录已经完成，由主持人、记录人阅看并签字。",
        url=link("record", entry.organisation, pk=meeting.pk),
    )


def tell_the_signers(entry: Entry, now: datetime) -> None:
    meeting = Meeting.objects.get(pk=entry.subject_id)
    clerks = Offices.of([entry.organisation_id], _today(now)).clerks[entry.organisation_id]
    voided = Signature.objects.filter(meeting=meeting, voided_at__isnull=False).values_list("person_id", flat=True)
    _tell(
        entry,
        clerks.union(accounts_of(voided, _today(now)).values()) - {entry.actor_id},
        key=f"meeting/{meeting.pk}/reopened/{entry.pk}",
        kind="reopened",
        title=f"会议记录退回修改：{sitting_name(meeting)}",
        body="原来的签字不再有效，修改完成后须重新签字。",
        url=link("record", entry.organisation, pk=meeting.pk),
    )


def ask_for_issuing(entry: Entry, now: datetime) -> None:
    meeting = Meeting.objects.get(pk=entry.subject_id)
    if meeting.state != Meeting.State.SIGNED:
        return
    offices = Offices.of([entry.organisation_id], _today(now))
    _tell(
        entry,
        offices.heads[entry.organisation_id, meeting.body] - {entry.actor_id},
        key=f"meeting/{meeting.pk}/issue/{_completed(meeting)}",
        kind="issue",
        title=f"请签发会议纪要：{sitting_name(meeting)}",
        body="主持人、记录人均已签字。",
        url=link("minutes", entry.organisation, pk=meeting.pk),
    )


def hand_out_tasks(entry: Entry, now: datetime) -> None:
    """Everybody who was there learns that the minutes are out; who has something to carry out, by when."""
    meeting = Meeting.objects.get(pk=entry.subject_id)
    notices = to_each(
        set(_expected(meeting, now)) - {entry.actor_id},
        school=entry.organisation,
        key=f"meeting/{meeting.pk}/issued",
        kind="issued",
        title=f"会议纪要已签发：{sitting_name(meeting)}",
        url=link("document_page", entry.organisation, pk=entry.facts["document"]),
        mail_due=False,
    )
    items = meeting.items.filter(due__isnull=False, done_on=None).select_related("matter")
    for item in items.prefetch_related("responsible"):
        notices += to_each(
            accounts_of((person.pk for person in item.responsible.all()), _today(now)).values(),
            school=entry.organisation,
            key=f"item/{item.pk}/task/{item.due}",
            kind="task",
            title=f"请您落实一项会议决定，{day(item.due)}前办结",
            body=f"{named(item.matter)}，{sitting_name(meeting)}议定。",
            url=link("follow_up", entry.organisation, pk=item.pk),
        )
    tell(notices)


def ask_for_the_correction(entry: Entry, now: datetime) -> None:
    """The head of the body and whoever chaired are asked to sign what was entered."""
    correction = Correction.objects.select_related("meeting").get(pk=entry.facts["correction"])
    if correction.signed_at or correction.dropped_at:
        return
    meeting = correction.meeting
    offices = Offices.of([entry.organisation_id], _today(now))
    chair = accounts_of([meeting.chair_id] if meeting.chair_id else [], _today(now)).values()
    _tell(
        entry,
        offices.heads[entry.organisation_id, meeting.body].union(chair) - {entry.actor_id},
        key=f"correction/{correction.pk}",
        kind="correction",
        title=f"请签字：更正{sitting_name(meeting)}记录",
        body=f"更正 {correction.no}：{correction.label}。签字后生效，原记录照旧保存。",
        url=f"{link('record', entry.organisation, pk=meeting.pk)}#correction-{correction.no}",
    )


def tell_of_correction(entry: Entry, now: datetime) -> None:
    """Whoever learned what the minutes say learns that the record says otherwise now."""
    correction = Correction.objects.select_related("meeting").get(pk=entry.facts["correction"])
    clerks = Offices.of([entry.organisation_id], _today(now)).clerks[entry.organisation_id]
    paper = entry.facts["document"]
    _tell(
        entry,
        clerks.union(_expected(correction.meeting, now)) - {entry.actor_id},
        key=f"correction/{correction.pk}/signed",
        kind="corrected",
        title=f"会议记录有更正：{sitting_name(correction.meeting)}",
        body=f"更正 {correction.no}：{correction.label}。",
        url=link("document_page", entry.organisation, pk=paper)
        if paper
        else link("record", entry.organisation, pk=correction.meeting_id),
        mail_due=False,
    )


def _today(now: datetime) -> date:
    return timezone.localdate(now)


def _authors(matter: Matter, now: datetime) -> set[int]:
    """Who brought a matter: the proposer, the leader in charge, and the clerk who may have typed it for them."""
    people = accounts_of((matter.proposer_id, matter.owner_id), _today(now))
    return {*people.values(), *Offices.of([matter.school_id], _today(now)).clerks[matter.school_id]}


def _completed(meeting: Meeting) -> str:
    """Each completion asks anew for signatures and for the head."""
    return stamp(meeting.record_completed_at or meeting.starts_at)


def _consultation(entry: Entry) -> Consultation:
    return Consultation.objects.select_related("matter").get(pk=entry.facts["consultation"])


ERRANDS: Errands = {
    **FOLLOW_UP_ERRANDS,
    **ANSWER_ERRANDS,
    "propose": (tell_what_can_be_confirmed,),
    "request": (tell_what_can_be_confirmed,),
    "consult": (tell_what_can_be_confirmed,),
    "confirm_anew": (tell_what_can_be_confirmed,),
    "revise": (ask_anew,),
    "ask_heads": (ask_the_two,),
    "answer": (tell_of_divergence, tell_what_can_be_confirmed),
    "confirm": (tell_the_clerk,),
    "send_back": (tell_the_proposer,),
    "postpone": (tell_the_proposer,),
    "call": (tell_of_meeting,),
    "reschedule": (tell_of_meeting,),
    "set_agenda": (tell_of_meeting, tell_of_agenda),
    "cancel": (tell_of_cancelling,),
    "settle": (tell_what_can_be_confirmed,),
    "complete": (ask_for_signatures,),
    "reopen": (tell_the_signers,),
    "sign": (ask_for_issuing,),
    "issue": (hand_out_tasks,),
    "correct": (ask_for_the_correction,),
    "sign_correction": (tell_of_correction,),
    "submit_procedure": (tell_the_authority,),
    "return_procedure": (tell_the_school,),
    "file_procedure": (tell_the_school,),
    "set_paper_style": (tell_of_paper_style,),
    "rejudge": (),
    "import_records": (),
}
for _verb in LOOKED_AT:
    ERRANDS[_verb] = (*ERRANDS.get(_verb, ()), call_for_check)
# What takes long comes last: papers, and judging what came or a school anew.
PAPERS: Errands = {
    "issue": (hand_out_tasks, make_paper),
    "sign_correction": (tell_of_correction, make_paper),
    "issue_paper": (make_paper,),
    "rejudge": (judge_anew,),
    "import_records": (judge_after_import,),
}
