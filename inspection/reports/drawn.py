"""A frozen report as a paper, in the layout of GB/T 9704: what PDF, Word and Excel are drawn of."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from meetings.documents.blocks import (
    Block,
    Cell,
    Chart,
    Closing,
    Column,
    Grid,
    Heading,
    Layout,
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
from meetings.documents.kinds.words import day, head_lines, numeral

from .chapters import Frozen

FEW = 8  # rows that stay with their heading on one page
FOUND = (Column("学校", 18), Column("会议", 20), Column("事项", 22), Column("问题", 40))


def paper_of(frozen: Frozen, *, every_row: bool = False) -> Paper:
    """``every_row``: findings that paper has no room for stand there too, for Excel."""
    blocks: list[Block] = [
        RedHead(head_lines(frozen["authority"]), frozen["head"], f"第{frozen['version']}版"),
        Title(frozen["title"]),
        *map(Para, frozen["lead"]),
    ]
    for number, chapter in enumerate(frozen["chapters"], start=1):
        if chapter["new_page"]:
            blocks.append(PageBreak())
        blocks.append(Heading(f"{numeral(number)}、{chapter['title']}"))
        for block in chapter["blocks"]:
            drawn = _DRAWN[block["is"]](block, every_row)
            blocks += (_called(each, chapter["title"], every_row) for each in drawn)
    blocks += [Para("附件：数据来源和统计方法"), *_signatures(frozen)]
    blocks.append(Closing(frozen["authority"], day(frozen["on"]), Seal.STAMPED))
    blocks += _sources(frozen)
    return Paper(
        frozen["title"],
        frozen["authority"],
        Layout.OFFICIAL,
        tuple(blocks),
        f"第{frozen['version']}版",
        frozenset(frozen["names"]),
    )


def for_excel(paper: Paper) -> Paper:
    """The tables with a name; those that are a form to sign stay on paper."""
    kept = (block for block in flat(paper.blocks) if not isinstance(block, Grid))
    return Paper(paper.title, paper.school, paper.layout, tuple(kept), paper.number, paper.names)


def _called(block: Block, title: str, every_row: bool) -> Block:
    """On paper a table below a heading of the same words needs no caption; a worksheet is called by it."""
    if isinstance(block, Together):
        return Together(tuple(_called(each, title, every_row) for each in block.blocks))
    if not isinstance(block, Table):
        return block
    if every_row:
        return replace(block, caption=block.caption or title)
    return replace(block, caption="") if block.caption == title else block


def _number(one: Frozen, name: str = "number") -> str:
    return "—" if one[name] is None else f"{one[name]:,}"


def _figures(block: Frozen, every_row: bool) -> Iterator[Block]:
    earlier = any(one["before"] is not None for one in block["rows"])
    columns = [Column("项目", 46), Column("数", 18, "right", "number"), Column("单位", 12, "center")]
    if earlier:
        columns.insert(2, Column("上学年", 18, "right", "number"))
    rows = []
    for one in block["rows"]:
        row = [one["label"], _number(one), one["unit"]]
        if earlier:
            row.insert(2, _number(one, "before"))
        rows.append(tuple(row))
    yield from _together(Table(tuple(columns), tuple(rows), block["caption"] if every_row else ""))


def _chart(block: Frozen, _every_row: bool) -> Iterator[Block]:
    rows = tuple((words, tuple(numbers)) for words, numbers in block["rows"])
    if any(any(numbers) for _, numbers in rows):
        yield Chart(f"图　{block['caption']}", tuple(block["heads"]), rows, block["kind"])


def _table(block: Frozen, every_row: bool) -> Iterator[Block]:
    columns = tuple(
        Column(
            head,
            width,
            "right" if kind in ("number", "money", "share") else "center" if kind == "date" else "left",
            kind,
        )
        for head, width, kind in block["columns"]
    )
    if every_row or not block["excel"]:
        yield from _together(Table(columns, tuple(map(tuple, block["rows"])), block["caption"]))


def _findings(block: Frozen, every_row: bool) -> Iterator[Block]:
    for number, group in enumerate(block["groups"], start=1):
        rows = group["rows"] if every_row else group["rows"][: block["printed"]]
        code = f"{group['rule']} " if group["rule"] else ""
        clause = f"依据{group['clause']}。" if group["clause"] else ""
        more = f"，列 {len(rows):,} 条" if len(rows) < group["count"] else ""
        caption = f"问题 {group['rule']}".strip() if every_row else ""
        yield from _together(
            Heading(f"（{numeral(number)}）{code}{group['title']}", level=2),
            Para(f"{clause}共 {group['count']:,} 条{more}。"),
            *([Table(FOUND, tuple(map(tuple, rows)), caption)] if rows else []),
        )


def _together(*blocks: Block) -> Iterable[Block]:
    """A short table stays on one page with what leads to it."""
    short = all(len(block.rows) <= FEW for block in blocks if isinstance(block, Table))
    return (Together(blocks),) if short else blocks


def _heading(block: Frozen, _every_row: bool) -> Iterator[Block]:
    if block["new_page"]:
        yield PageBreak()
    yield Heading(block["text"], level=2)


_DRAWN = {
    "heading": _heading,
    "text": lambda block, _: iter([Para(block["text"])]),
    "figures": _figures,
    "chart": _chart,
    "table": _table,
    "findings": _findings,
}


def _signatures(frozen: Frozen) -> Iterator[Block]:
    """Who took part signs by hand."""
    if not frozen["team"]:
        return
    rows = [(Cell("检查组", label=True), Cell("签字", label=True))]
    rows += [(Cell(f"{name}（组长）" if leads else name), Cell("", lines=2)) for name, leads in frozen["team"]]
    yield Together((Space(), Grid((40, 60), tuple(rows))))


def _sources(frozen: Frozen) -> list[Block]:
    figures = [block for chapter in frozen["chapters"] for block in chapter["blocks"] if block["is"] == "figures"]
    counted = tuple(
        (one["label"], f"{one['number']:,}", one["unit"], one["counted"])
        for block in figures
        if not block["caption"]
        for one in block["rows"]
    )
    apart = "按学校分列的各项，口径与全文相同。" if any(block["caption"] for block in figures) else ""
    columns = (
        Column("项目", 24),
        Column("数", 11, "right", "number"),
        Column("单位", 8, "center"),
        Column("怎样统计", 57),
    )
    more = tuple(_counted_tables(frozen["chapters"]))
    lists = (Column("图表", 24), Column("怎样统计", 76))
    blocks: list[Block] = [
        PageBreak(),
        Heading("附件", indent=0),
        Title("数据来源和统计方法"),
        Para(
            f"本报告的数字取自学校在系统中的记录和对记录的检查结果，统计截至{day(frozen['on'])}。报告生成后记录有更正的，系统内的报告页同时列出当时和现在的数。{apart}"
        ),
        Table(columns, counted, "怎样统计"),
    ]
    return [*blocks, Table(lists, more, "图表怎样统计")] if more else blocks


def _counted_tables(chapters: Iterable[Frozen]) -> Iterator[tuple[str, str]]:
    told = set()
    for chapter in chapters:
        for block in chapter["blocks"]:
            if said := block.get("counted"):
                if block["caption"] not in told:
                    yield block["caption"], said
                told.add(block["caption"])
