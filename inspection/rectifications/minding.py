"""What is called to mind of rectification: what is due and late, and whom it is reported to; what to look at again; and
the rows on a school's desk. As in meetings.reminders and meetings.worklist."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.templatetags.words import day
from governance.access import Standing
from meetings.notices import accounts_of, link, to_each, turn_of
from meetings.waiting import Row, end_of

from ..models import Problem, Rectification
from .reading import GOING_ON, in_hand, problems_for
from .telling import Inspectors, heads_and_clerks, to_inspectors

BEFORE = {1: "明天到期", 7: "还有 7 天到期"}
REPORTED = 7  # days late: the inspectors learn of it, and the heads that they did
REPORTED_UP = 30  # and the authorities above
UNRECEIVED = timedelta(days=3)
UNANSWERED = 1  # days before the day that still holds
KEPT = timedelta(days=2)

Due = dict[tuple[int, date], list[Problem]]


def _by_day(rows: QuerySet[Problem], day: str) -> tuple[Due, dict[int, Rectification]]:
    """By notice and the day in that column: one reminder for all that one day is about."""
    groups: Due = defaultdict(list)
    notices = {}
    for problem in rows.select_related("notice__authority", "notice__school", "notice__inspection").order_by("pk"):
        groups[problem.notice_id, getattr(problem, day)].append(problem)
        notices[problem.notice_id] = problem.notice
    return groups, notices


def _due(until: date) -> tuple[Due, dict[int, Rectification]]:
    """What a school still has to do."""
    rows = Problem.objects.filter(state__in=GOING_ON, due__lte=until, notice__state=Rectification.State.ISSUED)
    return _by_day(rows, "due")


def rectification_due(now: datetime) -> Iterator[Notice]:
    """Seven days and one day before, on the day, then weekly: to heads, clerk and whoever leads."""
    today = timezone.localdate(now)
    groups, notices = _due(today + timedelta(days=max(BEFORE)))
    told = heads_and_clerks({notice.school_id for notice in notices.values()}, now)
    people = accounts_of((each.leader_id for group in groups.values() for each in group), today)
    for (pk, due), problems in groups.items():
        notice, left = notices[pk], (due - today).days
        if left > 0:
            ahead = next(days for days in BEFORE if left <= days)
            issued = timezone.localdate(notice.issued_at)
            if issued > due - timedelta(days=ahead):
                continue  # the notice itself has just said by when
            turn, title = str(ahead), f"整改{BEFORE[ahead] if left == ahead else f'还有 {left} 天到期'}"
        else:
            turn, title = turn_of(-timedelta(days=left)), "整改今天到期" if not left else f"整改已逾期 {-left} 天"
        leaders = {people[each.leader_id] for each in problems if each.leader_id in people}
        yield from to_each(
            told[notice.school_id] | leaders,
            school=notice.school,
            key=f"rectification/{pk}/due/{due}/{turn}",
            kind="rectification_due",
            title=f"{title}：{notice.number}",
            body=f"{len(problems)} 个问题时限是{day(due)}，请报告整改情况。",
            url=link("school_rectification", notice.school, pk=pk),
            expires_at=now + KEPT,
        )


def rectification_late(now: datetime) -> Iterator[Notice]:
    """A week late, the inspectors learn of it, and the heads that they did; a month late, the authorities above."""
    today = timezone.localdate(now)
    groups, notices = _due(today - timedelta(days=REPORTED))
    inspectors = Inspectors(now)
    told = heads_and_clerks({notice.school_id for notice in notices.values()}, now)
    for (pk, due), problems in groups.items():
        notice, late = notices[pk], (today - due).days
        words: dict[str, Any] = {
            "kind": "rectification_late",
            "title": f"{notice.school.name}整改逾期 {late} 天：{notice.number}",
            "body": f"{len(problems)} 个问题时限是{day(due)}，学校还没有报告整改情况。",
            "url": reverse("rectification", args=[notice.authority.code, pk]),
        }
        followers = inspectors.nearest(notice.authority)
        for place, accounts in inspectors.following(notice).items():
            followers.setdefault(place, set()).update(accounts)
        yield from to_inspectors(followers, key=f"rectification/{pk}/late/{due}/{REPORTED}", **words)
        yield from to_each(
            told[notice.school_id],
            school=notice.school,
            key=f"rectification/{pk}/reported/{due}/{REPORTED}",
            kind="rectification_late",
            title=f"整改逾期 {late} 天，已告知主管部门：{notice.number}",
            body=f"{len(problems)} 个问题时限是{day(due)}。请尽快报告整改情况。",
            url=link("school_rectification", notice.school, pk=pk),
        )
        if late >= REPORTED_UP:
            above = inspectors.upwards(notice.authority)
            yield from to_inspectors(above, key=f"rectification/{pk}/late/{due}/{REPORTED_UP}", **words)


def reviews_due(now: datetime) -> Iterator[Notice]:
    """The day to look again has come; once more each week until somebody did."""
    today = timezone.localdate(now)
    theirs = Q(notice__school__path__startswith=F("notice__authority__path"))
    rows = Problem.objects.filter(theirs, state=Problem.State.CLOSED, review_on__lte=today)
    groups, notices = _by_day(rows, "review_on")
    inspectors = Inspectors(now)
    for (pk, on), problems in groups.items():
        notice = notices[pk]
        yield from to_inspectors(
            inspectors.following(notice),
            key=f"rectification/{pk}/review/{on}/{turn_of(today - on)}",
            kind="rectification_review",
            title=f"该回头看了：{notice.school.name}{notice.number}",
            body=f"{len(problems)} 个已销号的问题定于{day(on)}回头看。",
            url=reverse("rectification", args=[notice.authority.code, pk]),
        )


def later_dates_unanswered(now: datetime) -> Iterator[Notice]:
    """The day is here on which something is due, and whether it may come later has not been said."""
    today = timezone.localdate(now)
    rows = Problem.objects.filter(asked_until__isnull=False, due__lte=today + timedelta(days=UNANSWERED))
    groups, notices = _by_day(rows, "due")
    inspectors = Inspectors(now)
    for (pk, due), problems in groups.items():
        notice = notices[pk]
        yield from to_inspectors(
            inspectors.following(notice),
            key=f"rectification/{pk}/asked/{due}",
            kind="later_date_unanswered",
            title=f"{notice.school.name}的延期申请还没有答复：{notice.number}",
            body=f"{len(problems)} 个问题{day(due)}到期，学校申请延期，请答复。",
            url=reverse("rectification", args=[notice.authority.code, pk]),
        )


def notices_unreceived(now: datetime) -> Iterator[Notice]:
    rows = Rectification.objects.filter(
        state=Rectification.State.ISSUED, received_at=None, issued_at__lte=now - UNRECEIVED
    )
    notices = list(rows.select_related("school"))
    told = heads_and_clerks({notice.school_id for notice in notices}, now)
    for notice in notices:
        yield from to_each(
            told[notice.school_id],
            school=notice.school,
            key=f"rectification/{notice.pk}/unreceived",
            kind="rectification_unreceived",
            title=f"整改通知书还没有签收：{notice.number}",
            body=f"签发已过 {UNRECEIVED.days} 天。",
            url=link("school_rectification", notice.school, pk=notice.pk),
        )


RECTIFICATION_KINDS = (rectification_due, rectification_late, reviews_due, later_dates_unanswered, notices_unreceived)


def rectification_rows(by: Standing, now: datetime) -> Iterable[Row]:
    """去签收, 去整改: one row a notice, by the nearest day."""
    if not by.leader and not by.clerk:
        return
    mine = problems_for(by).filter(in_hand(by), state__in=GOING_ON).select_related("notice").order_by("due", "no")
    groups: dict[int, list[Problem]] = defaultdict(list)
    for problem in mine:
        groups[problem.notice_id].append(problem)
    today = timezone.localdate(now)
    for problems in groups.values():
        notice, first = problems[0].notice, problems[0]
        url = reverse("school_rectification", args=[by.organisation.code, notice.pk])
        if len(problems) == 1 and notice.received_at:
            url = reverse("school_problem", args=[by.organisation.code, first.pk])
        returned = sum(1 for each in problems if each.state == Problem.State.RETURNED)
        more = f"{len(problems)} 个问题要整改" + (f"，其中 {returned} 个被退回" if returned else "")
        if notice.received_at is None:
            more = f"{notice.number}，请签收；{more}"
        act = "去整改" if notice.received_at else "去签收"
        yield Row(
            "rectification", notice.title, more if notice.received_at is None else f"{notice.number}，{more}", act, url,
            since=notice.issued_at, due=end_of(first.due), late=first.due < today,
        )  # fmt: skip
