"""A row of a register as a page shows it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from accounts.templatetags.words import day, moment
from governance.access import Standing
from meetings.templatetags.corrections import corrected, was

from .shape import Register, Told, to_record

LONGEST = 120  # characters of one text
MIDDLE, WIDE = 12, 24  # from which width on a column has room to itself, and is one to be read
NOTHING = mark_safe("")


@dataclass
class Cell:
    title: str
    said: SafeString
    css: str = ""
    below: list[SafeString] = field(default_factory=list)


def shown(register: Register, by: Standing) -> list[Told]:
    """The columns that make sense there."""
    several = by.of_authority
    return [told for told in register.columns if several or not told.of_district]


def heads(register: Register, by: Standing) -> list[tuple[str, str]]:
    return [(told.title, _css(told)) for told in shown(register, by) if told.on_page and not told.under]


def drawn(register: Register, row: Any, by: Standing) -> list[Cell]:
    cells: list[Cell] = []
    for told in shown(register, by):
        if not told.on_page:
            continue
        said = _said(told, row, by)
        if not told.under:
            cells.append(Cell(told.title, said, _css(told)))
        elif said and said != "0":
            words = format_html(told.word or f"{told.title} {{}}", said) if told.under == "named" else said
            cells[-1].below.append(words)
    return cells


def _css(told: Told) -> str:
    if told.kind in ("number", "money"):
        return "number"
    if told.kind in ("date", "moment"):
        return "nowrap"
    return "long" if told.width >= WIDE else "mid" if told.width >= MIDDLE else "short"


def _said(told: Told, row: Any, by: Standing) -> SafeString:
    value = told.value(row)
    text = _text(value, told.kind)
    if told.badge and text:
        said = format_html('<span class="state state-{}">{}</span>', told.badge(row), text)
    elif told.link and text and (address := told.link(row, by)):
        said = format_html('<a href="{}">{}</a>', address, text)
    else:
        said = mark_safe(escape(text))
    if not told.corrected or not row.fixes:
        return said
    say = corrected if told.width >= WIDE else was
    return format_html("{}{}", said, say(row.fixes, "item", row.pk, told.corrected, at=to_record(row, by)))


def _text(value: Any, kind: str) -> str:
    if value is None or value == "":
        return ""
    if kind == "money":
        return f"{value:,.2f}".removesuffix(".00")
    if kind == "number":
        return f"{value:,}" if isinstance(value, int) else str(value)
    if isinstance(value, datetime):
        return moment(value) if kind == "moment" else day(value)
    if isinstance(value, date):
        return day(value)
    said = str(value)
    return said if len(said) <= LONGEST else Truncator(said).chars(LONGEST)
