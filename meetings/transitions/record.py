"""Verbs after the meeting: complete the record, sign it, issue the minutes."""

import dataclasses
from datetime import date, datetime

from django.db import transaction

from governance.access import Standing
from governance.rules.engine import judge_matter, judge_meeting
from governance.rules.facts import day_of
from governance.rules.index import RULES
from governance.rules.ruling import Finding

from ..facts import Load, judged_facts, load
from ..facts.corrections import signed_before, value_of, waiting
from ..models import Document, Item, Meeting, Minutes, MinutesItem, Signature, TextRevision
from .acting import (
    Conflict,
    NotAllowed,
    Stopped,
    WrongState,
    begin,
    digest_of,
    keep,
    now,
    pass_or_refuse,
    require_reason,
    write,
)
from .meeting import by_number
from .note import version_of
from .onward import NOT_REACHED, go_on
from .papers import numbered
from .table import VERBS
from .voting import sitting_of

# What can be told only with the meetings at hand that one is compared with (neighbours).
BESIDE_OTHERS = frozenset({"A-16", "C-19", "C-24", "R-06", "R-12"})


def judge_all(loaded: Load, meeting_id: int, *, on: date | None = None) -> list[Finding]:
    """Every rule on a meeting, its items and its matters, as of today (or ``on``). Rules for which the load lacks the
    other meetings are left out rather than answered wrongly."""
    codes = [rule.code for rule in RULES if loaded.neighbours or rule.code not in BESIDE_OTHERS]
    sitting, on = sitting_of(loaded, meeting_id), on or day_of(now())
    findings = list(judge_meeting(loaded.dossier, sitting, on=on, codes=codes, include_items=True))
    for pk in dict.fromkeys(item.matter for item in sitting.items):
        findings += judge_matter(loaded.dossier, loaded.dossier.matter(pk), on=on, codes=codes)
    return findings


def keep_all(
    loaded: Load, meeting: Meeting, findings: list[Finding], *, verb: str, by: Standing, at: datetime | None = None
):
    sitting = sitting_of(loaded, meeting.pk)
    return keep(
        findings,
        judged_facts(
            loaded.dossier,
            meeting=sitting,
            matters=[item.matter for item in sitting.items],
            beside=loaded.neighbours,
        ),
        verb=verb,
        by=by,
        meeting=meeting,
        items=by_number(loaded, meeting),
        at=at,
    )


def record_digest(loaded: Load, meeting_id: int) -> str:
    """Of the record as a signer sees it: everything but signatures, minutes, and what came of the decisions. Of a
    record that was corrected since, as it was written, with the corrections that stood when it was completed."""
    meeting = loaded.meetings[meeting_id]
    sitting = loaded.as_written.get(meeting_id) or sitting_of(loaded, meeting_id)
    stood = signed_before(meeting.correction_rows, meeting.record_completed_at)
    items = tuple(
        dataclasses.replace(item, done_on=None, publicity=None, due=due)
        for item, due in zip(sitting.items, _dates(loaded, meeting_id), strict=True)
    )
    record = dataclasses.replace(sitting, items=items, record=None, minutes=None)
    return digest_of([record, [row["digest"] for row in stood]] if stood else record)


def _dates(loaded: Load, meeting_id: int) -> list[date | None]:
    """The due date of each item as the meeting decided it and the record had it."""
    written: dict[str, str] = {}
    for row in loaded.meetings[meeting_id].correction_rows:
        if row["signed_at"]:
            written.setdefault(row["path"], row["wrong"])
    paths = [(item, f"item/{item.pk}/due") for item in loaded.items[meeting_id]]
    return [value_of("due", written[path]) if path in written else item.due_decided or item.due for item, path in paths]


