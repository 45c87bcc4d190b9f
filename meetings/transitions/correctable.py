"""Every field of a record that can be corrected, as it stands now: what it is called, what it says, how it is asked for.

The paths and the ways to read a text are those of ``note``; votes, minutes and a few facts of the meeting are added,
which a page of notes does not write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..facts import Load
from ..facts.corrections import NUMBERS, PEOPLE, attname
from ..models import Attendance, Item, Meeting, Opinion, Vote
from .acting import Stopped
from .note import (
    ATTENDANCE_FIELDS,
    ITEM_FIELDS,
    MEETING_FIELDS,
    OPINION_FIELDS,
    RECUSAL_FIELDS,
    Field,
    _choice,
    _key,
    _number,
    _text,
)
from .texts import shown

NOBODY = "没有这个人，请从名单中选择。"


def _count(value: str, _meeting) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 3:
        raise Stopped(f"“{value[:20]}”不是票数，请填 0 至 999 的整数。")
    return int(value)


def _items(value: str, _meeting) -> list[int]:
    numbers = [each for each in value.replace("，", ",").replace("、", ",").split(",") if each.strip()]
    return sorted({_number(each.strip(), _meeting) for each in numbers})


MEETING_WORDS = {
    "number": "会议次数", "title": "会议名称", "starts_at": "开始时间", "ends_at": "结束时间", "place": "地点",
    "mode": "会议方式", "chair": "主持人", "recorder": "记录人", "delegation_giver": "委托人",
    "delegation_receiver": "受委托人", "delegation_at": "委托时间", "delegation_reason": "委托事由",
}  # fmt: skip
ATTENDANCE_WORDS = {
    "status": "到会情况", "role": "身份", "from_item": "自第几项到会", "to_item": "至第几项离会",
    "away": "中途不在场的项", "leave_reason": "请假事由",
}  # fmt: skip
ITEM_WORDS = {
    "outcome": "宣布的结果", "outcome_reason": "与计票不一致的说明", "decision_text": "决定内容",
    "responsible": "责任人", "lead": "牵头人", "due": "完成时限",
}  # fmt: skip
OPINION_WORDS = {"order": "发言次序", "stance": "态度", "text": "意见"}
RECUSAL_WORDS = {"on": "回避", "reason": "回避事由"}
VOTE_WORDS = {
    "method": "表决方式", "agree": "同意票", "disagree": "不同意票", "abstain": "弃权票", "defer": "缓议票",
    "outcome": "宣布的结果",
}  # fmt: skip
MINUTES_WORDS = {"outcome": "纪要的结果", "text": "纪要文字"}

FIELDS: dict[str, Mapping[str, Field]] = {
    "meeting": {**MEETING_FIELDS, "number": Field(_number), "mode": _choice(Meeting.Mode)},
    "attendance": {**ATTENDANCE_FIELDS, "away": Field(_items)},
    "item": ITEM_FIELDS,
    "opinion": OPINION_FIELDS,
    "recusal": RECUSAL_FIELDS,
    "vote": {
        **dict.fromkeys(("agree", "disagree", "abstain", "defer"), Field(_count)),
        "method": _choice(Vote.Method),
        "outcome": _choice(Item.Outcome),
    },
    "minutes": {"outcome": _choice(Item.Outcome, blank=False), "text": _text(20000)},
}
CHOICES = {
    ("meeting", "mode"): Meeting.Mode, ("attendance", "status"): Attendance.Status,
    ("attendance", "role"): Attendance.Role, ("item", "outcome"): Item.Outcome, ("opinion", "stance"): Opinion.Stance,
    ("vote", "method"): Vote.Method, ("vote", "outcome"): Item.Outcome, ("minutes", "outcome"): Item.Outcome,
}  # fmt: skip
_LONG = frozenset(("decision_text", "text", "outcome_reason"))


@dataclass(frozen=True)
class Spot:
    """One field of the record."""

    path: str
    word: str  # what the field is called
    place: str  # where it stands: 第 2 项 · 李某
    text: str  # what it says, as a note would have it
    kind: str
    reads: Field = field(repr=False)
    names: Mapping[int, str] = field(repr=False)

    @property
    def label(self) -> str:
        return f"{self.place} · {self.word}" if self.place else self.word

    @property
    def said(self) -> str:
        """What it says, for people."""
        return self.in_words(self.text)

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def choices(self) -> list[tuple[str, str]]:
        if (self.kind, self.name) == ("attendance", "status"):
            return [(value, str(word)) for value, word in Attendance.Status.choices if value]
        of = CHOICES.get((self.kind, self.name))
        return [(value, str(word)) for value, word in of.choices] if of else []

    @property
    def control(self) -> str:
        name = self.name
        if self.choices:
            return "choice"
        if name in _LONG:
            return "long"
        if name in NUMBERS:
            return "figure"
        known = {"responsible": "people", "due": "day", "on": "yes_or_no"}
        return known.get(name) or ("person" if name in PEOPLE else "moment" if name.endswith("_at") else "line")

    def parsed(self, text: str, meeting: Meeting) -> str:
        """A text as it would be stored and shown again; Stopped where it cannot be."""
        text = text.replace("\r\n", "\n").replace("\0", "")
        return shown(self.reads.parse(text if self.reads.free_text else text.strip(), meeting))

    def in_words(self, text: str) -> str:
        if not text:
            return "否" if self.name == "on" else "（空）"
        if self.choices:
            return str(dict(CHOICES[self.kind, self.name].choices).get(text, text))
        if self.name in PEOPLE or self.name == "responsible":
            return "、".join(self.names.get(int(pk), "") for pk in text.split(","))
        if self.name == "on":
            return "是"
        if self.name == "away":
            return f"第 {text.replace(',', '、')} 项"
        return _day(text) if self.name == "due" or self.name.endswith("_at") else text


def _day(text: str) -> str:
    """2026年3月5日 15:00"""
    on = datetime.fromisoformat(text)
    return f"{on.year}年{on.month}月{on.day}日" + (f" {on:%H:%M}" if "T" in text else "")


class Correctable:
    """The fields of one meeting, from rows that were loaded. Asks nothing of the database."""

    def __init__(self, loaded: Load, pk: int) -> None:
        self.meeting = loaded.meetings[pk]
        self.items = {item.pk: item for item in loaded.items[pk]}
        self.names = {person.id: person.name for person in loaded.ground.people}

    def at(self, path: str) -> Spot:
        match path.split("/"):
            case ["meeting", name] if name in MEETING_WORDS:
                column = attname(self.meeting, name)
                return self._spot("meeting", path, MEETING_WORDS[name], "", getattr(self.meeting, column))
            case ["attendance", person, name] if name in ATTENDANCE_WORDS:
                row = self._of(self.meeting.attendance_rows, person=self._person(person))
                return self._spot("attendance", path, ATTENDANCE_WORDS[name], self._called(person), row.get(name))
            case ["item", pk, name] if name in ITEM_WORDS:
                item = self._item(pk)
                return self._spot("item", path, ITEM_WORDS[name], f"第 {item.no} 项", _of_item(item, name))
            case ["opinion" | "written" as kind, pk, person, name] if name in OPINION_WORDS:
                item, written = self._item(pk), kind == "written"
                row = self._of(item.opinion_rows, person=self._person(person), written=written)
                place = f"第 {item.no} 项 · {self._called(person)}{'（书面）' if written else ''}"
                value = row.get("order_" if name == "order" else name)
                return self._spot("opinion", path, OPINION_WORDS[name], place, value)
            case ["recusal", pk, person, name] if name in RECUSAL_WORDS:
                item = self._item(pk)
                row = self._of(item.recusal_rows, person=self._person(person))
                if name == "reason" and not row:
                    raise Stopped(f"第 {item.no} 项没有记{self._called(person)}回避。请先更正“回避”，再写事由。")
                value = bool(row) if name == "on" else row.get(name)
                place = f"第 {item.no} 项 · {self._called(person)}"
                return self._spot("recusal", path, RECUSAL_WORDS[name], place, value)
            case ["vote", pk, name] if name in VOTE_WORDS:
                for item in self.items.values():
                    if row := self._of(item.vote_rows, id=_key(pk)):
                        return self._spot("vote", path, VOTE_WORDS[name], self.vote_place(item, row), row[name])
            case ["minutes", pk, name] if name in MINUTES_WORDS:
                if row := self._of(self.meeting.minutes_rows, id=_key(pk)):
                    return self._spot("minutes", path, MINUTES_WORDS[name], f"第 {row['no']} 项", row[name])
        raise Stopped("没有这个栏目，请从会议记录上点选要更正的地方。")

    def several(self, start: str, words: Mapping[str, str], *names: str) -> list[Spot]:
        """The fields that begin alike, those of ``names`` or all."""
        return [self.at(f"{start}/{name}") for name in names or words]

    def vote_place(self, item: Item, row: dict) -> str:
        which = "，".join(filter(None, (row["candidate"], f"第 {row['round']} 轮" if row["round"] > 1 else "")))
        return f"第 {item.no} 项 · 表决" + (f"（{which}）" if which else "")

    def _spot(self, kind: str, path: str, word: str, place: str, value: Any) -> Spot:
        return Spot(path, word, place, shown(value), kind, FIELDS[kind][path.rsplit("/", 1)[-1]], self.names)

    def _of(self, rows: list[dict], **key: Any) -> dict:
        return next((row for row in rows if all(row[name] == value for name, value in key.items())), {})

    def _person(self, pk: str) -> int:
        if _key(pk) not in self.names:
            raise Stopped(NOBODY)
        return int(pk)

    def _called(self, pk: str) -> str:
        return self.names[int(pk)]

    def _item(self, pk: str) -> Item:
        if _key(pk) not in self.items:
            raise Stopped("这一项不在本次会议的议程上，请从会议记录上点选要更正的地方。")
        return self.items[int(pk)]


def _of_item(item: Item, name: str) -> Any:
    if name == "responsible":
        return sorted(item.responsible_rows)
    if name == "due":
        return item.due_right if hasattr(item, "due_right") else item.due_decided or item.due
    return getattr(item, attname(item, name))
