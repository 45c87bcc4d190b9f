"""报告: what was made, what is being made, and each report with its figures, which lead to the records behind them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from governance.access import Standing
from governance.terms import term_of
from meetings.models import Item, KeptFinding, Meeting
from meetings.views.answering import stopped_as_message

from . import reports
from .discretion import matter_said
from .models import Inspection, Report
from .reports.chapters import address
from .reports.files import FORMATS, name_of, type_of
from .reports.findings import held_said
from .reports.working import live
from .transitions import Stopped, ask_report, stop_report
from .views import inspector, page_of

YEARS, INSPECTIONS = 10, 50
SHOWN, ROWS = 10, 20  # on the page: findings of each rule, rows of a table
NO_REPORT = "没有这份报告，或您没有查看它的权限。"


class ReportForm(forms.Form):
    """``of``: year/2025 or inspection/7."""

    of = forms.ChoiceField(label="报告什么", error_messages={"required": "请选择要报告的学年或检查。"})

    def __init__(self, *args, by: Standing, **kwargs):
        super().__init__(*args, **kwargs)
        year = term_of(timezone.localdate()).year
        years = [(f"year/{one}", f"{one}—{one + 1} 学年") for one in range(year, year - YEARS, -1)]
        ours = Inspection.objects.filter(authority=by.organisation).exclude(state=Inspection.State.DRAFT)
        self.inspections = {f"inspection/{one.pk}": one for one in ours.order_by("-since", "-pk")[:INSPECTIONS]}
        inspections = [(key, one.title) for key, one in self.inspections.items()]
        self.fields["of"].choices = [("年度报告", years)] + ([("检查报告", inspections)] if inspections else [])

    def subject(self) -> Inspection | int:
        chosen = self.cleaned_data["of"]
        return self.inspections[chosen] if chosen in self.inspections else int(chosen.partition("/")[2])


def reports_for(by: Standing) -> QuerySet[Report]:
    return Report.objects.filter(authority=by.organisation).select_related("asked_by", "inspection", "authority")


def report_for(by: Standing, pk: int) -> Report:
    report = reports_for(by).filter(pk=pk).first()
    if report is None:
        raise Http404(NO_REPORT)
    return report


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request, authority):
    by = inspector(request.user, authority)
    asked = f"inspection/{request.GET.get('inspection', '')}"
    form = ReportForm(request.POST if request.method == "POST" else None, by=by, initial={"of": asked})
    if form.is_bound and form.is_valid():
        try:
            return redirect("report", authority, ask_report(form.subject(), by=by).pk)
        except Stopped as stopped:
            form.add_error("of", str(stopped))
    rows, of = reports_for(by).defer("frozen"), form.inspections.get(asked)
    context = {
        "standing": by,
        "form": form,
        "of": of,
        "page": page_of(request, rows.filter(inspection=of) if of else rows),
    }
    return render(request, "inspection/report_list.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def report(request, authority, pk):
    by = inspector(request.user, authority)
    found = report_for(by, pk)
    goes_on = not found.finished_at and not found.stopped_at
    context = {"standing": by, "report": found, "goes_on": goes_on, "percent": _percent(found)}
    if found.finished_at and not found.failed:
        subject = {"kind": found.kind, "inspection": found.inspection_id, "year": found.year}
        context |= {
            "versions": reports_for(by).filter(**subject).defer("frozen")[:20],
            "formats": FORMATS.values(),
            "counted_on": date.fromisoformat(found.frozen["on"]),
            "chapters": [_shown(request, found, one) for one in _with_now(found)],
            "differing": sum(1 for one in found.frozen["chapters"] for block in one["blocks"] for row in block.get("rows", ()) if isinstance(row, dict) and row.get("differs")),
        }  # fmt: skip
    return render(request, "inspection/report.html", context)


def _percent(report: Report) -> int:
    return 100 * report.done // report.steps if report.steps else 0


def _with_now(report: Report) -> Iterator[dict[str, Any]]:
    """Chapters, each figure with the number that it is now."""
    now = live(report)
    for chapter in report.frozen["chapters"]:
        for block in chapter["blocks"]:
            if block["is"] == "figures":
                for row in block["rows"]:
                    row["now"] = now.get(row["key"], row["number"])
                    row["differs"] = row["now"] != row["number"]
        yield chapter


def _shown(request, report: Report, chapter: dict[str, Any]) -> dict[str, Any]:
    """With addresses in place of names, and long tables by pages."""
    for block in chapter["blocks"]:
        match block["is"]:
            case "figures":
                block["earlier"] = any(row["before"] is not None for row in block["rows"])
                for row in block["rows"]:
                    row["address"] = _of_figure(report, row)
            case "table":
                rows = list(zip(block["rows"], block["to"] or [None] * len(block["rows"]), strict=True))
                block["name"] = f"p-{block['key']}"
                block["page"] = Paginator(rows, ROWS).get_page(request.GET.get(block["name"]))
                block["lines"] = [
                    (_address(report, to), list(zip(block["columns"], row, strict=True))) for row, to in block["page"]
                ]
            case "findings":
                for group in block["groups"]:
                    lines = list(zip(group["rows"], group["to"], strict=True))[:SHOWN]
                    group["lines"] = [(_address(report, to), row) for row, to in lines]
    return chapter


def _of_figure(report: Report, row: dict[str, Any]) -> str:
    """Where the records behind it are: a list of the district, or those that were frozen with it."""
    listed_apart = not row["to"] or row["to"][0] == "table"
    if listed_apart and row["key"] in report.frozen["records"]:
        return _address(report, ("records", [row["key"]], ""))
    return _address(report, row["to"])


def _address(report: Report, to) -> str:
    if to and to[0] == "records":
        key = to[1][0]
        there = key in report.frozen["records"]
        return reverse("report_records", args=[report.authority.code, report.pk, key]) if there else ""
    return f"#table-{to[1][0]}" if to and to[0] == "table" else address(to)


@login_required
@require_POST
def report_stop(request, authority, pk):
    by = inspector(request.user, authority)
    try:
        stop_report(report_for(by, pk), by=by)
        messages.success(request, "已停止，没有生成文件。")
    except Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("report", authority, pk)


@login_required
@require_GET
def report_file(request, authority, pk, suffix):
    found = report_for(inspector(request.user, authority), pk)
    if suffix not in FORMATS or not found.finished_at or found.failed:
        raise Http404("还没有做好，没有可以下载的文件。")
    response = HttpResponse(reports.content_of(found, suffix), content_type=type_of(suffix))
    response["Content-Disposition"] = content_disposition_header(True, name_of(found, suffix))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


RECORDS: dict[str, tuple[str, type, str, tuple[str, ...]]] = {  # how many are said, the table, the school of a row
    "school": ("所", Organisation, "", ()),
    "meeting": ("次", Meeting, "school__", ("school",)),
    "item": ("项", Item, "meeting__school__", ("meeting__school", "matter")),
    "finding": ("条", KeptFinding, "school__", ("school", "meeting", "item", "matter")),
}


@login_required
@require_safe
def report_records(request, authority, pk, key):
    """The records that a figure counted on the day, as they are now."""
    by = inspector(request.user, authority)
    found = report_for(by, pk)
    kept = found.frozen.get("records", {}).get(key)
    if not kept:
        raise Http404("这个数字没有留下逐条的记录。")
    page = page_of(request, kept["ids"])
    unit, model, school, related = RECORDS[kept["of"]]
    ours = {f"{school}path__startswith": by.organisation.path}
    rows = model.objects.filter(pk__in=list(page), **ours).select_related(*related)
    there = {row.pk: row for row in rows}
    context = {
        "standing": by,
        "report": found,
        "label": kept["label"],
        "unit": unit,
        "page": page,
        "rows": [_record(by, kept["of"], there[one]) for one in page if one in there],
    }
    return render(request, "inspection/report_records.html", context)


def _record(by: Standing, kind: str, row) -> dict[str, Any]:
    if kind == "school":
        return {"said": row.name, "url": reverse("district_school", args=[by.organisation.code, row.code])}
    if kind == "meeting":
        number = f"第 {row.number} 次" if row.number else ""
        return {"school": row.school.name, "said": f"{row.get_body_display()}{number}", "on": row.starts_at, "url": reverse("meeting", args=[row.school.code, row.pk])}  # fmt: skip
    if kind == "item":
        return {"school": row.meeting.school.name, "said": matter_said(row.matter), "where": f"{row.get_body_display()}第 {row.no} 项",
                "on": row.meeting.starts_at, "url": f"{reverse('meeting', args=[row.meeting.school.code, row.meeting_id])}?item={row.no}"}  # fmt: skip
    return {"school": row.school.name, "said": f"{row.rule} {matter_said(row.matter)}", "where": held_said(row),
            "on": row.meeting.starts_at if row.meeting else None, "url": row.get_absolute_url()}  # fmt: skip


urlpatterns = [
    path("d/<slug:authority>/reports/", report_list, name="report_list"),
    path("d/<slug:authority>/reports/<int:pk>/", report, name="report"),
    path("d/<slug:authority>/reports/<int:pk>/stop/", report_stop, name="report_stop"),
    path("d/<slug:authority>/reports/<int:pk>/file.<slug:suffix>", report_file, name="report_file"),
    path("d/<slug:authority>/reports/<int:pk>/records/<slug:key>/", report_records, name="report_records"),
]
