"""The worker's side of a report: read, freeze, draw.

One report is made at a time, by whoever holds the one place to work at; so a report that was begun and not finished when
the place is free has lost its worker, and is taken again at once. What was frozen stays frozen: a second attempt draws
the same facts. Whoever was only thought dead finds that somebody else has taken it (``attempts``), and leaves it.
"""

import hashlib
import logging
from types import ModuleType

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.storage import keep_whole
from meetings.batches.taking import REST, TRIES, place, why_not
from meetings.notices import tell, to_each
from meetings.transitions.acting import Stopped, digest_of

from ..models import Report
from . import examined, year
from .chapters import Frozen, all_figures
from .files import FORMATS, made, place_of

log = logging.getLogger(__name__)

LOCK = 7_100_003
KINDS: dict[str, ModuleType] = {Report.Kind.YEAR: year, Report.Kind.INSPECTION: examined}
HEADS = {Report.Kind.YEAR: "年度报告", Report.Kind.INSPECTION: "检查报告"}
STEPS = ["读取记录，汇总数字", *(f"排印 {each.words}" for each in FORMATS.values())]


class _Lost(Exception):
    """It was stopped, or somebody else has taken it."""


def work() -> bool:
    """Make one report that waits; gives whether more wait."""
    with place(LOCK, 1) as free:
        if not free:
            return False
        report = _take()
        if report is None:
            return False
        _do(report)
        return _waiting().exists()


def _waiting():
    return Report.objects.filter(
        Q(held_until=None) | Q(held_until__lte=timezone.now()), finished_at=None, stopped_at=None
    )


@transaction.atomic
def _take() -> Report | None:
    free = _waiting().select_for_update(of=("self",), skip_locked=True)
    report = free.select_related("authority", "inspection", "asked_by").order_by("pk").first()
    if report:
        report.attempts, report.held_until = report.attempts + 1, None
        report.steps, report.done = len(STEPS), 0
        report.save(update_fields=["attempts", "held_until", "steps", "done"])
    return report


def _do(report: Report) -> None:
    if report.attempts > TRIES:
        _give_up(report, "生成它的进程三次中断，没有做成。请联系系统管理员。")
        return
    try:
        _step(report, 0)
        if not report.digest:
            report.frozen = freeze(report)
            report.digest = digest_of(report.frozen)
            _put_down(report, frozen=report.frozen, digest=report.digest)
        kept = {}
        for number, kind in enumerate(FORMATS.values(), start=1):
            _step(report, number)
            content = made(report, kind)
            keep_whole(place_of(report, kind), content)
            kept[kind.column] = hashlib.sha256(content).hexdigest()
        _finish(report, kept)
    except _Lost:
        _clear(report)
    except (InterfaceError, OperationalError):
        raise  # the connection is gone: it is taken again
    except Exception as error:
        level = logging.ERROR if report.attempts >= TRIES else logging.WARNING
        log.log(level, "报告 %s（%s）第 %s 次没有做成", report.pk, report.title, report.attempts, exc_info=True)
        if report.attempts >= TRIES or isinstance(error, Stopped):
            _give_up(report, why_not(error))
        else:
            _mine(report).update(held_until=timezone.now() + REST * report.attempts, step="没有做成，稍后再试")


def freeze(report: Report) -> Frozen:
    """What the report says, all of it read at one moment."""
    now, kind = timezone.localtime(), KINDS[report.kind]
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        of = kind.gathered(report, now.date())
        told = kind.told(of)
        chapters = [chapter for chapter in kind.chapters(of) if chapter]
    return told | {
        "kind": report.kind,
        "head": HEADS[Report.Kind(report.kind)],
        "title": report.title,
        "authority": report.authority.name,
        "version": report.version,
        "asked_by": report.asked_by.name,
        "at": now.isoformat(timespec="seconds"),
        "on": now.date().isoformat(),
        "chapters": chapters,
    }


def live(report: Report) -> dict[str, int]:
    """The figures of a report as they are now, but for those that take the worker long."""
    kind = KINDS[report.kind]
    of = kind.gathered(report, timezone.localdate(), whole=False)
    chapters = [chapter for chapter in kind.chapters(of) if chapter]
    return {one["key"]: one["number"] for one in all_figures({"chapters": chapters})}


def _mine(report: Report):
    return Report.objects.filter(pk=report.pk, attempts=report.attempts, finished_at=None, stopped_at=None)


def _put_down(report: Report, **columns) -> None:
    if not _mine(report).update(**columns):
        raise _Lost


def _step(report: Report, number: int) -> None:
    _put_down(report, done=number, step=STEPS[number])


@transaction.atomic
def _finish(report: Report, kept: dict[str, str]) -> None:
    names = {kind.column: place_of(report, kind) for kind in FORMATS.values()}
    _put_down(report, **names, sha256=kept, done=len(STEPS), step="", finished_at=timezone.now())
    _tell(report, "done", f"已做好，可以下载：{report.title}", "")


@transaction.atomic
def _give_up(report: Report, why: str) -> None:
    if _mine(report).update(failed=why[:300], step="", finished_at=timezone.now()):
        _tell(report, "failed", f"没有做成：{report.title}", why)


def _clear(report: Report) -> None:
    """Of a report that was stopped nothing is kept."""
    if report.digest and Report.objects.filter(pk=report.pk, stopped_at__isnull=False).exists():
        for kind in FORMATS.values():
            default_storage.delete(place_of(report, kind))


def _tell(report: Report, what: str, title: str, body: str) -> None:
    tell(
        to_each(
            [report.asked_by_id],
            school=report.authority,
            key=f"report/{report.pk}/{what}",
            kind="report",
            title=title[:200],
            body=body[:500],
            url=reverse("report", args=[report.authority.code, report.pk]),
            mail_due=False,
        )
    )
