"""The same records under other names: keys of the database become the names that files use."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from governance.rules import facts

Names = Mapping[Any, Any]


def renamed(records: facts.Records, people: Names, matters: Names, meetings: Names) -> facts.Records:
    """Every id replaced by its new name; an id without one is a ``KeyError``."""
    return replace(
        records,
        people=tuple(replace(one, id=people[one.id]) for one in records.people),
        posts=tuple(replace(one, person=people[one.person]) for one in records.posts),
        communications=tuple(replace(one, people=_all(one.people, people)) for one in records.communications),
        matters=tuple(_matter(one, people, matters) for one in records.matters),
        meetings=tuple(_meeting(one, people, matters, meetings) for one in records.meetings),
    )


def _one(name: Any, names: Names) -> Any:
    return None if name is None else names[name]


def _all(listed: Iterable[Any], names: Names) -> tuple[Any, ...]:
    return tuple(names[one] for one in listed)


def _matter(matter: facts.Matter, people: Names, matters: Names) -> facts.Matter:
    emergency, decided = matter.emergency, matter.decided_without_meeting
    return replace(
        matter,
        id=matters[matter.id],
        proposer=_one(matter.proposer, people),
        owner=_one(matter.owner, people),
        interests=frozenset(_all(matter.interests, people)),
        consultations=tuple(replace(one, people=_all(one.people, people)) for one in matter.consultations),
        emergency=emergency and replace(emergency, by=people[emergency.by]),
        decided_without_meeting=decided and replace(decided, by=_all(decided.by, people)),
        reconsiders=_one(matter.reconsiders, matters),
    )


def _meeting(meeting: facts.Meeting, people: Names, matters: Names, meetings: Names) -> facts.Meeting:
    delegation, record, minutes = meeting.delegation, meeting.record, meeting.minutes
    return replace(
        meeting,
        id=meetings[meeting.id],
        convener=_one(meeting.convener, people),
        chair=_one(meeting.chair, people),
        recorder=_one(meeting.recorder, people),
        delegation=delegation
        and replace(delegation, giver=people[delegation.giver], receiver=people[delegation.receiver]),
        attendance=tuple(replace(row, person=people[row.person]) for row in meeting.attendance),
        items=tuple(_item(item, people, matters) for item in meeting.items),
        record=record and replace(record, signed_by=_all(record.signed_by, people)),
        minutes=minutes and replace(minutes, issued_by=_one(minutes.issued_by, people)),
    )


def _item(item: facts.Item, people: Names, matters: Names) -> facts.Item:
    return replace(
        item,
        matter=matters[item.matter],
        confirmed_by=_one(item.confirmed_by, people),
        opinions=tuple(replace(one, person=people[one.person]) for one in item.opinions),
        written_opinions=tuple(replace(one, person=people[one.person]) for one in item.written_opinions),
        recusals=tuple(replace(one, person=people[one.person]) for one in item.recusals),
        responsible=_all(item.responsible, people),
    )
