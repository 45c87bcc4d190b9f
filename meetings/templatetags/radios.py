"""One of a few answers, as round buttons. A page of the room has a thousand: as a loop of the template each cost ten times this."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

register = template.Library()
MARKS = {(False, False): "", (True, False): mark_safe(" checked"), (False, True): mark_safe(" disabled"),
         (True, True): mark_safe(" checked disabled")}  # fmt: skip


@register.simple_tag
def radios(choices: Iterable[tuple[str, str]], chosen: str, *name, closed: str = "") -> str:
    """``{% radios stances voice.stance.value voice.stance.path %}``; the name may come in pieces. ``closed`` is the answer that can no longer be given."""
    return format_html_join(
        "",
        '<label><input type="radio" name="{}" value="{}"{}><span>{}</span></label>',
        (
            ("".join(map(str, name)), value, MARKS[value == chosen, bool(closed) and value == closed], label)
            for value, label in choices
        ),
    )
