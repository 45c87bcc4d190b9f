"""督办单: a decision on its way to being carried out, as it stands when the sheet is printed."""

from governance.access import Standing

from ...models import Document, Item
from ...transitions.table import carrier, head
from ..blocks import Block, Cell, Column, Grid, Layout, Paper, Space, Table, Title, Together
from ..freezing_decided import freeze_follow_up, not_carried
from .kind import Kind, Of
from .words import corrected_since, day, foot, held, moment, printed, quoted


def laid_out(frozen: dict) -> Paper:
    blocks: list[Block] = [
        Title(f"{frozen['school']}督办单"),
        _head(frozen),
        *corrected_since(frozen, "按更正后的内容督办"),
    ]
    if frozen["steps"]:
        blocks.append(_steps(frozen["steps"]))
    if frozen["extensions"]:
        blocks.append(_extensions(frozen["extensions"]))
    blocks += [_reports(frozen["reports"]), Together((Space(), _end(frozen)))]
    names = {frozen["lead"], frozen["owner"], *frozen["helpers"], *(each["who"] for each in frozen["steps"])}
    return printed(frozen, Layout.FORM, blocks, f"{quoted(frozen['matter'])}督办单", names, foot(frozen))


def _head(frozen: dict) -> Grid:
    minutes = f"；{frozen['minutes']}" if frozen["minutes"] else ""
    source = f"{held(frozen)}第{frozen['no']}项{minutes}"
    was, now = day(frozen["due"]), day(frozen["due_now"])
    due = f"{now or '未定'}{'（原定' + was + '）' if was and was != now else ''}"

    def wide(label: str, text: str) -> tuple[Cell, ...]:
        return Cell(label, label=True), Cell(text, span=3, part=label)

    def halves(*pairs: tuple[str, str]) -> tuple[Cell, ...]:
        return tuple(cell for label, text in pairs for cell in (Cell(label, label=True), Cell(text, part=label)))

    return Grid(
        (0.16, 0.34, 0.16, 0.34),
        (
            wide("编号", frozen.get("number", "")),
            wide("来源", source),
            wide("事项", frozen["matter"]),
            wide("决定内容", frozen["decision"]),
            halves(("牵头人", frozen["lead"] or "未定"), ("协办人", "、".join(frozen["helpers"]) or "无")),
            halves(("立项日期", day(frozen["filed_on"])), ("完成时限", due)),
        ),
    )


def _steps(steps: list[dict]) -> Table:
    columns = (
        Column("序号", 0.08, "center", "number"),
        Column("步骤", 0.36),
        Column("谁办", 0.14, "center", "name"),
        Column("时限", 0.21, "center", "date"),
        Column("完成日期", 0.21, "center", "date"),
    )
    rows = tuple(
        (str(number), each["text"], each["who"], day(each["due"]), day(each["done_on"]) or "未完成")
        for number, each in enumerate(steps, start=1)
    )
    return Table(columns, rows, caption="办理步骤", part="步骤")


def _extensions(extensions: list[dict]) -> Table:
    columns = (
        Column("申请", 0.22),
        Column("延期至", 0.21, "center", "date"),
        Column("理由", 0.29),
        Column("批复", 0.28),
    )
    rows = tuple(
        (f"{each['asked_by']}，{day(each['asked_at'])}", day(each["until"]), each["reason"], _answer(each))
        for each in extensions
    )
    return Table(columns, rows, caption="延期", part="延期")


def _answer(each: dict) -> str:
    if not each["answer"]:
        return "待批复"
    note = f"。{each['note']}" if each["note"] else ""
    return f"{each['answer']}（{'，'.join(filter(None, (each['decided_by'], day(each['decided_at']))))}）{note}"


def _reports(reports: list[dict]) -> Table:
    """What was reported, and what was answered. An empty line where nobody has reported: it can be written in."""
    columns = (
        Column("日期", 0.21, "center", "date"),
        Column("类别", 0.13, "center"),
        Column("情况", 0.36),
        Column("佐证", 0.17),
        Column("报告人", 0.13, "center", "name"),
    )
    rows = tuple((day(each["at"]), _what(each), each["text"], "、".join(each["files"]), each["by"]) for each in reports)
    return Table(columns, rows or (("",) * 5,), caption="进展", part="进展", lines=1 if rows else 4)


def _what(report: dict) -> str:
    return report["kind"] + (f"{report['percent']}%" if report["percent"] is not None else "")


def _end(frozen: dict) -> Grid:
    """How it was carried out, who looked at that, and who closed it; room for two hands."""
    done = f"{day(frozen['done_on'])}办结。{frozen['done_note']}" if frozen["done_on"] else "在办"
    closed = f"{frozen['closed_by']}，{moment(frozen['closed_at'])}销号" if frozen["closed_at"] else "未销号"
    owner = f"分管领导{frozen['owner']}" if frozen["owner"] else "分管领导"
    return Grid(
        (0.2, 0.3, 0.2, 0.3),
        (
            (Cell("落实情况", label=True), Cell(done, span=3, part="落实情况")),
            (
                Cell(f"{owner}审核（签字）", label=True, lines=2),
                Cell(""),
                Cell("主要领导审核（签字）", label=True),
                Cell(""),
            ),
            (Cell("销号", label=True), Cell(closed, span=3, part="销号")),
        ),
    )


def may(by: Standing, item: Item) -> bool:
    return head(by, item) or carrier(by, item)


KIND = Kind(
    code=Document.Kind.FOLLOW_UP,
    of=Of.ITEM,
    freeze=freeze_follow_up,
    laid_out=laid_out,
    who=may,
    whom="牵头人、协办人、学校秘书或召集会议的负责人",
    missing=not_carried,
)
