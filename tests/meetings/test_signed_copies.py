"""Signed copies: a scan is attached at once, a Word file by whoever saw what it says otherwise, each file once."""

import errno
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.documents import paper_of, word
from meetings.models import Document, SignedCopy
from meetings.transitions.acting import digest_of
from tests.documents.facts import frozen

from .stage import acting
from .test_attachments import PNG, office

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document(cast) -> Document:
    said, clerk = frozen(version=1), acting(cast.zheng)
    meeting = verbs.plan(cast.school, body="party", starts_at=timezone.now(), place="第一会议室", by=clerk)
    return Document.objects.create(
        school=cast.school, meeting=meeting, kind="minutes", body="party", year=2026, serial=3, number=said["number"], frozen=said,
        digest=digest_of(said), issued_by=cast.zhao.user,
    )  # fmt: skip


def scan(name="签字.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def came_back(document: Document, *changes: tuple[str, str], name="签字.docx"):
    """The document's own Word file, typed over here and there."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word.docx(paper_of(document), draft=False))) as made,
        zipfile.ZipFile(packed, "w") as out,
    ):
        for each in made.namelist():
            content = made.read(each).decode()
            for old, new in changes if each == "word/document.xml" else ():
                assert old in content
                content = content.replace(old, new)
            out.writestr(each, content)
    return SimpleUploadedFile(name, packed.getvalue())


def at(name: str, *more) -> str:
    return reverse(name, args=["shifan", *more])


def send(client, document, file, **more):
    return client.post(at("signed_copy_add", document.pk), {"file": file, **more})


def test_a_scan_is_attached_at_once_and_once(cast, sign_in, document):
    client = sign_in(cast.zheng)
    page = client.get(at("document_page", document.pk)).content.decode()
    assert "还没有签字件" in page and at("signed_copy_add", document.pk) in page
    for _ in range(2):
        answer = send(client, document, scan(), note="共 3 页")
        assert answer.url == at("document_page", document.pk) + "#signed-copies"
    copy = SignedCopy.objects.get()
    assert (copy.name, copy.note, copy.size, copy.differences) == ("签字.pdf", "共 3 页", len(PDF), [])
    line = Entry.objects.get(verb="attach_signed")
    assert line.subject_id == document.pk and line.facts["sha256"] == copy.sha256 and document.number in line.summary
    page = client.get(at("document_page", document.pk)).content.decode()
    assert copy.sha256 in page and "共 3 页" in page and "与记录" not in page
    assert "有签字件" in client.get(at("paper_list")).content.decode()
    handed = client.get(at("signed_copy", copy.pk))
    assert b"".join(handed.streaming_content) == PDF and handed["Content-Disposition"].startswith("attachment")


def test_a_word_file_is_first_shown_and_attached_by_a_second_act(cast, sign_in, document):
    client = sign_in(cast.zheng)
    answer = send(
        client, document, came_back(document, ("同意实施", "原则同意实施"), ("12月23日", "12月30日")), note="会后改"
    )
    assert not SignedCopy.objects.exists() and not Entry.objects.filter(verb="attach_signed").exists()
    page = client.get(answer.url).content.decode()
    assert "第 1 项 内容" in page and re.search(r"<ins>.*?原则.*?</ins>", page)
    assert "第 1 项 责任人和时限" in page and re.search(r"<del>.*?23.*?</del>", page) and "会后改" in page
    silent = client.post(answer.url, {"note": " "})
    assert silent.status_code == 422 and "2 处不同" in silent.content.decode() and not SignedCopy.objects.exists()
    for _ in range(2):
        done = client.post(answer.url, {"note": "签发后书记口头更改，另走更正程序。"})
        assert done.url == at("document_page", document.pk) + "#signed-copies"
    copy = SignedCopy.objects.get()
    assert [(each["kind"], each["part"]) for each in copy.differences] == [
        ("changed", "第 1 项 内容"),
        ("changed", "第 1 项 责任人和时限"),
    ]
    line = Entry.objects.get(verb="attach_signed")
    assert line.facts["differences"] == 2 and "2 处不同" in line.summary and "口头更改" not in line.summary
    assert "与记录有 2 处不同" in client.get(at("document_page", document.pk)).content.decode()
    kept = sign_in(cast.wang).get(at("signed_copy_differences", copy.pk)).content.decode()
    assert "口头更改" in kept and re.search(r"<ins>.*?原则.*?</ins>", kept)


def test_a_word_file_that_says_the_same_needs_no_note(cast, sign_in, document):
    client = sign_in(cast.zheng)
    answer = send(client, document, came_back(document))
    assert "文字与记录一致" in client.get(answer.url).content.decode()
    client.post(answer.url, {"note": ""})
    assert SignedCopy.objects.get().differences == []
    assert "与记录一致" in client.get(at("document_page", document.pk)).content.decode()


def test_tracked_changes_are_counted_as_accepted_and_said(cast, sign_in, document):
    client = sign_in(cast.zheng)
    tracked = (
        "同意实施。</w:t></w:r>",
        '同意实施。</w:t></w:r><w:ins w:id="1" w:author="某人"><w:r><w:t>另行公示。</w:t></w:r></w:ins>',
    )
    answer = send(client, document, came_back(document, tracked))
    page = client.get(answer.url).content.decode()
    assert "修订标记" in page and re.search(r"<ins>.*?另行公示。.*?</ins>", page)
    client.post(answer.url, {"note": "按修订后签字。"})
    assert [each["kind"] for each in SignedCopy.objects.get().differences] == ["remark", "changed"]
    assert "与记录有 1 处不同" in client.get(at("document_page", document.pk)).content.decode()


def test_no_word_file_is_attached_unseen(cast, document):
    clerk, file = acting(cast.zheng), came_back(document, ("同意实施", "原则同意实施"))
    with pytest.raises(verbs.Stopped, match="还没有与记录核对"):
        verbs.attach_signed(document, file, note="没看", by=clerk)
    _, found = verbs.brought_back(document, file)
    with pytest.raises(verbs.Stopped, match="还没有与记录核对"):
        verbs.attach_signed(document, file, note="看的是另一份", seen=digest_of([]), by=clerk)
    assert verbs.attach_signed(document, file, note="看过", seen=digest_of(found), by=clerk).note == "看过"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("签字.xlsx", office("xl/workbook.xml"), "不是 PDF、Word（.docx）或图片"),
        ("签字.docm", office("word/document.xml", "word/vbaProject.bin"), "含宏"),
        ("签字.docx", office("word/document.xml"), "没有正文"),
        ("签字.docx", PNG, "与扩展名不符"),
        ("签字.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "旧版 Word"),
        ("签字.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("签字.pdf", b"", "空文件"),
    ],
    ids=["excel", "macros", "no text", "picture", "old", "locked", "empty"],
)
def test_what_cannot_be_kept_is_refused_beside_the_field(cast, sign_in, document, name, content, words):
    answer = send(sign_in(cast.zheng), document, scan(name, content), note="共 3 页")
    assert answer.status_code == 422 and words in answer.content.decode() and "共 3 页" in answer.content.decode()
    assert not SignedCopy.objects.exists()


def test_a_file_too_large_is_refused(cast, sign_in, document, settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    assert "没有上传" in send(sign_in(cast.zheng), document, scan()).content.decode()


def test_only_the_clerk_attaches_and_only_readers_read(cast, sign_in, document):
    for person in (cast.zhao, cast.wang):
        assert send(sign_in(person), document, scan()).status_code == 404
    with pytest.raises(verbs.NotAllowed, match="由学校秘书办理"):
        verbs.attach_signed(document, scan(), by=acting(cast.zhao))
    copy = verbs.attach_signed(document, scan(), by=acting(cast.zheng))
    assert sign_in(cast.li).get(at("signed_copy", copy.pk)).status_code == 200
    for name in ("signed_copy", "signed_copy_differences"):
        assert sign_in(cast.wei).get(at(name, copy.pk)).status_code == 404
        assert sign_in(cast.wei).get(reverse(name, args=["waixiao", copy.pk])).status_code == 404


def test_what_was_brought_for_one_document_is_nothing_for_another(cast, sign_in, document):
    other = Document.objects.create(
        school=cast.school, kind="minutes", body="party", year=2026, serial=4, number="4号",
        frozen=document.frozen, digest=document.digest, issued_by=cast.zhao.user,
    )  # fmt: skip
    client = sign_in(cast.zheng)
    token = send(client, document, came_back(document)).url.rstrip("/").rpartition("/")[2]
    assert client.get(at("signed_copy_check", other.pk, token)).status_code == 404
    assert client.get(at("arrival", token)).status_code == 404
    assert client.get(at("signed_copy_check", document.pk, "0" * 32)).status_code == 404


def test_a_signed_copy_never_changes(cast, document):
    copy = verbs.attach_signed(document, scan(), by=acting(cast.zheng))
    for change in (lambda: SignedCopy.objects.update(note="改"), lambda: copy.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_issued_document_is_handed_out_as_word(cast, sign_in, document):
    answer = sign_in(cast.wang).get(at("document_word", document.pk))
    assert answer.content == word.docx(paper_of(document), draft=False) and answer["Content-Type"] == word.TYPE
    assert answer["Content-Disposition"].endswith(".docx") and "attachment" in answer["Content-Disposition"]
    assert at("document_word", document.pk) in sign_in(cast.wang).get(at("document_page", document.pk)).content.decode()


def test_where_there_is_no_room_it_is_said_and_no_half_is_kept(cast, sign_in, document, monkeypatch, settings):
    def half(storage, name, content):
        place = Path(storage.path(name))
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(PDF[:4])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", half)
    answer = send(sign_in(cast.zheng), document, scan())
    assert answer.status_code == 507 and "满了，文件没有保存" in answer.content.decode()
    assert not document.signed_copies.exists() and not any((settings.MEDIA_ROOT / "signed").iterdir())
