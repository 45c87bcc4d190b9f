"""Verbs before an inspection begins, and the later day while it runs: what it looks at, who, and for how long."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Role, User
from accounts.templatetags.words import full
from governance.access import NAMED, Standing, schools_below
from governance.calendar import first_moment
from governance.models import Grant, Person

from ..models import Inspection, Member
from .acting import Stopped, allowed, begin, write

TWICE = timedelta(seconds=30)
PLAIN = ("kind", "title", "basis", "since", "until", "records_since", "records_until", "classes")


@dataclass(frozen=True)
class Plan:
    """What is filled in of an inspection."""

    kind: str
    title: str
    basis: str
    since: date
    until: date
    records_since: date
    records_until: date
    classes: list[str]
    schools: Iterable[Organisation]
    people: Iterable[Person]
    members: Iterable[User]
    lead: User | None


def may_be_named(authority: Organisation, day: date):
    """Who can be a member: inspectors of the authority or of one above it, and those invited there."""
    roles = Role.objects.on(day).filter(role__in=NAMED, organisation__in=authority.line)
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("name", "pk")


def mark_of(inspection: Inspection) -> str:
    """Of all that whoever changes an inspection has seen: another mark when anything was changed since."""
    seen = [
        *(getattr(inspection, name) for name in PLAIN),
        sorted(inspection.schools.values_list("pk", flat=True)),
        sorted(inspection.people.values_list("pk", flat=True)),
        sorted(inspection.members.values_list("user", "leads")),
    ]
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:16]


@transaction.atomic
def plan_inspection(plan: Plan, *, by: Standing) -> Inspection:
    """A second click finds what the first one made."""
    verb = allowed("plan_inspection", by)
    User.objects.select_for_update(no_key=True).get(pk=by.user.pk)
    ours = Inspection.objects.filter(authority=by.organisation, created_by=by.user)
    if just_made := ours.filter(title=plan.title, created_at__gt=timezone.now() - TWICE).first():
        return just_made
    inspection = Inspection(authority=by.organisation, created_by=by.user)
    _write(inspection, plan, by)
    write(verb, inspection, by, f"筹备检查：{inspection.title}", **_told(inspection))
    return inspection


@transaction.atomic
def edit_inspection(inspection: Inspection, plan: Plan, *, seen: str, by: Standing) -> Inspection:
    verb, inspection = begin("edit_inspection", inspection, by)
    if seen != mark_of(inspection):
        raise Stopped("您打开页面后，这次检查已由他人修改。您填的内容还没有保存：请在另一个窗口打开对照，再保存一次。")
    _write(inspection, plan, by)
    write(verb, inspection, by, f"修改检查：{inspection.title}", **_told(inspection))
    return inspection


def _write(inspection: Inspection, plan: Plan, by: Standing) -> None:
    schools, members = {school.pk for school in plan.schools}, {user.pk for user in plan.members}
    if schools_below(by.organisation).filter(pk__in=schools).count() != len(schools):
        raise Stopped("选的学校中有不属于本单位管辖的。请重新选择。")
    if may_be_named(by.organisation, by.day).filter(pk__in=members).count() != len(members):
        raise Stopped("选的组员中有不是督导检查员或受派检查员的。请先由系统管理员授权，再选。")
    if plan.lead and plan.lead.pk not in members:
        raise Stopped("组长要在检查组成员中。请勾选组长，或者换一位。")
    for name in PLAIN:
        setattr(inspection, name, getattr(plan, name))
    inspection.save()
    inspection.schools.set(schools)
    inspection.people.set(person for person in plan.people if person.school_id in schools)
    gone = inspection.members.exclude(user__in=members)
    gone.delete()
    inspection.members.filter(~Q(user=plan.lead) if plan.lead else Q(), leads=True).update(leads=False)
    named = set(inspection.members.values_list("user", flat=True))
    Member.objects.bulk_create(Member(inspection=inspection, user_id=user) for user in sorted(members - named))
    if plan.lead:
        inspection.members.filter(user=plan.lead).update(leads=True)


def _told(inspection: Inspection) -> dict:
    return {
        "since": str(inspection.since),
        "until": str(inspection.until),
        "records_since": str(inspection.records_since),
        "records_until": str(inspection.records_until),
        "classes": inspection.classes,
        "schools": sorted(inspection.schools.values_list("code", flat=True)),
        "members": sorted(inspection.members.values_list("user__username", flat=True)),
    }


@transaction.atomic
def extend_inspection(inspection: Inspection, *, until: date, by: Standing) -> Inspection:
    """A later last day, for all who were granted. Asked for twice it is the same day, and nothing happens."""
    verb, inspection = begin("extend_inspection", inspection, by)
    if until == inspection.until:
        return inspection
    if until < inspection.until or until < by.day:
        raise Stopped(f"检查现在到{full(inspection.until)}为止，只能延到以后的日期。要提前结束，请用“结束检查”。")
    before, inspection.until = inspection.until, until
    inspection.save(update_fields=["until"])
    Grant.objects.filter(key=inspection.key).update(until=first_moment(inspection.first_day_after))
    told = f"延长检查：{inspection.title}，由{full(before)}延到{full(until)}"
    write(verb, inspection, by, told, before=str(before), until=str(until))
    return inspection
