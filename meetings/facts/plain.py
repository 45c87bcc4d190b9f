"""From rows to the plain facts that rules read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter

from governance.rules import facts

from ..models import Consultation, Item, Matter, Meeting


def time_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def consultation_facts(row: dict) -> facts.Consultation | None:
    """A request that still waits for answers is no consultation yet."""
    if row["at"] is None:
        return None
    asked_both = row["kind"] == Consultation.Kind.SECRETARY_PRINCIPAL
    return facts.Consultation(
        kind=row["kind"],
        at=time_of(row["at"]),
        entered_at=time_of(row["entered_at"]),
        people=tuple(each["person"] for each in row["people"] if each["answered_at"] or not asked_both),
        heard=row["heard"],
        outcome=row["outcome"] or None,
        note=row["note"],
        stale=row["stale"],
    )


def matter_facts(matter: Matter) -> facts.Matter:
    return facts.Matter(
        id=matter.pk,
        title=matter.title,
        category=matter.category,
        amount=matter.amount,
        payee=matter.payee or None,
        project=matter.project or None,
        major=matter.major,
        two_thirds=matter.two_thirds,
        flags=frozenset(matter.flags),
        candidates=tuple(matter.candidates),
        proposer=matter.proposer_id,
        proposed_at=matter.proposed_at,
        owner=matter.owner_id,
        interests=frozenset(matter.interest_rows),
        consultations=tuple(filter(None, map(consultation_facts, matter.consultation_rows))),
        emergency=facts.Emergency(at=matter.emergency_at, by=matter.emergency_by_id, reason=matter.emergency_reason)
        if matter.emergency_at
        else None,
        decided_without_meeting=facts.DecidedWithoutMeeting(
            at=matter.decided_without_at, how=matter.decided_without_how, by=tuple(matter.decided_by_rows)
        )
        if matter.decided_without_at
        else None,
        reconsiders=matter.reconsiders_id,
    )


def votes_that_count(rows: list[dict]) -> list[dict]:
    """Of each question its last round; the earlier ones stay on the record and decide nothing."""
    last = {row["candidate"]: max(r["round"] for r in rows if r["candidate"] == row["candidate"]) for row in rows}
    return [row for row in rows if row["round"] == last[row["candidate"]]]


def responsible_first(item: Item) -> tuple[int, ...]:
    """Who carries it out, whoever leads it first."""
    return lead_first(item.responsible_rows, item.lead_id)


def lead_first(people: Sequence[int], lead: int | None) -> tuple[int, ...]:
    return (lead, *(pk for pk in people if pk != lead)) if lead in people else tuple(people)


def item_facts(item: Item) -> facts.Item:
    opinions = [
        (row["written"], facts.Opinion(row["person"], row["stance"] or None, row["order_"], row["text"]))
        for row in sorted(item.opinion_rows, key=itemgetter("id"))
    ]
    return facts.Item(
        no=item.no or 1,
        matter=item.matter_id,
        purpose=item.purpose,
        added_at=item.added_at,
        confirmed_by=item.confirmed_by_id,
        confirmed_at=item.confirmed_at,
        opinions=tuple(opinion for written, opinion in opinions if not written),
        written_opinions=tuple(opinion for written, opinion in opinions if written),
        recusals=tuple(facts.Recusal(row["person"], row["reason"]) for row in item.recusal_rows),
        votes=tuple(
            facts.Vote(
                candidate=row["candidate"] or None,
                method=row["method"] or None,
                agree=row["agree"],
                disagree=row["disagree"],
                abstain=row["abstain"],
                defer=row["defer"],
                outcome=row["outcome"] or None,
            )
            for row in votes_that_count(item.vote_rows)
        ),
        outcome=item.outcome or None,
        decision_text=item.decision_text,
        responsible=responsible_first(item),
        due=item.due,
        done_on=item.done_on,
        publicity=None
        if item.published is None
        else facts.Publicity(
            published=item.published,
            since=item.published_from,
            until=item.published_until,
            scope=item.published_scope,
            reason=item.unpublished_reason,
        ),
    )


def meeting_facts(meeting: Meeting, items: Iterable[Item]) -> facts.Meeting:
    minutes = getattr(meeting, "minutes", None)
    return facts.Meeting(
        id=meeting.pk,
        body=meeting.body,
        number=meeting.number,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        mode=meeting.mode,
        convener=meeting.convener_id,
        chair=meeting.chair_id,
        recorder=meeting.recorder_id,
        emergency=meeting.emergency,
        delegation=facts.Delegation(
            meeting.delegation_giver_id,
            meeting.delegation_receiver_id,
            meeting.delegation_at,
            meeting.delegation_reason,
        )
        if meeting.delegation_giver_id and meeting.delegation_receiver_id and meeting.delegation_at
        else None,
        notice_sent_at=meeting.notice_sent_at,
        entered_at=meeting.entered_at,
        attendance=tuple(
            facts.Attendance(
                person=row["person"],
                status=row["status"],
                role=row["role"],
                from_item=row["from_item"],
                to_item=row["to_item"],
                away=tuple(row["away"]),
                leave_reason=row["leave_reason"],
            )
            for row in meeting.attendance_rows
            if row["status"]
        ),
        items=tuple(item_facts(item) for item in items),
        record=facts.Record(
            completed_at=meeting.record_completed_at,
            signed_by=tuple(dict.fromkeys(row["person"] for row in meeting.signature_rows)),
        )
        if meeting.record_completed_at or meeting.signature_rows
        else None,
        minutes=facts.Minutes(
            number=minutes.number,
            issued_by=minutes.issued_by_id,
            issued_at=minutes.issued_at,
            items=tuple(facts.MinutesItem(row["no"], row["outcome"], row["text"]) for row in meeting.minutes_rows),
        )
        if minutes and meeting.state in Meeting.SEALED
        else None,
    )
