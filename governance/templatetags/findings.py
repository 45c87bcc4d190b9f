"""Findings on a page: what the rules say now and what was kept of what they said then look the same."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template

from governance.rules.clauses import Clause
from governance.rules.index import rule

register = template.Library()

_CITED = re.compile(r"^(?P<headline>.*?。)?依据(?P<cited>[^。]*)。(?P<mend>.*)$", re.DOTALL)


class Tone(NamedTuple):
    key: str
    word: str


MET, MISSING, WARN, UNKNOWN, NOT_APPLICABLE = (
    Tone("met", "符合"),
    Tone("missing", "不符合"),
    Tone("warn", "提醒"),
    Tone("unknown", "不可判定"),
    Tone("na", "不适用"),
)


class Said(NamedTuple):
    headline: str
    mend: str


class Group(NamedTuple):
    key: str
    word: str
    findings: list


@register.filter
def tone(finding: Any) -> Tone:
    """The mark of a finding. What is broken weighs by its mode; what cannot be told is never taken for met."""
    if finding.outcome == "broken":
        return MISSING if finding.mode == "block" else WARN
    return {"met": MET, "unknown": UNKNOWN}.get(finding.outcome, NOT_APPLICABLE)


@register.filter
def spoken(finding: Any) -> Said:
    """The message without its citation, which the clause chips show."""
    parts = _CITED.match(finding.message)
    return Said(parts["headline"] or "", parts["mend"]) if parts else Said(finding.message, "")


@register.filter
def clauses(finding: Any) -> list[Clause]:
    """The clauses of a finding, of a need or of a kept finding. What was kept is shown as it was cited:
    when the rule rests on something else by now, the citation stands without a text to open."""
    if hasattr(finding, "clauses"):
        return list(finding.clauses)
    try:
        now = rule(finding.rule)
    except KeyError:
        return [Clause("", finding.clause, "")]
    return list(now.clauses) if now.cited == finding.clause else [Clause("", finding.clause, "")]


@register.filter
def of_rule(mends: dict[str, str] | str, finding: Any) -> str:
    """What stands beside the findings of a rule, by its code."""
    return mends.get(str(finding.rule), "") if isinstance(mends, dict) else ""


@register.filter
def grouped(findings: Iterable[Any]) -> dict[str, Any]:
    """{"open": groups by weight, "met": findings, "total": how many apply}."""
    by_tone: dict[Tone, list] = {}
    for finding in findings:
        by_tone.setdefault(tone(finding), []).append(finding)
    by_tone.pop(NOT_APPLICABLE, None)
    return {
        "open": [Group(*key, by_tone[key]) for key in (MISSING, WARN, UNKNOWN) if key in by_tone],
        "met": by_tone.get(MET, []),
        "total": sum(map(len, by_tone.values())),
    }
