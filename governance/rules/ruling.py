"""What a rule is, and what it says: the words that every rule file is written in.

Glossary
    rule        one line of the contract: a code, what it looks at, a clause, a function of a case
    case        a thing rules look at, with the facts that follow from it (``cases.py``)
    verdict     what a rule's function says of one case: met, broken, unknown, not applicable
    finding     a verdict with its rule and its place, as pages, reports and the API show it
    mode        how a breach weighs: it blocks, it warns, it informs

A broken rule is told in two short sentences: 什么不行、差多少。依据。怎么办。 The rule writes what
is wrong (the headline) and what would mend it; the finding adds the clause between them.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from governance.rules.clauses import Clause, cited
from governance.rules.facts import Body, Id
from governance.rules.values import PARAMETERS, SETTINGS


class Outcome(StrEnum):
    MET = "met"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Mode(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Looks(StrEnum):
    """What a rule gives one finding for."""

    MEETING = "meeting"
    ITEM = "item"
    MATTER = "matter"
    SCHOOL = "school"
    BODY = "body"


BLOCK, WARN, INFO = Mode.BLOCK, Mode.WARN, Mode.INFO
MEETING, ITEM, MATTER, SCHOOL, BODY = (
    Looks.MEETING,
    Looks.ITEM,
    Looks.MATTER,
    Looks.SCHOOL,
    Looks.BODY,
)

Values = Mapping[str, int | str]
_NOTHING: Values = MappingProxyType({})


class Verdict(NamedTuple):
    """What a rule says of one case, with the numbers it rests on."""

    outcome: Outcome
    headline: str = ""
    mend: str = ""
    values: Values = _NOTHING


MET = Verdict(Outcome.MET)
NOT_APPLICABLE = Verdict(Outcome.NOT_APPLICABLE)


def met(**values: int | str) -> Verdict:
    """The rule is kept."""
    return Verdict(Outcome.MET, "", "", values) if values else MET


def broken(headline: str, mend: str, **values: int | str) -> Verdict:
    """The record shows a breach: what is wrong and by how much, and what would mend it."""
    return Verdict(Outcome.BROKEN, headline, mend, values)


def unknown(lacking: str, mend: str, **values: int | str) -> Verdict:
    """The record lacks what is needed to tell: what it lacks, and what to write down."""
    return Verdict(Outcome.UNKNOWN, lacking, mend, values)


_GRAVITY = {Outcome.NOT_APPLICABLE: 0, Outcome.MET: 1, Outcome.UNKNOWN: 2, Outcome.BROKEN: 3}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of several verdicts on one thing; not applicable when there is none."""
    gravest = NOT_APPLICABLE
    for verdict in verdicts:
        if _GRAVITY[verdict.outcome] > _GRAVITY[gravest.outcome]:
            gravest = verdict
    return gravest


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule of the contract. Its ``sentence`` is what people read."""

    do_not_call_in_templates: ClassVar[bool] = True  # a page shows a rule; it never runs one

    code: str
    looks_at: Looks
    mode: Mode
    clauses: tuple[Clause, ...]
    function: Callable[..., Verdict]
    body: Body | None
    withdrawn_too: bool
    needs_party_organization: bool
    asks_day: bool
    parameters: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def clause(self) -> str:
        """The codes of what the rule rests on, as the record format writes them."""
        return ", ".join(clause.code for clause in self.clauses)

    @property
    def cited(self) -> str:
        """The same as people write it: 《意见》（二）、（五）."""
        return cited(self.clauses)

    def __call__(self, *case: Any) -> Verdict:
        return self.function(*case)

    def __str__(self) -> str:
        return self.code


def rule(
    code: str,
    *,
    looks_at: Looks,
    mode: Mode,
    clause: Clause | tuple[Clause, ...],
    body: Body | None = None,
    withdrawn_too: bool = False,
    needs_party_organization: bool = False,
    parameters: tuple[str, ...] = (),
) -> Callable[[Callable[..., Verdict]], Rule]:
    """Make a function of a case a rule.

    The engine does not ask a rule about what is *not applicable* by its registration: another
    ``body``, a withdrawn item, a school without a party organisation. A function with a second
    argument ``on`` is given the day of the check.

    ``parameters`` names what the rule reads of the school's rules of procedure (``values.PARAMETERS``) and of
    what else a school sets by date (``values.SETTINGS``); a test reads along.
    """
    if amiss := set(parameters) - PARAMETERS.keys() - SETTINGS.keys():
        raise KeyError(f"{code} names what no school can set: {sorted(amiss)}")

    def register(function: Callable[..., Verdict]) -> Rule:
        return Rule(
            code=code,
            looks_at=looks_at,
            mode=mode,
            clauses=clause if isinstance(clause, tuple) else (clause,),
            function=function,
            body=body,
            withdrawn_too=withdrawn_too,
            needs_party_organization=needs_party_organization,
            asks_day="on" in inspect.signature(function).parameters,
            parameters=parameters,
        )

    return register


class Place(NamedTuple):
    """Where a case stands: what a finding names. ``item`` is the item's number in its meeting."""

    meeting: Id | None = None
    item: int | None = None
    matter: Id | None = None
    body: Body | None = None
    title: str = ""

    def __str__(self) -> str:
        if self.item is not None:
            return f"第 {self.item} 项"
        if self.meeting is not None:
            return "本次会议"
        return f"“{self.title}”" if self.matter is not None else "本校"


class Finding(NamedTuple):
    """A verdict and its place, with the weight it has at this school."""

    rule: Rule
    mode: Mode
    place: Place
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def meeting(self) -> Id | None:
        return self.place.meeting

    @property
    def item(self) -> int | None:
        return self.place.item

    @property
    def matter(self) -> Id | None:
        return self.place.matter

    @property
    def body(self) -> Body | None:
        return self.place.body

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def clause(self) -> str:
        return self.rule.clause

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return self.rule.clauses

    @property
    def values(self) -> dict[str, int | str]:
        return dict(self.verdict.values)

    @property
    def blocks(self) -> bool:
        """Whether a head has to give a reason before the item can stand."""
        return self.mode is BLOCK and self.outcome in (Outcome.BROKEN, Outcome.UNKNOWN)

    @property
    def headline(self) -> str:
        """What is wrong and by how much; of a kept rule, the rule's own sentence."""
        if not self.verdict.headline:
            return self.rule.sentence.rstrip("。")
        if self.outcome is Outcome.UNKNOWN:
            return f"{self.place}不可判定：{self.verdict.headline}"
        return self.verdict.headline

    @property
    def mend(self) -> str:
        """What would put it right; empty where nothing needs to be."""
        return self.verdict.mend

    @property
    def message(self) -> str:
        """什么不行 · 差多少 · 依据 · 怎么办, in two short sentences and the clause between them."""
        mend = f"{self.mend}。" if self.mend else ""
        return f"{self.headline}。依据{self.rule.cited}。{mend}"


class Answers(NamedTuple):
    """All that was said of one case: what is met, by the code of its rule, and the findings that are not."""

    place: Place
    met: dict[str, Verdict]
    amiss: list[Finding]


def by_case(findings: Iterable[Finding]) -> list[Answers]:
    """What is said of one thing comes together."""
    told: list[Answers] = []
    for finding in findings:
        if not told or told[-1].place is not finding.place:
            told.append(Answers(finding.place, {}, []))
        if finding.outcome is Outcome.MET:
            told[-1].met[finding.code] = finding.verdict
        elif finding.outcome is not Outcome.NOT_APPLICABLE:
            told[-1].amiss.append(finding)
    return told
