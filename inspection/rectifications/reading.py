"""Fetching is authorising: an authority reads its notices and those of the authorities below; a school its own, once
they are issued."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from governance.access import Standing
from meetings.folding import of_question

from .. import registers
from ..models import Assessment, Evidence, Inspection, Measure, Problem, Rectification, Turn

S = Problem.State
GOING_ON = (S.OPEN, S.RETURNED)  # the school has something to do
SHARES = {
    "open": "整改中",
    "answered": "待核查",
    "returned": "退回再改",
    "late": "逾期",
    "asked": "延期待批",
    "review": "待回头看",
    "closed": "已销号",
}


def _of(by: Standing, notice: str = "") -> Q:
    if by.of_authority:  # a school that was moved away is none of its schools any more
        below = by.organisation.path
        return Q(**{f"{notice}authority__path__startswith": below, f"{notice}school__path__startswith": below})
    return Q(**{f"{notice}school": by.organisation}) & ~Q(**{f"{notice}state": Rectification.State.DRAFT})


def notices_for(by: Standing) -> QuerySet[Rectification]:
    return Rectification.objects.filter(_of(by))


def notice_for(by: Standing, pk: int) -> Rectification:
    rows = notices_for(by).select_related("authority", "school", "inspection", "issued_by", "received_by")
    return get_object_or_404(rows, pk=pk)


def problems_for(by: Standing) -> QuerySet[Problem]:
    issued = Problem.objects.exclude(notice__state=Rectification.State.DRAFT)
    return issued.filter(_of(by, "notice__"))


def problem_for(by: Standing, pk: int) -> Problem:
    rows = problems_for(by).select_related(
        "notice__authority", "notice__school", "notice__inspection", "leader", "meeting", "matter", "item", "closed_by"
    )
    return get_object_or_404(rows, pk=pk)


def measure_of(problem: Problem, pk: int) -> Measure:
    return get_object_or_404(problem.measures.filter(removed_at=None), pk=pk)


def evidence_for(by: Standing, pk: int) -> Evidence:
    return get_object_or_404(
        Evidence.objects.select_related("turn__problem__matter").filter(turn__problem__in=problems_for(by)), pk=pk
    )


def share(name: str, today: date) -> Q:
    if name == "late":
        return Q(state__in=GOING_ON, due__lt=today)
    if name == "asked":
        return Q(asked_until__isnull=False)
    if name == "review":
        return Q(state=S.CLOSED, review_on__isnull=False)
    return Q(state=name)


def counted(problems: QuerySet[Problem], today: date) -> dict[str, int]:
    """How many there are in each share, and under the empty name of all."""
    shares = {name: Count("pk", filter=share(name, today)) for name in SHARES}
    counts = problems.order_by().aggregate(**shares, every=Count("pk"))
    return counts | {"": counts["every"]}


def waiting_for(by: Standing, today: date) -> list[tuple[str, str, int]]:
    """What an authority has to see to now, by share: its name, a word, how many. One statement."""
    seen_to = {"answered": share("answered", today), "asked": share("asked", today), "late": share("late", today)}
    seen_to["review"] = share("review", today) & Q(review_on__lte=today)
    counts = problems_for(by).order_by().aggregate(**{name: Count("pk", filter=of) for name, of in seen_to.items()})
    words = SHARES | {"late": "整改逾期", "review": "到期回头看"}
    return [(name, words[name], counts[name]) for name in seen_to if counts[name]]


def told(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """Each with what was last said of it, when, and how much of what the school wants to do is done."""
    answer = Turn.objects.filter(problem=OuterRef("pk"), kind=Turn.Kind.ANSWER).order_by("-pk")
    measures = Measure.objects.filter(problem=OuterRef("pk"), removed_at=None).order_by().values("problem")
    return problems.annotate(
        said_text=Subquery(answer.values("text")[:1]),
        said_at=Subquery(answer.values("at")[:1]),
        measures_all=Subquery(measures.values(n=Count("pk"))),
        measures_done=Coalesce(Subquery(measures.filter(done_on__isnull=False).values(n=Count("pk"))), 0),
    )


def in_hand(by: Standing) -> Q:
    """Of problems: those that this person of a school has to see to."""
    if by.clerk or by.heads_any:
        return Q()
    return Q(leader=by.person_id) if by.person_id else Q(pk=None)


@dataclass(frozen=True)
class Now:
    """What the rules now say of what a problem is about."""

    key: str  # of its mark
    word: str
    finding: int | None = None


MENDED = Now("met", "现行检查已没有这一条")


def now_of(problems: Iterable[Problem]) -> dict[int, Now]:
    """By problem, in one statement. What an inspector wrote in own words is judged by nobody."""
    judged = [each for each in problems if each.rule]
    if not judged:
        return {}
    schools = Organisation.objects.filter(pk__in={each.notice.school_id for each in judged})
    about = (
        Q(item__in={each.item_id for each in judged if each.item_id})
        | Q(item=None, matter__in={each.matter_id for each in judged if each.matter_id})
        | Q(item=None, matter=None, meeting__in={each.meeting_id for each in judged if each.meeting_id})
    )
    if any(of_question(each)[0] == "school" for each in judged):
        about |= registers.of_schools_now()
    found = registers.findings(schools).filter(about, rule__in={each.rule for each in judged})
    now = {
        (one.school_id, *of_question(one)): _said(one.pk, one.outcome, one.excused, one.mode)
        for one in found.only("school", "rule", "body", "meeting", "matter", "item", "outcome", "mode")
    }
    return {each.pk: now.get((each.notice.school_id, *of_question(each)), MENDED) for each in judged}


def _said(pk: int, outcome: str, excused: bool, mode: str) -> Now:
    if outcome != "broken":
        return Now("unknown", "现行检查不可判定", pk)
    if excused:
        return Now("warn", "现行检查仍不符合，负责人已说明理由", pk)
    return Now("missing" if mode == "block" else "warn", "现行检查仍不符合", pk)


def accepted(inspection: Inspection | None, school: Organisation) -> QuerySet[Assessment]:
    """What the inspectors stand by, and have not taken back."""
    if inspection is None:
        return Assessment.objects.none()
    rows = Assessment.objects.filter(
        inspection=inspection, school=school, verdict=Assessment.Verdict.ACCEPTED, withdrawn_at=None
    )
    return rows.select_related("finding", "meeting", "matter", "item")


def set_aside(by: Standing, school: Organisation) -> dict[tuple, Assessment]:
    """What inspectors of the authority gave a reason against, by what it is about: the latest."""
    rows = Assessment.objects.filter(
        inspection__authority=by.organisation, school=school, verdict=Assessment.Verdict.SET_ASIDE, withdrawn_at=None
    )
    return {of_question(each): each for each in rows.select_related("inspection").order_by("pk")}


DRAFTED = "一份草稿"


def already_asked(school: Organisation) -> dict[tuple, str]:
    """What is asked of a school and not closed, and by which notice."""
    rows = Problem.objects.filter(notice__school=school).exclude(rule="").exclude(state=S.CLOSED)
    return {of_question(each): each.notice.number or DRAFTED for each in rows.select_related("notice")}


def asked_by(asked: dict[tuple, str], source) -> str:
    return asked.get(of_question(source), "")


def named_problems(pks: Iterable[int]) -> dict[int, str]:
    """As a journal names them: never by what they are about."""
    rows = Problem.objects.filter(pk__in=pks).values_list("pk", "notice__number", "no")
    return {pk: f"{number or DRAFTED}第 {no} 个问题" for pk, number, no in rows}


def named_notices(pks: Iterable[int]) -> dict[int, str]:
    rows = Rectification.objects.filter(pk__in=pks).values_list("pk", "number")
    return {pk: number or DRAFTED for pk, number in rows}
