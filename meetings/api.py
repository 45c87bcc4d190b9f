"""Matters, meetings and decisions as JSON, read-only. Who may read a page may read its record here, and nobody else.

Every code stands beside its word: ``{"code": "called", "label": "已通知"}``.
"""

import django_filters as filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import Organisation, User
from governance.access import readable_schools, standings_of
from governance.models import Body, Person

from .models import Attendance, Consultation, Consulted, Item, Matter, Meeting, NamedBallot, Opinion, Vote
from .transitions.ballots import checked
from .viewing import seen_through_api


def _at_home(user: User | AnonymousUser, link: str, *, clerk: bool = False) -> Q:
    """The schools in which the user works (or does the clerical work)."""
    paths = [by.organisation.path for by in standings_of(user) if (by.clerk if clerk else by.works_here)]
    home = Q(pk__in=[])
    for path in paths:
        home |= Q(**{f"{link}__path__startswith": path})
    return home


def readable_matters(user: User | AnonymousUser) -> QuerySet[Matter]:
    """As ``access.matters_for``, over every school of the user."""
    mine = Q(created_by=user) | Q(proposer__user=user)
    return Matter.objects.filter(
        ~Q(state=Matter.State.DRAFT) | (mine & _at_home(user, "school")) | _at_home(user, "school", clerk=True),
        school__in=readable_schools(user),
    )


def readable_meetings(user: User | AnonymousUser) -> QuerySet[Meeting]:
    """As ``access.meetings_for``, over every school of the user."""
    return Meeting.objects.filter(
        ~Q(state=Meeting.State.DRAFT) | _at_home(user, "school"), school__in=readable_schools(user)
    )


WORD = {
    "type": "object",
    "nullable": True,
    "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
}


@extend_schema_field(WORD)
class WordField(serializers.Field):
    """A code and its word."""

    def __init__(self, **more):
        super().__init__(read_only=True, **more)

    def to_representation(self, value):
        field = self.parent.Meta.model._meta.get_field(self.source)
        return {"code": value, "label": str(dict(field.flatchoices).get(value, ""))} if value else None


class SchoolSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = ["code", "name"]


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ["id", "name"]


class MatterLinkSerializer(serializers.ModelSerializer):
    class Meta:
        model = Matter
        fields = ["id", "title", "category"]


class MeetingLinkSerializer(serializers.ModelSerializer):
    body = WordField()

    class Meta:
        model = Meeting
        fields = ["id", "body", "number", "starts_at"]


class MatterSerializer(serializers.ModelSerializer):
    school = SchoolSerializer()
    state = WordField()
    proposer = PersonSerializer()
    owner = PersonSerializer()

    class Meta:
        model = Matter
        fields = [
            "id",
            "school",
            "title",
            "category",
            "state",
            "amount",
            "major",
            "proposer",
            "proposed_at",
            "owner",
            "updated_at",
        ]


class ConsultedSerializer(serializers.ModelSerializer):
    person = PersonSerializer()
    outcome = WordField()

    class Meta:
        model = Consulted
        fields = ["person", "outcome", "note", "answered_at"]


class ConsultationSerializer(serializers.ModelSerializer):
    kind = WordField()
    outcome = WordField()
    people = ConsultedSerializer(source="consulted", many=True)

    class Meta:
        model = Consultation
        fields = ["id", "kind", "at", "entered_at", "outcome", "heard", "note", "stale", "people"]


class ComingSerializer(serializers.ModelSerializer):
    body = WordField()
    purpose = WordField()
    state = WordField()
    outcome = WordField()
    meeting = MeetingLinkSerializer()

    class Meta:
        model = Item
        fields = ["id", "body", "purpose", "state", "no", "outcome", "meeting"]


class MatterDetailSerializer(MatterSerializer):
    consultations = ConsultationSerializer(many=True)
    items = serializers.SerializerMethodField()

    class Meta(MatterSerializer.Meta):
        fields = [
            *MatterSerializer.Meta.fields,
            "background",
            "proposal",
            "payee",
            "project",
            "two_thirds",
            "flags",
            "candidates",
            "emergency_at",
            "emergency_reason",
            "consultations",
            "items",
        ]

    @extend_schema_field(ComingSerializer(many=True))
    def get_items(self, matter):
        return ComingSerializer(matter.items.all(), many=True).data


class MeetingSerializer(serializers.ModelSerializer):
    school = SchoolSerializer()
    body = WordField()
    state = WordField()
    mode = WordField()
    chair = PersonSerializer()

    class Meta:
        model = Meeting
        fields = ["id", "school", "body", "number", "title", "state", "starts_at", "ends_at", "place", "mode", "chair"]


class AttendanceSerializer(serializers.ModelSerializer):
    person = PersonSerializer()
    role = WordField()
    status = WordField()

    class Meta:
        model = Attendance
        fields = ["person", "role", "status", "from_item", "to_item", "leave_reason"]


class OpinionSerializer(serializers.ModelSerializer):
    person = PersonSerializer()
    stance = WordField()

    class Meta:
        model = Opinion
        fields = ["person", "stance", "order", "text", "written"]


class NamedBallotSerializer(serializers.ModelSerializer):
    person = PersonSerializer()
    choice = WordField()

    class Meta:
        model = NamedBallot
        fields = ["person", "choice"]


