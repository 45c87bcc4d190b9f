"""Loading what is judged of a school as a whole: its ground, the talks of its heads, and that meetings were held."""

from django.db.models import OuterRef, Subquery

from accounts.models import Organisation
from governance.facts import ground_of, talks_of
from governance.rules import facts
from governance.rules.dossier import Dossier

from ..models import Correction, Meeting
from .corrections import value_of


def load_school(school: Organisation) -> Dossier:
    """Three statements, however long the record: meetings are bare, the rules about a school ask no more of them."""
    corrected = Correction.objects.filter(meeting=OuterRef("pk"), path="meeting/starts_at", signed_at__isnull=False)
    held = Meeting.objects.filter(school=school).exclude(state__in=Meeting.NO_RECORD).order_by("pk")
    held = held.annotate(right=Subquery(corrected.order_by("-no").values("right")[:1]))
    return Dossier(
        ground_of(school).records(
            communications=talks_of(school),
            meetings=tuple(
                facts.Meeting(pk, body, value_of("starts_at", right) if right else starts_at)
                for pk, body, starts_at, right in held.values_list("pk", "body", "starts_at", "right")
            ),
        )
    )
