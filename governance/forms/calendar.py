"""The form that marks days in the work calendar."""

from django import forms

from accounts.forms import DayInput

from ..calendar import years_shown


class MarkForm(forms.Form):
    working = forms.ChoiceField(
        label="这一天", choices=[("no", "休息"), ("yes", "上班")], widget=forms.RadioSelect, initial="no",
        error_messages={"required": "请选择休息或上班。"},
    )  # fmt: skip
    day = forms.DateField(label="日期", widget=DayInput())
    until = forms.DateField(
        label="至", required=False, widget=DayInput(), help_text="连着几天的填写最后一天，含当天；只有一天的不填。"
    )
    name = forms.CharField(label="说明", max_length=60, help_text="例如：校庆、台风停课、国庆节调休。")

    def clean(self):
        super().clean()
        given = self.cleaned_data
        first, last = years_shown()
        for field in ("day", "until"):
            if given.get(field) and not first <= given[field].year <= last:
                self.add_error(field, f"只能记 {first} 年至 {last} 年的日子。")
        return given
