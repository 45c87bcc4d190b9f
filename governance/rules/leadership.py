"""Who governs the school on a day.

Glossary
    team        party: secretary, deputies, committee members; office: principal, vices, members
    head        party: the secretary; office: the principal
    counterpart the head of the other body; under 一肩挑 the full-time deputy secretary
    span        the days between two turns, a turn being a day on which somebody takes or leaves a post
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from governance.rules.facts import Body, Id, Post
from governance.rules.remembered import remembered

TEAM_POSTS: dict[Body, tuple[str, ...]] = {
    "party": ("party_secretary", "deputy_party_secretary", "party_committee_member"),
    "office": ("principal", "vice_principal", "admin_member"),
}
HEAD_POST: dict[Body, str] = {"party": "party_secretary", "office": "principal"}
RANKS = (
    "party_secretary",
    "principal",
    "deputy_party_secretary",
    "vice_principal",
    "party_committee_member",
    "admin_member",
)


def other(body: Body) -> Body:
    return "office" if body == "party" else "party"


class Leadership:
    """The posts that are held in one span. Nobody counts twice for two posts."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self.posts = sorted(posts, key=lambda post: (post.since, str(post.person)))
        self.party = self._members("party")
        self.office = self._members("office")
        self.everyone = self.party | self.office

    def _members(self, body: Body) -> frozenset[Id]:
        return frozenset(post.person for post in self.posts if post.post in TEAM_POSTS[body])

    def team(self, body: Body) -> frozenset[Id]:
        return self.party if body == "party" else self.office

    @remembered
    def _holders(self) -> dict[str, tuple[Id, ...]]:
        return {name: tuple(post.person for post in self.posts if post.post == name) for name in RANKS}

    def holders(self, post: str) -> tuple[Id, ...]:
        """Everyone in a post, the longest in it first."""
        return self._holders[post]

    def head(self, body: Body) -> Id | None:
        return self._heads[body]

    @remembered
    def _heads(self) -> dict[Body, Id | None]:
        return {body: next(iter(self.holders(post)), None) for body, post in HEAD_POST.items()}

    def counterpart(self, body: Body) -> Id | None:
        """With whom the head consults; ``None`` if nobody can be named."""
        head, counterpart = self.head(body), self.head(other(body))
        if head is None or head != counterpart:
            return counterpart
        return next(iter(self.deputies(full_time=True)), None)

    def deputies(self, *, full_time: bool | None) -> list[Id]:
        """The deputy secretaries who are full-time, who are not, or of whom it is not recorded."""
        return [
            post.person for post in self.posts if post.post == "deputy_party_secretary" and post.full_time is full_time
        ]

    @remembered
    def ranks(self) -> dict[Id, int]:
        """The highest post of each person, as its place in ``RANKS``."""
        return {person: rank for rank, post in reversed(list(enumerate(RANKS))) for person in self.holders(post)}


class Terms:
    """All posts over time, cut into spans, so that thousands of days ask few questions."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self.posts = tuple(posts)
        turns = {post.since for post in self.posts} | {post.until for post in self.posts if post.until}
        self._turns = sorted(turns)
        self._spans: dict[int, Leadership] = {}

    def on(self, day: date) -> Leadership:
        span = bisect_right(self._turns, day)
        if span not in self._spans:
            held = (post for post in self.posts if post.since <= day and (post.until is None or day < post.until))
            self._spans[span] = Leadership(held)
        return self._spans[span]
