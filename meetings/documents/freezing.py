"""Freezing: from the record to the texts that a document says, in the order in which they are printed."""

from collections import defaultdict

from django.utils import timezone

from governance.models import Body
from governance.rules.facts import day_of

from ..facts import Load
from ..facts.plain import responsible_first
from ..models import Attendance, Correction, Document, Meeting, Override
from ..sheet import by_rank
from .style import styled


def freeze_minutes(loaded: Load, meeting_id: int) -> dict:
    """What the minutes of a meeting say: a JSON object of texts. Before they are issued there is no number in it."""
    meeting, items = loaded.meetings[meeting_id], loaded.items[meeting_id]
    dossier, day = loaded.dossier, day_of(meeting.starts_at)
    team = dossier.team(meeting.body, day)
    present, leave, absent, observers, unrecorded = [], [], [], [], []
    for row in by_rank(meeting.attendance_rows, dossier, meeting.body, day):
        name = dossier.name(row["person"])
        if row["person"] not in team:
            if row["status"] == Attendance.Status.PRESENT:
                observers.append(name)
        elif row["status"] == Attendance.Status.PRESENT:
            present.append(name + _part(row))
        elif row["status"] == Attendance.Status.LEAVE:
            leave.append(name)  # why is in the record: minutes go round
        elif row["status"] == Attendance.Status.ABSENT:
            absent.append(name)
        else:
            unrecorded.append(name)
    minutes = meeting.minutes
    texts = {row["no"]: row for row in meeting.minutes_rows}
    reasons = defaultdict(list)
    for each in Override.objects.filter(item__meeting=meeting_id):
        reasons[each.item_id].append(
            {"rule": each.rule, "message": each.message, "reason": each.reason, "by": dossier.name(each.by_id)}
        )
    return {
        "school": loaded.ground.school.name,
        "style": styled(meeting.school, meeting.body),
        "body": Body(meeting.body).label,
        "meeting_number": meeting.number,
        "number": minutes.number,
        "title": meeting.title,
        "starts_at": timezone.localtime(meeting.starts_at).isoformat(),
        "ends_at": timezone.localtime(meeting.ends_at).isoformat() if meeting.ends_at else None,
        "place": meeting.place,
        "chair": dossier.name(meeting.chair_id) if meeting.chair_id else "",
        "delegated_by": dossier.name(meeting.delegation_giver_id) if _delegated(meeting) else "",
        "recorder": dossier.name(meeting.recorder_id) if meeting.recorder_id else "",
        "in_office": len(team),
        "present": present,
        "leave": leave,
        "absent": absent,
        "unrecorded": unrecorded,
        "observers": observers,
        # A withdrawn item is listed as such: numbers then match the record item by item.
        "items": [
            {
                "no": item.no,
                "heading": item.matter.title,
                "outcome": item.get_outcome_display(),
                "text": texts[item.no]["text"] if item.no in texts else item.decision_text,
                "responsible": [dossier.name(pk) for pk in responsible_first(item)],
                "due": item.due.isoformat() if item.due else None,
                "recused": [dossier.name(row["person"]) for row in item.recusal_rows],
                "overrides": reasons[item.pk],
            }
            for item in items
        ],
        "issued_by": dossier.name(minutes.issued_by_id) if minutes.issued_by_id else "",
        "issued_on": timezone.localtime(minutes.issued_at).date().isoformat() if minutes.issued_at else None,
    }


def freeze_correction(correction: Correction, minutes: Document | None, *, number: str) -> dict:
    """What a note of correction says. ``minutes``: the document it belongs to; a record that came as a file has none
    of ours, and is called by the number it came with."""
    meeting = correction.meeting
    came = getattr(meeting, "minutes", None)
    issued = minutes.issued_at if minutes else came and came.issued_at
    return {
        "school": meeting.school.name,
        "style": styled(meeting.school, meeting.body),
        "body": meeting.get_body_display(),
        "number": number,
        "meeting_number": meeting.number,
        "starts_at": timezone.localtime(meeting.starts_at).isoformat(),
        "minutes": minutes.number if minutes else came.number if came else "",
        "minutes_on": timezone.localtime(issued).date().isoformat() if issued else None,
        "no": correction.no,
        "label": correction.label,
        "wrong": correction.wrong_said,
        "right": correction.right_said,
        "reason": correction.reason,
        "found_by": correction.found_by,
        "entered_by": correction.entered_by.name,
        "issued_by": correction.signed_by.name if correction.signed_by else "",
        "issued_on": timezone.localtime(correction.signed_at).date().isoformat() if correction.signed_at else None,
    }


def _delegated(meeting: Meeting) -> bool:
    return bool(meeting.delegation_giver_id) and meeting.delegation_receiver_id == meeting.chair_id


def _part(row: dict) -> str:
    """Late or gone early, as the attendance block says it."""
    if row["from_item"] and row["to_item"]:
        return f"（第 {row['from_item']} 至 {row['to_item']} 项）"
    if row["from_item"]:
        return f"（第 {row['from_item']} 项起）"
    return f"（至第 {row['to_item']} 项）" if row["to_item"] else ""
