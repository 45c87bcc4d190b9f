"""Which flaw is planted where, so that each comes in its rate of its chances, and what was planted, to be compared with
what judging finds."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from .flaws import FLAWS, Answer

HEADINGS = ("school", "term", "flaw", "chances", "planted", "answers")


class Plan:
    """The flaws of one school. Each gathers its rate at every chance, and is planted when it has gathered one; where
    several are due, the one that waited longest, and the others wait for their next chance."""

    def __init__(self, school: str, rates: Mapping[str, float], chance: random.Random, care: float):
        """``care``: 1 is ordinary; at a school of 2 every flaw comes twice as often."""
        self.school = school
        self.rates = {name: min(1.0, rate * care) for name, rate in rates.items() if rate}
        self.due = {name: chance.random() for name in self.rates}
        self.chances: Counter[tuple[str, str]] = Counter()
        self.planted: Counter[tuple[str, str]] = Counter()
        self.answers: dict[tuple[str, str], Counter[Answer]] = defaultdict(Counter)

    def pick(self, term: str, names: Iterable[str]) -> str:
        """The flaw to plant at a place that all these fit; empty for none."""
        due, rates, chosen, most = self.due, self.rates, "", 1.0
        for name in names:
            if name in rates:
                self.chances[term, name] += 1
                due[name] += rates[name]
                if due[name] >= most:
                    chosen, most = name, due[name]
        if chosen:
            due[chosen] -= 1
        return chosen

    def wait(self, name: str) -> None:
        """What was picked cannot stand there after all."""
        self.due[name] += 1

    def plant(self, term: str, name: str, body: str = "party", *, answers: Iterable[Answer] | None = None) -> None:
        """It stands now: what the rules must say of it."""
        self.planted[term, name] += 1
        self.answers[term, name].update(FLAWS[name].answers(body) if answers is None else answers)

    def rows(self) -> Iterator[tuple[str, str, str, int, int, str]]:
        for term, name in sorted(self.chances):
            answers = self.answers[term, name]
            said = ";".join(f"{rule} {outcome} {count}" for (rule, outcome), count in sorted(answers.items()))
            yield self.school, term, name, self.chances[term, name], self.planted[term, name], said
