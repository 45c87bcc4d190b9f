"""The dry run: what the rules would say of an item before its meeting, by the functions that would refuse it there.

Nothing is counted or worded here: the expected people and the imagined outcome are written into the facts, and the
rules judge those facts as they judge any others.

Glossary
    gathered   the sitting if all come who have not said that they cannot
    prepared   the rules on what has to come before a meeting: what only the meeting itself can show is not asked yet
    Foreseen   one item, with what it could come to if the expected people came
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from governance.rules import conduct, facts, quorum, voting
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_item, judge_matter
from governance.rules.index import RULES
from governance.rules.ruling import Finding, Looks, Outcome, Rule
from governance.rules.what_if import DECIDING, OPENING, Prospect, prospects

from . import transitions as verbs
from .facts import Load
from .models import Attendance, Item
from .transitions.voting import sitting_of

AT_THE_MEETING = frozenset(
    one.code for module in (quorum, voting, conduct) for one in vars(module).values() if isinstance(one, Rule)
)
PREPARED = tuple(code for code in verbs.TO_SETTLE if code not in AT_THE_MEETING)
WITH_THE_EXPECTED = (*PREPARED, "C-15")  # whether its owner comes is told by who is expected
COUNTING = (*OPENING, *DECIDING)
IMAGINED = {
    Item.Purpose.DECIDE: Item.Outcome.PASSED,
    Item.Purpose.HANDLE: Item.Outcome.PRINCIPAL_DECIDED,
    Item.Purpose.PROPOSE: Item.Outcome.REFERRED,
}
# Of a matter over its whole life, but what only the meetings beside can tell.
OF_MATTERS = tuple(one.code for one in RULES if one.looks_at is Looks.MATTER and one.code != "C-19")
NOT_VOTED_ON = (Item.Purpose.STUDY, Item.Purpose.REPORT)


def amiss(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.outcome in (Outcome.BROKEN, Outcome.UNKNOWN)]


def expected(loaded: Load, meeting_id: int) -> frozenset[int]:
    """The members who have not said that they cannot come."""
    team = loaded.dossier.meeting_case(sitting_of(loaded, meeting_id)).team
    return team - {row["person"] for row in loaded.meetings[meeting_id].attendance_rows if _stays_away(row)}


def _stays_away(row: dict) -> bool:
    """Put down as away; or who has asked for leave, granted or not yet: what is to be expected, not what is allowed."""
    asked = row["answer"] == Attendance.Answer.LEAVE and row["leave_granted"] is not False
    return row["status"] in ("leave", "absent") or (row["status"] == "" and asked)


def gathered(loaded: Load, meeting_id: int) -> facts.Meeting:
    """The sitting if all come who have not said that they cannot, and whoever has an interest stands aside."""
    sitting = sitting_of(loaded, meeting_id)
    rows = loaded.meetings[meeting_id].attendance_rows
    guests = {row["person"] for row in rows if not _stays_away(row)}
    coming = expected(loaded, meeting_id) | guests
    return replace(
        sitting,
        attendance=tuple(facts.Attendance(person, "present") for person in sorted(coming)),
        items=tuple(_aside(loaded.dossier, item) for item in sitting.items),
    )


def _aside(dossier: Dossier, item: facts.Item) -> facts.Item:
    interested = dossier.matter(item.matter).interests - {recusal.person for recusal in item.recusals}
    return replace(item, recusals=(*item.recusals, *map(facts.Recusal, sorted(interested))))


def prepared(
    dossier: Dossier, sitting: facts.Meeting, *, codes: Collection[str] = PREPARED, matters: bool = False
) -> dict[int, list[Finding]]:
    """By item: what has to come before it is decided, as it stands, and what its decision would ask beside that.
    With ``matters`` also what is asked of the matter over its whole life."""
    decided = tuple(
        item if item.outcome else replace(item, outcome=IMAGINED.get(Item.Purpose(item.purpose)))
        for item in sitting.items
    )
    imagined = replace(sitting, items=decided)
    others = (one for one in dossier.records.meetings if one.id != sitting.id)
    book = Dossier(replace(dossier.records, meetings=(*others, imagined)))
    found = {}
    for now, then in zip(sitting.items, decided, strict=True):
        asked = {one.code: one for one in judge_item(book, imagined, then, codes=codes)}
        asked |= {one.code: one for one in judge_item(dossier, sitting, now, codes=codes)}
        of_matter = judge_matter(book, book.matter(now.matter), codes=OF_MATTERS) if matters else []
        found[now.no] = [asked[code] for code in codes if code in asked] + of_matter
    return found


class Foreseen:
    """What one item could come to, with what stands in the way of it."""

    def __init__(self, loaded: Load, sitting: facts.Meeting, prospect: Prospect, ahead: Iterable[Finding] = ()) -> None:
        case = loaded.dossier.meeting_case(sitting)
        item = next(one for one in sitting.items if one.no == prospect.item)
        self.votes = sitting.body == "party" and item.purpose not in NOT_VOTED_ON
        self.ahead = amiss(ahead)
        not_met = [one for one in prospect.findings if one.outcome is not Outcome.MET]
        self.short = [one for one in not_met if one.code in COUNTING]  # too few to begin, or to decide such a matter
        self.vain = bool(self.votes and not_met and not self.short)  # enough to vote, too few to carry it
        self.needed = next((one.values["needed"] for one in prospect.findings if one.code not in COUNTING), None)
        self.makers = case.called(*prospect.difference_makers)
        self.lacking = prospect.lacking

    @property
    def at_risk(self) -> bool:
        return bool(self.short or self.vain)

    @property
    def who_would_save_it(self) -> str:
        """Of an item at risk, in a sentence."""
        if self.makers:
            return f"{self.makers}到会就可以" if "、" not in self.makers else f"{self.makers}当中再有一人到会就可以"
        return f"至少还要 {self.lacking} 人到会" if self.lacking else "成员全部到会也议不成"


def foreseen(loaded: Load, meeting_id: int) -> dict[int, Foreseen]:
    """By item, for those that are still to be taken up: what they could come to if the expected people came."""
    sitting = gathered(loaded, meeting_id)
    ahead = prepared(loaded.dossier, sitting, codes=WITH_THE_EXPECTED, matters=True)
    found = prospects(loaded.dossier, sitting_of(loaded, meeting_id), expected(loaded, meeting_id))
    return {one.item: Foreseen(loaded, sitting, one, ahead[one.item]) for one in found}


def at_hand(loaded: Load, meeting_id: int, number: int, present: Collection[int]) -> Foreseen:
    """The same of one item in the room, for those who are there."""
    sitting = sitting_of(loaded, meeting_id)
    item = next(one for one in sitting.items if one.no == number)
    alone = replace(sitting, items=(replace(item, outcome=None, votes=()),))
    return Foreseen(loaded, alone, prospects(loaded.dossier, alone, present)[0])
