"""Forms about large sums, and about the school's own rows of the catalogue."""

from typing import Any

from django import forms

from accounts.models import Organisation

from ..models import CatalogueRow
from ..rules.catalogue import MARKS, PERSONNEL, Category
from ..rules.values import Parameter
from .fields import DayField, YuanField
from .procedures import field_of, read_value


def _since() -> DayField:
    return DayField(label="执行之日", error_messages={"required": "请填写自哪一天起执行。"})


class _Basis(forms.Form):
    """An authority names the paper on which its demand rests; a school's own rules are its paper."""

    basis = forms.CharField(
        label="依据文件",
        max_length=120,
        help_text="名称或文号，例如 济教发〔2026〕12号。学校的规定低于要求时，会看到它。",
        error_messages={"required": "请填写依据文件的名称或文号。"},
    )
    field_order = ("code", "title", "since", "basis")

    def __init__(self, *args, authority: bool = False, **more):
        super().__init__(*args, **more)
        if not authority:
            del self.fields["basis"]


class FloorForm(_Basis):
    """What an authority asks of one parameter."""

    since = _since()

    def __init__(self, *args, parameter: Parameter, authority: Organisation, value: Any = None, **more):
        more["initial"] = more.get("initial", {}) | ({} if value is None else {"value": value})
        super().__init__(*args, authority=True, **more)
        self.name = parameter.name
        field = field_of(parameter, authority)
        if hasattr(field, "choices") and field.choices[0][0] == "":
            field.choices = [("", "请选择"), *field.choices[1:]]
        field.label, field.required, field.help_text = "底线", True, ""
        field.error_messages["required"] = "请填写底线。"
        self.fields["value"] = field
        self.order_fields(["value", "since", "basis"])

    def given(self) -> dict:
        value = read_value(self.name, self.cleaned_data["value"])
        return {"value": value, "since": self.cleaned_data["since"], "basis": self.cleaned_data["basis"]}


class LargeSumForm(_Basis):
    since = _since()
    amount = YuanField(
        label="起点金额（元）",
        max_digits=14,
        decimal_places=2,
        min_value=0,
        error_messages={"required": "请填写起点金额。"},
    )
    inclusive = forms.BooleanField(label="含本数：正好等于起点金额的，也算大额", required=False, initial=True)
    cumulative = forms.BooleanField(
        label="累计计算",
        required=False,
        initial=True,
        help_text="同一收款单位、同一项目一年内的支出合并计算，防止拆分。",
    )


class RowForm(_Basis):
    """A row for ``default``, a category of the default catalogue, or for a code of the school's own."""

    since = _since()
    code = forms.CharField(
        label="编码",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text="以类别字母开头，例如 D20：D 重大决策、H 人事任免、P 项目安排、F 资金使用、G 一般事项。",
        error_messages={"required": "请填写编码。"},
    )
    title = forms.CharField(label="事项", max_length=100, error_messages={"required": "请填写事项名称。"})
    route = forms.ChoiceField(
        label="路径",
        choices=[("", "请选择"), *CatalogueRow._meta.get_field("route").choices],
        error_messages={"required": "请选择路径。"},
    )
    prior = forms.MultipleChoiceField(
        label="前置程序", required=False, choices=list(MARKS.items()), widget=forms.CheckboxSelectMultiple
    )
    reserved = forms.BooleanField(label="须由党组织会议决定", required=False, initial=True)
    two_thirds = forms.BooleanField(label="须三分之二以上到会", required=False)

    def __init__(self, *args, default: Category | None = None, code: str = "", **more):
        if default:
            more["initial"] = {
                "prior": sorted(default.marks),
                "reserved": default.reserved,
                "two_thirds": default.letter == PERSONNEL,
            } | more.get("initial", {})
        super().__init__(*args, **more)
        if default:
            for name in ("code", "title", "route"):
                del self.fields[name]
            self.fields["prior"].help_text = "目录要求的不能去掉，可以增加。"
            if default.by_amount:
                self.fields["reserved"].help_text = "勾选的，不论金额都由党组织会议决定；不勾选的，按大额标准。"
        elif code:
            del self.fields["code"]
