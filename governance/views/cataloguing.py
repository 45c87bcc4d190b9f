"""大额标准 and 事项目录: what a school has ruled on what is large, and added to the catalogue of matters; and what an
authority asks of all schools below it, on the same pages."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, include, path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation

from .. import cataloguing
from ..access import Standing, authority_for, school_for
from ..demanding import (
    Laxer,
    bound_rows,
    laxer_rows,
    laxer_sums,
    paper,
    rows_above,
    rows_asked,
    sum_asked,
    why_sum_is_laxer,
)
from ..forms.cataloguing import LargeSumForm, RowForm
from ..models import CatalogueRow, LargeSum
from ..procedures import Refused, by_ruler, may_be_mended
from ..rules.catalogue import CLASSES, DEFAULT, MARKS, PERSONNEL, Category
from ..rules.facts import spoken
from .reading import asked_day, reading


def reading_rules(request, school: str, authority: str) -> Standing:
    """Who reads a school's rules, and who inspects for an authority or administers it."""
    if school:
        return reading(request, school)
    by = authority_for(request.user, authority)
    if not by.supervises and not by.administers:
        raise Http404("没有这个页面，或您没有查看它的权限。")
    return by


def ruling(request, school: str, authority: str) -> Standing:
    by = school_for(request.user, school) if school else reading_rules(request, "", authority)
    by_ruler(by)
    return by


def page_of_laxer(request, found: list[Laxer]):
    """The schools that ask for less, a page at a time beside the page of the list itself."""
    return Paginator(found, settings.PAGE_SIZE).get_page(request.GET.get("laxer"))


def pages_of(by: Standing) -> dict:
    """What both kinds of page need: how their addresses begin, and who rules."""
    if by.organisation.kind == Organisation.Kind.SCHOOL:
        return {"standing": by, "of": "", "rules": by.clerk}
    return {"standing": by, "of": "district_", "rules": by.administers}


# large sums


