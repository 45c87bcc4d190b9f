"""The three files of a report: drawn of what is frozen and of nothing else, kept whole, checked when handed out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage

from accounts.storage import keep_whole
from accounts.uploads import TYPES
from meetings.documents import NotAsIssued
from meetings.documents.pdf import pdf
from meetings.documents.sheets import workbook
from meetings.documents.word import docx
from meetings.transitions.acting import digest_of

from ..models import Report
from .chapters import Frozen
from .drawn import paper_of, workbook_of


@dataclass(frozen=True)
class Format:
    column: str  # of the report
    words: str
    suffix: str
    made: Callable[[Frozen, str], bytes]


def _pdf(frozen: Frozen, digest: str) -> bytes:
    told = {name: value for name, value in frozen.items() if name != "records"}  # keys of rows say nothing on paper
    return pdf(
        paper_of(frozen), draft=False, identifier=digest[:32], made=datetime.fromisoformat(frozen["at"]), data=told
    )


def _word(frozen: Frozen, _digest: str) -> bytes:
    return docx(paper_of(frozen), draft=False)


def _excel(frozen: Frozen, _digest: str) -> bytes:
    return workbook(workbook_of(frozen))


FORMATS = {
    each.suffix: each
    for each in (
        Format("pdf", "PDF", "pdf", _pdf),
        Format("word", "Word", "docx", _word),
        Format("sheet", "Excel", "xlsx", _excel),
    )
}


def place_of(report: Report, kind: Format) -> str:
    """Named by what it says: who makes it again writes the same bytes there."""
    return f"reports/{report.pk}-{report.digest[:32]}.{kind.suffix}"


def made(report: Report, kind: Format) -> bytes:
    if digest_of(report.frozen) != report.digest:
        raise NotAsIssued(f"“{report.title}”的内容与生成时的摘要不符，可能被改动过，没有交出。请联系系统管理员。")
    return kind.made(report.frozen, report.digest)


def content_of(report: Report, suffix: str) -> bytes:
    """The kept file as it was made. One that is gone is drawn again, if that makes the same bytes; one that is another
    is not handed out."""
    kind = FORMATS[suffix]
    name, wanted = getattr(report, kind.column).name, report.sha256[kind.column]
    try:
        with default_storage.open(name) as kept:
            content = kept.read()
    except FileNotFoundError:
        content = made(report, kind)
        if hashlib.sha256(content).hexdigest() == wanted:
            keep_whole(name, content)
    if hashlib.sha256(content).hexdigest() != wanted:
        raise NotAsIssued(
            f"“{report.title}”存的 {kind.words} 不在了或被改动过，与生成时的摘要不符，没有交出。请系统管理员从备份恢复。"
        )
    return content


def name_of(report: Report, suffix: str) -> str:
    return f"{report.title}（第{report.version}版）.{suffix}"


def type_of(suffix: str) -> str:
    return TYPES[suffix]
