"""Verbs that settle an item: count a vote, abandon one, make the item a valid decision, say why a rule is let go."""

import dataclasses
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from governance.access import Standing
from governance.rules import facts
from governance.rules.engine import judge_item
from governance.rules.ruling import Finding, Outcome

from ..facts import Load, judged_facts, load
from ..models import Item, Meeting, Override, Vote
from .acting import (
    NotAllowed,
    Refused,
    Stopped,
    WrongState,
    begin,
    blockers,
    digest_of,
    keep,
    now,
    pass_or_refuse,
    require_reason,
    write,
)
from .onward import go_on, step_back, take_back
from .table import TO_SETTLE, VERBS, head_label

COUNTS = ("agree", "disagree", "abstain", "defer")
MAY_VOTE = ("P-03", "P-04", "P-06", "A-03")  # what must hold for a count to mean anything
DECIDING = (Item.Outcome.PASSED, Item.Outcome.REJECTED, Item.Outcome.PRINCIPAL_DECIDED)


def sitting_of(loaded: Load, meeting_id: int) -> facts.Meeting:
    return next(m for m in loaded.dossier.records.meetings if m.id == meeting_id)


def computed_outcome(loaded: Load, sitting: facts.Meeting, item: facts.Item, counts: dict[str, Any]) -> str:
    """What the counts come to: ``passed`` if the rule about passing (P-10) would hold with these counts, else
    ``rejected``; empty where the rule has nothing to say (office meetings). The rule itself does the arithmetic."""
    claimed = dataclasses.replace(facts.Vote(outcome=Item.Outcome.PASSED.value), **counts)
    claim = dataclasses.replace(item, outcome=claimed.outcome, votes=(claimed,))
    finding = next(iter(judge_item(loaded.dossier, sitting, claim, codes=("P-10",))), None)
    if finding is None or finding.outcome not in (Outcome.MET, Outcome.BROKEN):
        return ""
    return Item.Outcome.PASSED.value if finding.outcome is Outcome.MET else Item.Outcome.REJECTED.value


