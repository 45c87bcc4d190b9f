"""决策档案: one matter and all that was done about it, from its proposal to its end."""

from decimal import Decimal

from accounts.templatetags.words import yuan
from governance.access import Standing

from ...models import Document, Matter
from ...transitions.table import works_here
from ..blocks import Block, Cell, Column, Grid, Heading, Layout, Paper, Para, Table, Title, grid, paras
from ..freezing_dossier import freeze_dossier
from .kind import Kind, Of
from .words import foot, numeral, printed


def freeze(matter: Matter, by: Standing, values: dict[str, str] | None = None) -> dict:
    return freeze_dossier(matter, by)


def laid_out(frozen: dict) -> Paper:
    blocks: list[Block] = [Title(f"{frozen['school']}决策档案"), _head(frozen)]
    parts = (
        ("事项背景和方案", _proposal(frozen)),
        ("会前程序", _consultations(frozen["consultations"])),
        ("上会和决定", _sittings(frozen["sittings"])),
        ("经过", _steps(frozen["steps"])),
        ("对照规定", _findings(frozen["findings"])),
        ("文件", _documents(frozen["documents"])),
        ("附件", _files(frozen["files"])),
    )
    for place, (word, inner) in enumerate(parts, start=1):
        blocks += [Heading(f"{numeral(place)}、{word}"), *inner]
    names = {frozen["proposer"], frozen["owner"], *frozen["candidates"]}
    for sitting in frozen["sittings"]:
        names |= {sitting["chair"], *sitting["present"], *sitting["carriers"], *sitting["recused"]}
    return printed(frozen, Layout.FORM, blocks, f"决策档案（{frozen['title']}）", names, foot(frozen))


def _head(frozen: dict) -> Grid:
    amount = yuan(Decimal(frozen["amount"])) if frozen["amount"] else ""
    lines = [
        ("特别情形", "、".join(frozen["marks"])),
        ("人选", "、".join(frozen["candidates"])),
        ("收款单位", "，".join(filter(None, (frozen["payee"], frozen["project"])))),
        ("紧急处置", frozen["emergency"]),
        ("复议", "：".join(filter(None, (frozen["reconsiders"], frozen["reconsider_reason"])))),
    ]
    pairs = (
        (("类别", frozen["class"]), ("事项编码", frozen["category"])),
        (("提出人", frozen["proposer"]), ("提出时间", frozen["proposed_at"])),
        (("分管领导", frozen["owner"]), ("金额", amount or "不涉及")),
        (("现在状态", frozen["state"]), ("上会次数", f"{len(frozen['sittings'])} 次")),
    )
    rows = [[Cell("事项", label=True), Cell(frozen["title"], span=3, part="事项")]]
    for left, right in pairs:
        rows.append([Cell(left[0], True), Cell(left[1]), Cell(right[0], True), Cell(right[1])])
    rows += [[Cell(word, True), Cell(text, span=3)] for word, text in lines if text]
    return grid((13, 37, 13, 37), *rows)


def _proposal(frozen: dict) -> list[Block]:
    background, proposal = paras(frozen["background"], part="背景"), paras(frozen["proposal"], part="方案")
    if background and proposal:
        return [Heading("（一）背景", 2), *background, Heading("（二）方案", 2), *proposal]
    return [*background, *proposal] or [Para("没有文字材料。")]


def _consultations(rows: list[dict]) -> list[Block]:
    if not rows:
        return [Para("没有会前程序的记录。")]
    columns = (
        Column("时间", 15, "center", "date"),
        Column("方式", 15),
        Column("人员和答复", 25),
        Column("结果", 12, "center"),
        Column("主要意见和材料", 33),
    )
    return [
        Table(
            columns,
            tuple(
                (
                    row["at"],
                    row["kind"],
                    row["people"],
                    row["outcome"],
                    "\n".join(filter(None, (row["note"], row["other_text"], _named("附件", row["files"])))),
                )
                for row in rows
            ),
            part="会前程序",
        )
    ]


def _sittings(rows: list[dict]) -> list[Block]:
    blocks: list[Block] = []
    for place, row in enumerate(rows, start=1):
        blocks += [Heading(f"（{numeral(place)}）{row['at']} {row['meeting']}第{row['no']}项", 2), _sitting(row)]
    return blocks or [Para("没有上过会。")]


