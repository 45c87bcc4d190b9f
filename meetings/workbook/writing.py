"""The workbook of a dossier: filled with what it holds, with drop-downs of what the school has. A template is the
workbook of the people alone."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from governance.rules import facts
from governance.rules.catalogue import DEFAULT, category_on

from . import guide
from .cells import cell_of, plain
from .layout import (
    FEW,
    GUIDE,
    LISTS,
    LONGEST,
    MANY,
    MATTERS,
    MEETINGS,
    MOST_LINES,
    PEOPLE,
    SHEETS,
    Column,
    Sheet,
)
from .rows import Line, Lines, count, labels, left_out, lines_of, meeting_labels, value_of

NUMBERS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00", "whole": "0"}
EARLIEST, LATEST = date(1950, 1, 1), date(2199, 12, 31)
REFERENCES = ("person", "people", "matter", "meeting")
INK, PAPER, MUST, MAY = "#1d2430", "#ffffff", "#8f1d21", "#e3e6ea"


class TooLong(Exception):
    """More lines than a workbook may bring back."""


def write(records: facts.Records, *, known: facts.Records | None = None, on: date, period: str = "") -> bytes:
    """``known``: the school's whole dossier, whose people, matters and places drop-downs offer besides; ``on``: the
    day whose catalogue they offer."""
    value = value_of(records)
    lines = lines_of(value)
    if count(lines) > MOST_LINES:
        raise TooLong(
            f"这段时间有 {count(lines)} 行，一个表格最多 {MOST_LINES} 行。请缩短起止日期分几次导出，或导出档案文件（JSON）。"
        )
    whole = known or records
    given = io.BytesIO()
    book = xlsxwriter.Workbook(given, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{records.school.name} 学校会议登记表", "author": "议事"})
    writing = _Writing(book, value, lines, whole, on)
    guide.write(writing.formats, book.add_worksheet(GUIDE), whole.school, period, left_out(value, lines))
    for sheet in SHEETS:
        writing.sheet(sheet)
    writing.lists()
    book.close()
    return given.getvalue()


def template(known: facts.Records, *, on: date) -> bytes:
    return write(replace(known, communications=(), matters=(), meetings=()), known=known, on=on)


class _Formats(dict):
    def __init__(self, book: Any) -> None:
        super().__init__()
        self.book = book

    def __missing__(self, key: tuple[tuple[str, Any], ...]) -> Any:
        made = self[key] = self.book.add_format({"font_name": "微软雅黑", "font_size": 10, **dict(key)})
        return made

    def of(self, **more: Any) -> Any:
        return self[tuple(sorted(more.items()))]


class _Writing:
    def __init__(self, book: Any, value: Mapping[str, Any], lines: Lines, whole: facts.Records, on: date) -> None:
        self.book, self.lines, self.on, self.whole = book, lines, on, whole
        self.formats = _Formats(book)
        self.people = _labels(value["people"], whole.people, "name")
        self.matters = _labels(value.get("matters", ()), whole.matters, "title")
        self.meetings = meeting_labels(value.get("meetings", ()))
        self.labels = {"person": self.people, "matter": self.matters, "meeting": self.meetings}
        self.categories = self._categories()

    def _categories(self) -> dict[str, str]:
        codes = dict.fromkeys([*DEFAULT, *(row.code for row in self.whole.catalogue)])
        standing = {code: category_on(self.whole.catalogue, code, self.on) for code in codes}
        return {code: f"{code} {category.title}" for code, category in standing.items() if category}

    # a sheet

    def sheet(self, sheet: Sheet) -> None:
        at = self.book.add_worksheet(sheet.title)
        lines = self.lines[sheet.holds]
        last = max(MANY, len(lines) + MANY // 4)
        at.freeze_panes(1, sheet.freeze)
        at.set_row(0, 30)
        for place, column in enumerate(sheet.columns):
            at.set_column(place, place, column.width, self.formats.of(valign="top", **_look(column)))
            colours = {"bg_color": MUST, "font_color": PAPER} if column.must else {"bg_color": MAY, "font_color": INK}
            head = self.formats.of(
                bold=True, valign="vcenter", text_wrap=True, border=1, border_color="#c3c9d1", **colours
            )
            at.write_string(0, place, column.title, head)
            if rule := self._validation(column):
                at.data_validation(1, place, last, place, rule)
        for row, line in enumerate(lines, start=1):
            for place, column in enumerate(sheet.columns):
                self._cell(at, row, place, column, line)
        at.autofilter(0, 0, max(len(lines), 1), len(sheet.columns) - 1)
        at.set_landscape()
        at.fit_to_pages(1, 0)
        at.repeat_rows(0)

    def _cell(self, at: Any, row: int, place: int, column: Column, line: Line) -> None:
        value = line.get(column.field)
        if value is None:
            return
        if column.kind in REFERENCES:
            names = self.labels["person" if column.kind == "people" else column.kind]
            value = [names[one] for one in value] if column.kind == "people" else names[value]
        elif column.kind == "category":
            value = self.categories.get(value, value)
        cell = cell_of(column, value)
        if isinstance(cell, datetime | date):
            at.write_datetime(row, place, cell)
        elif isinstance(cell, int | float):
            at.write_number(row, place, cell)
        elif cell and len(cell) <= LONGEST:
            at.write_string(row, place, cell)

    def _validation(self, column: Column) -> dict[str, Any] | None:
        """A drop-down or a check, and the help that shows when the cell is entered."""
        rule: dict[str, Any] = {"validate": "any"}
        match column.kind:
            case "yes":
                rule = _list(["是", "否"])
            case "mark" | "flag":
                rule = _list(["是"])
            case "word":
                rule = _list(list(column.words.values()))
            case "category":
                rule = _list("=事项目录")
            case "person" | "matter" | "meeting":
                names = {"person": "人员名单", "matter": "事项名单", "meeting": "会议名单"}
                rule = _list(f"={names[column.kind]}", "warning", "下拉中没有这一项。新的请先在相应的表中登记。")
            case "day" | "moment":
                said = "请填写日期，如 2025-03-05" if column.kind == "day" else "请填写日期和时刻，如 2025-03-05 15:00"
                rule = {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
                rule |= {"error_type": "warning", "error_title": "日期", "error_message": f"{said}。"}
            case "money" | "whole":
                rule = {"validate": "decimal" if column.kind == "money" else "integer", "criteria": ">=", "value": 0}
                rule |= {"error_type": "warning", "error_title": column.title[:32], "error_message": "请填写数字。"}
        if column.offers and self._offered(column.offers):
            rule = _list(f"={column.offers}", "information", "下拉中没有这一项，可以继续。")
        said = " ".join(filter(None, ["必填。" if column.must else "", column.help, _HINTS.get(column.kind, "")]))
        if said:
            rule |= {"input_title": column.title[:32], "input_message": said[:255]}
        return rule if rule["validate"] != "any" or said else None

    def _offered(self, what: str) -> list[str]:
        assert what == "places"
        return list(dict.fromkeys(plain(one.place) for one in self.whole.meetings[::-1] if one.place))[:50]

    # what drop-downs offer

    def lists(self) -> None:
        at = self.book.add_worksheet(LISTS)
        at.hide()
        rows = {sheet.title: len(self.lines[sheet.holds]) for sheet in (PEOPLE, MATTERS, MEETINGS)}
        self._growing(at, 0, "人员名单", list(self.people.values()), PEOPLE, rows[PEOPLE.title], FEW, "name")
        self._growing(at, 1, "事项名单", list(self.matters.values()), MATTERS, rows[MATTERS.title], MANY, "title")
        self._growing(at, 2, "会议名单", list(self.meetings.values()), MEETINGS, rows[MEETINGS.title], MANY, "body")
        self._fixed(at, 3, "事项目录", list(self.categories.values()))
        self._fixed(at, 4, "places", self._offered("places"))

    def _fixed(self, at: Any, place: int, name: str, words: list[str]) -> None:
        at.write_column(0, place, [name, *words])
        self.book.define_name(name, f"={LISTS}!{xl_range_abs(1, place, max(len(words), 1), place)}")

    def _growing(
        self, at: Any, place: int, name: str, words: list[str], sheet: Sheet, filled: int, more: int, field: str
    ) -> None:
        """What there is, then whatever is written into the sheet below what is filled in."""
        column = xl_col_to_name(next(n for n, one in enumerate(sheet.columns) if one.field == field))
        at.write_string(0, place, name)
        for row, word in enumerate(words, start=1):
            at.write_string(row, place, word)
        for step in range(more):
            there = f"'{sheet.title}'!${column}${filled + 2 + step}"
            said = (
                there
                if field != "body"
                else f'{there}&" "&TEXT(\'{sheet.title}\'!$B${filled + 2 + step},"yyyy-mm-dd hh:mm")'
            )
            at.write_formula(len(words) + 1 + step, place, f'=IF({there}="","",{said})', None, "")
        letter = xl_col_to_name(place)
        added = f"COUNTA('{sheet.title}'!${column}${filled + 2}:${column}${filled + 1 + more})"
        self.book.define_name(name, f"=OFFSET({LISTS}!${letter}$2,0,0,MAX(1,{len(words)}+{added}),1)")


def _labels(own: Iterable[Mapping[str, Any]], known: Iterable[Any], name: str) -> dict[str, str]:
    """What is in the workbook keeps its plain name; of what else is known, only a name that is nobody else's."""
    mine = [(one["id"], one[name]) for one in own]
    here = {one for one, _ in mine}
    return labels([*mine, *((one.id, getattr(one, name)) for one in known if one.id not in here)]) | labels(mine)


_HINTS = {
    "day": "写成 2025-03-05。",
    "moment": "写成 2025-03-05 15:00。",
    "money": "单位是元。",
    "mark": "不是的不填。",
    "flag": "不是的不填。",
}


def _look(column: Column) -> dict[str, Any]:
    if column.kind in NUMBERS:
        return {"num_format": NUMBERS[column.kind], "align": "right" if column.kind == "money" else "left"}
    if column.field == "id":
        return {"num_format": "@", "font_color": "#6b7686"}
    return {"num_format": "@", "text_wrap": True} if column.width >= 24 else {"num_format": "@"}


def _list(source: list[str] | str, error: str = "stop", said: str = "请从下拉中选一项，或清空。") -> dict[str, Any]:
    return {
        "validate": "list", "source": source, "error_type": error, "error_title": "请核对", "error_message": said
    }  # fmt: skip
