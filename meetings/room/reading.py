"""What the meeting page reads beside the facts that are judged."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Entry

from ..columns import OF_ITEMS, abandoned, judgements, not_met, reasons, rows, unconfirmed
from ..models import Attachment, Meeting, Movement, NamedBallot, TextRevision, Vote
from ..since_notice import agenda_rows
from ..transitions.ballots import FROZEN

KEPT = (*FROZEN, "digest")


def with_rows_of_the_room(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """What the page shows beside the facts that are judged; it travels in the statement that reads the meeting."""
    return meetings.annotate(
        attachment_rows=rows(
            Attachment.objects.filter(matter__items__meeting=OuterRef("pk"), removed_at=None, progress=None),
            matter="matter_id",
            name="name",
            size="size",
        ),
        override_rows=reasons(),
        ballot_rows=rows(
            kept_votes().filter(**OF_ITEMS), item="item_id", named="named_rows", **{name: name for name in KEPT}
        ),
        abandoned_rows=abandoned(),
        kept_rows=not_met(),
        judgement_rows=judgements(),
        movement_rows=rows(
            Movement.objects.filter(meeting=OuterRef("pk")),
            person="person_id",
            kind="kind",
            item_no="item_no",
            at="at",
            detail="detail",
            origin="origin",
            by="by__name",
            noted="noted_at",
        ),
        check_in_rows=unconfirmed(),
        agenda_rows=rows(agenda_rows(), number="number", items="items"),
        last_revision=last_revision(),
        last_entry=last_entry(),
    )


def kept_votes() -> QuerySet[Vote]:
    """The votes that were counted here, each with who voted how if it was by name; ``KEPT`` is what a check reads."""
    named = NamedBallot.objects.filter(vote=OuterRef("pk")).order_by("pk")
    return Vote.objects.filter(recorded_by__isnull=False).annotate(
        named_rows=ArraySubquery(named.values(json=JSONObject(person="person_id", choice="choice")))
    )


def last_revision() -> Subquery:
    return Subquery(TextRevision.objects.filter(meeting=OuterRef("pk")).order_by("-pk").values("pk")[:1])


def last_entry() -> Subquery:
    return Subquery(Entry.objects.filter(organisation=OuterRef("school")).order_by("-pk").values("pk")[:1])


def stamp_of(meeting: Meeting) -> str:
    """Changes whenever something of the meeting may have changed. ``meeting`` carries the two annotations."""
    return f"{meeting.last_revision or 0}.{meeting.last_entry or 0}"
