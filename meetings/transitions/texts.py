"""A stored value as the text that a page shows, and the version that a write of that text is based on."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.utils import timezone


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shown(value: Any) -> str:
    """A stored value as the text that a page shows and a version is taken of."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return str(value)


def only_added(before: str, after: str) -> bool:
    """Whether ``after`` is ``before`` with something put in at one place: nothing of it was taken away."""
    pairs = enumerate(zip(before, after, strict=False))
    kept = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    return after.endswith(before[kept:]) and len(after) >= len(before)
