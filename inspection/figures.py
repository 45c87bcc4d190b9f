"""Roll-ups beside the records: compared row by row with plain queries, built anew, set aside while much is loaded."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Func, Q, QuerySet, SmallIntegerField
from django.db.models.functions import Left

from accounts.models import Organisation
from meetings.carriers import with_result
from meetings.ledger import carried_out
from meetings.models import Item, Meeting

from . import registers
from .models import ANSWERS, Figures, SchoolDue, SchoolTerm, SchoolTermRule
from .registers import BLOCK, BROKEN, COUNTS, UNKNOWN, WARN

CLASSES = {letter: f"class_{letter.lower()}" for letter in "DHPF"}
Sums = dict[tuple, Counter]


def settle_figures() -> None:
    """Within a transaction: the figures of what it wrote so far, which come by themselves when it commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS figures_are_kept IMMEDIATE; SET CONSTRAINTS figures_are_kept DEFERRED")


def rebuild_figures(schools: QuerySet[Organisation]) -> int:
    """Count all records of these schools anew; one transaction a school."""
    pks = list(schools.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT yishi_rebuild_figures(%s)", [pk])
    return len(pks)


@contextmanager
def figures_later() -> Iterator[None]:
    """While much is loaded, within a transaction: nothing is counted. ``rebuild_figures`` has to come after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yishi.figures', 'off', true)")
        yield
        cursor.execute("SELECT set_config('yishi.figures', '', true)")


def differences(schools: QuerySet[Organisation]) -> list[str]:
    """Where a roll-up says otherwise than the records: table, key, what it says, what the records say."""
    found: list[str] = []
    pairs: tuple[tuple[Any, Sums, tuple[str, ...], tuple[str, ...]], ...] = (
        (SchoolTerm, by_term(schools), ("school", "term"), COUNTS),
        (SchoolTermRule, by_rule(schools), ("school", "term", "rule"), ANSWERS),
        (SchoolDue, by_due(schools), ("school", "due"), ("open",)),
        (Figures, by_meeting(schools), ("meeting",), ANSWERS),
    )
    for model, told, key, names in pairs:
        rows = model.objects.filter(school__in=schools)
        rows = rows.filter(meeting__isnull=False) if model is Figures else rows
        kept = {
            row[: len(key)]: Counter(dict(zip(names, row[len(key) :], strict=True)))
            for row in rows.values_list(*key, *names)
        }
        for place in sorted(kept.keys() | told.keys(), key=str):
            says, is_so = kept.get(place, Counter()), told.get(place, Counter())
            wrong = [f"{name} {says[name]} / {is_so[name]}" for name in names if says[name] != is_so[name]]
            if wrong:
                found.append(f"{model.__name__} {' '.join(map(str, place))}: {', '.join(wrong)}")
    return found


class _Term(Func):
    function = "yishi_term"
    output_field = SmallIntegerField()


def _counts(**conditions: Q | None) -> dict[str, Count]:
    return {f"of_{name}": Count("pk", filter=which) for name, which in conditions.items()}


def _add(sums: Sums, rows: QuerySet, key: tuple[str, ...], **conditions: Q | None) -> None:
    grouped = rows.order_by().values_list(*key).annotate(**_counts(**conditions))
    for row in grouped:
        for name, count in zip(conditions, row[len(key) :], strict=True):
            sums[row[: len(key)]][name] += count


def _answers(schools: QuerySet[Organisation], sums: Sums, *key: str) -> None:
    open_ = Q(outcome=BROKEN, excused=False)
    not_met = registers.findings(schools).annotate(term=_Term("happened"))
    _add(sums, not_met, key, broken=Q(outcome=BROKEN), unknown=Q(outcome=UNKNOWN), block=open_ & Q(mode=BLOCK),
         warn=open_ & Q(mode=WARN), excused=Q(outcome=BROKEN, excused=True))  # fmt: skip
    _add(sums, registers.met(schools).annotate(term=_Term("happened")), key, met=None)


def by_rule(schools: QuerySet[Organisation]) -> Sums:
    sums: Sums = defaultdict(Counter)
    _answers(schools, sums, "school", "term", "rule")
    return sums


def by_meeting(schools: QuerySet[Organisation]) -> Sums:
    sums: Sums = defaultdict(Counter)
    _answers(schools, sums, "meeting")
    sums.pop((None,), None)
    return sums


def by_due(schools: QuerySet[Organisation]) -> Sums:
    sums: Sums = defaultdict(Counter)
    due = carried_out(Item.objects.filter(meeting__school__in=schools, due__isnull=False, done_on=None))
    _add(sums, due, ("meeting__school", "due"), open=None)
    return sums


def by_term(schools: QuerySet[Organisation]) -> Sums:
    sums: Sums = defaultdict(Counter)
    _answers(schools, sums, "school", "term")
    held = Meeting.objects.filter(school__in=schools, state__in=registers.HELD).annotate(term=_Term("starts_at"))
    _add(sums, held, ("school", "term"), party=Q(body="party"), office=Q(body="office"))
    settled = Item.objects.filter(meeting__school__in=schools, state=Item.State.SETTLED)
    settled = settled.annotate(term=_Term("meeting__starts_at"), letter=Left("matter__category", 1))
    key = ("meeting__school", "term")
    _add(sums, settled, key, items=None)
    decided = with_result(settled).filter(result__in=Item.DECIDED)
    classes = {name: Q(letter=letter) for letter, name in CLASSES.items()}
    _add(sums, decided, key, decisions=None, **classes)
    _weighed(schools, settled, sums)
    return sums


def _weighed(schools: QuerySet[Organisation], settled: QuerySet[Item], sums: Sums) -> None:
    of_meeting = Q(item__meeting=F("meeting"), item__state=Item.State.SETTLED)
    not_met = registers.findings(schools).filter(of_meeting)
    weighs = not_met.filter(mode__in=(BLOCK, WARN))
    broken = set(weighs.filter(outcome=BROKEN).values_list("item", flat=True))
    unknown = set(weighs.filter(outcome=UNKNOWN).values_list("item", flat=True)) - broken
    answered = set(not_met.values_list("item", flat=True))
    answered |= set(registers.met(schools).filter(of_meeting).values_list("item", flat=True))
    for pk, school, term in settled.values_list("pk", "meeting__school", "term"):
        if pk in answered:
            name = "items_broken" if pk in broken else "items_unknown" if pk in unknown else "items_met"
            sums[school, term][name] += 1
