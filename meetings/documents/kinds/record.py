"""会议记录: what was said and done at a meeting, for the archive; it is not sent around."""

from decimal import Decimal

from accounts.templatetags.words import yuan

from ...models import Document, Meeting
from ...transitions.table import reviser
from ..blocks import Block, Cell, Column, Grid, Heading, Layout, Paper, Para, Space, Table, Title, Together, paras
from ..freezing_record import freeze_record
from .kind import Kind, Of
from .words import clock, day, ended, foot, led, moment, numeral, printed, way_of, which_meeting

READY = (Meeting.State.COMPLETED, Meeting.State.SIGNED, *Meeting.SEALED)
COUNTS = (("同意", "agree"), ("不同意", "disagree"), ("弃权", "abstain"), ("缓议", "defer"))


def laid_out(frozen: dict) -> Paper:
    title = f"{frozen['school']}{frozen['body']}记录"
    blocks: list[Block] = [Title(title)]
    if frozen.get("number"):
        blocks.append(Para(f"编号：{frozen['number']}", indent=0))
    blocks.append(_head(frozen))
    blocks += _corrections(frozen["corrections"], "")
    for item in frozen["items"]:
        blocks += _item(item)
    if not frozen["items"]:
        blocks.append(Para("本次会议没有议题。", part="议题"))
    blocks.append(Para(_ending(frozen), part="散会"))
    blocks += _minutes(frozen["minutes"])
    blocks += _remarks(frozen["remarks"])
    blocks += [Space(), Together((_signatures(frozen),))]
    return printed(frozen, Layout.FORM, blocks, f"{title}（草稿）", _names(frozen), foot(frozen))


def _head(frozen: dict) -> Grid:
    """When, where and who, each on a line of its own."""
    place = "　".join(filter(None, (frozen["place"] or "未记", frozen["mode"])))
    rows = [
        ("会议", "　".join(filter(None, (which_meeting(frozen), frozen["title"], "紧急会议" * frozen["emergency"])))),
        (
            "时间",
            moment(frozen["starts_at"])
            + (f"至{_at(frozen['ends_at'], frozen['starts_at'])}" if frozen["ends_at"] else "，结束时间未记"),
        ),
        ("地点", place),
        ("主持", frozen["chair"] or "未记"),
    ]
    if given := frozen["delegation"]:
        reason = f"，事由：{given['reason']}" if given["reason"] else ""
        rows.append(("委托主持", f"{given['giver']}{moment(given['at'])}委托{given['receiver']}主持{reason}"))
    there = len(frozen["people"].get("出席", ()))
    rows += [("记录", frozen["recorder"] or "未记"), ("人数", f"应到{frozen['in_office']}人，实到{there}人")]
    rows += [(word, "、".join(map(_with_note, people))) for word, people in frozen["people"].items()]
    if frozen["movements"]:
        rows.append(("到会变动", "；".join(_movement(each, frozen["starts_at"]) for each in frozen["movements"])))
    for change in frozen["agenda_changes"]:
        rows.append(("议程变动", f"{moment(change['at'])}第{change['version']}版：{change['said']}"))
    return Grid((0.16, 0.84), tuple((Cell(word, label=True), Cell(text, part=word)) for word, text in rows))


def _at(at: str, starts_at: str) -> str:
    """By the clock; with the day where that is another than the meeting's."""
    return clock(at) if at[:10] == starts_at[:10] else moment(at)


def _with_note(person: dict) -> str:
    return f"{person['name']}（{person['note']}）" if person["note"] else person["name"]


def _movement(each: dict, starts_at: str) -> str:
    detail = f"（{each['detail']}）" if each["detail"] else ""
    return f"{_at(each['at'], starts_at)}，第{each['no']}项，{each['name']}{each['what']}{detail}"


def _item(item: dict) -> list[Block]:
    """One item as it went, each part under its own heading, those that are empty left out."""
    part = f"第 {item['no']} 项"
    sections: list[tuple[str, list[Block]]] = [
        ("提请研究的事项", _brief(item, part)),
        (
            "回避",
            [Para(f"{'、'.join(map(_with_note, item['recusals']))}回避。", part=f"{part} 回避")]
            * bool(item["recusals"]),
        ),
        ("发言", _opinions(item["opinions"], part, written=False)),
        ("缺席人员书面意见（会上宣读，不计票）", _opinions(item["opinions"], part, written=True)),
        ("表决", _votes(item, part)),
        ("结果和决定", _decision(item, part)),
        ("说明理由", [line for each in item["overrides"] for line in _override(each, part)]),
        ("更正", _corrections(item["corrections"], part)),
    ]
    filled = [(name, blocks) for name, blocks in sections if blocks]
    made: list[Block] = [Heading(f"{numeral(item['no'])}、{item['heading']}")]
    for number, (name, blocks) in enumerate(filled, start=1):
        made += [Heading(f"（{numeral(number)}）{name}", level=2), *blocks]
    return made


