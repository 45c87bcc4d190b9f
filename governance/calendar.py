"""工作日历: which days are worked, from the rows that say so to the fact that rules read, and to the page of a year."""

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation

from .models import CalendarDay, CalendarYear
from .rules import facts

FIRST_YEAR = 2016  # no record that is kept here is older, and every judgement carries the calendar along

Mark = tuple[int, date, bool]
"""How far down the tree it is said (0: for the whole country), the day, whether it is worked."""


def calendar_of(marks: Iterable[Mark]) -> facts.Calendar:
    """What stands for one organisation: its own word goes before that of those above it."""
    working = {day: worked for _depth, day, worked in sorted(marks)}
    return facts.Calendar(
        holidays=frozenset(day for day, worked in working.items() if not worked and day.weekday() < 5),
        workdays=frozenset(day for day, worked in working.items() if worked and day.weekday() >= 5),
    )


def years_shown() -> tuple[int, int]:
    """The first and the last year that can be looked at and marked."""
    return FIRST_YEAR, timezone.localdate().year + 2


def counted_plainly(days: Iterable[date], known: Collection[int]) -> str:
    """Said where a deadline in working days touches a year of which the country's days are not known; else empty."""
    unknown = sorted({day.year for day in days} - set(known))
    return f"{'、'.join(map(str, unknown))} 年还没有调休数据，按周一至周五计算" if unknown else ""


@dataclass(frozen=True)
class Word:
    """One row of the calendar, as it is told: who says of a day that it is worked or off."""

    pk: int
    day: date
    working: bool
    name: str
    whose: str
    own: bool

    @property
    def told(self) -> str:
        return f"{'上班' if self.working else '休息'}（{'，'.join(filter(None, (self.name, self.whose)))}）"


@dataclass(frozen=True)
class Day:
    """What stands of a day that somebody has a word about, and over whose other word."""

    stands: Word
    over: Word | None

    @property
    def special(self) -> bool:
        """Whether it is not what its weekday says."""
        return self.stands.working != (self.stands.day.weekday() < 5)


def days_of(organisation: Organisation, first: date, last: date) -> dict[date, Day]:
    """Every day from ``first`` to ``last`` about which the country, an authority above or the organisation has a word."""
    line = organisation.line
    rows = CalendarDay.objects.filter(
        Q(organisation=None) | Q(organisation__in=line), day__range=(first, last)
    ).select_related("organisation")
    words: dict[date, list[tuple[int, Word]]] = {}
    for row in rows:
        own = row.organisation_id == organisation.pk
        depth = line.index(row.organisation_id) + 1 if row.organisation_id else 0
        whose = _ourselves(organisation) if own else row.organisation.name if row.organisation else "国家"
        words.setdefault(row.day, []).append((depth, Word(row.pk, row.day, row.working, row.name, whose, own)))
    found = {}
    for day, said in words.items():
        ranked = [word for _, word in sorted(said, key=lambda each: each[0], reverse=True)]
        found[day] = Day(ranked[0], next((each for each in ranked if each.working != ranked[0].working), None))
    return found


def _ourselves(organisation: Organisation) -> str:
    return "本校" if organisation.kind == Organisation.Kind.SCHOOL else "本单位"


@dataclass(frozen=True)
class Span:
    """Neighbouring days of which the same is said by the same: 10月1日–7日 国庆节."""

    days: tuple[Day, ...]

    @property
    def word(self) -> Word:
        return self.days[0].stands

    @property
    def first(self) -> date:
        return self.days[0].stands.day

    @property
    def last(self) -> date:
        return self.days[-1].stands.day

    @property
    def over(self) -> Word | None:
        return self.days[0].over

    @property
    def pks(self) -> list[int]:
        return [day.stands.pk for day in self.days]


@dataclass(frozen=True)
class Cell:
    day: date
    kind: str  # off | worked | weekend | ordinary
    told: str

    @property
    def sign(self) -> str:
        return {"off": "休", "worked": "班"}.get(self.kind, "")


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    spans: list[Span]


@dataclass(frozen=True)
class Year:
    number: int
    months: list[Month]
    country: CalendarYear | None
    off: int
    worked: int
    working_days: int


def year_of(organisation: Organisation, number: int) -> Year:
    days = days_of(organisation, date(number, 1, 1), date(number, 12, 31))
    every = [
        _cell(date(number, 1, 1) + timedelta(days=n), days) for n in range(366 if calendar.isleap(number) else 365)
    ]
    kinds = [cell.kind for cell in every]
    return Year(
        number,
        [_month(month, [cell for cell in every if cell.day.month == month], days) for month in range(1, 13)],
        CalendarYear.objects.filter(year=number).first(),
        kinds.count("off"),
        kinds.count("worked"),
        kinds.count("ordinary") + kinds.count("worked"),
    )


def _cell(day: date, days: dict[date, Day]) -> Cell:
    known = days.get(day)
    if known and known.special:
        return Cell(day, "worked" if known.stands.working else "off", known.stands.told)
    return Cell(day, "weekend" if day.weekday() >= 5 else "ordinary", known.stands.told if known else "")


def _month(number: int, cells: list[Cell], days: dict[date, Day]) -> Month:
    padded: list[Cell | None] = [None] * cells[0].day.weekday() + list(cells)
    padded += [None] * (-len(padded) % 7)
    spoken = [days[cell.day] for cell in cells if cell.day in days]
    return Month(number, [padded[n : n + 7] for n in range(0, len(padded), 7)], _spans(spoken))


def _spans(days: list[Day]) -> list[Span]:
    """Neighbours of one word together; a weekend between two days off does not part them."""
    numbers, number = [], 0
    for place, day in enumerate(days):
        number += place == 0 or not _continues(days[place - 1], day)
        numbers.append(number)
    pairs = zip(numbers, days, strict=True)
    return [Span(tuple(day for _, day in each)) for _, each in groupby(pairs, key=lambda pair: pair[0])]


def _continues(before: Day, day: Day) -> bool:
    one, other = before.stands, day.stands
    if (one.working, one.name, one.whose) != (other.working, other.name, other.whose):
        return False
    if (before.over is None) != (day.over is None):
        return False
    between = (one.day + timedelta(days=n) for n in range(1, (other.day - one.day).days))
    return all(each.weekday() >= 5 for each in between) and (not one.working or other.day - one.day == timedelta(1))


def first_moment(day: date) -> datetime:
    """The first moment of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))
