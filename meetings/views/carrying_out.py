"""One decision being carried out: its page, the reports from a phone, and the head's answer in one tap."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import Standing, school_for
from governance.forms.fields import DayField
from governance.models import Person

from .. import transitions as verbs
from ..carrying_out import carrying_out, follow_up_for
from ..forms import EvidenceForm, people_here
from ..models import Item, Task
from ..viewing import seen
from .answering import kept, key

ANSWERED = {
    "close_follow_up": "已销号。",
    "send_back_report": "已退回再办。",
    "reopen_follow_up": "已恢复督办。",
    "grant_extension": "已同意延期。",
    "refuse_extension": "已答复不同意延期。",
    "finish_step": "已记为完成。",
    "unfinish_step": "已改记为未完成。",
    "remove_step": "已删去这一步。",
}


class ProgressForm(EvidenceForm):
    text = forms.CharField(
        label="进展情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明进展情况。"}, help_text="做到哪一步、有什么困难；逾期的写明原因和预计办结的日期。",
    )  # fmt: skip
    percent = forms.IntegerField(
        label="进度（%）", required=False, min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
    )  # fmt: skip


class DoneForm(EvidenceForm):
    done_on = DayField(label="办结日期", initial=timezone.localdate)
    note = forms.CharField(
        label="落实情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="做了什么、结果如何、材料存放在哪里。",
    )  # fmt: skip


class ExtensionForm(forms.Form):
    until = DayField(label="延期至")
    reason = forms.CharField(
        label="延期理由", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明延期的理由。"}, help_text="为什么不能按期办结，已经办到哪一步。",
    )  # fmt: skip


class StepForm(forms.Form):
    text = forms.CharField(label="这一步做什么", max_length=200, error_messages={"required": "请写明这一步做什么。"})
    who = forms.ModelChoiceField(label="谁办", queryset=Person.objects.none(), required=False, empty_label="未定")
    due = DayField(label="时限", required=False)

    def __init__(self, *args, by: Standing, item: Item, **more):
        super().__init__(*args, prefix="step", **more)
        self.fields["who"].queryset = people_here(by, item.responsible.values_list("pk", flat=True))


@login_required
@require_GET
def follow_up(request, school, pk):
    by = school_for(request.user, school)
    item = follow_up_for(by, pk)
    seen(by, "follow_up", "督办事项", matters=[item.matter])
    return _page(request, by, item)


def _page(request, by: Standing, item: Item, *, step: StepForm | None = None, wrong: str = "", status: int = 200):
    work = carrying_out(by, item)
    if work.acts["add_step"] and step is None:
        step = StepForm(by=by, item=item)
    context = {"standing": by, "item": item, "work": work, "step_form": step, "wrong": wrong}
    return render(request, "meetings/follow_up.html", context | {"given": request.POST}, status=status)


@login_required
@require_POST
def add_step(request, school, pk):
    by = school_for(request.user, school)
    item = follow_up_for(by, pk)
    form = StepForm(request.POST, by=by, item=item)
    if form.is_valid():
        try:
            verbs.add_step(item, **form.cleaned_data, by=by)
            return redirect("follow_up", school, pk)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
    return _page(request, by, follow_up_for(by, pk), step=form, status=422)


@login_required
@require_POST
def follow_up_act(request, school, pk, verb):
    """One tap: the head closes, sends back or answers; whoever carries it out ticks off a step."""
    by = school_for(request.user, school)
    item = follow_up_for(by, pk)
    try:
        _act(item, verb, request.POST, by)
    except verbs.Stopped as stopped:
        return _page(request, by, follow_up_for(by, pk), wrong=str(stopped), status=422)
    if verb in ANSWERED:
        messages.success(request, ANSWERED[verb])
    if request.POST.get("back") == "list":
        to = redirect("follow_up_list", school)
        to["Location"] += {"close_follow_up": "?show=to_close", "grant_extension": "?show=asked"}.get(verb, "")
        return to
    return redirect("follow_up", school, pk)


def _act(item: Item, verb: str, given, by: Standing) -> None:
    reason = given.get("reason", "")
    match verb:
        case "close_follow_up":
            verbs.close_follow_up(item, by=by)
        case "send_back_report":
            verbs.send_back_report(item, reason=reason, by=by)
        case "reopen_follow_up":
            verbs.reopen_follow_up(item, reason=reason, by=by)
        case "grant_extension" | "refuse_extension":
            asked = item.extensions.last()
            if asked is None:
                raise verbs.Stopped("没有等待批复的延期申请，请刷新后再看。")
            verbs.decide_extension(asked, granted=verb == "grant_extension", note=reason, by=by)
        case "finish_step" | "unfinish_step":
            verbs.finish_step(_task(item, given), done=verb == "finish_step", by=by)
        case "remove_step":
            verbs.remove_step(_task(item, given), by=by)


def _task(item: Item, given) -> Task:
    task = item.tasks.filter(pk=key(given.get("step")), removed_at=None).first()
    if task is None:
        raise verbs.Stopped("这一步已经删去，请刷新后再看。")
    return task


def _form(request, school: str, pk: int, verb: str, form_class, send, done: str):
    """A form of one report or request; whoever may not send it is led back to the page."""
    by = school_for(request.user, school)
    item = follow_up_for(by, pk)
    work = carrying_out(by, item)
    if request.method != "POST" and not work.acts[verb]:
        if verb == "ask_extension" and item.due and item.due < timezone.localdate() and not item.done_on:
            messages.info(request, "时限已过，不能再申请延期。请在“报告进展”中写明原因和预计办结的日期。")
        return redirect("follow_up", school, pk)
    form = form_class(request.POST or None, request.FILES or None) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "not_secret"}
        try:
            send(item, **given, by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, done)
            return kept(redirect("follow_up", school, pk), f"{verb}-{pk}")
    return render(
        request,
        "meetings/follow_up_form.html",
        {
            "standing": by, "item": item, "work": work, "form": form, "verb": verb, "label": verbs.VERBS[verb].label,
            "files_lost": form.is_bound and bool(request.FILES), "keep": f"{verb}-{pk}",
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def report_progress(request, school, pk):
    return _form(request, school, pk, "report_progress", ProgressForm, verbs.report_progress, "已报告进展。")


@login_required
@require_http_methods(["GET", "POST"])
def report_done(request, school, pk):
    done = "已反馈办结，等负责人销号。"
    return _form(request, school, pk, "report_done", DoneForm, verbs.report_done, done)


@login_required
@require_http_methods(["GET", "POST"])
def ask_extension(request, school, pk):
    done = "已申请延期，等负责人批复。"
    return _form(request, school, pk, "ask_extension", ExtensionForm, verbs.ask_extension, done)


urlpatterns = [
    path("follow-ups/<int:pk>/", follow_up, name="follow_up"),
    path("follow-ups/<int:pk>/steps/", add_step, name="add_step"),
    path("follow-ups/<int:pk>/progress/", report_progress, name="report_progress"),
    path("follow-ups/<int:pk>/done/", report_done, name="report_done"),
    path("follow-ups/<int:pk>/extension/", ask_extension, name="ask_extension"),
    path("follow-ups/<int:pk>/act/<slug:verb>/", follow_up_act, name="follow_up_act"),
]
