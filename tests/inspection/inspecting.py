"""Inspections that several tests begin from, planned and begun by the inspector."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from governance.access import authority_for
from inspection import transitions as verbs
from inspection.models import Inspection
from inspection.transitions.planning import Plan


def acting(user, authority: str = "district"):
    """An inspector, as they stand in their authority today."""
    return authority_for(user, authority)


def plan(cast, *members, **more) -> Plan:
    """Of 示范中学, all that was held from a quarter ago until a month from now; begun today, for a month."""
    today, members = timezone.localdate(), members or (cast.wang,)
    given = Plan(
        kind="supervision",
        title="年度督导",
        basis="",
        since=today,
        until=today + timedelta(days=30),
        records_since=today - timedelta(days=90),
        records_until=today + timedelta(days=30),
        classes=[],
        schools=[cast.school],
        people=[],
        members=members,
        lead=members[0],
    )
    return replace(given, **more)


def planned(cast, *members, by=None, **more) -> Inspection:
    return verbs.plan_inspection(plan(cast, *members, **more), by=by or acting(cast.wang))


def begun(inspection: Inspection) -> Inspection:
    return verbs.begin_inspection(inspection, by=acting(inspection.created_by, inspection.authority.code))
