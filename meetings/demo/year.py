"""The past year of a demo school, as its book would tell it: regular meetings of both bodies, matters on their way
from one to the other, and here and there something that an inspector would stop at."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from governance.models import Body
from governance.rules.dossier import Dossier

from ..facts import day_facts
from ..models import Consultation, Item, Matter, Meeting
from . import sittings
from .people import DemoSchool
from .texts import TEXTS, Text

VACATION = (2, 7, 8)
PARTY_FLAWS = ("no consultation", "divergent", "late consultation", "chair first", "wrong count", "count off", "late confirmation",
               "no owner of the task", "observer votes", "thin quorum")  # fmt: skip
PERSONNEL_FLAWS = ("no deliberation", "thin quorum", "interest", "chair first")
OFFICE_FLAWS = ("decides for the party", "nobody heard", "thin quorum", "no owner of the task")
MEETING_FLAWS = ("unsigned", "late minutes", "leave without reason", "substitute in the chair")


@dataclass
class Coming:
    """A matter on its way to one meeting."""

    matter: Matter
    text: Text
    purpose: str
    flaw: str = ""
    explained: bool = False  # by the head


@dataclass
class Year:
    school: DemoSchool
    on: date
    chance: random.Random
    dossier: Dossier
    referred: list[tuple[Matter, Text]] = field(default_factory=list)
    to_deploy: list[tuple[Matter, Text]] = field(default_factory=list)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def named(self, people: Iterable[int]) -> list[int]:
        """People in an order that is the same in every database."""
        return sorted(people, key=self.dossier.name)

    def flaw(self, kinds: tuple[str, ...], share: float) -> str:
        return self.chance.choice(kinds) if self.chance.random() < share else ""

    def next_number(self, body: str, year: int) -> int:
        self.numbers[body, year] = self.numbers.get((body, year), 0) + 1
        return self.numbers[body, year]


def write(school: DemoSchool, on: date, chance: random.Random) -> None:
    year = Year(school, on, chance, day_facts(school.organisation, on))
    texts, days = _texts(chance), list(_days(on))
    shown = [day for day, body in days if body == Body.PARTY][-2:-1] if school.organisation.stage == "senior" else []
    for day, body in days:
        comings = _party(year, texts, day) if body == Body.PARTY else _office(year, texts, day)
        if body == Body.PARTY and day in shown:  # one that everybody finds
            comings[-1].flaw, comings[-1].explained = "late confirmation", True
        meeting_flaw = year.flaw(MEETING_FLAWS, school.flawed)
        starts_at = _at(day, 15, 0) if body == Body.PARTY else _at(day, 14, 30)
        sittings.hold(year, body, starts_at, comings, meeting_flaw)
    _yesterday(year, texts)


# How far the newest meeting of each school has come: something is left to do on every desk.
NEWEST = {
    "senior": (Body.PARTY, Meeting.State.SIGNED),
    "nine_year": (Body.PARTY, Meeting.State.ENDED),
    "primary": (Body.PARTY, Meeting.State.COMPLETED),
    "kindergarten": (Body.OFFICE, Meeting.State.ENDED),
}


def _yesterday(year: Year, texts: dict[str, Iterator[Text]]) -> None:
    body, until = NEWEST[year.school.organisation.stage]
    day = year.on - timedelta(days=1)
    year.school.flawed, usual = 0, year.school.flawed
    comings = _party(year, texts, day) if body == Body.PARTY else _office(year, texts, day)
    sittings.hold(year, body, _at(day, 10, 0), comings, until=until)
    year.school.flawed = usual


def _at(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _days(on: date) -> Iterator[tuple[date, Body]]:
    """Second Mondays for the party meeting, every other Wednesday for the office meeting, none in vacations."""
    for back in range(365, 5, -1):
        day = on - timedelta(days=back)
        if day.month in VACATION:
            continue
        if day.weekday() == 0 and 8 <= day.day <= 14:
            yield day, Body.PARTY
        if day.weekday() == 2 and day.isocalendar().week % 2 == 0:
            yield day, Body.OFFICE


def _texts(chance: random.Random) -> dict[str, Iterator[Text]]:
    """Endless, shuffled streams: general matters, matters on the way A→P, matters of the party meeting alone."""

    def stream(chosen: list[Text]) -> Iterator[Text]:
        while True:
            yield from chance.sample(chosen, len(chosen))

    own = [text for text in TEXTS if text.category.startswith("H") or text.category in ("D01", "D13")]
    general = [text for text in TEXTS if text.category == "G"]
    return {
        "general": stream(general),
        "own": stream(own),
        "both": stream([text for text in TEXTS if text not in own and text not in general]),
    }


def _matter(year: Year, text: Text, day: date) -> Matter:
    """A matter proposed a week before its first meeting."""
    proposed_at = _at(day - timedelta(days=7), 10, 20)
    office = year.named(year.dossier.team("office", proposed_at.date()))
    owner = year.chance.choice(office)
    amount = round(year.school.large_sum * round(text.share * 100) / 100, 2) if text.share else None
    return Matter.objects.create(
        school=year.school.organisation,
        title=text.title,
        category=text.category,
        background=f"{day.month}月例行梳理工作时提出，已在分管部门内征求意见。",
        proposal=text.proposal,
        amount=amount,
        payee=text.payee,
        candidates=[text.candidate] if text.candidate else [],
        proposer_id=owner,
        proposed_at=proposed_at,
        owner_id=owner,
        state=Matter.State.PROPOSED,
        created_by=year.school.clerk.user,
        created_at=proposed_at,
    )


def _party(year: Year, texts: dict[str, Iterator[Text]], day: date) -> list[Coming]:
    waiting, year.referred = year.referred[:4], year.referred[4:]
    comings = []
    for matter, text in waiting:
        comings.append(Coming(matter, text, Item.Purpose.DECIDE, year.flaw(PARTY_FLAWS, year.school.flawed)))
    for _ in range(1 if len(waiting) > 2 else 2):
        text = next(texts["own"])
        personnel = text.category.startswith("H")
        flaw = year.flaw(PERSONNEL_FLAWS if personnel else PARTY_FLAWS, year.school.flawed)
        comings.append(Coming(_matter(year, text, day), text, Item.Purpose.DECIDE, flaw))
    for coming in comings:
        _prepare(year, coming, day)
        if not coming.text.category.startswith("H") and year.chance.random() < 0.3:
            year.to_deploy.append((coming.matter, coming.text))
    return comings


def _office(year: Year, texts: dict[str, Iterator[Text]], day: date) -> list[Coming]:
    comings = []
    for matter, text in year.to_deploy[:1]:
        comings.append(Coming(matter, text, Item.Purpose.DEPLOY))
    year.to_deploy = year.to_deploy[1:]
    text = next(texts["both"])
    matter = _matter(year, text, day)
    flaw = year.flaw(OFFICE_FLAWS, year.school.flawed)
    coming = Coming(
        matter, text, Item.Purpose.HANDLE if flaw == "decides for the party" else Item.Purpose.PROPOSE, flaw
    )
    if coming.purpose == Item.Purpose.PROPOSE:
        year.referred.append((matter, text))
    comings.append(coming)
    for _ in range(year.chance.randint(1, 2)):
        text = next(texts["general"])
        comings.append(
            Coming(
                _matter(year, text, day), text, Item.Purpose.HANDLE, year.flaw(OFFICE_FLAWS[1:], year.school.flawed / 2)
            )
        )
    for coming in comings:
        if coming.purpose == Item.Purpose.PROPOSE:
            _consult_heads(year, coming.matter, _at(day - timedelta(days=5), 16, 10))
    return comings


def _prepare(year: Year, coming: Coming, day: date) -> None:
    """The steps that come before a party meeting, but for those the flaw leaves out."""
    matter, flaw = coming.matter, coming.flaw
    before = _at(day - timedelta(days=5), 9, 40)
    marks = year.dossier.category(matter.category, day).marks
    Kind, Outcome = Consultation.Kind, Consultation.Outcome
    if flaw == "late consultation":
        _consult_heads(year, matter, _at(day + timedelta(days=1), 9, 0))
    elif flaw == "divergent":
        _consult_heads(year, matter, before, Outcome.DIVERGENT, "对资金来源意见不一，建议再核。")
    elif flaw == "no consultation":
        _forget(matter)
    else:
        _consult_heads(year, matter, before)
    everyone = year.named(year.dossier.team("party", day))
    _record(
        year,
        matter,
        Kind.INVESTIGATION,
        before - timedelta(hours=6),
        everyone[:1],
        note="到年级组和处室了解情况，形成建议方案。",
    )
    _record(
        year, matter, Kind.INDIVIDUAL, before + timedelta(hours=3), everyone[:3], note="逐一听取意见，均无不同意见。"
    )
    if matter.category.startswith("H") and flaw != "no deliberation":
        _record(
            year,
            matter,
            Kind.DELIBERATION,
            before + timedelta(hours=5),
            everyone,
            heard=len(everyone),
            note="在班子成员和党员骨干中酝酿。",
        )
    if "J2" in marks:
        _record(
            year,
            matter,
            Kind.STAFF_CONGRESS,
            before - timedelta(days=3),
            [],
            Outcome.PASSED,
            heard=56,
            note="教代会表决通过。",
        )
    elif "J1" in marks and year.chance.random() > year.school.flawed:
        _record(
            year,
            matter,
            Kind.STAFF_HEARING,
            before - timedelta(days=2),
            [],
            Outcome.HEARD,
            heard=32,
            note="座谈和问卷听取意见。",
        )
    if "E" in marks and year.chance.random() > year.school.flawed:
        _record(
            year,
            matter,
            Kind.EXPERT,
            before - timedelta(days=2),
            [],
            Outcome.HEARD,
            heard=3,
            note="三位专家出具书面意见。",
        )
    if "L" in marks and year.chance.random() > year.school.flawed:
        _record(
            year,
            matter,
            Kind.LEGAL,
            before - timedelta(days=1),
            [],
            Outcome.PASSED,
            heard=1,
            note="法律顾问出具审查意见。",
        )


def _forget(matter: Matter) -> None:
    for consultation in matter.consultations.all():
        consultation.consulted.all().delete()
        consultation.delete()


def _consult_heads(year: Year, matter: Matter, at: datetime, outcome=Consultation.Outcome.AGREED, note="") -> None:
    day = at.date()
    people = [year.dossier.head("party", day), year.dossier.counterpart("party", day)]
    _record(year, matter, Consultation.Kind.SECRETARY_PRINCIPAL, at, [p for p in people if p], outcome, note=note)


def _record(year: Year, matter: Matter, kind, at: datetime, people, outcome="", *, heard=None, note="") -> None:
    consultation = Consultation.objects.create(
        matter=matter,
        kind=kind,
        asked_at=at,
        at=at,
        entered_at=at + timedelta(hours=1),
        entered_by=year.school.clerk.user,
        heard=heard,
        outcome=outcome,
        note=note,
    )
    consultation.consulted.bulk_create(
        consultation.consulted.model(consultation=consultation, person_id=pk, answered_at=at, outcome=outcome)
        for pk in people
    )
