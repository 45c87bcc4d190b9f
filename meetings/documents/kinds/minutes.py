"""会议纪要, in the layout of GB/T 9704 for 纪要: no seal; 出席、请假、列席 at the end."""

from ...ledger import NOT_REACHED
from ...models import Document
from ...transitions.table import head
from ..blocks import Block, Heading, Imprint, Labelled, Layout, Paper, Para, RedHead, Together, paras
from ..freezing import freeze_minutes
from .kind import Kind, Of
from .words import clock, day, head_lines, numeral, printed, which_meeting

PEOPLE = (
    ("出席", "present"),
    ("请假", "leave"),
    ("缺席", "absent"),
    ("未登记", "unrecorded"),  # nobody is called absent whom the record does not call so
    ("列席", "observers"),
)


def laid_out(frozen: dict) -> Paper:
    unit = frozen.get("style", {}).get("unit") or frozen["school"]
    kind = f"{frozen['body']}纪要"
    lines = head_lines(unit)
    head_block = RedHead(
        lines,
        kind,
        frozen["number"],
        left=unit if len(lines) < 2 else "",
        right=day(frozen["issued_on"]) or "（未签发）",
    )
    blocks: list[Block] = [head_block, Para(_lead(frozen), part="导语")]
    for item in frozen["items"]:
        blocks += _item(item)
    blocks.append(Together(tuple(_people(frozen))))
    if style := frozen.get("style"):
        blocks.append(Imprint(style["copies_to"], style["printed_by"], day(frozen["issued_on"])))
    names = {name for _, key in PEOPLE for name in frozen.get(key) or ()}
    names |= {name for item in frozen["items"] for name in (*item["responsible"], *item.get("recused", ()))}
    names |= {frozen["chair"], frozen["recorder"]}
    return printed(frozen, Layout.OFFICIAL, blocks, f"{kind}（草稿）", names)


def _lead(frozen: dict) -> str:
    """导语: when, where, which meeting, who chaired, how many were there."""
    where = f"在{frozen['place']}" if frozen["place"] else ""
    asked = f"受{frozen['delegated_by']}委托" if frozen.get("delegated_by") else ""
    chair = f"{frozen['chair']}{asked}主持会议，" if frozen["chair"] else ""
    heads = f"应到{frozen['in_office']}人，实到{len(frozen['present'])}人。"
    reached = sum(item["text"].strip() != NOT_REACHED for item in frozen["items"])
    items = f"会议研究了{reached}项议题，纪要如下：" if reached else "会议没有研究议题。"
    when = f"{day(frozen['starts_at'])}{clock(frozen['starts_at'])}"
    return f"{when}，{frozen['school']}{where}召开{which_meeting(frozen)}。{chair}{heads}{items}"


def _item(item: dict) -> list[Block]:
    part = f"第 {item['no']} 项"
    carried = [f"责任人：{'、'.join(item['responsible'])}"] if item["responsible"] else []
    carried += [f"完成时限：{day(item['due'])}"] if item["due"] else []
    aside = item.get("recused")
    return [
        Heading(f"{numeral(item['no'])}、{item['heading']}"),
        *([Para(f"（{'、'.join(aside)}回避，没有参加本项讨论和表决。）", part=f"{part} 回避")] if aside else []),
        *paras(item["text"], part=f"{part} 内容"),
        *([Para(f"（{'；'.join(carried)}）", part=f"{part} 责任人和时限")] if carried else []),
        *(Para(f"（{each['by']}说明理由：{each['reason']}）", part=f"{part} 理由") for each in item["overrides"]),
    ]


def _people(frozen: dict) -> list[Block]:
    rows: list[Block] = [Labelled(label, tuple(frozen[key]), part=label) for label, key in PEOPLE if frozen.get(key)]
    return rows + [
        Labelled(label, (frozen[key],), part=label)
        for label, key in (("记录", "recorder"), ("签发", "issued_by"))
        if frozen[key]
    ]


KIND = Kind(
    code=Document.Kind.MINUTES,
    of=Of.MEETING,
    freeze=freeze_minutes,  # by the verb that issues them
    laid_out=laid_out,
    who=head,
    whom="召集会议的负责人",
    by_itself=True,
)
