"""One school's dossier, with the answers that rules ask of it: who, what and how, on a day.

Every question is answered once and remembered where many ask it: sixty rules look at the same days,
matters and meetings. A dossier is never changed; an edit makes a new one.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from governance.rules.cases import ItemCase, MatterCase, MeetingCase, SchoolCase
from governance.rules.catalogue import BY_AMOUNT, PERSONNEL, Category, category_on, default_on, defaults_of
from governance.rules.facts import (
    Body,
    CatalogueRow,
    Id,
    LargeSum,
    Matter,
    Meeting,
    Person,
    Procedure,
    Records,
)
from governance.rules.leadership import RANKS, TEAM_POSTS, Leadership, Terms
from governance.rules.remembered import remembered
from governance.rules.timing import Payments, Timetable, working_days
from governance.rules.values import DEFAULTS, Parameters, parameters_of, reaches, version_on

_TITLES = {
    "party_secretary": "书记",
    "principal": "校长",
    "deputy_party_secretary": "副书记",
    "vice_principal": "副校长",
    "party_committee_member": "委员",
    "admin_member": "",
}
_KINDERGARTEN_TITLES = _TITLES | {"principal": "园长", "vice_principal": "副园长"}


def _later_and_stricter(one: LargeSum) -> tuple[date, Decimal, bool, bool]:
    # no school enters two from one day; a file may have them, and its order decides nothing
    return one.since, -one.amount, one.inclusive, one.cumulative


class Dossier:
    """The records of one school, indexed by what rules ask."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.school = records.school
        self._people: dict[Id, Person] = {person.id: person for person in records.people}
        self._matters: dict[Id, Matter] = {matter.id: matter for matter in records.matters}
        self._terms = Terms(records.posts)
        self._matter_cases: dict[Id, MatterCase] = {}
        self._items_of: dict[Id, tuple[ItemCase, ...]] = {}

    # people and posts

    def person(self, person: Id) -> Person:
        return self._people[person]

    def name(self, person: Id) -> str:
        return self._people[person].name

    def called(self, people: Iterable[Id], day: date) -> str:
        """People as one speaks of them: 赵敏书记、孙丽副书记, in the order of rank."""
        ranks = self.group(day).ranks
        ranked = sorted((ranks.get(person, len(RANKS)), self.name(person)) for person in set(people))
        return "、".join(self._titled(name, rank) for rank, name in ranked)

    def _titled(self, name: str, rank: int) -> str:
        if rank == len(RANKS):
            return name
        title = (_KINDERGARTEN_TITLES if self.school.stage == "kindergarten" else _TITLES)[RANKS[rank]]
        return name if name.endswith(title) else name + title

    def group(self, day: date) -> Leadership:
        """Who governs on a day, in which posts."""
        return self._terms.on(day)

    def team(self, body: Body, day: date) -> frozenset[Id]:
        return self.group(day).team(body)

    def leadership(self, day: date) -> frozenset[Id]:
        """The two teams together."""
        return self.group(day).everyone

    def holders(self, post: str, day: date) -> tuple[Id, ...]:
        """Everyone in a post on a day, the longest in it first."""
        return self.group(day).holders(post)

    def head(self, body: Body, day: date) -> Id | None:
        return self.group(day).head(body)

    def counterpart(self, body: Body, day: date) -> Id | None:
        """With whom the head consults; ``None`` if nobody can be named."""
        return self.group(day).counterpart(body)

    # rules of procedure, catalogue, sums

    @remembered
    def has_party_organization(self) -> bool:
        return self.school.party_organization != "none"

    @remembered
    def softened(self) -> bool:
        """Whether the Opinion binds this school only by reference (S(15)): blocks become warnings."""
        return self.school.ownership == "private" or self.school.stage == "kindergarten"

    def procedure(self, body: Body, day: date) -> Procedure | None:
        return version_on(self.records.procedures, body, day)

    def parameters(self, body: Body, day: date) -> Parameters:
        version = self.procedure(body, day)
        return DEFAULTS if version is None else self._parameters[version.body, version.since]

    @remembered
    def _parameters(self) -> dict[tuple[Body, date], Parameters]:
        return {(version.body, version.since): parameters_of(version) for version in self.records.procedures}

    def working_days(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included."""
        return working_days(first, last, self.records.calendar)

    def minutes_due(self, body: Body, held: date) -> date:
        """The last day on which the minutes of a meeting held on a day are issued in time."""
        last, left = held, self.parameters(body, held).minutes_working_days
        while left > 0:
            last += timedelta(days=1)
            left -= self.working_days(last, last)
        return last

    def large_sum(self, day: date) -> LargeSum | None:
        standing = (one for one in self.records.large_sums if one.since <= day)
        return max(standing, key=_later_and_stricter, default=None)

    def category(self, code: str, day: date) -> Category | None:
        rows = self._rows.get(code)
        return category_on(rows, code, day) if rows else default_on(code, day)

    @remembered
    def _rows(self) -> dict[str, list[CatalogueRow]]:
        rows: dict[str, list[CatalogueRow]] = {}
        for row in self.records.catalogue:
            rows.setdefault(row.code, []).append(row)
        return rows

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
        defaults = defaults_of(code)
        if not defaults or any(default.by_amount for default in defaults):
            return None
        if all(default.reserved for default in defaults):
            return True
        added = any(row.reserved for row in (*defaults, *self._rows.get(code, ())))
        return None if added else False

    def two_thirds(self, matter: Matter, day: date) -> bool:
        """Whether two thirds of the party team have to be there to decide the matter."""
        code, listed = matter.category, self.parameters("party", day).two_thirds_categories
        category = self.category(code, day)
        marked = matter.two_thirds or (category is not None and category.two_thirds)
        return marked or code[0] == PERSONNEL or code in listed or code[0] in listed

    def reaches_large_sum(self, matter: Matter, day: date) -> bool | None:
        threshold = self.large_sum(day)
        if threshold is None or matter.amount is None:
            return None
        return reaches(matter.amount, threshold)

    # meetings, items, matters

    @remembered
    def meetings(self) -> tuple[MeetingCase, ...]:
        """Every meeting, in order of start."""
        in_order = sorted(self.records.meetings, key=lambda one: (one.starts_at, one.body, str(one.id)))
        return tuple(MeetingCase(self, meeting) for meeting in in_order)

    @remembered
    def meetings_of(self) -> dict[Body, tuple[MeetingCase, ...]]:
        return {body: tuple(case for case in self.meetings if case.body == body) for body in TEAM_POSTS}

    @remembered
    def _cases(self) -> dict[Id, MeetingCase]:
        return {case.meeting.id: case for case in self.meetings}

    @remembered
    def office_timetable(self) -> Timetable:
        return Timetable(self.meetings_of["office"])

    def meeting_before(self, case: MeetingCase) -> MeetingCase | None:
        """The meeting of the same body before this one."""
        return self._before.get(case.meeting.id)

    @remembered
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

    @remembered
    def _payments(self) -> dict[tuple[str, str], Payments]:
        alike: dict[tuple[str, str], list[MatterCase]] = {}
        for matter in self.records.matters:
            if matter.category == BY_AMOUNT and matter.payee:
                alike.setdefault((matter.payee, matter.project or ""), []).append(self.matter_case(matter))
        return {key: Payments(cases) for key, cases in alike.items()}

    def payments_like(self, matter: Matter) -> Payments:
        """All F01 matters on record for the same payee and project."""
        return self._payments.get((matter.payee or "", matter.project or "")) or Payments(())

    def stands_elsewhere(self, text: str, meeting: Id) -> bool:
        """Whether a long opinion, blanks apart, stands in another meeting too."""
        return self.copy_elsewhere(text, meeting) is not None

    def copy_elsewhere(self, text: str, meeting: Id) -> ItemCase | None:
        """The first item of another meeting in which a long opinion, blanks apart, stands too."""
        return next((item for where, item in self._written.get(text, {}).items() if where != meeting), None)

    @remembered
    def _written(self) -> dict[str, dict[Id, ItemCase]]:
        written: dict[str, dict[Id, ItemCase]] = {}
        for case in self.meetings:
            for item in case.items:
                for text in item.long_texts:
                    written.setdefault(text, {}).setdefault(case.meeting.id, item)
        return written

    @remembered
    def _comings(self) -> dict[Id, list[tuple[MeetingCase, int]]]:
        comings: dict[Id, list[tuple[MeetingCase, int]]] = {}
        for case in self.meetings:
            for position, item in enumerate(case.meeting.items):
                comings.setdefault(item.matter, []).append((case, position))
        return comings

    def items_of(self, matter: Id) -> tuple[ItemCase, ...]:
        """Every coming of a matter to a meeting, withdrawn ones too, in order of time."""
        came = self._items_of.get(matter)
        if came is None:
            came = tuple(case.items[position] for case, position in self._comings.get(matter, ()))
            self._items_of[matter] = came
        return came

    @remembered
    def school_cases(self) -> tuple[SchoolCase, ...]:
        """The school as a whole, then each of its bodies."""
        return SchoolCase(self), SchoolCase(self, "party"), SchoolCase(self, "office")

    def let_go(self) -> None:
        """Nothing more is asked. The cases hold the dossier, which holds them: taken apart, all of it is gone at once, and
        the collector need not go through what a whole school fills."""
        for case in self.meetings:
            vars(case).clear()
        vars(self).clear()
