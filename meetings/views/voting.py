"""Votes in the room: what was counted, of all questions of an item at once, and abandoning a vote."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_POST

from governance.access import Standing, school_for

from .. import transitions as verbs
from ..access import item_for, meetings_for
from ..models import Item, Opinion, Vote
from ..room import room_for
from ..room.ballots import Sheet
from .answering import stopped_as_message
from .room import after, by_script


@login_required
@require_POST
def vote(request, school, pk):
    by = school_for(request.user, school)
    item = item_for(by, pk)
    if item.meeting is None:
        raise Http404
    sheet = Sheet(request.POST, request.POST.getlist("ask"))

    def act() -> None:
        try:
            verbs.vote_on(item, sheet.counted(), method=sheet.method, token=_token(sheet), by=by)
        except verbs.Miscounted as wrong:
            wrong.beside = {"beside": _beside(sheet, wrong)}
            raise

    if by_script(request):
        return after(request, school, item.meeting_id, by, item.no, act)
    try:
        act()
    except verbs.NotAllowed as stopped:
        stopped_as_message(request, stopped)
    except verbs.Stopped as stopped:
        return _form_again(request, by, item, sheet, stopped)
    return after(request, school, item.meeting_id, by, item.no, lambda: None)


def _token(sheet: Sheet) -> uuid.UUID:
    try:
        return uuid.UUID(sheet.post.get("token", ""))
    except ValueError:
        raise verbs.Stopped("表单不完整，请刷新页面后再登记。") from None


def _beside(sheet: Sheet, wrong: verbs.Miscounted) -> dict[str, str]:
    """What is wrong, by the prefix of the question it is said beside."""
    found = {prefix: wrong.says.get(sheet.where(prefix), "") for prefix in sheet.prefixes if prefix}
    return {prefix: text for prefix, text in found.items() if text}


def _form_again(request, by: Standing, item: Item, sheet: Sheet, stopped: verbs.Stopped) -> HttpResponse:
    """Without scripts: the form as it was filled in, with what is wrong beside it."""
    room = room_for(by, item.meeting_id)
    topic = room.topic(item.no)
    forms = [form for form in topic.forms if {one.prefix for one in form.questions} & set(sheet.prefixes)]
    forms = [sheet.fill(form) for form in forms or topic.forms[:1]]
    beside = _beside(sheet, stopped) if isinstance(stopped, verbs.Miscounted) else {}
    for form in forms:
        form.error = "" if beside else str(stopped)
        for one in form.questions:
            one.says = beside.get(one.prefix, "")
    context = {
        "standing": by,
        "meeting": room.meeting,
        "topic": topic,
        "forms": forms,
        "methods": Vote.Method.choices,
        "stances": Opinion.Stance.choices,
    }
    return render(request, "meetings/vote_again.html", context, status=422)


@login_required
@require_POST
def vote_abandon(request, school, pk):
    by = school_for(request.user, school)
    made = get_object_or_404(
        Vote.objects.select_related("item__meeting", "item__matter"), pk=pk, item__meeting__in=meetings_for(by)
    )
    reason = request.POST.get("reason", "")
    return after(
        request, school, made.item.meeting_id, by, made.item.no, lambda: verbs.abandon_vote(made, by=by, reason=reason)
    )


urlpatterns = [
    path("items/<int:pk>/vote/", vote, name="vote"),
    path("votes/<int:pk>/abandon/", vote_abandon, name="vote_abandon"),
]