def _brief(item: dict, part: str) -> list[Block]:
    facts = [
        item["purpose"],
        f"{item['proposer']}提出" if item["proposer"] else "",
        f"金额{yuan(Decimal(item['amount'])).replace(' ', '')}" if item["amount"] else "",
        f"本项到会{item['present']}人",
    ]
    made: list[Block] = [Para("；".join(filter(None, facts)) + "。", part=f"{part} 情况")]
    if given := item["emergency"]:
        made += led(f"紧急处置：{moment(given['at'])}，{given['by']}。", given["reason"], part=f"{part} 紧急处置")
    return made + paras(item["proposal"], part=f"{part} 方案")


def _opinions(opinions: list[dict], part: str, *, written: bool) -> list[Block]:
    made: list[Block] = []
    for each in (one for one in opinions if one["written"] == written):
        lead = f"{each['name']}{'（' + each['stance'] + '）' if each['stance'] else ''}"
        made += led(f"{lead}：" if each["text"] else f"{lead}。", each["text"], part=f"{part} {each['name']}")
    return made


def _votes(item: dict, part: str) -> list[Block]:
    votes = item["votes"]
    made: list[Block] = [Para(_counted(vote), part=f"{part} 表决") for vote in votes] if len(votes) == 1 else []
    if len(votes) > 1:
        made.append(_table(votes, part))
    for vote in votes:
        lead = _question(vote)
        if vote["announced"] and vote["announced"] != vote["counted"] and vote["counted"]:
            why = f"，说明：{vote['reason']}" if vote["reason"] else "，没有说明原因"
            said = f"{lead}计票结果为{vote['counted']}，宣布的结果为{vote['announced']}{why}"
            made.append(Para(ended(said), part=f"{part} 宣布"))
        if vote["named"]:
            said = "；".join(f"{word}{len(names)}人，{'、'.join(names)}" for word, names in vote["named"])
            made.append(Para(f"{lead}记名情况：{said}。", part=f"{part} 记名"))
    return made + [Para(_abandoned(vote), part=f"{part} 作废的表决") for vote in item["abandoned"]]


def _question(vote: dict) -> str:
    """人选冯某，第2轮，: what was voted on, nothing where there was one question and one round."""
    return "".join(
        (f"人选{vote['candidate']}，" * bool(vote["candidate"]), f"第{vote['round']}轮，" * bool(vote["round"]))
    )


def _counts(vote: dict) -> str:
    shown = [(word, vote[key]) for word, key in COUNTS if key != "defer" or vote[key]]
    return "，".join(f"{word}{'未记' if count is None else f'{count}票'}" for word, count in shown)


def _counted(vote: dict) -> str:
    there = f"应到{vote['in_office']}人，实到{vote['present']}人；" if vote["in_office"] and vote["present"] else ""
    result = vote["counted"] or vote["announced"]
    return f"{_question(vote)}{way_of(vote)}：{there}{_counts(vote)}" + (f"。计票结果：{result}。" if result else "。")


def _table(votes: list[dict], part: str) -> Table:
    """Several votes on one item side by side: candidate by candidate, round by round."""
    wanted = [
        ("人选", 3, lambda vote: vote["candidate"], any(vote["candidate"] for vote in votes)),
        ("轮次", 2, lambda vote: f"第{vote['round'] or 1}轮", any(vote["round"] for vote in votes)),
        ("方式", 3, way_of, True),
        ("实到／应到", 2, lambda vote: f"{_said(vote['present'])}／{_said(vote['in_office'])}", True),
        *((word, 2, lambda vote, key=key: _said(vote[key]), True) for word, key in COUNTS[:3]),
        ("缓议", 2, lambda vote: _said(vote["defer"]), any(vote["defer"] for vote in votes)),
        ("计票结果", 2, lambda vote: vote["counted"] or "未记", True),
        ("宣布", 2, lambda vote: vote["announced"] or "未记", True),
    ]
    columns = [(title, width, text) for title, width, text, shown in wanted if shown]
    whole = sum(width for _, width, _ in columns)
    return Table(
        tuple(
            Column(title, width / whole, "center", "name" if title == "人选" else "text") for title, width, _ in columns
        ),
        tuple(tuple(text(vote) for _, _, text in columns) for vote in votes),
        part=f"{part} 表决",
    )


def _said(count: int | None) -> str:
    return "未记" if count is None else str(count)


def _abandoned(vote: dict) -> str:
    turn = f"第{vote['round']}轮，" if vote["round"] > 1 else ""
    candidate = f"人选{vote['candidate']}，" if vote["candidate"] else ""
    reason = f"，原因：{vote['reason']}" if vote["reason"] else ""
    return ended(f"作废的表决：{candidate}{turn}{way_of(vote)}，{_counts(vote)}；{moment(vote['at'])}作废{reason}")


