"""What a page answers when an act was not done."""

from django.conf import settings
from django.contrib import messages

from ..transitions import Stopped


def key(text: str | None) -> int:
    """A number as a form or an address sends it; what is none leads to no row."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def stopped_as_message(request, exc: Stopped) -> None:
    """Show the sentence of an act that was not done at the top of the next page."""
    messages.error(request, str(exc))


def kept(response, key: str):
    """Tell static/js/keep.js that the server has what was typed under this key."""
    response.set_cookie("kept", key[:80], max_age=600, samesite="Lax", secure=settings.SECURE_COOKIES)
    return response
