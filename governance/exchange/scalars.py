"""Values without parts: texts, numbers, days, moments, money, codes and references."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from governance.exchange.faults import Key, Place, found
from governance.exchange.kinds import DATE, LARGEST, MONEY, NAMED, TIME, YEARS, Field, Named

BAD: Any = object()
"""What a reader gives of a value that it has found a fault in."""


class Scanning(Protocol):
    @property
    def ids(self) -> dict[Named, dict[str, str]]: ...
    @property
    def categories(self) -> set[str]: ...
    def fault(self, place: Place, error: str) -> Any: ...


Read = Callable[[Any, Place, Key, Any], Any]
"""Reads the value that stands at the key of a place; BAD, once the fault is told."""

_UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
_TIME, _DATE, _MONEY = (re.compile(pattern) for pattern in (TIME, DATE, MONEY))
_NAIVE = re.compile(TIME.removesuffix("(Z|[+-][0-9]{2}:[0-9]{2})"))
_YEARS = f"年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间"


def text(one: Field) -> Read:
    must, what = one.must, one.what

    def read_text(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
        if not isinstance(value, str):
            return scan.fault((place, key), f"应为文字（{what}），实际是{found(value)}")
        if not value:
            # an empty optional text is no text: what it is then, the fact says
            return scan.fault((place, key), f"{what}不能为空") if must else BAD
        if _UNWRITABLE.search(value):
            return scan.fault((place, key), f"应为可以保存的文字，实际含有空字符或半个字符：{found(value)}")
        return value

    return read_text


def word(words: Mapping[str, str]) -> Read:
    known = {code: code for code in words}
    choices = "、".join(known)
    expected = f"应为 {choices} 之一" if len(known) > 1 else f"应为“{choices}”"

    def read_word(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
        code = known.get(value) if isinstance(value, str) else None
        return code or scan.fault((place, key), f"{expected}，实际是{found(value)}")

    return read_word


def ref(to: Named) -> Read:
    name = NAMED[to][1]

    def read_ref(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
        if not isinstance(value, str):
            return scan.fault((place, key), f"应为{name}的标识，实际是{found(value)}")
        known = scan.ids[to].get(value)
        return known or scan.fault((place, key), _no_such(to, value, scan))

    return read_ref


def _no_such(to: Named, value: str, scan: Scanning) -> str:
    name = NAMED[to][1]
    for kind, (_, other) in NAMED.items():
        if value in scan.ids[kind]:
            return f"应为{name}的标识，实际是{other}的标识{found(value)}"
    return f"应为{name}的标识，文件中没有标识为{found(value)}的{name}"


def yes_or_no(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    if value is True or value is False:
        return value
    return scan.fault((place, key), f"应为 true 或 false，实际是{found(value)}")


def whole(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    # bool is an int to Python, but true is no count
    if not isinstance(value, int) or value is True or value is False:
        return scan.fault((place, key), f"应为整数，实际是{found(value)}")
    if -LARGEST <= value <= LARGEST:
        return value
    return scan.fault((place, key), f"应为不大于 {LARGEST} 的整数，实际是{found(value)}")


def moment(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            made = datetime.fromisoformat(value)
        except ValueError:
            return scan.fault((place, key), f"没有{found(value)}这个时间：应为存在的日期和时刻")
        return made if made.year in YEARS else scan.fault((place, key), f"{_YEARS}，实际是{found(value)}")
    lacks = "缺少与世界时的时差：" if isinstance(value, str) and _NAIVE.fullmatch(value) else ""
    expected = f"{lacks}应为带时差的时间，如 2025-03-05T15:00:00+08:00"
    return scan.fault((place, key), f"{expected}，实际是{found(value)}")


def day(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            made = date.fromisoformat(value)
        except ValueError:
            return scan.fault((place, key), f"没有{found(value)}这一天：应为存在的日期")
        return made if made.year in YEARS else scan.fault((place, key), f"{_YEARS}，实际是{found(value)}")
    return scan.fault((place, key), f"应为日期，如 2025-03-05，实际是{found(value)}")


def money(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return Decimal(value)
    expected = '应为以元计的金额，写作文字，如 "120000.00"，整数部分不超过 12 位'
    return scan.fault((place, key), f"{expected}，实际是{found(value)}")


def category(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    if isinstance(value, str) and value in scan.categories:
        return value
    said = "应为默认事项目录或本文件 catalogue 中的编码"
    return scan.fault((place, key), f"{said}，实际是{found(value)}")


def parameters(value: Any, place: Place, key: Key, scan: Scanning) -> Any:
    if isinstance(value, dict):
        return value
    return scan.fault((place, key), f"应为一个对象，实际是{found(value)}")


PLAIN: Mapping[str, Read] = {
    "bool": yes_or_no,
    "integer": whole,
    "time": moment,
    "date": day,
    "money": money,
    "category": category,
    "parameters": parameters,
}
