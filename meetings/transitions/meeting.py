"""Verbs on a meeting as a whole: plan, call, move, cancel, open, end."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from governance.access import Standing
from governance.models import Person
from governance.rules.engine import judge_meeting
from governance.rules.facts import day_of
from governance.rules.ruling import Finding

from ..facts import Load, day_facts, load
from ..models import Attendance, Item, Meeting
from .acting import NotAllowed, Refused, Stopped, begin, blockers, now, require_reason, write
from .answers import forget_answers
from .table import VERBS, clerk
from .versions import facts_of, keep_version
from .voting import sitting_of

OPENS_BEFORE = timedelta(hours=2)  # how long before the noticed time the clerk may begin to write


def by_number(loaded: Load, meeting: Meeting) -> dict[int, Item]:
    return {item.no: item for item in loaded.items[meeting.pk]}


@transaction.atomic
def plan(
    school, *, body: str, starts_at: datetime, place: str, title: str = "", mode: str = "in_person", emergency: bool = False,
    observers: Iterable[Person] = (), by: Standing,
) -> Meeting:  # fmt: skip
    """A draft meeting, with the body's team of that day expected and the head in the chair."""
    if not clerk(by, school) or school.pk != by.organisation.pk:
        raise NotAllowed("会议由学校秘书召集登记。")
    day = day_of(starts_at)
    dossier = day_facts(school, day)
    team = dossier.team(body, day)
    if not team:
        raise Stopped("当天没有登记这一班子的成员，不能召开。请先在“班子”中登记任职。")
    head = dossier.head(body, day)
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                school=school, body=body, starts_at=starts_at, place=place.strip(), title=title.strip(), mode=mode,
                emergency=emergency, convener_id=head, chair_id=head, recorder_id=by.person_id, created_by=by.user,
            )  # fmt: skip
    except IntegrityError:
        raise Stopped("这一时间已有同一会议，请核对时间。") from None
    _expect(meeting, team, observers)
    write(
        VERBS["set_agenda"],
        meeting,
        by,
        f"筹备{meeting.get_body_display()}（{timezone.localtime(starts_at):%m-%d %H:%M}）",
        planned={
            "body": meeting.body,
            "starts_at": starts_at.isoformat(),
            "place": meeting.place,
            "title": meeting.title,
            "mode": meeting.mode,
            "emergency": meeting.emergency,
            "convener": head,
            "chair": head,
            "recorder": by.person_id,
        },
        roles=_roles(meeting),
    )
    return meeting


@transaction.atomic
def expect(meeting: Meeting, members: Iterable[int], observers: Iterable[Person] = (), *, by: Standing) -> None:
    """Who is expected. Once the notice is out, whoever is added is told of the meeting too: that follows from the
    journal line."""
    verb, meeting = begin("set_agenda", meeting, by)
    before = _roles(meeting)
    added = _expect(meeting, members, observers)
    roles = _roles(meeting)
    if roles != before:
        what = f"增加参会人员（{len(added)} 人）" if added else "更改参会人员"
        write(verb, meeting, by, f"{meeting.get_body_display()}{what}", roles=roles)


def _roles(meeting: Meeting) -> dict[str, str]:
    """Who is on the list and as what, as a line of the journal keeps it."""
    return {str(pk): role for pk, role in Attendance.objects.filter(meeting=meeting).values_list("person_id", "role")}


def _expect(meeting: Meeting, members: Iterable[int], observers: Iterable[Person]) -> set[int]:
    """Set the list of those expected, and give those who are new on it. People already marked keep what was written."""
    members = set(members)
    guests = {person.pk for person in observers} - members
    recorder = {meeting.recorder_id} - members - guests - {None}
    roles = dict.fromkeys(members, "member") | dict.fromkeys(guests, "observer") | dict.fromkeys(recorder, "recorder")
    known = {row.person_id: row for row in meeting.attendance.all()}
    Attendance.objects.filter(meeting=meeting, status="").exclude(person__in=roles).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, person_id=person, role=role)
        for person, role in roles.items()
        if person not in known
    )
    for person, role in roles.items():
        if person in known and known[person].role != role:
            Attendance.objects.filter(pk=known[person].pk).update(role=role)
    return roles.keys() - known.keys()


def next_number(meeting: Meeting) -> int:
    """Meetings of a body are numbered within the calendar year."""
    year = timezone.localtime(meeting.starts_at).year
    last = Meeting.objects.filter(school=meeting.school, body=meeting.body, starts_at__year=year).aggregate(
        n=Max("number")
    )["n"]
    return (last or 0) + 1


def before_calling(loaded: Load, meeting_id: int, at: datetime) -> list[Finding]:
    """What stands before the notice, item by item, if it went out at ``at``: what ``call`` refuses with."""
    sitting = replace(sitting_of(loaded, meeting_id), notice_sent_at=at)
    return judge_meeting(loaded.dossier, sitting, codes=VERBS["call"].rules, include_items=True)


