"""Bytes to a JSON value: what is no JSON is told by line and column, and no key is lost that stands twice."""

import json
from typing import Any

from governance.exchange.faults import Fault, Place, pointer_to, quoted

_SAID = {
    "Expecting value": "此处应为一个值",
    "Expecting ',' delimiter": "此处应为逗号",
    "Expecting ':' delimiter": "此处应为冒号",
    "Expecting property name enclosed in double quotes": "此处应为双引号括起的字段名",
    "Illegal trailing comma before end of object": "最后一个字段后面多了逗号",
    "Illegal trailing comma before end of array": "最后一项后面多了逗号",
    "Extra data": "此处应已结束",
    "Invalid control character at": "字符串中有未转义的控制字符",
    "Unterminated string starting at": "此处开始的字符串没有结束",
    "Invalid \\escape": "字符串中有无效的转义",
    "Invalid \\uXXXX escape": "字符串中有无效的转义",
}


class NotJSON(Exception):
    """The file as a whole cannot be read."""


def parsed(text: bytes) -> tuple[Any, list[Fault]]:
    """The value, and a fault for every key that stands twice in its object. Raises NotJSON."""
    try:
        written = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise NotJSON(f"第 {line} 行有不是 UTF-8 编码的字节：文件应为 UTF-8 编码的 JSON") from None
    if not written.strip():
        raise NotJSON("文件是空的：应为一个 JSON 对象")
    doubled: list[tuple[dict[str, Any], list[str]]] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            doubled.append((made, [key for key, _ in pairs if key in seen or seen.add(key)]))  # type: ignore[func-returns-value]
        return made

    try:
        value = json.loads(written, object_pairs_hook=as_object, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise NotJSON(_said(error)) from None
    except RecursionError:
        raise NotJSON("括号嵌套过深：学校档案没有这样多的层次") from None
    return value, _placed(value, doubled) if doubled else []


def _integer(digits: str) -> int | float:
    """Python refuses to count to thousands of digits; as a float such a number is of the wrong type."""
    return int(digits) if len(digits) < 20 else float(digits)


def _said(error: json.JSONDecodeError) -> str:
    said = next((words for start, words in _SAID.items() if error.msg.startswith(start)), "此处有误")
    there = error.doc[error.pos : error.pos + 10].split("\n")[0]
    seen = f"，实际是“{quoted(there)}”" if there else "，文件却在此结束" if error.pos >= len(error.doc) else ""
    return f"不是合法的 JSON：第 {error.lineno} 行第 {error.colno} 列{said}{seen}"


def _placed(value: Any, doubled: list[tuple[dict[str, Any], list[str]]]) -> list[Fault]:
    wanted = {id(made): keys for made, keys in doubled}
    faults: list[Fault] = []
    waiting: list[tuple[Any, Place]] = [(value, None)]
    while waiting:
        one, place = waiting.pop()
        if isinstance(one, dict):
            for key in dict.fromkeys(wanted.get(id(one), ())):
                said = f"字段“{quoted(key)}”在同一个对象中出现了不止一次：应只写一次"
                faults.append(Fault(pointer_to((place, key)), said))
            waiting += [(inner, (place, key)) for key, inner in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [(inner, (place, index)) for index, inner in reversed(list(enumerate(one)))]
    return faults
