"""A frozen report as a paper in the layout of GB/T 9704, which PDF and Word are drawn of, and as the tables of a workbook."""

from collections.abc import Iterable, Iterator

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
)
from meetings.documents.kinds.words import day, head_lines, numeral

from .chapters import Frozen

FEW = 8  # rows that stay with their heading on one page
FOUND = (Column("学校", 18), Column("会议", 20), Column("事项", 22), Column("问题", 40))
ITEM, NUMBER, UNIT = Column("项目", 46), Column("数", 18, "right", "number"), Column("单位", 12, "center")
EARLIER = Column("上学年", 18, "right", "number")
LISTED = (Column("规则", 8), Column("要求", 24), Column("依据", 14), *FOUND)


def paper_of(frozen: Frozen) -> Paper:
    blocks: list[Block] = [
        RedHead(head_lines(frozen["authority"]), frozen["head"], _version(frozen)),
        Title(frozen["title"]),
        *map(Para, frozen["lead"]),
    ]
    for number, chapter in enumerate(frozen["chapters"], start=1):
        blocks += [PageBreak()] * chapter["new_page"]
        blocks.append(Heading(f"{numeral(number)}、{chapter['title']}"))
        for block in chapter["blocks"]:
            blocks += _block(block, chapter["title"])
    blocks += [Para("附件：数据来源和统计方法"), *_signatures(frozen)]
    blocks.append(Closing(frozen["authority"], day(frozen["on"]), Seal.STAMPED))
    return _paper(frozen, [*blocks, *_annex(frozen)])


def workbook_of(frozen: Frozen) -> Paper:
    """Every table, also those that paper has no room for; what a chapter says school by school is one table."""
    tables: list[Block] = []
    for chapter in frozen["chapters"]:
        apart: list[tuple[str, ...]] = []
        for block in chapter["blocks"]:
            match block["is"]:
                case "figures" if block["caption"]:
                    apart += ((block["caption"], *_line(one, earlier=False)) for one in block["rows"])
                case "figures":
                    tables.append(_figures(block, chapter["title"]))
                case "chart":
                    tables += _chart(block)
                case "table" if block["only"] != "paper":
                    tables.append(_table(block))
                case "findings":
                    tables.append(_all_findings(block, chapter["title"]))
        if apart:
            tables.append(Table((Column("学校", 30), ITEM, NUMBER, UNIT), tuple(apart), chapter["title"]))
    return _paper(frozen, [*tables, *_sources(frozen)])


def _paper(frozen: Frozen, blocks: list[Block]) -> Paper:
    names = frozenset(frozen["names"])
    return Paper(frozen["title"], frozen["authority"], Layout.OFFICIAL, tuple(blocks), _version(frozen), names)


def _version(frozen: Frozen) -> str:
    return f"第{frozen['version']}版"


def _block(block: Frozen, title: str) -> Iterator[Block]:
    match block["is"]:
        case "heading":
            yield from [PageBreak()] * block["new_page"]
            yield Heading(block["text"], level=2)
        case "text":
            yield Para(block["text"])
        case "figures":
            yield from _together(_figures(block, ""))
        case "chart":
            yield from _chart(block)
        case "table" if block["only"] != "excel":
            yield from _together(_table(block, title))
        case "findings":
            for number, group in enumerate(block["groups"], start=1):
                yield from _together(*_group(group, number, block["printed"]))


def _together(*blocks: Block) -> Iterable[Block]:
    """A short table stays on one page with what leads to it."""
    short = all(len(block.rows) <= FEW for block in blocks if isinstance(block, Table))
    return (Together(blocks),) if short else blocks


def _figures(block: Frozen, caption: str) -> Table:
    earlier = any(one["before"] is not None for one in block["rows"])
    columns = (ITEM, NUMBER, EARLIER, UNIT) if earlier else (ITEM, NUMBER, UNIT)
    return Table(columns, tuple(_line(one, earlier=earlier) for one in block["rows"]), caption)


def _line(one: Frozen, *, earlier: bool) -> tuple[str, ...]:
    before = ["—" if one["before"] is None else f"{one['before']:,}"] if earlier else []
    return (one["label"], f"{one['number']:,}", *before, one["unit"])


def _chart(block: Frozen) -> Iterator[Chart]:
    rows = tuple((words, tuple(numbers)) for words, numbers in block["rows"])
    if any(any(numbers) for _, numbers in rows):
        yield Chart(f"图　{block['caption']}", tuple(block["heads"]), rows, block["kind"])


_ALIGNED = {"number": "right", "money": "right", "share": "right", "date": "center"}


def _table(block: Frozen, title: str = "") -> Table:
    """Below a heading of the same words it needs no caption."""
    columns = tuple(Column(head, width, _ALIGNED.get(kind, "left"), kind) for head, width, kind in block["columns"])
    caption = "" if block["caption"] == title else block["caption"]
    return Table(columns, tuple(map(tuple, block["rows"])), caption)


def _group(group: Frozen, number: int, printed: int) -> Iterator[Block]:
    rows = tuple(map(tuple, group["rows"][:printed]))
    clause = f"依据{group['clause']}。" if group["clause"] else ""
    more = f"，列 {len(rows):,} 条" if len(rows) < group["count"] else ""
    yield Heading(f"（{numeral(number)}）{group['rule']} {group['title']}".replace("） ", "）"), level=2)
    yield Para(f"{clause}共 {group['count']:,} 条{more}。")
    if rows:
        yield Table(FOUND, rows)


def _all_findings(block: Frozen, title: str) -> Table:
    rows = (
        (group["rule"], group["title"], group["clause"], *row) for group in block["groups"] for row in group["rows"]
    )
    return Table(LISTED, tuple(rows), f"{title}：逐条")


def _signatures(frozen: Frozen) -> Iterator[Block]:
    """Who took part signs by hand."""
    if not frozen["team"]:
        return
    rows = [(Cell("检查组", label=True), Cell("签字", label=True))]
    rows += [(Cell(f"{name}（组长）" if leads else name), Cell("", lines=2)) for name, leads in frozen["team"]]
    yield Together((Space(), Grid((40, 60), tuple(rows))))


def _annex(frozen: Frozen) -> list[Block]:
    on = day(frozen["on"])
    said = f"本报告的数字取自学校在系统中的记录和对记录的检查结果，统计截至{on}。报告生成后记录有更正的，系统内的报告页同时列出当时和现在的数。"
    apart = any(block["is"] == "figures" and block["caption"] for one in frozen["chapters"] for block in one["blocks"])
    said += "按学校分列的各项，口径与全文相同。" if apart else ""
    return [PageBreak(), Heading("附件", indent=0), Title("数据来源和统计方法"), Para(said), *_sources(frozen)]


def _sources(frozen: Frozen) -> Iterator[Table]:
    """How each figure, each chart and table was counted."""
    counted, shown = list[tuple[str, ...]](), dict[str, str]()
    for chapter in frozen["chapters"]:
        for block in chapter["blocks"]:
            if block["is"] == "figures" and not block["caption"]:
                counted += ((one["label"], f"{one['number']:,}", one["unit"], one["counted"]) for one in block["rows"])
            elif said := block.get("counted"):
                shown.setdefault(block["caption"], said)
    how = Column("怎样统计", 57)
    yield Table(
        (Column("项目", 24), Column("数", 11, "right", "number"), Column("单位", 8, "center"), how),
        tuple(counted), "怎样统计",
    )  # fmt: skip
    if shown:
        yield Table((Column("图表", 20), how), tuple(shown.items()), "图表怎样统计")
