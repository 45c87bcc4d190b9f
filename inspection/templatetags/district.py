"""What the district's pages need from Python: shares, and numbers that lead to what they count."""

from functools import cache, lru_cache
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from governance.terms import Term

register = template.Library()


@register.filter
def tenths(value: int) -> str:
    """Tenths of a per cent as people write them: 0.4, 97.5, 100."""
    return f"{value // 10}.{value % 10}".removesuffix(".0")


@cache
def _address(authority: str, kind: str) -> str:
    """A page asks for it hundreds of times."""
    if kind == "findings":
        return reverse("district_findings", args=[authority])
    return reverse("district_register", args=[authority, kind])


@lru_cache(1024)
def _query(kind: str, term: Term, more: tuple[tuple[str, str], ...]) -> str:
    """What narrows the list, beside the school, as it stands in an attribute."""
    span = {"since": term.first_day, "until": term.final_day} if kind == "findings" else {"term": term.key}
    return escape(urlencode(span | dict(more)))


@register.simple_tag(takes_context=True)
def counted(context, number: int, kind: str, school=None, **more) -> str:
    """A number as a link to the list of what it counts in the term on the page: findings or a register. 0 leads nowhere.

    ``kind`` is "findings", or the name of a register; ``css`` in ``more`` gives the link its class.
    """
    css = more.pop("css", "")
    if not number:
        return format_html('<span class="{}">0</span>', css or "zero")
    if not school and context.get("narrowed"):  # the list is of all schools, the number is not
        return format_html('<span class="{}">{}</span>', css or "figure", number)
    return mark_safe(_link(context, number, kind, school, css or "plain-number", tuple(more.items())))


def _link(context, number: int, kind: str, school, css: str, more: tuple[tuple[str, str], ...]) -> str:
    of = f"school={school.code}&amp;" if school else ""  # a slug
    url = _address(context["standing"].organisation.code, kind)
    return f'<a class="{css}" href="{url}?{of}{_query(kind, context["term"], more)}">{number}</a>'


@register.simple_tag(takes_context=True)
def cell(context, row, chapter: str) -> str:
    """A school and a chapter of the rules: the gravest of broken, unknown and met first, in words as well as by colour.

    In Python, since a page has hundreds and a third of its time went into asking a template for them.
    """
    counts = row.cells.get(chapter)
    if not counts:
        return mark_safe('<td class="cell"><span class="zero">没有检查</span></td>')
    met, broken, unknown = f"符合 {counts['met']}", counts["broken"], counts["unknown"]

    def said(words: str, outcome: str, css: str = "plain-number") -> str:
        more = (("chapter", chapter), ("outcome", outcome))
        return f"{words} {_link(context, counts[outcome], 'findings', row, css, more)}"

    if broken:
        beside = f"{said('不可判定', 'unknown')} · {met}" if unknown else met
        first, css, kind = said("不符合", "broken", "figure"), "broken", "warn"
    elif unknown:
        first, beside, css, kind = said("不可判定", "unknown"), met, "unknown", "unknown"
    else:
        first, beside, css, kind = met, "", "met", "met"
    small = f"<small>{beside}</small>" if beside else ""
    return mark_safe(f'<td class="cell cell-{css}"><span class="mark mark-{kind}">{first}</span>{small}</td>')
