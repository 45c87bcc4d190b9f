"""Asking for a batch, stopping it, and who may look."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from governance.access import Standing

from ..models import Batch, BatchPart, Document
from ..transitions.acting import NotAllowed, Stopped, WrongState, now, write
from ..transitions.table import VERBS

LAST = "last"  # the mark of the part that makes the file
Part = tuple[str, dict[str, Any]]  # its label, and what it is about


@transaction.atomic
def ask_batch(kinds: Sequence[str], year: int, *, by: Standing) -> Batch:
    """A year's documents of some kinds, as one file. Asking twice for the same, while it is made, is asking once."""
    school = held(by, "ask_batch")
    kinds = sorted(set(kinds))
    labels = "、".join(Document.Kind(kind).label for kind in kinds)
    papers = papers_of(school, kinds, year)
    if not papers:
        raise Stopped(f"{year} 年还没有已生成的{labels}。请先签发或生成，再成批下载。")
    label = f"{year} 年{labels if len(kinds) < 4 else f'{len(kinds)} 种文件'}"
    parts = [(paper.number, {"document": paper.pk}) for paper in papers]
    return begin_batch(Batch.Kind.PAPERS, {"kinds": kinds, "year": year}, label, parts, verb="ask_batch", by=by)


def begin_batch(
    kind: Batch.Kind, scope: dict[str, Any], label: str, parts: Iterable[Part], *, verb: str, by: Standing
) -> Batch:
    """Write down what is to be made; the workers find it. The school's row is held (``held``)."""
    same = Batch.objects.filter(school=by.school, kind=kind, scope=scope, finished_at=None, stopped_at=None).first()
    if same:
        return same
    batch = Batch.objects.create(school=by.school, kind=kind, scope=scope, label=label[:200], asked_by=by.user)
    every = [*parts, ("汇成一个文件", {LAST: True})]
    BatchPart.objects.bulk_create(
        BatchPart(batch=batch, no=no, label=label[:200], about=about) for no, (label, about) in enumerate(every, 1)
    )
    write(
        VERBS[verb],
        batch,
        by,
        f"{VERBS[verb].label}：{batch.label}（{len(every) - 1} 件）",
        batch=batch.pk,
        scope=scope,
    )
    return batch


def held(by: Standing, verb: str) -> Organisation:
    """The school's row, locked: two who ask at once come one after the other."""
    if not VERBS[verb].who(by, by.school):
        raise NotAllowed(f"“{VERBS[verb].label}”由{VERBS[verb].whom}办理。")
    return Organisation.objects.select_for_update(no_key=True).get(pk=by.school.pk)


@transaction.atomic
def stop_batch(batch: Batch, *, by: Standing) -> Batch:
    """Nobody takes another part of it. What was made is not taken back: documents that were issued stay issued."""
    verb = VERBS["stop_batch"]
    locked = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if locked.school_id != by.school.pk or not verb.who(by, locked):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    if locked.stopped_at:
        return locked
    if locked.finished_at:
        raise WrongState(f"“{locked.label}”已经做完，不用停止。请刷新后再看。")
    locked.stopped_at, locked.stopped_by = now(), by.user
    locked.save(update_fields=["stopped_at", "stopped_by"])
    write(verb, locked, by, f"停止：{locked.label}", batch=locked.pk)
    return locked


def papers_of(school: Organisation, kinds: Iterable[str], year: int) -> QuerySet[Document]:
    """The documents of a year, by kind and number."""
    return Document.objects.filter(school=school, kind__in=kinds, year=year).order_by("kind", "body", "serial", "pk")


def batches_for(by: Standing) -> QuerySet[Batch]:
    """A school's batches are its own: who supervises reads the documents one by one."""
    mine = Batch.objects.filter(school=by.school) if by.works_here else Batch.objects.none()
    parts = BatchPart.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    told = parts.annotate(n=Count("pk"), d=Count("done_at"), f=Count("pk", filter=~Q(failed="")))
    return mine.select_related("asked_by", "stopped_by", "pack").annotate(
        parts_in_all=Coalesce(Subquery(told.values("n")), 0),
        parts_done=Coalesce(Subquery(told.values("d")), 0),
        parts_failed=Coalesce(Subquery(told.values("f")), 0),
    )


def batch_for(by: Standing, pk: int) -> Batch:
    return get_object_or_404(batches_for(by), pk=pk)


def size_of(batch: Batch) -> int | None:
    """Bytes of the file that came of it; none: there is none, or it is no longer on the disk."""
    try:
        return batch.file.size if batch.file else None
    except FileNotFoundError:
        return None


def size_of_batches(school: Organisation) -> int:
    """Bytes that the files of all batches of a school take: they are kept."""
    names = Batch.objects.filter(school=school).exclude(file="").values_list("file", flat=True)
    return sum(default_storage.size(name) for name in names if default_storage.exists(name))
