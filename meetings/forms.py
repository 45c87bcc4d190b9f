"""What people fill in before a meeting: a matter, files, a prior step that took place."""

from collections.abc import Iterable

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.uploads import Unwelcome, welcome
from governance.access import Standing
from governance.forms.fields import MomentField, YuanField
from governance.models import Person
from governance.rules.catalogue import CLASSES, DEFAULT
from governance.rules.dossier import Dossier

from .models import Consultation, Matter

LONGEST = 20000  # characters of a proposal: more belongs in an attachment
OWN_CATEGORIES = "学校自定"
MOST_AT_ONCE = 20  # files of one form


def categories(dossier: Dossier, day) -> list[tuple[str, list[tuple[str, str]]]]:
    """The catalogue in force on a day, by class: what a select offers."""
    groups: dict[str, list[tuple[str, str]]] = {}
    own = {row.code for row in dossier.records.catalogue}
    for code in [*DEFAULT, *sorted(own - DEFAULT.keys())]:
        category = dossier.category(code, day)
        if category is not None:
            label = CLASSES.get(code[0], OWN_CATEGORIES)
            groups.setdefault(label, []).append((code, f"{category.title}（{code}）"))
    return list(groups.items())


def people_here(by: Standing, also: Iterable[int] = ()):
    """Who belongs to the school today: everybody but those who have left their posts; and whoever is named already."""
    in_post = Q(posts__since__lte=by.day) & (Q(posts__until=None) | Q(posts__until__gt=by.day))
    here = Q(posts=None) | in_post | Q(pk__in=list(also))
    return Person.objects.filter(here, school=by.school).distinct()


