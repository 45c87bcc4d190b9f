"""Search: any word of two or more characters in what matters and meetings say, the newest first; people by name or by
the initials of its pinyin.

Of many schools the weeks are gone through from the newest until a page is full, so that a word that stands everywhere
costs no more than one that stands nowhere; of a few schools their own texts are read.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from governance.models import Person

from .models import Findable, Item, Matter

PAGE = 50
FEW = 20  # schools whose texts are read rather than looked up
WORDS = 5
AROUND = 36  # characters shown before a hit, and after it

_THESE = "SELECT id, at FROM meetings_findable f WHERE {week} {pairs} {words} {schools} {before} ORDER BY at DESC, id DESC LIMIT %(most)s"
_BY_WEEK = """
SELECT x.id FROM generate_series(
    {newest}::int, (SELECT week FROM meetings_findable ORDER BY week LIMIT 1)::int, -1
) AS w(week)
CROSS JOIN LATERAL ({these}) x LIMIT %(most)s
"""


@dataclass(frozen=True)
class Hit:
    """A text in which the words stand."""

    matter: Matter
    item: Item | None
    at: datetime
    title: SafeString
    excerpt: SafeString
    key: str  # where the next page begins

    @property
    def school(self):
        return self.matter.school


@dataclass(frozen=True)
class Found:
    words: tuple[str, ...]
    hits: list[Hit]
    more: str = ""  # the key of the last hit, when there are older ones
    short: bool = False  # a word of one character only


def words_of(query: str) -> tuple[str, ...]:
    """What is looked for: words divided by blanks, in small letters; the first five."""
    return tuple(dict.fromkeys(query.lower().split()))[:WORDS]


Within = tuple[Collection[int], Collection[int]]
"""Items and matters, of which alone something may be found."""


def found(query: str, schools: Collection[int], *, before: str = "", within: Within | None = None) -> Found:
    """The page of hits before a key, in these schools (those the person may read)."""
    words = words_of(query)
    long = [word for word in words if len(word) > 1]
    if not long or not schools:
        return Found(words, [], short=bool(words) and not long)
    keys = _keys(words, long, schools, before, within)
    rows = Findable.objects.filter(pk__in=keys[:PAGE]).order_by("-at", "-pk")
    rows = rows.select_related("matter__school", "item__matter__school", "item__meeting")
    hits = [_hit(row, words) for row in rows]
    return Found(words, hits, more=hits[-1].key if len(keys) > PAGE else "")


def _keys(
    words: Iterable[str], long: Iterable[str], schools: Collection[int], before: str, within: Within | None
) -> list[int]:
    given: dict[str, Any] = {"schools": list(schools), "most": PAGE + 1}
    given |= {f"word{n}": word for n, word in enumerate(words)}
    parts = {
        "week": "TRUE",
        "pairs": "",
        "words": " ".join(f"AND strpos(lower(f.text), %(word{n})s) > 0" for n, _ in enumerate(words)),
        "schools": "AND f.school_id = ANY(%(schools)s)",
        "before": "",
    }
    if key := re.fullmatch(r"(\d{1,16})-(\d{1,18})", before):
        given |= {"at": int(key[1]), "pk": int(key[2])}
        parts["before"] = "AND (at, id) < (to_timestamp(%(at)s / 1000000.0), %(pk)s)"
    if within is not None:
        given |= {"items": list(within[0]), "matters": list(within[1])}
        parts["schools"] += " AND (f.item_id = ANY(%(items)s) OR f.item_id IS NULL AND f.matter_id = ANY(%(matters)s))"
    statement = _THESE.format(**parts)
    with connection.cursor() as cursor:
        if len(schools) > FEW:
            last = "(SELECT week FROM meetings_findable ORDER BY week DESC LIMIT 1)"
            newest = "yishi_week(to_timestamp(%(at)s / 1000000.0))" if parts["before"] else last
            given["pairs"] = sorted({word[i : i + 2] for word in long for i in range(len(word) - 1)})
            parts |= {"week": "f.week = w.week::smallint", "pairs": "AND yishi_pairs(f.text) @> %(pairs)s"}
            statement = _BY_WEEK.format(newest=newest, these=_THESE.format(**parts))
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]


def _hit(row: Findable, words: Collection[str]) -> Hit:
    matter = row.item.matter if row.item else row.matter
    lines = row.text.split("\n")
    said = "\n".join(lines if row.item else lines[1:])  # the first line of a matter is its title
    key = f"{int(row.at.timestamp() * 1_000_000)}-{row.pk}"
    return Hit(matter, row.item, row.at, marked(matter.title, words), _excerpt(said, words), key)


def _excerpt(text: str, words: Collection[str]) -> SafeString:
    """The text around the first hit, with every hit in it marked."""
    places = [place for word in words if (place := text.lower().find(word)) >= 0]
    start = max(0, min(places, default=0) - AROUND)
    end = start + 2 * AROUND + max(map(len, words))
    cut = text[start:end].replace("\n", " ")
    return format_html("{}{}{}", "…" if start else "", marked(cut, words), "…" if end < len(text) else "")


def marked(text: str, words: Collection[str]) -> SafeString:
    """The text, escaped, with the words marked."""
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return mark_safe("".join(f"<mark>{escape(p)}</mark>" if p.lower() in words else str(escape(p)) for p in pieces))


def people(query: str, schools: Collection[int]) -> QuerySet[Person]:
    """Who is called so, or whose name's pinyin has these initials."""
    asked = query.strip().lower()
    if not asked:
        return Person.objects.none()
    called = Q(initials__contains=f" {asked}") if re.fullmatch("[a-z]{2,8}", asked) else Q(name__contains=asked)
    return Person.objects.filter(called, school__in=schools).select_related("school").order_by("name", "pk")
