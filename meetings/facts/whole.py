"""A school's whole dossier, row by row: as many statements as there are tables, and no instance for a row.

What is exported, judged as one and judged again comes this way. Moments travel as text: reading them so costs a tenth.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q, TextField
from django.db.models.functions import Cast

from accounts.models import Entry, Organisation
from governance.facts import ground_of, talks_of
from governance.rules import facts
from governance.rules.dossier import Dossier

from ..models import (
    Attendance,
    Consultation,
    Consulted,
    Correction,
    Item,
    Matter,
    Meeting,
    MinutesItem,
    Opinion,
    Recusal,
    Signature,
    Vote,
)
from .loading import corrected_meetings, recorded
from .plain import lead_first, meeting_facts, time_of

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
        before = _acts(school)
        whole = _read(school, corrected)
        if _acts(school) == before:  # else an act may be seen in one table and not in another
            break
    return whole


def _acts(school: Organisation) -> dict[str, int | None]:
    return Entry.objects.filter(organisation=school).aggregate(of=Count("pk"), last=Max("pk"))


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
    told = Correction.objects.filter(meeting__school=school, dropped_at=None).values("meeting")
    for meeting, items in corrected_meetings(told):
        if meeting.pk in sittings:
            sittings[meeting.pk] = sittings[meeting.pk]._replace(correction_rows=meeting.correction_rows)
            meetings[meeting.pk] = meeting_facts(meeting, items)


def _as_text(name: str) -> Cast:
    return Cast(name, TextField())


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
    rows = Meeting.objects.filter(school=school).exclude(state__in=Meeting.NO_RECORD)
    of_these = {"meeting__school": school}
    attended: dict[int, list[facts.Attendance]] = defaultdict(list)
    for meeting, person, status, role, first, last, away, reason in (
        Attendance.objects.filter(**of_these)
        .exclude(status="")
        .order_by("pk")
        .values_list("meeting_id", "person_id", "status", "role", "from_item", "to_item", "away", "leave_reason")
    ):
        attended[meeting].append(facts.Attendance(person, status, role, first, last, tuple(away), reason))
    signed = _pairs(
        Signature.objects.filter(voided_at=None, **of_these).order_by("pk").values_list("meeting_id", "person_id")
    )
    worded: dict[int, list[facts.MinutesItem]] = defaultdict(list)
    for minutes, no, outcome, text in (
        MinutesItem.objects.filter(minutes__meeting__school=school)
        .order_by("pk")
        .values_list("minutes_id", "no", "outcome", "text")
    ):
        worded[minutes].append(facts.MinutesItem(no, outcome, text))
    sittings: dict[int, Sitting] = {}
    made: dict[int, facts.Meeting] = {}
    for (
        pk, state, body, number, title, starts_at, ends_at, place, mode, convener, chair, recorder, emergency, giver,
        receiver, given_at, reason, notice, entered, completed, minutes, minutes_number, issued_by, issued_at,
    ) in rows.order_by("starts_at", "body", "pk").values_list(
        "pk", "state", "body", "number", "title", _as_text("starts_at"), _as_text("ends_at"), "place", "mode",
        "convener_id", "chair_id", "recorder_id", "emergency", "delegation_giver_id", "delegation_receiver_id",
        _as_text("delegation_at"), "delegation_reason", _as_text("notice_sent_at"), _as_text("entered_at"),
        _as_text("record_completed_at"), "minutes__pk", "minutes__number", "minutes__issued_by_id",
        _as_text("minutes__issued_at"),
    ):  # fmt: skip
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
    of_these = {"item__meeting__school": school}
    said: dict[int, list[facts.Opinion]] = defaultdict(list)
    written: dict[int, list[facts.Opinion]] = defaultdict(list)
    for item, person, stance, order, text, in_writing in (
        Opinion.objects.filter(**of_these)
        .order_by("pk")
        .values_list("item_id", "person_id", "stance", "order", "text", "written")
    ):
        (written if in_writing else said)[item].append(facts.Opinion(person, stance or None, order, text))
    recused: dict[int, list[facts.Recusal]] = defaultdict(list)
    for item, person, reason in (
        Recusal.objects.filter(**of_these).order_by("pk").values_list("item_id", "person_id", "reason")
    ):
        recused[item].append(facts.Recusal(person, reason))
    votes = _by_first(
        Vote.objects.filter(abandoned_at=None, **of_these)
        .order_by("pk")
        .values_list(
            "item_id", "pk", "candidate", "round", "method", "agree", "disagree", "abstain", "defer", "outcome"
        )
    )
    responsible = _pairs(
        Item.responsible.through.objects.filter(**of_these).order_by("pk").values_list("item_id", "person_id")
    )
    comings: dict[int, list[Coming]] = defaultdict(list)
    made: dict[int, list[facts.Item]] = defaultdict(list)
    rows = Item.objects.filter(meeting__school=school).exclude(meeting__state__in=Meeting.NO_RECORD)
    for (
        pk, no, meeting, matter, body, purpose, added_at, confirmed_by, confirmed_at, outcome, decision, lead, due,
        done_on, published, since, until, scope, reason,
    ) in rows.order_by("meeting_id", "no").values_list(
        "pk", "no", "meeting_id", "matter_id", "body", "purpose", _as_text("added_at"), "confirmed_by_id",
        _as_text("confirmed_at"), "outcome", "decision_text", "lead_id", "due", "done_on", "published",
        "published_from", "published_until", "published_scope", "unpublished_reason",
    ):  # fmt: skip
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
    both = Consultation.Kind.SECRETARY_PRINCIPAL
    people = _pairs(
        Consulted.objects.filter(
            Q(answered_at__isnull=False) | ~Q(consultation__kind=both), consultation__matter__school=school
        )
        .order_by("pk")
        .values_list("consultation_id", "person_id")
    )
    consulted: dict[int, list[facts.Consultation]] = defaultdict(list)
    for pk, matter, kind, at, entered, heard, outcome, note, stale in (
        Consultation.objects.filter(matter__school=school, at__isnull=False)
        .order_by("pk")
        .values_list(
            "pk", "matter_id", "kind", _as_text("at"), _as_text("entered_at"), "heard", "outcome", "note", "stale"
        )
    ):
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
    of_these = {"matter__school": school}
    interested, decided_by = (
        _pairs(link.objects.filter(**of_these).order_by("pk").values_list("matter_id", "person_id"))
        for link in (Matter.interests.through, Matter.decided_without_by.through)
    )
    for (
        pk, title, category, amount, payee, project, major, two_thirds, flags, candidates, proposer, proposed_at, owner,
        acted_at, acted_by, reason, decided_at, how, reconsiders,
    ) in Matter.objects.filter(recorded(), school=school).order_by("pk").values_list(
        "pk", "title", "category", "amount", "payee", "project", "major", "two_thirds", "flags", "candidates",
        "proposer_id", _as_text("proposed_at"), "owner_id", _as_text("emergency_at"), "emergency_by_id",
        "emergency_reason", _as_text("decided_without_at"), "decided_without_how", "reconsiders_id",
    ):  # fmt: skip
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
