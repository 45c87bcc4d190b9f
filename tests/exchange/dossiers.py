"""Random dossiers in which every field of the format occurs, made from its table.

``records()`` draws what a file may hold; with ``complete=True`` nothing is left unrecorded. Ids are strings, some of
them awkward in a JSON pointer.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from governance.exchange.consistency import SINGLE
from governance.exchange.kinds import Each, Field, Kind, Object, Plain, Ref, Word
from governance.exchange.spec import DOSSIER
from governance.rules import facts
from governance.rules.catalogue import DEFAULT
from governance.rules.values import PARAMETERS, Threshold

PEOPLE = ["p1", "人 2", "p/3", "p~4", "p5"]
MATTERS = ["t1", "t/2", "t3"]
MEETINGS = ["m1", "m~2", "m3", "m4"]
OWN = ["D20", "X1"]
SINCE = date(2010, 1, 1)

EAST, WEST = timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.text(letters, min_size=1, max_size=6) | st.sampled_from(
    ["同意", "没有意见，请抓紧办理并于月底前报告进展情况"]
)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31), timezones=st.sampled_from([EAST, UTC, WEST]))
parameter_values = {
    "two_thirds_categories": st.lists(st.sampled_from(["D", "F02", "X1"]), max_size=2),
    "vacation_months": st.lists(st.integers(1, 12), max_size=3),
}


def _parameter(name: str) -> st.SearchStrategy[Any]:
    one = PARAMETERS[name]
    if one.floor:
        return st.sampled_from([threshold.code for threshold in Threshold if threshold >= one.floor])
    if one.choices:
        return st.sampled_from(list(one.choices))
    if one.least is not None:
        return st.integers(one.least, 90)
    return parameter_values.get(name, st.booleans())


def _parameters(body: str) -> st.SearchStrategy[dict[str, Any]]:
    named = {name: _parameter(name) for name, one in PARAMETERS.items() if body in one.bodies}
    return st.fixed_dictionaries({}, optional=named)


PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "text": words,
    "bool": st.booleans(),
    "integer": st.integers(0, 9),
    "time": moments,
    "date": days,
    "money": st.integers(0, 10**14 - 1).map(lambda cents: Decimal(cents) / 100),
    "category": st.sampled_from([*DEFAULT, *OWN]),
    "parameters": st.just({}),
}


def _of(kind: Kind, complete: bool) -> st.SearchStrategy[Any]:
    match kind:
        case Plain(name):
            return PLAIN[name]
        case Word(codes):
            return st.sampled_from(list(codes))
        case Ref(to):
            return st.sampled_from(PEOPLE if to == "person" else MATTERS)
        case Object():
            return _objects(id(kind), complete)
        case Each(of, is_set):
            unique = {"unique": True} if isinstance(of, Ref) or is_set else {}
            several = st.lists(_of(of, complete), min_size=int(complete), max_size=2, **unique)
            return several.map(frozenset if is_set else tuple)
    raise TypeError(kind)


@cache
def _objects(which: int, complete: bool) -> st.SearchStrategy[Any]:
    of = BY_ID[which]
    named = {one.attribute: _of(one.kind, complete) for one in of.fields if one.name != "id"}
    musts = {one.attribute for one in of.fields if one.must or complete} & named.keys()
    drawn = st.fixed_dictionaries(
        {name: named[name] for name in named if name in musts},
        optional={name: named[name] for name in named if name not in musts},
    )
    if of.fact is facts.Procedure:
        drawn = drawn.flatmap(
            lambda values: _parameters(values["body"]).map(lambda chosen: {**values, "parameters": chosen})
        )
    return drawn.map(lambda values: MENDED.get(of.fact, _as_it_is)(of.fact(**_named(of, values))))


def _named(of: Object, values: dict[str, Any]) -> dict[str, Any]:
    return {"id": "", **values} if any(one.name == "id" for one in of.fields) else values


def _as_it_is(fact: Any) -> Any:
    return None if fact == facts.Record() else fact


def _first_of_each(values: Iterable[Any], *attributes: str) -> tuple[Any, ...]:
    """No two that have these in common, as the format asks."""
    found: dict[tuple[Any, ...], Any] = {}
    for value in values:
        found.setdefault(tuple(getattr(value, attribute) for attribute in attributes), value)
    return tuple(found.values())


def _post(post: facts.Post) -> facts.Post:
    until = post.until
    return replace(post, until=max(until, post.since + timedelta(days=1)) if until else None)


def _publicity(publicity: facts.Publicity) -> facts.Publicity:
    since, until = publicity.since, publicity.until
    return replace(publicity, until=max(since, until)) if since and until else publicity


def _attendance(row: facts.Attendance) -> facts.Attendance:
    first, last = row.from_item, row.to_item
    if first is not None and last is not None:
        row = replace(row, to_item=max(first, last))
    between = (no for no in row.away if (first is None or no > first) and (last is None or no < row.to_item))
    return replace(row, away=tuple(between))


def _item(item: facts.Item) -> facts.Item:
    return replace(
        item,
        opinions=_first_of_each(item.opinions, "person"),
        written_opinions=_first_of_each(item.written_opinions, "person"),
        recusals=_first_of_each(item.recusals, "person"),
    )


def _meeting(meeting: facts.Meeting) -> facts.Meeting:
    end = meeting.ends_at
    return replace(
        meeting,
        ends_at=max(end, meeting.starts_at) if end else None,
        attendance=_first_of_each(meeting.attendance, "person"),
        items=tuple(replace(item, no=no) for no, item in enumerate(meeting.items, start=1)),
    )


MENDED = {
    facts.Post: _post,
    facts.Publicity: _publicity,
    facts.Attendance: _attendance,
    facts.Item: _item,
    facts.Meeting: _meeting,
}


def _by_id(of: Object) -> dict[int, Object]:
    kinds = [one.kind.of if isinstance(one.kind, Each) else one.kind for one in of.fields]
    parts = [_by_id(kind) for kind in kinds if isinstance(kind, Object)]
    return {key: value for part in parts for key, value in part.items()} | {id(of): of}


BY_ID = _by_id(DOSSIER)
FIELDS: dict[str, Field] = {one.attribute: one for one in DOSSIER.fields}


def _inner(attribute: str) -> Object:
    kind = FIELDS[attribute].kind
    inner = kind.of if isinstance(kind, Each) else kind
    assert isinstance(inner, Object)
    return inner


def _posts(posts: Iterable[facts.Post]) -> tuple[facts.Post, ...]:
    """Nobody twice in a post, and one person in a single-holder post."""
    return _first_of_each([one for one in posts if one.post not in SINGLE], "person", "post") + _first_of_each(
        [one for one in posts if one.post in SINGLE], "post"
    )


@st.composite
def records(draw: st.DrawFn, complete: bool = False) -> facts.Records:
    def several(attribute: str, most: int) -> tuple[Any, ...]:
        return tuple(draw(st.lists(_objects(id(_inner(attribute)), complete), max_size=most)))

    def called(attribute: str, ids: list[str]) -> tuple[Any, ...]:
        one = _objects(id(_inner(attribute)), complete)
        return tuple(replace(draw(one), id=each) for each in draw(st.permutations(ids)))

    catalogue = _first_of_each(
        [replace(row, code=draw(st.sampled_from([*OWN, "F01"]))) for row in several("catalogue", 2)], "code", "since"
    )
    known = {*DEFAULT, *(row.code for row in catalogue)}
    procedures = [replace(one, parameters=_known_to(known, one.parameters)) for one in several("procedures", 2)]
    matters = [
        replace(one, category=one.category if one.category in known else "G") for one in called("matters", MATTERS)
    ]
    return facts.Records(
        school=draw(_objects(id(_inner("school")), complete)),
        people=called("people", PEOPLE),
        posts=_posts(several("posts", 5)),
        procedures=_first_of_each(procedures, "body", "since"),
        large_sums=_first_of_each(several("large_sums", 2), "since"),
        catalogue=catalogue,
        calendar=draw(st.none() | _objects(id(_inner("calendar")), complete)),
        communications=several("communications", 3),
        matters=tuple(matters),
        meetings=_first_of_each(
            called("meetings", draw(st.sampled_from([MEETINGS[:n] for n in range(4)]))), "body", "starts_at"
        ),
    )


def _known_to(codes: set[str], parameters: dict[str, Any]) -> dict[str, Any]:
    chosen = dict(parameters)
    if "two_thirds_categories" in chosen:
        classes = {code[0] for code in codes}
        chosen["two_thirds_categories"] = [one for one in chosen["two_thirds_categories"] if one in codes | classes]
    return chosen
