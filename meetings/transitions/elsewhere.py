"""What a record from elsewhere changes of what is under way here."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from ..models import Matter, Meeting
from .acting import now


def carry_on(matters: Iterable[Matter]) -> None:
    """Matters that a meeting from elsewhere decided are decided here too. Within the transaction of the import."""
    under_way = (Matter.State.PROPOSED, Matter.State.HELD, Matter.State.RETURNED)
    Matter.objects.filter(pk__in=[matter.pk for matter in matters], state__in=under_way).update(
        state=Matter.State.DECIDED, updated_at=now()
    )


@contextmanager
def planned_for_many() -> Iterator[None]:
    """Triggers keep their plans for as long as a connection lives. Those of a small school scan its tables, which is
    dear when a hundred thousand rows come in one transaction: they are planned anew, by the indexes."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


@contextmanager
def sealed_last(meetings: Iterable[Meeting]) -> Iterator[None]:
    """Meetings that are stored as sealed: while their rows are written they are not sealed yet."""
    closed = [meeting for meeting in meetings if meeting.state == Meeting.State.IMPORTED]
    for meeting in closed:
        meeting.state = Meeting.State.ENDED
    yield
    for meeting in closed:
        meeting.state = Meeting.State.IMPORTED
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in closed]).update(state=Meeting.State.IMPORTED)
