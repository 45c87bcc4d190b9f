"""What an inspector writes on a working paper."""

from django import forms

from governance.rules.index import RULES
from meetings.models import KeptFinding

OTHER = "other"
CLAUSES = sorted({clause.label for rule in RULES for clause in rule.clauses})


class Words(forms.Textarea):
    def __init__(self, rows: int):
        super().__init__({"rows": rows, "maxlength": "2000"})


class RemarkForm(forms.Form):
    text = forms.CharField(
        label="看到了什么",
        max_length=2000,
        widget=Words(3),
        error_messages={"required": "备注还是空的，请写明看到了什么。"},
    )


class AssessForm(forms.Form):
    """One for each finding; the buttons say which verdict it is."""

    reason = forms.CharField(
        label="理由", required=False, max_length=1000, widget=Words(2), help_text="不予认定的必须写明。"
    )


class FindForm(forms.Form):
    text = forms.CharField(
        label="问题",
        max_length=2000,
        widget=Words(3),
        error_messages={"required": "请写明是什么问题。"},
        help_text="写清时间、事实和不符合之处。",
    )
    clause = forms.ChoiceField(
        label="依据", required=False, choices=[("", "不写"), *((one, one) for one in CLAUSES), (OTHER, "其他，自己写")]
    )
    other = forms.CharField(label="其他依据", required=False, max_length=200)
    weight = forms.ChoiceField(label="程度", choices=KeptFinding.Mode.choices, initial=KeptFinding.Mode.WARN)

    def clean(self):
        given = super().clean()
        other = given.get("other", "")
        if given.get("clause") == OTHER and not other and "other" not in self.errors:
            self.add_error("other", "选了“其他”，请写明依据。")
        given["clause"] = other or ("" if given.get("clause") == OTHER else given.get("clause", ""))
        return given
