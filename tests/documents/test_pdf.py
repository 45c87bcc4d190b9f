"""The file: PDF/A-3b with the facts inside, tagged, small, the same bytes twice; read in the order in which it was written."""

import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys

import pikepdf
import pytest
from django.urls import reverse

from meetings import documents
from meetings.documents import fonts
from meetings.documents.blocks import Heading, Labelled, Layout, Paper, Para
from meetings.documents.drawing import html
from meetings.documents.pdf import DATA, pdf
from tests.documents.facts import LONG, MADE, item, long_minutes, minutes
from tests.documents.measuring import measured, text_of


def drawn(facts: dict) -> bytes:
    return pdf(minutes(**facts), draft=False, identifier="ab" * 16, made=MADE, data=facts)


@pytest.fixture(scope="module")
def facts() -> dict:
    return long_minutes() | {"items": [item(no, text=LONG * 2) for no in range(1, 6)]}


@pytest.fixture(scope="module")
def made(facts) -> bytes:
    return drawn(facts)


@pytest.fixture(scope="module")
def opened(made):
    with pikepdf.open(io.BytesIO(made)) as file:
        yield file


def test_made_twice_it_has_the_same_bytes(made, facts):
    assert drawn(facts) == made


def test_three_pages_are_small(made, opened):
    assert len(opened.pages) == 3 and len(made) < 600_000
    assert fonts.missing() or len(made) < 300_000  # nothing is embedded whole


def test_it_is_pdf_a_3b(opened):
    with opened.open_metadata() as said:
        assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "B")
        assert said["dc:title"] == "示范中学党组织会议纪要〔2026〕3号" and said["dc:creator"] == ["示范中学"]
        assert said["xmp:CreateDate"].startswith("2026-11-24T09:00")
    assert opened.pdf_version == "1.7" and not opened.is_encrypted
    (intent,) = opened.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1" and "/DestOutputProfile" in intent
    assert opened.Root.Lang == "zh-Hans" and bytes(opened.trailer.ID[0]) == b"ab" * 16


def test_the_facts_are_inside(opened, facts):
    attached = opened.Root.AF[0]
    assert attached.AFRelationship == "/Data" and attached.UF == DATA
    file = opened.attachments[DATA].get_file()
    assert file.mime_type == "application/json" and json.loads(file.read_bytes()) == facts


def tagged(element, depth=0):
    if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
        return
    yield str(element.S), depth
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        yield from tagged(kid, depth + 1)


def test_it_is_tagged_and_a_paragraph_is_one(opened):
    assert opened.Root.MarkInfo.Marked
    blocks = [kind for kind, depth in tagged(opened.Root.StructTreeRoot.K[0]) if depth == 1]
    assert blocks.count("/H1") == 1 and blocks.count("/H2") == 5
    paper = Paper("文", "校", Layout.OFFICIAL, (Para(LONG * 3),))
    with pikepdf.open(io.BytesIO(pdf(paper, draft=False, identifier="a", made=MADE, data={}))) as one:
        kinds = [kind for kind, _ in tagged(one.Root.StructTreeRoot.K[0])]
    assert kinds.count("/P") == 1 and kinds.count("/Span") > 5  # its lines


def test_headings_are_bookmarks(opened):
    with opened.open_outline() as outline:
        (root,) = outline.root
        assert root.title == "示范中学党组织会议纪要" and len(root.children) == 5
        assert root.children[0].title == "一、关于教师师德师风建设年活动方案的请示"


def test_a_heading_of_several_lines_is_one_bookmark():
    paper = Paper("文", "校", Layout.OFFICIAL, (Heading("一、" + "很长的标题" * 12),))
    with (
        pikepdf.open(io.BytesIO(pdf(paper, draft=False, identifier="a", made=MADE, data={}))) as one,
        one.open_outline() as outline,
    ):
        assert "".join(outline.root[0].title.split()) == "一、" + "很长的标题" * 12


