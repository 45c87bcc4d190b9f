"""Plain facts as text: JSON with sorted keys and without what is empty, the same bytes for the same facts."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from json.encoder import encode_basestring
from typing import Any, Union, get_args, get_origin, get_type_hints

from governance.rules import facts

LEFT_OUT = frozenset((type(None), str, tuple, frozenset))  # when empty; nought and False say something
Write = Callable[[Any], str]


def text_of(value: Any) -> str:
    kind: Any = value.__class__
    if known := PLAIN.get(kind):
        return known(value)
    if value is None:
        return "null"
    if kind is tuple or isinstance(value, list):
        return f"[{','.join(map(text_of, value))}]"
    if kind is frozenset:
        return f"[{','.join(map(text_of, sorted(value)))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{encode_basestring(name)}:{text_of(value[name])}' for name in sorted(value))}}}"
    if _of_facts(kind):
        write = PLAIN[kind] = _writer(kind)
        return write(value)
    return encode_basestring(str(value))


def _moment(value: datetime | date) -> str:
    return f'"{value.isoformat()}"'


PLAIN: dict[Any, Write] = {
    str: encode_basestring,
    int: int.__repr__,
    float: float.__repr__,
    bool: {True: "true", False: "false"}.__getitem__,
    datetime: _moment,
    date: _moment,
}


WRITTEN = {  # of a field that is declared so: when it says something, and how it is written
    str: ("part", "text(part)"),
    bool: ("part is not None", "'true' if part else 'false'"),
    int: ("part is not None", "f'{part}'"),
    datetime: ("part is not None", "f'\"{part.isoformat()}\"'"),
    date: ("part is not None", "f'\"{part.isoformat()}\"'"),
    Any: ("part or part.__class__ not in left_out", "f'{part}' if part.__class__ is int else text_of(part)"),
}


@cache
def _writer(kind: Any) -> Write:
    """Writes values of a kind of facts. It is put together once, as the methods of a dataclass are: what a field is
    declared to be need not be asked of each value again."""
    hints = get_type_hints(kind)
    known: dict[str, Any] = {"text": encode_basestring, "text_of": text_of, "left_out": LEFT_OUT}
    lines = ["def write(value):", "    said = []"]
    for name in _names(kind):
        hint: Any = hints[name]
        if get_origin(hint) in (Union, types.UnionType):
            hint = next(each for each in get_args(hint) if each is not types.NoneType)
        said, written = WRITTEN.get(hint, ("part or part.__class__ not in left_out", "text_of(part)"))
        of: Any = get_args(hint)[0] if get_origin(hint) is tuple else None
        if of and _of_facts(of):
            known[name] = _writer(of)
            said, written = "part", f"f\"[{{','.join(map({name}, part))}}]\""
        elif _of_facts(hint):
            known[name] = _writer(hint)
            said, written = "part is not None", f"{name}(part)"
        lines += [f"    part = value.{name}", f"    if {said}:", f"        said.append('\"{name}\":' + ({written}))"]
    exec("\n".join([*lines, "    return f\"{{{','.join(said)}}}\""]), known)
    return known["write"]


def _of_facts(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in dataclasses.fields(kind)))


class Writing:
    """Writes what many excerpts of one dossier have in common, its people and parameters and its matters, only once."""

    def __init__(self) -> None:
        # by identity; the value is held, so that no other takes its place
        self._known: dict[int, tuple[Any, bytes]] = {}

    def bytes_of(self, records: facts.Records) -> bytes:
        """The text, encoded: what is in common is encoded once too."""
        said = []
        for name in NAMES:
            part = getattr(records, name)
            if not part:
                continue
            if name == "matters":
                written = b"[%b]" % b",".join(map(self._once, part))
            elif name == "meetings":
                written = text_of(part).encode()
            else:
                written = self._once(part)
            said.append(b'"%b":%b' % (name.encode(), written))
        return b"{%b}" % b",".join(said)

    def _once(self, value: Any) -> bytes:
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, text_of(value).encode())
        return known[1]


NAMES = _names(facts.Records)
