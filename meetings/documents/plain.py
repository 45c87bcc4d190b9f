"""A paper drawn as the text of a page: for screen readers, for searching and copying, and to read on a phone."""

from dataclasses import dataclass

from .blocks import (
    Block,
    Chart,
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
    Together,
)
from .said import note_text


@dataclass(frozen=True)
class Line:
    tag: str  # head, title, h2, h3, p, label, end, table, grid
    text: str = ""
    label: str = ""
    rows: tuple = ()
    columns: tuple[str, ...] = ()


def lines(paper: Paper) -> list[Line]:
    return [line for block in paper.blocks for line in _lines(block)]


def _lines(block: Block) -> list[Line]:
    match block:
        case RedHead():
            said = [Line("head", "".join(block.lines) + block.kind)]
            said += [Line("end", block.number)] if block.number else []
            beside = "　".join(filter(None, (block.left, block.right)))
            return said + ([Line("end", beside)] if beside else [])
        case Title():
            return [Line("title", block.text)]
        case Heading():
            return [Line("h2" if block.level == 1 else "h3", block.text)]
        case Para():
            return [Line("p", block.text)]
        case Labelled():
            return [Line("label", "、".join(block.entries), block.label)]
        case Closing():
            return [Line("end", each) for each in (block.unit, block.on) if each]
        case Note():
            return [Line("p", note_text(block))]
        case Imprint():
            copies = [Line("label", block.copies_to, "抄送")] if block.copies_to else []
            return [
                *copies,
                Line(
                    "end", "　".join(filter(None, (block.printed_by, block.printed_on and f"{block.printed_on}印发")))
                ),
            ]
        case Table():
            titles = tuple(column.title for column in block.columns)
            return [Line("table", block.caption, rows=block.rows, columns=titles)]
        case Chart():
            return _lines(block.table)
        case Grid():
            return [Line("grid", rows=block.rows)]
        case Together():
            return [line for each in block.blocks for line in _lines(each)]
        case _:
            return []  # room and breaks say nothing
