"""重新检查 a school's records: an inspector asks for it, whoever reads the records sees what came of it."""

import django_filters as filters
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import Standing, school_for
from governance.rules.index import RULES
from meetings.models import Difference, Rejudging
from meetings.rejudging import REASONS, ask
from meetings.viewing import seen_in_list

from .forms import RejudgingForm

RULES_BY_CODE = [(rule.code, f"{rule.code} {rule.sentence[:28]}") for rule in RULES]
EXPLAINED = {
    Difference.Reason.RECORD_CORRECTED: "检查以后，记录改过或补过",
    Difference.Reason.PARAMETER_LATE: "检查以后，才登记当时的议事规则、大额标准、目录或工作日历",
    Difference.Reason.RULE_MENDED: "同样的事实，按系统现行的规则结论不同",
    Difference.Reason.TIME_PASSED: "事实没有变，只因检查日期不同",
    Difference.Reason.NOT_JUDGED: "当时没有检查这一项，没有结论可比",
}


class DifferenceFilter(filters.FilterSet):
    reason = filters.ChoiceFilter(label="原因", choices=Difference.Reason.choices, empty_label="全部")
    rule = filters.ChoiceFilter(label="规则", choices=RULES_BY_CODE, empty_label="全部")

    class Meta:
        model = Difference
        fields = ["reason", "rule"]


def runs_for(by: Standing):
    """A school sees what came of a run, its inspector also how far it is."""
    runs = Rejudging.objects.filter(school=by.school).select_related("by", "school__parent")
    return runs if by.supervises else runs.filter(finished_at__isnull=False, failed="")


def _page(request, rows):
    return Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rejudging_list(request, school):
    by = school_for(request.user, school)
    form = None
    if by.supervises:
        asked = request.POST if request.method == "POST" else None
        form = RejudgingForm(asked, today=timezone.localdate(), initial={"term": request.GET.get("term")})
    elif request.method == "POST":
        raise PermissionDenied("“重新检查”由督导检查员办理。")
    if form and form.is_bound and form.is_valid():
        run = ask(form.cleaned_data["since"], form.cleaned_data["until"], by=by)
        return redirect("rejudging", school, run.pk)
    context = {"standing": by, "form": form, "page": _page(request, runs_for(by))}
    wrong = form is not None and form.is_bound
    return render(request, "inspection/rejudging_list.html", context, status=422 if wrong else 200)


@login_required
@require_safe
def rejudging(request, school, pk):
    by = school_for(request.user, school)
    run = get_object_or_404(runs_for(by), pk=pk)
    context = {"standing": by, "run": run}
    if run.finished_at and not run.failed:
        rows = run.differences.select_related("meeting", "item", "matter", "kept", "found").order_by("pk")
        narrowed = DifferenceFilter(request.GET, queryset=rows)
        counted, page = run.figures["differences"], _page(request, narrowed.qs)
        seen_in_list(by, "rejudging", "重新检查的差异", [each.matter for each in page])
        context |= {
            "filter": narrowed,
            "page": page,
            "reasons": [(reason, EXPLAINED[reason], counted[reason]) for reason in REASONS if reason in counted],
            "total": sum(counted.values()),
        }
    return render(request, "inspection/rejudging.html", context)


urlpatterns = [
    path("s/<slug:school>/rejudgings/", rejudging_list, name="rejudging_list"),
    path("s/<slug:school>/rejudgings/<int:pk>/", rejudging, name="rejudging"),
]
