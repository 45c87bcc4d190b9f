"""A paper as a Word file, the same bytes each time: real styles, the page and grid of the standard, page numbers."""

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from accounts.uploads import TYPES

from .blocks import (
    Block,
    Cell,
    Chart,
    Closing,
    Cut,
    Grid,
    Heading,
    Imprint,
    Labelled,
    Layout,
    Note,
    PageBreak,
    Paper,
    Para,
    RedHead,
    Seal,
    Space,
    Table,
    Title,
    Together,
)
from .lines import clusters, titled
from .said import imprint_texts, note_text
from .tables import SMALLEST, Type, type_for
from .word_package import packed
from .word_styles import HEI, PAGES, RED, element, indent, mm, paragraph, run, run_properties, spacing

TYPE = TYPES["docx"]
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_LONG = 400  # characters: a row with more in a cell may go on overleaf


def docx(paper: Paper, *, draft: bool) -> bytes:
    return packed(paper, _Drawing(paper).body(), draft)


class _Drawing:
    """Block after block. ``gap``: lines to leave before the next one."""

    def __init__(self, paper: Paper):
        self.paper, self.pages = paper, PAGES[paper.layout]
        self.official = paper.layout is Layout.OFFICIAL
        self.parts: list[str] = []
        self.gap: float = 0
        self.breaks = self.keeps = False
        self.former: Block | None = None

    def body(self) -> str:
        self._blocks(self.paper.blocks)
        if not self.parts or not self.parts[-1].endswith("</w:p>"):
            self.parts.append(self._thread())  # the schema wants a paragraph after a table
        return "".join(self.parts)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        outer = self.keeps
        for block, following in zip_longest(blocks, blocks[1:]):
            self.keeps = outer or isinstance(following, Closing)  # which stands on no page by itself
            self._block(block)
            self.keeps = outer
            if not isinstance(block, Together):
                self.former = block

    def _block(self, block: Block) -> None:
        match block:
            case RedHead():
                self._red_head(block)
            case Title():
                self.gap = 2 if isinstance(self.former, RedHead) else self.gap
                most = self.pages.text_width / 20 / self.pages.title - 1
                self._say("YishiTitle", run("\n".join(titled(block.text, most, _ems, self.paper.names))))
                self.gap = 1 if self.official else 0.4
            case Heading():
                look = {} if block.indent == 2 else {"ind": indent(self.pages.size, first=block.indent)}
                self._say(f"YishiHeading{min(max(block.level, 1), 3)}", run(block.text), **look)
            case Para():
                look = {} if block.indent == 2 else {"ind": indent(self.pages.size, first=block.indent)}
                self._say("YishiBody", run(block.text), **look)
            case Labelled():
                self._labelled(block)
            case Closing():
                self._closing(block)
            case Note():
                self.gap = 1
                self._say("YishiNote", run(note_text(block)))
            case Imprint():
                self._imprint(block)
            case Table():
                self._table(block)
            case Chart():
                self._table(block.table)
            case Grid():
                self._grid(block)
            case Together():
                self._together(block.blocks)
            case Space():
                self.gap += block.lines
            case PageBreak():
                self.breaks = True
            case Cut():
                self._cut()

    # paragraphs

    def _say(self, style: str, runs: str, **given: str) -> None:
        """A paragraph, with what the blocks before it asked for."""
        if self.gap and "spacing" not in given:
            given["spacing"] = spacing(self.pages, before=self.gap)
        if self.breaks:
            given["pageBreakBefore"] = "<w:pageBreakBefore/>"
        if self.keeps:
            given |= {"keepNext": "<w:keepNext/>", "keepLines": "<w:keepLines/>"}
        self.gap, self.breaks = 0, False
        self.parts.append(paragraph(style, runs, **given))

    def _thread(self) -> str:
        """A paragraph that takes no room."""
        line = element("spacing", before=0, after=0, line=20, lineRule="exact")
        return paragraph("YishiCell", "", spacing=line)

    def _room_before_table(self) -> None:
        """A table has no room of its own before it, and two in a row would grow together."""
        if self.gap or self.breaks or (self.parts and self.parts[-1].endswith("</w:tbl>")):
            line = element(
                "spacing", before=0, after=0, line=max(20, round(self.gap * self.pages.line)), lineRule="exact"
            )
            self._say("YishiCell", "", spacing=line)

    def _red_head(self, head: RedHead) -> None:
        width = self.pages.text_width / 20
        joined = "".join(head.lines) + head.kind
        alone = len(head.lines) < 2 and len(joined) <= 13
        for place, line in enumerate(filter(None, [joined] if alone else [*head.lines, head.kind])):
            most = 42 if alone else 38 if line == head.kind else 30
            size = int(min(most, width / len(line)))
            before = mm(35) if self.official and not place else 0
            room = element("spacing", before=before, after=0, line=round(size * 26), lineRule="exact")
            self._say("YishiHead", run(line, run_properties(size=size)), spacing=room)
        border = "<w:pBdr>" + element("bottom", val="single", sz=16, space=11, color=RED) + "</w:pBdr>"
        beside = bool(head.left or head.right)
        self.gap = 2
        self._say("YishiNumber", run(head.number), **({} if beside else {"pBdr": border}))
        if beside:
            self._say("YishiIssue", run(f"{head.left}\t{head.right}"), pBdr=border)
        self.gap = 1

    def _labelled(self, block: Labelled) -> None:
        """Lines end between entries: Word would split a name."""
        if self.official and not isinstance(self.former, Labelled):
            self.gap = max(self.gap, 1)
        size, hang = self.pages.size, len(block.label) + 1
        runs, taken = run(f"{block.label}：", run_properties(HEI)), 0.0
        most = self.pages.text_width / 20 / size - hang - 2
        for place, entry in enumerate(block.entries):
            said = entry + ("、" if place < len(block.entries) - 1 else "")
            wide = sum(map(_ems, said)) + self._is_name(entry)
            if taken and taken + wide > most + 0.5:  # a comma may hang out by half
                runs, taken = f"{runs}<w:r><w:br/></w:r>", 0.0
            runs, taken = runs + self._name(said, size), taken + wide
        look = {"ind": indent(size, left=2 + hang, hanging=hang), "jc": element("jc", val="left")}
        self._say("YishiLabelled", runs, **look)

    def _is_name(self, said: str) -> bool:
        bare = re.split("[（、]", said)[0]
        return len(bare) == 2 and bare in self.paper.names

    def _name(self, said: str, size: float) -> str:
        """A name of two characters as wide as one of three, without a blank in the text."""
        if not self._is_name(said):
            return run(said)
        return run(said[0], run_properties(spacing=round(size * 20))) + run(said[1:])

    def _closing(self, closing: Closing) -> None:
        """The unit in the middle over the date where a stamp goes over both; without one the date begins two
        characters further right than the unit; the stamp of a signature stands beside the unit."""
        unit, on = sum(map(_ems, closing.unit)), sum(map(_ems, closing.on))
        self.gap = 1 if closing.seal is Seal.PLAIN else 2
        if closing.seal is Seal.PLAIN:
            right = max(2.0, on + 4 - unit)
            sides = (right, max(2.0, right + unit - 2 - on))
        elif closing.seal is Seal.SIGNED:
            sides = (9.0, 4.0)
        else:
            sides = (max(4 + (on - unit) / 2, 0), 4.0)
        both = {"keepNext": "<w:keepNext/>"} if closing.on or self.keeps else {}
        self._say("YishiClosing", run(closing.unit), ind=indent(self.pages.size, right=sides[0]), **both)
        if closing.on:
            self.gap = 2 if closing.seal is Seal.SIGNED else 0
            self._say("YishiClosing", run(closing.on), ind=indent(self.pages.size, right=sides[1]))

    def _together(self, blocks: Sequence[Block]) -> None:
        outer = self.keeps
        for place, block in enumerate(blocks):
            self.keeps = outer or place < len(blocks) - 1
            self._blocks([block])
        self.keeps = outer

    def _cut(self) -> None:
        rule = "<w:pBdr>" + element("bottom", val="dashed", sz=6, space=1, color="666666") + "</w:pBdr>"
        room = element("spacing", before=240, after=240, line=240, lineRule="exact")
        self._say("YishiCell", "", pBdr=rule, spacing=room)

    # tables

    def _imprint(self, imprint: Imprint) -> None:
        """At the foot of the page on which the text ends, held by the paragraph after it."""
        width, lines = self.pages.text_width, imprint_texts(imprint)
        rows = [_row([_cell(paragraph("YishiImprint", run("\t".join(filter(None, both)))), width)]) for both in lines]
        weights = {"top": 8, "left": 0, "bottom": 8, "right": 0, "insideH": 6}  # eighths of a point: 0.35, 0.25 mm
        rules = "".join(
            element(side, val="single" if weight else "nil", sz=weight, space=0, color="000000")
            for side, weight in weights.items()
        )
        # From the edge of the page: some programs leave a table as wide as the text where it stands.
        left = mm(self.pages.margins[3])
        floats = element("tblpPr", vertAnchor="margin", horzAnchor="page", tblpX=left, tblpYSpec="bottom")
        self.parts += [_whole_table([width], rows, floats, f"<w:tblBorders>{rules}</w:tblBorders>"), self._thread()]

    def _table(self, table: Table) -> None:
        if table.caption:
            self._say("YishiCaption", run(table.caption))
        self._room_before_table()
        widths = _shared([column.width for column in table.columns], self.pages.text_width)
        kind = type_for(table, [width / 20 for width in widths], Type("", self.pages.table, 8.5))
        size, free = kind.size, kind.free
        heads = [
            _cell(paragraph("YishiColumn", run(column.title, self._look(column.title, width / 20 - free, size))), width, middle=True)
            for column, width in zip(table.columns, widths, strict=True)
        ]  # fmt: skip
        height, rows = self._height(table.lines), [_row(heads, head=True)]
        for number, row in enumerate(table.rows):
            keep = {"keepNext": "<w:keepNext/>"} if self.keeps and number < len(table.rows) - 1 else {}
            cells = []
            for said, column, width in zip(row, table.columns, widths, strict=True):
                look = self._look(said, width / 20 - free, size)
                runs = self._names(said, size, look) if column.kind == "name" else run(said, look)
                aligned = {"jc": element("jc", val=column.align)} | keep
                cells.append(_cell(paragraph("YishiCell", runs, **aligned), width, middle=True))
            rows.append(_row(cells, height=height, whole=max(map(len, row), default=0) < _LONG))
        self.parts.append(_whole_table(widths, rows, free=round(free * 10)))

    def _look(self, said: str, room: float, size: float) -> str:
        """The size of a cell's text: smaller where a figure, a day or a name must stay whole and has no room."""
        words = [word for line in said.split("\n") for word in clusters(line, self.paper.names)]
        words += _DAY.findall(said)
        widest = max((sum(map(_ems, word)) for word in words if len(word) < 16), default=0.0) * size
        widest *= 1 if said.isascii() else 1.15  # programs leave room beside a figure, whatever the style says
        fits = size if widest <= room else size * max(room / widest, SMALLEST)
        return "" if fits == self.pages.table else run_properties(size=int(fits * 2) / 2)

    def _names(self, said: str, size: float, look: str) -> str:
        """One name a line."""
        if look:
            return run(said, look)
        return "<w:r><w:br/></w:r>".join(self._name(name, size) for name in said.split("\n"))

    def _grid(self, grid: Grid) -> None:
        self._room_before_table()
        widths = _shared(grid.widths, self.pages.text_width)
        rows = []
        for number, row in enumerate(grid.rows):
            keep = {"keepNext": "<w:keepNext/>"} if self.keeps and number < len(grid.rows) - 1 else {}
            place, cells = 0, []
            for at, cell in enumerate(row, start=1):
                span = len(widths) - place if at == len(row) else cell.span
                width = sum(widths[place : place + span])
                cells.append(_cell(_lines_of_cell(cell, keep), width, span=span, middle=cell.label or cell.lines == 1))
                place += span
            height = self._height(max((cell.lines for cell in row), default=1), least=1.5)
            rows.append(_row(cells, height=height, whole=max((len(cell.text) for cell in row), default=0) < _LONG))
        self.parts.append(_whole_table(widths, rows))

    def _height(self, lines: int, least: float = 1.2) -> int:
        return round(max(lines, least) * self.pages.table * 20 * 1.45) if lines > 1 or least > 1.2 else 0


