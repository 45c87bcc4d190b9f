"""What a paper says, row by row in reading order, each field by the name that the record has for it.

A paragraph is a row of one cell. Whatever draws a paper says these rows, and what came back is compared with them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .blocks import (
    Block,
    Closing,
    Grid,
    Heading,
    Imprint,
    Labelled,
    Note,
    Paper,
    Para,
    RedHead,
    Table,
    Title,
    flat,
)


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    parts: tuple[str, ...] = ("",)  # the name of each cell


def rows_of(paper: Paper) -> list[Row]:
    """Empty paragraphs say nothing and are left out; an empty cell of a table is a place where nothing stands."""
    return [row for row in _named(paper.blocks) if len(row.cells) > 1 or row.cells[0].strip()]


def _named(blocks: Iterable[Block]) -> Iterator[Row]:
    heading = ""
    for block in flat(blocks):
        if isinstance(block, Heading | Title):
            heading = block.text
        for row in _rows(block):
            yield Row(row.cells, tuple(part or heading or "正文" for part in row.parts))


def note_text(note: Note) -> str:
    return f"（{note.text.strip('（）')}）"


def imprint_texts(imprint: Imprint) -> list[tuple[str, str]]:
    """Left and right of each line of 版记."""
    copies = [(f"抄送：{imprint.copies_to.rstrip('。')}。", "")] if imprint.copies_to else []
    return [*copies, (imprint.printed_by, imprint.printed_on and f"{imprint.printed_on}印发")]


def _rows(block: Block) -> Iterator[Row]:
    match block:
        case RedHead():
            yield from (_one(line, "发文机关标志") for line in (*block.lines, block.kind))
            yield _one(block.number, "编号")
            yield _one(f"{block.left}\t{block.right}", "单位和日期")
        case Title():
            yield _one(block.text, "标题")
        case Heading():
            yield _one(block.text, "")
        case Para():
            yield _one(block.text, block.part)
        case Labelled():
            yield _one(f"{block.label}：{'、'.join(block.entries)}", block.part or block.label)
        case Closing():
            yield _one(block.unit, "落款")
            yield _one(block.on, "落款日期")
        case Note():
            yield _one(note_text(block), "附注")
        case Imprint():
            yield from (_one("\t".join(both), "版记") for both in imprint_texts(block))
        case Table():
            yield from _table(block)
        case Grid():
            yield from _grid(block)


def _one(text: str, part: str) -> Row:
    return Row((text,), (part,))


def _table(table: Table) -> Iterator[Row]:
    yield _one(table.caption, "表格标题")
    titles = tuple(column.title for column in table.columns)
    where = table.part or table.caption
    yield Row(titles, tuple(f"{where} 表头".strip() for _ in titles))
    for number, row in enumerate(table.rows, start=1):
        yield Row(row, tuple(f"{where} 第 {number} 行 {title}".strip() for title in titles))


def _grid(grid: Grid) -> Iterator[Row]:
    for row in grid.rows:
        label, parts = "", []
        for cell in row:
            label = cell.text if cell.label else label
            parts.append(cell.part or label)
        yield Row(tuple(cell.text for cell in row), tuple(parts))
