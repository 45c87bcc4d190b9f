"""Verbs of an inspection: begun, it opens the records in scope to its members; ended, it closes them."""

from django.db import transaction
from django.utils import timezone

from governance.access import Standing
from governance.calendar import first_moment
from governance.models import Grant

from ..models import Inspection
from .acting import Stopped, begin, write


@transaction.atomic
def begin_inspection(inspection: Inspection, *, by: Standing) -> Inspection:
    verb, inspection = begin("begin_inspection", inspection, by)
    schools, members = list(inspection.schools_here), list(inspection.members.values_list("user", flat=True))
    if not schools or not members:
        raise Stopped("还没有选学校或检查组成员。请先补齐，再开始检查。")
    if inspection.until < timezone.localdate():
        raise Stopped("检查的截止日期已经过去。请先修改日期，再开始检查。")
    people = list(inspection.people.values_list("pk", "school"))
    Grant.objects.bulk_create(
        Grant(
            user_id=member,
            school=school,
            key=inspection.key,
            since=first_moment(inspection.since),
            until=first_moment(inspection.first_day_after),
            records_since=inspection.records_since,
            records_until=inspection.records_until,
            classes=inspection.classes,
            people=[person for person, of in people if of == school.pk],
        )
        for school in schools
        for member in members
    )
    inspection.state, inspection.begun_at = verb.target, timezone.now()
    inspection.save(update_fields=["state", "begun_at"])
    write(verb, inspection, by, f"开始检查：{inspection.title}（{len(schools)} 所学校，{len(members)} 人）")
    return inspection


@transaction.atomic
def end_inspection(inspection: Inspection, *, by: Standing) -> Inspection:
    """From now on nobody reads by it. Working papers stay with the authority."""
    verb, inspection = begin("end_inspection", inspection, by)
    now = timezone.now()
    Grant.objects.filter(key=inspection.key, since__gt=now).update(since=now, until=now)
    Grant.objects.filter(key=inspection.key, until__gt=now).update(until=now)
    inspection.state, inspection.ended_at = verb.target, now
    inspection.save(update_fields=["state", "ended_at"])
    write(verb, inspection, by, f"结束检查：{inspection.title}")
    return inspection
