"""Fetching is authorising: what of a school's records a standing may read."""

from datetime import timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from governance.access import Granted, Standing
from governance.calendar import first_moment
from governance.compiled import Given

from .models import Attachment, Attendance, Consultation, Document, Item, KeptFinding, Matter, Meeting, SignedCopy


def matters_for(by: Standing) -> QuerySet[Matter]:
    """Drafts belong to the school, and there to their author and the clerk; everything else to every reader."""
    readable = Matter.objects.filter(school=by.organisation)
    if by.clerk:
        return readable
    mine = Q(created_by=by.user) | Q(proposer=by.person_id) if by.works_here else Q(pk=None)
    readable = readable.filter(~Q(state=Matter.State.DRAFT) | mine)
    return readable.filter(Exists(items_for(by).filter(matter=OuterRef("pk")))) if by.narrowed else readable


def meetings_for(by: Standing) -> QuerySet[Meeting]:
    """Meetings still being prepared are the school's own. Of a meeting that is not wholly granted, the items are."""
    meetings = Meeting.objects.filter(school=by.organisation)
    if by.narrowed:
        items = Item.objects.filter(meeting=OuterRef("pk"))
        whole = Exists(items) & ~Exists(items.exclude(pk__in=items_for(by).values("pk")))
        meetings = meetings.filter(whole)
    return meetings if by.works_here else meetings.exclude(state=Meeting.State.DRAFT)


def items_for(by: Standing) -> QuerySet[Item]:
    items = items_in(by.organisation)
    return items.filter(granted(by.grants)) if by.narrowed else items


def items_in(school: Organisation | Given) -> QuerySet[Item]:
    """What every reader of a school may read: all but drafts."""
    return Item.objects.filter(matter__school=school).exclude(matter__state=Matter.State.DRAFT)


def granted(grants: tuple[Granted, ...]) -> Q:
    """Of items: those that one of the grants opens."""
    opened = Q(pk=None)
    for grant in grants:
        opened |= within(grant.records_since, grant.records_until, grant.classes, grant.people)
    return opened


def within(since, until, classes, people) -> Q:
    """Items of meetings held from ``since`` until ``until``, both included, of the classes and with one of the people;
    empty: all of them. Somebody is in an item who came to its meeting, or proposed, owns or answers for the matter."""
    scope = Q(
        meeting__starts_at__gte=first_moment(since), meeting__starts_at__lt=first_moment(until + timedelta(days=1))
    ) & ~Q(meeting__state__in=(Meeting.State.DRAFT, Meeting.State.CALLED, Meeting.State.CANCELLED))
    if classes:
        of_class = Q()
        for letter in classes:
            of_class |= Q(matter__category__startswith=letter)
        scope &= of_class
    if people:
        came = Attendance.objects.filter(meeting=OuterRef("meeting"), person__in=people)
        leads = Item.responsible.through.objects.filter(item=OuterRef("pk"), person__in=people)
        named = Q(matter__proposer__in=people) | Q(matter__owner__in=people)
        scope &= named | Exists(came) | Exists(leads)
    return scope


def matter_for(by: Standing, pk: int) -> Matter:
    return get_object_or_404(matters_for(by), pk=pk)


def meeting_for(by: Standing, pk: int) -> Meeting:
    return get_object_or_404(meetings_for(by), pk=pk)


def item_for(by: Standing, pk: int) -> Item:
    return get_object_or_404(items_for(by).select_related("matter", "meeting"), pk=pk)


def consultation_for(by: Standing, pk: int) -> Consultation:
    return get_object_or_404(Consultation.objects.select_related("matter").filter(matter__in=matters_for(by)), pk=pk)


def there_by_then(by: Standing, moment: str) -> Q:
    """Of what stands with a matter: where that came to a meeting beyond the grant too, what was there when the last
    granted item was settled. What came later belongs to the other meeting."""
    if not by.narrowed:
        return Q()
    opened = items_for(by)
    settled = Max(Coalesce("settled_at", "meeting__ends_at", "meeting__starts_at"))
    last = opened.filter(matter=OuterRef("matter")).order_by().values("matter").annotate(last=settled).values("last")
    beyond = Item.objects.filter(matter=OuterRef("matter")).exclude(pk__in=opened.values("pk"))
    return ~Q(Exists(beyond)) | Q(**{f"{moment}__lte": Subquery(last)})


def consultations_for(by: Standing) -> QuerySet[Consultation]:
    held = Consultation.objects.filter(matter__school=by.organisation)
    return held.alias(moment=Coalesce("at", "asked_at")).filter(there_by_then(by, "moment"))


def attachments_for(by: Standing) -> QuerySet[Attachment]:
    """To whoever reads by a grant: files of a matter, and of reports about an item that is granted."""
    kept = Attachment.objects.filter(matter__in=matters_for(by), removed_at=None)
    if not by.narrowed:
        return kept
    of_matter = Q(progress=None) & there_by_then(by, "uploaded_at")
    return kept.filter(of_matter | Q(progress__item__in=items_for(by).values("pk")))


def attachment_for(by: Standing, pk: int) -> Attachment:
    return get_object_or_404(attachments_for(by).select_related("matter"), pk=pk)


# A dossier tells of every meeting that a matter came to; notice and agenda name what was moved to another meeting since.
BEYOND_ITEMS = (Document.Kind.DOSSIER, Document.Kind.NOTICE, Document.Kind.AGENDA)


def documents_for(by: Standing) -> QuerySet[Document]:
    """To whoever reads by a grant: papers about one item or matter of it, or about a meeting that is wholly granted."""
    documents = Document.objects.filter(school=by.organisation)
    if not by.narrowed:
        return documents
    documents = documents.exclude(kind__in=BEYOND_ITEMS)
    of_meeting = Q(item=None, matter=None, meeting__in=meetings_for(by).values("pk"))
    of_item = Q(item__in=items_for(by).values("pk"))
    of_matter = Q(item=None, meeting=None, matter__in=matters_for(by).values("pk"))
    return documents.filter(of_meeting | of_item | of_matter)


def document_for(by: Standing, pk: int) -> Document:
    return get_object_or_404(documents_for(by), pk=pk)


def signed_copy_for(by: Standing, pk: int) -> SignedCopy:
    copies = SignedCopy.objects.select_related("document", "attached_by")
    return get_object_or_404(copies, document__in=documents_for(by), pk=pk)


def opens(by: Standing, meeting: Meeting | None, matter: Matter | None, item: Item | None) -> bool:
    """Whether the narrowest of them is open to whoever reads by a grant; to other readers each is."""
    if not by.narrowed:
        return True
    if item:
        return items_for(by).filter(pk=item.pk).exists()
    if matter:
        return matters_for(by).filter(pk=matter.pk).exists()
    return bool(meeting) and meetings_for(by).filter(pk=meeting.pk).exists()


def findings_for(by: Standing) -> QuerySet[KeptFinding]:
    findings = KeptFinding.objects.filter(school=by.organisation, judgement__current=True)
    if not by.narrowed:
        return findings
    of_item = Q(item__in=items_for(by).values("pk"))
    of_matter = Q(item=None, matter__in=matters_for(by).values("pk"))
    of_meeting = Q(item=None, matter=None, meeting__in=meetings_for(by).values("pk"))
    return findings.filter(of_item | of_matter | of_meeting)
