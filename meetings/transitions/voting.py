"""Verbs that settle an item: make it a valid decision, open it again, say why a rule is let go."""

from django.db import transaction

from governance.access import Standing
from governance.rules import facts
from governance.rules.engine import judge_item
from governance.rules.ruling import Finding

from ..facts import Load, judged_facts, load
from ..models import Item, Meeting, Override
from .acting import (
    NotAllowed,
    Stopped,
    WrongState,
    begin,
    blockers,
    hold,
    keep,
    now,
    pass_or_refuse,
    require_reason,
    write,
)
from .onward import go_on, step_back, take_back
from .table import TO_SETTLE, VERBS, head_label

MAY_VOTE = ("P-03", "P-04", "P-06", "A-03")  # what must hold for a count to mean anything


def sitting_of(loaded: Load, meeting_id: int) -> facts.Meeting:
    return next(m for m in loaded.dossier.records.meetings if m.id == meeting_id)


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
    meeting = item.meeting
    if meeting is None or meeting.state not in (Meeting.State.OPEN, Meeting.State.ENDED):
        raise WrongState("会议开始后才能议定议题。")
    if not item.outcome:
        if item.votes.filter(abandoned_at=None).exists():
            raise Stopped(f"第 {item.no} 项各次表决的结果不同：请选择本项宣布的结果，在决定内容中写明每人的结果。")
        raise Stopped(f"第 {item.no} 项还没有结果：请先登记表决或选择宣布的结果。")
    if item.outcome in Item.DECIDED and not item.decision_text.strip():
        raise Stopped(f"第 {item.no} 项还没有写决定内容。")
    _say_why_it_differs(item)
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


def _say_why_it_differs(item: Item) -> None:
    """What was announced against the count is written down with its reason; of candidates each vote has its own."""
    last = item.votes.filter(abandoned_at=None, candidate="").order_by("round").last()
    if last is None or last.computed in ("", item.outcome) or item.outcome_reason.strip():
        return
    if last.outcome != item.outcome or not last.outcome_reason:
        raise Stopped(
            f"第 {item.no} 项计票结果是“{last.get_computed_display()}”，宣布的是“{item.get_outcome_display()}”。"
            "请在“与计票不一致的说明”中写明会上宣布了什么、为什么。"
        )


@transaction.atomic
def unsettle(item: Item, *, by: Standing, reason: str) -> Item:
    """Before the record is completed a settled item can be opened again; what was kept of it stays."""
    verb, item = begin("unsettle", item, by)
    reason = require_reason(reason, "撤销议定")
    meeting = item.meeting
    if meeting.state not in (Meeting.State.OPEN, Meeting.State.ENDED):
        raise WrongState("记录已经完成，不能撤销议定。")
    taken_back = take_back(item)
    step_back(item)
    item.state, item.settled_at = verb.target, None
    item.save(update_fields=["state", "settled_at", "outcome", "decision_text"])
    write(
        verb, item, by, f"撤销第 {item.no} 项的议定", meeting=meeting.pk, reason=reason, taken_back=taken_back,
        outcome=item.outcome,
    )  # fmt: skip
    return item


@transaction.atomic
def override(item: Item, codes: list[str], reason: str, *, by: Standing) -> list[Override]:
    """The head gives the reason why the named blocked rules are let go for this item. It stays visible for ever."""
    verb = VERBS["override"]
    item = hold(item)
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
