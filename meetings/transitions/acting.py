"""What every verb does: lock, check, judge, refuse or go on, keep, set the state, write the journal."""

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts import journal
from governance.access import Standing
from governance.compiled import Given, Statement
from governance.rules import facts
from governance.rules.ruling import Answers, Finding, by_case

from ..facts.writing import text_of
from ..folding import fold
from ..models import Item, Judgement, KeptFinding, Matter, Meeting, Override
from .table import VERBS, Verb


class Stopped(Exception):
    """An act that was not done. ``str()`` is the sentence for the person who tried."""


class NotAllowed(Stopped):
    """The person has no right to this act."""


class WrongState(Stopped):
    """The thing is not in a state from which this act leads on (often because somebody else was faster)."""


class Refused(Stopped):
    """Rules stand in the way. ``findings`` say which, by how much, by which clause and what would mend it."""

    def __init__(self, findings: Sequence[Finding]):
        self.findings = list(findings)
        super().__init__(" ".join(finding.message for finding in self.findings))


class Conflict(Stopped):
    """Somebody else changed the text in between. Nothing was saved; both texts are here."""

    def __init__(self, theirs: str, mine: str, version: str, by: str = ""):
        self.theirs, self.mine, self.version, self.by = theirs, mine, version, by
        super().__init__("在您编辑期间，这里已被他人修改。")


def hold(subject: models.Model) -> Any:
    """The row, fresh and locked, and what stands above it: meetings first, then the matter, then the item. In this
    order always, so that of two acts one waits for the other and never both. A key that refers to it may be written."""
    assert connection.in_atomic_block, "a row stays locked as long as its transaction lasts"
    seen, locked_first = None, set()
    if isinstance(subject, Matter):
        locked_first = {row.pk for row in _lock_under_way(matter=subject.pk)}
    if isinstance(subject, Item):
        seen = next(iter(_above(item=subject.pk)), None)
        if seen:
            _locking(Meeting)(key=seen[0])
            _locking(Matter)(key=seen[1])
    locked: Any = next(iter(_locking(type(subject))(key=subject.pk)), None)
    if locked is None:
        raise type(subject).DoesNotExist
    elsewhere = isinstance(subject, Matter) and not locked_first.issuperset(_under_way(matter=subject.pk))
    if elsewhere or (isinstance(locked, Item) and (not seen or locked.meeting_id != seen[0])):
        raise WrongState("议程刚刚被他人改动，请刷新后再看。")
    return locked


# Every act begins here: each statement is compiled once.


@cache
def _locking(model: Any) -> Statement:
    return Statement(lambda: _for_update(model).filter(pk=Given("key")))


@Statement
def _above():
    return Item.objects.filter(pk=Given("item")).values_list("meeting", "matter")


@Statement
def _under_way():
    return _meetings_of_matter().values_list("pk", flat=True)


@Statement
def _lock_under_way():
    return _for_update(Meeting).filter(pk__in=_meetings_of_matter().values("pk")).order_by("pk")


def _meetings_of_matter() -> models.QuerySet:
    return Meeting.objects.exclude(state__in=Meeting.SEALED).filter(items__matter=Given("matter"))


def _for_update(model: Any) -> models.QuerySet:
    return model.objects.select_for_update(of=("self",), no_key=True)


def begin(name: str, subject: models.Model, by: Standing) -> tuple[Verb, Any]:
    """Lock the subject's row, then check right and state. Gives the verb and the fresh, locked subject."""
    verb = VERBS[name]
    locked = hold(subject)
    school_id = locked.school_id if hasattr(locked, "school_id") else locked.matter.school_id
    if school_id != by.organisation.pk or not verb.who(by, locked):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    if verb.sources and locked.state not in verb.sources:
        raise WrongState(f"现在是“{locked.get_state_display()}”，不能“{verb.label}”。可能已有人办理，请刷新后再看。")
    return verb, locked


def blockers(findings: Iterable[Finding]) -> list[Finding]:
    """What makes an act invalid: rules of mode block that are broken or cannot be told."""
    return [finding for finding in findings if finding.blocks]


def unexplained(
    findings: Iterable[Finding], items: dict[int, Item], given: Collection[tuple[int, str]]
) -> list[Finding]:
    """What an act is refused with: the findings that block, but for those a head gave a reason for (item, rule).

    ``items`` maps the number that findings name to the item.
    """
    return [f for f in blockers(findings) if f.item in items and (items[f.item].pk, f.code) not in given]


