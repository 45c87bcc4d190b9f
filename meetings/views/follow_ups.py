"""督办: what was decided and has to be carried out and made public, and the report that it was."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from governance.access import Standing, school_for
from governance.forms.fields import DayField

from .. import transitions as verbs
from ..access import item_for
from ..ledger import counted, follow_ups, shares
from ..models import Item

WORDS = {"open": "未办结", "mine": "我负责的", "overdue": "逾期", "done": "已办结"}


class DoneForm(forms.Form):
    done_on = DayField(label="办结日期", initial=timezone.localdate)
    note = forms.CharField(
        label="落实情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="做了什么、结果如何、材料存放在哪里。",
    )  # fmt: skip


class PublicityForm(forms.Form):
    published = forms.ChoiceField(
        label="是否公开", choices=[("yes", "已公开"), ("no", "不公开")], widget=forms.RadioSelect,
        error_messages={"required": "请选择已公开或不公开。"},
    )  # fmt: skip
    since = DayField(
        label="公开自",
        help_text="已公开的填写。",
        error_messages={"required": "请填写从哪天起公开。"},
    )
    until = DayField(label="公开至", required=False, help_text="公示的填写截止日，含当日；长期公开的不填。")
    scope = forms.CharField(
        label="公开范围", required=False, max_length=100, help_text="例如：全体教职工、家长、社会。"
    )
    reason = forms.CharField(
        label="不公开的理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不公开的填写。", error_messages={"required": "请写明不公开的理由。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["since"].required = self.data.get("published") == "yes"
            self.fields["reason"].required = self.data.get("published") == "no"


def recorded(item: Item) -> dict:
    """What is written down of an item's publicity, as the form shows it."""
    return {
        "published": {True: "yes", False: "no"}.get(item.published),
        "since": item.published_from,
        "until": item.published_until,
        "scope": item.published_scope,
        "reason": item.unpublished_reason,
    }


def reports(by: Standing, item: Item) -> bool:
    return verbs.may(by, "report_done", item) and not item.done_on and (by.clerk or item.mine)


@login_required
@require_GET
def follow_up_list(request, school):
    by = school_for(request.user, school)
    every, of = follow_ups(by), shares(by, timezone.localdate())
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in of else "open"
    counts = counted(every, of)
    page = Paginator(every.filter(of[chosen]), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for item in page:
        item.reports = reports(by, item)
    tabs = [
        {"key": key, "word": word, "count": counts[key]}
        for key, word in WORDS.items()
        if key != "mine" or by.works_here
    ]
    return render(
        request,
        "meetings/follow_up_list.html",
        {"standing": by, "page": page, "tabs": tabs, "chosen": chosen, "word": WORDS[chosen]},
    )


@login_required
@require_http_methods(["GET", "POST"])
def report_done(request, school, pk):
    by = school_for(request.user, school)
    item = item_for(by, pk)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verbs.report_done(item, done_on=given["done_on"], note=given["note"], by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, "已反馈办结。")
            return redirect("follow_up_list", school)
    return render(request, "meetings/follow_up_done.html", {"standing": by, "item": item, "form": form})


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
        try:
            verbs.publish(item, **given | {"published": given["published"] == "yes"}, by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, "公开情况已登记。")
            return redirect("decision_list", school)
    return render(request, "meetings/follow_up_publish.html", {"standing": by, "item": item, "form": form})


urlpatterns = [
    path("follow-ups/", follow_up_list, name="follow_up_list"),
    path("follow-ups/<int:pk>/done/", report_done, name="report_done"),
    path("decisions/<int:pk>/publish/", publish, name="publish"),
]
