"""决定, 决议: what a meeting decided, as the school sends it out, in the layout of GB/T 9704."""

import re

from governance.access import Standing
from governance.models import Body

from ...carriers import with_result
from ...models import Document, Item, Vote
from ...transitions.table import head
from ..blocks import Block, Closing, Imprint, Layout, Note, Paper, Para, RedHead, Seal, Title, paras
from ..freezing_decided import freeze_decided, not_issued
from .kind import Adjust, Kind, Of, worded
from .words import corrected_since, day, head_lines, held, printed, quoted, way_of

DECISION, RESOLUTION = "决定", "决议"
SHOWN, LEFT_OUT = "写明", "不写"
_ASKS = re.compile(r"的?(请示|报告|提案|议案|议题|汇报|决定|决议)$")
ADJUSTS = (
    Adjust("wording", "文种", choices=(DECISION, RESOLUTION), hint="会议表决通过的重大决策用“决议”，任免、奖惩和校长决定用“决定”。"),
    Adjust("title", "标题", most=200),
    Adjust("addressee", "主送", most=200, hint="结尾不用写冒号。"),
    Adjust("text", "正文", rows=8, most=8000),
    Adjust("votes", "表决结果", choices=(SHOWN, LEFT_OUT)),
    Adjust("copies_to", "抄送", most=300),
    Adjust("note", "附注", most=200, hint="写明公开范围，不用写括号。"),
)  # fmt: skip


def freeze(item: Item, by: Standing, values: dict[str, str]) -> dict:
    facts = freeze_decided(item, by)
    openly = [vote for vote in facts["votes"] if vote["way"] != Vote.Method.SECRET_BALLOT.label]
    voted = item.body == Body.PARTY and bool(openly) and not item.matter.personnel
    wording = worded(values, wording=RESOLUTION if voted else DECISION)["wording"]
    unit = facts["style"]["unit"]
    proposed = worded(
        values,
        wording=wording,
        title=f"{unit}关于{_about(facts['matter'])}的{wording}",
        addressee="各处室、年级组、教研组",
        text=facts["decision"],
        votes=SHOWN if voted else LEFT_OUT,
        copies_to=facts["style"]["copies_to"],
        note=_publicity(item),
    )
    # The form brings the title along: the word it ends with follows the choice beside it.
    for other in {DECISION, RESOLUTION} - {wording}:
        if proposed["title"].endswith(other):
            proposed["title"] = proposed["title"].removesuffix(other) + wording
    return facts | {"worded": proposed}


def _about(matter: str) -> str:
    """师德师风建设年活动方案, of 关于师德师风建设年活动方案的请示."""
    return _ASKS.sub("", matter.strip().removeprefix("关于")) or matter


def _publicity(item: Item) -> str:
    if item.published and item.published_scope:
        return f"公开范围：{item.published_scope}"
    return "此件不公开" if item.published is False else ""


def laid_out(frozen: dict) -> Paper:
    said, unit, number = frozen["worded"], frozen["style"]["unit"], frozen.get("number", "")
    title = said["title"] or f"关于{frozen['matter']}的{said['wording']}"
    short = len(unit) <= 16  # 文件 stands behind the name, unless that fills the line
    blocks: list[Block] = [
        RedHead(() if short else head_lines(unit), f"{unit}文件" if short else "文件", number),
        Title(title),
    ]
    if said["addressee"]:
        blocks.append(Para(f"{said['addressee'].rstrip('：:')}：", indent=0, part="主送"))
    blocks += [Para(_basis(frozen), part="依据"), *paras(said["text"] or frozen["decision"], part="正文")]
    if carried := _carried(frozen):
        blocks.append(Para(carried, part="责任人和时限"))
    blocks += corrected_since(frozen, f"本{said['wording']}按更正后的内容制发")
    if frozen.get("replaces"):
        blocks.append(Para(f"{frozen['replaces']}同时废止。", part="废止"))
    blocks.append(Closing(unit, day(frozen.get("issued_on")), Seal(frozen["style"]["seal"])))
    if said["note"]:
        blocks.append(Note(said["note"].strip("（）()")))
    blocks.append(Imprint(said["copies_to"], frozen["style"]["printed_by"], day(frozen.get("issued_on"))))
    names = {frozen["lead"], *frozen["helpers"], *(vote["candidate"] for vote in frozen["votes"])}
    return printed(frozen, Layout.OFFICIAL, blocks, title, names)


def _basis(frozen: dict) -> str:
    meeting = f"{held(frozen)}研究了{quoted(frozen['matter'])}"
    wording = frozen["worded"]["wording"]
    if frozen["outcome"] == Item.Outcome.PRINCIPAL_DECIDED.label:
        return f"{meeting}，听取与会人员意见后，校长作出{wording}如下："
    shown = frozen["worded"]["votes"] == SHOWN and frozen["votes"]
    votes = "；".join(map(_vote, frozen["votes"])) if shown else "经讨论通过"
    aside = f"{frozen['recused']}人回避，" if frozen["recused"] else ""
    there = f"应到{frozen['in_office']}人，实到{frozen['present']}人，{aside}" if shown else ""
    return f"{meeting}，{there}{votes}，{wording}如下："


def _vote(vote: dict) -> str:
    """举手表决，同意7票、不同意0票、弃权0票."""
    counts = [("同意", vote["agree"]), ("不同意", vote["disagree"]), ("弃权", vote["abstain"])]
    counts += [("缓议", vote["defer"])] if vote["defer"] else []
    said = "、".join(f"{word}{count}票" for word, count in counts if count is not None)
    return f"{vote['candidate']}{'，' * bool(vote['candidate'])}经{way_of(vote)}，{said}"


def _carried(frozen: dict) -> str:
    if not frozen["lead"] and not frozen["due"]:
        return ""
    people = [f"由{frozen['lead']}牵头"] if frozen["lead"] else []
    people += [f"{'、'.join(frozen['helpers'])}协办"] if frozen["helpers"] else []
    due = [f"{day(frozen['due'])}前完成"] if frozen["due"] else []
    return f"本{frozen['worded']['wording']}{'，'.join(['、'.join(people)] * bool(people) + due)}。"


def missing(item: Item) -> str:
    if item.state != Item.State.SETTLED or item.meeting is None:
        return f"“{item.matter.title}”还没有议决，不能制发决定。请等会议议定、纪要签发后再生成。"
    result = with_result(Item.objects.filter(pk=item.pk)).get().result
    if result not in Item.CARRIED:
        label = Item.Outcome(result).label if result else "未记"
        return f"“{item.matter.title}”的结果是“{label}”，没有形成决定。通过或校长决定的事项才能制发决定。"
    return not_issued(item)


KIND = Kind(
    code=Document.Kind.DECISION,
    of=Of.ITEM,
    freeze=freeze,
    laid_out=laid_out,
    who=head,
    whom="召集会议的负责人",
    missing=missing,
    adjusts=ADJUSTS,
)
