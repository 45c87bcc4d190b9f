"""Judging again: from the facts kept with a judgement back to the plain facts, and to what the rules say of them.

Same facts, same rules, same answer: an inspector need not believe a finding, they can have it judged again.
"""

import types
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_item, judge_matter, judge_meeting, judge_school
from governance.rules.facts import day_of
from governance.rules.index import rule
from governance.rules.ruling import Finding

from .facts import PROVISIONAL
from .models import Judgement, KeptFinding

_hints = cache(get_type_hints)
_PLAIN: dict[Any, Callable[[Any], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat, Decimal: Decimal}


def _read(kind: Any, value: Any) -> Any:
    """A JSON value as the type that a field of the facts declares."""
    if value is None:
        return None
    return _reader(kind)(value)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _reader(next(each for each in inner if each is not types.NoneType))
    if origin in (tuple, frozenset):
        of = _reader(inner[0])
        return lambda value: origin(map(of, value))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        readers = {each.name: hints[each.name] for each in fields(kind)}
        return lambda value: kind(**{name: _read(of, value[name]) for name, of in readers.items() if name in value})
    return _PLAIN.get(kind, lambda value: value)


def dossier_of(kept: dict[str, Any]) -> Dossier:
    """The dossier of a judgement. Items of matters that it did not rest on are not in it."""
    records = _read(facts.Records, kept)
    known = {matter.id for matter in records.matters}
    meetings = tuple(
        replace(meeting, items=tuple(item for item in meeting.items if item.matter in known))
        for meeting in records.meetings
    )
    return Dossier(replace(records, meetings=meetings))


@dataclass(frozen=True)
class About:
    """What a finding is about, by the keys of the database; all of them empty for the school as a whole."""

    meeting: int | None = None
    item: int | None = None
    matter: int | None = None
    body: str = ""

    @classmethod
    def of(cls, finding: KeptFinding) -> "About":
        return cls(finding.meeting_id, finding.item_id, finding.matter_id, finding.body)


def place_of(about: About, dossier: Dossier) -> tuple[facts.Meeting | None, facts.Item | None]:
    """The meeting and the item that a finding is about, as they stood when it was judged."""
    sittings = {meeting.id: meeting for meeting in dossier.records.meetings}
    sitting = sittings.get(PROVISIONAL) or sittings.get(about.meeting)
    if sitting is None or about.item is None:
        return sitting, None
    return sitting, next((item for item in sitting.items if item.matter == about.matter), None)


def checked_on(judgement: Judgement) -> date:
    """The day of the check, for the rules that ask for one."""
    return judgement.run.on if judgement.run else day_of(judgement.at)


def answer(dossier: Dossier, code: str, about: About, *, on: date) -> Finding | None:
    """What a rule of today says of something in a dossier; ``None`` if it no longer applies or exists."""
    try:
        codes = [rule(code).code]
    except KeyError:
        return None
    sitting, item = place_of(about, dossier)
    if about.item:
        found = judge_item(dossier, sitting, item, on=on, codes=codes) if sitting and item else []
    elif about.matter:
        known = any(matter.id == about.matter for matter in dossier.records.matters)
        found = judge_matter(dossier, dossier.matter(about.matter), on=on, codes=codes) if known else []
    elif about.meeting:
        found = judge_meeting(dossier, sitting, on=on, codes=codes) if sitting else []
    else:
        found = [one for one in judge_school(dossier, on=on, codes=codes) if (one.body or "") == about.body]
    return found[0] if found else None


def judged_again(finding: KeptFinding, dossier: Dossier) -> Finding | None:
    """What the rules of today say of the facts of that day."""
    return answer(dossier, finding.rule, About.of(finding), on=checked_on(finding.judgement))
