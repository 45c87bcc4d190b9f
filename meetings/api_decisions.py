"""Decisions as JSON, with those who carry them out, their steps and their light. Read-only, as ``api`` is."""

import django_filters as filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from governance.access import readable_schools
from governance.models import Body

from .api import (
    WORD,
    MatterLinkSerializer,
    MeetingLinkSerializer,
    PersonSerializer,
    Readings,
    SchoolSerializer,
    WordField,
)
from .carriers import as_pairs, with_result
from .facts.corrections import lay_over_decision, rows_of_corrections
from .ledger import TO_DO, light, with_progress
from .lights import NONE
from .models import Item, Task

CORRECTED = {
    "type": "object",
    "properties": {name: {"type": "integer" if name == "no" else "string"} for name in
                   ("no", "field", "wrong", "right", "reason", "signed_at")},
}  # fmt: skip
CARRIER = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}


def readable_decisions(user: User | AnonymousUser) -> QuerySet[Item]:
    """Items that a meeting settled, whatever came of them."""
    return Item.objects.filter(
        state=Item.State.SETTLED, meeting__isnull=False, matter__school__in=readable_schools(user)
    )


class TaskSerializer(serializers.ModelSerializer):
    who = PersonSerializer()

    class Meta:
        model = Task
        fields = ["text", "who", "due", "done_on"]


class DecisionSerializer(serializers.ModelSerializer):
    school = SchoolSerializer(source="matter.school")
    matter = MatterLinkSerializer()
    meeting = MeetingLinkSerializer()
    body = WordField()
    purpose = WordField()
    outcome = WordField()
    responsible = serializers.SerializerMethodField()
    lead = serializers.SerializerMethodField()
    helpers = serializers.SerializerMethodField()
    steps = TaskSerializer(source="standing_tasks", many=True)
    light = serializers.SerializerMethodField()
    corrections = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = [
            "id",
            "school",
            "matter",
            "meeting",
            "no",
            "body",
            "purpose",
            "outcome",
            "decision_text",
            "responsible",
            "lead",
            "helpers",
            "due",
            "due_decided",
            "done_on",
            "done_note",
            "closed_at",
            "steps",
            "light",
            "settled_at",
            "corrections",
        ]

    def to_representation(self, item):
        item.fixes = lay_over_decision(item)
        return super().to_representation(item)

    @extend_schema_field({"type": "array", "items": CARRIER})
    def get_responsible(self, item):
        return as_pairs(item)

    @extend_schema_field({"type": "array", "items": CORRECTED})
    def get_corrections(self, item):
        """What was written down first of the fields above, where a signed correction says that it was wrong."""
        return [
            {"no": row["no"], "field": row["path"].rsplit("/", 1)[-1], "wrong": row["wrong_said"],
             "right": row["right_said"], "reason": row["reason"], "signed_at": row["signed_at"]}
            for rows in item.fixes.values() for row in rows
        ]  # fmt: skip

    @extend_schema_field(CARRIER | {"nullable": True})
    def get_lead(self, item):
        return next(iter(as_pairs(item)), None)

    @extend_schema_field({"type": "array", "items": CARRIER})
    def get_helpers(self, item):
        return as_pairs(item)[1:]

    @extend_schema_field(WORD)
    def get_light(self, item):
        """How near its day is: blue, yellow or red, with a word; nothing when nobody has to carry it out."""
        lit = light(item, timezone.localdate()) if item.outcome in Item.CARRIED and item.purpose in TO_DO else NONE
        return {"code": lit.colour, "label": lit.word} if lit.colour else None


class DecisionFilter(filters.FilterSet):
    school = filters.CharFilter(field_name="matter__school__code", label="学校代码")
    body = filters.ChoiceFilter(choices=Body.choices, label="会议")
    outcome = filters.ChoiceFilter(choices=Item.Outcome.choices, field_name="result", label="结果")
    done = filters.BooleanFilter(field_name="done_on", lookup_expr="isnull", exclude=True, label="已办结")
    since = filters.DateFilter(field_name="meeting__starts_at", lookup_expr="date__gte", label="开会之日起")
    until = filters.DateFilter(field_name="meeting__starts_at", lookup_expr="date__lte", label="开会之日止")

    class Meta:
        model = Item
        fields: list[str] = []


class Decisions(Readings):
    """会议已经议定的议题，及其落实情况。"""

    queryset = Item.objects.none()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter

    def get_queryset(self):
        decisions = with_progress(readable_decisions(self.request.user)).select_related("matter__school", "meeting")
        steps = Task.objects.filter(removed_at=None).select_related("who")
        return (
            with_result(decisions)
            .annotate(correction_rows=rows_of_corrections("meeting"))
            .prefetch_related(Prefetch("tasks", steps, to_attr="standing_tasks"))
            .order_by("-meeting__starts_at", "no")
        )
