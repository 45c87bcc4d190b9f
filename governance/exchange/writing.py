"""The plain facts to the file: for the same facts always the same bytes.

Fields stand in the order of the format, and what is not recorded is left out. Times are in +08:00, money has two
decimals. Lists keep their order; sets are put in one: people as the file lists them, codes as the format does.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from governance.exchange.kinds import Each, Field, Kind, Object, Plain, Ref, Word
from governance.exchange.spec import DOSSIER, FORMAT
from governance.rules.facts import Records
from governance.rules.values import PARAMETERS

CHINA = timezone(timedelta(hours=8))  # Asia/Shanghai had summer time once; the file has not
Places = Mapping[Any, int]
"""Where each person stands in the file."""
Dump = Callable[[Any, Places], Any]


def write(records: Records) -> str:
    places = {person.id: place for place, person in enumerate(records.people)}
    return json.dumps({"format": FORMAT} | _DOSSIER(records, places), ensure_ascii=False, indent=2) + "\n"


def _object(of: Object) -> Dump:
    fields = [(one.name, one.attribute, one.must, _dump(one.kind)) for one in of.fields if one.attribute]
    unset = {one.attribute: _means_nothing(of, one) for one in of.fields}

    def dump_object(fact: Any, places: Places) -> dict[str, Any]:
        written = {}
        for name, attribute, must, dump in fields:
            value = getattr(fact, attribute)
            if not must and (value is None or unset[attribute](value)):
                continue
            value = value if dump is None else dump(value, places)
            if value is not _NOTHING:
                written[name] = value
        return _NOTHING if of.empty_is_missing and not written else written

    return dump_object


_NOTHING: Any = object()


def _means_nothing(of: Object, one: Field) -> Callable[[Any], bool]:
    """Whether a value of the field says no more than leaving it out."""
    if isinstance(one.kind, Object):
        return lambda value: False
    if one.kind == Plain("bool"):
        slot = of.fact.__dataclass_fields__[one.attribute] if one.attribute else None
        missing_is_no = slot is not None and slot.default is False
        return lambda value: missing_is_no and value is False
    if one.kind == Plain("integer"):
        return lambda value: False
    return lambda value: not value and not isinstance(value, Decimal)


def _dump(kind: Kind) -> Dump | None:
    match kind:
        case Plain("time"):
            return _time
        case Plain("date"):
            return lambda value, places: value.isoformat()
        case Plain("money"):
            return lambda value, places: f"{value:.2f}"
        case Plain("parameters"):
            return _parameters
        case Plain() | Word() | Ref():
            return None
        case Object():
            return _object(kind)
        case Each(of, is_set):
            return _several(_dump(of), _order(of) if is_set else None)
    return None


def _time(value: datetime, places: Places) -> str:
    return value.astimezone(CHINA).isoformat()


def _several(dump: Dump | None, order: Callable[[Iterable[Any], Places], list[Any]] | None) -> Dump:
    def dump_several(values: Iterable[Any], places: Places) -> list[Any]:
        in_order = order(values, places) if order else values
        return list(in_order) if dump is None else [dump(value, places) for value in in_order]

    return dump_several


def _order(of: Kind) -> Callable[[Iterable[Any], Places], list[Any]]:
    match of:
        case Ref():
            return lambda values, places: sorted(values, key=lambda one: places[one])
        case Word(words):
            rank = {code: place for place, code in enumerate(words)}
            return lambda values, places: sorted(values, key=lambda one: rank[one])
    return lambda values, places: sorted(values)


def _parameters(values: Mapping[str, Any], places: Places) -> dict[str, Any]:
    return {name: _plain(values[name]) for name in PARAMETERS if name in values}


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


_DOSSIER = _object(DOSSIER)
