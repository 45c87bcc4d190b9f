"""The plain facts that rules read: one school's dossier, as frozen values.

The field names are those of the record format ``school-governance-record/1``, with
``from`` spelled ``since`` (a Python keyword). Missing always means *not recorded*, and is
``None`` or an empty tuple; no default ever stands in for a fact.

Glossary
    dossier     everything recorded of one school: people, posts, procedures, matters, meetings
    post        a person's office from ``since`` until the day before ``until``
    procedure   one dated version of a body's rules of procedure (议事规则)
    matter      事项: one thing to be settled, over its whole life and over both bodies
    item        议题: one coming of a matter to one meeting
    Id          whatever names a person, matter or meeting in its source (a primary key or a file's own id)

Times are aware ``datetime``; dates are ``date``; money is ``Decimal`` yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from governance.rules.frozen import made_sooner

Id = Any
Body = str  # "party" or "office"; Django's choices are such strings too

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def spoken(day: date) -> str:
    """As people say it: 2025年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class School:
    code: str
    name: str
    party_organization: str  # committee | general_branch | branch | none
    stage: str = ""  # kindergarten | primary | junior | senior | nine_year | complete | vocational | special
    ownership: str = "public"  # public | private


@dataclass(frozen=True, slots=True)
class Person:
    id: Id
    name: str
    party_member: bool | None = None


@dataclass(frozen=True, slots=True)
class Post:
    person: Id
    post: str
    since: date
    until: date | None = None  # first day out of post
    full_time: bool | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    body: Body
    since: date
    title: str = ""
    adopted_on: date | None = None
    submitted_on: date | None = None
    filed_on: date | None = None
    filing_number: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LargeSum:
    since: date
    amount: Decimal
    inclusive: bool = True
    cumulative: bool = True


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    code: str
    title: str
    since: date
    route: str = ""  # P | A→P | A
    prior: tuple[str, ...] = ()  # J1 J2 E L N G
    reserved: bool | None = None
    two_thirds: bool | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    holidays: frozenset[date] = frozenset()  # days off on a weekday
    workdays: frozenset[date] = frozenset()  # days worked at a weekend


@dataclass(frozen=True, slots=True)
class Communication:
    at: datetime
    people: tuple[Id, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Consultation:
    kind: str
    at: datetime
    entered_at: datetime | None = None
    people: tuple[Id, ...] = ()
    heard: int | None = None
    outcome: str | None = None  # agreed | no_major_difference | divergent | heard | passed | rejected
    note: str = ""
    stale: bool = False  # held on another text than the one that came to the meeting


@dataclass(frozen=True, slots=True)
class Emergency:
    at: datetime
    by: Id
    reason: str


@dataclass(frozen=True, slots=True)
class DecidedWithoutMeeting:
    at: datetime
    how: str  # circulation | signature
    by: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    id: Id
    title: str
    category: str
    amount: Decimal | None = None
    payee: str | None = None
    project: str | None = None
    major: bool = False
    two_thirds: bool = False
    flags: frozenset[str] = frozenset()  # vital_interests | technical | legal
    candidates: tuple[str, ...] = ()
    proposer: Id | None = None
    proposed_at: datetime | None = None
    owner: Id | None = None
    interests: frozenset[Id] = frozenset()
    consultations: tuple[Consultation, ...] = ()
    emergency: Emergency | None = None
    decided_without_meeting: DecidedWithoutMeeting | None = None
    reconsiders: Id | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    person: Id
    stance: str | None = None  # agree | disagree | abstain | defer
    order: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recusal:
    person: Id
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    candidate: str | None = None
    method: str | None = None  # oral | show_of_hands | open_ballot | secret_ballot
    agree: int | None = None
    disagree: int | None = None
    abstain: int | None = None
    defer: int | None = None
    outcome: str | None = None  # passed | rejected | deferred


@dataclass(frozen=True, slots=True)
class Publicity:
    published: bool
    since: date | None = None
    until: date | None = None
    scope: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    no: int
    matter: Id
    purpose: str  # decide | propose | deploy | handle | study | report
    added_at: datetime | None = None
    confirmed_by: Id | None = None
    confirmed_at: datetime | None = None
    opinions: tuple[Opinion, ...] = ()
    written_opinions: tuple[Opinion, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    votes: tuple[Vote, ...] = ()
    outcome: str | None = None
    decision_text: str = ""
    responsible: tuple[Id, ...] = ()
    due: date | None = None
    done_on: date | None = None
    publicity: Publicity | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    person: Id
    status: str  # present | leave | absent
    role: str = ""  # member | observer | recorder: what the school wrote down; the team decides
    from_item: int | None = None
    to_item: int | None = None
    away: tuple[int, ...] = ()  # items between, for which somebody who left and came back was not there
    leave_reason: str = ""


@dataclass(frozen=True, slots=True)
class Delegation:
    giver: Id
    receiver: Id
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    completed_at: datetime | None = None
    signed_by: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesItem:
    no: int
    outcome: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Minutes:
    number: str = ""
    issued_by: Id | None = None
    issued_at: datetime | None = None
    items: tuple[MinutesItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    id: Id
    body: Body
    starts_at: datetime
    number: int | None = None
    title: str = ""
    ends_at: datetime | None = None
    place: str = ""
    mode: str = ""
    convener: Id | None = None
    chair: Id | None = None
    recorder: Id | None = None
    emergency: bool = False
    delegation: Delegation | None = None
    notice_sent_at: datetime | None = None
    entered_at: datetime | None = None
    attendance: tuple[Attendance, ...] = ()
    items: tuple[Item, ...] = ()
    record: Record | None = None
    minutes: Minutes | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """One school's dossier. Tuples are in the order of the source; rules never depend on it."""

    school: School
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    large_sums: tuple[LargeSum, ...] = ()
    catalogue: tuple[CatalogueRow, ...] = ()
    calendar: Calendar | None = None
    communications: tuple[Communication, ...] = ()
    matters: tuple[Matter, ...] = ()
    meetings: tuple[Meeting, ...] = ()


for _kind in filter(is_dataclass, list(vars().values())):
    made_sooner(_kind)
