"""From the facts of a dossier to new rows, made in memory first so that every fault is found before one is stored."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import models
from django.db.models import ManyToManyField
from django.utils import timezone

from accounts.models import Organisation
from governance.exchange import Fault
from governance.models import CatalogueRow, Communication, LargeSum, Person, Post, Procedure
from governance.rules import facts
from governance.rules.cases import DECIDED

from ..models import (
    Attendance,
    Consultation,
    Consulted,
    Item,
    Matter,
    Meeting,
    Minutes,
    MinutesItem,
    Opinion,
    Recusal,
    Signature,
    Vote,
)
from ..transitions.acting import digest_of
from ..transitions.elsewhere import planned_for_many, sealed_last

BATCH = 2000
SMALL = {"PositiveSmallIntegerField": (0, 2**15 - 1), "PositiveIntegerField": (0, 2**31 - 1)}
SMALL["IntegerField"] = (-(2**31), 2**31 - 1)
IN_FILES = {
    "ref": "id",
    "since": "from",
    "delegation_reason": "delegation/reason",
    "emergency_reason": "emergency/reason",
    "published_scope": "publicity/scope",
    "unpublished_reason": "publicity/reason",
}
"""How the format spells the columns that may turn out too narrow."""


class Making:
    """The rows of one dossier, in the order in which they can be stored."""

    ORDER = (
        Person, Post, Procedure, LargeSum, CatalogueRow, Communication, Matter, Consultation, Consulted, Meeting,
        Attendance, Item, Opinion, Recusal, Vote, Signature, Minutes, MinutesItem,
    )  # fmt: skip

    def __init__(self, school: Organisation, people: dict[str, Person], matters: dict[str, Matter]) -> None:
        self.school, self.people, self.matters = school, people, matters
        self.meetings: dict[str, Meeting] = {}
        self.rows: dict[type[models.Model], list[tuple[str, Any]]] = {model: [] for model in self.ORDER}
        self.links: list[tuple[ManyToManyField, Any, Any]] = []
        self.reconsidering: list[tuple[Matter, str]] = []
        self.now = timezone.now()

    def add(self, model: type[models.Model], pointer: str, **values: Any) -> Any:
        made = model(**values)
        self.rows[model].append((pointer, made))
        return made

    def link(self, row: Any, name: str, people: Any) -> None:
        through = type(row)._meta.get_field(name)
        self.links += [(through, row, self.people[person]) for person in people]

    def one(self, person: facts.Id | None) -> Person | None:
        return None if person is None else self.people[person]

    def count(self, model: type[models.Model]) -> int:
        return len(self.rows[model])

    # what stands before any meeting

    def person(self, pointer: str, one: facts.Person) -> None:
        self.people[one.id] = self.add(
            Person, pointer, school=self.school, ref=one.id, name=one.name, party_member=one.party_member
        )

    def post(self, pointer: str, one: facts.Post) -> None:
        self.add(
            Post, pointer, school=self.school, person=self.people[one.person], post=one.post, since=one.since,
            until=one.until, full_time=one.full_time,
        )  # fmt: skip

    def procedure(self, pointer: str, one: facts.Procedure) -> None:
        self.add(
            Procedure, pointer, school=self.school, body=one.body, since=one.since, title=one.title,
            adopted_on=one.adopted_on, submitted_on=one.submitted_on, filed_on=one.filed_on,
            filing_number=one.filing_number, parameters=dict(one.parameters),
        )  # fmt: skip

    def large_sum(self, pointer: str, one: facts.LargeSum) -> None:
        self.add(
            LargeSum, pointer, school=self.school, since=one.since, amount=one.amount, inclusive=one.inclusive,
            cumulative=one.cumulative,
        )  # fmt: skip

    def catalogue_row(self, pointer: str, one: facts.CatalogueRow) -> None:
        self.add(
            CatalogueRow, pointer, school=self.school, code=one.code, title=one.title, since=one.since,
            route=one.route, prior=list(one.prior), reserved=one.reserved, two_thirds=one.two_thirds,
        )  # fmt: skip

    def communication(self, pointer: str, one: facts.Communication) -> None:
        self.link(self.add(Communication, pointer, school=self.school, at=one.at, note=one.note), "people", one.people)

    # matters

    def matter(self, pointer: str, one: facts.Matter, state: str) -> None:
        emergency, decided = one.emergency, one.decided_without_meeting
        made = self.matters[one.id] = self.add(
            Matter, pointer, school=self.school, ref=one.id, title=one.title, category=one.category, amount=one.amount,
            payee=one.payee or "", project=one.project or "", major=one.major, two_thirds=one.two_thirds,
            flags=sorted(one.flags), candidates=list(one.candidates), proposer=self.one(one.proposer),
            proposed_at=one.proposed_at, owner=self.one(one.owner),
            emergency_at=emergency and emergency.at, emergency_by=emergency and self.people[emergency.by],
            emergency_reason=emergency.reason if emergency else "", decided_without_at=decided and decided.at,
            decided_without_how=decided.how if decided else "", state=state,
        )  # fmt: skip
        self.link(made, "interests", sorted(one.interests))
        self.link(made, "decided_without_by", decided.by if decided else ())
        if one.reconsiders is not None:
            self.reconsidering.append((made, one.reconsiders))
        for index, each in enumerate(one.consultations):
            self._consultation(f"{pointer}/consultations/{index}", made, each)

    def _consultation(self, pointer: str, matter: Matter, one: facts.Consultation) -> None:
        made = self.add(
            Consultation, pointer, matter=matter, kind=one.kind, asked_at=one.at, at=one.at, entered_at=one.entered_at,
            heard=one.heard, outcome=one.outcome or "", note=one.note, stale=one.stale,
        )  # fmt: skip
        for person in one.people:
            self.add(Consulted, pointer, consultation=made, person=self.people[person], answered_at=one.at)

    # meetings

    def meeting(self, pointer: str, one: facts.Meeting, state: str) -> None:
        delegation = one.delegation
        made = self.meetings[one.id] = self.add(
            Meeting, pointer, school=self.school, ref=one.id, body=one.body, number=one.number, title=one.title,
            starts_at=one.starts_at, ends_at=one.ends_at, place=one.place, mode=one.mode,
            convener=self.one(one.convener), chair=self.one(one.chair), recorder=self.one(one.recorder),
            emergency=one.emergency, delegation_giver=delegation and self.people[delegation.giver],
            delegation_receiver=delegation and self.people[delegation.receiver],
            delegation_at=delegation and delegation.at, delegation_reason=delegation.reason if delegation else "",
            notice_sent_at=one.notice_sent_at, entered_at=one.entered_at,
            record_completed_at=one.record and one.record.completed_at, state=state,
        )  # fmt: skip
        for index, row in enumerate(one.attendance):
            self.add(
                Attendance, f"{pointer}/attendance/{index}", meeting=made, person=self.people[row.person],
                status=row.status, role=row.role, from_item=row.from_item, to_item=row.to_item,
                away=list(row.away), leave_reason=row.leave_reason,
            )  # fmt: skip
        items = {item.no: self._item(f"{pointer}/items/{item.no - 1}", made, item) for item in one.items}
        for person in one.record.signed_by if one.record else ():
            self._signature(f"{pointer}/record", made, one, person)
        if one.minutes:
            self._minutes(f"{pointer}/minutes", made, one.minutes, items)

    def _item(self, pointer: str, meeting: Meeting, one: facts.Item) -> Item:
        publicity, closed = one.publicity, meeting.state == Meeting.State.IMPORTED
        settled, confirmed = closed and one.outcome, closed or one.confirmed_at
        made = self.add(
            Item, pointer, matter=self.matters[one.matter], body=meeting.body, purpose=one.purpose, meeting=meeting,
            state=Item.State.SETTLED if settled else Item.State.CONFIRMED if confirmed else Item.State.WAITING,
            requested_at=one.added_at or meeting.starts_at, confirmed_by=self.one(one.confirmed_by),
            confirmed_at=one.confirmed_at, no=one.no, added_at=one.added_at, outcome=one.outcome or "",
            decision_text=one.decision_text, due=one.due, done_on=one.done_on,
            settled_at=(meeting.ends_at or meeting.starts_at) if settled else None,
            published=publicity and publicity.published, published_from=publicity and publicity.since,
            published_until=publicity and publicity.until, published_scope=publicity.scope if publicity else "",
            unpublished_reason=publicity.reason if publicity else "",
        )  # fmt: skip
        self.link(made, "responsible", one.responsible)
        for name, written in (("opinions", False), ("written_opinions", True)):
            for index, each in enumerate(getattr(one, name)):
                self.add(
                    Opinion, f"{pointer}/{name}/{index}", item=made, person=self.people[each.person],
                    stance=each.stance or "", order=each.order, text=each.text, written=written,
                )  # fmt: skip
        for index, recusal in enumerate(one.recusals):
            self.add(
                Recusal, f"{pointer}/recusals/{index}", item=made, person=self.people[recusal.person],
                reason=recusal.reason,
            )  # fmt: skip
        for index, vote in enumerate(one.votes):
            counts = {name: getattr(vote, name) for name in ("agree", "disagree", "abstain", "defer")}
            self.add(
                Vote, f"{pointer}/votes/{index}", item=made, candidate=vote.candidate or "", method=vote.method or "",
                **counts, outcome=vote.outcome or "", digest=digest_of(vote), recorded_at=meeting.starts_at,
            )  # fmt: skip
        return made

    def _signature(self, pointer: str, made: Meeting, one: facts.Meeting, person: facts.Id) -> None:
        """Whoever both chaired and recorded signs as both."""
        roles = [role for role, who in (("chair", one.chair), ("recorder", one.recorder)) if who == person]
        for role in roles or [Signature.Role.OTHER]:
            at = made.record_completed_at or made.ends_at or made.starts_at
            self.add(Signature, pointer, meeting=made, person=self.people[person], role=role, at=at)

    def _minutes(self, pointer: str, meeting: Meeting, one: facts.Minutes, items: dict[int, Item]) -> None:
        made = self.add(
            Minutes, pointer, meeting=meeting, number=one.number, issued_by=self.one(one.issued_by),
            issued_at=one.issued_at,
        )  # fmt: skip
        for index, row in enumerate(one.items):
            item = items.pop(row.no, None)  # listed a second time, it is nobody's
            self.add(
                MinutesItem, f"{pointer}/items/{index}", minutes=made, item=item, no=row.no,
                heading=item.matter.title if item else "", outcome=row.outcome, text=row.text,
            )  # fmt: skip

    # storing

    def faults(self) -> Iterator[Fault]:
        """What the format can say and the tables cannot hold."""
        recused = set()
        for pointer, row in self.rows[Recusal]:
            if (id(row.item), id(row.person)) in recused:
                yield Fault(f"{pointer}/person", f"“{row.person.name}”在同一项中回避了两次")
            recused.add((id(row.item), id(row.person)))
        for model, rows in self.rows.items():
            columns = [field for field in model._meta.concrete_fields if field.max_length or _range(field)]
            for pointer, row in rows:
                for field in columns:
                    if wrong := misfit(field, getattr(row, field.attname)):
                        yield Fault(f"{pointer}/{IN_FILES.get(field.name, field.name)}", wrong)

    def store(self, tell: Callable[[int], None]) -> None:
        with planned_for_many(), sealed_last(row for _pointer, row in self.rows[Meeting]):
            self._store(tell)

    def _store(self, tell: Callable[[int], None]) -> None:
        for model in self.ORDER:
            rows = [row for _pointer, row in self.rows[model]]
            for start in range(0, len(rows), BATCH):
                tell(len(model._default_manager.bulk_create(rows[start : start + BATCH])))
        for matter, reconsidered in self.reconsidering:
            matter.reconsiders = self.matters[reconsidered]
        Matter.objects.bulk_update([matter for matter, _ in self.reconsidering], ["reconsiders"], batch_size=BATCH)
        through: dict[Any, list[Any]] = {}
        for field, row, person in self.links:
            bridge = field.remote_field.through
            names = {field.m2m_column_name(): row.pk, field.m2m_reverse_name(): person.pk}
            through.setdefault(bridge, []).append(bridge(**names))
        for bridge, rows in through.items():
            bridge.objects.bulk_create(rows, batch_size=BATCH)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def decides(item: facts.Item) -> bool:
    return item.outcome in DECIDED and item.purpose in ("decide", "handle")


def state_of(matter: facts.Matter, comings: list[facts.Item]) -> str:
    """Where a matter stands after what the dossier tells of it; ``comings`` in order of time."""
    if any(map(decides, comings)):
        undone = any(item.due and not item.done_on for item in comings if item.outcome in DECIDED)
        return Matter.State.DECIDED if undone else Matter.State.CLOSED
    if comings and comings[-1].outcome == "withdrawn":
        return Matter.State.WITHDRAWN
    return Matter.State.PROPOSED


def state_of_meeting(meeting: facts.Meeting, today: date) -> str:
    """What is over is closed as it stands; what is to come goes on here as called."""
    told = meeting.ends_at or meeting.record or meeting.minutes or any(item.outcome for item in meeting.items)
    return Meeting.State.IMPORTED if told or facts.day_of(meeting.starts_at) < today else Meeting.State.CALLED


def _range(field: models.Field) -> tuple[int, int] | None:
    return SMALL.get(field.get_internal_type())


def misfit(field: models.Field, value: Any) -> str:
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        return f"有 {len(value)} 字，系统最多保存 {field.max_length} 字"
    limits = _range(field)
    if limits and isinstance(value, int) and not limits[0] <= value <= limits[1]:
        return f"为 {value}，应在 {limits[0]} 至 {limits[1]} 之间"
    return ""
