"""From frozen facts to paper: the same bytes twice, every text on it, small enough to send."""

import re
import subprocess
import threading
from datetime import datetime
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from meetings import documents
from meetings import transitions as verbs
from meetings.models import Document

from .stage import acting
from .test_minutes import sat

LONG = (
    "会议认为，教育教学改革关系全体师生切身利益，必须坚持民主集中制，充分听取教职工代表大会意见；"
    "各处室要“分工协作、责任到人”，按月报告进展（书面），年底前专题汇报。"
)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def item(no=1, **more) -> dict:
    return {
        "no": no,
        "heading": "关于教师师德师风建设年活动方案的请示",
        "outcome": "通过",
        "text": "会议讨论通过。会议决定：同意实施。",
        "responsible": ["李副校"],
        "due": "2026-12-23",
        "overrides": [],
    } | more


def frozen(**more) -> dict:
    return {
        "school": "示范中学",
        "body": "党组织会议",
        "meeting_number": 3,
        "number": "党组织会议纪要〔2026〕3号",
        "title": "",
        "starts_at": "2026-11-23T15:05:00+08:00",
        "ends_at": "2026-11-23T16:30:00+08:00",
        "place": "第一会议室",
        "chair": "赵书记",
        "recorder": "郑秘书",
        "in_office": 9,
        "present": ["赵书记", "李镕", "周喆", "吴堃", "郑珺（第 2 项起）", "王祎赟", "冯昇"],
        "leave": ["吴委员（外出培训）"],
        "absent": ["何主任"],
        "unrecorded": [],
        "observers": ["郑秘书"],
        "items": [item()],
        "issued_by": "赵书记",
        "issued_on": "2026-11-24",
    } | more


def document(**more) -> SimpleNamespace:
    issued_at = timezone.make_aware(datetime(2026, 11, 24, 9))
    return SimpleNamespace(kind=Document.Kind.MINUTES, frozen=frozen(**more), digest="ab" * 32, issued_at=issued_at)


def text_of(pdf: bytes) -> str:
    """The text as a reader takes it out, page numbers and blanks left out."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s|—\s*\d+\s*—", "", made.stdout.decode())


def texts_in(value) -> list[str]:
    if isinstance(value, str):
        return value.splitlines()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for child in children for text in texts_in(child)]


def test_made_twice_it_has_the_same_bytes():
    assert documents.pdf_of(document()) == documents.pdf_of(document())


def test_every_frozen_text_is_on_paper_and_can_be_taken_out():
    reason = {"rule": "C-02", "message": "没有会前沟通。", "reason": "校长外出学习，已电话沟通。", "by": "赵书记"}
    made = document(items=[item(1, text=f"会议决定：\n{LONG}", overrides=[reason]), item(2)])
    paper = text_of(documents.pdf_of(made))
    unprinted = {"starts_at", "ends_at", "issued_on", "title", "outcome", "due", "rule", "message"}

    def printed(value):
        if isinstance(value, dict):
            return {name: printed(each) for name, each in value.items() if name not in unprinted}
        return [printed(each) for each in value] if isinstance(value, list) else value

    for text in texts_in(printed(made.frozen)):
        assert re.sub(r"\s", "", text) in paper
    assert "2026年11月23日15时5分" in paper and "2026年第3次党组织会议" in paper
    assert "应到9人，实到7人" in paper and "完成时限：2026年12月23日" in paper and "2026年11月24日" in paper
    assert paper.index("一、关于") < paper.index("二、关于") < paper.index("出席：") < paper.index("请假：")


def test_three_pages_stay_below_600_kilobytes_with_every_font_in_them(tmp_path):
    pdf = documents.pdf_of(document(items=[item(n, text=LONG * 2) for n in range(1, 6)]))
    path = tmp_path / "minutes.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        assert len(opened.pages) == 3
        assert str(opened.docinfo["/Title"]) == "示范中学党组织会议纪要〔2026〕3号"
    assert len(pdf) < 600_000
    fonts = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert fonts and all(line.split()[-5:-3] == ["yes", "yes"] for line in fonts)  # embedded, subset
    assert all("CJK" in line for line in fonts)


@pytest.mark.parametrize(
    "more",
    [
        {"items": [], "present": [], "leave": [], "absent": [], "observers": [], "place": "", "meeting_number": None},
        {"items": [item(n) for n in range(1, 61)]},
        {"school": "某某省某某市高新技术产业开发区教育文化体育局直属第十七实验学校附属九年一贯制分校"},
        {"items": [item(heading="很" * 200, text="长" * 4000)]},
        {"items": [item(text='<b>不是标记</b> & "引号" <img src="http://example.cn/x.png">')]},
        {"chair": "", "recorder": "", "issued_by": ""},
    ],
    ids=["empty", "sixty items", "long school", "long text", "markup", "nobody"],
)
def test_whatever_was_frozen_comes_out_whole(more):
    made = document(**more)
    paper = text_of(documents.pdf_of(made))
    for each in made.frozen["items"]:
        assert re.sub(r"\s", "", each["heading"]) in paper and re.sub(r"\s", "", each["text"]) in paper
    assert made.frozen["number"] in paper


def test_a_draft_says_so_on_every_page_and_never_has_a_number(tmp_path):
    pdf = documents.draft_of(frozen(number="", issued_on=None, issued_by="", items=[item(n) for n in range(1, 13)]))
    path = tmp_path / "draft.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        pages = len(opened.pages)
    assert pages > 1
    for number in range(1, pages + 1):
        page = subprocess.run(["pdftotext", "-f", str(number), "-l", str(number), path, "-"], capture_output=True)
        assert "草稿" in page.stdout.decode()
    assert "〔" not in text_of(pdf)
    with pytest.raises(AssertionError):
        documents.draft_of(frozen())


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (60, "六十"), (61, "六十一")]
)
def test_headings_are_counted_in_chinese(number, words):
    assert documents.paper.numeral(number) == words


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
    body = b"".join(answer.streaming_content)
    assert body == documents.pdf_of(kept) and answer["ETag"] == f'"{kept.file_sha256}"'
    assert "inline" in answer["Content-Disposition"]
    assert sign_in(cast.wang).get(address).status_code == 200
    assert "同意师德师风建设年活动方案。" in text_of(body) and kept.number in text_of(body)


def test_who_was_not_written_down_is_not_called_absent(cast):
    meeting = sat(cast)
    meeting.attendance.filter(person=cast.wu).update(status="")
    said = verbs.issue(meeting, by=acting(cast.zhao)).frozen
    assert (said["absent"], said["unrecorded"]) == ([], ["吴委员"])
    assert documents.laid_out(said)["people"][1] == ("未登记", ["吴委员"])


@pytest.mark.django_db(transaction=True)
def test_a_reader_and_the_worker_at_the_same_moment_make_one_file(cast, monkeypatch):
    issued = verbs.issue(sat(cast), by=acting(cast.zhao))
    saved, together = [], threading.Barrier(3)
    really = FileSystemStorage.save
    monkeypatch.setattr(FileSystemStorage, "save", lambda *args, **more: saved.append(1) or really(*args, **more))

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
    assert len(saved) == 1 and Document.objects.get().file_sha256


def test_a_machine_without_the_subsetter_is_told_and_still_works(monkeypatch):
    def missing(name):
        raise OSError(name)

    assert documents.subsetter_is_there() == []
    monkeypatch.setattr("ctypes.CDLL", missing)
    assert [each.id for each in documents.subsetter_is_there()] == ["meetings.W001"]