def _ems(char: str) -> float:
    """How wide a character is, in square ones."""
    return 0.5 if char < "\u0100" else 1


def _shared(shares: Sequence[float], whole: int) -> list[int]:
    """The widths of columns, together exactly the whole."""
    total, ends = sum(shares) or 1, [0.0]
    for share in shares:
        ends.append(ends[-1] + share / total * whole)
    edges = [round(end) for end in ends]
    return [after - before for before, after in pairwise(edges)]


def _whole_table(
    widths: Sequence[int], rows: Sequence[str], floats: str = "", borders: str = "", free: int = 85
) -> str:
    columns = "".join(element("gridCol", w=width) for width in widths)
    sides = element("left", w=free, type="dxa") + element("right", w=free, type="dxa")
    room = "" if free == 85 else f"<w:tblCellMar>{sides}</w:tblCellMar>"
    return (
        f"<w:tbl><w:tblPr>{element('tblStyle', val='TableGrid')}{floats}{element('tblW', w=sum(widths), type='dxa')}"
        f"{borders}{element('tblLayout', type='fixed')}{room}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], *, head: bool = False, height: int = 0, whole: bool = True) -> str:
    props = "<w:cantSplit/>" if whole else ""
    if height:
        props += element("trHeight", val=height, hRule="atLeast")
    if head:
        props += "<w:tblHeader/>"
    return f"<w:tr>{f'<w:trPr>{props}</w:trPr>' if props else ''}{''.join(cells)}</w:tr>"


def _cell(inner: str, width: int, *, span: int = 1, middle: bool = False) -> str:
    props = element("tcW", w=width, type="dxa")
    if span > 1:
        props += element("gridSpan", val=span)
    if middle:
        props += element("vAlign", val="center")
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{inner}</w:tc>"


def _lines_of_cell(cell: Cell, keep: dict[str, str]) -> str:
    style = "YishiLabel" if cell.label else "YishiCell"
    return "".join(paragraph(style, run(line), **keep) for line in cell.text.split("\n"))
