"""Querysets with what the facts are made of: related rows come as JSON, so that a list costs one statement."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from ..models import (
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
from .corrections import rows_of_corrections


def _rows(model, link: str, order: Iterable = ("pk",), where: Q | None = None, **columns):
    rows = model.objects.filter(**{link: OuterRef("pk")})
    return ArraySubquery((rows.filter(where) if where else rows).order_by(*order).values(json=JSONObject(**columns)))


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
            away="away",
            leave_reason="leave_reason",
            answer="answer",
            answer_reason="answer_reason",
            answered_at="answered_at",
            leave_granted="leave_granted",
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
        minutes_rows=_rows(
            MinutesItem, "minutes__meeting", id="pk", item="item_id", no="no", outcome="outcome", text="text"
        ),
        correction_rows=rows_of_corrections(),
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
            round="round",
            method="method",
            agree="agree",
            disagree="disagree",
            abstain="abstain",
            defer="defer",
            computed="computed",
            outcome="outcome",
            outcome_reason="outcome_reason",
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
                stale="stale",
                people="consulted_rows",
            )
        )
    )
    return matters.annotate(
        consultation_rows=ArraySubquery(consultations),
        interest_rows=ArraySubquery(
            Matter.interests.through.objects.filter(matter=OuterRef("pk")).order_by("pk").values("person_id")
        ),
        decided_by_rows=ArraySubquery(
            Matter.decided_without_by.through.objects.filter(matter=OuterRef("pk")).order_by("pk").values("person_id")
        ),
        sitting_rows=_rows(
            Item,
            "matter",
            where=Q(meeting__isnull=False) & ~Q(meeting__state__in=Meeting.NO_RECORD),
            item="pk",
            no="no",
            purpose="purpose",
            outcome="outcome",
            correction_rows=rows_of_corrections("meeting"),
            meeting="meeting_id",
            body="meeting__body",
            number="meeting__number",
            starts_at="meeting__starts_at",
            ends_at="meeting__ends_at",
        ),
    )
