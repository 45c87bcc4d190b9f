"""The answers to a notice, as the page of the meeting shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from .. import transitions as verbs
from ..models import Attendance, Meeting
from .values import Seat

if TYPE_CHECKING:
    from .room import Room

Answer = Attendance.Answer


@dataclass(frozen=True)
class Answered:
    """One member, and what they said."""

    seat: Seat

    @property
    def key(self) -> int | None:
        return self.seat.row.get("id")

    @property
    def reason(self) -> str:
        return self.seat.row.get("answer_reason") or self.seat.row.get("leave_reason") or ""

    @property
    def answer(self) -> str:
        if self.seat.row.get("status") == Attendance.Status.LEAVE:
            return Answer.LEAVE
        return self.seat.row.get("answer") or ""

    @property
    def pending(self) -> bool:
        return self.seat.row.get("answer") == Answer.LEAVE and self.seat.row.get("leave_granted") is None

    @property
    def refused(self) -> bool:
        return self.seat.row.get("answer") == Answer.LEAVE and self.seat.row.get("leave_granted") is False

    @property
    def word(self) -> str:
        """What became of it, where that is more than the answer."""
        if self.pending:
            return "待批"
        if self.refused:
            return "未准"
        return "" if self.seat.row.get("answer") else "秘书登记"

    @property
    def at(self) -> datetime | None:
        at = self.seat.row.get("answered_at")
        return datetime.fromisoformat(at) if at else None


class Answers:
    """参加 · 请假 · 未回. ``typed`` is what a refused form brought, with ``wrong`` beside it."""

    def __init__(self, room: Room, *, typed: str = "", wrong: str = "") -> None:
        self.room, self.typed, self.wrong = room, typed, wrong
        self.all = [Answered(seat) for seat in room.members if seat.row]

    @property
    def asked(self) -> bool:
        return self.room.meeting.state == Meeting.State.CALLED

    def _with(self, answer: str) -> list[Answered]:
        return [one for one in self.all if one.answer == answer]

    @cached_property
    def coming(self) -> list[Answered]:
        return self._with(Answer.COMING)

    @cached_property
    def leave(self) -> list[Answered]:
        return self._with(Answer.LEAVE)

    @cached_property
    def silent(self) -> list[Answered]:
        return self._with("")

    @cached_property
    def pending(self) -> list[Answered]:
        return [one for one in self.leave if one.pending]

    @cached_property
    def mine(self) -> Answered | None:
        """The answer that is wanted of, or was given by, whoever looks."""
        me = self.room.by.person_id
        return next((one for one in self.all if one.seat.person == me), None) if self.asked else None

    @property
    def grants(self) -> bool:
        return verbs.may(self.room.by, "decide_leave", self.room.meeting)

    @property
    def enters(self) -> bool:
        return verbs.may(self.room.by, "remind_silent", self.room.meeting)
