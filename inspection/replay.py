"""Judging again: from the facts kept with a judgement back to the plain facts, and to what the rules say of them.

Same facts, same rules, same answer: an inspector need not believe a finding, they can have it judged again.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_item, judge_matter, judge_meeting
from governance.rules.index import rule
from governance.rules.ruling import Finding
from meetings.facts import PROVISIONAL
from meetings.models import KeptFinding

_hints = cache(get_type_hints)
_PLAIN: dict[Any, Callable[[Any], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat, Decimal: Decimal}


def _read(kind: Any, value: Any) -> Any:
    """A JSON value as the type that a field of the facts declares."""
    origin, inner = get_origin(kind), get_args(kind)
    if value is None:
        return None
    if origin in (Union, types.UnionType):
        return _read(next(each for each in inner if each is not types.NoneType), value)
    if origin is tuple:
        return tuple(_read(inner[0], each) for each in value)
    if origin is frozenset:
        return frozenset(_read(inner[0], each) for each in value)
    if origin is Mapping:
        return value
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(
            **{each.name: _read(hints[each.name], value[each.name]) for each in fields(kind) if each.name in value}
        )
    return _PLAIN[kind](value) if kind in _PLAIN else value


def dossier_of(kept: dict[str, Any]) -> Dossier:
    """The dossier of a judgement. Items of matters that it did not rest on are not in it."""
    records = _read(facts.Records, kept)
    known = {matter.id for matter in records.matters}
    meetings = tuple(
        replace(meeting, items=tuple(item for item in meeting.items if item.matter in known))
        for meeting in records.meetings
    )
    return Dossier(replace(records, meetings=meetings))


def place_of(finding: KeptFinding, dossier: Dossier) -> tuple[facts.Meeting | None, facts.Item | None]:
    """The meeting and the item that a finding is about, as they stood when it was judged."""
    sittings = {meeting.id: meeting for meeting in dossier.records.meetings}
    sitting = sittings.get(PROVISIONAL) or sittings.get(finding.meeting_id)
    if sitting is None or finding.item_id is None:
        return sitting, None
    return sitting, next((item for item in sitting.items if item.matter == finding.matter_id), None)


def judged_again(finding: KeptFinding, dossier: Dossier) -> Finding | None:
    """What the rules of today say of the facts of that day; ``None`` if the rule no longer applies or exists."""
    try:
        codes = [rule(finding.rule).code]
    except KeyError:
        return None
    sitting, item = place_of(finding, dossier)
    if sitting and item:
        found = judge_item(dossier, sitting, item, codes=codes)
    elif finding.matter_id:
        found = judge_matter(dossier, dossier.matter(finding.matter_id), codes=codes)
    else:
        found = judge_meeting(dossier, sitting, codes=codes) if sitting else []
    return found[0] if found else None
