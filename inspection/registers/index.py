"""Every register, in the order of the index."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organisation

from . import Span
from .decided import DECISIONS, MAJOR, PERSONNEL, PUBLICITY
from .followed import FOLLOW_UP, OVERDUE
from .later import CORRECTIONS, LATE
from .money import LARGE
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
MOST = 10_000  # rows that a page counts
FEW = 1_000  # and the index


def counts(schools: QuerySet[Organisation], span: Span, day: date, registers: Iterable[Register]) -> dict[str, int]:
    """How many rows each has, up to ``FEW`` and one more: one statement."""
    sums, given, keys = [], [], []
    for register in registers:
        rows = register.rows(schools, span, day).order_by().values("pk")[: FEW + 1]
        sql, params = rows.query.sql_with_params()
        sums.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        given += params
        keys.append(register.key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sums)}", given)
        return dict(zip(keys, cursor.fetchone(), strict=True))
