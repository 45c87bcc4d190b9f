"""A school's whole dossier, row by row: as many statements as there are tables, and no instance for a row.

What is exported, judged as one and judged again comes this way.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from accounts.models import Organisation
from governance.facts import ground_of, talks_of
from governance.rules import facts
from governance.rules.dossier import Dossier

from ..models import Meeting
from .loading import corrected_meetings
from .plain import lead_first, meeting_facts, time_of
from .tables import (
    ACTS,
    ATTENDANCE,
    CONSULTATIONS,
    CONSULTED,
    CORRECTED,
    DECIDED_BY,
    INTERESTS,
    ITEMS,
    MATTERS,
    MEETINGS,
    MINUTES,
    OPINIONS,
    RECUSALS,
    RESPONSIBLE,
    SIGNATURES,
    VOTES,
)

NOBODY: tuple[()] = ()
AGAIN = 3


class Sitting(NamedTuple):
    """What is asked of a meeting beside its facts."""

    pk: int
    state: str
    body: str
    correction_rows: list[dict]


class Coming(NamedTuple):
    """What is asked of an item beside its facts."""

    pk: int
    no: int
    meeting_id: int
    matter_id: int
    body: str
    votes: tuple[int, ...]


@dataclass
class Whole:
    dossier: Dossier
    meetings: dict[int, Sitting]
    items: dict[int, list[Coming]]  # by meeting


def load_whole(school: Organisation, *, corrected: bool = True) -> Whole:
    """The school's whole dossier, in the order of its records.

    Drafts are no records yet: a meeting being prepared, a matter not proposed, one withdrawn before any meeting.
    """
    for _ in range(AGAIN):
        before = ACTS(school=school.pk)
        whole = _read(school, corrected)
        if ACTS(school=school.pk) == before:  # else an act may be seen in one table and not in another
            break
    return whole


def _read(school: Organisation, corrected: bool) -> Whole:
    ground = ground_of(school)
    comings, items = _items(school)
    sittings, meetings = _meetings(school, items)
    if corrected:
        _lay_over(school, sittings, meetings)
    dossier = Dossier(
        ground.records(
            communications=talks_of(school), matters=tuple(_matters(school)), meetings=tuple(meetings.values())
        )
    )
    return Whole(dossier, sittings, comings)


def _lay_over(school: Organisation, sittings: dict[int, Sitting], meetings: dict[int, facts.Meeting]) -> None:
    """The few meetings that were corrected are read with everything a correction can speak of."""
    told = CORRECTED(school=school.pk)
    for meeting, items in corrected_meetings(told) if told else ():
        if meeting.pk in sittings:
            sittings[meeting.pk] = sittings[meeting.pk]._replace(correction_rows=meeting.correction_rows)
            meetings[meeting.pk] = meeting_facts(meeting, items)


def _by_first(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    """What belongs to a thing, by its key, which stands first."""
    found: dict[int, list[tuple]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _pairs(rows: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for key, person in rows:
        found[key].append(person)
    return found


def _meetings(
    school: Organisation, items: dict[int, list[facts.Item]]
) -> tuple[dict[int, Sitting], dict[int, facts.Meeting]]:
    attended: dict[int, list[facts.Attendance]] = defaultdict(list)
    for meeting, person, status, role, first, last, away, reason in ATTENDANCE(school=school.pk):
        attended[meeting].append(facts.Attendance(person, status, role, first, last, tuple(away), reason))
    signed = _pairs(SIGNATURES(school=school.pk))
    worded: dict[int, list[facts.MinutesItem]] = defaultdict(list)
    for minutes, no, outcome, text in MINUTES(school=school.pk):
        worded[minutes].append(facts.MinutesItem(no, outcome, text))
    sittings: dict[int, Sitting] = {}
    made: dict[int, facts.Meeting] = {}
    for (
        pk, state, body, number, title, starts_at, ends_at, place, mode, convener, chair, recorder, emergency, giver,
        receiver, given_at, reason, notice, entered, completed, minutes, minutes_number, issued_by, issued_at,
    ) in MEETINGS(school=school.pk):  # fmt: skip
        signatures = signed.get(pk)
        sittings[pk] = Sitting(pk, state, body, [])
        made[pk] = facts.Meeting(
            pk,
            body,
            datetime.fromisoformat(starts_at),
            number,
            title,
            time_of(ends_at),
            place,
            mode,
            convener,
            chair,
            recorder,
            emergency,
            facts.Delegation(giver, receiver, datetime.fromisoformat(given_at), reason)
            if giver and receiver and given_at
            else None,
            time_of(notice),
            time_of(entered),
            tuple(attended.get(pk, NOBODY)),
            tuple(items.get(pk, NOBODY)),
            facts.Record(time_of(completed), tuple(dict.fromkeys(signatures or NOBODY)))
            if completed or signatures
            else None,
            facts.Minutes(minutes_number, issued_by, time_of(issued_at), tuple(worded.get(minutes, NOBODY)))
            if minutes and state in Meeting.SEALED
            else None,
        )
    return sittings, made


def _items(school: Organisation) -> tuple[dict[int, list[Coming]], dict[int, list[facts.Item]]]:
    said: dict[int, list[facts.Opinion]] = defaultdict(list)
    written: dict[int, list[facts.Opinion]] = defaultdict(list)
    for item, person, stance, order, text, in_writing in OPINIONS(school=school.pk):
        (written if in_writing else said)[item].append(facts.Opinion(person, stance or None, order, text))
    recused: dict[int, list[facts.Recusal]] = defaultdict(list)
    for item, person, reason in RECUSALS(school=school.pk):
        recused[item].append(facts.Recusal(person, reason))
    votes = _by_first(VOTES(school=school.pk))
    responsible = _pairs(RESPONSIBLE(school=school.pk))
    comings: dict[int, list[Coming]] = defaultdict(list)
    made: dict[int, list[facts.Item]] = defaultdict(list)
    for (
        pk, no, meeting, matter, body, purpose, added_at, confirmed_by, confirmed_at, outcome, decision, lead, due,
        done_on, published, since, until, scope, reason,
    ) in ITEMS(school=school.pk):  # fmt: skip
        cast = votes.get(pk, NOBODY)
        comings[meeting].append(Coming(pk, no, meeting, matter, body, tuple(row[1] for row in cast)))
        made[meeting].append(
            facts.Item(
                no,
                matter,
                purpose,
                time_of(added_at),
                confirmed_by,
                time_of(confirmed_at),
                tuple(said.get(pk, NOBODY)),
                tuple(written.get(pk, NOBODY)),
                tuple(recused.get(pk, NOBODY)),
                _last_rounds(cast) if cast else NOBODY,
                outcome or None,
                decision,
                lead_first(responsible.get(pk, NOBODY), lead),
                due,
                done_on,
                None if published is None else facts.Publicity(published, since, until, scope, reason),
            )
        )
    return comings, made


def _last_rounds(rows: Iterable[tuple]) -> tuple[facts.Vote, ...]:
    """Of each question its last round, as ``votes_that_count``."""
    last: dict[str, int] = {}
    for row in rows:
        last[row[2]] = max(row[3], last.get(row[2], 0))
    return tuple(
        facts.Vote(candidate or None, method or None, agree, disagree, abstain, defer, outcome or None)
        for _, _, candidate, number, method, agree, disagree, abstain, defer, outcome in rows
        if number == last[candidate]
    )


def _matters(school: Organisation) -> Iterable[facts.Matter]:
    people = _pairs(CONSULTED(school=school.pk))
    consulted: dict[int, list[facts.Consultation]] = defaultdict(list)
    for pk, matter, kind, at, entered, heard, outcome, note, stale in CONSULTATIONS(school=school.pk):
        consulted[matter].append(
            facts.Consultation(
                kind,
                datetime.fromisoformat(at),
                time_of(entered),
                tuple(people.get(pk, NOBODY)),
                heard,
                outcome or None,
                note,
                stale,
            )
        )
    interested, decided_by = _pairs(INTERESTS(school=school.pk)), _pairs(DECIDED_BY(school=school.pk))
    for (
        pk, title, category, amount, payee, project, major, two_thirds, flags, candidates, proposer, proposed_at, owner,
        acted_at, acted_by, reason, decided_at, how, reconsiders,
    ) in MATTERS(school=school.pk):  # fmt: skip
        yield facts.Matter(
            pk,
            title,
            category,
            amount,
            payee or None,
            project or None,
            major,
            two_thirds,
            frozenset(flags),
            tuple(candidates),
            proposer,
            time_of(proposed_at),
            owner,
            frozenset(interested.get(pk, NOBODY)),
            tuple(consulted.get(pk, NOBODY)),
            facts.Emergency(datetime.fromisoformat(acted_at), acted_by, reason) if acted_at else None,
            facts.DecidedWithoutMeeting(datetime.fromisoformat(decided_at), how, tuple(decided_by.get(pk, NOBODY)))
            if decided_at
            else None,
            reconsiders,
        )
