"""A notice of rectification and its problems, for the authority that issued it and for the school that it was sent to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.uploads import handed_out
from governance.access import Standing, school_for
from meetings.viewing import seen, seen_in_list
from meetings.views.answering import kept, key, stopped_as_message
from meetings.views.word_files import handed_out_as_word

from .. import transitions as verbs
from ..models import Evidence, Problem, Rectification, Turn
from ..transitions.table import VERBS
from ..views import inspector
from .drafting import draft_page
from .forms import (
    AgainForm,
    AnswerForm,
    AskLaterForm,
    AssignForm,
    CloseForm,
    ExtendForm,
    GrantLaterForm,
    MeasureForm,
    RefuseLaterForm,
    ReturnForm,
    ReviewForm,
    ReviewOnForm,
)
from .paper import FOUND_AT, content_of, paper_of
from .reading import evidence_for, measure_of, notice_for, now_of, problem_for, told


@dataclass(frozen=True)
class Act:
    """What may be done about a problem by a form: its words, the form, what is said afterwards."""

    verb: str
    form: type[forms.Form]
    button: str
    done: str
    told: bool = False  # whether the form asks whose school it is
    first: bool = False  # the act that one comes for


ACTS = (
    Act("grant_later_date", GrantLaterForm, "同意延期", "已同意延期。"),
    Act("refuse_later_date", RefuseLaterForm, "不同意延期", "已答复不同意延期。"),
    Act("close_problem", CloseForm, "销号", "已销号。", first=True),
    Act("return_problem", ReturnForm, "退回再改", "已退回再改。"),
    Act("extend_problem", ExtendForm, "调整时限", "已调整时限。"),
    Act("ask_later_date", AskLaterForm, "申请延期", "已申请延期，等主管部门答复。"),
    Act("review_problem", ReviewForm, "回头看：保持", "已记下：整改保持。"),
    Act("reopen_problem", AgainForm, "回头看：重新整改", "已要求重新整改。"),
    Act("plan_review", ReviewOnForm, "定回头看日期", "已定回头看日期。"),
    Act("assign_problem", AssignForm, "明确责任", "已明确责任。", told=True),
    Act("add_measure", MeasureForm, "登记措施", "已登记措施。", told=True),
)
# What a verb needs of a problem besides its state.
FITS: dict[str, Callable[[Problem], bool]] = {
    "ask_later_date": lambda problem: problem.asked_until is None and problem.due >= timezone.localdate(),
    "grant_later_date": lambda problem: problem.asked_until is not None,
    "refuse_later_date": lambda problem: problem.asked_until is not None,
}
TYPED = ("reason", "note", "text", "department")
ASIDE = ("close_problem", "return_problem", "extend_problem", "review_problem", "reopen_problem", "plan_review")
OF_MEASURES = ("finish_measure", "unfinish_measure", "remove_measure")


def may(by: Standing, name: str, problem: Problem) -> bool:
    verb, notice = VERBS[name], problem.notice
    owner = notice.authority_id if by.of_authority else notice.school_id
    own = owner == by.organisation.pk and (not verb.sources or problem.state in verb.sources)
    return own and bool(verb.who(by, problem)) and (name not in FITS or FITS[name](problem))


def place(by: Standing, name: str, *args: Any) -> str:
    """The address of a page on the side where somebody stands."""
    side = name if by.of_authority else f"school_{name}"
    return reverse(side, args=[by.organisation.code, *args])


# a notice


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rectification(request, authority, pk):
    """A draft is written here, and only here; once issued it is read."""
    by = inspector(request.user, authority)
    notice = notice_for(by, pk)
    if notice.authority_id != by.organisation.pk:
        return redirect("rectification", notice.authority.code, pk)
    if notice.state == Rectification.State.DRAFT:
        return draft_page(request, by, notice)
    return redirect("rectification", authority, pk) if request.method == "POST" else _notice(request, by, notice)


@login_required
@require_safe
def school_rectification(request, school, pk):
    by = school_for(request.user, school)
    return _notice(request, by, notice_for(by, pk))


def _notice(request, by: Standing, notice: Rectification):
    problems = list(told(notice.problems.select_related("leader", *FOUND_AT)))
    seen_in_list(by, "rectification", "整改通知书", [problem.matter for problem in problems])
    for problem in problems:
        problem.notice = notice
    context = {
        "standing": by,
        "notice": notice,
        "problems": problems,
        "now": now_of(problems),
        "closed": sum(1 for each in problems if each.state == Problem.State.CLOSED),
        "receives": by.works_here and by.organisation.pk == notice.school_id and notice.received_at is None,
        "problem_page": "problem" if by.of_authority else "school_problem",
    }
    return render(request, "inspection/rectification.html", context)


@login_required
@require_POST
def rectification_receive(request, school, pk):
    by = school_for(request.user, school)
    try:
        notice = verbs.receive_rectification(notice_for(by, pk), by=by)
        messages.success(request, f"已签收{notice.number}。请逐个问题明确责任、登记措施。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("school_rectification", school, pk)


def _seen_as_file(by: Standing, page: str, notice: Rectification) -> None:
    if not by.works_here:
        matters = [problem.matter for problem in notice.problems.select_related("matter")]
        seen_in_list(by, page, "整改通知书", matters)


@login_required
@require_safe
def rectification_pdf(request, school, pk):
    by = school_for(request.user, school)
    notice = notice_for(by, pk)
    _seen_as_file(by, "rectification_pdf", notice)
    response = HttpResponse(content_of(notice), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{notice.school.name}{notice.number}.pdf")
    response["ETag"] = f'"{notice.digest}"'
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_safe
def rectification_word(request, school, pk):
    by = school_for(request.user, school)
    notice = notice_for(by, pk)
    _seen_as_file(by, "rectification_word", notice)
    return handed_out_as_word(paper_of(notice), f"{notice.school.name}{notice.number}", draft=False)


# a problem


@login_required
@require_safe
def problem(request, authority, pk):
    by = inspector(request.user, authority)
    found = problem_for(by, pk)
    if found.notice.authority_id != by.organisation.pk:
        return redirect("problem", found.notice.authority.code, pk)
    return _problem(request, by, found)


@login_required
@require_safe
def school_problem(request, school, pk):
    by = school_for(request.user, school)
    return _problem(request, by, problem_for(by, pk))


def _problem(request, by: Standing, found: Problem, *, bound: tuple[str, forms.Form] | None = None, wrong: str = ""):
    """``wrong``: why an act was not done that has no form any more; what was typed for it is shown beside."""
    if found.matter:
        seen(by, "problem", "整改问题", matters=[found.matter], meeting=found.meeting)
    acts = []
    for act in ACTS:
        if may(by, act.verb, found):
            more: dict[str, Any] = {"by": by, "problem": found} if act.told else {}
            form = bound[1] if bound and bound[0] == act.verb else act.form(auto_id=f"{act.verb}_%s", **more)
            acts.append((act, form))
    turns = list(
        found.turns.select_related("by").prefetch_related(Prefetch("evidence", Evidence.objects.order_by("pk")))
    )
    measures = list(found.measures.filter(removed_at=None).select_related("who"))
    context = {
        "standing": by,
        "problem": found,
        "notice": found.notice,
        "now": now_of([found]).get(found.pk),
        "steps": [*map(_step, turns)],
        "asked": next((turn for turn in reversed(turns) if turn.kind == Turn.Kind.ASKED), None),
        "measures": measures,
        "finished": sum(1 for each in measures if each.done_on),
        "acts": {act.verb: (act, form) for act, form in acts},
        "later": [(act, form) for act, form in acts if act.verb in ("grant_later_date", "refuse_later_date")],
        "aside": [(act, form) for act, form in acts if act.verb in ASIDE],
        "finishes": may(by, "finish_measure", found),
        "removes": may(by, "remove_measure", found),
        "answers": may(by, "answer_problem", found),
        "list_page": place(by, "rectification_list"),
        "notice_page": place(by, "rectification", found.notice_id),
        "act_page": place(by, "problem_act", found.pk, "verb").removesuffix("verb/"),
        "wrong": wrong,
        "typed": [request.POST[name] for name in TYPED if wrong and request.POST.get(name)],
    }
    return render(request, "inspection/problem.html", context, status=422 if bound or wrong else 200)


def _step(turn: Turn) -> dict:
    return {
        "title": turn.get_kind_display(),
        "at": turn.at,
        "by": turn.by,
        "text": turn.text,
        "evidence": turn.evidence.all(),
    }


@login_required
@require_POST
def problem_act(request, authority, pk, verb):
    by = inspector(request.user, authority)
    return _act(request, by, problem_for(by, pk), verb)


@login_required
@require_POST
def school_problem_act(request, school, pk, verb):
    by = school_for(request.user, school)
    return _act(request, by, problem_for(by, pk), verb)


def _act(request, by: Standing, found: Problem, verb: str):
    if verb in OF_MEASURES:
        return _measure(request, by, found, verb)
    act = next((each for each in ACTS if each.verb == verb), None)
    if act is None:
        raise Http404("没有这个页面。")
    more: dict[str, Any] = {"by": by, "problem": found} if act.told else {}
    form = act.form(request.POST, auto_id=f"{verb}_%s", **more)
    if not form.is_valid() and not may(by, verb, found):  # there is no form to show what is wrong in
        wrong = f"现在不能“{act.button}”，可能已有人办理。请刷新后再看。"
        return _problem(request, by, problem_for(by, found.pk), wrong=wrong)
    if form.is_valid():
        do: Callable = getattr(verbs, verb)
        try:
            do(found, **form.cleaned_data, by=by)
        except verbs.Stopped as stopped:
            if not may(by, verb, found):  # there is no form to show it in
                return _problem(request, by, problem_for(by, found.pk), wrong=str(stopped))
            form.add_error(None, str(stopped))
        else:
            messages.success(request, act.done)
            return redirect(place(by, "problem", found.pk))
    return _problem(request, by, problem_for(by, found.pk), bound=(verb, form))


def _measure(request, by: Standing, found: Problem, verb: str):
    measure = measure_of(found, key(request.POST.get("measure")))
    try:
        if verb == "remove_measure":
            verbs.remove_measure(measure, by=by)
        else:
            verbs.finish_measure(measure, done=verb == "finish_measure", by=by)
    except verbs.Stopped as stopped:
        return _problem(request, by, problem_for(by, found.pk), wrong=str(stopped))
    return redirect(place(by, "problem", found.pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def school_problem_answer(request, school, pk):
    """What the school reports, to be written on a phone; whoever may not is led back to the page."""
    by = school_for(request.user, school)
    found = problem_for(by, pk)
    if request.method != "POST" and not may(by, "answer_problem", found):
        return redirect("school_problem", school, pk)
    form = AnswerForm(request.POST, request.FILES) if request.method == "POST" else AnswerForm()
    if request.method == "POST" and form.is_valid():
        try:
            verbs.answer_problem(found, text=form.cleaned_data["text"], files=form.cleaned_data["files"], by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, "已报告整改情况，等主管部门核查。")
            return kept(redirect("school_problem", school, pk), f"problem-{pk}")
    context = {
        "standing": by,
        "problem": found,
        "notice": found.notice,
        "form": form,
        "files_lost": bool(request.FILES),
    }
    return render(request, "inspection/problem_answer.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def evidence(request, school, pk):
    """Always to be saved and never shown in the page: it came from outside."""
    by = school_for(request.user, school)
    one = evidence_for(by, pk)
    if matter := one.turn.problem.matter:
        seen(by, "evidence", "佐证材料", matters=[matter])
    return handed_out(one.file, one.name, one.content_type, one.sha256)


_D, _S = "d/<slug:authority>", "s/<slug:school>"
urlpatterns = [
    path(f"{_D}/rectifications/<int:pk>/", rectification, name="rectification"),
    path(f"{_D}/rectifications/problems/<int:pk>/", problem, name="problem"),
    path(f"{_D}/rectifications/problems/<int:pk>/act/<slug:verb>/", problem_act, name="problem_act"),
    path(f"{_S}/rectifications/<int:pk>/", school_rectification, name="school_rectification"),
    path(f"{_S}/rectifications/<int:pk>/receive/", rectification_receive, name="rectification_receive"),
    path(f"{_S}/rectifications/<int:pk>.pdf", rectification_pdf, name="rectification_pdf"),
    path(f"{_S}/rectifications/<int:pk>.docx", rectification_word, name="rectification_word"),
    path(f"{_S}/rectifications/problems/<int:pk>/", school_problem, name="school_problem"),
    path(f"{_S}/rectifications/problems/<int:pk>/act/<slug:verb>/", school_problem_act, name="school_problem_act"),
    path(f"{_S}/rectifications/problems/<int:pk>/answer/", school_problem_answer, name="school_problem_answer"),
    path(f"{_S}/rectifications/evidence/<int:pk>/", evidence, name="evidence"),
]
