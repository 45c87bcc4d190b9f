"""Excel: what a list shows now, as a file, and the tables of an issued paper.

What a person exports is no frozen document: the sheet says so, with who made it, when, and by which filter.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import Form, ModelChoiceField
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.templatetags.words import full
from governance.access import Standing, school_for

from ..access import document_for
from ..documents import paper_of
from ..documents.blocks import Column
from ..documents.sheets import CONTENT_TYPE, Sheet, Value, has_tables, workbook, write
from ..ledger_sheets import DECISIONS, FOLLOW_UPS, MEETINGS, as_decided, as_followed
from ..models import Matter
from ..viewing import seen_in_file, seen_of_document
from .decisions import ledger_of
from .follow_ups import WORDS, followed
from .planning import meetings_of

MOST = 20_000
CHUNK = 500
Columns = tuple[tuple[Column, Callable[[Any], Value]], ...]


def exported(
    request,
    by: Standing,
    *,
    title: str,
    columns: Columns,
    rows: QuerySet,
    narrowed: str,
    unit: str = "项",
    prepare: Callable[[Any], Any] = lambda row: row,
    key: str = "",
) -> FileResponse | HttpResponseRedirect:
    """The rows of a list as a worksheet, written as they are read; too many are refused on the list itself. ``key``: of the
    inspection whose list it is."""
    count = rows.count()
    if count > MOST:
        messages.error(
            request,
            f"现在筛出 {count:,} {unit}，一次最多导出 {MOST:,} {unit}，多出 {count - MOST:,} {unit}。请用筛选缩小范围，分几次导出。",
        )
        return redirect(f"{request.path.removesuffix('sheet.xlsx')}?{request.GET.urlencode()}")
    now = timezone.now()
    matters: list[Matter] = []

    def lines() -> Iterator[list[Value]]:
        for row in rows.iterator(chunk_size=CHUNK):
            matters.extend(matter_in(row))
            row = prepare(row)
            yield [value(row) for _, value in columns]

    notes = (
        f"{by.organisation.name}　筛选：{narrowed or '全部'}　共 {count:,} {unit}",
        f"{full(now)} 由{by.user.name}导出，供查阅；不是签发的文件。",
    )
    sheet = Sheet(title, [column for column, _ in columns], lines(), notes)
    made = as_file([sheet], title, f"{by.organisation.name}{title}", now)
    seen_in_file(by, request.resolver_match.url_name, f"导出{title}", matters, key=key)
    return made


def matter_in(row: Any) -> list[Matter]:
    """The matter that a row of a list has read, if it has and it is confidential."""
    read = getattr(row, "_state", None) and row._state.fields_cache
    item = (read or {}).get("item")
    matter = (
        row
        if isinstance(row, Matter)
        else (read or {}).get("matter") or (item and item._state.fields_cache.get("matter"))
    )
    return [matter] if isinstance(matter, Matter) and matter.personnel else []


def as_file(sheets: Iterable[Sheet], title: str, name: str, now: datetime) -> FileResponse:
    """A workbook made ``now``, for nobody else; ``name`` without the day."""
    made = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    write(made, sheets, title=title, created=timezone.localtime(now).replace(tzinfo=None))
    made.seek(0)
    filename = f"{name}（{timezone.localdate(now)}）.xlsx"
    return _private(FileResponse(made, as_attachment=True, filename=filename, content_type=CONTENT_TYPE))


def _private(response):
    response["Cache-Control"] = "private, no-store"
    return response


def said_by(form: Form) -> str:
    """A filter in words: 会议：党组织会议；年份：2026 年."""
    form.is_valid()
    said = []
    for field in form:
        value = form.cleaned_data.get(field.name)
        if value in (None, ""):
            continue
        choices = () if isinstance(field.field, ModelChoiceField) else getattr(field.field, "choices", ())
        named = {str(key): word for key, word in choices}
        said.append(f"{field.label}：{named.get(str(value), value)}")
    return "；".join(said)


@login_required
@require_GET
def decision_sheet(request, school):
    by = school_for(request.user, school)
    ledger = ledger_of(by, request.GET)
    return exported(
        request,
        by,
        title="决策台账",
        columns=DECISIONS,
        rows=ledger.qs,
        narrowed=said_by(ledger.form),
        prepare=as_decided,
    )


@login_required
@require_GET
def follow_up_sheet(request, school):
    by, today = school_for(request.user, school), timezone.localdate()
    rows, chosen, _ = followed(by, request.GET, today)
    return exported(
        request,
        by,
        title="督办",
        columns=FOLLOW_UPS,
        rows=rows,
        narrowed=WORDS[chosen],
        prepare=lambda item: as_followed(item, today),
    )


@login_required
@require_GET
def meeting_sheet(request, school):
    by = school_for(request.user, school)
    shown = meetings_of(by, request.GET)
    return exported(
        request,
        by,
        title="会议",
        columns=MEETINGS,
        rows=shown.rows,
        narrowed=shown.said,
        unit="次",
    )


@login_required
@require_GET
def document_sheet(request, school, pk):
    by = school_for(request.user, school, granted=True)
    issued = document_for(by, pk)
    seen_of_document(by, "document_sheet", issued)
    paper = paper_of(issued)
    if not has_tables(paper):
        raise Http404("这份文件没有表格，请下载 PDF。")
    response = HttpResponse(workbook(paper), content_type=CONTENT_TYPE)
    name = f"{issued.frozen['school']}{issued.number}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return _private(response)


urlpatterns = [
    path("decisions/sheet.xlsx", decision_sheet, name="decision_sheet"),
    path("follow-ups/sheet.xlsx", follow_up_sheet, name="follow_up_sheet"),
    path("meetings/sheet.xlsx", meeting_sheet, name="meeting_sheet"),
    path("meetings/documents/<int:pk>.xlsx", document_sheet, name="document_sheet"),
]