class VoteSerializer(serializers.ModelSerializer):
    """``named``: who voted how, of an open ballot. ``amiss``: what of it no longer is as it was counted; empty if it
    stands, null of a record that came as a file."""

    method = WordField()
    computed = WordField()
    outcome = WordField()
    named = NamedBallotSerializer(many=True)
    amiss = serializers.SerializerMethodField()

    class Meta:
        model = Vote
        fields = [
            "candidate",
            "round",
            "method",
            "agree",
            "disagree",
            "abstain",
            "defer",
            "in_office",
            "present",
            "computed",
            "outcome",
            "outcome_reason",
            "named",
            "amiss",
            "recorded_at",
        ]

    @extend_schema_field({"type": "string", "nullable": True})
    def get_amiss(self, vote):
        return checked(vote) if vote.recorded_by_id else None


class AgendaItemSerializer(serializers.ModelSerializer):
    matter = MatterLinkSerializer()
    purpose = WordField()
    state = WordField()
    outcome = WordField()
    opinions = OpinionSerializer(many=True)
    votes = VoteSerializer(source="standing_votes", many=True)
    recused = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = ["id", "no", "matter", "purpose", "state", "outcome", "decision_text", "opinions", "votes", "recused"]

    @extend_schema_field(PersonSerializer(many=True))
    def get_recused(self, item):
        return PersonSerializer([recusal.person for recusal in item.recusals.all()], many=True).data


class MeetingDetailSerializer(MeetingSerializer):
    recorder = PersonSerializer()
    attendance = AttendanceSerializer(many=True)
    items = AgendaItemSerializer(many=True)

    class Meta(MeetingSerializer.Meta):
        fields = [
            *MeetingSerializer.Meta.fields,
            "recorder",
            "emergency",
            "notice_sent_at",
            "record_completed_at",
            "attendance",
            "items",
        ]


class MatterFilter(filters.FilterSet):
    school = filters.CharFilter(field_name="school__code", label="学校代码")
    state = filters.ChoiceFilter(choices=Matter.State.choices, label="状态")
    category = filters.CharFilter(label="事项类别")
    body = filters.ChoiceFilter(choices=Body.choices, method="by_body", label="上过或将上哪个会议")
    since = filters.DateFilter(field_name="proposed_at", lookup_expr="date__gte", label="提出之日起")
    until = filters.DateFilter(field_name="proposed_at", lookup_expr="date__lte", label="提出之日止")

    class Meta:
        model = Matter
        fields: list[str] = []

    def by_body(self, queryset, name, value):
        return queryset.filter(pk__in=Item.objects.filter(body=value).values("matter"))


class MeetingFilter(filters.FilterSet):
    school = filters.CharFilter(field_name="school__code", label="学校代码")
    body = filters.ChoiceFilter(choices=Body.choices, label="会议")
    state = filters.ChoiceFilter(choices=Meeting.State.choices, label="状态")
    since = filters.DateFilter(field_name="starts_at", lookup_expr="date__gte", label="开会之日起")
    until = filters.DateFilter(field_name="starts_at", lookup_expr="date__lte", label="开会之日止")

    class Meta:
        model = Meeting
        fields: list[str] = []


class Readings(ReadOnlyModelViewSet):
    """What all addresses of the API share. A token comes first: whoever brings none is told so (401)."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    detail_serializer_class: type[serializers.BaseSerializer] | None = None

    def get_serializer_class(self):
        return (self.detail_serializer_class if self.action == "retrieve" else None) or self.serializer_class

    def get_object(self):
        found = super().get_object()
        self._seen([found])
        return found

    def paginate_queryset(self, queryset):
        page = super().paginate_queryset(queryset)
        self._seen(page or [])
        return page

    def _seen(self, rows) -> None:
        matters = [matter for row in rows for matter in self.matters_in(row)]
        user = self.request.user
        assert user.is_authenticated  # whoever is not is refused before
        seen_through_api(user, self.request.resolver_match.url_name, matters)

    def matters_in(self, row) -> list[Matter]:
        """The matters of which a row tells."""
        matter = row if isinstance(row, Matter) else getattr(row, "matter", None)
        return [matter] if matter else []


class Matters(Readings):
    """事项。草拟中的事项只有提出人和本校秘书能看到。"""

    queryset = Matter.objects.none()
    serializer_class = MatterSerializer
    detail_serializer_class = MatterDetailSerializer
    filterset_class = MatterFilter

    def get_queryset(self):
        matters = readable_matters(self.request.user).select_related("school", "proposer", "owner")
        if self.action == "list":
            return matters
        shown = Prefetch("items__meeting", readable_meetings(self.request.user))  # of another it says nothing
        return matters.prefetch_related("consultations__consulted__person", "items", shown)


class Meetings(Readings):
    """会议。筹备中的会议只有本校的人能看到。"""

    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    detail_serializer_class = MeetingDetailSerializer
    filterset_class = MeetingFilter

    def matters_in(self, row) -> list[Matter]:
        """A list tells of no items."""
        return [item.matter for item in row.items.all()] if self.action == "retrieve" else []

    def get_queryset(self):
        meetings = readable_meetings(self.request.user).select_related("school", "chair", "recorder")
        if self.action == "list":
            return meetings
        return meetings.prefetch_related(
            "attendance__person",
            "items__matter",
            "items__opinions__person",
            "items__recusals__person",
            Prefetch(
                "items__votes",
                Vote.objects.filter(abandoned_at=None).order_by("round", "pk").prefetch_related("named__person"),
                to_attr="standing_votes",
            ),
        )
