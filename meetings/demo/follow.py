"""Decisions on their way: one with steps and a report, one that asks for a later date, one that waits to be closed."""

from datetime import date, timedelta

from governance.access import Standing
from governance.models import Person

from .. import transitions as verbs
from ..models import Item, Meeting
from .people import DemoSchool
from .today import Desk


def write(school: DemoSchool, on: date) -> None:
    desk = Desk(school, on)
    ahead = Item.objects.filter(
        matter__school=school.organisation, meeting__state=Meeting.State.ISSUED, lead__isnull=False, done_on=None,
        due__gte=on,
    )  # fmt: skip
    items = list(ahead.select_related("lead__user", "matter", "meeting").order_by("due", "pk")[:3])
    for item, act in zip(items, (_ask, _go_on, _finish), strict=False):
        act(item, _acting(desk, item.lead), on)


def _acting(desk: Desk, person: Person) -> Standing:
    return desk.acting(person) if person.user_id else desk.clerk


def _ask(item: Item, by: Standing, on: date) -> None:
    verbs.report_progress(item, text="已完成前期摸底，合作单位的材料还没有齐。", percent=50, by=by)
    verbs.ask_extension(
        item, until=item.due + timedelta(days=14), reason="合作单位的材料要下周才能送到，前期工作已完成一半。", by=by
    )


def _go_on(item: Item, by: Standing, on: date) -> None:
    first = verbs.add_step(item, text="制定实施方案，明确分工", due=on, by=by)
    verbs.add_step(item, text="在教职工会上部署", who=item.lead, due=item.due, by=by)
    verbs.finish_step(first, by=by)
    verbs.report_progress(item, text="方案已定，分工到各处室，下周在教职工会上部署。", percent=40, by=by)


def _finish(item: Item, by: Standing, on: date) -> None:
    verbs.report_done(item, done_on=on, note="已按决定办理完毕，材料存学校办公室。", by=by)
