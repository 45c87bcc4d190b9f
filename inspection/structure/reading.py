"""From the bytes of a workbook to lines, and what is wrong in its cells by themselves."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Organisation
from governance.models import Person
from meetings.workbook.cells import Unfit, folded, is_blank, parsed
from meetings.workbook.layout import Sheet
from meetings.workbook.lines import Wrong
from meetings.workbook.opening import NO_VALUE, Raw, Unreadable, opened

from .layout import MOST_LINES, POSTS, SCHOOLS, SHEETS

LONGEST = {
    (sheet.title, each.name): each.max_length
    for sheet, model in ((SCHOOLS, Organisation), (POSTS, Person))
    for each in model._meta.fields
    if getattr(each, "max_length", None)
}


@dataclass
class Line:
    """``values``: what the cells say, by field; a blank cell says nothing and is not among them."""

    sheet: Sheet
    number: int
    places: dict[str, int]  # of the columns, as they stand in this workbook
    values: dict[str, Any] = field(default_factory=dict)
    wrongs: list[Wrong] = field(default_factory=list)

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def wrong(self, name: str, error: str) -> None:
        """A cell that is wrong by itself is not wrong once more for what follows from it."""
        place = self.places.get(name, -1)
        if all(each.place != place for each in self.wrongs):
            self.wrongs.append(Wrong(error, self.sheet.title, self.number, place, self.sheet.column(name).title))


def read(content: bytes) -> tuple[dict[str, list[Line]], list[Wrong]]:
    """The lines of each sheet, and what is wrong with the workbook as a whole. Raises Unreadable."""
    raws = {raw.title: raw for raw in opened(content, {sheet.title for sheet in SHEETS})}
    if not any(sheet.title in raws for sheet in SHEETS):
        words = "”和“".join(sheet.title for sheet in SHEETS)
        raise Unreadable(f"表格里没有“{words}”这两张表。请下载模板，填好以后再上传。")
    lines, wrongs = {}, []
    for sheet in SHEETS:
        lines[sheet.holds], more = _lines(sheet, raws.get(sheet.title))
        wrongs += more
    if (count := sum(map(len, lines.values()))) > MOST_LINES:
        raise Unreadable(f"表格有 {count:,} 行，最多 {MOST_LINES:,} 行。请分几个表格上传。")
    return lines, wrongs


def _lines(sheet: Sheet, raw: Raw | None) -> tuple[list[Line], list[Wrong]]:
    if raw is None:
        return [], []
    places = {folded(str(title)).rstrip("*"): place for place, title in enumerate(raw.head) if not is_blank(title)}
    lacking = [column.title for column in sheet.columns if column.must and folded(column.title) not in places]
    if lacking:
        return [], [Wrong(f"第一行缺少“{'”“'.join(lacking)}”", sheet.title, 1)]
    lines = []
    there = {column.field: places[folded(column.title)] for column in sheet.columns if folded(column.title) in places}
    for number, cells in raw.rows.items():
        line = Line(sheet, number, there)
        for column in sheet.columns:
            place = there.get(column.field)
            value = cells[place] if place is not None and place < len(cells) else None
            if value is NO_VALUE:
                line.wrong(column.field, "这是没有算出结果的公式，请改成写定的内容")
            elif not is_blank(value):
                _read_cell(line, column, value)
            elif column.must:
                line.wrong(column.field, f"还没有填“{column.title}”")
        lines.append(line)
    return lines, []


def _read_cell(line: Line, column: Any, value: Any) -> None:
    try:
        said = parsed(column, value)
    except Unfit as unfit:
        line.wrong(column.field, str(unfit))
        return
    most = LONGEST.get((line.sheet.title, column.field))
    if most and isinstance(said, str) and len(said) > most:
        line.wrong(column.field, f"“{column.title}”最多 {most} 个字，实际有 {len(said)} 个字")
    else:
        line.values[column.field] = date.fromisoformat(said) if column.kind == "day" else said
