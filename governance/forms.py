"""Forms about people and their posts."""

from django import forms
from django.utils import timezone

from accounts.models import Organisation

from .models import Person, Post

YES_NO = [("", "未填"), ("True", "是"), ("False", "否")]


def _day(label: str, **more) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


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
    """A term for somebody who is known here, or for somebody new."""

    person = forms.ModelChoiceField(Person.objects.none(), label="人员", required=False, empty_label="新登记一人")
    name = forms.CharField(label="新人员姓名", max_length=40, required=False)
    party_member = _perhaps("新人员是中共党员")
    post = forms.ChoiceField(label="职务", choices=Post.Name)
    since = _day("任职之日", initial=timezone.localdate)
    until = _day("免职之日", required=False, help_text="还在任的不填。从这一天起不再任职。")
    full_time = _perhaps("专职", help_text="副书记是否专职，关系到一肩挑学校由谁参加会前沟通。")

    def __init__(self, *args, school: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(school=school).order_by("name", "pk")

    def clean(self):
        given = super().clean()
        person, name = given.get("person"), given.get("name", "").strip()
        if not person and not name and "person" not in self.errors:
            self.add_error("person", "请选择人员；名单里没有的，在下面填写姓名。")
        if person and name:
            self.add_error("name", "已选择了人员，不要再填姓名；要登记新人员，请把上面改为“新登记一人”。")
        if given.get("since") and given.get("until") and given["until"] <= given["since"]:
            self.add_error("until", "免职之日须在任职之日以后。")
        return given


class PostEndForm(forms.Form):
    until = _day("免职之日", initial=timezone.localdate, help_text="从这一天起不再任职，不再计入应到人数。")
