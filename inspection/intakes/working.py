"""The worker's side of a workbook: look through what was handed in, bring in what is wanted.

Each is one transaction, which also puts down that it was done: of a killed worker nothing is left, the workbook is taken
again at once (as with reports, one works at a time), and nothing comes in twice. A small one is worked on in the request,
which holds it: should that die, the worker takes it when the time is over.
"""

import logging
from datetime import timedelta
from types import ModuleType

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from governance.procedures import Refused
from meetings.batches.taking import REST, TRIES, place, why_not
from meetings.notices import tell, to_each
from meetings.transitions.acting import Stopped
from meetings.workbook import Unreadable

from ..models import Intake
from . import payments, structure
from .progress import At, nowhere, reported

log = logging.getLogger(__name__)

LOCK = 7_100_004
KINDS: dict[str, ModuleType] = {Intake.Kind.STRUCTURE: structure, Intake.Kind.PAYMENTS: payments}
HOLD = timedelta(minutes=2)  # much longer than a request takes
GONE = "上传人的权限已经结束，没有导入。请由现在的经办人重新上传。"


class _Lost(Exception):
    """Somebody else has taken it."""


def work() -> bool:
    """Work on one workbook that waits; gives whether more wait."""
    with place(LOCK, 1) as free:
        if not free:
            return False
        intake = _take(_waiting())
        if intake is None:
            return False
        if _do(intake, reported(intake.pk)):
            _tell(Intake.objects.get(pk=intake.pk))
        return _waiting().exists()


def at_once(intake: Intake) -> Intake:
    """In the request; whoever waits sees it done. A second click may hold it for a moment."""
    taken = _take(Intake.objects.filter(pk=intake.pk, finished_at=None), passes_by=False)
    if taken:
        _do(taken, nowhere)
    return Intake.objects.get(pk=intake.pk)


def _waiting():
    free = Q(held_until=None) | Q(held_until__lte=timezone.now())
    return Intake.objects.filter(free, Q(read_at=None) | Q(wanted_at__isnull=False), finished_at=None)


@transaction.atomic
def _take(waiting, *, passes_by: bool = True) -> Intake | None:
    rows = waiting.select_for_update(of=("self",), skip_locked=passes_by).defer("found")
    intake = rows.select_related("authority", "inspection", "school", "by", "wanted_by").order_by("pk").first()
    if intake:
        intake.attempts += 1
        intake.save(update_fields=["attempts"])
    return intake


def _do(intake: Intake, at: At) -> bool:
    """Whether it came to an end, of whatever kind."""
    if intake.attempts > TRIES:
        return _give_up(intake, "处理它的进程三次中断，没有做成。请联系系统管理员。")
    works = KINDS[intake.kind]
    try:
        with transaction.atomic():
            _mine(intake)
            (works.bring_in if intake.wanted_at else works.look)(intake, at)
            intake.held_until, intake.attempts = None, 0
            intake.save()
        if intake.finished_at:
            intake.file.delete()
        return True
    except _Lost:
        return False
    except (InterfaceError, OperationalError):
        raise  # the connection is gone: it is taken again
    except (Unreadable, Stopped, Refused) as refused:
        return _give_up(intake, str(refused))
    except (Http404, PermissionDenied):
        return _give_up(intake, GONE)
    except Exception as error:
        last = intake.attempts >= TRIES
        log.log(
            logging.ERROR if last else logging.WARNING,
            "导入 %s 第 %s 次没有做成",
            intake.pk,
            intake.attempts,
            exc_info=True,
        )
        if last:
            return _give_up(intake, why_not(error))
        Intake.objects.filter(pk=intake.pk, attempts=intake.attempts, finished_at=None).update(
            held_until=timezone.now() + REST * intake.attempts
        )
        return False


def _mine(intake: Intake) -> None:
    mine = Intake.objects.filter(pk=intake.pk, attempts=intake.attempts, finished_at=None)
    if not mine.select_for_update(of=("self",), no_key=True).exists():
        raise _Lost


def _give_up(intake: Intake, why: str) -> bool:
    done = {"failed": why[:300], "finished_at": timezone.now(), "found": {}}
    given_up = Intake.objects.filter(pk=intake.pk, attempts=intake.attempts, finished_at=None).update(**done)
    if given_up:
        intake.file.delete(save=False)
        Intake.objects.filter(pk=intake.pk).update(file="")
    return bool(given_up)


def _tell(intake: Intake) -> None:
    """Whoever waits for it, and may have gone."""
    if intake.kind == Intake.Kind.STRUCTURE:
        url = reverse("structure_arrival", args=[intake.authority.code, intake.pk])
    else:
        url = reverse("payment_lists", args=[intake.inspection_id, intake.school.code])
    what, title = (
        ("failed", "没有导入") if intake.failed or intake.found.get("wrongs")
        else ("done", "已导入") if intake.finished_at
        else ("shown", "已核对，请看结果")
    )  # fmt: skip
    tell(
        to_each(
            [(intake.wanted_by or intake.by).pk],
            school=intake.authority,
            key=f"intake/{intake.pk}/{what}/{intake.digest[:8]}",
            kind="intake",
            title=f"{title}：{intake.name}"[:200],
            body=(intake.failed or intake.said)[:500],
            url=url,
            mail_due=False,
        )
    )
