"""What has to be called to mind: computed from the records at every look, nothing is set aside for later.

A reminder is named by what it is about and by the day or hour it is for. So a look that was missed is made up for
by the next one, a meeting that was moved gets a reminder of its own, and looking twice reminds once.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Entry, Notice
from accounts.templatetags.words import day, moment
from governance.models import Procedure
from governance.rules import facts
from governance.rules.dossier import Dossier

from .archives.overdue import packs_overdue
from .follow_up_reminders import FOLLOW_UPS
from .models import Attendance, Consultation, Consulted, Item, Matter, Meeting, Signature
from .notices import (
    Offices,
    accounts_of,
    accounts_of_each,
    body_name,
    grouped,
    link,
    named,
    sitting_name,
    stamp,
    tell,
    to_each,
    turn_of,
    week_of,
    where,
)

log = logging.getLogger(__name__)

BEFORE_MEETING = {"2h": timedelta(hours=2), "24h": timedelta(hours=24)}
AFTER_DAYS = (3, 1)  # what waits for an answer is called to mind after a day, and once more after three
UNCONFIRMED = timedelta(days=2)
DAYTIME = time(8), time(20)


def remind(now: datetime | None = None) -> int:
    """Tell what is due now and was not told yet; gives how many notices are new."""
    now = now or timezone.now()
    fresh = 0
    for kind in KINDS:
        try:
            with transaction.atomic():
                fresh += tell(kind(now))
        except Exception:  # one school's odd record must not silence everybody
            log.exception("提醒 %s 未完成，下次再试", kind.__name__)
    return fresh


def due(now: datetime) -> list[Notice]:
    """Everything that should have been called to mind by now and still matters, told already or not."""
    return [notice for kind in KINDS for notice in kind(now)]


def meetings_ahead(now: datetime) -> Iterator[Notice]:
    """A day and two hours before, but not when the notice or its correction has come later than that."""
    last_word = Entry.objects.filter(
        subject_kind="meeting", subject_id=OuterRef("pk"), verb__in=("call", "reschedule")
    ).order_by("-pk")
    meetings = (
        Meeting.objects.filter(
            state=Meeting.State.CALLED, starts_at__gt=now, starts_at__lte=now + max(BEFORE_MEETING.values())
        )
        .select_related("school")
        .annotate(last_word=Coalesce(Subquery(last_word.values("at")[:1]), "notice_sent_at", "created_at"))
    )
    at_hand = {}
    for meeting in meetings:
        name = next(name for name, ahead in BEFORE_MEETING.items() if meeting.starts_at <= now + ahead)
        if meeting.last_word <= meeting.starts_at - BEFORE_MEETING[name]:
            at_hand[meeting] = name
    coming = Attendance.objects.filter(
        meeting__in=at_hand, status__in=(Attendance.Status.EXPECTED, Attendance.Status.PRESENT)
    )
    people = grouped(coming.values_list("meeting_id", "person_id"))
    accounts = accounts_of_each(people, now)
    for meeting, name in at_hand.items():
        yield from to_each(
            accounts[meeting.pk],
            school=meeting.school,
            key=f"meeting/{meeting.pk}/{name}/{stamp(meeting.starts_at)}",
            kind="meeting_ahead",
            title=f"会议提醒：{moment(meeting.starts_at)} {body_name(meeting.body)}",
            body=f"{where(meeting)}。",
            url=link("meeting", meeting.school, pk=meeting.pk),
            expires_at=meeting.starts_at,
        )


def consultations_waiting(now: datetime) -> Iterator[Notice]:
    waiting = Consulted.objects.filter(
        answered_at=None,
        consultation__at=None,
        consultation__asked_at__lte=now - timedelta(days=min(AFTER_DAYS)),
        consultation__matter__state__in=(Matter.State.PROPOSED, Matter.State.HELD),
    ).select_related("consultation__matter__school")
    accounts = accounts_of((each.person_id for each in waiting), _today(now))
    for each in waiting:
        consultation, matter = each.consultation, each.consultation.matter
        after = _after(consultation.asked_at, now)
        yield from to_each(
            filter(None, [accounts.get(each.person_id)]),
            school=matter.school,
            key=f"consultation/{consultation.pk}/waiting/{after}",
            kind="consultation_waiting",
            title=f"会前沟通已等候 {after} 天：请您答复",
            body=f"就{named(matter)}征求您的意见。",
            url=link("answer", matter.school, pk=consultation.pk),
            expires_at=now + timedelta(days=2),
        )


def items_unconfirmed(now: datetime) -> Iterator[Notice]:
    """To each head once a week: how many items wait. Those still in consultation do not wait for the head."""
    consulting = Consultation.objects.filter(matter=OuterRef("matter"), at=None)
    waiting = Item.objects.filter(
        ~Exists(consulting),
        meeting=None,
        state=Item.State.WAITING,
        requested_at__lte=now - UNCONFIRMED,
        matter__state__in=(Matter.State.PROPOSED, Matter.State.DECIDED),
    ).select_related("matter__school")
    agendas = defaultdict(list)
    for item in waiting:
        agendas[item.matter.school, item.body].append(item)
    offices = Offices.of((school.pk for school, _ in agendas), _today(now))
    for (school, body), items in agendas.items():
        yield from to_each(
            offices.heads[school.pk, body],
            school=school,
            key=f"agenda/{school.pk}/{body}/{week_of(now)}",
            kind="items_unconfirmed",
            title=f"{body_name(body)}有 {len(items)} 项议题等您确认",
            body=f"最早一项提请于 {day(min(item.requested_at for item in items))}。",
            url=link("agenda", school),
            expires_at=now + timedelta(days=2),
        )


def minutes_due(now: datetime) -> Iterator[Notice]:
    """On the last day for issuing the minutes, then weekly: to whoever has the next step, and to the clerk."""
    today = _today(now)
    states = Meeting.State.OPEN, Meeting.State.ENDED, Meeting.State.COMPLETED, Meeting.State.SIGNED
    meetings = list(
        Meeting.objects.filter(state__in=states, starts_at__lte=now - timedelta(hours=12)).select_related("school")
    )
    dossiers = _dossiers(meetings)
    late = {
        meeting: today - dossiers[meeting.school_id].minutes_due(meeting.body, _today(meeting.starts_at))
        for meeting in meetings
    }
    late = {meeting: by for meeting, by in late.items() if by >= timedelta(0)}
    offices = Offices.of((meeting.school_id for meeting in late), today)
    for meeting, by in late.items():
        accounts, page, step = set(offices.clerks[meeting.school_id]), "record", "请整理并完成会议记录。"
        if meeting.state == Meeting.State.COMPLETED:
            step = "等主持人、记录人签字。"
        elif meeting.state == Meeting.State.SIGNED:
            accounts |= offices.heads[meeting.school_id, meeting.body]
            page, step = "minutes", "已经签字，等负责人签发。"
        yield from to_each(
            accounts,
            school=meeting.school,
            key=f"meeting/{meeting.pk}/minutes/{turn_of(by)}",
            kind="minutes_due",
            title=f"会议纪要{'今天应当签发' if not by else '已逾期未签发'}：{sitting_name(meeting)}",
            body=step,
            url=link(page, meeting.school, pk=meeting.pk),
            expires_at=now + timedelta(days=2),
        )


def records_unsigned(now: datetime) -> Iterator[Notice]:
    unsigned = Meeting.objects.filter(
        state=Meeting.State.COMPLETED, record_completed_at__lte=now - timedelta(days=min(AFTER_DAYS))
    ).select_related("school")
    signatures = Signature.objects.filter(meeting__in=unsigned, voided_at=None)
    signed = grouped(signatures.values_list("meeting_id", "person_id"))
    people = {each.pk: {each.chair_id, each.recorder_id} - set(signed[each.pk]) for each in unsigned}
    accounts = accounts_of_each(people, now)
    for meeting in unsigned:
        assert meeting.record_completed_at  # the query asks for it
        after = _after(meeting.record_completed_at, now)
        yield from to_each(
            accounts[meeting.pk],
            school=meeting.school,
            key=f"meeting/{meeting.pk}/unsigned/{stamp(meeting.record_completed_at)}/{after}",
            kind="record_unsigned",
            title=f"会议记录还等您签字：{sitting_name(meeting)}",
            url=link("record", meeting.school, pk=meeting.pk),
            expires_at=now + timedelta(days=2),
        )


def in_daytime(kind: Callable[[datetime], Iterable[Notice]]) -> Callable[[datetime], Iterable[Notice]]:
    """What is for a day wakes nobody at night."""

    def reminders(now: datetime) -> Iterable[Notice]:
        return kind(now) if DAYTIME[0] <= timezone.localtime(now).time() < DAYTIME[1] else ()

    reminders.__name__ = kind.__name__
    return reminders


KINDS = [  # and what inspection adds
    meetings_ahead,
    *map(
        in_daytime,
        (
            consultations_waiting,
            items_unconfirmed,
            minutes_due,
            records_unsigned,
            *FOLLOW_UPS,
            packs_overdue,
        ),
    ),
]


def _today(now: datetime) -> date:
    return timezone.localdate(now)


def _after(since: datetime, now: datetime) -> int:
    """The last of the days after which it is called to mind that have passed."""
    return next(days for days in AFTER_DAYS if since <= now - timedelta(days=days))


def _dossiers(meetings: list[Meeting]) -> dict[int, Dossier]:
    """Of each school only what its rules of procedure say: enough to count working days."""
    versions = defaultdict(list)
    for row in Procedure.objects.filter(school__in={meeting.school_id for meeting in meetings}):
        versions[row.school_id].append(facts.Procedure(body=row.body, since=row.since, parameters=row.parameters))
    return {
        school.pk: Dossier(
            facts.Records(
                facts.School(school.code, school.name, school.party_organization), procedures=tuple(versions[school.pk])
            )
        )
        for school in {meeting.school for meeting in meetings}
    }
