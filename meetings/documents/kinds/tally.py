"""表决结果: what was counted, out of whom, what was computed and what was announced, and room for those who counted.
Of a secret ballot there are counts and nothing else."""

from django.utils import timezone

from governance.access import Standing

from ...facts.corrections import signed
from ...models import Document, Item, KeptFinding, NamedBallot, Opinion, Override, Vote
from ...transitions.table import clerk
from ...transitions.voting import before_settling
from ..blocks import Block, Cell, Column, Grid, Heading, Layout, Paper, Para, Space, Table, Title, Together, grid
from .ballot import at_meeting
from .kind import Kind, Of
from .sitting import loaded_for, of_meeting
from .words import foot, moment, numeral, printed, which_meeting

# What rules say of who could vote and of the count; what they say of the rest stands in the record.
OF_A_COUNT = ("P-03", "P-04", "P-06", "P-10", "P-11", "P-12", "P-20", "P-21", "A-03", "A-09", "C-14")
BALLOTS = (Vote.Method.OPEN_BALLOT, Vote.Method.SECRET_BALLOT)
SPEAKS = (KeptFinding.Outcome.BROKEN, KeptFinding.Outcome.UNKNOWN)


def freeze(item: Item, by: Standing, values: dict[str, str] | None = None) -> dict:
    loaded = loaded_for(item.meeting, by)
    row, case = at_meeting(loaded, item)
    dossier, names = loaded.dossier, _named(item)
    votes = list(Vote.objects.filter(item=item).select_related("abandoned_by").order_by("round", "pk"))
    standing = {each["id"]: each for each in row.vote_rows}  # corrections lie over these
    asked = list(dict.fromkeys([*row.matter.candidates, *(vote.candidate for vote in votes)])) or [""]
    said = {
        each.rule: f"{dossier.name(each.by_id)}说明理由：{each.reason}" for each in Override.objects.filter(item=item)
    }
    return of_meeting(loaded, item.meeting_id) | {
        "item": {"no": row.no, "title": row.matter.title, "personnel": row.matter.personnel},
        "in_office": len(case.team),
        "present": len(case.present),
        "recused": [
            dossier.name(each["person"]) + (f"（{each['reason']}）" if each["reason"] else "")
            for each in row.recusal_rows
        ],
        "voters": len(case.voters),
        "votes": [
            _counted(vote, standing[vote.pk], names.get(vote.pk, []))
            for vote in sorted(votes, key=lambda vote: (vote.round, asked.index(vote.candidate)))
            if vote.pk in standing
        ],
        "abandoned": [_abandoned(vote) for vote in votes if vote.abandoned_at],
        "outcome": row.get_outcome_display(),
        "outcome_reason": row.outcome_reason,
        "corrections": [
            {name: each[name] for name in ("no", "label", "wrong_said", "right_said", "signed_by")}
            for each in signed(loaded.meetings[item.meeting_id].correction_rows)
            if each["path"].split("/")[:2] in [["vote", str(vote.pk)] for vote in votes]
        ],
        "findings": [{"message": text, "reason": said.get(code, "")} for code, text in _findings(loaded, row)],
    }


def _counted(vote: Vote, row: dict, named: list[tuple[str, str]]) -> dict:
    counts = {choice.label: row[choice.value] for choice in Opinion.Stance}
    by_choice = {choice.label: [name for name, said in named if said == choice] for choice in Opinion.Stance}
    ballots = row["method"] in BALLOTS
    return {
        "candidate": vote.candidate,
        "round": vote.round,
        "method": Vote.Method(row["method"]).label if row["method"] else "",
        "in_office": row["in_office"],
        "present": row["present"],
        "counts": counts,
        "given": len(vote.register) if ballots and vote.register else None,  # a file brings no register
        "taken": sum(count or 0 for count in counts.values()) if ballots else None,
        "computed": Item.Outcome(row["computed"]).label if row["computed"] else "",
        "announced": Item.Outcome(row["outcome"]).label if row["outcome"] else "",
        "reason": row["outcome_reason"],
        "named": {label: people for label, people in by_choice.items() if people},
    }


