"""Rows on their way into the database, as lines of COPY, a few schools at a time."""

from collections import Counter
from datetime import date
from itertools import count
from typing import Any

COLUMNS = {
    "accounts_organisation": "id kind code name path stage ownership party_organization parent_id",
    "accounts_user": "id username name password email by_email is_superuser is_staff is_active date_joined",
    "accounts_role": "id user_id organisation_id role since",
    "governance_person": "id school_id ref name initials title party_member user_id",
    "governance_post": "id school_id person_id post since until full_time",
    "governance_procedure": (
        "id school_id body since title adopted_on submitted_on filed_on filing_number parameters text file file_name"
        " file_sha256 returned_reason entered_at"
    ),
    "governance_largesum": "id school_id since amount inclusive cumulative basis",
    "governance_cataloguerow": "id school_id code title since route prior reserved two_thirds basis",
    "governance_communication": "id school_id at note entered_at",
    "governance_communication_people": "id communication_id person_id",
    "meetings_matter": (
        "id school_id ref title category proposal amount payee project candidates proposer_id proposed_at owner_id"
        " emergency_at emergency_by_id emergency_reason decided_without_at decided_without_how reconsiders_id state"
        " created_at updated_at background major two_thirds flags reconsider_reason"
    ),
    "meetings_matter_interests": "id matter_id person_id",
    "meetings_matter_decided_without_by": "id matter_id person_id",
    "meetings_consultation": "id matter_id school_id kind asked_at at entered_at heard outcome note proposal_digest stale",
    "meetings_consulted": "id consultation_id person_id outcome answered_at note",
    "meetings_meeting": (
        "id school_id ref body number title starts_at ends_at place mode convener_id chair_id recorder_id emergency"
        " delegation_giver_id delegation_receiver_id delegation_at delegation_reason notice_sent_at entered_at"
        " record_completed_at state created_at"
    ),
    "meetings_attendance": (
        "id meeting_id person_id role status from_item to_item away leave_reason answer answer_reason"
    ),
    "meetings_item": (
        "id matter_id body purpose state requested_at confirmed_by_id confirmed_at head_note meeting_id no added_at outcome"
        " outcome_reason decision_text lead_id due done_on done_note closed_at closed_by_id settled_at published"
        " published_from published_until published_scope unpublished_reason"
    ),
    "meetings_item_responsible": "id item_id person_id",
    "meetings_opinion": 'id item_id person_id stance "order" text written',
    "meetings_recusal": "id item_id person_id reason",
    "meetings_vote": (
        "id item_id candidate method agree disagree abstain defer outcome digest round register computed outcome_reason"
        " token recorded_at abandoned_reason"
    ),
    "meetings_signature": "id meeting_id person_id role digest at",
    "meetings_minutes": "id meeting_id number issued_by_id issued_at",
    "meetings_minutesitem": "id minutes_id item_id no heading outcome text",
    "meetings_override": "id item_id rule message reason by_id at",
}  # fmt: skip
NONE = r"\N"


class Days(dict[int, str]):
    """Days by their ordinal, as the database reads them."""

    def __missing__(self, day: int) -> str:
        self[day] = written = date.fromordinal(day).isoformat()
        return written


ISO = Days()


def moment(day: int, minutes: int) -> str:
    """So many minutes after midnight in Asia/Shanghai, also those of the days before and after."""
    over, minutes = divmod(minutes, 1440)
    return f"{ISO[day + over]} {minutes // 60:02}:{minutes % 60:02}+08"


class Rows:
    """What was made and is not stored yet. Keys are given here, after those that are there."""

    def __init__(self, cursor: Any) -> None:
        last = ", ".join(f"(SELECT COALESCE(max(id), 0) FROM {table})" for table in COLUMNS)
        cursor.execute(f"SELECT {last}")
        self.ids = {table: count(most + 1) for table, most in zip(COLUMNS, cursor.fetchone(), strict=True)}
        self.lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self.stored: Counter[str] = Counter()

    def add(self, table: str, *values: Any) -> int:
        key = next(self.ids[table])
        self.lines[table].append(f"{key}\t" + "\t".join(NONE if each is None else str(each) for each in values))
        return key

    def store(self, cursor: Any) -> None:
        for table, lines in self.lines.items():
            if lines:
                columns = ", ".join(COLUMNS[table].split())
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write("\n".join(lines) + "\n")
                self.stored[table] += len(lines)
                lines.clear()
