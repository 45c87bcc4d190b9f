"""What would happen if these people came: the dry run before a meeting.

Nothing is counted here. The expected people are written into the meeting's attendance, the votes
they could give into its items, and the rules judge that meeting as they judge any other. Those with
an interest in a matter are taken to stand aside.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from governance.rules.cases import ItemCase, MeetingCase
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_item
from governance.rules.facts import Attendance, Id, Item, Meeting, Recusal, Vote
from governance.rules.ruling import Finding, Outcome

OPENING = ("P-03", "A-03")
DECIDING = ("P-04",)
PASSING = ("P-10",)


@dataclass(frozen=True)
class Prospect:
    """What an item could come to with the people expected.

    ``findings``: the rules that open, decide and pass it, in that order. ``difference_makers``: the
    absent members each of whom alone would make it possible. ``lacking``: how many more have to
    come; ``None`` if even the whole team would not be enough.
    """

    item: int
    findings: tuple[Finding, ...]
    difference_makers: tuple[Id, ...]
    lacking: int | None

    def _met(self, codes: Collection[str]) -> bool:
        return all(one.outcome is Outcome.MET for one in self.findings if one.code in codes)

    @cached_property
    def opens(self) -> bool:
        return self._met(OPENING)

    @cached_property
    def decides(self) -> bool:
        """Whether the quorum for what the item is about would be there."""
        return self.opens and self._met(DECIDING)

    @cached_property
    def passes(self) -> bool:
        """Whether it could be carried if all who may vote agreed."""
        return self.decides and self._met(PASSING)

    @property
    def warning(self) -> str:
        """The one sentence to show before the meeting; empty when nothing stands in the way."""
        if self.passes:
            return ""
        if self.decides:
            return f"第 {self.item} 项可以开会，但无法通过表决"
        return next(one.headline for one in self.findings if one.outcome is not Outcome.MET)


def prospects(dossier: Dossier, meeting: Meeting, expected: Collection[Id]) -> list[Prospect]:
    """What each item that is still to be taken up could come to if the expected people came."""
    items = [item for item in meeting.items if item.outcome is None]
    return [_prospect(dossier, meeting, item, frozenset(expected)) for item in items]


def _prospect(dossier: Dossier, meeting: Meeting, item: Item, expected: frozenset[Id]) -> Prospect:
    findings = _judged(dossier, meeting, item, expected)
    if _possible(findings):
        return Prospect(item.no, findings, (), 0)
    team = MeetingCase(dossier, meeting).team
    absent = sorted(team - expected - dossier.matter(item.matter).interests, key=str)

    def possible_with(*people: Id) -> bool:
        return _possible(_judged(dossier, meeting, item, expected.union(people)))

    makers = tuple(person for person in absent if possible_with(person))
    steps = range(1, len(absent) + 1)
    lacking = next((count for count in steps if possible_with(*absent[:count])), None)
    return Prospect(item.no, findings, makers, lacking)


def _possible(findings: Collection[Finding]) -> bool:
    return all(one.outcome is Outcome.MET for one in findings)


def _judged(dossier: Dossier, meeting: Meeting, item: Item, expected: frozenset[Id]) -> tuple[Finding, ...]:
    aside = dossier.matter(item.matter).interests - {recusal.person for recusal in item.recusals}
    gathered = replace(
        meeting,
        attendance=tuple(Attendance(person, "present") for person in sorted(expected, key=str)),
        items=(replace(item, recusals=(*item.recusals, *map(Recusal, sorted(aside, key=str)))),),
    )
    opening = judge_item(dossier, gathered, gathered.items[0], codes=OPENING + DECIDING)
    return (*opening, *_if_all_agreed(dossier, gathered))


def _if_all_agreed(dossier: Dossier, gathered: Meeting) -> list[Finding]:
    """The verdict on the item if everyone who may vote agreed to it."""
    item = gathered.items[0]
    voters = len(ItemCase(MeetingCase(dossier, gathered), item).voters)
    agreed = replace(item, votes=(Vote(agree=voters),), outcome="passed")
    return judge_item(dossier, replace(gathered, items=(agreed,)), agreed, codes=PASSING)
