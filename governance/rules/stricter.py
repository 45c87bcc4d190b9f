"""The stricter of what a school has ruled and of what the authorities above it ask, day by day.

What comes out is again a school's own dated rows: a dossier that leaves for elsewhere is judged to the same there.
A *layer* is what one organisation has ruled; layers go from the top of the tree down, the school's own is the last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, Protocol, TypeVar

from governance.rules.catalogue import MARKS
from governance.rules.facts import CatalogueRow, LargeSum, Procedure
from governance.rules.values import DEFAULTS, Threshold


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


Row = TypeVar("Row", bound=_Dated)


def standing(rows: Iterable[Row], day: date) -> Row | None:
    """The row of one layer that is in force on a day."""
    return max((row for row in rows if row.since <= day), key=lambda row: row.since, default=None)


def _day_by_day(layers: Sequence[Sequence[Row]], join: Callable[[list[Row], date], Row]) -> list[Row]:
    made: list[Any] = []
    for day in sorted({row.since for layer in layers for row in layer}):
        in_force = [row for row in (standing(layer, day) for layer in layers) if row is not None]
        now: Any = join(in_force, day)
        if not made or replace(now, since=made[-1].since) != made[-1]:
            made.append(now)
    return made


# large sums


def strictness(one: Any) -> tuple[Any, bool]:
    """By which large sums are put in order, the strictest first."""
    return one.amount, not one.inclusive


def _join_sums(sums: list[LargeSum], day: date) -> LargeSum:
    lowest = min(sums, key=strictness)
    return replace(lowest, since=day, cumulative=any(one.cumulative for one in sums))


def strictest_sums(layers: Sequence[Sequence[LargeSum]]) -> tuple[LargeSum, ...]:
    *above, own = layers
    return tuple(_day_by_day(layers, _join_sums) if any(above) else own)


# the catalogue

ROUTES = ("", "A", "P", "A→P")
"""From loose to strict: what both meetings look at has passed the second as well."""


def _join_rows(rows: list[CatalogueRow], day: date) -> CatalogueRow:
    asked = set(chain.from_iterable(row.prior for row in rows))
    return CatalogueRow(
        code=rows[0].code,
        title=rows[0].title,
        since=day,
        route=max((row.route for row in rows), key=ROUTES.index),
        prior=tuple(mark for mark in MARKS if mark in asked),
        reserved=_any(row.reserved for row in rows),
        two_thirds=_any(row.two_thirds for row in rows),
    )


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Not said is stricter than no: a code of one's own is reserved unless its row says otherwise."""
    said = set(answers)
    return True if True in said else None if None in said else False


def strictest_rows(layers: Sequence[Sequence[CatalogueRow]]) -> tuple[CatalogueRow, ...]:
    *above, own = layers
    bound = {row.code for layer in above for row in layer}
    kept = [row for row in own if row.code not in bound]
    for code in sorted(bound):
        kept += _day_by_day([[row for row in layer if row.code == code] for layer in layers], _join_rows)
    return tuple(kept)


# floors of parameters

AT_LEAST = frozenset({"notice_hours", "publicity_working_days"})
AT_MOST = frozenset({"minutes_working_days", "record_hours", "late_entry_days", "frequency_days", "communication_days"})
SHARES = frozenset({"quorum", "quorum_two_thirds_matters", "pass_threshold"})
FROM_LOOSE_TO_STRICT = {
    "chair_speaks_last": ("none", "personnel", "reserved", "all"),
    "pass_base": ("present", "in_office"),
}
SETS = frozenset({"two_thirds_categories"})
FLOORED = AT_LEAST | AT_MOST | SHARES | SETS | frozenset(FROM_LOOSE_TO_STRICT)
"""Parameters of which one value is stricter than another; of the rest an authority asks nothing."""


def default_of(name: str) -> Any:
    """The default as a version would write it."""
    value = getattr(DEFAULTS, name)
    if isinstance(value, Threshold):
        return value.code
    return sorted(value) if isinstance(value, frozenset) else value


def laxer(name: str, value: Any, floor: Any) -> bool:
    """Whether a value of a parameter asks for less than a floor does."""
    if name in AT_LEAST:
        return bool(value < floor)
    if name in AT_MOST:
        return bool(value > floor)
    if name in SHARES:
        return Threshold.named(value) < Threshold.named(floor)
    if name in SETS:
        return any(code not in value and code[0] not in value for code in floor)
    order = FROM_LOOSE_TO_STRICT[name]
    return order.index(value) < order.index(floor)


def stricter(name: str, value: Any, floor: Any) -> Any:
    if name in SETS:
        return sorted({*value, *floor})
    return floor if laxer(name, value, floor) else value


@dataclass(frozen=True, slots=True)
class Floor:
    body: str
    name: str
    value: Any
    since: date


def floors_on(layers: Sequence[Sequence[Floor]], body: str, day: date) -> dict[str, Any]:
    """What is asked of each parameter on a day: the strictest of what the authorities ask."""
    asked: dict[str, Any] = {}
    for layer in layers:
        for name in {floor.name for floor in layer if floor.body == body}:
            floor = standing((one for one in layer if (one.body, one.name) == (body, name)), day)
            if floor is not None:
                asked[name] = stricter(name, asked[name], floor.value) if name in asked else floor.value
    return asked


def raised(parameters: Mapping[str, Any], floors: Mapping[str, Any]) -> dict[str, Any]:
    """A version's parameters, none of them laxer than its floor."""
    lifted = dict(parameters)
    for name, floor in floors.items():
        value = parameters.get(name, default_of(name))
        if laxer(name, value, floor):
            lifted[name] = stricter(name, value, floor)
    return lifted


def raised_procedures(own: Sequence[Procedure], layers: Sequence[Sequence[Floor]]) -> tuple[Procedure, ...]:
    """Each version of a school, once more from every day on which a floor changes what it says."""
    if not any(layers):
        return tuple(own)
    made: list[Procedure] = []
    for body in dict.fromkeys(one.body for one in own):
        versions = [one for one in own if one.body == body]
        first = min(one.since for one in versions)
        days = {floor.since for layer in layers for floor in layer if floor.body == body and floor.since > first}
        for day in sorted({*days, *(one.since for one in versions)}):
            version = standing(versions, day)
            assert version is not None, "no day is earlier than the first version"
            parameters = raised(version.parameters, floors_on(layers, body, day))
            begins = version.since == day
            if begins or parameters != dict(made[-1].parameters):
                made.append(replace(version, since=day, parameters=parameters))
    return tuple(made)
