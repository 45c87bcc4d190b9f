"""School terms: the spans of time by which schools are looked at, and in which what is said of a school stands.

Glossary
    Term    学期: the first from 1 September until 31 January, the second from 1 February until 31 August
    until   the first day after the term, as with posts and roles
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from .calendar import first_moment


@dataclass(frozen=True, order=True)
class Term:
    year: int  # in which the school year began
    number: int  # 1 or 2

    @property
    def since(self) -> date:
        return date(self.year, 9, 1) if self.number == 1 else date(self.year + 1, 2, 1)

    @property
    def until(self) -> date:
        return self.next.since

    @cached_property
    def first_day(self) -> str:
        """As an address carries it."""
        return self.since.isoformat()

    @cached_property
    def final_day(self) -> str:
        return (self.until - timedelta(days=1)).isoformat()

    @property
    def next(self) -> "Term":
        return Term(self.year, 2) if self.number == 1 else Term(self.year + 1, 1)

    @property
    def before(self) -> "Term":
        return Term(self.year - 1, 2) if self.number == 1 else Term(self.year, 1)

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def serial(self) -> int:
        """As roll-ups carry it: terms in a row are numbers in a row."""
        return self.year * 2 + self.number - 1

    @property
    def short(self) -> str:
        return f"{self.year % 100}—{(self.year + 1) % 100} {'上下'[self.number - 1]}"

    def __str__(self) -> str:
        return f"{self.year}—{self.year + 1} 学年第{'一二'[self.number - 1]}学期"


def term_of(day: date) -> Term:
    if day.month >= 9:
        return Term(day.year, 1)
    return Term(day.year - 1, 1 if day.month == 1 else 2)


def recent(day: date, count: int = 6) -> list[Term]:
    """The term of a day and those before it, the latest first."""
    terms = [term_of(day)]
    while len(terms) < count:
        terms.append(terms[-1].before)
    return terms


def chosen(key: str | None, day: date) -> Term:
    """The recent term of that key, else the term of the day."""
    return next((term for term in recent(day) if term.key == key), term_of(day))


def moments(term: Term) -> tuple[datetime, datetime]:
    """The first moment of a term, and the first one after it."""
    return first_moment(term.since), first_moment(term.until)
