"""The things rules look at, each with the facts that follow from the record.

A case answers in the words of the contract (``team``, ``present``, ``voters``, ``reserved`` …), all
read on the day of its meeting, so that a rule is no longer than its sentence. What is *not
recorded* stays ``None`` or empty; no case decides what that means for a rule.

Glossary
    present     in the team, marked present, and there while the item was on
    attending   there while the item was on, in whatever role
    voters      present and not recused
    counted     how many count towards a quorum, out of ``base``
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from governance.rules.catalogue import PERSONNEL, Category
from governance.rules.facts import (
    Body,
    Consultation,
    Id,
    Item,
    Matter,
    Meeting,
    Opinion,
    Vote,
    day_of,
)
from governance.rules.remembered import remembered
from governance.rules.ruling import Looks, Place

if TYPE_CHECKING:  # the dossier makes the cases, and the cases ask the dossier
    from governance.rules.dossier import Dossier
    from governance.rules.values import Parameters

DECIDED = frozenset({"passed", "rejected", "principal_decided"})
CARRIED = frozenset({"passed", "principal_decided"})
PUT_OFF = frozenset({"referred", "deferred"})
DISSENT = frozenset({"disagree", "abstain", "defer"})
LONG = 20
"""Characters from which two equal opinions are no coincidence."""


def without_blanks(text: str) -> str:
    """What is compared of two texts: no blank of any kind makes a difference."""
    return "".join(text.split())


class Counts(NamedTuple):
    """How many said what in one vote."""

    agree: int
    disagree: int
    abstain: int
    defer: int

    @property
    def dissent(self) -> int:
        return self.disagree + self.abstain + self.defer


class MeetingCase:
    """One meeting on its day."""

    looks_at = Looks.MEETING
    taken_up = True

    def __init__(self, dossier: Dossier, meeting: Meeting) -> None:
        self.dossier = dossier
        self.meeting = meeting
        self.body: Body = meeting.body
        self.starts_at = meeting.starts_at
        self.day = day_of(meeting.starts_at)
        self.team = dossier.team(meeting.body, self.day)
        self.parameters: Parameters = dossier.parameters(meeting.body, self.day)
        self.attendance_recorded = bool(meeting.attendance)
        present = [row for row in meeting.attendance if row.status == "present"]
        self._in_part = [row for row in present if row.from_item is not None or row.to_item is not None or row.away]
        self._throughout = frozenset(row.person for row in present) - {row.person for row in self._in_part}

    @property
    def place(self) -> Place:
        return Place(self.meeting.id, body=self.body, title=self.meeting.title)

    @remembered
    def items(self) -> tuple[ItemCase, ...]:
        return tuple(ItemCase(self, item) for item in self.meeting.items)

    def attending(self, number: int) -> frozenset[Id]:
        """Everyone who was there while an item was on."""
        if not self._in_part:
            return self._throughout
        return self._throughout.union(
            row.person
            for row in self._in_part
            if (row.from_item is None or row.from_item <= number)
            and (row.to_item is None or number <= row.to_item)
            and number not in row.away
        )

    @remembered
    def head(self) -> Id | None:
        return self.dossier.head(self.body, self.day)

    @remembered
    def counterpart(self) -> Id | None:
        return self.dossier.counterpart(self.body, self.day)

    @remembered
    def delegated_chair(self) -> Id | None:
        """The chair, if the head delegated to them in time; else nobody."""
        delegation, chair = self.meeting.delegation, self.meeting.chair
        valid = (
            delegation is not None
            and delegation.giver == self.head
            and delegation.receiver == chair
            and chair in self.team
            and delegation.at < self.starts_at
        )
        return chair if valid else None

    def called(self, *people: Id) -> str:
        """People as one speaks of them on the day of the meeting."""
        return self.dossier.called(people, self.day)

    @remembered
    def ended(self) -> bool:
        return self.meeting.ends_at is not None or any(item.outcome is not None for item in self.meeting.items)


class ItemCase:
    """One coming of a matter to a meeting."""

    looks_at = Looks.ITEM

    def __init__(self, meeting: MeetingCase, item: Item) -> None:
        self.meeting = meeting
        self.item = item
        self.no = item.no
        self.dossier = meeting.dossier
        self.body: Body = meeting.body
        self.day = meeting.day
        self.starts_at = meeting.starts_at
        self.parameters = meeting.parameters
        self.matter: Matter = meeting.dossier.matter(item.matter)
        self.attendance_recorded = meeting.attendance_recorded
        self.team = meeting.team
        self.attending = meeting.attending(item.no)
        self.present = self.attending & meeting.team
        self.recused = frozenset(recusal.person for recusal in item.recusals)
        self.voters = self.present - self.recused if self.recused else self.present
        outcome = item.outcome
        self.decided = outcome in DECIDED
        self.carried = outcome in CARRIED
        self.taken_up = outcome != "withdrawn"
        self.settled = outcome is not None

    @property
    def place(self) -> Place:
        matter = self.matter
        return Place(self.meeting.meeting.id, self.no, matter.id, self.body, matter.title)

    # who counts

    @property
    def voters_known(self) -> bool:
        """Whether the record tells who was there, and who was in the team."""
        return self.attendance_recorded and bool(self.team)

    @remembered
    def counted(self) -> int:
        """How many count towards a quorum."""
        return len(self.voters if self.parameters.recusal_reduces_base else self.present)

    @remembered
    def base(self) -> int:
        """Out of how many: N, or less the recused where the school's rules say so."""
        reduced = self.parameters.recusal_reduces_base
        return len(self.team - self.recused if reduced else self.team)

    @property
    def absent(self) -> frozenset[Id]:
        return self.team - self.present

    # what the matter is, on the day of the meeting

    @remembered
    def category(self) -> Category | None:
        return self.dossier.category(self.matter.category, self.day)

    @remembered
    def reserved(self) -> bool | None:
        return self.dossier.reserved(self.matter, self.day)

    @property
    def personnel(self) -> bool:
        return self.matter.category[0] == PERSONNEL

    @remembered
    def two_thirds(self) -> bool:
        return self.dossier.two_thirds(self.matter, self.day)

    def marked(self, *marks: str) -> bool | None:
        """Whether the catalogue of the day asks one of these of the matter."""
        return None if self.category is None else not self.category.marks.isdisjoint(marks)

    # what was said and counted

    def opinion_of(self, person: Id) -> Opinion | None:
        return next((one for one in self.item.opinions if one.person == person), None)

    @remembered
    def stances(self) -> dict[Id, str]:
        return {one.person: one.stance for one in self.item.opinions if one.stance}

    @remembered
    def tallies(self) -> list[tuple[Vote, Counts]]:
        """The votes with counts, each with them; a count that is not given stands for 0 there."""
        return [(vote, counts) for vote in self.item.votes if (counts := _counts_of(vote)) is not None]

    @remembered
    def long_texts(self) -> list[str]:
        """The opinions that are long enough to be compared with others, blanks left out."""
        texts = [without_blanks(one.text) for one in self.item.opinions if len(one.text) >= LONG]
        return [text for text in texts if len(text) >= LONG]

    # what came before

    def consultations(self, *kinds: str) -> Iterator[Consultation]:
        """Those of the matter that were held before the start, its moment included, and on this text."""
        return (one for one in self.matter.consultations if one.kind in kinds and self._counts(one))

    def _counts(self, one: Consultation) -> bool:
        """A survey comes before the proposal, and stands whatever is made of it. What is referred or deferred may be
        mended after the meeting: the mark then says nothing of the text that was on the table."""
        if one.at > self.starts_at:
            return False
        mended_later = self.item.outcome in PUT_OFF and self.meeting.meeting.ends_at is not None
        return not one.stale or one.kind == "investigation" or mended_later

    @remembered
    def kinds_heard(self) -> frozenset[str]:
        """The kinds of consultation that were held before the start, on this text."""
        return frozenset(one.kind for one in self.matter.consultations if self._counts(one))

    @remembered
    def heads_consulted(self) -> list[Consultation]:
        """The consultations before the start in which head and counterpart both took part."""
        if not self.heard("secretary_principal"):
            return []
        head, counterpart = self.meeting.head, self.meeting.counterpart
        held = self.consultations("secretary_principal")
        return [one for one in held if head in one.people and counterpart in one.people]

    def heard(self, *kinds: str) -> bool:
        return not self.kinds_heard.isdisjoint(kinds)

    def on_another_text(self, *kinds: str) -> bool:
        """Whether such a consultation was held before the start, and the text is no longer what it was about."""
        held = (one for one in self.matter.consultations if one.kind in kinds and one.at <= self.starts_at)
        return any(not self._counts(one) for one in held)

    def earlier(self, body: Body, purpose: str | None = None) -> Iterator[ItemCase]:
        """Earlier comings of the same matter to a body, withdrawn ones too."""
        return (
            case
            for case in self.dossier.items_of(self.item.matter)
            if case.body == body
            and case.starts_at < self.starts_at
            and (purpose is None or case.item.purpose == purpose)
        )

    def called(self, *people: Id) -> str:
        """People as one speaks of them on the day of the meeting."""
        return self.dossier.called(people, self.day)


