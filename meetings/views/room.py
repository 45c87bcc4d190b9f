"""One meeting, from its notice to its record: everybody reads the page, the clerk writes on it.

Whatever the clerk does on the page is answered with the parts that changed (``_parts``), never with a whole page.
Without scripts the same acts lead back to the page.
"""

import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Entry
from governance.access import Standing, school_for

from .. import company
from .. import transitions as verbs
from ..access import item_for, meeting_for, meetings_for
from ..models import Attendance, Meeting, Opinion, TextRevision, Vote
from ..paths import named, names_in
from ..room import Room, last_entry, last_revision, room_for, stamp_of
from ..viewing import seen
from . import planning
from .answering import json_of, stopped_as_message

PATH = re.compile(r"[a-z]+(/[0-9]{1,18}){0,2}/[a-z_]+", re.ASCII)
BEFORE = (Meeting.State.DRAFT, Meeting.State.CALLED)


def by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


@login_required
@require_http_methods(["GET"])
def meeting(request, school, pk):
    by = school_for(request.user, school, granted=True)
    if by.narrowed:  # the record is what was granted, not the room where it is written
        return redirect("record", school, meeting_for(by, pk).pk)
    try:
        room = room_for(by, pk)
    except Http404:
        return _cancelled(request, by, pk)
    _seen(by, room)
    if room.meeting.state in BEFORE:
        return planning.page(request, room)
    return render(request, "meetings/room.html", _context(room, _at(request, room)))


def _seen(by: Standing, room: Room, *, again: bool = True) -> None:
    matters = [topic.matter for topic in room.topics]
    seen(by, "meeting", "会议", matters=matters, meeting=room.meeting, again=again)


def _told(line: Entry) -> str:
    reason = line.facts.get("reason")
    return f"{line.summary}：{reason}" if reason else line.summary


def _cancelled(request, by: Standing, pk: int) -> HttpResponse:
    """A cancelled meeting is no fact for any rule; what is left of it is its story."""
    gone = get_object_or_404(meetings_for(by), pk=pk, state=Meeting.State.CANCELLED)
    story = Entry.objects.filter(subject_kind="meeting", subject_id=gone.pk).order_by("pk")[:50]
    steps = [{"title": _told(line), "at": line.at, "by": line.actor_name} for line in story]
    return render(request, "meetings/meeting_cancelled.html", {"standing": by, "meeting": gone, "steps": steps})


def _at(request, room: Room) -> int:
    """The number of the item at hand: the one asked for, else the first that is open; 0 is the roll call."""
    asked = request.GET.get("item", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 5:
        number = int(asked)
        if number == 0 or any(topic.no == number for topic in room.topics):
            return number
    if room.writing and not any(seat.status.value == "present" for seat in room.members):
        return 0  # leave that was asked for beforehand is not yet a roll call
    return room.next_open.no if room.next_open else 1


def _context(room: Room, at: int) -> dict:
    return {
        "standing": room.by,
        "room": room,
        "meeting": room.meeting,
        "at": at,
        "topic": room.topic(at) if at else None,
        "strip_topic": room.topic(at) if at else room.next_open,
        "writing": room.writing,
        "statuses": [(one.value, one.label) for one in Attendance.Status if one.value],
        "stances": Opinion.Stance.choices,
        "methods": Vote.Method.choices,
    }


def _parts(request, room: Room, at: int, *, whole: bool) -> dict[str, str]:
    """What has to be shown anew, by the id of its place. ``whole`` adds the part that is written in."""
    context = _context(room, at)
    places = {"room-nav": "nav", "room-strip": "strip", "room-margin": "margin"}
    parts: dict[str, str] = {
        place: render_to_string(f"meetings/room/{name}.html", context, request) for place, name in places.items()
    }
    if at:
        parts[f"tally-{at}"] = render_to_string("meetings/room/tally.html", context, request)
    if whole:
        parts[f"topic-{at}"] = render_to_string(
            "meetings/room/topic.html" if at else "meetings/room/people.html", context, request
        )
    return parts


def _shown(request, room: Room, at: int, *, whole: bool) -> dict:
    return {"stamp": room.stamp, "state": room.meeting.state, "parts": _parts(request, room, at, whole=whole)}


@login_required
@require_POST
def note(request, school, pk):
    """One field saves itself. 200 with its version and what changed beside it · 409 both texts · 422 why not."""
    by = school_for(request.user, school)
    subject = meeting_for(by, pk)
    try:
        given = json_of(request)
        name, value, base = given["path"], given["value"], given.get("base")
        at = int(given.get("at") or 0)
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"error": "内容没有送达完整，请刷新页面后再试。"}, status=422)
    if given.get("user") not in (None, request.user.pk):
        # Somebody else signed in on this machine: nothing is written in their name.
        return JsonResponse({"error": "现在登录的是另一个账号。请刷新页面。"}, status=403)
    if not isinstance(name, str) or not isinstance(value, str) or not isinstance(base, str | None):
        return JsonResponse({"error": "内容没有送达完整，请刷新页面后再试。"}, status=422)
    if not PATH.fullmatch(name):
        return JsonResponse({"error": "没有这个栏目，请刷新页面。"}, status=422)
    try:
        written = verbs.note(subject, name, value, base=base, by=by)
    except verbs.Conflict as conflict:
        return JsonResponse(
            {"theirs": conflict.theirs, "mine": conflict.mine, "version": conflict.version, "by": conflict.by},
            status=409,
        )
    except verbs.NotAllowed as stopped:
        return JsonResponse({"error": str(stopped)}, status=403)
    except verbs.Stopped as stopped:
        return JsonResponse({"error": str(stopped)}, status=422)
    room = room_for(by, pk)
    answer = {"value": written.value, "version": written.version, "at": f"{timezone.localtime():%H:%M}"}
    if room.meeting.state in BEFORE:
        return JsonResponse(answer | {"parts": planning.parts(request, room)})
    at = at if at and any(topic.no == at for topic in room.topics) else 0
    counts = name.split("/")[0] in ("attendance", "recusal") or name.endswith("/outcome")
    return JsonResponse(answer | _shown(request, room, at, whole=counts))


