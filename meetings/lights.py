"""Blue, yellow, red: how near the day of a decision is, always with a word. A function of dates, and of nothing else.

Glossary
    blue     due within seven days
    yellow   due within three days, or nobody has reported for fourteen
    red      overdue
"""

from dataclasses import dataclass
from datetime import date, timedelta

BLUE = timedelta(days=7)
YELLOW = timedelta(days=3)
SILENT = timedelta(days=14)


@dataclass(frozen=True)
class Light:
    colour: str
    word: str


NONE = Light("", "")


def light_of(*, due: date | None, done: date | None, heard: date | None, today: date) -> Light:
    """The light of a decision on a day.

    ``heard`` is the day of the last report, or of the decision while there is none; without it silence is not counted.
    """
    if done:
        return NONE
    left = due - today if due else None
    silent = today - heard if heard else timedelta()
    if left is not None and left < timedelta():
        return Light("red", f"逾期 {-left.days} 天")
    if left is not None and left <= YELLOW:
        return Light("yellow", "今天到期" if not left else f"还有 {left.days} 天")
    if silent >= SILENT:
        return Light("yellow", f"{silent.days} 天没有报告进展")
    if left is not None and left <= BLUE:
        return Light("blue", f"还有 {left.days} 天")
    return NONE
