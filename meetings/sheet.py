"""The record of a meeting as people read it: one sheet, made of what was loaded for the rules.

Glossary
    Sheet    the whole record: when, where, who, and its lines
    Line     one item as it went: who was there, who said what, how it was counted, what was decided
    Remark   what a rule says of the record, with the line it speaks of and the reason that was given for it
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db.models import OuterRef, QuerySet

from governance.models import Body, Post
from governance.rules.dossier import Dossier

from .columns import Kept, abandoned, reasons, rows
from .facts import Load
from .facts.corrections import signed, waiting
from .facts.plain import responsible_first
from .ledger import NOT_REACHED
from .models import AgendaVersion, Attendance, Item, Meeting, NamedBallot, Opinion, Vote
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
    abandoned: list[Kept]
    responsible: list[str]
    overrides: list[Kept]

    @property
    def not_reached(self) -> bool:
        return self.item.outcome == Item.Outcome.WITHDRAWN and self.item.decision_text == NOT_REACHED


@dataclass
class Remark:
    finding: Any  # a rule's Finding, or a KeptFinding
    line: Line | None = None
    reason: Kept | None = None


@dataclass(frozen=True)
class Came:
    number: str
    issued_by: str
    issued_at: datetime | None
    items: list[dict]


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
    agenda_changes: list[Kept] = field(default_factory=list)  # since the notice
    came_minutes: Came | None = None  # of a record that came as a file; others are documents of their own

    @property
    def presence_fixes(self) -> list[tuple[str, list[dict]]]:
        """Who was written down otherwise than they were there, each with the corrections."""
        of_person = defaultdict(list)
        for path, fixes in self.fixes.items():
            if path.startswith("attendance/"):
                of_person[fixes[0]["label"]].append(fixes[-1])
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


def with_rows_of_the_sheet(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """What a sheet tells beside the facts that are judged: the reasons that were given, who voted how, which votes were
    abandoned, what became of the agenda after the notice."""
    ballots = NamedBallot.objects.filter(vote__item__meeting=OuterRef("pk"), vote__method=Vote.Method.OPEN_BALLOT)
    versions = AgendaVersion.objects.filter(meeting=OuterRef("pk")).exclude(changes=[])
    return meetings.annotate(
        override_rows=reasons(),
        abandoned_rows=abandoned(),
        named_rows=rows(ballots, vote="vote_id", name="person__name", choice="choice"),
        version_rows=rows(versions, number="number", at="at", changes="changes"),
    )


def sheet_of(loaded: Load, meeting_id: int) -> Sheet:
    """The meeting was loaded ``with_rows_of_the_sheet``."""
    meeting, dossier = loaded.meetings[meeting_id], loaded.dossier
    case = dossier.meeting_case(sitting_of(loaded, meeting_id))

    def name(pk: int | None) -> str:
        return dossier.name(pk) if pk else ""

    people = defaultdict(list)
    for row in by_rank(meeting.attendance_rows, dossier, meeting.body, case.day):
        if row["status"] or row["person"] != meeting.recorder_id:  # who only writes is named as such
            people[_place(row, row["person"] in case.team)].append(name(row["person"]) + _note(row))
    given, dropped = _by_item(meeting.override_rows), _by_item(meeting.abandoned_rows)
    named = _named(meeting.named_rows)
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
                abandoned=dropped[item.pk],
                responsible=[name(pk) for pk in responsible_first(item)],
                overrides=given[item.pk],
            )
            for item, of_item in zip(loaded.items[meeting_id], case.items, strict=True)
        ],
        corrections=[
            _with_moments(row) for row in (*waiting(meeting.correction_rows), *signed(meeting.correction_rows))
        ],
        fixes=dict(fixes),
        agenda_changes=[Kept(row) for row in meeting.version_rows],
        came_minutes=_came(meeting, name) if meeting.state == Meeting.State.IMPORTED else None,
    )


def _came(meeting: Meeting, name: Callable[[int | None], str]) -> Came | None:
    minutes = getattr(meeting, "minutes", None)
    if minutes is None:
        return None
    told = [
        row | {"word": _OUTCOMES.get(row["outcome"], "")} for row in sorted(meeting.minutes_rows, key=itemgetter("no"))
    ]
    return Came(minutes.number, name(minutes.issued_by_id), minutes.issued_at, told)


def _by_item(given: Iterable[dict]) -> dict[int, list[Kept]]:
    of: dict[int, list[Kept]] = defaultdict(list)
    for row in given:
        of[row["item"]].append(Kept(row))
    return of


def _named(ballots: Iterable[dict]) -> dict[int, list[tuple[str, str]]]:
    """How each voted where the ballot was open, by vote."""
    names: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in ballots:
        names[row["vote"]][_STANCES[row["choice"]]].append(row["name"])
    return {
        vote: [(word, "、".join(said[word])) for word in _STANCES.values() if said[word]]
        for vote, said in names.items()
    }


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
