"""Who comes and goes: told in the room, checked in by the members' own phones, and the notice that carries the code."""

from datetime import datetime, timedelta

import qrcode
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import school_for
from governance.models import Person

from .. import transitions as verbs
from ..access import meeting_for
from ..models import Attendance, Meeting
from ..room import room_for
from ..transitions.check_in import before_checking_in
from ..viewing import seen_of_meeting
from .answering import key
from .room import after

KEY = signing.Signer(salt="check-in")


def _clock(text: str, meeting: Meeting) -> datetime | None:
    """A time of the meeting's day, or, of a meeting that goes on after midnight, of the night."""
    if not text:
        return None
    try:
        clock = datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise verbs.Stopped(f"“{text}”不是有效的时间。") from None
    at = timezone.make_aware(datetime.combine(timezone.localtime(meeting.starts_at).date(), clock))
    return at + timedelta(days=1) if meeting.starts_at - at > timedelta(hours=12) else at


@login_required
@require_POST
def move(request, school, pk):
    """``move`` is kind/person, or kind/person/0 for what holds from the beginning; ``item`` from which item on."""
    by = school_for(request.user, school)
    meeting, post = meeting_for(by, pk), request.POST
    kind, _, rest = post.get("move", "").partition("/")
    who, _, start = rest.partition("/")
    person = get_object_or_404(Person, school=by.school, pk=key(who))
    number = key(post.get("item")) or None

    def act():
        verbs.move(
            meeting, person, kind, item_no=None if start == "0" else number, at=_clock(post.get("clock", ""), meeting),
            detail=post.get("detail", ""), by=by,
        )  # fmt: skip

    return after(request, school, pk, by, key(post.get("at", post.get("item"))), act)


@login_required
@require_POST
def check_ins(request, school, pk):
    by = school_for(request.user, school)
    meeting, post = meeting_for(by, pk), request.POST
    here = "here" in post
    which = [key(each) for each in post.get("here" if here else "not_here", "").split(",")]
    at = key(post.get("at", post.get("item")))
    return after(
        request,
        school,
        pk,
        by,
        at,
        lambda: verbs.decide_check_ins(meeting, which, here=here, item_no=at or None, by=by),
    )


@login_required
@require_http_methods(["GET", "POST"])
def check_in(request, school, key):
    """What a scan leads to: one button. Whoever is not signed in signs in first and comes back here."""
    try:
        pk = int(KEY.unsign(key))
    except (signing.BadSignature, ValueError):
        raise Http404("签到码不完整或已经失效。请重新扫描通知上的签到码。") from None
    try:
        by = school_for(request.user, school)
    except Http404:
        raise Http404("您现在登录的账号不在这所学校任职，不能在这里签到。请换成本校的账号，或请记录人登记。") from None
    meeting = meeting_for(by, pk)
    error, status = before_checking_in(meeting), 200
    if request.method == "POST":
        try:
            verbs.check_in(meeting, by=by)
        except verbs.Stopped as stopped:
            error, status = str(stopped), 403 if isinstance(stopped, verbs.NotAllowed) else 422
    last = meeting.check_ins.filter(person=by.person_id).order_by("-pk").first() if by.person_id else None
    row = meeting.attendance.filter(person=by.person_id).first() if by.person_id else None
    return render(
        request,
        "meetings/check_in.html",
        {
            "standing": by,
            "meeting": meeting,
            "error": error or ("" if row else "您不在这次会议的参会名单上，不能签到。临时列席的，请告诉记录人登记。"),
            "last": last,
            "marked": bool(row and row.status == Attendance.Status.PRESENT and row.to_item is None),
        },
        status=status,
    )


def _code(address: str):
    """The address as a QR code, drawn in one path."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=2)
    code.add_data(address)
    rows = code.get_matrix()
    drawn = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="code" viewBox="0 0 {size} {size}" role="img" aria-label="签到码" shape-rendering="crispEdges">'
        '<path d="{drawn}"/></svg>',
        size=len(rows),
        drawn=drawn,
    )


@login_required
@require_GET
def notice_print(request, school, pk):
    """The notice for the wall or the table, with the code by which those who come check in."""
    by = school_for(request.user, school)
    room = room_for(by, pk)
    if room.meeting.state not in (Meeting.State.CALLED, Meeting.State.OPEN):
        raise Http404("这次会议还没有发出通知，或已经结束，没有可打印的通知。")
    seen_of_meeting(by, "notice_print", "会议通知", room.meeting)
    address = settings.BASE_URL + reverse("check_in", args=[school, KEY.sign(str(pk))])
    context = {"standing": by, "room": room, "meeting": room.meeting, "code": _code(address), "address": address}
    return render(request, "meetings/notice_print.html", context)


urlpatterns = [
    path("meetings/<int:pk>/move/", move, name="move"),
    path("meetings/<int:pk>/check-ins/", check_ins, name="check_ins"),
    path("meetings/<int:pk>/notice/print/", notice_print, name="notice_print"),
    path("check-in/<str:key>/", check_in, name="check_in"),
]
