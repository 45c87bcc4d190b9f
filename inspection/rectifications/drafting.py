"""A notice of rectification before it is issued: what goes into it, how it is worded, what it will look like."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from governance.access import Standing, schools_below
from meetings.folding import of_question
from meetings.viewing import seen_in_list
from meetings.views.answering import kept, key, stopped_as_message

from .. import transitions as verbs
from ..access import findings_in_scope
from ..filters import FindingFilter
from ..models import Inspection, Problem, Rectification
from ..transitions.rectifying import USUAL_DAYS, wording_of
from ..views import findings_of, inspector, page_of
from .forms import NoticeForm, ProblemForms
from .paper import FOUND_AT, pdf_of
from .reading import DRAFTED, accepted, already_asked, asked_by, notice_for, set_aside

MOST_TICKS = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rectification_new(request, authority):
    """First the school, then what goes into the notice; sending it makes a draft."""
    by = inspector(request.user, authority)
    given = request.POST or request.GET
    schools = schools_below(by.organisation)
    school = schools.filter(code=given.get("school", "")).first()
    of = key(given.get("inspection"))
    inspection = Inspection.objects.filter(authority=by.organisation, pk=of).first() if of else None
    if school is None:
        inspections = Inspection.objects.filter(authority=by.organisation).order_by("-since")[:50]
        context = {"standing": by, "schools": schools, "inspections": inspections, "inspection": inspection}
        return render(request, "inspection/rectification_school.html", context)
    if request.method == "POST":
        return _ticked(request, by, school, inspection, None)
    return _choice(request, by, school, inspection, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rectification_add(request, authority, pk):
    """More problems for a draft."""
    by = inspector(request.user, authority)
    notice = notice_for(by, pk)
    if notice.state != Rectification.State.DRAFT or notice.authority_id != by.organisation.pk:
        return redirect("rectification", notice.authority.code, pk)
    if request.method == "POST":
        return _ticked(request, by, notice.school, notice.inspection, notice)
    return _choice(request, by, notice.school, notice.inspection, notice)


def _findings(by: Standing, query: QueryDict, school: Organisation, inspection: Inspection | None) -> FindingFilter:
    """Of this school alone, whatever the address says; with an inspection, of what lies in its scope."""
    found = None
    if inspection:
        found = findings_in_scope(inspection, inspection.schools_here.filter(pk=school.pk))
        if not {"since", "until"} & set(query):  # else the filter begins at the term
            query = query.copy()
            query["since"], query["until"] = inspection.records_since.isoformat(), inspection.records_until.isoformat()
    narrowed = findings_of(by, query, found)
    narrowed.queryset = narrowed.queryset.filter(school=school)
    del narrowed.filters["school"]
    return narrowed


def _choice(request, by: Standing, school: Organisation, inspection, notice, *, wrong: str = "", status: int = 200):
    asked, aside = already_asked(school), set_aside(by, school)
    narrowed = _findings(by, request.GET, school, inspection)
    page = page_of(request, narrowed.qs)
    ticked = {key(pk) for pk in (request.POST or request.GET).getlist("finding")}
    elsewhere = ticked - {each.pk for each in page}
    findings = [*(narrowed.queryset.filter(pk__in=elsewhere) if elsewhere else ()), *page]
    found = list(accepted(inspection, school))
    seen_in_list(by, request.resolver_match.url_name, "整改通知书的选题", [each.matter for each in (*findings, *found)])
    listed = dict(Problem.objects.filter(assessment__in=found).values_list("assessment", "notice__number"))
    for each in findings:
        each.asked, each.aside = asked_by(asked, each), aside.get(of_question(each))
        each.ticked = each.pk in ticked and (request.method == "POST" or not each.aside)
    for each in found:  # one that was closed is not asked for a second time by itself
        each.asked = (listed[each.pk] or DRAFTED) if each.pk in listed else each.rule and asked_by(asked, each)
    context = {
        "standing": by,
        "school": school,
        "inspection": inspection,
        "notice": notice,
        "assessments": found,
        "filter": narrowed,
        "page": page,
        "findings": findings,
        "wrong": wrong,
    }
    return render(request, "inspection/rectification_choice.html", context, status=status)


def _ticked(request, by: Standing, school: Organisation, inspection: Inspection | None, notice: Rectification | None):
    named = {name: [key(pk) for pk in request.POST.getlist(name)][:MOST_TICKS] for name in ("assessment", "finding")}
    assessments = list(accepted(inspection, school).filter(pk__in=named["assessment"]).order_by("pk"))
    findings = list(_findings(by, request.GET, school, inspection).queryset.filter(pk__in=named["finding"]))
    if notice and not (assessments or findings):
        return _choice(request, by, school, inspection, notice, wrong="还没有勾选。请勾选要列入的问题。", status=422)
    given: dict[str, Any] = {"assessments": assessments, "findings": findings, "by": by}
    try:
        if notice:
            added = verbs.add_problems(notice, **given)
        else:
            notice = verbs.draft_rectification(school, inspection=inspection, **given)
            added = notice.problems.count()
    except verbs.Stopped as stopped:
        return _choice(request, by, school, inspection, notice, wrong=str(stopped), status=422)
    messages.success(request, f"已列入 {added} 个问题。请核对文字、整改要求和时限，再签发。")
    return redirect("rectification", by.organisation.code, notice.pk)


def draft_page(request, by: Standing, notice: Rectification):
    """The form of a draft: saved as often as one likes, issued when it is right."""
    problems = list(notice.problems.select_related(*FOUND_AT))
    seen_in_list(by, "rectification", "整改通知书草稿", [problem.matter for problem in problems])
    due = notice.due or timezone.localdate() + timedelta(days=USUAL_DAYS)
    if request.method == "POST":
        form, rows = NoticeForm(request.POST, instance=notice), ProblemForms(request.POST, prefix="p")
        if all([form.is_valid(), rows.is_valid()]):
            saved = _saved(request, by, notice, form, rows)
            if saved:
                return saved
    else:
        form = NoticeForm(instance=notice, initial={"seen": wording_of(notice)})
        rows = ProblemForms(initial=[_initial(each) for each in problems], prefix="p")
    known, aside = {each.pk: each for each in problems}, set_aside(by, notice.school)
    for row in rows:
        row.problem = known.get(key(str(row["pk"].value() or "")))
        row.aside = aside.get(of_question(row.problem)) if row.problem and row.problem.rule else None
        if row.problem is None and not rows.is_bound:
            row.initial = {"due": due, "pace": Problem.Pace.BY_THEN}
    context = {"standing": by, "notice": notice, "form": form, "rows": rows, "problems": problems}
    wrong = form.errors or any(rows.errors)
    return render(request, "inspection/rectification_draft.html", context, status=422 if wrong else 200)


def _initial(problem: Problem) -> dict:
    return {name: getattr(problem, name) for name in ("pk", "text", "clause", "demand", "pace", "due")}


def _saved(request, by: Standing, notice: Rectification, form: NoticeForm, rows):
    given = [row.cleaned_data for row in rows if row.has_changed() or row.cleaned_data.get("pk")]
    words = {name: form.cleaned_data[name] for name in ("title", "lead", "due")}
    seen = form.cleaned_data["seen"] or None
    try:
        notice = verbs.edit_rectification(notice, **words, problems=[row for row in given if row], seen=seen, by=by)
    except verbs.WrongState as stopped:
        form.add_error(None, str(stopped))
        form.overtaken = True
        form.data = given_again = request.POST.copy()
        given_again["seen"] = wording_of(Rectification.objects.get(pk=notice.pk))
        return None
    except verbs.Stopped as stopped:
        form.add_error(None, str(stopped))
        return None
    here = redirect("rectification", by.organisation.code, notice.pk)
    if request.POST.get("act") == "issue":
        try:
            notice = verbs.issue_rectification(notice, by=by)
        except verbs.Stopped as stopped:
            stopped_as_message(request, stopped)
        else:
            messages.success(request, f"已签发{notice.number}，{notice.school.name}的书记、校长和秘书会收到通知。")
    else:
        messages.success(request, "已保存草稿。")
    return kept(here, f"rectification-{notice.pk}")


@login_required
@require_POST
def rectification_drop(request, authority, pk):
    by = inspector(request.user, authority)
    notice = notice_for(by, pk)
    try:
        verbs.drop_rectification(notice, by=by)
        messages.success(request, "已删去草稿。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
        return redirect("rectification", authority, pk)
    return redirect("rectification_list", authority)


@login_required
@require_safe
def rectification_preview(request, authority, pk):
    """The draft as it will look."""
    by = inspector(request.user, authority)
    notice = get_object_or_404(Rectification, pk=notice_for(by, pk).pk, state=Rectification.State.DRAFT)
    response = HttpResponse(pdf_of(notice), content_type="application/pdf")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    path("d/<slug:authority>/rectifications/new/", rectification_new, name="rectification_new"),
    path("d/<slug:authority>/rectifications/<int:pk>/add/", rectification_add, name="rectification_add"),
    path("d/<slug:authority>/rectifications/<int:pk>/drop/", rectification_drop, name="rectification_drop"),
    path("d/<slug:authority>/rectifications/<int:pk>/draft.pdf", rectification_preview, name="rectification_preview"),
]
