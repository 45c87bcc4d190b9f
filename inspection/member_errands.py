"""Members of an inspection are told that it has begun, or lasts longer; schools that it is over, and that they may now read
who looked at what is confidential. As in meetings.errands."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Organisation
from accounts.templatetags.words import full
from meetings.errands import Errands
from meetings.models import ConfidentialView
from meetings.notices import link, tell, to_each

from .models import Inspection
from .rectifications.telling import heads_and_clerks


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


def tell_schools(entry: Entry, now: datetime) -> None:
    inspection = Inspection.objects.select_related("authority").get(pk=entry.subject_id)
    views = ConfidentialView.objects.filter(key=inspection.key).order_by()
    looked = set(views.values_list("school", flat=True).distinct())
    told = heads_and_clerks(looked, now)
    for school in Organisation.objects.filter(pk__in=looked):
        tell(
            to_each(
                told[school.pk],
                school=school,
                key=f"inspection/{inspection.pk}/views",
                kind="confidential_views",
                title=f"检查已结束：{inspection.title}",
                body="检查期间校外人员打开过本校的人事议题，谁看了什么，现在可以查看。",
                url=link("confidential_views", school),
                mail_due=False,
            )
        )


MEMBER_ERRANDS: Errands = {
    "begin_inspection": (tell_members,),
    "extend_inspection": (tell_members,),
    "end_inspection": (tell_schools,),
}