def _named(item: Item) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    rows = NamedBallot.objects.filter(vote__item=item, vote__method=Vote.Method.OPEN_BALLOT).order_by("pk")
    for vote, name, choice in rows.values_list("vote_id", "person__name", "choice"):
        found.setdefault(vote, []).append((name, choice))
    return found


def _abandoned(vote: Vote) -> dict:
    return {
        "candidate": vote.candidate,
        "round": vote.round,
        "counts": {choice.label: getattr(vote, choice.value) for choice in Opinion.Stance},
        "at": timezone.localtime(vote.abandoned_at).isoformat(),
        "by": vote.abandoned_by.name if vote.abandoned_by else "",
        "reason": vote.abandoned_reason,
    }


def _findings(loaded, item: Item) -> list[tuple[str, str]]:
    """What was kept when the item was settled; before that, what the rules say now."""
    if item.state == Item.State.SETTLED:
        kept = KeptFinding.objects.filter(item=item, judgement__current=True, judgement__run=None, rule__in=OF_A_COUNT)
        return list(dict(kept.order_by("pk").values_list("rule", "message")).items())
    found = before_settling(loaded, item.meeting_id, item.no, codes=OF_A_COUNT)
    return [(one.code, one.message) for one in found if one.outcome.value in SPEAKS]


def laid_out(frozen: dict) -> Paper:
    item, votes = frozen["item"], frozen["votes"]
    blocks: list[Block] = [
        Title(f"{frozen['school']}{frozen['body']}表决结果"),
        _head(frozen),
        Table(_columns(frozen), tuple(_row(vote, frozen) for vote in votes), part="表决结果"),
    ]
    for vote in votes:
        blocks += [Para(text, part="说明") for text in _told(vote, frozen)]
    if frozen["outcome"]:
        why = f"，说明：{frozen['outcome_reason']}" if frozen["outcome_reason"] else ""
        blocks.append(Para(f"本项宣布的结果：{frozen['outcome']}{why}。".replace("。。", "。"), part="宣布的结果"))
    blocks += _section("更正", [_corrected(each) for each in frozen["corrections"]])
    blocks += _section("作废的表决", [_gone(each, frozen) for each in frozen["abandoned"]])
    blocks += _section(
        "检查意见",
        [each["message"] + (f"{each['reason']}" if each["reason"] else "") for each in frozen["findings"]],
    )
    blocks.append(Together((Space(), _hands())))
    names = {frozen["chair"], frozen["recorder"], *(vote["candidate"] for vote in votes)}
    names |= {name for vote in votes for people in vote["named"].values() for name in people}
    return printed(frozen, Layout.FORM, blocks, f"第{item['no']}项表决结果（草稿）", names, foot(frozen))


def _head(frozen: dict) -> Grid:
    methods = "、".join(dict.fromkeys(vote["method"] or "未记录" for vote in frozen["votes"]))
    numbers = f"应到 {frozen['in_office']} 人，实到 {frozen['present']} 人，可表决 {frozen['voters']} 人"
    rows = [
        (Cell("会议", label=True), Cell(f"{which_meeting(frozen)}（{moment(frozen['starts_at'])}）", span=3)),
        (Cell("议题", label=True), Cell(f"第 {frozen['item']['no']} 项　{frozen['item']['title']}", span=3)),
        (Cell("表决方式", label=True), Cell(methods), Cell("主持", label=True), Cell(frozen["chair"])),
        (Cell("人数", label=True), Cell(numbers), Cell("回避", label=True), Cell("、".join(frozen["recused"]) or "无")),
    ]
    return grid((0.14, 0.44, 0.1, 0.32), *rows)


def _choices(frozen: dict) -> list[str]:
    """缓议 is asked where somebody is appointed; elsewhere it is shown only if somebody chose it."""
    put_off = frozen["item"]["personnel"] or any(vote["counts"]["缓议"] for vote in frozen["votes"])
    return [choice.label for choice in Opinion.Stance if choice != Opinion.Stance.DEFER or put_off]


def _by_ballot(frozen: dict) -> bool:
    return any(vote["taken"] is not None for vote in frozen["votes"])


def _rounds(frozen: dict) -> bool:
    return any(vote["round"] > 1 for vote in frozen["votes"])