def _sitting(row: dict) -> Grid:
    there = (
        f"应到 {row['in_office']} 人，实到 {len(row['present'])} 人" if row["in_office"] else "不可判定：没有到会记录"
    )
    people = f"（{'、'.join(row['present'])}）" if row["in_office"] and row["present"] else ""
    done = "，".join(
        filter(
            None, (f"{row['done_on']}办结" if row["done_on"] else "", f"{row['closed']}销号" if row["closed"] else "")
        )
    )
    put_off = f"（原定{row['due_decided']}）" if row["due_decided"] else ""
    lines = (
        ("议题目的", row["purpose"]),
        ("主持人", row["chair"]),
        ("到会", f"{there}{people}"),
        ("回避", "、".join(row["recused"])),
        ("表决", "；".join((*row["methods"], *row["votes"]))),
        ("结果", row["outcome"]),
        ("与计票不一致的说明", row["reason"]),
        ("决定内容", row["decision"]),
        ("责任人", "、".join(row["carriers"])),
        ("完成时限", f"{row['due']}{put_off}" if row["due"] else ""),
        ("落实情况", "：".join(filter(None, (done, row["done_note"])))),
        ("公开情况", row["public"] if row["carried"] else ""),
    )
    return grid(
        (15, 85),
        *(
            [Cell(word, label=True), Cell(text, part=f"{row['meeting']}第{row['no']}项 {word}")]
            for word, text in lines
            if text
        ),
    )


def _steps(rows: list[dict]) -> list[Block]:
    columns = (Column("时间", 15, "center"), Column("环节", 25), Column("办理人", 12), Column("说明", 48))
    lines = tuple(
        (row["at"], row["what"], row["who"], "\n".join(filter(None, (row["text"], _named("材料", row["rests_on"])))))
        for row in rows
    )
    return [Table(columns, lines, part="经过")]


def _named(word: str, names: list[str]) -> str:
    return f"{word}：{'、'.join(names)}" if names else ""


def _findings(rows: list[dict]) -> list[Block]:
    if not rows:
        return [Para("没有不符合或不可判定的检查结果。")]
    columns = (
        Column("规则", 8, "center"),
        Column("对象", 15),
        Column("结论", 10, "center"),
        Column("说明", 35),
        Column("依据", 14),
        Column("负责人说明的理由", 18),
    )
    keys = ("rule", "where", "weight", "message", "clause", "reason")
    return [Table(columns, tuple(tuple(row[key] for key in keys) for row in rows), part="对照规定")]


def _documents(rows: list[dict]) -> list[Block]:
    if not rows:
        return [Para("没有签发的文件。")]
    columns = (
        Column("种类", 13),
        Column("编号", 24),
        Column("版本", 8, "center", "number"),
        Column("日期", 15, "center", "date"),
        Column("摘要值", 40, "center"),
    )
    lines = tuple((row["kind"], _numbered(row), row["version"], row["on"], row["digest"]) for row in rows)
    return [Table(columns, lines, part="文件")]


def _numbered(row: dict) -> str:
    return f"{row['number']}（代替{row['replaces']}）" if row["replaces"] else row["number"]


def _files(rows: list[dict]) -> list[Block]:
    if not rows:
        return [Para("没有附件。")]
    columns = (
        Column("序号", 6, "center", "number"),
        Column("名称", 22),
        Column("属于", 12),
        Column("字节数", 11, "right", "number"),
        Column("日期", 15, "center", "date"),
        Column("摘要值（SHA-256）", 34, "center"),
    )
    lines = tuple(
        (str(place), row["name"], row["of"], row["size"], row["on"], row["digest"])
        for place, row in enumerate(rows, start=1)
    )
    return [Table(columns, lines, part="附件")]


def missing(matter: Matter) -> str:
    if matter.state == Matter.State.DRAFT:
        return "这件事项还在草拟，没有可以归入档案的步骤。请先提交申报。"
    return ""


KIND = Kind(
    code=Document.Kind.DOSSIER,
    of=Of.MATTER,
    freeze=freeze,
    laid_out=laid_out,
    who=works_here,
    whom="本校班子成员或学校秘书",
    missing=missing,
)
