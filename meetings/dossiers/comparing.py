"""What a file says otherwise than the records that are here already.

A record that is here is never overwritten by a file: it stands as it is, or the file is refused with the place, what
stands here and what the file says. Only what was not recorded yet is added: the end of a post, a filing; a file from
before that does not know of it says nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from governance.exchange import Fault
from governance.exchange.faults import quoted
from governance.rules import facts

IN_FILES = {"since": "from", "giver": "from", "receiver": "to"}
"""How the format spells a field of the facts, where it is spelt otherwise."""

ADDED_LATER: dict[type, tuple[str, ...]] = {
    facts.Person: ("party_member",),
    facts.Post: ("until",),
    facts.Procedure: ("submitted_on", "filed_on", "filing_number"),
}
_MISSING: tuple[Any, ...] = (None, "", (), frozenset())


def differences(pointer: str, here: Any, there: Any) -> Iterator[Fault]:
    """Each place in which a fact of the file (``there``) is not the fact that is here."""
    if here == there:
        return
    if is_dataclass(here) and type(here) is type(there):
        for field in fields(here):
            mine, theirs = getattr(here, field.name), getattr(there, field.name)
            added_later = field.name in ADDED_LATER.get(type(here), ())
            if not (added_later and (mine in _MISSING or theirs in _MISSING)):
                yield from differences(f"{pointer}/{IN_FILES.get(field.name, field.name)}", mine, theirs)
    elif isinstance(here, tuple) and isinstance(there, tuple) and len(here) == len(there):
        for index, (mine, theirs) in enumerate(zip(here, there, strict=True)):
            yield from differences(f"{pointer}/{index}", mine, theirs)
    else:
        yield Fault(pointer, f"系统中已有这条记录，此处为{said(here)}，文件中为{said(there)}；已有的记录不会被文件改写")


def additions(here: Any, there: Any) -> dict[str, Any]:
    """What the file adds to a record that lacks it."""
    return {
        name: getattr(there, name)
        for name in ADDED_LATER[type(here)]
        if getattr(here, name) in _MISSING and getattr(there, name) not in _MISSING
    }


def said(value: Any) -> str:
    if value in _MISSING:
        return "空"
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    if isinstance(value, datetime):
        return f"“{timezone.localtime(value):%Y-%m-%d %H:%M:%S}”"
    if isinstance(value, tuple | frozenset):
        plain = all(isinstance(each, str | date | Decimal | int) for each in value)
        return f"“{'、'.join(sorted(map(str, value)))}”" if plain else f" {len(value)} 条"
    return "另一组内容" if is_dataclass(value) else f"“{quoted(str(value))}”"


def by_key(rows: Iterable[Any], *names: str) -> dict[tuple[Any, ...], Any]:
    return {tuple(getattr(row, name) for name in names): row for row in rows}
