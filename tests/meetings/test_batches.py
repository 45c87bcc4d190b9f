"""Long work that ends as one file: shared, stopped, survived."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.uploads import sha256_of
from meetings import batches, documents
from meetings import transitions as verbs
from meetings.batches import working
from meetings.models import Batch, BatchPart, Document
from meetings.transitions.acting import digest_of
from tests.meetings.stage import acting

YEAR = 2026


@pytest.fixture
def drawn(monkeypatch, settings, tmp_path):
    """Which documents were drawn. Drawing itself is tested elsewhere; here a page is a few bytes."""
    settings.MEDIA_ROOT, seen = tmp_path, []

    def pdf_of(document):
        seen.append(document.number)
        return f"%PDF-1.7 {document.number}".encode()

    monkeypatch.setattr(documents.paper, "pdf_of", pdf_of)
    return seen


def issued(cast, count: int, kind=Document.Kind.MINUTES, **more) -> list[Document]:
    made = []
    for n in range(1, count + 1):
        frozen = {"school": cast.school.name, "n": n, "kind": kind}
        made.append(
            Document.objects.create(
                school=cast.school, kind=kind, body="party", year=YEAR, serial=n, number=f"{kind.label}〔{YEAR}〕{n}号",
                frozen=frozen, digest=digest_of(frozen), issued_by=cast.zhao.user, **more,
            )
        )  # fmt: skip
    return made


def asked(cast, *kinds) -> Batch:
    return batches.ask_batch(kinds or ["minutes"], YEAR, by=acting(cast.zheng))


def content_of(batch: Batch) -> zipfile.ZipFile:
    batch.refresh_from_db()
    with batch.file.open() as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_a_years_documents_become_one_file(cast, drawn):
    issued(cast, 3)
    issued(cast, 1, Document.Kind.RECORD)
    batch = asked(cast, "minutes", "record")
    assert [part.label for part in batch.parts.all()][-1] == "汇成一个文件"
    while batches.work():
        pass
    inside = content_of(batch)
    assert inside.namelist() == [
        *(f"会议纪要/会议纪要〔2026〕{n}号.pdf" for n in (1, 2, 3)), "会议记录/会议记录〔2026〕1号.pdf", "目录.html",
    ]  # fmt: skip
    assert inside.read("会议记录/会议记录〔2026〕1号.pdf") == "%PDF-1.7 会议记录〔2026〕1号".encode()
    assert len(drawn) == 4
    assert batch.file_sha256 == sha256_of(batch.file)
    told = Notice.objects.get(kind="batch")
    assert told.recipient == cast.zheng.user and "共 4 件" in told.body
    assert told.url == reverse("batch", args=["shifan", batch.pk])


def test_asking_twice_is_asking_once_and_nothing_is_no_batch(cast, drawn):
    with pytest.raises(verbs.Stopped, match="还没有已生成的会议纪要"):
        asked(cast)
    issued(cast, 1)
    batch = asked(cast)
    assert asked(cast) == batch
    while batches.work():
        pass
    assert asked(cast) != batch
    with pytest.raises(verbs.NotAllowed, match="学校秘书"):
        batches.ask_batch(["minutes"], YEAR, by=acting(cast.zhao))


def test_a_part_that_fails_three_times_is_named_and_the_rest_goes_on(cast, drawn, monkeypatch):
    _, second, _ = issued(cast, 3)
    draw = documents.paper.pdf_of

    def broken(document):
        if document.pk == second.pk:
            raise ValueError("a font that is none")
        return draw(document)

    monkeypatch.setattr(documents.paper, "pdf_of", broken)
    monkeypatch.setattr(working, "REST", timedelta(0))
    batch = asked(cast)
    while batches.work():
        pass
    part = batch.parts.get(about__document=second.pk)
    assert part.attempts == 3 and "服务器日志" in part.failed
    inside = content_of(batch)
    assert len(inside.namelist()) == 3 and second.number in inside.read("目录.html").decode()
    assert "1 件没有做成" in Notice.objects.get(kind="batch").body


def test_what_a_dead_worker_held_is_taken_again_and_after_three_times_no_more(cast, drawn):
    issued(cast, 1)
    batch = asked(cast)
    for attempt in (1, 2, 3):
        assert working._take().attempts == attempt
        assert working._take() is None  # held
        BatchPart.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    while batches.work():
        pass
    assert drawn == []
    batch.refresh_from_db()
    assert "三次中断" in batch.parts.get(no=1).failed and batch.finished_at and not batch.failed


def test_what_a_worker_left_who_died_while_writing_the_file_goes(cast, drawn):
    issued(cast, 1)
    batch = asked(cast)
    while batch.parts.filter(done_at=None).count() > 1:
        batches.work(seconds=0)
    working._take()
    default_storage.save(f"batches/{batch.pk}-1.zip", ContentFile(b"half a file"))
    BatchPart.objects.filter(done_at=None).update(held_until=timezone.now() - timedelta(seconds=1))
    while batches.work():
        pass
    assert default_storage.listdir("batches")[1] == [f"{batch.pk}-2.zip"]
    assert content_of(batch).testzip() is None


def test_whoever_held_a_part_too_long_does_nothing_twice(cast, drawn):
    issued(cast, 1)
    batch = asked(cast)
    slow = working._take()
    BatchPart.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    while batches.work():
        pass
    working._do(slow)
    last = BatchPart(**{f.attname: getattr(batch.parts.last(), f.attname) for f in BatchPart._meta.fields})
    last.attempts = 1
    last.batch = batch
    before = set(default_storage.listdir("batches")[1])
    working._do(last)  # made, and thrown away: it is finished
    assert Notice.objects.filter(kind="batch").count() == 1
    assert len(set(default_storage.listdir("batches")[1])) <= len(before)


def test_a_stopped_batch_goes_no_further(cast, drawn, monkeypatch):
    issued(cast, 3)
    batch = asked(cast)
    assert batches.work(seconds=0)
    clerk = acting(cast.zheng)
    batches.stop_batch(batch, by=clerk)
    batches.stop_batch(batch, by=clerk)
    assert not batches.work()
    assert len(drawn) == 1
    with pytest.raises(verbs.NotAllowed):
        batches.stop_batch(batch, by=acting(cast.li))
    done = asked(cast)
    while batches.work():
        pass
    with pytest.raises(verbs.WrongState, match="已经做完"):
        batches.stop_batch(done, by=clerk)


def test_a_batch_that_cannot_be_put_together_says_so(cast, drawn, monkeypatch):
    issued(cast, 1)
    monkeypatch.setattr(working, "REST", timedelta(0))
    batch = asked(cast)
    while batch.parts.filter(done_at=None).count() > 1:
        batches.work(seconds=0)
    Path(default_storage.path(Document.objects.get().file.name)).write_bytes(b"%PDF of somebody else")
    while batches.work():
        pass
    batch.refresh_from_db()
    assert "被改动过" in batch.failed and not batch.file
    assert Notice.objects.get(kind="batch").title.startswith("没有做成")
    assert default_storage.listdir("batches")[1] == []


def test_a_short_batch_does_not_wait_for_the_end_of_a_long_one(cast, drawn):
    issued(cast, 5)
    issued(cast, 1, Document.Kind.RECORD)
    long, short = asked(cast), asked(cast, "record")
    while not Batch.objects.get(pk=short.pk).finished_at:
        assert batches.work(seconds=0)
    assert Batch.objects.get(pk=long.pk).finished_at is None


def test_the_pages_show_how_far_it_is_and_hand_out_the_file(cast, drawn, sign_in, monkeypatch):
    issued(cast, 2)
    client = sign_in(cast.zheng)
    new = reverse("batch_new", args=["shifan"])
    assert client.post(new, {"year": YEAR, "kinds": []}).status_code == 422
    refused = client.post(new, {"year": YEAR, "kinds": ["record"]})
    assert refused.status_code == 422 and "还没有已生成的会议记录" in refused.content.decode()
    page = client.post(new, {"year": YEAR, "kinds": ["minutes"]}).headers["Location"]
    assert "几秒钟后" in client.get(page).content.decode()
    batches.work(seconds=0)
    shown = client.get(page).content.decode()
    assert 'max="3" value="1"' in shown and 'hx-trigger="every 2s"' in shown
    assert client.get(f"{page}file/").status_code == 404
    while batches.work():
        pass
    assert "已做好" in client.get(page).content.decode()
    handed = client.get(f"{page}file/")
    assert handed.headers["Content-Type"] == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(handed.getvalue())).namelist()) == 3
    assert "2026 年会议纪要" in client.get(reverse("batch_list", args=["shifan"])).content.decode()
    assert sign_in(cast.wang).get(f"{page}file/").status_code == 404


def test_names_of_files_can_be_unpacked_anywhere():
    from meetings.batches.zipping import readable

    assert readable('..\\a/b:c?"*.pdf') == "..-a-b-c---.pdf".replace("-", "_").lstrip(".")
    assert readable("con.txt") == "_con.txt"
    assert readable("　") == "文件"
    assert len(readable("长" * 300 + ".docx")) == 65
