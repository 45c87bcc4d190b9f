"""Shares of a body, and what a school's rules of procedure may set.

A threshold is a share that a count must reach or exceed, judged in whole numbers: 以上 includes
the number, 超过 excludes it (Civil Code art. 1259). A parameter is one thing that a dated version
of the rules of procedure may set; a version that does not name it falls back to the default, never
to the version before.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import total_ordering
from typing import Any, Literal

from governance.rules.clauses import SCHOOL_RULE, Clause, S
from governance.rules.facts import Body, LargeSum, Procedure


@total_ordering
class Threshold(Enum):
    """The shares a rule of procedure may ask for, from loose to strict."""

    HALF = ("half", 1, 2, "以上", "半数以上")
    MORE_THAN_HALF = ("more_than_half", 1, 2, "超过", "超过半数")
    TWO_THIRDS = ("two_thirds", 2, 3, "以上", "三分之二以上")
    MORE_THAN_TWO_THIRDS = ("more_than_two_thirds", 2, 3, "超过", "超过三分之二")
    THREE_QUARTERS = ("three_quarters", 3, 4, "以上", "四分之三以上")
    MORE_THAN_THREE_QUARTERS = ("more_than_three_quarters", 3, 4, "超过", "超过四分之三")
    UNANIMOUS = ("unanimous", 1, 1, "全", "全体")

    def __init__(self, code: str, share: int, of: int, edge: str, label: str) -> None:
        self.code = code
        self.share = share
        self.of = of
        self.edge = edge
        self.label = label

    @classmethod
    def named(cls, code: str) -> "Threshold":
        """The threshold of that code; an unknown code is a ``KeyError``."""
        return _THRESHOLDS[code]

    def satisfied(self, k: int, n: int) -> bool:
        """Whether ``k`` of ``n`` is enough."""
        if self.edge == "以上":
            return self.of * k >= self.share * n
        if self.edge == "超过":
            return self.of * k > self.share * n
        return k == n

    def needed(self, n: int) -> int:
        """The smallest ``k`` that is enough of ``n``."""
        if self.edge == "超过":
            return self.share * n // self.of + 1
        return -(-self.share * n // self.of)

    def __lt__(self, other: "Threshold") -> bool:
        order = list(Threshold)
        return order.index(self) < order.index(other)


_THRESHOLDS = {threshold.code: threshold for threshold in Threshold}

PassBase = Literal["in_office", "present"]
ChairScope = Literal["none", "personnel", "reserved", "all"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the rules of procedure of one body say on one day; here are the defaults."""

    quorum: Threshold = Threshold.HALF
    quorum_two_thirds_matters: Threshold = Threshold.TWO_THIRDS
    two_thirds_categories: frozenset[str] = frozenset()
    pass_threshold: Threshold = Threshold.MORE_THAN_HALF
    pass_base: PassBase = "in_office"
    recusal_reduces_base: bool = False
    notice_hours: int = 48
    chair_speaks_last: ChairScope = "reserved"
    minutes_working_days: int = 2
    record_hours: int = 24
    late_entry_days: int = 7
    frequency_days: int = 21
    vacation_months: frozenset[int] = frozenset({2, 7, 8})
    communication_days: int = 14
    publicity_working_days: int = 5


DEFAULTS = Parameters()

Check = Callable[[Any], str]
"""Says in Chinese what is wrong with a value, or nothing."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing rules of procedure may set: for whom, how it is read, and what would be too loose."""

    name: str
    label: str
    bodies: tuple[Body, ...]
    check: Check
    read: Callable[[Any], Any]
    floor: Threshold | None = None
    choices: Mapping[str, str] | None = None
    least: int | None = None
    clause: Clause = SCHOOL_RULE

    @property
    def default(self) -> Any:
        return getattr(DEFAULTS, self.name)

    def clause_for(self, body: Body) -> Clause:
        """On what it rests in the rules of that body: the Opinion has a clause for each."""
        return S(6) if self.clause == S(5) and body == "office" else self.clause


@dataclass(frozen=True, slots=True)
class ParameterError:
    """Why a version of the rules of procedure is refused."""

    name: str
    message: str
    clause: Clause


_BOTH: tuple[Body, ...] = ("party", "office")
_PARTY: tuple[Body, ...] = ("party",)
_OFFICE: tuple[Body, ...] = ("office",)
_BODY_LABELS = {"party": "党组织会议", "office": "校长办公会议"}


def _share_from(floor: Threshold) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in _THRESHOLDS:
            names = "、".join(threshold.label for threshold in Threshold if threshold >= floor)
            return f"应为{names}之一"
        if Threshold.named(value) < floor:
            return f"不得低于{floor.label}，填写的是{Threshold.named(value).label}"
        return ""

    return check


def _one_of(choices: Mapping[str, str]) -> Check:
    def check(value: Any) -> str:
        known = isinstance(value, str) and value in choices
        return "" if known else f"应为{'、'.join(choices.values())}之一"

    return check


def _yes_or_no(value: Any) -> str:
    return "" if isinstance(value, bool) else "应为是或否"


MOST = 100_000
"""Hours or days; counting with more would leave the calendar."""


def _whole_number_from(least: int) -> Check:
    def check(value: Any) -> str:
        # bool is an int to Python, but 是 is not a number of days
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            return f"应为不小于 {least} 的整数"
        return "" if value <= MOST else f"不得大于 {MOST}"

    return check