@transaction.atomic
def complete(meeting: Meeting, *, by: Standing) -> Meeting:
    """待整理 → 待签字: nothing essential is open, and minutes are drafted from the record."""
    verb, meeting = begin("complete", meeting, by)
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    items = loaded.items[meeting.pk]
    open_items = [str(item.no) for item in items if not item.outcome]
    if open_items:
        raise Stopped(f"第 {'、'.join(open_items)} 项还没有结果。没有议到的，请逐项点“没有议到”，留待下次会议。")
    if meeting.chair_id is None or meeting.recorder_id is None:
        raise Stopped("还没有填写主持人或记录人，无法签字。")
    if unsigned := waiting(loaded.meetings[meeting.pk].correction_rows):
        numbers = "、".join(str(row["no"]) for row in unsigned)
        raise Stopped(f"更正 {numbers} 还没有签字。请先由负责人签字，或者撤回。")
    meeting.record_completed_at, meeting.state = now(), verb.target
    meeting.save(update_fields=["record_completed_at", "state"])
    draft_minutes(meeting, items)
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
    keep_all(loaded, meeting, judge_all(loaded, meeting.pk), verb=verb.name, by=by)
    write(verb, meeting, by, f"完成{meeting.get_body_display()}记录")
    return meeting


def draft_minutes(meeting: Meeting, items: list[Item]) -> Minutes:
    """The text of the minutes from the record. A wording that somebody gave it is kept while the result is the same."""
    minutes, _ = Minutes.objects.get_or_create(meeting=meeting)
    edited = set(
        TextRevision.objects.filter(meeting=meeting, field__startswith="minutes/").values_list("field", flat=True)
    )
    kept = {row.item_id: row for row in minutes.items.all() if wording(row) in edited}
    minutes.items.all().delete()
    MinutesItem.objects.bulk_create(
        MinutesItem(
            minutes=minutes,
            item=item,
            no=item.no,
            heading=item.matter.title,
            outcome=item.outcome,
            text=kept[item.pk].text
            if item.pk in kept and kept[item.pk].outcome == item.outcome
            else drafted_text(item),
        )
        for item in items
    )
    return minutes


def wording(row: MinutesItem) -> str:
    """The path under which the wordings of one item of the minutes are kept as revisions."""
    return f"minutes/{row.item_id}"


def drafted_text(item: Item) -> str:
    if item.outcome == Item.Outcome.WITHDRAWN and item.decision_text == NOT_REACHED:
        return NOT_REACHED
    lead = {
        Item.Outcome.PASSED: "会议讨论通过。会议决定：",
        Item.Outcome.REJECTED: "会议未予通过。",
        Item.Outcome.DEFERRED: "会议决定缓议。",
        Item.Outcome.PRINCIPAL_DECIDED: "会议听取与会人员意见后，校长决定：",
        Item.Outcome.REFERRED: "会议研究提出方案，同意提交党组织会议讨论决定：",
        Item.Outcome.NOTED: "会议听取了有关情况。",
        Item.Outcome.WITHDRAWN: "本项撤回，未予讨论。",
    }[Item.Outcome(item.outcome)]
    return f"{lead}{item.decision_text.strip()}"


@transaction.atomic
def reopen(meeting: Meeting, *, by: Standing, reason: str) -> Meeting:
    """Back to the clerk's desk before the minutes are issued; signatures given so far no longer count."""
    verb, meeting = begin("reopen", meeting, by)
    reason = require_reason(reason, "退回修改")
    Signature.objects.filter(meeting=meeting, voided_at=None).update(voided_at=now())
    meeting.state, meeting.record_completed_at = verb.target, None
    meeting.save(update_fields=["state", "record_completed_at"])
    write(verb, meeting, by, f"退回修改{meeting.get_body_display()}记录", reason=reason)
    return meeting


@transaction.atomic
def sign(meeting: Meeting, *, digest: str, by: Standing) -> Meeting:
    """Chair and recorder each sign the record whose digest they saw; the second signature moves the meeting on."""
    verb, meeting = begin("sign", meeting, by)
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    current = record_digest(loaded, meeting.pk)
    if digest != current:
        raise WrongState("您打开页面以后记录有改动。请看过现在的记录再签字。")
    roles = [
        role
        for role, person in (("chair", meeting.chair_id), ("recorder", meeting.recorder_id))
        if person == by.person_id
    ]
    signed = set(Signature.objects.filter(meeting=meeting, voided_at=None).values_list("role", flat=True))
    made = Signature.objects.bulk_create(
        Signature(meeting=meeting, person=by.person, role=role, digest=current) for role in roles if role not in signed
    )
    if not made:
        return meeting
    if signed | set(roles) == {"chair", "recorder"}:
        meeting.state = verb.target
        meeting.save(update_fields=["state"])
    write(
        verb, meeting, by, f"{'、'.join(each.get_role_display() for each in made)}签字", digest=current,
        person=by.person_id, roles=[each.role for each in made],
    )  # fmt: skip
    return meeting


