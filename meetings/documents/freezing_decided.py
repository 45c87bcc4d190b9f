"""Freezing one item that was decided: what papers say of it that tell somebody to act."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from governance.access import Standing
from governance.models import Body
from governance.rules.facts import day_of

from ..facts import load
from ..facts.corrections import signed
from ..ledger import carried_out, with_progress
from ..models import Attachment, Extension, Item, Meeting, Progress
from ..sheet import Line, Sheet, sheet_of, with_rows_of_the_sheet
from .freezing_record import due_as_decided, fix_said, vote_said
from .style import styled

DECIDED_BY = frozenset({"outcome", "decision_text", "responsible", "lead", "due"})


def freeze_decided(item: Item, by: Standing) -> dict:
    """Which meeting decided what about a matter, how it was counted, and who carries it out by when."""
    sheet, line = _line(item, by)
    meeting, item = sheet.meeting, line.item
    return {
        "school": by.organisation.name,
        "style": styled(by.organisation, meeting.body),
        "body": Body(meeting.body).label,
        "meeting_number": meeting.number,
        "starts_at": _local(meeting.starts_at),
        "minutes": _minutes_number(meeting),
        "no": item.no,
        "matter": item.matter.title,
        "outcome": item.get_outcome_display(),
        "in_office": sheet.in_office,
        "present": line.present,
        "recused": len(line.recusals),
        "votes": [vote_said(row) for row in _standing(line)],
        "decision": item.decision_text,
        "lead": line.responsible[0] if line.responsible else "",
        "helpers": line.responsible[1:],
        "due": _day(due_as_decided(item)),
        "corrections": [
            fix_said(row)
            for row in signed(meeting.correction_rows)
            if row["path"].startswith(f"item/{item.pk}/") and row["path"].rsplit("/", 1)[1] in DECIDED_BY
        ],
    }


def _line(item: Item, by: Standing) -> tuple[Sheet, Line]:
    loaded = load(by.organisation, Meeting.objects.filter(pk=item.meeting_id), more=with_rows_of_the_sheet)
    sheet = sheet_of(loaded, item.meeting_id)
    return sheet, next(line for line in sheet.lines if line.item.pk == item.pk)


def _standing(line: Line) -> list[dict]:
    """Of each question its last round: what decided it."""
    last = {row["candidate"]: row["round"] for row in sorted(line.votes, key=lambda row: row["round"])}
    return [row for row in line.votes if row["round"] == last[row["candidate"]]]


def _minutes_number(meeting: Meeting) -> str:
    minutes = getattr(meeting, "minutes", None)
    return minutes.number if minutes else ""


def freeze_follow_up(item: Item, by: Standing, _values: dict[str, str]) -> dict:
    """A decision on its way: steps, reports with their evidence, other dates asked for, and how it was closed."""
    kept = Prefetch("attachments", Attachment.objects.filter(removed_at=None).order_by("pk"), to_attr="files")
    reports = item.progress.select_related("by").prefetch_related(kept).order_by("pk")
    steps = item.tasks.filter(removed_at=None).select_related("who")
    owner = item.matter.owner
    now = with_progress(carried_out(Item.objects.filter(pk=item.pk))).select_related("closed_by").get()
    return freeze_decided(item, by) | {
        "filed_on": _day(day_of(now.settled_at or item.meeting.starts_at)),
        "owner": owner.name if owner else "",
        "due_now": _day(now.due),
        "steps": [
            {
                "text": each.text,
                "who": each.who.name if each.who else "",
                "due": _day(each.due),
                "done_on": _day(each.done_on),
            }
            for each in steps
        ],
        "extensions": [_extension(each) for each in item.extensions.select_related("asked_by", "decided_by")],
        "reports": [_report(each) for each in reports],
        "done_on": _day(now.done_on),
        "done_note": now.done_note,
        "closed_at": _local(now.closed_at),
        "closed_by": now.closed_by.name if now.closed_by else "",
    }


def _extension(each: Extension) -> dict:
    return {
        "asked_at": _local(each.asked_at),
        "asked_by": each.asked_by.name,
        "until": _day(each.until),
        "reason": each.reason,
        "answer": "" if each.granted is None else "同意" if each.granted else "不同意",
        "decided_by": each.decided_by.name if each.decided_by else "",
        "decided_at": _local(each.decided_at),
        "note": each.note,
    }


def _report(each: Progress) -> dict:
    files: list[Any] = each.files
    return {
        "at": _local(each.at),
        "kind": each.get_kind_display(),
        "by": each.by.name,
        "text": each.text,
        "percent": each.percent,
        "files": [file.name for file in files],
    }


def not_carried(item: Item) -> str:
    """Why nobody has to act on an item, in one sentence; empty where somebody has."""
    if item.state != Item.State.SETTLED or item.meeting_id is None:
        return f"“{item.matter.title}”还没有议决。请等会议议定后再生成。"
    if not carried_out(Item.objects.filter(pk=item.pk)).exists():
        return f"“{item.matter.title}”没有需要办理的决定。会议通过或校长决定、须由人办理的事项才有。"
    return ""


def not_issued(item: Item) -> str:
    if item.meeting and item.meeting.state not in Meeting.SEALED:
        return f"{item.meeting}的纪要还没有签发，决定还不能对外使用。请先签发纪要。"
    return ""


def _local(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else None


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
