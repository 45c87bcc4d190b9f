"""督办: the list of what was decided and has to be carried out, and the report on it to the party meeting."""

from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from governance.access import Standing, school_for
from governance.forms.fields import DayField

from .. import transitions as verbs
from ..execution import execution_of, next_period
from ..facts.corrections import lay_over_decision
from ..ledger import counted, follow_ups, lit, shares
from ..models import Item
from ..viewing import seen_in_list

WORDS = {
    "open": "未办结", "mine": "我负责的", "helping": "我协办的", "near": "临近", "overdue": "逾期",
    "to_close": "待销号", "asked": "延期待批", "done": "已销号",
}  # fmt: skip
ONES_OWN = ("mine", "helping")


def followed(by: Standing, query: QueryDict, today: date) -> tuple[QuerySet[Item], str, dict[str, int]]:
    """The chosen share, which one it is, and how many there are in each."""
    every, of = follow_ups(by), shares(by, today)
    chosen = query.get("show", "")
    chosen = chosen if chosen in of else "open"
    return every.filter(of[chosen]), chosen, counted(every, of)


@login_required
@require_GET
def follow_up_list(request, school):
    by, today = school_for(request.user, school), timezone.localdate()
    rows, chosen, counts = followed(by, request.GET, today)
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for item in lit(page.object_list, today):
        item.fixes = lay_over_decision(item)
        item.heads = by.heads(item.body)
        item.to_close = bool(item.done_on and not item.closed_at and item.reported)
    seen_in_list(by, "follow_up_list", "督办列表", [item.matter for item in page])
    tabs = [
        {"key": key, "word": word, "count": counts[key]}
        for key, word in WORDS.items()
        if key not in ONES_OWN or by.works_here
    ]
    return render(
        request,
        "meetings/follow_up_list.html",
        {
            "standing": by,
            "page": page,
            "tabs": tabs,
            "chosen": chosen,
            "word": WORDS[chosen],
            "reports": verbs.VERBS["draft_execution_report"].who(by, by.school),
        },
    )


class PeriodForm(forms.Form):
    since = DayField(label="自")
    until = DayField(label="至")

    def clean(self):
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if until and until > timezone.localdate():
            self.add_error("until", "截止日期不能晚于今天。")
        if since and until and since > until:
            self.add_error("since", "开始日期不能晚于截止日期。")
        return given


@login_required
@require_http_methods(["GET", "POST"])
def execution_report(request, school):
    """What the report would say of a period; sending it makes a draft, to be edited and proposed."""
    by = school_for(request.user, school)
    if not verbs.VERBS["draft_execution_report"].who(by, by.school):
        raise Http404("这份报告由校长或学校秘书起草。")
    since, until = next_period(by.school)
    given = request.POST or request.GET
    form = PeriodForm(given if "since" in given else {"since": since, "until": until})
    execution = execution_of(by, form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None
    if request.method == "POST" and execution:
        try:
            matter = verbs.draft_execution_report(since=execution.since, until=execution.until, by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, "已起草报告。请核对文字、补写逾期原因；提交申报后直接提请党组织会议通报。")
            return redirect("matter_edit", school, matter.pk)
    return render(
        request,
        "meetings/execution_report.html",
        {
            "standing": by,
            "form": form,
            "execution": execution,
            "period": f"{execution.since}_{execution.until}" if execution else "",
        },
        status=422 if form.errors else 200,
    )


urlpatterns = [
    path("follow-ups/", follow_up_list, name="follow_up_list"),
    path("follow-ups/execution/", execution_report, name="execution_report"),
]
