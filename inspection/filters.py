"""What a list of findings or of schools can be narrowed to."""

from collections.abc import Sequence
from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.forms import DayField
from accounts.models import Organisation
from governance.calendar import first_moment
from governance.models import Body
from governance.rules.catalogue import CLASSES
from governance.rules.index import CHAPTERS, RULES
from governance.terms import term_of
from meetings.models import KeptFinding

from . import registers
from .registers import BLOCK, BROKEN, UNKNOWN, WARN

SERIOUS = "serious"
NOT_MET = [(outcome.value, outcome.label) for outcome in (BROKEN, UNKNOWN)]  # each has a row; what is met is counted
_RULES = [(rule.code, f"{rule.code} {rule.sentence[:28]}") for rule in RULES]
MAJOR = "DHPF"  # 三重一大
OF_CLASS = [(MAJOR, "三重一大"), *CLASSES.items()]


class DayFilter(filters.DateFilter):
    field_class = DayField


class Happened(filters.FilterSet):
    """Findings of days, both included: a filter declares ``since`` and ``until`` with the method ``at_once``."""

    def at_once(self, queryset, name, value):
        return queryset  # both days together, below

    def filter_queryset(self, queryset):
        since, until = (self.form.cleaned_data.get(name) for name in ("since", "until"))
        first = first_moment(since) if since else None
        after = first_moment(until + timedelta(days=1)) if until and until < date.max else None
        return super().filter_queryset(queryset).filter(registers.happened_within(first, after))


class FindingFilter(Happened):
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
    since = DayFilter(label="自", method="at_once")
    until = DayFilter(label="至", method="at_once")

    class Meta:
        model = KeptFinding
        fields: list[str] = []

    def __init__(self, data, *, schools, **more):
        given, data = set(data), data.copy()
        if not {"outcome", "mode", "rule", "chapter"} & given:
            data.update({"outcome": BROKEN, "mode": SERIOUS})
        if not {"since", "until"} & given:
            data["since"] = term_of(timezone.localdate()).first_day
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

    under = filters.ChoiceFilter(label="所属", method="by_authority", empty_label="全部")

    class Meta:
        model = Organisation
        fields = ["q", "stage", "party_organization"]

    def __init__(self, data, *, below: Sequence[Organisation] = (), **more):
        super().__init__(data, **more)
        self.below = {each.code: each for each in below}
        if below:
            self.filters["under"].extra["choices"] = [(each.code, each.name) for each in below]
        else:
            del self.filters["under"]

    def by_authority(self, queryset, name, value):
        return queryset.filter(path__startswith=self.below[value].path)

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
    """What a register can be narrowed to within its period; what its rows do not lead to is not asked."""

    q = filters.CharFilter(label="查找", method="by_text", widget=forms.TextInput(attrs={"type": "search"}))
    school = filters.ModelChoiceFilter(
        label="学校", queryset=Organisation.objects.none(), to_field_name="code", empty_label="全部"
    )
    body = filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="全部")
    category = filters.ChoiceFilter(label="类别", choices=OF_CLASS, empty_label="全部", method="by_category")

    def __init__(self, data, *, register, schools, day, **more):
        super().__init__(data, **more)
        self.register, self.day = register, day
        self.filters["school"].queryset = schools
        self.filters["school"].field_name = register.school
        self.filters["body"].field_name = register.body
        has = {"q": register.text, "school": schools is not None, "body": register.body, "category": register.category}
        for name in [name for name, asked in has.items() if not asked]:
            del self.filters[name]
        for choice in register.choices:
            options = [(key, word) for key, (word, _) in choice.options.items()]
            one = filters.ChoiceFilter(label=choice.label, choices=options, empty_label="全部", method="by_choice")
            one.parent, one.model = self, more["queryset"].model
            one.field_name = choice.name
            self.filters[choice.name] = one

    def by_text(self, queryset, name, value):
        found = Q()
        for each in self.register.text:
            found |= Q(**{f"{each}__icontains": value})
        return queryset.filter(found)

    def by_category(self, queryset, name, value):
        letters = MAJOR if value == MAJOR else (value,)
        found = Q()
        for letter in letters:
            found |= Q(**{f"{self.register.category}__startswith": letter})
        return queryset.filter(found)

    def by_choice(self, queryset, name, value):
        (choice,) = (each for each in self.register.choices if each.name == name)
        return queryset.filter(choice.options[value][1](self.day))
