"""Payments beside the decisions that may carry them: what agrees, and what that makes of it. No database.

Glossary
    decision  an item that was passed, with the amount and the payee of its matter
    certain   paid after the decision, to the payee that it names, and just what was decided: by this payment or by
              those to the same payee that were made within ``SPLIT`` days of each other
    likely    some of it agrees: a part of the sum, the payee alone where nothing was said of a sum, the sum alone; or all
              of it, but paid before the decision
    beyond    nothing in scope speaks for it, and a decision beyond the scope would be certain; which one is not told
    large     a payment that reaches the school's large sum of its day, by itself or with those to the same payee within
              ``SPLIT`` days
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from governance.rules.facts import LargeSum
from governance.rules.values import reaches

SPLIT = 90  # days
LONGEST = 365  # days from a decision to a payment that it carries
NEAREST = 30  # decisions of one kind that are weighed on either side of a payment's day
EARLY = 30  # days by which a payment may come before the decision and still be shown beside it
CERTAIN, LIKELY, BEYOND, NONE = "certain", "likely", "beyond", "none"

_FORMS = re.compile(r"(有限责任公司|股份有限公司|有限公司|责任公司|公司|\(个体工商户\)|个体工商户)$")
_MARKS = re.compile(r"[\W_]+")
Key = int


@dataclass(frozen=True)
class Paid:
    key: Key
    on: date
    amount: Decimal
    payee: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Decision:
    key: Key
    on: date
    amount: Decimal | None = None
    payee: str = ""
    text: str = ""  # title, decision, proposal: where a payee may be named


@dataclass(frozen=True)
class Match:
    how: str = NONE
    decision: Key | None = None
    large: bool | None = None  # None: no large sum was in force
    told: dict[str, Any] = field(default_factory=dict)


def name_of(payee: str) -> str:
    """A payee as it is compared: without blanks, marks, width, and the legal form at its end."""
    plain = "".join(unicodedata.normalize("NFKC", payee).casefold().split())
    return _MARKS.sub("", _FORMS.sub("", plain))


def matched(
    payments: Iterable[Paid],
    decisions: Collection[Decision],
    large_sums: Collection[LargeSum],
    *,
    beyond: Collection[Decision] = (),
    beside: Collection[Paid] = (),
    used: Mapping[Key, Decimal] | None = None,
) -> dict[Key, Match]:
    """``beside``: payments that were matched before; ``used``: how much of each decision they take up. What is paid first
    is matched first, so that a decision carries no more than it says."""
    payments = sorted(payments, key=lambda one: (one.on, one.key))
    together = _together([*payments, *beside])
    spent = defaultdict(Decimal, used or {})
    named, elsewhere = _Named(decisions, spent), _Named(beyond, spent)
    found = {}
    for paid in payments:
        sums = together.get(paid.key)
        told = _told(paid, named, sums, spent)
        large, why = _large(paid, large_sums, sums)
        if not told:
            certain = [one for one, agreeing in _told(paid, elsewhere, sums, spent) if _rank(agreeing)[0]]
            for decision in certain[:1]:
                spent[decision.key] += paid.amount
                elsewhere.changed(decision)
            found[paid.key] = Match(BEYOND if certain else NONE, large=large, told=why)
            continue
        decision, best = max(told, key=lambda one: _rank(one[1]))
        spent[decision.key] += paid.amount
        named.changed(decision)
        found[paid.key] = Match(CERTAIN if _rank(best)[0] else LIKELY, decision.key, large, best | why)
    return found


def _told(
    paid: Paid, named: "_Named", sums: "Together | None", spent: Mapping[Key, Decimal]
) -> list[tuple[Decision, dict[str, Any]]]:
    """Decisions for which something speaks, with what does."""
    payees = named.by(name_of(paid.payee))
    return [
        (decision, agreeing)
        for decision in named.for_payment(paid, sums)
        if (agreeing := _agrees(paid, decision, payees.get(decision.key, ""), sums, spent[decision.key]))
    ]


def evidence_for(paid: Paid, decisions: Collection[Decision]) -> list[Key]:
    """Decisions for which something speaks, the most first."""
    nothing: dict[Key, Decimal] = defaultdict(Decimal)
    told = {one.key: agreeing for one, agreeing in _told(paid, _Named(decisions, nothing), None, nothing)}
    return sorted(told, key=lambda key: _rank(told[key]), reverse=True)


class _ByDay:
    """Some decisions by their day, and those of them that are not used up."""

    def __init__(self, places: Iterable[int], days: list[date], used_up: Collection[int]):
        self._days = days
        self.every = sorted(map(self._where, places))
        self.open = [where for where in self.every if -where[1] not in used_up]

    def _where(self, place: int) -> tuple[date, int]:
        """On the same day, whoever goes back meets the first of them first."""
        return self._days[place], -place

    def near(self, on: date) -> list[int]:
        """Of those whose days fit, the nearest on both sides."""
        found = self._around(self.every, on)
        return found if len(self.open) == len(self.every) else [*found, *self._around(self.open, on)]

    @staticmethod
    def _around(those: list[tuple[date, int]], on: date) -> list[int]:
        here = bisect_right(those, (on, 1))
        before, after = those[max(0, here - NEAREST) : here], those[here : here + NEAREST]
        return [-place for day, place in (*before, *after) if -EARLY <= (on - day).days <= LONGEST]

    def change(self, place: int, used_up: bool) -> None:
        where = self._where(place)
        at = bisect_left(self.open, where)
        there = at < len(self.open) and self.open[at] == where
        if used_up and there:
            del self.open[at]
        elif not used_up and not there:
            self.open.insert(at, where)


class _Named:
    """Which decisions name a payee, and which a sum; payees and sums come again and again, a thousand times in one file, so
    that of many like decisions only the nearest in time are weighed."""

    def __init__(self, decisions: Collection[Decision], spent: Mapping[Key, Decimal]):
        self._decisions, self._spent = list(decisions), spent
        self._place = {one.key: place for place, one in enumerate(self._decisions)}
        self._days = [one.on for one in self._decisions]
        self._said = [name_of(one.payee) for one in self._decisions]
        self._texts = [_folded(one.text) for one in self._decisions]
        self._pairs: dict[str, set[int]] = defaultdict(set)  # of characters, in which name or text
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_sum: dict[Decimal | None, list[int]] = defaultdict(list)
        for place, one in enumerate(self._decisions):
            self._by_name[self._said[place]].append(place)
            self._by_sum[one.amount].append(place)
            for words in (self._said[place], self._texts[place]):
                for pair in set(map(str.__add__, words, words[1:])):
                    self._pairs[pair].add(place)
        self._lengths = {len(said) for said in self._by_name if len(said) > 3}
        self._used_up = {place for place in range(len(self._decisions)) if self._is_used_up(place)}
        self._payees: dict[str, dict[Key, str]] = {}
        self._lists: dict[tuple[str, str, Decimal | None], _ByDay] = {}
        self._on_lists: dict[int, list[_ByDay]] = defaultdict(list)

    def _is_used_up(self, place: int) -> bool:
        one = self._decisions[place]
        return one.amount is not None and self._spent.get(one.key, 0) >= one.amount

    def by(self, name: str) -> dict[Key, str]:
        """Decisions that name the payee, and how."""
        if name not in self._payees:
            told = {
                self._decisions[place].key: _evidence(name, self._said[place], self._texts[place])
                for place in self._having(name)
            }
            self._payees[name] = {key: word for key, word in told.items() if word}
        return self._payees[name]

    def _having(self, name: str) -> list[int]:
        """Decisions that may name it: all of its pairs stand in their words, or their payee stands in it."""
        if len(name) < 2:
            return []
        pairs: list[set[int]] = [self._pairs.get(pair, set()) for pair in map(str.__add__, name, name[1:])]
        rarest = min(pairs, key=len)
        found = set(rarest)
        for length in self._lengths:
            for start in range(len(name) - length + 1):
                found.update(self._by_name.get(name[start : start + length], ()))
        return sorted(found)

    def for_payment(self, paid: Paid, sums: "Together | None") -> list[Decision]:
        """Those that are worth weighing, of the payee first, in the order in which they were given."""
        name = name_of(paid.payee)
        amounts: list[Decimal | None] = [paid.amount, *(sorted(sums.reached) if sums else ())]
        ours = {
            place
            for amount in amounts
            if amount in self._by_sum
            for place in self._list(name, "payee", amount).near(paid.on)
        }
        ours.update(self._list(name, "same", None).near(paid.on), self._list(name, "named", None).near(paid.on))
        others = set(self._list("", "sum", paid.amount).near(paid.on)) - ours if paid.amount in self._by_sum else set()
        return [self._decisions[place] for place in (*sorted(ours), *sorted(others))]

    def _list(self, name: str, which: str, amount: Decimal | None) -> _ByDay:
        asked = name, which, amount
        if asked not in self._lists:
            words = self.by(name)
            if which == "sum":
                places = self._by_sum.get(amount, [])
            elif which == "payee":
                places = [place for place in self._by_sum.get(amount, ()) if self._decisions[place].key in words]
            else:
                places = [self._place[key] for key, word in words.items() if word == which]
            self._lists[asked] = made = _ByDay(places, self._days, self._used_up)
            for place in places:
                self._on_lists[place].append(made)
        return self._lists[asked]

    def changed(self, decision: Decision) -> None:
        """It carries more than before, or less: a payment that was taken back counts against it."""
        place = self._place[decision.key]
        used_up = self._is_used_up(place)
        if used_up == (place in self._used_up):
            return
        (self._used_up.add if used_up else self._used_up.discard)(place)
        for each in self._on_lists[place]:
            each.change(place, used_up)


def _evidence(name: str, said: str, text: str) -> str:
    return "same" if name == said else "named" if name in text or _names(said, name) else ""


def _folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _agrees(
    paid: Paid, decision: Decision, payee: str, sums: "Together | None", spent: Decimal
) -> dict[str, Any] | None:
    """What speaks for it; None where the days do not fit."""
    days = (paid.on - decision.on).days
    if not -EARLY <= days <= LONGEST:
        return None
    told: dict[str, Any] = {"days": days, "payee": payee, "amount": ""}
    if decision.amount is None:
        return told
    if paid.amount == decision.amount:
        told["amount"] = "equal"
    elif sums and decision.amount in sums.reached:
        told["amount"] = "together"
    else:
        told["amount"] = "part" if paid.amount < decision.amount else "more"
    if spent + paid.amount > decision.amount:
        told["over"] = str(spent + paid.amount)
    return told


def _names(said: str, name: str) -> bool:
    """Whether one of two names is the other with something before or behind it: 市新华书店, 新华书店."""
    short, long = sorted((said, name), key=len)
    return len(short) > 3 and short in long


def _rank(told: dict[str, Any]) -> tuple:
    amount, payee, days = told["amount"], told["payee"], told["days"]
    certain = amount in ("equal", "together") and bool(payee) and days >= 0 and "over" not in told
    worth = {"equal": 3, "together": 3, "part": 1}.get(amount, 0) + {"same": 2, "named": 1}.get(payee, 0)
    return certain, days >= 0, "over" not in told, worth, -abs(days)


@dataclass(frozen=True)
class Together:
    """Of one payment: the largest sum of those to its payee within ``SPLIT`` days of each other, and every sum that such
    a row of payments, this one among them, comes to."""

    amount: Decimal
    payments: int
    reached: frozenset[Decimal]


def _together(payments: Iterable[Paid]) -> dict[Key, Together]:
    by_payee: dict[str, list[Paid]] = defaultdict(list)
    for paid in payments:
        if name := name_of(paid.payee):
            by_payee[name].append(paid)
    found: dict[Key, Together] = {}
    for ours in by_payee.values():
        ours.sort(key=lambda one: one.on)
        if len(ours) == 1:
            continue
        sums = [Decimal(0)]
        for one in ours:
            sums.append(sums[-1] + one.amount)
        ends, end = [], 0
        for start in ours:
            while end < len(ours) and (ours[end].on - start.on).days < SPLIT:
                end += 1
            ends.append(end)
        worth = [sums[end] - sums[start] for start, end in enumerate(ends)]
        first, best = 0, deque[int]()  # starts that are the most of those behind them
        for place, one in enumerate(ours):
            while (one.on - ours[first].on).days >= SPLIT:
                first += 1
            while best and worth[best[-1]] < worth[place]:
                best.pop()
            best.append(place)
            while best[0] < first:
                best.popleft()
            most = best[0]
            near = range(max(first, place - 5), place + 1)
            reached = {
                sums[stop] - sums[start]
                for start in near
                for stop in range(place + 1, min(ends[start], place + 6) + 1)
                if stop - start > 1
            }
            found[one.key] = Together(worth[most], ends[most] - most, frozenset(reached))
    return found


def _large(paid: Paid, large_sums: Collection[LargeSum], sums: Together | None) -> tuple[bool | None, dict]:
    standing = max((one for one in large_sums if one.since <= paid.on), key=lambda one: one.since, default=None)
    if standing is None:
        return None, {}
    told = {"threshold": str(standing.amount)}
    if reaches(paid.amount, standing):
        return True, told
    if sums and sums.payments > 1 and reaches(sums.amount, standing):
        return True, told | {"split": str(sums.amount), "payments": sums.payments}
    return False, told
