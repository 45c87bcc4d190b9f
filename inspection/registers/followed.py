"""Registers of what came of decisions: follow-up, and what is overdue."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation
from meetings.facts.corrections import rows_of_corrections
from meetings.ledger import carried_out as to_be_carried_out
from meetings.ledger import with_progress
from meetings.ledger_sheets import as_followed, carried_out
from meetings.models import Item

from . import Span, _of, _within, overdue
from .decided import AMOUNT, CARRIERS, CLASS, CODE, CORRECTIONS, MEETING, OF_ITEM, SCHOOL, TEXT, TITLE
from .shape import Choice, Register, Told, q


def _lines(items: QuerySet[Item]) -> QuerySet[Item]:
    items = with_progress(items).annotate(correction_rows=rows_of_corrections("meeting"))
    return items.select_related("meeting__school", "matter")


def _followed(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Item]:
    items = Item.objects.filter(_of(schools, "meeting__school"), _within("meeting__starts_at", span))
    return _lines(to_be_carried_out(items)).order_by("-meeting__starts_at", "-meeting", "no")


def _today(item: Item) -> Item:
    return as_followed(item, timezone.localdate())


def _late(item: Item) -> int | None:
    late = (timezone.localdate() - item.due).days if item.due and not item.done_on else 0
    return late if late > 0 else None


DUE = Told("完成时限", 10, lambda item: item.due, "date", corrected="due")
LATE = Told("逾期天数", 7, _late, "number", under="named", word="逾期 {} 天")
OF_FOLLOWED = OF_ITEM | {"prepare": _today}
_OPEN = Q(done_on=None)

FOLLOW_UP = Register(
    "follow-up",
    "落实督办",
    "须落实的决定：谁办、到哪天、办到哪里，近的会议在前。",
    "项",
    _followed,
    (
        TITLE, CODE, SCHOOL, *MEETING, TEXT, CARRIERS, DUE,
        Told("原定时限", 10, lambda item: item.due_decided, "date", under="named"), LATE,
        Told("状态", 12, carried_out),
        Told("办结日期", 10, lambda item: item.done_on, "date", under="bare"),
        Told("进度（%）", 7, lambda item: item.heard_percent, "number"),
        Told("最近报告", 24, lambda item: item.heard_text),
        Told("落实情况", 20, lambda item: item.done_note, under="bare"),
        CORRECTIONS,
    ),
    choices=(
        Choice("state", "状态", {
            "open": ("未办结", lambda day: _OPEN),
            "overdue": ("逾期未办结", lambda day: _OPEN & Q(due__lt=day)),
            "undated": ("没有时限", lambda day: _OPEN & Q(due=None)),
            "extended": ("延过期", lambda day: Q(due_decided__isnull=False)),
            "done": ("已办结", q(done_on__isnull=False)),
        }),
    ),
    **OF_FOLLOWED,
)  # fmt: skip

OVERDUE = Register(
    "overdue",
    "逾期未办结",
    "完成时限已过、还没有反馈办结的议决事项，逾期最久的在前。",
    "项",
    lambda schools, span, day: _lines(overdue(schools, day)).order_by("due", "pk"),
    (
        TITLE, CODE, CLASS, SCHOOL, *MEETING, AMOUNT, TEXT, CORRECTIONS, CARRIERS, DUE, LATE,
    ),
    by_time=False,
    tally="overdue",
    **OF_FOLLOWED,
)  # fmt: skip
