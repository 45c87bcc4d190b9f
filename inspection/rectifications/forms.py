"""What inspector and school fill in about a notice of rectification and its problems."""

import django_filters as filters
from django import forms
from django.utils import timezone

from accounts.models import Organisation
from governance.forms.fields import DayField
from governance.models import Person
from meetings.forms import EvidenceForm, people_here

from ..models import Inspection, Problem, Rectification
from .reading import share


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProblemFilter(filters.FilterSet):
    """By state it is narrowed by the shares above the list."""

    school = filters.ModelChoiceFilter(
        label="学校", queryset=Organisation.objects.none(), to_field_name="code", empty_label="全部",
        field_name="notice__school",
    )  # fmt: skip
    inspection = filters.ModelChoiceFilter(
        label="检查", queryset=Inspection.objects.none(), empty_label="全部", field_name="notice__inspection"
    )
    late = filters.ChoiceFilter(label="时限", choices=[("yes", "逾期")], empty_label="全部", method="by_late")

    class Meta:
        model = Problem
        fields: list[str] = []

    def __init__(self, data, *, schools=None, inspections=None, **more):
        super().__init__(data, **more)
        if schools is None:
            del self.filters["school"], self.filters["inspection"]
        else:
            self.filters["school"].queryset, self.filters["inspection"].queryset = schools, inspections

    def by_late(self, queryset, name, value):
        return queryset.filter(share("late", timezone.localdate()))


class NoticeForm(forms.ModelForm):
    overtaken = False  # somebody else saved while this was being written
    due = DayField(label="报告整改情况的时限", help_text="到这一天学校应当逐条报告完。")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Rectification
        fields = ["title", "lead", "due"]
        widgets = {"lead": area(3)}


class ProblemForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="问题", max_length=2000, widget=area(3), error_messages={"required": "请写明问题。"})
    clause = forms.CharField(label="依据", max_length=200, required=False)
    demand = forms.CharField(
        label="整改要求", max_length=2000, widget=area(2), error_messages={"required": "请写明要求学校做什么。"}
    )
    pace = forms.ChoiceField(label="整改方式", choices=Problem.Pace.choices)
    due = DayField(label="整改时限")
    gone = forms.BooleanField(label="不列入这个问题", required=False)

    def has_changed(self):
        """Day and way are proposed: a row in which nothing else is written is an empty one."""
        return any((self[name].value() or "").strip() for name in ("text", "clause", "demand"))

    def full_clean(self):
        """What is taken out need not be complete."""
        super().full_clean()
        if self.is_bound and self.data.get(self.add_prefix("gone")):
            self._errors.clear()
            self.cleaned_data = {"pk": self.cleaned_data.get("pk"), "gone": True}


ProblemForms = forms.formset_factory(ProblemForm, extra=1, max_num=101, absolute_max=110)


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="退回的理由", max_length=1000, widget=area(), error_messages={"required": "请写明哪里没有改到位。"}
    )
    due = DayField(label="新的整改时限", required=False, help_text="时限不变的不用填。")


class CloseForm(forms.Form):
    note = forms.CharField(label="核查情况", max_length=1000, required=False, widget=area())
    review_on = DayField(label="回头看日期", required=False, help_text="到这一天再看问题有没有反弹。")


class ExtendForm(forms.Form):
    due = DayField(label="新的整改时限")
    reason = forms.CharField(
        label="理由", max_length=500, widget=area(2), error_messages={"required": "请写明调整时限的理由。"}
    )


class AskLaterForm(forms.Form):
    until = DayField(label="申请延期至")
    reason = forms.CharField(
        label="延期的理由", max_length=500, widget=area(2), error_messages={"required": "请写明延期的理由。"},
        help_text="改到哪一步、为什么到期改不完。",
    )  # fmt: skip


class GrantLaterForm(forms.Form):
    note = forms.CharField(label="答复意见", max_length=500, required=False, widget=area(2))


class RefuseLaterForm(forms.Form):
    reason = forms.CharField(
        label="不同意的理由", max_length=500, widget=area(2), error_messages={"required": "请写明不同意延期的理由。"}
    )


class ReviewOnForm(forms.Form):
    on = DayField(label="回头看日期")


class ReviewForm(forms.Form):
    note = forms.CharField(
        label="看到的情况", max_length=1000, widget=area(), error_messages={"required": "请写明回头看看到的情况。"}
    )


class AgainForm(forms.Form):
    reason = forms.CharField(
        label="反弹的情况", max_length=1000, widget=area(), error_messages={"required": "请写明问题怎样反弹。"}
    )
    due = DayField(label="新的整改时限")


class AssignForm(forms.Form):
    leader = forms.ModelChoiceField(
        label="责任领导",
        queryset=Person.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择责任领导。"},
    )
    department = forms.CharField(label="责任部门", max_length=60, required=False)

    def __init__(self, *args, by, problem, **more):
        super().__init__(*args, **more)
        self.fields["leader"].queryset = people_here(by, [problem.leader_id] if problem.leader_id else [])
        self.initial = {"leader": problem.leader_id, "department": problem.department, **self.initial}


class MeasureForm(forms.Form):
    text = forms.CharField(label="措施", max_length=300, error_messages={"required": "请写明采取什么措施。"})
    who = forms.ModelChoiceField(label="责任人", queryset=Person.objects.none(), required=False, empty_label="未定")
    due = DayField(label="时限", required=False)

    def __init__(self, *args, by, problem, **more):
        super().__init__(*args, **more)
        self.fields["who"].queryset = people_here(by)


class AnswerForm(EvidenceForm):
    """An answer with its evidence. A file that is not let in is named beside the field, and every word stays."""

    text = forms.CharField(
        label="整改情况", max_length=4000, widget=area(6), error_messages={"required": "请写明整改情况。"},
        help_text="做了什么、结果如何、今后怎样防止。还没有改完的，写明改到哪一步。",
    )  # fmt: skip
    field_order = ("text", "files", "not_secret")

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["files"].label = "佐证材料"
