"""底线: what an authority asks of the rules of procedure of the schools below it, and whose ask for less."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from .. import flooring
from ..demanding import bound_of, floors_asked, laxer_versions, paper
from ..forms.cataloguing import FloorForm
from ..models import Body, Floor
from ..parameters import parameters_of_body, said
from ..procedures import may_be_mended
from ..rules.stricter import FLOORED
from ..rules.values import PARAMETERS, Parameter
from .cataloguing import filled_in, page_of_laxer, pages_of, reading_rules, ruling
from .reading import asked_day


@login_required
@require_GET
def floor_list(request, authority):
    by = reading_rules(request, "", authority)
    asked, pages = asked_day(request), pages_of(by)
    own: dict[tuple[str, str], list[Floor]] = {}
    for floor in Floor.objects.filter(authority=by.organisation).order_by("since"):
        own.setdefault((floor.body, floor.name), []).append(floor)
    bodies = []
    for body in Body:
        above = floors_asked(by.organisation, body, asked["on"])
        entries = [
            _entry(parameter, own.get((body, parameter.name), []), above, asked["on"], pages["rules"])
            for parameter in parameters_of_body(body)
            if parameter.name in FLOORED
        ]
        bodies.append((body, entries))
    laxer = page_of_laxer(request, laxer_versions(by.organisation))
    return render(request, "governance/floor_list.html", {**pages, **asked, "bodies": bodies, "laxer": laxer})


def _entry(parameter: Parameter, floors: list[Floor], above: list[Floor], on: date, rules: bool) -> dict:
    of_day = max((floor for floor in floors if floor.since <= on), key=lambda floor: floor.since, default=None)
    return {
        "parameter": parameter,
        "default": said(parameter.name, parameter.default),
        "above": [
            {"asks": bound_of(floor.name, floor.value), "paper": paper(floor)}
            for floor in above
            if floor.name == parameter.name
        ],
        "rows": [
            {
                "row": floor,
                "asks": bound_of(floor.name, floor.value),
                "standing": floor is of_day,
                "mended": rules and may_be_mended(floor),
            }
            for floor in reversed(floors)
        ],
    }


@login_required
@require_http_methods(["GET", "POST"])
def floor_new(request, authority, body, name):
    by = ruling(request, "", authority)
    parameter = PARAMETERS.get(name)
    if parameter is None or name not in FLOORED or body not in parameter.bodies:
        raise Http404("没有这一项。")
    form = FloorForm(request.POST or None, parameter=parameter, authority=by.organisation)
    return filled_in(
        request, by, form, "floor_list", f"{Body(body).label}：{parameter.label}",
        lambda given: flooring.set_floor(body, name, **form.given(), by=by),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def floor_edit(request, authority, pk):
    by = ruling(request, "", authority)
    floor = get_object_or_404(Floor, pk=pk, authority=by.organisation)
    now = {"since": floor.since, "basis": floor.basis}
    parameter = PARAMETERS[floor.name]
    form = FloorForm(
        request.POST or None, parameter=parameter, authority=by.organisation, value=floor.value, initial=now
    )
    return filled_in(
        request, by, form, "floor_list", f"更正：{floor.get_body_display()}，{parameter.label}",
        lambda given: flooring.mend_floor(floor, **form.given(), by=by),
    )  # fmt: skip


district_urlpatterns = [
    path("rules/floors/", floor_list, name="district_floor_list"),
    path("rules/floors/new/<slug:body>/<slug:name>/", floor_new, name="district_floor_new"),
    path("rules/floors/<int:pk>/edit/", floor_edit, name="district_floor_edit"),
]
