"""议事规则: what a school has ruled for its meetings, since when, and how far each version came with the authority."""

from datetime import date, timedelta
from pathlib import PurePath

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Entry
from accounts.uploads import TYPES, handed_out

from .. import filing, procedures
from ..access import Standing, school_for
from ..demanding import floors_asked, why_version_is_laxer
from ..filing import by_authority
from ..forms.procedures import FileForm, ProcedureForm, SendBackForm, SubmitForm
from ..models import Body, Procedure
from ..parameters import worth
from ..procedures import Refused, bodies_of, by_clerk, mark_of, version_before
from .reading import asked_day, reading

Filing = Procedure.Filing


@login_required
@require_GET
def procedure_list(request, school):
    by = reading(request, school)
    asked = asked_day(request)
    versions = list(Procedure.objects.filter(school=by.school).defer("text").order_by("since"))
    sections = []
    for body in bodies_of(by.school):
        ours = [version for version in versions if version.body == body]
        for version, after in zip(ours, [*ours[1:], None], strict=False):
            version.last_day = after.since - timedelta(days=1) if after else None
        standing = next((version for version in reversed(ours) if version.since <= asked["on"]), None)
        sections.append(
            {
                "body": body,
                "standing": standing,
                "worth": worth(body, standing.parameters if standing else {}),
                "page": Paginator(ours[::-1], settings.PAGE_SIZE).get_page(request.GET.get(body)),
            }
        )
    return render(request, "governance/procedure_list.html", {"standing": by, **asked, "sections": sections})


def _procedure(by: Standing, pk: int) -> Procedure:
    return get_object_or_404(Procedure.objects.select_related("school__parent", "entered_by"), pk=pk, school=by.school)


@login_required
@require_GET
def procedure(request, school, pk):
    by = reading(request, school)
    return _page(request, by, _procedure(by, pk))


def _below_floors(version: Procedure, next_since: date | None) -> list[str]:
    """What the version says that the authorities ask more of, now or from its first day on."""
    day = max(version.since, timezone.localdate())
    if next_since and next_since <= day:
        return []
    return list(why_version_is_laxer(version.parameters, floors_asked(version.school, version.body, day)).values())


def _page(request, by: Standing, version: Procedure, refused: tuple = ("", None)):
    """One version, with the acts that wait for whoever looks at it. ``refused``: one that was tried, and its form."""
    state = version.filing
    acts: dict[str, Form] = {}
    if by.clerk and state in (Filing.NOT_SUBMITTED, Filing.RETURNED):
        acts["submit"] = SubmitForm()
    if by.administers and state == Filing.SUBMITTED:
        seen, number = mark_of(version), filing.next_number(version.school, timezone.localdate())
        acts["file"] = FileForm(initial={"seen": seen, "number": number})
        acts["send_back"] = SendBackForm(initial={"seen": seen})
    name, form = refused
    if name in acts:
        acts[name] = form
    earlier = version_before(version)
    after = Procedure.objects.filter(school=by.school, body=version.body, since__gt=version.since)
    next_since = after.order_by("since").values_list("since", flat=True).first()
    context = {
        "standing": by,
        "version": version,
        "last_day": next_since - timedelta(days=1) if next_since else None,
        "earlier": earlier,
        "worth": worth(version.body, version.parameters, earlier),
        "below": _below_floors(version, next_since),
        "steps": _steps(version),
        "mends": by.clerk and state != Filing.FILED,
        "refused": None if name in acts else form,
        **acts,
    }
    return render(request, "governance/procedure.html", context, status=422 if form else 200)


def _steps(version: Procedure) -> list[dict]:
    """What became of it so far; how often it was returned before is in the journal."""
    steps = []
    if version.adopted_on:
        steps.append({"title": "通过", "at": version.adopted_on})
    steps.append({"title": "登记", "at": version.entered_at, "by": version.entered_by or ""})
    returns = Entry.objects.filter(subject_kind="procedure", subject_id=version.pk, verb="return_procedure")
    before = [{"title": "退回", "at": each.at, "text": each.facts.get("reason")} for each in returns.order_by("pk")]
    steps += before[:-1] if version.returned_on else before
    steps.append(
        {"title": "报送", "at": version.submitted_on} if version.submitted_on else {"title": "报送", "mark": "todo"}
    )
    if version.returned_on and not version.filed_on:
        text = version.returned_reason
        steps.append({"title": "退回", "at": version.returned_on, "text": text, "mark": "now"})
    if version.filed_on:
        steps.append({"title": "备案", "at": version.filed_on, "text": version.filing_number})
    else:
        steps.append({"title": "备案", "mark": "todo"})
    return steps


def _clerk(request, school: str) -> Standing:
    by = school_for(request.user, school)
    by_clerk(by)
    return by


