"""What the district's pages read: roll-ups alone, in a number of statements that knows neither schools nor years.

Glossary
    Glance    one school at a glance: its sums in a term and in the one before, what is overdue, what it was expected
              to hold, its rules of procedure
    rhythm    the meetings expected of a school from the first day of the term until today: the party meets monthly,
              the office at the interval of its rules of procedure; both but for the vacation
    cell      of a school and a chapter of the rules: met, broken, unknown
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Left

from accounts.models import Organisation
from governance.models import Body, Procedure
from governance.rules.index import CHAPTERS
from governance.rules.values import DEFAULTS
from governance.terms import Term

from .models import ANSWERS, SchoolDue, SchoolTerm, SchoolTermRule
from .registers import COUNTS, Tally

Filing = Procedure.Filing
Cells = dict[str, dict[str, int]]
NONE_YET = "none"
NOTHING = Tally()
Rules = tuple[str, int, frozenset[int]]  # of procedure: how far they have come; the office's interval; vacation months
NO_RULES: Rules = (NONE_YET, DEFAULTS.frequency_days, DEFAULTS.vacation_months)
FILINGS = {**{filing.value: filing.label for filing in Filing}, NONE_YET: "没有登记"}


@dataclass
class Glance:
    pk: int
    code: str
    name: str
    stage: str
    party_organization: str
    path: str = ""
    under: str = ""  # the authority right below the one that looks, where it has some
    now: Tally = NOTHING
    before: Tally = NOTHING
    expected: dict[str, int] = field(default_factory=dict)  # body → meetings
    filing: dict[str, str] = field(default_factory=dict)  # body → how far its rules of procedure have come
    cells: Cells = field(default_factory=dict)

    @property
    def bodies(self) -> tuple[str, ...]:
        return OFFICE_ALONE if self.party_organization == "none" else BOTH

    @property
    def stage_said(self) -> str:
        return STAGES.get(self.stage, "没有登记学段")

    @property
    def party_said(self) -> str:
        return PARTIES.get(self.party_organization, "")

    @property
    def held(self) -> list[tuple[str, int, int]]:
        """By body: how it is called, meetings held, meetings expected."""
        return [(SHORT[body], getattr(self.now, body), self.expected.get(body, 0)) for body in self.bodies]

    @cached_property
    def behind(self) -> bool:
        return any(getattr(self.now, body) < self.expected.get(body, 0) for body in self.bodies)

    @property
    def unfiled(self) -> bool:
        return any(self.filing.get(body) != Filing.FILED for body in self.bodies)

    @property
    def filings(self) -> list[tuple[str, str, str]]:
        """By body: how it is called, how far its rules have come, and the word for that."""
        return [(SHORT[body], self.filing[body], FILINGS[self.filing[body]]) for body in self.bodies]


BOTH, OFFICE_ALONE = (Body.PARTY, Body.OFFICE), (Body.OFFICE,)
STAGES = dict(Organisation.Stage.choices)
PARTIES = dict(Organisation.PartyOrganisation.choices)
SHORT: dict[str, str] = {Body.PARTY: "党组织", Body.OFFICE: "校长办公"}


def glances(schools: QuerySet[Organisation], term: Term, today: date) -> list[Glance]:
    """Every school: four statements."""
    columns = ("pk", "code", "name", "stage", "party_organization", "path")
    found = {row[0]: Glance(*row) for row in schools.order_by("code").values_list(*columns)}
    overdue = SchoolDue.objects.filter(school__in=schools, due__lt=today, open__gt=0).order_by().values_list("school")
    late = dict(overdue.annotate(Sum("open")))
    terms = SchoolTerm.objects.filter(school__in=schools, term__in=(term.serial, term.before.serial))
    now, before = {}, {}
    for pk, serial, *counts in terms.values_list("school", "term", *COUNTS):
        if serial == term.serial:
            now[pk] = Tally(*counts, overdue=late.pop(pk, 0))
        else:
            before[pk] = Tally(*counts)
    now |= {pk: Tally(overdue=open_) for pk, open_ in late.items()}
    rules = _procedures(schools, min(today, term.until - timedelta(days=1)))
    for pk, one in found.items():
        one.now, one.before = now.get(pk, NOTHING), before.get(pk, NOTHING)
        for body in one.bodies:
            one.filing[body], *asked = rules.get((pk, body), NO_RULES)
            one.expected[body] = rhythm(term, today, body, *asked)
    return list(found.values())


def _procedures(schools: QuerySet[Organisation], on: date) -> dict[tuple[int, str], Rules]:
    """Of each body the version in force."""
    versions = Procedure.objects.filter(school__in=schools, since__lte=on).order_by("school", "body", "-since")
    found = {}
    for pk, body, filed, returned, submitted, frequency, vacation in versions.distinct("school", "body").values_list(
        "school", "body", "filed_on", "returned_on", "submitted_on", "parameters__frequency_days",
        "parameters__vacation_months",
    ):  # fmt: skip
        # What it says of the rhythm, or the law where it says nothing.
        days = frequency if isinstance(frequency, int) and frequency > 0 else DEFAULTS.frequency_days
        months = frozenset(vacation) if isinstance(vacation, list) else DEFAULTS.vacation_months
        found[pk, body] = (Procedure.come_to(filed, returned, submitted), days, months)
    return found


@cache
def rhythm(term: Term, today: date, body: str, frequency: int, vacation: frozenset[int]) -> int:
    """Whole months of the party, whole intervals of the office, from the first day of the term until the day."""
    last = min(today, term.until - timedelta(days=1))
    days = [
        day for n in range((last - term.since).days + 1) if (day := term.since + timedelta(n)).month not in vacation
    ]
    if body == Body.OFFICE:
        return len(days) // frequency
    months = {(day.year, day.month) for day in days}
    return sum(1 for month in months if _over(month, last))


def _over(month: tuple[int, int], last: date) -> bool:
    after = last + timedelta(days=1)
    return month < (after.year, after.month)


NOT_MET = Q(broken__gt=0) | Q(unknown__gt=0)  # has an index: what is met is nearly everything


def with_cells(rows: Collection[Glance], term: Term, *, whole: bool = True) -> None:
    """Each of these schools with its cells: one statement. Unless ``whole``, without what is met."""
    by_pk = {row.pk: row for row in rows}
    answers = SchoolTermRule.objects.filter(term=term.serial, school__in=list(by_pk)).order_by()
    answers = answers if whole else answers.filter(NOT_MET)
    counts = answers.annotate(chapter=Left("rule", 1)).values_list("school", "chapter")
    for pk, chapter, met, broken, unknown in counts.annotate(Sum("met"), Sum("broken"), Sum("unknown")):
        if met or broken or unknown:
            by_pk[pk].cells[chapter] = {"met": met, "broken": broken, "unknown": unknown}


def rule_counts(schools: QuerySet[Organisation], term: Term, *, whole: bool = False) -> list[dict[str, Any]]:
    """Each rule that somebody did not meet in this term or the last (or, ``whole``, each one, with how often it was met),
    the most often broken first. ``before``: how often it was broken in the last term."""
    rows = SchoolTermRule.objects.filter(school__in=schools, term__in=(term.serial, term.before.serial)).order_by()
    rows = rows if whole else rows.filter(NOT_MET)
    names = [name for name in ANSWERS if whole or name != "met"]
    sums = {f"sum_{name}": Sum(name) for name in names}
    broken_at = Count("school_id", filter=Q(broken__gt=0))
    found: dict[str, dict[str, Any]] = {}
    for rule, serial, schools_, *counts in rows.values_list("rule", "term").annotate(schools=broken_at, **sums):
        said = dict(zip(names, counts, strict=True))
        of = found.setdefault(rule, {"rule": rule, "before": 0, "schools": 0, **dict.fromkeys(ANSWERS, 0)})
        of.update(said | {"schools": schools_} if serial == term.serial else {"before": said["broken"]})
    return sorted(found.values(), key=lambda one: (-one["broken"], -one["unknown"], one["rule"]))


def with_met(rules: list[dict[str, Any]], schools: QuerySet[Organisation], term: Term) -> list[dict[str, Any]]:
    """A few of ``rule_counts`` with how often they were met: one statement."""
    rows = SchoolTermRule.objects.filter(
        term=term.serial, rule__in=[each["rule"] for each in rules], school__in=schools
    )
    met = dict(rows.order_by().values_list("rule").annotate(Sum("met")))
    return [each | {"met": met.get(each["rule"], 0)} for each in rules]


def chapter_sums(rules: Iterable[dict[str, Any]]) -> Cells:
    """By chapter the sums of this term."""
    sums: Cells = {}
    for one in rules:
        of = sums.setdefault(one["rule"][0], dict.fromkeys(ANSWERS, 0))
        for name in ANSWERS:
            of[name] += one[name]
    return sums


def _cell(chapter: str) -> Callable[[Glance], Any]:
    def weight(one: Glance) -> tuple[int, int]:
        cell = one.cells.get(chapter, {})
        return cell.get("broken", 0), cell.get("unknown", 0)

    return weight


SORTED: dict[str, tuple[str, Callable[[Glance], Any]]] = {
    "urgency": ("最需要看的在前", lambda one: one.now.urgency),
    "name": ("代码", lambda one: one.code),
    "party": ("党组织会议", lambda one: one.now.party - one.expected.get(Body.PARTY, 0)),
    "office": ("校长办公会议", lambda one: one.now.office - one.expected[Body.OFFICE]),
    "decisions": ("议决", lambda one: one.now.decisions),
    "block": ("须改正", lambda one: one.now.block),
    "overdue": ("逾期", lambda one: one.now.overdue),
    **{chapter: (chapter, _cell(chapter)) for chapter in CHAPTERS},
}
FROM_THE_LEAST = {"name", "party", "office"}
SHOWN: dict[str, tuple[str, Callable[[Glance], bool]]] = {
    "block": ("有须改正的", lambda one: one.now.block > 0),
    "overdue": ("有逾期未办结的", lambda one: one.now.overdue > 0),
    "behind": ("开会少于应开的", lambda one: one.behind),
    "silent": ("没有开过会的", lambda one: not one.now.meetings),
    "unfiled": ("议事规则没有备案的", lambda one: one.unfiled),
}
