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
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from governance.rules.facts import LargeSum
from governance.rules.values import reaches

SPLIT = 90  # days
LONGEST = 365  # days from a decision to a payment that it carries
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
    named, elsewhere = _Named(decisions), _Named(beyond)
    found = {}
    for paid in payments:
        sums = together.get(paid.key)
        told = _told(paid, named, sums, spent)
        large, why = _large(paid, large_sums, sums)
        if not told:
            certain = [one for one, agreeing in _told(paid, elsewhere, sums, spent) if _rank(agreeing)[0]]
            for decision in certain[:1]:
                spent[decision.key] += paid.amount
            found[paid.key] = Match(BEYOND if certain else NONE, large=large, told=why)
            continue
        decision, best = max(told, key=lambda one: _rank(one[1]))
        spent[decision.key] += paid.amount
        found[paid.key] = Match(CERTAIN if _rank(best)[0] else LIKELY, decision.key, large, best | why)
    return found


def _told(paid: Paid, named: "_Named", sums, spent: Mapping[Key, Decimal]) -> list[tuple[Decision, dict[str, Any]]]:
    """Decisions for which something speaks, with what does."""
    payees = named.by(name_of(paid.payee))
    return [
        (decision, agreeing)
        for decision in {one.key: one for one in (*named.decided(payees), *named.of_sum(paid.amount))}.values()
        if (agreeing := _agrees(paid, decision, payees.get(decision.key, ""), sums, spent[decision.key]))
    ]


def evidence_for(paid: Paid, decisions: Collection[Decision]) -> list[Key]:
    """Decisions for which something speaks, the most first."""
    named = _Named(decisions)
    payees = named.by(name_of(paid.payee))
    told = {
        one.key: agreeing
        for one in (*named.decided(payees), *named.of_sum(paid.amount))
        if (agreeing := _agrees(paid, one, payees.get(one.key, ""), None, Decimal(0)))
    }
    return sorted(told, key=lambda key: _rank(told[key]), reverse=True)


class _Named:
    """Which decisions name a payee, and which a sum; payees come again and again."""

    def __init__(self, decisions: Collection[Decision]):
        self._decisions = {one.key: one for one in decisions}
        self._names = {one.key: (name_of(one.payee), _folded(one.text)) for one in decisions}
        self._by_payee: dict[str, dict[Key, str]] = {}
        self._by_sum: dict[Decimal, list[Decision]] = defaultdict(list)
        for one in decisions:
            if one.amount is not None:
                self._by_sum[one.amount].append(one)

    def by(self, name: str) -> dict[Key, str]:
        if name not in self._by_payee:
            told = {key: _evidence(name, *names) for key, names in self._names.items()} if len(name) > 1 else {}
            self._by_payee[name] = {key: word for key, word in told.items() if word}
        return self._by_payee[name]

    def decided(self, payees: dict[Key, str]) -> list[Decision]:
        return [self._decisions[key] for key in payees]

    def of_sum(self, amount: Decimal) -> list[Decision]:
        return self._by_sum[amount]


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
        first = 0
        for place, one in enumerate(ours):
            while (one.on - ours[first].on).days >= SPLIT:
                first += 1
            starts = range(first, place + 1)
            most = max(starts, key=lambda start: (sums[ends[start]] - sums[start], -start))
            near = range(max(first, place - 5), place + 1)
            reached = {
                sums[stop] - sums[start]
                for start in near
                for stop in range(place + 1, min(ends[start], place + 6) + 1)
                if stop - start > 1
            }
            found[one.key] = Together(sums[ends[most]] - sums[most], ends[most] - most, frozenset(reached))
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
