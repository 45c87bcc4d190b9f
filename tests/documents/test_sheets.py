"""Excel read back: numbers are numbers, days are days, texts stay texts, and only what was filtered is there."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from meetings import transitions as verbs
from meetings.documents.blocks import Column, Layout, Paper, Para, Table, Title, Together
from meetings.documents.sheets import Sheet, has_tables, value_of, workbook, write
from meetings.models import KeptFinding
from meetings.views import sheets as doors
from tests.meetings.stage import acting

from . import year
from .year import begins_with  # noqa: F401  what ``begun`` begins with

COLUMNS = (
    Column("序号", 5, kind="number"),
    Column("事项", 30),
    Column("金额", 10, "right", "money"),
    Column("时间", 10, kind="date"),
    Column("办结率", 8, kind="share"),
)


def paper(*rows, number="“三重一大”事项台账〔2026〕1号", caption="") -> Paper:
    said = Para("2026年度，共 2 项。", indent=0)
    return Paper("台账", "示范中学", Layout.REGISTER, (Title("台账"), said, Table(COLUMNS, rows, caption)), number)


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12.5 万元", "money", Decimal(125000)),
        ("80,000.50 元", "money", Decimal("80000.50")),
        ("0 元", "money", Decimal(0)),
        ("面议", "money", "面议"),
        ("1,204", "number", 1204),
        ("87.5%", "share", Decimal("0.875")),
        ("—", "share", "—"),
        ("2026-03-05", "date", date(2026, 3, 5)),
        ("2026年3月5日", "date", date(2026, 3, 5)),
        ("2026-02-30", "date", "2026-02-30"),
        ("2026-03-05", "text", "2026-03-05"),
        ("", "money", ""),
    ],
)
def test_a_printed_text_stands_for_a_value(text, kind, value):
    assert value_of(text, kind) == value


def test_a_paper_as_a_workbook_has_types_filters_and_a_frozen_head():
    rows = (("1", "发展规划", "12.5 万元", "2026-03-05", "87.5%"), ("2", "购置\n设备", "", "", "—"))
    sheet = opened(workbook(paper(*rows))).active
    assert sheet["A1"].value == "台账" and sheet["A2"].value == "示范中学　“三重一大”事项台账〔2026〕1号"
    assert sheet["A3"].value == "2026年度，共 2 项。"
    assert [cell.value for cell in sheet[4]] == ["序号", "事项", "金额（元）", "时间", "办结率"]
    assert [cell.value for cell in sheet[5]] == [1, "发展规划", 125000, datetime(2026, 3, 5), 0.875]
    assert [cell.number_format for cell in sheet[5]] == ["#,##0", "General", "#,##0.00", "yyyy-mm-dd", "0.0%"]
    assert sheet["C6"].value is None and sheet["E6"].value == "—" and sheet["B6"].value == "购置\n设备"
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B5", "A4:E6", "$1:$4")
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0


def test_it_has_the_same_bytes_each_time_and_a_sheet_for_each_table():
    two = Paper(
        "报告",
        "示范中学",
        Layout.OFFICIAL,
        (Together((Table(COLUMNS[:2], (), "一览表"),)), Table(COLUMNS[:2], (), "一览表")),
    )
    assert workbook(two) == workbook(two)
    assert opened(workbook(two)).sheetnames == ["一览表", "一览表 2"]
    assert has_tables(two) and not has_tables(Paper("x", "x", Layout.FORM, (Para("只有文字。"),)))
    assert "草稿" in opened(workbook(paper(number=""))).active["A2"].value


@pytest.mark.parametrize("text", ["=1+1", "+8613800000000", "-3 楼整改", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_stays_text(text):
    cell = opened(workbook(paper(("1", text, "", "", "")))).active["B5"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_texts_of_any_length_and_names_that_excel_forbids():
    given = io.BytesIO()
    sheet = Sheet("[决策]/台账:2026*?" + "很长" * 20, COLUMNS[1:2], [["文" * 40_000], ["a\x07b"]])
    write(given, [sheet, sheet], title="x", created=datetime(2026, 1, 1))
    book = opened(given.getvalue())
    assert len(book.sheetnames) == 2 and all(len(name) <= 31 for name in book.sheetnames)
    assert len(book.worksheets[0]["A3"].value) == 32_767 and book.worksheets[0]["A3"].value.endswith("……")


# --- the lists


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def items(begun):
    return begun[1]


@pytest.fixture
def rows(cast, sign_in):
    """``rows("decision_sheet", "zheng", year=2025)``: the sheet, and its rows by the names of its columns."""

    def rows(name, who, *args, **query):
        answer = sign_in(getattr(cast, who)).get(reverse(name, args=args or ["shifan"]), query)
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
        sheet = opened(answer.getvalue()).active
        head, *lines = list(sheet.iter_rows(min_row=4, values_only=True))
        return sheet, [dict(zip(head, line, strict=True)) for line in lines]

    return rows


def test_the_ledger_on_the_screen_is_exported_as_it_is_filtered(rows, cast, items):
    sheet, lines = rows("decision_sheet", "zheng", year=2025, body="party", outcome="passed")
    assert {line["事项"] for line in lines} == {"学校发展规划", "教务处主任任免", "大额支出", "安全整改", "课程改革"}
    assert sheet["A2"].value == "示范中学　筛选：会议：党组织会议；结果：通过；年份：2025 年　共 5 项"
    assert "由郑秘书导出，供查阅；不是签发的文件。" in sheet["A3"].value
    (paid,) = (line for line in lines if line["事项"] == "大额支出")
    assert (paid["金额（元）"], paid["日期"], paid["应到"], paid["实到"]) == (125000, datetime(2025, 3, 10), 5, 4)
    assert (paid["表决"], paid["时限"], paid["落实"]) == ("同意 3，不同意 1", datetime(2025, 12, 1), "逾期未办结")


def test_what_a_correction_changed_is_exported_with_both(rows, cast, items):
    year.corrected(cast, items["late"], "decision_text", "同意安全整改。", "分两期整改。")
    _, lines = rows("decision_sheet", "wang", q="安全整改")
    assert (lines[0]["决定内容"], lines[0]["更正"]) == (
        "分两期整改。", "第 3 项 · decision_text：同意安全整改。更正为分两期整改。",
    )  # fmt: skip


def test_follow_ups_and_meetings(rows, cast, items):
    sheet, lines = rows("follow_up_sheet", "li", show="overdue")
    assert [line["事项"] for line in lines] == ["教务处主任任免", "安全整改", "大额支出"]
    assert "筛选：逾期" in sheet["A2"].value and {line["牵头"] for line in lines} == {"李副校"}
    assert all(line["状态"].startswith("未办结（逾期") for line in lines)
    _, lines = rows("meeting_sheet", "zheng", body="office")
    assert [(line["会议"], line["次数"], line["议题数"]) for line in lines] == [("校长办公会议", 1, 3)]
    assert lines[0]["开始时间"] == datetime(2025, 2, 10, 15)


def test_the_district_exports_findings_and_registers(rows, cast, items):
    sheet, lines = rows("district_findings_sheet", "wang", "district")
    broken = KeptFinding.objects.filter(judgement__current=True, outcome="broken", mode__in=("block", "warn"))
    assert {line["规则"] for line in lines} == set(broken.values_list("rule", flat=True))
    assert "程度：须改正和提醒" in sheet["A2"].value
    _, lines = rows("district_register_sheet", "wang", "district", "overdue", school="shifan")
    assert {line["学校"] for line in lines} == {"示范中学"} and all(line["逾期天数"] > 0 for line in lines)
    _, lines = rows("district_register_sheet", "wang", "district", "meetings")
    assert [line["会议"] for line in lines] == ["党组织会议第1次"]
    rows("district_register_sheet", "wang", "district", "corrections")


def test_an_issued_paper_with_tables_is_a_workbook_and_one_without_is_not(rows, cast, items, sign_in):
    issued = verbs.issue_paper("ledger", year.period(cast), by=acting(cast.zheng))
    sheet, lines = rows("document_sheet", "wang", "shifan", issued.pk)
    assert issued.number in sheet["A2"].value and len(lines) == 8 and lines[0]["时间"] == datetime(2025, 3, 10)
    minutes = items["issued"].meeting.documents.get()
    assert sign_in(cast.wang).get(reverse("document_sheet", args=["shifan", minutes.pk])).status_code == 404


def test_too_many_rows_are_refused_on_the_list_itself(cast, sign_in, monkeypatch):
    monkeypatch.setattr(doors, "MOST", 2)
    answer = sign_in(cast.zheng).get(reverse("decision_sheet", args=["shifan"]), {"body": "party"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{reverse('decision_list', args=['shifan'])}?body=party", 302)]
    assert "现在筛出 8 项，一次最多导出 2 项，多出 6 项。请用筛选缩小范围" in page


def test_rows_are_read_in_a_constant_number_of_statements(cast, sign_in, count_queries):
    client, address = sign_in(cast.zheng), reverse("decision_sheet", args=["shifan"])
    client.get(address).getvalue()
    one = count_queries(lambda: client.get(address, {"q": "学校发展规划"}).getvalue())
    assert one == count_queries(lambda: client.get(address).getvalue()) <= 8


def test_the_button_stands_where_there_is_something_to_export(cast, sign_in):
    client = sign_in(cast.wang)
    assert f"{reverse('decision_sheet', args=['shifan'])}?body=party" in client.get(
        reverse("decision_list", args=["shifan"]), {"body": "party", "page": "1"}
    ).content.decode().replace("&amp;", "&")
    empty = client.get(reverse("decision_list", args=["shifan"]), {"q": "没有这件事"}).content.decode()
    assert "导出 Excel" not in empty
