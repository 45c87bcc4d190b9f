"""When things happen: days worked, days of term, meetings that share time."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from governance.rules.cases import MeetingCase
from governance.rules.facts import Calendar

ORDINARY = Calendar()
"""Without a calendar of its own, a school works from Monday to Friday."""


def days(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included; none if they are the wrong way round."""
    return (first + timedelta(days=after) for after in range((last - first).days + 1))


def working(day: date, calendar: Calendar) -> bool:
    if day.weekday() < 5:
        return day not in calendar.holidays
    return day in calendar.workdays


def working_days(first: date, last: date, calendar: Calendar | None) -> int:
    """Working days from ``first`` to ``last``, both included."""
    return sum(working(day, calendar or ORDINARY) for day in days(first, last))


def term_days_between(earlier: date, later: date, vacation_months: Collection[int]) -> int:
    """Days from the day after the earlier one through the later one, vacations left out."""
    return sum(day.month not in vacation_months for day in days(earlier + timedelta(days=1), later))


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
