"""One of a few answers, as round buttons. A page of the room has a thousand: as a loop of the template each cost ten times this."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

register = template.Library()


@lru_cache(32)
def _words(choices: tuple[tuple[str, str], ...]) -> list[tuple[str, str, str]]:
    return [(value, escape(value), escape(label)) for value, label in choices]


@register.simple_tag
def radios(choices: Iterable[tuple[str, str]], chosen: str, *name, closed: str = "") -> str:
    """``{% radios stances voice.stance.value voice.stance.path %}``; the name may come in pieces. ``closed`` is the
    answer that can no longer be given."""
    named = escape("".join(map(str, name)))
    boxes = (
        f'<label><input type="radio" name="{named}" value="{value}"{" checked" if plain == chosen else ""}'
        f"{' disabled' if closed and plain == closed else ''}><span>{label}</span></label>"
        for plain, value, label in _words(tuple(choices))
    )
    return mark_safe("".join(boxes))
