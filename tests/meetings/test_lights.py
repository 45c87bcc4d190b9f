"""Blue, yellow, red: the table of edges, and one light on every page."""

from datetime import date, timedelta

import pytest

from meetings.lights import light_of

TODAY = date(2026, 3, 12)


def day(days: int | None) -> date | None:
    return None if days is None else TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("due", "heard", "colour", "word"),
    [
        (-1, 0, "red", "逾期 1 天"),
        (0, 0, "yellow", "今天到期"),  # the day itself is not overdue
        (3, 0, "yellow", "还有 3 天"),
        (4, 0, "blue", "还有 4 天"),
        (7, 0, "blue", "还有 7 天"),
        (8, 0, "", ""),
        (30, -13, "", ""),
        (30, -14, "yellow", "14 天没有报告进展"),
        (5, -14, "yellow", "14 天没有报告进展"),  # silence is the nearer danger
        (2, -20, "yellow", "还有 2 天"),
        (-2, -20, "red", "逾期 2 天"),
        (30, None, "", ""),  # of what came as a file nobody was asked to report
        (None, -14, "yellow", "14 天没有报告进展"),
        (None, 0, "", ""),
    ],
)
def test_edges(due, heard, colour, word):
    light = light_of(due=day(due), done=None, heard=day(heard), today=TODAY)
    assert (light.colour, light.word) == (colour, word)
    assert bool(light.word) == bool(light.colour)  # colour never speaks alone


@pytest.mark.parametrize("due", [-10, 0, 5, None])
def test_what_is_done_has_no_light(due):
    assert not light_of(due=day(due), done=TODAY, heard=day(-30), today=TODAY).colour
