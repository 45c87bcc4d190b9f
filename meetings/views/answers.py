"""Answers to a notice: 参加 or 请假, leave granted or not, and asking the silent once more."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from governance.access import school_for
from governance.models import Person

from .. import transitions as verbs
from ..access import meeting_for, meetings_for
from ..models import Attendance
from ..room import room_for
from ..room.answers import Answers
from . import planning
from .answering import key, stopped_as_message


def _back(school: str, pk: int) -> HttpResponse:
    return redirect(f"{reverse('meeting', args=[school, pk])}#answers")


@login_required
@require_POST
def meeting_reply(request: HttpRequest, school: str, pk: int) -> HttpResponse:
    by = school_for(request.user, school)
    meeting = meeting_for(by, pk)
    post = request.POST
    person = None
    if named := post.get("person", ""):
        person = get_object_or_404(Person, school=by.school, pk=key(named))
    answer, reason = post.get("answer", ""), post.get("reason", "")
    try:
        if answer not in Attendance.Answer.values:
            raise verbs.Stopped("请选择参加或请假。")
        row = verbs.reply(meeting, coming=answer == "coming", reason=reason, person=person, by=by)
    except verbs.Stopped as stopped:
        room = room_for(by, pk)
        if person or not Answers(room).mine:
            stopped_as_message(request, stopped)
            return _back(school, pk)
        return planning.page(request, room, status=422, answers=Answers(room, typed=reason, wrong=str(stopped)))
    said = "已回执：参加。" if row.answer == "coming" else "已请假，等主持人批准。"
    messages.success(request, "已请假。" if row.leave_granted else said)
    return _back(school, pk)


@login_required
@require_POST
def leave_decide(request: HttpRequest, school: str, pk: int) -> HttpResponse:
    by = school_for(request.user, school)
    asked = get_object_or_404(
        Attendance.objects.select_related("meeting", "person"), pk=pk, meeting__in=meetings_for(by)
    )
    granted = request.POST.get("granted", "")
    try:
        if granted not in ("yes", "no"):
            raise verbs.Stopped("请选择准假或不准。")
        verbs.decide_leave(asked, granted=granted == "yes", by=by)
        messages.success(request, f"{asked.person.name}：{'已准假' if granted == 'yes' else '没有准假，仍请参加'}。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("desk", school) if request.POST.get("from") == "desk" else _back(school, asked.meeting_id)


@login_required
@require_POST
def answers_remind(request: HttpRequest, school: str, pk: int) -> HttpResponse:
    by = school_for(request.user, school)
    try:
        people = verbs.remind_silent(meeting_for(by, pk), by=by)
        messages.success(request, f"已提醒还没有回执的 {people} 人。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return _back(school, pk)


urlpatterns = [
    path("meetings/<int:pk>/reply/", meeting_reply, name="meeting_reply"),
    path("meetings/<int:pk>/remind/", answers_remind, name="answers_remind"),
    path("attendance/<int:pk>/leave/", leave_decide, name="leave_decide"),
]
