"""How far the worker has come with a workbook. All of it comes in by one transaction, which nobody sees into: it is told
through the cache that all processes share."""

from collections.abc import Callable
from typing import Any

from django.core.cache import caches

KEPT_SECONDS = 600
At = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much


def nowhere(_step: str, _done: int, _of: int) -> None:
    """For whoever does not wait."""


def reported(pk: int) -> At:
    def at(step: str, done: int, of: int) -> None:
        caches["previews"].set(_key(pk), {"step": step, "done": done, "of": max(of, 1)}, KEPT_SECONDS)

    return at


def how_far(pk: int) -> dict[str, Any]:
    return caches["previews"].get(_key(pk)) or {}


def _key(pk: int) -> str:
    return f"intake/{pk}"
