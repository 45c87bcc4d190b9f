"""What is put to the vote on the meeting page: the results that stand, and the forms for what is still to be counted."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .. import transitions as verbs
from ..columns import Kept
from ..models import Item, Opinion, Vote
from ..transitions.ballots import COUNTS, amiss
from ..transitions.counting import carried_by
from .values import Seat

VOTER = re.compile(r"voter-[0-9]{1,18}")


@dataclass(frozen=True)
class Result:
    """One vote that stands: ``vote`` is its row, ``kept`` what was frozen with it (none: it came in a file)."""

    vote: Mapping[str, Any]
    kept: Mapping[str, Any] | None

    @property
    def method(self) -> str:
        return Vote.Method(self.vote["method"]).label if self.vote["method"] else ""

    @property
    def computed(self) -> str:
        return Item.Outcome(self.vote["computed"]).label if self.vote["computed"] else ""

    @property
    def announced(self) -> str:
        return Item.Outcome(self.vote["outcome"]).label if self.vote["outcome"] else ""

    @property
    def differs(self) -> bool:
        return bool(self.computed and self.announced and self.computed != self.announced)

    @cached_property
    def by_choice(self) -> list[tuple[str, list[str]]]:
        """Of an open ballot, who voted how."""
        return named_by_choice(self.kept) if self.kept else []

    @cached_property
    def amiss(self) -> str:
        return check(self.kept) if self.kept else ""


def check(kept: Mapping[str, Any]) -> str:
    return amiss(kept["item"], kept, {row["person"]: row["choice"] for row in kept["named"]})


def named_by_choice(kept: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    names = {row["id"]: row["name"] for row in kept["register"]}
    said = {row["person"]: row["choice"] for row in kept["named"]}
    voted = [
        (choice.label, [names.get(pk, "") for pk, given in said.items() if given == choice])
        for choice in Opinion.Stance
    ]
    return [(label, people) for label, people in voted if people]


@dataclass
class Question:
    """One row of the form: the item itself or one candidate, in one round, with what was typed of it."""

    number: int
    candidate: str
    round: int
    typed: Mapping[str, str] = field(default_factory=dict)  # by the name of the field without the prefix
    says: str = ""  # what is wrong with it
    voters: list[Seat] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return f"q{self.number}r{self.round}-"

    @property
    def counts(self) -> list[tuple[str, str, str]]:
        return [(name, Opinion.Stance(name).label, self.typed.get(name, "")) for name in COUNTS]

    @property
    def ballots(self) -> list[tuple[Seat, str]]:
        """Of an open ballot: everybody who may vote, with what was typed."""
        return [(seat, self.typed.get(f"voter-{seat.person}", "")) for seat in self.voters]

    @property
    def outcome(self) -> str:
        return self.typed.get("outcome", "")

    @property
    def reason(self) -> str:
        return self.typed.get("reason", "")


@dataclass(frozen=True)
class Ballot:
    """One question: what stands of it, round by round."""

    candidate: str
    results: Sequence[Result]

    @property
    def last(self) -> Result | None:
        return self.results[-1] if self.results else None

    @property
    def settled(self) -> bool:
        """Carried, or brought by a file: nobody votes on it again."""
        return bool(self.last and (self.last.kept is None or carried_by(self.last.vote)))


@dataclass
class Form:
    """Several questions on one sheet, and those who may vote on them."""

    questions: list[Question]
    voters: list[Seat]
    method: str = Vote.Method.SHOW_OF_HANDS
    error: str = ""
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self):
        for one in self.questions:
            one.voters = self.voters

    @property
    def again(self) -> bool:
        return bool(self.questions) and self.questions[0].round > 1

    @property
    def rounds(self) -> str:
        return "、".join(str(each) for each in sorted({one.round for one in self.questions}))


def ballots_of(item: Item, candidates: Iterable[str], kept: Iterable[dict]) -> list[Ballot]:
    frozen = {row["id"]: row for row in kept}
    standing: dict[str, list[dict]] = {}
    for row in sorted(item.vote_rows, key=lambda row: (row["round"], row["id"])):
        standing.setdefault(row["candidate"], []).append(row)
    asked = dict.fromkeys([*candidates, *standing] or [""])
    return [
        Ballot(candidate, [Result(row, frozen.get(row["id"])) for row in standing.get(candidate, ())])
        for candidate in asked
    ]


def questions_of(ballots: Iterable[Ballot]) -> tuple[list[Question], list[Question]]:
    """What is still to be voted on, and what could be once more."""
    first, again = [], []
    for number, ballot in enumerate(ballots):
        if ballot.last is None:
            first.append(Question(number, ballot.candidate, 1))
        elif not ballot.settled:
            again.append(Question(number, ballot.candidate, ballot.last.vote["round"] + 1))
    return first, again


class Sheet:
    """What a form brought: the questions that were filled in."""

    def __init__(self, post: Mapping[str, str], prefixes: Iterable[str]) -> None:
        self.post = post
        self.method = post.get("method", "")
        self.prefixes = list(prefixes) or [""]

    def typed(self, prefix: str) -> dict[str, str]:
        return {name.removeprefix(prefix): value for name, value in self.post.items() if name.startswith(prefix)}

    def where(self, prefix: str) -> tuple[str, int]:
        """Which question: the candidate and the round."""
        typed = self.typed(prefix)
        turn = typed.get("round", "1")
        return typed.get("candidate", ""), int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 3 else 0

    def counted(self) -> list[verbs.Counted]:
        """Questions of which nothing was filled in are left for later."""
        found, wrong = [], {}
        for prefix in self.prefixes:
            typed = self.typed(prefix)
            given = {name: typed.get(name, "").strip() for name in COUNTS}
            ballots = {
                int(name.removeprefix("voter-")): choice
                for name, choice in typed.items()
                if VOTER.fullmatch(name) and choice
            }
            filled = ballots if self.method == Vote.Method.OPEN_BALLOT else any(given.values())
            if not filled and prefix:
                continue
            where = self.where(prefix)
            try:
                counts = {name: int(value or 0) for name, value in given.items()}
            except ValueError:
                wrong[where] = "票数请填数字。"
                continue
            outcome = typed.get("outcome", "")
            found.append(
                verbs.Counted(
                    *where,
                    counts=counts,
                    ballots=ballots,
                    outcome=outcome if outcome in Item.Outcome.values else "",
                    reason=typed.get("reason", ""),
                )
            )
        if wrong:
            raise verbs.Miscounted(wrong)
        return found

    def fill(self, form: Form) -> Form:
        """The form with what was typed into it."""
        form.method, form.token = self.method, self.post.get("token", "")
        for one in form.questions:
            one.typed = self.typed(one.prefix)
        return form


def abandoned_of(rows: Iterable[dict], kept: Iterable[dict]) -> list[Kept]:
    frozen = {row["id"]: row for row in kept}
    return [
        Kept(row | {"names": named_by_choice(frozen[row["id"]]), "amiss": check(frozen[row["id"]])})
        for row in rows
        if row["id"] in frozen
    ]
