"""What comes back to the list for the next meeting, and why: emergencies first, then what an earlier meeting left."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.templatetags.words import day
from governance.access import Standing
from governance.models import Body

from .access import items_for
from .models import Item, Matter
from .transitions import NOT_REACHED

OVER = (Matter.State.WITHDRAWN, Matter.State.CLOSED)


def off_agenda(by: Standing) -> QuerySet[Item]:
    """What has been asked for and is on no agenda yet."""
    return items_for(by).filter(meeting=None, state__in=Item.ASKED).exclude(matter__state__in=OVER)


def with_past(items: QuerySet[Item]) -> QuerySet[Item]:
    """With the last time that a meeting of the same body left the matter open."""
    left = Q(outcome=Item.Outcome.DEFERRED) | Q(outcome=Item.Outcome.WITHDRAWN, decision_text=NOT_REACHED)
    past = Item.objects.filter(
        left, matter=OuterRef("matter"), body=OuterRef("body"), purpose=OuterRef("purpose"), meeting__isnull=False
    ).order_by("-meeting__starts_at")
    columns = JSONObject(at="meeting__starts_at", outcome="outcome", text="decision_text")
    return items.annotate(past_rows=ArraySubquery(past.values(json=columns)[:1]))


def why_again(item: Item) -> str:
    """Why an item is at the top of the list; empty for one that is new. It carries ``past_rows``."""
    matter, said = item.matter, []
    if matter.emergency_at and item.body == Body.PARTY:
        said.append(f"{day(matter.emergency_at)}紧急处置，待追认")
    for row in item.past_rows:
        at = day(datetime.fromisoformat(row["at"]))
        deferred = row["outcome"] == Item.Outcome.DEFERRED
        reason = row["text"].strip().removesuffix("。")
        said.append(f"上次缓议 {at}{'：' if reason else ''}{reason[:60]}" if deferred else f"{at}没有议到")
    if item.state == Item.State.POSTPONED:
        said.append(f"暂缓上会：{item.head_note[:60]}")
    if item.purpose == Item.Purpose.DEPLOY:
        said.append("党组织会议已决定，待部署")
    return "；".join(said)


def coming_to(by: Standing, body: str) -> tuple[list[Item], list[Item]]:
    """For a meeting of this body: what may be put on its agenda, and what came back and still waits for the head."""
    items = with_past(off_agenda(by).filter(body=body)).select_related("matter")
    ready, waiting = [], []
    for item in items.order_by(F("confirmed_at").asc(nulls_last=True), "pk"):
        item.why = why_again(item)
        if item.state == Item.State.CONFIRMED:
            ready.append(item)
        elif item.why:
            waiting.append(item)
    return sorted(ready, key=_place), sorted(waiting, key=_place)


def _place(item: Item) -> int:
    emergency = item.matter.emergency_at and item.body == Body.PARTY
    return 0 if emergency else 1 if item.why else 2
