"""What follows from answers to a notice: the chair is asked for leave, the member is told, the clerk is warned in time."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.models import Entry, Notice

from .dry_run import Foreseen, expected, foreseen
from .facts import load
from .models import Attendance, Meeting
from .notices import Offices, accounts_of, link, sitting_name, stamp, tell, to_each
from .transitions.answers import silent


def _meeting(entry: Entry, now: datetime) -> Meeting | None:
    """The meeting of the line, while it is still ahead."""
    meeting = Meeting.objects.select_related("school").get(pk=entry.subject_id)
    return meeting if meeting.state == Meeting.State.CALLED and meeting.starts_at > now else None


def _notices(meeting: Meeting, accounts: Iterable[int], **more) -> list[Notice]:
    at = link("meeting", meeting.school, pk=meeting.pk)
    return to_each(accounts, school=meeting.school, url=at, expires_at=meeting.starts_at, **more)


def ask_the_chair(entry: Entry, now: datetime) -> None:
    meeting = _meeting(entry, now)
    row = Attendance.objects.select_related("person").get(pk=entry.facts["attendance"]) if meeting else None
    if meeting is None or row is None or row.answer != Attendance.Answer.LEAVE or row.leave_granted is not None:
        return
    day = timezone.localdate(now)
    chairs = set(Offices.of([meeting.school_id], day).heads[meeting.school_id, meeting.body])
    if meeting.delegation_receiver_id == meeting.chair_id:
        chairs |= set(accounts_of([meeting.chair_id], day).values())
    asked = _notices(
        meeting,
        chairs - {entry.actor_id},
        key=f"leave/{row.pk}/{stamp(row.answered_at)}",
        kind="leave_asked",
        title=f"请假待批：{sitting_name(meeting)}",
        body=f"{row.person.name}请假，事由见会议页。准假或不准，一点即可。",
    )
    tell(asked)


def tell_who_asked(entry: Entry, now: datetime) -> None:
    meeting = _meeting(entry, now)
    row = Attendance.objects.get(pk=entry.facts["attendance"]) if meeting else None
    if meeting is None or row is None or row.leave_granted is None or not row.leave_decided_at:
        return
    tell(
        _notices(
            meeting,
            set(accounts_of([row.person_id], timezone.localdate(now)).values()) - {entry.actor_id},
            key=f"leave/{row.pk}/decided/{stamp(row.leave_decided_at)}",
            kind="leave_decided",
            title=f"{'已准假' if row.leave_granted else '请假未准，请按时参加'}：{sitting_name(meeting)}",
            body="" if row.leave_granted else "确实不能参加的，请与主持人联系。",
        )
    )


def warn_of_quorum(entry: Entry, now: datetime) -> None:
    """The clerk learns which items can come to nothing with those who are still expected, and who would save them."""
    meeting = _meeting(entry, now)
    if meeting is None:
        return
    loaded = load(meeting.school, Meeting.objects.filter(pk=meeting.pk))
    at_risk = {no: one for no, one in foreseen(loaded, meeting.pk).items() if one.at_risk}
    if not at_risk:
        return
    coming = sorted(expected(loaded, meeting.pk))
    mark = hashlib.sha256(f"{sorted(at_risk)} {coming}".encode()).hexdigest()[:12]
    clerks = Offices.of([meeting.school_id], timezone.localdate(now)).clerks[meeting.school_id]
    tell(
        _notices(
            meeting,
            clerks,
            key=f"meeting/{meeting.pk}/risk/{stamp(meeting.starts_at)}/{mark}",
            kind="quorum_at_risk",
            title=f"按回执有 {len(at_risk)} 项可能议不成：{sitting_name(meeting)}",
            body="；".join(said_of(at_risk)) + "。",
        )
    )


def said_of(at_risk: dict[int, Foreseen]) -> list[str]:
    """Items that can come to nothing for the same reason are said together."""
    together: dict[str, list[int]] = {}
    for no, one in sorted(at_risk.items()):
        together.setdefault(one.who_would_save_it, []).append(no)
    return [f"第 {'、'.join(map(str, numbers))} 项{words}" for words, numbers in together.items()]


def ask_again(entry: Entry, now: datetime) -> None:
    meeting = _meeting(entry, now)
    if meeting is None:
        return
    still = silent(meeting).filter(person__in=entry.facts["people"]).values_list("person_id", flat=True)
    tell(
        _notices(
            meeting,
            accounts_of(still, timezone.localdate(now)).values(),
            key=f"meeting/{meeting.pk}/reply/{entry.pk}",
            kind="reply_wanted",
            title=f"请回执：{sitting_name(meeting)}",
            body="参加还是请假，请点开回复。",
        )
    )


ANSWER_ERRANDS = {
    "reply": (ask_the_chair, warn_of_quorum),
    "decide_leave": (tell_who_asked, warn_of_quorum),
    "remind_silent": (ask_again,),
}
