"""A paper as a Word file, and what is read of one that came back: an independent reader says what is in it."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import docx
import pytest
from django.utils import timezone
from lxml import etree

from meetings.documents.blocks import (
    Cell,
    Closing,
    Column,
    Cut,
    Heading,
    Imprint,
    Labelled,
    Layout,
    Note,
    PageBreak,
    Paper,
    Para,
    RedHead,
    Seal,
    Space,
    Table,
    Title,
    Together,
    grid,
)
from meetings.documents.kinds import KINDS, Of, Period
from meetings.documents.said import rows_of
from meetings.documents.word import docx as word
from meetings.documents.word_comparing import compare, plain
from meetings.documents.word_reading import read
from meetings.documents.word_styles import PARAGRAPH
from meetings.models import Item
from tests.meetings.stage import acting, called, confirmed, issued_with_the_chair_first

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "会议认为，各处室要“分工协作、责任到人”，按月报告进展（书面），年底前专题汇报；经费 1,200.50 元。"
DECISION = Paper(
    "关于师德师风建设年活动方案的决定",
    "示范中学",
    Layout.OFFICIAL,
    (
        RedHead(("中共示范中学委员会",), "文件", "示党发〔2026〕3号"),
        Title("中共示范中学委员会关于印发《教师师德师风建设年活动方案》的决定"),
        Para("各年级组、各处室：", 0, part="主送"),
        Para(TEXT, part="第 1 项 决定"),
        Heading("一、总体要求"),
        Heading("（一）指导思想", 2),
        Para("坚持\t民主集中制。\n另起一行。"),
        Table((Column("项目", 2), Column("负责人", 1, kind="name")), (("方案", "李四"), ("总结", "")), "附表", "任务"),
        Together((Labelled("出席", ("张三", "欧阳明华", "李四（第 2 项起）")), Labelled("请假", ("王五",)))),
        Closing("中共示范中学委员会", "2026年11月24日", Seal.STAMPED),
        Note("此件公开发布"),
        Imprint("区教育局", "示范中学办公室", "2026年11月24日"),
    ),
    "示党发〔2026〕3号",
    frozenset({"张三", "李四", "王五"}),
)
SLIP = Paper(
    "督办单",
    "示范中学",
    Layout.FORM,
    (
        Title("示范中学督办单"),
        grid(
            (1, 2, 1, 2),
            (Cell("督办事项", True), Cell("师德师风建设年", span=3, part="事项")),
            (Cell("牵头人", True), Cell("李四"), Cell("完成时限", True), Cell("2026年12月23日")),
            (Cell("办理情况", True), Cell("", span=3, lines=4)),
        ),
        Cut(),
        Space(2),
        PageBreak(),
        Closing("示范中学", "", Seal.SIGNED),
        Closing("示范中学", "2026年11月24日", Seal.PLAIN),
    ),
    foot="督办单〔2026〕1号 · 第1版",
)
LEDGER = Paper(
    "台账", "示范中学", Layout.REGISTER, (Table((Column("甲", 1), Column("乙", 1)), (("1", "2"),)),), "台账〔2026〕1号"
)
ALL = (DECISION, SLIP, LEDGER)


def opened(paper: Paper, *, draft=False):
    return docx.Document(io.BytesIO(word(paper, draft=draft)))


def parts(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_body(change, paper: Paper = DECISION) -> bytes:
    """The file with its text changed, as somebody's program would have saved it."""
    kept, packed = parts(word(paper, draft=False)), io.BytesIO()
    kept["word/document.xml"] = change(kept["word/document.xml"].decode()).encode()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    return packed.getvalue()


def said(paper: Paper) -> list[str]:
    return [plain("".join(row.cells)) for row in rows_of(paper)]


def found(made: bytes, paper: Paper = DECISION) -> list[tuple[str, str, str]]:
    """Part, what the record has alone, what the file has alone."""
    return [
        (
            each["part"],
            "".join(text for where, text in each["pieces"] if where == "gone"),
            "".join(text for where, text in each["pieces"] if where == "came"),
        )
        for each in compare(paper, read(made))
        if each["kind"] != "remark"
    ]


# what is in the file


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.layout)
def test_a_word_file_says_what_the_paper_says_row_by_row(paper):
    made = read(word(paper, draft=False))
    assert made.remarks == [] and compare(paper, made) == []
    brought = [plain("".join(cells)) for cells in made.rows]
    assert "".join(brought) == "".join(said(paper))


def test_every_kind_says_in_word_what_it_says_on_paper(cast):
    meeting, clerk = issued_with_the_chair_first(cast), acting(cast.zheng)
    meeting.refresh_from_db()
    coming = called(cast, confirmed(cast, title="等待开会"))
    item, year = Item.objects.get(meeting=meeting), timezone.localdate()
    period = Period(cast.school, year - timedelta(days=60), year)
    papers = [meeting.documents.get().frozen]
    kinds = [next(kind for kind in KINDS if kind.code == "minutes")]
    for kind in KINDS:
        subjects = {
            Of.MEETING: (coming, meeting),
            Of.ITEM: (item, coming.items.get()),
            Of.MATTER: (item.matter,),
            Of.PERIOD: (period,),
        }
        for subject in () if kind.by_itself else subjects[kind.of]:
            if not kind.missing(subject):
                papers.append(kind.freeze(subject, clerk, {}))
                kinds.append(kind)
    for kind, frozen in zip(kinds, papers, strict=True):
        paper = kind.laid_out(frozen)
        assert compare(paper, read(word(paper, draft=True))) == [], kind.label
    assert {kind.code for kind in KINDS} - {kind.code for kind in kinds} == {"correction"}


