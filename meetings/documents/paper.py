"""Documents as papers and files: each kind says its paper, one drawing makes the PDF, which is kept."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts.storage import keep_whole

from ..models import Document
from ..transitions.acting import Stopped, digest_of
from .blocks import Paper
from .kinds import kind_of
from .pdf import pdf

log = logging.getLogger(__name__)


class NotAsIssued(Stopped, Http404):
    """What is kept of a document is not what was issued, so no door hands it out."""


def paper_of(document: Document) -> Paper:
    """What an issued document says. Reads nothing but what was frozen."""
    return kind_of(document.kind).laid_out(_facts(document))


def pdf_of(document: Document) -> bytes:
    """The PDF of an issued document. Made twice, it has the same bytes."""
    return pdf(
        paper_of(document),
        draft=False,
        identifier=document.digest[:32],
        made=document.issued_at,
        data=document.frozen,
    )


def _facts(document: Document) -> dict:
    """The frozen facts, which whoever has the database itself could have changed."""
    if digest_of(document.frozen) != document.digest:
        log.error("文件 %s（%s）的内容与签发时的摘要不符", document.pk, document.number)
        raise NotAsIssued(f"{document.number}的内容与签发时的摘要不符，可能被改动过，没有交出。请联系系统管理员。")
    return document.frozen


def draft_pdf(kind_code: str, frozen: dict) -> bytes:
    """The same before it is issued: without a number, and marked as a draft on every page."""
    assert not frozen.get("number"), "what has a number is no draft"
    return pdf(kind_of(kind_code).laid_out(frozen), draft=True, identifier="draft", made=None, data=frozen)


def content_of(document: Document) -> bytes:
    """The kept PDF of an issued document."""
    _facts(document)
    return kept_pdf(document, f"documents/{document.pk}-{document.digest}.pdf", lambda: pdf_of(document))


def kept_pdf(issued: Any, name: str, draw: Callable[[], bytes]) -> bytes:
    """The PDF of something issued, as it was made and kept under that name: a row with ``number``, ``file``,
    ``file_sha256`` and ``made_at``. Whoever asks first makes it; who asks at the same moment waits and finds it made.

    One that is gone is drawn again, if that makes the same bytes; one that is another is not handed out. Where it
    cannot be kept (the disk is full), it is drawn each time.
    """
    if not issued.file:
        with transaction.atomic():
            locked = type(issued).objects.select_for_update(of=("self",)).get(pk=issued.pk)
            made = b"" if locked.file else _made(locked, name, draw)
        issued.file, issued.file_sha256, issued.made_at = locked.file, locked.file_sha256, locked.made_at
        if made:
            return made
    try:
        with default_storage.open(issued.file.name) as kept:
            content = kept.read()
    except FileNotFoundError:
        content = _made_again(issued, draw)
    if hashlib.sha256(content).hexdigest() != issued.file_sha256:
        log.error("文件 %s（%s）存的 PDF 与生成时的摘要不符：%s", issued.pk, issued.number, issued.file.name)
        raise NotAsIssued(
            f"{issued.number}存的 PDF 不在了或被改动过，与生成时的摘要不符，没有交出。请系统管理员从备份恢复。"
        )
    return content


def _made(issued: Any, name: str, draw: Callable[[], bytes]) -> bytes:
    made = draw()
    if _keep(name, made):
        issued.file, issued.file_sha256, issued.made_at = name, hashlib.sha256(made).hexdigest(), timezone.now()
        issued.save(update_fields=["file", "file_sha256", "made_at"])
    return made


def _made_again(issued: Any, draw: Callable[[], bytes]) -> bytes:
    made = draw()
    if hashlib.sha256(made).hexdigest() == issued.file_sha256:
        log.warning("文件 %s（%s）存的 PDF 不在了，已重新生成", issued.pk, issued.number)
        _keep(issued.file.name, made)
    return made


def _keep(name: str, content: bytes) -> bool:
    try:
        keep_whole(name, content)
    except OSError:
        log.exception("文件存不下来：%s", default_storage.path(name))
        return False
    return True


def make_file(document_id: int) -> None:
    """The errand of the worker: bears repetition."""
    content_of(Document.objects.get(pk=document_id))
