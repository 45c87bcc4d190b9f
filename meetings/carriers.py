"""What others go by of a decision, once its signed corrections count: the result, who carries it out, who leads.

Rows of a sealed record are never rewritten, and what the rules judge is laid over when it is loaded
(``facts.corrections``). Lists, filters, reminders and rights ask the database: here it is said in SQL.
"""

from collections.abc import Collection, Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, StrIndex

from governance.compiled import Given, Statement
from governance.models import Person

from .models import Correction, Item

COMMA = Value(",", output_field=TextField())


def _right(name: str) -> Subquery:
    """What the last signed correction of the field says; NULL where there is none."""
    path = Concat(Value("item/"), Cast(OuterRef("pk"), CharField()), Value(f"/{name}"))
    signed = Correction.objects.filter(meeting=OuterRef("meeting"), signed_at__isnull=False, path=path)
    return Subquery(signed.order_by("-no").values("right")[:1])


def with_result(items: QuerySet[Item]) -> QuerySet[Item]:
    """Each with ``result``: the outcome that counts."""
    return items.annotate(result=Coalesce(_right("outcome"), F("outcome"), output_field=CharField()))


def with_outcome(items: QuerySet[Item], outcomes: Collection[str]) -> QuerySet[Item]:
    """Those whose outcome that counts is one of these, each with ``result``. As ``result__in`` would say, in a way of
    which the database can tell how many they are: of what is computed it supposes next to none."""
    path = Concat(Value("item/"), Cast(OuterRef("pk"), CharField()), Value("/outcome"))
    corrected = Exists(Correction.objects.filter(meeting=OuterRef("meeting"), signed_at__isnull=False, path=path))
    written = Q(outcome__in=outcomes) & ~corrected
    return with_result(items).filter(written | corrected & Q(result__in=outcomes))


def with_carriers(items: QuerySet[Item]) -> QuerySet[Item]:
    """Each with ``carrier_ids`` and ``responsible_names``, whoever leads first."""
    items = items.annotate(right_people=_right("responsible"), right_lead=_right("lead")).annotate(
        lead_now=Case(
            When(right_lead=None, then=F("lead")),
            default=Cast(NullIf("right_lead", Value("", output_field=TextField())), BigIntegerField()),
        )
    )
    place = StrIndex(Concat(COMMA, OuterRef("right_people"), COMMA), Concat(COMMA, Cast("pk", TextField()), COMMA))
    right = Person.objects.filter(school=OuterRef("matter__school")).annotate(place=place).filter(place__gt=0)
    right = right.annotate(turn=Case(When(pk=OuterRef("lead_now"), then=0), default=1)).order_by("turn", "place")
    written = Item.responsible.through.objects.filter(item=OuterRef("pk"))
    written = written.annotate(turn=Case(When(person_id=OuterRef("lead_now"), then=0), default=1)).order_by(
        "turn", "pk"
    )

    def people(of_right, of_written, output) -> Case:
        return Case(
            When(Q(right_people=None), then=ArraySubquery(of_written)),
            default=ArraySubquery(of_right),
            output_field=ArrayField(output),
        )

    return items.annotate(
        carrier_ids=people(right.values("pk"), written.values("person"), BigIntegerField()),
        responsible_names=people(right.values("name"), written.values("person__name"), CharField()),
    )


def as_pairs(item: Item) -> list[dict]:
    """The carriers of an item that came ``with_carriers``, for those who read it by machine."""
    return [{"id": pk, "name": name} for pk, name in zip(item.carrier_ids, item.responsible_names, strict=True)]


@Statement
def _carriers():
    return with_carriers(Item.objects.filter(pk__in=Given("items"))).values_list("pk", "carrier_ids")


def carriers_of(items: Iterable[int]) -> dict[int, list[int]]:
    """Of each of these items the people who carry it out, in one statement."""
    return dict(_carriers(items=list(items)))
