"""A sample that anyone can draw again: whole numbers, SHA-256, and the rule as it is told on the page.

Glossary
    population  each item in scope with its stratum
    stratum     school, class of the matter, severity of the gravest answer of the item
    size        how many are drawn of all
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

SEVERITIES = ("block", "warn", "unknown", "met")
_GRAVITY = {severity: place for place, severity in enumerate(SEVERITIES)}


class Stratum(NamedTuple):
    school: str  # code
    letter: str
    severity: str


@dataclass(frozen=True)
class Drawn:
    stratum: Stratum
    there: int
    items: tuple[int, ...]  # in the order in which they were drawn


def draw(population: Mapping[int, Stratum], *, size: int, seed: str) -> list[Drawn]:
    """Every stratum of the population, the gravest first, with what was drawn of it."""
    strata: dict[Stratum, list[int]] = defaultdict(list)
    for item, stratum in population.items():
        strata[stratum].append(item)
    order = sorted(strata, key=lambda one: (_GRAVITY[one.severity], -len(strata[one]), one.school, one.letter))
    share = allotted([len(strata[one]) for one in order], size)
    return [
        Drawn(stratum, len(strata[stratum]), tuple(sorted(strata[stratum], key=lambda pk: _lot(seed, pk))[:many]))
        for stratum, many in zip(order, share, strict=True)
    ]


def allotted(there: list[int], size: int) -> list[int]:
    """How many of each stratum: one of each while the size allows, in their order; the rest in proportion to what is left
    in each, by largest remainder, of equal ones the first."""
    size = min(size, sum(there))
    if size <= len(there):
        return [1] * size + [0] * (len(there) - size)
    left, rest = [many - 1 for many in there], size - len(there)
    whole = [divmod(rest * many, sum(left)) for many in left]
    share = [1 + quotient for quotient, _ in whole]
    by_remainder = sorted(range(len(there)), key=lambda place: -whole[place][1])
    for place in by_remainder[: size - sum(share)]:
        share[place] += 1
    return share


def _lot(seed: str, item: int) -> tuple[bytes, int]:
    return hashlib.sha256(f"{seed}:{item}".encode()).digest(), item


def digest_of(population: Mapping[int, Stratum]) -> str:
    """Of which items there were and in which stratum each was."""
    told = "".join(f"{item} {' '.join(stratum)}\n" for item, stratum in sorted(population.items()))
    return hashlib.sha256(told.encode()).hexdigest()
