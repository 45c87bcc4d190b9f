"""What the columns of a school's lists are in Excel: each with its value of one row."""

from datetime import date

from django.utils import timezone

from governance.rules.catalogue import CLASSES

from .documents.blocks import Column
from .facts.corrections import lay_over_decision, signed, speaks_of
from .ledger import TO_DO, light, there_of
from .life_steps import votes_in_words
from .lights import NONE
from .models import Item, Meeting
from .publicity import publicity_of


def as_decided(item: Item) -> Item:
    """As the page shows it: what corrections changed is laid over, and what was judged at the time stands."""
    item.fixes = lay_over_decision(item)
    item.there = there_of(item)
    return item


def as_followed(item: Item, today: date) -> Item:
    item.fixes = lay_over_decision(item)
    item.light = light(item, today)
    return item


def held_on(item: Item) -> date:
    return timezone.localtime(item.meeting.starts_at).date()


def corrections_of(item: Item) -> str:
    said = (row for row in signed(item.correction_rows) if speaks_of(row, item))
    return "；".join(
        f"{row['label']}：{row['wrong_said'] or '（空）'}更正为{row['right_said'] or '（空）'}" for row in said
    )


def carried_out(item: Item) -> str:
    """How far it is, in a word or two."""
    if item.outcome not in Item.CARRIED or item.purpose not in TO_DO:
        return ""
    if item.done_on:
        return "已销号" if item.closed_at else "待销号" if item.reported else "已办结"
    mark = getattr(item, "light", NONE)
    if mark is NONE and item.due and item.due < timezone.localdate():
        return "逾期未办结"
    return f"未办结（{mark.word}）" if mark.word else "未办结"


DECISIONS = (
    (Column("事项", 22), lambda item: item.matter.title),
    (Column("结果", 7, "center"), lambda item: item.get_outcome_display()),
    (Column("日期", 9, kind="date"), held_on),
    (Column("会议", 9), lambda item: item.get_body_display()),
    (Column("次数", 5, kind="number"), lambda item: item.meeting.number),
    (Column("第几项", 5, kind="number"), lambda item: item.no),
    (Column("类别", 8), lambda item: CLASSES.get(item.matter.category[:1], item.matter.category[:1])),
    (Column("事项编码", 6, "center"), lambda item: item.matter.category),
    (Column("金额（元）", 10, kind="money"), lambda item: item.matter.amount),
    (Column("应到", 5, kind="number"), lambda item: item.there.get("in_office")),
    (Column("实到", 5, kind="number"), lambda item: item.there.get("present")),
    (Column("表决", 13), lambda item: "；".join(votes_in_words(row | {"in_office": None} for row in item.vote_rows))),
    (Column("决定内容", 30), lambda item: item.decision_text),
    (Column("责任人", 9), lambda item: "、".join(item.responsible_names)),
    (Column("时限", 9, kind="date"), lambda item: item.due),
    (Column("办结日期", 9, kind="date"), lambda item: item.done_on),
    (Column("落实", 9), carried_out),
    (Column("公开", 13), lambda item: publicity_of(item) if item.published is not None else ""),
    (Column("更正", 13), corrections_of),
)
FOLLOW_UPS = (
    (Column("事项", 22), lambda item: item.matter.title),
    (Column("决定内容", 26), lambda item: item.decision_text),
    (Column("会议", 9), lambda item: item.get_body_display()),
    (Column("日期", 9, kind="date"), held_on),
    (Column("第几项", 5, kind="number"), lambda item: item.no),
    (Column("牵头", 7), lambda item: next(iter(item.responsible_names), "")),
    (Column("协办", 10), lambda item: "、".join(item.responsible_names[1:])),
    (Column("时限", 9, kind="date"), lambda item: item.due),
    (Column("原定时限", 9, kind="date"), lambda item: item.due_decided),
    (Column("申请延期至", 9, kind="date"), lambda item: None if item.done_on else item.asked_until),
    (Column("进度（%）", 6, kind="number"), lambda item: item.heard_percent),
    (Column("最近报告", 22), lambda item: item.heard_text),
    (Column("报告时间", 12, kind="moment"), lambda item: item.heard_at),
    (Column("状态", 11), carried_out),
    (Column("办结日期", 9, kind="date"), lambda item: item.done_on),
    (Column("落实情况", 20), lambda item: item.done_note),
    (Column("更正", 13), corrections_of),
)
MEETINGS = (
    (Column("会议", 12), lambda meeting: meeting.get_body_display()),
    (Column("次数", 6, kind="number"), lambda meeting: meeting.number),
    (Column("名称", 22), lambda meeting: meeting.title),
    (Column("开始时间", 14, kind="moment"), lambda meeting: meeting.starts_at),
    (Column("结束时间", 14, kind="moment"), lambda meeting: meeting.ends_at),
    (Column("地点", 18), lambda meeting: meeting.place),
    (Column("方式", 10), lambda meeting: Meeting.Mode(meeting.mode).label if meeting.mode else ""),
    (Column("议题数", 7, kind="number"), lambda meeting: meeting.size),
    (Column("状态", 9), lambda meeting: meeting.get_state_display()),
    (Column("紧急会议", 8, "center"), lambda meeting: "是" if meeting.emergency else ""),
)