def _counts_of(vote: Vote) -> Counts | None:
    given = (vote.agree, vote.disagree, vote.abstain, vote.defer)
    if given == (None, None, None, None):
        return None
    return Counts(*(count or 0 for count in given))


class MatterCase:
    """One matter over its whole life, over both bodies."""

    looks_at = Looks.MATTER
    body: Body | None = None
    taken_up = True

    def __init__(self, dossier: Dossier, matter: Matter) -> None:
        self.dossier = dossier
        self.matter = matter

    @property
    def place(self) -> Place:
        return Place(matter=self.matter.id, title=self.matter.title)

    @remembered
    def items(self) -> tuple[ItemCase, ...]:
        """Every item that ever bore the matter, withdrawn ones too, in order of time."""
        return self.dossier.items_of(self.matter.id)

    @remembered
    def comings(self) -> tuple[ItemCase, ...]:
        """The comings in which a meeting took the matter up."""
        return tuple(case for case in self.items if case.taken_up)

    @remembered
    def day(self) -> date | None:
        """The matter's date: its first meeting, else the decision without one, else the proposal."""
        if self.comings:
            return self.comings[0].day
        decided = self.matter.decided_without_meeting
        moment = decided.at if decided else self.matter.proposed_at
        return None if moment is None else day_of(moment)

    @property
    def reserved_on_its_days(self) -> list[bool | None]:
        """Whether it is reserved on the days on which day-dependent facts of the matter are read."""
        return [case.reserved for case in self.comings] or [self.dossier.reserved(self.matter, self.day)]

    @remembered
    def agendas(self) -> frozenset[Body]:
        """The bodies on whose agenda the matter ever stood."""
        return frozenset(case.body for case in self.items)

    @property
    def came_to_party(self) -> bool:
        return any(case.body == "party" for case in self.comings)


class SchoolCase:
    """The school as a whole, or one of its bodies."""

    taken_up = True

    def __init__(self, dossier: Dossier, body: Body | None = None) -> None:
        self.dossier = dossier
        self.body = body
        self.looks_at = Looks.BODY if body else Looks.SCHOOL

    @property
    def place(self) -> Place:
        return Place(body=self.body, title=self.dossier.school.name)


Case = MeetingCase | ItemCase | MatterCase | SchoolCase
