"""导入导出: the workbook and the dossier of a school, out and in."""

from datetime import date
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from openpyxl.utils import get_column_letter

from accounts.forms import DayField
from accounts.templatetags.words import full
from governance.access import Standing, school_for
from governance.exchange import write

from .. import workbook
from ..arrivals import Arrival, arrival_for, receive, take_in
from ..dossiers import dossier_of, period_of
from ..workbook.layout import LEFT_OUT, MOST_LINES
from .uploading import uploaded, workbook_field

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEW = {"meetings": "会议", "matters": "事项", "people": "人员"}


class UploadForm(forms.Form):
    file = workbook_field(
        "填好的表格或档案文件",
        f"表格（.xlsx，最多 {MOST_LINES:,} 行）或档案文件（.json），不超过 10 MB。",
        accept=".xlsx,.json",
    )


class PeriodForm(forms.Form):
    since = DayField(label="自", required=False)
    until = DayField(label="至", required=False, help_text="都不填则导出全部。")
    kind = forms.ChoiceField(label="格式", choices=[("xlsx", "表格"), ("json", "档案文件")], required=False)

    def clean(self):
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "截止的日期不能早于开始的日期。")
        return given


def _clerk(request, school: str) -> Standing:
    by = school_for(request.user, school)
    if not by.clerk:
        raise Http404("导入导出由学校秘书办理。")
    return by


def _page(request, by: Standing, upload: forms.Form, period: PeriodForm):
    status = 422 if upload.errors or period.errors else 200
    context = {"standing": by, "upload": upload, "period": period, "left_out": LEFT_OUT}
    return render(request, "meetings/exchange.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def exchange(request, school):
    by = _clerk(request, school)
    form, came = uploaded(request, UploadForm, lambda file: receive(file, by=by))
    if came:
        return redirect("arrival", school, came.token)
    return _page(request, by, form, PeriodForm())


def _handed_out(content: bytes | str, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def exchange_template(request, school):
    by = _clerk(request, school)
    content = workbook.template(dossier_of(by.school), on=timezone.localdate())
    return _handed_out(content, f"{by.school.name}会议登记表（模板）.xlsx", XLSX)


@login_required
@require_GET
def exchange_export(request, school):
    by = _clerk(request, school)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _page(request, by, UploadForm(), form)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    known = dossier_of(by.school)
    records, named = period_of(known, since, until), _named(since, until)
    if form.cleaned_data["kind"] == "json":
        return _handed_out(write(records), f"{by.school.name}档案（{named}）.json", "application/json")
    try:
        content = workbook.write(
            records, known=known, on=timezone.localdate(), period=f"{named}的会议及其事项；人员和任职为全部"
        )
    except workbook.TooLong as refused:
        form.add_error(None, str(refused))
        return _page(request, by, UploadForm(), form)
    return _handed_out(content, f"{by.school.name}会议登记表（{named}）.xlsx", XLSX)


def _named(since: date | None, until: date | None) -> str:
    if since and until:
        return f"{full(since)}至{full(until)}"
    return f"{full(since)}起" if since else f"{full(until)}止" if until else "全部"


@login_required
@require_GET
def arrival(request, school, token):
    by = _clerk(request, school)
    came = arrival_for(by, token)
    context = {"standing": by, "arrival": came, "seen": came.seen}
    if came.seen["wrongs"]:
        context |= {"wrongs": _paged(request, [_told(came, wrong) for wrong in came.wrongs], "wrong")}
        context |= _grid(request, came)
    elif not came.seen["done"]:
        context |= _new(request, came)
    return render(request, "meetings/arrival.html", context)


def _paged(request, rows: list, name: str):
    return Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get(name))


def _told(came: Arrival, wrong: workbook.Wrong) -> dict[str, str]:
    heads = next((list[str](grid["heads"]) for grid in came.seen["grids"] if grid["title"] == wrong.sheet), [])
    title = heads[wrong.place] if wrong.row > 1 and 0 <= wrong.place < len(heads) else ""
    return {"at": wrong.address if came.is_workbook else wrong.sheet, "title": title, "error": wrong.error}


def _grid(request, came: Arrival) -> dict:
    """One sheet as it was brought, its faulty rows or all of them."""
    by_sheet: dict[str, list[workbook.Wrong]] = {}
    for wrong in came.wrongs:
        by_sheet.setdefault(wrong.sheet, []).append(wrong)
    sheets = [(grid["title"], len(by_sheet.get(grid["title"], ()))) for grid in came.seen["grids"]]
    faulty = [title for title, count in sheets if count]
    if not faulty:
        return {}
    asked = request.GET.get("sheet")
    grid = next(one for one in came.seen["grids"] if one["title"] == (asked if asked in dict(sheets) else faulty[0]))
    said: dict[int, dict[int, list[str]]] = {}
    for wrong in by_sheet.get(grid["title"], ()):
        said.setdefault(wrong.row, {}).setdefault(max(wrong.place, 0), []).append(wrong.error)
    every = request.GET.get("rows") == "all" or grid["title"] not in faulty
    rows = [row for row in grid["rows"] if every or row[0] in said]
    page = _paged(request, rows, "row")
    width = max([len(grid["heads"]), *(place + 1 for cells in said.values() for place in cells)])
    heads = [*grid["heads"], *[""] * (width - len(grid["heads"]))]
    page.object_list = [
        (
            number,
            [(text, said.get(number, {}).get(place)) for place, text in enumerate([*cells, *[""] * width][:width])],
        )
        for number, cells in page.object_list
    ]
    return {
        "sheets": sheets, "sheet": grid["title"], "every": every, "rows": page, "all_rows": len(grid["rows"]),
        "faulty": grid["title"] in faulty,
        "heads": [(get_column_letter(n + 1), title, said.get(1, {}).get(n)) for n, title in enumerate(heads)],
    }  # fmt: skip


def _new(request, came: Arrival) -> dict:
    seen = came.seen
    return {
        "kinds": [
            (name, word, _paged(request, seen["new"][name], name)) for name, word in NEW.items() if seen["new"][name]
        ],
        "findings": _paged(request, [SimpleNamespace(**each) for each in seen["findings"]], "finding"),
    }


@login_required
@require_POST
def arrival_import(request, school, token):
    by = _clerk(request, school)
    take_in(arrival_for(by, token), by=by)
    return redirect("arrival", school, token)


@login_required
@require_GET
def arrival_marked(request, school, token):
    by = _clerk(request, school)
    came = arrival_for(by, token)
    if not came.is_workbook or not came.seen["wrongs"] or came.seen["done"]:
        raise Http404("这个文件没有标注了错误的表格。")
    stem = came.seen["name"].rpartition(".")[0]
    return _handed_out(workbook.marked(came.content, came.wrongs), f"{stem}（标注）.xlsx", XLSX)


urlpatterns = [
    path("exchange/", exchange, name="exchange"),
    path("exchange/template/", exchange_template, name="exchange_template"),
    path("exchange/export/", exchange_export, name="exchange_export"),
    path("exchange/<slug:token>/", arrival, name="arrival"),
    path("exchange/<slug:token>/import/", arrival_import, name="arrival_import"),
    path("exchange/<slug:token>/marked/", arrival_marked, name="arrival_marked"),
]
