"""Files that come from outside: what is let in is known by its content, never by its name alone."""

import hashlib
import struct
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype
from django.conf import settings
from django.http import FileResponse, Http404

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
LONGEST_NAME, LONGEST_SUFFIX = 120, 20


def safe_name(name: str) -> str:
    """The name without folders, control characters and marks that turn the reading direction."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip(" .")
    path = PurePosixPath(name or "附件")
    suffix = path.suffix[:LONGEST_SUFFIX]
    return path.stem[: LONGEST_NAME - len(suffix)] + suffix


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
    except (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, EOFError, OSError):
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


class Unwelcome(Exception):
    """A file that is not let in. ``str()`` is the sentence for the person who brought it."""


@dataclass(frozen=True)
class Welcome:
    """What is known of a file that is let in."""

    name: str
    kind: str
    sha256: str

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]


def welcome(upload, *, kinds: Collection[str] = TYPES, words: str = "PDF、Word、Excel 或图片") -> Welcome:
    """Look at a file before it is kept; ``words`` says of which ``kinds`` it may be. Raises Unwelcome."""
    name = safe_name(upload.name)
    if not upload.size:
        raise Unwelcome(f"“{name}”是空文件，没有上传。")
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // MB
        raise Unwelcome(f"“{name}”有 {upload.size / MB:.1f} MB，每个附件不超过 {most} MB，没有上传。")
    kind, suffix = kind_of(upload), PurePosixPath(name).suffix.lower().lstrip(".")
    if kind not in kinds:
        raise Unwelcome(f"“{name}”不是 {words}（含宏的文件也不接收），没有上传。")
    if SAME.get(suffix, suffix) != kind:
        raise Unwelcome(f"“{name}”的内容其实是 {kind.upper()}，与扩展名不符，没有上传。请核对后改名再传。")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return Welcome(name, kind, digest.hexdigest())


def sha256_of(file) -> str:
    """Of a kept file, piece by piece. Raises FileNotFoundError."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def handed_out(file, name: str, content_type: str, sha256: str) -> FileResponse:
    """The file as it came, always to be saved and never shown in the page: it may come from outside."""
    try:
        if sha256_of(file) != sha256:
            raise Http404(f"“{name}”在服务器上被改动过，与存入时的摘要不符，没有交出。请系统管理员从备份恢复。")
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404(f"“{name}”不在服务器上。请系统管理员从备份恢复。") from None
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
