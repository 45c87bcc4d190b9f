"""Ledgers: what was decided (决策台账) and what came of it (督办). Reading only."""

from datetime import date

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.forms import SearchInput
from django.utils import timezone

from governance.access import Standing
from governance.models import Body
from governance.rules.catalogue import CLASSES

from .access import items_for
from .models import Item, KeptFinding, Meeting, Vote

CARRIED = (Item.Outcome.PASSED, Item.Outcome.PRINCIPAL_DECIDED)
TO_DO = (Item.Purpose.DECIDE, Item.Purpose.HANDLE, Item.Purpose.DEPLOY)
QUORUM = ("P-03", "A-03")


def past_when_it_came() -> Q:
    """Decisions of an imported record whose day had passed when it came: whether they were done is the record's to say
    (R-14), but nobody is reminded of them."""
    return Q(meeting__state=Meeting.State.IMPORTED, due__lt=F("meeting__created_at__date"))


def decisions(by: Standing) -> QuerySet[Item]:
    """Settled items, the latest first. How many there were is what was judged when the item was settled."""
    votes = (
        Vote.objects.filter(item=OuterRef("pk"), abandoned_at=None)
        .order_by("pk")
        .values(
            json=JSONObject(
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
    judged = KeptFinding.objects.filter(item=OuterRef("pk"), rule__in=QUORUM, judgement__run=None)
    quorum = judged.order_by("-pk").values("values")[:1]
    return (
        items_for(by)
        .filter(state=Item.State.SETTLED, meeting__isnull=False)
        .select_related("matter", "meeting")
        .annotate(
            vote_rows=ArraySubquery(votes),
            quorum=Subquery(quorum),
            responsible_names=_responsible(),
        )
        .order_by("-meeting__starts_at", "-meeting", "no")
    )


def _responsible() -> ArraySubquery:
    links = Item.responsible.through.objects.filter(item=OuterRef("pk")).order_by("pk")
    return ArraySubquery(links.values("person__name"))


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
    outcome = django_filters.ChoiceFilter(label="结果", choices=Item.Outcome.choices, empty_label="全部")
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


def follow_ups(by: Standing) -> QuerySet[Item]:
    """Decisions to be carried out: the open ones first, by due date; those without a date are not forgotten."""
    return (
        items_for(by)
        .filter(state=Item.State.SETTLED, meeting__isnull=False, outcome__in=CARRIED, purpose__in=TO_DO)
        .select_related("matter", "meeting")
        .annotate(responsible_names=_responsible(), mine=Exists(_carried_by(by).filter(item=OuterRef("pk"))))
        .order_by(F("done_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")
    )


def _carried_by(by: Standing):
    return Item.responsible.through.objects.filter(person=by.person_id)


def shares(by: Standing, today: date) -> dict[str, Q]:
    """The four views of the follow-ups."""
    is_open = Q(done_on=None)
    mine = Q(pk__in=_carried_by(by).values("item"))
    return {
        "open": is_open,
        "mine": is_open & mine,
        "overdue": is_open & Q(due__lt=today),
        "done": ~is_open,
    }


def counted(items: QuerySet[Item], of: dict[str, Q]) -> dict[str, int]:
    return items.order_by().values().aggregate(**{name: Count("pk", filter=which) for name, which in of.items()})
