"""定期沟通: when secretary and principal talked, how far apart, and writing it down."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Window
from django.db.models.functions import Lag
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..access import Standing, school_for
from ..appointing import Clash
from ..communicating import (
    Changed,
    correct_talk,
    corrects,
    note_talk,
    note_talk_of_now,
    notes_talks,
    pair_of,
    version_of,
)
from ..facts import ground_of
from ..forms.communication import TalkForm
from ..models import Communication
from ..rules.dossier import Dossier
from ..rules.facts import day_of
from ..rules.index import rule
from ..rules.school import gap_between_talks


def _standing(request, school: str) -> tuple[Standing, Dossier]:
    by = school_for(request.user, school)
    dossier = Dossier(ground_of(by.school).records())
    if not dossier.has_party_organization:
        raise Http404("本校没有单独设立党组织，不记书记、校长定期沟通。")
    return by, dossier


def _noting(request, school: str) -> tuple[Standing, Dossier]:
    by, dossier = _standing(request, school)
    if not notes_talks(by, dossier):
        raise PermissionDenied("定期沟通由书记、校长本人或学校秘书记录。")
    return by, dossier


@login_required
@require_GET
def communication_list(request, school):
    by, dossier = _standing(request, school)
    before = Window(Lag("at"), order_by=[F("at").asc(), F("pk").asc()])
    talks = Communication.objects.filter(school=by.school).annotate(before=before).order_by("-at", "-pk")
    page = Paginator(talks.prefetch_related("people"), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for talk in page:
        day = day_of(talk.at)
        talk.called = dossier.called((person.pk for person in talk.people.all()), day)
        talk.gap = gap_between_talks(dossier, day_of(talk.before), day) if talk.before else None
        talk.corrects = corrects(by, talk)
    today = timezone.localdate()
    last = next(iter(page), None) if page.number == 1 else None
    return render(
        request,
        "governance/communications.html",
        {
            "standing": by,
            "page": page,
            "rule": rule("G-02"),
            "allowed": dossier.parameters("party", today).communication_days,
            "since": gap_between_talks(dossier, day_of(last.at), today) if last else None,
            "last": last,
            "notes": notes_talks(by, dossier),
            "with_whom": _with_whom(by, dossier),
        },
    )


def _with_whom(by: Standing, dossier: Dossier) -> str:
    """刚才与钱校长沟通过: the other of the two; to the clerk, both. Empty when there are no two today."""
    pair = pair_of(dossier, timezone.now())
    others = [person for person in pair if person != by.person_id]
    return dossier.called(others, timezone.localdate()) if len(pair) == 2 else ""


@login_required
@require_POST
def communication_now(request, school):
    by, _ = _noting(request, school)
    try:
        talk, new = note_talk_of_now(by=by)
    except Clash as clash:
        messages.error(request, str(clash))
    else:
        said = (
            "已记下刚才的沟通，可以补写主要内容。" if new else f"{timezone.localtime(talk.at):%H:%M} 的沟通已经记下。"
        )
        messages.success(request, said)
    return redirect("communication_list", school)


@login_required
@require_http_methods(["GET", "POST"])
def communication_new(request, school):
    by, dossier = _noting(request, school)
    pair = pair_of(dossier, timezone.now())
    form = TalkForm(request.POST or None, dossier=dossier, day=timezone.localdate(), pair=pair)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            note_talk(given["at"], others=given["others"], note=given["note"], by=by)
        except Clash as clash:
            form.add_error("at", str(clash))
        else:
            messages.success(request, "已记下。")
            return redirect("communication_list", school)
    return _form_page(request, by, form)


@login_required
@require_http_methods(["GET", "POST"])
def communication_edit(request, school, pk):
    by, dossier = _standing(request, school)
    talk = get_object_or_404(Communication.objects.prefetch_related("people"), pk=pk, school=by.school)
    if not corrects(by, talk):
        raise PermissionDenied("定期沟通的记录由记录人或学校秘书更正。")
    pair = pair_of(dossier, talk.at)
    form = TalkForm(request.POST or None, dossier=dossier, day=day_of(talk.at), talk=talk, pair=pair)
    form.initial["base"] = version_of(talk)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            correct_talk(talk, given["at"], others=given["others"], note=given["note"], base=given["base"], by=by)
        except Clash as clash:
            form.add_error("at", str(clash))
            if isinstance(clash, Changed):
                again = request.POST.copy()
                again["base"] = version_of(talk)  # it is said what it is now: saved once more, that gives way
                form.data = again
        else:
            messages.success(request, "已更正，原来的时间记在日志里。")
            return redirect("communication_list", school)
    return _form_page(request, by, form, talk)


def _form_page(request, by: Standing, form: TalkForm, talk: Communication | None = None):
    context = {"standing": by, "form": form, "talk": talk}
    return render(request, "governance/communication_form.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("communications/", communication_list, name="communication_list"),
    path("communications/now/", communication_now, name="communication_now"),
    path("communications/new/", communication_new, name="communication_new"),
    path("communications/<int:pk>/", communication_edit, name="communication_edit"),
]
