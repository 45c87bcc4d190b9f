"""What took place outside meetings: a head answers 会前沟通, anybody of the school writes down the other prior steps,
and a decision that was taken without a meeting."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from governance.access import school_for
from governance.models import Person

from .. import transitions as verbs
from ..access import consultation_for, matter_for
from ..facts import day_facts
from ..forms import AnswerForm, ConsultationForm, WithoutMeetingForm
from ..models import Consultation, Consulted
from ..needs import category_titles
from ..since_notice import changed_since
from .answering import kept
from .files import attach_all

HEADS = Consultation.Kind.SECRETARY_PRINCIPAL


@login_required
def answer(request, school, pk):
    """One head's answer: a choice and a note, made for a thumb."""
    by = school_for(request.user, school)
    consultation = consultation_for(by, pk)
    rows = list(consultation.consulted.select_related("person"))
    mine = next((row for row in rows if row.person_id == by.person_id), None)
    if mine is None or consultation.at or not verbs.may(by, "answer", consultation.matter):
        if request.method == "POST" and not (mine and mine.answered_at):
            messages.error(request, "这次沟通已经结束，或没有征求您的意见。")
        return redirect("matter", school=school, pk=consultation.matter_id)
    former = _former(consultation, by.person_id)
    offered = former if former and not mine.answered_at else mine
    form = AnswerForm(request.POST or None, initial={"outcome": offered.outcome, "note": offered.note})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.answer(consultation, by=by, **form.cleaned_data)
        except verbs.Stopped as exc:
            form.add_error(None, str(exc))
        else:
            messages.success(request, f"已答复：{Consultation.Outcome(form.cleaned_data['outcome']).label}。")
            return kept(redirect("matter", school=school, pk=consultation.matter_id), f"answer-{pk}")
    matter = consultation.matter
    return render(
        request,
        "meetings/consultation_answer.html",
        {
            "standing": by,
            "consultation": consultation,
            "matter": matter,
            "others": [row for row in rows if row is not mine],
            "mine": mine,
            "former": former,
            "places": changed_since(former.consultation) if former else (),
            "form": form,
            "attachments": matter.attachments.filter(removed_at=None),
            "titles": category_titles(by.school),
        },
        status=422 if form.errors else 200,
    )


def _former(consultation: Consultation, person: int) -> Consulted | None:
    """What this head said of the former text, where the request is about a new one."""
    if consultation.renews_id is None:
        return None
    said = Consulted.objects.filter(
        consultation__matter=consultation.matter_id, consultation__kind=HEADS, person=person, answered_at__isnull=False
    ).exclude(outcome="")
    return said.exclude(consultation=consultation).select_related("consultation__matter").order_by("answered_at").last()


@login_required
def consult(request, school, pk):
    """Write down a prior step that took place; first of which kind, then what that kind asks."""
    by = school_for(request.user, school)
    matter = matter_for(by, pk)
    if not verbs.may(by, "consult", matter):
        messages.error(request, f"现在是“{matter.get_state_display()}”，不能再登记前置程序。")
        return redirect("matter", school=school, pk=pk)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in Consultation.Kind.values:
        return render(
            request,
            "meetings/consultation_kinds.html",
            {"standing": by, "matter": matter, "kinds": Consultation.Kind.choices},
        )
    dossier = day_facts(by.school, timezone.localdate())
    pair = [dossier.head("party", by.day), dossier.counterpart("party", by.day)] if kind == HEADS else []
    if None in pair:
        messages.error(request, "今天没有书记或校长任职（一人兼任的须有专职副书记），请先在“班子”中登记任职。")
        return redirect("matter", school=school, pk=pk)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ConsultationForm(*given, by=by, kind=kind, initial={"at": timezone.now()})
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        people = Person.objects.filter(pk__in=pair) if pair else cleaned.get("people", ())
        try:
            made = verbs.consult(
                matter, kind=kind, at=cleaned["at"], people=people, heard=cleaned.get("heard"),
                outcome=cleaned["outcome"], note=cleaned["note"], by=by,
            )  # fmt: skip
        except verbs.Stopped as exc:
            form.add_error(None, str(exc))
        else:
            attach_all(request, matter, cleaned["files"], by=by, consultation=made)
            messages.success(request, f"已登记：{made.get_kind_display()}。")
            return kept(redirect("matter", school=school, pk=pk), f"consult-{pk}-{kind}")
    return render(
        request,
        "meetings/consultation_form.html",
        {
            "standing": by,
            "matter": matter,
            "form": form,
            "kind": kind,
            "label": Consultation.Kind(kind).label,
            "pair": dossier.called(pair, by.day) if pair else "",
            "back": reverse("matter", args=[school, pk]),
            "files_lost": bool(request.FILES),
        },
        status=422 if form.errors else 200,
    )


@login_required
def decided_without(request, school, pk):
    """Write down that a matter was decided without a meeting; correct it, or take it back."""
    by = school_for(request.user, school)
    matter = matter_for(by, pk)
    back = redirect("matter", school=school, pk=pk)
    if not verbs.may(by, "decide_without_meeting", matter):
        messages.error(request, f"现在是“{matter.get_state_display()}”，由本校班子成员或学校秘书在议决以前登记。")
        return back
    dropping = request.method == "POST" and request.POST.get("act") == "drop"
    reason, wrong = request.POST.get("reason", "") if dropping else "", ""
    here = {"at": matter.decided_without_at or timezone.now(), "how": matter.decided_without_how}
    if matter.decided_without_at:
        here["people"] = [person.pk for person in matter.decided_without_by.all()]
    form = WithoutMeetingForm(request.POST if request.method == "POST" and not dropping else None, by=by, initial=here)
    try:
        if dropping:
            verbs.drop_decision_without_meeting(matter, reason=reason, by=by)
            messages.success(request, "已撤销登记。")
            return back
        if form.is_bound and form.is_valid():
            verbs.decide_without_meeting(matter, by=by, **form.cleaned_data)
            messages.success(request, "已登记未经会议的决定。")
            return kept(back, f"without-{pk}")
    except verbs.Stopped as exc:
        wrong = str(exc)
        if not dropping:
            form.add_error(None, wrong)
    return render(
        request,
        "meetings/decided_without.html",
        {"standing": by, "matter": matter, "form": form, "reason": reason, "wrong": wrong if dropping else ""},
        status=422 if form.errors or wrong else 200,
    )


urlpatterns = [
    path("matters/<int:pk>/consult/", consult, name="consult"),
    path("matters/<int:pk>/decided-without/", decided_without, name="decided_without"),
    path("matters/consultations/<int:pk>/", answer, name="answer"),
]
