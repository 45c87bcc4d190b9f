"""A dossier into the database: all of it, or nothing and every fault with its place in the file.

Records are known by their ids: the same file twice adds nothing twice, a later file of the same school adds what is
new, and what is here already is never overwritten (``comparing``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone

from accounts import journal
from accounts.models import Organisation, User
from governance.exchange import Fault
from governance.facts import ground_of, own_rows
from governance.models import CalendarDay, CatalogueRow, Communication, LargeSum, Person, Post, Procedure
from governance.rules import facts

from ..models import Correction, Matter, Meeting
from ..transitions.elsewhere import carry_on
from .comparing import additions, by_key, differences
from .exporting import dossier_of, years_of
from .making import Making, decides, misfit, state_of, state_of_meeting

Tell = Callable[[int, int], None]
SINGLE = ("party_secretary", "principal")


class NotBrought(Exception):
    """The dossier cannot be taken in; nothing was. ``faults`` say each why and where."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__("；".join(f"{fault.pointer}：{fault.error}" for fault in self.faults))


@dataclass
class Brought:
    """How many new records a dossier brought."""

    school: Organisation
    founded: bool = False  # whether the school itself is new here
    people: int = 0
    posts: int = 0
    procedures: int = 0
    large_sums: int = 0
    catalogue: int = 0
    calendar: int = 0
    communications: int = 0
    matters: int = 0
    meetings: int = 0
    added: int = 0  # records that were here and now say what they lacked

    @property
    def nothing(self) -> bool:
        return not self.founded and not any(
            getattr(self, each.name) for each in fields(self) if each.name not in ("school", "founded")
        )

    @property
    def words(self) -> str:
        named = {
            "people": "人员",
            "posts": "任职",
            "procedures": "议事规则",
            "large_sums": "大额标准",
            "catalogue": "事项目录",
            "calendar": "工作日历",
            "communications": "定期沟通",
            "matters": "事项",
            "meetings": "会议",
            "added": "补充",
        }
        told = [f"{word} {getattr(self, name)}" for name, word in named.items() if getattr(self, name)]
        return "、".join(told) or "没有新的内容"


@transaction.atomic
def bring_in(
    records: facts.Records,
    *,
    by: User | None = None,
    into: Organisation | None = None,
    under: Organisation | None = None,
    tell: Tell = lambda done, of: None,
) -> Brought:
    """Take a dossier in. ``into``: the school it must be of; ``under``: the authority above a school that is new here.

    Raises NotBrought with every fault, and nothing is stored. ``tell`` hears how many of how many rows are stored.
    """
    school, founded = _school(records.school, into, under)
    _refuse(_about_the_school(records.school, school))
    arrival = _Arrival(records, school)
    _refuse(arrival.compare())
    arrival.make()
    _refuse(arrival.making.faults())
    rows, stored = len(arrival.making), 0

    def told(count: int) -> None:
        nonlocal stored
        stored += count
        tell(stored, rows)

    arrival.making.store(told)
    arrival.add_what_was_lacking()
    brought = arrival.brought
    brought.founded = founded
    brought.calendar = _calendar(records, school)
    carry_on(arrival.decided)
    if not brought.nothing:
        journal.record("import_records", school, f"导入档案：{brought.words}", organisation=school, by=by)
    return brought


def _refuse(faults: Iterable[Fault]) -> None:
    if found := list(faults):
        raise NotBrought(found)


def _school(one: facts.School, into: Organisation | None, under: Organisation | None) -> tuple[Organisation, bool]:
    """The school, locked: one dossier of it comes in after the other. What points to the school is written meanwhile."""
    if into is not None and into.code != one.code:
        wrong = f"这是“{one.name}”（{one.code}）的档案，不是“{into.name}”（{into.code}）的，不能导入本校"
        raise NotBrought([Fault("/school/code", wrong)])
    found = Organisation.objects.select_for_update(no_key=True).filter(code=one.code).first()
    if found is not None:
        return found, False
    _refuse(_unfit(one))
    # or another import of it founds the school at this very moment
    return Organisation.objects.select_for_update(no_key=True).get_or_create(
        code=one.code,
        defaults={
            "kind": Organisation.Kind.SCHOOL, "name": one.name, "parent": under, "stage": one.stage,
            "ownership": one.ownership, "party_organization": one.party_organization,
        },
    )  # fmt: skip


