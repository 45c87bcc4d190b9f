"""The register of large sums, and of payments that only together make one."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import JSONObject, TruncDate
from django.urls import reverse

from accounts.models import Organisation
from governance.models import LargeSum
from meetings.carriers import with_result
from meetings.models import Item, KeptFinding, Matter
from meetings.models.matter import asked_at

from . import BROKEN, HELD, Span, _of, _within
from .shape import Choice, Register, Told, day_of, q, school_of

BY_AMOUNT = "F01"  # whether it is reserved depends on its amount, and sums of it are not to be split
SPLIT = "C-28"
YEAR = timedelta(365)


def matters(schools: QuerySet[Organisation], span: Span) -> QuerySet[Matter]:
    asked = Matter.objects.annotate(asked=asked_at()).filter(_of(schools, "school"), _within("asked", span))
    return asked.exclude(state=Matter.State.DRAFT).select_related("school").order_by("-asked", "-pk")


def to_matter(row, by) -> str:
    return reverse("matter", args=[row.school.code, row.pk])


def _alike() -> QuerySet:
    """The sums to the payee for the project within the year up to the day, as the rule on splitting adds them."""
    same = Matter.objects.annotate(asked=asked_at()).filter(
        school=OuterRef("school"), category=BY_AMOUNT, payee=OuterRef("payee"), project=OuterRef("project"),
        asked__lte=OuterRef("asked"), asked__gte=OuterRef("year_ago"),
    ).exclude(payee="").exclude(state=Matter.State.DRAFT)  # fmt: skip
    return same.order_by().values("school").annotate(json=JSONObject(payments=Count("pk"), together=Sum("amount")))


def rows(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Matter]:
    """Sums that reach the school's threshold of the day, and those that the rules found to be a part of one."""
    of_day = LargeSum.objects.filter(school=OuterRef("school"), since__lte=OuterRef("asked_on")).order_by("-since")
    split = KeptFinding.objects.filter(matter=OuterRef("pk"), rule=SPLIT, outcome=BROKEN, judgement__current=True)
    party = Item.objects.filter(matter=OuterRef("pk"), meeting__body="party", meeting__state__in=HELD)
    last = with_result(Item.objects.filter(matter=OuterRef("pk"), state=Item.State.SETTLED))
    found = (
        matters(schools, span)
        .filter(amount__isnull=False)
        .annotate(
            asked_on=TruncDate("asked"),
            threshold=Subquery(of_day.values("amount")[:1]),
            inclusive=Subquery(of_day.values("inclusive")[:1]),
            split=Exists(split),
        )
        .annotate(
            large=Case(
                When(Q(amount__gt=F("threshold")) | Q(amount=F("threshold"), inclusive=True), then=True), default=False
            )
        )
        .filter(Q(large=True) | Q(split=True))
    )
    return found.annotate(
        year_ago=F("asked") - YEAR,
        alike=Subquery(_alike().values("json")),
        finding=Subquery(split.values("pk")[:1]),
        party_at=Subquery(party.order_by("meeting__starts_at").values("meeting__starts_at")[:1]),
        result=Subquery(last.order_by("-meeting__starts_at").values("result")[:1]),
    )


def _alike_said(name: str):
    def value(matter: Matter):
        if matter.category != BY_AMOUNT or not matter.alike or matter.alike["payments"] < 2:
            return None
        return matter.alike[name] if name == "payments" else Decimal(str(matter.alike[name]))

    return value


def _found(matter: Matter) -> str:
    return "合计达到起点，没有上过党组织会议" if matter.split else ""


LARGE = Register(
    "large-sums",
    "大额资金",
    "达到本校大额起点的支出，和一年内合计达到的拆分支出。期间按提出时间。",
    "项",
    rows,
    (
        Told("事项", 22, lambda matter: matter.title, link=to_matter),
        Told("事项编码", 7, lambda matter: matter.category, align="center", under="bare"),
        school_of(lambda matter: matter.school),
        Told("提出日期", 10, lambda matter: day_of(matter.asked), "date"),
        Told("金额（元）", 12, lambda matter: matter.amount, "money"),
        Told("起点（元）", 12, lambda matter: matter.threshold, "money", under="named", word="起点 {}"),
        Told("收款单位", 18, lambda matter: matter.payee),
        Told("项目", 16, lambda matter: matter.project, under="bare"),
        Told("一年内合计（元）", 13, _alike_said("together"), "money"),
        Told("一年内笔数", 8, _alike_said("payments"), "number", under="named", word="{} 笔"),
        Told("党组织会议", 10, lambda matter: day_of(matter.party_at), "date"),
        Told("结果", 8, lambda matter: Item.Outcome(matter.result).label if matter.result else "没有议决"),
        Told("拆分", 18, _found, link=lambda matter, by: reverse("finding", args=[matter.finding])),
    ),
    school="school",
    category="category",
    text=("title", "payee", "project"),
    choices=(
        Choice("how", "大额", {"one": ("单笔达到起点", q(large=True)), "split": ("拆分", q(split=True))}),
        Choice("came", "党组织会议", {"yes": ("上过", q(party_at__isnull=False)), "no": ("没有上过", q(party_at=None))}),
    ),
)  # fmt: skip
