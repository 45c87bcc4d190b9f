"""工作日历: which days are worked, from the rows that say so to the fact that rules read."""

from collections.abc import Iterable
from datetime import date

from .rules import facts

Mark = tuple[int, date, bool]
"""How far down the tree it is said (0: for the whole country), the day, whether it is worked."""


def calendar_of(marks: Iterable[Mark]) -> facts.Calendar:
    """What stands for one organisation: its own word goes before that of those above it."""
    working = {day: worked for _depth, day, worked in sorted(marks)}
    return facts.Calendar(
        holidays=frozenset(day for day, worked in working.items() if not worked and day.weekday() < 5),
        workdays=frozenset(day for day, worked in working.items() if worked and day.weekday() >= 5),
    )
