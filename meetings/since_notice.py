"""What has changed on an agenda since its notice, or between any two of its versions, as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from .agenda_changes import changes_between
from .models import AgendaVersion, Consultation, Matter, MatterText, Meeting
from .text_differences import Piece, differences

WORDS = {"added": "增加", "removed": "移除", "moved": "次序调整", "text": "方案改动", "files": "附件变动"}
OF_A_TEXT = {"title": "名称", "amount": "金额", "background": "背景", "proposal": "建议方案"}


@dataclass(frozen=True)
class Told:
    """One change in words; of a text also the places that differ."""

    kind: str
    item: int
    matter: int
    no: int
    title: str
    more: str = ""
    places: tuple[tuple[str, list[Piece]], ...] = ()

    @property
    def word(self) -> str:
        return WORDS[self.kind]


@dataclass
class Since:
    first: AgendaVersion
    last: AgendaVersion
    changes: list[Told] = field(default_factory=list)

    @property
    def in_numbers(self) -> str:
        """增加 1 项、方案改动 2 项"""
        return in_numbers(change.kind for change in self.changes)


def in_numbers(kinds: Iterable[str]) -> str:
    counted = list(kinds)
    return "、".join(f"{word} {counted.count(kind)} 项" for kind, word in WORDS.items() if kind in counted)


def changes_since_notice(meeting: Meeting) -> Since | None:
    """From the agenda that the notice told to the one that stands; ``None`` where it was never changed."""
    versions = list(meeting.agenda_versions.order_by("number").defer("changes"))
    return between(versions[0], versions[-1]) if len(versions) > 1 else None


def agenda_rows() -> QuerySet[AgendaVersion]:
    """The version of the notice and the latest one, of the meeting that a page reads."""
    latest = AgendaVersion.objects.filter(meeting=OuterRef("meeting")).order_by("-number").values("number")[:1]
    return AgendaVersion.objects.filter(Q(number=1) | Q(number=Subquery(latest)), meeting=OuterRef("pk"))


def changed_items(rows: list[dict]) -> dict[int, dict[str, Any]]:
    """By item on the agenda: what has changed since the notice in words, the wording that the notice had, and where
    it differs."""
    if len(rows) < 2:
        return {}
    changes = [one for one in changes_between(rows[0]["items"], rows[-1]["items"]) if one["kind"] != "removed"]
    found: dict[int, dict[str, Any]] = {}
    for told, change in zip(_all_told(changes), changes, strict=True):
        one = found.setdefault(told.item, {"words": "", "text": "", "places": ()})
        one["words"] += ("、" if one["words"] else "") + told.word
        if told.kind == "text":
            one |= {"text": change["before"], "places": told.places}
    return found


def between(first: AgendaVersion, last: AgendaVersion) -> Since:
    return Since(first, last, _all_told(changes_between(first.items, last.items)))


def _all_told(changes: list[dict[str, Any]]) -> list[Told]:
    asked = {change[side] for change in changes if change["kind"] == "text" for side in ("before", "after")}
    texts = (
        {(text.matter_id, text.digest): text for text in MatterText.objects.filter(digest__in=asked)} if asked else {}
    )
    return [_told(change, texts) for change in changes]


def _told(change: dict[str, Any], texts: dict[tuple[int, str], MatterText]) -> Told:
    common = {name: change[name] for name in ("kind", "item", "matter", "no", "title")}
    match change["kind"]:
        case "moved":
            return Told(**common, more=f"原第 {change['from']} 项")
        case "removed":
            return Told(**common, more="已不在议程上")
        case "files":
            parts = [f"{word}{_listed(change[side])}" for side, word in (("added", "增加"), ("removed", "移除"))
                     if change[side]]  # fmt: skip
            return Told(**common, more="；".join(parts) or "次序有变")
        case "text":
            texts_of = [texts.get((change["matter"], change[side])) for side in ("before", "after")]
            return Told(**common, places=places(*texts_of))
    return Told(**common)


def _listed(files: list[dict]) -> str:
    return "、".join(f"“{file['name']}”" for file in files)


def places(
    before: MatterText | Matter | None, after: MatterText | Matter | None
) -> tuple[tuple[str, list[Piece]], ...]:
    """Where two wordings differ; nothing where one of them was not kept."""
    if before is None or after is None:
        return ()
    pairs = [(word, *(_shown(getattr(text, name)) for text in (before, after))) for name, word in OF_A_TEXT.items()]
    return tuple((word, differences(old, new)) for word, old, new in pairs if old != new)


def changed_since(consultation: Consultation) -> tuple[tuple[str, list[Piece]], ...]:
    """Where the present text differs from the one that people were consulted on; nothing where that was not kept."""
    matter = consultation.matter
    was = MatterText.objects.filter(matter=matter, digest=consultation.proposal_digest).first()
    return places(was, matter)


def _shown(value: str | Decimal | None) -> str:
    return f"{value:,.2f} 元" if isinstance(value, Decimal) else value or ""
