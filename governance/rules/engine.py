"""Judging: the rules of the index applied to the cases of a dossier.

Everything goes through :func:`_findings`: a page that asks about one item and a batch that asks
about a whole school get the same findings. An error in a rule is an error; it is never a finding.

``on`` is the day of the check, which few rules ask for; without it those are unknown. ``codes``
chooses rules. What is not applicable is left out unless it is asked for.
"""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

from governance.rules.cases import Case, ItemCase
from governance.rules.dossier import Dossier
from governance.rules.facts import Body, Item, Matter, Meeting
from governance.rules.index import RULES, rule
from governance.rules.ruling import (
    BLOCK,
    MET,
    NOT_APPLICABLE,
    WARN,
    Answers,
    Finding,
    Looks,
    Mode,
    Outcome,
    Rule,
    Verdict,
    unknown,
)

__all__ = [
    "Finding",
    "Mode",
    "Outcome",
    "answers",
    "judge",
    "judge_item",
    "judge_matter",
    "judge_meeting",
    "judge_school",
]

Codes = Collection[str] | None


def judge(
    dossier: Dossier,
    *,
    on: date | None,
    codes: Codes = None,
    include_not_applicable: bool = False,
    watched: Callable[[list[Case]], Iterable[Case]] = iter,
) -> list[Finding]:
    """All there is to say of a dossier: its meetings in time order, its matters, the school.

    ``watched`` passes the cases on, and so can tell how far the judging has come.
    """
    with collector_paused():
        cases: list[Case] = []
        for meeting in dossier.meetings:
            cases += [meeting, *meeting.items]
        cases += [dossier.matter_case(matter) for matter in dossier.records.matters]
        cases += dossier.school_cases
        return _findings(watched(cases), on, codes, include_not_applicable)


def judge_meeting(
    dossier: Dossier,
    meeting: Meeting,
    *,
    on: date | None = None,
    codes: Codes = None,
    include_items: bool = False,
    include_not_applicable: bool = False,
) -> list[Finding]:
    """A meeting of the dossier, or one imagined in its place."""
    case = dossier.meeting_case(meeting)
    cases: list[Case] = [case, *case.items] if include_items else [case]
    return _findings(cases, on, codes, include_not_applicable)


def judge_item(
    dossier: Dossier,
    meeting: Meeting,
    item: Item,
    *,
    on: date | None = None,
    codes: Codes = None,
    include_not_applicable: bool = False,
) -> list[Finding]:
    """An item of a meeting, or one imagined on its agenda."""
    at = dossier.meeting_case(meeting)
    case = next((case for case in at.items if case.item is item), None) or ItemCase(at, item)
    return _findings([case], on, codes, include_not_applicable)


def judge_matter(
    dossier: Dossier,
    matter: Matter,
    *,
    on: date | None = None,
    codes: Codes = None,
    include_not_applicable: bool = False,
) -> list[Finding]:
    """A matter over its whole life; its items are judged with their meetings."""
    return _findings([dossier.matter_case(matter)], on, codes, include_not_applicable)


def judge_school(
    dossier: Dossier, *, on: date | None, codes: Codes = None, include_not_applicable: bool = False
) -> list[Finding]:
    """The school as a whole, and each of its bodies."""
    return _findings(dossier.school_cases, on, codes, include_not_applicable)


def answers(cases: Iterable[Case], *, on: date | None) -> list[Answers]:
    """The same of many cases, with no Finding for what is met, which nearly all is."""
    told: list[Answers] = []
    for case in cases:
        place, dossier = case.place, case.dossier
        organized, softened = dossier.has_party_organization, dossier.softened
        met: dict[str, Verdict] = {}
        amiss: list[Finding] = []
        for one, mode, answer in _asked(case.looks_at, case.body, case.taken_up, organized, softened, None, False):
            verdict = _on_the_day(one, case, on) if answer is None else answer(case)
            if verdict is MET or verdict.outcome is Outcome.MET:
                met[one.code] = verdict
            elif verdict is not NOT_APPLICABLE:
                amiss.append(Finding(one, mode, place, verdict))
        told.append(Answers(place, met, amiss))
    return told


@contextmanager
def collector_paused() -> Iterator[None]:
    """Values by the hundred thousand and no garbage among them: looking for it takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _findings(cases: Iterable[Case], on: date | None, codes: Codes, include_not_applicable: bool) -> list[Finding]:
    chosen = None if codes is None else frozenset(codes)
    findings: list[Finding] = []
    made = tuple.__new__  # a Finding by the hundred thousand, without asking how many fields it has
    for case in cases:
        place, dossier = case.place, case.dossier
        organized, softened = dossier.has_party_organization, dossier.softened
        for one, mode, answer in _asked(
            case.looks_at, case.body, case.taken_up, organized, softened, chosen, include_not_applicable
        ):
            verdict = _on_the_day(one, case, on) if answer is None else answer(case)
            if verdict is not NOT_APPLICABLE or include_not_applicable:
                findings.append(made(Finding, (one, mode, place, verdict)))
    return findings


@lru_cache(maxsize=1024)
def _asked(
    looks_at: Looks,
    body: Body | None,
    taken_up: bool,
    organized: bool,
    softened: bool,
    codes: frozenset[str] | None,
    include_not_applicable: bool,
) -> tuple[tuple[Rule, Mode, Callable[[Case], Verdict] | None], ...]:
    """The rules that look at such a thing, each with how it weighs and what answers; nothing if it asks for the day.
    What does not apply by its registration is not asked."""
    chosen = RULES if codes is None else sorted(map(rule, codes), key=RULES.index)
    asked = []
    for one in chosen:
        if one.looks_at is not looks_at:
            continue
        applies = (
            one.body in (None, body)
            and (taken_up or one.withdrawn_too)
            and (organized or not one.needs_party_organization)
        )
        if applies or include_not_applicable:
            answer = _not_applicable if not applies else None if one.asks_day else one.function
            asked.append((one, WARN if softened and one.mode is BLOCK else one.mode, answer))
    return tuple(asked)


def _not_applicable(_case: Case) -> Verdict:
    return NOT_APPLICABLE


def _on_the_day(one: Rule, case: Case, on: date | None) -> Verdict:
    if on is None:
        return unknown("没有给出检查日期", "请指定按哪一天检查")
    return one.function(case, on)
