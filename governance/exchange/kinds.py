"""What a field of the format may hold: plain values, codes with their words, ids, objects and lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from governance.rules.catalogue import MARKS, ROUTES

YEARS = range(1900, 2200)
LARGEST = 2**31 - 1
"""No count, number or order in a school's records comes near; a database column ends here."""

TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MONEY = r"[0-9]{1,12}(\.[0-9]{1,2})?"

Named = Literal["person", "matter", "meeting"]
"""What has an id in the file."""

NAMED: Mapping[Named, tuple[str, str]] = {
    "person": ("people", "人员"),
    "matter": ("matters", "事项"),
    "meeting": ("meetings", "会议"),
}
"""The list of the file in which it stands, and what it is called."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A value without parts, of one of the kinds that need no more to be said."""

    kind: Literal["text", "bool", "integer", "time", "date", "money", "category", "parameters"]


@dataclass(frozen=True, slots=True)
class Word:
    """One of a list of codes, each with its word."""

    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Id:
    """The id of this very thing."""

    of: Named


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of something else in the file."""

    to: Named


@dataclass(frozen=True, slots=True)
class Object:
    """An object of the format and the fact that it becomes. ``empty_is_missing``: ``{}`` records nothing."""

    fact: type[Any]
    fields: tuple["Field", ...]
    empty_is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """A list. A set has no order of its own; of equal ids in a list the first counts."""

    of: "Kind"
    is_set: bool = False


Kind = Plain | Word | Id | Ref | Object | Each


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind
    what: str
    must: bool = False
    attribute: str = ""  # of the fact; none: the field is of the file only


TEXT, YES_NO, WHOLE = Plain("text"), Plain("bool"), Plain("integer")
MOMENT, DAY, SUM = Plain("time"), Plain("date"), Plain("money")
CATEGORY, PARAMETERS = Plain("category"), Plain("parameters")
PERSON, MATTER = Ref("person"), Ref("matter")
PEOPLE = Each(PERSON)

BODY = Word({"party": "党组织会议", "office": "校长办公会议"})
STAGE = Word(
    {
        "kindergarten": "幼儿园",
        "primary": "小学",
        "junior": "初中",
        "senior": "高中",
        "nine_year": "九年一贯制",
        "complete": "完全中学",
        "vocational": "中等职业",
        "special": "特殊教育",
    }
)
OWNERSHIP = Word({"public": "公办", "private": "民办"})
PARTY_ORGANIZATION = Word(
    {"committee": "党委", "general_branch": "党总支", "branch": "党支部", "none": "未单独设立"},
)
POST = Word(
    {
        "party_secretary": "党组织书记",
        "deputy_party_secretary": "党组织副书记",
        "party_committee_member": "党组织委员",
        "principal": "校长",
        "vice_principal": "副校长",
        "admin_member": "行政班子成员",
    }
)
ROUTE, MARK = Word(ROUTES), Word(MARKS)
FLAG = Word({"vital_interests": "涉及师生员工切身利益", "technical": "专业性、技术性较强", "legal": "需合法性审查"})
CONSULTATION_KIND = Word(
    {
        "secretary_principal": "书记校长会前沟通",
        "individual": "个别酝酿",
        "deliberation": "酝酿",
        "investigation": "调查研究",
        "staff_congress": "教职工（代表）大会",
        "staff_hearing": "其他方式听取意见",
        "expert": "专家评估、技术咨询",
        "legal": "合法性审查",
        "risk": "风险评估",
    }
)
CONSULTATION_OUTCOME = Word(
    {
        "agreed": "一致",
        "no_major_difference": "无重大分歧",
        "divergent": "有分歧",
        "heard": "已听取意见",
        "passed": "讨论通过",
        "rejected": "未通过",
    }
)
HOW = Word({"circulation": "传签、会签", "signature": "个人签批"})
MODE = Word({"in_person": "现场", "online": "线上", "hybrid": "现场与线上结合"})
STATUS = Word({"present": "到会", "leave": "请假", "absent": "缺席"})
ROLE = Word({"member": "成员", "observer": "列席", "recorder": "记录"})
PURPOSE = Word(
    {
        "decide": "讨论决定",
        "propose": "研究提出方案",
        "deploy": "部署落实",
        "handle": "研究处理",
        "study": "学习",
        "report": "通报",
    }
)
STANCE = Word({"agree": "同意", "disagree": "不同意", "abstain": "弃权", "defer": "缓议"})
METHOD = Word({"oral": "口头", "show_of_hands": "举手", "open_ballot": "记名投票", "secret_ballot": "无记名投票"})
VOTE_OUTCOME = Word({"passed": "通过", "rejected": "未通过", "deferred": "缓议"})
OUTCOME = Word(
    {
        **VOTE_OUTCOME.words,
        "principal_decided": "校长决定",
        "referred": "提交党组织会议",
        "noted": "知悉",
        "withdrawn": "撤回",
    }
)
