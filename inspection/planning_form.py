"""The form of an inspection: schools by stage, the team, and, when the schools are few, people."""

from collections import defaultdict

from django import forms

from accounts.forms import DayField
from accounts.models import Organisation, Role, User
from governance.access import Standing, schools_below
from governance.models import Person
from governance.rules.catalogue import CLASSES

from .models import Inspection
from .transitions.planning import Plan, mark_of, may_be_named

FEW = 10  # schools of which single people can be chosen


class Ticks(forms.ModelMultipleChoiceField):
    def __init__(self, label: str, queryset, **more):
        super().__init__(queryset, label=label, widget=forms.CheckboxSelectMultiple, **more)


class InspectionForm(forms.Form):
    title = forms.CharField(label="名称", max_length=120)
    kind = forms.ChoiceField(label="类型", choices=Inspection.Kind.choices, widget=forms.RadioSelect)
    basis = forms.CharField(
        label="依据", max_length=300, required=False, help_text="布置这次检查的文件，例如“区教督〔2026〕3号”。"
    )
    since = DayField(label="检查自")
    until = DayField(label="检查至", help_text="到这一天的最后一分钟，受派组员不再看到记录。")
    records_since = DayField(label="记录自")
    records_until = DayField(label="记录至", help_text="按开会日期算，起止两天都算在内。")
    classes = forms.MultipleChoiceField(
        label="事项类别", choices=list(CLASSES.items()), widget=forms.CheckboxSelectMultiple, required=False,
        help_text="一类也不选，就是全部。",
    )  # fmt: skip
    members = Ticks("检查组成员", User.objects.none(), error_messages={"required": "请选检查组成员。"})
    lead = forms.ModelChoiceField(User.objects.none(), label="组长", required=False, empty_label="未定")
    schools = Ticks("学校", Organisation.objects.none(), error_messages={"required": "请选要检查的学校。"})
    people = Ticks("人员", Person.objects.none(), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, by: Standing, inspection: Inspection | None = None, **more):
        super().__init__(*args, **more)
        self.inspection = inspection
        named = may_be_named(by.organisation, by.day)
        self.fields["members"].queryset = self.fields["lead"].queryset = named
        below = schools_below(by.organisation).order_by("name")
        self.fields["schools"].queryset = below
        chosen = list(inspection.schools.values_list("pk", flat=True)[: FEW + 1]) if inspection else []
        if 0 < len(chosen) <= FEW:
            people = Person.objects.filter(school__in=chosen).select_related("school").order_by("school__name", "name")
            self.fields["people"].queryset = people
        else:
            del self.fields["people"]

    def clean(self):
        given = super().clean()
        for since, until in (("since", "until"), ("records_since", "records_until")):
            first, last = given.get(since), given.get(until)
            if first and last and last < first:
                self.add_error(until, f"截止日期早于开始日期 {first}。")
        lead, members = given.get("lead"), given.get("members")
        if lead and members is not None and lead not in members:
            self.add_error("lead", "组长要在检查组成员中，请在成员里勾选。")
        return given

    @property
    def plan(self) -> Plan:
        given = dict(self.cleaned_data)
        given.pop("seen")
        return Plan(**{"people": ()} | given)

    def _ticked(self, name: str) -> set[str]:
        return {str(one) for one in (self[name].value() or ())}

    @property
    def ticked_people(self) -> set[int]:
        return {int(one) for one in self._ticked("people") if one.isdecimal()}

    @property
    def candidates(self) -> list[tuple[User, bool, bool]]:
        """Who can be a member, whether by invitation, and whether ticked."""
        ticked, users = self._ticked("members"), self.fields["members"].queryset
        inspectors = set(users.filter(roles__role=Role.Name.INSPECTOR).values_list("pk", flat=True))
        return [(user, user.pk not in inspectors, str(user.pk) in ticked) for user in users]

    @property
    def by_stage(self) -> list[tuple[str, list[tuple[Organisation, bool]]]]:
        """The schools, stage by stage, and which are ticked."""
        ticked = self._ticked("schools")
        stages: dict[str, list[tuple[Organisation, bool]]] = defaultdict(list)
        for school in self.fields["schools"].queryset:
            stages[school.get_stage_display() or "其他"].append((school, str(school.pk) in ticked))
        order = [*Organisation.Stage.labels, "其他"]
        return sorted(stages.items(), key=lambda one: order.index(one[0]))


def shown(inspection: Inspection) -> dict:
    """What is kept, as the form shows it."""
    lead = inspection.members.filter(leads=True).first()
    plain = ("title", "kind", "basis", "since", "until", "records_since", "records_until", "classes")
    return {name: getattr(inspection, name) for name in plain} | {
        "schools": list(inspection.schools.values_list("pk", flat=True)),
        "people": list(inspection.people.values_list("pk", flat=True)),
        "members": list(inspection.members.values_list("user", flat=True)),
        "lead": lead.user_id if lead else None,
        "seen": mark_of(inspection),
    }


class ExtendForm(forms.Form):
    until = DayField(label="延到", help_text="到这一天的最后一分钟。")
