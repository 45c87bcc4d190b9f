"""What is read of a Word file that came back, and how it is compared with the record."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.documents.blocks import (
    Column,
    Para,
    Table,
)
from meetings.documents.said import Row, rows_of
from meetings.documents.word import docx as word
from meetings.documents.word_comparing import compare, differs, plain
from meetings.documents.word_reading import Reading, Unreadable, read

from .test_word import DECISION, LEDGER, SLIP, W, found, with_body


def test_blanks_line_ends_and_the_width_of_punctuation_are_no_difference():
    def typed_anew(xml: str) -> str:
        return xml.replace("，各处室要", ", 各 处室\u3000要").replace("“分工", '"分工').replace("（书面）", "( 书面 )")

    assert found(with_body(typed_anew)) == []
    broken = with_body(lambda xml: xml.replace("按月报告进展", "按月</w:t></w:r></w:p><w:p><w:r><w:t>报告进展"))
    assert found(broken) == []


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("1,200.50", "1,300.50", ("第 1 项 决定", "1,200.50", "1,300.50")),
        ("欧阳明华", "欧阳明化", ("出席", "华", "化")),
        ("年底前", "", ("第 1 项 决定", "年底前", "")),
        ("2026年11月24日</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val=\"YishiNote\"", None, ()),
        (">总结<", ">小结<", ("任务 第 2 行 项目", "总", "小")),
        ("示党发〔2026〕3号", "示党发〔2026〕4号", ("编号", "3", "4")),
        ("汇报；", "汇报。", ("第 1 项 决定", "；", "。")),
        ("一、总体要求", "二、总体要求", ("一、总体要求", "一", "二")),
    ],
)  # fmt: skip
def test_a_figure_a_name_any_character_is_one(old, new, difference):
    if new is not None:
        assert found(with_body(lambda xml: xml.replace(old, new, 1))) == [difference]


def test_a_paragraph_more_and_one_less_are_told_apart_from_a_changed_one():
    def changed(xml: str) -> str:
        xml = re.sub(r"<w:p>(?:(?!</w:p>).)*此件公开发布.*?</w:p>", "", xml)
        return xml.replace("<w:sectPr>", "<w:p><w:r><w:t>另经书记口头同意。</w:t></w:r></w:p><w:sectPr>", 1)

    told = compare(DECISION, read(with_body(changed)))
    assert [(each["kind"], each["part"]) for each in told] == [("missing", "附注"), ("added", "版记之后")]


def test_a_filled_cell_is_named_by_its_label():
    def filled(xml: str) -> str:
        blank = xml.rindex("</w:pPr></w:p>", 0, xml.index("</w:tbl>"))
        return xml[: blank + 8] + "<w:r><w:t>已办结</w:t></w:r>" + xml[blank + 8 :]

    assert found(with_body(filled, SLIP), SLIP) == [("办理情况", "", "已办结")]


def run(text: str, wrapped: str = "") -> str:
    inner = f"<w:r><w:t>{text}</w:t></w:r>"
    return wrapped.format(inner) if wrapped else inner


AUTHOR = 'w:id="9" w:author="某人" w:date="2026-11-24T00:00:00Z"'


@pytest.mark.parametrize(
    ("xml", "text", "remark"),
    [
        (run("同意", f"<w:ins {AUTHOR}>{{}}</w:ins>"), "同意", "修订"),
        (f"<w:del {AUTHOR}><w:r><w:delText>不</w:delText></w:r></w:del>" + run("同意"), "同意", "修订"),
        (f"<w:moveFrom {AUTHOR}>{run('不')}</w:moveFrom>" + run("同意", f"<w:moveTo {AUTHOR}>{{}}</w:moveTo>"), "同意", "修订"),
        (run("同意", "<w:sdt><w:sdtPr><w:alias w:val='结果'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"), "同意", ""),
        (run("同意", '<w:hyperlink w:anchor="x">{}</w:hyperlink>'), "同意", ""),
        (run("同意") + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>不算</w:t></w:r>", "同意", "隐藏"),
        (run("同意") + '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>，算</w:t></w:r>', "同意，算", ""),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>' + run("今天"), "今天", ""),
        ("<w:r><w:t>2026</w:t><w:noBreakHyphen/><w:t>11</w:t><w:br/><w:t>月</w:t></w:r>", "2026-11\n月", ""),
        ("<w:r><w:ruby><w:rt><w:r><w:t>zhé</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>喆</w:t></w:r></w:rubyBase></w:ruby></w:r>", "喆", ""),
        (run("同意") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "同意", "脚注"),
        (run("同意") + "<w:r><w:object><o:OLEObject xmlns:o='urn:o'/></w:object></w:r>", "同意", "图片"),
        ("<w:commentRangeStart w:id='1'/>" + run("同意") + "<w:r><w:commentReference w:id='1'/></w:r>", "同意", ""),
    ],
)  # fmt: skip
def test_what_programs_put_into_a_text(xml, text, remark):
    alone = replace(LEDGER, blocks=(Para("某"),))
    reading = read(
        with_body(lambda whole: whole.replace(run("某").replace("<w:t>", '<w:t xml:space="preserve">'), xml), alone)
    )
    assert reading.rows == [(text,)]
    assert (remark in "".join(reading.remarks)) if remark else reading.remarks == []


def test_the_text_of_a_box_counts_once_and_paragraphs_grow_together_over_a_struck_end():
    box = "<w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent xmlns:mc='urn:mc'><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    struck = (
        f"<w:p><w:pPr><w:rPr><w:del {AUTHOR}/></w:rPr></w:pPr>{run('前')}</w:p><w:p>{run('后')}{both}</w:p><w:sectPr>"
    )
    alone = replace(LEDGER, blocks=())
    reading = read(with_body(lambda whole: whole.replace("<w:sectPr>", struck, 1), alone))
    assert reading.rows == [("前后",), ("框中",)] and "修订" in reading.remarks[0]


def test_a_number_that_word_made_its_own_is_still_read():
    numbering = (
        f'<w:numbering xmlns:w="{W[1:-1]}"><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num></w:numbering>'
    )
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    )
    made = with_body(
        lambda xml: xml.replace("<w:sectPr>", item.format("总体要求") + item.format("工作安排") + "<w:sectPr>", 1),
        replace(LEDGER, blocks=()),
    )
    packed = io.BytesIO(made)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("word/numbering.xml", numbering)
    assert read(packed.getvalue()).rows == [("一、总体要求",), ("二、工作安排",)]


def zipped(**given: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in given.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return packed.getvalue()


def damaged(packed: bytes) -> bytes:
    """What is packed begins as no stream of zlib does."""
    at = packed.index(b"document.xml") + len(b"document.xml")
    return packed[:at] + b"\xff" + packed[at + 1 :]


def with_password(packed: bytes) -> bytes:
    for head, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.index(head) + flag
        packed = packed[:at] + b"\x01" + packed[at + 1 :]
    return packed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and nothing else", "打不开"),
        (damaged(zipped(word__document_xml=b"<d/>")), "打不开"),
        (with_password(zipped(word__document_xml=b"<d/>")), "打不开"),
        (zipped(word__document_xml=b'<d><body><p><r><sym char="FFFFFFFFFFFFFFFFFF"/></r></p></body></d>'), "打不开"),
        (zipped(word__document_xml=b"<d><body>" + b"<p/>" * 20_001 + b"</body></d>"), "超过 20000 段"),
        (zipped(readme=b"x"), "不是 Word 文件"),
        (zipped(word__document_xml=b"<w:document"), "打不开"),
        (zipped(word__document_xml=b'<!DOCTYPE d [<!ENTITY a "aaaa">]><d>&a;</d>'), "不该有的内容"),
        (zipped(word__document_xml=b"<d/>"), "没有正文"),
        (zipped(word__document_xml=b"<d><body><altChunk/></body></d>"), "嵌入了别的文件"),
        (zipped(word__document_xml=b"<d>" + b" " * (21 << 20) + b"</d>"), "展开后过大"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "旧版 Word"),
        (zipped(word__document_xml=b"<a>" * 300 + b"</a>" * 300), "打不开"),
    ],
    ids=[
        "broken",
        "damaged",
        "password",
        "symbol",
        "long",
        "another",
        "cut off",
        "entities",
        "empty",
        "embedded",
        "bomb",
        "locked",
        "old",
        "deep",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content, words):
    with pytest.raises(Unreadable, match=words):
        read(content)


def test_what_no_text_can_hold_is_a_box():
    half = b'<d><body><p><r><t>\xe5\x90\x8c</t><sym char="D83D"/></r></p></body></d>'
    assert read(zipped(word__document_xml=half)).rows == [("同□",)]


def test_signs_that_no_paper_shows_are_no_difference():
    paper = replace(LEDGER, blocks=(Para("同意\x0b实施\x01。\uffff"),))
    assert compare(paper, read(word(paper, draft=False))) == []


SENTENCE = st.text(
    st.sampled_from("会议决定同意实施方案，。；（）「」0123456789 \u3000张王李喆"), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SENTENCE), max_size=8), st.lists(st.tuples(SENTENCE), max_size=8))
def test_what_is_told_makes_the_one_of_the_other(record, brought):
    """Every character of both stands in what is the same or in what is told, in order."""
    paper = replace(LEDGER, blocks=tuple(Para(cells[0]) for cells in record))
    told = compare(paper, Reading(brought))
    same = [plain(row.cells[0]) for row in rows_of(paper)] == [plain(text) for (text,) in brought if text.strip()]
    assert not (same and told)
    gone = sum(len(text) for each in told for where, text in each["pieces"] if where == "gone")
    came = sum(len(text) for each in told for where, text in each["pieces"] if where == "came")
    old, new = (
        sum(len(plain(text)) for text in texts)
        for texts in ([row.cells[0] for row in rows_of(paper)], [text for (text,) in brought])
    )
    assert old - gone == new - came
    assert differs(told) == len(told)


def test_another_file_altogether_is_cut_short_and_said():
    rows = tuple((str(number), f"第{number}项") for number in range(600))
    paper = replace(LEDGER, blocks=(Table((Column("甲", 1), Column("乙", 1)), rows),))
    told = compare(paper, Reading([("毫不相干",)]))
    assert len(told) == 501 and "没有列出" in told[-1]["pieces"][0][1]
    assert rows_of(paper)[1] == Row(("0", "第0项"), ("第 1 行 甲", "第 1 行 乙"))
