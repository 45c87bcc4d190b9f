"""Registers of what meetings decided: 三重一大, every decision, personnel, publicity."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from accounts.models import Organisation
from governance.rules.catalogue import CLASSES
from meetings.carriers import with_outcome
from meetings.ledger import with_count, with_progress
from meetings.ledger_sheets import as_decided, carried_out, corrections_of, held_on
from meetings.life_steps import votes_in_words
from meetings.models import Consultation, Item
from meetings.publicity import publicity_of, split

from . import Span, _of, _within, decisions
from .shape import Choice, Register, Told, numbered, q, school_of, to_matter, to_meeting

K = Consultation.Kind


def told(items: QuerySet[Item]) -> QuerySet[Item]:
    """With all that a line about a decision says, the latest meeting first."""
    before = Consultation.objects.filter(matter=OuterRef("matter"), at__lte=OuterRef("meeting__starts_at"))
    asked = before.order_by("kind").values("kind").distinct()
    return (
        with_progress(with_count(items))
        .annotate(prior_kinds=ArraySubquery(asked))
        .select_related("meeting__school", "matter__proposer")
        .order_by("-meeting__starts_at", "-meeting", "no")
    )


def every(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Item]:
    return told(decisions(schools, span))


def _prior(item: Item) -> str:
    return "、".join(K(kind).label for kind in item.prior_kinds)


TITLE = Told("事项", 22, lambda item: item.matter.title, link=to_matter)
CODE = Told("事项编码", 7, lambda item: item.matter.category, align="center", under="bare")
SCHOOL = school_of(lambda item: item.meeting.school)
MEETING = (
    Told("会议", 14, lambda item: numbered(item.meeting), link=to_meeting),
    Told("日期", 10, held_on, "date", under="bare"),
    Told("第几项", 6, lambda item: item.no, "number", under="named", word="第 {} 项"),
)
CLASS = Told("类别", 9, lambda item: CLASSES.get(item.matter.category[:1], item.matter.category[:1]), under="bare")
AMOUNT = Told("金额（元）", 11, lambda item: item.matter.amount, "money")
RESULT = Told("结果", 8, lambda item: item.get_outcome_display(), badge=lambda item: item.outcome, corrected="outcome")
THERE = (
    Told("应到", 6, lambda item: item.there.get("in_office"), "number", under="named"),
    Told("实到", 6, lambda item: item.there.get("present"), "number", under="named"),
)
VOTES = Told("表决", 14, lambda item: "；".join(votes_in_words(row | {"in_office": None} for row in item.vote_rows)))
TEXT = Told("决定内容", 30, lambda item: item.decision_text, corrected="decision_text")
CARRIERS = Told("责任人", 10, lambda item: "、".join(item.responsible_names), corrected="responsible")
DUE = Told("完成时限", 10, lambda item: item.due, "date", corrected="due", under="bare")
DONE = Told("落实", 10, carried_out, under="bare")
SHOWN = Told("公开", 14, lambda item: publicity_of(item) if item.published is not None else "")
CORRECTIONS = Told("更正", 14, corrections_of, on_page=False)

OF_ITEM: dict[str, Any] = {
    "school": "meeting__school",
    "body": "meeting__body",
    "category": "matter__category",
    "text": ("matter__title", "decision_text", "matter__payee"),
    "prepare": as_decided,
}
OUTCOME = Choice("outcome", "结果", {value: (Item.Outcome(value).label, q(result=value)) for value in Item.DECIDED})

MAJOR = Register(
    "major",
    "三重一大",
    "已议决的重大决策、重要人事任免、重大项目安排和大额资金使用，近的在前。",
    "项",
    lambda schools, span, day: every(schools, span, day).filter(
        Q(matter__category__regex="^[DHPF]") | Q(matter__major=True)
    ),
    (
        TITLE, CODE, CLASS, SCHOOL, *MEETING, AMOUNT,
        Told("提出人", 8, lambda item: item.matter.proposer.name if item.matter.proposer else "", on_page=False),
        Told("会前程序", 16, _prior), VOTES, *THERE, TEXT, RESULT, CARRIERS, DUE, DONE, SHOWN, CORRECTIONS,
    ),
    choices=(OUTCOME,),
    **OF_ITEM,
)  # fmt: skip

DECISIONS = Register(
    "decisions",
    "议决事项",
    "已议定为通过、未通过或校长决定的议题，近的在前。",
    "项",
    every,
    (TITLE, CODE, CLASS, SCHOOL, *MEETING, AMOUNT, TEXT, CORRECTIONS, RESULT),
    choices=(OUTCOME,),
    tally="decisions",
    **OF_ITEM,
)

PERSONNEL = Register(
    "personnel",
    "干部人事",
    "已议决的重要人事任免，酝酿、到会、表决和公示在一行，近的在前。",
    "项",
    lambda schools, span, day: every(schools, span, day).filter(matter__category__startswith="H"),
    (
        TITLE, CODE, SCHOOL, *MEETING,
        Told("人选", 12, lambda item: "、".join(item.matter.candidates)),
        Told("会前程序", 16, _prior), VOTES, *THERE, TEXT, RESULT,
        Told("公示", 16, lambda item: publicity_of(item)), CORRECTIONS,
    ),
    choices=(
        OUTCOME,
        Choice("prior", "酝酿", {
            "yes": ("有酝酿记录", q(prior_kinds__overlap=[K.DELIBERATION, K.INDIVIDUAL])),
            "no": ("没有酝酿记录", lambda day: ~Q(prior_kinds__overlap=[K.DELIBERATION, K.INDIVIDUAL])),
        }),
    ),
    tally="class_h",
    **(OF_ITEM | {"category": "", "text": ("matter__title", "decision_text")}),
)  # fmt: skip


def _public(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Item]:
    items = Item.objects.filter(_of(schools, "meeting__school"), _within("meeting__starts_at", span))
    return told(with_outcome(items.filter(state=Item.State.SETTLED, purpose=Item.Purpose.DECIDE), Item.CARRIED))


def _in_word(item: Item) -> str:
    return {True: "公开", False: "不公开", None: "没有登记"}[item.published]


PUBLICITY = Register(
    "publicity",
    "公开公示",
    "通过的决定是否公开，在什么范围、多长时间，不公开的写明理由，近的在前。",
    "项",
    _public,
    (
        TITLE, CODE, CLASS, SCHOOL, *MEETING, TEXT,
        Told("公开", 8, _in_word),
        Told("方式", 8, lambda item: split(item.published_scope)[0], under="bare"),
        Told("范围", 12, lambda item: split(item.published_scope)[1], under="bare"),
        Told("公开自", 10, lambda item: item.published_from, "date"),
        Told("公开至", 10, lambda item: item.published_until, "date"),
        Told("不公开的理由", 20, lambda item: item.unpublished_reason),
    ),
    choices=(
        Choice("published", "公开", {
            "yes": ("公开", q(published=True)), "no": ("不公开", q(published=False)), "none": ("没有登记", q(published=None)),
        }),
    ),
    **OF_ITEM,
)  # fmt: skip
