"""What is met, folded into one column of a judgement, and unfolded again.

The column says of which things each rule was met: ``{"item": {"P-03": [12, 13]}, "matter": {"P-07": [5]}, "meeting":
{"R-04": [3]}, "school": {"G-01": ["party"]}}``. Beside it stands how many were there at each item.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from governance.rules.index import RULES
from governance.rules.ruling import Finding, Outcome, Place

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
    last = item = None
    kind, thing = "", None
    for asked, _, place, verdict in findings:
        if place is not last:  # what is said of one thing comes together
            last, item = place, items.get(place.item) if place.item else None
            kind, thing = _about(place, item, meeting)
        code = asked.code
        if item and code in QUORUM:
            values = verdict.values
            there[str(item.pk)] = [values["in_office"], values["present"]] if "present" in values else []
        if verdict.outcome is Outcome.MET:
            met.setdefault(kind, {}).setdefault(code, []).append(thing)
    return met, there


def _about(place: Place, item: Item | Coming | None, meeting: int | None) -> tuple[str, Any]:
    if item:
        return "item", item.pk
    if place.matter is not None:
        return "matter", place.matter
    return ("meeting", meeting) if meeting is not None else ("school", place.body or "")


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