class PeopleField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class PastField(MomentField):
    def clean(self, value):
        at = super().clean(value)
        if at and at > timezone.now():
            raise forms.ValidationError(self.error_messages["ahead"])
        return at


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is looked at when it is attached, so that a bad one does not lose the good ones."""

    widget = SeveralFiles(attrs={"accept": ".pdf,.doc,.docx,.xls,.xlsx,.jpg,.jpeg,.png,.gif,.webp,.heic"})

    def clean(self, data, initial=None):
        return [each for each in (data if isinstance(data, list | tuple) else [data]) if each]


class FilesForm(forms.Form):
    files = FilesField(  # type: ignore[assignment]
        label="附件",
        required=False,
        help_text="PDF、Word、Excel 或图片，可一次选多个，每个不超过 20 MB。",
    )
    not_secret = forms.BooleanField(label="所选文件不含涉密内容", required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("files") and not cleaned.get("not_secret"):
            self.add_error("not_secret", "请确认文件不含涉密内容，并重新选择文件：本系统不得处理涉密信息。")
        return cleaned


class EvidenceForm(FilesForm):
    """A report with its evidence. A file that is not let in is named beside the field, and every word stays."""

    field_order: tuple[str, ...] = ("done_on", "text", "note", "percent", "files", "not_secret")

    def clean_files(self):
        files = self.cleaned_data["files"]
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(f"一次最多上传 {MOST_AT_ONCE} 个附件，请分几次报告。")
        refused = []
        for file in files:
            try:
                welcome(file)
            except Unwelcome as exc:
                refused.append(str(exc))
        if refused:
            raise forms.ValidationError([*refused, "文字没有丢失。请重新选择文件后再提交。"])
        return files


class MatterForm(FilesForm, forms.ModelForm):
    overtaken = False
    title = forms.CharField(
        label="议题名称",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写议题名称。"},
    )
    category = forms.ChoiceField(label="事项类别", error_messages={"required": "请选择事项类别。"})
    background = forms.CharField(
        label="事项背景",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="为什么要议：来由、依据、前期工作。",
    )
    proposal = forms.CharField(
        label="建议方案",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="请会议决定什么。提交申报时必填，存草稿可以先空着。",
    )
    amount = YuanField(label="金额（元）", required=False, max_digits=14, decimal_places=2, min_value=0)
    candidates = forms.CharField(
        label="人选",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一人。表决时逐人计票。",
    )
    flags = forms.MultipleChoiceField(
        label="特别情形", required=False, choices=Matter.Flag.choices, widget=forms.CheckboxSelectMultiple
    )
    interests = PeopleField(
        label="有利害关系、应当回避的人",
        queryset=Person.objects.none(),
        required=False,
    )
    emergency_at = MomentField(label="紧急处置时间", required=False)
    # The version that was opened: when somebody else saved meanwhile, nothing is overwritten.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Matter
        fields = [
            "title", "category", "background", "proposal", "amount", "payee", "project", "proposer", "owner",
            "candidates", "flags", "interests", "major", "two_thirds", "emergency_at", "emergency_by",
            "emergency_reason",
        ]  # fmt: skip
        widgets = {"emergency_reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "major": "目录里没有列为重大、但学校认为应由党组织会议决定的，勾选本项。",
            "two_thirds": "干部任免按规定自动适用，不必勾选。",
        }

    def __init__(self, *args, by: Standing, dossier: Dossier, **more):
        self.by = by
        day = timezone.localdate()
        instance = more["instance"]
        more["initial"] = {
            "candidates": "\n".join(instance.candidates),
            "seen": version(instance),
            **more.get("initial", {}),
        }
        super().__init__(*args, **more)
        people = Person.objects.filter(school=by.school)
        leaders = Q(pk__in=dossier.leadership(day))
        self.fields["category"].choices = [("", "请选择"), *categories(dossier, day)]
        for name in ("proposer", "owner", "emergency_by"):
            self.fields[name].queryset = people.filter(leaders | Q(pk=getattr(instance, f"{name}_id")))
            self.fields[name].empty_label = "请选择"
        named = instance.interests.values_list("pk", flat=True) if instance.pk else ()
        self.fields["interests"].queryset = people_here(by, named)
        self.fields["proposer"].help_text = "议题由领导班子成员提出，提交申报时必填。"
        if not by.clerk:
            del self.fields["proposer"]  # a leader who proposes is the proposer

    def clean_candidates(self):
        names = [line.strip() for line in self.cleaned_data["candidates"].splitlines() if line.strip()]
        if any(len(name) > 40 for name in names):
            raise forms.ValidationError("人选每行一人，姓名不超过 40 字。")
        if len(set(names)) < len(names):
            raise forms.ValidationError("同一人选填写了两次；同名的请加以区分。")
        return names

    def clean_emergency_at(self):
        at = self.cleaned_data["emergency_at"]
        if at and at > timezone.now():
            raise forms.ValidationError("紧急处置时间晚于现在，请核对。")
        return at

    def clean(self):
        cleaned = super().clean()
        given = {name for name in ("emergency_at", "emergency_by", "emergency_reason") if cleaned.get(name)}
        if given:
            for name in {"emergency_at", "emergency_by", "emergency_reason"} - given - self.errors.keys():
                self.add_error(name, "按紧急情况处置的，时间、处置人和情况说明都要填写。")
        if self.instance.pk and self.data.get("seen") and self.data["seen"] != version(self.instance):
            self.data = self.data.copy()
            self.data["seen"] = version(self.instance)  # type: ignore[index]
            self.overtaken = True
            raise forms.ValidationError("您打开页面后，本议题已被他人修改。您的内容还没有保存：请对照后再保存一次。")
        return cleaned

    def save(self, commit=True):
        if not self.by.clerk and self.instance.proposer_id is None:
            self.instance.proposer_id = self.by.person_id
        return super().save(commit)


class WordingForm(MatterForm):
    """The text alone of a matter that people have been asked about: what kind of matter it is stays as it was."""

    TEXT = ("title", "background", "proposal", "amount", "seen")

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        for name in set(self.fields) - set(self.TEXT):
            del self.fields[name]
        self.fields["proposal"].required = True
        self.fields["proposal"].error_messages["required"] = "请填写建议方案。"
        self.fields["proposal"].help_text = "请会议决定什么。"


def version(matter: Matter) -> str:
    return matter.updated_at.isoformat() if matter.pk else ""


_OUTCOME = Consultation.Outcome
_VIEWS = (_OUTCOME.AGREED, _OUTCOME.NO_MAJOR_DIFFERENCE, _OUTCOME.DIVERGENT)
OUTCOMES: dict[str, tuple[Consultation.Outcome, ...]] = {
    Consultation.Kind.SECRETARY_PRINCIPAL: _VIEWS,
    Consultation.Kind.INDIVIDUAL: (*_VIEWS, _OUTCOME.HEARD),
    Consultation.Kind.DELIBERATION: (*_VIEWS, _OUTCOME.HEARD),
    Consultation.Kind.INVESTIGATION: (_OUTCOME.HEARD,),
    Consultation.Kind.STAFF_CONGRESS: (_OUTCOME.PASSED, _OUTCOME.REJECTED, _OUTCOME.HEARD),
    Consultation.Kind.STAFF_HEARING: (_OUTCOME.HEARD,),
    Consultation.Kind.EXPERT: (_OUTCOME.PASSED, _OUTCOME.REJECTED, _OUTCOME.HEARD),
    Consultation.Kind.LEGAL: (_OUTCOME.PASSED, _OUTCOME.REJECTED, _OUTCOME.HEARD),
    Consultation.Kind.RISK: (_OUTCOME.PASSED, _OUTCOME.REJECTED, _OUTCOME.HEARD),
}
WITH_PEOPLE = (Consultation.Kind.INDIVIDUAL, Consultation.Kind.DELIBERATION, Consultation.Kind.INVESTIGATION)
COUNTED = (Consultation.Kind.DELIBERATION, Consultation.Kind.STAFF_CONGRESS, Consultation.Kind.STAFF_HEARING)


class ConsultationForm(FilesForm):
    """A prior step that took place. What is asked depends on its kind."""

    at = PastField(
        label="时间",
        error_messages={"required": "请填写什么时候进行的。", "ahead": "时间晚于现在：请在进行以后登记。"},
    )
    people = PeopleField(label="参加人员", queryset=Person.objects.none(), required=False)
    heard = forms.IntegerField(label="听取人数", required=False, min_value=1, max_value=100000)
    outcome = forms.ChoiceField(label="结果", widget=forms.RadioSelect, error_messages={"required": "请选择结果。"})
    note = forms.CharField(
        label="主要意见", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ["at", "people", "heard", "outcome", "note", "files", "not_secret"]

    def __init__(self, *args, by: Standing, kind: str, **more):
        self.kind = kind
        super().__init__(*args, **more)
        self.fields["outcome"].choices = [(each.value, each.label) for each in OUTCOMES[kind]]
        if len(OUTCOMES[kind]) == 1:
            self.fields["outcome"].initial = OUTCOMES[kind][0]
        self.fields["people"].queryset = people_here(by)
        if kind not in WITH_PEOPLE:
            del self.fields["people"]
        if kind not in COUNTED:
            del self.fields["heard"]

    def clean(self):
        cleaned = super().clean()
        if self.kind == Consultation.Kind.INDIVIDUAL and "people" not in self.errors and not cleaned.get("people"):
            self.add_error("people", "请选择与哪些人酝酿。")
        if cleaned.get("outcome") == _OUTCOME.DIVERGENT and not cleaned.get("note", "").strip():
            self.add_error("note", "请写明分歧所在，方便再沟通。")
        return cleaned


class WithoutMeetingForm(forms.Form):
    """A decision that was taken without a meeting: when, how, by whom."""

    at = PastField(
        label="时间", error_messages={"required": "请填写什么时候决定的。", "ahead": "时间晚于现在，请核对。"}
    )
    how = forms.ChoiceField(
        label="方式", choices=Matter.How.choices, widget=forms.RadioSelect, error_messages={"required": "请选择方式。"}
    )
    people = PeopleField(
        label="由谁决定", queryset=Person.objects.none(), error_messages={"required": "请选择由谁决定。"}
    )

    def __init__(self, *args, by: Standing, **more):
        super().__init__(*args, **more)
        self.fields["people"].queryset = people_here(by, self.initial.get("people", ()))


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label="我的意见",
        choices=[(each.value, each.label) for each in _VIEWS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择：一致、无重大分歧或有分歧。"},
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "有分歧时，请写明分歧所在"}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") == _OUTCOME.DIVERGENT and not cleaned.get("note", "").strip():
            self.add_error("note", "请写明分歧所在，方便对方了解后再沟通。")
        return cleaned
