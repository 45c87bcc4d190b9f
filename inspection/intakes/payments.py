"""A school's list of payments: read, matched, taken in as a whole; or every row that is wrong is named."""

from django.db.models import QuerySet
from django.utils import timezone

from meetings.models import Item

from .. import payment_file
from .. import transitions as verbs
from ..access import decisions_beyond, decisions_in_scope, inspection_for
from ..matching import Decision
from ..models import Intake
from .progress import At

WRONGS = 100  # rows that are named


def plain(items: QuerySet[Item]) -> list[Decision]:
    return [
        Decision(
            item.pk, timezone.localdate(item.meeting.starts_at), item.matter.amount, item.matter.payee,
            f"{item.matter.title} {item.decision_text} {item.matter.project}",
        )
        for item in items
    ]  # fmt: skip


def bring_in(intake: Intake, at: At) -> None:
    inspection, by = inspection_for(intake.by, intake.inspection_id)
    at("读取表格", 0, 3)
    with intake.file.open("rb") as kept:
        read = payment_file.read(kept.read(), timezone.localdate(intake.at))
    intake.read_at = intake.finished_at = timezone.now()
    if read.wrongs:
        intake.found = {"wrongs": read.wrongs[:WRONGS], "many": len(read.wrongs)}
        return
    at("与决定核对", 1, 3)
    school, days = intake.school, [one.paid_on for one in read.payments]
    made = verbs.bring_payments(
        inspection, school, read.payments, plain(decisions_in_scope(inspection, school)),
        beyond=plain(decisions_beyond(inspection, school, days)) if days else [],
        name=intake.name, sha256=intake.sha256, by=by,
    )  # fmt: skip
    columns = "、".join(f"{payment_file.TITLES[name]}取自“{title}”" for name, title in read.columns.items())
    new = any(one.list_id == made.pk for one in read.payments)
    intake.said = (
        f"已导入 {len(read.payments)} 笔，并与决定核对。{columns}。" if new else "这张表已经导入过，没有重复导入。"
    )[:200]


def look(intake: Intake, at: At) -> None:
    raise AssertionError("payments are wanted from the first")