@transaction.atomic
def vote(
    item: Item,
    *,
    method: str,
    counts: dict[str, int],
    outcome: str = "",
    candidate: str = "",
    token: uuid.UUID,
    by: Standing,
) -> Vote:
    """Record one ballot with the register of those who could vote. The same ``token`` again gives the same vote.

    Refused while there is no quorum for the item. Counts that do not add up are refused too: a slip of the pen
    is mended at once. An announced ``outcome`` other than the computed one is written down; the finding stands.
    """
    meeting = item.meeting
    if meeting is None:
        raise WrongState("议题不在会议议程上。")
    verb, meeting = begin("vote", meeting, by)
    if same := Vote.objects.filter(token=token).first():
        return same
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state == Item.State.SETTLED:
        raise WrongState(f"第 {item.no} 项已经议定。")
    if method not in Vote.Method.values:
        raise Stopped("请选择表决方式。")
    if candidate and candidate not in item.matter.candidates:
        raise Stopped("没有这名人选，请刷新页面。")
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    sitting = sitting_of(loaded, meeting.pk)
    plain = sitting.items[[row.no for row in sitting.items].index(item.no)]
    standing = blockers(judge_item(loaded.dossier, sitting, dataclasses.replace(plain, outcome=None), codes=MAY_VOTE))
    if standing:
        raise Refused(standing)
    case = loaded.dossier.meeting_case(sitting)
    of_item = next(each for each in case.items if each.item.no == item.no)
    given = {name: counts.get(name) or 0 for name in COUNTS}
    if min(given.values()) < 0 or sum(given.values()) != len(of_item.voters):
        raise Stopped(
            f"票数合计 {sum(given.values())}，与可表决 {len(of_item.voters)} 人不符"
            f"（实到 {len(of_item.present)} 人，回避 {len(of_item.recused & of_item.present)} 人）。请核对各项票数。"
        )
    computed = computed_outcome(loaded, sitting, plain, given)
    register = [{"id": pk, "name": loaded.dossier.name(pk)} for pk in sorted(of_item.voters)]
    frozen = dict(
        item=item.pk, candidate=candidate, method=method, **given, in_office=len(of_item.team), present=len(of_item.present),
        register=register, computed=computed, outcome=outcome or computed,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = Vote.objects.create(
                **{**frozen, "item": item}, token=token, digest=digest_of(frozen), recorded_by=by.user
            )
    except IntegrityError:
        raise WrongState("本项已有表决结果。要重新登记，请先作废原来的表决并写明理由。") from None
    announces = not item.outcome and made.outcome and (not candidate or item.matter.candidates == [candidate])
    if announces:
        item.outcome = made.outcome
        item.save(update_fields=["outcome"])
    write(
        verb, item, by, f"登记第 {item.no} 项表决", vote=made.pk, meeting=meeting.pk, announces=bool(announces),
        counted=frozen | {"register": [each["id"] for each in register], "digest": made.digest},
    )  # fmt: skip
    return made


@transaction.atomic
def abandon_vote(made: Vote, *, by: Standing, reason: str) -> Vote:
    """The vote stays visible with its reason, and counts no longer; a new one can be recorded."""
    verb, meeting = begin("abandon_vote", made.item.meeting, by)
    reason = require_reason(reason, "作废表决")
    made = Vote.objects.select_for_update().get(pk=made.pk)
    if made.abandoned_at:
        return made
    if made.item.state == Item.State.SETTLED:
        raise WrongState(f"第 {made.item.no} 项已经议定。请先“撤销议定”。")
    made.abandoned_at, made.abandoned_by, made.abandoned_reason = now(), by.user, reason
    made.save(update_fields=["abandoned_at", "abandoned_by", "abandoned_reason"])
    write(verb, made.item, by, f"作废第 {made.item.no} 项的一次表决", vote=made.pk, meeting=meeting.pk, reason=reason)
    return made


def before_settling(
    loaded: Load, meeting_id: int, number: int, *, codes=TO_SETTLE, sitting: facts.Meeting | None = None
) -> list[Finding]:
    """What stands before an item of a meeting becoming a valid decision: the same list that ``settle`` refuses with.

    ``sitting`` is the meeting imagined otherwise than it is written down: a dry run."""
    sitting = sitting or sitting_of(loaded, meeting_id)
    item = next(row for row in sitting.items if row.no == number)
    return judge_item(loaded.dossier, sitting, item, codes=codes)


@transaction.atomic
def settle(item: Item, *, by: Standing, despite: str = "") -> Item:
    """已确认 → 已议定: what was announced becomes a valid decision, and is frozen.

    An item that cannot become valid keeps what was written of it; only the head's reason lets it stand.
    """
    verb, item = begin("settle", item, by)
    meeting = item.meeting and Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
    if meeting is None or meeting.state not in (Meeting.State.OPEN, Meeting.State.ENDED):
        raise WrongState("会议开始后才能议定议题。")
    if not item.outcome:
        raise Stopped(f"第 {item.no} 项还没有结果：请先登记表决或选择宣布的结果。")
    if item.outcome in DECIDING and not item.decision_text.strip():
        raise Stopped(f"第 {item.no} 项还没有写决定内容。")
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    findings = before_settling(loaded, meeting.pk, item.no, codes=verb.rules)
    numbers = {item.no: item}
    pass_or_refuse(findings, numbers, by=by, despite=despite)
    judged = judged_facts(loaded.dossier, meeting=sitting_of(loaded, meeting.pk), matters=[item.matter_id])
    keep(findings, judged, verb=verb.name, by=by, item=item, items=numbers)
    item.state, item.settled_at = verb.target, now()
    item.save(update_fields=["state", "settled_at"])
    gone = go_on(item, loaded)
    write(
        verb,
        item,
        by,
        f"议定第 {item.no} 项：{item.get_outcome_display()}",
        meeting=meeting.pk,
        outcome=item.outcome,
        **gone,
    )
    return item


@transaction.atomic
def unsettle(item: Item, *, by: Standing, reason: str) -> Item:
    """Before the record is completed a settled item can be opened again; what was kept of it stays."""
    verb, item = begin("unsettle", item, by)
    reason = require_reason(reason, "撤销议定")
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
    if meeting.state not in (Meeting.State.OPEN, Meeting.State.ENDED):
        raise WrongState("记录已经完成，不能撤销议定。")
    taken_back = take_back(item)
    step_back(item)
    item.state, item.settled_at = verb.target, None
    item.save(update_fields=["state", "settled_at", "outcome", "decision_text"])
    write(verb, item, by, f"撤销第 {item.no} 项的议定", meeting=meeting.pk, reason=reason, taken_back=taken_back)
    return item


@transaction.atomic
def override(item: Item, codes: list[str], reason: str, *, by: Standing) -> list[Override]:
    """The head gives the reason why the named blocked rules are let go for this item. It stays visible for ever."""
    verb = VERBS["override"]
    item = Item.objects.select_for_update(of=("self",)).select_related("matter").get(pk=item.pk)
    if item.matter.school_id != by.organisation.pk or not verb.who(by, item):
        raise NotAllowed(f"只有{head_label(item.body)}可以说明理由。")
    if item.meeting_id is None:
        raise WrongState("议题还没有上会。")
    if item.meeting.state in Meeting.SEALED:
        raise WrongState("纪要已经签发，或记录由文件导入，不能再说明理由。")
    reason = require_reason(reason, "继续")
    loaded = load(by.school, Meeting.objects.filter(pk=item.meeting_id))
    standing = {f.code: f for f in blockers(before_settling(loaded, item.meeting_id, item.no)) if f.code in codes}
    given = set(item.overrides.values_list("rule", flat=True))
    made = Override.objects.bulk_create(
        Override(item=item, rule=code, message=finding.message, reason=reason, by=by.person)
        for code, finding in standing.items()
        if code not in given
    )
    if made:
        write(
            verb,
            item,
            by,
            f"对第 {item.no} 项说明理由：{'、'.join(each.rule for each in made)}",
            meeting=item.meeting_id,
        )
    return made