def _columns(frozen: dict) -> tuple[Column, ...]:
    choices, of_people = _choices(frozen), any(vote["candidate"] for vote in frozen["votes"])
    told = [("轮次", 1.0)] if _rounds(frozen) else []
    told += [("发出", 1.0), ("收回", 1.0), ("有效", 1.0)] if _by_ballot(frozen) else []
    told += [(choice, 1.4 if len(choice) > 2 else 1.0) for choice in choices]
    told += [("计票结果", 1.75), ("宣布结果", 1.75)]
    first = 2.4
    whole = first + sum(width for _, width in told)
    return (
        Column("人选" if of_people else "表决事项", first / whole, "center", "name" if of_people else "text"),
        *(Column(word, width / whole, "center", "text" if "结果" in word else "number") for word, width in told),
    )


def _row(vote: dict, frozen: dict) -> tuple[str, ...]:
    def number(value: int | None) -> str:
        return "—" if value is None else str(value)

    cells = [vote["candidate"] or "本项"]
    cells += [str(vote["round"])] if _rounds(frozen) else []
    cells += [number(vote[name]) for name in ("given", "taken", "taken")] if _by_ballot(frozen) else []
    cells += [number(vote["counts"][choice]) for choice in _choices(frozen)]
    return (*cells, vote["computed"] or "—", vote["announced"] or "—")


def _which(vote: dict, frozen: dict) -> str:
    turn = f"第{numeral(vote['round'])}轮" if vote["round"] > 1 or _rounds(frozen) else ""
    return f"{vote['candidate']}{turn}" or "本项"


def _told(vote: dict, frozen: dict) -> list[str]:
    said = []
    if vote["computed"] and vote["announced"] and vote["computed"] != vote["announced"]:
        why = f"说明：{vote['reason'].rstrip('。')}。" if vote["reason"] else "没有写明原因。"
        said.append(
            f"{_which(vote, frozen)}计票结果为“{vote['computed']}”，会上宣布为“{vote['announced']}”，两者不同。{why}"
        )
    if (vote["present"] is not None) and (vote["in_office"], vote["present"]) != (
        frozen["in_office"],
        frozen["present"],
    ):
        said.append(f"{_which(vote, frozen)}计票时应到 {vote['in_office']} 人，实到 {vote['present']} 人。")
    if vote["named"]:
        people = "；".join(f"{label}：{'、'.join(names)}" for label, names in vote["named"].items())
        said.append(f"{_which(vote, frozen)}记名表决情况　{people}。")
    return said


def _section(heading: str, texts: list[str]) -> list[Block]:
    return [Heading(heading, 2), *(Para(text, part=heading) for text in texts)] if texts else []


def _corrected(each: dict) -> str:
    return (
        f"更正{each['no']}：{each['label']}，原记录“{each['wrong_said']}”，更正为“{each['right_said']}”，"
        f"{each['signed_by']}签字。上表为更正后的数。"
    )


def _gone(each: dict, frozen: dict) -> str:
    counts = "、".join(f"{word} {count} 票" for word, count in each["counts"].items() if count)
    return (
        f"{_which(each, frozen)}的一次表决（{counts or '没有票数'}）于{moment(each['at'])}由{each['by']}作废，"
        f"原因：{each['reason'].rstrip('。')}。"
    )


def _hands() -> Grid:
    return grid(
        (0.17, 0.33, 0.17, 0.33),
        *(
            (Cell(left, label=True), Cell("", lines=3), Cell(right, label=True), Cell("", lines=3))
            for left, right in (("监票人签名", "计票人签名"), ("主持人签名", "日期"))
        ),
    )


def missing(item: Item) -> str:
    if item.meeting is None:
        return "这项议题还没有上会，没有表决结果。请先编入会议议程，会上表决后再生成。"
    if not item.votes.filter(abandoned_at=None).exists():
        return f"第 {item.no} 项还没有表决结果。请先在会议页面登记表决，再生成表决结果。"
    return ""


KIND = Kind(
    code=Document.Kind.TALLY,
    of=Of.ITEM,
    freeze=freeze,
    laid_out=laid_out,
    who=clerk,
    whom="学校秘书",
    missing=missing,
)
