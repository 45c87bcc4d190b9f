"""大额标准 and 事项目录: what a school has ruled on what is large, and added to the catalogue of matters."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from .. import cataloguing
from ..access import Standing, school_for
from ..cataloguing import may_be_mended
from ..forms.cataloguing import LargeSumForm, RowForm
from ..models import CatalogueRow, LargeSum
from ..procedures import Refused, by_clerk
from ..rules.catalogue import CLASSES, DEFAULT, MARKS, PERSONNEL, Category
from ..rules.facts import spoken
from .reading import asked_day, reading


def _clerk(request, school: str) -> Standing:
    by = school_for(request.user, school)
    by_clerk(by)
    return by


# large sums


@login_required
@require_GET
def large_sum_list(request, school):
    by = reading(request, school)
    asked = asked_day(request)
    sums = list(LargeSum.objects.filter(school=by.school).order_by("since"))
    for large, after in zip(sums, [*sums[1:], None], strict=False):
        large.last_day = after.since - timedelta(days=1) if after else None
    context = {
        "standing": by,
        **asked,
        "of_day": next((large for large in reversed(sums) if large.since <= asked["on"]), None),
        "mended": sums[-1] if sums and by.clerk and may_be_mended(sums[-1]) else None,
        "page": Paginator(sums[::-1], settings.PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "governance/large_sum_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def large_sum_new(request, school):
    by = _clerk(request, school)
    form = LargeSumForm(request.POST or None)
    return _filled_in(
        request, by, form, "large_sum_list", "登记大额标准",
        lambda given: cataloguing.add_large_sum(**given, by=by),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def large_sum_edit(request, school, pk):
    by = _clerk(request, school)
    large = get_object_or_404(LargeSum, pk=pk, school=by.school)
    now = {name: getattr(large, name) for name in ("since", "amount", "inclusive", "cumulative")}
    return _filled_in(
        request, by, LargeSumForm(request.POST or None, initial=now), "large_sum_list", "更正大额标准",
        lambda given: cataloguing.mend_large_sum(large, **given, by=by),
    )  # fmt: skip


def _filled_in(request, by: Standing, form, back: str, title: str, keep, **more):
    """A form that is kept by a verb, and leads back to its list."""
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            more["clause"] = refused.clause
        else:
            messages.success(request, f"已保存：{kept}，自{spoken(kept.since)}起执行。")
            return redirect(back, by.school.code)
    context = {"standing": by, "form": form, "back": back, "title": title, **more}
    return render(request, "governance/row_form.html", context, status=422 if form.errors else 200)


# the catalogue


@login_required
@require_GET
def catalogue(request, school):
    by = reading(request, school)
    asked = asked_day(request)
    rows: dict[str, list[CatalogueRow]] = {}
    for row in CatalogueRow.objects.filter(school=by.school).order_by("since"):
        rows.setdefault(row.code, []).append(row)
    letters = list(CLASSES)
    codes = sorted({*DEFAULT, *rows}, key=lambda code: (letters.index(code[0]) if code[0] in letters else 99, code))
    page = Paginator(codes, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    entries = [_entry(by, code, rows.get(code, []), asked["on"]) for code in page]
    context = {"standing": by, **asked, "page": page, "entries": entries, "marks": MARKS}
    return render(request, "governance/catalogue.html", context)


def _entry(by: Standing, code: str, rows: list[CatalogueRow], on: date) -> dict:
    default = DEFAULT.get(code)
    of_day = max((row for row in rows if row.since <= on), key=lambda row: row.since, default=None)
    return {
        "code": code,
        "class": CLASSES.get(code[0], "学校自定"),
        "title": default.title if default else (of_day or rows[-1]).title,
        "default": _asked_for(default.route, default.marks, _decides(default)) if default else None,
        "known": default is not None or of_day is not None,
        "rows": [
            {
                "row": row,
                "asks": _adds(row) if default else _asked_for(row.route, row.prior, _decides_own(row), row.two_thirds),
                "title": "" if default else row.title,
                "standing": row is of_day,
                "mended": by.clerk and may_be_mended(row),
            }
            for row in reversed(rows)
        ],
    }


def _decides(category: Category) -> str:
    if category.by_amount:
        return "达到大额标准的，由党组织会议决定"
    return "由党组织会议决定" if category.reserved else "由校长办公会议研究处理"


def _decides_own(row: CatalogueRow) -> str:
    return "由校长办公会议研究处理" if row.reserved is False else "由党组织会议决定"


def _asked_for(route: str, marks: Iterable[str], decides: str, two_thirds: bool | None = False) -> list[str]:
    first = ["校长办公会议先行研究"] if route == "A→P" else []
    more = ["三分之二以上到会"] if two_thirds else []
    return [*first, *(MARKS[mark] for mark in MARKS if mark in marks), decides, *more]


def _adds(row: CatalogueRow) -> list[str]:
    asks = [MARKS[mark] for mark in MARKS if mark in row.prior]
    asks += ["由党组织会议决定"] if row.reserved else []
    asks += ["三分之二以上到会"] if row.two_thirds else []
    return asks or ["与目录相同"]


@login_required
@require_http_methods(["GET", "POST"])
def catalogue_row_new(request, school):
    by = _clerk(request, school)
    code = request.GET.get("code", "")
    default, latest = DEFAULT.get(code), None
    if code:
        latest = CatalogueRow.objects.filter(school=by.school, code=code).order_by("-since").first()
        if default is None and latest is None:
            raise Http404("目录里没有这个编码。")
    form = RowForm(request.POST or None, default=default, code=code, initial=_shown(latest))
    title = f"{code} {default.title if default else latest.title}" if code else "登记本校自定的事项"
    return _filled_in(
        request, by, form, "catalogue", title,
        lambda given: cataloguing.add_row(given.pop("code", code), **given, by=by),
        default=_asked_for(default.route, default.marks, _decides(default)) if default else None,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def catalogue_row_edit(request, school, pk):
    by = _clerk(request, school)
    row = get_object_or_404(CatalogueRow, pk=pk, school=by.school)
    default = DEFAULT.get(row.code)
    form = RowForm(request.POST or None, default=default, code=row.code, initial=_shown(row) | {"since": row.since})
    return _filled_in(
        request, by, form, "catalogue", f"更正 {row.code} {row.title}",
        lambda given: cataloguing.mend_row(row, **given, by=by),
        default=_asked_for(default.route, default.marks, _decides(default)) if default else None,
    )  # fmt: skip


def _shown(row: CatalogueRow | None) -> dict:
    """What a row says, as the form shows it: with what its default asks for anyway."""
    if row is None:
        return {}
    default = DEFAULT.get(row.code)
    if default is None:
        return {
            "title": row.title,
            "route": row.route,
            "prior": row.prior,
            "reserved": row.reserved is not False,
            "two_thirds": bool(row.two_thirds),
        }
    return {
        "prior": sorted(default.marks | set(row.prior)),
        "reserved": default.reserved or bool(row.reserved),
        "two_thirds": default.letter == PERSONNEL or bool(row.two_thirds),
    }


urlpatterns = [
    path("procedures/large-sums/", large_sum_list, name="large_sum_list"),
    path("procedures/large-sums/new/", large_sum_new, name="large_sum_new"),
    path("procedures/large-sums/<int:pk>/edit/", large_sum_edit, name="large_sum_edit"),
    path("procedures/catalogue/", catalogue, name="catalogue"),
    path("procedures/catalogue/new/", catalogue_row_new, name="catalogue_row_new"),
    path("procedures/catalogue/<int:pk>/edit/", catalogue_row_edit, name="catalogue_row_edit"),
]
