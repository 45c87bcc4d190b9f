"""Matters before and between meetings: the list, the form, the page with its one line of time."""

from copy import copy
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone

from accounts.models import User
from governance.access import Standing, school_for
from governance.rules import facts
from governance.rules.catalogue import CLASSES

from .. import transitions as verbs
from ..access import matter_for, matters_for
from ..facts import day_facts
from ..forms import FilesForm, MatterForm, YuanField
from ..life import Life, life_of
from ..models import Matter
from ..needs import category_titles, needs_of, titles_of
from ..viewing import seen, seen_in_list
from ..whereabouts import CHOICES, standing_at, whereabouts, with_whereabouts
from .answering import kept, stopped_as_message
from .confirming import Line, line_of
from .files import attach_all
from .mending import to_a_meeting
from .wordings import revise

ACTS = ("propose", "withdraw", "ask_heads", "request", "reconsider")
DONE = {
    "propose": "已提交申报。",
    "withdraw": "已撤回。",
    "ask_heads": "已请书记、校长沟通。",
    "request": "已提请上会。",
    "reconsider": "已按原文字起草复议，请修改后提交申报。",
}


@login_required
def matter_list(request, school):
    by = school_for(request.user, school)
    given = {name: request.GET.get(name, "").strip() for name in ("q", "state", "class", "mine")}
    matters = matters_for(by).select_related("proposer", "owner")
    if given["q"]:
        matters = matters.filter(title__icontains=given["q"])
    matters = with_whereabouts(standing_at(matters, given["state"]))
    if given["class"] in CLASSES:
        matters = matters.filter(category__startswith=given["class"])
    if given["mine"]:
        mine = Q(created_by=by.user)
        if by.person_id:
            mine |= Q(proposer=by.person_id) | Q(owner=by.person_id)
        matters = matters.filter(mine)
    page = Paginator(matters, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for each in page:
        each.stands = whereabouts(each)
    seen_in_list(by, "matter_list", "议题列表", page)
    return render(
        request,
        "meetings/matter_list.html",
        {
            "standing": by,
            "page": page,
            "given": given,
            "filtered": any(given.values()),
            "states": CHOICES,
            "classes": CLASSES.items(),
            "titles": category_titles(by.school),
        },
    )


@login_required
def matter_new(request, school):
    by = school_for(request.user, school)
    if not by.works_here:
        raise Http404("议题由本校班子成员或学校秘书申报。")
    matter = Matter(school=by.school, created_by=request.user, proposer_id=by.person_id if by.leader else None)
    return _form(request, by, matter)


@login_required
def matter_edit(request, school, pk):
    by = school_for(request.user, school)
    matter = matter_for(by, pk)
    if verbs.may(by, "propose", matter):
        return _form(request, by, matter)
    said = verbs.before_revising(matter) if verbs.may(by, "revise", matter) else (
        f"现在是“{matter.get_state_display()}”，不能修改。议决以前由提出人或学校秘书修改。"
    )  # fmt: skip
    if said:
        messages.error(request, said)
        return redirect("matter", school=school, pk=pk)
    return revise(request, by, matter)


def _form(request, by: Standing, matter: Matter):
    dossier = day_facts(by.school, timezone.localdate())
    if request.method == "POST":
        saved = None
        form = MatterForm(request.POST, request.FILES, by=by, dossier=dossier, instance=copy(matter))
        try:
            with transaction.atomic():
                if matter.pk:
                    matter = verbs.hold(matter)
                before = copy(matter)
                form = MatterForm(request.POST, request.FILES, by=by, dossier=dossier, instance=matter)
                saved = _save(form, by) if form.is_valid() else None
                if saved and before.pk:
                    verbs.text_changed(saved, before=before, by=by)
        except verbs.Stopped as stopped:  # somebody proposed or withdrew it meanwhile
            saved = form.add_error(None, str(stopped))
        if saved:
            return _after_saving(request, by, saved, form.cleaned_data["files"])
    else:
        form = MatterForm(by=by, dossier=dossier, instance=matter)
    theirs = Matter.objects.get(pk=matter.pk) if form.is_bound and form.overtaken else None
    return render(
        request,
        "meetings/matter_form.html",
        {
            "standing": by,
            "form": form,
            "matter": matter,
            "theirs": theirs,
            "files_lost": bool(request.FILES),
            "attached": matter.attachments.filter(removed_at=None) if matter.pk else [],
            "keep": f"matter-{matter.pk or 'new'}",
            **_needs(dossier, form),
        },
        status=422 if form.is_bound else 200,
    )


def _save(form: MatterForm, by: Standing) -> Matter:
    """The draft; the one that was just made when a new one is sent twice."""
    if form.instance.pk is None:
        User.objects.select_for_update().get(pk=by.user.pk)  # one sending of one person after the other
        just_now = timezone.now() - timedelta(seconds=30)
        texts = {name: form.cleaned_data[name] for name in ("title", "category", "background", "proposal")}
        same = Matter.objects.filter(school=by.school, created_by=by.user, created_at__gt=just_now, **texts).first()
        if same:
            return same
    return form.save()


def _after_saving(request, by: Standing, matter: Matter, files):
    """The draft is safe; what else was asked for may still be refused, and nothing typed is lost by it."""
    to = kept(redirect("matter_edit", school=by.school.code, pk=matter.pk), request.POST.get("keep", ""))
    if not attach_all(request, matter, files, by=by):
        messages.info(request, "议题已保存为草稿，请处理附件后再提交。")
        return to
    if request.POST.get("act") == "propose":
        try:
            verbs.propose(matter, by=by)
        except verbs.Stopped as exc:
            stopped_as_message(request, exc)
            messages.info(request, "填写的内容已保存为草稿。")
            return to
        messages.success(request, DONE["propose"])
    else:
        messages.success(request, "已保存为草稿。")
    to["Location"] = redirect("matter", school=by.school.code, pk=matter.pk)["Location"]
    return to


def _needs(dossier, form) -> dict:
    """What the matter needs as the form stands: from what was sent, else from what is saved."""
    value = form.data.get if form.is_bound else lambda name: form.initial.get(name, "")
    many = form.data.getlist if form.is_bound else lambda name: form.initial.get(name) or []
    return needs_as_typed(dossier, value, many("flags"))


def needs_as_typed(dossier, value, flags) -> dict:
    """``value`` gives what is typed in a field, however unfinished."""
    try:
        amount = YuanField(max_digits=14, decimal_places=2, min_value=0, required=False).clean(value("amount"))
    except ValidationError:
        amount = None
    typed = facts.Matter(
        id="typed",
        title="",
        category=value("category") or "",
        amount=amount,
        major=bool(value("major")),
        two_thirds=bool(value("two_thirds")),
        flags=frozenset(flags),
    )
    return {
        "needs": needs_of(dossier, typed, timezone.localdate()) if typed.category else None,
        "softened": dossier.softened,
    }


@login_required
def matter_needs(request, school):
    """htmx: the same panel for what is typed just now."""
    by = school_for(request.user, school)
    dossier = day_facts(by.school, timezone.localdate())
    return render(
        request, "meetings/matter_needs.html", needs_as_typed(dossier, request.GET.get, request.GET.getlist("flags"))
    )


@login_required
def matter(request, school, pk):
    by = school_for(request.user, school, granted=True)
    found = get_object_or_404(matters_for(by).select_related("proposer", "owner", "emergency_by", "reconsiders"), pk=pk)
    if by.narrowed and found.reconsiders and not matters_for(by).filter(pk=found.reconsiders_id).exists():
        found.reconsiders = None
    seen(by, "matter", "议题", matters=[found])
    life = life_of(found, by=by, now=timezone.now())
    lines = [line_of(act, by, found) for act in life.acts]
    may = {
        name: verbs.may(by, name, found)
        for name in (
            *ACTS,
            "consult",
            "decide_without_meeting",
            "attach",
            "remove_attachment",
            "revise",
            "confirm_anew",
        )
    }
    return render(
        request,
        "meetings/matter_page.html",
        {
            "standing": by,
            "matter": found,
            "life": life,
            "titles": titles_of(life.loaded.ground.catalogue) if life.loaded else category_titles(by.school),
            "may": may,
            "act": next_act(life, lines, may),
            "files_form": FilesForm(),
            "marks": marks_of(found),
            "interested": list(found.interests.all()),
            "lines": lines,
            "to_a_meeting": to_a_meeting(by, found),
            "requests": [(f"{body}:{purpose}", label) for (body, purpose), label in REQUESTS.items()],
        },
    )


def next_act(life: Life, lines: list[Line], may: dict[str, bool]) -> str:
    """The one act that the page puts within the thumb's reach."""
    acts = {
        "answer": life.asked and not life.answered,
        "confirm": any(line.acts.get("confirm") and not line.blocked for line in lines[:1]),
        "ask_heads": may["ask_heads"] and any(line.act.consulted_on for line in lines[:1]),
        "report": life.to_report,
        "propose": may["propose"],
        "change_answer": life.asked,
    }
    return next((act for act, waits in acts.items() if waits), "")


def marks_of(found: Matter) -> list[str]:
    marks = [Matter.Flag(flag).label for flag in found.flags]
    marks += ["列为重大问题"] if found.major else []
    return marks + (["须三分之二以上到会"] if found.two_thirds else [])


@login_required
def matter_act(request, school, pk, verb):
    by = school_for(request.user, school)
    found = matter_for(by, pk)
    if request.method == "POST" and verb in ACTS:
        try:
            made = _act(found, verb, request.POST, by)
            messages.success(request, DONE[verb])
            if made:
                return kept(redirect("matter", school=school, pk=made.pk), f"reconsider-{pk}")
        except verbs.WrongState as exc:
            found.refresh_from_db()
            if found.state != verbs.VERBS[verb].target:  # else the second click of a double click
                stopped_as_message(request, exc)
        except verbs.Stopped as exc:
            stopped_as_message(request, exc)
    return redirect("matter", school=school, pk=pk)


def _act(found: Matter, verb: str, given, by: Standing) -> Matter | None:
    """Do it; gives the matter that was made by it."""
    match verb:
        case "reconsider":
            return verbs.reconsider(found, reason=given.get("reason", ""), by=by)
        case "propose":
            verbs.propose(found, by=by)
        case "withdraw":
            verbs.withdraw(found, by=by, reason=given.get("reason", "").strip())
        case "ask_heads":
            verbs.ask_heads(found, by=by)
        case "request":
            body, _, purpose = given.get("to", "").partition(":")
            if (body, purpose) not in REQUESTS:
                raise verbs.Stopped("请选择提请哪个会议、做什么。")
            verbs.request(found, body, purpose, by=by)
    return None


REQUESTS = {
    ("party", "decide"): "党组织会议讨论决定",
    ("office", "propose"): "校长办公会议研究提出方案",
    ("office", "handle"): "校长办公会议研究处理",
    ("office", "deploy"): "校长办公会议部署落实",
    ("party", "report"): "党组织会议通报",
    ("office", "report"): "校长办公会议通报",
}

urlpatterns = [
    path("matters/", matter_list, name="matter_list"),
    path("matters/new/", matter_new, name="matter_new"),
    path("matters/needs/", matter_needs, name="matter_needs"),
    path("matters/<int:pk>/", matter, name="matter"),
    path("matters/<int:pk>/edit/", matter_edit, name="matter_edit"),
    path("matters/<int:pk>/act/<slug:verb>/", matter_act, name="matter_act"),
]
