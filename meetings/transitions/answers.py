"""Verbs on answers to the notice: 参加 or 请假, whether leave is granted, and asking once more whoever is silent."""

from dataclasses import replace
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from accounts.models import Entry
from governance.access import Standing
from governance.models import Person

from ..models import Attendance, Meeting
from .acting import NotAllowed, Stopped, begin, now, require_reason, write
from .presence import presence_of, rewrite
from .table import head_label

Status, Answer = Attendance.Status, Attendance.Answer


@transaction.atomic
def reply(
    meeting: Meeting, *, coming: bool, reason: str = "", person: Person | None = None, by: Standing
) -> Attendance:
    """A member says that they come, or asks for leave; they may change their mind. The clerk may enter it for them.

    Leave asked for counts in the dry run at once, and in the record when it is granted. That of the head needs
    nobody's grant. The same answer again changes nothing.
    """
    verb, meeting = begin("reply", meeting, by)
    who = person.pk if person else by.person_id
    if who != by.person_id and not by.clerk:
        raise NotAllowed("回执由本人填写，或由学校秘书代填。")
    row = _asked(meeting, who)
    reason = "" if coming else require_reason(reason, "请假")
    if len(reason) > 200:
        raise Stopped(f"请假事由最多 200 字，现有 {len(reason)} 字。请写短一些。")
    answer = Answer.COMING if coming else Answer.LEAVE
    on_leave = row.status == Status.LEAVE
    if (row.answer, row.answer_reason) == (answer, reason) and not (coming and on_leave):
        return row
    row.answer, row.answer_reason, row.answered_at = answer, reason, now()
    row.leave_granted = row.leave_decided_by = row.leave_decided_at = None
    own = not coming and by.person_id == who and by.heads(meeting.body)
    if own:
        row.leave_granted, row.leave_decided_by_id, row.leave_decided_at = True, who, now()
    _save(row)
    _expect_as(row, Status.LEAVE if own else Status.EXPECTED, reason if own else "", by)
    for_them = "代填" if who != by.person_id else ""
    write(
        verb, meeting, by, f"{for_them}{meeting.get_body_display()}回执：{answer.label}", person=who, attendance=row.pk,
        answer=str(answer), reason=reason, at=row.answered_at.isoformat(), granted=row.leave_granted,
    )  # fmt: skip
    return row


@transaction.atomic
def decide_leave(asked: Attendance, *, granted: bool, by: Standing) -> Attendance:
    """Leave granted stands as such, with its reason; refused, the member is expected as before."""
    verb, meeting = begin("decide_leave", asked.meeting, by)
    if asked.person_id == by.person_id and not by.heads(meeting.body):
        raise NotAllowed(f"自己的请假不能自己批，请{head_label(meeting.body)}批。")
    row = _asked(meeting, asked.person_id)
    if row.leave_granted is granted:
        return row
    if row.answer != Answer.LEAVE:
        raise Stopped("本人没有请假，或已改为参加，不用批。请刷新后再看。")
    if meeting.state != Meeting.State.CALLED and row.status not in (Status.EXPECTED, Status.LEAVE):
        raise Stopped(f"会上已经登记为“{row.get_status_display()}”，请假不再批。有误的请学校秘书改记。")
    row.leave_granted, row.leave_decided_by_id, row.leave_decided_at = granted, by.person_id, now()
    _save(row)
    _expect_as(row, Status.LEAVE if granted else Status.EXPECTED, row.answer_reason if granted else "", by)
    write(
        verb, meeting, by, f"{'准假' if granted else '不准假'}（{meeting.get_body_display()}）", person=row.person_id,
        attendance=row.pk, granted=granted, at=row.leave_decided_at.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def remind_silent(meeting: Meeting, *, by: Standing) -> int:
    """Ask whoever has not answered once more; gives how many. Once a day at most."""
    verb, meeting = begin("remind_silent", meeting, by)
    people = list(silent(meeting).values_list("person_id", flat=True))
    if not people:
        raise Stopped("成员都已回执，不用提醒。")
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    of_meeting = Entry.objects.filter(subject_kind="meeting", subject_id=meeting.pk, verb=verb.name, at__gte=today)
    if of_meeting.exists():
        raise Stopped("今天已经提醒过一次。明天可以再提醒，急的请打电话。")
    write(verb, meeting, by, f"提醒 {len(people)} 人回执（{meeting.get_body_display()}）", people=people)
    return len(people)


def silent(meeting: Meeting):
    """The members who have neither answered nor been put down as on leave."""
    return meeting.attendance.filter(role=Attendance.Role.MEMBER, answer="", status=Status.EXPECTED)


def forget_answers(meeting: Meeting, by: Standing) -> list[int]:
    """The meeting was moved: what was answered of the old time counts no longer. Gives whose answers those were."""
    answered = list(meeting.attendance.exclude(answer=""))
    for row in answered:
        if row.leave_granted:
            _expect_as(row, Status.EXPECTED, "", by)
        row.answer = row.answer_reason = ""
        row.answered_at = row.leave_granted = row.leave_decided_by = row.leave_decided_at = None
        _save(row)
    return [row.person_id for row in answered]


def _asked(meeting: Meeting, person: int | None) -> Attendance:
    row = meeting.attendance.select_for_update(of=("self",)).filter(person=person).first()
    if row is None or row.role != Attendance.Role.MEMBER:
        raise Stopped("这次会议只请班子成员回执，名单上没有这个人。")
    return row


def _save(row: Attendance) -> None:
    row.save(
        update_fields=[
            "answer", "answer_reason", "answered_at", "leave_granted", "leave_decided_by", "leave_decided_at",
        ]
    )  # fmt: skip


def _expect_as(row: Attendance, status: str, reason: str, by: Standing) -> None:
    """On leave, or expected again; what the clerk wrote down of the meeting itself stays."""
    before = presence_of(row.meeting, row.person_id)
    if before.status in (Status.EXPECTED, Status.LEAVE):
        rewrite(row.meeting, row.person_id, replace(before, status=status, leave_reason=reason), by=by)
