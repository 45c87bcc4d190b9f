"""Files: known by their content, handed out to those who may, never lost from the record."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.http import urlencode

from accounts.models import Entry
from accounts.uploads import safe_name
from meetings import transitions as verbs
from meetings.models import Attachment, Matter

from .stage import acting, draft, proposed

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.fixture(autouse=True)
def a_place_for_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pdf(name="方案.pdf", more=b""):
    return SimpleUploadedFile(name, PDF + more)


def office(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return packed.getvalue()


def add(client, matter, *files, sure=True):
    address = f"/s/shifan/matters/{matter.pk}/attachments/"
    return client.post(address, {"files": files, **({"not_secret": "on"} if sure else {})}, follow=True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("方案.pdf", PDF),
        ("平面图.PNG", PNG),
        ("现场.jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64),
        ("预算.xlsx", office("xl/workbook.xml")),
        ("方案.docx", office("word/document.xml")),
        ("旧方案.doc", OLE + "WordDocument".encode("utf-16-le")),
        ("旧预算.xls", OLE + "Workbook".encode("utf-16-le")),
        ("内嵌文档的预算.xls", OLE + "WordDocument".encode("utf-16-le") + "Workbook".encode("utf-16-le")),
    ],
)
def test_what_a_school_hands_in_is_taken(cast, sign_in, name, content):
    matter = draft(cast)
    add(sign_in(cast.li), matter, SimpleUploadedFile(name, content))
    kept = matter.attachments.get()
    assert (kept.name, kept.size, kept.sha256) == (name, len(content), hashlib.sha256(content).hexdigest())
    assert kept.file.name.startswith("attachments/") and "方案" not in kept.file.name


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("病毒.pdf", b"MZ\x90\x00" + b"\0" * 100, "不是 PDF、Word、Excel 或图片"),
        ("页面.pdf", b"<html><script>alert(1)</script></html>", "不是 PDF"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是 PDF"),
        ("假.png", PDF, "内容其实是 PDF"),
        ("无扩展名", PDF, "内容其实是 PDF"),
        ("宏.docx", office("word/document.xml", "word/vbaProject.bin"), "含宏"),
        ("宏.xls", OLE + "Workbook".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"), "含宏"),
        ("包.zip", office("readme.txt"), "不是 PDF"),
        ("坏.docx", b"PK\x03\x04" + b"\0" * 50, "不是 PDF"),
        ("空.pdf", b"", "空文件"),
    ],
)
def test_anything_else_is_refused_with_its_reason(cast, sign_in, name, content, said):
    matter = draft(cast)
    page = add(sign_in(cast.li), matter, SimpleUploadedFile(name, content)).content.decode()
    assert said in page
    assert not Attachment.objects.exists()


def test_a_bad_file_does_not_take_the_good_ones_with_it(cast, sign_in):
    matter = draft(cast)
    page = add(sign_in(cast.li), matter, pdf("一.pdf"), SimpleUploadedFile("二.exe", b"MZ"), pdf("三.pdf", b"3"))
    assert "“二.exe”不是" in page.content.decode()
    assert [each.name for each in matter.attachments.all()] == ["一.pdf", "三.pdf"]


def test_too_large_says_by_how_much(cast, sign_in, settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    page = add(sign_in(cast.li), draft(cast), pdf(more=b"\0" * 1600000)).content.decode()
    assert "有 1.5 MB，每个附件不超过 1 MB" in page


def test_the_promise_that_nothing_is_secret_is_asked_for(cast, sign_in):
    matter = draft(cast)
    page = add(sign_in(cast.li), matter, pdf(), sure=False).content.decode()
    assert "请确认文件不含涉密内容" in page
    assert not matter.attachments.exists()


def test_the_same_file_twice_is_one(cast, sign_in):
    matter = draft(cast)
    for _ in range(2):
        add(sign_in(cast.li), matter, pdf())
    assert matter.attachments.count() == 1


def test_it_leaves_as_a_download_under_its_chinese_name(cast, sign_in, again):
    matter = again(proposed)
    add(sign_in(cast.li), matter, pdf("校园安防 方案（送审稿）.pdf"))
    answer = sign_in(cast.wang).get(f"/s/shifan/attachments/{matter.attachments.get().pk}/")
    assert b"".join(answer.streaming_content) == PDF
    quoted = urlencode({"": "校园安防 方案（送审稿）.pdf"})[1:].replace("+", "%20")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quoted}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"


def test_only_who_may_read_the_matter_gets_its_files(cast, sign_in):
    matter = draft(cast)
    add(sign_in(cast.li), matter, pdf())
    address = f"attachments/{matter.attachments.get().pk}/"
    assert sign_in(cast.wu).get(f"/s/shifan/{address}").status_code == 404  # a draft of somebody else
    assert sign_in(cast.wei).get(f"/s/shifan/{address}").status_code == 404
    assert sign_in(cast.wei).get(f"/s/waixiao/{address}").status_code == 404
    assert sign_in(cast.wei).post(f"/s/waixiao/{address}remove/").status_code == 404
    client = sign_in(cast.li)
    client.logout()
    assert client.get(f"/s/shifan/{address}").status_code == 302


def test_removing_keeps_the_row_and_says_so_in_the_journal(cast, sign_in, again):
    matter = again(proposed)
    client = sign_in(cast.li)
    add(client, matter, pdf())
    kept = matter.attachments.get()
    address = f"/s/shifan/attachments/{kept.pk}/"
    sign_in(cast.wu).post(f"{address}remove/")
    assert sign_in(cast.li).get(address).status_code == 200
    sign_in(cast.li).post(f"{address}remove/")
    kept.refresh_from_db()
    assert kept.removed_at and kept.file.storage.exists(kept.file.name)
    assert client.get(address).status_code == 404
    assert Entry.objects.filter(verb="remove_attachment", subject_id=matter.pk).exists()


def test_the_journal_does_not_tell_the_names_of_personnel_files(cast, sign_in):
    matter = draft(cast, category="H01")
    add(sign_in(cast.li), matter, pdf("冯某考察材料.pdf"))
    assert "冯某" not in Entry.objects.get(verb="attach").summary


def test_a_decided_matter_takes_no_more_files(cast, sign_in):
    matter = draft(cast)
    Matter.objects.update(state="decided")
    assert "不能再添加附件" in add(sign_in(cast.li), matter, pdf()).content.decode()


def test_others_of_the_school_add_nothing(cast, sign_in, again):
    matter = again(proposed)
    assert "由提出人或学校秘书添加" in add(sign_in(cast.wu), matter, pdf()).content.decode()


def test_a_new_matter_takes_its_files_with_it(cast, sign_in):
    sent = {"title": "采购", "category": "P03", "proposal": "购置", "act": "propose", "keep": "matter-new"}
    answer = sign_in(cast.li).post("/s/shifan/matters/new/", sent | {"files": [pdf()], "not_secret": "on"})
    matter = Matter.objects.get()
    assert matter.state == "proposed" and matter.attachments.count() == 1
    assert answer.url.endswith(f"/matters/{matter.pk}/")


def test_a_bad_file_keeps_the_draft_and_does_not_propose(cast, sign_in):
    sent = {"title": "采购", "category": "P03", "proposal": "购置", "act": "propose", "keep": "matter-new"}
    bad = SimpleUploadedFile("二.exe", b"MZ")
    page = sign_in(cast.li).post(
        "/s/shifan/matters/new/", sent | {"files": [pdf(), bad], "not_secret": "on"}, follow=True
    )
    matter = Matter.objects.get()
    assert matter.state == "draft" and matter.attachments.count() == 1
    assert "“二.exe”不是" in page.content.decode()
    verbs.propose(matter, by=acting(cast.li))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\etc\\passwd.pdf", "passwd.pdf"),
        ("方案\u202egnp.pdf", "方案gnp.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("...", "附件"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a." + "x" * 240, "a." + "x" * 19),
    ],
)
def test_names_are_made_safe(given, kept):
    assert safe_name(given) == kept
