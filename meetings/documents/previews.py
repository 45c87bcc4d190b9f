"""Drafts as they are being worded: drawn, kept for ten minutes for the person who words them, and forgotten.

Nothing of a preview is a record. It is kept under its reader and what it says, so that the same text is drawn once and
nobody reads another's.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import BaseCache, caches
from django.http import Http404
from redis import RedisError

from accounts.models import User

from ..transitions.acting import canonical
from .images import page_sizes

log = logging.getLogger(__name__)

KEPT = 600  # seconds
LONGEST = 300_000  # characters: half a minute of drawing, while others wait for theirs
OUTDATED = 30  # what a newer one took the place of is asked for only by pictures that are on their way


@dataclass(frozen=True)
class Preview:
    key: str
    sizes: list[tuple[int, int]]  # of its pages, in millimetres


def preview(user: User, place: str, facts: dict, draw: Callable[[], bytes]) -> Preview:
    """What these facts look like. ``place``: the page on which they are worded; it has one preview at a time."""
    text = canonical([place, facts])
    if len(text) > LONGEST:
        raise Http404(f"这份文件超过 {LONGEST // 10_000} 万字，不在这里预览，文字不受影响。请下载草稿查看。")
    key = hashlib.sha256(text.encode()).hexdigest()[:40]
    with _shelf() as shelf:
        pdf = shelf.get(_name(user, key))
        if pdf is None:
            pdf = draw()
            shelf.set(_name(user, key), pdf, KEPT)
        last = _name(user, "at/" + hashlib.sha256(place.encode()).hexdigest()[:40])
        before = shelf.get(last)
        if before and before != key:
            shelf.touch(_name(user, before), OUTDATED)
        shelf.set(last, key, KEPT)
    return Preview(key, page_sizes(pdf))


def kept(user: User, key: str) -> bytes | None:
    with _shelf() as shelf:
        return shelf.get(_name(user, key))


@contextmanager
def _shelf() -> Iterator[BaseCache]:
    """Without it there is no preview, and nothing else is lacking."""
    try:
        yield caches["previews"]
    except RedisError as error:
        log.error("预览没有地方放：%s", error)
        raise Http404("预览暂时看不了，文字不受影响，仍可保存和签发。请稍后再试。") from None


def _name(user: User, key: str) -> str:
    return f"preview/{user.pk}/{key}"
