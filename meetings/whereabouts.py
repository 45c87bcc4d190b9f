"""Where a matter stands: what it waits for, in people's words. One matter may wait for two things at once.

Glossary
    ratified  decided by somebody in an emergency, and a party meeting has settled an item on it since
    missed    a party meeting came and went after the emergency without ratifying it
"""

from datetime import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from accounts.models import Organisation
from accounts.templatetags.words import day
from governance.models import Body

from .models import Consultation, Item, Matter, Meeting

S, I, M = Matter.State, Item.State, Meeting.State  # noqa: E741

AHEAD = (M.DRAFT, M.CALLED, M.OPEN)
HELD = (M.ENDED, M.COMPLETED, M.SIGNED, M.ISSUED, M.IMPORTED)
ANSWERED = (Item.Outcome.PASSED, Item.Outcome.REJECTED, Item.Outcome.NOTED)

WORDS = {
    "consulting": "待沟通",
    "confirming": "待确认",
    "coming": "待上会",
    "held": "暂缓上会",
    "deferred": "缓议",
    "idle": "待提请上会",
    "to_ratify": "待追认",
    "unratified": "未追认",
    "to_deploy": "待部署",
    "carried_out": "落实中",
    "reconsidered": "复议中",
}


def _items(**more) -> QuerySet[Item]:
    return Item.objects.filter(matter=OuterRef("pk"), **more)


def _after_the_emergency(**more) -> QuerySet[Meeting]:
    return Meeting.objects.filter(
        school=OuterRef("school"), body=Body.PARTY, starts_at__gt=OuterRef("emergency_at"), **more
    )


def to_ratify() -> Q:
    ratified = _items(body=Body.PARTY, state=I.SETTLED, outcome__in=ANSWERED, added_at__gt=OuterRef("emergency_at"))
    came_in = _items(body=Body.PARTY, outcome__in=ANSWERED, meeting__starts_at__gt=OuterRef("emergency_at"))
    party = ~Q(school__party_organization=Organisation.PartyOrganisation.NONE)
    settled = Exists(ratified) | Exists(came_in.filter(meeting__state__in=HELD))
    return Q(emergency_at__isnull=False) & party & ~Q(state__in=(S.DRAFT, S.WITHDRAWN)) & ~settled


def missed() -> Exists:
    return Exists(_after_the_emergency(state__in=HELD))


def stands() -> dict[str, Q]:
    consulting = Exists(Consultation.objects.filter(matter=OuterRef("pk"), kind="secretary_principal", at=None))
    off = {"meeting": None}
    before, decided = Q(state=S.PROPOSED), Q(state=S.DECIDED)
    to_a_meeting = Q(meeting=None) | Q(meeting__state__in=AHEAD)
    deploys = _items(purpose=Item.Purpose.DEPLOY, state__in=Item.ASKED, outcome="").filter(to_a_meeting)
    undone = _items(state=I.SETTLED, outcome__in=Item.CARRIED, due__isnull=False, done_on=None)
    again = Matter.objects.filter(reconsiders=OuterRef("pk"), state__in=(S.PROPOSED, S.HELD, S.RETURNED))
    live = before | decided
    return {
        "consulting": before & Q(consulting),
        "confirming": live & ~Q(consulting) & Q(Exists(_items(state=I.WAITING, **off))),
        "coming": live & Q(Exists(_items(state=I.CONFIRMED, outcome="").filter(to_a_meeting))),
        "held": Q(state=S.HELD) | live & Q(Exists(_items(state=I.POSTPONED, **off))),
        "deferred": before & Q(Exists(_items(state=I.SETTLED, outcome=Item.Outcome.DEFERRED))),
        "idle": idle(),
        "to_ratify": to_ratify() & ~Q(missed()),
        "unratified": to_ratify() & Q(missed()),
        "to_deploy": decided & Q(Exists(deploys)),
        "carried_out": decided & Q(Exists(undone)),
        "reconsidered": Q(state__in=(S.DECIDED, S.CLOSED)) & Q(Exists(again)),
    }


def idle() -> Q:
    """Proposed, and asked of no meeting any more: somebody has to ask again, or to withdraw it."""
    return Q(state=S.PROPOSED) & ~Q(Exists(_items(state__in=Item.ASKED)))


def standing_at(matters: QuerySet[Matter], where: str) -> QuerySet[Matter]:
    """Those that stand there: by one of the words above, or by the state alone."""
    if where in S.values and where not in WORDS:
        return matters.filter(state=where)
    found = stands().get(where)
    return matters.filter(found) if found is not None else matters


def with_whereabouts(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    return matters.annotate(
        **{f"is_{name}": ExpressionWrapper(found, BooleanField()) for name, found in stands().items()}
    )


def whereabouts(matter: Matter) -> list[tuple[str, str]]:
    """The words of a matter that carries them; its state where nothing more can be said."""
    said = [(name, word) for name, word in WORDS.items() if getattr(matter, f"is_{name}")]
    return said or [(matter.state, matter.get_state_display())]


CHOICES = [
    (S.DRAFT.value, S.DRAFT.label),
    *WORDS.items(),
    *((state.value, state.label) for state in (S.RETURNED, S.DECIDED, S.CLOSED, S.WITHDRAWN)),
]


def with_ratifying(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """With the next party meeting after the emergency, and the first that went by without ratifying it."""
    # A meeting that is being held takes up nothing more.
    ahead = _after_the_emergency(state__in=(M.DRAFT, M.CALLED)).order_by("starts_at")
    over = _after_the_emergency(state__in=HELD).order_by("starts_at")
    asked = _items(body=Body.PARTY, state__in=Item.ASKED).order_by("-pk")
    return matters.annotate(
        ratifies_at=Subquery(ahead.values("starts_at")[:1]),
        missed_at=Subquery(over.values("starts_at")[:1]),
        ratifying_item=Subquery(asked.values("pk")[:1]),
        ratifying_state=Subquery(asked.values("state")[:1]),
        ratifying_meeting=Subquery(asked.values("meeting")[:1]),
    )


def ratifying_words(ratifies_at: datetime | None, missed_at: datetime | None) -> str:
    if missed_at:
        return f"未追认：{day(missed_at)}的党组织会议没有追认"
    return f"待 {day(ratifies_at)}的党组织会议追认" if ratifies_at else "待下次党组织会议追认"


def ratifying_of(matter: Matter) -> tuple[str, datetime | None]:
    """By when an emergency waits to be ratified, in words, and the meeting that went by without it; nothing once it is."""
    found = with_ratifying(Matter.objects.filter(to_ratify(), pk=matter.pk)).first()
    return (ratifying_words(found.ratifies_at, found.missed_at), found.missed_at) if found else ("", None)
