"""A year's documents as one file: each is drawn, if it was not yet, and put under its number."""

from typing import Any

from django.template.loader import render_to_string

from ..documents import content_of
from ..models import Batch, BatchPart, Document
from .asking import LAST
from .working import Made
from .zipping import Zip, place_of, readable


def do(part: BatchPart) -> dict[str, Any]:
    document = Document.objects.get(pk=part.about["document"])
    return {"document": document.pk, "size": len(content_of(document))}


def ready(batch: Batch) -> None:
    """Nothing has to come before."""


def assemble(batch: Batch, attempt: int) -> Made:
    parts = list(batch.parts.exclude(about__has_key=LAST).order_by("no"))
    papers = Document.objects.in_bulk([part.made["document"] for part in parts if not part.failed])
    path = place_of(batch, attempt)
    with Zip(path, at=batch.asked_at) as zip:
        rows: list[tuple[BatchPart, Document | None, str]] = []
        for part in parts:
            paper = papers.get(part.about["document"])
            if not paper:
                rows.append((part, None, ""))
                continue
            name = zip.free(f"{paper.get_kind_display()}/{readable(f'{paper.number}.pdf')}")
            zip.add(name, content_of(paper))
            rows.append((part, paper, name))
        zip.add("目录.html", render_to_string("archives/papers.html", {"batch": batch, "rows": rows}))
    return Made(path, readable(f"{batch.school.name}{batch.label}.zip"), f"共 {len(papers)} 件。")
