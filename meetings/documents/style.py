"""How the school's papers look, as a document freezes it."""

from accounts.models import Organisation
from governance.models import Body

from ..models import PaperStyle


def style_of(school: Organisation) -> PaperStyle:
    """What the school set, or what holds for a school that has set nothing."""
    return PaperStyle.objects.filter(school=school).first() or PaperStyle(school=school)


def styled(school: Organisation, body: str = "", style: PaperStyle | None = None) -> dict:
    """The part of the style that a document carries with it. ``unit``: who speaks in it."""
    style = style or style_of(school)
    unit = style.party_name if body == Body.PARTY else style.office_name
    return {
        "unit": unit or school.name,
        "seal": style.seal,
        "printed_by": style.printed_by or f"{school.name}办公室",
        "copies_to": style.copies_to,
    }
