"""What is met, folded into one column of a judgement, and unfolded again.

The column says of which things each rule was met: ``{"item": {"P-03": [12, 13]}, "matter": {"P-07": [5]}, "meeting":
{"R-04": [3]}, "school": {"G-01": ["party"]}}``. Beside it stands how many were there at each item.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from governance.rules.index import RULES
from governance.rules.ruling import Finding, Outcome

from .facts.whole import Coming
from .models import Item, Judgement, MetAnswer

Met = dict[str, dict[str, list[Any]]]
There = dict[str, list[Any]]
QUORUM = ("P-03", "A-03")
ORDER = {rule.code: number for number, rule in enumerate(RULES)}
QUIET = frozenset((Outcome.MET, Outcome.NOT_APPLICABLE))  # of which no row is kept
LINKS = {"item": "item_id", "matter": "matter_id", "meeting": "meeting_id", "school": "body"}


def fold(findings: Iterable[Finding], items: Mapping[int, Item | Coming], meeting: int | None) -> tuple[Met, There]:
    """``items`` maps the number that findings name to the item."""
    met: Met = {}
    there: There = {}
    for finding in findings:
        place = finding.place
        item = items.get(place.item) if place.item else None
        if item and finding.rule.code in QUORUM:
            values = finding.verdict.values
            there[str(item.pk)] = [values["in_office"], values["present"]] if "present" in values else []
        if finding.verdict.outcome is not Outcome.MET:
            continue
        kind: str
        thing: Any
        if item:
            kind, thing = "item", item.pk
        elif place.matter is not None:
            kind, thing = "matter", place.matter
        elif meeting is not None:
            kind, thing = "meeting", meeting
        else:
            kind, thing = "school", place.body or ""
        met.setdefault(kind, {}).setdefault(finding.rule.code, []).append(thing)
    return met, there


def counted(met: Met) -> int:
    return sum(len(things) for rules in met.values() for things in rules.values())


def unfold(judgement: Judgement) -> Iterator[MetAnswer]:
    """The same answers one by one, in the order of the rules."""
    common = {"judgement_id": judgement.pk, "at": judgement.at, "meeting_id": judgement.meeting_id}
    folded = [(rule, kind, things) for kind, rules in judgement.met.items() for rule, things in rules.items()]
    for rule, kind, things in sorted(folded, key=lambda each: ORDER.get(each[0], len(ORDER))):
        for thing in things:
            yield MetAnswer(kind=kind, rule=rule, **common | {LINKS[kind]: thing})


def says(judgement: Judgement, rule: str, about: str) -> MetAnswer | None:
    """The answer of a judgement about one thing, if it is met."""
    return next((one for one in unfold(judgement) if (one.rule, one.about) == (rule, about)), None)


def of_question(answer: Any) -> tuple[str, Any, str]:
    """What makes two answers answers to the same question: of what kind, about what, by which rule. The answer is a
    finding that was kept, a row of its table, or a MetAnswer."""
    if answer.item_id:
        return "item", answer.item_id, answer.rule
    if answer.matter_id:
        return "matter", answer.matter_id, answer.rule
    if answer.meeting_id:
        return "meeting", answer.meeting_id, answer.rule
    return "school", answer.body, answer.rule
