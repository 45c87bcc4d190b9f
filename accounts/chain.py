"""The journal is a chain: each line's digest holds the digest of the line before, so that no line can be changed,
taken out or put in between without every later digest being another (docs/adr/0016).

A line gets its place when it is linked, not when it is written: two acts at once need not wait for each other. Places
are in the order of linking; a line whose transaction took long comes after those that overtook it.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from . import journal
from .models import Entry, Link, Organisation, User

BEGINNING = "0" * 64
LOCK = 7_100_001  # of whoever links; a number of our own
AT_ONCE = 1000
NEAR = 5000  # links among which a line that was overtaken is looked for every few seconds; all others once a week, and before a pack is made
VERB = "check_chain"
WORDS = {VERB: "核对日志链"}


def told(entry: Entry) -> dict:
    """What a line says, as it is digested and as a pack carries it. ``drained_at`` is no part of it."""
    return {
        "id": entry.pk,
        "organisation": entry.organisation_id,
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "verb": entry.verb,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "summary": entry.summary,
        "facts": entry.facts,
    }


def digest_of_line(entry: Entry) -> str:
    text = json.dumps(told(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest_after(previous: str, entry_digest: str) -> str:
    return hashlib.sha256(f"{previous}{entry_digest}".encode()).hexdigest()


def link(*, whole: bool = False, seconds: float | None = None) -> int:
    """Give each committed line that has none its place; gives how many. Some at a time, each in a transaction of its
    own: what is killed in between has linked a part, and the next goes on there."""
    began, linked = time.monotonic(), 0
    while made := _link_some(whole):
        linked += made
        if made < AT_ONCE or (seconds is not None and time.monotonic() - began > seconds):
            break
    return linked


@transaction.atomic
def _link_some(whole: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    entries = list(_waiting(whole)[:AT_ONCE])
    ends = _ends({entry.organisation_id for entry in entries})
    links = []
    for entry in entries:
        no, previous = ends.get(entry.organisation_id, (0, BEGINNING))
        entry_digest = digest_of_line(entry)
        digest = digest_after(previous, entry_digest)
        links.append(
            Link(
                organisation_id=entry.organisation_id, entry=entry, no=no + 1, entry_digest=entry_digest,
                previous=previous, digest=digest,
            )
        )  # fmt: skip
        ends[entry.organisation_id] = no + 1, digest
    Link.objects.bulk_create(links)
    return len(links)


def _waiting(whole: bool) -> QuerySet[Entry]:
    waiting = Entry.objects.filter(~Exists(Link.objects.filter(entry=OuterRef("pk")))).order_by("pk")
    if whole:
        return waiting
    # Links are made in the order of the lines, so all that is new stands behind the last few: a short stretch of an
    # index instead of the whole journal.
    last = Link.objects.order_by("-pk").values("entry_id")[:NEAR]
    among = Link.objects.filter(entry_id__in=last).aggregate(least=Min("entry_id"), n=Count("pk"))
    return waiting.filter(pk__gt=among["least"]) if among["n"] == NEAR else waiting


def _ends(organisations: set[int]) -> dict[int, tuple[int, str]]:
    last = Link.objects.filter(organisation=OuterRef("pk")).order_by("-no")[:1]
    linked = Organisation.objects.filter(pk__in=organisations).annotate(
        no=Subquery(last.values("no")), digest=Subquery(last.values("digest"))
    )
    return {each.pk: (each.no, each.digest) for each in linked if each.no}


@dataclass(frozen=True)
class Checked:
    """``wrong`` says in a sentence what does not fit first; empty: everything does."""

    linked: int
    digest: str
    wrong: str = ""
    at: int = 0  # the place of the first link that does not fit


def check(organisation: Organisation, tell: Callable[[int, int], None] = lambda done, of: None) -> Checked:
    """Compute the chain again from the lines as they are now."""
    links = Link.objects.filter(organisation=organisation).select_related("entry").order_by("no")
    of, known = links.count(), _known(organisation)
    no, previous = 0, BEGINNING
    for each in links.iterator(chunk_size=2000):
        if wrong := _wrong(each, no + 1, previous):
            return Checked(no, previous, wrong, no + 1)
        if each.no in known and known[each.no][0] != each.digest:
            wrong = f"{known[each.no][1]:%Y-%m-%d} 记下的第 {each.no} 行摘要与现在的不同，此前的行被重新入链过。"
            return Checked(no, previous, wrong, each.no)
        no, previous = each.no, each.digest
        if no % 2000 == 0:
            tell(no, of)
    if (last := max(known, default=0)) > no:
        return Checked(no, previous, f"{known[last][1]:%Y-%m-%d} 已有 {last} 行，现在只有 {no} 行。", no + 1)
    return Checked(no, previous)


def _known(organisation: Organisation) -> dict[int, tuple[str, datetime]]:
    """What earlier checks and packs wrote down: at which place the chain had which digest, and when."""
    lines = Entry.objects.filter(organisation=organisation, verb__in=(VERB, "make_pack")).order_by("pk")
    known: dict[int, tuple[str, datetime]] = {}
    for facts, at in lines.values_list("facts", "at").iterator():
        seen = facts if "linked" in facts else facts.get("chain") or {}
        if (place := seen.get("linked") or seen.get("to")) and not seen.get("wrong"):
            known.setdefault(place, (seen["digest"], at))
    return known


def _wrong(each: Link, no: int, previous: str) -> str:
    if each.no != no:
        return f"第 {no} 行不在了，其后是第 {each.no} 行。"
    line = f"第 {no} 行（{each.entry.at:%Y-%m-%d} {each.entry.actor_name}：{each.entry.summary[:60]}）"
    if each.entry.organisation_id != each.organisation_id:
        return f"{line}改到了别的单位名下。"
    if digest_of_line(each.entry) != each.entry_digest:
        return f"{line}的内容与入链时不同。"
    if each.previous != previous:
        return f"{line}与前一行接不上。"
    if digest_after(previous, each.entry_digest) != each.digest:
        return f"{line}的链上摘要不对。"
    return ""


@transaction.atomic
def check_and_write(
    organisation: Organisation, *, by: User | None = None, tell: Callable[[int, int], None] = lambda done, of: None
) -> Checked:
    """The same, and a line that says what came of it."""
    checked = check(organisation, tell)
    said = f"前 {checked.linked} 行相符" if checked.wrong else f"{checked.linked} 行全部相符"
    journal.record(
        VERB,
        organisation,
        f"核对日志链：{checked.wrong or said}",
        organisation=organisation,
        by=by,
        facts={"linked": checked.linked, "digest": checked.digest, "wrong": checked.wrong},
    )
    return checked


@dataclass(frozen=True)
class Standing:
    """How far the chains of an organisation and of all below it go, and what the last check of each said."""

    linked: int
    checked_at: datetime | None = None
    checked: int = 0  # lines that fit
    organisations: int = 0
    wrong: tuple[str, ...] = ()


def standing_of(organisation: Organisation) -> Standing:
    last = Link.objects.filter(organisation=OuterRef("pk")).order_by("-no").values("no")[:1]
    checks = Entry.objects.filter(subject_kind="organisation", subject_id=OuterRef("pk"), verb=VERB).order_by("-pk")
    below = Organisation.objects.filter(path__startswith=organisation.path).annotate(
        lines=Coalesce(Subquery(last), 0),
        said=Subquery(checks.values("facts")[:1]),
        said_at=Subquery(checks.values("at")[:1]),
    )
    rows = list(below.order_by("code").values_list("name", "lines", "said", "said_at"))
    checked = [(name, said, at) for name, _, said, at in rows if at]
    return Standing(
        linked=sum(lines for _, lines, _, _ in rows),
        checked_at=max((at for _, _, at in checked), default=None),
        checked=sum(said["linked"] for _, said, _ in checked),
        organisations=len(checked),
        wrong=tuple(f"{name}：{said['wrong']}" for name, said, _ in checked if said["wrong"]),
    )


def everyone_with_a_chain() -> Iterator[Organisation]:
    yield from Organisation.objects.filter(Exists(Link.objects.filter(organisation=OuterRef("pk")))).order_by("code")
