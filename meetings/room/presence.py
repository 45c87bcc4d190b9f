"""Who is there while which item is on, as the page draws it, and the timeline of how that came to be.

Glossary
    Cell    one person at one item: there, away, on leave, standing aside, or only sitting in
    Told    one line of the timeline; people who did the same at the same minute share one
    Coming  a check-in that waits for the clerk
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe

from ..columns import Kept
from ..models import Attendance, Movement
from .values import Seat

if TYPE_CHECKING:
    from .room import Room
    from .topic import Topic

Kind = Movement.Kind
LATER = timedelta(minutes=3)  # from when on a line says that it was written down afterwards


@dataclass(frozen=True)
class Cell:
    key: str
    word: str
    sign: str  # what fits into a narrow cell

    def drawn(self, name: str, no: int) -> str:
        """The cell of somebody, whose name comes escaped, at an item."""
        return (
            f'<td class="cell-{self.key}" title="{name} 第 {no} 项：{self.word}"><span aria-hidden="true">{self.sign}</span>'
            f'<span class="visually-hidden">{self.word}</span></td>'
        )


HERE, GUEST, ASIDE = Cell("here", "在场", "●"), Cell("guest", "列席，不参加表决", "○"), Cell("aside", "回避", "避")
LATE, GONE, AWAY = Cell("out", "还没有到会", "未"), Cell("out", "已离会", "离"), Cell("out", "中途不在场", "离")
NOT_HERE = {
    Attendance.Status.EXPECTED: Cell("none", "未登记", "–"),
    Attendance.Status.LEAVE: Cell("leave", "请假", "假"),
    Attendance.Status.ABSENT: Cell("leave", "缺席", "缺"),
}
LEGEND = (HERE, GUEST, ASIDE, Cell("out", "不在场（未到、离会）", "离"), NOT_HERE[Attendance.Status.LEAVE],
          NOT_HERE[Attendance.Status.ABSENT])  # fmt: skip


def cell_of(seat: Seat, topic: Topic) -> Cell:
    if seat.member and any(row["person"] == seat.person for row in topic.item.recusal_rows):
        return ASIDE
    there = seat.presence
    if there.status != Attendance.Status.PRESENT:
        return NOT_HERE[Attendance.Status(there.status)]
    if there.at(topic.no):
        return HERE if seat.member else GUEST
    if topic.no in there.away:
        return AWAY
    return LATE if there.from_item and topic.no < there.from_item else GONE


def grid_of(room: Room) -> list[tuple[str, str]]:
    """People down, items across: each name with its cells, as HTML (there are a hundred)."""
    rows: list[tuple[str, str]] = []
    for seat in room.seats:
        if seat.member or seat.status.value:
            name = escape(seat.name)
            cells = (cell_of(seat, topic).drawn(name, topic.no) for topic in room.topics)
            rows.append((seat.name, mark_safe("".join(cells))))
    return rows


@dataclass(frozen=True)
class Told:
    at: datetime
    names: str
    words: str
    by: str
    checked_in: bool
    afterwards: datetime | None  # when it was written down, if that was later
    other_day: bool


def _words(row: dict[str, Any]) -> str:
    no, why = row["item_no"], row["detail"]
    said = {
        Kind.ARRIVED: f"到会，第 {no} 项起" if no else "到会",
        Kind.LEFT: f"离会，第 {no} 项起不在场",
        Kind.BACK: f"返回，第 {no} 项起在场",
        Kind.RECUSED: f"第 {no} 项回避",
        Kind.REJOINED: f"第 {no} 项撤销回避",
        Kind.MENDED: "改记",
    }.get(row["kind"], Kind(row["kind"]).label)
    return f"{said}：{why}" if why else said


def timeline_of(room: Room) -> list[Told]:
    """In the order of the clock."""

    def alike(row: Kept):
        at = timezone.localtime(row.at).replace(second=0, microsecond=0)
        return at, _words(row.row), row.by, row.origin

    rows = sorted(
        map(Kept, room.meeting.movement_rows), key=lambda row: (row.at.replace(second=0, microsecond=0), row.id)
    )
    day = timezone.localtime(room.meeting.starts_at).date()
    lines = []
    for (at, words, by, origin), group in groupby(rows, key=alike):
        some = list(group)
        noted = datetime.fromisoformat(some[-1].noted)
        lines.append(
            Told(
                at=at,
                names="、".join(dict.fromkeys(room.name(row.person) for row in some)),
                words=words,
                by=by,
                checked_in=origin == Movement.Origin.CHECK_IN,
                afterwards=noted if noted - some[-1].at > LATER else None,
                other_day=at.date() != day,
            )
        )
    return lines


@dataclass(frozen=True)
class Coming:
    pk: int
    name: str
    at: datetime


def coming_to(room: Room) -> list[Coming]:
    return [Coming(row.id, room.name(row.person), row.at) for row in map(Kept, room.meeting.check_in_rows)]
