"""What a page answers when an act was not done."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages

from ..transitions import Stopped


def key(text: str | None) -> int:
    """A number as a form or an address sends it; what is none leads to no row."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def json_of(request) -> Any:
    """The JSON that a script of ours sent. ValueError: nothing that it sends, such as half a character."""
    try:
        given = json.loads(request.body)
        json.dumps(given, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return given


def stopped_as_message(request, exc: Stopped) -> None:
    """Show the sentence of an act that was not done at the top of the next page."""
    messages.error(request, str(exc))


def kept(response, key: str):
    """Tell static/js/keep.js that the server has what was typed under this key."""
    response.set_cookie("kept", key[:80], max_age=600, samesite="Lax", secure=settings.SECURE_COOKIES)
    return response
