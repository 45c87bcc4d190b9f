"""What is wrong with a file, and where: a JSON pointer and a sentence that says what was found and what was expected."""

import re
from dataclasses import dataclass
from typing import Any, Union

Key = str | int
Place = Union[tuple["Place", Key], None]  # noqa: UP007 (it names itself)
"""Where the reader is: its place in the whole and the last step. The whole file is ``None``."""

INFINITE = float("inf")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Fault:
    pointer: str
    error: str


def pointer(*steps: Key) -> str:
    """RFC 6901: ``pointer("meetings", 3, "starts_at")`` is ``/meetings/3/starts_at``."""
    return "".join(f"/{_printable(str(step)).replace('~', '~0').replace('/', '~1')}" for step in steps)


def pointer_to(place: Place) -> str:
    steps: list[Key] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return pointer(*reversed(steps))


def found(value: Any) -> str:
    """A value as the sentence of a fault names it."""
    if value is None:
        return "空值 null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{quoted(value)}”"
    if isinstance(value, int):
        return f"{value}" if abs(value) < 10**18 else "一个过大的整数"
    if isinstance(value, float):
        return "一个过大的数" if value in (INFINITE, -INFINITE) else f"{value}"
    if isinstance(value, list | tuple):
        return f"一个有 {len(value)} 项的列表"
    return "一个对象" if isinstance(value, dict) else f"一个 {type(value).__name__}"


def quoted(text: str, most: int = 40) -> str:
    shown = _printable(text if len(text) <= most else f"{text[:most]}…")
    return _BREAKS.sub(lambda one: one[0].encode("unicode_escape").decode(), shown)


def _printable(text: str) -> str:
    """Half characters can stand in a JSON string, and nowhere else."""
    return text.encode("utf-8", "backslashreplace").decode()
