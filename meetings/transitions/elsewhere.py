"""What a record from elsewhere changes of what is under way here."""

from collections.abc import Iterable

from ..models import Matter
from .acting import now


def carry_on(matters: Iterable[Matter]) -> None:
    """Matters that a meeting from elsewhere decided are decided here too. Within the transaction of the import."""
    under_way = (Matter.State.PROPOSED, Matter.State.HELD, Matter.State.RETURNED)
    Matter.objects.filter(pk__in=[matter.pk for matter in matters], state__in=under_way).update(
        state=Matter.State.DECIDED, updated_at=now()
    )