@transaction.atomic
def edit_minutes(row: MinutesItem, text: str, *, base: str | None = None, by: Standing) -> MinutesItem:
    """The wording of the minutes, until they are issued. The outcome is the record's and is not edited here.

    ``base`` is the version of the text that the writer saw; if somebody else changed it in between, nothing is
    saved and both texts come back.
    """
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=row.minutes.meeting_id)
    if meeting.school_id != by.organisation.pk or not (by.clerk or by.heads(meeting.body)):
        raise NotAllowed("纪要稿由学校秘书和召集会议的负责人修改。")
    if meeting.state not in (Meeting.State.COMPLETED, Meeting.State.SIGNED):
        raise WrongState("纪要已经签发，或记录还没有完成。")
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    row.refresh_from_db()
    if text == row.text:
        return row
    if not text:
        raise Stopped(f"第 {row.no} 项的纪要不能为空。")
    if base is not None and base != version_of(row.text):
        raise Conflict(row.text, text, version_of(row.text))
    row.text = text
    row.save(update_fields=["text"])
    TextRevision.objects.create(meeting=meeting, field=wording(row), text=text, by=by.user)
    return row


def before_issuing(loaded: Load, meeting_id: int) -> list[Finding]:
    """What stands before the minutes: every item has to be a valid decision. The list ``issue`` refuses with."""
    return [f for f in judge_all(loaded, meeting_id) if f.code in VERBS["issue"].rules]


def minutes_digest(loaded: Load, meeting_id: int) -> str:
    """Of the minutes as a head reads them before issuing."""
    return digest_of(loaded.meetings[meeting_id].minutes_rows)


@transaction.atomic
def issue(meeting: Meeting, *, by: Standing, despite: str = "", seen: str | None = None) -> Document:
    """待签发 → 已签发: the head issues the minutes; their number is given here and never used twice.

    Refused while an item is not a valid decision and no reason was given for it. ``seen`` is the digest of the
    minutes that the head read: what was changed since is not issued unread.
    """
    verb, meeting = begin("issue", meeting, by)
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    if seen is not None and seen != minutes_digest(loaded, meeting.pk):
        raise WrongState("您打开页面以后纪要稿有改动。请看过现在的文字再签发。")
    items = by_number(loaded, meeting)
    pass_or_refuse(before_issuing(loaded, meeting.pk), items, by=by, despite=despite)
    columns = numbered(meeting.school, Document.Kind.MINUTES, meeting.body)
    number = columns["number"]
    Minutes.objects.filter(meeting=meeting).update(number=number, issued_by=by.person, issued_at=now())
    # Let stand by the head's reason, or nothing that had to be decided: from here on it is frozen too.
    left = [item for item in items.values() if item.state == Item.State.CONFIRMED]
    Item.objects.filter(pk__in=[item.pk for item in left]).update(state=Item.State.SETTLED, settled_at=now())
    for item in left:
        go_on(item, loaded)
    meeting.state = verb.target
    meeting.save(update_fields=["state"])
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
    keep_all(loaded, meeting, judge_all(loaded, meeting.pk), verb=verb.name, by=by)
    from ..documents import freeze_minutes

    frozen = freeze_minutes(loaded, meeting.pk)
    document = Document.objects.create(
        school=meeting.school,
        meeting=meeting,
        kind=Document.Kind.MINUTES,
        frozen=frozen,
        digest=digest_of(frozen),
        issued_by=by.user,
        **columns,
    )
    write(verb, meeting, by, f"签发{number}", document=document.pk, number=number, settled=[item.pk for item in left])
    return document