def test_made_twice_it_has_the_same_bytes():
    assert [word(paper, draft=False) for paper in ALL] == [word(paper, draft=False) for paper in ALL]


def test_the_page_is_the_grid_of_the_standard():
    section = opened(DECISION).sections[0]
    millimetres = [round(each.mm, 1) for each in (section.page_width, section.page_height, section.top_margin,
                   section.right_margin, section.bottom_margin, section.left_margin)]  # fmt: skip
    assert millimetres == [210.0, 297.0, 37.0, 26.0, 35.0, 28.0]
    own = section._sectPr.find(f"{W}docGrid")
    pitch, narrower = int(own.get(f"{W}linePitch")), int(own.get(f"{W}charSpace"))
    high = section.page_height.twips - section.top_margin.twips - section.bottom_margin.twips
    wide = (section.page_width.twips - section.left_margin.twips - section.right_margin.twips) / 20
    assert own.get(f"{W}type") == "linesAndChars"
    assert high // pitch == 22 and int(wide / (16 + narrower / 4096)) == 28
    body = opened(DECISION).styles["Normal"]
    spacing = int(body.element.rPr.find(f"{W}spacing").get(f"{W}val")) / 20
    assert body.paragraph_format.line_spacing.twips == pitch and int(wide / (16 + spacing)) == 28


def test_forms_stand_and_registers_lie():
    assert opened(SLIP).sections[0].page_width.mm < 211
    lying = opened(LEDGER).sections[0]
    assert lying.orientation == 1 and lying.page_width > lying.page_height
    assert "督办单〔2026〕1号 · 第1版" in opened(SLIP).sections[0].footer.paragraphs[0].text


def test_styles_are_real_and_headings_are_words_own():
    made = opened(DECISION)
    styles = {each.text: each.style for each in made.paragraphs}
    first, second = styles["一、总体要求"], styles["（一）指导思想"]
    assert (first.name, first.base_style.name) == ("一级标题", "Heading 1")
    assert (second.name, second.base_style.name) == ("二级标题", "Heading 2")
    assert styles[TEXT].name == "公文正文" and styles["示党发〔2026〕3号"].name == "发文字号"
    assert [one.element.rPr.rFonts.get(f"{W}eastAsia") for one in (first.base_style, second.base_style)] == [
        "黑体",
        "楷体",
    ]
    assert made.styles["Normal"].font.name == "Times New Roman" and made.styles["Normal"].font.size.pt == 16


def test_a_table_repeats_its_head_and_a_name_of_two_is_spread_not_blanked():
    table = opened(DECISION).tables[0]
    assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
    runs = table.cell(1, 1).paragraphs[0].runs
    assert [each.text for each in runs] == ["李", "四"] and runs[0]._r.rPr.find(f"{W}spacing") is not None
    assert opened(SLIP).tables[0].cell(0, 1)._tc.grid_span == 3


def test_page_numbers_stand_right_and_left():
    section, made = opened(DECISION).sections[0], opened(DECISION)
    assert made.settings.odd_and_even_pages_header_footer
    assert [foot.paragraphs[0].alignment.name for foot in (section.footer, section.even_page_footer)] == [
        "RIGHT",
        "LEFT",
    ]
    assert "PAGE" in section.footer._element.xml and "— " in section.footer.paragraphs[0].text


def test_a_draft_says_so_on_every_page_and_an_issued_one_does_not():
    section = opened(DECISION, draft=True).sections[0]
    assert "草稿" in section.header.paragraphs[0].text and "草稿" in section.even_page_header.paragraphs[0].text
    assert "草稿" in opened(SLIP, draft=True).sections[0].header.paragraphs[0].text
    assert opened(DECISION).sections[0].header.is_linked_to_previous


def test_properties_name_the_paper():
    properties = opened(DECISION).core_properties
    assert properties.title == "示范中学关于师德师风建设年活动方案的决定"
    assert (properties.author, properties.identifier, properties.language) == ("示范中学", "示党发〔2026〕3号", "zh-CN")


SECTION = ("headerReference", "footerReference", "pgSz", "pgMar", "cols", "docGrid")


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.layout)
def test_the_order_of_its_marks_is_the_one_that_word_demands(paper):
    made = parts(word(paper, draft=True))
    for name, content in made.items():
        tree = etree.fromstring(content)
        for props, order in (("pPr", PARAGRAPH), ("sectPr", SECTION)):
            for each in tree.iter(f"{W}{props}"):
                places = [order.index(etree.QName(child).localname) for child in each]
                assert places == sorted(places), name
        for cell in tree.iter(f"{W}tc"):
            assert etree.QName(cell[-1]).localname == "p"
    ids = re.findall(r' Id="(\w+)"', made["word/_rels/document.xml.rels"].decode())
    used = re.findall(r'r:id="(\w+)"', made["word/document.xml"].decode())
    assert len(ids) == len(set(ids)) and set(used) <= set(ids)
    body = etree.fromstring(made["word/document.xml"])[0]
    assert [etree.QName(each).localname for each in body][-2:] == ["p", "sectPr"]


def test_what_xml_cannot_hold_is_left_out_and_markup_is_text():
    odd = replace(LEDGER, blocks=(Para("甲\x0b乙\x00<b>&\ufffe丙\ud800"),))
    assert [row for row in read(word(odd, draft=False)).rows] == [("甲乙<b>&丙",)]
