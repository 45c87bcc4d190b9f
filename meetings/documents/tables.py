"""Tables and printed forms as HTML for the PDF: the text of every cell is composed to the width of its column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from . import fonts
from .blocks import Cell, Column, Grid, Table
from .lines import Measure, clusters, compose, titled

EVEN = 10  # cells; narrower columns have ragged lines, for stretched ones would gape
LOOSE = 0.08  # ems between the characters of a cell's line; one that would need more is left ragged
SMALLEST = 0.72  # how far the type of a cell shrinks for a figure that must stay whole

TALL = 14  # lines of a cell from which on its row may break across pages


@dataclass(frozen=True)
class Type:
    """How a table is set: its class in the style sheet, size, and what a cell keeps free on both sides together."""

    called: str
    size: float
    free: float


DENSE = Type("dense", 7.5, 5.2)
SMALLER = (Type("near", 10.5, 8.2), Type("close", 9, 7.2))
FEW, MANY = 7, 12  # columns: up to the first in full size, above the second only the smallest type has room


def type_for(table: Table, widths: Sequence[float], usual: Type) -> Type:
    """The largest in which the head of every column stands on one line. ``widths`` in points."""
    if len(table.columns) <= FEW:
        return usual
    if len(table.columns) > MANY:
        return DENSE
    heads = [(len(column.title), width) for column, width in zip(table.columns, widths, strict=True)]
    sizes = (usual, *(each for each in SMALLER if each.size < usual.size))
    fitting = (each for each in sizes if all(long * each.size <= wide - each.free for long, wide in heads))
    return next(fitting, sizes[-1])


@dataclass(frozen=True)
class Tables:
    width: float  # points
    type: Type
    names: frozenset[str]
    spread: Callable[..., str]  # a name, two characters as wide as three

    def table(self, table: Table) -> str:
        widths = self._widths([column.width for column in table.columns])
        kind = type_for(table, widths, self.type)
        rooms = [width - kind.free for width in widths]
        heads = [
            f'<th scope="col">{self._label(column.title, room, kind.size)}</th>'
            for column, room in zip(table.columns, rooms, strict=True)
        ]
        high = f' style="height:{table.lines * 1.5:.1f}em"' if table.lines > 1 else ""
        rows = [
            f"<tr{high}>{''.join(map(partial(self._column, size=kind.size), table.columns, row, rooms))}</tr>"
            for row in table.rows
        ]
        return (
            f'<table class="ruled {kind.called}">{_columns(widths)}<thead><tr>{"".join(heads)}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def grid(self, grid: Grid) -> str:
        widths = self._widths(grid.widths)
        rows = []
        for row in grid.rows:
            made, at = [], 0
            for cell in row:
                room = sum(widths[at : at + cell.span]) - self.type.free
                made.append(self._cell(cell, room))
                at += cell.span
            # A long text goes on over the page rather than leave the page before it empty.
            long = max((each.count("\n") for each in made), default=0) >= TALL
            rows.append(f"<tr{' class=tall' if long else ''}>{''.join(made)}</tr>")
        table = f'<table class="ruled form">{_columns(widths)}<tbody>{"".join(rows)}</tbody></table>'
        # A row that goes on over the page has no rule there of its own.
        return f'<div class="frame">{table}</div>' if "<tr class=tall>" in table else table

    def _widths(self, shares: Sequence[float]) -> list[float]:
        whole = sum(shares) or 1
        return [self.width * share / whole for share in shares]

    def _column(self, column: Column, text: str, room: float, *, size: float) -> str:
        if column.kind == "name":  # one name a line
            said = "\n".join(self._name(line, room, size) for line in text.split("\n"))
        elif column.align == "center":
            said = self._centred(text, room, size)
        else:
            said = self._said(text, room, size, even=column.align == "left")
        return f'<td class="{column.align}">{said}</td>'

    def _centred(self, text: str, room: float, size: float) -> str:
        """Lines of even length, no word split: 重大 over 决策."""
        words = [word for line in text.split("\n") for word in clusters(line, self.names)]
        set_in = self._shrunk(words, room, size, fonts.advance)
        parts = [part for line in text.split("\n") for part in titled(line, room / set_in, fonts.advance, self.names)]
        return _spans(parts, [0.0] * len(parts), set_in, size)

    def _name(self, name: str, room: float, size: float) -> str:
        """Whole, unless it is wider than its column."""
        fits = sum(map(fonts.advance, name)) * size <= room
        return self.spread(name, size=size) if fits else self._said(name, room, size, even=False)

    def _cell(self, cell: Cell, room: float) -> str:
        tag, mark = ("th", ' scope="row"') if cell.label else ("td", "")
        span = f' colspan="{cell.span}"' if cell.span > 1 else ""
        high = f' style="height:{cell.lines * 1.5:.1f}em"' if cell.lines > 1 else ""
        draw = self._label if cell.label else self._said
        return f"<{tag}{mark}{span}{high}>{draw(cell.text, room, self.type.size)}</{tag}>"

    def _label(self, text: str, room: float, size: float) -> str:
        advance = partial(fonts.advance, use="heiti")
        parts = [part for line in text.split("\n") for part in titled(line, room / size, advance)]
        return _spans(parts, [0.0] * len(parts), self._shrunk(parts, room, size, advance), size)

    def _said(self, text: str, room: float, size: float, *, even: bool = True) -> str:
        if not text:
            return ""
        words = [word for line in text.split("\n") for word in clusters(line, self.names)]
        set_in = self._shrunk(words, room, size, fonts.advance)
        measure = Measure(room / set_in, room / set_in, fonts.advance)
        even = even and measure.cells >= EVEN
        parts, tracks = [], []
        for line in text.split("\n"):
            composed = compose(line, measure, names=self.names)
            parts += [each.text for each in composed] or [""]
            tracks += [each.tracking * set_in if even and each.tracking <= LOOSE else 0.0 for each in composed] or [0.0]
        return _spans(parts, tracks, set_in, size)

    def _shrunk(self, parts: list[str], room: float, size: float, advance: Callable[[str], float]) -> float:
        """The size in which the widest of what must stay whole has room."""
        widest = max((sum(map(advance, part)) for part in parts if len(part) < 16), default=0.0) * size
        return size if widest <= room else size * max(room / widest, SMALLEST) - 0.01


def _columns(widths: list[float]) -> str:
    whole = sum(widths)
    columns = "".join(f'<col style="width:{width / whole * 100:.3f}%">' for width in widths)
    return f"<colgroup>{columns}</colgroup>"


def _spans(parts: list[str], tracks: list[float], set_in: float, size: float) -> str:
    font = f"font-size:{set_in:.2f}pt;" if set_in < size else ""
    made = []
    for part, track in zip(parts, tracks, strict=True):
        style = font + (f"letter-spacing:{track:.3f}pt" if track else "")
        made.append(f'<span style="{style}">{escape(part)}</span>' if style else escape(part))
    return "\n".join(made)
