"""Reading what people write into cells: forgiving in how, never in what."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from governance.rules.facts import SHANGHAI
from meetings import workbook
from meetings.workbook import opening
from meetings.workbook.cells import Unfit, parsed
from meetings.workbook.layout import ATTENDANCE, MATTERS, MEETINGS, PEOPLE
from meetings.workbook.writing import template
from tests.meetings.test_workbook import ON, school
from tests.meetings.workbooks import Filling, short_lists, two_meetings  # noqa: F401
from tests.rules.story import edges

KNOWN = replace(school(), matters=(), meetings=())
DAY, MOMENT, MONEY = PEOPLE.column("from"), MEETINGS.column("starts_at"), MATTERS.column("amount")
YES, WORD, WHOLE = PEOPLE.column("party_member"), ATTENDANCE.column("status"), MEETINGS.column("number")


@pytest.fixture
def blank() -> bytes:
    return template(KNOWN, on=ON)


@edges(
    "column value said",
    {
        "a date of Excel": (DAY, datetime(2025, 3, 5), "2025-03-05"),
        "a date with its hour": (DAY, datetime(2025, 3, 5, 8), "2025-03-05"),
        "a date that lost its format": (DAY, 45721, "2025-03-05"),
        "with hyphens": (DAY, "2025-3-5", "2025-03-05"),
        "in Chinese": (DAY, " 2025年3月5日 ", "2025-03-05"),
        "with points": (DAY, "2025.3.5", "2025-03-05"),
        "with slashes, full width": (DAY, "２０２５／３／５", "2025-03-05"),
        "eight figures": (DAY, "20250305", "2025-03-05"),
        "a moment": (MOMENT, "2025-3-5 15:00", "2025-03-05T15:00:00+08:00"),
        "a moment in Chinese": (MOMENT, "2025年3月5日下午3点30分", "2025-03-05T15:30:00+08:00"),
        "full-width colon": (MOMENT, "2025/3/5 9：05", "2025-03-05T09:05:00+08:00"),
        "Excel's rounding": (MOMENT, datetime(2025, 3, 5, 14, 59, 59, 999999), "2025-03-05T15:00:00+08:00"),
        "a number": (MONEY, 120000, "120000.00"),
        "a fraction": (MONEY, 123456789.12, "123456789.12"),
        "commas and yuan": (MONEY, "¥120,000.50元", "120000.50"),
        "ten thousands": (MONEY, "１２．５万元", "125000.00"),
        "a tick": (YES, "√", True),
        "a cross": (YES, "×", False),
        "a word with blanks": (WORD, " 到 会 ", "present"),
        "a count with its unit": (WHOLE, "第３次", 3),
        "a whole float": (WHOLE, 3.0, 3),
    },
)
def test_what_is_understood(column, value, said):
    assert parsed(column, value) == said


@edges(
    "column value error",
    {
        "no date": (DAY, "三月五日", "应为日期，如 2025-03-05，实际是“三月五日”"),
        "no such day": (DAY, "2025-2-30", "没有“2025-2-30”这个时间"),
        "a word for an amount": (MONEY, "十二万", "应为金额"),
        "less than nothing": (MONEY, "-5", "金额不能小于 0"),
        "a tenth of a cent": (MONEY, "1.005", "最多到分"),
        "a date for an amount": (MONEY, datetime(2025, 3, 5), "应为金额"),
        "neither yes nor no": (YES, "大概", "应为“是”或“否”"),
        "no such word": (WORD, "迟到", "应为到会、请假、缺席之一，实际是“迟到”"),
        "half a person": (WHOLE, 2.5, "应为整数"),
        "a formula gone wrong": (DAY, "#REF!", "公式出错"),
    },
)
def test_what_is_not(column, value, error):
    with pytest.raises(Unfit, match=error.replace("?", ".")):
        parsed(column, value)


def wrongs_of(filling: Filling) -> dict[str, str]:
    book = workbook.read(filling.content, KNOWN)
    assert (book.records is None) == bool(book.wrongs)
    return {wrong.address: wrong.error for wrong in book.wrongs}


def renamed(content: bytes) -> Filling:
    """The story's names in place of the cast's."""
    filling = two_meetings(Filling(content))
    names = {"赵书记": "赵敏", "钱校长": "钱芳", "孙副书记": "孙丽", "李副校": "李强", "郑秘书": "郑洁"}
    for sheet in filling.book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                for old, new in names.items():
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace(old, new)
    return filling


def test_two_meetings_as_a_clerk_writes_them(blank):
    book = workbook.read(renamed(blank).content, KNOWN)
    assert book.wrongs == []
    party, office = book.records.meetings
    new = next(person for person in book.records.people if person.name == "沈新来")
    assert party.starts_at == datetime(2025, 3, 5, 15, tzinfo=SHANGHAI) and party.chair == "zhao"
    assert [row.person for row in party.attendance] == ["zhao", "qian", "sun", new.id]
    (item,) = party.items
    matter = next(one for one in book.records.matters if one.id == item.matter)
    assert (matter.title, matter.amount, matter.proposer) == ("食堂改造", Decimal("120000.00"), "li")
    assert matter.consultations[0].people == ("zhao", "qian")
    assert item.votes[0].agree == 4 and item.recusals[0].reason == "利害关系" and item.opinions[0].order == 1
    assert party.minutes.items[0].outcome == "passed" and office.items[0].outcome == "principal_decided"


def test_every_fault_is_told_at_its_cell(blank):
    filling = renamed(blank)
    filling.set("人员与任职", filling.lines("人员与任职") + 1, 任职之日=None)
    filling.set("事项", 2, 类别="ZZ", 提出时间="2025-2-28")
    filling.set("会议", 2, 结束时间="2025-3-5 14:00").set("会议", 3, 主持人="谁呀")
    filling.set("到会", 3, 姓名="赵敏").set("议题", 3, 序号=2)
    filling.set("发言与回避", 2, 序号=9).set("发言与回避", 3, 态度="同意")
    said = wrongs_of(filling)
    assert said == {
        f"人员与任职!D{filling.lines('人员与任职') + 1}": "登记任职必填“任职之日”，现在是空的",
        "事项!B2": "事项目录里没有“ZZ”，请从下拉中选，或写编码，如 D13",
        "事项!G2": "只有日期，没有几点。请补上时刻，如 2025-03-05 15:00",
        "会议!C2": "结束时间不应早于开始时间 2025-03-05 15:00，实际是 2025-03-05 14:00",
        "会议!I3": "“谁呀”不在“人员与任职”表中，系统中也没有。请核对，或先在“人员与任职”表登记",
        "到会!B3": "同一人在一次会议上只能有一条到会情况：与“到会”表第 2 行重复",
        "议题!B3": "议题应从 1 起依次编号，此处应为 1，实际是 2",
        "发言与回避!B2": "“议题”表中没有这次会议的第 9 项",
        "发言与回避!E3": "回避的人不表态，请清空；不是回避的请改“形式”",
    }


def test_one_wrong_name_is_said_once_and_not_at_each_line_that_uses_it(blank):
    filling = renamed(blank).set("会议", 2, 开始时间="三月五日下午")
    assert list(wrongs_of(filling)) == ["会议!B2"]


def test_lines_twice(blank):
    filling = (
        renamed(blank).add("事项", 名称="值周安排", 类别="G").add("会议", 会议="党组织会议", 开始时间="2025-3-5 15:00")
    )
    said = wrongs_of(filling)
    assert "与第 3 行是同一项" in said["事项!W4"] and "与第 2 行是同一次" in said["会议!W4"]


def test_columns_are_known_by_their_titles(blank):
    filling = renamed(blank)
    filling.book["会议"].move_range("A1:A3", cols=40)
    filling.book["会议"].row_dimensions[2].hidden = True
    filling.book["到会"].insert_rows(3, 2)
    assert wrongs_of(filling) == {}


def test_unknown_columns_and_missing_sheets_are_said_plainly(blank):
    filling = renamed(blank)
    filling.book["会议"]["D1"], filling.book["到会"]["C1"] = "次数", "情况"
    filling.book["会议"]["AA2"] = "随手写的"
    del filling.book["会前程序"]
    filling.book.create_sheet("草稿")
    book = workbook.read(filling.content, KNOWN)
    said = {wrong.address: wrong.error for wrong in book.wrongs}
    assert said["会前程序"].startswith("缺少“会前程序”表")
    assert said["会议!D1"] == "没有“次数”这一列：请改回模板上的列名，或删去这一列"
    assert said["会议!AA2"] == "这一格上方没有列名，不知道是什么：“随手写的”"
    assert said["到会"].startswith("“到会”表缺少“到会情况”列")
    assert book.ignored == ["草稿"]


def test_a_formula_without_its_value_is_an_error(blank):
    filling = renamed(blank).set("事项", 2, **{"金额（元）": "=1+1"})
    assert wrongs_of(filling) == {"事项!C2": "公式没有算出的值：请用 Excel 或 WPS 打开后保存，或改成写定的内容"}


def test_another_schools_workbook_is_refused_as_a_whole(blank):
    filling = Filling(blank)
    filling.book["填写说明"]["B3"] = "elsewhere"
    assert "代码为“elsewhere”的学校的表格" in wrongs_of(filling)["整个表格"]
    other = Workbook()
    given = io.BytesIO()
    other.save(given)
    (wrong,) = workbook.read(given.getvalue(), KNOWN).wrongs
    assert "不是本系统的登记表" in wrong.error


def archive(**entries: bytes) -> bytes:
    given = io.BytesIO()
    with zipfile.ZipFile(given, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return given.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@edges(
    "content error",
    {
        "the old format": (OLD + b"Workbook", "请另存为 .xlsx"),
        "a password": (OLD + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        "no workbook": (b"PK\x03\x04rubbish", "不是 Excel 表格"),
        "a Word file": (archive(word__document_xml=b""), "不是 Excel 表格"),
        "macros": (archive(xl__workbook_xml=b"", **{"xl/vbaProject.bin": b""}), "带有宏"),
        "a bomb": (archive(xl__workbook_xml=b"", big=b"0" * (21 * 1024 * 1024)), "展开后过大"),
        "damaged": (archive(xl__workbook_xml=b"<no"), "打不开"),
        "too big": (b"x" * (11 * 1024 * 1024), "11.0 MB，最多 10 MB"),
    },
)
def test_files_that_are_not_opened(content, error):
    with pytest.raises(workbook.Unreadable, match=error):
        workbook.read(content, KNOWN)


def test_more_lines_than_are_read(blank, monkeypatch):
    monkeypatch.setattr(opening, "MOST_LINES", 5)
    with pytest.raises(workbook.Unreadable, match="超过 5 行"):
        workbook.read(blank, KNOWN)


def test_dates_are_dates_in_the_workbook(blank):
    filling = Filling(workbook.write(school(), on=ON))
    assert filling.book["会议"]["B2"].value == datetime(2025, 3, 5, 15)
    assert filling.book["人员与任职"]["D2"].value.date() == date(2024, 9, 1)
