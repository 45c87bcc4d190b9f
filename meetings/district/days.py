"""On which days a school's two bodies meet, and its heads talk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from governance.models import Body

WEEK = timedelta(7)
HOLIDAYS = {(1, 1), *((5, day) for day in range(1, 6)), *((10, day) for day in range(1, 8))}


@dataclass(frozen=True)
class Term:
    """The months of a term in which schools meet; ``key`` as inspection calls it."""

    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 9, 1) if self.number == 1 else date(self.year + 1, 3, 1)

    @property
    def last(self) -> date:
        return date(self.year + 1, 1, 31) if self.number == 1 else date(self.year + 1, 6, 30)

    @property
    def pause(self) -> tuple[date, date]:
        """Five weeks in the middle, for a school that does not meet when it ought to."""
        begin = date(self.year, 10, 20) if self.number == 1 else date(self.year + 1, 4, 10)
        return begin, begin + 5 * WEEK


def terms(since: date, until: date) -> Iterator[Term]:
    for year in range(since.year - 1, until.year + 1):
        for number in (1, 2):
            term = Term(year, number)
            if term.last >= since and term.first <= until:
                yield term


def weekday(term: Term, day: int, every: int) -> Iterator[date]:
    """Every first or second Monday (Wednesday …) of a term; what would be on a holiday is a week later, or falls to the
    meeting of that week."""
    at = term.first + timedelta((day - term.first.weekday()) % 7)
    while at <= term.last:
        if (at.month, at.day) not in HOLIDAYS:
            yield at
        elif every > 1:
            yield at + WEEK
        at += every * WEEK


def monthly(term: Term) -> Iterator[date]:
    """The second Monday of each month."""
    return (day for day in weekday(term, 0, 1) if 8 <= day.day <= 14)


def meeting_days(term: Term, party: int, office: int) -> list[tuple[date, Body]]:
    """``party``, ``office``: every how many weeks; 4 is once a month, 0 never."""
    days = [(day, Body.OFFICE) for day in weekday(term, 2, office)]
    if party:
        days += [(day, Body.PARTY) for day in (monthly(term) if party == 4 else weekday(term, 0, party))]
    return sorted(days)


def talks(term: Term) -> Iterator[date]:
    """Every twelve days, and the Friday before where that is a weekend."""
    at = term.first
    while at <= term.last:
        yield at - timedelta(max(at.weekday() - 4, 0))
        at += timedelta(12)
