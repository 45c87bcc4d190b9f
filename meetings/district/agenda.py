"""A school's book over the years: what comes on the agenda of which meeting, and how matters go from one body to the
other. The rows of one meeting are written in ``sittings``."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from governance.models import Body
from governance.rules.catalogue import DEFAULT

from ..demo.texts import Text
from . import words
from .days import Term
from .flaws import BY_MARK, CONSULTED, OF_DECISIONS, OF_ITEMS, OF_PARTY_DECISIONS, OPENLY_VOTED
from .ground import School
from .plan import Plan
from .rows import Rows, moment
from .words import one


@dataclass(slots=True)
class Matter:
    key: int
    category: str
    title: str
    proposer: int
    day: int  # on which it was proposed
    decision: str
    proposal: str = ""
    owner: int | None = None
    amount: Decimal | None = None
    payee: str = ""
    project: str = ""
    candidates: tuple[str, ...] = ()
    interests: tuple[int, ...] = ()
    emergency: int | None = None  # the day
    reconsiders: int | None = None
    circulated: int | None = None
    marks: frozenset[str] = frozenset()
    referred: bool = False  # by the office meeting

    @property
    def personnel(self) -> bool:
        return self.category[0] == "H"


@dataclass(slots=True)
class Coming:
    matter: Matter
    purpose: str
    flaw: str = ""
    outcome: str = "noted"


@dataclass(slots=True)
class Sitting:
    """One meeting: who is there, and what comes up."""

    body: str
    day: int
    date: date
    term: str
    team: list[int]
    head: int
    chair: int
    clerk: int
    absent: list[int]
    late: int | None
    flaw: str = ""
    comings: list[Coming] = field(default_factory=list)
    leaving: list[int] = field(default_factory=list)  # before the last item
    copied: list[str] = field(default_factory=list)  # opinions of other meetings

    @property
    def present(self) -> list[int]:
        return [person for person in self.team if person not in self.absent]


class Agenda:
    """What one school has under way. ``until``: the last day of the records."""

    def __init__(self, school: School, plan: Plan, chance: random.Random, rows: Rows, until: int):
        self.school, self.plan, self.chance, self.rows, self.until = school, plan, chance, rows, until
        self.to_party: list[Matter] = []
        self.to_deploy: list[Matter] = []
        self.split: list[tuple[str, str, Decimal, int]] = []  # payee, project, amount, which of three
        self.party_days: list[int] = []
        self.decided: Matter | None = None  # last by the party meeting alone
        self.long: str | None = None  # an opinion of an earlier meeting that stands once
        self.fits: dict[tuple, tuple[str, ...]] = {}
        party = school.rhythm[0]
        self.proposals = {0: 0.0, 1: 2.0, 2: 1.4, 4: 1.5}[party]  # at an office meeting, so that the party can follow
        self.taken = 3 if party == 1 else 4

    # people

    def sitting(self, body: str, day: date, term: str) -> Sitting:
        team, chance, at = self.school.team(day), self.chance, day.toordinal()
        members, head = team.of(body), team.head(body)
        busy = {matter.owner for matter in (self.to_party if body == Body.PARTY else self.to_deploy)} | {head}
        spare = len(members) - -(-2 * len(members) // 3)
        absent = [person for person in members if person not in busy and chance.random() < 0.08][:spare]
        late, chair = None, head
        if not absent and spare and chance.random() < 0.06:
            late = next((person for person in members if person not in busy), None)
        elif len(absent) < spare and len(members) > 3 and chance.random() < 0.02 and head not in self._owners():
            absent.append(head)
            chair = next(person for person in members if person not in absent)
        return Sitting(body, at, day, term, members, head, chair, team.clerk, absent, late)

    def _owners(self) -> set[int | None]:
        return {matter.owner for matter in (*self.to_party, *self.to_deploy)}

    # matters

    def _matter(self, sitting: Sitting, text: Text, title: str, *, owner: int | None) -> Matter:
        chance, present = self.chance, sitting.present
        row = DEFAULT[text.category]
        return Matter(
            next(self.rows.ids["meetings_matter"]), text.category, title, owner or one(chance, present),
            sitting.day - one(chance, (7, 10) if sitting.body == Body.PARTY else (7, 8, 9)), text.decision, text.proposal, owner, marks=row.marks,
            candidates=self._candidates(text), **self._money(text, sitting),
        )  # fmt: skip

    def _candidates(self, text: Text) -> tuple[str, ...]:
        if not text.candidate:
            return ()
        first = words.name(self.chance)
        if self.chance.random() < 0.7:
            return (first,)
        return first, next(name for name in iter(lambda: words.name(self.chance), None) if name != first)

    def _money(self, text: Text, sitting: Sitting) -> dict:
        if not text.share:
            return {}
        amount = self.school.large_sum(sitting.day) * int(text.share * (90 + self.chance.random() * 40)) / 100
        large = self.school.large_sum(sitting.day)
        if text.category == "F01":
            amount = max(amount, large)
        return {"amount": amount, "payee": words.firm(self.chance), "project": f"{text.title}{self._number()}"}

    def _number(self) -> str:
        return f"〔{int(self.chance.random() * 1e9)}〕"

    def _everyday(self, sitting: Sitting) -> Matter:
        owner = one(self.chance, sitting.present)
        text = Text("G", "", "", "按会议意见办理。")
        return self._matter(sitting, text, words.everyday(self.chance), owner=owner)

    def _small_sum(self, sitting: Sitting, flaw: str) -> Matter:
        """A payment under the large sum; three that are split of one reach it together."""
        thing = one(self.chance, words.THINGS)
        payee, project = words.firm(self.chance), f"{thing}{self._number()}"
        large = self.school.large_sum(sitting.day)
        amount: Decimal | None = large * (5 + int(self.chance.random() * 60)) / 100
        if flaw == "split_payments":
            self.split.append((payee, project, large * 40 / 100, 1))
            amount = large * 40 / 100
        matter = self._everyday(sitting)
        matter.category, matter.title = "F01", f"支付{payee}{thing}费用"
        matter.payee, matter.project = payee, project
        matter.amount = None if flaw == "amount_unknown" else amount
        return matter

    def _next_part(self, sitting: Sitting) -> Matter:
        payee, project, amount, part = self.split.pop(0)
        matter = self._everyday(sitting)
        matter.category, matter.title = "F01", f"支付{payee}{project.split('〔')[0]}费用（第{part + 1}笔）"
        matter.payee, matter.project, matter.amount = payee, project, amount
        if part == 1:
            self.split.append((payee, project, amount, 2))
        else:
            self.plan.plant(sitting.term, "split_payments")
        return matter

    # agendas

    def office(self, sitting: Sitting) -> None:
        chance, add = self.chance, sitting.comings.append
        studied = chance.random() < 0.3
        add(Coming(self._loose(sitting, studied=studied), "study" if studied else "report"))
        if chance.random() < 0.6:
            add(Coming(self._loose(sitting), "report"))
        for matter in self.to_deploy[:2]:
            add(Coming(matter, "deploy", self._flaw(sitting, OF_ITEMS)))
        del self.to_deploy[:2]
        proposals = int(self.proposals + chance.random())
        for _ in range(proposals):
            text = one(chance, words.BOTH)
            matter = self._matter(
                sitting, text, words.titled(chance, text, sitting.date.year), owner=one(chance, sitting.present)
            )
            add(Coming(matter, "propose", self._flaw(sitting, (*OF_ITEMS, "unconsulted_proposal")), "referred"))
            matter.referred = True
            self.to_party.append(matter)
        for _ in range(2 + (proposals == 0)):
            add(self._handled(sitting))
        if self.split:
            add(Coming(self._next_part(sitting), "handle", "", "principal_decided"))
        elif chance.random() < 0.4:
            flaw = self._flaw(sitting, ("split_payments", "amount_unknown")[: 1 + (self.school.party != "none")])
            add(Coming(self._small_sum(sitting, flaw), "handle", flaw, "principal_decided"))
        if self.school.party != "none" and self._flaw(sitting, ("circulated",)):
            self.plan.plant(sitting.term, "circulated")
            self._circulate(sitting)
        self._last(sitting)

    def _handled(self, sitting: Sitting) -> Coming:
        fits = [*OF_DECISIONS, "copied_opinion", "nobody_heard", "outsider_proposes"]
        if len(sitting.present) > 3:
            fits.append("member_silent")
        if self._old(sitting):
            fits.append("overdue")
        if self._owner_away(sitting):
            fits.append("owner_absent")
        if self.school.party != "none":
            fits.append("office_decides")
            if self.decided and self.decided.day < sitting.day:
                fits.append("reconsidered_elsewhere")
        flaw = self._flaw(sitting, fits)
        matter = self._everyday(sitting)
        if flaw == "office_decides":
            text = one(self.chance, words.RESERVED)
            title = words.titled(self.chance, text, sitting.date.year)
            matter = self._matter(sitting, text, title, owner=matter.owner)
        elif flaw == "reconsidered_elsewhere" and self.decided:
            matter.reconsiders, matter.title = self.decided.key, f"调整“{self.decided.title[:60]}”的有关安排"
        elif flaw == "owner_absent":
            matter.owner = self._owner_away(sitting)
        elif flaw == "outsider_proposes":
            matter.proposer = sitting.clerk
        return Coming(matter, "handle", flaw, "principal_decided")

    def _owner_away(self, sitting: Sitting) -> int | None:
        return next((person for person in sitting.absent if person != sitting.head), None)

    def _loose(self, sitting: Sitting, *, studied: bool = False) -> Matter:
        """Something told or studied; nothing is decided."""
        text = one(self.chance, words.STUDIED) if sitting.body == Body.PARTY else Text("G", "", "", "")
        title = f"学习{one(self.chance, words.STUDIES)}" if studied else f"{words.everyday(self.chance)}情况通报"
        matter = self._matter(sitting, text, title, owner=None)
        matter.decision, matter.proposal = one(self.chance, words.HEARD), ""
        return matter

    def _circulate(self, sitting: Sitting) -> None:
        text = one(self.chance, words.RESERVED)
        matter = self._matter(sitting, text, words.titled(self.chance, text, sitting.date.year), owner=None)
        matter.circulated = sitting.day - 1
        self.close(matter, "decided", decided_by=[sitting.head])

    def party(self, sitting: Sitting) -> None:
        chance, add = self.chance, sitting.comings.append
        add(Coming(self._loose(sitting, studied=True), "study"))
        if chance.random() < 0.7:
            add(Coming(self._loose(sitting), "report"))
        for matter in self.to_party[: self.taken]:
            add(self._decided(sitting, matter, proposed=True))
        del self.to_party[: self.taken]
        if self.party_days and chance.random() < 0.05:
            add(self._emergency(sitting))
        add(self._own(sitting))
        if chance.random() < 0.4:
            add(self._own(sitting))
        self._last(sitting)
        self.party_days.append(sitting.day)

    def _emergency(self, sitting: Sitting) -> Coming:
        text = words.EMERGENCY
        matter = self._matter(sitting, text, words.titled(self.chance, text, sitting.date.year), owner=None)
        # Not over the summer: whoever proposes it now was not yet in post when it happened.
        this_year = self.school.team(date.fromordinal(self.party_days[-1])) is self.school.team(sitting.date)
        flaw = self._flaw(sitting, ("emergency_unreported",) if this_year else ())
        matter.emergency = self.party_days[-1] - 1 if flaw else sitting.day - 2
        matter.day = min(matter.day, matter.emergency)
        return Coming(matter, "decide", flaw, "passed")

    def _own(self, sitting: Sitting) -> Coming:
        chance = self.chance
        personnel = chance.random() < 0.35
        text = one(chance, words.PERSONNEL if personnel else words.OWN)
        owner = None if personnel else one(chance, sitting.present)
        matter = self._matter(sitting, text, words.titled(chance, text, sitting.date.year), owner=owner)
        before = self.decided
        coming = self._decided(sitting, matter, proposed=False)
        if not personnel and coming.flaw == "" and coming.outcome == "passed":
            if before and before.day < sitting.day - 40 and chance.random() < 0.2:
                matter.reconsiders = before.key
            self.decided = coming.matter
        return coming

    def _decided(self, sitting: Sitting, matter: Matter, *, proposed: bool) -> Coming:
        small = len(sitting.present) - (sitting.late is not None)
        key = (proposed, matter.marks, matter.category[0], matter.category == "H01", bool(matter.candidates), self._old(sitting),
               small * 2 > len(sitting.team) + 2)  # fmt: skip
        fits = self.fits.get(key)
        if fits is None:
            fits = self.fits[key] = tuple(self._fitting(*key))
        flaw = self._flaw(sitting, fits)
        if flaw == "skipped_office":
            text = one(self.chance, words.UNMARKED)
            title = words.titled(self.chance, text, sitting.date.year)
            matter = self._matter(sitting, text, title, owner=matter.owner)
        elif flaw == "outsider_proposes":
            matter.proposer = sitting.clerk
        outcome = "passed"
        if not flaw and proposed and not matter.personnel and (luck := self.chance.random()) < 0.04:
            outcome = "rejected" if luck < 0.01 else "deferred"
        return Coming(matter, "decide", flaw, outcome)

    @staticmethod
    def _fitting(
        proposed: bool, marks: frozenset[str], letter: str, appoints: bool, named: bool, old: bool, room: bool
    ) -> Iterable[str]:
        yield from (flaw for flaw in OF_PARTY_DECISIONS if not proposed or flaw != "recusal_ignored")
        yield from (flaw for mark, flaw in BY_MARK.items() if mark in marks)
        if not proposed:
            yield from CONSULTED
        if old:
            yield "overdue"
        if letter == "H":
            yield "no_deliberation"
            yield "member_without_stance"
            if appoints:
                yield "shown_too_short"
            if named:
                yield "candidates_together"
            return
        yield "copied_opinion"
        yield from OPENLY_VOTED if room else OPENLY_VOTED[::2]
        if not proposed:
            yield "skipped_office"

    # what is true of a place

    def _old(self, sitting: Sitting) -> bool:
        """Whether what is decided now was due long ago."""
        return sitting.day + 100 < self.until

    def _flaw(self, sitting: Sitting, fits: Iterable[str]) -> str:
        if sitting.flaw == "attendance_unknown":
            return ""
        flaw = self.plan.pick(sitting.term, fits)
        lacks = self.long is None if flaw == "copied_opinion" else sitting.flaw == "notice_unknown"
        if flaw in ("copied_opinion", "late_item") and lacks:
            self.plan.wait(flaw)
            return ""
        if flaw == "copied_opinion":
            sitting.copied.append(self.long or "")
            self.long = None
        return flaw

    def _last(self, sitting: Sitting) -> None:
        """Now and then people leave before the last item, and too few stay for it."""
        team, present = len(sitting.team), len(sitting.present)
        last, half = sitting.comings[-1], -(-team // 2)
        if present != team or sitting.late or team < 4:
            return
        enough, most = team // 2 + 1, -(-2 * team // 3)
        if sitting.body == Body.PARTY and last.matter.personnel and not last.flaw and enough < most:
            if self._flaw(sitting, ("two_thirds_missed",)):
                last.flaw = "two_thirds_missed"
                sitting.leaving = [person for person in sitting.team if person != sitting.chair][: team - enough]
        elif len(sitting.comings) > 2 and self._flaw(sitting, ("quorum_missed",)):
            sitting.comings.append(Coming(self._loose(sitting), "report", "quorum_missed"))
            sitting.leaving = [person for person in sitting.team if person != sitting.chair][: team - half + 1]

    # the end of a matter

    def close(self, matter: Matter, state: str, decided_by: Iterable[int] = ()) -> None:
        proposed, emergency = moment(matter.day, 620), matter.emergency
        kept = (
            matter.key, self.school.key, f"t{matter.key}", matter.title, matter.category, matter.proposal, matter.amount,
            matter.payee, matter.project, f"{{{','.join(matter.candidates)}}}", matter.proposer, proposed, matter.owner,
            emergency and moment(emergency, 540), matter.proposer if emergency else None, "情况紧急，先行处置。" if emergency else "",
            matter.circulated and moment(matter.circulated, 900), "circulation" if matter.circulated else "",
            matter.reconsiders, state, proposed, proposed, "", "f", "f", "{}", "",
        )  # fmt: skip
        self.rows.lines["meetings_matter"].append("\t".join(r"\N" if each is None else str(each) for each in kept))
        for person in matter.interests:
            self.rows.add("meetings_matter_interests", matter.key, person)
        for person in decided_by:
            self.rows.add("meetings_matter_decided_without_by", matter.key, person)

    def end_of(self, term: Term) -> None:
        """What was under way is taken up anew, or not at all: nothing waits over a vacation."""
        for matter in self.to_party:
            self.close(matter, "proposed")
        self.to_party.clear()
        self.to_deploy.clear()
        self.split.clear()
