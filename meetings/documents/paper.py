"""Documents as papers and files: each kind says its paper, one drawing makes the PDF, which is kept."""

import hashlib

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from ..models import Document
from .blocks import Paper
from .kinds import kind_of
from .pdf import pdf


def paper_of(document: Document) -> Paper:
    """What an issued document says. Reads nothing but what was frozen."""
    return kind_of(document.kind).laid_out(document.frozen)


def pdf_of(document: Document) -> bytes:
    """The PDF of an issued document. Made twice, it has the same bytes."""
    return pdf(
        paper_of(document),
        draft=False,
        identifier=document.digest[:32],
        made=document.issued_at,
        data=document.frozen,
    )


def draft_pdf(kind_code: str, frozen: dict) -> bytes:
    """The same before it is issued: without a number, and marked as a draft on every page."""
    assert not frozen.get("number"), "what has a number is no draft"
    return pdf(kind_of(kind_code).laid_out(frozen), draft=True, identifier="draft", made=None, data=frozen)


def file_of(document: Document) -> File:
    """The kept PDF. Whoever asks first makes it; who asks at the same moment waits and finds it made."""
    if not document.file:
        with transaction.atomic():
            locked = Document.objects.select_for_update().get(pk=document.pk)
            if not locked.file:
                made = pdf_of(locked)
                locked.file_sha256, locked.made_at = hashlib.sha256(made).hexdigest(), timezone.now()
                locked.file.save(f"{locked.digest}.pdf", ContentFile(made), save=False)
                locked.save(update_fields=["file", "file_sha256", "made_at"])
        document.file, document.file_sha256, document.made_at = locked.file, locked.file_sha256, locked.made_at
    return document.file


def make_file(document_id: int) -> None:
    """The errand of the worker: bears repetition."""
    file_of(Document.objects.get(pk=document_id))
