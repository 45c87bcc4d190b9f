"""Freezing the record of a meeting: the sheet that people signed, as texts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from governance.access import Standing
from governance.models import Body
from governance.rules.index import rule

from ..columns import Kept
from ..dry_run import amiss
from ..facts import Load, load
from ..facts.corrections import signed, speaks_of
from ..facts.plain import time_of
from ..models import Item, KeptFinding, Matter, Meeting, Movement, Signature, Vote
from ..sheet import Line, Remark, Sheet, sheet_of, with_rows_of_the_sheet
from ..templatetags.corrections import agenda_change
from ..transitions.record import judge_all
from .style import styled

PROPOSAL = 200  # characters of a proposal that the record repeats; the whole is among the papers of the meeting
# What became of the record afterwards is not said in it.
AFTERWARDS = frozenset({"R-02", "R-04", "R-05", "R-07", "R-08", "R-13", "R-14"})


def freeze_record(meeting: Meeting, by: Standing, _values: dict[str, str]) -> dict:
    """What was put down of a meeting. Where a correction counts, what is right, and beside it what was written."""
    is_sealed = meeting.state in Meeting.SEALED
    these = Meeting.objects.filter(pk=meeting.pk)
    loaded = load(by.organisation, these, neighbours=not is_sealed, more=with_rows_of_the_sheet)
    sheet = sheet_of(loaded, meeting.pk)
    meeting = sheet.meeting
    remarks = sheet.remarks(_findings(loaded, meeting, is_sealed))
    fixes = signed(meeting.correction_rows)
    return {
        "school": by.organisation.name,
        "style": styled(by.organisation, meeting.body),
        "body": Body(meeting.body).label,
        "meeting_number": meeting.number,
        "title": meeting.title,
        "starts_at": _local(meeting.starts_at),
        "ends_at": _local(meeting.ends_at),
        "place": meeting.place,
        "mode": "" if meeting.mode in ("", Meeting.Mode.IN_PERSON) else meeting.get_mode_display(),
        "emergency": meeting.emergency,
        "chair": sheet.chair,
        "recorder": sheet.recorder,
        "delegation": _delegation(loaded, meeting),
        "in_office": sheet.in_office,
        "people": {word: [_name_and_note(each) for each in names] for word, names in sheet.people.items()},
        "movements": _movements(meeting),
        "agenda_changes": [
            {
                "at": _local(version.at),
                "version": version.number,
                "said": "；".join(map(agenda_change, version.changes)),
            }
            for version in sheet.agenda_changes
        ],
        "items": [_item(loaded, sheet, line, fixes) for line in sheet.lines],
        "corrections": [fix_said(row) for row in fixes if speaks_of(row, None)],
        "remarks": [_remark(each) for each in remarks],
        "minutes": _minutes_that_came(sheet, fixes),
        "signatures": [
            {
                "role": Signature.Role(row["role"]).label,
                "name": loaded.dossier.name(row["person"]),
                "at": _local(time_of(row["at"])),
                "digest": row["digest"],
            }
            for row in meeting.signature_rows
        ],
    }


def _local(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else None


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _name_and_note(text: str) -> dict:
    name, bracket, note = text.partition("（")
    return {"name": name, "note": note.removesuffix("）") if bracket else ""}


def _delegation(loaded: Load, meeting: Meeting) -> dict | None:
    if not (meeting.delegation_giver_id and meeting.delegation_receiver_id):
        return None
    return {
        "giver": loaded.dossier.name(meeting.delegation_giver_id),
        "receiver": loaded.dossier.name(meeting.delegation_receiver_id),
        "at": _local(meeting.delegation_at),
        "reason": meeting.delegation_reason,
    }


def _movements(meeting: Meeting) -> list[dict]:
    """Who came late, left, came back or stood aside, by the clock."""
    told = Movement.objects.filter(meeting=meeting, item_no__isnull=False).select_related("person").order_by("at", "pk")
    return [
        {
            "at": _local(each.at),
            "no": each.item_no,
            "name": each.person.name,
            "what": each.get_kind_display(),
            "detail": each.detail,
        }
        for each in told
    ]


def _item(loaded: Load, sheet: Sheet, line: Line, fixes: list[dict]) -> dict:
    item, name = line.item, loaded.dossier.name
    matter = item.matter
    proposal = matter.proposal.strip()
    return {
        "no": item.no,
        "heading": matter.title,
        "purpose": item.get_purpose_display(),
        "outcome": item.get_outcome_display(),
        "reached": not line.not_reached,
        "amount": str(matter.amount) if matter.amount is not None else None,
        "proposer": name(matter.proposer_id) if matter.proposer_id else "",
        "proposal": proposal if len(proposal) <= PROPOSAL else f"{proposal[:PROPOSAL].rstrip()}……（全文见议题材料）",
        "emergency": _emergency(loaded, matter),
        "present": line.present,
        "recusals": [_name_and_note(each) for each in line.recusals],
        "opinions": [
            {"name": row["name"], "stance": row["word"], "text": row["text"], "written": row["written"]}
            for row in line.opinions
        ],
        "votes": [vote_said(row) for row in line.votes],
        "abandoned": [_abandoned(vote) for vote in line.abandoned],
        "outcome_reason": item.outcome_reason,
        "decision": item.decision_text,
        "responsible": line.responsible,
        "due": _day(due_as_decided(item)),
        "overrides": [_override(each) for each in line.overrides],
        "corrections": [fix_said(row) for row in fixes if speaks_of(row, item)],
    }


def due_as_decided(item: Item) -> date | None:
    """Not what it was put off to since."""
    return item.due_right if hasattr(item, "due_right") else item.due_decided or item.due


def _emergency(loaded: Load, matter: Matter) -> dict | None:
    if not matter.emergency_at:
        return None
    by = loaded.dossier.name(matter.emergency_by_id) if matter.emergency_by_id else ""
    return {"at": _local(matter.emergency_at), "by": by, "reason": matter.emergency_reason}


def vote_said(row: dict) -> dict:
    return {
        "candidate": row["candidate"],
        "round": row["round"] if row["rounds"] else 0,
        "way": row["way"],
        **{key: row[key] for key in ("in_office", "present", "agree", "disagree", "abstain", "defer")},
        "counted": row["counted"],
        "announced": row["announced"],
        "reason": row["outcome_reason"],
        "named": [[word, names.split("、")] for word, names in row["named"]],
    }


def _abandoned(vote: Kept) -> dict:
    return {
        "candidate": vote.candidate,
        "round": vote.round,
        "way": Vote.Method(vote.method).label if vote.method else "",
        **{key: getattr(vote, key) for key in ("agree", "disagree", "abstain", "defer")},
        "at": _local(vote.at),
        "reason": vote.reason,
    }


def _override(each: Kept) -> dict:
    return {
        "rule": each.rule,
        "clause": rule(each.rule).cited,
        "message": each.message,
        "reason": each.reason,
        "by": each.by,
        "at": _local(each.at),
    }


def fix_said(row: dict) -> dict:
    return {
        "no": row["no"],
        "label": row["label"].replace(" · ", "，").replace(" ", ""),
        "wrong": row["wrong_said"],
        "right": row["right_said"],
        "reason": row["reason"],
        "found_by": row["found_by"],
        "signed_by": row["signed_by"],
        "signed_at": _local(time_of(row["signed_at"])),
        "number": row["number"] or "",
    }


def _findings(loaded: Load, meeting: Meeting, is_sealed: bool) -> list[Any]:
    """Of a sealed record what was kept with it; before, what the rules say of it now."""
    found: Iterable[Any]
    if is_sealed:
        found = KeptFinding.objects.filter(meeting=meeting, judgement__current=True).order_by("pk")
    else:
        found = amiss(judge_all(loaded, meeting.pk))
    return [each for each in found if str(each.rule) not in AFTERWARDS]


def _remark(remark: Remark) -> dict:
    finding = remark.finding
    return {
        "rule": str(finding.rule),
        "outcome": KeptFinding.Outcome(str(finding.outcome)).label,
        "mode": KeptFinding.Mode(str(finding.mode)).label,
        "no": remark.line.item.no if remark.line else None,
        "message": _found(str(finding.message)),
        "explained": remark.reason is not None,
    }


def _found(message: str) -> str:
    """What is wrong and by which clause; what would mend it is advice for the page, not for the record."""
    said, cited, rest = message.partition("。依据")
    return f"{said}{cited}{rest.partition('。')[0]}。" if cited else message


def _minutes_that_came(sheet: Sheet, fixes: list[dict]) -> dict | None:
    """Minutes that came with a record from elsewhere; ours are a document of their own."""
    came = sheet.came_minutes
    if not came:
        return None
    return {
        "number": came.number,
        "issued_by": came.issued_by,
        "issued_at": _local(came.issued_at),
        "items": [{"no": row["no"], "outcome": row["word"], "text": row["text"]} for row in came.items],
        "corrections": [fix_said(row) for row in fixes if row["path"].startswith("minutes/")],
    }
