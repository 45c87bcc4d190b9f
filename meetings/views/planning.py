"""Meetings before they begin: the list, planning one, its agenda with the dry run, its notice."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation
from governance.access import Standing, school_for
from governance.forms.fields import DayField
from governance.models import Body, Person

from .. import transitions as verbs
from ..access import meeting_for, meetings_for
from ..answers_told import said_of
from ..coming import coming_to
from ..dry_run import Foreseen, expected, foreseen
from ..models import Item, Meeting
from ..room import Room, room_for
from ..room.answers import Answers
from ..room.topic import Topic
from ..since_notice import changes_since_notice
from ..transitions.meeting import OPENS_BEFORE
from .answering import key, stopped_as_message

AHEAD = Q(state__in=[Meeting.State.DRAFT, Meeting.State.CALLED, Meeting.State.OPEN])
ACTS = ("call", "reschedule", "cancel", "open", "end")


class MeetingForm(forms.Form):
    body = forms.ChoiceField(label="会议", choices=Body.choices, widget=forms.RadioSelect)
    day = DayField(label="日期")
    clock = forms.TimeField(label="开始时间", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label="地点", max_length=120)
    mode = forms.ChoiceField(label="方式", choices=Meeting.Mode.choices, initial=Meeting.Mode.IN_PERSON)
    title = forms.CharField(label="名称", max_length=200, required=False, help_text="不填时按“会议名称（日期）”显示。")
    emergency = forms.BooleanField(label="紧急会议（不受提前通知时间限制）", required=False)
    observers = forms.ModelMultipleChoiceField(
        label="列席人员", queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, school: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["observers"].queryset = Person.objects.filter(school=school)

    @property
    def starts_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["clock"]))


class WhenForm(forms.Form):
    day = DayField(label="日期")
    clock = forms.TimeField(label="开始时间", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label="地点", max_length=120)
    starts_at = MeetingForm.starts_at


@dataclass(frozen=True)
class Shown:
    """The meetings of a list, and what it is narrowed to."""

    rows: QuerySet[Meeting]
    body: str
    imported: bool
    came_in: bool

    @property
    def said(self) -> str:
        return "；".join(filter(None, (Body(self.body).label if self.body else "", "只看导入的" * self.imported)))


def _sizes() -> QuerySet:
    """Asked for each meeting that is shown: joined, the items of all years would be counted for a page of fifty."""
    items = Item.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return items.annotate(size=Count("pk")).values("size")


def meetings_of(by: Standing, query: QueryDict) -> Shown:
    body = query.get("body", "")
    meetings = meetings_for(by).annotate(
        size=Coalesce(Subquery(_sizes()), 0),
        behind=Case(When(AHEAD, then=Value(0)), default=Value(1)),
        ahead_at=Case(When(AHEAD, then=F("starts_at"))),
    )
    came_in = meetings_for(by).filter(state=Meeting.State.IMPORTED).exists()
    imported = came_in and query.get("imported") == "yes"
    if imported:
        meetings = meetings.filter(state=Meeting.State.IMPORTED)
    if body in Body.values:
        meetings = meetings.filter(body=body)
    meetings = meetings.order_by("behind", F("ahead_at").asc(nulls_last=True), "-starts_at", "-pk")
    return Shown(meetings, body if body in Body.values else "", imported, came_in)


@login_required
@require_GET
def meeting_list(request, school):
    by = school_for(request.user, school)
    shown = meetings_of(by, request.GET)
    page = Paginator(shown.rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for meeting in page:
        meeting.act, meeting.door = _next_act(by, meeting)
    return render(
        request,
        "meetings/meeting_list.html",
        {
            "standing": by,
            "page": page,
            "body": shown.body,
            "bodies": Body.choices,
            "came_in": shown.came_in,
            "imported": shown.imported,
        },
    )


def _next_act(by: Standing, meeting: Meeting) -> tuple[str, str]:
    """What this person would open the meeting for, and where."""
    if verbs.may(by, "issue", meeting):
        return "去签发", "minutes"
    if verbs.may(by, "sign", meeting):
        return "去签字", "record"
    clerical = {
        "draft": ("去编排", "meeting"),
        "open": ("去记录", "meeting"),
        "ended": ("去整理", "record"),
    }
    return clerical.get(meeting.state, ("查看", "meeting")) if by.clerk else ("查看", "meeting")


@login_required
@require_http_methods(["GET", "POST"])
def meeting_new(request, school):
    by = school_for(request.user, school)
    if not by.clerk:
        raise Http404
    last = meetings_for(by).order_by("-pk").first()
    form = MeetingForm(
        request.POST or None,
        school=by.school,
        initial={"body": request.GET.get("body", Body.PARTY), "place": last.place if last else ""},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = verbs.plan(
                by.school,
                body=given["body"],
                starts_at=form.starts_at,
                place=given["place"],
                title=given["title"],
                mode=given["mode"],
                emergency=given["emergency"],
                observers=given["observers"],
                by=by,
            )
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            return redirect("meeting", school, made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "meetings/meeting_new.html", {"standing": by, "form": form}, status=status)


@dataclass
class Planned:
    """One item of an agenda with its dry run; it has none once it was taken up."""

    topic: Topic
    foreseen: Foreseen | None

    @property
    def item(self) -> Item:
        return self.topic.item


def _context(room: Room, **more) -> dict:
    ahead = foreseen(room.loaded, room.meeting.pk)
    planned = [Planned(topic, ahead.get(topic.no)) for topic in room.topics]
    mine = verbs.may(room.by, "set_agenda", room.meeting)
    spare, waiting = coming_to(room.by, room.meeting.body) if mine else ([], [])
    starts = timezone.localtime(room.meeting.starts_at)
    called = room.meeting.state == Meeting.State.CALLED
    return {
        "standing": room.by,
        "room": room,
        "meeting": room.meeting,
        "planned": planned,
        "since": changes_since_notice(room.meeting) if called else None,
        "answers": Answers(room),
        "at_risk_said": said_of({no: one for no, one in ahead.items() if one.at_risk}),
        "at_risk": [one for one in planned if one.foreseen and one.foreseen.at_risk],
        "spare": spare,
        "came_back": waiting,
        "writing": mine,
        "expected": len(expected(room.loaded, room.meeting.pk)),
        "seen": ",".join(str(one.item.pk) for one in planned),
        "when": WhenForm(initial={"day": starts.date(), "clock": starts.time(), "place": room.meeting.place}),
        "may_open": verbs.may(room.by, "open", room.meeting),
        "time_to_open": room.meeting.starts_at - timezone.now() <= OPENS_BEFORE,
    } | more


def page(request, room: Room, *, status: int = 200, **more) -> HttpResponse:
    """A meeting that has not begun: for the clerk its plan, for everybody else its notice."""
    context = _context(room, **more)
    return render(
        request, f"meetings/{'plan' if context['writing'] else 'meeting_notice'}.html", context, status=status
    )


def parts(request, room: Room) -> dict[str, str]:
    context = _context(room)
    return {
        "plan-agenda": render_to_string("meetings/plan/agenda.html", context, request),
        "plan-summary": render_to_string("meetings/plan/summary.html", context, request),
    }


def _numbers(text: str) -> list[int]:
    try:
        return [int(each) for each in text.split(",") if each.strip()]
    except ValueError:
        raise verbs.Stopped("议程没有送达完整，请刷新后再排。") from None


@login_required
@require_POST
def meeting_agenda(request, school, pk):
    """The whole order, with the order that was seen: a part of it cannot say what somebody else moved meanwhile."""
    by = school_for(request.user, school)
    meeting = meeting_for(by, pk)
    error, status = "", 200
    try:
        verbs.set_agenda(
            meeting, _numbers(request.POST.get("order", "")), seen=_numbers(request.POST.get("seen", "")), by=by
        )
    except verbs.Stopped as stopped:
        error, status = str(stopped), 409
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"error": error, "parts": parts(request, room_for(by, pk))}, status=status)
    if error:
        messages.error(request, error)
    return redirect("meeting", school, pk)


@login_required
@require_POST
def meeting_expect(request, school, pk):
    """Who is asked to sit in. The team of the day is always expected; leave is written down person by person."""
    by = school_for(request.user, school)
    meeting = meeting_for(by, pk)
    people = Person.objects.filter(school=by.school, pk__in=[key(each) for each in request.POST.getlist("observers")])
    try:
        with transaction.atomic():
            room = room_for(by, meeting.pk)
            if not verbs.may(by, "set_agenda", room.meeting):
                raise verbs.NotAllowed("列席人员由学校秘书在会前登记。")
            verbs.expect(room.meeting, room.case.team, people, by=by)
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("meeting", school, pk)


@login_required
@require_POST
def meeting_act(request, school, pk, verb):
    by = school_for(request.user, school)
    meeting = meeting_for(by, pk)
    if verb not in ACTS:
        raise Http404
    post = request.POST
    form = WhenForm(post) if verb == "reschedule" else None
    if form and not form.is_valid():
        return page(request, room_for(by, pk), status=422, when=form)
    acts = {
        "call": lambda: verbs.call(meeting, by=by),
        "reschedule": lambda: verbs.reschedule(
            meeting, starts_at=form.starts_at, place=form.cleaned_data["place"], by=by
        ),
        "cancel": lambda: verbs.cancel(meeting, by=by, reason=post.get("reason", "")),
        "open": lambda: verbs.open_meeting(meeting, by=by),
        "end": lambda: verbs.end(meeting, by=by),
    }
    try:
        acts[verb]()
    except verbs.Refused as refused:
        return page(request, room_for(by, pk), status=422, refused=refused.findings)
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
        return redirect("meeting", school, pk)
    if verb == "call":
        messages.success(request, "通知已发出，与会人员会在消息和邮件中看到时间、地点。")
    if verb == "end":
        messages.success(request, "会议已结束。请核对记录，完成后由主持人、记录人签字。")
        return redirect("record", school, pk)
    return redirect("meeting", school, pk)


urlpatterns = [
    path("meetings/", meeting_list, name="meeting_list"),
    path("meetings/new/", meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/agenda/", meeting_agenda, name="meeting_agenda"),
    path("meetings/<int:pk>/expect/", meeting_expect, name="meeting_expect"),
    path("meetings/<int:pk>/act/<slug:verb>/", meeting_act, name="meeting_act"),
]
