"""Why a re-judging comes to another answer than the one kept: told by trying, never guessed.

The facts kept at the act are judged again, as they are, then with what has changed since. Whatever first leads to the
new answer is the reason: the rule, the day of the check, the parameters, or else the record.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.index import RULES
from governance.rules.ruling import Finding

from .changes import Change, changes_of_parameters, changes_of_records, told, with_parameters_of
from .facts import PROVISIONAL, judged_facts, school_facts
from .models import Difference, Judgement, KeptFinding
from .replay import About, answer, checked_on, dossier_of, place_of
from .transitions.table import BEFORE_CONFIRMING, TO_SETTLE, VERBS

Reason = Difference.Reason
Answer = tuple[str, str] | None
"""Outcome and mode; nothing where a rule does not apply. How it weighs that a rule is met, nobody asks."""

MET: Answer = ("met", "")

EVERY = frozenset(rule.code for rule in RULES)
ASKED_AT = {
    "confirm": frozenset(BEFORE_CONFIRMING),
    "settle": frozenset(TO_SETTLE),
}
"""Which rules an act asked; any other asked all."""

ASKS_DAY = frozenset(rule.code for rule in RULES if rule.asks_day)
NOTHING_KEPT = "此前没有检查过。"


def asked(verb: str, code: str) -> bool:
    return code in ASKED_AT.get(verb, EVERY)


def answered(finding: KeptFinding | Finding | None) -> Answer:
    if finding is None:
        return None
    outcome, mode = str(finding.outcome), str(finding.mode)
    return MET if outcome == "met" else (outcome, mode)


def spoken(said: Answer) -> str:
    return f"“{KeptFinding.Outcome(said[0]).label}”" if said else "“不适用”"


@dataclass(frozen=True)
class Then:
    """What an earlier judgement rested on, ready to be judged again."""

    dossier: Dossier
    on: date

    @classmethod
    def of(cls, judgement: Judgement, meeting: int | None) -> "Then":
        """``meeting`` is the one at which came up what had been judged for a meeting yet to be called."""
        records = dossier_of(judgement.facts).records
        sittings = tuple(replace(one, id=meeting) if one.id == PROVISIONAL else one for one in records.meetings)
        return cls(Dossier(replace(records, meetings=sittings)), checked_on(judgement))


@dataclass(frozen=True)
class Question:
    """One rule, of one thing, and what it says now of the whole dossier."""

    code: str
    about: About
    now: Answer
    today: Dossier
    on: date

    def reason(self, then: Then) -> tuple[Reason, str]:
        if self._says(then.dossier, then.on) == self.now:
            if self.code not in EVERY:
                return Reason.RULE_MENDED, f"规则 {self.code} 已经取消。"
            return Reason.RULE_MENDED, f"同样的事实，按现在的规则是{spoken(self.now)}。"
        if self.code in ASKS_DAY and self._says(then.dossier, self.on) == self.now:
            return Reason.TIME_PASSED, f"检查日期 {then.on} → {self.on}"
        before, after = self._facts(then.dossier), self._facts(self.today)
        parameters = changes_of_parameters(before, after)
        if parameters and self._leads(with_parameters_of(before, after)):
            return Reason.PARAMETER_LATE, self._told(before, parameters)
        matter, item = self.about.matter, bool(self.about.item)
        changes = changes_of_records(before, after, meeting=self.about.meeting, matter=matter, item=item)
        return Reason.RECORD_CORRECTED, self._told(before, changes) or self._told(before, parameters)

    def _says(self, dossier: Dossier, on: date) -> Answer:
        return answered(answer(dossier, self.code, self.about, on=on))

    def _leads(self, records: facts.Records) -> bool:
        known = {matter.id for matter in records.matters}  # a meeting may have come without the matter of an item
        meetings = (
            replace(one, items=tuple(item for item in one.items if item.matter in known)) for one in records.meetings
        )
        return self._says(Dossier(replace(records, meetings=tuple(meetings))), self.on) == self.now

    def _told(self, before: facts.Records, changes: Iterable[Change]) -> str:
        """The changes of which one alone leads to the new answer; else as many as together do, and none without which
        the others do."""
        needed = list(changes)
        if alone := [change for change in needed if self._leads(change.made_in(before))]:
            return told(alone)
        for change in list(needed):
            fewer = [each for each in needed if each is not change]
            if self._leads(reduce(lambda records, each: each.made_in(records), fewer, before)):
                needed = fewer
        return told(needed)

    def _facts(self, dossier: Dossier) -> facts.Records:
        """What the rule can have looked at, of either dossier."""
        about = self.about
        sitting, _ = place_of(about, dossier)
        if not sitting and not about.matter:
            return school_facts(dossier)
        of_meeting = [item.matter for item in sitting.items] if sitting else []
        known = {matter.id for matter in dossier.records.matters}
        matters = [about.matter] if about.matter in known else [] if about.matter else of_meeting
        return judged_facts(dossier, meeting=sitting, matters=matters, beside=not about.item)


def not_judged(verb: str | None) -> str:
    if verb is None:
        return NOTHING_KEPT
    act = VERBS[verb].label if verb in VERBS else verb
    return f"{act}时不检查这一规则。"
