"""A worker dies in the middle of a batch: another one goes on, nothing is lost and nothing is there twice."""

import hashlib
import io
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Notice
from meetings.batches import ask_batch
from meetings.models import Batch, BatchPart, Document
from meetings.transitions.acting import digest_of
from tests.meetings.stage import acting, issued_with_the_chair_first

from .conftest import eventually
from .test_background import Holding, somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def kept(cast, count: int) -> list[Document]:
    """Documents that were drawn before."""
    return [
        Document.objects.create(
            school=cast.school, kind="minutes", body="office", year=timezone.localdate().year, serial=n,
            number=f"办公会议纪要{n}号", frozen={}, digest=digest_of({}), issued_by=cast.qian.user,
            file=ContentFile(f"%PDF {n}".encode(), name=f"{n}.pdf"),
            file_sha256=hashlib.sha256(f"%PDF {n}".encode()).hexdigest(),
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


def test_a_worker_killed_in_the_middle_of_a_batch(cast, background, another_session, settings):
    settings.MEDIA_ROOT = background.folder / "media"
    meeting, others = issued_with_the_chair_first(cast), kept(cast, 5)
    minutes = meeting.documents.get()
    batch = ask_batch(["minutes"], minutes.year, by=acting(cast.zheng))
    undone = batch.parts.filter(done_at=None)
    worker = background.start_worker()
    with Holding(another_session, minutes):
        background.wake("work_on_batches")
        eventually(somebody_waits_for_a_lock)
        background.wake("work_on_batches")  # and the other hand of the worker does the rest meanwhile
        eventually(lambda: undone.count() == 2)
        background.kill(worker)
    BatchPart.objects.filter(done_at=None).update(held_until=timezone.now() - timedelta(seconds=1))  # minutes later
    background.start_worker()

    def finished():
        background.wake("work_on_batches")
        return Batch.objects.filter(pk=batch.pk, finished_at__isnull=False).exists()

    eventually(finished, pause=0.5)
    batch.refresh_from_db()
    with batch.file.open() as file:
        names = zipfile.ZipFile(io.BytesIO(file.read())).namelist()
    assert sorted(names) == sorted({*names}) and len(names) == len(others) + 2
    tried = Counter(batch.parts.values_list("attempts", flat=True))
    assert tried == {1: 6, 2: 1} and batch.parts.get(about__document=minutes.pk).attempts == 2
    assert Notice.objects.filter(kind="batch").count() == 1
    assert "Traceback" not in background.log()
