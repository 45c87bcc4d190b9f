"""Loading what is judged of a school as a whole: its ground, the talks of its heads, and that meetings were held."""

from accounts.models import Organisation
from governance.facts import ground_of, talks_of
from governance.rules import facts
from governance.rules.dossier import Dossier

from ..models import Meeting


def load_school(school: Organisation) -> Dossier:
    """Three statements, however long the record: meetings are bare, the rules about a school ask no more of them."""
    held = Meeting.objects.filter(school=school).exclude(state__in=Meeting.NO_RECORD)
    return Dossier(
        ground_of(school).records(
            communications=talks_of(school),
            meetings=tuple(facts.Meeting(**row) for row in held.order_by("pk").values("id", "body", "starts_at")),
        )
    )
