"""Judgements of a whole school, kept by the hundred: copied into the tables as text, with no instance for an answer.

Facts that an earlier judgement keeps are not kept again: the later one says where they are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Organisation
from governance.rules import facts
from governance.rules.ruling import Answers

from .facts.whole import Coming
from .facts.writing import Writing
from .folding import Met, fold, written
from .models import Judgement, KeptFinding, Rejudging


@dataclass
class Made:
    """What is to be kept: what was judged, what that rests on, and what is said. ``items`` by the number that a place
    names."""

    judged: facts.Records
    answers: Sequence[Answers]
    items: Mapping[int, Coming]
    meeting: int | None = None
    matter: int | None = None


class Told(NamedTuple):
    """A judgement as it was kept."""

    pk: int
    meeting_id: int | None
    met: Met


class Row(NamedTuple):
    """What is not met, as it stands in its table."""

    id: int
    judgement_id: int
    school_id: int
    meeting_id: int | None
    item_id: int | None
    matter_id: int | None
    rule: str
    outcome: str
    mode: str
    body: str
    clause: str
    message: str
    values: str


class Keeper:
    """Keeps what is judged of one school, by one act."""

    def __init__(
        self, school: Organisation, *, verb: str, at: datetime, run: Rejudging | None = None, current: bool = True
    ) -> None:
        kept = Judgement.objects.filter(school=school, same_as=None).order_by("pk")
        self._known = dict(kept.values_list("digest", "pk"))
        self._writing = Writing()
        self._school = school.pk
        self._common = {
            "school_id": school.pk, "verb": verb, "at": at, "run_id": run and run.pk, "by_id": run and run.by_id,
            "item_id": None, "current": current,
        }  # fmt: skip

    def keep(self, several: Sequence[Made]) -> tuple[list[Told], list[Row]]:
        told: list[Told] = []
        judgements: list[tuple] = []
        rows: list[tuple] = []
        common = tuple(self._common.values())
        for made, pk in zip(several, _keys(Judgement, len(several)), strict=True):
            met, there = fold(made.answers, made.items, made.meeting)
            text = self._writing.bytes_of(made.judged)
            digest = sha256(text).hexdigest()
            same_as = self._known.get(digest)
            self._known.setdefault(digest, pk)
            facts_of = None if same_as else text.decode()
            of_this = (pk, made.meeting, made.matter, digest, same_as, facts_of, written(met), json.dumps(there))
            judgements.append((*of_this, *common))
            told.append(Told(pk, made.meeting, met))
            rows += self._rows(made, pk)
        keys = _keys(KeptFinding, len(rows))
        kept = [Row(key, *row) for key, row in zip(keys, rows, strict=True)]
        named = ("id", "meeting_id", "matter_id", "digest", "same_as_id", "own_facts", "met", "there", *self._common)
        _copy(Judgement, named, judgements)
        _copy(KeptFinding, Row._fields, kept)
        return told, kept

    def _rows(self, made: Made, judgement: int) -> Iterable[tuple]:
        for place, _, amiss in made.answers:
            item = made.items.get(place.item) if place.item and amiss else None
            for one in amiss:
                yield (
                    judgement, self._school, made.meeting, item.pk if item else None,
                    item.matter_id if item else place.matter, one.code, one.outcome.value, one.mode.value,
                    place.body or "", one.rule.cited, one.message, json.dumps(one.values, ensure_ascii=False),
                )  # fmt: skip


def _keys(model: Any, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH named AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence)"
            " SELECT nextval(sequence) FROM named, generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _copy(model: Any, attnames: Iterable[str], rows: Iterable[tuple]) -> None:
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    named = ", ".join(f'"{columns[name]}"' for name in attnames)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({named}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
