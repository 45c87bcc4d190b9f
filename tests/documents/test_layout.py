"""GB/T 9704, measured: 22 lines a page, 28 characters a line, edges, head, attendance, closing, imprint."""

import itertools
from statistics import mean

import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import ImageChops
from weasyprint import HTML
from weasyprint.formatting_structure.boxes import TextBox

from meetings.documents.blocks import (
    Cell,
    Closing,
    Column,
    Grid,
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
    Table,
    Title,
    Together,
    grid,
)
from meetings.documents.drawing import MM, PITCH, html
from meetings.documents.pdf import finished, font_configuration, pdf, refuse
from tests.documents.facts import LONG, MADE, frozen, item, long_minutes, minutes
from tests.documents.measuring import measured, pages, text_of

pytestmark = measured
LINE = PITCH / MM
TITLE = "示范中学关于调整2026年度绩效工资分配办法和课后服务经费使用管理办法的决定"
NAMES = frozenset({"李镕", "张三", "欧阳娜娜", "赵书记"})


def drawn(paper, *, draft=False) -> bytes:
    return pdf(paper, draft=draft, identifier="ab" * 16, made=MADE, data={})


def decision(seal=Seal.STAMPED, unit="示范中学", *body) -> Paper:
    blocks = (
        RedHead(("示范中学",), "文件", "师附党发〔2026〕3号"),
        Title(TITLE),
        Para("各处室、年级组：", 0),
        Heading("一、总体要求"),
        Heading("（一）工作目标", 2),
        Heading("1. 组织领导", 3),
        *(body or (Para(LONG),)),
        Closing(unit, "2026年3月5日", seal),
        Note("此件公开发布"),
        Imprint("区教育局，各年级组", "示范中学办公室", "2026年3月6日"),
    )
    return Paper("师附党发〔2026〕3号", "示范中学", Layout.OFFICIAL, blocks, "师附党发〔2026〕3号", NAMES)


@pytest.fixture(scope="module")
def text():
    """Text without end: every line of the pages between is full."""
    blocks = (RedHead(("示范中学",), "文件", "3号"), Para("长" * 3000))
    return pages(drawn(Paper("文", "示范中学", Layout.OFFICIAL, blocks, "3号")))


@pytest.fixture(scope="module")
def several():
    facts = long_minutes()
    return pages(drawn(minutes(**facts)))


@pytest.fixture(scope="module")
def decided():
    return pages(drawn(decision()))


def test_a_full_page_has_22_lines_of_28_characters_in_the_type_area(text):
    for page in text[1:-1]:
        *lines, number = page
        assert len(lines) == 22 and all(len(line.text) == 28 for line in lines)
        for line in lines:
            assert abs(line.left - 28) < 0.3 and abs(line.right - 184) < 0.3
        for number_of, line in enumerate(lines):
            assert abs(line.middle - (37 + LINE * (number_of + 0.5))) < 1
        steps = [below.top - above.top for above, below in itertools.pairwise(lines)]
        assert all(abs(step - LINE) < 0.05 for step in steps)
        assert number.top > 262 and abs(number.middle - 271.5) < 1


def test_page_numbers_stand_outside_one_character_in(text):
    first, second = text[0][-1], text[1][-1]
    assert (first.text, second.text) == ("—1—", "—2—")
    assert abs(first.right - (184 - 14 / MM)) < 0.5 and abs(second.left - (28 + 14 / MM)) < 0.5


def test_lines_of_mixed_text_are_flush_and_on_the_grid(several):
    full = 0
    for page in several[1:]:
        body = [line for line in page[:-1] if len(line.text) > 24]
        for line in body:
            assert line.right < 184.4
            full += abs(line.right - 184) < 0.3
        tops = [line.middle for line in page[:-1]]
        assert len(tops) <= 22 and all(37 < at < 262 for at in tops)
    assert full > 20


def test_every_line_that_another_follows_ends_at_the_edge():
    words = f"2026年3月5日，李镕、欧阳娜娜在A4纸上（第12.5%）写《规则》——{LONG}"
    page = pages(drawn(Paper("文", "校", Layout.OFFICIAL, (Para(words * 3),), "1号", NAMES)))[0][:-1]
    assert len(page) > 6 and all(abs(line.right - 184) < 0.3 for line in page[:-1])


