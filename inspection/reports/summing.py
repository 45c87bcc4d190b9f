"""What is read of a district's school year and of the one before it: roll-ups, and the findings that a report lists."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import Organisation
from governance.access import schools_below
from governance.terms import Term, moments
from meetings.models import Item

from .. import registers, rollups
from ..models import Problem, Rectification, Report, SchoolTerm, SchoolTermRule
from ..registers import BLOCK, BROKEN, COUNTS, UNKNOWN, WARN, Tally, total_of
from ..rollups import Glance
from .chapters import MOST_RECORDS, Frozen, To
from .findings import by_rule

KEPT = 100  # findings of each rule


def terms_of(year: int) -> tuple[Term, Term]:
    return Term(year, 1), Term(year, 2)


def rows_of(schools: QuerySet[Organisation], year: int, today: date) -> list[Glance]:
    """Every school at a glance, in the school year and in the one before it: nine statements."""
    first, second = terms_of(year)
    one, other = rollups.glances(schools, first, today), rollups.glances(schools, second, today)
    earlier = tuple(term.serial for term in terms_of(year - 1))
    kept = SchoolTerm.objects.filter(term__in=earlier, school__in=schools).values_list("school", *COUNTS)
    before: dict[int, Tally] = {}
    for pk, *counts in kept:
        before[pk] = before.get(pk, Tally()) + Tally(*counts)
    for row, later in zip(one, other, strict=True):
        row.now = (row.now + later.now)._replace(overdue=row.now.overdue)  # which is of the day, in either term
        row.before = before.get(row.pk, Tally())
        row.expected = {body: row.expected[body] + later.expected[body] for body in row.bodies}
        row.filing = later.filing
    return one


def rules_of(schools: QuerySet[Organisation], year: int) -> list[dict]:
    """Each rule that somebody did not meet, the most often broken first; ``before``: the year before."""
    now, before = (Q(term__in=[term.serial for term in terms_of(one)]) for one in (year, year - 1))
    names = ("met", "broken", "unknown", "block", "warn", "excused")
    rows = SchoolTermRule.objects.filter(now | before, school__in=schools).order_by().values("rule")
    counted: Any = rows.annotate(
        **{f"sum_{name}": Sum(name, filter=now, default=0) for name in names},
        before=Sum("broken", filter=before, default=0),
        schools=Count("school_id", filter=now & Q(broken__gt=0), distinct=True),
    )
    found: list[dict[str, Any]] = [
        {"rule": row["rule"], "before": row["before"], "schools": row["schools"]}
        | {name: row[f"sum_{name}"] for name in names}
        for row in counted
    ]
    weighed = [row for row in found if row["broken"] or row["unknown"] or row["before"]]
    return sorted(weighed, key=lambda row: (-row["broken"], -row["unknown"], row["rule"]))


@dataclass(frozen=True)
class Year:
    """What was read."""

    authority: Organisation
    year: int
    today: date
    rows: list[Glance]
    rules: list[dict]
    notices: int
    problems: dict[str, int]  # by state
    late: int
    groups: list[Frozen]
    items: dict[str, list[int]]  # not met: those that are weighed and settled

    @cached_property
    def now(self) -> Tally:
        return total_of(row.now for row in self.rows)

    @cached_property
    def before(self) -> Tally:
        return total_of(row.before for row in self.rows)

    @property
    def over(self) -> bool:
        return self.today >= terms_of(self.year)[1].until

    @property
    def said(self) -> str:
        return f"{self.year}—{self.year + 1}学年"

    @property
    def days(self) -> str:
        first, second = terms_of(self.year)
        return f"since={first.first_day}&until={second.final_day}"

    def register(self, kind: str, more: str = "") -> To:
        return "district_register", [self.authority.code, kind], "&".join(filter(None, (f"term={self.year}", more)))

    def findings(self, **narrowed: str) -> To:
        query = "&".join([self.days, *(f"{name}={value}" for name, value in narrowed.items())])
        return "district_findings", [self.authority.code], query

    def page(self, name: str, query: str = "") -> To:
        return name, [self.authority.code], query


def gathered(report: Report, today: date, *, whole: bool = True) -> Year:
    """``whole``: with the findings one by one, which only the worker needs."""
    schools = schools_below(report.authority)
    first, second = terms_of(report.year)
    span = moments(first)[0], moments(second)[1]
    rows, rules = rows_of(schools, report.year, today), rules_of(schools, report.year)
    groups: list[Frozen] = []
    items: dict[str, list[int]] = {}
    if whole:
        found = registers.findings(schools, span).filter(outcome=BROKEN, excused=False, mode__in=(BLOCK, WARN))
        serious = {each["rule"]: each["block"] + each["warn"] for each in _gravest(rules)}
        groups = by_rule(found, {rule: count for rule, count in serious.items() if count}, KEPT)
        if sum(row.now.items_broken + row.now.items_unknown for row in rows) <= MOST_RECORDS:
            items = _items(schools, span)
    notices = Rectification.objects.filter(
        authority__path__startswith=report.authority.path, issued_at__gte=span[0], issued_at__lt=span[1]
    )
    problems = Problem.objects.filter(notice__in=notices)
    late = problems.exclude(state=Problem.State.CLOSED).filter(due__lt=today).count()
    states = dict(problems.order_by().values_list("state").annotate(Count("pk")))
    return Year(report.authority, report.year, today, rows, rules, notices.count(), states, late, groups, items)


def _items(schools: QuerySet[Organisation], span: registers.Span) -> dict[str, list[int]]:
    """Settled items that are not met, each by its gravest answer."""
    weighs = registers.findings(schools, span).filter(
        item__meeting=F("meeting"), item__state=Item.State.SETTLED, mode__in=(BLOCK, WARN)
    )
    of = {
        answer: set(weighs.filter(outcome=outcome).order_by().values_list("item", flat=True))
        for answer, outcome in (("broken", BROKEN), ("unknown", UNKNOWN))
    }
    return {"items_broken": sorted(of["broken"]), "items_unknown": sorted(of["unknown"] - of["broken"])}


def _gravest(rules: list[dict]) -> list[dict]:
    return sorted(rules, key=lambda each: (-each["block"], -each["warn"], each["rule"]))
