"""What is met, folded into one column of a judgement, and unfolded again.

The column says of which things each rule was met: ``{"item": {"P-03": [12, 13]}, "matter": {"P-07": [5]}, "meeting":
{"R-04": [3]}, "school": {"G-01": ["party"]}}``. Beside it stands how many were there at each item.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from governance.rules.index import RULES
from governance.rules.ruling import Answers, Finding, Place, Values, Verdict

from .facts.whole import Coming
from .models import Item, Judgement, MetAnswer

Met = dict[str, dict[str, list[Any]]]
There = dict[str, list[Any]]
QUORUM = ("P-03", "A-03")
ORDER = {rule.code: number for number, rule in enumerate(RULES)}
LINKS = {"item": "item_id", "matter": "matter_id", "meeting": "meeting_id", "school": "body"}


def fold(told: Iterable[Answers], items: Mapping[int, Item | Coming], meeting: int | None) -> tuple[Met, There]:
    """``items`` maps the number that a place names to the item."""
    met: Met = {}
    there: There = {}
    for place, kept, amiss in told:
        item = items.get(place.item) if place.item else None
        kind, thing = _about(place, item, meeting)
        if item and (counts := _counted(kept, amiss)) is not None:
            there[str(item.pk)] = [counts["in_office"], counts["present"]] if "present" in counts else []
        if kept:
            of_kind = met.setdefault(kind, {})
            for code in kept:
                of_kind.setdefault(code, []).append(thing)
    return met, there


def _counted(kept: Mapping[str, Verdict], amiss: Iterable[Finding]) -> Values | None:
    """What the rule on the quorum counted, if it was asked."""
    for code in QUORUM:
        if code in kept:
            return kept[code].values
    return next((finding.verdict.values for finding in amiss if finding.code in QUORUM), None)


def _about(place: Place, item: Item | Coming | None, meeting: int | None) -> tuple[str, Any]:
    if item:
        return "item", item.pk
    if place.matter is not None:
        return "matter", place.matter
    return ("meeting", meeting) if meeting is not None else ("school", place.body or "")


def written(met: Met) -> str:
    """As JSON. Python writes a list of keys as JSON does, and sooner; a body is a word."""
    kinds = (f'"{kind}":{json.dumps(rules) if kind == "school" else _lists(rules)}' for kind, rules in met.items())
    return f"{{{','.join(kinds)}}}"


def _lists(rules: Mapping[str, list[int]]) -> str:
    lists = [f'"{code}":{things}' for code, things in rules.items()]
    return f"{{{','.join(lists)}}}"


def counted(met: Met) -> int:
    return sum(len(things) for rules in met.values() for things in rules.values())


def unfold(judgement: Judgement) -> Iterator[MetAnswer]:
    """The same answers one by one, in the order of the rules."""
    folded = [(rule, kind, things) for kind, rules in judgement.met.items() for rule, things in rules.items()]
    blank: list[Any] = [None] * len(_PLACES)
    for name in ("at", "meeting_id"):
        blank[_PLACES[name]] = getattr(judgement, name)
    blank[_PLACES["judgement_id"]], blank[_PLACES["body"]] = judgement.pk, ""
    for rule, kind, things in sorted(folded, key=lambda each: ORDER.get(each[0], len(ORDER))):
        for thing in things:
            values = blank.copy()
            values[_PLACES["kind"]], values[_PLACES["rule"]], values[_PLACES[LINKS[kind]]] = kind, rule, thing
            yield MetAnswer(*values)  # by place: by name each would cost twice that, and a page has dozens


_PLACES = {field.attname: place for place, field in enumerate(MetAnswer._meta.concrete_fields)}


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
