"""Making a pack: first what has to be issued and drawn, part by part; then the ZIP, as it goes, and its manifest.

The manifest names every file with its size and digest. Its own digest is what the journal and the page of the pack
keep: who has the pack years later compares one number.
"""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts import chain, journal
from accounts.uploads import sha256_of
from governance.access import school_for

from .. import documents
from ..batches.asking import LAST
from ..batches.working import Made
from ..batches.zipping import Zip, chunks_of, place_of, readable
from ..documents.kinds import BY_CODE, KINDS
from ..models import Attachment, Batch, BatchPart, Document, Matter, Meeting, Pack, PaperStyle, SignedCopy
from ..transitions import issue_paper
from . import telling, verify
from .asking import next_number
from .belonging import Scope, year_of

log = logging.getLogger(__name__)

LOCK = 7_100_003  # of the archive numbers of a school, while one of its packs is made
TOLD = "说明.txt"


def do(part: BatchPart) -> dict[str, Any]:
    """Issue a document, or draw one that was issued."""
    about = part.about
    if "document" in about:
        document = Document.objects.get(pk=about["document"])
    else:
        by = school_for(part.batch.asked_by, part.batch.school.code)
        subject = _subject(part)
        kind = BY_CODE[Document.Kind(about["issue"])]
        if missing := kind.missing(subject):
            return {"lacks": missing}
        if not kind.who(by, subject):
            return {"lacks": f"“{kind.label}”由{kind.whom}办理，还没有生成。"}
        document = issue_paper(about["issue"], subject, by=by, values={})
    return {"document": document.pk, "size": len(documents.content_of(document))}


def _subject(part: BatchPart) -> Any:
    about = part.about
    if "meeting" in about:
        return Meeting.objects.get(pk=about["meeting"])
    return Matter.objects.get(pk=about["matter"]) if "matter" in about else year_of(part.batch.school, about["year"])


def ready(batch: Batch) -> None:
    """The lines of the journal have their places, in transactions of their own: the linking of others does not wait."""
    chain.link(whole=True)


def assemble(batch: Batch, attempt: int) -> Made:
    scope = Scope.of_batch(batch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, batch.school_id])
    serial, number, style = next_number(batch.school, scope.year)
    made_at = timezone.now()
    path = place_of(batch, attempt)
    with Zip(path, at=made_at) as zip:
        packing = Packing(zip, scope)
        packing.papers()
        packing.files()
        packing.dossier()
        link = packing.journal()
        facts = _facts(batch, scope, number, style, made_at)
        lacking = _lacking(batch, scope) + packing.lacking
        packing.tell(facts, lacking)
        manifest = facts | {"chain": link, "lacking": lacking, "files": packing.listed}
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        digest = hashlib.sha256(text.encode()).hexdigest()
        zip.add(verify.MANIFEST, text)
        zip.add(verify.SEAL, f"{digest}  {verify.MANIFEST}\n")
    pack = Pack.objects.create(
        school=batch.school, batch=batch, scope=scope.kind, matter=scope.matter, meeting=scope.meeting, year=scope.year,
        serial=serial, number=number, retention=style.retention, digest=digest, files=len(packing.listed),
        made_at=made_at,
    )  # fmt: skip
    journal.record(
        "make_pack", pack, f"归档包 {number} 制成，清单摘要 {digest}", organisation=batch.school, by=batch.asked_by,
        facts={"pack": pack.pk, "number": number, "digest": digest, "files": pack.files, "chain": link},
    )  # fmt: skip
    said = f"有 {lost} 个存着的文件损坏或丢失，没有收入，见包内索引。" if (lost := len(packing.lacking)) else ""
    return Made(path, readable(f"{number} {scope.label}.zip"), f"档号 {number}。{said}")


def _facts(batch: Batch, scope: Scope, number: str, style: PaperStyle, made_at) -> dict[str, Any]:
    earlier = Pack.objects.filter(school=batch.school, scope=scope.kind, year=scope.year, meeting=scope.meeting,
                                  matter=scope.matter).order_by("serial")  # fmt: skip
    return {
        "format": verify.FORMAT,
        "number": number,
        "fonds": style.fonds,
        "year": scope.year,
        "retention": {"code": style.retention, "label": style.get_retention_display()},
        "school": {"code": batch.school.code, "name": batch.school.name},
        "scope": {"kind": str(scope.kind), "label": f"{Pack.Scope(scope.kind).label}：{scope.title}"},
        "made_at": timezone.localtime(made_at).isoformat(timespec="seconds"),
        "made_by": batch.asked_by.name,
        "earlier": list(earlier.values_list("number", flat=True)),
    }


def _lacking(batch: Batch, scope: Scope) -> list[dict[str, str]]:
    """What is not in the pack though it belongs there, with the reason: nothing is left out in silence."""
    parts = batch.parts.exclude(about__has_key=LAST).order_by("no")
    told = [{"what": part.label, "why": why} for part in parts if (why := part.failed or part.made.get("lacks", ""))]
    open_ = scope.meetings.exclude(state__in=Meeting.SEALED)
    told += [{"what": str(meeting), "why": f"记录还没有签发（{meeting.get_state_display()}）"} for meeting in open_]
    return told + [
        {"what": paper.number, "why": f"整场会议的文件，不随单个事项归档；摘要 {paper.digest}"}
        for paper in scope.elsewhere
    ]


