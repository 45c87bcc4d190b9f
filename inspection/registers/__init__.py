"""Registers 台账: functions of (schools, span of time) that read and never write.

``schools`` is a queryset of organisations, ``span`` the first moment and the first one after. Each register is a
queryset; ``overview`` counts them all for each school in one statement, and counts what a register lists.

Glossary
    held        a meeting that was opened
    decision    an item that a meeting settled with passed, rejected or decided by the principal
    finding     an answer that is broken or cannot be told; what is met is only counted
    open        a broken rule for which no head gave a reason
    excused     one for which a head did; it stays visible for ever
    corrected   of a sealed record: rows stand, so what counts is asked for (``result``)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import add
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, JSONField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Left
from django.utils import timezone

from accounts.models import Organisation
from governance.models import Body, Post
from meetings.carriers import with_outcome
from meetings.ledger import carried_out
from meetings.models import Correction, Item, Judgement, KeptFinding, Meeting, MetAnswer, Override
from meetings.school_checks import WHOLE, whole

Span = tuple[datetime, datetime]

HELD = (
    Meeting.State.OPEN,
    Meeting.State.ENDED,
    Meeting.State.COMPLETED,
    Meeting.State.SIGNED,
    Meeting.State.ISSUED,
    Meeting.State.IMPORTED,
)
BROKEN, UNKNOWN = KeptFinding.Outcome.BROKEN, KeptFinding.Outcome.UNKNOWN
BLOCK, WARN = KeptFinding.Mode.BLOCK, KeptFinding.Mode.WARN


def _within(field_name: str, span: Span) -> Q:
    since, until = span
    return Q(**{f"{field_name}__gte": since, f"{field_name}__lt": until})


def _of(schools: QuerySet[Organisation] | None, link: str) -> Q:
    """``None`` leaves the schools to the query around this one."""
    return Q() if schools is None else Q(**{f"{link}__in": schools})


def meetings(schools: QuerySet[Organisation] | None, span: Span) -> QuerySet[Meeting]:
    return Meeting.objects.filter(_of(schools, "school"), _within("starts_at", span), state__in=HELD)


def decisions(schools: QuerySet[Organisation] | None, span: Span) -> QuerySet[Item]:
    settled = Item.objects.filter(
        _of(schools, "meeting__school"), _within("meeting__starts_at", span), state=Item.State.SETTLED
    )
    return with_outcome(settled, Item.DECIDED)


def overdue(schools: QuerySet[Organisation] | None, day: date) -> QuerySet[Item]:
    """Carried decisions whose day has passed and of which nobody reported that they are done."""
    return carried_out(Item.objects.filter(_of(schools, "meeting__school"), due__lt=day, done_on=None))


def dated(findings: QuerySet[KeptFinding]) -> QuerySet[KeptFinding]:
    """With ``happened``: the day of a finding is its meeting's, or before there is one, that of the check."""
    return findings.annotate(happened=Coalesce("meeting__starts_at", "judgement__at"))


def findings(schools: QuerySet[Organisation] | None, span: Span | None = None) -> QuerySet[KeptFinding]:
    """What the rules now say of the schools' records and is not met, each with ``happened`` and ``excused``."""
    given = Override.objects.filter(item=OuterRef("item"), rule=OuterRef("rule"))
    current = KeptFinding.objects.filter(_of(schools, "school"), _last_answer(), judgement__current=True)
    current = dated(current).annotate(excused=Exists(given))
    return current.filter(happened_within(*span)) if span else current


def of_schools_now() -> Q:
    """Of findings: on a school as a whole, as it was last checked. Each term that is over keeps its own."""
    later = whole(Judgement.objects.filter(school=OuterRef("school"), pk__gt=OuterRef("judgement")))
    return WHOLE & Q(~Exists(later))


def happened_within(since: datetime | None, until: datetime | None) -> Q:
    """Of findings: ``happened`` from one moment until another, as an index can tell: whoever asks for a term pays for
    a term, however many years there are."""
    bounds = {name: value for name, value in (("gte", since), ("lt", until)) if value}
    if not bounds:
        return Q()
    before_one = {f"judgement__at__{name}": value for name, value in bounds.items()}
    at_one = {f"meeting__starts_at__{name}": value for name, value in bounds.items()}
    held, not_held = KeptFinding.objects.filter(**at_one), KeptFinding.objects.filter(meeting=None, **before_one)
    return Q(pk__in=held.order_by().values("pk").union(not_held.order_by().values("pk"), all=True))


def met(schools: QuerySet[Organisation] | None, span: Span | None = None) -> QuerySet[MetAnswer]:
    """What they say is met: the same, counted as findings are."""
    current = MetAnswer.objects.filter(_of(schools, "school"), _last_answer(), current=True)
    current = current.annotate(happened=Coalesce("meeting__starts_at", "at"))
    return current.filter(_within("happened", span)) if span else current


