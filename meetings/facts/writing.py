"""Plain facts as text: JSON with sorted keys and without what is empty, the same bytes for the same facts."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from json.encoder import encode_basestring
from typing import Any

from governance.rules import facts

LEFT_OUT = frozenset((type(None), str, tuple, frozenset))  # when empty; nought and False say something


def text_of(value: Any) -> str:
    kind: Any = value.__class__
    if kind is str:
        return encode_basestring(value)
    if kind is int:
        return int.__repr__(value)
    if kind is tuple:
        return f"[{','.join(map(text_of, value))}]"
    if kind is datetime or kind is date:
        return f'"{value.isoformat()}"'
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is frozenset:
        return f"[{','.join(map(text_of, sorted(value)))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{encode_basestring(name)}:{text_of(value[name])}' for name in sorted(value))}}}"
    if isinstance(value, list):
        return text_of(tuple(value))
    if not dataclasses.is_dataclass(kind):
        return float.__repr__(value) if kind is float else encode_basestring(str(value))
    said = []
    for name, key in _keys(value.__class__):
        part = getattr(value, name)
        if part or part.__class__ not in LEFT_OUT:
            said.append(key + text_of(part))
    return f"{{{','.join(said)}}}"


@cache
def _keys(kind: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, f'"{name}":') for name in sorted(each.name for each in dataclasses.fields(kind)))


class Writing:
    """Writes what many excerpts of one dossier have in common, its people and parameters and its matters, only once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, str]] = {}  # by identity; the value is held, so that no other takes its place

    def text_of(self, records: facts.Records) -> str:
        said = []
        for name, key in _keys(facts.Records):
            part = getattr(records, name)
            if not part:
                continue
            if name == "matters":
                said.append(f"{key}[{','.join(map(self._once, part))}]")
            elif name == "meetings" or name == "calendar":
                said.append(key + text_of(part))
            else:
                said.append(key + self._once(part))
        return f"{{{','.join(said)}}}"

    def _once(self, value: Any) -> str:
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, text_of(value))
        return known[1]
