"""What an authority fills in to announce something."""

from django import forms
from django.utils import timezone

from accounts.models import Organisation
from governance.access import schools_below
from governance.forms.fields import DayField
from meetings.forms import SeveralFiles

from ..models import Announcement


class _Files(forms.FileField):
    widget = SeveralFiles

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(_Files, self).clean(each, initial) for each in given]


class AnnouncementForm(forms.Form):
    title = forms.CharField(label="标题", max_length=120, error_messages={"required": "请填写标题。"})
    text = forms.CharField(
        label="正文",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "请填写正文。"},
    )
    to = forms.ChoiceField(
        label="发给", choices=Announcement.To.choices, initial=Announcement.To.ALL, widget=forms.RadioSelect
    )
    stages = forms.MultipleChoiceField(
        label="学段",
        required=False,
        choices=Organisation.Stage.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="发给“按学段”时选择。",
    )
    schools = forms.ModelMultipleChoiceField(
        label="学校",
        required=False,
        queryset=Organisation.objects.none(),
        help_text="发给“选定的学校”时选择。",
        widget=forms.CheckboxSelectMultiple,
    )
    since = DayField(label="自", initial=timezone.localdate, help_text="以后的日期到那一天才发出。")
    until = DayField(label="至", required=False, help_text="过了这一天不再列在工作台；不填则一直列着，直到读过。")
    asks_receipt = forms.BooleanField(label="需要学校回执", required=False)
    not_secret = forms.BooleanField(
        label="正文和附件不含涉密内容", error_messages={"required": "请确认不含涉密内容：本系统不得处理涉密信息。"}
    )

    def __init__(self, *args, authority: Organisation, **more):
        super().__init__(*args, **more)
        self.fields["files"] = _Files(
            label="附件", required=False, help_text="PDF、Word、Excel 或图片，最多 5 个，每个不超过 20 MB。"
        )
        self.order_fields([*(name for name in self.fields if name not in ("files", "not_secret")), "files"])
        self.fields["schools"].queryset = schools_below(authority)

    def clean(self):
        given = super().clean()
        if given.get("to") == Announcement.To.STAGES and not given.get("stages"):
            self.add_error("stages", "请选择学段。")
        if given.get("to") == Announcement.To.CHOSEN and not given.get("schools"):
            self.add_error("schools", "请选择学校。")
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "结束的日期不能早于开始的日期。")
        return given
