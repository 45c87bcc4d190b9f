"""Inspections that several tests begin from, planned and begun by the inspector."""

import json
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from governance.access import authority_for
from inspection import transitions as verbs
from inspection.models import Inspection
from inspection.transitions.planning import Plan
from meetings.facts import load
from meetings.facts.writing import Writing
from meetings.models import Item, Judgement, KeptFinding, Matter, Meeting


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


def started(inspection: Inspection) -> Inspection:
    return verbs.begin_inspection(inspection, by=acting(inspection.created_by, inspection.authority.code))


def held(
    school, title: str, *, category: str = "D13", days_ago: int = 10, meeting=None, broken: str = "", **more
) -> Item:
    """An item as it was decided at a meeting of its own, or at another one beside its items; ``broken``: a rule. Written
    straight into the tables: what verbs make of it is told elsewhere."""
    user, at = User.objects.get(username="zheng"), timezone.now() - timedelta(days=days_ago)
    if meeting is None:
        meeting = Meeting.objects.create(
            school=school, body="party", state=Meeting.State.ENDED, place="第一会议室", starts_at=at,
            ends_at=at + timedelta(hours=1), created_by=user,
        )  # fmt: skip
    matter = Matter.objects.create(
        school=school, title=title, category=category, proposal=f"{title}的方案。", state=Matter.State.DECIDED,
        proposed_at=at - timedelta(days=3), created_by=user, **more,
    )  # fmt: skip
    item = Item.objects.create(
        matter=matter, body="party", purpose="decide", meeting=meeting, no=meeting.items.count() + 1,
        state=Item.State.SETTLED, outcome="passed", decision_text=f"同意{title}。", settled_at=at,
    )  # fmt: skip
    if broken:
        judgement = Judgement.objects.create(
            school=school,
            meeting=meeting,
            verb="complete",
            by=user,
            digest="0" * 64,
            own_facts=json.loads(
                Writing().bytes_of(load(school, Meeting.objects.filter(pk=meeting.pk)).dossier.records)
            ),
        )
        KeptFinding.objects.create(
            judgement=judgement, school=school, meeting=meeting, item=item, matter=matter, rule=broken, mode="block",
            outcome="broken", body="party", clause="《意见》（五）", message=f"{title}不行。依据《意见》（五）。请改正。",
        )  # fmt: skip
    return item