@login_required
@require_GET
def room_strip(request, school, pk):
    """What is new since ``since`` (a stamp): fields that somebody wrote, and the parts beside the item at hand.
    While nothing is new the answer costs one statement."""
    by = school_for(request.user, school)
    seen = (
        meetings_for(by)
        .annotate(last_revision=last_revision(), last_entry=last_entry())
        .only("pk", "state", "school")
        .filter(pk=pk)
        .first()
    )
    if seen is None:
        raise Http404
    stamp, since = stamp_of(seen), request.GET.get("since", "")
    beside = _company(request, by, pk)
    if stamp == since or seen.state in (*BEFORE, Meeting.State.CANCELLED):
        return JsonResponse({"stamp": stamp, "state": seen.state} | beside)
    room = room_for(by, pk)
    _seen(by, room, again=False)
    revision, _, entry = since.partition(".")
    written = (
        _written_since(request.user, room, int(revision[:18])) if revision.isascii() and revision.isdigit() else {}
    )
    came = any(name.startswith(("attendance/", "recusal/")) for name in written.get("fields", ()))
    whole = came or entry != stamp.partition(".")[2]
    return JsonResponse(beside | _shown(request, room, _at(request, room), whole=whole) | written)


def _company(request, by: Standing, pk: int) -> dict:
    """Everybody of the school who looks is noted; who writes is told."""
    at = request.GET.get("item", "")
    no = int(at) if at.isascii() and at.isdigit() and len(at) < 5 else 0
    others = company.seen_with(by, pk, no, writes=by.clerk)
    return {"company": company.spoken(others)} if others and by.clerk else {}


def _written_since(user, room: Room, revision: int) -> dict:
    """The newest text of each field written since, and who else is writing."""
    fresh = TextRevision.objects.filter(meeting=room.meeting, pk__gt=revision).select_related("by").order_by("pk")[:500]
    fields, others, names = {}, {}, names_in(room)
    for row in fresh:
        fields[row.field] = {"value": row.text, "version": verbs.version_of(row.text)}
        if row.by_id != user.pk:
            others[row.by.name] = named(names, row.field)
    return {"fields": fields, "others": [{"name": name, "wrote": last} for name, last in others.items()]}


def after(request, school, room_pk: int, by: Standing, number: int | None, act) -> HttpResponse:
    """Do ``act``; answer a script with what changed, a plain form with the page."""
    try:
        act()
    except verbs.Stopped as stopped:
        if not by_script(request):
            stopped_as_message(request, stopped)
        else:
            findings = getattr(stopped, "findings", [])
            html = render_to_string("meetings/room/refused.html", {"findings": findings}, request) if findings else ""
            status = 403 if isinstance(stopped, verbs.NotAllowed) else 422
            said = {"error": "" if findings else str(stopped), "findings": html}
            return JsonResponse(said | getattr(stopped, "beside", {}), status=status)
    if by_script(request):
        return JsonResponse(_shown(request, room_for(by, room_pk), number or 0, whole=True))
    return redirect(f"{reverse('meeting', args=[school, room_pk])}?item={number or 0}")


def item_act(request, school, pk: int, act) -> HttpResponse:
    by = school_for(request.user, school)
    item = item_for(by, pk)
    if item.meeting is None:
        raise Http404
    return after(request, school, item.meeting_id, by, item.no, lambda: act(item, by))


@login_required
@require_POST
def settle(request, school, pk):
    despite = request.POST.get("despite", "")
    return item_act(request, school, pk, lambda item, by: verbs.settle(item, by=by, despite=despite))


@login_required
@require_POST
def unsettle(request, school, pk):
    reason = request.POST.get("reason", "")
    return item_act(request, school, pk, lambda item, by: verbs.unsettle(item, by=by, reason=reason))


@login_required
@require_POST
def override(request, school, pk):
    codes, reason = request.POST.getlist("codes"), request.POST.get("reason", "")
    return item_act(request, school, pk, lambda item, by: verbs.override(item, codes, reason, by=by))


urlpatterns = [
    path("meetings/<int:pk>/", meeting, name="meeting"),
    path("meetings/<int:pk>/note/", note, name="note"),
    path("meetings/<int:pk>/strip/", room_strip, name="room_strip"),
    path("items/<int:pk>/settle/", settle, name="settle"),
    path("items/<int:pk>/unsettle/", unsettle, name="unsettle"),
    path("items/<int:pk>/override/", override, name="override"),
]