def test_every_font_is_embedded_and_subset(opened):
    names = set()
    for page in opened.pages:
        for font in page.Resources.Font.values():
            inner = font.DescendantFonts[0].FontDescriptor
            assert "/ToUnicode" in font and ("/FontFile2" in inner or "/FontFile3" in inner)
            assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
            names.add(str(font.BaseFont)[8:].split("-")[1] if "Paper" in str(font.BaseFont) else "Noto")
    assert fonts.missing() or names == {"Fangsong", "Latin", "Title", "Heiti", "Rare"}


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="read with pdftotext (poppler-utils)")
def test_what_is_read_is_what_the_paper_says_in_its_order(made, facts):
    paper = minutes(**facts)
    said = []
    for block in _flat(paper.blocks):
        if isinstance(block, Labelled):
            said.append(f"{block.label}：{'、'.join(block.entries)}")
        elif text := getattr(block, "text", ""):
            said.append(text)
    written = "".join("".join(said).split())
    read = text_of(made)
    assert written in read.replace("签发：赵书记" + read.split("签发：赵书记")[-1], "签发：赵书记")


def _flat(blocks):
    for block in blocks:
        yield from _flat(block.blocks) if hasattr(block, "blocks") else [block]


def test_markup_in_a_text_is_text():
    typed = '<imgsrc="http://example.cn/x.png">&“”'
    paper = Paper("<b>", "校", Layout.FORM, (Para(typed),), foot='"}<b>\\')
    assert "<img" not in html(paper)  # escaped
    read = text_of(pdf(paper, draft=True, identifier="a", made=None, data={}))
    assert typed in read and '"}<b>\\' in read


# --- without its fonts -----------------------------------------------------------------------------------------


def test_where_fonts_are_missing_the_administrator_is_told(settings, tmp_path):
    assert [each.id for each in documents.fonts_are_there()] == [
        f"meetings.W00{2 + fonts.FACES.index(each)}" for each in fonts.missing()
    ]
    settings.FONTS_DIR = tmp_path
    warned = documents.fonts_are_there()
    assert [each.id for each in warned] == ["meetings.W002", "meetings.W003", "meetings.W004", "meetings.W005"]
    assert "仿宋" in warned[1].msg and "texlive-lang-chinese" in warned[1].hint


def test_a_font_that_was_cut_off_is_not_used(settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    tables = b"".join(tag + bytes(4) + (28 + 16).to_bytes(4) + (100).to_bytes(4) for tag in (b"cmap", b"head"))
    whole = b"OTTO\0\2" + bytes(6) + tables + bytes(100)
    fonts.FANGSONG.path.write_bytes(whole)
    assert fonts.FANGSONG.there
    for damaged in (whole[:-1], whole[:20], b"", b"<html>" + whole):
        fonts.FANGSONG.path.write_bytes(damaged)
        assert not fonts.FANGSONG.there
    assert "损坏的仿宋字体" in documents.fonts_are_there()[1].msg


def test_the_system_administrator_sees_it_and_nobody_else(cast, sign_in, settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    page = reverse("journal", args=[cast.district.code])
    assert "缺少仿宋字体" in sign_in(cast.chen).get(page).content.decode()
    assert "缺少" not in sign_in(cast.feng).get(page).content.decode()
    assert sign_in(cast.chen).get("/healthz").json()["papers"] == "fallback"


ALONE = """
import django; django.setup()
from meetings.documents.blocks import Heading, Labelled, Layout, Para, Paper, RedHead
from meetings.documents.pdf import pdf
blocks = (RedHead(("示范中学",), "文件", "3号"), Heading("一、总"), Heading("（一）分", 2), Para("2026年镕A会议决定" * 40), Labelled("出席", ("李镕",)))
import sys; sys.stdout.buffer.write(pdf(Paper("文", "校", Layout.OFFICIAL, blocks, "3号"), draft=False, identifier="a", made=None, data={}))
"""


@measured
def test_without_the_fonts_it_comes_out_in_the_fallback(tmp_path):
    """In a process of its own: which fonts there are is asked once."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "YISHI_FONTS": str(tmp_path)}
    made = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, check=True, env=env).stdout
    assert "2026年镕A会议决定" * 3 in text_of(made)
    with pikepdf.open(io.BytesIO(made)) as file:
        assert all("Noto" in str(font.BaseFont) for page in file.pages for font in page.Resources.Font.values())


def test_nothing_is_fetched(caplog):
    paper = Paper("文", "校", Layout.OFFICIAL, (Para("一"),))
    with caplog.at_level(logging.WARNING, "weasyprint"):
        pdf(paper, draft=False, identifier="a", made=MADE, data={})
    assert not caplog.records
