"""One item on the meeting page, and the strip of numbers above it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from governance.models import Body
from governance.rules import facts
from governance.rules.cases import ItemCase
from governance.rules.engine import judge_item
from governance.rules.ruling import Finding, Outcome

from .. import transitions as verbs
from ..columns import Kept
from ..dry_run import Foreseen, at_hand
from ..facts.plain import responsible_first
from ..ledger import TO_DO
from ..models import Item, Meeting, MetAnswer, Opinion
from ..transitions.voting import MAY_VOTE
from .ballots import Ballot, Form, abandoned_of, ballots_of, questions_of
from .values import Blank, Seat, Voice

if TYPE_CHECKING:
    from .room import Room

OPENING = ("P-03", "A-03")
NUMBERS = (*OPENING, "P-04")
QUIET = (Outcome.MET, Outcome.NOT_APPLICABLE)
USUAL_OUTCOMES = {
    Body.PARTY: (Item.Outcome.PASSED, Item.Outcome.REJECTED, Item.Outcome.DEFERRED),
    Body.OFFICE: (Item.Outcome.PRINCIPAL_DECIDED, Item.Outcome.REFERRED, Item.Outcome.DEFERRED),
}
FOR_BOTH = (Item.Outcome.NOTED, Item.Outcome.WITHDRAWN)


_STANCES = dict(Opinion.Stance.choices)


class Heard(NamedTuple):
    name: str
    stance: str
    word: str
    text: str
    written: bool


@dataclass(frozen=True)
class Strip:
    in_office: int
    present: int
    needed: int | None
    leave: int
    absent: int
    unmarked: int
    observers: int
    opening: Finding | None
    voting: list[Finding]  # all that must hold before a count means anything

    @property
    def worst(self) -> Finding | None:
        """The finding to speak of: what stands in the way, if anything does."""
        return next((one for one in (self.opening, *self.voting) if one and one.outcome is not Outcome.MET), None)

    @property
    def short(self) -> Finding | None:
        """What speaks against the number of those who were there, whatever else may be wrong with the count."""
        return next((one for one in self.voting if one.code in NUMBERS and one.outcome not in QUIET), None)

    @property
    def enough(self) -> bool:
        return self.short is None

    @property
    def lacking(self) -> int:
        """How many more have to come for what stands in the way now."""
        worst = self.worst
        values: dict[str, Any] = worst.values if worst and worst.outcome is Outcome.BROKEN else {}
        return max(0, values.get("needed", 0) - values.get("present", 0))

    @property
    def can_open(self) -> bool:
        return self.opening is None or self.opening.outcome is Outcome.MET

    @property
    def can_vote(self) -> bool:
        return self.worst is None


def strip_of(case: ItemCase, sitting: facts.Meeting) -> Strip:
    def judged(at: facts.Meeting) -> list[Finding]:
        return judge_item(case.dossier, at, replace(case.item, outcome=None), codes=MAY_VOTE)

    findings = judged(sitting)
    numbers = findings
    if not case.attendance_recorded and case.team:
        # Before the first name is ticked the rule cannot count, but it can say how many it will want.
        numbers = judged(replace(sitting, attendance=(facts.Attendance(min(case.team), "absent"),)))
    values: dict[str, Any] = next((one.values for one in reversed(numbers) if "needed" in one.values), {})
    status = {row.person: row.status for row in sitting.attendance}
    missing = Counter(status.get(person, "") for person in case.absent)
    return Strip(
        in_office=values.get("in_office", len(case.team)),
        present=values.get("present", len(case.present)),
        needed=values.get("needed"),
        leave=missing["leave"],
        absent=missing["absent"] + missing["present"],
        unmarked=missing[""],
        observers=len(case.attending - case.team),
        opening=next((one for one in findings if one.code in OPENING), None),
        voting=findings,
    )


class Topic:
    def __init__(self, room: Room, item: Item, case: ItemCase) -> None:
        self.room = room
        self.item = item
        self.case = case
        self.no = item.no
        self.matter = item.matter
        self.open = room.writing and item.state != Item.State.SETTLED

    def _blank(self, name: str, stored: Any) -> Blank:
        return Blank(f"item/{self.item.pk}/{name}", stored)

    @property
    def voted(self) -> bool:
        """Whether a standing vote has counted who is here."""
        return bool(self.item.vote_rows)

    @property
    def untouched(self) -> bool:
        """Whether nothing is written of it yet that says the meeting came to it."""
        spoke = any(row["stance"] or row["text"] for row in self.item.opinion_rows)
        return not (self.item.outcome or self.item.decision_text.strip() or self.voted or spoke)

    @property
    def not_reached(self) -> bool:
        return self.item.outcome == Item.Outcome.WITHDRAWN and self.item.decision_text == verbs.NOT_REACHED

    @cached_property
    def guests(self) -> list[tuple[Seat, bool]]:
        """Who may sit in, and whether they do now."""
        return [(seat, seat.person in self.case.attending) for seat in self.room.sitting_in]

    @cached_property
    def strip(self) -> Strip:
        return strip_of(self.case, self.room.sitting)

    @cached_property
    def foreseen(self) -> Foreseen | None:
        """What the item could come to with those who are there, while it is still to be decided."""
        going_on = self.room.meeting.state == Meeting.State.OPEN and self.item.state != Item.State.SETTLED
        if not going_on or self.item.outcome or not self.case.attendance_recorded:
            return None
        return at_hand(self.room.loaded, self.room.meeting.pk, self.no, self.case.present)

    @cached_property
    def findings(self) -> list[Finding]:
        """What stands before the item becoming a valid decision, by the record as it is now."""
        return verbs.before_settling(self.room.loaded, self.room.meeting.pk, self.no)

    @cached_property
    def kept(self) -> list[Kept | MetAnswer]:
        """The last answers of judgements, with what was met."""
        broken = [Kept(row) for row in self.room.meeting.kept_rows if row["item_id"] == self.item.pk]
        return [*broken, *(one for one in self.room.met if one.item_id == self.item.pk)]

    @cached_property
    def reasons(self) -> list[Kept]:
        return [Kept(row) for row in self.room.meeting.override_rows if row["item"] == self.item.pk]

    @cached_property
    def given(self) -> dict[str, Kept]:
        """The head's reasons by rule."""
        return {reason.rule: reason for reason in self.reasons}

    @cached_property
    def blocking(self) -> list[Finding]:
        """What only the head's reason can let stand, and has not yet."""
        return [one for one in verbs.blockers(self.findings) if one.code not in self.given]

    @cached_property
    def voices(self) -> list[Voice]:
        """In the order in which they spoke; then who has not spoken, the chair last."""
        said = {row["person"]: row for row in self.item.opinion_rows if not row["written"]}
        wrote = {row["person"]: row for row in self.item.opinion_rows if row["written"]}
        recusals = {row["person"]: row for row in self.item.recusal_rows}
        chair = self.room.meeting.chair_id
        voices = [
            Voice(
                seat=seat,
                item=self.item.pk,
                here=seat.person in self.case.attending,
                chairs=seat.person == chair,
                interested=seat.person in self.case.matter.interests,
                recusal=recusals.get(seat.person),
                said=said.get(seat.person, {}),
                wrote=wrote.get(seat.person, {}),
            )
            for seat in self.room.seats
            if seat.member or seat.person in said or seat.person in wrote
        ]
        return sorted(voices, key=lambda voice: (voice.said.get("order_") or 9999, voice.chairs))

    @cached_property
    def recused(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.recusal]

    @cached_property
    def interested(self) -> list[Voice]:
        """Who has an interest in the matter and has not withdrawn."""
        return [voice for voice in self.voices if voice.interested and not voice.recusal]

    @cached_property
    def tally(self) -> list[tuple[str, str, int]]:
        """Stances of those who may vote, to be taken over into the count; nothing when there is none to be filled in."""
        if not self.forms or self.forms[0].again:
            return []
        taken = Counter(stance for person, stance in self.case.stances.items() if person in self.case.voters)
        return [(stance.value, stance.label, taken[stance.value]) for stance in Opinion.Stance] if taken else []

    @cached_property
    def kept_votes(self) -> list[dict]:
        return [row for row in self.room.meeting.ballot_rows if row["item"] == self.item.pk]

    @cached_property
    def ballots(self) -> list[Ballot]:
        return ballots_of(self.item, self.matter.candidates if self.matter.personnel else (), self.kept_votes)

    @cached_property
    def forms(self) -> list[Form]:
        """What is still to be voted on; and what was not carried, for another round."""
        if not self.open:
            return []
        voters = [seat for seat in self.room.seats if seat.person in self.case.voters]
        return [Form(questions, voters) for questions in questions_of(self.ballots) if questions]

    @property
    def unusual_vote(self) -> str:
        """Why nobody expects a vote here; empty where one is the way, or has been taken."""
        if not self.open or self.item.vote_rows:
            return ""
        if self.item.body == Body.OFFICE:
            return "校长办公会议听取意见后由校长决定，一般不表决"
        if self.item.purpose in (Item.Purpose.STUDY, Item.Purpose.REPORT):
            return f"{self.item.get_purpose_display()}的事项一般不表决"
        return ""

    @cached_property
    def abandoned(self) -> list[Kept]:
        rows = [row for row in self.room.meeting.abandoned_rows if row["item"] == self.item.pk]
        return abandoned_of(rows, self.kept_votes)

    @property
    def computed(self) -> str:
        """What the count of the one question came to; candidates each have their own."""
        first = self.ballots[0]
        return first.last.vote["computed"] if first.last and not first.candidate else ""

    @property
    def computed_label(self) -> str:
        return Item.Outcome(self.computed).label if self.computed else ""

    @property
    def differs(self) -> bool:
        return bool(self.computed and self.item.outcome and self.computed != self.item.outcome)

    @cached_property
    def outcomes(self) -> list[tuple[str, str]]:
        usual = [*USUAL_OUTCOMES[Body(self.item.body)], *FOR_BOTH]
        if self.item.outcome and self.item.outcome not in usual:
            usual.append(Item.Outcome(self.item.outcome))
        return [(one.value, one.label) for one in usual]

    @cached_property
    def attachments(self) -> list[dict]:
        return [row for row in self.room.meeting.attachment_rows if row["matter"] == self.item.matter_id]

    @cached_property
    def outcome(self) -> Blank:
        return self._blank("outcome", self.item.outcome)

    @cached_property
    def outcome_reason(self) -> Blank:
        return self._blank("outcome_reason", self.item.outcome_reason)

    @cached_property
    def decision_text(self) -> Blank:
        return self._blank("decision_text", self.item.decision_text)

    @cached_property
    def due(self) -> Blank:
        return self._blank("due", self.item.due)

    @cached_property
    def responsible(self) -> Blank:
        return self._blank("responsible", sorted(self.item.responsible_rows))

    @cached_property
    def lead(self) -> Blank:
        return self._blank("lead", self.item.lead_id)

    @cached_property
    def responsible_ids(self) -> list[str]:
        return [str(person) for person in self.item.responsible_rows]

    @property
    def owner_name(self) -> str:
        return self.room.name(self.matter.owner_id)

    @cached_property
    def heard(self) -> list[Heard]:
        """What was said, to be read."""
        heard = []
        for voice in self.voices:
            stance, text = voice.said.get("stance") or "", voice.said.get("text") or ""
            if stance or text:
                heard.append(Heard(voice.seat.name, stance, _STANCES.get(stance, ""), text, False))
            if text := voice.wrote.get("text"):
                heard.append(Heard(voice.seat.name, "", "", text, True))
        return heard

    @property
    def lead_name(self) -> str:
        """Who leads; whoever stands first, where nobody was made to."""
        return "".join(self.room.name(person) for person in responsible_first(self.item)[:1])

    @property
    def followed(self) -> bool:
        """Whether it is a decision that somebody has to carry out."""
        item = self.item
        return item.state == Item.State.SETTLED and item.outcome in Item.CARRIED and item.purpose in TO_DO

    @property
    def helpers(self) -> str:
        return "、".join(self.room.name(person) for person in responsible_first(self.item)[1:])
