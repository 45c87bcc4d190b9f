"""Where lines end: nothing lost, nothing forbidden, what belongs together whole."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.documents.lines import NO_BEGIN, NO_END, Measure, clusters, compose, titled

NAMES = frozenset({"李镕", "欧阳娜娜", "张三", "阿卜杜热合曼·买买提", "赵书记"})


def square(character: str) -> float:
    """Latin and figures half as wide as Chinese; a stand-in for a font."""
    return 0.5 if character < "\u0250" else 1.0


GRID = Measure(28, 27.638, square)
PIECES = st.sampled_from(
    [
        *NAMES,
        *"的一是在会议决定学校，。、；：？！）》”（《“‘",
        "——",
        "……",
        "2026年",
        "3月5日",
        "12.5%",
        "〔2026〕3号",
        "35万元",
        "Word ",
        "A4",
        "1,234.56",
    ]
)
TEXTS = st.lists(PIECES, max_size=90).map("".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from([0, 2]))
def test_whatever_was_typed_is_on_the_lines_and_no_line_is_too_long(text, first):
    lines = compose(text, GRID, first=first, names=NAMES)
    assert "".join(line.text for line in lines) == text
    for number, line in enumerate(lines):
        room = 28 - (first if number == 0 else 0)
        assert line.cells <= room + 1e-6
        characters = len(line.text.rstrip())
        if number < len(lines) - 1:
            wide = line.cells + line.tracking * (characters - 1)
            assert abs(wide - (room * (1 + GRID.base) - GRID.base)) < 1e-6 or characters == 1


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_no_line_begins_or_ends_with_what_may_not_stand_there(text):
    lines = [line.text for line in compose(text, GRID, names=NAMES)]
    for above, below in itertools.pairwise(lines):
        inside = max(map(GRID.of, clusters(text, NAMES))) > 28  # marks without end fit on no line
        assert inside or (below[0] not in NO_BEGIN and above.rstrip()[-1] not in NO_END)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(sorted(NAMES)), st.sampled_from("的一是会议，。")), max_size=60))
def test_a_name_is_whole_on_its_line(pieces):
    text = "".join(pieces)
    ends, at = set(), 0
    for line in compose(text, GRID, names=NAMES):
        at += len(line.text)
        ends.add(at)
    at = 0
    for piece in pieces:
        if piece in NAMES:
            assert not ends & set(range(at + 1, at + len(piece)))
        at += len(piece)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2026年3月5日", ["2026年", "3月", "5日"]),
        ("〔2026〕3号", ["〔2026〕3号"]),
        ("第12次", ["第12次"]),
        ("12.5%和35万元", ["12.5%", "和", "35万元"]),
        ("1,234.56元", ["1,234.56元"]),
        ("3平方米", ["3平方米"]),
        ("会——议……", ["会——", "议……"]),
        ("（《规则》）。", ["（《规", "则》）。"]),
        ("A4纸", ["A4", "纸"]),
        ("Word 文件", ["Word ", "文", "件"]),
        ("李镕、欧阳娜娜", ["李镕、", "欧阳娜娜"]),
        ("http://www.example.cn/a", ["http://www.example.cn/a"]),
    ],
)
def test_what_stays_together(text, whole):
    assert clusters(text, NAMES) == whole


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("一", ["一"]),
        ("字" * 28, ["字" * 28]),
        ("字" * 29, ["字" * 28, "字"]),
        ("字" * 28 + "。", ["字" * 27, "字。"]),  # the mark takes the last character along
        ("字" * 27 + "（字）", ["字" * 27, "（字）"]),
        ("字" * 27 + "李镕", ["字" * 27, "李镕"]),
        ("字" * 26 + "2026年", ["字" * 26, "2026年"]),
        ("a" * 70, ["a" * 56, "a" * 14]),  # longer than a line: split
        ("字" * 10 + "a" * 50, ["字" * 10, "a" * 50]),
        ("，" * 30, ["，" * 28, "，" * 2]),
    ],
)
def test_edges(text, lines):
    assert [line.text for line in compose(text, GRID, names=NAMES)] == lines


def test_a_full_line_of_squares_keeps_the_grid_and_the_last_is_natural():
    full, rest = compose("字" * 30, GRID)
    assert full.tracking == pytest.approx(GRID.base) == pytest.approx(rest.tracking)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于师德师风建设的决定", 1),
        ("示范中学关于调整2026年度绩效工资分配办法和课后服务经费使用管理办法的决定", 2),
        (
            "示范中学关于同意李镕、欧阳娜娜等同志任教务处主任和德育处副主任并调整学校内设机构负责人分工和考核办法的决定",
            3,
        ),
        ("长" * 90, 5),
    ],
)
def test_a_title_is_broken_evenly_between_words(title, lines):
    made = titled(title, 19, square, NAMES)
    assert "".join(made) == title and len(made) == lines
    wide = [sum(map(square, line)) for line in made]
    assert max(wide) <= 19 and max(wide) - min(wide) <= 7
    for word in ("管理", "办法", "课后", "李镕", "欧阳娜娜", "2026年"):
        assert "".join(made).count(word) == sum(line.count(word) for line in made)
    assert not any(line.startswith(("的", "、", "和")) for line in made)


def test_a_title_keeps_short_quotations_and_never_leaves_the_line():
    made = titled("青梧区第一高级中学关于学校“十五五”发展规划（送审稿）的决议", 19, square)
    assert "".join(made).count("“十五五”") == sum(line.count("“十五五”") for line in made) == 1
    marks = "“会议会议会议”" + "”。）》" * 9
    assert max(sum(map(square, line)) for line in titled(f"关于{marks}的决定", 19, square)) <= 19
