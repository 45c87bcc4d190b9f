"""Judgements of a whole school, kept by the hundred: copied into the tables as text, with no instance for an answer.

Facts that an earlier judgement keeps are not kept again: the later one says where they are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Organisation
from governance.rules import facts
from governance.rules.ruling import Finding

from .facts.whole import Coming
from .facts.writing import Writing
from .folding import QUIET, fold
from .models import Judgement, KeptFinding

JUDGEMENT = [field.attname for field in Judgement._meta.concrete_fields]


@dataclass
class Made:
    """A judgement to be kept, what it rests on, and what it says. ``items`` by the number that findings name."""

    judgement: Judgement
    judged: facts.Records
    findings: Sequence[Finding]
    items: Mapping[int, Coming]


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
    """Keeps what is judged of one school."""

    def __init__(self, school: Organisation) -> None:
        kept = Judgement.objects.filter(school=school, same_as=None).order_by("pk")
        self._known = dict(kept.values_list("digest", "pk"))
        self._writing = Writing()

    def keep(self, several: Sequence[Made]) -> list[Row]:
        judgements: list[Iterable[Any]] = []
        rows: list[tuple] = []
        for made, pk in zip(several, _keys(Judgement, len(several)), strict=True):
            judgement = made.judgement
            judgement.pk = pk
            judgement.met, judgement.there = fold(made.findings, made.items, judgement.meeting_id)
            text = self._writing.text_of(made.judged)
            judgement.digest = sha256(text.encode()).hexdigest()
            judgement.same_as_id = self._known.get(judgement.digest)
            self._known.setdefault(judgement.digest, pk)
            columns = {name: getattr(judgement, name) for name in JUDGEMENT}
            columns |= {"met": json.dumps(judgement.met), "there": json.dumps(judgement.there)}
            columns["own_facts"] = None if judgement.same_as_id else text
            judgements.append(columns.values())
            rows += _rows(made)
        keys = _keys(KeptFinding, len(rows))
        kept = [Row(key, *row) for key, row in zip(keys, rows, strict=True)]
        _copy(Judgement, JUDGEMENT, judgements)
        _copy(KeptFinding, Row._fields, kept)
        return kept


def _rows(made: Made) -> Iterable[tuple]:
    judgement = made.judgement
    for finding in made.findings:
        verdict, place = finding.verdict, finding.place
        if verdict.outcome in QUIET:
            continue
        item = made.items.get(place.item) if place.item else None
        yield (
            judgement.pk, judgement.school_id, judgement.meeting_id, item.pk if item else None,
            item.matter_id if item else place.matter, finding.rule.code, verdict.outcome.value, finding.mode.value,
            place.body or "", finding.rule.cited, finding.message, json.dumps(dict(verdict.values), ensure_ascii=False),
        )  # fmt: skip


def _keys(model: Any, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _copy(model: Any, attnames: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    named = ", ".join(f'"{columns[name]}"' for name in attnames)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({named}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row))
