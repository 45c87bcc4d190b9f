"""What has to be called to mind of decisions that are being carried out: to report, to close, to answer."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Notice
from accounts.templatetags.words import day
from governance.compiled import Given, Statement

from .carriers import carriers_of
from .ledger import carried_out, past_when_it_came, with_progress
from .lights import SILENT, YELLOW
from .models import Item, Meeting
from .notices import Offices, accounts_of_each, body_name, link, named, to_each, turn_of, week_of

FRESH = timedelta(days=14)  # what is overdue for longer stands in the clerk's weekly count
UNANSWERED = timedelta(days=2)


def follow_ups(now: datetime) -> Iterator[Notice]:
    """To the responsible people: three days before, on the day, then weekly."""
    today = _today(now)
    items = _due(until=today + YELLOW)
    accounts = accounts_of_each(carriers_of(item.pk for item in items), now)
    for item in items:
        assert item.due  # the query asks for it
        school, late = item.matter.school, today - item.due
        turn, title = turn_of(late), f"督办已逾期：原定{day(item.due)}办结"
        if late < timedelta(0):
            if _task_handed_out(item) > item.due - YELLOW:
                continue
            turn, title = "soon", f"督办将到期：请在{day(item.due)}前办结"
        elif not late:
            title = f"督办今天（{day(item.due)}）到期"
        yield from to_each(
            accounts[item.pk],
            school=school,
            key=f"item/{item.pk}/due/{item.due}/{turn}",
            kind="follow_up",
            title=title,
            body=f"{named(item.matter)}。办结后请反馈落实情况。",
            url=link("follow_up", school, pk=item.pk),
            expires_at=now + timedelta(days=2),
        )


def follow_ups_overdue(now: datetime) -> Iterator[Notice]:
    """To the clerk once a week: how many decisions are overdue."""
    schools = Counter(item.matter.school for item in _due(until=_today(now) - timedelta(days=1)))
    offices = Offices.of((school.pk for school in schools), _today(now))
    for school, count in schools.items():
        yield from to_each(
            offices.clerks[school.pk],
            school=school,
            key=f"overdue/{school.pk}/{week_of(now)}",
            kind="follow_ups_overdue",
            title=f"有 {count} 项督办已逾期",
            body="请提醒责任人反馈，也可以由您代为反馈。",
            url=link("follow_up_list", school) + "?show=overdue",
            expires_at=now + timedelta(days=2),
        )


# Looked at every minute: each statement is compiled once.


@Statement
def _due() -> QuerySet[Item]:
    """Decisions to be carried out by ``until``, or before, of which nobody has reported that they were."""
    return _unfinished().select_related("matter__school", "meeting__minutes").order_by("due", "pk")


@Statement
def _just_late() -> QuerySet[Item]:
    late = with_progress(_unfinished().filter(due__gte=Given("since")))
    return late.select_related("matter__school").order_by("due", "pk")


@Statement
def _unheard() -> QuerySet[Item]:
    unheard = Q(heard_at__lt=Given("silent")) | Q(heard_at=None, settled_at__lt=Given("silent"))
    ahead = with_progress(carried_out(Item.objects.all())).filter(unheard, done_on=None, due__gt=Given("after"))
    return ahead.exclude(meeting__state=Meeting.State.IMPORTED).select_related("matter__school").order_by("pk")


@Statement
def _unanswered() -> QuerySet[Item]:
    to_close = Q(done_on__isnull=False, closed_at=None, reported=True, heard_at__lte=Given("before"))
    asked = Q(done_on=None, asked_at__lte=Given("before"))
    return with_progress(carried_out(Item.objects.all())).filter(to_close | asked).select_related("matter__school")


def _unfinished() -> QuerySet[Item]:
    undone = carried_out(Item.objects.all()).filter(done_on=None, due__lte=Given("until"))
    return undone.exclude(past_when_it_came())


def follow_ups_unheard(now: datetime) -> Iterator[Notice]:
    """To those who carry it out: nobody has reported for fourteen days; again after as many."""
    today = _today(now)
    items = _unheard(silent=now - SILENT, after=today + YELLOW)
    accounts = accounts_of_each(carriers_of(item.pk for item in items), now)
    for item in items:
        last = max(filter(None, (item.heard_at, item.settled_at)))
        silent = today - _today(last)
        yield from to_each(
            accounts[item.pk],
            school=item.matter.school,
            key=f"item/{item.pk}/unheard/{_today(last)}/{silent // SILENT}",
            kind="follow_up_unheard",
            title=f"督办 {silent.days} 天没有报告进展",
            body=f"{named(item.matter)}，{day(item.due)}前办结。请写一两句进展。",
            url=link("report_progress", item.matter.school, pk=item.pk),
            expires_at=now + timedelta(days=2),
        )


def follow_ups_escalated(now: datetime) -> Iterator[Notice]:
    """To the head of the body that decided, once: the day has passed."""
    today = _today(now)
    items = _just_late(since=today - FRESH, until=today - timedelta(days=1))
    offices = Offices.of((item.matter.school_id for item in items), today)
    for item in items:
        school, lead = item.matter.school, (item.responsible_names or ["未定"])[0]
        yield from to_each(
            offices.heads[school.pk, item.body],
            school=school,
            key=f"item/{item.pk}/escalated/{item.due}",
            kind="follow_up_escalated",
            title=f"{body_name(item.body)}的决定逾期未办结：原定{day(item.due)}",
            body=f"{named(item.matter)}，牵头人{lead}。",
            url=link("follow_up", school, pk=item.pk),
            expires_at=now + timedelta(days=2),
        )


def answers_waiting(now: datetime) -> Iterator[Notice]:
    """To each head once a week: how many decisions wait to be closed, and how many later dates to be answered."""
    counts: Counter = Counter()
    for item in _unanswered(before=now - UNANSWERED):
        counts[item.matter.school, item.body, item.done_on is not None] += 1
    offices = Offices.of({school.pk for school, _, _ in counts}, _today(now))
    for (school, body, done), count in counts.items():
        show, what = ("to_close", "等您销号") if done else ("asked", "申请延期，等您批复")
        yield from to_each(
            offices.heads[school.pk, body],
            school=school,
            key=f"follow-ups/{school.pk}/{body}/{show}/{week_of(now)}",
            kind="follow_ups_unanswered",
            title=f"{body_name(body)}有 {count} 项决定{what}",
            url=f"{link('follow_up_list', school)}?show={show}",
            expires_at=now + timedelta(days=2),
        )


def _task_handed_out(item: Item) -> date:
    """The day on which the responsible people learned of their task."""
    minutes = getattr(item.meeting, "minutes", None)
    return _today(minutes.issued_at) if minutes and minutes.issued_at else date.min


def _today(now: datetime) -> date:
    return timezone.localdate(now)


FOLLOW_UPS = (follow_ups, follow_ups_overdue, follow_ups_unheard, follow_ups_escalated, answers_waiting)
