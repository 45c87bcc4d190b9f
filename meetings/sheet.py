"""The record of a meeting as people read it: one sheet, made of what was loaded for the rules.

Glossary
    Sheet    the whole record: when, where, who, and its lines
    Line     one item as it went: who was there, who said what, how it was counted, what was decided
    Remark   what a rule says of the record, with the line it speaks of and the reason that was given for it
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from governance.models import Body, Post
from governance.rules.dossier import Dossier

from .facts import Load
from .facts.corrections import signed, waiting
from .facts.plain import responsible_first
from .ledger import NOT_REACHED
from .models import AgendaVersion, Attendance, Item, Meeting, Minutes, NamedBallot, Opinion, Override, Vote
from .transitions.voting import sitting_of

_STANCES, _METHODS, _OUTCOMES = dict(Opinion.Stance.choices), dict(Vote.Method.choices), dict(Item.Outcome.choices)

_PARTY, _OFFICE = Post.Name.values[:3], Post.Name.values[3:]
ORDER = {Body.PARTY: [*_PARTY, *_OFFICE], Body.OFFICE: [*_OFFICE, *_PARTY]}


@dataclass
class Line:
    item: Item
    present: int
    opinions: list[dict]
    recusals: list[str]
    votes: list[dict]
    abandoned: list[Vote]
    responsible: list[str]
    overrides: list[Override]

    @property
    def not_reached(self) -> bool:
        return self.item.outcome == Item.Outcome.WITHDRAWN and self.item.decision_text == NOT_REACHED


@dataclass
class Remark:
    finding: Any  # a rule's Finding, or a KeptFinding
    line: Line | None = None
    reason: Override | None = None


@dataclass
class Sheet:
    meeting: Meeting
    chair: str
    recorder: str
    in_office: int
    signed_at: dict[str, datetime]  # by role
    people: dict[str, list[str]] = field(default_factory=dict)  # 出席, 请假 … → names
    lines: list[Line] = field(default_factory=list)
    corrections: list[dict] = field(default_factory=list)  # those that wait for a signature first
    fixes: dict[str, list[dict]] = field(default_factory=dict)  # by path, those that count
    agenda_changes: list[AgendaVersion] = field(default_factory=list)  # since the notice
    came_minutes: Minutes | None = None  # of a record that came as a file; others are documents of their own

    @property
    def presence_fixes(self) -> list[tuple[str, list[dict]]]:
        """Who was written down otherwise than they were there, each with the corrections."""
        of_person = defaultdict(list)
        for path, rows in self.fixes.items():
            if path.startswith("attendance/"):
                of_person[rows[0]["label"]].append(rows[-1])
        return list(of_person.items())

    @property
    def unreached(self) -> list[Item]:
        """Items without a result: the meeting did not come to them, or nobody has written it down."""
        return [line.item for line in self.lines if not line.item.outcome]

    def remarks(self, findings: Iterable[Any]) -> list[Remark]:
        """Findings of the rules now name an item by its number, kept ones by its key."""
        by_no = {line.item.no: line for line in self.lines}
        by_key = {line.item.pk: line for line in self.lines}
        remarks = []
        for finding in findings:
            line = by_key.get(finding.item_id) if hasattr(finding, "item_id") else by_no.get(finding.item)
            reasons = {each.rule: each for each in line.overrides} if line else {}
            remarks.append(Remark(finding, line, reasons.get(str(finding.rule))))
        return remarks


def by_rank(rows: Iterable[dict], dossier: Dossier, body: str, day: date) -> list[dict]:
    """People as they are listed: the head of the body first, then by post; those without a post as they were entered."""
    posts = ORDER[Body(body)]
    ranked = [person for post in posts for person in dossier.holders(post, day)]
    place = {person: number for number, person in reversed(list(enumerate(ranked)))}
    return sorted(rows, key=lambda row: place.get(row["person"], len(ranked)))


def sheet_of(loaded: Load, meeting_id: int) -> Sheet:
    """Three more statements than the load: the reasons that were given, who voted how and what was abandoned, and what
    became of the agenda after the notice."""
    meeting, dossier = loaded.meetings[meeting_id], loaded.dossier
    case = dossier.meeting_case(sitting_of(loaded, meeting_id))

    def name(pk: int | None) -> str:
        return dossier.name(pk) if pk else ""

    people = defaultdict(list)
    for row in by_rank(meeting.attendance_rows, dossier, meeting.body, case.day):
        if row["status"] or row["person"] != meeting.recorder_id:  # who only writes is named as such
            people[_place(row, row["person"] in case.team)].append(name(row["person"]) + _note(row))
    reasons = defaultdict(list)
    for override in Override.objects.filter(item__meeting=meeting_id).select_related("by"):
        reasons[override.item_id].append(override)
    named, abandoned = _ballots(meeting_id)
    fixes = defaultdict(list)
    for row in signed(meeting.correction_rows):
        fixes[row["path"]].append(row)
    return Sheet(
        meeting=meeting,
        chair=name(meeting.chair_id),
        recorder=name(meeting.recorder_id),
        in_office=len(case.team),
        signed_at={row["role"]: datetime.fromisoformat(row["at"]) for row in meeting.signature_rows},
        people={word: people[word] for word in ("出席", "请假", "缺席", "列席", "未登记") if people[word]},
        lines=[
            Line(
                item=item,
                present=len(of_item.present),
                opinions=[
                    row
                    | {
                        "name": name(row["person"]),
                        "word": _STANCES.get(row["stance"], ""),
                        "kind": "written" if row["written"] else "opinion",
                    }
                    for row in item.opinion_rows
                    if row["stance"] or row["text"]
                ],
                recusals=[
                    name(row["person"]) + (f"（{row['reason']}）" if row["reason"] else "") for row in item.recusal_rows
                ],
                votes=[
                    row
                    | {
                        "way": _METHODS.get(row["method"], ""),
                        "counted": _OUTCOMES.get(row["computed"], ""),
                        "announced": _OUTCOMES.get(row["outcome"], ""),
                        "named": named.get(row["id"], []),
                        "rounds": any(
                            other["candidate"] == row["candidate"] and other["round"] > 1 for other in item.vote_rows
                        ),
                    }
                    for row in item.vote_rows
                ],
                abandoned=abandoned[item.pk],
                responsible=[name(pk) for pk in responsible_first(item)],
                overrides=reasons[item.pk],
            )
            for item, of_item in zip(loaded.items[meeting_id], case.items, strict=True)
        ],
        corrections=[
            _with_moments(row) for row in (*waiting(meeting.correction_rows), *signed(meeting.correction_rows))
        ],
        fixes=dict(fixes),
        agenda_changes=[each for each in AgendaVersion.objects.filter(meeting=meeting_id) if each.changes],
        came_minutes=getattr(meeting, "minutes", None) if meeting.state == Meeting.State.IMPORTED else None,
    )


def _ballots(meeting_id: int) -> tuple[dict[int, list[tuple[str, str]]], dict[int, list[Vote]]]:
    """How each voted where the ballot was open, by vote; and the votes that were abandoned, by item."""
    rows = NamedBallot.objects.filter(vote=OuterRef("pk")).order_by("pk")
    of_vote = ArraySubquery(rows.values(json=JSONObject(name="person__name", choice="choice")))
    told = Q(abandoned_at__isnull=False) | Q(method=Vote.Method.OPEN_BALLOT)
    named: dict[int, list[tuple[str, str]]] = {}
    abandoned: dict[int, list[Vote]] = defaultdict(list)
    for vote in Vote.objects.filter(told, item__meeting=meeting_id).annotate(named_rows=of_vote).order_by("pk"):
        by_choice = defaultdict(list)
        for row in vote.named_rows:
            by_choice[_STANCES[row["choice"]]].append(row["name"])
        named[vote.pk] = [(word, "、".join(by_choice[word])) for word in _STANCES.values() if by_choice[word]]
        if vote.abandoned_at:
            abandoned[vote.item_id].append(vote)
    return named, abandoned


def _with_moments(row: dict) -> dict:
    return row | {
        name: row[f"{name}_at"] and datetime.fromisoformat(row[f"{name}_at"]) for name in ("entered", "signed")
    }


def _place(row: dict, member: bool) -> str:
    if row["status"] == Attendance.Status.PRESENT:
        return "出席" if member else "列席"
    return {Attendance.Status.LEAVE: "请假", Attendance.Status.ABSENT: "缺席"}.get(row["status"], "未登记")


def _note(row: dict) -> str:
    parts = [row["leave_reason"]] if row["status"] == Attendance.Status.LEAVE and row["leave_reason"] else []
    if row["from_item"]:
        parts.append(f"第 {row['from_item']} 项起")
    if row["to_item"]:
        parts.append(f"至第 {row['to_item']} 项")
    if row["away"]:
        parts.append(f"中途不在场第 {'、'.join(map(str, row['away']))} 项")
    return f"（{'，'.join(parts)}）" if parts else ""
