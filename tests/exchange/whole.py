"""A dossier in which every field stands, and how to change one thing in it."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from governance.exchange import Reading, read_value

TEXT = Path(__file__).with_name("whole.json").read_text()
WHOLE = json.loads(TEXT)
Change = Callable[[Any], None]


def changed(*changes: Change) -> Any:
    value = copy.deepcopy(WHOLE)
    for change in changes:
        change(value)
    return value


def reading(*changes: Change) -> Reading:
    return read_value(changed(*changes))


def put(pointer: str, new: Any) -> Change:
    """Set a field, or put one more at the end of a list (``/people/-``)."""

    def change(value: Any) -> None:
        at, key = _parent(value, pointer)
        if isinstance(at, list) and key == "-":
            at.append(copy.deepcopy(new))
        else:
            at[int(key) if isinstance(at, list) else key] = copy.deepcopy(new)

    return change


def drop(pointer: str) -> Change:
    def change(value: Any) -> None:
        at, key = _parent(value, pointer)
        del at[int(key) if isinstance(at, list) else key]

    return change


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer; a ``LookupError`` where there is nothing."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        value = value[int(step) if isinstance(value, list) else step]
    return value


def _parent(value: Any, pointer: str) -> tuple[Any, str]:
    parent, _, key = pointer.rpartition("/")
    return at(value, parent), key.replace("~1", "/").replace("~0", "~")
