"""What belongs into a pack: of one matter, of one meeting, or of a school's year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Entry, Organisation
from accounts.templatetags.words import full
from governance.access import Standing
from governance.models import Body
from governance.rules import facts
from governance.rules.facts import day_of

from ..access import matter_for, meeting_for
from ..documents.kinds import BY_CODE, Kind, Of, Period
from ..dossiers import matter_part, meeting_part, period_of
from ..models import Attachment, Batch, Consultation, Document, Item, Matter, Meeting, Pack

# What a pack holds of each sealed meeting and of each matter or year; what is not there yet is issued for it.
WANTED = {
    Of.MEETING: (Document.Kind.RECORD, Document.Kind.SIGN_IN),
    Of.MATTER: (Document.Kind.DOSSIER,),
    Of.PERIOD: (Document.Kind.LEDGER,),
}
MET = (*Meeting.SEALED, Meeting.State.ENDED, Meeting.State.COMPLETED, Meeting.State.SIGNED)


@dataclass(frozen=True)
class Scope:
    kind: Pack.Scope
    school: Organisation
    year: int
    meeting: Meeting | None = None
    matter: Matter | None = None

    @classmethod
    def at(cls, of: str, key: int, by: Standing) -> "Scope":
        """From an address: fetching is authorising."""
        if of == Pack.Scope.MEETING:
            return cls.of_meeting(meeting_for(by, key))
        if of == Pack.Scope.MATTER:
            return cls.of_matter(matter_for(by, key))
        return cls(Pack.Scope.YEAR, by.school, key)

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> "Scope":
        return cls(Pack.Scope.MEETING, meeting.school, day_of(meeting.starts_at).year, meeting=meeting)

    @classmethod
    def of_matter(cls, matter: Matter) -> "Scope":
        last = matter.items.filter(meeting__state__in=MET).order_by("-meeting__starts_at").first()
        moment = last.meeting.starts_at if last else matter.decided_without_at or matter.proposed_at
        return cls(Pack.Scope.MATTER, matter.school, day_of(moment or timezone.now()).year, matter=matter)

    @classmethod
    def of_batch(cls, batch: Batch) -> "Scope":
        scope = batch.scope
        if scope["scope"] == Pack.Scope.MEETING:
            return cls.of_meeting(Meeting.objects.select_related("school").get(pk=scope["pk"]))
        if scope["scope"] == Pack.Scope.MATTER:
            return cls.of_matter(Matter.objects.select_related("school").get(pk=scope["pk"]))
        return cls(Pack.Scope.YEAR, batch.school, scope["year"])

    @property
    def key(self) -> dict[str, Any]:
        one = self.meeting or self.matter
        return {"scope": str(self.kind), "pk": one.pk} if one else {"scope": str(self.kind), "year": self.year}

    @property
    def title(self) -> str:
        """For whoever may read the records."""
        if self.meeting:
            return f"{full(day_of(self.meeting.starts_at))}{Body(self.meeting.body).label}"
        return self.matter.title if self.matter else f"{self.year} 年度"

    @property
    def label(self) -> str:
        """For the bell and the journal: the title of a personnel matter stands in neither."""
        return "一项人事事项" if self.matter and self.matter.personnel else self.title

    @property
    def missing(self) -> str:
        """Why it cannot be archived yet, and what would mend it; empty: it can."""
        if self.meeting and self.meeting.state not in Meeting.SEALED:
            return f"这次会议现在是“{self.meeting.get_state_display()}”，还不能归档。签发纪要以后再归档。"
        if self.matter and self.matter.state not in (Matter.State.DECIDED, Matter.State.CLOSED):
            return f"这个事项现在是“{self.matter.get_state_display()}”，还不能归档。议决以后再归档。"
        open_ = self.matter and self.meetings.exclude(state__in=Meeting.SEALED).first()
        if open_:
            return f"{full(day_of(open_.starts_at))}{Body(open_.body).label}的纪要还没有签发，记录还会改动。签发以后再归档。"
        if self.kind == Pack.Scope.YEAR and not self.sealed.exists():
            return f"{self.year} 年没有已签发的会议，没有可以归档的内容。"
        return ""

    @property
    def _days(self) -> tuple[datetime, datetime]:
        first = datetime(self.year, 1, 1).date()
        begin, end = (datetime.combine(each, time.min) for each in (first, first.replace(year=self.year + 1)))
        return timezone.make_aware(begin), timezone.make_aware(end)

    @property
    def meetings(self) -> QuerySet[Meeting]:
        """Those that have been, in their order."""
        held = Meeting.objects.filter(school=self.school, state__in=MET).order_by("starts_at", "body", "pk")
        if self.meeting:
            return held.filter(pk=self.meeting.pk)
        if self.matter:
            return held.filter(Exists(Item.objects.filter(meeting=OuterRef("pk"), matter=self.matter)))
        begin, end = self._days
        return held.filter(starts_at__gte=begin, starts_at__lt=end)

    @property
    def sealed(self) -> QuerySet[Meeting]:
        return self.meetings.filter(state__in=Meeting.SEALED)

    @property
    def matters(self) -> QuerySet[Matter]:
        matters = Matter.objects.filter(school=self.school).exclude(state=Matter.State.DRAFT).order_by("pk")
        if self.matter:
            return matters.filter(pk=self.matter.pk)
        met = Exists(Item.objects.filter(matter=OuterRef("pk"), meeting__in=self.meetings.order_by()))
        if self.meeting:
            return matters.filter(met)
        begin, end = self._days
        return matters.filter(met | Q(decided_without_at__gte=begin, decided_without_at__lt=end))

    @property
    def documents(self) -> QuerySet[Document]:
        """Of a matter only what is about it alone: minutes and records of whole meetings tell other people's business."""
        papers = Document.objects.filter(school=self.school).order_by("kind", "body", "year", "serial", "pk")
        if self.meeting:
            of_items = Q(kind=Document.Kind.APPLICATION, matter__in=self.matters.order_by())
            return papers.filter(Q(meeting=self.meeting) | Q(item__meeting=self.meeting) | of_items)
        if self.matter:
            return papers.filter(Q(matter=self.matter) | Q(item__matter=self.matter))
        meetings = self.meetings.order_by().values("pk")
        of_matters = Q(meeting=None, item=None, matter__in=self.matters.order_by().values("pk"))
        of_period = Q(period=str(self.year)) | Q(period__startswith=f"{self.year}-")
        return papers.filter(Q(meeting__in=meetings) | Q(item__meeting__in=meetings) | of_matters | of_period)

    @property
    def elsewhere(self) -> QuerySet[Document]:
        """Documents of whole meetings at which a matter came up: named in its pack, and not in it."""
        if not self.matter:
            return Document.objects.none()
        kinds = (Document.Kind.MINUTES, Document.Kind.RECORD, Document.Kind.CORRECTION)
        return Document.objects.filter(meeting__in=self.meetings.order_by(), item=None, kind__in=kinds).order_by("pk")

    @property
    def attachments(self) -> QuerySet[Attachment]:
        kept = Attachment.objects.filter(removed_at=None, matter__in=self.matters.order_by().values("pk"))
        return kept.select_related("matter", "consultation").order_by("matter", "pk")

    @property
    def lines(self) -> Q:
        """The lines of the journal that may be told in full."""
        items = Item.objects.filter(matter__in=self.matters.order_by()).order_by()
        if self.meeting:
            items = items.filter(meeting=self.meeting)
        about: list[tuple[str, QuerySet]] = [
            ("matter", self.matters), ("item", items), ("document", self.documents),
            ("consultation", Consultation.objects.filter(matter__in=self.matters.order_by())),
        ]  # fmt: skip
        if not self.matter:
            about.append(("meeting", self.meetings))
        told = Q()
        for kind, rows in about:
            told |= Q(subject_kind=kind, subject_id__in=rows.order_by().values("pk"))
        if self.kind == Pack.Scope.YEAR:
            begin, end = self._days
            told |= Q(at__gte=begin, at__lt=end)
        return told

    @property
    def entries(self) -> QuerySet[Entry]:
        return Entry.objects.filter(self.lines, organisation=self.school)

    def records(self, whole: facts.Records) -> facts.Records:
        """The part of the dossier that stands alone."""
        if self.meeting:
            return meeting_part(whole, self.meeting.ref)
        if self.matter:
            return matter_part(whole, self.matter.ref)
        first, _ = self._days
        return period_of(whole, first.date(), first.date().replace(month=12, day=31))

    def lacking(self) -> Iterable[tuple[Kind, str, Any]]:
        """What the pack wants and nobody has issued yet: the kind, and what it is about as word and key."""
        for kind in _kinds(Of.MEETING):
            if not self.matter:
                there = Document.objects.filter(kind=kind.code, meeting=OuterRef("pk"), item=None)
                for meeting in self.sealed.filter(~Exists(there)):
                    yield kind, f"{full(day_of(meeting.starts_at))}{Body(meeting.body).label}", {"meeting": meeting.pk}
        for kind in _kinds(Of.MATTER):
            if self.matter and not Document.objects.filter(kind=kind.code, matter=self.matter, item=None).exists():
                yield kind, self.label, {"matter": self.matter.pk}
        for kind in _kinds(Of.PERIOD):
            if self.kind == Pack.Scope.YEAR and not self.documents.filter(kind=kind.code, period=self.year).exists():
                yield kind, self.label, {"year": self.year}


def _kinds(of: Of) -> list[Kind]:
    return [kind for code in WANTED[of] if (kind := BY_CODE.get(code)) and not kind.by_itself]


def year_of(school: Organisation, year: int) -> Period:
    first = datetime(year, 1, 1).date()
    return Period(school, first, first.replace(month=12, day=31))
