"""The journal is the queue: the lines that wait are taken in order, each in a transaction of its own.

Whatever dies in between, a line is either done, with all that follows from it, or it still waits.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Entry

from .errands import ERRANDS, PAPERS, Errand, Errands, TooFresh

log = logging.getLogger(__name__)

BATCH = 500
PATIENCE = 5  # failures after which it is a matter for the administrator
LONGEST_REST = timedelta(hours=1)

# Lines that failed: how often, and until when they rest. Kept by each process for itself: what is forgotten
# when it ends is only how long to wait, and after a repair the first attempt comes at once.
_failed: dict[int, tuple[int, datetime]] = {}


def drain(now: datetime | None = None) -> int:
    """Run the errands of the lines that wait; gives how many lines were finished."""
    now = now or timezone.now()
    waiting = Entry.objects.filter(drained_at=None)
    waiting.exclude(verb__in=ERRANDS).update(drained_at=now)  # nothing follows from these
    finished = _each(waiting.filter(verb__in=ERRANDS).order_by("pk"), ERRANDS, now)
    # Papers come last and in no order: one that takes the whole process with it, as libraries written in C can,
    # keeps back nobody's notice, and not for ever the other papers.
    return finished + _each(waiting.filter(verb__in=PAPERS).order_by("?"), PAPERS, now)


def _each(lines: QuerySet[Entry], errands: Errands, now: datetime) -> int:
    finished = 0
    resting = [pk for pk, (_, until) in _failed.items() if until > now]
    for pk in lines.exclude(pk__in=resting).values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '10s'")  # a page that hangs must not hang the worker too
            # A line that another worker holds is being taken care of.
            entry = (
                Entry.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("organisation")
                .filter(pk=pk, drained_at=None)
                .first()
            )
            # All errands are tried, also after one has failed.
            if (
                entry
                and all([_done(errand, entry, now) for errand in errands[entry.verb]])
                and (errands is PAPERS or entry.verb not in PAPERS)
            ):
                Entry.objects.filter(pk=pk).update(drained_at=now)
                _failed.pop(pk, None)
                finished += 1
    return finished


def _done(errand: Errand, entry: Entry, now: datetime) -> bool:
    try:
        with transaction.atomic():
            errand(entry, now)
    except TooFresh:
        return False
    except Exception:
        attempts = _failed.get(entry.pk, (0, now))[0] + 1
        rest = min(timedelta(seconds=5 * 2**attempts), LONGEST_REST)
        _failed[entry.pk] = attempts, now + rest
        log.log(
            logging.ERROR if attempts >= PATIENCE else logging.WARNING,
            "日志第 %s 行（%s）的后续事项 %s 第 %s 次未完成，%s 后再试",
            entry.pk, entry.verb, errand.__name__, attempts, rest,
            exc_info=True,
        )  # fmt: skip
        return False
    return True
