"""Every register, in the order of the index."""

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, Sum

from accounts.models import Organisation

from ..models import SchoolDue, SchoolTerm
from .decided import DECISIONS, MAJOR, PERSONNEL, PUBLICITY
from .followed import FOLLOW_UP, OVERDUE
from .later import CORRECTIONS, LATE
from .money import LARGE
from .period import Period
from .prior import CONSULTATIONS, EMERGENCIES, OVERRIDES, RECONSIDERED
from .sat import ATTENDANCE, MEETINGS
from .shape import Register

GROUPS: tuple[tuple[str, tuple[Register, ...]], ...] = (
    ("决策", (MAJOR, DECISIONS, PERSONNEL, LARGE)),
    ("会议", (MEETINGS, ATTENDANCE, CONSULTATIONS)),
    ("落实和公开", (FOLLOW_UP, OVERDUE, PUBLICITY)),
    ("例外和更改", (EMERGENCIES, OVERRIDES, RECONSIDERED, CORRECTIONS, LATE)),
)
REGISTERS = {register.key: register for _, several in GROUPS for register in several}
MOST = 10_000  # rows that are counted one by one
FEW = 1_000  # and from which on the roll-ups are asked, if they count the same


def counted(rows: QuerySet, most: int) -> int:
    """Up to ``most`` and one more."""
    return rows.order_by().values("pk")[: most + 1].count()


def whole(register: Register, schools: QuerySet[Organisation], period: Period, day: date) -> int | None:
    """How many rows a register has that is narrowed to nothing, as the roll-ups have it, if they do."""
    if register.tally == "overdue":
        return SchoolDue.objects.filter(school__in=schools, due__lt=day).aggregate(many=Sum("open"))["many"] or 0
    if not register.tally or not period.terms:
        return None
    sums = F("party") + F("office") if register.tally == "meetings" else F(register.tally)
    kept = SchoolTerm.objects.filter(school__in=schools, term__in=[term.serial for term in period.terms])
    return kept.aggregate(many=Sum(sums))["many"] or 0


def counts(schools: QuerySet[Organisation], period: Period, day: date) -> dict[str, int]:
    """How many rows each has, up to ``FEW`` and one more unless the roll-ups know: one statement, and one more for each
    that they know."""
    sums: list[str] = []
    given: list[Any] = []
    for register in REGISTERS.values():
        sql, params = (
            register.rows(schools, period.span, day).order_by().values("pk")[: FEW + 1].query.sql_with_params()
        )
        sums.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        given += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sums)}", given)
        many = dict(zip(REGISTERS, cursor.fetchone(), strict=True))
    for key, count in many.items():
        known = whole(REGISTERS[key], schools, period, day) if count > FEW else None
        many[key] = count if known is None else known
    return many
