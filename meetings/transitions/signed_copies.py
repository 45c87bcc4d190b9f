"""Verb of signed copies: what came back signed is attached to the document, once, with what it says otherwise."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.uploads import OLD_OFFICE, Unwelcome, welcome
from governance.access import Standing

from ..models import Document, SignedCopy
from .acting import Stopped, begin, digest_of, write

KINDS = ("pdf", "docx", "jpg", "png", "webp", "heic")
WORDS = "PDF、Word（.docx）或图片"


@transaction.atomic
def attach_signed(
    document: Document, upload: UploadedFile, *, by: Standing, note: str = "", seen: str | None = None
) -> SignedCopy:
    """Keep a signed copy with its document. The same file a second time is the same copy. ``seen``: the digest of the
    differences that were shown; a Word file is attached by whoever saw what it says otherwise, and says why."""
    from ..documents.word_comparing import differs

    verb, document = begin("attach_signed", document, by)
    kind, found = brought_back(document, upload)
    came = welcome(upload)
    note = note.strip()
    if same := document.signed_copies.filter(sha256=came.sha256).first():
        return same
    if kind == "docx" and seen != digest_of(found):
        raise Stopped("这份 Word 文件还没有与记录核对过。请先上传，看过不同之处再附上。")
    count = differs(found)
    if count and not note:
        raise Stopped(f"这份文件与记录有 {count} 处不同。请写明为什么不同，再附上。")
    if len(note) > 300:
        raise Stopped(f"说明最多 300 字，现有 {len(note)} 字。请写短一些。")
    copy = SignedCopy.objects.create(
        document=document,
        file=upload,
        name=came.name,
        size=upload.size,
        content_type=came.content_type,
        sha256=came.sha256,
        differences=found,
        note=note,
        attached_by=by.user,
    )
    told = f"，与记录有 {count} 处不同" if count else ""
    write(
        verb, document, by, f"为{document.number}附签字件{told}", document=document.pk, signed_copy=copy.pk,
        sha256=copy.sha256, differences=count, reason=note,
    )  # fmt: skip
    return copy


def brought_back(document: Document, upload: UploadedFile) -> tuple[str, list[dict]]:
    """Look a file through: what it is, and of a Word file what it says otherwise than the document."""
    from ..documents import paper_of
    from ..documents.word_comparing import compare
    from ..documents.word_reading import Unreadable, read

    try:
        if _is_old_office(upload):
            read(upload.read())  # says which of the two it is
        kind = welcome(upload, kinds=KINDS, words=WORDS).kind
        if kind != "docx":
            return kind, []
        upload.seek(0)
        return kind, compare(paper_of(document), read(upload.read()))
    except (Unwelcome, Unreadable) as refused:
        raise Stopped(str(refused)) from None
    finally:
        upload.seek(0)


def _is_old_office(upload: UploadedFile) -> bool:
    upload.seek(0)
    head = upload.read(len(OLD_OFFICE))
    upload.seek(0)
    return head == OLD_OFFICE