def _decision(item: dict, part: str) -> list[Block]:
    result = item["outcome"] if item["reached"] else "没有议到"
    made: list[Block] = [*led(f"结果：{result or '未记'}。", item["outcome_reason"], part=f"{part} 结果")]
    made += paras(item["decision"], part=f"{part} 决定")
    carried = [f"责任人：{'、'.join(item['responsible'])}"] if item["responsible"] else []
    carried += [f"完成时限：{day(item['due'])}"] if item["due"] else []
    return made + [Para(f"{'；'.join(carried)}。", part=f"{part} 责任人和时限")] * bool(carried)


def _override(each: dict, part: str) -> list[Para]:
    clause = f"依据{each['clause']}。" if each["clause"] not in each["message"] else ""
    lead = f"{each['rule']}：{ended(each['message'])}{clause}{each['by']}{moment(each['at'])}说明理由："
    return led(lead, each["reason"], part=f"{part} 理由")


def _corrections(rows: list[dict], part: str) -> list[Block]:
    """Above stands what is right; here what was written there first, and who answers for the change."""
    made: list[Block] = []
    for row in rows:
        called = f"{part} 更正{row['no']}".strip()
        paper = f"，见{row['number']}" if row["number"] else ""
        made += led(f"更正{row['no']}（{row['label']}），原记：", row["wrong"] or "空", part=called)
        made += led("更正为：", row["right"] or "空", part=called)
        made += led(f"{row['found_by']}发现，理由：", row["reason"], part=called)
        made.append(Para(f"{row['signed_by']}{moment(row['signed_at'])}签字{paper}。", part=called))
    return made


def _ending(frozen: dict) -> str:
    return f"{moment(frozen['ends_at'])}散会。" if frozen["ends_at"] else "散会时间未记。"


def _minutes(came: dict | None) -> list[Block]:
    if came is None:
        return []
    issued = f"{came['issued_by'] or '签发人未记'}，{moment(came['issued_at']) or '签发时间未记'}签发。"
    made: list[Block] = [Heading(f"随档案导入的会议纪要{came['number']}"), Para(issued, part="纪要")]
    for row in came["items"]:
        lead = f"第{row['no']}项（{row['outcome'] or '结果未记'}）"
        made += led(f"{lead}：" if row["text"] else f"{lead}。", row["text"], part=f"纪要 第 {row['no']} 项")
    return made + _corrections(came["corrections"], "纪要")


def _remarks(remarks: list[dict]) -> list[Block]:
    """What a reader of the record should know of it: what the rules found, and who answered for it."""
    if not remarks:
        return []
    made: list[Block] = [Heading("检查情况")]
    for number, each in enumerate(remarks, start=1):
        explained = f"理由见第{each['no']}项。" if each["explained"] else ""
        said = f"{number}. {each['outcome']}（{each['rule']}，{each['mode']}）：{each['message']}{explained}"
        made.append(Para(said, part=f"检查 {each['rule']}"))
    return made


def _signatures(frozen: dict) -> Grid:
    """Who signed, when; room for a hand where nobody has."""
    signed = {each["role"]: each for each in frozen["signatures"]}
    rows = []
    for role, name in (("主持人", frozen["chair"]), ("记录人", frozen["recorder"])):
        each = signed.pop(role, None)
        rows.append((role, each["name"] if each else name, each["at"] if each else None))
    rows += [(each["role"], each["name"], each["at"]) for each in signed.values()]
    cells = [
        (Cell(role, label=True), Cell(name), Cell("签字", label=True), Cell(f"{moment(at)}签字" if at else "", lines=2))
        for role, name, at in rows
    ]
    digests = dict.fromkeys(each["digest"] for each in frozen["signatures"] if each["digest"])
    cells += [(Cell("记录摘要", label=True), Cell(_grouped(each), span=3)) for each in digests]
    return Grid((0.16, 0.24, 0.12, 0.48), tuple(cells))


def _grouped(digest: str) -> str:
    """In groups of eight, as one reads it out and compares."""
    groups = [digest[start : start + 8] for start in range(0, len(digest), 8)]
    return "\n".join(" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))


def _names(frozen: dict) -> set[str]:
    names = {frozen["chair"], frozen["recorder"]}
    names |= {person["name"] for people in frozen["people"].values() for person in people}
    for item in frozen["items"]:
        names |= {each["name"] for each in (*item["opinions"], *item["recusals"])} | set(item["responsible"])
        names |= {vote["candidate"] for vote in item["votes"]} | {item["proposer"]}
    return names


def missing(meeting: Meeting) -> str:
    if meeting.state in READY:
        return ""
    if meeting.state == Meeting.State.ENDED:
        return "会议记录还没有完成，不能生成。请先在会议记录页面核对并“完成记录”。"
    return f"会议现在是“{meeting.get_state_display()}”，还没有会议记录。请等会议结束、记录完成后再生成。"


KIND = Kind(
    code=Document.Kind.RECORD,
    of=Of.MEETING,
    freeze=freeze_record,
    laid_out=laid_out,
    who=reviser,
    whom="学校秘书、签字人或召集会议的负责人",
    missing=missing,
)
