"""From raw sheets to lines: which column is which, and what each cell says by itself."""

from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from governance.rules import facts

from .cells import Unfit, folded, is_blank, parsed, shown
from .guide import CODE
from .layout import GUIDE, SHEETS, Column, Sheet
from .naming import Categories
from .opening import NO_VALUE, Raw


@dataclass(frozen=True)
class Wrong:
    """What cannot be taken in, and why. Without ``row``: the sheet; without ``sheet``: the workbook."""

    error: str
    sheet: str = ""
    row: int = 0
    place: int = -1  # of the column, from 0; -1: the row as a whole
    title: str = ""  # of the column

    @property
    def cell(self) -> str:
        """As a page names it to who looks for the column by its title."""
        if not (self.title and self.row and self.place >= 0):
            return self.address
        return f"{self.sheet} 第 {self.row} 行“{self.title}”（{get_column_letter(self.place + 1)}{self.row}）"

    @property
    def address(self) -> str:
        if not self.row:
            return self.sheet or "整个表格"
        return (
            f"{self.sheet}!{get_column_letter(self.place + 1)}{self.row}"
            if self.place >= 0
            else f"{self.sheet} 第 {self.row} 行"
        )


@dataclass
class Line:
    sheet: Sheet
    number: int
    places: dict[str, int]
    values: dict[str, Any] = field(default_factory=dict)  # what the cells say, by field
    unread: set[str] = field(default_factory=set)  # fields whose cell is wrong

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def wrong(self, name: str, error: str) -> Wrong:
        self.unread.add(name)
        return Wrong(error, self.sheet.title, self.number, self.places.get(name, 0))


@dataclass
class Grid:
    """A sheet as the preview shows it."""

    title: str
    heads: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass
class Lines:
    known: facts.Records
    wrongs: list[Wrong] = field(default_factory=list)
    by: dict[str, list[Line]] = field(default_factory=lambda: {sheet.holds: [] for sheet in SHEETS})
    grids: list[Grid] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # sheets that are none of ours


def lines_from(raws: list[Raw], known: facts.Records) -> Lines:
    lines = Lines(known)
    here = {raw.title.strip(): raw for raw in raws}
    if GUIDE in here:
        _whose(here[GUIDE], lines)
    if not any(sheet.title in here for sheet in SHEETS):
        lines.wrongs.append(Wrong("这不是本系统的登记表：里面没有一张要读的表。请下载本校的模板填写。"))
        return lines
    categories = Categories(known)
    for sheet in SHEETS:
        if sheet.title in here:
            _sheet(sheet, here[sheet.title], lines, categories)
        else:
            lines.wrongs.append(Wrong(f"缺少“{sheet.title}”表：请用本校模板，没有内容的表也要保留", sheet.title))
    ours = {GUIDE, "列表", *(sheet.title for sheet in SHEETS)}
    lines.ignored = [title for title in here if title not in ours]
    return lines


def _whose(guide: Raw, lines: Lines) -> None:
    for row in (guide.head, *guide.rows.values()):
        if len(row) > 1 and row[0] == CODE and row[1] and shown(row[1]) != lines.known.school.code:
            lines.wrongs.append(
                Wrong(f"这是代码为“{shown(row[1])}”的学校的表格，不是本校（{lines.known.school.code}）的，不能导入")
            )


def _sheet(sheet: Sheet, raw: Raw, lines: Lines, categories: Categories) -> None:
    columns, heads = _columns(sheet, raw, lines)
    places = {column.field: place for place, column in columns.items()}
    lines.grids.append(Grid(sheet.title, heads, []))
    for number, row in raw.rows.items():
        cells = ["" if value is NO_VALUE else shown(value) for value in row[: len(heads)]]
        lines.grids[-1].rows.append((number, cells))
        line = Line(sheet, number, places)
        for place, value in enumerate(row):
            if value is NO_VALUE or not is_blank(value):
                _cell(line, columns.get(place), place, value, len(heads), lines, categories)
        for column in columns.values():
            if column.must and column.field not in line.values and column.field not in line.unread:
                lines.wrongs.append(line.wrong(column.field, f"“{column.title}”必填，现在是空的"))
        lines.by[sheet.holds].append(line)


def _columns(sheet: Sheet, raw: Raw, lines: Lines) -> tuple[dict[int, Column], list[str]]:
    """Which column stands where: by its title, wherever it was moved."""
    by_title = {folded(column.title): column for column in sheet.columns}
    heads = [shown(title) for title in raw.head]
    while heads and not heads[-1]:
        heads.pop()
    found: dict[int, Column] = {}
    for place, title in enumerate(heads):
        if not title:
            continue
        column = by_title.get(folded(title.removesuffix("*").removesuffix("（必填）")))
        if column is None:
            said = f"没有“{title}”这一列：请改回模板上的列名，或删去这一列"
        elif column in found.values():
            said = f"“{title}”这一列出现了两次：请删去一列"
        else:
            found[place] = column
            continue
        lines.wrongs.append(Wrong(said, sheet.title, 1, place))
    for column in sheet.columns:
        if column.must and column not in found.values():
            lines.wrongs.append(
                Wrong(f"“{sheet.title}”表缺少“{column.title}”列：请用本校模板，列名不要改", sheet.title)
            )
    return found, heads


def _cell(
    line: Line, column: Column | None, place: int, value: Any, width: int, lines: Lines, categories: Categories
) -> None:
    if column is None:
        if place >= width:  # a column with an unknown title is wrong already
            said = f"这一格上方没有列名，不知道是什么：“{'' if value is NO_VALUE else shown(value)[:40]}”"
            lines.wrongs.append(Wrong(said, line.sheet.title, line.number, place))
        return
    if value is NO_VALUE:
        said = "公式没有算出的值：请用 Excel 或 WPS 打开后保存，或改成写定的内容"
        lines.wrongs.append(line.wrong(column.field, said))
        return
    try:
        given = parsed(column, value)
        line.values[column.field] = categories.find(column, given) if column.kind == "category" else given
    except Unfit as error:
        lines.wrongs.append(line.wrong(column.field, str(error)))
