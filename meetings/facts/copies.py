"""Opinions that stand, blanks apart, in another meeting too (R-12): found by an index, without reading the whole book."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from accounts.models import Organisation
from governance.rules import facts
from governance.rules.cases import LONG, without_blanks

from ..models import Item, Meeting, Opinion
from ..models.meeting import words_of
from .excerpt import bare, named


def words_in(items: Iterable[Item]) -> set[str]:
    """The long opinions of these items, as the index has them."""
    texts = {without_blanks(row["text"]) for item in items for row in item.opinion_rows if not row["written"]}
    return {hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts if len(text) >= LONG}


def with_copies(
    school: Organisation, items: Iterable[Item], chosen: Collection[int], sittings: list[facts.Meeting]
) -> tuple[list[facts.Meeting], list[facts.Matter]]:
    """The sittings, and for each long opinion the first other meeting in which it stands too, bare; and the names of
    the matters it was said on."""
    words = words_in(items)
    if not words:
        return sittings, []
    elsewhere = (
        Opinion.objects.filter(item__meeting__school=school, written=False)
        .exclude(item__meeting__in=chosen)
        .exclude(item__meeting__state__in=Meeting.NO_RECORD)
    )
    rows = (
        elsewhere.annotate(words=words_of("text"))
        .filter(words__in=words)
        .order_by("words", "item__meeting__starts_at", "pk")
        .distinct("words")
        .select_related("item__meeting", "item__matter")
    )
    there = {sitting.id: sitting for sitting in sittings}
    matters = []
    for row in rows:
        item, meeting = row.item, row.item.meeting
        sitting = there.get(meeting.pk) or bare(meeting)
        said = facts.Opinion(row.person_id, row.stance or None, row.order, row.text)
        there[meeting.pk] = replace(sitting, items=_saying(sitting.items, item, said))
        matters.append(named(item.matter))
    return list(there.values()), matters


def _saying(items: tuple[facts.Item, ...], row: Item, said: facts.Opinion) -> tuple[facts.Item, ...]:
    by_no = {item.no: item for item in items}
    alone = facts.Item(no=row.no or 1, matter=row.matter_id, purpose=row.purpose, outcome=row.outcome or None)
    item = by_no.get(alone.no, alone)
    by_no[alone.no] = replace(item, opinions=(*item.opinions, said))
    return tuple(by_no[no] for no in sorted(by_no))
