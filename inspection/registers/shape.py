"""What a register 台账 is made of: its rows as a function of schools and a span of time, what it can be narrowed to, and
its columns, which the page and the workbook share.

Glossary
    Told    a column. ``under`` its neighbour to the left on the page: "bare", or "named" with its title; in the
            workbook it is a column like the others
    Choice  one more thing to narrow by, each option with what it asks of a row, given the day
    span    the first moment, and the first one after
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from governance.access import Standing
from meetings.documents.blocks import Column
from meetings.documents.sheets import Value

from . import Span

Link = Callable[[Any, Standing], str]
Rows = Callable[[QuerySet[Organisation], Span, date], QuerySet]


@dataclass(frozen=True)
class Told:
    title: str
    width: int
    value: Callable[[Any], Value]
    kind: str = "text"  # text, date, moment, number, money
    align: str = "left"
    link: Link | None = None
    under: str = ""
    word: str = ""  # how it is said under a neighbour: "逾期 {} 天"
    badge: Callable[[Any], str] | None = None  # the state that its badge is drawn for
    corrected: str = ""  # the field of an item whose corrections stand beside it
    of_district: bool = False  # says which school: one school's own register has no such column
    on_page: bool = True

    @property
    def column(self) -> Column:
        return Column(self.title, self.width, self.align, self.kind)


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    options: dict[str, tuple[str, Callable[[date], Q]]]


@dataclass(frozen=True)
class Register:
    """``school``, ``body``, ``category`` are how a row leads to them; ``text`` is what is searched. Without ``by_time``
    it is about today, whatever the period."""

    key: str
    title: str
    lead: str
    unit: str
    rows: Rows
    columns: tuple[Told, ...]
    school: str = "meeting__school"
    body: str = ""
    category: str = ""
    text: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    prepare: Callable[[Any], Any] = field(default=lambda row: row)
    by_time: bool = True
    tally: str = ""  # the figure of the roll-ups that counts the same


def q(**conditions: Any) -> Callable[[date], Q]:
    """What an option asks, when it does not ask for the day."""
    return lambda day: Q(**conditions)


# Where things lead, and what several registers say alike.


def to_school(school: Callable[[Any], Organisation]) -> Link:
    return lambda row, by: reverse("district_school", args=[by.organisation.code, school(row).code])


def to_meeting(row, by: Standing) -> str:
    return reverse("meeting", args=[row.meeting.school.code, row.meeting_id])


def to_record(row, by: Standing) -> str:
    return reverse("record", args=[row.meeting.school.code, row.meeting_id])


def to_matter(row, by: Standing) -> str:
    return reverse("matter", args=[row.meeting.school.code, row.matter_id])


def school_of(school: Callable[[Any], Organisation]) -> Told:
    return Told("学校", 18, lambda row: school(row).name, link=to_school(school), of_district=True)


def numbered(meeting) -> str:
    """党组织会议第3次."""
    return f"{meeting.get_body_display()}{f'第{meeting.number}次' if meeting.number else ''}"


def day_of(at) -> date | None:
    return timezone.localtime(at).date() if at else None
