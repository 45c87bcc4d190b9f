"""Three days around one change: what was so before is judged as it was, neither a day too early nor a day too late.

A scene is played on the day before ``TURN``, on it and on the day after; what changes always changes on ``TURN``.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from governance.rules.ruling import Outcome
from tests.rules.story import NOT_APPLICABLE, Story, at, day

TURN = day("2025-05-14")  # a Wednesday in a month without holidays of the default
DAYS = {"before": TURN - timedelta(days=1), "of": TURN, "after": TURN + timedelta(days=1)}
LONG_AGO = day("2020-01-01")
Play = Callable[[Story, date], Any]


def at_three(when: date):
    return at(f"{when} 15:00")


def changes(table: dict[str, tuple]) -> pytest.MarkDecorator:
    """A test for each line of the table on each of the days: code, what was said until ``TURN``, what from it on."""
    cases = [
        pytest.param(*line[:-2], when, line[-2] if when < TURN else line[-1], id=f"{name}, the day {which}")
        for name, line in table.items()
        for which, when in DAYS.items()
    ]
    return pytest.mark.parametrize(("code", "play", "when", "outcome"), cases)


def meets(body: str = "party", category: str = "G", *, present: Any = None, chair: str | None = None, **item) -> Play:
    """A meeting of the day that passes one item."""

    def play(story: Story, when: date):
        passed = story.item(category, outcome="passed", **item)
        return story.meeting(body, passed, present=present, chair=chair, starts_at=at_three(when))

    return play


def in_a_team_of_six(code: str, play: Play, when: date) -> Outcome:
    story = Story(party=6, office=4)
    play(story, when)
    findings = story.findings(code, on=when)
    return findings[-1].outcome if findings else NOT_APPLICABLE