def pass_or_refuse(findings: Iterable[Finding], items: dict[int, Item], *, by: Standing, despite: str = "") -> None:
    """Refuse with what is unexplained, unless the head now gives a reason for it.

    The reason counts only from the head of the item's body, and is kept for ever.
    """
    standing = unexplained(findings, items, ())
    given = set(
        Override.objects.filter(item__in=[items[f.item].pk for f in standing]).values_list("item_id", "rule")
        if standing
        else []
    )
    left = unexplained(standing, items, given)
    if not left:
        return
    if not despite.strip():
        raise Refused(left)
    if not all(by.heads(items[f.item].body) for f in left):
        raise NotAllowed("只有召集会议的负责人可以说明理由后继续。")
    Override.objects.bulk_create(
        Override(item=items[f.item], rule=f.code, message=f.message, reason=despite.strip(), by=by.person) for f in left
    )


def canonical(value: Any) -> str:
    """JSON with sorted keys, the same bytes for the same facts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            name: kept
            for name in (f.name for f in dataclasses.fields(value))
            if (kept := getattr(value, name)) not in (None, "", (), frozenset())
        }
    if isinstance(value, frozenset | set):
        return sorted(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def digest_of(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def keep(
    findings: Iterable[Finding],
    judged: facts.Records,
    *,
    verb: str,
    by: Standing,
    meeting: Meeting | None = None,
    item: Item | None = None,
    items: dict[int, Item],
    at: datetime | None = None,
) -> Judgement:
    """Keep what the rules said at this act, with the facts they judged. Earlier answers about the same things
    stay, but no longer count as current. What is met is folded, *not applicable* is not kept."""
    earlier = Judgement.objects.filter(current=True)
    # A meeting judged as a whole answers for its items too, also for those only judged when they were confirmed. Asked
    # for both at once, the database would read every judgement there is.
    for about in ({"item": item},) if item else ({"meeting": meeting}, {"item__meeting": meeting}):
        earlier.filter(**about).update(current=False)
    judgement = judgement_on(
        judged,
        school=by.organisation,
        meeting=meeting or (item.meeting if item else None),
        item=item,
        matter=item.matter if item else None,
        verb=verb,
        by=by.user,
        at=at or now(),
    )
    return store(judgement, by_case(findings), items)


def judgement_on(judged: facts.Records, **about: Any) -> Judgement:
    """A judgement with its facts and their digest, not saved yet."""
    text = text_of(judged)
    return Judgement(own_facts=json.loads(text), digest=hashlib.sha256(text.encode()).hexdigest(), **about)


def store(judgement: Judgement, told: Sequence[Answers], items: Mapping[int, Item]) -> Judgement:
    """Save a judgement with its answers."""
    judgement.met, judgement.there = fold(told, items, judgement.meeting_id)
    judgement.save()
    KeptFinding.objects.bulk_create(rows_of(judgement, told, items))
    return judgement


def rows_of(judgement: Judgement, told: Iterable[Answers], items: Mapping[int, Item]) -> list[KeptFinding]:
    """What is not met as rows of a judgement, not saved yet. ``items`` maps the number that findings name to the item."""
    rows = []
    for place, _, amiss in told:
        about = items.get(place.item) if place.item else None
        rows += [
            KeptFinding(
                judgement=judgement,
                school_id=judgement.school_id,
                meeting_id=judgement.meeting_id,
                item=about,
                matter_id=about.matter_id if about else place.matter,
                rule=finding.code,
                outcome=finding.outcome.value,
                mode=finding.mode.value,
                body=place.body or "",
                clause=finding.rule.cited,
                message=finding.message,
                values=finding.values,
            )
            for finding in amiss
        ]
    return rows


def write(verb: Verb, subject: models.Model, by: Standing, summary: str, **facts_) -> None:
    """The journal line of an act. The summary is read by auditors, who may not read records: a reason in somebody's
    own words goes to ``reason`` among the facts."""
    journal.record(verb.name, subject, summary, organisation=by.organisation, by=by.user, facts=facts_)


def require_reason(reason: str, what: str, most: int = 2000) -> str:
    reason = reason.strip()
    if not reason:
        raise Stopped(f"请写明{what}的理由。")
    if len(reason) > most:
        raise Stopped(f"理由过长：最多 {most} 字，现有 {len(reason)} 字。请写短一些。")
    return reason


def now():
    return timezone.now()
