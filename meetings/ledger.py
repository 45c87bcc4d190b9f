"""Ledgers: what was decided (决策台账) and what came of it (督办). Reading only."""

from collections.abc import Iterable
from datetime import date

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Cast, JSONObject
from django.forms import SearchInput
from django.utils import timezone

from governance.access import Standing
from governance.compiled import Given, Statement
from governance.models import Body
from governance.rules.catalogue import CLASSES

from .access import items_for, items_in
from .carriers import with_carriers, with_outcome, with_result
from .facts.corrections import rows_of_corrections
from .lights import BLUE, Light, light_of
from .models import Extension, Item, Judgement, Matter, Meeting, Progress, Vote

TO_DO = (Item.Purpose.DECIDE, Item.Purpose.HANDLE, Item.Purpose.DEPLOY)
# What the record says of an item that the meeting did not come to: nothing was decided.
NOT_REACHED = "会议没有议到，留待下次会议。"


def past_when_it_came() -> Q:
    """Decisions of an imported record whose day had passed when it came: whether they were done is the record's to say
    (R-14), but nobody is reminded of them."""
    return Q(meeting__state=Meeting.State.IMPORTED, due__lt=F("meeting__created_at__date"))


def decisions(by: Standing) -> QuerySet[Item]:
    """Settled items, the latest first."""
    return (
        with_progress(with_count(with_result(items_for(by).filter(state=Item.State.SETTLED, meeting__isnull=False))))
        .exclude(outcome=Item.Outcome.WITHDRAWN, decision_text=NOT_REACHED)
        .select_related("matter", "meeting")
        .order_by("-meeting__starts_at", "-meeting", "no")
    )


def with_count(items: QuerySet[Item]) -> QuerySet[Item]:
    """Each with its votes, how many there were (what was judged last of the item), its corrections, and whether it was
    reconsidered."""
    votes = (
        Vote.objects.filter(item=OuterRef("pk"), abandoned_at=None)
        .order_by("pk")
        .values(
            json=JSONObject(
                id="pk",
                candidate="candidate",
                agree="agree",
                disagree="disagree",
                abstain="abstain",
                defer="defer",
                in_office="in_office",
                present="present",
            )
        )
    )
    there = Func(F("there"), Cast(OuterRef("pk"), TextField()), function="jsonb_extract_path", output_field=JSONField())
    judged = Judgement.objects.filter(meeting=OuterRef("meeting"), run=None).annotate(said=there)
    quorum = judged.filter(said__isnull=False).order_by("-pk").values("said")[:1]
    again = Matter.objects.filter(reconsiders=OuterRef("matter")).exclude(
        state__in=(Matter.State.DRAFT, Matter.State.WITHDRAWN)
    )
    return items.annotate(
        vote_rows=ArraySubquery(votes),
        quorum=Subquery(quorum),
        correction_rows=rows_of_corrections("meeting"),
        again_rows=ArraySubquery(again.values(json=JSONObject(id="pk", state="state"))),
    )


def there_of(item: Item) -> dict:
    """How many were in office and there, of an item of ``decisions``; empty where nobody can tell."""
    if item.quorum:
        return dict(zip(("in_office", "present"), item.quorum, strict=True))
    return next(iter(item.vote_rows), {})


def years_of(by: Standing) -> list[int]:
    """From the school's first settled item to this year, the latest first."""
    this = timezone.localdate().year
    first = items_for(by).filter(state=Item.State.SETTLED).order_by("meeting__starts_at").values("meeting__starts_at")
    start = first.first()
    return list(range(this, (timezone.localtime(start["meeting__starts_at"]).year if start else this) - 1, -1))


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="查找", method="having", widget=SearchInput(attrs={"placeholder": "事项、决定、收款单位"})
    )
    body = django_filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="两个会议")
    category = django_filters.ChoiceFilter(
        label="类别",
        choices=list(CLASSES.items()),
        lookup_expr="startswith",
        field_name="matter__category",
        empty_label="全部",
    )
    outcome = django_filters.ChoiceFilter(
        label="结果", choices=Item.Outcome.choices, field_name="result", empty_label="全部"
    )
    year = django_filters.ChoiceFilter(label="年份", field_name="meeting__starts_at__year", empty_label="全部")

    class Meta:
        model = Item
        fields: list[str] = []

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(year, f"{year} 年") for year in years]

    def having(self, items, name, value):
        return items.filter(
            Q(matter__title__icontains=value) | Q(decision_text__icontains=value) | Q(matter__payee__icontains=value)
        )


