"""From what stands in a cell to what the record format says, and back. Forgiving in how, never in what."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl.utils.datetime import from_excel

from governance.exchange.kinds import YEARS
from governance.rules.facts import SHANGHAI

from .layout import Column

ERRORS = {"#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA"}
YES = {"是", "√", "✓", "✔", "☑", "对", "有", "y", "yes", "true", "t", "1"}
NO = {"否", "×", "✗", "✘", "x", "不", "不是", "无", "n", "no", "false", "f", "0"}
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_CLOCK = (
    r"(上午|下午|晚上|中午|am|pm)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?)?(?:\s*:\s*(\d{1,2})|(\d{1,2})\s*秒)?"
)
_WHEN = re.compile(rf"(?:{_DAY}|(\d{{4}})(\d{{2}})(\d{{2}}))(?:\s*t?\s*(?:{_CLOCK}))?", re.IGNORECASE)
_AMOUNT = re.compile(r"[¥￥]?\s*(-?[\d,]*\.?\d+)\s*(万|万元|元|元整|圆)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SERIALS = range(20_000, 80_000)  # Excel's days from 1954 to 2119: a date whose cell lost its format
_MINUTE = timedelta(minutes=1)
SEPARATORS = re.compile(r"[、，,;；/\n]+")


class Unfit(Exception):
    """What stands in the cell cannot be what the column asks for."""


def plain(value: Any) -> str:
    """A text without what cells cannot hold, and without blanks at its ends."""
    return _CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")).strip()


def folded(text: str) -> str:
    """A short text as it is compared: full-width or not, blanks or none."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not plain(value))


def shown(value: Any) -> str:
    """A cell as the preview shows it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.time() != time(0) else f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else plain(value)


def parsed(column: Column, value: Any) -> Any:
    """What the cell says, as the record format spells it; references stay texts. Raises Unfit."""
    if isinstance(value, str) and value.strip() in ERRORS:
        raise Unfit(f"公式出错（{value.strip()}），请改成写定的内容")
    return _PARSERS.get(column.kind, _text)(column, value)


def _wrong(expected: str, value: Any) -> Unfit:
    said = shown(value)
    return Unfit(f"应为{expected}，实际是“{said[:40]}{'…' if len(said) > 40 else ''}”")


def _text(column: Column, value: Any) -> str:
    return shown(value)


def _names(column: Column, value: Any) -> list[str]:
    return [name for name in map(plain, SEPARATORS.split(shown(value))) if name]


def _when(value: Any, expected: str) -> datetime:
    """A moment of the clock on the wall; with a date alone, midnight."""
    when = _clock_time(value, expected)
    if when.year not in YEARS:
        raise Unfit(f"年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间，实际是“{shown(value)}”")
    return when


def _clock_time(value: Any, expected: str) -> datetime:
    if isinstance(value, datetime):
        return (value + timedelta(milliseconds=500)).replace(microsecond=0) if value.year in YEARS else value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _SERIALS:
        return _clock_time(from_excel(value), expected)
    found = _WHEN.fullmatch(unicodedata.normalize("NFKC", plain(value)))
    if found is None:
        raise _wrong(expected, value)
    year, month, day = (int(part) for part in found.groups()[:6] if part is not None)
    half, *clock = found.groups()[6:]
    hour, minute, second = int(clock[0] or 0), int(clock[1] or 0), int(clock[2] or clock[3] or 0)
    if (
        half
        and half.lower() in ("下午", "晚上", "pm", "中午")
        and 1 <= hour < 12
        and not (half == "中午" and hour == 11)
    ):
        hour += 12
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise Unfit(f"没有“{shown(value)}”这个时间，请核对") from None


def _day(column: Column, value: Any) -> str:
    return _when(value, "日期，如 2025-03-05").date().isoformat()


def _moment(column: Column, value: Any) -> str:
    when = _when(value, "日期和时刻，如 2025-03-05 15:00")
    return when.replace(tzinfo=SHANGHAI).isoformat()


def without_hour(value: str) -> bool:
    """Whether a moment looks like a date without its hour: nothing of a school happens on the stroke of midnight."""
    return "T00:00:00" in value


def _money(column: Column, value: Any) -> str:
    expected = "金额，如 120000 或 12万元"
    if isinstance(value, bool | date | time):
        raise _wrong(expected, value)
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", shown(value)).replace(" ", ""))
    if found is None:
        raise _wrong(expected, value)
    try:
        amount = Decimal(found[1].replace(",", "")) * (10_000 if (found[2] or "").startswith("万") else 1)
    except InvalidOperation:
        raise _wrong(expected, value) from None
    if amount < 0:
        raise Unfit(f"金额不能小于 0，实际是“{shown(value)}”")
    if amount >= 10**12:
        raise Unfit(f"金额过大，实际是“{shown(value)[:40]}”")
    if amount != round(amount, 2):
        raise Unfit(f"金额最多到分（两位小数），实际是“{shown(value)}”")
    return f"{amount:.2f}"


def _whole(column: Column, value: Any) -> int:
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", shown(value)).replace(" ", "")
    found = re.fullmatch(r"第?(-?\d{1,9})(人|票|项|次|位|名|个)?", text)
    if found is None or isinstance(value, date | time):
        raise _wrong("整数", value)
    return int(found[1])


def _wholes(column: Column, value: Any) -> list[int]:
    return [_whole(column, each) for each in SEPARATORS.split(shown(value)) if each.strip()]


def _yes(column: Column, value: Any) -> bool:
    said = folded(shown(value))
    if said in YES or said in NO:
        return said in YES
    raise _wrong("“是”或“否”", value)


ALSO_SAID = {"出席": "到会", "列会": "列席", "赞成": "同意", "反对": "不同意", "弃权票": "弃权", "缺会": "缺席"}
"""What clerks write for the words of the lists."""


def _word(column: Column, value: Any) -> str:
    said = folded(ALSO_SAID.get(shown(value).strip(), shown(value)))
    for code, word in column.words.items():
        if said in (folded(word), code):
            return code
    raise _wrong(f"{'、'.join(column.words.values())}之一", value)


_PARSERS = {
    "names": _names, "people": _names, "day": _day, "moment": _moment, "money": _money, "whole": _whole,
    "wholes": _wholes, "yes": _yes,
    "mark": _yes, "flag": _yes, "word": _word,
}  # fmt: skip


def cell_of(column: Column, value: Any) -> Any:
    """What is written into a cell for a value of the format; references come as their labels."""
    match column.kind:
        case "day":
            return date.fromisoformat(value)
        case "moment":
            return datetime.fromisoformat(value).astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
        case "money":
            return float(value)
        case "whole":
            return value
        case "yes":
            return "是" if value else "否"
        case "mark" | "flag":
            return "是" if value else None
        case "word":
            return column.words[value]
        case "wholes":
            return "、".join(map(str, value)) or None
        case "names" | "people":
            return "、".join(map(plain, value)) or None
    return plain(value)


def says_the_same(column: Column, here: Any, there: Any) -> bool:
    """Whether a cell (``there``, as parsed) says what is recorded: a cell shows less than the record has."""
    if column.kind in ("person", "matter", "meeting", "category"):
        return here == there
    if column.kind == "people":
        return set(here or ()) == set(there)
    if column.kind in ("mark", "flag"):
        return bool(here) == there
    if here is None:
        return False
    if column.kind == "moment":
        return abs(datetime.fromisoformat(here) - datetime.fromisoformat(there)) < _MINUTE
    cell = cell_of(column, here)
    again = None if is_blank(cell) else parsed(column, cell)
    if column.kind == "text":
        return folded(str(again)) == folded(str(there))
    return again == there
