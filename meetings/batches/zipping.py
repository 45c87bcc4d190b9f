"""A ZIP that is written as it goes: any number of files in constant memory, in the order and with the time that the
caller gives, so that the same files make the same bytes."""

import hashlib
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.uploads import safe_name

from ..models import Batch

CHUNK = 1 << 18
AS_IT_IS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".docx", ".xlsx", ".zip"})
FORBIDDEN = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")  # what Windows does not let stand in a name
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
LONGEST = 60


def readable(name: str) -> str:
    """A name that every system can unpack, as near to what it was as can be."""
    cleaned = safe_name(name.translate(FORBIDDEN))
    path = PurePosixPath(cleaned)
    stem, suffix = (path.stem, path.suffix) if len(path.suffix) <= 6 else (cleaned, "")
    stem = stem[:LONGEST].strip().strip(".") or "文件"
    return f"_{stem}{suffix}" if stem.lower() in DEVICES else f"{stem}{suffix}"


@dataclass(frozen=True)
class Written:
    path: str
    size: int
    sha256: str


class Zip:
    """``with Zip(path_in_storage, at=moment) as zip: zip.add("文件/一.pdf", chunks)``."""

    def __init__(self, path: str, *, at: datetime) -> None:
        self.path, self.written, self._taken = path, dict[str, Written](), set[str]()
        local = timezone.localtime(at)
        self._time = (local.year, local.month, local.day, local.hour, local.minute, local.second // 2 * 2)

    def __enter__(self) -> "Zip":
        self._file = open(_place(self.path), "wb")
        self._zip = zipfile.ZipFile(self._file, "w", allowZip64=True)
        return self

    def __exit__(self, kind, *_raised) -> None:
        """What was not finished, or could not be for want of room, leaves nothing behind."""
        done = False
        try:
            self._zip.close()
            self._file.close()
            done = not kind
        finally:
            if not done:
                with suppress(OSError):  # closing writes what is left, and fails again where there is no room
                    self._file.close()
                default_storage.delete(self.path)

    def free(self, path: str) -> str:
        """This name, or the first of its like that is not taken; upper and lower case are one name."""
        folder, _, name = path.rpartition("/")
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        candidate, n = path, 1
        while candidate.casefold() in self._taken:
            n += 1
            candidate = f"{folder}/{stem}（{n}）{suffix}".lstrip("/")
        self._taken.add(candidate.casefold())
        return candidate

    def add(self, path: str, content: bytes | str | Iterable[bytes]) -> Written:
        """Under this very name, which nothing else has (``free``)."""
        if isinstance(content, str):
            content = content.encode()
        entry = zipfile.ZipInfo(path, self._time)
        entry.external_attr = 0o644 << 16
        packed = PurePosixPath(path).suffix.lower() not in AS_IT_IS
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        size, digest = 0, hashlib.sha256()
        with self._zip.open(entry, "w", force_zip64=True) as into:
            for chunk in [content] if isinstance(content, bytes) else content:
                into.write(chunk)
                size += len(chunk)
                digest.update(chunk)
        self.written[path] = Written(path, size, digest.hexdigest())
        return self.written[path]


def place_of(batch: Batch, attempt: int) -> str:
    """Where the file of a batch is written. What an earlier attempt left, whose worker died, goes."""
    for earlier in range(1, attempt):
        default_storage.delete(_called(batch, earlier))
    return _called(batch, attempt)


def _called(batch: Batch, attempt: int) -> str:
    return f"batches/{batch.pk}-{attempt}.zip"


def chunks_of(file) -> Iterable[bytes]:
    """What a kept file holds."""
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            yield chunk


def _place(path: str) -> Path:
    """Where a file of the storage lies, its folder made."""
    place = Path(default_storage.path(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
