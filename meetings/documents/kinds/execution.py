"""年度执行情况报告: the principal's report to the party meeting on how its decisions were carried out in a period.

The figures are those of ``execution``, from which the report is also drafted as a matter.
"""

from datetime import timedelta

from django.utils import timezone

from governance.access import Standing
from governance.models import Body
from governance.rules.catalogue import CLASSES

from ...execution import Execution, execution_of
from ...facts import day_facts
from ...models import Document, Extension, Item
from ...transitions.table import reporter
from ..blocks import (
    Block,
    Closing,
    Column,
    Heading,
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
    paras,
)
from ..style import style_of, styled
from .kind import Adjust, Kind, Of, Period, worded
from .words import again, day, head_lines, printed, span

ANNEX = "党组织会议决定执行情况一览表"
HIDDEN = "（人事事项）"  # the report is read out: what the matter is called stands in the ledger
SAID = 160  # characters of one report
LATE = timedelta(days=30)
FIGURES = ("应办结", "已办结", "逾期", "在办", "延期")
GROUPS = (("overdue", "逾期未办结"), ("under_way", "正在办理"), ("done", "已办结"))
ADJUSTS = (
    Adjust("late", "逾期未办结的事项和原因", rows=8, hint="逐项写明没有按期办结的原因和预计办结的时间。", most=6000),
    Adjust("problems", "存在的问题", rows=6, most=3000),
    Adjust("measures", "下一步措施", rows=6, most=3000),
)


def freeze(period: Period, by: Standing, values: dict[str, str]) -> dict:
    found = execution_of(by, period.since, period.until)
    party = style_of(period.school).party_name
    proposed = {"late": _late(found), "problems": _problems(found), "measures": _measures(found)}
    return {
        "school": period.school.name,
        "style": styled(period.school, Body.OFFICE),
        "to": party or f"{period.school.name}党组织",
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "principal": _principal(period),
        "figures": _figures(found),
        "share_done": found.share_done,
        "classes": [_class(letter, name, found) for letter, name in CLASSES.items()],
        "rows": [_row(item, state) for group, state in GROUPS for item in getattr(found, group)],
        "put_off": _put_off(found),
        "worded": worded(values, **proposed),
    }


def _principal(period: Period) -> str:
    today = timezone.localdate()
    dossier = day_facts(period.school, min(period.until, today))
    principal = dossier.head(Body.OFFICE, min(period.until, today))
    return dossier.name(principal) if principal else ""


def _figures(found: Execution) -> dict[str, str]:
    return {name: str(found.figures[name]) for name in FIGURES}


def _class(letter: str, name: str, found: Execution) -> dict[str, str]:
    of_class = found.of_class(letter)
    return {"class": name, **_figures(of_class), "share_done": of_class.share_done}


def _title(item: Item) -> str:
    return HIDDEN if item.matter.personnel else item.matter.title


def _row(item: Item, state: str) -> dict[str, str]:
    assert item.meeting  # only what a meeting decided is carried out
    said = "" if item.matter.personnel else (item.done_note if item.done_on else item.heard_text or "")
    said = " ".join(said.split())
    return {
        "title": _title(item),
        "class": CLASSES.get(item.matter.category[:1], item.matter.category[:1]),
        "on": timezone.localtime(item.meeting.starts_at).date().isoformat(),
        "no": str(item.no),
        "carriers": "、".join(item.responsible_names),
        "due": item.due.isoformat() if item.due else "",
        "due_decided": item.due_decided.isoformat() if item.due_decided else "",
        "state": state,
        "done_on": item.done_on.isoformat() if item.done_on and state == "已办结" else "",
        "said": said if len(said) <= SAID else f"{said[:SAID]}……",
    }


def _put_off(found: Execution) -> list[dict[str, str]]:
    """Each date that was put off in the period, with the reason for which it was asked."""
    of = {item.pk: item for item in found.put_off}
    granted = Extension.objects.filter(
        item__in=of, granted=True, decided_at__date__gte=found.since, decided_at__date__lte=found.until
    )
    return [
        {
            "title": _title(of[each.item_id]),
            "until": each.until.isoformat(),
            "reason": "" if of[each.item_id].matter.personnel else each.reason,
        }
        for each in granted.order_by("decided_at", "pk")
    ]


def _late(found: Execution) -> str:
    lines = []
    for number, item in enumerate(found.overdue, start=1):
        row = _row(item, "")
        lead = f"，牵头{row['carriers'].split('、')[0]}" if row["carriers"] else ""
        reason = f"最近报告：{row['said']}" if row["said"] else "逾期原因：（请补写）"
        lines.append(f"{number}. {row['title']}（{day(row['on'])}决定，时限{day(row['due'])}{lead}）。{reason}")
    return "\n".join(lines) or "没有逾期未办结的事项。"


def _problems(found: Execution) -> str:
    """What the figures themselves say; the rest is for whoever reports."""
    passed = min(found.until, timezone.localdate())
    long = sum(item.due is not None and passed - item.due > LATE for item in found.overdue)
    undated = sum(item.due is None for item in found.under_way)
    silent = sum(not item.heard_text for item in (*found.overdue, *found.under_way))
    said = [
        f"逾期未办结 {len(found.overdue)} 项，其中超过时限 30 天的 {long} 项。" if found.overdue else "",
        f"没有报告过进展的 {silent} 项。" if silent else "",
        f"没有写明完成时限的 {undated} 项。" if undated else "",
        f"未能按原定时限办理、申请延期的 {len(found.put_off)} 项。" if found.put_off else "",
    ]
    return "\n".join(filter(None, said)) or "没有突出问题。"


