"""学校和人员: schools one by one, and many with their people and posts out of a workbook."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import Standing, schools_below
from governance.procedures import Refused
from meetings.arrivals import arrival_for
from meetings.documents.sheets import CONTENT_TYPE
from meetings.workbook import Unreadable

from ..managing import managing
from ..views import page_of
from ..views import structure as listed
from .bringing import STRUCTURE, receive, take_in
from .forms import SchoolForm, UploadForm
from .layout import file_name, template
from .planning import STATES, plan_of
from .schools import add_school, by_administrator, edit_school


def administrator(user, authority: str) -> Standing:
    by = managing(user, authority)
    by_administrator(by)
    return by


@login_required
@require_http_methods(["GET", "POST"])
def structure_import(request, authority):
    by = administrator(request.user, authority)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                came = receive(form.cleaned_data["file"], by=by)
            except Unreadable as refused:
                form.add_error("file", str(refused))
            else:
                return redirect("structure_arrival", authority, came.token)
    context = {"standing": by, "form": form}
    return render(request, "inspection/structure_import.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def structure_template(request, authority):
    by = administrator(request.user, authority)
    filled = request.GET.get("filled") == "yes"
    response = HttpResponse(template(by.organisation, filled=filled), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, file_name(by.organisation, filled=filled))
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def structure_arrival(request, authority, token):
    """What the workbook would change, now. Nothing is written."""
    by = administrator(request.user, authority)
    came = arrival_for(by, token, STRUCTURE)
    context = {"standing": by, "arrival": came, "seen": came.seen}
    if not came.seen["done"]:
        plan = plan_of(came.content, by.organisation)
        counts = Counter(row.verdict for row in plan.rows)
        asked = request.GET.get("state", "")
        rows = [row for row in plan.rows if row.verdict == asked] if asked in STATES else plan.rows
        order = list(STATES)
        rows = sorted(rows, key=lambda row: order.index(row.verdict))
        context |= {
            "plan": plan,
            "states": [(state, word, counts[state]) for state, word in STATES.items() if counts[state]],
            "state": asked,
            "words": STATES,
            "page": page_of(request, rows),
        }
    return render(request, "inspection/structure_arrival.html", context)


@login_required
@require_POST
def structure_bring(request, authority, token):
    by = administrator(request.user, authority)
    came = arrival_for(by, token, STRUCTURE)
    take_in(came, together=request.POST.get("together") == "yes", by=by)
    return redirect("structure_arrival", authority, token)


@login_required
@require_http_methods(["GET", "POST"])
def school_new(request, authority):
    by = administrator(request.user, authority)
    form = SchoolForm(request.POST or None, authority=by.organisation, initial={"parent": by.organisation})
    return _filled_in(request, by, form, "新增学校", lambda given: add_school(given.pop("code"), **given, by=by))


@login_required
@require_http_methods(["GET", "POST"])
def school_edit(request, authority, code):
    by = administrator(request.user, authority)
    school = get_object_or_404(schools_below(by.organisation).select_related("parent"), code=code)
    form = SchoolForm(request.POST or None, authority=by.organisation, school=school)
    return _filled_in(request, by, form, f"修改 {school.name}", lambda given: edit_school(school, **given, by=by))


def _filled_in(request, by: Standing, form: SchoolForm, title: str, keep):
    if request.method == "POST" and form.is_valid():
        try:
            school = keep(dict(form.cleaned_data))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, f"已保存：{school.name}。")
            return redirect("structure", by.organisation.code)
    context = {"standing": by, "form": form, "title": title}
    return render(request, "inspection/school_form.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def structure(request, authority):
    """The schools and who leads them, for whoever administers them."""
    return listed(request, administrator(request.user, authority))


urlpatterns = [
    path("d/<slug:authority>/structure/", structure, name="structure"),
    path("d/<slug:authority>/structure/new/", school_new, name="school_new"),
    path("d/<slug:authority>/structure/import/", structure_import, name="structure_import"),
    path("d/<slug:authority>/structure/import/template/", structure_template, name="structure_template"),
    path("d/<slug:authority>/structure/import/<slug:token>/", structure_arrival, name="structure_arrival"),
    path("d/<slug:authority>/structure/import/<slug:token>/bring/", structure_bring, name="structure_bring"),
    path("d/<slug:authority>/structure/<slug:code>/edit/", school_edit, name="school_edit"),
]
