"""Inspections in the demo: one that runs, with somebody invited; one being planned; one that has ended."""

from datetime import date, timedelta

from accounts.models import User
from governance.access import authority_for
from governance.calendar import first_moment
from meetings.demo.people import DemoSchool, District

from . import transitions as verbs
from .models import Inspection
from .transitions.planning import Plan

K = Inspection.Kind


def write(district: District, on: date) -> None:
    ducha, invited = (User.objects.get(username=name) for name in ("ducha", "shoupai"))
    by = authority_for(ducha, district.authority.code)
    first, second, third, fourth = district.schools

    def planned(
        kind, title: str, basis: str, days: int, back: int, classes: list[str], schools: list[DemoSchool], members
    ):
        plan = Plan(
            kind, title, basis, on, on + timedelta(days=days), on - timedelta(days=back), on, classes,
            [school.organisation for school in schools], [], members, members[0],
        )  # fmt: skip
        return verbs.plan_inspection(plan, by=by)

    ended = planned(
        K.SUPERVISION, "春季“三重一大”专项督导", f"区教督〔{on.year}〕3号", 10, 300, [], [third, fourth], [ducha]
    )
    ended = verbs.end_inspection(verbs.begin_inspection(ended, by=by), by=by)
    _long_ago(ended, on)
    verbs.ask_report(ended, by=by)
    running = planned(
        K.AUDIT,
        "大额资金和人事任免专项检查",
        f"区审〔{on.year}〕12号",
        20,
        365,
        ["H", "F"],
        [first, second],
        [ducha, invited],
    )
    verbs.begin_inspection(running, by=by)
    planned(K.PATROL, "中小学议事决策巡察", "", 45, 365, [], [first, second, third, fourth], [ducha])


def _long_ago(ended: Inspection, on: date) -> None:
    """Nobody can begin one in the past; the demo says that somebody did."""
    ended.since, ended.until = on - timedelta(days=190), on - timedelta(days=160)
    ended.records_since, ended.records_until = on - timedelta(days=360), on - timedelta(days=191)
    ended.begun_at, ended.ended_at = (first_moment(day) for day in (ended.since, ended.until))
    ended.save(update_fields=["since", "until", "records_since", "records_until", "begun_at", "ended_at"])
