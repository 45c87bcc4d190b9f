"""今天要办 of answers: who is asked to a meeting answers, whoever leads it decides on leave."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from accounts.templatetags.words import day
from governance.access import Standing
from governance.models import Body

from .models import Attendance, Meeting
from .waiting import Row, link


def answer_rows(by: Standing, now: datetime) -> Iterator[Row]:
    """请回执, 请假待批: one statement."""
    if not by.person_id:
        return
    mine = Q(person=by.person_id, role=Attendance.Role.MEMBER, answer="", status="")
    chairs = Q(meeting__body__in=[body for body in Body if by.heads(body)])
    chairs |= Q(meeting__chair=by.person_id, meeting__delegation_receiver=F("meeting__chair"))
    asked = Q(answer=Attendance.Answer.LEAVE, leave_granted=None) & chairs
    ahead = Q(meeting__school=by.school, meeting__state=Meeting.State.CALLED, meeting__starts_at__gt=now)
    rows = Attendance.objects.filter(ahead, mine | asked).select_related("meeting", "person").order_by("pk")
    for row in rows:
        meeting = row.meeting
        name = meeting.title or f"{meeting.get_body_display()} {day(meeting.starts_at)}"
        page = link(by, "meeting", pk=meeting.pk)
        if row.answer:
            yield Row(
                "leave_asked", f"{row.person.name}请假：{row.answer_reason}", f"请假待批 · {name}", "去批假",
                f"{page}#answers", since=row.answered_at or now, due=meeting.starts_at, leave=row.pk,
            )  # fmt: skip
        else:
            since = meeting.notice_sent_at or meeting.created_at
            yield Row(
                "reply", name, "请回执：参加，或请假并写事由", "去回执", f"{page}#answers", since=since,
                due=meeting.starts_at,
            )  # fmt: skip
