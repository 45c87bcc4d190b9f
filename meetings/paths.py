"""The paths of notes as people call them: ``opinion/12/7/text`` is 第 2 项 · 李某的意见."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet

from governance.models import Person

from .columns import rows
from .models import Attendance, Item, Meeting, Opinion
from .room import Room

MEETING = {
    "title": "会议名称",
    "place": "地点",
    "starts_at": "开始时间",
    "ends_at": "结束时间",
    "chair": "主持人",
    "recorder": "记录人",
    "delegation_giver": "委托人",
    "delegation_receiver": "受委托人",
    "delegation_at": "委托时间",
    "delegation_reason": "委托事由",
}
ITEM = {
    "outcome": "宣布的结果",
    "outcome_reason": "与计票不一致的说明",
    "decision_text": "决定内容",
    "due": "完成时限",
    "responsible": "责任人",
    "lead": "牵头人",
}
SAID = {"stance": "态度", "order": "发言次序", "text": "意见"}
ATTENDANCE = {
    "status": "到会情况",
    "role": "身份",
    "from_item": "自第几项到会",
    "to_item": "至第几项离会",
    "away": "中途不在场的项",
    "leave_reason": "请假事由",
}
RECUSAL = {"on": "回避", "reason": "回避事由"}


@dataclass(frozen=True)
class Names:
    """Who the people are, and which number each item has, by primary key."""

    people: Mapping[int, str]
    numbers: Mapping[int, int]

    def person(self, pk: str) -> str:
        return self.people[int(pk)]

    def item(self, pk: str) -> str:
        number = self.numbers.get(int(pk))
        return f"第 {number} 项" if number else "已撤下的议题"


def with_names(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """The meeting with what ``names_of`` reads: one statement for all."""
    return meetings.annotate(
        item_rows=rows(Item.objects.filter(meeting=OuterRef("pk")), no="no"),
        person_rows=rows(Person.objects.filter(school=OuterRef("school")), name="name"),
    )


def names_of(meeting: Meeting) -> Names:
    return Names(
        {row["id"]: row["name"] for row in meeting.person_rows}, {row["id"]: row["no"] for row in meeting.item_rows}
    )


def names_in(room: Room) -> Names:
    return Names(
        {person.id: person.name for person in room.loaded.ground.people},
        {topic.item.pk: topic.no for topic in room.topics},
    )


def named(names: Names, path: str) -> str:
    match path.split("/"):
        case ["meeting", name]:
            return MEETING[name]
        case ["attendance", person, name]:
            return f"{names.person(person)} · {ATTENDANCE[name]}"
        case ["item", item, name]:
            return f"{names.item(item)} · {ITEM[name]}"
        case ["opinion", item, person, name]:
            return f"{names.item(item)} · {names.person(person)} · {SAID[name]}"
        case ["written", item, person, _]:
            return f"{names.item(item)} · {names.person(person)} · 书面意见"
        case ["minutes", item]:
            return f"{names.item(item)} · 纪要文字"
        case ["recusal", item, person, name]:
            return f"{names.item(item)} · {names.person(person)} · {RECUSAL[name]}"
    return path


def spoken(names: Names, path: str, text: str) -> str:
    """What was written, in words: a choice by its label, people by their names."""
    name = path.rsplit("/", 1)[-1]
    if not text:
        return "（空）"
    if name == "stance":
        return Opinion.Stance(text).label
    if name == "status":
        return Attendance.Status(text).label
    if name == "role":
        return Attendance.Role(text).label
    if name == "outcome":
        return Item.Outcome(text).label
    if name in ("chair", "recorder", "delegation_giver", "delegation_receiver", "responsible", "lead"):
        return "、".join(names.person(pk) for pk in text.split(","))
    if name == "on":
        return "是"
    if name == "away":
        return f"第 {text.replace(',', '、')} 项"
    return text.replace("T", " ") if name.endswith("_at") else text
