"""From rows to the plain facts that rules read. All the queries of judging are here.

The number of statements does not depend on how many meetings are loaded: one for the school's ground,
one for meetings, one for items, and one for matters with what else became of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import Organisation
from governance.facts import Ground, ground_of
from governance.rules import facts
from governance.rules.dossier import Dossier

from .models import (
    Attendance,
    Consultation,
    Consulted,
    Item,
    Matter,
    Meeting,
    MinutesItem,
    Opinion,
    Recusal,
    Signature,
    Vote,
)

_A_YEAR, _A_DAY = timedelta(days=400), timedelta(days=1)
PROVISIONAL = "provisional"  # the id of a meeting that has not been called yet


def _rows(model, link: str, order: Iterable = ("pk",), where: Q | None = None, **columns):
    rows = model.objects.filter(**{link: OuterRef("pk")})
    return ArraySubquery((rows.filter(where) if where else rows).order_by(*order).values(json=JSONObject(**columns)))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def with_facts_of_meetings(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    return meetings.select_related("minutes").annotate(
        attendance_rows=_rows(
            Attendance,
            "meeting",
            id="pk",
            person="person_id",
            status="status",
            role="role",
            from_item="from_item",
            to_item="to_item",
            leave_reason="leave_reason",
        ),
        signature_rows=_rows(
            Signature,
            "meeting",
            where=Q(voided_at__isnull=True),
            person="person_id",
            role="role",
            at="at",
            digest="digest",
        ),
        minutes_rows=_rows(MinutesItem, "minutes__meeting", order=("no",), no="no", outcome="outcome", text="text"),
    )


def with_facts_of_items(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.select_related("matter").annotate(
        opinion_rows=_rows(
            Opinion,
            "item",
            order=(F("order").asc(nulls_last=True), "pk"),
            id="pk",
            person="person_id",
            stance="stance",
            order_="order",
            text="text",
            written="written",
        ),
        recusal_rows=_rows(Recusal, "item", person="person_id", reason="reason"),
        vote_rows=_rows(
            Vote,
            "item",
            where=Q(abandoned_at__isnull=True),
            id="pk",
            candidate="candidate",
            method="method",
            agree="agree",
            disagree="disagree",
            abstain="abstain",
            defer="defer",
            computed="computed",
            outcome="outcome",
            present="present",
            in_office="in_office",
        ),
        responsible_rows=ArraySubquery(
            Item.responsible.through.objects.filter(item=OuterRef("pk")).order_by("pk").values("person_id")
        ),
    )


def with_facts_of_matters(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    consulted = (
        Consulted.objects.filter(consultation=OuterRef("pk"))
        .order_by("pk")
        .values(json=JSONObject(person="person_id", outcome="outcome", answered_at="answered_at", note="note"))
    )
    consultations = (
        Consultation.objects.filter(matter=OuterRef("pk"))
        .annotate(consulted_rows=ArraySubquery(consulted))
        .order_by("pk")
        .values(
            json=JSONObject(
                id="pk",
                kind="kind",
                at="at",
                entered_at="entered_at",
                heard="heard",
                outcome="outcome",
                note="note",
                digest="proposal_digest",
                people="consulted_rows",
            )
        )
    )
    return matters.annotate(
        consultation_rows=ArraySubquery(consultations),
        interest_rows=ArraySubquery(
            Matter.interests.through.objects.filter(matter=OuterRef("pk")).order_by("pk").values("person_id")
        ),
        sitting_rows=_rows(
            Item,
            "matter",
            where=Q(meeting__isnull=False) & ~Q(meeting__state=Meeting.State.CANCELLED),
            no="no",
            purpose="purpose",
            outcome="outcome",
            meeting="meeting_id",
            body="meeting__body",
            number="meeting__number",
            starts_at="meeting__starts_at",
            ends_at="meeting__ends_at",
        ),
    )


def consultation_facts(row: dict) -> facts.Consultation | None:
    """A request that still waits for answers is no consultation yet."""
    if row["at"] is None:
        return None
    asked_both = row["kind"] == Consultation.Kind.SECRETARY_PRINCIPAL
    return facts.Consultation(
        kind=row["kind"],
        at=_time(row["at"]),
        entered_at=_time(row["entered_at"]),
        people=tuple(each["person"] for each in row["people"] if each["answered_at"] or not asked_both),
        heard=row["heard"],
        outcome=row["outcome"] or None,
        note=row["note"],
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
        reconsiders=matter.reconsiders_id,
    )


def item_facts(item: Item) -> facts.Item:
    opinions = [
        (row["written"], facts.Opinion(row["person"], row["stance"] or None, row["order_"], row["text"]))
        for row in item.opinion_rows
        if row["stance"] or row["order_"] or row["text"]
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
            for row in item.vote_rows
        ),
        outcome=item.outcome or None,
        decision_text=item.decision_text,
        responsible=tuple(item.responsible_rows),
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
                leave_reason=row["leave_reason"],
            )
            for row in meeting.attendance_rows
            if row["status"]
        ),
        items=tuple(item_facts(item) for item in items),
        record=facts.Record(
            completed_at=meeting.record_completed_at, signed_by=tuple(row["person"] for row in meeting.signature_rows)
        )
        if meeting.record_completed_at
        else None,
        minutes=facts.Minutes(
            number=minutes.number,
            issued_by=minutes.issued_by_id,
            issued_at=minutes.issued_at,
            items=tuple(facts.MinutesItem(row["no"], row["outcome"], row["text"]) for row in meeting.minutes_rows),
        )
        if minutes and minutes.issued_at
        else None,
    )


@dataclass
class Load:
    """Rows and the dossier made of them: pages need both, and should not read twice."""

    ground: Ground
    dossier: Dossier
    meetings: dict[int, Meeting]
    items: dict[int, list[Item]]  # by meeting
    matters: dict[int, Matter]
    neighbours: bool = False  # whether the meetings before and beside the chosen ones are in the dossier


def load(
    school: Organisation,
    meetings: QuerySet[Meeting] | None = None,
    *,
    matters: Iterable[int] = (),
    neighbours: bool = False,
) -> Load:
    """Everything the rules need to judge these items and matters: with them come the other meetings at which the
    same matters came up (those items only), because rules about the order of the two bodies read them.

    ``neighbours`` adds the school's other meetings of the year before, bare: rules that compare a meeting with the
    one before or beside it need them. Cancelled meetings never are facts.
    """
    ground = ground_of(school)
    live = Q(school=school) & ~Q(state=Meeting.State.CANCELLED)
    chosen = {} if meetings is None else {m.pk: m for m in with_facts_of_meetings(meetings.filter(live))}
    items: dict[int, list[Item]] = defaultdict(list)
    if chosen:
        for item in with_facts_of_items(Item.objects.filter(meeting__in=chosen).order_by("meeting", "no")):
            items[item.meeting_id].append(item)
    wanted = {item.matter_id for each in items.values() for item in each} | set(matters)
    found = (
        {m.pk: m for m in with_facts_of_matters(Matter.objects.filter(school=school, pk__in=wanted))} if wanted else {}
    )
    sittings = [meeting_facts(meeting, items[pk]) for pk, meeting in chosen.items()]
    if found:
        sittings += _elsewhere(found, chosen)
    if neighbours and chosen:
        sittings += _neighbours(school, chosen.values(), {sitting.id for sitting in sittings})
    dossier = Dossier(
        ground.records(matters=tuple(matter_facts(matter) for matter in found.values()), meetings=tuple(sittings))
    )
    return Load(ground, dossier, chosen, items, found, neighbours)


def _elsewhere(matters: dict[int, Matter], chosen: dict[int, Meeting]) -> list[facts.Meeting]:
    rows = [(row, matter.pk) for matter in matters.values() for row in matter.sitting_rows]
    others: dict[int, facts.Meeting] = {}
    for row, matter in sorted(rows, key=lambda each: each[0]["no"]):
        if row["meeting"] in chosen:
            continue
        item = facts.Item(no=row["no"], matter=matter, purpose=row["purpose"], outcome=row["outcome"] or None)
        meeting = others.get(row["meeting"]) or facts.Meeting(
            id=row["meeting"],
            body=row["body"],
            starts_at=datetime.fromisoformat(row["starts_at"]),
            ends_at=_time(row["ends_at"]),
            number=row["number"],
        )
        others[row["meeting"]] = replace(meeting, items=(*meeting.items, item))
    return sorted(others.values(), key=lambda meeting: (meeting.starts_at, meeting.id), reverse=True)


def _neighbours(school: Organisation, chosen: Iterable[Meeting], known: set[int]) -> list[facts.Meeting]:
    starts = [meeting.starts_at for meeting in chosen]
    beside = (
        Meeting.objects.filter(school=school, starts_at__gt=min(starts) - _A_YEAR, starts_at__lt=max(starts) + _A_DAY)
        .exclude(state__in=[Meeting.State.CANCELLED, Meeting.State.DRAFT])
        .exclude(pk__in=known)
        .values("id", "body", "starts_at", "ends_at", "number")
    )
    return [facts.Meeting(**row) for row in beside]


def with_provisional(
    loaded: Load, item: Item, *, at: datetime, confirmed_by: int | None = None
) -> tuple[Dossier, facts.Meeting]:
    """The dossier as if the item came to a meeting of its body that starts at ``at``: what a dry run judges.

    ``item`` must carry the rows of ``with_facts_of_items``.
    """
    sitting = facts.Meeting(
        id=PROVISIONAL,
        body=item.body,
        starts_at=at,
        items=(
            replace(
                item_facts(item),
                no=1,
                confirmed_by=confirmed_by or item.confirmed_by_id,
                confirmed_at=at if confirmed_by else item.confirmed_at,
            ),
        ),
    )
    records = loaded.dossier.records
    return Dossier(replace(records, meetings=(*records.meetings, sitting))), sitting


def day_facts(school: Organisation, day: date) -> Dossier:
    """People, posts and parameters alone: who is on which team, and what a category asks for."""
    return Dossier(ground_of(school).records())
