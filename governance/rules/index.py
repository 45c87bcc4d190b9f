"""All rules, in the order of their codes.

A new rule is written in the file that asks its question, and is found here by itself; a new file
is added to ``MODULES``.
"""

from governance.rules import (
    agenda,
    competence,
    conduct,
    consultation,
    quorum,
    records,
    school,
    voting,
)
from governance.rules.ruling import Rule

MODULES = (quorum, voting, agenda, competence, consultation, conduct, records, school)

CHAPTERS = {
    "P": "党组织会议",
    "A": "校长办公会议",
    "C": "会前与会上",
    "R": "会后",
    "G": "学校",
}


def _in_order(rule: Rule) -> tuple[int, int]:
    chapter, number = rule.code.split("-")
    return list(CHAPTERS).index(chapter), int(number)


RULES: tuple[Rule, ...] = tuple(
    sorted(
        (one for module in MODULES for one in vars(module).values() if isinstance(one, Rule)),
        key=_in_order,
    )
)

_BY_CODE = {one.code: one for one in RULES}


def rule(code: str) -> Rule:
    """The rule of that code; an unknown code is a ``KeyError``."""
    return _BY_CODE[code]
