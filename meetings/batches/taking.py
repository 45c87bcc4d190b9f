"""What all long work of the workers has in common: places to work at, how often it is tried, and why it came to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.http import Http404

from accounts.storage import no_room

from ..transitions.acting import Stopped

TRIES = 3
REST = timedelta(seconds=5)


@contextmanager
def place(lock: int, places: int) -> Iterator[bool]:
    """One of the few places to work at. A lock of the session: it goes with the connection of whoever dies."""
    with connection.cursor() as cursor:
        for number in range(places):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, number])
            if cursor.fetchone()[0]:
                break
        else:
            yield False
            return
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, number])


def why_not(error: Exception) -> str:
    """Why nothing came of it, for whoever asked."""
    if isinstance(error, Stopped):
        return str(error)[:300]
    if isinstance(error, FileNotFoundError):
        return "文件不在服务器上。请联系系统管理员。"
    if full := no_room(error):
        return full
    if isinstance(error, Http404):
        return "发起人已不在本校任职或授权已到期，不能再以其名义生成文件。"
    return "没有做成，原因记在服务器日志里。请联系系统管理员。"
