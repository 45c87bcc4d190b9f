"""Verbs on an item before the meeting: the head confirms, returns or postpones it; the clerk puts it on an agenda."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from governance.access import Standing
from governance.rules.engine import judge_item
from governance.rules.facts import Records
from governance.rules.ruling import Finding

from ..facts import Load, judged_facts, load, with_facts_of_items, with_provisional
from ..models import Item, Matter, Meeting
from .acting import Stopped, WrongState, begin, keep, now, pass_or_refuse, require_reason, write
from .matter import shown
from .versions import facts_of, keep_text, keep_version


def before_confirming(item: Item, *, by: Standing, codes: Sequence[str]) -> tuple[list[Finding], Records]:
    """What the rules say of an item as if its meeting began now. Gives the findings and the judged facts."""
    rows = with_facts_of_items(Item.objects.filter(pk=item.pk, matter__school=by.school))
    return before_confirming_all(rows, by=by, codes=codes)[item.pk]


def before_confirming_all(
    items: Iterable[Item], *, by: Standing, codes: Sequence[str], loaded: Load | None = None
) -> dict[int, tuple[list[Finding], Records]]:
    """The same for many items, in a number of statements that does not grow with them. The items carry the rows of
    ``with_facts_of_items``; ``loaded`` spares the statements of a page that has read their matters already."""
    items = list(items)
    loaded = loaded or load(by.school, matters={row.matter_id for row in items})
    at, answers = now(), {}
    for row in items:
        dossier, sitting = with_provisional(loaded, row, at=at, confirmed_by=by.person_id)
        findings = judge_item(dossier, sitting, sitting.items[0], codes=codes)
        judged = judged_facts(dossier, meeting=sitting, matters=[row.matter_id])
        answers[row.pk] = [without_number(finding) for finding in findings], judged
    return answers


def without_number(finding: Finding) -> Finding:
    """An item that is on no agenda yet has no number to be called by."""
    headline = finding.verdict.headline.replace(str(finding.place), "本议题")
    return finding._replace(verdict=finding.verdict._replace(headline=headline))


@transaction.atomic
def confirm(item: Item, *, by: Standing, despite: str = "", note: str = "") -> Item:
    """待确认 → 已确认: the head puts the item on the list for the next meeting.

    Refused while the consultations that the law wants are missing or divergent, unless the head gives a reason.
    """
    verb, item = begin("confirm", item, by)
    if item.meeting_id:
        raise WrongState("议题已列入会议议程。")
    if len(note.strip()) > 500:
        raise Stopped(f"审定意见最多 500 字，现有 {len(note.strip())} 字。请写短一些。")
    findings, judged = before_confirming(item, by=by, codes=verb.rules)
    pass_or_refuse(findings, {1: item}, by=by, despite=despite)
    keep(findings, judged, verb=verb.name, by=by, item=item, items={1: item})
    item.state, item.confirmed_by, item.confirmed_at, item.head_note = verb.target, by.person, now(), note.strip()
    item.save()
    text = keep_text(item.matter, by.user)
    write(verb, item, by, f"同意“{shown(item.matter)}”提交{item.get_body_display()}", despite=bool(despite.strip()),
          text=text)  # fmt: skip
    return item


@transaction.atomic
def send_back(item: Item, *, by: Standing, reason: str) -> Item:
    """Back to the proposer, who may mend it and propose again."""
    verb, item = begin("send_back", item, by)
    if item.meeting_id:
        raise WrongState("议题已列入会议议程：请先由学校秘书撤下。")
    item.state, item.head_note = verb.target, require_reason(reason, "退回", 500)
    item.save()
    matter = item.matter
    if matter.state in (Matter.State.PROPOSED, Matter.State.HELD):
        matter.state = Matter.State.RETURNED
        matter.save(update_fields=["state", "updated_at"])
    write(verb, item, by, f"退回“{shown(matter)}”", matter=matter.pk)
    return item


@transaction.atomic
def postpone(item: Item, *, by: Standing, reason: str) -> Item:
    """Not for the next meeting; it stays on the head's list."""
    verb, item = begin("postpone", item, by)
    if item.meeting_id:
        raise WrongState("议题已列入会议议程：请先由学校秘书撤下。")
    item.state, item.head_note, item.confirmed_at, item.confirmed_by = (
        verb.target,
        require_reason(reason, "暂缓", 500),
        None,
        None,
    )
    item.save()
    write(verb, item, by, f"暂缓“{shown(item.matter)}”上会", matter=item.matter_id)
    return item


@transaction.atomic
def set_agenda(meeting: Meeting, order: Sequence[int], *, seen: Sequence[int] | None = None, by: Standing) -> Meeting:
    """Give the meeting these items in this order. ``seen`` is the order the clerk had before them: if somebody
    changed it meanwhile, nothing is done. Items taken off go back to the confirmed list."""
    verb, meeting = begin("set_agenda", meeting, by)
    present = list(meeting.items.order_by("no").values_list("pk", flat=True))
    if seen is not None and list(seen) != present:
        raise WrongState("议程已被他人改动，请刷新后再排。")
    if len(set(order)) != len(order):
        raise Stopped("同一议题只能列一次。")
    matters = Matter.objects.filter(pk__in=Item.objects.filter(pk__in=order).values("matter"))
    list(matters.select_for_update(of=("self",), no_key=True).order_by("pk"))
    items = {
        item.pk: item
        for item in Item.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=order, body=meeting.body, matter__school=meeting.school)
        .order_by("pk")
    }
    for pk in order:
        item = items.get(pk)
        if item is None or (item.meeting_id not in (None, meeting.pk)) or item.state != Item.State.CONFIRMED:
            raise WrongState("有议题未经确认，或已列入别的会议，请刷新后再排。")
    Item.objects.filter(meeting=meeting).exclude(pk__in=order).update(meeting=None, no=None, added_at=None)
    for number, pk in enumerate(order, start=1):
        item = items[pk]
        item.no = number
        if item.meeting_id is None:
            item.meeting = meeting
            item.added_at = now()
        item.save(update_fields=["no", "meeting", "added_at"])
    if list(order) != present:
        version = facts_of(keep_version(meeting, by=by))
        write(
            verb, meeting, by, f"编排{meeting.get_body_display()}议程（{len(order)} 项）", order=list(order),
            items=[[pk, items[pk].matter_id, items[pk].purpose] for pk in order], **version,
        )  # fmt: skip
    return meeting
