"""Findings on a page: what the rules say now and what was kept of what they said then look the same."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.words import moment
from governance.rules.clauses import Clause
from governance.rules.index import rule

register = template.Library()

_CITED = re.compile(r"^(?P<headline>.*?。)?依据(?P<cited>[^。]*)。(?P<mend>.*)$", re.DOTALL)


class Tone(NamedTuple):
    key: str
    word: str


MET, MISSING, WARN, HINT, UNKNOWN, NOT_APPLICABLE = (
    Tone("met", "符合"),
    Tone("missing", "不符合"),
    Tone("warn", "提醒"),
    Tone("warn", "提示"),
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
        return {"block": MISSING, "info": HINT}.get(finding.mode, WARN)
    return {"met": MET, "unknown": UNKNOWN}.get(finding.outcome, NOT_APPLICABLE)


@register.filter
def spoken(finding: Any) -> Said:
    """The message without its citation, which the clause chips show."""
    return _spoken(finding.message)


@lru_cache(1024)
def _spoken(message: str) -> Said:
    parts = _CITED.match(message)
    return Said(parts["headline"] or "", parts["mend"]) if parts else Said(message, "")


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
        "open": [Group(*key, by_tone[key]) for key in (MISSING, WARN, HINT, UNKNOWN) if key in by_tone],
        "met": by_tone.get(MET, []),
        "total": sum(map(len, by_tone.values())),
    }


@register.simple_tag
def card(finding: Any, reason: Any = None, act: str | None = "") -> str:
    """One finding: mark, headline, clause chips, what to do, the code that leads to the facts it rests on. A page has
    dozens, most of them folded away: as a template each cost five times this."""
    mark, said, code = tone(finding), spoken(finding), conditional_escape(str(finding.rule))
    why = ""
    if reason:  # a row of a matter's page, or an Override
        row = reason if isinstance(reason, dict) else {key: getattr(reason, key) for key in ("by", "at", "reason")}
        told = row["by"], moment(row["at"]), row["reason"]
        why = format_html('<p class="finding-reason">{} {} 说明理由：{}</p>', *told)
    mend = f'<span class="finding-mend">{conditional_escape(said.mend)}</span>' if said.mend else ""
    mends = f'<div class="finding-act">{conditional_escape(act)}</div>' if act else ""
    chips = "".join(chip(clause.label, clause.text) for clause in clauses(finding))
    return mark_safe(
        f'<div class="finding finding-{mark.key}" data-rule="{code}"><span class="mark mark-{mark.key}">{mark.word}</span>'
        f'<div class="finding-body"><div class="finding-text">{conditional_escape(said.headline)}{mend}</div>'
        f'<div class="clauses">{chips}<a class="rule-code" href="{_rests_on(finding, code)}" title='
        f'"{"看依据的事实" if _kept(finding) else "看这条规则"}">{code}</a></div>{why}{mends}</div></div>'
    )


def _kept(finding: Any) -> bool:
    return bool(getattr(finding, "id", None) or getattr(finding, "judgement_id", None))


def _rests_on(finding: Any, code: str) -> str:
    if key := getattr(finding, "id", None):
        return reverse("finding", args=[key])
    return finding.get_absolute_url() if _kept(finding) else f"{reverse('rules')}#{code}"


@register.simple_tag
@lru_cache(512)
def chip(label: str, text: str) -> SafeString:
    """A clause that opens in place; without a text there is nothing to open."""
    if not text:
        return format_html('<span class="clause clause-bare">{}</span>', label)
    said = '<details class="clause"><summary>{}</summary><blockquote>{}</blockquote></details>'
    return format_html(said, label, text)