@transaction.atomic
def call(meeting: Meeting, *, by: Standing) -> Meeting:
    """筹备 → 已通知: the notice goes out. Each item must have been confirmed by the head."""
    verb, meeting = begin("call", meeting, by)
    if meeting.starts_at <= now():
        raise Stopped("开始时间已过，不能再发通知。请先更改时间。")
    if not meeting.items.exists():
        raise Stopped("议程还没有议题。请先从已确认的议题中选入。")
    meeting.notice_sent_at = now()
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    standing = blockers(before_calling(loaded, meeting.pk, meeting.notice_sent_at))
    if standing:
        raise Refused(standing)
    # The school's row is the lock that keeps two meetings from taking one number.
    type(meeting.school).objects.select_for_update(no_key=True).get(pk=meeting.school_id)
    meeting.number = meeting.number or next_number(meeting)
    meeting.state = verb.target
    meeting.save()
    write(
        verb, meeting, by, f"发出{meeting.get_body_display()}通知（第 {meeting.number} 次）",
        starts_at=meeting.starts_at.isoformat(), place=meeting.place, number=meeting.number,
        **facts_of(keep_version(meeting, by=by)),
    )  # fmt: skip
    return meeting


@transaction.atomic
def reschedule(meeting: Meeting, *, starts_at: datetime, place: str, by: Standing) -> Meeting:
    """Another time or place. If the notice was out already, one corrected notice follows."""
    verb, meeting = begin("reschedule", meeting, by)
    if starts_at <= now():
        raise Stopped("新的开始时间已经过去，请核对。")
    if (meeting.starts_at, meeting.place) == (starts_at, place.strip()):
        return meeting
    moved = meeting.starts_at != starts_at
    meeting.starts_at, meeting.place = starts_at, place.strip()
    try:
        with transaction.atomic():
            meeting.save(update_fields=["starts_at", "place"])
    except IntegrityError:
        raise Stopped("这一时间已有同一会议，请核对时间。") from None
    forgotten = forget_answers(meeting, by) if moved else []
    # Who checked in for the former time is not in the room at the new one.
    earlier = meeting.check_ins.filter(confirmed=None, at__lt=starts_at - OPENS_BEFORE)
    earlier.update(confirmed=False, confirmed_by=by.user, confirmed_at=now())
    # On another day the team may be another: whoever leads then is expected then.
    team = day_facts(by.school, day_of(starts_at)).team(meeting.body, day_of(starts_at))
    _expect(meeting, team, Person.objects.filter(attendance__meeting=meeting, attendance__role="observer"))
    write(
        verb, meeting, by, f"更改{meeting.get_body_display()}的时间或地点",
        starts_at=starts_at.isoformat(), place=meeting.place, noticed=meeting.notice_sent_at is not None,
        roles=_roles(meeting), answers_forgotten=forgotten,
    )  # fmt: skip
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, by: Standing, reason: str) -> Meeting:
    verb, meeting = begin("cancel", meeting, by)
    reason = require_reason(reason, "取消会议")
    Item.objects.filter(meeting=meeting).update(meeting=None, no=None, added_at=None)
    meeting.state = verb.target
    meeting.save(update_fields=["state"])
    write(
        verb, meeting, by, f"取消{meeting.get_body_display()}", reason=reason,
        starts_at=meeting.starts_at.isoformat(), noticed=meeting.notice_sent_at is not None,
    )  # fmt: skip
    return meeting


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: Standing) -> Meeting:
    """已通知 → 进行中. The clerk begins to write; whether a quorum is there is judged item by item."""
    verb, meeting = begin("open", meeting, by)
    if meeting.starts_at - now() > OPENS_BEFORE:
        raise Stopped("离通知的开始时间还有两小时以上。提前召开请先更改时间。")
    meeting.opened_at = now()
    meeting.entered_at = meeting.entered_at or now()
    meeting.state = verb.target
    meeting.save(update_fields=["opened_at", "entered_at", "state"])
    write(verb, meeting, by, f"{meeting.get_body_display()}开始")
    return meeting


@transaction.atomic
def end(meeting: Meeting, *, by: Standing, ends_at: datetime | None = None) -> Meeting:
    verb, meeting = begin("end", meeting, by)
    ends_at = ends_at or meeting.ends_at or now()
    if ends_at < meeting.starts_at:
        # Opened ahead of time: what really happened is that it began when the clerk opened it.
        meeting.starts_at = min(meeting.opened_at or ends_at, ends_at)
    meeting.ends_at = ends_at
    meeting.state = verb.target
    meeting.save(update_fields=["starts_at", "ends_at", "state"])
    write(
        verb, meeting, by, f"{meeting.get_body_display()}结束",
        starts_at=meeting.starts_at.isoformat(), ends_at=ends_at.isoformat(),
    )  # fmt: skip
    return meeting
