"""One meeting of a generated school, row by row: who came, what was said, counted, decided, signed and issued."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from governance.models import Body
from governance.rules import facts

from ..transitions.acting import digest_of
from . import words
from .agenda import Agenda, Coming, Matter, Sitting
from .flaws import EXPLAINED, FLAWS, OF_MEETINGS, Answer
from .ground import School
from .plan import Plan
from .rows import ISO, NONE, Rows, moment
from .words import one

CARRIED = ("passed", "principal_decided")
HOUR, DAY = 60, 1440
AFTERWARDS = ("entered_after", "consulted_after", "unconsulted_proposal")


@lru_cache(1000)
def digest(candidate: str, method: str, agree: int, disagree: int, abstain: int, outcome: str) -> str:
    return digest_of(facts.Vote(candidate or None, method, agree, disagree, abstain, 0, outcome))


class Book:
    """The meetings of one school, each written as it is held."""

    def __init__(self, school: School, plan: Plan, chance: random.Random, rows: Rows, until: int):
        self.school, self.plan, self.chance, self.rows, self.until = school, plan, chance, rows, until
        self.agenda = Agenda(school, plan, chance, rows, until)
        self.numbers: Counter[tuple[str, int]] = Counter()
        self.lines = rows.lines

    def hold(self, day: date, body: Body, term: str) -> None:
        sitting = self.agenda.sitting(body.value, day, term)
        flaw = sitting.flaw = self.plan.pick(term, self._fitting(sitting))
        if flaw == "undelegated_chair":
            sitting.chair = next(each for each in sitting.present if each not in (sitting.head, sitting.late))
        if body == Body.PARTY:
            self.agenda.party(sitting)
        else:
            self.agenda.office(sitting)
        if flaw:
            answers = list(unknown_without_attendance(sitting)) if flaw == "attendance_unknown" else None
            self.plan.plant(term, flaw, body.value, answers=answers)
        self._write(sitting)

    def _fitting(self, sitting: Sitting) -> Iterator[str]:
        """What could be wrong with the meeting as a whole."""
        for name in OF_MEETINGS:
            late = {"late_minutes": 30, "late_entry": 14}.get(name, 2)
            if sitting.day + late <= self.until and (name != "undelegated_chair" or sitting.chair == sitting.head):
                yield name
        if sitting.body == Body.PARTY:
            yield "no_minutes"
        if any(person != sitting.head for person in sitting.absent):
            yield "unexplained_leave"
        if self.numbers[sitting.body, sitting.date.year]:
            yield "number_skipped"

    def _write(self, sitting: Sitting) -> None:
        rows, flaw, day = self.rows, sitting.flaw, sitting.day
        begin = 15 * HOUR if sitting.body == Body.PARTY else 14 * HOUR + 30
        start, end = moment(day, begin), moment(day, begin + 20 * len(sitting.comings) + 10)
        over = begin + 20 * len(sitting.comings) + 10
        self.numbers[sitting.body, sitting.date.year] += 2 if flaw == "number_skipped" else 1
        number = self.numbers[sitting.body, sitting.date.year]
        notice = begin - (20 if flaw == "short_notice" else 76) * HOUR
        delegated = sitting.chair != sitting.head and flaw != "undelegated_chair"
        completed = moment(day, over + (60 if flaw == "late_record" else 3) * HOUR)
        key = next(rows.ids["meetings_meeting"])
        kept = (
            key, self.school.key, f"m{key}", sitting.body, number, "", start, end,
            "" if flaw == "no_place" else words.ROOMS[sitting.body], "in_person", sitting.head, sitting.chair, sitting.clerk,
            "f", *((sitting.head, sitting.chair, moment(day - 1, 960), "外出开会") if delegated else (NONE, NONE, NONE, "")),
            NONE if flaw == "notice_unknown" else moment(day, notice),
            moment(day, over + 12 * DAY) if flaw == "late_entry" else start, completed, "imported", moment(day - 4, 540),
        )  # fmt: skip
        self.lines["meetings_meeting"].append("\t".join(map(str, kept)))
        if flaw != "attendance_unknown":
            self._attendance(sitting, key)
        items = [
            self._item(sitting, coming, key, no, begin, notice, start, end)
            for no, coming in enumerate(sitting.comings, start=1)
        ]
        if flaw != "unsigned":
            for role, who in (("chair", sitting.chair), ("recorder", sitting.clerk)):
                rows.add("meetings_signature", key, who, role, "", completed)
        if flaw != "no_minutes":
            self._minutes(sitting, key, items, number)

    def _attendance(self, sitting: Sitting, meeting: int) -> None:
        lines, ids, last = self.lines["meetings_attendance"], self.rows.ids["meetings_attendance"], len(sitting.comings)
        unexplained = sitting.flaw == "unexplained_leave"
        for person in sitting.team:
            status, since, until, reason = "present", NONE, NONE, ""
            if person in sitting.absent:
                status, reason = "leave", one(self.chance, words.AWAY)
                if unexplained and person != sitting.head:
                    reason, unexplained = "", False
            elif person == sitting.late:
                since = "2"
            elif person in sitting.leaving:
                until = str(last - 1)
            lines.append(f"{next(ids)}\t{meeting}\t{person}\tmember\t{status}\t{since}\t{until}\t{{}}\t{reason}\t\t")
        beside = {coming.matter.owner: "observer" for coming in sitting.comings if coming.matter.owner}
        for person in sitting.team:
            beside.pop(person, None)
        for person, role in (*beside.items(), (sitting.clerk, "recorder")):
            lines.append(f"{next(ids)}\t{meeting}\t{person}\t{role}\tpresent\t{NONE}\t{NONE}\t{{}}\t\t\t")

    def _minutes(self, sitting: Sitting, meeting: int, items: list[int], number: int) -> None:
        flaw, day = sitting.flaw, sitting.day
        issued = None if flaw == "issue_time_unknown" else moment(day + (30 if flaw == "late_minutes" else 1), 600)
        called = f"{'党' if sitting.body == Body.PARTY else '校'}纪〔{sitting.date.year}〕{number}号"
        minutes = self.rows.add("meetings_minutes", meeting, called, sitting.head, issued)
        lines, ids = self.lines["meetings_minutesitem"], self.rows.ids["meetings_minutesitem"]
        for no, (item, coming) in enumerate(zip(items, sitting.comings, strict=True), start=1):
            outcome = "deferred" if flaw == "minutes_differ" and no == 1 else coming.outcome
            matter = coming.matter
            lines.append(f"{next(ids)}\t{minutes}\t{item}\t{no}\t{matter.title}\t{outcome}\t{self._said(coming)}")

    @staticmethod
    def _said(coming: Coming) -> str:
        return words.INSTEAD.get(coming.outcome, coming.matter.decision)

    # one item

    def _item(
        self, sitting: Sitting, coming: Coming, meeting: int, no: int, begin: int, notice: int, start: str, end: str
    ) -> int:
        matter, flaw, day, chance = coming.matter, coming.flaw, sitting.day, self.chance
        body, outcome = sitting.body, coming.outcome
        carried = outcome in CARRIED
        due = done = closed = lead = NONE
        if carried and flaw != "no_due":
            ends = day + 20 + int(chance.random() * 40)
            due = ISO[ends]
            if ends < self.until and flaw != "overdue":
                finished = min(ends + 6, self.until) if chance.random() < 0.04 else ends - int(chance.random() * 10)
                done, closed = ISO[finished], moment(finished, 1020)
        if carried and flaw != "no_owner":
            lead = str(matter.owner or matter.proposer)
        public = carried and coming.purpose == "decide" and flaw != "unpublished"
        shown = (ISO[day + 2], ISO[day + (3 if flaw == "shown_too_short" else 22)]) if public else (NONE, NONE)
        confirmed = moment(day, begin + 10) if flaw == "confirmed_late" else moment(day, begin - 80 * HOUR)
        added = moment(day, notice + 8 * HOUR) if flaw == "late_item" else NONE
        item = next(self.rows.ids["meetings_item"])
        self.lines["meetings_item"].append(
            f"{item}\t{matter.key}\t{body}\t{coming.purpose}\tsettled\t{start}\t{sitting.head}\t{confirmed}\t\t{meeting}\t{no}"
            f"\t{added}\t{outcome}\t\t{self._said(coming)}\t{lead}\t{due}\t{done}\t{'' if done == NONE else '已办结。'}\t{closed}"
            f"\t{NONE if done == NONE else sitting.head}\t{end}\t{'t' if public else NONE}\t{shown[0]}\t{shown[1]}"
            f"\t{'全体教职工' if public else ''}\t"
        )
        if lead != NONE:
            self.rows.add("meetings_item_responsible", item, lead)
        if coming.purpose in ("decide", "handle", "propose"):
            self._decide(sitting, coming, item, no, end)
            self._prepare(sitting, coming)
        self._onward(sitting, coming, undone=due != NONE and done == NONE)
        if flaw and flaw != "split_payments":  # of these the last part is the breach
            self.plan.plant(sitting.term, flaw, body)
            rule = EXPLAINED.get(flaw)
            if rule and chance.random() < 0.3:
                message = f"第 {no} 项{FLAWS[flaw].label}"
                self.rows.add(
                    "meetings_override", item, rule, message, "当时情况紧急，已口头沟通，事后补记。", sitting.head, end
                )
        return item

    def _onward(self, sitting: Sitting, coming: Coming, *, undone: bool) -> None:
        matter, agenda = coming.matter, self.agenda
        if coming.purpose in ("propose", "deploy"):
            return
        if coming.outcome in ("noted", "deferred"):
            agenda.close(matter, "proposed")
            return
        agenda.close(matter, "decided" if undone else "closed")
        plain = coming.outcome == "passed" and not coming.flaw and not matter.interests
        if plain and matter.owner in self.school.team(sitting.date).office and self.chance.random() < 0.6:
            agenda.to_deploy.append(matter)

    def _decide(self, sitting: Sitting, coming: Coming, item: int, no: int, end: str) -> None:
        """Who stood aside, what they said, how they voted."""
        matter, flaw, chance = coming.matter, coming.flaw, self.chance
        if coming.purpose == "propose" or coming.outcome == "deferred":
            return
        gone = sitting.leaving if no == len(sitting.comings) else ()
        voters = [
            person for person in sitting.present if person not in gone and not (no == 1 and person == sitting.late)
        ]
        others = [person for person in voters if person != sitting.chair]
        plain = (
            not flaw and not matter.personnel and coming.outcome != "rejected" and sitting.flaw != "attendance_unknown"
        )
        everybody = plain and len(voters) == len(sitting.team) > 4
        luck = chance.random()
        if flaw == "recusal_ignored":
            matter.interests = (one(chance, others),)
        elif everybody and luck < 0.03 and others[0] != matter.owner and not matter.referred:
            matter.interests = (others[0],)
            self.rows.add("meetings_recusal", item, others[0], "与本议题有利害关系")
            voters.remove(others[0])
            others = others[1:]
        objects = sitting.body == Body.PARTY and (flaw == "dissent_unwritten" or (everybody and 0.03 <= luck < 0.09))
        self._opinions(sitting, coming, item, others, objects)
        if sitting.body == Body.PARTY and flaw != "no_vote":
            self._votes(sitting, coming, item, len(voters), int(objects), end)

    def _opinions(self, sitting: Sitting, coming: Coming, item: int, others: list[int], objects: bool) -> None:
        flaw, matter, chance, chair = coming.flaw, coming.matter, self.chance, sitting.chair
        if flaw == "nobody_heard":
            return
        party = sitting.body == Body.PARTY
        speakers: Sequence[int] = others
        if party and not matter.personnel:
            first = int(chance.random() * len(others))
            speakers = (others[first:] + others[:first])[:2]
        if flaw in ("member_silent", "member_without_stance"):
            speakers = speakers[1:]
        if party or flaw == "chair_first":
            speakers = [chair, *speakers] if flaw == "chair_first" else [*speakers, chair]
        lines, ids = self.lines["meetings_opinion"], self.rows.ids["meetings_opinion"]
        stance = "agree" if party else ""
        long = self._long(sitting, coming)
        for order, person in enumerate(speakers, start=1):
            said, text = stance, one(chance, words.SAID)
            if objects and person != chair:
                said, text, objects = "disagree", "" if flaw == "dissent_unwritten" else words.OBJECTS, False
            elif long and person != chair:
                text, long = long, ""
            place = NONE if flaw == "order_unknown" else order
            lines.append(f"{next(ids)}\t{item}\t{person}\t{said}\t{place}\t{text}\tf")
        if flaw == "stranger_votes":
            lines.append(f"{next(ids)}\t{item}\t{sitting.clerk}\tagree\t{NONE}\t同意。\tf")

    def _long(self, sitting: Sitting, coming: Coming) -> str:
        """Now and then somebody says more; what was said once may be copied by a later meeting."""
        if coming.flaw == "copied_opinion":
            return sitting.copied.pop()
        if coming.flaw or sitting.flaw == "attendance_unknown" or self.chance.random() > 0.05:
            return ""
        text = f"同意。{coming.matter.title[:16]}要在{sitting.date.month}月底前分解到人（{coming.matter.key}），办公室跟踪落实。"
        self.agenda.long = text
        return text

    def _votes(self, sitting: Sitting, coming: Coming, item: int, voters: int, against: int, end: str) -> None:
        matter, flaw = coming.matter, coming.flaw
        announced, half = flaw == "announced_otherwise", len(sitting.team) // 2
        method = "secret_ballot" if matter.personnel or announced or coming.outcome == "rejected" else "show_of_hands"
        agree, disagree, abstain = voters - against, against, 0
        if announced:
            agree, abstain = half, voters - half
        elif coming.outcome == "rejected":
            agree, disagree = half, voters - half
        if flaw == "counts_off":
            agree += 1
        names = matter.candidates if matter.personnel and flaw != "candidates_together" else ()
        for candidate in names or ("",):
            seal = digest(candidate, method, agree, disagree, abstain, coming.outcome)
            token = f"{self.chance.getrandbits(128):032x}"
            self.rows.add(
                "meetings_vote", item, candidate, method, agree, disagree, abstain, 0, coming.outcome, seal, 1, "[]", "", "",
                token, end, "",
            )  # fmt: skip

    # what came before

    def _prepare(self, sitting: Sitting, coming: Coming) -> None:
        matter, flaw, purpose = coming.matter, coming.flaw, coming.purpose
        if purpose == "handle" and flaw != "office_decides":
            return
        if purpose != "decide" or not matter.referred:
            self._heads(sitting, matter, flaw)
        if purpose != "decide" or coming.outcome == "deferred":
            return
        day = sitting.day
        if flaw != "no_investigation":
            self._held(matter, "investigation", day - 6, 600, "", "", "到年级组和处室了解情况，形成建议方案。")
        if flaw != "no_individual":
            self._held(matter, "individual", day - 4, 960, "", "", "逐一听取意见。", sitting.team[:2])
        if matter.personnel and flaw != "no_deliberation":
            self._held(matter, "deliberation", day - 4, 1000, "", 9, "在班子成员和党员骨干中酝酿。", sitting.team[-2:])
        marks = matter.marks
        if "J1" in marks and flaw != "staff_unheard":
            self._held(matter, "staff_hearing", day - 5, 900, "heard", 32, "座谈和问卷听取意见。")
        if "J2" in marks:
            passed = "heard" if flaw == "congress_not_passed" else "passed"
            self._held(matter, "staff_congress", day - 5, 900, passed, 56, "教职工代表大会讨论。")
        if "E" in marks and flaw != "no_expert":
            self._held(matter, "expert", day - 5, 930, "heard", 3, "三位专家出具书面意见。")
        if "L" in marks and flaw != "no_legal":
            self._held(matter, "legal", day - 5, 940, "passed", 1, "法律顾问出具审查意见。")

    def _heads(self, sitting: Sitting, matter: Matter, flaw: str) -> None:
        if flaw == "no_consultation":
            return
        day = sitting.day + 1 if flaw in ("consulted_after", "unconsulted_proposal") else sitting.day - 5
        outcome = "divergent" if flaw == "divergent" else "agreed"
        entered = sitting.day + 2 if flaw in AFTERWARDS else day
        note = "对安排意见不一，建议再核。" if flaw == "divergent" else ""
        pair = self.school.team(sitting.date).pair
        self._held(matter, "secretary_principal", day, 540, outcome, "", note, pair, entered=entered)

    def _held(
        self, matter: Matter, kind: str, day: int, minutes: int, outcome: str, heard: int | str, note: str,
        people: Sequence[int] = (), *, entered: int | None = None,
    ) -> None:  # fmt: skip
        at = moment(day, minutes)
        written = moment(entered if entered is not None else day, minutes + 60)
        kept = self.rows.add(
            "meetings_consultation", matter.key, self.school.key, kind, at, at, written, heard or None, outcome, note, "", "f",
        )  # fmt: skip
        each = outcome if kind == "secretary_principal" else ""
        lines, ids = self.lines["meetings_consulted"], self.rows.ids["meetings_consulted"]
        for person in people:
            lines.append(f"{next(ids)}\t{kept}\t{person}\t{each}\t{at}\t")


def unknown_without_attendance(sitting: Sitting) -> Iterator[Answer]:
    """What cannot be told of a meeting of which nobody wrote down who was there."""
    party = sitting.body == Body.PARTY
    yield "R-01", "broken"
    yield "C-21", "unknown"
    for coming in sitting.comings:
        matter, decided = coming.matter, coming.outcome in (*CARRIED, "rejected")
        yield ("P-03" if party else "A-03"), "unknown"
        if matter.owner:
            yield "C-15", "unknown"
        if not decided:
            continue
        if not party:
            yield "A-08", "unknown"
            continue
        for rule in ("P-06", "P-14", "P-20"):
            yield rule, "unknown"
        if matter.personnel:
            yield "P-04", "unknown"
            yield "P-13", "unknown"
