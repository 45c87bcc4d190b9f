"""What was counted in one vote, and whether it still stands as it was counted.

Glossary
    Counted   one question put to the vote, as the clerk has it before them: counts, or who voted how
    register  those who could vote, frozen with the vote
    frozen    what the digest of a vote is taken of: the row, the register, and of an open ballot who voted how
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..models import Opinion, Vote
from .acting import Stopped, digest_of

COUNTS = tuple(Opinion.Stance.values)  # agree, disagree, abstain, defer
FROZEN = (
    "candidate", "round", "method", *COUNTS, "in_office", "present", "register", "computed", "outcome",
    "outcome_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """``ballots`` by person, of an open ballot; of any other kind of vote ``counts``, and nothing about anybody."""

    candidate: str = ""
    round: int = 1
    counts: Mapping[str, int] = field(default_factory=dict)
    ballots: Mapping[int, str] = field(default_factory=dict)
    outcome: str = ""
    reason: str = ""

    def tally(self, method: str) -> dict[str, int]:
        given = Counter(self.ballots.values()) if method == Vote.Method.OPEN_BALLOT else self.counts
        return {name: given.get(name) or 0 for name in COUNTS}


class Miscounted(Stopped):
    """Counts that cannot be, question by question: ``says`` is by candidate and round; a page keeps ``beside``, the
    same by the fields that it stands beside."""

    beside: Mapping[str, Any] = {}

    def __init__(self, says: Mapping[tuple[str, int], str]):
        self.says = dict(says)
        named = (f"{candidate}：{text}" if candidate else text for (candidate, _), text in self.says.items())
        super().__init__(" ".join(named))


def names(people: Collection[int], name_of) -> str:
    return "、".join(name_of(pk) for pk in sorted(people))


def wrong_with(counted: Counted, method: str, voters: Collection[int], there: str, name_of) -> str:
    """Why these counts cannot be, in a sentence; empty where they add up."""
    if method == Vote.Method.OPEN_BALLOT:
        if set(counted.ballots.values()) - set(COUNTS):
            return "表决意见无效，请重新选择。"
        if strangers := counted.ballots.keys() - set(voters):
            return f"{names(strangers, name_of)}不在可表决的 {len(voters)} 人之内。请刷新页面，按现在到会的人重新登记。"
        if silent := set(voters) - counted.ballots.keys():
            return (
                f"还有 {len(silent)} 人没有登记表决意见：{names(silent, name_of)}。可表决 {len(voters)} 人，每人一票。"
            )
        return ""
    given = counted.tally(method)
    if min(given.values()) < 0 or sum(given.values()) != len(voters):
        return f"票数合计 {sum(given.values())}，与可表决 {len(voters)} 人不符（{there}）。请核对各项票数。"
    return ""


def digest_of_vote(item: int, row: Mapping[str, Any], named: Mapping[int, str]) -> str:
    """The checksum of a vote, from its columns."""
    ballots = [[person, named[person]] for person in sorted(named)]
    return digest_of({"item": item} | {name: row[name] for name in FROZEN} | {"named": ballots})


def amiss(item: int, row: Mapping[str, Any], named: Mapping[int, str]) -> str:
    """What of a vote no longer is as it was counted, in a sentence; empty if it stands. ``row`` has what is frozen and
    the digest that was kept."""
    if row["method"] == Vote.Method.OPEN_BALLOT:
        taken = Counter(named.values())
        if wrong := [name for name in COUNTS if (row[name] or 0) != taken[name]]:
            words = "、".join(
                f"{Opinion.Stance(name).label} {row[name] or 0} 票，记名票 {taken[name]} 张" for name in wrong
            )
            return f"票数与记名票不符：{words}。"
        if {each["id"] for each in row["register"]} != named.keys():
            return "记名票与当时可表决的人员名单不符。"
    elif sum(row[name] or 0 for name in COUNTS) != len(row["register"]):
        return f"票数合计 {sum(row[name] or 0 for name in COUNTS)}，与当时可表决的 {len(row['register'])} 人不符。"
    if digest_of_vote(item, row, named) != row["digest"]:
        return "票数、结果或可表决人员名单与登记时不同（校验码不符）。"
    return ""


def checked(vote: Vote) -> str:
    """The same of a vote as it stands in the database."""
    named = {one.person_id: one.choice for one in vote.named.all()}
    return amiss(vote.item_id, {name: getattr(vote, name) for name in (*FROZEN, "digest")}, named)