def test_the_head_stands_where_the_standard_has_it(decided):
    mark, number, title, below, to, *_ = decided[0]
    assert mark.text == "示范中学文件" and number.text == "师附党发〔2026〕3号"
    assert title.text + below.text == TITLE and to.text == "各处室、年级组："
    middle = 28 + 156 / 2
    for line in (mark, number, title, below):
        assert abs((line.left + line.right) / 2 - middle) < 1
    assert abs(to.left - 28) < 0.3 and abs(to.middle - below.middle - 2 * LINE) < 1
    # 4 mm to the rule, two blank lines to the title: three and a half lines from middle to middle, and the rule.
    half = 16 / MM / 2
    assert abs(title.middle - number.middle - (half + 4 + 0.7 + 2 * LINE + LINE / 2)) < 1


def test_the_ink_of_the_mark_begins_35_mm_below_the_type_area_and_two_lines_above_the_number():
    image = pypdfium2.PdfDocument(drawn(decision()))[0].render(scale=4).to_pil().convert("RGB")
    per_mm = image.height / 297
    red, green, _ = image.crop((0, 0, image.width, round(100 * per_mm))).split()
    _, top, _, bottom = ImageChops.subtract(red, green).point(lambda value: 255 * (value > 90)).getbbox()
    assert abs(top / per_mm - (37 + 35)) < 1
    number = pages(drawn(decision()))[0][1]
    assert abs(number.middle - LINE / 2 - bottom / per_mm - 2 * LINE) < 1


def test_headings_begin_two_characters_in(decided):
    cell = 156 / 28
    for words in ("一、总体要求", "（一）工作目标", "1.组织领导"):
        line = next(line for line in decided[0] if line.text == words)
        assert abs(line.left - (28 + 2 * cell)) < 0.6


def test_a_stamped_closing_leaves_room_for_the_seal(decided):
    lines = [line for page in decided for line in page]
    at = next(number for number, line in enumerate(lines) if line.text == "2026年3月5日")
    before, unit, day, note = lines[at - 2 : at + 2]
    cell = 156 / 28
    assert abs(day.right - (184 - 4 * cell)) < 0.5
    assert abs((unit.left + unit.right) - (day.left + day.right)) < 1.5
    assert unit.text == "示范中学" and unit.middle - before.middle > 2.9 * LINE
    assert note.text == "（此件公开发布）" and abs(note.left - (28 + 2 * cell)) < 1


@pytest.mark.parametrize(
    ("unit", "of_unit", "of_day"),
    [("示范中学", 6, 2), ("中共示范中学党支部委员会", 2, 6)],
    ids=["day longer", "unit longer"],
)
def test_a_plain_closing_steps_in_by_two(unit, of_unit, of_day):
    lines = [line for page in pages(drawn(decision(Seal.PLAIN, unit))) for line in page]
    above, below = (next(line for line in lines if line.text == said) for said in (unit, "2026年3月5日"))
    cell = 156 / 28
    assert abs(below.left - above.left - 2 * cell) < 0.6
    assert abs(184 - above.right - of_unit * cell) < 2 and abs(184 - below.right - of_day * cell) < 2


def test_the_imprint_stands_at_the_foot_of_the_last_page(decided):
    copies, printed, _ = decided[-1][-3:]
    assert copies.text == "抄送：区教育局，各年级组。" and printed.text == "示范中学办公室2026年3月6日印发"
    assert abs(printed.bottom - 262) < 3.2 and abs(copies.left - (28 + 14 / MM)) < 0.5
    assert abs(printed.right - (184 - 14 / MM)) < 0.5


def test_an_imprint_never_lies_over_text():
    for length in range(450, 650, 80):
        paper = decision(Seal.STAMPED, "示范中学", Para("长" * length))
        for page in pages(drawn(paper)):
            steps = [below.middle - above.middle for above, below in itertools.pairwise(page)]
            assert min(steps) > LINE * 0.9


def test_further_lines_of_attendance_stand_under_the_first_character(several):
    lines = [line for page in several for line in page]
    at = next(number for number, line in enumerate(lines) if line.text.startswith("出席："))
    label, further, leave = lines[at : at + 3]
    cell = 156 / 28
    assert abs(label.left - (28 + 2 * cell)) < 0.3 and abs(further.left - (28 + 5 * cell)) < 0.3
    assert leave.text == "请假：吴委员（外出培训）" and abs(leave.left - label.left) < 0.1
    assert abs(further.middle - label.middle - LINE) < 1 and abs(leave.middle - further.middle - LINE) < 1


