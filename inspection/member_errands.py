"""Members of an inspection are told that it has begun, or lasts longer. As in meetings.errands."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from accounts.templatetags.words import full
from meetings.errands import Errands
from meetings.notices import tell, to_each

from .models import Inspection


def tell_members(entry: Entry, now: datetime) -> None:
    running = Inspection.objects.filter(pk=entry.subject_id, state=Inspection.State.RUNNING).select_related("authority")
    inspection = running.filter(until__gte=timezone.localdate(now)).first()
    if inspection is None:
        return
    members = inspection.members.filter(user__is_active=True).exclude(user=entry.actor)
    word = "检查开始" if entry.verb == "begin_inspection" else "检查延长"
    tell(
        to_each(
            members.values_list("user", flat=True),
            school=inspection.authority,
            key=f"inspection/{inspection.pk}/{entry.pk}",
            kind="inspection",
            title=f"{word}：{inspection.title}",
            body=f"您是检查组成员，从 {full(inspection.since)} 到 {full(inspection.until)} 可以查看范围内的记录。",
            url=reverse("inspection", args=[inspection.pk]),
        )
    )


MEMBER_ERRANDS: Errands = {
    "begin_inspection": (tell_members,),
    "extend_inspection": (tell_members,),
}