def _unfit(one: facts.School) -> Iterator[Fault]:
    for column in Organisation._meta.concrete_fields:
        if column.name in ("code", "name") and (wrong := misfit(column, getattr(one, column.name))):
            yield Fault(f"/school/{column.name}", wrong)
    try:
        validate_slug(one.code)
    except ValidationError:
        yield Fault("/school/code", f"学校代码为“{one.code}”，系统中只能用字母、数字、连字符和下划线")


def _about_the_school(one: facts.School, here: Organisation) -> Iterator[Fault]:
    if here.kind != Organisation.Kind.SCHOOL:
        yield Fault("/school/code", f"代码“{here.code}”在系统中是“{here.name}”，不是学校")
        return
    for name in ("name", "stage", "ownership", "party_organization"):
        said, known = getattr(one, name), getattr(here, name)
        if said and known and said != known:
            yield Fault(f"/school/{name}", f"系统中为“{known}”，文件中为“{said}”；请先核对学校信息")


class _Arrival:
    """One dossier on its way in: what is new, what is here, what is lacking here."""

    def __init__(self, records: facts.Records, school: Organisation) -> None:
        self.records, self.school = records, school
        self.here = dossier_of(school)
        corrected = Correction.objects.filter(meeting__school=school, signed_at__isnull=False).exists()
        self.written = {one.id: one for one in dossier_of(school, corrected=False).meetings} if corrected else {}
        people = {person.ref: person for person in Person.objects.filter(school=school)}
        matters = {matter.ref: matter for matter in Matter.objects.filter(school=school)}
        self.known_meetings = dict(Meeting.objects.filter(school=school).values_list("ref", "state"))
        self.making = Making(school, people, matters)
        self.kinds = {ref: "人员" for ref in people} | {ref: "事项" for ref in matters}
        self.kinds |= {ref: "会议" for ref in self.known_meetings}
        self.brought = Brought(school)
        self.lacking: list[tuple[Any, dict[str, Any]]] = []
        self.decided: list[Matter] = []

    # (where in the file, where in the counts, keys that make a record the same one)
    GROUND = (
        ("posts", "posts", ("person", "post", "since"), Making.post),
        ("procedures", "procedures", ("body", "since"), Making.procedure),
        ("large_sum", "large_sums", ("since",), Making.large_sum),
        ("catalogue", "catalogue", ("code", "since"), Making.catalogue_row),
        ("communications", "communications", ("at", "people", "note"), Making.communication),
    )

    def compare(self) -> Iterator[Fault]:
        """What is here in another shape, or under the same id as another kind of thing."""
        self.new: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for name, word, taken in (
            ("people", "人员", self.making.people),
            ("matters", "事项", self.making.matters),
            ("meetings", "会议", self.known_meetings),
        ):
            here = {one.id: one for one in getattr(self.here, name)}
            for index, one in enumerate(getattr(self.records, name)):
                pointer = f"/{name}/{index}"
                if one.id in here and one == self.written.get(one.id):
                    continue  # what was corrected here since it came says nothing against the file it came with
                if one.id in here:
                    yield from self._same(pointer, here[one.id], one)
                elif one.id in taken:
                    yield Fault(f"{pointer}/id", f"系统中已有编号为“{one.id}”的{word}，还在拟稿或已经取消、撤回")
                elif one.id in self.kinds:
                    yield Fault(f"{pointer}/id", f"系统中编号“{one.id}”是{self.kinds[one.id]}，文件中是{word}")
                else:
                    self.new[name].append((pointer, one))
        large_sums, catalogue = own_rows(self.school)
        own = {"large_sums": large_sums, "catalogue": catalogue}
        for at, name, keys, _make in self.GROUND:
            stand = by_key(own.get(name, getattr(self.here, name)), *keys)
            bound = (
                set(getattr(self.here, name)) if name in own else ()
            )  # what left here with the authorities' words in it
            for index, one in enumerate(getattr(self.records, name)):
                pointer, key = f"/{at}/{index}", tuple(getattr(one, each) for each in keys)
                if one in bound:
                    continue
                if key in stand:
                    yield from self._same(pointer, stand[key], one)
                else:
                    self.new[name].append((pointer, one))
        yield from self._terms_that_clash()
        yield from self._meetings_that_clash()

    def _same(self, pointer: str, here: Any, there: Any) -> Iterator[Fault]:
        faults = list(differences(pointer, here, there))
        yield from faults
        if not faults and here != there and (added := additions(here, there)):
            self.lacking.append((here, added))

    def _terms_that_clash(self) -> Iterator[Fault]:
        """Two terms that exclude each other: the format does not mind one person's own, the records do."""
        held: dict[Any, list[facts.Post]] = defaultdict(list)
        ended = {id(here): added["until"] for here, added in self.lacking if "until" in added}
        for post in self.here.posts:
            held[self._exclusive(post)].append(
                facts.Post(post.person, post.post, post.since, ended.get(id(post), post.until))
            )
        for pointer, post in self.new["posts"]:
            others = held[self._exclusive(post)]
            if clash := next((one for one in others if _overlap(one, post)), None):
                whose = "同一人" if clash.person == post.person else f"“{self._name(clash.person)}”"
                yield Fault(pointer, f"与{whose}自 {clash.since} 起的同一任职时间重叠")
            others.append(post)

    @staticmethod
    def _exclusive(post: facts.Post) -> Any:
        return post.post if post.post in SINGLE else (post.post, post.person)

    def _name(self, person: str) -> str:
        everybody = {one.id: one.name for one in (*self.records.people, *self.here.people)}
        return everybody[person]

    def _meetings_that_clash(self) -> Iterator[Fault]:
        live = Meeting.objects.filter(school=self.school).exclude(state=Meeting.State.CANCELLED)
        taken = {(body, start): ref for body, start, ref in live.values_list("body", "starts_at", "ref")}
        for pointer, meeting in self.new["meetings"]:
            if ref := taken.get((meeting.body, meeting.starts_at)):
                yield Fault(f"{pointer}/starts_at", f"系统中这一时间已有同一会议（编号“{ref}”）")

    def make(self) -> None:
        """The new rows, in memory."""
        making, today = self.making, timezone.localdate()
        for pointer, one in self.new["people"]:
            making.person(pointer, one)
        for _at, name, _keys, make in self.GROUND:
            for pointer, one in self.new[name]:
                make(making, pointer, one)
        comings: dict[str, list[facts.Item]] = defaultdict(list)
        for meeting in sorted(self.records.meetings, key=lambda one: one.starts_at):
            for item in meeting.items:
                comings[item.matter].append(item)
        for pointer, one in self.new["matters"]:
            making.matter(pointer, one, state_of(one, comings[one.id]))
        for pointer, one in self.new["meetings"]:
            making.meeting(pointer, one, state_of_meeting(one, today))
            self._carried_on(one)
        for name, model in (
            ("people", Person), ("posts", Post), ("procedures", Procedure), ("large_sums", LargeSum),
            ("catalogue", CatalogueRow), ("communications", Communication), ("matters", Matter), ("meetings", Meeting),
        ):  # fmt: skip
            setattr(self.brought, name, making.count(model))

    def _carried_on(self, meeting: facts.Meeting) -> None:
        """Matters that were open here and that a meeting of the file decided."""
        if state_of_meeting(meeting, timezone.localdate()) == Meeting.State.IMPORTED:
            matters = (self.making.matters[item.matter] for item in meeting.items if decides(item))
            self.decided += [matter for matter in matters if matter.pk]

    def add_what_was_lacking(self) -> None:
        for here, added in self.lacking:
            match here:
                case facts.Person():
                    Person.objects.filter(school=self.school, ref=here.id).update(**added)
                case facts.Post():
                    term = Post.objects.filter(school=self.school, person__ref=here.person)
                    term.filter(post=here.post, since=here.since).update(**added)
                case facts.Procedure():
                    versions = Procedure.objects.filter(school=self.school, body=here.body)
                    versions.filter(since=here.since).update(**added)
        self.brought.added = len(self.lacking)


def _overlap(one: facts.Post, other: facts.Post) -> bool:
    return one.since < (other.until or date.max) and other.since < (one.until or date.max)


def _calendar(records: facts.Records, school: Organisation) -> int:
    """The file's calendar, where it is not what stands for the school already, as the school's own days."""
    wanted = records.calendar
    if wanted is None:
        return 0
    here = ground_of(school).calendar
    listed = wanted.holidays | wanted.workdays
    years = {day.year for day in listed} | set(years_of(records))

    def working(day: date, calendar: facts.Calendar) -> bool:
        return day in calendar.workdays or (day.weekday() < 5 and day not in calendar.holidays)

    mine = {day for day in listed | here.holidays | here.workdays if day.year in years}
    made = 0
    for day in sorted(mine):
        if working(day, wanted) != working(day, here):
            CalendarDay.objects.update_or_create(
                organisation=school, day=day, defaults={"working": working(day, wanted), "name": "随档案导入"}
            )
            made += 1
    return made
