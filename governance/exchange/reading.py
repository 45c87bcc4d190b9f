"""A file to the plain facts that rules read, or all its faults.

The table of the format is compiled once into functions, one for each field; a file then costs one call a value. An
object is read into the values of its fact; what is consistent is asked of these, so that one fault does not hide
another, and facts are made only of a file without faults.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.exchange import scalars
from governance.exchange.consistency import IN_LIST, IN_OBJECT
from governance.exchange.faults import Fault, Key, Place, found, pointer_to
from governance.exchange.kinds import NAMED, Each, Field, Id, Kind, Named, Object, Plain, Ref, Word
from governance.exchange.parsing import NotJSON, parsed
from governance.exchange.scalars import BAD, Read
from governance.exchange.spec import DOSSIER
from governance.rules.catalogue import DEFAULT
from governance.rules.engine import collector_paused
from governance.rules.facts import Records


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds; with one fault or more it holds nothing."""

    records: Records | None
    faults: list[Fault]


@dataclass(slots=True)
class Scan:
    """One reading under way: the faults so far, and what the file names."""

    faults: list[Fault] = field(default_factory=list)
    ids: dict[Named, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in NAMED})
    categories: set[str] = field(default_factory=lambda: set(DEFAULT))

    def fault(self, place: Place, error: str) -> Any:
        self.faults.append(Fault(pointer_to(place), error))
        return BAD

    def survey(self, value: Mapping[str, Any]) -> None:
        """What can be referred to, before anything refers to it; an id that stands twice is a fault."""
        first: dict[str, str] = {}
        for kind, (name, _) in NAMED.items():
            for index, one in _objects(value.get(name)):
                given = one.get("id")
                if not isinstance(given, str) or not given:
                    continue
                self.ids[kind].setdefault(given, given)
                here = ((((None, name), index)), "id")
                there = first.setdefault(given, pointer_to(here))
                if there != pointer_to(here):
                    said = f"标识{found(given)}已经用在 {there}：在人员、事项和会议中应各不相同"
                    self.fault(here, said)
        for _, row in _objects(value.get("catalogue")):
            if isinstance(code := row.get("code"), str) and code:
                self.categories.add(code)


def _objects(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    if isinstance(value, list | tuple):
        yield from ((index, one) for index, one in enumerate(value) if isinstance(one, dict))


def read(text: bytes) -> Reading:
    """A file, as it came."""
    with collector_paused():
        try:
            value, faults = parsed(text)
        except NotJSON as error:
            return Reading(None, [Fault("", str(error))])
        return _read(value, Scan(faults))


def read_value(value: Any) -> Reading:
    """What a file would hold, as Python values of the kinds that JSON has."""
    with collector_paused():
        return _read(value, Scan())


def _read(value: Any, scan: Scan) -> Reading:
    if not isinstance(value, dict):
        scan.fault(None, f"文件的最外层应为一个 JSON 对象，实际是{found(value)}")
        return Reading(None, scan.faults)
    scan.survey(value)
    values = _DOSSIER(value, None, scan)
    if scan.faults:
        return Reading(None, scan.faults)
    return Reading(Records(**values), [])


Values = Callable[[Any, Place, Scan], Any]
"""Reads an object into the values of its fact; BAD if it is none."""


def _values(of: Object) -> Values:
    fields = {one.name: (one.attribute, _reader(one)) for one in of.fields}
    musts = [one for one in of.fields if one.must]
    check = IN_OBJECT.get(of.fact)
    names = "、".join(fields)

    def read_values(value: Any, place: Place, scan: Scan) -> Any:
        if not isinstance(value, dict):
            return scan.fault(place, f"应为一个对象，实际是{found(value)}")
        values = {}
        for name, given in value.items():
            known = fields.get(name)
            if known is None:
                scan.fault((place, name), f"没有{found(name)}这个字段：此处的字段有 {names}")
                continue
            attribute, read_field = known
            got = read_field(given, place, name, scan)
            if got is not BAD and attribute:
                values[attribute] = got
        for one in musts:
            if one.name not in value:
                scan.fault(place, f"缺少必填的 {one.name}（{one.what}）")
        if check is not None:
            check(values, place, scan)
        return values

    return read_values


def _reader(one: Field) -> Read:
    return _of_kind(one.kind, one)


def _of_kind(kind: Kind, one: Field) -> Read:
    match kind:
        case Plain("text"):
            return scalars.text(one)
        case Plain(name):
            return scalars.PLAIN[name]
        case Word(words):
            return scalars.word(words)
        case Id():
            return scalars.text(one)
        case Ref(to):
            return scalars.ref(to)
        case Each(Object() as of):
            return _objects_of(of)
        case Each(of, is_set):
            return _several(_of_kind(of, Field(one.name, of, one.what, must=True)), frozenset if is_set else None, of)
        case Object():
            return _object(kind)


def _object(of: Object) -> Read:
    values_of, fact, empty_is_missing = _values(of), of.fact, of.empty_is_missing

    def read_object(value: Any, place: Place, key: Key, scan: Scan) -> Any:
        values = values_of(value, (place, key), scan)
        if scan.faults or values is BAD:
            return BAD
        return None if empty_is_missing and not values else fact(**values)

    return read_object


def _objects_of(of: Object) -> Read:
    values_of, fact, check = _values(of), of.fact, IN_LIST.get(of.fact)

    def read_objects(value: Any, place: Place, key: Key, scan: Scan) -> Any:
        if not isinstance(value, list | tuple):
            return scan.fault((place, key), f"应为一个列表，实际是{found(value)}")
        here = (place, key)
        each = [values_of(one, (here, index), scan) for index, one in enumerate(value)]
        if check is not None:
            check(each, here, scan)
        return BAD if scan.faults else tuple([fact(**values) for values in each])

    return read_objects


def _several(read_one: Read, into: Callable[[Any], Any] | None, of: Kind) -> Read:
    once = isinstance(of, Ref)

    def read_several(value: Any, place: Place, key: Key, scan: Scan) -> Any:
        if not isinstance(value, list | tuple):
            return scan.fault((place, key), f"应为一个列表，实际是{found(value)}")
        here = (place, key)
        each = [read_one(one, here, index, scan) for index, one in enumerate(value)]
        if BAD in each:
            return BAD
        return into(each) if into else tuple(dict.fromkeys(each) if once else each)

    return read_several


_DOSSIER = _values(DOSSIER)