class Packing:
    """What goes into the ZIP, in a set order; ``listed`` is what the manifest says of it."""

    def __init__(self, zip: Zip, scope: Scope) -> None:
        self.zip, self.scope = zip, scope
        self.listed: list[dict[str, Any]] = []
        self.rows: list[telling.Row] = []
        self.lacking: list[dict[str, str]] = []

    def put(self, path: str, content, what: str, **more: Any) -> dict[str, Any]:
        written = self.zip.add(self.zip.free(path), content)
        told = {"path": written.path, "size": written.size, "sha256": written.sha256, "what": what, **more}
        self.listed.append(told)
        return told

    def kept(self, path: str, each: SignedCopy | Attachment, what: str) -> dict[str, Any] | None:
        """A file that came from outside, if it is still the one that came."""
        try:
            if sha256_of(each.file) == each.sha256:
                return self.put(path, chunks_of(each.file), what)
            why = "在服务器上被改动过，与存入时的摘要不符"
        except FileNotFoundError:
            why = "不在服务器上"
        log.error("归档：%s“%s”%s", what, each.name, why)
        self.lacking.append({"what": f"{what}“{each.name}”", "why": f"文件{why}。请系统管理员从备份恢复后再归档。"})
        return None

    def papers(self) -> None:
        """Every document as it was issued, with the facts that it was made of beside it."""
        about = "issued_by", "replaces", "corrects", "meeting", "matter", "item__meeting", "item__matter"
        turn = {str(kind.code): place for place, kind in enumerate(KINDS)}
        papers = sorted(self.scope.documents.select_related(*about), key=lambda paper: turn[paper.kind])
        copies: dict[int, list[SignedCopy]] = {}
        for copy in SignedCopy.objects.filter(document__in=[paper.pk for paper in papers]).order_by("pk"):
            copies.setdefault(copy.document_id, []).append(copy)
        for paper in papers:
            version = f"（第{paper.version}版）" if paper.version > 1 else ""
            stem = f"文件/{paper.get_kind_display()}/{readable(paper.number + version)}"
            what = f"{paper.get_kind_display()} {paper.number}"
            try:
                shown = documents.content_of(paper)
            except documents.NotAsIssued as stopped:
                self.lacking.append({"what": what, "why": str(stopped)})
            else:
                beside = self.put(f"{stem}.json", _beside(paper), f"{what} 的数据")
                told = self.put(f"{stem}.pdf", shown, what, document={"facts": beside["path"], "digest": paper.digest})
                self.rows.append(telling.row_of(paper, told))
            for copy in copies.get(paper.pk, ()):
                if told := self.kept(f"签字件/{readable(f'{paper.number} {copy.name}')}", copy, f"{what} 签字件"):
                    self.rows.append(telling.Row("签字件", f"{what}（签字件）", told, on=copy.attached_at))

    def files(self) -> None:
        for each in self.scope.attachments:
            folder = readable(each.matter.title)
            if told := self.kept(f"附件/{folder}/{readable(each.name)}", each, f"附件：{each.matter.title}"):
                self.rows.append(telling.Row("附件", each.name, told, about=each.matter.title, on=each.uploaded_at))

    def dossier(self) -> None:
        from governance.exchange import write

        from ..dossiers import dossier_of

        records = self.scope.records(dossier_of(self.scope.school))
        told = self.put("档案/dossier.json", write(records), "档案（school-governance-record/1）")
        self.rows.append(telling.Row("档案", "结构化档案，可用 check_records 检查", told))

    def journal(self) -> dict[str, Any] | None:
        from .lines import Stretch

        stretch = Stretch.of(self.scope)
        if stretch is None:
            return None
        told = self.put("日志/journal.jsonl", stretch.lines(), "办理日志和日志链")
        self.rows.append(telling.Row("日志", f"办理日志，链上第 {stretch.first} 至 {stretch.last} 行", told))
        return {"file": told["path"], **stretch.ends}

    def tell(self, facts: dict[str, Any], lacking: list[dict[str, str]]) -> None:
        """What is for people: the index twice, how to verify, and with what."""
        self.put("verify.py", Path(verify.__file__).read_bytes(), "核对程序")
        self.put(TOLD, telling.explained(facts), "说明")
        self.put("索引.html", telling.page(facts, self.rows, lacking), "索引")
        self.put("索引.xlsx", telling.workbook(facts, self.rows, lacking), "索引（表格）")


def _beside(paper: Document) -> str:
    told = {
        "number": paper.number,
        "kind": paper.kind,
        "version": paper.version,
        "replaces": paper.replaces.number if paper.replaces else "",
        "corrects": paper.corrects.number if paper.corrects else "",
        "issued_at": timezone.localtime(paper.issued_at).isoformat(),
        "issued_by": paper.issued_by.name,
        "digest": paper.digest,
        "frozen": paper.frozen,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