def _months(value: Any) -> str:
    months = isinstance(value, list | tuple | set | frozenset) and all(
        isinstance(month, int) and not isinstance(month, bool) and 1 <= month <= 12 for month in value
    )
    return "" if months else "应为 1 至 12 的月份"


def _categories(value: Any) -> str:
    codes = isinstance(value, list | tuple | set | frozenset) and all(isinstance(code, str) and code for code in value)
    return "" if codes else "应为事项编码或类别字母"


def _share(name: str, label: str, bodies: tuple[Body, ...], floor: Threshold, clause: Clause) -> Parameter:
    return Parameter(name, label, bodies, _share_from(floor), Threshold.named, floor=floor, clause=clause)


def _number(name: str, label: str, bodies: tuple[Body, ...], least: int = 0) -> Parameter:
    return Parameter(name, label, bodies, _whole_number_from(least), int, least=least)


def _choice(name: str, label: str, choices: Mapping[str, str]) -> Parameter:
    return Parameter(name, label, _PARTY, _one_of(choices), str, choices=choices)


PARAMETERS: Mapping[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        _share("quorum", "开会须到人数", _BOTH, Threshold.HALF, S(5)),
        _share(
            "quorum_two_thirds_matters",
            "讨论干部任免等重要事项须到人数",
            _PARTY,
            Threshold.TWO_THIRDS,
            S(5),
        ),
        Parameter(
            "two_thirds_categories",
            "干部任免以外按重要事项要求到会的事项",
            _PARTY,
            _categories,
            frozenset,
        ),
        _share("pass_threshold", "通过须同意票数", _PARTY, Threshold.MORE_THAN_HALF, SCHOOL_RULE),
        _choice("pass_base", "计票基数", {"in_office": "应到会人数", "present": "实到会人数"}),
        Parameter("recusal_reduces_base", "回避人员不计入应到、实到", _BOTH, _yes_or_no, bool),
        _number("notice_hours", "会议通知提前小时数", _BOTH),
        _choice(
            "chair_speaks_last",
            "主持人末位表态的范围",
            {
                "none": "不要求",
                "personnel": "干部任免事项",
                "reserved": "须由党组织会议决定的事项",
                "all": "全部议题",
            },
        ),
        _number("minutes_working_days", "签发纪要的期限（工作日）", _BOTH),
        _number("record_hours", "整理会议记录的期限（小时）", _BOTH),
        _number("late_entry_days", "录入系统的期限（天）", _BOTH),
        _number("frequency_days", "两次会议最长间隔（天）", _OFFICE, least=1),
        Parameter("vacation_months", "假期月份", _BOTH, _months, frozenset),
        _number("communication_days", "书记校长定期沟通最长间隔（天）", _PARTY, least=1),
        _number("publicity_working_days", "干部任免公示期（工作日）", _PARTY, least=1),
    )
}

SETTINGS: Mapping[str, str] = {
    "large_sum": "大额支出起点金额",
    "catalogue": "事项目录",
    "calendar": "工作日历",
}
"""What a school sets by date beside its rules of procedure."""


def version_on(procedures: Iterable[Procedure], body: Body, day: date) -> Procedure | None:
    """The version of a body's rules of procedure that stands on a day."""
    standing = (one for one in procedures if one.body == body and one.since <= day)
    return max(standing, key=lambda one: one.since, default=None)


def parameters_of(procedure: Procedure | None) -> Parameters:
    """What one version says, with the defaults for what it does not name."""
    if procedure is None:
        return DEFAULTS
    named = {name: PARAMETERS[name].read(value) for name, value in procedure.parameters.items()}
    return Parameters(**named)


def parameters_on(procedures: Iterable[Procedure], body: Body, day: date) -> Parameters:
    """The parameters of a body on a day."""
    return parameters_of(version_on(procedures, body, day))


def reaches(amount: Decimal, threshold: LargeSum) -> bool:
    """Whether a sum of money is a large one; the threshold itself is, unless it says otherwise."""
    return amount >= threshold.amount if threshold.inclusive else amount > threshold.amount


def parameter_errors(
    parameters: Mapping[str, Any], body: Body, *, categories: Collection[str] | None = None
) -> list[ParameterError]:
    """Why these parameters cannot stand in a version of a body's rules; empty when they can.

    ``categories``: the codes of the catalogue, to refuse a code or class letter that is not in it.
    """
    errors = []
    for name, value in parameters.items():
        parameter = PARAMETERS.get(name)
        if parameter is None:
            message = f"“{name}”不是议事规则的参数"
            errors.append(ParameterError(name, message, SCHOOL_RULE))
            continue
        clause = parameter.clause_for(body)
        if body not in parameter.bodies:
            message = f"“{parameter.label}”不能写进{_BODY_LABELS[body]}的议事规则"
            errors.append(ParameterError(name, message, clause))
        elif wrong := parameter.check(value):
            errors.append(ParameterError(name, f"“{parameter.label}”{wrong}", clause))
        elif name == "two_thirds_categories" and categories is not None:
            classes = {code[0] for code in categories}
            if unknown := sorted(set(value) - set(categories) - classes):
                message = f"“{parameter.label}”里的 {'、'.join(unknown)} 不在事项目录中"
                errors.append(ParameterError(name, message, clause))
    return errors
