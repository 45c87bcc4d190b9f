"""From the bytes of a file to raw sheets. What could be no workbook of ours is refused with a sentence."""

import io
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from accounts.uploads import OLD_OFFICE

from .cells import is_blank
from .layout import MOST_LINES

MB = 1024 * 1024
MOST_BYTES, MOST_UNPACKED = 10 * MB, 150 * MB
UNSUSPICIOUS, MOST_TIMES = 20 * MB, 100  # beyond which what was packed so small is no table that somebody filled in
WIDEST, LOWEST = 80, 200_000  # beyond which no cell of ours can stand
NO_VALUE: Any = object()
"""A formula whose result the file does not hold."""


class Unreadable(Exception):
    """No workbook that can be read. ``str()`` is the sentence for whoever brought it."""


@dataclass
class Raw:
    title: str
    head: list[Any]
    rows: dict[int, list[Any]]  # the cells of each row that is not blank, by its number as Excel shows it


def check(content: bytes) -> None:
    """Whether the bytes may be opened at all."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"文件有 {len(content) / MB:.1f} MB，最多 {MOST_BYTES // MB} MB。请删去图片，或分几个表格上传。"
        )
    if content.startswith(OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("这个表格设了打开密码，读不了。请在 Excel 或 WPS 中取消密码，再上传。")
        raise Unreadable("这是旧版 Excel 格式（.xls），读不了。请另存为 .xlsx 再上传。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Unreadable("这不是 Excel 表格（.xlsx），或者文件已经损坏。请用本校的模板填写后上传。") from None
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable("这个表格带有宏，不能接收。请另存为不带宏的 .xlsx 再上传。")
    if "xl/workbook.xml" not in names:
        raise Unreadable("这不是 Excel 表格（.xlsx）。请用本校的模板填写后上传。")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > max(UNSUSPICIOUS, MOST_TIMES * len(content)):
        raise Unreadable("这个表格展开后过大，不能接收。请删去用不到的行、图片和格式，或分几个表格上传。")


def opened(content: bytes, wanted: Collection[str]) -> list[Raw]:
    """Every sheet, of the wanted ones with what is in them, hidden or not. Raises Unreadable."""
    check(content)
    try:
        return _sheets(content, wanted)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise Unreadable("这个表格打不开，可能已经损坏。请用 Excel 或 WPS 打开后另存一份，再上传。") from error


def _sheets(content: bytes, wanted: Collection[str]) -> list[Raw]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    sheets, left, calculated = [], MOST_LINES, None
    for place, sheet in enumerate(book.worksheets):
        raw = Raw(sheet.title, [], {})
        sheets.append(raw)
        if sheet.title not in wanted:
            continue
        for number, row in _rows(sheet):
            if number == 1:
                raw.head = row
                continue
            raw.rows[number] = row
            if len(raw.rows) > left:
                raise Unreadable(f"表格超过 {MOST_LINES} 行，请分几个表格上传。")
        left -= len(raw.rows)
        if any(_is_formula(value) for row in raw.rows.values() for value in row):
            calculated = calculated or load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            _calculate(raw, calculated.worksheets[place])
    return sheets


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    sheet.reset_dimensions()  # some programs write wrong ones
    for number, row in enumerate(sheet.iter_rows(max_col=WIDEST, values_only=True), start=1):
        if number > LOWEST:
            return
        if number == 1 or any(value is not None and not is_blank(value) for value in row):
            yield number, list(row)


def _is_formula(value: Any) -> bool:
    return (isinstance(value, str) and value.startswith("=")) or isinstance(value, ArrayFormula | DataTableFormula)


def _calculate(raw: Raw, sheet: Any) -> None:
    """Results in place of formulas. Where the file holds none there is no telling: that is no blank cell."""
    results = dict(_rows(sheet))
    for number, row in raw.rows.items():
        for place, value in enumerate(row):
            if _is_formula(value):
                result = results[number][place] if number in results else None
                row[place] = NO_VALUE if result is None else result
