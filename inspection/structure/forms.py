"""A school, and the workbook of many."""

from django import forms

from accounts.models import Organisation
from governance.access import authorities_from
from meetings.views.uploading import workbook_field


class UploadForm(forms.Form):
    file = workbook_field("填好的表格", "Excel 表格（.xlsx），不超过 10 MB。")


CODE = forms.SlugField(
    label="代码",
    max_length=40,
    help_text="字母、数字和 - _，用在网址和档案里，登记后不变。",
    error_messages={"required": "请填写代码。", "invalid": "代码只用字母、数字和 - _。"},
)


class SchoolForm(forms.Form):
    code = CODE
    name = forms.CharField(label="名称", max_length=120, error_messages={"required": "请填写名称。"})
    stage = forms.ChoiceField(label="学段", required=False, choices=[("", "未填"), *Organisation.Stage.choices])
    ownership = forms.ChoiceField(label="办学性质", choices=Organisation.Ownership.choices)
    party_organization = forms.ChoiceField(
        label="党组织设置",
        choices=[("", "请选择"), *Organisation.PartyOrganisation.choices],
        error_messages={"required": "请选择党组织设置：会议按它检查。"},
    )
    parent = forms.ModelChoiceField(label="上级", queryset=Organisation.objects.none(), empty_label=None)

    def __init__(self, *args, authority: Organisation, school: Organisation | None = None, **more):
        if school:
            names = ("name", "stage", "ownership", "party_organization", "parent")
            more["initial"] = {name: getattr(school, name) for name in names}
        super().__init__(*args, **more)
        self.fields["parent"].queryset = authorities_from(authority)
        if school:
            del self.fields["code"]
