"""What is read of one inspection for its report, in one look at the database."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import Organisation
from meetings.models import Item, Meeting

from .. import registers
from ..access import findings_in_scope, items_in_scope
from ..inspected import Scope, counted
from ..models import Assessment, Inspection, Payment, Problem, Report
from ..registers import BLOCK, BROKEN, UNKNOWN, WARN
from .chapters import To

How = Payment.How


@dataclass(frozen=True)
class Examined:
    """What was read. ``records``: the keys of the rows behind a figure, by its key."""

    inspection: Inspection
    today: date
    schools: list[Organisation]
    scopes: dict[int, Scope]
    items: dict[str, list[int]]  # settled: by what the rules say of each
    meetings: list[int]
    found: dict[str, list[int]]  # findings, by what they weigh
    met: Counter | None  # answers, by school
    assessments: list[Assessment]
    samples: list[Any]
    payments: dict[int, Counter]  # by school: how many of which kind
    sums: dict[int, Decimal]
    undecided: list[Payment]
    problems: list[Problem]

    def of(self, verdict: str) -> list[Assessment]:
        return [one for one in self.assessments if one.verdict == verdict]

    @cached_property
    def whole(self) -> Scope:
        names = ("meetings", "items", "block", "warn", "unknown", "assessed")
        return Scope(*(sum(getattr(scope, name) for scope in self.scopes.values()) for name in names))

    @cached_property
    def paid(self) -> Counter:
        return sum(self.payments.values(), Counter())

    def page(self, name: str) -> To:
        return name, [self.inspection.pk], ""

    def rectifications(self, more: str = "") -> To:
        return "rectification_list", [self.inspection.authority.code], f"inspection={self.inspection.pk}{more}"


def gathered(report: Report, today: date, *, whole: bool = True) -> Examined:
    """``whole``: with what is met, and with everything one by one, which only the worker needs."""
    inspection: Inspection = report.inspection
    schools = list(inspection.schools_here.order_by("code"))
    items = items_in_scope(inspection).order_by("meeting__starts_at", "no")
    settled = items.filter(state=Item.State.SETTLED)
    of_item = findings_in_scope(inspection).filter(item__in=settled.order_by().values("pk"), mode__in=(BLOCK, WARN))
    weighed = dict.fromkeys(of_item.filter(outcome=BROKEN).order_by("item").values_list("item", flat=True), "broken")
    for item in of_item.filter(outcome=UNKNOWN).order_by("item").values_list("item", flat=True):
        weighed.setdefault(item, "unknown")
    met: Counter | None = None
    answered: set[int] = set()
    if whole:
        of_scope = registers.met(inspection.schools_here).filter(item__in=items.order_by().values("pk"))
        rows = of_scope.values_list("school", "item")
        met, answered = Counter(school for school, _ in rows), {item for _, item in rows}
    by_answer: dict[str, list[int]] = {"met": [], "broken": [], "unknown": []}
    for pk in settled.values_list("pk", flat=True):
        if answer := weighed.get(pk) or ("met" if pk in answered else ""):
            by_answer[answer].append(pk)
    found: dict[str, list[int]] = defaultdict(list)
    for pk, outcome, mode, excused in (
        findings_in_scope(inspection).order_by("-happened", "-pk").values_list("pk", "outcome", "mode", "excused")
    ):
        found["unknown" if outcome == UNKNOWN else "excused" if excused else mode].append(pk)
    meetings = Meeting.objects.filter(pk__in=items.order_by().values("meeting"))
    samples = inspection.samples.annotate(
        drawn=Count("items"), looked=Count("items", filter=Q(items__looked_at__isnull=False))
    ).select_related("by")
    lists = Payment.objects.filter(list__inspection=inspection, list__school__in=schools, list__withdrawn_at=None)
    payments: dict[int, Counter] = defaultdict(Counter)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for school, how, large, many, amount in (
        lists.order_by().values_list("list__school", "how", "large").annotate(many=Count("pk"), sum=Sum("amount"))
    ):  # fmt: skip
        payments[school] += Counter({how: many, "all": many, "undecided": many if how == How.NONE and large else 0})
        sums[school] += amount
    undecided = lists.filter(how=How.NONE, large=True).select_related("list__school").order_by("-amount", "pk")
    assessments = Assessment.objects.filter(inspection=inspection, school__in=schools, withdrawn_at=None)
    problems = Problem.objects.filter(
        notice__inspection=inspection, notice__school__in=schools, notice__issued_at__isnull=False
    )
    return Examined(
        inspection=inspection,
        today=today,
        schools=schools,
        scopes=counted(inspection, schools),
        items=by_answer,
        meetings=list(meetings.order_by("starts_at", "pk").values_list("pk", flat=True)),
        found=found,
        met=met,
        assessments=list(assessments.select_related("school", "meeting", "item", "matter").order_by("school__code", "pk")),
        samples=list(samples),
        payments=payments,
        sums=sums,
        undecided=list(undecided),
        problems=list(problems.select_related("notice__school", "matter", "leader").order_by("notice__school__code", "notice", "no")),
    )  # fmt: skip
