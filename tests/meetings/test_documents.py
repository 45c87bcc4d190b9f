"""The kept file of a document: made once, read by those who may. How it is drawn is tested in tests/documents."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from meetings import documents
from meetings import transitions as verbs
from meetings.documents.blocks import Labelled, Together
from meetings.documents.kinds import kind_of
from meetings.models import Document
from tests.documents.measuring import text_of

from .stage import acting
from .test_minutes import sat


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_the_draft_on_paper_comes_from_the_page(cast, sign_in):
    answer = sign_in(cast.zheng).get(reverse("minutes_draft", args=["shifan", sat(cast).pk]))
    assert answer["Content-Type"] == "application/pdf" and "草稿" in text_of(answer.content)


def test_the_kept_file_is_made_once_and_read_by_those_who_may(cast, sign_in):
    issued = verbs.issue(sat(cast), by=acting(cast.zhao))
    documents.make_file(issued.pk)
    documents.make_file(issued.pk)
    kept = Document.objects.get()
    address = reverse("document", args=["shifan", issued.pk])
    answer = sign_in(cast.li).get(address)
    body = answer.content
    assert body == documents.pdf_of(kept) and answer["ETag"] == f'"{kept.file_sha256}"'
    assert "inline" in answer["Content-Disposition"]
    assert sign_in(cast.wang).get(address).status_code == 200
    assert "同意师德师风建设年活动方案。" in text_of(body) and kept.number in text_of(body)


def test_a_file_that_is_not_what_was_made_is_not_handed_out(cast, sign_in, settings, monkeypatch):
    issued = verbs.issue(sat(cast), by=acting(cast.zhao))
    address, client = reverse("document", args=["shifan", issued.pk]), sign_in(cast.li)
    whole = client.get(address).content
    kept = settings.MEDIA_ROOT / Document.objects.get().file.name
    kept.unlink()
    assert client.get(address).content == whole == kept.read_bytes(), "drawn again, to the byte"
    kept.write_bytes(whole[:-1])
    for name, *more in (("document",), ("document_pages",), ("document_page_image", 1)):
        answer = client.get(reverse(name, args=["shifan", issued.pk, *more]))
        assert answer.status_code == 404
        assert f"{issued.number}存的 PDF 不在了或被改动过" in answer.content.decode()
    kept.unlink()
    monkeypatch.setattr(documents.paper, "pdf_of", lambda document: b"%PDF of other fonts")
    assert client.get(address).status_code == 404 and not kept.exists()


def test_what_cannot_be_kept_is_drawn_each_time(cast, sign_in, settings):
    issued = verbs.issue(sat(cast), by=acting(cast.zhao))
    (settings.MEDIA_ROOT / "documents").write_text("no folder")
    assert sign_in(cast.li).get(reverse("document", args=["shifan", issued.pk])).content.startswith(b"%PDF")
    assert not Document.objects.get().file
    (settings.MEDIA_ROOT / "documents").unlink()
    documents.make_file(issued.pk)
    assert len(list((settings.MEDIA_ROOT / "documents").iterdir())) == 1, "no half is left"


def test_facts_that_were_changed_in_the_database_are_handed_out_by_no_door(cast, sign_in):
    issued = verbs.issue(sat(cast), by=acting(cast.zhao))
    client = sign_in(cast.zheng)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("""UPDATE meetings_document SET frozen = frozen || '{"place": "别处"}'""")
    for name in ("document", "document_word", "document_page"):
        answer = client.get(reverse(name, args=["shifan", issued.pk]))
        assert answer.status_code == 404 and "与签发时的摘要不符" in answer.content.decode(), name


def test_who_was_not_written_down_is_not_called_absent(cast):
    meeting = sat(cast)
    meeting.attendance.filter(person=cast.wu).update(status="")
    said = verbs.issue(meeting, by=acting(cast.zhao)).frozen
    assert (said["absent"], said["unrecorded"]) == ([], ["吴委员"])
    people = [
        block for block in _flat(kind_of(Document.Kind.MINUTES).laid_out(said).blocks) if isinstance(block, Labelled)
    ]
    assert (people[1].label, people[1].entries) == ("未登记", ("吴委员",))


def _flat(blocks):
    for block in blocks:
        yield from _flat(block.blocks) if isinstance(block, Together) else [block]


@pytest.mark.django_db(transaction=True)
def test_a_reader_and_the_worker_at_the_same_moment_make_one_file(cast, monkeypatch):
    issued = verbs.issue(sat(cast), by=acting(cast.zhao))
    drawn, together = [], threading.Barrier(3)
    really = documents.pdf_of
    monkeypatch.setattr(documents.paper, "pdf_of", lambda *args: drawn.append(1) or really(*args))

    def make():
        try:
            together.wait()
            documents.make_file(issued.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 1 and Document.objects.get().file_sha256


def test_a_machine_without_the_subsetter_is_told_and_still_works(monkeypatch):
    def missing(name):
        raise OSError(name)

    assert documents.subsetter_is_there() == []
    monkeypatch.setattr("ctypes.CDLL", missing)
    assert [each.id for each in documents.subsetter_is_there()] == ["meetings.W001"]
