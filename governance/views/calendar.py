"""工作日历: the year of a school or of an authority, and marking days in it."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..access import Standing, standing_in
from ..appointing import Clash
from ..calendar import year_of, years_shown
from ..forms.calendar import MarkForm
from ..marking import keeps_calendar, mark, unmark
from ..rules.facts import spoken


def _standing(request, school: str, authority: str) -> Standing:
    """Who reads the records of a school or inspects for an authority, and who keeps the calendar there."""
    by = standing_in(request.user, school or authority, kind="school" if school else "authority")
    if not by.reads_records and not by.administers:
        raise Http404("没有这个单位，或您没有查看它的权限。")
    return by


def _keeping(request, school: str, authority: str) -> Standing:
    by = _standing(request, school, authority)
    if not keeps_calendar(by):
        raise PermissionDenied("本校的工作日历由学校秘书登记，全区的由主管部门管理员登记。")
    return by


def _address(by: Standing, name: str = "calendar", year: int | None = None) -> str:
    prefix = "" if by.organisation.kind == "school" else "district_"
    return reverse(f"{prefix}{name}", args=[by.organisation.code]) + (f"?year={year}" if year else "")


def _asked_year(request) -> tuple[int, str]:
    first, last = years_shown()
    text = request.GET.get("year", "")
    if not text:
        return timezone.localdate().year, ""
    if text.isascii() and text.isdigit() and first <= int(text) <= last:
        return int(text), ""
    return timezone.localdate().year, f"“{text[:20]}”年看不了，只有 {first} 年至 {last} 年；下面是今年。"


@login_required
@require_GET
def calendar(request, school="", authority=""):
    by = _standing(request, school, authority)
    number, wrong = _asked_year(request)
    first, last = years_shown()
    year = year_of(by.organisation, number)
    return render(
        request,
        "governance/calendar.html",
        {
            "standing": by,
            "year": year,
            "entered": sum(len(span.days) for month in year.months for span in month.spans),
            "wrong": wrong,
            "today": timezone.localdate(),
            "before": number - 1 if number > first else None,
            "after": number + 1 if number < last else None,
            "keeps": keeps_calendar(by),
            "mark_url": _address(by, "calendar_mark"),
            "unmark_url": _address(by, "calendar_unmark"),
        },
    )


def _begun(request) -> dict:
    """What a link from a day of the calendar says already."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = None
    return {"day": day, "working": "yes" if request.GET.get("working") == "yes" else "no"}


@login_required
@require_http_methods(["GET", "POST"])
def calendar_mark(request, school="", authority=""):
    by = _keeping(request, school, authority)
    form = MarkForm(request.POST or None, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        working = given["working"] == "yes"
        try:
            mark(given["day"], given["until"] or given["day"], working=working, name=given["name"].strip(), by=by)
        except Clash as clash:
            form.add_error("day", str(clash))
        else:
            until = f"至{spoken(given['until'])}" if given["until"] else ""
            word = "上班" if working else "休息"
            messages.success(request, f"{spoken(given['day'])}{until}已记为{word}：{given['name'].strip()}。")
            return redirect(_address(by, year=given["day"].year))
    context = {"standing": by, "form": form, "back": _address(by)}
    return render(request, "governance/calendar_mark.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def calendar_unmark(request, school="", authority=""):
    by = _keeping(request, school, authority)
    days = unmark((int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit()), by=by)
    if days:
        messages.success(request, "已撤销。")
    else:
        messages.info(request, "已经撤销过了。")
    return redirect(_address(by, year=days[0].year if days else None))


_pages = [
    ("", calendar, "calendar"),
    ("mark/", calendar_mark, "calendar_mark"),
    ("unmark/", calendar_unmark, "calendar_unmark"),
]
urlpatterns = [path(f"calendar/{rest}", view, name=name) for rest, view, name in _pages]
district_urlpatterns = [path(f"calendar/{rest}", view, name=f"district_{name}") for rest, view, name in _pages]
