"""Verbs of carrying out: steps, reports with evidence, a later date, the head's closing of a decision, publicity."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.templatetags.words import full
from accounts.uploads import Unwelcome, welcome
from governance.access import Standing
from governance.models import Person

from ..facts import load
from ..ledger import carried_out
from ..models import Attachment, Extension, Item, Matter, Meeting, Progress, Task
from .acting import Stopped, WrongState, begin, now, require_reason, write
from .record import judge_all, keep_all
from .table import Verb

Kind = Progress.Kind


def _begin(name: str, item: Item, by: Standing) -> tuple[Verb, Item]:
    verb, item = begin(name, item, by)
    if not carried_out(Item.objects.filter(pk=item.pk)).exists():
        raise WrongState(f"第 {item.no or '–'} 项没有要落实的决定，不列入督办。")
    return verb, item


def _going_on(item: Item) -> None:
    if item.done_on:
        raise WrongState("本项已经反馈办结。要继续办理，请负责人“退回再办”。")


def _awaits_closing(item: Item) -> bool:
    return bool(item.done_on and not item.closed_at and item.progress.filter(kind=Kind.DONE).exists())


# steps


@transaction.atomic
def add_step(item: Item, *, text: str, who: Person | None = None, due: date | None = None, by: Standing) -> Task:
    verb, item = _begin("add_step", item, by)
    _going_on(item)
    if not text.strip():
        raise Stopped("请写明这一步做什么。")
    if who is not None and who.school_id != item.matter.school_id:
        raise Stopped("没有这个人，请从名单中选择。")
    if due and item.due and due > item.due:
        raise Stopped(f"步骤的时限晚于本项的时限（{full(item.due)}）。请提前，或先申请延期。")
    given: dict[str, Any] = {"text": text.strip(), "who": who, "due": due, "removed_at": None}
    same = item.tasks.filter(**given).first()
    if same:
        return same  # the second click of a double click
    task = Task.objects.create(item=item, **given, created_by=by.user)
    write(
        verb, item, by, f"登记督办步骤：第 {item.no} 项", step=task.pk, who=who and who.pk, due=due and due.isoformat()
    )
    return task


@transaction.atomic
def finish_step(task: Task, *, done: bool = True, by: Standing) -> Task:
    """The step is done today, or, ticked by mistake, not yet."""
    verb, item = _begin("finish_step", task.item, by)
    task = Task.objects.get(pk=task.pk, item=item, removed_at=None)
    if bool(task.done_on) == done:
        return task
    _going_on(item)
    task.done_on = timezone.localdate() if done else None
    task.save(update_fields=["done_on"])
    what = "完成" if done else "改记为未完成"
    write(
        verb, item, by, f"督办步骤{what}：第 {item.no} 项", step=task.pk,
        done_on=task.done_on and task.done_on.isoformat(),
    )  # fmt: skip
    return task


@transaction.atomic
def remove_step(task: Task, *, by: Standing) -> Task:
    verb, item = _begin("remove_step", task.item, by)
    task = Task.objects.get(pk=task.pk, item=item)
    if task.removed_at:
        return task
    _going_on(item)
    task.removed_at = now()
    task.save(update_fields=["removed_at"])
    write(verb, item, by, f"删去督办步骤：第 {item.no} 项", step=task.pk)
    return task


# reports


@transaction.atomic
def report_progress(
    item: Item, *, text: str, percent: int | None = None, files: Iterable = (), by: Standing
) -> Progress:
    """How far it has come, with evidence. What is done and waits to be closed may still get evidence."""
    verb, item = _begin("report_progress", item, by)
    if item.done_on and not _awaits_closing(item):
        raise WrongState("本项已经办结，不用再报告进展。")
    text = text.strip()
    if not text:
        raise Stopped("请写明进展情况。")
    if percent is not None and not 0 <= percent <= 100:
        raise Stopped("进度请填 0 到 100。")
    last = item.progress.last()
    if last and (last.kind, last.text, last.percent, last.by_id) == (Kind.PROGRESS, text, percent, by.user.pk):
        _with_evidence(last, files, by)
        return last  # the second click of a double click
    report = Progress.objects.create(item=item, kind=Kind.PROGRESS, text=text, percent=percent, by=by.user)
    kept = _with_evidence(report, files, by)
    write(verb, item, by, f"报告进展：第 {item.no} 项", progress=report.pk, percent=percent, attachments=kept)
    return report


@transaction.atomic
def report_done(item: Item, *, done_on: date, note: str, files: Iterable = (), by: Standing) -> Item:
    """Whoever leads (or the clerk for them) reports that a decision was carried out; its head then closes it."""
    verb, item = _begin("report_done", item, by)
    if item.done_on and (item.done_on, item.done_note) == (done_on, note.strip()):
        return item  # the second click of a double click
    if item.done_on:
        raise WrongState("本项已经办结。")
    if not note.strip():
        raise Stopped("请写明落实情况。")
    if done_on > timezone.localdate():
        raise Stopped("办结日期不能晚于今天。")
    if item.extensions.filter(granted=None).exists():
        item.extensions.filter(granted=None).update(granted=False, decided_at=now(), note="已反馈办结，不再延期。")
    item.done_on, item.done_note = done_on, note.strip()
    item.save(update_fields=["done_on", "done_note"])
    report = Progress.objects.create(item=item, kind=Kind.DONE, text=item.done_note, percent=100, by=by.user)
    kept = _with_evidence(report, files, by)
    write(
        verb, item, by, f"反馈办结：第 {item.no} 项", matter=item.matter_id, progress=report.pk,
        done_on=done_on.isoformat(), attachments=kept,
    )  # fmt: skip
    return item


def _with_evidence(report: Progress, files: Iterable, by: Standing) -> list[int]:
    """Keep the evidence of a report; one file that is not let in refuses the whole, so that no report lies about it."""
    kept = []
    for file in files:
        try:
            seen = welcome(file)
        except Unwelcome as refused:
            raise Stopped(str(refused)) from None
        if report.attachments.filter(sha256=seen.sha256).exists():
            continue
        evidence = Attachment.objects.create(
            matter=report.item.matter, progress=report, file=file, name=seen.name, size=file.size,
            content_type=seen.content_type, sha256=seen.sha256, uploaded_by=by.user,
        )  # fmt: skip
        kept.append(evidence.pk)
    return kept


# what the head says to it


@transaction.atomic
def close_follow_up(item: Item, *, by: Standing) -> Item:
    """销号. With its last decision the matter is closed too."""
    verb, item = _begin("close_follow_up", item, by)
    if item.closed_at:
        return item
    if not item.done_on:
        raise WrongState("还不能销号：牵头人还没有反馈办结。请等反馈，或由学校秘书代为反馈。")
    if item.meeting.state not in Meeting.SEALED:
        raise WrongState("还不能销号：会议纪要还没有签发。请先签发纪要。")
    item.closed_at, item.closed_by = now(), by.person
    item.save(update_fields=["closed_at", "closed_by"])
    report = Progress.objects.create(item=item, kind=Kind.CLOSED, by=by.user)
    matter = item.matter
    closes = matter.state == Matter.State.DECIDED and not _left(matter)
    if closes:
        matter.state = Matter.State.CLOSED
        matter.save(update_fields=["state", "updated_at"])
    write(verb, item, by, f"销号：第 {item.no} 项", matter=matter.pk, progress=report.pk, closes_matter=closes)
    return item


def _left(matter: Matter) -> bool:
    """Whether a decision of the matter is not closed, or it is still to come to a meeting."""
    decisions = carried_out(matter.items.all())
    open_ones = decisions.filter(done_on=None) | decisions.filter(closed_at=None, progress__kind=Kind.DONE)
    coming = matter.items.filter(state__in=Item.ASKED)
    return open_ones.exists() or coming.exists()


@transaction.atomic
def send_back_report(item: Item, *, reason: str, by: Standing) -> Item:
    """退回再办: what was reported done is not, in the eyes of the head."""
    verb, item = _begin("send_back_report", item, by)
    if not _awaits_closing(item):
        raise WrongState("本项没有等您销号的反馈，可能已有人办理。请刷新后再看。")
    return _undone(verb, item, Kind.RETURNED, require_reason(reason, "退回再办"), "退回再办", by)


@transaction.atomic
def reopen_follow_up(item: Item, *, reason: str, by: Standing) -> Item:
    """恢复督办: closed too early."""
    verb, item = _begin("reopen_follow_up", item, by)
    if not item.closed_at:
        raise WrongState("本项还没有销号，不用恢复。")
    reason = require_reason(reason, "恢复督办")
    item.closed_at = item.closed_by = None
    matter = item.matter
    if matter.state == Matter.State.CLOSED:
        matter.state = Matter.State.DECIDED
        matter.save(update_fields=["state", "updated_at"])
    return _undone(verb, item, Kind.REOPENED, reason, "恢复督办", by)


def _undone(verb: Verb, item: Item, kind: str, reason: str, what: str, by: Standing) -> Item:
    item.done_on, item.done_note = None, ""
    item.save(update_fields=["done_on", "done_note", "closed_at", "closed_by"])
    answer = Progress.objects.create(item=item, kind=kind, text=reason, by=by.user)
    write(verb, item, by, f"{what}：第 {item.no} 项", matter=item.matter_id, progress=answer.pk, reason=reason)
    return item


# a later date


@transaction.atomic
def ask_extension(item: Item, *, until: date, reason: str, by: Standing) -> Extension:
    """Asked for while the date has not passed: afterwards a late decision stays late."""
    verb, item = _begin("ask_extension", item, by)
    _going_on(item)
    if item.due is None:
        raise Stopped("本项没有写时限，不用申请延期。")
    if item.due < timezone.localdate():
        raise Stopped(
            f"不能再申请延期：时限 {full(item.due)} 已过，延期须在到期前提出。"
            "请在“报告进展”中写明未按期办结的原因和预计办结的日期，尽快办结后反馈。"
        )
    if item.meeting.state not in Meeting.SEALED:
        raise WrongState("纪要还没有签发，时限还可以改：请学校秘书退回修改记录，直接更改完成时限。")
    standing = item.extensions.filter(granted=None).first()
    if standing and (standing.until, standing.reason) == (until, reason.strip()):
        return standing
    if standing:
        raise WrongState(f"已申请延期至 {full(standing.until)}，正等负责人批复。请等批复后再申请。")
    if until <= item.due:
        raise Stopped(f"延期后的日期要晚于现在的时限（{full(item.due)}）。")
    extension = Extension.objects.create(
        item=item, until=until, reason=require_reason(reason, "延期", 500), asked_by=by.user
    )
    write(
        verb, item, by, f"申请延期：第 {item.no} 项", extension=extension.pk, due=item.due.isoformat(),
        until=until.isoformat(), reason=extension.reason,
    )  # fmt: skip
    return extension


@transaction.atomic
def decide_extension(extension: Extension, *, granted: bool, note: str = "", by: Standing) -> Extension:
    """The head grants a later date, or says why not. The date that the meeting decided stays beside the new one."""
    verb, item = _begin("decide_extension", extension.item, by)
    extension = Extension.objects.get(pk=extension.pk)
    if extension.granted is not None:
        if extension.granted == granted and extension.decided_by_id == by.person_id:
            return extension
        raise WrongState("这一延期申请已经批复，请刷新后再看。")
    note = require_reason(note, "不同意延期", 500) if note.strip() or not granted else ""
    extension.granted, extension.note = granted, note
    extension.decided_by, extension.decided_at = by.person, now()
    extension.save(update_fields=["granted", "note", "decided_by", "decided_at"])
    before = item.due
    if granted:
        item.due_decided = item.due_decided or item.due
        item.due = extension.until
        item.save(update_fields=["due", "due_decided"])
    said = "同意" if granted else "不同意"
    write(
        verb, item, by, f"{said}延期：第 {item.no} 项", extension=extension.pk, granted=granted,
        before=before and before.isoformat(), due=item.due and item.due.isoformat(), reason=note,
    )  # fmt: skip
    return extension


# made public


@transaction.atomic
def publish(
    item: Item, *, published: bool, since: date | None = None, until: date | None = None, scope: str = "",
    reason: str = "", by: Standing,
) -> Item:  # fmt: skip
    """When and to whom a decision was made public, or why it was not. What was written before may be corrected;
    where the minutes are issued already, the meeting is judged anew, so that its findings speak of today."""
    verb, item = begin("publish", item, by)
    meeting = item.meeting
    if published:
        if since is None:
            raise Stopped("请填写从哪天起公开。")
        if until is not None and until < since:
            raise Stopped("公开的截止日期不能早于开始日期。")
        scope, reason = scope.strip(), ""
    else:
        since, until, scope, reason = None, None, "", require_reason(reason, "不公开", 200)
    given = {
        "published": published,
        "published_from": since,
        "published_until": until,
        "published_scope": scope,
        "unpublished_reason": reason,
    }
    if all(getattr(item, name) == value for name, value in given.items()):
        return item
    for name, value in given.items():
        setattr(item, name, value)
    item.save(update_fields=list(given))
    if meeting.state in Meeting.SEALED:
        loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
        keep_all(loaded, meeting, judge_all(loaded, meeting.pk), verb=verb.name, by=by)
    said = "公开" if published else "不公开"
    days = {"since": since and since.isoformat(), "until": until and until.isoformat()} if published else {}
    write(
        verb, item, by, f"登记{said}：第 {item.no} 项", meeting=meeting.pk, published=published, **days, reason=reason
    )
    return item
