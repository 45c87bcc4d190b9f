"""Two versions of the same facts side by side, and what changed between them in the words of people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from accounts.templatetags.words import yuan
from governance.models import Body, Post
from governance.parameters import said as parameter_said
from governance.rules import facts
from governance.rules.values import PARAMETERS

from .models import Attendance, Consultation, Item, Matter, Meeting, Opinion, Vote

Words = Mapping[str, str]

MEETING: Words = {
    "number": "会议编号", "title": "会议名称", "starts_at": "开始时间", "ends_at": "结束时间", "place": "地点",
    "mode": "会议方式", "convener": "召集人", "chair": "主持人", "recorder": "记录人", "emergency": "紧急会议",
    "delegation": "委托主持", "notice_sent_at": "通知时间", "entered_at": "录入时间", "attendance": "到会",
    "record": "会议记录", "minutes": "会议纪要",
}  # fmt: skip
ITEM: Words = {
    "no": "序号", "purpose": "目的", "added_at": "列入议程的时间", "confirmed_by": "审定人", "confirmed_at": "审定时间",
    "opinions": "发言", "written_opinions": "书面意见", "recusals": "回避", "votes": "表决", "outcome": "宣布的结果",
    "decision_text": "决定内容", "responsible": "责任人", "due": "完成时限", "done_on": "办结日期", "publicity": "公开",
}  # fmt: skip
MATTER: Words = {
    "title": "事项名称", "category": "事项类别", "amount": "金额", "payee": "收款单位", "project": "项目",
    "major": "列为重大问题", "two_thirds": "须三分之二以上到会", "flags": "特别情形", "candidates": "人选",
    "proposer": "提出人", "proposed_at": "提出时间", "owner": "分管领导", "interests": "有利害关系的人",
    "consultations": "会前程序", "emergency": "紧急处置", "decided_without_meeting": "未经会议的决定",
    "reconsiders": "复议的事项",
}  # fmt: skip
WORDS: Mapping[type, Words] = {
    facts.Meeting: MEETING,
    facts.Item: ITEM,
    facts.Matter: MATTER,
    facts.Attendance: {"status": "", "role": "身份", "from_item": "自第几项", "to_item": "至第几项", "leave_reason": "请假事由"},
    facts.Opinion: {"stance": "态度", "order": "次序", "text": "意见"},
    facts.Recusal: {"reason": "事由"},
    facts.Vote: {"method": "方式", "agree": "同意票", "disagree": "不同意票", "abstain": "弃权票", "defer": "缓议票", "outcome": "结果"},
    facts.Consultation: {"entered_at": "录入时间", "people": "人员", "heard": "人数", "outcome": "结果", "note": "意见"},
    facts.Record: {"completed_at": "完成时间", "signed_by": "签字"},
    facts.Minutes: {"number": "编号", "issued_by": "签发人", "issued_at": "签发时间", "items": "内容"},
    facts.MinutesItem: {"outcome": "结果", "text": "文字"},
    facts.Delegation: {"giver": "委托人", "receiver": "受委托人", "at": "时间", "reason": "事由"},
    facts.Publicity: {"published": "", "since": "起始日期", "until": "截止日期", "scope": "范围", "reason": "理由"},
    facts.Emergency: {"at": "时间", "by": "处置人", "reason": "说明"},
    facts.DecidedWithoutMeeting: {"at": "时间", "how": "方式", "by": "决定的人"},
    facts.School: {"stage": "学段", "ownership": "办学性质", "party_organization": "党组织设置"},
    facts.Person: {"party_member": "是否中共党员"},
    facts.Post: {"until": "免职之日", "full_time": "是否专职"},
    facts.Procedure: {
        "title": "名称", "adopted_on": "通过日期", "submitted_on": "报送日期", "filed_on": "备案日期",
        "filing_number": "备案号", "parameters": "",
    },
    facts.LargeSum: {"amount": "起点金额", "inclusive": "含本数", "cumulative": "累计计算"},
    facts.CatalogueRow: {
        "title": "名称", "route": "路径", "prior": "前置程序", "reserved": "党组织决定", "two_thirds": "三分之二到会",
    },
}  # fmt: skip
CHOICES: Mapping[tuple[type, str], Any] = {
    (facts.Meeting, "mode"): Meeting.Mode,
    (facts.Item, "purpose"): Item.Purpose,
    (facts.Item, "outcome"): Item.Outcome,
    (facts.MinutesItem, "outcome"): Item.Outcome,
    (facts.Vote, "outcome"): Item.Outcome,
    (facts.Vote, "method"): Vote.Method,
    (facts.Matter, "flags"): Matter.Flag,
    (facts.DecidedWithoutMeeting, "how"): Matter.How,
    (facts.Attendance, "status"): Attendance.Status,
    (facts.Attendance, "role"): Attendance.Role,
    (facts.Opinion, "stance"): Opinion.Stance,
    (facts.Consultation, "outcome"): Consultation.Outcome,
    (facts.School, "stage"): Organisation.Stage,
    (facts.School, "ownership"): Organisation.Ownership,
    (facts.School, "party_organization"): Organisation.PartyOrganisation,
}
KEYS: Mapping[type, tuple[str, ...]] = {
    facts.Attendance: ("person",),
    facts.Opinion: ("person",),
    facts.Recusal: ("person",),
    facts.Vote: ("candidate",),
    facts.Consultation: ("kind", "at"),
    facts.MinutesItem: ("no",),
    facts.Person: ("id",),
    facts.Post: ("person", "post", "since"),
    facts.Procedure: ("body", "since"),
    facts.LargeSum: ("since",),
    facts.CatalogueRow: ("code", "since"),
    facts.Communication: ("at",),
    facts.Matter: ("id",),
    facts.Meeting: ("id",),
}
"""By which fields two rows of several are about the same."""
PEOPLE = frozenset(
    "convener chair recorder confirmed_by responsible proposer owner interests issued_by signed_by by giver receiver"
    " people".split()
)
SHOWN = 24  # characters of a text that one recognises it by


class Telling:
    """Tells changes. ``names``: of people and matters, by their keys."""

    def __init__(self, *records: facts.Records) -> None:
        self.names = {person.id: person.name for each in records for person in each.people}
        self.titles = {matter.id: matter.title for each in records for matter in each.matters}

    def between(self, kind: type, field: str, before: Any, after: Any, whose: str = "") -> Iterator[str]:
        """What changed in one field of a fact. ``whose`` stands before it: the name of a person, or of a part."""
        if before == after:
            return
        word = whose + WORDS[kind][field] if WORDS[kind][field] else whose.removesuffix("的")
        if _rows(before, after):
            yield from self.rows(word, before, after)
        elif is_dataclass(before) and is_dataclass(after):
            yield from self.inside(before, after, word)
        elif is_dataclass(before) or is_dataclass(after):
            yield f"{'补记' if before is None else '删去'}{word}"
        elif field == "parameters":
            yield from _parameters(before, after)
        else:
            yield f"{word} {self.said(kind, field, before)} → {self.said(kind, field, after)}".strip()

    def inside(self, before: Any, after: Any, whose: str = "") -> Iterator[str]:
        for field in WORDS[type(before)]:
            yield from self.between(type(before), field, getattr(before, field), getattr(after, field), whose)

    def rows(self, word: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[str]:
        for _, one, other in paired(before, after):
            yield from self.row(word, one, other)

    def row(self, word: str, before: Any, after: Any, added: str = "增加") -> Iterator[str]:
        """One row of several that came, went or changed."""
        name = self.called(before or after)
        if after is None:
            yield f"{word}去掉{name}"
        elif before is None:
            yield f"{word}{added}{name}{self.content(after)}"
        elif before != after:
            yield from self.inside(before, after, f"{name}的" if name else "")

    def called(self, row: Any) -> str:
        """How one row of several is told from the others."""
        match row:
            case facts.Attendance() | facts.Opinion() | facts.Recusal():
                return self.names.get(row.person, "")
            case facts.Vote():
                return row.candidate or ""
            case facts.Consultation():
                return f"{Consultation.Kind(row.kind).label}（{said_plainly(row.at)}）"
            case facts.MinutesItem():
                return f"第 {row.no} 项"
            case facts.Person():
                return row.name
            case facts.Post():
                return f"{self.names.get(row.person, '')}任{Post.Name(row.post).label}（{row.since} 起）"
            case facts.Procedure():
                return f"{Body(row.body).label}议事规则（{row.since} 起）"
            case facts.LargeSum():
                return f"大额标准（{row.since} 起）"
            case facts.CatalogueRow():
                return f"学校事项目录 {row.code}（{row.since} 起）"
            case facts.Communication():
                return said_plainly(row.at)
            case facts.Meeting():
                return f"{said_plainly(row.starts_at)}的{Body(row.body).label}"
            case facts.Matter():
                return f"“{row.title}”"
        return ""

    def content(self, row: Any) -> str:
        """What a row that was added says, where that is more than its name."""
        match row:
            case facts.Procedure():
                return f"：{'、'.join(_parameters({}, row.parameters)) or '没有写明参数'}"
            case facts.LargeSum():
                return f"：{yuan(row.amount)}"
            case facts.Attendance() if row.status:
                return f"（{Attendance.Status(row.status).label}）"
        return ""

    def said(self, kind: type, field: str, value: Any) -> str:
        if field in PEOPLE:
            people = value if isinstance(value, tuple | frozenset) else (value,)
            return "、".join(self.names.get(one, "") for one in people if one is not None) or "空"
        if field == "reconsiders" and value is not None:
            return f"“{self.titles.get(value, '')}”"
        if field == "amount" and value is not None:
            return yuan(value)
        if choices := CHOICES.get((kind, field)):
            chosen = sorted(value) if isinstance(value, frozenset) else [value]
            return "、".join(str(choices(one).label) for one in chosen if one) or "空"
        if (kind, field) == (facts.Publicity, "published"):
            return "公开" if value else "不公开"
        return said_plainly(value)


def said_plainly(value: Any) -> str:
    if value in (None, "", (), frozenset()):
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date | Decimal | int):
        return str(value)
    if isinstance(value, tuple | frozenset):
        return "、".join(map(str, value))
    return f"“{value if len(value) <= SHOWN else value[:SHOWN] + '…'}”"


def paired(before: Iterable[Any], after: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Rows that are about the same, side by side, each pair with what they have in common."""
    earlier, later = by_key(before), by_key(after)
    for key in {**earlier, **later}:
        yield key, earlier.get(key), later.get(key)


def by_key(rows: Iterable[Any]) -> dict[Any, Any]:
    """Of several rows about the same, each is told from the others by how many came before it."""
    seen: Counter[Any] = Counter()
    found = {}
    for row in rows:
        key = (type(row), *(getattr(row, name) for name in KEYS[type(row)]))
        found[*key, seen[key]] = row
        seen[key] += 1
    return found


def _rows(before: Any, after: Any) -> bool:
    """Whether both are rows, or one is and the other has none."""
    return any(isinstance(each, tuple) and each and is_dataclass(each[0]) for each in (before, after))


def _parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, parameter in PARAMETERS.items():
        earlier, later = before.get(name), after.get(name)
        if earlier != later:
            one, other = (
                parameter_said(name, parameter.default if value is None else value) for value in (earlier, later)
            )
            yield f"{parameter.label} {one} → {other}" if before else f"{parameter.label} {other}"