@login_required
@require_GET
def large_sum_list(request, school="", authority=""):
    by = reading_rules(request, school, authority)
    asked = asked_day(request)
    sums = list(LargeSum.objects.filter(school=by.organisation).order_by("since"))
    for large, after in zip(sums, [*sums[1:], None], strict=False):
        large.last_day = after.since - timedelta(days=1) if after else None
    pages, limit = pages_of(by), sum_asked(by.organisation, asked["on"])
    of_day = next((large for large in reversed(sums) if large.since <= asked["on"]), None)
    context = {
        **pages,
        **asked,
        "of_day": of_day,
        "limit": limit,
        "loosened": bool(limit and of_day and why_sum_is_laxer(of_day, [limit])[1]),
        "mended": sums[-1] if sums and pages["rules"] and may_be_mended(sums[-1]) else None,
        "laxer": page_of_laxer(request, [] if school else laxer_sums(by.organisation)),
        "page": Paginator(sums[::-1], settings.PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "governance/large_sum_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def large_sum_new(request, school="", authority=""):
    by = ruling(request, school, authority)
    form = LargeSumForm(request.POST or None, authority=bool(authority))
    return filled_in(
        request, by, form, "large_sum_list", "登记大额标准",
        lambda given: cataloguing.add_large_sum(**given, by=by),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def large_sum_edit(request, pk, school="", authority=""):
    by = ruling(request, school, authority)
    large = get_object_or_404(LargeSum, pk=pk, school=by.organisation)
    now = {name: getattr(large, name) for name in ("since", "amount", "inclusive", "cumulative", "basis")}
    return filled_in(
        request, by, LargeSumForm(request.POST or None, initial=now, authority=bool(authority)), "large_sum_list", "更正大额标准",
        lambda given: cataloguing.mend_large_sum(large, **given, by=by),
    )  # fmt: skip


def filled_in(request, by: Standing, form, back: str, title: str, keep, **more):
    """A form that is kept by a verb, and leads back to its list."""
    back = f"{pages_of(by)['of']}{back}"
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            more["clause"] = refused.clause
        else:
            messages.success(request, f"已保存：{kept}，自{spoken(kept.since)}起执行。")
            return redirect(back, by.organisation.code)
    context = {**pages_of(by), "form": form, "back": back, "title": title, **more}
    return render(request, "governance/row_form.html", context, status=422 if form.errors else 200)


# the catalogue


@login_required
@require_GET
def catalogue(request, school="", authority=""):
    by = reading_rules(request, school, authority)
    asked = asked_day(request)
    rows: dict[str, list[CatalogueRow]] = {}
    above: dict[str, list[CatalogueRow]] = {}
    for row in rows_above(by.organisation):
        above.setdefault(row.code, []).append(row)
    for row in CatalogueRow.objects.filter(school=by.organisation).order_by("since"):
        rows.setdefault(row.code, []).append(row)
    letters = list(CLASSES)
    codes = sorted(
        {*DEFAULT, *rows, *above}, key=lambda code: (letters.index(code[0]) if code[0] in letters else 99, code)
    )
    page = Paginator(codes, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    pages = pages_of(by)
    entries = [_entry(pages["rules"], code, rows.get(code, []), above.get(code, []), asked["on"]) for code in page]
    laxer = page_of_laxer(request, [] if school else laxer_rows(by.organisation))
    context = {**pages, **asked, "page": page, "entries": entries, "marks": MARKS, "laxer": laxer}
    return render(request, "governance/catalogue.html", context)


def _entry(rules: bool, code: str, rows: list[CatalogueRow], above: list[CatalogueRow], on: date) -> dict:
    default = DEFAULT.get(code)
    of_day = max((row for row in rows if row.since <= on), key=lambda row: row.since, default=None)
    return {
        "code": code,
        "class": CLASSES.get(code[0], "学校自定"),
        "title": default.title if default else (of_day or [*rows, *above][-1]).title,
        "default": _asked_for(default.route, default.marks, _decides(default)) if default else None,
        "known": default is not None or of_day is not None or any(row.since <= on for row in above),
        "above": [{"row": row, "asks": _asks(row), "paper": paper(row)} for row in above],
        "rows": [
            {
                "row": row,
                "asks": _asks(row),
                "title": "" if default else row.title,
                "standing": row is of_day,
                "mended": rules and may_be_mended(row),
            }
            for row in reversed(rows)
        ],
    }


def _asks(row: CatalogueRow) -> list[str]:
    if row.code in DEFAULT:
        return _adds(row)
    return _asked_for(row.route, row.prior, _decides_own(row), row.two_thirds)


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
def catalogue_row_new(request, school="", authority=""):
    by = ruling(request, school, authority)
    code = request.GET.get("code", "")
    default, latest = DEFAULT.get(code), None
    if code:
        latest = bound_rows(by.organisation).filter(code=code).order_by("-school__path", "-since").first()
        if default is None and latest is None:
            raise Http404("目录里没有这个编码。")
    asked = rows_asked(by.organisation, code, timezone.localdate()) if code else []
    initial = _with_asked(_shown(latest), asked, default)
    form = RowForm(request.POST or None, default=default, code=code, initial=initial, authority=bool(authority))
    title = (
        f"{code} {default.title if default else latest.title}"
        if code
        else ("登记全区统一的事项" if authority else "登记本校自定的事项")
    )
    return filled_in(
        request, by, form, "catalogue", title,
        lambda given: cataloguing.add_row(given.pop("code", code), **given, by=by),
        default=_asked_for(default.route, default.marks, _decides(default)) if default else None,
        asked=[f"{'、'.join(_asks(each))}。依据{paper(each)}" for each in asked],
    )  # fmt: skip


def _with_asked(shown: dict, asked: Iterable[CatalogueRow], default: Category | None) -> dict:
    """The form begins with what the authorities ask for anyway."""
    for row in asked:
        begun = shown or _shown(row)
        shown = begun | {
            "prior": sorted({*begun.get("prior", ()), *row.prior, *(default.marks if default else ())}),
            "reserved": begun.get("reserved", False) or bool(row.reserved) or bool(default and default.reserved),
            "two_thirds": begun.get("two_thirds", False) or bool(row.two_thirds),
        }
    return shown


@login_required
@require_http_methods(["GET", "POST"])
def catalogue_row_edit(request, pk, school="", authority=""):
    by = ruling(request, school, authority)
    row = get_object_or_404(CatalogueRow, pk=pk, school=by.organisation)
    default = DEFAULT.get(row.code)
    initial = _shown(row) | {"since": row.since, "basis": row.basis}
    form = RowForm(request.POST or None, default=default, code=row.code, initial=initial, authority=bool(authority))
    return filled_in(
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


def _addresses(of: str = "") -> list[URLPattern]:
    return [
        path("large-sums/", large_sum_list, name=f"{of}large_sum_list"),
        path("large-sums/new/", large_sum_new, name=f"{of}large_sum_new"),
        path("large-sums/<int:pk>/edit/", large_sum_edit, name=f"{of}large_sum_edit"),
        path("catalogue/", catalogue, name=f"{of}catalogue"),
        path("catalogue/new/", catalogue_row_new, name=f"{of}catalogue_row_new"),
        path("catalogue/<int:pk>/edit/", catalogue_row_edit, name=f"{of}catalogue_row_edit"),
    ]


urlpatterns = [path("procedures/", include(_addresses()))]
district_urlpatterns = [path("rules/", include(_addresses("district_")))]
