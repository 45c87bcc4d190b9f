"""学校和人员: schools one by one, and many with their people and posts out of a workbook."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import Standing, schools_below
from governance.procedures import Refused
from meetings.documents.sheets import CONTENT_TYPE
from meetings.views.uploading import uploaded

from ..intakes import hand_in, how_far, want
from ..managing import managing
from ..models import Intake
from ..transitions.acting import allowed
from ..transitions.structuring import add_school, edit_school
from ..views import page_of
from ..views import structure as listed
from .forms import SchoolForm, UploadForm
from .layout import file_name, template
from .planning import STATES


def administrator(user, authority: str) -> Standing:
    by = managing(user, authority)
    allowed("add_school", by)
    return by


@login_required
@require_http_methods(["GET", "POST"])
def structure_import(request, authority):
    by = administrator(request.user, authority)
    form, came = uploaded(request, UploadForm, lambda file: hand_in(file, Intake.Kind.STRUCTURE, by=by))
    if came:
        return redirect("structure_arrival", authority, came.pk)
    rows = _intakes(by).defer("found").annotate(wrongs=F("found__wrongs")).select_related("by")
    context = {"standing": by, "form": form, "page": page_of(request, rows)}
    return render(request, "inspection/structure_import.html", context, status=422 if form.errors else 200)


def _intakes(by: Standing):
    return Intake.objects.filter(authority=by.organisation, kind=Intake.Kind.STRUCTURE)


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
def structure_arrival(request, authority, pk):
    """What a workbook would change, as it was seen; while the worker is at it, how far it is."""
    by = administrator(request.user, authority)
    came = get_object_or_404(_intakes(by).select_related("by", "wanted_by"), pk=pk)
    context = {"standing": by, "came": came, "progress": how_far(pk) if came.goes_on else {}}
    if came.found and not came.goes_on:
        order, asked = list(STATES), request.GET.get("state", "")
        rows = came.found["rows"]
        counts = Counter(row["verdict"] for row in rows)
        shown = [row for row in rows if row["verdict"] == asked] if asked in STATES else rows
        context |= {
            "many": len(rows),
            "states": [(state, word, counts[state]) for state, word in STATES.items() if counts[state]],
            "state": asked,
            "page": page_of(request, sorted(shown, key=lambda row: order.index(row["verdict"]))),
        }
    return render(request, "inspection/structure_arrival.html", context)


@login_required
@require_POST
def structure_bring(request, authority, pk):
    by = administrator(request.user, authority)
    want(get_object_or_404(_intakes(by), pk=pk), together=request.POST.get("together") == "yes", by=by)
    return redirect("structure_arrival", authority, pk)


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
    path("d/<slug:authority>/structure/import/<int:pk>/", structure_arrival, name="structure_arrival"),
    path("d/<slug:authority>/structure/import/<int:pk>/bring/", structure_bring, name="structure_bring"),
    path("d/<slug:authority>/structure/<slug:code>/edit/", school_edit, name="school_edit"),
]
