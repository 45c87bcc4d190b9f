"""A school's list of payments as its finance office has it: an Excel sheet with columns in any order and by any usual name.

The whole of it is read, or nothing, and then every row that is wrong is named.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from meetings.workbook import Unreadable
from meetings.workbook.cells import Unfit, folded, is_blank, parsed, shown
from meetings.workbook.layout import Column
from meetings.workbook.opening import NO_VALUE, Raw, opened

from .models import Payment

MOST = 5_000
SEARCHED = 30  # rows above which the titles of the columns stand
# Field → what it is called, the best name first.
NAMES = {
    "paid_on": ("付款日期", "支付日期", "日期", "支出日期", "交易日期", "业务日期", "记账日期", "付款时间", "支付时间"),
    "amount": ("金额", "付款金额", "支付金额", "支出金额", "实付金额", "支出", "借方金额", "借方发生额", "发生额"),
    "payee": ("收款方", "收款单位", "收款人", "收款单位名称", "收款人名称", "收款方名称", "收款人全称", "收款账户名称",
              "对方户名", "对方单位", "供应商", "供应商名称"),
    "purpose": ("用途", "付款用途", "款项用途", "资金用途", "摘要", "事由", "内容", "说明"),
    "voucher": ("凭证号", "凭证编号", "凭证字号", "记账凭证号", "凭证"),
}  # fmt: skip
TITLES = {"paid_on": "日期", "amount": "金额", "payee": "收款方", "purpose": "用途", "voucher": "凭证号"}
MUST = ("paid_on", "amount")
TOTALS = {"合计", "总计", "小计", "本页合计", "本月合计", "累计", "本年累计"}
LONGEST = {"payee": 120, "purpose": 300, "voucher": 60}
KINDS = {"paid_on": "day", "amount": "money"}


@dataclass
class Read:
    payments: list[Payment] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # field → the title it stands under


class _Every:
    """Every sheet is wanted, whatever it is called."""

    def __contains__(self, title: object) -> bool:
        return True


def read(content: bytes, today: date) -> Read:
    """Raises Unreadable for what is no workbook."""
    try:
        sheets = opened(content, _Every())  # type: ignore[arg-type]
    except Unreadable as refused:
        raise Unreadable(str(refused).replace("本校的模板", "模板")) from None
    lists = [(sheet, *found) for sheet in sheets if (found := _titles(sheet))]
    if not lists:
        raise Unreadable("没有找到列名：须有“日期”和“金额”两列，列名写在前 30 行之内。可以下载模板对照。")
    if len(lists) > 1:
        named = "、".join(f"“{sheet.title}”" for sheet, *_ in lists)
        raise Unreadable(f"表里有 {len(lists)} 张支付明细（{named}）。请合为一张，或分几个表格上传。")
    return _rows(*lists[0], today)


def _titles(sheet: Raw) -> tuple[int, dict[str, int], bool] | None:
    """In which row the titles stand, which column is which, and whether amounts are in tens of thousands."""
    for number, row in _numbered(sheet):
        if number > SEARCHED:
            return None
        said = [_plain(value) for value in row]
        places = {
            name: next(said.index(each) for each in names if each in said)
            for name, names in NAMES.items()
            if any(each in said for each in names)
        }
        if all(name in places for name in MUST):
            return number, places, "万元" in shown(row[places["amount"]])
    return None


def _numbered(sheet: Raw) -> Iterator[tuple[int, list[Any]]]:
    yield 1, sheet.head
    yield from sheet.rows.items()


def _plain(value: Any) -> str:
    said = folded(shown(value)) if value is not NO_VALUE else ""
    for more in ("(万元)", "(元)", "*", "(必填)"):
        said = said.removesuffix(more)
    return said


def _rows(sheet: Raw, head: int, places: dict[str, int], in_tens_of_thousands: bool, today: date) -> Read:
    titles = next(row for number, row in _numbered(sheet) if number == head)
    found = Read(columns={name: shown(titles[place]) for name, place in places.items()})
    for number, row in _numbered(sheet):
        if number <= head or any(_plain(value) in TOTALS for value in row[:4]):
            continue
        cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
        if all(value is not NO_VALUE and is_blank(value) for value in cells.values()):
            continue
        if len(found.payments) == MOST:
            raise Unreadable(f"表格超过 {MOST:,} 行，请按月份分几个表格上传。")
        payment = Payment(row=number)
        for name, value in cells.items():
            try:
                _take(payment, name, value, in_tens_of_thousands, today)
            except Unfit as wrong:
                found.wrongs.append(f"第 {number} 行“{found.columns[name]}”：{wrong}")
        found.payments.append(payment)
    return found


def _take(payment: Payment, name: str, value: Any, in_tens_of_thousands: bool, today: date) -> None:
    if value is NO_VALUE:
        raise Unfit("公式没有算出的值，请用 Excel 或 WPS 打开后保存")
    if is_blank(value):
        if name in MUST:
            raise Unfit("是空的")
        return
    given = parsed(Column(TITLES[name], name, KINDS.get(name, "text")), value)
    if name == "paid_on":
        payment.paid_on = date.fromisoformat(given)
        if payment.paid_on > today:
            raise Unfit(f"{given} 还没有到")
    elif name == "amount":
        payment.amount = Decimal(given) * (10_000 if in_tens_of_thousands else 1)
        if payment.amount == 0 or payment.amount >= 10**12:
            raise Unfit("金额须大于 0，并且小于一万亿元")
    else:
        most = LONGEST[name]
        if len(given) > most:
            raise Unfit(f"太长，最多 {most} 个字")
        setattr(payment, name, given)


def template() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("支付明细")
    head = book.add_format({"bold": True, "bg_color": "#F0F1F3", "border": 1})
    day, money = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "#,##0.00"})
    for place, (name, title) in enumerate(TITLES.items()):
        sheet.write(0, place, title, head)
        sheet.set_column(place, place, 18 if name != "purpose" else 36, {"paid_on": day, "amount": money}.get(name))
    sheet.freeze_panes(1, 0)
    guide = book.add_worksheet("填写说明")
    guide.set_column(0, 0, 90)
    for row, said in enumerate(
        (
            "“日期”和“金额”必填，金额以元计；收款方、用途、凭证号有就填。一行一笔。",
            "也可以直接上传财务软件导出的明细：列的次序不限，付款日期、支付金额、收款单位、摘要、凭证编号等常用列名都认得，多余的列不读。",
            "合计行会跳过。有一行错，整张表都不导入，并逐行说明错在哪里。",
        )
    ):
        guide.write(row, 0, said)
    book.close()
    return made.getvalue()
