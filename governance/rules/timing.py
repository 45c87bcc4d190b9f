"""When things happen: days worked, days of term, meetings that share time."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from governance.rules.cases import MatterCase, MeetingCase
from governance.rules.facts import Calendar

ORDINARY = Calendar()
"""Without a calendar of its own, a school works from Monday to Friday."""

LONG_WHILE = 200
"""Days from which it is faster to look at the calendar than at each day."""


ONE = timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included; none if they are the wrong way round."""
    return (first + timedelta(days=after) for after in range((last - first).days + 1))


def working(day: date, calendar: Calendar) -> bool:
    if day.weekday() < 5:
        return day not in calendar.holidays
    return day in calendar.workdays


def working_days(first: date, last: date, calendar: Calendar | None) -> int:
    """Working days from ``first`` to ``last``, both included. Whole years of weeks are counted at once: a file may
    say anything of how long something was published."""
    calendar = calendar or ORDINARY
    if (last - first).days < LONG_WHILE:
        return sum(working(day, calendar) for day in days(first, last))
    weeks, rest = divmod((last - first).days + 1, 7)
    ordinary = weeks * 5 + sum(day.weekday() < 5 for day in days(last - timedelta(days=rest - 1), last))
    off = sum(first <= day <= last for day in calendar.holidays if day.weekday() < 5)
    return ordinary - off + sum(first <= day <= last for day in calendar.workdays if day.weekday() >= 5)


@lru_cache(maxsize=256)
def of_years(calendar: Calendar, years: range) -> Calendar:
    """The calendar of these years alone: one for all that was judged by it."""
    holidays, workdays = (
        frozenset(day for day in days if day.year in years) for days in (calendar.holidays, calendar.workdays)
    )
    return Calendar(holidays, workdays)


def term_days_between(earlier: date, later: date, vacation_months: Collection[int]) -> int:
    """Days from the day after the earlier one through the later one, vacations left out."""
    counted, first = 0, earlier + ONE
    while first <= later:  # month by month
        last = min(later, date(first.year, first.month, monthrange(first.year, first.month)[1]))
        if first.month not in vacation_months:
            counted += (last - first).days + 1
        first = last + ONE
    return counted


YEAR = timedelta(365)


class Payments:
    """What is paid to one payee for one project, in order of the matters' days."""

    def __init__(self, cases: Collection[MatterCase]) -> None:
        dated = sorted(((case.day, case) for case in cases if case.day), key=lambda one: one[0])
        self._days = [day for day, _ in dated]
        self._cases = [case for _, case in dated]
        self.undated = [case for case in cases if case.day is None]

    def year_up_to(self, last: date) -> list[MatterCase]:
        """Those within the 365 days up to a day, the day itself included."""
        return self._cases[bisect_left(self._days, last - YEAR) : bisect_right(self._days, last)]


class Timetable:
    """Meetings of one body in order of start, to be asked what they share time with."""

    def __init__(self, meetings: Iterable[MeetingCase]) -> None:
        meetings = tuple(meetings)
        self._at = {case.starts_at: case for case in meetings}
        self._timed = [(case, case.meeting.ends_at) for case in meetings if case.meeting.ends_at]
        self._starts = [case.starts_at for case, _ in self._timed]
        # no meeting that began longer ago than this can still be going on
        self._longest = max((end - case.starts_at for case, end in self._timed), default=timedelta(0))

    def compares(self, case: MeetingCase) -> bool:
        """Whether there is a meeting here of which it can be told if it shares time with the case."""
        return case.starts_at in self._at or bool(self._timed and case.meeting.ends_at)

    def beside(self, case: MeetingCase) -> MeetingCase | None:
        """What the case has to be compared with: the meeting it shares time with, else one that shows there is none."""
        if not self.compares(case):
            return None
        return self.clash(case) or self._timed[max(0, bisect_right(self._starts, case.starts_at) - 1)][0]

    def clash(self, case: MeetingCase) -> MeetingCase | None:
        """A meeting that starts with the case, or shares time with it; one that ends as it starts does not."""
        if case.starts_at in self._at or case.meeting.ends_at is None:
            return self._at.get(case.starts_at)
        position = bisect_left(self._starts, case.meeting.ends_at)
        while position and self._starts[position - 1] + self._longest > case.starts_at:
            position -= 1
            one, end = self._timed[position]
            if end > case.starts_at:
                return one
        return None
