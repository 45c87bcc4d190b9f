"""Wordings of a proposal: changed after people were asked, laid side by side, confirmed anew by those who were asked."""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from governance.access import Standing, school_for

from .. import transitions as verbs
from ..access import consultation_for, matter_for
from ..facts import day_facts
from ..forms import WordingForm
from ..models import Consultation, Matter, MatterText
from ..since_notice import changed_since, places
from ..viewing import seen
from .answering import kept, key

HEADS = Consultation.Kind.SECRETARY_PRINCIPAL


def revise(request, by: Standing, matter: Matter):
    """The text alone; who was asked about the former one is asked anew."""
    dossier = day_facts(by.school, timezone.localdate())
    form = WordingForm(request.POST or None, by=by, dossier=dossier, instance=copy(matter))
    if request.method == "POST":
        try:
            with transaction.atomic():
                matter = verbs.hold(matter)
                before = copy(matter)
                form = WordingForm(request.POST, by=by, dossier=dossier, instance=matter)
                if form.is_valid():
                    verbs.text_changed(form.save(), before=before, by=by)
                    return _revised(request, by, matter, before)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
    present = matter.consultations.filter(stale=False).exclude(kind=Consultation.Kind.INVESTIGATION)
    asked = {one.get_kind_display() for one in present.exclude(proposal_digest="")}
    return render(
        request,
        "meetings/matter_revise.html",
        {
            "standing": by,
            "form": form,
            "matter": matter,
            "theirs": Matter.objects.get(pk=matter.pk) if form.is_bound and form.overtaken else None,
            "asked": sorted(asked),
            "agendas": _agendas(matter),
        },
        status=422 if form.is_bound else 200,
    )


def _agendas(matter: Matter):
    """The meetings whose members have had the text."""
    return [
        item.meeting
        for item in matter.items.filter(meeting__state__in=("called", "open"), outcome="").select_related("meeting")
    ]


def _revised(request, by: Standing, matter: Matter, before: Matter):
    to = kept(redirect("matter", school=by.school.code, pk=matter.pk), f"revise-{matter.pk}")
    if verbs.proposal_digest(before) == verbs.proposal_digest(matter):
        messages.info(request, "方案没有改动。")
        return to
    stale = matter.consultations.filter(stale=True).exclude(kind=HEADS, at=None).exists()
    told = "；议程已更新为新的一版" if _agendas(matter) else ""
    anew = "。原来的会前沟通是就原方案进行的，已请有关人员重新确认" if stale else ""
    messages.success(request, f"方案已修改{told}{anew}。")
    return to


@login_required
def matter_texts(request, school, pk):
    """Any two wordings of a matter side by side; without a choice the one before the present one and that."""
    by = school_for(request.user, school, granted=True)
    matter = matter_for(by, pk)
    seen(by, "matter_texts", "议题方案", matters=[matter])
    texts = {text.digest: text for text in MatterText.objects.filter(matter=matter).select_related("by")}
    digest = verbs.proposal_digest(matter)
    names = list(texts)
    if digest in names:  # the present one stands last, also when it had been written before
        names.remove(digest)
    names.append(digest)
    chosen = [request.GET.get("from", ""), request.GET.get("to", "")]
    first = chosen[0] if chosen[0] in names else names[max(len(names) - 2, 0)]
    last = chosen[1] if chosen[1] in names else digest
    listed = [(name, texts.get(name), name == digest) for name in names]
    pair = [texts.get(name, matter if name == digest else None) for name in (first, last)]
    return render(
        request,
        "meetings/matter_texts.html",
        {
            "standing": by,
            "matter": matter,
            "listed": listed,
            "first": first,
            "last": last,
            "present": digest,
            "places": places(*pair),
            "same": first == last,
        },
    )


@login_required
def confirm_anew(request, school, pk):
    """What has changed since a consultation, and one tap that says that it holds for the new text too."""
    by = school_for(request.user, school)
    consultation = consultation_for(by, pk)
    matter, note, wrong = consultation.matter, request.POST.get("note", ""), ""
    back = redirect("matter", school=school, pk=matter.pk)
    if not verbs.may(by, "confirm_anew", matter):
        if request.method == "POST":
            messages.error(request, f"现在是“{matter.get_state_display()}”，不再需要重新确认。")
        return back
    if request.method == "POST":
        people = [key(each) for each in request.POST.getlist("people")]
        try:
            made = verbs.confirm_anew(consultation, people=people, note=note, by=by)
        except verbs.Stopped as stopped:
            wrong = str(stopped)
        else:
            return kept(_after(request, made, back, by), f"anew-{pk}")
    elif consultation.kind == HEADS:
        return _to_the_request(matter, by) or redirect(
            f"{reverse('matter_texts', args=[school, matter.pk])}?from={consultation.proposal_digest}"
        )
    return render(
        request, "meetings/confirm_anew.html", _asked(consultation, by) | {"note": note, "wrong": wrong},
        status=422 if wrong else 200,
    )  # fmt: skip


def _after(request, made: Consultation, back, by: Standing):
    if made.kind == HEADS:
        return _to_the_request(made.matter, by) or back
    waits = verbs.awaited(made)
    messages.success(request, f"已就新方案确认{f'，还等 {len(waits)} 人' if waits else ''}。")
    return back


def _to_the_request(matter: Matter, by: Standing):
    """One of the two answers the open request."""
    mine = matter.consultations.filter(kind=HEADS, at=None, consulted__person=by.person_id).first()
    return mine and redirect("answer", school=by.school.code, pk=mine.pk)


def _asked(consultation: Consultation, by: Standing) -> dict:
    former = consultation.renews or consultation
    matter = consultation.matter
    digest = verbs.proposal_digest(matter)
    anew = Consultation.objects.filter(renews=former, proposal_digest=digest).first()
    known = {row.person_id: row.answered_at for row in anew.consulted.all()} if anew else {}
    singly = former.kind in (Consultation.Kind.INDIVIDUAL, Consultation.Kind.DELIBERATION)
    rows = list(former.consulted.select_related("person__user")) if singly else []
    return {
        "standing": by,
        "matter": matter,
        "former": former,
        "rows": [(row.person, known.get(row.person_id)) for row in rows],
        "mine": any(row.person_id == by.person_id and row.person_id not in known for row in rows),
        "without_account": [
            row.person
            for row in rows
            if by.clerk and row.person_id not in known and not (row.person.user and row.person.user.is_active)
        ],
        "for_all": not rows,
        "needed": former.stale and former.proposal_digest != digest and not (anew and not anew.stale),
        "places": changed_since(former),
    }


urlpatterns = [
    path("matters/<int:pk>/texts/", matter_texts, name="matter_texts"),
    path("matters/consultations/<int:pk>/anew/", confirm_anew, name="confirm_anew"),
]
