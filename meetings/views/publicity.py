"""登记公开: whether, when and to whom a decision was made public."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from governance.access import Standing, school_for
from governance.forms.fields import DayField
from governance.models import Body

from .. import transitions as verbs
from ..access import item_for
from ..models import Item
from ..publicity import KINDS, shown_for, split


class PublicityForm(forms.Form):
    published = forms.ChoiceField(
        label="是否公开", choices=[("yes", "已公开"), ("no", "不公开")], widget=forms.RadioSelect,
        error_messages={"required": "请选择已公开或不公开。"},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="公开方式", choices=[(kind, kind) for kind in KINDS], widget=forms.RadioSelect, required=False,
        error_messages={"required": "请选择党务公开或校务公开。"},
    )  # fmt: skip
    scope = forms.CharField(
        label="公开范围", required=False, max_length=90, help_text="例如：全体党员、全体教职工、家长、社会。"
    )
    since = DayField(
        label="公开自",
        help_text="已公开的填写。",
        error_messages={"required": "请填写从哪天起公开。"},
    )
    until = DayField(label="公开至", required=False, help_text="公示的填写截止日，含当日；长期公开的不填。")
    reason = forms.CharField(
        label="不公开的理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不公开的填写。", error_messages={"required": "请写明不公开的理由。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            yes = self.data.get("published") == "yes"
            self.fields["since"].required = self.fields["kind"].required = yes
            self.fields["reason"].required = self.data.get("published") == "no"


def recorded(item: Item) -> dict:
    """What is written down of an item's publicity, as the form shows it."""
    kind, scope = split(item.published_scope)
    return {
        "published": {True: "yes", False: "no"}.get(item.published),
        "kind": kind or KINDS[item.body != Body.PARTY],
        "scope": scope,
        "since": item.published_from,
        "until": item.published_until,
        "reason": item.unpublished_reason,
    }


@login_required
@require_http_methods(["GET", "POST"])
def publish(request, school, pk):
    by = school_for(request.user, school)
    item = item_for(by, pk)
    if not by.clerk or item.meeting_id is None:
        raise Http404
    form = PublicityForm(request.POST or None, initial=recorded(item))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind, scope = given.pop("kind"), given["scope"].strip()
        given["scope"] = "：".join(filter(None, (kind, scope)))
        try:
            verbs.publish(item, **given | {"published": given["published"] == "yes"}, by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, f"公开情况已登记。{_said(by, item)}")
            return (
                redirect("follow_up", school, pk)
                if request.GET.get("from") == "item"
                else redirect("decision_list", school)
            )
    return render(
        request,
        "meetings/follow_up_publish.html",
        {"standing": by, "item": item, "form": form, "shown": shown_for(by.school, item)},
    )


def _said(by: Standing, item: Item) -> str:
    item.refresh_from_db()
    return shown_for(by.school, item).word


urlpatterns = [path("decisions/<int:pk>/publish/", publish, name="publish")]
