"""Forms about people and their posts."""

from django import forms
from django.utils import timezone

from accounts.models import Organisation

from ..models import Person, Post
from .fields import DayField

YES_NO = [("", "未填"), ("True", "是"), ("False", "否")]


def _perhaps(label: str, **more) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        required=False,
        coerce=lambda text: text == "True",
        empty_value=None,
        **more,
    )


class PostForm(forms.Form):
    """A term for somebody who is known here, or for somebody new. ``person`` comes out as the known one, or None."""

    NEW = "new"

    name = forms.CharField(
        label="新人员姓名",
        max_length=40,
        required=False,
        help_text="上面选“新登记一人”时填写；名单里已有的人不要再登记。",
    )
    party_member = _perhaps("新人员是中共党员")
    post = forms.ChoiceField(label="职务", choices=Post.Name)
    since = DayField(label="任职之日", initial=timezone.localdate)
    until = DayField(label="免职之日", required=False, help_text="还在任的不填。从这一天起不再任职。")
    full_time = _perhaps("专职", help_text="副书记是否专职，关系到一肩挑学校由谁参加会前沟通。")

    def __init__(self, *args, school: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {str(each.pk): each for each in Person.objects.filter(school=school).order_by("name", "pk")}
        names = [(pk, each.name) for pk, each in self.known.items()]
        choices = [("", "请选择"), (self.NEW, "新登记一人"), *names]
        self.fields["person"] = forms.ChoiceField(
            label="人员", choices=choices, error_messages={"invalid_choice": "名单里没有这个人，请重新选择。"}
        )
        self.order_fields(["person"])

    def clean(self):
        super().clean()
        given = self.cleaned_data
        chosen, name = given.get("person"), given.get("name", "").strip()
        if chosen == self.NEW and not name:
            self.add_error("name", "请填写新人员的姓名。")
        if chosen in self.known and name:
            self.add_error("name", "已选择了人员，不要再填姓名；要登记新人员，请把上面改为“新登记一人”。")
        given["person"] = self.known.get(given.get("person", ""))
        if given.get("since") and given.get("until") and given["until"] <= given["since"]:
            self.add_error("until", "免职之日须在任职之日以后。")
        return given


class PostEndForm(forms.Form):
    until = DayField(label="免职之日", initial=timezone.localdate, help_text="从这一天起不再任职，不再计入应到人数。")