def test_names_of_two_characters_are_spaced_and_read_as_they_were_written():
    names = ("李镕", "欧阳娜娜", "张三")
    blocks = (Labelled("出席", names), Labelled("记录", ("王五六",)))
    made = drawn(Paper("文", "校", Layout.OFFICIAL, blocks, "1号", frozenset({*names, "王五六"})))
    assert "出席：李镕、欧阳娜娜、张三记录：王五六" in text_of(made)
    spaced, _ = pages(made)[0][:2]
    # Eight cells of label and commas … and 3 + 4 + 3 of names: as wide as names of three.
    assert abs(spaced.right - spaced.left - (3 + 3 + 1 + 4 + 1 + 3) * 156 / 28) < 1


def test_a_draft_is_marked_on_every_page_and_lies_as_the_document_will():
    facts = long_minutes() | {"number": "", "issued_on": None, "issued_by": ""}
    draft, final = pages(drawn(minutes(**facts), draft=True)), pages(drawn(minutes(**long_minutes())))
    assert len(draft) == len(final)
    for page in draft:
        assert page[0].text.startswith("草稿")
    assert not any("〔" in line.text for page in draft for line in page)


# --- forms and registers ---------------------------------------------------------------------------------------


def form() -> Paper:
    cells = grid(
        [1, 2, 1, 2],
        [Cell("议题名称", True), Cell(LONG, span=3)],
        [Cell("提交人", True), Cell("李镕"), Cell("日期", True), Cell("2026年3月5日")],
        [Cell("审定意见", True), Cell("", span=3, lines=6)],
    )
    return Paper("表", "校", Layout.FORM, (Title("议题申报表"), cells), "1号", NAMES, "议题申报表〔2026〕1号 · 第1版")


def register(rows: int = 40, text: str = LONG) -> Paper:
    columns = (
        Column("序号", 1, "center"),
        Column("金额（元）", 2, "right"),
        Column("事由", 9),
        Column("姓名", 2, kind="name"),
    )
    body = tuple((str(number), "1,234,567.00", text, "李镕") for number in range(1, rows + 1))
    return Paper("账", "校", Layout.REGISTER, (Title("台账"), Table(columns, body)), "1号", NAMES, "台账〔2026〕1号")


def test_a_form_has_its_foot_and_room_for_hands():
    (page,) = pages(drawn(form()))
    assert page[-1].text.replace(" ", "") == "议题申报表〔2026〕1号·第1版第1页，共1页"
    opinion = next(line for line in page if line.text == "审定意见")
    above = next(line for line in page if line.text.startswith("提交人"))
    assert opinion.middle - above.middle > 6 * 12 * 1.5 / MM / 2
    assert all(line.left > 22 and line.right < 188.5 for line in page)


def test_a_register_repeats_its_head_and_breaks_no_row():
    made = pages(drawn(register()))
    assert len(made) > 2
    seen = []
    for page in made:
        head = next(line for line in page if line.text.startswith("序号"))
        assert head.middle < 45
        assert page[-1].text.endswith(f"共{len(made)}页")
        assert all(line.left > 14 and line.right < 283 and line.bottom < 205 for line in page)
        seen += [line for line in page if "1,234,567.00" in line.text]
        assert page[-2].text.endswith("专题汇报。") or "1,234,567.00" in page[-2].text  # the row ends on its page
    assert len(seen) == 40


def test_a_row_taller_than_a_page_goes_on_over_the_page():
    made = drawn(register(1, "长" * 6000))
    assert len(pages(made)) > 1 and text_of(made).count("长") == 6000


# --- whatever comes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"items": [], "present": [], "leave": [], "absent": [], "observers": [], "place": "", "meeting_number": None},
        {"items": [item(no) for no in range(1, 61)]},
        {"school": "某某省某某市高新技术产业开发区教育文化体育局直属第十七实验学校附属九年一贯制分校"},
        {"items": [item(heading="很" * 200, text="长" * 4000)]},
        {"items": [item(text='<b>不是标记</b> & "引号" <img src="http://example.cn/x.png">')]},
        {"chair": "", "recorder": "", "issued_by": ""},
    ],
    ids=["empty", "sixty items", "long school", "4000 characters", "markup", "nobody"],
)
def test_whatever_was_frozen_comes_out_whole_and_inside_the_page(more):
    facts = frozen(**more)
    made = drawn(minutes(**more))
    paper = text_of(made)
    for each in facts["items"]:
        assert "".join(each["heading"].split()) in paper and "".join(each["text"].split()) in paper
    assert facts["number"] in paper and facts["school"] in paper.replace("\n", "")
    inside(made)


