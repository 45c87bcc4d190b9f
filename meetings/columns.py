"""What pages read beside the facts that are judged: rows as columns of the statement that reads the meeting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from .facts.plain import time_of
from .folding import unfold
from .models import CheckIn, Judgement, KeptFinding, Meeting, MetAnswer, Override, Vote

OF_ITEMS = {"item__meeting": OuterRef("pk")}


@dataclass(frozen=True)
class Kept:
    """One of the rows, with its moment read."""

    row: dict

    def __getattr__(self, name: str) -> Any:
        if name not in self.row:
            raise AttributeError(name)
        value = self.row[name]
        return datetime.fromisoformat(value) if name == "at" and isinstance(value, str) else value


def rows(queryset: QuerySet, **columns) -> ArraySubquery:
    """The rows of a relation as one column: JSON objects with these columns and the ``id``."""
    return ArraySubquery(queryset.order_by("pk").values(json=JSONObject(id="pk", **columns)))


def reasons() -> ArraySubquery:
    """Those that a head gave, on any item of the meeting."""
    given = Override.objects.filter(**OF_ITEMS)
    return rows(given, item="item_id", rule="rule", message="message", reason="reason", by="by__name", at="at")


def abandoned() -> ArraySubquery:
    """The votes that no longer count."""
    return rows(
        Vote.objects.filter(**OF_ITEMS, abandoned_at__isnull=False), item="item_id", candidate="candidate",
        round="round", method="method", agree="agree", disagree="disagree", abstain="abstain", defer="defer",
        at="abandoned_at", by="abandoned_by__name", reason="abandoned_reason",
    )  # fmt: skip


def not_met() -> ArraySubquery:
    """What the rules said that now counts, of the meeting and of its items."""
    return rows(
        KeptFinding.objects.filter(meeting=OuterRef("pk"), judgement__current=True), item_id="item_id",
        matter_id="matter_id", rule="rule", outcome="outcome", mode="mode", clause="clause", message="message",
        at="judgement__at",
    )  # fmt: skip


def unconfirmed() -> ArraySubquery:
    """Who said from their phone that they are here, and the clerk has not confirmed it."""
    return rows(CheckIn.objects.filter(meeting=OuterRef("pk"), confirmed__isnull=True), person="person_id", at="at")


def judgements() -> ArraySubquery:
    return rows(Judgement.objects.filter(meeting=OuterRef("pk"), current=True), met="met", at="at")


def met(meeting: Meeting) -> Iterator[MetAnswer]:
    """The answers that ``judgements`` carry folded."""
    kept = (
        Judgement(pk=row["id"], meeting=meeting, met=row["met"], at=time_of(row["at"]))
        for row in meeting.judgement_rows
    )
    return chain.from_iterable(map(unfold, kept))
