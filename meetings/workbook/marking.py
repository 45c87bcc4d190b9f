"""The workbook as it was brought, with the faulty cells coloured and the reason in a comment."""

import io
from collections import defaultdict
from collections.abc import Iterable

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side

from .lines import Wrong

BY = "议事核对"
FILL = PatternFill("solid", fgColor="FFFFD9D5")
EDGE = Side(style="medium", color="FFB42318")


def marked(content: bytes, wrongs: Iterable[Wrong]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    _clear(book)
    said: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for wrong in wrongs:
        if wrong.sheet in book.sheetnames and wrong.row:
            said[wrong.sheet, wrong.row, max(wrong.place, 0)].append(wrong.error)
    for (sheet, row, place), errors in said.items():
        cell = book[sheet].cell(row, place + 1)
        cell.fill, cell.border = FILL, Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
        cell.comment = Comment("\n".join(f"{error}。" for error in errors), BY, height=110, width=320)
    first = next(iter(said), None)
    if first:
        book.active = book.sheetnames.index(first[0])
        for sheet in book.worksheets:
            sheet.sheet_view.tabSelected = sheet.title == first[0]
    given = io.BytesIO()
    book.save(given)
    return given.getvalue()


def _clear(book) -> None:
    """The marks of an earlier check."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == BY:
                    cell.comment, cell.fill, cell.border = None, PatternFill(), Border()
