"""Forms about versions of the rules of procedure."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Organisation

from ..demanding import bound_of, bound_rows, floors_asked
from ..parameters import parameters_of_body, said
from ..procedures import parameter_refusals
from ..rules.catalogue import CLASSES, DEFAULT, PERSONNEL
from ..rules.clauses import Clause
from ..rules.values import PARAMETERS, Parameter, Threshold
from .fields import DayField

LONGEST = 200_000  # characters of a text
NONE_OF_THEM = "none"


class _Open:
    """A choice that is looked at by the parameter's own check, which knows the clause."""

    def valid_value(self, value):
        return True


class OpenChoice(_Open, forms.ChoiceField):
    pass


class OpenChoices(_Open, forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


def field_of(parameter: Parameter, school: Organisation) -> forms.Field:
    default = said(parameter.name, parameter.default)
    more: dict[str, Any] = {"label": parameter.label, "required": False}
    empty = ("", f"默认（{default}）")
    if parameter.floor:
        return OpenChoice(choices=[empty, *((each.code, each.label) for each in Threshold)], **more)
    if parameter.choices:
        return OpenChoice(choices=[empty, *parameter.choices.items()], **more)
    if isinstance(parameter.default, bool):
        return OpenChoice(choices=[empty, ("True", "是"), ("False", "否")], **more)
    if parameter.name == "vacation_months":
        months = [(str(month), f"{month} 月") for month in range(1, 13)]
        return OpenChoices(
            choices=[*months, (NONE_OF_THEM, "没有假期月份")], help_text=f"都不选为默认：{default}。", **more
        )
    if parameter.name == "two_thirds_categories":
        return OpenChoices(choices=_categories(school), help_text="干部任免（H 类）按规定自动适用，不必选。", **more)
    return forms.CharField(
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=f"默认 {default}。",
        max_length=9,
        **more,
    )


def _categories(school: Organisation) -> list:
    """By class: the class as a whole, then its codes, the school's own among them."""
    own = bound_rows(school).exclude(code__in=DEFAULT).order_by("code", "since")
    titles = {code: category.title for code, category in DEFAULT.items()} | {row.code: row.title for row in own}
    groups = []
    for letter, word in CLASSES.items():
        codes = sorted(code for code in titles if code[0] == letter and len(code) > 1)
        if letter != PERSONNEL and codes:
            options = [(letter, f"{letter} 整类"), *((code, f"{code} {titles[code]}") for code in codes)]
            groups.append((word, options))
    return groups


class ProcedureForm(forms.Form):
    """One version. ``given()`` is what ``procedures.enter`` and ``mend`` take."""

    since = DayField(label="执行之日", error_messages={"required": "请填写自哪一天起执行。"})
    title = forms.CharField(label="名称", max_length=200, required=False)
    adopted_on = DayField(label="通过日期", required=False)
    text = forms.CharField(
        label="全文", required=False, max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    file = forms.FileField(
        label="文件",
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf,.doc,.docx"}),
        help_text="PDF 或 Word，不超过 20 MB。",
    )
    not_secret = forms.BooleanField(label="所选文件不含涉密内容", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, school: Organisation, body: str, values: Mapping[str, Any] | None = None, **more):
        self.school, self.body = school, body
        self.clauses: dict[str, Clause] = {}
        more["initial"] = {**more.get("initial", {}), **_shown(values or {})}
        super().__init__(*args, **more)
        asked = floors_asked(school, body, timezone.localdate())
        self.asked = {floor.name: f"{floor.authority.name}要求{bound_of(floor.name, floor.value)}。" for floor in asked}
        self.fields["since"].help_text = "从这一天起，按这一版检查会议；到下一版执行之日为止。"
        for parameter in parameters_of_body(body):
            self.fields[parameter.name] = field_of(parameter, school)

    def basics(self) -> list:
        return [field for field in self if field.name not in PARAMETERS]

    def parameters(self) -> Iterator[dict]:
        for parameter in parameters_of_body(self.body):
            folded = parameter.name == "two_thirds_categories"
            yield {
                "field": self[parameter.name],
                "floor": (f"不得低于{parameter.floor.label}。" if parameter.floor else "")
                + self.asked.get(parameter.name, ""),
                "clause": self.clauses.get(parameter.name) or parameter.clause_for(self.body),
                "folded": folded,
                "chosen": len(self[parameter.name].value() or ()) if folded else 0,
            }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("file") and not cleaned.get("not_secret"):
            self.add_error("not_secret", "请确认文件不含涉密内容，并重新选择文件：本系统不得处理涉密信息。")
        if cleaned.get("adopted_on") and cleaned["adopted_on"] > timezone.localdate():
            self.add_error("adopted_on", "通过日期晚于今天。请在通过以后登记。")
        self.named = self._named(cleaned)
        for refused in parameter_refusals(self.named, self.body, self.school, cleaned.get("since")):
            if refused.field in self.fields:
                self.clauses[refused.field] = refused.clause
                # Beside its field it does not begin with the field's name.
                said = str(refused).removeprefix(f"“{PARAMETERS[refused.field].label}”").removeprefix("里的 ")
                self.add_error(refused.field, said)
            else:
                self.add_error(None, str(refused))
        return cleaned

    def _named(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in, as a version names it; a parameter of the other body too, so that it is refused."""
        elsewhere = {name: self.data[name] for name in PARAMETERS if name not in self.fields and self.data.get(name)}
        ours = {
            name: read_value(name, cleaned[name]) for name in PARAMETERS if name in self.fields and cleaned.get(name)
        }
        return ours | elsewhere

    def given(self) -> dict:
        names = ("since", "title", "adopted_on", "text")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "upload": self.cleaned_data["file"],
            "parameters": self.named,
        }


def read_value(name: str, value: Any) -> Any:
    if isinstance(PARAMETERS[name].default, bool):
        return {"True": True, "False": False}.get(value, value)
    if name == "vacation_months":
        return [] if value == [NONE_OF_THEM] else [_whole(month) for month in value]
    if isinstance(value, list):
        return sorted(value)
    return _whole(value) if isinstance(PARAMETERS[name].default, int) else value


def _whole(text: str) -> int | str:
    """The number that was written, or what was written instead: its check says what is wrong."""
    try:
        return int(text)
    except ValueError:
        return text


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """A version's parameters as the form's fields take them."""
    shown = {name: str(value) if isinstance(value, bool) else value for name, value in values.items()}
    if "vacation_months" in values:
        shown["vacation_months"] = [str(month) for month in values["vacation_months"]] or [NONE_OF_THEM]
    return shown


class SubmitForm(forms.Form):
    submitted_on = DayField(label="报送日期", initial=timezone.localdate, help_text="以前已经报送的，填写当时的日期。")


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label="退回意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明退回意见：哪里要改，依据什么。"},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class FileForm(forms.Form):
    filed_on = DayField(label="备案日期", initial=timezone.localdate)
    number = forms.CharField(label="备案号", max_length=100, error_messages={"required": "请填写备案号。"})
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
