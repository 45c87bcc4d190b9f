"""Fetching is authorising: what of a school's records a standing may read."""

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from governance.access import Standing
from governance.compiled import Given

from .models import Attachment, Consultation, Document, Item, KeptFinding, Matter, Meeting, SignedCopy


def matters_for(by: Standing) -> QuerySet[Matter]:
    """Drafts belong to the school, and there to their author and the clerk; everything else to every reader."""
    readable = Matter.objects.filter(school=by.organisation)
    if by.clerk:
        return readable
    mine = Q(created_by=by.user) | Q(proposer=by.person_id) if by.works_here else Q(pk=None)
    return readable.filter(~Q(state=Matter.State.DRAFT) | mine)


def meetings_for(by: Standing) -> QuerySet[Meeting]:
    """Meetings still being prepared are the school's own."""
    meetings = Meeting.objects.filter(school=by.organisation)
    return meetings if by.works_here else meetings.exclude(state=Meeting.State.DRAFT)


def items_for(by: Standing) -> QuerySet[Item]:
    return items_in(by.organisation)


def items_in(school: Organisation | Given) -> QuerySet[Item]:
    """What every reader of a school may read: all but drafts."""
    return Item.objects.filter(matter__school=school).exclude(matter__state=Matter.State.DRAFT)


def matter_for(by: Standing, pk: int) -> Matter:
    return get_object_or_404(matters_for(by), pk=pk)


def meeting_for(by: Standing, pk: int) -> Meeting:
    return get_object_or_404(meetings_for(by), pk=pk)


def item_for(by: Standing, pk: int) -> Item:
    return get_object_or_404(items_for(by).select_related("matter", "meeting"), pk=pk)


def consultation_for(by: Standing, pk: int) -> Consultation:
    return get_object_or_404(Consultation.objects.select_related("matter").filter(matter__in=matters_for(by)), pk=pk)


def attachment_for(by: Standing, pk: int) -> Attachment:
    return get_object_or_404(Attachment.objects.filter(matter__in=matters_for(by), removed_at=None), pk=pk)


def document_for(by: Standing, pk: int) -> Document:
    return get_object_or_404(Document.objects.filter(school=by.organisation), pk=pk)


def signed_copy_for(by: Standing, pk: int) -> SignedCopy:
    copies = SignedCopy.objects.select_related("document", "attached_by")
    return get_object_or_404(copies, document__school=by.organisation, pk=pk)


def findings_for(by: Standing) -> QuerySet[KeptFinding]:
    return KeptFinding.objects.filter(school=by.organisation, judgement__current=True)
