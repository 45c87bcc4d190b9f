"""Files that belong to a matter: what is let in is known by its content, never by its name alone."""

import hashlib
import unicodedata
import zipfile
from pathlib import PurePosixPath

import filetype
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import journal
from governance.access import Standing

from .models import Attachment, Consultation, Matter
from .transitions import VERBS, NotAllowed, Stopped, WrongState, may

OOXML = "application/vnd.openxmlformats-officedocument."
# Extension → content type, for what a school hands in.
TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": OOXML + "wordprocessingml.document",
    "xlsx": OOXML + "spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
}
SAME = {"jpeg": "jpg", "heif": "heic"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
MACROS = "_VBA_PROJECT"
MB = 1024 * 1024
LONGEST_NAME = 120


def safe_name(name: str) -> str:
    """The name without folders, control characters and marks that turn the reading direction."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip(" .")
    path = PurePosixPath(name or "附件")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def kind_of(upload) -> str:
    """The extension that the content asks for; empty when it is none of those let in."""
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(upload)
    if head.startswith(OLD_OFFICE):
        return _kind_of_old_office(upload)
    guess = filetype.guess_extension(head) or ""
    return SAME.get(guess, guess) if SAME.get(guess, guess) in TYPES else ""


def _kind_of_archive(upload) -> str:
    try:
        with zipfile.ZipFile(upload) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return ""
    finally:
        upload.seek(0)
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else ""


def _kind_of_old_office(upload) -> str:
    content = upload.read()
    upload.seek(0)
    streams = {name for names in OLD_STREAMS.values() for name in names if name.encode("utf-16-le") in content}
    if MACROS.encode("utf-16-le") in content:
        return ""
    found = [kind for kind, names in OLD_STREAMS.items() if streams & set(names)]
    claimed = PurePosixPath(upload.name).suffix.lower().lstrip(".")
    return claimed if claimed in found else next(iter(found), "")  # one may be embedded in the other


@transaction.atomic
def attach(matter: Matter, upload, *, by: Standing, consultation: Consultation | None = None) -> Attachment:
    """Keep a file with its matter. The same content a second time is the same attachment."""
    name = safe_name(upload.name)
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    verb = VERBS["consult" if consultation else "attach"]  # whoever writes down a prior step adds its paper
    if matter.school_id != by.organisation.pk or not verb.who(by, matter):
        raise NotAllowed(f"附件由{verb.whom}添加。")
    if matter.state not in verb.sources:
        raise WrongState(f"现在是“{matter.get_state_display()}”，不能再添加附件。")
    if not upload.size:
        raise Stopped(f"“{name}”是空文件，没有上传。")
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // MB
        raise Stopped(f"“{name}”有 {upload.size / MB:.1f} MB，每个附件不超过 {most} MB，没有上传。")
    kind, suffix = kind_of(upload), PurePosixPath(name).suffix.lower().lstrip(".")
    if not kind:
        raise Stopped(f"“{name}”不是 PDF、Word、Excel 或图片（含宏的文件也不接收），没有上传。")
    if SAME.get(suffix, suffix) != kind:
        raise Stopped(f"“{name}”的内容其实是 {kind.upper()}，与扩展名不符，没有上传。请核对后改名再传。")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    sha256 = digest.hexdigest()
    same = matter.attachments.filter(sha256=sha256, consultation=consultation, removed_at=None).first()
    if same:
        return same
    kept = Attachment.objects.create(
        matter=matter,
        consultation=consultation,
        file=upload,
        name=name,
        size=upload.size,
        content_type=TYPES[kind],
        sha256=sha256,
        uploaded_by=by.user,
    )
    _write("attach", matter, by, "添加附件", kept)
    return kept


@transaction.atomic
def remove(attachment: Attachment, *, by: Standing) -> None:
    """Take a file away from a matter. The row stays, and what it was."""
    attachment = Attachment.objects.select_for_update(of=("self",)).select_related("matter").get(pk=attachment.pk)
    if attachment.removed_at:
        return
    mine = by.clerk or attachment.uploaded_by_id == by.user.pk
    if (
        attachment.matter.school_id != by.organisation.pk
        or not mine
        or not may(by, "remove_attachment", attachment.matter)
    ):
        raise NotAllowed("附件由上传人或学校秘书在议决以前移除。")
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    _write("remove_attachment", attachment.matter, by, "移除附件", attachment)


def _write(verb: str, matter: Matter, by: Standing, what: str, attachment: Attachment) -> None:
    # The name of a file may say what a personnel matter is about: the journal carries none.
    shown = "" if matter.personnel else f"“{attachment.name[:60]}”"
    journal.record(
        verb, matter, f"{what}{shown}", organisation=by.organisation, by=by.user, facts={"attachment": attachment.pk}
    )
