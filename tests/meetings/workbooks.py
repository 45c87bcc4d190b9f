"""Filling workbooks as a clerk would, line by line under the columns' titles."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook


@pytest.fixture(autouse=True)
def short_lists(monkeypatch):
    """Drop-downs that reach a few lines beyond what is filled in: two thousand cost every test a second."""
    monkeypatch.setattr("meetings.workbook.writing.MANY", 20)
    monkeypatch.setattr("meetings.workbook.writing.FEW", 10)


class Filling:
    """``Filling(template).add("会议", 会议="党组织会议", …)``; ``content`` is the file to bring back."""

    def __init__(self, content: bytes):
        self.book = load_workbook(io.BytesIO(content))

    def place(self, sheet: str, title: str) -> int:
        return next(cell.column for cell in self.book[sheet][1] if cell.value == title)

    def add(self, sheet: str, **cells: Any) -> "Filling":
        self._at = (sheet, self.lines(sheet) + 2)
        return self.set(sheet, self._at[1], **cells)

    def set(self, sheet: str, row: int, **cells: Any) -> "Filling":
        for title, value in cells.items():
            self.book[sheet].cell(row, self.place(sheet, title)).value = value
        return self

    def lines(self, sheet: str) -> int:
        return sum(any(value is not None for value in row) for row in self.book[sheet].iter_rows(2, values_only=True))

    @property
    def content(self) -> bytes:
        given = io.BytesIO()
        self.book.save(given)
        return given.getvalue()


def cells(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in every sheet."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


PARTY, OFFICE = "党组织会议 2025-03-05 15:00", "校长办公会议 2025-03-06 14:30"
MONEY = "金额（元）"


def two_meetings(filling: Filling) -> Filling:
    """Somebody new, two matters, and the two bodies meeting on them."""
    filling.add("人员与任职", 姓名="沈新来", 中共党员="是", 职务="党组织委员", 任职之日="2024.9.1")
    filling.add("事项", 名称="食堂改造", 类别="P01", **{MONEY: "12万元"}, 提出人="李副校", 提出时间="2025-2-28 9:00")
    filling.add("事项", 名称="值周安排", 类别="G")
    filling.add(
        "会前程序",
        事项="食堂改造",
        方式="书记校长会前沟通",
        时间="2025-3-3 10:00",
        参加人="赵书记、钱校长",
        结果="一致",
    )
    filling.add("书记校长定期沟通", 时间="2025-3-1 8:00", 参加人="赵书记，钱校长", 主要内容="开学工作")
    filling.add("会议", 会议="党组织会议", 开始时间="2025-3-5 15:00", 结束时间="2025-3-5 16:00", 主持人="赵书记")
    filling.add("会议", 会议="校长办公会议", 开始时间="2025年3月6日下午2:30", 主持人="钱校长", 记录人="郑秘书")
    for name in ("赵书记", "钱校长", "孙副书记", "沈新来"):
        filling.add("到会", 会议=PARTY, 姓名=name, 到会情况="到会", 身份="成员")
    filling.add(
        "议题", 会议=PARTY, 序号=1, 事项="食堂改造", 目的="讨论决定", 表决方式="举手", 同意=4, 结果="通过",
        议决事项="同意。", 责任人="李副校", 是否公开="是", 纪要结果="通过",
    )  # fmt: skip
    filling.add("议题", 会议=OFFICE, 序号="1", 事项="值周安排", 目的="研究处理", 结果="校长决定")
    filling.add("发言与回避", 会议=PARTY, 序号=1, 姓名="沈新来", 态度="同意", 发言次序=1, 意见="同意。")
    return filling.add("发言与回避", 会议=PARTY, 序号=1, 姓名="李副校", 形式="回避", 意见="利害关系")
