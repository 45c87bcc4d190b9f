"""What a paper says, block by block, apart from how it is drawn: PDF, Word and page are three drawings of one paper.

Glossary
    Paper     one document: its title, its blocks in reading order, and how its pages are laid out
    Layout    公文版面 (the grid of GB/T 9704: 22 lines of 28 characters), 表单 (A4 upright, ruled tables), 台账 (A4 across)
    names     words that no line end may split: people, and what else is called by one name
    part      how the record calls a piece of text (第 2 项 决定): a Word file sent back is compared part by part
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Layout(StrEnum):
    OFFICIAL = "official"
    FORM = "form"
    REGISTER = "register"


class Seal(StrEnum):
    """What stands over the closing: a stamp, nothing, or the stamp of a signature (签名章)."""

    STAMPED = "stamped"
    PLAIN = "plain"
    SIGNED = "signed"


@dataclass(frozen=True)
class RedHead:
    """发文机关标志, red, centred; ``number`` two lines below; unit and date, if any, on the line above the red rule."""

    lines: tuple[str, ...]
    kind: str = ""  # the last and largest line: 党组织会议纪要, 文件
    number: str = ""
    left: str = ""
    right: str = ""


@dataclass(frozen=True)
class Title:
    text: str


@dataclass(frozen=True)
class Heading:
    """``level`` 1 一、黑体, 2 （一）楷体, 3 1. 仿宋; the numeral is part of the text."""

    text: str
    level: int = 1
    indent: int = 2  # none: 附件, above a paper that is added


@dataclass(frozen=True)
class Para:
    text: str
    indent: int = 2  # characters, of the first line
    part: str = ""


@dataclass(frozen=True)
class Labelled:
    """A label and what it stands for, further lines aligned under its first character: 出席：… ; several entries are
    divided by commas, and no entry is split."""

    label: str
    entries: tuple[str, ...]
    part: str = ""


@dataclass(frozen=True)
class Closing:
    """落款: who, on which day, and the room for a stamp."""

    unit: str
    on: str  # as printed, empty in a draft
    seal: Seal = Seal.STAMPED


@dataclass(frozen=True)
class Note:
    """附注, in brackets below the closing."""

    text: str


@dataclass(frozen=True)
class Imprint:
    """版记, at the foot of the last page: copies to, who printed, when."""

    copies_to: str
    printed_by: str
    printed_on: str


@dataclass(frozen=True)
class Column:
    title: str
    width: float  # of the whole, as a share
    align: str = "left"  # left, center, right
    kind: str = "text"  # text, number, money, date: how Excel has it; name: a column of names, 张　三 when drawn


@dataclass(frozen=True)
class Table:
    """Rows under a head that every page repeats. ``caption``: what the table shows, above it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    part: str = ""
    lines: int = 1  # each row at least so high: room for a hand


@dataclass(frozen=True)
class Chart:
    """Bars, one group a row: beside one another (bar), end to end (stacked), or end to end as parts of a whole (share).
    Where nothing is drawn its table says the same."""

    caption: str
    heads: tuple[str, ...]  # of the series
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    kind: str = "bar"

    @property
    def table(self) -> "Table":
        columns = (Column("项目", 30), *(Column(head, 14, "right", "number") for head in self.heads))
        rows = tuple((words, *(f"{number:,}" for number in numbers)) for words, numbers in self.rows)
        return Table(columns, rows, self.caption)


@dataclass(frozen=True)
class Cell:
    text: str
    label: bool = False  # the name of what stands beside it
    span: int = 1
    lines: int = 1  # at least so high: room for a hand
    part: str = ""


@dataclass(frozen=True)
class Grid:
    """A printed form: cells of labels and values. ``widths`` are shares of the whole."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Together:
    """Blocks that stay on one page, as the attendance block with the last line before it."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Space:
    lines: int = 1


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class Cut:
    """裁切线: a dashed line across the sheet, along which it is cut into ballots."""


Block = (
    RedHead
    | Title
    | Heading
    | Para
    | Labelled
    | Closing
    | Note
    | Imprint
    | Table
    | Chart
    | Grid
    | Together
    | Space
    | PageBreak
    | Cut
)


@dataclass(frozen=True)
class Paper:
    title: str  # of the file and of its bookmarks' root
    school: str
    layout: Layout
    blocks: tuple[Block, ...]
    number: str = ""  # none: a draft
    names: frozenset[str] = field(default_factory=frozenset)
    foot: str = ""  # small, beside the page number of forms and registers: number, version, digest


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in reading order, those that stay together one by one."""
    for block in blocks:
        if isinstance(block, Together):
            yield from flat(block.blocks)
        else:
            yield block


def lines_of(text: str) -> list[str]:
    """The paragraphs of a text that people typed."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def paras(text: str, *, part: str = "", indent: int = 2) -> list[Para]:
    return [Para(line, indent, part) for line in lines_of(text)]


def grid(widths: Sequence[float], *rows: Sequence[Cell]) -> Grid:
    return Grid(tuple(widths), tuple(tuple(row) for row in rows))
