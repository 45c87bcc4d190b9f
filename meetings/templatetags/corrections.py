"""Beside what a page shows of a field: what was written there first, and which correction changed it."""

from django import template
from django.utils.html import format_html, format_html_join

from ..facts.corrections import signed, speaks_of

register = template.Library()


@register.simple_tag
def was(fixes: dict, *parts, at: str = "") -> str:
    """``{% was sheet.fixes "item" item.pk "outcome" %}``: nothing where the field was not corrected."""
    return format_html_join(
        "",
        '<span class="was"><span class="visually-hidden">原记录</span><del>{}</del>'
        '<a href="{}#correction-{}">更正 {}</a></span>',
        ((row["wrong_said"], at, row["no"], row["no"]) for row in fixes.get("/".join(map(str, parts)), ())),
    )


@register.simple_tag
def corrected(fixes: dict, *parts, at: str = "") -> str:
    """Where a list has no room for what was written there first: that it was another text."""
    return format_html_join(
        "",
        ' <a class="nowrap" href="{}#correction-{}">已更正</a>',
        ((at, row["no"]) for row in fixes.get("/".join(map(str, parts)), ())),
    )


@register.simple_tag
def all_that_was(fixes: dict, *parts, at: str = "") -> str:
    """The same for all fields of a row together, each called by its word."""
    start = "/".join(map(str, parts)) + "/"
    rows = [row for path, rows in fixes.items() if path.startswith(start) for row in rows]
    return format_html_join(
        "",
        '<span class="was">{} 原记<del>{}</del><a href="{}#correction-{}">更正 {}</a></span>',
        ((row["label"].rsplit(" · ", 1)[-1], row["wrong_said"], at, row["no"], row["no"]) for row in rows),
    )


@register.simple_tag
def corrections_of(meeting, item=None) -> list[dict]:
    """What was corrected of an item, or of the meeting and who was there."""
    return [row for row in signed(meeting.correction_rows) if speaks_of(row, item)]


@register.simple_tag
def pick(url: str, spot, word: str = "") -> str:
    """A field of the record as the link that corrects it."""
    return format_html(
        '<a class="pick plain" href="{}?path={}"><span class="pick-word">{}</span> <span class="pick-said">{}</span></a>',
        url, spot.path, word or spot.word, spot.said,
    )  # fmt: skip


@register.filter
def agenda_change(change: dict) -> str:
    """One change of the agenda since the notice, in words."""
    title = f"“{change.get('title', '')}”"
    match change["kind"]:
        case "added":
            return f"增加第 {change['no']} 项{title}"
        case "removed":
            return f"撤下{title}"
        case "moved":
            return f"{title}由第 {change['from']} 项移到第 {change['no']} 项"
        case "text":
            return f"{title}改了内容"
    return f"{title}换了附件"
