"""What stands before any meeting: the tree of authorities, schools of every stage and party organisation, their people
and posts over the years, their rules of procedure and thresholds."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from governance.models import Body, initials_of

from ..demo.rules import NAMES, TEXTS
from .plan import Plan
from .rows import ISO, NONE, Rows, moment
from .words import COUNTIES, name, one

TURN = (8, 10)  # heads and members come and go in the summer, when nobody meets
STAGES = (
    "senior",
    "nine_year",
    "primary",
    "junior",
    "complete",
    "primary",
    "kindergarten",
    "vocational",
    "primary",
    "special",
)
SCHOOLS_OF = {
    "senior": "高级中学", "nine_year": "九年一贯制学校", "primary": "小学", "junior": "初级中学", "complete": "完全中学",
    "kindergarten": "幼儿园", "vocational": "职业中专", "special": "特殊教育学校",
}  # fmt: skip
CARE = (0.2, 0.4, 0.6, 0.7, 0.8, 1.0, 1.0, 1.3, 3.0)  # one on average, so that the rates hold for the district
ONE_HEAD, TWO_HEADS = "one head", "two heads"

S, D, C, P, V, A = (
    "party_secretary", "deputy_party_secretary", "party_committee_member", "principal", "vice_principal", "admin_member",
)  # fmt: skip
# seats: the posts that go together, and whether who holds them is a party member
SEATS: dict[str, tuple[tuple[tuple[str, ...], bool], ...]] = {
    "committee": (
        ((S,), True), ((P, D), True), ((D,), True), ((V, C), True), ((V, C), True), ((C,), True), ((C,), True),
        ((C,), True), ((V,), False), ((V,), False), ((A,), True), ((A,), False), ((A,), False),
    ),
    "general_branch": (
        ((S,), True), ((P, D), True), ((V, C), True), ((V, C), True), ((C,), True), ((C,), True), ((C,), True),
        ((V,), False), ((A,), True), ((A,), False), ((A,), False),
    ),
    ONE_HEAD: (
        ((S, P), True), ((D,), True), ((V, C), True), ((C,), True), ((C,), True), ((V,), False), ((A,), True),
        ((A,), False), ((A,), False),
    ),
    TWO_HEADS: (
        ((S,), True), ((P, D), True), ((V, C), True), ((C,), True), ((C,), True), ((V,), False), ((A,), True),
        ((A,), False),
    ),
    "none": (((P,), True), ((V,), True), ((V,), False), ((A,), True), ((A,), False), ((A,), False)),
}  # fmt: skip


@dataclass(slots=True)
class Team:
    """Who governs in one school year."""

    party: list[int] = field(default_factory=list)
    office: list[int] = field(default_factory=list)
    secretary: int = 0
    principal: int = 0
    pair: tuple[int, ...] = ()  # the two who talk before a meeting
    clerk: int = 0

    def of(self, body: str) -> list[int]:
        return self.party if body == Body.PARTY else self.office

    def head(self, body: str) -> int:
        return self.secretary if body == Body.PARTY else self.principal


@dataclass(slots=True)
class School:
    key: int
    code: str
    stage: str
    party: str
    rhythm: tuple[int, int]  # every how many weeks the two bodies meet
    teams: dict[int, Team]  # by the year in which the school year began
    sums: list[tuple[int, Decimal]]  # from which day what is a large sum

    def team(self, day: date) -> Team:
        return self.teams[day.year if day.month >= 9 else day.year - 1]

    def large_sum(self, day: int) -> Decimal:
        return [amount for since, amount in self.sums if since <= day][-1]


class Ground:
    """The city, its counties, and their schools one by one."""

    def __init__(self, rows: Rows, since: date, until: date, password: str):
        self.rows, self.since, self.until, self.password = rows, since, until, password
        self.counties: list[tuple[int, str, str]] = []

    def authorities(self, schools: int) -> None:
        city = self._authority("hlcheng", "怀澜市教育局", None, "/")
        for number, county in enumerate(COUNTIES[: max(1, min(len(COUNTIES), schools // 50))], start=1):
            self.counties.append((*self._authority(f"hl{number:02}", f"{county}区教育局", city[0], city[1]), county))

    def _authority(self, code: str, called: str, above: int | None, path: str) -> tuple[int, str]:
        key = self._organisation("authority", code, called, path, above, "", "public", "")
        for suffix, role, who in (("ducha", "inspector", "督导员"), ("guanli", "authority_admin", "管理员")):
            user = self.user(f"{code}-{suffix}", f"{called[:2]}{who}")
            self.rows.add("accounts_role", user, key, role, ISO[self.since.toordinal()])
        return key, f"{path}{key}/"

    def _organisation(self, kind: str, code: str, called: str, path: str, above: int | None, *more: str) -> int:
        key = next(self.rows.ids["accounts_organisation"])
        line = (key, kind, code, called, f"{path}{key}/", *more, NONE if above is None else above)
        self.rows.lines["accounts_organisation"].append("\t".join(map(str, line)))
        return key

    def user(self, username: str, called: str) -> int:
        since = moment(self.since.toordinal(), 480)
        return self.rows.add("accounts_user", username, called, self.password, "", "f", "f", "f", "t", since)

    def school(self, number: int, chance: random.Random, rates: dict[str, float]) -> tuple[School, Plan]:
        stage = STAGES[number % len(STAGES)]
        county, path, area = self.counties[number % len(self.counties)]
        party = {0: "committee", 1: "general_branch", 2: "branch"}[number % 3]
        if number % 25 == 24:
            party = "none"
        owned = "private" if number % 20 == 13 else "public"
        code = f"s{number + 1:04}"
        called = f"{area}区第{number // len(self.counties) + 1}{SCHOOLS_OF[stage]}"
        key = self._organisation("school", code, called, path, county, stage, owned, party)
        plan = Plan(code, rates, chance, one(chance, CARE))
        seats = party if party != "branch" else one(chance, (ONE_HEAD, ONE_HEAD, TWO_HEADS))
        teams = _People(self, key, code, plan, chance, seats).teams
        small = stage in ("kindergarten", "special")
        rhythm = (4, 2) if small else one(chance, ((1, 1), (1, 1), (2, 1)))
        school = School(key, code, stage, party, (0, rhythm[1]) if party == "none" else rhythm, teams, [])
        self._rules(school, called, plan, chance)
        return school, plan

    def _rules(self, school: School, called: str, plan: Plan, chance: random.Random) -> None:
        first, turns = self.since.toordinal() - 400, self.turns
        turn = turns[len(turns) // 2] if turns else None
        for body in (Body.OFFICE,) if school.party == "none" else (Body.PARTY, Body.OFFICE):
            flaw = plan.pick("school", ("unfiled", "no_rules"))
            if flaw:
                plan.plant("school", flaw)
            if flaw == "no_rules":
                continue
            self._procedure(school, body, called, first)
            if turn and chance.random() < 0.6:
                self._procedure(school, body, called, turn, hours=48)
            if flaw:  # the newest version has not come to its end with the authority, or never went there
                sent = 5 if chance.random() < 0.5 else None
                self._procedure(school, body, called, self.until.toordinal() - 60, sent=sent, filed=None)
        large = Decimal(200000 if school.party == "committee" else one(chance, (20000, 50000, 100000)))
        school.sums = [(first, large)]
        if turn and chance.random() < 0.5:
            school.sums.append((turn, large * 2))
        for since, amount in school.sums:
            self.rows.add("governance_largesum", school.key, ISO[since], amount, "t", "t", "")
        if chance.random() < 0.2:
            self.rows.add(
                "governance_cataloguerow", school.key, "D20", "校名、校徽、校史馆等形象标识的使用", ISO[first], "A→P", "{J1,L}", "t",
                None, "",
            )  # fmt: skip

    @property
    def turns(self) -> list[int]:
        years = range(self.since.year, self.until.year + 1)
        return [turn.toordinal() for turn in (date(year, *TURN) for year in years) if self.since < turn < self.until]

    def _procedure(
        self, school: School, body: Body, called: str, since: int, *, hours: int = 24, sent: int | None = 5,
        filed: int | None = 25,
    ) -> None:  # fmt: skip
        number = f"怀教议备〔{date.fromordinal(since).year}〕{school.key}号" if filed else ""
        self.rows.add(
            "governance_procedure", school.key, body.value, ISO[since], f"{called}{NAMES[body]}", ISO[since - 10],
            ISO[since + sent] if sent else None, ISO[since + filed] if filed else None, number,
            "{}" if hours == 24 else f'{{"record_hours": {hours}}}', TEXTS[body].replace("\n", r"\n"), "", "", "", "",
            moment(since, 600),
        )  # fmt: skip


class _People:
    """The seats of one school over the years, and who holds them."""

    def __init__(self, ground: Ground, school: int, code: str, plan: Plan, chance: random.Random, seats: str):
        self.ground, self.rows, self.school, self.code = ground, ground.rows, school, code
        self.chance, self.plan = chance, plan
        self.turns, self.flawed = ground.turns, {"not_deputy"} if seats == TWO_HEADS else set()
        first = ground.since.year if ground.since.month >= 9 else ground.since.year - 1
        last = ground.until.year if ground.until.month >= 9 else ground.until.year - 1
        self.teams = {year: Team() for year in range(first, last + 1)}
        for posts, member in SEATS[seats]:
            self._seat(posts, member)
        for since, until, clerk in self._holders(True, 0.1, "mishu"):
            for team in self._in(since, until):
                team.clerk = clerk
        for team in self.teams.values():
            two = (team.secretary, team.principal)
            team.pair = two if two[0] != two[1] else (two[0], team.pair[0])

    def _holders(self, member: bool, changes: float, account: str = "") -> Iterator[tuple[int, int | None, int]]:
        """Since when, until when, and who."""
        since = self.ground.since.toordinal() - 400 - int(self.chance.random() * 1500)
        ends = [turn for turn in self.turns if self.chance.random() < changes]
        for until in (*ends, None):
            called = name(self.chance)
            title = "办公室主任" if account == "mishu" else ""
            user = self.ground.user(f"{self.code}-{account}", called) if account and until is None else None
            person = next(self.rows.ids["governance_person"])
            row = (person, self.school, f"p{person}", called, initials_of(called), title, "t" if member else "f")
            self.rows.lines["governance_person"].append("\t".join(map(str, (*row, NONE if user is None else user))))
            if user and account == "mishu":
                self.rows.add("accounts_role", user, self.school, "school_secretary", ISO[since])
            yield since, until, person
            if until is not None:
                since = until

    def _in(self, since: int, until: int | None) -> Iterator[Team]:
        for year, team in self.teams.items():
            begins = date(year, 9, 1).toordinal()
            if since <= begins and (until is None or begins < until):
                yield team

    def _seat(self, posts: tuple[str, ...], member: bool) -> None:
        account = {S: "shuji", P: "xiaozhang"}.get(posts[0], "")
        for since, until, person in self._holders(member, 0.18, account):
            held = posts if until else self._as_held(posts)
            for post in held:
                full_time = "t" if posts == (D,) else None
                self.rows.add(
                    "governance_post", self.school, person, post, ISO[since], ISO[until] if until else None, full_time
                )
            for team in self._in(since, until):
                _take(team, held, person)

    def _as_held(self, posts: tuple[str, ...]) -> tuple[str, ...]:
        """The posts that the present holder has of those that go together; a rule tells once of a school."""
        together: dict[tuple[str, ...], str] = {(P, D): "not_deputy", (V, C): "left_out"}
        flaw = together.get(posts, "")
        if not flaw or flaw in self.flawed or not self.plan.pick("school", (flaw,)):
            return posts
        self.plan.plant("school", flaw)
        self.flawed.add(flaw)
        return posts[:1]


def _take(team: Team, posts: tuple[str, ...], person: int) -> None:
    for post in posts:
        if post == S:
            team.secretary = person
        elif post == P:
            team.principal = person
        elif post == D and len(posts) == 1:
            team.pair = (person,)
    if {S, D, C} & set(posts):
        team.party.append(person)
    if {P, V, A} & set(posts):
        team.office.append(person)
