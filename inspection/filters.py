"""What a list of findings or of schools can be narrowed to."""

import django_filters as filters
from django import forms
from django.db.models import Q

from accounts.models import Organisation
from governance.models import Body
from governance.rules.index import CHAPTERS, RULES
from meetings.models import KeptFinding

from .registers import BLOCK, BROKEN, UNKNOWN, WARN

SERIOUS = "serious"
NOT_MET = [(outcome.value, outcome.label) for outcome in (BROKEN, UNKNOWN)]  # each has a row; what is met is counted
_RULES = [(rule.code, f"{rule.code} {rule.sentence[:28]}") for rule in RULES]
_DAY = forms.DateInput(attrs={"type": "date"})


class FindingFilter(filters.FilterSet):
    """``since`` and ``until`` are days of the meeting, both included."""

    school = filters.ModelChoiceFilter(
        label="学校", queryset=Organisation.objects.none(), to_field_name="code", empty_label="全部"
    )
    rule = filters.ChoiceFilter(label="规则", choices=_RULES, empty_label="全部")
    chapter = filters.ChoiceFilter(
        label="方面", field_name="rule", lookup_expr="startswith", choices=list(CHAPTERS.items()), empty_label="全部"
    )
    outcome = filters.ChoiceFilter(label="结论", choices=NOT_MET, empty_label="全部")
    mode = filters.ChoiceFilter(
        label="程度",
        choices=[(SERIOUS, "须改正和提醒"), *KeptFinding.Mode.choices],
        empty_label="全部",
        method="by_mode",
    )
    excused = filters.ChoiceFilter(
        label="理由", choices=[("no", "未说明"), ("yes", "已说明")], empty_label="全部", method="by_reason"
    )
    body = filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="全部")
    since = filters.DateFilter(label="自", field_name="happened", lookup_expr="date__gte", widget=_DAY)
    until = filters.DateFilter(label="至", field_name="happened", lookup_expr="date__lte", widget=_DAY)

    class Meta:
        model = KeptFinding
        fields: list[str] = []

    def __init__(self, data, *, schools, **more):
        if not {"outcome", "mode", "rule", "chapter"} & set(data):
            data = data.copy()
            data.update({"outcome": BROKEN, "mode": SERIOUS})
        super().__init__(data, **more)
        self.filters["school"].queryset = schools

    def by_mode(self, queryset, name, value):
        return queryset.filter(mode__in=(BLOCK, WARN)) if value == SERIOUS else queryset.filter(mode=value)

    def by_reason(self, queryset, name, value):
        return queryset.filter(excused=value == "yes")


class SchoolFilter(filters.FilterSet):
    q = filters.CharFilter(label="名称", method="by_name")
    stage = filters.ChoiceFilter(label="学段", choices=Organisation.Stage.choices, empty_label="全部")
    party_organization = filters.ChoiceFilter(
        label="党组织设置", choices=Organisation.PartyOrganisation.choices, empty_label="全部"
    )

    class Meta:
        model = Organisation
        fields = ["q", "stage", "party_organization"]

    def by_name(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(code__icontains=value))


class GlanceFilter(SchoolFilter):
    """``show`` asks what only the figures tell: whoever has them narrows by it."""

    show = filters.ChoiceFilter(label="看哪些", method="by_figures", empty_label="全部学校")

    def __init__(self, data, *, shown: list[tuple[str, str]], **more):
        super().__init__(data, **more)
        self.filters["show"].extra["choices"] = shown

    def by_figures(self, queryset, name, value):
        return queryset


class RegisterFilter(filters.FilterSet):
    """``school`` and ``body`` of the meetings that a register names; the span is the register's own."""

    school = filters.ModelChoiceFilter(
        label="学校", queryset=Organisation.objects.none(), to_field_name="code", empty_label="全部"
    )
    body = filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="全部")

    def __init__(self, data, *, schools, link, **more):
        super().__init__(data, **more)
        self.filters["school"].queryset = schools
        self.filters["school"].field_name = link
        self.filters["body"].field_name = link.replace("school", "body")
