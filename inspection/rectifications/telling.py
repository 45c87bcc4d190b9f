"""Whom it concerns that a notice was issued, answered, returned or closed. As in meetings.errands."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice, Organisation, Role
from accounts.templatetags.words import day
from meetings.errands import Errands
from meetings.notices import Offices, accounts_of, link, tell, to_each

from ..models import Problem, Rectification, Turn

# Bells and mails lie open: they name the number of a notice, and never what it says.


def heads_and_clerks(schools: Iterable[int], now: datetime) -> dict[int, set[int]]:
    schools = set(schools)
    offices = Offices.of(schools, timezone.localdate(now))
    told = {school: set(offices.clerks[school]) for school in schools}
    for (school, _body), accounts in offices.heads.items():
        told[school] |= accounts
    return told


class Inspectors:
    """Who inspects for an authority: by organisation, so that their pages open. Each is looked up once."""

    def __init__(self, now: datetime):
        self.day = timezone.localdate(now)
        self._upwards: dict[int, dict[int, set[int]]] = {}

    def upwards(self, authority: Organisation) -> dict[int, set[int]]:
        """From this authority to the top, the nearest first."""
        if authority.pk not in self._upwards:
            roles = Role.objects.on(self.day).filter(
                organisation__in=authority.line, role=Role.Name.INSPECTOR, user__is_active=True
            )
            found: dict[int, set[int]] = {}
            for role in sorted(roles.select_related("organisation"), key=lambda role: -len(role.organisation.path)):
                found.setdefault(role.organisation_id, set()).add(role.user_id)
            self._upwards[authority.pk] = found
        return {place: set(accounts) for place, accounts in self._upwards[authority.pk].items()}

    def nearest(self, authority: Organisation) -> dict[int, set[int]]:
        """Of the nearest authority that has any."""
        upwards = self.upwards(authority)
        return dict(list(upwards.items())[:1])

    def following(self, notice: Rectification) -> dict[int, set[int]]:
        """Whoever issued it and whoever leads the inspection, as long as they inspect; else all the nearest."""
        wanted = {notice.issued_by_id}
        if notice.inspection:
            wanted |= set(notice.inspection.members.filter(leads=True).values_list("user_id", flat=True))
        upwards = self.upwards(notice.authority)
        own = {place: accounts & wanted for place, accounts in upwards.items() if accounts & wanted}
        return own or self.nearest(notice.authority)


def to_inspectors(places: dict[int, set[int]], *, leave_out: int | None = None, **more) -> list[Notice]:
    notices = []
    for place, organisation in ((key, Organisation(pk=key)) for key in places):
        notices += to_each(places[place] - {leave_out}, school=organisation, **more)
    return notices


def _notice(entry: Entry) -> Rectification:
    rows = Rectification.objects.select_related("authority", "school", "inspection")
    return rows.get(pk=entry.facts["notice"])


def tell_of_notice(entry: Entry, now: datetime) -> None:
    notice = _notice(entry)
    if notice.received_at:
        return
    tell(
        to_each(
            heads_and_clerks([notice.school_id], now)[notice.school_id],
            school=notice.school,
            key=f"rectification/{notice.pk}/issued",
            kind="rectification_issued",
            title=f"收到整改通知书：{notice.number}",
            body=f"{notice.authority.name}要求整改 {notice.problems.count()} 个问题，请签收并逐个明确责任。",
            url=link("school_rectification", notice.school, pk=notice.pk),
        )
    )


def tell_of_answer(entry: Entry, now: datetime) -> None:
    """One line a day for a notice, however many of its problems were answered; one more after each return."""
    notice = _notice(entry)
    if not notice.problems.filter(state=Problem.State.ANSWERED).exists():
        return
    returned = Turn.objects.filter(problem__notice=notice, kind=Turn.Kind.RETURNED, at__lt=entry.at).count()
    tell(
        to_inspectors(
            Inspectors(now).following(notice),
            leave_out=entry.actor_id,
            key=f"rectification/{notice.pk}/answered/{timezone.localdate(entry.at)}/{returned}",
            kind="rectification_answered",
            title=f"{notice.school.name}报告了整改情况：{notice.number}",
            body="请核查：改到位的销号，没有改到位的退回再改。",
            url=reverse("rectification", args=[notice.authority.code, notice.pk]),
        )
    )


def tell_of_request(entry: Entry, now: datetime) -> None:
    """A later date is asked for; no more to be told once it was granted or refused."""
    problem = Problem.objects.select_related("notice__school", "notice__authority", "notice__inspection").get(
        pk=entry.facts["problem"]
    )
    if problem.asked_until is None:
        return
    notice = problem.notice
    tell(
        to_inspectors(
            Inspectors(now).following(notice),
            key=f"problem/{problem.pk}/{entry.verb}/{entry.pk}",
            kind=entry.verb,
            title=f"{notice.school.name}申请整改延期至{day(problem.asked_until)}：{notice.number}第 {problem.no} 个问题",
            body=f"现在的时限是{day(problem.due)}，请答复。",
            url=reverse("problem", args=[notice.authority.code, problem.pk]),
        )
    )


def tell_the_school(entry: Entry, now: datetime) -> None:
    """Heads, clerk and whoever leads learn what the inspector said."""
    problem = Problem.objects.select_related("notice__school").get(pk=entry.facts["problem"])
    notice = problem.notice
    place = f"{notice.number}第 {problem.no} 个问题"
    said = {
        "return_problem": f"退回再改：{place}",
        "close_problem": f"全部销号：{notice.number}" if entry.facts.get("whole") else f"已销号：{place}",
        "extend_problem": f"整改时限改为{day(problem.due)}：{place}",
        "grant_later_date": f"同意延期至{day(problem.due)}：{place}",
        "refuse_later_date": f"没有同意延期：{place}",
        "review_problem": f"回头看：{place}整改保持",
        "reopen_problem": f"回头看发现反弹，须重新整改：{place}",
    }
    leader = accounts_of([problem.leader_id], timezone.localdate(now)).values()
    tell(
        to_each(
            heads_and_clerks([notice.school_id], now)[notice.school_id].union(leader) - {entry.actor_id},
            school=notice.school,
            key=f"problem/{problem.pk}/{entry.verb}/{entry.pk}",
            kind=entry.verb,
            title=said[entry.verb],
            body="理由和要求见整改页。" if entry.verb != "close_problem" else "",
            url=link("school_problem", notice.school, pk=problem.pk),
            mail_due=entry.verb not in ("close_problem", "review_problem"),  # nothing is to be done about it
        )
    )


RECTIFICATION_ERRANDS: Errands = {
    "issue_rectification": (tell_of_notice,),
    "answer_problem": (tell_of_answer,),
    "ask_later_date": (tell_of_request,),
    **dict.fromkeys(
        (
            "return_problem",
            "close_problem",
            "extend_problem",
            "grant_later_date",
            "refuse_later_date",
            "review_problem",
            "reopen_problem",
        ),
        (tell_the_school,),
    ),
}
