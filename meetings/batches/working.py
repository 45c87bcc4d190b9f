"""The workers' side of a batch: take a part, do it, put down what came of it.

Taking a part is one transaction, which says who holds it until when and how often it was tried; doing it is another,
which ends with ``done_at``. So what a dead worker held is taken again when its time is over, a part is never done twice,
and one that brings its worker down three times is given up and named, so that the rest goes on.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.uploads import sha256_of

from ..models import Batch, BatchPart
from ..notices import link, tell, to_each
from ..transitions.acting import Stopped
from .asking import LAST
from .taking import REST, TRIES, place, why_not

log = logging.getLogger(__name__)

HOLD = timedelta(minutes=2)  # much longer than a part takes; until then nobody takes what a dead worker held
HOLD_LAST = timedelta(minutes=15)  # the file of a year may be large
SHARE = 3.0  # seconds that a task works before it goes to the end of the queue: a notice waits no longer than that
LOCK = 7_100_002
WORKERS = 2  # so many work on batches at once, in all


@dataclass(frozen=True)
class Made:
    """The one file of a batch: where it was written, and how it is called when it is handed out."""

    path: str  # in the storage
    name: str
    said: str = ""  # for the notice


class _Lost(Exception):
    """Somebody else has taken the part, because it was held too long; or the batch was stopped."""


def work(seconds: float = SHARE) -> bool:
    """Do what waits, for some seconds; gives whether more waits. Two may work at once, a third finds nothing to do."""
    until = time.monotonic() + seconds
    with place(LOCK, WORKERS) as free:
        while free:
            part = _take()
            if part is None:
                return False
            _do(part)
            if time.monotonic() >= until:
                return True
    return False


@transaction.atomic
def _take() -> BatchPart | None:
    now = timezone.now()
    undone = BatchPart.objects.filter(batch=OuterRef("batch"), done_at=None).exclude(pk=OuterRef("pk"))
    free = Q(held_until=None) | Q(held_until__lte=now)
    waiting = BatchPart.objects.filter(free, done_at=None, batch__finished_at=None, batch__stopped_at=None)
    # By number first: a short batch does not wait for the end of a long one.
    part = (
        waiting.exclude(Exists(undone), about__has_key=LAST)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("batch__school", "batch__asked_by")
        .order_by("no", "batch")
        .first()
    )
    if part is None:
        return None
    part.attempts += 1
    part.held_until = now + (HOLD_LAST if LAST in part.about else HOLD)
    part.save(update_fields=["attempts", "held_until"])
    Batch.objects.filter(pk=part.batch_id, started_at=None).update(started_at=now)
    return part


def _do(part: BatchPart) -> None:
    if part.attempts > TRIES:
        _give_up(part, "处理它的进程三次中断，没有做成。请联系系统管理员。")
        return
    works, last = _works()[part.batch.kind], LAST in part.about
    made: Made | None = None
    try:
        if last:
            works.ready(part.batch)
            with transaction.atomic():
                made = works.assemble(part.batch, part.attempts)
                _finish(part, made)
        else:  # in transactions of its own, and bears repetition: nobody waits for a lock while a page is drawn
            _put_down(part, made=works.do(part))
    except _Lost:
        if made:
            default_storage.delete(made.path)
    except (InterfaceError, OperationalError):
        raise  # the connection is gone: the part is taken again when its time is over
    except Exception as error:
        if made:
            default_storage.delete(made.path)
        log.log(
            logging.ERROR if part.attempts >= TRIES else logging.WARNING,
            "成批文件 %s 第 %s 件（%s）第 %s 次未完成", part.batch_id, part.no, part.label, part.attempts, exc_info=True,
        )  # fmt: skip
        if part.attempts >= TRIES or isinstance(error, Stopped):
            _give_up(part, why_not(error))
        else:
            BatchPart.objects.filter(pk=part.pk, attempts=part.attempts, done_at=None).update(
                held_until=timezone.now() + REST * part.attempts
            )


def _works() -> dict[str, ModuleType]:
    from .. import archives
    from . import papers

    return {Batch.Kind.PAPERS: papers, Batch.Kind.PACK: archives.packing}


def _put_down(part: BatchPart, **columns: Any) -> None:
    """Done, by whoever still holds it."""
    holds = BatchPart.objects.filter(pk=part.pk, attempts=part.attempts, done_at=None)
    if not holds.update(done_at=timezone.now(), held_until=None, **columns):
        raise _Lost


def _finish(part: BatchPart, made: Made) -> None:
    sha256 = sha256_of(default_storage.open(made.path))
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=part.batch_id)
    if batch.finished_at or batch.stopped_at:
        raise _Lost
    _put_down(part, made={"sha256": sha256})
    batch.file, batch.file_name, batch.file_sha256 = made.path, made.name[:200], sha256
    batch.finished_at = timezone.now()
    batch.save(update_fields=["file", "file_name", "file_sha256", "finished_at"])
    failed = batch.parts.exclude(failed="").count()
    said = f"其中 {failed} 件没有做成，见页面。" if failed else ""
    _tell(batch, "done", f"已做好，可以下载：{batch.label}", f"{made.said}{said}")


@transaction.atomic
def _give_up(part: BatchPart, why: str) -> None:
    try:
        _put_down(part, failed=why[:300])
    except _Lost:
        return
    if LAST not in part.about:
        return
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=part.batch_id)
    if not batch.finished_at:
        batch.failed, batch.finished_at = why[:300], timezone.now()
        batch.save(update_fields=["failed", "finished_at"])
        _tell(batch, "failed", f"没有做成：{batch.label}", why)


def _tell(batch: Batch, what: str, title: str, body: str) -> None:
    tell(
        to_each(
            [batch.asked_by_id],
            school=batch.school,
            key=f"batch/{batch.pk}/{what}",
            kind="batch",
            title=title[:200],
            body=body[:500],
            url=link("batch", batch.school, pk=batch.pk),
            mail_due=False,
        )
    )
