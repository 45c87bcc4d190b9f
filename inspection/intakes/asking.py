"""A workbook is handed in, and what was seen in it is wanted. The rights are those of what it brings."""

import hashlib
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from accounts.uploads import MB, safe_name
from governance.access import Standing
from meetings.workbook import Unreadable
from meetings.workbook.opening import MOST_BYTES, check

from ..models import Inspection, Intake
from ..transitions.acting import allowed, lock
from .working import HOLD, at_once

SMALL = 60_000  # bytes: about a thousand lines, a second or two
FEW = 500  # lines
KEPT = timedelta(days=2)  # what was shown and is not wanted


def hand_in(
    upload: Any, kind: str, *, by: Standing, inspection: Inspection | None = None, school: Organisation | None = None
) -> Intake:
    """Kept for the worker; a small one is looked through at once. Raises Unreadable."""
    name = safe_name(upload.name)
    if upload.size > MOST_BYTES:
        raise Unreadable(f"“{name}”有 {upload.size / MB:.1f} MB，最多 {MOST_BYTES // MB} MB。请分几个文件上传。")
    content = upload.read()
    try:
        check(content)
    except Unreadable as refused:
        raise Unreadable(str(refused).replace("本校的模板", "模板")) from None
    small, now = len(content) <= SMALL, timezone.now()
    wanted = {"wanted_at": now, "wanted_by": by.user} if kind == Intake.Kind.PAYMENTS else {}
    with transaction.atomic():
        _give_up_old()
        intake = Intake(
            authority=inspection.authority if inspection else by.organisation, kind=kind, inspection=inspection,
            school=school, name=name, sha256=hashlib.sha256(content).hexdigest(), by=by.user, **wanted,
            held_until=now + HOLD if small else None,
        )  # fmt: skip
        intake.file.save("intake.xlsx", ContentFile(content))
    if small:
        intake = at_once(intake)
    if intake.failed:
        raise Unreadable(intake.failed)
    return intake


def want(intake: Intake, *, together: bool, by: Standing) -> Intake:
    """What was shown is to be brought in. A second click finds it wanted, or done."""
    allowed("import_people", by)
    with transaction.atomic():
        intake = lock(intake)
        if intake.finished_at or intake.wanted_at or not intake.read_at or intake.found["wrongs"]:
            return intake  # nothing is wanted of a workbook in which something is wrong
        few, now = len(intake.found["rows"]) <= FEW, timezone.now()
        intake.wanted_at, intake.wanted_by, intake.together = now, by.user, together
        intake.attempts, intake.held_until = 0, now + HOLD if few else None
        intake.save(update_fields=["wanted_at", "wanted_by", "together", "attempts", "held_until"])
    return at_once(intake) if few else intake


def _give_up_old() -> None:
    """What nobody wanted is not kept: it names people."""
    old = Intake.objects.filter(finished_at=None, wanted_at=None, read_at__lt=timezone.now() - KEPT)
    for intake in old.select_for_update(skip_locked=True):
        intake.file.delete(save=False)
        intake.found, intake.finished_at, intake.failed = {}, timezone.now(), "两天内没有导入，已经作废。请重新上传。"
        intake.save(update_fields=["file", "found", "finished_at", "failed"])
