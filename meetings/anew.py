"""Which consultations wait for being confirmed anew, and by whom: one statement."""

from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from governance.access import Standing

from .models import Consultation, Consulted, Matter
from .transitions import proposal_digest
from .transitions.versions import SINGLY


def to_confirm_anew(by: Standing) -> Iterator[tuple[Consultation, bool]]:
    """Those on another text that this person was consulted in and has not confirmed, and for the clerk those that a body
    or an expert gave; with whether it is the person's own answer that is wanted."""
    counts = Consultation.objects.filter(
        matter=OuterRef("matter"), kind=OuterRef("kind"), stale=False, at__isnull=False
    )
    mine = Consulted.objects.filter(consultation=OuterRef("pk"), person=by.person_id)
    anyone = Consulted.objects.filter(consultation=OuterRef("pk"))
    given = Consultation.objects.filter(renews=OuterRef("pk"), consulted__person=by.person_id)
    wanted = Q(Exists(mine), kind__in=SINGLY)
    if by.clerk:
        wanted |= ~Q(kind__in=(*SINGLY, Consultation.Kind.SECRETARY_PRINCIPAL)) | Q(~Exists(anyone), kind__in=SINGLY)
    found = (
        Consultation.objects.filter(
            wanted, ~Exists(counts), stale=True, renews=None, matter__school=by.school, at__isnull=False,
            matter__state__in=(Matter.State.PROPOSED, Matter.State.HELD),
        )
        .exclude(proposal_digest="")
        .annotate(own=Exists(mine), given_on=ArraySubquery(given.values("proposal_digest")))
        .select_related("matter")
        .order_by("pk")
    )  # fmt: skip
    for consultation in found:
        if proposal_digest(consultation.matter) not in (consultation.proposal_digest, *consultation.given_on):
            yield consultation, consultation.own and consultation.kind in SINGLY
