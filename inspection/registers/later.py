"""Registers of what was written down later: corrections of sealed records, and facts entered long after they happened."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from ..models import LateEntry
from . import _of, _within, corrections
from .shape import Choice, Register, Told, day_of, numbered, q, school_of, to_record

CORRECTIONS = Register(
    "corrections",
    "更正",
    "已经签发的记录中发现的错误，登记晚的在前；负责人签字后生效。期间按开会时间。",
    "处",
    lambda schools, span, day: corrections(schools, span),
    (
        Told("更正", 20, lambda row: row.label, link=lambda row, by: f"{to_record(row, by)}#correction-{row.no}"),
        school_of(lambda row: row.meeting.school),
        Told("会议", 14, lambda row: numbered(row.meeting), link=to_record),
        Told("日期", 10, lambda row: day_of(row.meeting.starts_at), "date", under="bare"),
        Told("原记录", 26, lambda row: row.wrong_said),
        Told("更正为", 26, lambda row: row.right_said),
        Told("发现人", 9, lambda row: row.found_by),
        Told("理由", 24, lambda row: row.reason),
        Told("签字", 9, lambda row: row.signed_by.name if row.signed_by else "待签字"),
        Told("签字日期", 10, lambda row: day_of(row.signed_at), "date", under="bare"),
    ),
    body="meeting__body",
    text=("label", "reason", "found_by"),
    choices=(
        Choice("signed", "签字", {"yes": ("已签字", q(signed_at__isnull=False)), "no": ("待签字", q(signed_at=None))}),
    ),
)  # fmt: skip


def _leads(row: LateEntry, by) -> str:
    if row.meeting_id:
        return reverse("record", args=[row.school.code, row.meeting_id])
    if row.matter_id:
        return reverse("matter", args=[row.school.code, row.matter_id])
    return reverse("communication_list", args=[row.school.code])


def _what(row: LateEntry) -> str:
    if row.meeting:
        return numbered(row.meeting)
    return row.matter.title if row.matter else "书记校长定期沟通"


def _after(days: int):
    return lambda day: Q(late__gt=timedelta(days=days))


LATE = Register(
    "late",
    "事后补记",
    "事情过去一天以后才录入系统的会议、沟通，和会后一天以后才整理完成的会议记录，近的在前。期间按发生的时间。",
    "条",
    lambda schools, span, day: (
        LateEntry.objects.filter(_of(schools, "school"), _within("at", span))
        .select_related("school", "meeting", "matter")
        .order_by("-at", "key")
    ),
    (
        Told("记什么", 10, lambda row: row.get_kind_display()),
        Told("会议或事项", 24, _what, link=_leads),
        school_of(lambda row: row.school),
        Told("发生的时间", 14, lambda row: row.at, "moment"),
        Told("录入的时间", 14, lambda row: row.entered_at, "moment"),
        Told("晚几天", 7, lambda row: row.late.days, "number"),
    ),
    school="school",
    choices=(
        Choice("kind", "记什么", {kind.value: (kind.label, q(kind=kind)) for kind in LateEntry.Kind}),
        Choice("late", "晚多少", {"3": ("三天以上", _after(3)), "7": ("七天以上", _after(7)), "30": ("三十天以上", _after(30))}),
    ),
)  # fmt: skip
