"""A school in a few words, so that a rule's test reads as a story.

    party   赵敏 secretary, 钱芳 principal and deputy secretary, 孙丽 full-time deputy secretary, then the
            committee members 吴刚, 郑洁, 冯远, 陈静, 褚平, 卫东 …
    office  钱芳 principal, the vice-principals 李强 and 周婷, 何斌 of the administration, then 吕岩 …

``Story(party=7, office=4)`` takes as many of each as it is asked for. People are named by their pinyin
(``ZHAO`` is ``"zhao"``). Unless told otherwise a meeting is on Wednesday 5 March 2025 at 15:00, and of
the team those who are not present are on leave.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import (
    SHANGHAI,
    Attendance,
    CatalogueRow,
    Consultation,
    Item,
    LargeSum,
    Matter,
    Meeting,
    Opinion,
    Person,
    Post,
    Procedure,
    Records,
    Recusal,
    School,
    Vote,
)
from governance.rules.ruling import Finding, Outcome

MET, BROKEN = Outcome.MET, Outcome.BROKEN
UNKNOWN, NOT_APPLICABLE = Outcome.UNKNOWN, Outcome.NOT_APPLICABLE

ZHAO, QIAN, SUN, LI, ZHOU, WU, ZHENG, HE = "zhao", "qian", "sun", "li", "zhou", "wu", "zheng", "he"
OUTSIDER = "outsider"
NAMES = {ZHAO: "赵敏", QIAN: "钱芳", SUN: "孙丽", LI: "李强", ZHOU: "周婷", WU: "吴刚", ZHENG: "郑洁", HE: "何斌"}
NAMES |= {"feng": "冯远", "chen": "陈静", "chu": "褚平", "wei": "卫东", "lv": "吕岩", OUTSIDER: "王宁"}
NAMES |= {f"member{n}": f"委员{n}" for n in range(60)} | {f"admin{n}": f"行政{n}" for n in range(60)}
PARTY = [ZHAO, QIAN, SUN, WU, ZHENG, "feng", "chen", "chu", "wei", *(f"member{n}" for n in range(60))]
OFFICE = [QIAN, LI, ZHOU, HE, "lv", *(f"admin{n}" for n in range(60))]
PARTY_POSTS = {ZHAO: "party_secretary", QIAN: "deputy_party_secretary", SUN: "deputy_party_secretary"}
OFFICE_POSTS = {QIAN: "principal", LI: "vice_principal", ZHOU: "vice_principal"}

SINCE = date(2024, 9, 1)
CHECKED = date(2025, 6, 30)
DAY = "2025-03-05"


def at(words: str) -> datetime:
    """A moment in Shanghai: ``at("2025-03-05 15:00")``; a day alone is nine in the morning."""
    return datetime.fromisoformat(words if " " in words else f"{words} 09:00").replace(tzinfo=SHANGHAI)


def day(words: str) -> date:
    return date.fromisoformat(words)


START = at(f"{DAY} 15:00")
BEFORE, AFTER = START - timedelta(days=1), START + timedelta(days=1)
MOMENT = timedelta(seconds=1)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def edges(names: str, table: dict[str, tuple[Any, ...]]) -> pytest.MarkDecorator:
    """One test for each line of a table whose keys say what is at the edge."""
    return pytest.mark.parametrize(names.split(), [pytest.param(*line, id=edge) for edge, line in table.items()])


def agree(*people: str, stance: str = "agree", text: str = "", first: int | None = None) -> tuple[Opinion, ...]:
    """The same stance from several people, spoken in this order if ``first`` is given."""
    return tuple(
        Opinion(person, stance, None if first is None else first + place, text) for place, person in enumerate(people)
    )


def recused(*people: str) -> tuple[Recusal, ...]:
    return tuple(Recusal(person, "利害关系") for person in people)


def counts(agree: int, disagree: int = 0, abstain: int = 0, defer: int = 0, **more: Any) -> tuple[Vote, ...]:
    return (Vote(agree=agree, disagree=disagree, abstain=abstain, defer=defer, **more),)


def consulted(kind: str = "secretary_principal", when: datetime = BEFORE, **more: Any) -> tuple[Consultation, ...]:
    people = (ZHAO, QIAN) if kind == "secretary_principal" else ()
    return (Consultation(**({"kind": kind, "at": when, "people": people, "outcome": "agreed"} | more)),)


@dataclass
class Draft:
    """An item before it has a meeting and a number."""

    matter: Matter
    facts: dict[str, Any]


@dataclass
class Story:
    party: int = 5
    office: int = 4
    organization: str = "committee"
    stage: str = "junior"
    ownership: str = "public"
    posts: list[Post] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    matters: dict[str, Matter] = field(default_factory=dict)
    procedures: list[Procedure] = field(default_factory=list)
    catalogue: list[CatalogueRow] = field(default_factory=list)
    large_sums: list[LargeSum] = field(default_factory=list)
    members: dict[str, bool | None] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person in PARTY[: self.party]:
            post = PARTY_POSTS.get(person, "party_committee_member")
            self.appoint(person, post, full_time=True if person == SUN else None)
        for person in OFFICE[: self.office]:
            self.appoint(person, OFFICE_POSTS.get(person, "admin_member"))

    # people

    def appoint(self, person: str, post: str, since: date = SINCE, until: date | None = None, **more: Any) -> "Story":
        self.posts.append(Post(person, post, since, until, **more))
        return self

    def leaves(self, person: str, post: str, until: date = date.min) -> "Story":
        """The person leaves the post; without a day, they never held it."""
        kept = [one for one in self.posts if (one.person, one.post) != (person, post)]
        left = [one for one in self.posts if one not in kept and until > one.since]
        self.posts = kept + [replace(one, until=until) for one in left]
        return self

    # the school's own rules

    def procedure(self, body: str, since: str = "2024-09-01", **parameters: Any) -> "Story":
        self.procedures.append(Procedure(body, day(since), parameters=parameters))  # type: ignore[arg-type]
        return self

    def large_sum(self, amount: int, since: str = "2024-09-01", **more: Any) -> "Story":
        self.large_sums.append(LargeSum(day(since), Decimal(amount), **more))
        return self

    # what happened

    def matter(self, category: str = "G", **facts: Any) -> Matter:
        facts = {"id": f"matter{len(self.matters) + 1}", "title": "一件事"} | facts
        if "amount" in facts:
            facts["amount"] = Decimal(facts["amount"])
        matter = Matter(category=category, **facts)
        self.matters[matter.id] = matter
        return matter

    def item(self, matter: Matter | str = "G", purpose: str = "decide", **facts: Any) -> Draft:
        """An item on a matter, or on a new one of that category."""
        chosen = self.matter(matter) if isinstance(matter, str) else matter
        return Draft(chosen, {"purpose": purpose} | facts)

    def meeting(
        self,
        body: str,
        *items: Draft,
        present: int | Sequence[str] | None = None,
        guests: Iterable[str] = (),
        **facts: Any,
    ) -> Meeting:
        """A meeting of the body. ``present``: who of the team, or how many; ``None``: nothing written down."""
        starts_at = facts.pop("starts_at", START)
        team = PARTY[: self.party] if body == "party" else OFFICE[: self.office]
        if present is not None and "attendance" not in facts:
            came = list(team[:present] if isinstance(present, int) else present)
            facts["attendance"] = (
                *(Attendance(person, "present", "member") for person in came),
                *(Attendance(person, "present", "observer") for person in guests),
                *(Attendance(person, "leave", leave_reason="公出") for person in team if person not in came),
            )
        meeting = Meeting(
            id=f"meeting{len(self.meetings) + 1}",
            body=body,  # type: ignore[arg-type]
            starts_at=starts_at,
            items=tuple(Item(no=no, matter=one.matter.id, **one.facts) for no, one in enumerate(items, start=1)),
            **facts,
        )
        self.meetings.append(meeting)
        return meeting

    def party_meeting(self, *items: Draft, **facts: Any) -> Meeting:
        return self.meeting("party", *items, **facts)

    def office_meeting(self, *items: Draft, **facts: Any) -> Meeting:
        return self.meeting("office", *items, **facts)

    # what the rules say

    @property
    def records(self) -> Records:
        return Records(
            school=School("s1", "示范中学", self.organization, self.stage, self.ownership),
            people=tuple(Person(one, name, self.members.get(one)) for one, name in NAMES.items()),
            posts=tuple(self.posts),
            procedures=tuple(self.procedures),
            large_sums=tuple(self.large_sums),
            catalogue=tuple(self.catalogue),
            matters=tuple(self.matters.values()),
            meetings=tuple(self.meetings),
            **self.more,
        )

    @property
    def dossier(self) -> Dossier:
        return Dossier(self.records)

    def findings(self, *codes: str, on: date = CHECKED) -> list[Finding]:
        return judge(self.dossier, on=on, codes=codes or None)

    def finding(self, code: str, on: date = CHECKED) -> Finding:
        (finding,) = self.findings(code, on=on)
        return finding

    def says(self, code: str, on: date = CHECKED) -> Outcome:
        """What the rule says of the one thing there is to look at in the story."""
        findings = self.findings(code, on=on)
        assert len(findings) <= 1, [finding.message for finding in findings]
        for finding in findings:
            assert_readable(finding)
        return findings[0].outcome if findings else NOT_APPLICABLE

    def says_in_turn(self, code: str, on: date = CHECKED) -> list[Outcome]:
        """The same of several things, in order of time."""
        return [finding.outcome for finding in self.findings(code, on=on)]


def assert_readable(finding: Finding) -> None:
    """Every sentence has what it needs: the clause, a mend where one is due, and no id of anybody."""
    assert "依据" in finding.message
    assert "None" not in finding.message
    assert "。。" not in finding.message
    if finding.outcome in (BROKEN, UNKNOWN):
        assert finding.headline
        assert finding.mend
    assert not set(re.findall("[a-z]+[0-9]*", finding.message)) & NAMES.keys()
