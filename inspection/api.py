"""Schools and findings as JSON, read-only, by the same rights as the pages."""

import django_filters as filters
from django.db.models import Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organisation
from governance.access import readable_schools
from governance.models import Body
from governance.rules.index import RULES
from meetings.api import (
    MatterLinkSerializer,
    MeetingLinkSerializer,
    Readings,
    SchoolSerializer,
    WordField,
    readable_meetings,
)
from meetings.models import KeptFinding, Override

from . import registers
from .filters import NOT_MET, Happened

SENTENCES = {rule.code: rule.sentence for rule in RULES}


class SchoolRowSerializer(serializers.ModelSerializer):
    stage = WordField()
    ownership = WordField()
    party_organization = WordField()

    class Meta:
        model = Organisation
        fields = ["code", "name", "stage", "ownership", "party_organization"]


class Schools(Readings):
    """可以查看其记录的学校。"""

    queryset = Organisation.objects.none()
    serializer_class = SchoolRowSerializer
    filterset_fields = ["stage", "party_organization"]
    lookup_field = "code"

    def get_queryset(self):
        return readable_schools(self.request.user).order_by("code")


class FindingSerializer(serializers.ModelSerializer):
    school = SchoolSerializer()
    meeting = MeetingLinkSerializer()
    matter = MatterLinkSerializer()
    item = serializers.IntegerField(source="item.no", default=None)
    outcome = WordField()
    mode = WordField()
    excused = serializers.BooleanField()
    judged_at = serializers.DateTimeField(source="judgement.at")

    class Meta:
        model = KeptFinding
        fields = [
            "id",
            "school",
            "rule",
            "outcome",
            "mode",
            "excused",
            "meeting",
            "matter",
            "item",
            "clause",
            "message",
            "values",
            "judged_at",
        ]


class OverrideSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = Override
        fields = ["reason", "by", "at"]


class FindingDetailSerializer(FindingSerializer):
    sentence = serializers.SerializerMethodField()
    override = serializers.SerializerMethodField()
    facts = serializers.JSONField(source="judgement.facts")
    digest = serializers.CharField(source="judgement.digest")

    class Meta(FindingSerializer.Meta):
        fields = [*FindingSerializer.Meta.fields, "sentence", "override", "facts", "digest"]

    @extend_schema_field(serializers.CharField())
    def get_sentence(self, finding):
        return SENTENCES.get(finding.rule, "")

    @extend_schema_field(OverrideSerializer(allow_null=True))
    def get_override(self, finding):
        if not finding.excused:
            return None
        given = Override.objects.select_related("by").get(item=finding.item_id, rule=finding.rule)
        return OverrideSerializer(given).data


class FindingFilter(Happened):
    school = filters.CharFilter(field_name="school__code", label="学校代码")
    rule = filters.ChoiceFilter(choices=[(code, code) for code in SENTENCES], label="规则")
    outcome = filters.ChoiceFilter(choices=NOT_MET, label="结论")
    mode = filters.ChoiceFilter(choices=KeptFinding.Mode.choices, label="程度")
    body = filters.ChoiceFilter(choices=Body.choices, label="会议")
    meeting = filters.NumberFilter(field_name="meeting_id", label="会议")
    matter = filters.NumberFilter(field_name="matter_id", label="事项")
    excused = filters.BooleanFilter(label="已说明理由")
    since = filters.DateFilter(label="开会之日起", method="at_once")
    until = filters.DateFilter(label="开会之日止", method="at_once")

    class Meta:
        model = KeptFinding
        fields: list[str] = []


class Findings(Readings):
    """现行的检查结果中不符合和不可判定的，各不相混；符合的不逐条列出。"""

    queryset = KeptFinding.objects.none()
    serializer_class = FindingSerializer
    detail_serializer_class = FindingDetailSerializer
    filterset_class = FindingFilter

    def get_queryset(self):
        user = self.request.user
        shown = Q(meeting__isnull=True) | Q(meeting__in=readable_meetings(user))
        found = registers.findings(readable_schools(user)).filter(shown)
        found = found.select_related("school", "meeting", "matter", "item", "judgement__same_as")
        return found.order_by("-happened", "-pk")
