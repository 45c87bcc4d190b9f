"""One school's dossier, with the answers that rules ask of it: who, what and how, on a day.

Every question is answered once and remembered: 1,000 meetings fall on some hundreds of days, and
sixty rules ask the same of each. A dossier is never changed; an edit makes a new one.

Glossary
    team        party: secretary, deputies, committee members; office: principal, vices, members
    head        party: the secretary; office: the principal
    counterpart the head of the other body; under 一肩挑 the full-time deputy secretary
    reserved    the matter must be decided by the party meeting; ``None`` when that cannot be told
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from governance.rules.cases import ItemCase, MatterCase, MeetingCase, SchoolCase
from governance.rules.catalogue import BY_AMOUNT, DEFAULT, Category, category_on
from governance.rules.facts import (
    Body,
    Calendar,
    Id,
    Item,
    LargeSum,
    Matter,
    Meeting,
    Person,
    Post,
    Procedure,
    Records,
)
from governance.rules.values import Parameters, parameters_of, reaches, version_on

TEAM_POSTS: dict[Body, tuple[str, ...]] = {
    "party": ("party_secretary", "deputy_party_secretary", "party_committee_member"),
    "office": ("principal", "vice_principal", "admin_member"),
}
HEAD_POST: dict[Body, str] = {"party": "party_secretary", "office": "principal"}

_TITLES = {
    "party_secretary": "书记",
    "principal": "校长",
    "deputy_party_secretary": "副书记",
    "vice_principal": "副校长",
    "party_committee_member": "委员",
    "admin_member": "",
}
_KINDERGARTEN_TITLES = _TITLES | {"principal": "园长", "vice_principal": "副园长"}


def other(body: Body) -> Body:
    return "office" if body == "party" else "party"


@dataclass(frozen=True, slots=True)
class Group:
    """Who governs on a day. Nobody is counted twice for two posts."""

    posts: tuple[Post, ...]
    party: frozenset[Id]
    office: frozenset[Id]

    def team(self, body: Body) -> frozenset[Id]:
        return self.party if body == "party" else self.office


@dataclass(frozen=True, slots=True)
class Timed:
    """Meetings with a start and an end, in order of start, to be asked what overlaps."""

    meetings: tuple[MeetingCase, ...]
    starts: tuple[datetime, ...]
    longest: timedelta

    @classmethod
    def of(cls, meetings: Iterable[MeetingCase]) -> "Timed":
        timed = tuple(case for case in meetings if case.meeting.ends_at)
        lengths = (case.meeting.ends_at - case.starts_at for case in timed if case.meeting.ends_at)
        starts = tuple(case.starts_at for case in timed)
        return cls(timed, starts, max(lengths, default=timedelta(0)))

    def overlapping(self, case: MeetingCase) -> MeetingCase | None:
        """The latest of these that shares time with the case; one that ends as it starts does not."""
        if case.meeting.ends_at is None:
            return None
        position = bisect_left(self.starts, case.meeting.ends_at)
        while position and self.starts[position - 1] + self.longest > case.starts_at:
            position -= 1
            other = self.meetings[position]
            if other.meeting.ends_at and other.meeting.ends_at > case.starts_at:
                return other
        return None


class Dossier:
    """The records of one school, indexed by what rules ask."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.school = records.school
        self._people: dict[Id, Person] = {person.id: person for person in records.people}
        self._matters: dict[Id, Matter] = {matter.id: matter for matter in records.matters}
        self._groups: dict[date, Group] = {}
        self._names: dict[date, dict[Id, tuple[int, str]]] = {}
        self._categories: dict[tuple[str, date], Category | None] = {}
        self._parameters: dict[tuple[Body, date], Parameters] = {}
        self._matter_cases: dict[Id, MatterCase] = {}

    # people and posts

    def person(self, person: Id) -> Person:
        return self._people[person]

    def name(self, person: Id) -> str:
        return self._people[person].name

    def called(self, people: Iterable[Id], day: date) -> str:
        """People as one speaks of them: 赵敏书记、孙丽副书记, in the order of rank."""
        names = self._ranked_names(day)
        ranked = sorted(names.get(person) or (9, self.name(person)) for person in set(people))
        return "、".join(words for _, words in ranked)

    def _ranked_names(self, day: date) -> dict[Id, tuple[int, str]]:
        names = self._names.get(day)
        if names is None:
            kindergarten = self.school.stage == "kindergarten"
            titles = _KINDERGARTEN_TITLES if kindergarten else _TITLES
            names = self._names[day] = {}
            for rank, (held, title) in reversed(list(enumerate(titles.items()))):
                for post in self.group(day).posts:
                    if post.post == held:
                        name = self.name(post.person)
                        names[post.person] = rank, name if name.endswith(title) else name + title
        return names

    def group(self, day: date) -> Group:
        """The posts and teams of a day."""
        group = self._groups.get(day)
        if group is None:
            posts = tuple(
                post for post in self.records.posts if post.since <= day and (post.until is None or day < post.until)
            )
            teams = {
                body: frozenset(post.person for post in posts if post.post in of) for body, of in TEAM_POSTS.items()
            }
            group = self._groups[day] = Group(posts, teams["party"], teams["office"])
        return group

    def team(self, body: Body, day: date) -> frozenset[Id]:
        return self.group(day).team(body)

    def leadership(self, day: date) -> frozenset[Id]:
        group = self.group(day)
        return group.party | group.office

    def holders(self, post: str, day: date) -> tuple[Id, ...]:
        """Everyone in a post on a day, the longest in it first."""
        held = [one for one in self.group(day).posts if one.post == post]
        return tuple(one.person for one in sorted(held, key=lambda one: (one.since, str(one.person))))

    def head(self, body: Body, day: date) -> Id | None:
        return next(iter(self.holders(HEAD_POST[body], day)), None)

    def counterpart(self, body: Body, day: date) -> Id | None:
        """With whom the head consults; ``None`` if nobody can be named."""
        head, counterpart = self.head(body, day), self.head(other(body), day)
        if head is None or head != counterpart:
            return counterpart
        return next(iter(self.full_time_deputies(day)), None)

    def full_time_deputies(self, day: date) -> tuple[Id, ...]:
        return self._deputies(day, True)

    def perhaps_full_time_deputies(self, day: date) -> tuple[Id, ...]:
        """Deputy secretaries of whom it is not recorded whether they are full-time."""
        return self._deputies(day, None)

    def _deputies(self, day: date, full_time: bool | None) -> tuple[Id, ...]:
        such = {
            one.person
            for one in self.group(day).posts
            if one.post == "deputy_party_secretary" and one.full_time is full_time
        }
        return tuple(one for one in self.holders("deputy_party_secretary", day) if one in such)

    # rules of procedure, catalogue, sums

    @property
    def has_party_organization(self) -> bool:
        return self.school.party_organization != "none"

    @cached_property
    def softened(self) -> bool:
        """Whether the Opinion binds this school only by reference (S(15)): blocks become warnings."""
        return self.school.ownership == "private" or self.school.stage == "kindergarten"

    def procedure(self, body: Body, day: date) -> Procedure | None:
        return version_on(self.records.procedures, body, day)

    def parameters(self, body: Body, day: date) -> Parameters:
        key = body, day
        if key not in self._parameters:
            version = self.procedure(body, day)
            self._parameters[key] = self._versions[id(version)] if version else self._unwritten
        return self._parameters[key]

    @cached_property
    def _versions(self) -> dict[int, Parameters]:
        return {id(version): parameters_of(version) for version in self.records.procedures}

    @cached_property
    def _unwritten(self) -> Parameters:
        return parameters_of(None)

    def large_sum(self, day: date) -> LargeSum | None:
        standing = (one for one in self.records.large_sums if one.since <= day)
        return max(standing, key=lambda one: one.since, default=None)

    def category(self, code: str, day: date) -> Category | None:
        key = code, day
        if key not in self._categories:
            self._categories[key] = category_on(self.records.catalogue, code, day)
        return self._categories[key]

    def reserved(self, matter: Matter, day: date | None) -> bool | None:
        """Whether only the party meeting may decide the matter; ``None``: perhaps.

        Without a day, only what no day could change is told.
        """
        if matter.major:
            return True
        if day is None:
            return self._reserved_on_any_day(matter.category)
        category = self.category(matter.category, day)
        if category is None:
            return None
        if category.by_amount:
            return self.reaches_large_sum(matter, day)
        return category.reserved

    def _reserved_on_any_day(self, code: str) -> bool | None:
        default = DEFAULT.get(code)
        if default is None or default.by_amount:
            return None
        added = any(row.code == code and row.reserved for row in self.records.catalogue)
        return True if default.reserved else None if added else False

    def reaches_large_sum(self, matter: Matter, day: date) -> bool | None:
        threshold = self.large_sum(day)
        if threshold is None or matter.amount is None:
            return None
        return reaches(matter.amount, threshold)

    # days

    def working(self, day: date) -> bool:
        calendar = self.records.calendar or _NO_CALENDAR
        if day.weekday() < 5:
            return day not in calendar.holidays
        return day in calendar.workdays

    def working_days_between(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included."""
        days = range((last - first).days + 1)
        return sum(self.working(first + timedelta(days=after)) for after in days)

    def term_days_between(self, earlier: date, later: date, vacation: frozenset[int]) -> int:
        """Days from the day after the earlier one through the later one, vacations left out."""
        days = (earlier + timedelta(days=after) for after in range(1, (later - earlier).days + 1))
        return sum(day.month not in vacation for day in days)

    # meetings, items, matters

    @cached_property
    def meetings(self) -> tuple[MeetingCase, ...]:
        """Every meeting, in order of start."""
        in_order = sorted(self.records.meetings, key=lambda one: (one.starts_at, one.body, str(one.id)))
        return tuple(MeetingCase(self, meeting) for meeting in in_order)

    @cached_property
    def meetings_of(self) -> dict[Body, tuple[MeetingCase, ...]]:
        return {body: tuple(case for case in self.meetings if case.body == body) for body in TEAM_POSTS}

    @cached_property
    def _cases(self) -> dict[Id, MeetingCase]:
        return {case.meeting.id: case for case in self.meetings}

    @cached_property
    def timed_office_meetings(self) -> Timed:
        return Timed.of(self.meetings_of["office"])

    @cached_property
    def _office_starts(self) -> dict[datetime, MeetingCase]:
        return {case.starts_at: case for case in self.meetings_of["office"]}

    def office_meeting_at(self, start: datetime) -> MeetingCase | None:
        return self._office_starts.get(start)

    def meeting_before(self, case: MeetingCase) -> MeetingCase | None:
        """The meeting of the same body before this one."""
        return self._before.get(case.meeting.id)

    @cached_property
    def _before(self) -> dict[Id, MeetingCase]:
        return {
            later.meeting.id: earlier for meetings in self.meetings_of.values() for earlier, later in pairwise(meetings)
        }

    def meeting_case(self, meeting: Meeting) -> MeetingCase:
        """The case of a meeting: the dossier's own, or a fresh one of a meeting imagined."""
        case = self._cases.get(meeting.id)
        if case is not None and case.meeting is meeting:
            return case
        return MeetingCase(self, meeting)

    def matter(self, matter: Id) -> Matter:
        return self._matters[matter]

    def matter_case(self, matter: Matter) -> MatterCase:
        """The case of a matter: the dossier's own, or a fresh one of a matter imagined."""
        if matter is not self._matters.get(matter.id):
            return MatterCase(self, matter)
        case = self._matter_cases.get(matter.id)
        if case is None:
            case = self._matter_cases[matter.id] = MatterCase(self, matter)
        return case

    @cached_property
    def _by_payee(self) -> dict[tuple[str, str], list[MatterCase]]:
        by_payee: dict[tuple[str, str], list[MatterCase]] = {}
        for matter in self.records.matters:
            if matter.category == BY_AMOUNT and matter.payee:
                key = matter.payee, matter.project or ""
                by_payee.setdefault(key, []).append(self.matter_case(matter))
        return by_payee

    def payments_like(self, matter: Matter) -> list[MatterCase]:
        """All F01 matters for the same payee and project, the matter itself among them."""
        return self._by_payee.get((matter.payee or "", matter.project or ""), [])

    @cached_property
    def written(self) -> dict[str, set[Id]]:
        """Long opinions, blanks apart, with the meetings in which each stands."""
        written: dict[str, set[Id]] = {}
        for case in self.meetings:
            for item in case.meeting.items:
                for text in long_texts(item):
                    written.setdefault(text, set()).add(case.meeting.id)
        return written

    @cached_property
    def _comings(self) -> dict[Id, list[tuple[MeetingCase, int]]]:
        comings: dict[Id, list[tuple[MeetingCase, int]]] = {}
        for case in self.meetings:
            for position, item in enumerate(case.meeting.items):
                comings.setdefault(item.matter, []).append((case, position))
        return comings

    def items_of(self, matter: Id) -> tuple[ItemCase, ...]:
        """Every coming of a matter to a meeting, withdrawn ones too, in order of time."""
        return tuple(case.items[position] for case, position in self._comings.get(matter, ()))

    @cached_property
    def school_cases(self) -> tuple[SchoolCase, ...]:
        """The school as a whole, then each of its bodies."""
        return SchoolCase(self), SchoolCase(self, "party"), SchoolCase(self, "office")


_NO_CALENDAR = Calendar()

LONG = 20
"""Characters from which two equal opinions are no coincidence."""


def long_texts(item: Item) -> list[str]:
    """The opinions on an item that are long enough to be compared, blanks left out."""
    texts = ("".join(opinion.text.split()) for opinion in item.opinions if len(opinion.text) >= LONG)
    return [text for text in texts if len(text) >= LONG]