def inside(made: bytes) -> None:
    for page in pages(made):
        for line in page:
            assert line.left > 27.5 and line.right < 184.6 and line.bottom < 276


WORDS = st.text(st.sampled_from("的一会议，。“”（）《》—…李镕A9 1%·𬭸\t<&"), min_size=1, max_size=70)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Heading, WORDS, st.integers(1, 4)),
        st.builds(Para, WORDS, st.sampled_from([0, 2])),
        st.builds(Labelled, st.sampled_from(["出席", "未登记"]), st.lists(WORDS, min_size=1, max_size=9).map(tuple)),
        st.builds(Title, WORDS),
        st.builds(Note, WORDS),
        st.builds(
            Closing,
            st.sampled_from(["示范中学", "中" * 24]),
            st.sampled_from(["", "2026年3月5日"]),
            st.sampled_from(Seal),
        ),
        st.builds(Imprint, WORDS, st.just("示范中学办公室"), st.sampled_from(["", "2026年3月6日"])),
        st.builds(lambda text: Together((Para(text),)), WORDS),
        st.builds(lambda *texts: Table((Column("一", 1), Column("二", 3)), (texts,)), WORDS, WORDS),
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(st.lists(BLOCKS, min_size=10, max_size=10))
def test_a_hundred_papers_at_random_stay_inside_the_page(papers):
    """Ten to a file, laid out and not written, to be done in time."""
    head = RedHead(("示范中学",), "文件", "3号")
    blocks = tuple(block for paper in papers for block in (head, *paper, PageBreak()))
    laid_out = finished(Paper("文", "示范中学", Layout.OFFICIAL, blocks, "3号", NAMES), draft=False, made=MADE)
    laid = HTML(string=laid_out, url_fetcher=refuse).render(font_config=font_configuration())
    texts = [box for each in laid.pages for box in each._page_box.descendants() if isinstance(box, TextBox)]
    assert texts
    for box in texts:
        spaced = box.style["letter_spacing"]  # after the last character too, where nothing is drawn
        left, right = box.position_x, box.position_x + box.width - (0 if spaced == "normal" else max(spaced, 0))
        assert left > 27.5 * 96 / 25.4 and right < 184.6 * 96 / 25.4 and box.position_y < 276 * 96 / 25.4


def test_type_is_even():
    """One pitch, whatever fonts a line mixes: a rare name, Latin, figures."""
    words = "李镕A4纸2026年𬭸喆堃珺祎赟昇会议。" * 12
    lines = pages(drawn(Paper("文", "校", Layout.OFFICIAL, (Para(words, 0),), "1号")))[0][:-1]
    steps = [below.middle - above.middle for above, below in itertools.pairwise(lines)]
    assert abs(mean(steps) - LINE) < 0.1 and all(abs(step - LINE) < 1.2 for step in steps)


def test_a_cell_that_goes_on_over_the_page_is_ruled_where_it_breaks():
    cells = ((Cell("建议方案", label=True), Cell(LONG * 30)),)
    form = Paper("表", "示范中学", Layout.FORM, (Title("表"), Grid((0.2, 0.8), cells)))
    assert '<div class="frame"><table' in html(form)
    short = Paper("表", "示范中学", Layout.FORM, (Grid((0.2, 0.8), ((Cell("依据", label=True), Cell("无")),)),))
    assert "frame" not in html(short)


def test_a_table_takes_the_largest_type_in_which_its_heads_stand_on_one_line():
    def drawn(*titles: str) -> str:
        columns = tuple(Column(title, 1, "center") for title in titles)
        return html(Paper("表", "示范中学", Layout.FORM, (Table(columns, (("1",) * len(titles),)),)))

    assert 'class="ruled "' in drawn(*["票"] * 9)
    assert 'class="ruled near"' in drawn(*["不同意"] * 11)
    assert 'class="ruled close"' in drawn(*["宣布的结果"] * 8)
    assert 'class="ruled dense"' in drawn(*["票"] * 13)


def test_words_of_a_centred_cell_stay_whole():
    table = Table((Column("类别", 1, "center"), Column("事项", 9)), (("重大决策", "会议"),))
    assert "重大\n决策" in html(Paper("表", "示范中学", Layout.FORM, (table,)))