@login_required
@require_http_methods(["GET", "POST"])
def procedure_new(request, school):
    by = _clerk(request, school)
    body = request.POST.get("body") or request.GET.get("body", "")
    if body not in bodies_of(by.school):
        raise Http404("本校没有这种会议。")
    ours = Procedure.objects.filter(school=by.school, body=body)
    begin = ours.filter(pk=request.GET["from"]).first() if request.GET.get("from", "").isdecimal() else None
    meeting = Body(body).label
    initial = {"title": begin.title, "text": begin.text} if begin else {"title": f"{by.school}{meeting}议事规则"}
    form = ProcedureForm(
        request.POST or None,
        request.FILES or None,
        school=by.school,
        body=body,
        values=begin.parameters if begin else {},
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = procedures.enter(body, **form.given(), by=by)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, f"已登记{procedures.named(made)}。全文、参数核对以后，请报送主管部门审查、备案。")
            return redirect("procedure", school, made.pk)
    context = {
        "standing": by,
        "form": form,
        "meeting": meeting,
        "begin": begin,
        "latest": None if begin else ours.defer("text").order_by("-since").first(),
    }
    return render(request, "governance/procedure_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def procedure_edit(request, school, pk):
    by = _clerk(request, school)
    version = _procedure(by, pk)
    if version.filing == Filing.FILED:
        messages.error(request, "已备案的一版不能再改。要改规定，请登记新的一版，报送审查、备案。")
        return redirect("procedure", school, pk)
    initial = {name: getattr(version, name) for name in ("since", "title", "adopted_on", "text")}
    form = ProcedureForm(
        request.POST or None,
        request.FILES or None,
        school=by.school,
        body=version.body,
        values=version.parameters,
        initial=initial | {"seen": mark_of(version)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            procedures.mend(version, **form.given(), seen=form.cleaned_data["seen"], by=by)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
            reopened(form, version.pk)
        else:
            messages.success(request, "已保存。" + ("请重新报送主管部门审查、备案。" if version.submitted_on else ""))
            return redirect("procedure", school, pk)
    context = {"standing": by, "form": form, "version": version, "meeting": version.get_body_display()}
    return render(request, "governance/procedure_form.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def procedure_file(request, school, pk):
    version = _procedure(reading(request, school), pk)
    if not version.file:
        raise Http404("这一版议事规则没有文件。")
    kind = TYPES[PurePath(version.file_name).suffix[1:].lower()]
    return handed_out(version.file, version.file_name, kind, version.file_sha256)


def _act(request, by: Standing, right, pk: int, name: str, form, do, told: str):
    version = _procedure(by, pk)
    right(by)
    if form.is_valid():
        try:
            do(version, form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
            reopened(form, version.pk)
        else:
            messages.success(request, told)
            return redirect("procedure", by.school.code, pk)
    return _page(request, by, _procedure(by, pk), refused=(name, form))


def reopened(form, pk: int) -> None:
    """The page that comes back shows the version of now: that is what has been seen."""
    if "seen" in form.data:
        form.data = form.data.copy()
        form.data["seen"] = mark_of(Procedure.objects.get(pk=pk))


@login_required
@require_POST
def procedure_submit(request, school, pk):
    by = school_for(request.user, school)
    return _act(
        request, by, by_clerk, pk, "submit", SubmitForm(request.POST),
        lambda version, given: filing.submit(version, on=given["submitted_on"], by=by),
        "已报送主管部门，等待审查、备案。",
    )  # fmt: skip


@login_required
@require_POST
def procedure_return(request, school, pk):
    by = reading(request, school)
    return _act(
        request, by, by_authority, pk, "send_back", SendBackForm(request.POST),
        lambda version, given: filing.send_back(version, **given, by=by),
        "已退回学校，学校修改后会重新报送。",
    )  # fmt: skip


@login_required
@require_POST
def procedure_accept(request, school, pk):
    by = reading(request, school)
    return _act(
        request, by, by_authority, pk, "file", FileForm(request.POST),
        lambda version, given: filing.file(
            version, on=given["filed_on"], number=given["number"], seen=given["seen"], by=by
        ),
        "已备案，学校会收到消息。",
    )  # fmt: skip


urlpatterns = [
    path("procedures/", procedure_list, name="procedure_list"),
    path("procedures/new/", procedure_new, name="procedure_new"),
    path("procedures/<int:pk>/", procedure, name="procedure"),
    path("procedures/<int:pk>/edit/", procedure_edit, name="procedure_edit"),
    path("procedures/<int:pk>/file/", procedure_file, name="procedure_file"),
    path("procedures/<int:pk>/submit/", procedure_submit, name="procedure_submit"),
    path("procedures/<int:pk>/return/", procedure_return, name="procedure_return"),
    path("procedures/<int:pk>/accept/", procedure_accept, name="procedure_accept"),
]
