"""The rows of a whole school, table by table. Each statement is put into SQL once in a process: that takes a
millisecond, twenty times a school.

Moments travel as text: reading them so costs a tenth.
"""

from django.db.models import Count, Max, Q, TextField
from django.db.models.functions import Cast

from accounts.models import Entry
from governance.compiled import Given, Statement

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
from .loading import recorded

SCHOOL = Given("school")
BOTH = Consultation.Kind.SECRETARY_PRINCIPAL


def _as_text(name: str) -> Cast:
    return Cast(name, TextField())


ACTS = Statement(
    lambda: (
        Entry.objects.filter(organisation=SCHOOL)
        .order_by()
        .values("organisation")
        .annotate(of=Count("pk"), last=Max("pk"))
        .values_list("of", "last")
    )
)

CORRECTED = Statement(
    lambda: (
        Correction.objects.filter(meeting__school=SCHOOL, dropped_at=None)
        .order_by()
        .distinct()
        .values_list("meeting", flat=True)
    )
)

MEETINGS = Statement(
    lambda: Meeting.objects.filter(school=SCHOOL)
    .exclude(state__in=Meeting.NO_RECORD)
    .order_by("starts_at", "body", "pk")
    .values_list(
        "pk", "state", "body", "number", "title", _as_text("starts_at"), _as_text("ends_at"), "place", "mode",
        "convener_id", "chair_id", "recorder_id", "emergency", "delegation_giver_id", "delegation_receiver_id",
        _as_text("delegation_at"), "delegation_reason", _as_text("notice_sent_at"), _as_text("entered_at"),
        _as_text("record_completed_at"), "minutes__pk", "minutes__number", "minutes__issued_by_id",
        _as_text("minutes__issued_at"),
    )
)  # fmt: skip

ATTENDANCE = Statement(
    lambda: (
        Attendance.objects.filter(meeting__school=SCHOOL)
        .exclude(status="")
        .order_by("pk")
        .values_list("meeting_id", "person_id", "status", "role", "from_item", "to_item", "away", "leave_reason")
    )
)

SIGNATURES = Statement(
    lambda: (
        Signature.objects.filter(meeting__school=SCHOOL, voided_at=None)
        .order_by("pk")
        .values_list("meeting_id", "person_id")
    )
)

MINUTES = Statement(
    lambda: (
        MinutesItem.objects.filter(minutes__meeting__school=SCHOOL)
        .order_by("pk")
        .values_list("minutes_id", "no", "outcome", "text")
    )
)

ITEMS = Statement(
    lambda: Item.objects.filter(meeting__school=SCHOOL)
    .exclude(meeting__state__in=Meeting.NO_RECORD)
    .order_by("meeting_id", "no")
    .values_list(
        "pk", "no", "meeting_id", "matter_id", "body", "purpose", _as_text("added_at"), "confirmed_by_id",
        _as_text("confirmed_at"), "outcome", "decision_text", "lead_id", "due", "done_on", "published",
        "published_from", "published_until", "published_scope", "unpublished_reason",
    )
)  # fmt: skip

OPINIONS = Statement(
    lambda: (
        Opinion.objects.filter(item__meeting__school=SCHOOL)
        .order_by("pk")
        .values_list("item_id", "person_id", "stance", "order", "text", "written")
    )
)

RECUSALS = Statement(
    lambda: (
        Recusal.objects.filter(item__meeting__school=SCHOOL)
        .order_by("pk")
        .values_list("item_id", "person_id", "reason")
    )
)

VOTES = Statement(
    lambda: (
        Vote.objects.filter(item__meeting__school=SCHOOL, abandoned_at=None)
        .order_by("pk")
        .values_list(
            "item_id", "pk", "candidate", "round", "method", "agree", "disagree", "abstain", "defer", "outcome"
        )
    )
)

RESPONSIBLE = Statement(
    lambda: (
        Item.responsible.through.objects.filter(item__meeting__school=SCHOOL)
        .order_by("pk")
        .values_list("item_id", "person_id")
    )
)

MATTERS = Statement(
    lambda: Matter.objects.filter(recorded(), school=SCHOOL)
    .order_by("pk")
    .values_list(
        "pk", "title", "category", "amount", "payee", "project", "major", "two_thirds", "flags", "candidates",
        "proposer_id", _as_text("proposed_at"), "owner_id", _as_text("emergency_at"), "emergency_by_id",
        "emergency_reason", _as_text("decided_without_at"), "decided_without_how", "reconsiders_id",
    )
)  # fmt: skip

CONSULTATIONS = Statement(
    lambda: (
        Consultation.objects.filter(matter__school=SCHOOL, at__isnull=False)
        .order_by("pk")
        .values_list(
            "pk", "matter_id", "kind", _as_text("at"), _as_text("entered_at"), "heard", "outcome", "note", "stale"
        )
    )
)

CONSULTED = Statement(
    lambda: (
        Consulted.objects.filter(
            Q(answered_at__isnull=False) | ~Q(consultation__kind=BOTH), consultation__matter__school=SCHOOL
        )
        .order_by("pk")
        .values_list("consultation_id", "person_id")
    )
)

INTERESTS, DECIDED_BY = (
    Statement(
        lambda link=link: (
            link.objects.filter(matter__school=SCHOOL).order_by("pk").values_list("matter_id", "person_id")
        )
    )
    for link in (Matter.interests.through, Matter.decided_without_by.through)
)
