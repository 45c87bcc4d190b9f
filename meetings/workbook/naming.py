"""Who or what is meant by the words in a cell; and what a new line is called that has no id of its own."""

import re
from collections import defaultdict
from hashlib import sha256
from typing import Any

from governance.exchange import kinds
from governance.rules import facts
from governance.rules.catalogue import DEFAULT, category_on

from .cells import Unfit, folded, parsed
from .layout import MEETINGS, Column
from .rows import meeting_name

_WITH_ID = re.compile(r"(.+)\((.+)\)")
_BODIES = {folded(word): code for code, word in kinds.BODY.words.items()}
_BODIES |= {"校长办公会": "office", "校务会议": "office", "校务会": "office", "党组织会": "party", "党委会": "party"}


def given_id(letter: str, *content: Any) -> str:
    """The id of a line without one: the same content has the same id, so that nothing comes in twice."""
    told = "\n".join("" if each is None else str(each) for each in content)
    return letter + sha256(told.encode()).hexdigest()[:12]


class Lost(Exception):
    """The words name something whose own line is wrong: that is said there, and once is enough."""


class Names:
    """The ids behind names. What the workbook names itself goes before what else is known."""

    def __init__(self, what: str, sheet: str) -> None:
        self.what, self.sheet = what, sheet
        self.tiers: tuple[dict[str, list[str]], ...] = (defaultdict(list), defaultdict(list))
        self.ids: dict[str, str] = {}
        self.incomplete = False  # whether a line of the sheet has no name that can be read

    def add(self, one: str, name: str, *, own: bool) -> None:
        ids = self.tiers[0 if own else 1][folded(name)]
        if one not in ids:
            ids.append(one)
        self.ids[folded(one)] = one

    def known(self, name: str) -> list[str]:
        return self.tiers[1].get(folded(name), [])

    def find(self, text: str) -> str:
        """The id that is meant. Raises Unfit, or Lost."""
        wanted = self.key(text)
        for tier in self.tiers:
            if ids := tier.get(wanted):
                if len(ids) == 1:
                    return ids[0]
                raise Unfit(f"有 {len(ids)} {self.what}叫“{text}”，请写成“{text}（编号）”")
        for given in (*(found[2] for found in [_WITH_ID.fullmatch(folded(text))] if found), folded(text)):
            if given in self.ids:
                return self.ids[given]
        if self.incomplete:
            raise Lost
        raise Unfit(f"“{text}”不在“{self.sheet}”表中，系统中也没有。请核对，或先在“{self.sheet}”表登记")

    def key(self, text: str) -> str:
        return folded(text)


class MeetingNames(Names):
    def key(self, text: str) -> str:
        """党组织会议 2025-03-05 15:00, in whatever spelling."""
        plain = folded(text)
        for word in sorted(_BODIES, key=len, reverse=True):
            if plain.startswith(word):
                rest = text.strip()[_length(text.strip(), len(word)) :]
                try:
                    return folded(meeting_name(_BODIES[word], parsed(MEETINGS.column("starts_at"), rest)))
                except Unfit:
                    return plain
        return plain


def _length(text: str, letters: int) -> int:
    """How much of the text its first letters take, blanks not counted."""
    seen = 0
    for place, letter in enumerate(text):
        seen += not letter.isspace()
        if seen == letters:
            return place + 1
    return len(text)


class Categories:
    """The codes behind the rows of the catalogue: by code, by title, or by both as drop-downs offer them."""

    def __init__(self, known: facts.Records) -> None:
        self.codes: dict[str, str] = {}
        rows = [(row.code, row.title) for row in known.catalogue]
        for code, title in [*((code, row.title) for code, row in DEFAULT.items()), *rows]:
            for said in (title, f"{code}{title}", code):
                self.codes[folded(said)] = code

    def find(self, column: Column, text: str) -> str:
        code = self.codes.get(folded(text)) or self.codes.get(folded(text.split()[0]) if text.split() else "")
        if code is None:
            raise Unfit(f"事项目录里没有“{text}”，请从下拉中选，或写编码，如 D13")
        return code


def category_title(known: facts.Records, code: str, on: Any) -> str:
    category = category_on(known.catalogue, code, on)
    return category.title if category else code
