"""Excel: tables as worksheets, with real numbers and dates, filters, a frozen head, and set up for print.

Glossary
    Sheet     one worksheet: columns, and rows that may come one by one
    workbook  the tables of a paper, one worksheet each: the same bytes every time
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

from .blocks import Chart, Column, Note, Paper, Para, Table, flat

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACROSS = 150  # characters of a whole line; printing shrinks it to the width of a page
LINE, TALLEST = 13.5, 405  # points of one line of a cell, and of the highest row that Excel knows
LONGEST = 32_767  # characters of a cell
LEAST = {"date": 11, "moment": 16, "money": 14}  # characters that one of these takes, and its column has
FORMATS = {
    "number": "#,##0",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "share": "0.0%",
}
_RISKY = ("=", "+", "-", "@", "\t")  # what Excel would take for a formula when somebody edits the cell
_NAMED = re.compile(r"[\[\]:*?/\\'\x00-\x1f\ufffe\uffff]")
_FIGURE = re.compile(r"(-?[\d,]+(?:\.\d+)?)\s*(%|万元|元)?")
_DAY = re.compile(r"(\d{4})[-年.](\d{1,2})[-月.](\d{1,2})日?")

Value = str | int | Decimal | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: tuple[str, ...] = ()
    name: str = ""


def workbook(paper: Paper) -> bytes:
    given = io.BytesIO()
    write(given, _sheets(paper), title=paper.title, created=datetime(2000, 1, 1))
    return given.getvalue()


def has_tables(paper: Paper) -> bool:
    return any(isinstance(block, Table | Chart) for block in flat(paper.blocks))


def _sheets(paper: Paper) -> Iterator[Sheet]:
    """A table is called by its caption, and the line before it says what it shows."""
    said = ""
    for block in flat(paper.blocks):
        block = block.table if isinstance(block, Chart) else block
        if isinstance(block, Table):
            kinds = [column.kind for column in block.columns]
            rows = (list(map(value_of, row, kinds)) for row in block.rows)
            notes = tuple(filter(None, (f"{paper.school}　{paper.number or '草稿'}", said)))
            title = block.caption or paper.title
            yield Sheet(title, block.columns, rows, notes, block.caption or paper.title)
        said = block.text if isinstance(block, Para | Note) else ""


def value_of(text: str, kind: str) -> Value:
    """What a printed text stands for; one that is no figure or day stays the text it is."""
    if kind in ("number", "money", "share") and (found := _FIGURE.fullmatch(text.strip())):
        figure = Decimal(found[1].replace(",", ""))
        figure = figure / 100 if found[2] == "%" else figure * 10_000 if found[2] == "万元" else figure
        return int(figure) if kind == "number" and figure == int(figure) else figure
    if kind == "date" and (found := _DAY.fullmatch(text.strip())):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            return text
    return text


def write(given: IO[bytes], sheets: Iterable[Sheet], *, title: str, created: datetime) -> None:
    """Row by row: what was written is no longer in memory."""
    book = xlsxwriter.Workbook(given, {"constant_memory": True})
    book.set_properties({"title": title, "author": "议事", "created": created})
    looks = _Looks(book)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_name(sheet.name or sheet.title, taken)), sheet, looks)
    if not taken:
        book.add_worksheet("空表")
    book.close()


def _name(wanted: str, taken: set[str]) -> str:
    name = base = _NAMED.sub(" ", wanted).strip()[:31] or "表"
    number = 1
    while name.lower() in taken:
        number += 1
        name = f"{base[:27]} {number}"
    taken.add(name.lower())
    return name


class _Looks(dict):
    """Formats by what is shown: a kind, and how it is aligned."""

    def __init__(self, book: Any):
        super().__init__()
        self.book = book

    def __missing__(self, key: tuple[str, str]) -> Any:
        look, align = key
        wanted = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True, "border": 1, "align": align}
        if look == "title":
            wanted = {"font_name": "黑体", "font_size": 14}
        elif look == "note":
            wanted = {"font_name": "宋体", "font_size": 10, "font_color": "#555555"}
        elif look == "head":
            wanted |= {"bold": True, "valign": "vcenter", "align": "center", "bg_color": "#EEEEEE"}
        elif look == "risky":
            wanted |= {"quote_prefix": True}
        elif look in FORMATS:
            wanted |= {"num_format": FORMATS[look], "text_wrap": False}
        made = self[key] = self.book.add_format(wanted)
        return made


def _write_sheet(sheet: Any, given: Sheet, looks: _Looks) -> None:
    last = len(given.columns) - 1
    whole = sum(column.width for column in given.columns) or 1
    widths = [max(LEAST.get(column.kind, 6), round(column.width / whole * ACROSS, 1)) for column in given.columns]
    for place, wide in enumerate(widths):
        sheet.set_column(place, place, wide)
    sheet.write_string(0, 0, given.title, looks["title", ""])
    for row, note in enumerate(given.notes, start=1):
        sheet.write_string(row, 0, note[:LONGEST], looks["note", ""])
    head = len(given.notes) + 1
    sheet.set_row(head, _height(map(_headed, given.columns), widths))
    for place, column in enumerate(given.columns):
        sheet.write_string(head, place, _headed(column), looks["head", ""])
    row = head
    for values in given.rows:
        row += 1
        sheet.set_row(row, _height(values, widths))
        for place, (column, value) in enumerate(zip(given.columns, values, strict=True)):
            _cell(sheet, row, place, value, column, looks)
    sheet.autofilter(head, 0, max(row, head), last)
    sheet.freeze_panes(head + 1, 1)
    sheet.repeat_rows(0, head)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _height(values: Iterable[Value], widths: list[float]) -> float:
    """So high that every text can be read: not every program finds that out by itself."""
    most = 1
    for value, wide in zip(values, widths, strict=True):
        if isinstance(value, str) and value:
            lines = (sum(1 if sign < "\u1100" else 1.85 for sign in line) / (wide - 0.7) for line in value.split("\n"))
            most = max(most, sum(max(1, ceil(line)) for line in lines))
    return float(min(TALLEST, most * LINE + 4))


def _headed(column: Column) -> str:
    """What is printed as 12.5 万元 is a number of yuan here, and the head says so."""
    return f"{column.title}（元）" if column.kind == "money" and "元" not in column.title else column.title


def _cell(sheet: Any, row: int, place: int, value: Value, column: Column, looks: _Looks) -> None:
    align = {"center": "center", "right": "right"}.get(column.align, "left")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        sheet.write_datetime(row, place, local.replace(tzinfo=None), looks["moment", "center"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), looks["date", "center"])
    elif isinstance(value, int | Decimal):
        look = column.kind if column.kind in ("money", "share") else "number"
        align = "right" if look == "money" or column.align == "right" else "center"
        sheet.write_number(row, place, float(value) if isinstance(value, Decimal) else value, looks[look, align])
    elif not value:
        sheet.write_blank(row, place, None, looks["text", align])
    else:
        text = value if len(value) <= LONGEST else f"{value[: LONGEST - 2]}……"
        sheet.write_string(row, place, text, looks["risky" if text.startswith(_RISKY) else "text", align])
