"""去反馈, 去销号, 去批复: what waits for one person of the decisions that are being carried out."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.templatetags.words import day
from governance.access import Standing
from governance.models import Body
from governance.rules.facts import day_of

from .ledger import follow_ups, lit, past_when_it_came, shares
from .lights import SILENT
from .models import Item, Meeting
from .waiting import LONG, Row, end_of, link

SOON = timedelta(days=14)  # what is due later does not wait yet, unless nobody reports


def follow_up_rows(by: Standing, now: datetime) -> Iterator[Row]:
    today, bodies = day_of(now), [body for body in Body if by.heads(body)]
    of = shares(by, today)
    wanted = (of["to_close"] | of["asked"]) & Q(body__in=bodies)
    came = ~past_when_it_came()
    if by.person_id:
        unheard = Q(heard_at__lt=now - SILENT) | Q(heard_at=None, settled_at__lt=now - SILENT)
        silent = unheard & ~Q(meeting__state=Meeting.State.IMPORTED)
        wanted |= came & of["open"] & Q(mine=True) & (Q(due__lte=today + SOON) | silent)
    if by.clerk:
        wanted |= came & of["overdue"]
    for item in lit(follow_ups(by).filter(wanted), today):
        if item.done_on or (item.asked_until and by.heads(item.body)):
            yield _answer(by, item, now)
        if not item.done_on and (item.mine or by.clerk) and (item.mine or item.light.colour == "red"):
            yield _report(by, item, now)


def _answer(by: Standing, item: Item, now: datetime) -> Row:
    """What the head is asked for: to close, or a later date."""
    page = link(by, "follow_up", pk=item.pk)
    if item.done_on:
        return Row(
            "close_follow_up", item.matter.title, f"{day(item.done_on)}反馈办结，请销号", "去销号", page,
            since=item.heard_at, late=now - item.heard_at > LONG,
        )  # fmt: skip
    return Row(
        "decide_extension", item.matter.title, f"申请延期至{day(item.asked_until)}，请批复", "去批复", page,
        since=item.asked_at, due=end_of(item.due) if item.due else None, late=bool(item.due and item.due < day_of(now)),
    )  # fmt: skip


def _report(by: Standing, item: Item, now: datetime) -> Row:
    due = end_of(item.due) if item.due else None
    since = item.heard_at or item.settled_at or due
    asked = "请反馈落实情况" if item.mine else "责任人还没有反馈落实情况"
    silent = (
        item.light.word if item.light.colour == "yellow" and not (item.due and item.due <= day_of(now + SOON)) else ""
    )
    return Row(
        "report_done",
        item.matter.title,
        "；".join(filter(None, (asked, silent))),
        "去反馈" if item.mine else "去督办",
        link(by, "report_progress" if item.mine else "follow_up", pk=item.pk),
        since=since,
        due=due,
        late=item.light.colour == "red",
    )