def _last_answer() -> Q:
    """A matter that came to two meetings was judged at both; of a rule about the matter the later answer counts. So
    does that of an item which was settled anew after its record had come back."""
    after = {"current": True, "pk__gt": OuterRef("judgement")}
    anew = Judgement.objects.filter(item=OuterRef("item"), **after)
    broken = KeptFinding.objects.filter(
        matter=OuterRef("matter"), rule=OuterRef("rule"), item=None, judgement__current=True,
        judgement__gt=OuterRef("judgement"),
    )  # fmt: skip
    # By itself a matter is judged only while it never came to a meeting.
    of_rule = Func(F("met"), Value("matter"), OuterRef("rule"), function="jsonb_extract_path", output_field=JSONField())
    met = Judgement.objects.filter(meeting__items__matter=OuterRef("matter"), **after).annotate(of_rule=of_rule)
    met = met.filter(of_rule__contains=Func(OuterRef("matter"), function="to_jsonb", output_field=JSONField()))
    of_item = Q(item__isnull=False) & ~Exists(anew)
    return of_item | Q(item=None, matter=None) | Q(item=None) & ~Exists(broken) & ~Exists(met)


class Tally(NamedTuple):
    """How many of what, as roll-ups have it; two can be added."""

    met: int = 0
    broken: int = 0
    unknown: int = 0
    block: int = 0  # broken and open
    warn: int = 0
    excused: int = 0
    party: int = 0  # meetings held
    office: int = 0
    items: int = 0  # settled
    items_met: int = 0
    items_broken: int = 0
    items_unknown: int = 0
    decisions: int = 0
    class_d: int = 0
    class_h: int = 0
    class_p: int = 0
    class_f: int = 0
    overdue: int = 0

    @property
    def meetings(self) -> int:
        return self.party + self.office

    @property
    def checked(self) -> int:
        return self.met + self.broken + self.unknown

    @property
    def class_g(self) -> int:
        return self.decisions - self.class_d - self.class_h - self.class_p - self.class_f

    @property
    def shares(self) -> dict[str, int]:
        return self._shares(self.met, self.broken, self.unknown)

    @property
    def item_shares(self) -> dict[str, int]:
        return self._shares(self.items_met, self.items_broken, self.items_unknown)

    @staticmethod
    def _shares(*three: int) -> dict[str, int]:
        """Tenths of a per cent of met, broken and unknown; they always add up to 1000, and what there is is not 0."""
        counts = {name: count for name, count in zip(("met", "broken", "unknown"), three, strict=True) if count}
        if not counts:
            return {}
        tenths = {name: max(1, count * 1000 // sum(three)) for name, count in counts.items()}
        tenths[max(counts, key=counts.__getitem__)] += 1000 - sum(tenths.values())
        return {"met": 0, "broken": 0, "unknown": 0} | tenths

    @property
    def urgency(self) -> tuple[int, ...]:
        """What needs looking at comes first: unexplained breaches, late work, warnings, what cannot be told."""
        return (self.block, self.overdue, self.warn, self.unknown, -self.meetings)

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]
        return Tally(*map(add, self, other))


COUNTS = Tally._fields[:-1]  # what is due is counted by the day


@dataclass(frozen=True)
class Row:
    """One school with its figures."""

    school: Organisation
    tally: Tally
    last: datetime | None = None  # meeting
    chapters: dict[str, dict[str, int]] = field(default_factory=dict)


def _figures(queryset: QuerySet, school: str, **figures) -> Subquery:
    """One small object of aggregates for the school of the outer row."""
    rows = queryset.filter(**{school: OuterRef("pk")}).order_by().values(school)
    return Subquery(rows.annotate(figures_=JSONObject(**figures)).values("figures_"))


def _count(**conditions) -> Count:
    return Count("pk", filter=Q(**conditions))


def overview(schools: QuerySet[Organisation], span: Span, day: date) -> list[Row]:
    """Every school with its figures, what needs looking at first: one statement."""
    annotated = schools.annotate(
        meeting_figures=_figures(
            Meeting.objects.filter(state__in=HELD, starts_at__lte=timezone.now()),
            "school",
            party=Count("pk", filter=_within("starts_at", span) & Q(body=Body.PARTY)),
            office=Count("pk", filter=_within("starts_at", span) & Q(body=Body.OFFICE)),
            last=Max("starts_at"),
        ),
        decision_figures=_figures(decisions(None, span), "meeting__school", decisions=Count("pk")),
        finding_figures=_figures(
            findings(None, span),
            "school",
            broken=_count(outcome=BROKEN),
            unknown=_count(outcome=UNKNOWN),
            block=_count(outcome=BROKEN, mode=BLOCK, excused=False),
            warn=_count(outcome=BROKEN, mode=WARN, excused=False),
            excused=_count(outcome=BROKEN, excused=True),
        ),
        met_figures=_figures(met(None, span), "school", met=Count("pk")),
        overdue_figures=_figures(overdue(None, day), "meeting__school", overdue=Count("pk")),
    )
    rows = []
    for school in annotated:
        held = dict(school.meeting_figures or {})
        last = held.pop("last", None)
        tally = Tally(
            **held,
            **(school.decision_figures or {}),
            **(school.finding_figures or {}),
            **(school.met_figures or {}),
            **(school.overdue_figures or {}),
        )
        rows.append(Row(school, tally, datetime.fromisoformat(last) if last else None))
    return sorted(rows, key=lambda row: row.tally.urgency, reverse=True)


def total_of(tallies: Iterable[Tally]) -> Tally:
    return Tally(*map(sum, zip(*tallies, strict=True)))


def total(rows: Iterable[Row]) -> Tally:
    return total_of(row.tally for row in rows)


def by_chapter(schools: QuerySet[Organisation], span: Span) -> QuerySet[Organisation]:
    """Schools with ``open_chapters`` and ``met_chapters``: for each chapter of the rules how many answers; ``chapters``
    puts them together."""

    def counted(answers: QuerySet, **counts) -> ArraySubquery:
        of_school = answers.filter(school=OuterRef("pk")).order_by()
        by_first_letter = of_school.annotate(chapter=Left("rule", 1)).values("chapter")
        return ArraySubquery(by_first_letter.annotate(json=JSONObject(chapter=F("chapter"), **counts)).values("json"))

    counts = {"broken": _count(outcome=BROKEN), "unknown": _count(outcome=UNKNOWN)}
    return schools.annotate(
        open_chapters=counted(findings(None, span), **counts),
        met_chapters=counted(met(None, span), met=Count("pk")),
    )


def chapters(school: Organisation) -> dict[str, dict[str, int]]:
    """Of a school that came ``by_chapter``: by chapter the three numbers; none where nothing was checked."""
    of: dict[str, dict[str, int]] = {}
    for counts in (*school.open_chapters, *school.met_chapters):
        of.setdefault(counts["chapter"], {"met": 0, "broken": 0, "unknown": 0}).update(counts)
    return of


def by_rule(schools: QuerySet[Organisation], span: Span) -> list[dict]:
    """For each rule how often it was broken, could not be told, was met; the most often broken first. One statement."""
    columns = ("rule", "mode", "broken", "unknown", "schools", "met")
    open_ones = (
        findings(schools, span)
        .order_by()
        .values("rule")
        .annotate(
            mode=Min("mode"),
            broken=_count(outcome=BROKEN),
            unknown=_count(outcome=UNKNOWN),
            schools=Count("school", filter=Q(outcome=BROKEN), distinct=True),
            met=Value(0),
        )
    )
    none = {"mode": Value(""), "broken": Value(0), "unknown": Value(0), "schools": Value(0)}
    met_ones = met(schools, span).order_by().values("rule").annotate(**none, met=Count("pk"))
    of: dict[str, dict] = {}
    for row in open_ones.values(*columns).union(met_ones.values(*columns), all=True):
        known = of.setdefault(row["rule"], row)
        of[row["rule"]] = row | {name: max(known[name], row[name]) for name in columns}
    return sorted(of.values(), key=lambda row: (-row["broken"], -row["unknown"], row["rule"]))


def with_finding_counts(queryset: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings, each with ``figures``: what the rules now say of them, counted as everywhere; none where all is met.
    ``checked`` is whether they were asked at all."""
    figures = _figures(
        findings(None),
        "meeting",
        block=_count(outcome=BROKEN, mode=BLOCK, excused=False),
        warn=_count(outcome=BROKEN, mode=WARN, excused=False),
        unknown=_count(outcome=UNKNOWN),
    )
    return queryset.annotate(
        figures=figures, checked=Exists(Judgement.objects.filter(meeting=OuterRef("pk"), current=True))
    )


def corrections(schools: QuerySet[Organisation], span: Span) -> QuerySet[Correction]:
    """What was found wrong in sealed records of the span, the last entered first; not what was taken back."""
    return (
        Correction.objects.filter(
            _of(schools, "meeting__school"), _within("meeting__starts_at", span), dropped_at=None,
            meeting__state__in=Meeting.SEALED,
        )
        .select_related("meeting__school", "signed_by")
        .order_by("-entered_at", "-pk")
    )  # fmt: skip


def in_post(schools: QuerySet[Organisation], day: date) -> QuerySet[Post]:
    return Post.objects.filter(Q(until__isnull=True) | Q(until__gt=day), school__in=schools, since__lte=day)
