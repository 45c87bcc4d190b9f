"""Registers of what came before a meeting, and of what went another way than usual."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts.models import Organisation
from governance.models import Body
from meetings.carriers import with_result
from meetings.models import Consultation, Consulted, Item, Matter, Meeting, Override

from . import HELD, Span, _of, _within
from .money import matters, to_matter
from .shape import Choice, Register, Told, day_of, q, school_of

K = Consultation.Kind


def _of_matter(row, by) -> str:
    return reverse("matter", args=[row.matter.school.code, row.matter_id])


def _consultations(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Consultation]:
    names = Consulted.objects.filter(consultation=OuterRef("pk")).order_by("pk").values("person__name")
    held = Consultation.objects.filter(_of(schools, "school"), _within("at", span))
    return (
        held.exclude(matter__state=Matter.State.DRAFT)
        .select_related("matter__school")
        .annotate(names=ArraySubquery(names))
        .order_by("-at", "-pk")
    )


CONSULTATIONS = Register(
    "consultations",
    "会前沟通和听取意见",
    "书记校长会前沟通、酝酿、调查研究、听取教职工意见、专家和法律意见，近的在前；还没有答复的不在内。",
    "次",
    _consultations,
    (
        Told("事项", 22, lambda row: row.matter.title, link=_of_matter),
        Told("事项编码", 7, lambda row: row.matter.category, align="center", under="bare"),
        school_of(lambda row: row.matter.school),
        Told("方式", 14, lambda row: row.get_kind_display()),
        Told("时间", 14, lambda row: row.at, "moment"),
        Told("录入时间", 14, lambda row: row.entered_at, "moment", on_page=False),
        Told("参加人", 16, lambda row: "、".join(row.names)),
        Told("听取人数", 7, lambda row: row.heard, "number", under="named", word="听取 {} 人"),
        Told("结果", 8, lambda row: row.get_outcome_display(), badge=lambda row: row.outcome),
        Told("方案变动", 10, lambda row: "此后方案有变动" if row.stale else "", under="bare"),
        Told("主要意见", 28, lambda row: row.note),
    ),
    school="school",
    category="matter__category",
    text=("matter__title", "note"),
    choices=(
        Choice("kind", "方式", {kind.value: (kind.label, q(kind=kind)) for kind in K}),
        Choice("outcome", "结果", {each.value: (each.label, q(outcome=each)) for each in Consultation.Outcome}),
    ),
)


def _emergencies(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Matter]:
    after = Meeting.objects.filter(
        school=OuterRef("school"), body=Body.PARTY, state__in=HELD, starts_at__gt=OuterRef("emergency_at")
    ).order_by("starts_at")
    came = Item.objects.filter(
        matter=OuterRef("pk"), meeting__body=Body.PARTY, meeting__state__in=HELD,
        meeting__starts_at__gt=OuterRef("emergency_at"),
    ).order_by("meeting__starts_at")  # fmt: skip
    return (
        Matter.objects.filter(_of(schools, "school"), _within("emergency_at", span))
        .exclude(state=Matter.State.DRAFT)
        .select_related("school", "emergency_by")
        .annotate(next_party=Subquery(after.values("starts_at")[:1]), told_at=Subquery(came.values("meeting__starts_at")[:1]))
        .order_by("-emergency_at", "-pk")
    )  # fmt: skip


def _told(matter: Matter) -> str:
    if matter.next_party is None:
        return "处置后还没有党组织会议"
    if matter.told_at is None:
        return "没有报告"
    return "第一次会议已报告" if matter.told_at == matter.next_party else "报告晚于第一次会议"


EMERGENCIES = Register(
    "emergencies",
    "紧急处置",
    "来不及开会先处置的事项，和其后党组织会议上的报告或追认，近的在前。期间按处置时间。",
    "件",
    _emergencies,
    (
        Told("事项", 22, lambda matter: matter.title, link=to_matter),
        Told("事项编码", 7, lambda matter: matter.category, align="center", under="bare"),
        school_of(lambda matter: matter.school),
        Told("处置时间", 14, lambda matter: matter.emergency_at, "moment"),
        Told("处置人", 8, lambda matter: matter.emergency_by.name if matter.emergency_by else ""),
        Told("金额（元）", 12, lambda matter: matter.amount, "money"),
        Told("紧急情况", 28, lambda matter: matter.emergency_reason),
        Told("其后的党组织会议", 10, lambda matter: day_of(matter.next_party), "date"),
        Told("上党组织会议", 10, lambda matter: day_of(matter.told_at), "date"),
        Told("报告情况", 12, _told),
    ),
    school="school",
    category="category",
    text=("title", "emergency_reason"),
    choices=(
        Choice("told", "报告", {
            "yes": ("上过党组织会议", q(told_at__isnull=False)), "no": ("没有上过", q(told_at=None)),
        }),
    ),
)  # fmt: skip


def _overrides(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Override]:
    given = Override.objects.filter(_of(schools, "item__matter__school"), _within("at", span))
    return given.select_related("item__matter__school", "item__meeting", "by").order_by("-at", "-pk")


def _meeting_of(row: Override) -> str:
    meeting = row.item.meeting
    return f"{row.item.get_body_display()}{f' {day_of(meeting.starts_at)}' if meeting else ''}"


OVERRIDES = Register(
    "overrides",
    "说明理由",
    "有须改正的问题、负责人说明理由后继续的议题，近的在前。期间按说明的时间。",
    "次",
    _overrides,
    (
        Told("事项", 22, lambda row: row.item.matter.title,
             link=lambda row, by: reverse("matter", args=[row.item.matter.school.code, row.item.matter_id])),
        school_of(lambda row: row.item.matter.school),
        Told("会议", 14, _meeting_of),
        Told("规则", 7, lambda row: row.rule, link=lambda row, by: f"{reverse('rules')}#{row.rule}"),
        Told("当时的提示", 30, lambda row: row.message),
        Told("理由", 28, lambda row: row.reason),
        Told("负责人", 8, lambda row: row.by.name),
        Told("时间", 14, lambda row: row.at, "moment"),
    ),
    school="item__matter__school",
    body="item__body",
    category="item__matter__category",
    text=("item__matter__title", "reason", "rule"),
)  # fmt: skip


def _reconsidered(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Matter]:
    def decision(of: str) -> Subquery:
        items = with_result(Item.objects.filter(matter=OuterRef(of), state=Item.State.SETTLED)).filter(
            result__in=Item.DECIDED
        )
        said = JSONObject(body="body", at="meeting__starts_at", result="result")
        return Subquery(items.order_by("-meeting__starts_at").values(json=said)[:1])

    return (
        matters(schools, span)
        .filter(reconsiders__isnull=False)
        .select_related("reconsiders")
        .annotate(former=decision("reconsiders"), anew=decision("pk"))
    )


def _decision(name: str, part: str):
    def value(matter: Matter):
        said = getattr(matter, name)
        if not said:
            return None if part == "at" else "没有议决" if part == "result" else ""
        if part == "at":
            return day_of(parse_datetime(said["at"])) if said["at"] else None
        return Body(said["body"]).label if part == "body" else Item.Outcome(said["result"]).label

    return value


RECONSIDERED = Register(
    "reconsiderations",
    "复议",
    "对已有决定要求变更、调整的事项，原决定和复议结果在一行，近的在前。期间按提出时间。",
    "件",
    _reconsidered,
    (
        Told("事项", 22, lambda matter: matter.title, link=to_matter),
        school_of(lambda matter: matter.school),
        Told("提出日期", 10, lambda matter: day_of(matter.asked), "date"),
        Told("理由", 28, lambda matter: matter.reconsider_reason),
        Told("原事项", 20, lambda matter: matter.reconsiders.title,
             link=lambda matter, by: reverse("matter", args=[matter.school.code, matter.reconsiders_id])),
        Told("原决定", 9, _decision("former", "result")),
        Told("原决定的会议", 10, _decision("former", "body"), under="bare"),
        Told("原决定日期", 10, _decision("former", "at"), "date", under="bare"),
        Told("复议结果", 9, _decision("anew", "result")),
        Told("复议的会议", 10, _decision("anew", "body"), under="bare"),
        Told("复议日期", 10, _decision("anew", "at"), "date", under="bare"),
    ),
    school="school",
    category="category",
    text=("title", "reconsider_reason", "reconsiders__title"),
    choices=(
        Choice("done", "复议", {"yes": ("已议决", q(anew__isnull=False)), "no": ("没有议决", q(anew=None))}),
    ),
)  # fmt: skip
