"""The small values of the meeting page: a field, a person, a person at an item, a question put to the vote."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .. import transitions as verbs
from ..models import Attendance
from ..transitions.presence import Presence


@dataclass(frozen=True)
class Blank:
    path: str
    stored: Any = ""

    @cached_property
    def value(self) -> str:
        return verbs.shown(self.stored)

    @cached_property
    def base(self) -> str:
        return verbs.version_of(self.value)


@dataclass(frozen=True)
class Seat:
    person: int
    name: str
    title: str
    member: bool
    row: dict

    def _blank(self, name: str) -> Blank:
        return Blank(f"attendance/{self.person}/{name}", self.row.get(name))

    @cached_property
    def status(self) -> Blank:
        return self._blank("status")

    @cached_property
    def from_item(self) -> Blank:
        return self._blank("from_item")

    @cached_property
    def to_item(self) -> Blank:
        return self._blank("to_item")

    @cached_property
    def leave_reason(self) -> Blank:
        return self._blank("leave_reason")

    @property
    def word(self) -> str:
        return Attendance.Status(self.status.value).label

    @cached_property
    def away(self) -> Blank:
        return self._blank("away")

    @cached_property
    def presence(self) -> Presence:
        return Presence(
            self.status.value, self.row.get("from_item"), self.row.get("to_item"), tuple(self.row.get("away") or ())
        )

    @property
    def part(self) -> str:
        """Late, gone early or away between, in words."""
        return self.presence.part


@dataclass(frozen=True)
class Voice:
    seat: Seat
    item: int
    here: bool
    chairs: bool
    interested: bool
    recusal: dict | None
    said: dict  # the row of the opinion, or empty
    wrote: dict  # the row of the written opinion, or empty

    def _blank(self, kind: str, name: str, stored: Any) -> Blank:
        return Blank(f"{kind}/{self.item}/{self.seat.person}/{name}", stored)

    @cached_property
    def order(self) -> Blank:
        return self._blank("opinion", "order", self.said.get("order_"))

    @cached_property
    def stance(self) -> Blank:
        return self._blank("opinion", "stance", self.said.get("stance"))

    @cached_property
    def text(self) -> Blank:
        return self._blank("opinion", "text", self.said.get("text"))

    @cached_property
    def written(self) -> Blank:
        return self._blank("written", "text", self.wrote.get("text"))

    @cached_property
    def recused(self) -> Blank:
        return self._blank("recusal", "on", self.recusal is not None)

    @cached_property
    def recusal_reason(self) -> Blank:
        return self._blank("recusal", "reason", (self.recusal or {}).get("reason"))
