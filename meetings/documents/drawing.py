"""Blocks as HTML for the PDF. Paragraphs are composed line by line; a line is one span of its paragraph."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape

from . import fonts
from .blocks import (
    Block,
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
    flat,
)
from .charts import svg
from .lines import Line, Measure, compose, shown, titled
from .tables import Tables, Type

MM = 72 / 25.4  # points
PITCH = 225 * MM / 22
_USES = {1: "heiti", 2: "kaiti"}  # of headings; the third level is as the text
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]{2}")
# Noto Serif CJK, bold: from the baseline to the upper and the lower edge of a square character, in ems.
_UPPER, _LOWER = 0.85, 0.08


@dataclass(frozen=True)
class Sheet:
    """The text of a layout: how wide, how large, how many cells a line."""

    width: float  # of the type area, points
    size: float
    pitch: float
    cells: int
    small: float  # size in tables

    def measure(self, use: str = "fangsong", cells: float | None = None) -> Measure:
        # Square characters keep their pitch when a line is shorter by some cells.
        cells = self.cells if cells is None else cells
        return Measure(cells, self.width / self.size * cells / self.cells, partial(fonts.advance, use=use))

    @property
    def cell(self) -> float:
        return self.width / self.cells


SHEETS = {
    Layout.OFFICIAL: Sheet(156 * MM, 16, PITCH, 28, 12),
    Layout.FORM: Sheet(166 * MM, 14, 24, 33, 12),
    Layout.REGISTER: Sheet(267 * MM, 12, 20, 63, 10.5),
}


def html(paper: Paper) -> str:
    return _Drawing(paper).all(paper.blocks)


class _Drawing:
    def __init__(self, paper: Paper):
        self.paper, self.sheet = paper, SHEETS[paper.layout]
        self.official = paper.layout == Layout.OFFICIAL
        self.has_title = any(isinstance(block, Title) for block in flat(paper.blocks))
        self.before: Block | None = None
        self.inside = 0  # how many blocks that stay together are open
        self.draws: dict[type, Callable[..., str]] = {
            RedHead: self.red_head,
            Title: self.title,
            Heading: self.heading,
            Para: self.para,
            Labelled: self.labelled,
            Closing: self.closing,
            Note: self.note,
            Imprint: self.imprint,
            Table: self.table,
            Chart: self.chart,
            Grid: self.grid,
            Together: self.together,
            Space: self.space,
            PageBreak: lambda _: '<div class="new-page"></div>',
            Cut: lambda _: '<div class="cut"></div>',
        }

    def all(self, blocks: Iterable[Block]) -> str:
        made = []
        for block in blocks:
            made.append(self.draws[type(block)](block))
            self.before = block
        return "".join(made)

    @cached_property
    def measure(self) -> Measure:
        return self.sheet.measure()

    def lines(self, text: str, *, first: float = 0, measure: Measure | None = None, size: float = 0) -> str:
        lines = compose(text, measure or self.measure, first=first, names=self.paper.names)
        return spans(lines, size or self.sheet.size)

    # --- the head ----------------------------------------------------------------------------------------------

    def red_head(self, head: RedHead) -> str:
        joined = "".join(head.lines) + head.kind
        # One line, as long as that leaves it large; else the unit above and the kind of paper below it, larger.
        texts = [joined] if len(head.lines) < 2 and len(joined) <= 13 else [*head.lines, head.kind]
        texts = [shown(text) for text in texts if text]
        rows, bottom = list[str](), 0.0
        for text in texts:
            alone, last = len(texts) == 1, text == texts[-1] and bool(head.kind)
            most = 42 if alone else 38 if last else 30
            size = min(most, (self.sheet.width - 2) / max(len(text), 1))
            loose = min(size * 0.12, (self.sheet.width - 2 - size * len(text)) / max(len(text), 1))
            box = size * 1.3
            # The strut of the line stands at half its height plus this; the edge of the ink is measured from there.
            rise = box / 2 + 0.38 * 16 - _UPPER * size
            above = 35 * MM - rise if not rows else 0
            rows.append(
                f'<span class="mark-line" style="line-height:{box:.2f}pt;padding-top:{above:.2f}pt">'
                f'<span class="glyphs" style="font-size:{size:.2f}pt;letter-spacing:{loose:.2f}pt;margin-right:{-loose:.2f}pt">{escape(text)}</span></span>'
            )
            bottom = box - (rise + (_UPPER + _LOWER) * size)
        tag = "p" if self.has_title else "h1"
        mark = f'<{tag} class="mark">{"".join(rows)}</{tag}>' if rows else ""
        number = f'<p class="number" style="margin-top:{2 * PITCH - bottom:.2f}pt">{self._inline(head.number) or "&nbsp;"}</p>'
        sides = ""
        if head.left or head.right:
            sides = (
                f'<div class="sides"><p class="left">{self._inline(head.left)}</p>'
                f'<p class="right">{self._inline(head.right)}</p></div>'
            )
        return f'{mark}{number}{sides}<div class="rule"></div>'

    def _inline(self, text: str, size: float = 0) -> str:
        if not text:
            return ""
        size = size or self.sheet.size
        return f'<span style="letter-spacing:{self.measure.base * size:.3f}pt">{escape(shown(text))}</span>'

    def title(self, title: Title) -> str:
        size = 22 if self.official else 20
        most = self.sheet.width / size - 1
        rows = titled(title.text, most, partial(fonts.advance, use="xiaobiaosong"), self.paper.names)
        text = "\n".join(map(escape, rows))
        under = "under-rule" if isinstance(self.before, RedHead) else ""
        return f'<h1 class="title {under}"><span style="font-size:{size}pt">{text}</span></h1>'

    def heading(self, heading: Heading) -> str:
        use = _USES.get(heading.level, "fangsong")
        lines = self.lines(heading.text, first=heading.indent, measure=self.sheet.measure(use))
        level = min(heading.level + 1, 6)
        return f'<h{level} class="{use}{self._first()}" style="text-indent:{heading.indent * self.sheet.cell:.3f}pt">{lines}</h{level}>'

    def _first(self) -> str:
        """What comes first below the red rule or the title keeps its distance."""
        return " first" if isinstance(self.before, RedHead | Title) else ""

    # --- the text ----------------------------------------------------------------------------------------------

    def para(self, para: Para) -> str:
        indent = f' style="text-indent:{para.indent * self.sheet.cell:.3f}pt"' if para.indent else ""
        first = self._first()
        mark = f' class="{first.strip()}"' if first else ""
        return f"<p{mark}{indent}>{self.lines(para.text, first=para.indent)}</p>"

    def labelled(self, block: Labelled) -> str:
        label = shown(f"{block.label}：")
        hang = len(label) + 2
        measure = self.sheet.measure(cells=self.sheet.cells - hang)
        # 出席 and what follows stands one line below the text; such a block is kept together.
        first = " apart" if self.official and self.inside and not isinstance(self.before, Labelled) else ""
        entries = [shown(f"{entry}、") for entry in block.entries[:-1]] + list(map(shown, block.entries[-1:]))
        body = self._entries(entries, measure)
        outdent = len(label) * self.sheet.cell
        return (
            f'<p class="labelled{first}" style="padding-left:{hang * self.sheet.cell:.3f}pt;text-indent:{-outdent:.3f}pt">'
            f'<span class="heiti" style="letter-spacing:{measure.base * self.sheet.size:.3f}pt">{escape(label)}</span>{body}</p>'
        )

    def _entries(self, entries: list[str], measure: Measure) -> str:
        """No entry is split; names of two characters stand as wide as those of three."""
        lines: list[list[str]] = [[]]
        taken = 0.0
        for entry in entries:
            wide = measure.of(entry) + (1 if self._spaced(entry) else 0)
            if lines[-1] and taken + wide > measure.cells:
                lines.append([])
                taken = 0.0
            lines[-1].append(entry)
            taken += wide
        base = measure.base * self.sheet.size
        made = []
        for line in lines:
            text = "".join(line)
            if len(line) == 1 and measure.of(text) > measure.cells:
                made.append(self.lines(text, measure=measure))
                continue
            parts = "".join(self._spread(entry, base) for entry in line)
            made.append(f'<span style="letter-spacing:{base:.3f}pt">{parts}</span>')
        return "\n".join(made)

    def _spaced(self, entry: str) -> bool:
        bare = re.split(r"[（、]", entry)[0]
        return bool(_HAN.fullmatch(bare)) and bare in self.paper.names

    def _spread(self, entry: str, base: float = 0.0, size: float = 0) -> str:
        """A name of two characters as wide as one of three."""
        if not self._spaced(entry):
            return escape(entry)
        wide = base + (size or self.sheet.size)
        return f'<span style="letter-spacing:{wide:.3f}pt">{escape(entry[0])}</span>{escape(entry[1:])}'

    # --- the end -----------------------------------------------------------------------------------------------

    def closing(self, closing: Closing) -> str:
        cell = self.sheet.cell
        # A name that one line cannot hold takes several, each in the middle of the widest.
        units = titled(closing.unit, self.sheet.cells - 6, partial(fonts.advance, use="fangsong"))
        on = self._inline(closing.on) or "&nbsp;"  # a draft keeps the line of its date
        wide = max(map(self.measure.of, units)) * cell
        day = self.measure.of(closing.on or "2026年10月10日") * cell
        if closing.seal == Seal.PLAIN:
            # The date begins two characters further right than the unit; the longer of the two keeps two characters.
            right = max(2 * cell, 2 * cell + day + 2 * cell - wide) if day > wide - 2 * cell else 2 * cell
            date = max(2 * cell, right + wide - 2 * cell - day)
            rows = f'{self._units(units, right)}<p class="end" style="padding-right:{date:.2f}pt">{on}</p>'
            return f'<div class="closing plain">{rows}</div>'
        if closing.seal == Seal.SIGNED:
            rows = f'{self._units(units, 4 * cell + 5 * cell)}<p class="end on" style="padding-right:{4 * cell:.2f}pt">{on}</p>'
            return f'<div class="closing signed">{rows}</div>'
        # The unit is centred over the date, unless it is so long that it would leave the page.
        right = 4 * cell
        over = max(right + day / 2 - wide / 2, 0)
        rows = f'{self._units(units, over)}<p class="end" style="padding-right:{right:.2f}pt">{on}</p>'
        return f'<div class="closing stamped">{rows}</div>'

    def _units(self, units: list[str], right: float) -> str:
        wide = [self.measure.of(unit) * self.sheet.cell for unit in units]
        return "".join(
            f'<p class="end" style="padding-right:{right + (max(wide) - own) / 2:.2f}pt">{self._inline(unit)}</p>'
            for unit, own in zip(units, wide, strict=True)
        )

    def note(self, note: Note) -> str:
        text = note.text if note.text.startswith("（") else f"（{note.text}）"
        return self.para(Para(text))

    def imprint(self, imprint: Imprint) -> str:
        size = 14
        cells = int((self.sheet.width - 2 * size) / size)
        rows, lines = "", 1
        if imprint.copies_to:
            measure = Measure(cells - 3, cells - 3, partial(fonts.advance, use="fangsong"))
            copies = compose(imprint.copies_to.rstrip("。") + "。", measure, names=self.paper.names)
            lines += len(copies)
            rows = f'<p class="copies" style="text-indent:{-3 * size}pt;padding-left:{4 * size}pt"><span>抄送：</span>{spans(copies, size)}</p>'
        on = f"{imprint.printed_on}印发" if imprint.printed_on else ""
        by = titled(imprint.printed_by, cells - 12, partial(fonts.advance, use="fangsong"))
        lines += len(by) - 1
        left = "\n".join(f"<span>{escape(shown(row))}</span>" for row in by)
        rows += f'<div class="printed"><p class="left">{left}</p><p class="right"><span>{escape(on)}</span></p></div>'
        return f'<div class="imprint-room" style="height:{(lines + 1) * PITCH:.2f}pt"><div class="imprint">{rows}</div></div>'

    # --- tables ------------------------------------------------------------------------------------------------

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.sheet.width, Type("", self.sheet.small, 9.2), self.paper.names, self._spread)

    def table(self, table: Table) -> str:
        caption = f'<p class="caption{self._first()}">{escape(shown(table.caption))}</p>' if table.caption else ""
        return caption + self.tables.table(table)

    def grid(self, grid: Grid) -> str:
        return self.tables.grid(grid)

    def chart(self, chart: Chart) -> str:
        caption = f'<p class="caption{self._first()}">{escape(shown(chart.caption))}</p>' if chart.caption else ""
        return f'<div class="together chart">{caption}{svg(chart, self.sheet.width, self.sheet.small - 2)}</div>'

    # --- what holds blocks -------------------------------------------------------------------------------------

    def together(self, block: Together) -> str:
        self.inside += 1
        made = self.all(block.blocks)
        self.inside -= 1
        ruled = " ends-ruled" if block.blocks and isinstance(block.blocks[-1], Table | Grid) else ""
        return f'<div class="together{ruled}">{made}</div>'

    def space(self, space: Space) -> str:
        return f'<div style="height:{space.lines * self.sheet.pitch:.2f}pt"></div>'


def spans(lines: list[Line], size: float) -> str:
    return "\n".join(
        f'<span style="letter-spacing:{line.tracking * size:.3f}pt">{escape(line.text)}</span>' for line in lines
    )
