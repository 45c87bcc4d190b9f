"""What is counted of an inspection: its schools, and the items of one of them, within its scope alone."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from meetings.models import Item, KeptFinding

from .access import findings_in_scope, items_in_scope
from .models import Assessment, Inspection
from .registers import BLOCK, BROKEN, UNKNOWN, WARN, findings


@dataclass
class Scope:
    """How much of a school is looked at, and what was found in it."""

    meetings: int = 0
    items: int = 0
    block: int = 0
    warn: int = 0
    unknown: int = 0
    assessed: int = 0

    @property
    def findings(self) -> int:
        return self.block + self.warn + self.unknown

    @property
    def waiting(self) -> int:
        return max(0, self.findings - self.assessed)


def counted(inspection: Inspection, schools: Collection[Organisation]) -> dict[int, Scope]:
    """Of these schools, by primary key; three statements, however many they are."""
    found: dict[int, Scope] = defaultdict(Scope)
    items = items_in_scope(inspection, schools).order_by().values("meeting__school")
    for school, meetings, many in items.annotate(
        meetings=Count("meeting", distinct=True), many=Count("pk")
    ).values_list("meeting__school", "meetings", "many"):
        found[school] = Scope(meetings, many)
    rows = findings_in_scope(inspection, schools).order_by().values("school", "outcome", "mode")
    for row in rows.annotate(many=Count("pk")):
        of_mode = {str(BLOCK): "block", str(WARN): "warn"}.get(row["mode"], "")
        if place := "unknown" if row["outcome"] == UNKNOWN else of_mode:
            scope = found[row["school"]]
            setattr(scope, place, getattr(scope, place) + row["many"])
    said = Assessment.objects.filter(inspection=inspection, school__in=schools, withdrawn_at=None).exclude(rule="")
    for school, many in said.order_by().values_list("school").annotate(many=Count("pk")):
        found[school].assessed = many
    return found


def _answers() -> QuerySet[KeptFinding]:
    return findings(None).filter(item=OuterRef("pk"))


GRAVEST = (
    ("block", "须改正"),
    ("warn", "提醒"),
    ("unknown", "不可判定"),
    ("met", "没有问题"),
)


def with_figures(items: QuerySet[Item], inspection: Inspection) -> QuerySet[Item]:
    """``block``, ``warn``, ``unknown``: how many answers of each kind an item has now; ``assessed``: how many were."""

    def many(**of) -> Coalesce:
        ours = _answers().filter(**of).order_by().values("item")
        return Coalesce(Subquery(ours.annotate(many=Count("pk")).values("many")), 0)

    said = Assessment.objects.filter(inspection=inspection, item=OuterRef("pk"), withdrawn_at=None).exclude(rule="")
    assessed = said.order_by().values("item").annotate(many=Count("pk")).values("many")
    return items.annotate(
        block=many(outcome=BROKEN, mode=BLOCK),
        warn=many(outcome=BROKEN, mode=WARN),
        unknown=many(outcome=UNKNOWN),
        assessed=Coalesce(Subquery(assessed), 0),
    )


def of_gravity(items: QuerySet[Item], gravest: str) -> QuerySet[Item]:
    """Items whose gravest answer is that one."""
    now = _answers()
    of = {
        "block": now.filter(outcome=BROKEN, mode=BLOCK),
        "warn": now.filter(outcome=BROKEN, mode=WARN),
        "unknown": now.filter(outcome=UNKNOWN),
    }
    for name, answers in of.items():
        if name == gravest:
            return items.filter(Exists(answers))
        items = items.filter(~Exists(answers))
    return items