def _measures(found: Execution) -> str:
    said = [
        "对逾期未办结的事项，逐项明确牵头人和新的完成时限，由学校办公室跟踪督办。" if found.overdue else "",
        "对正在办理的事项，牵头人按时报告进展，确有困难的在到期以前申请延期。" if found.under_way else "",
    ]
    return "\n".join(filter(None, said)) or "继续做好党组织会议决定的执行和督办。"


def laid_out(frozen: dict) -> Paper:
    number, when = frozen.get("number", ""), span(frozen["since"], frozen["until"])
    title = f"关于{when}党组织会议决定执行情况的报告"
    texts, rows, figures = frozen["worded"], frozen["rows"], frozen["figures"]
    issued = frozen.get("issued_on") or ""
    so_far = f"（截至{day(issued)}）" if issued and issued < frozen["until"] else ""
    total = (
        f"{when}{so_far}，党组织会议议定的事项应办结 {figures['应办结']} 项，已办结 {figures['已办结']} 项"
        + (f"，办结率 {frozen['share_done']}" if frozen["share_done"] else "")
        + f"；逾期未办结 {figures['逾期']} 项，经批准延期 {figures['延期']} 项，正在办理 {figures['在办']} 项。"
        + ("各项办理情况见附件。" if rows else "")
    )
    closing = Closing(
        f"校长　{frozen['principal']}" if frozen["principal"] else frozen["style"]["unit"],
        day(frozen.get("issued_on")),
        Seal.PLAIN,
    )
    summary: list[Block] = [Together((_classes(frozen),))] if rows else []
    annex: list[Block] = [PageBreak(), Heading("附件", indent=0), Space(), Title(ANNEX), _rows(rows)] if rows else []
    measures = paras(texts["measures"], part="下一步措施")
    named: list[Block] = [Space(), Para(f"附件：{ANNEX}")] if rows else []
    blocks: list[Block] = [
        RedHead(head_lines(frozen["style"]["unit"]), "", number),
        Title(title),
        Para(f"{frozen['to']}：", indent=0),
        Para("按照要求，现将党组织会议决定的执行情况报告如下。"),
        Heading("一、总体情况"),
        Para(total, part="总体情况"),
        *summary,
        Heading("二、逾期未办结的事项和原因"),
        *paras(texts["late"], part="逾期原因"),
        Heading("三、延期情况"),
        *_extensions(frozen["put_off"]),
        Heading("四、存在的问题"),
        *paras(texts["problems"], part="存在的问题"),
        Heading("五、下一步措施"),
        *measures[:-1],
        Together((*measures[-1:], *named)),
        closing,
        *([Note(again(frozen))] if again(frozen) else []),
        *annex,
    ]
    names = {name for row in rows for name in row["carriers"].split("、")} | {frozen["principal"]}
    return printed(frozen, Layout.OFFICIAL, blocks, title, names, number)


def _classes(frozen: dict) -> Table:
    columns = (
        Column("类别", 26),
        *(Column(name, 12, "right", "number") for name in FIGURES),
        Column("办结率", 14, "right", "share"),
    )
    lines = [row for row in frozen["classes"] if any(row[name] != "0" for name in FIGURES)]
    lines.append({"class": "合计", **frozen["figures"], "share_done": frozen["share_done"]})
    rows = tuple((row["class"], *(row[name] for name in FIGURES), row["share_done"] or "—") for row in lines)
    return Table(columns, rows, "分类情况")


def _extensions(rows: list[dict[str, str]]) -> list[Block]:
    if not rows:
        return [Para("没有经批准延期的事项。")]
    lines: list[Block] = []
    for number, row in enumerate(rows, start=1):
        reason = f"理由：{row['reason'].rstrip('。')}。" if row["reason"] else ""
        lines.append(Para(f"{number}. {row['title']}，延期至{day(row['until'])}。{reason}", part="延期情况"))
    return lines


def _rows(rows: list[dict[str, str]]) -> Table:
    columns = (
        Column("序号", 6, "center", "number"),
        Column("事项", 25),
        Column("类别", 11, "center"),
        Column("决定日期", 13, "center", "date"),
        Column("责任人", 10, kind="name"),
        Column("时限", 13, "center", "date"),
        Column("状态", 9, "center"),
        Column("办理情况", 25),
    )
    return Table(
        columns,
        tuple(
            (
                str(number),
                row["title"],
                row["class"],
                row["on"],
                row["carriers"].replace("、", "\n"),
                row["due"],
                row["state"],
                "；".join(
                    filter(
                        None,
                        (
                            f"{row['done_on']}办结" if row["done_on"] else "",
                            f"原定{row['due_decided']}" if row["due_decided"] else "",
                            row["said"],
                        ),
                    )
                ),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )


def missing(period: Period) -> str:
    today = timezone.localdate()
    if period.since > today:
        return f"{span(period.since.isoformat(), period.until.isoformat())}还没有到，没有可报告的执行情况。请改选已经开始的时间段。"
    if not day_facts(period.school, today).has_party_organization:
        return "本校没有党组织会议，不需要这份报告。"
    return ""


KIND = Kind(
    code=Document.Kind.EXECUTION,
    of=Of.PERIOD,
    freeze=freeze,
    laid_out=laid_out,
    who=reporter,
    whom="校长或学校秘书",
    missing=missing,
    adjusts=ADJUSTS,
)