def carried_out(items: QuerySet[Item]) -> QuerySet[Item]:
    """Of these, the decisions that somebody has to carry out."""
    settled = items.filter(state=Item.State.SETTLED, meeting__isnull=False, purpose__in=TO_DO)
    return with_outcome(settled, Item.CARRIED)


def with_progress(items: QuerySet[Item]) -> QuerySet[Item]:
    """Each with what a light and a state need: the last report, whether it waits to be closed, what is asked for."""
    reports = Progress.objects.filter(item=OuterRef("pk"))
    heard = reports.filter(kind__in=(Progress.Kind.PROGRESS, Progress.Kind.DONE)).order_by("-pk")
    asked = Extension.objects.filter(item=OuterRef("pk"), granted=None)
    return with_carriers(items).annotate(
        heard_at=Subquery(heard.values("at")[:1]),
        heard_text=Subquery(heard.values("text")[:1]),
        heard_percent=Subquery(heard.filter(percent__isnull=False).values("percent")[:1]),
        reported=Exists(reports.filter(kind=Progress.Kind.DONE)),
        asked_until=Subquery(asked.values("until")[:1]),
        asked_at=Subquery(asked.values("asked_at")[:1]),
    )


def follow_ups(by: Standing) -> QuerySet[Item]:
    """Decisions to be carried out: the open ones first, by due date; those without a date are not forgotten."""
    return _follow_ups(items_for(by), by.person_id)


def follow_up(by: Standing, pk: int) -> Item | None:
    return next(iter(_one_follow_up(school=by.organisation.pk, person=by.person_id, pk=pk)), None)


@Statement
def _one_follow_up() -> QuerySet[Item]:
    return _follow_ups(items_in(Given("school")).filter(pk=Given("pk")), Given("person"))


def _follow_ups(items: QuerySet[Item], person: int | Given | None) -> QuerySet[Item]:
    carries, leads = Q(carrier_ids__contains=[person]), Q(carrier_ids__0=person)
    return (
        with_progress(carried_out(items))
        .select_related("matter", "meeting")
        .annotate(
            mine=Case(When(carries, then=True), default=False),
            leads=Case(When(leads, then=True), default=False),
            correction_rows=rows_of_corrections("meeting"),
        )
        .order_by(F("done_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")
    )


def shares(by: Standing, today: date) -> dict[str, Q]:
    """The views of the follow-ups."""
    is_open = Q(done_on=None)
    to_close = Q(done_on__isnull=False, closed_at=None, reported=True)
    return {
        "open": is_open,
        "mine": is_open & Q(leads=True),
        "helping": is_open & Q(mine=True, leads=False),
        "near": is_open & Q(due__gte=today, due__lte=today + BLUE),
        "overdue": is_open & Q(due__lt=today),
        "to_close": to_close,
        "asked": is_open & Q(asked_until__isnull=False),
        "done": ~is_open & ~to_close,
    }


def counted(items: QuerySet[Item], of: dict[str, Q]) -> dict[str, int]:
    found = items.order_by().aggregate(**{f"of_{name}": Count("pk", filter=which) for name, which in of.items()})
    return {name: found[f"of_{name}"] for name in of}


def lit(items: Iterable[Item], today: date) -> list[Item]:
    """The same items, each with its light; what came as a file is not asked for reports."""
    lights = list(items)
    for item in lights:
        item.light = light(item, today)
    return lights


def light(item: Item, today: date) -> Light:
    """The light of an item that came ``with_progress``."""
    asked = item.settled_at if item.meeting and item.meeting.state != Meeting.State.IMPORTED else None
    heard = max(filter(None, (item.heard_at, asked)), default=None)
    return light_of(due=item.due, done=item.done_on, heard=heard and timezone.localdate(heard), today=today)
