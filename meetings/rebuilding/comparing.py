"""The two accounts side by side, and their differences as people say them."""

from collections.abc import Iterator
from dataclasses import dataclass

from governance.models import Body

from ..models import Item, Matter, Meeting, Opinion, Signature, Vote
from ..paths import MEETING, Names, named, names_of, spoken, with_names
from .standing import Account, account_of_rows
from .told import Untold, account_of_journal

MEETING_WORDS = MEETING | {
    "state": "会议状态",
    "body": "会议类别",
    "number": "次数",
    "mode": "方式",
    "emergency": "紧急会议",
    "convener": "召集人",
}
ITEM_WORDS = {"no": "次序", "matter": "事项", "purpose": "目的", "state": "状态", "settled": "议定"}
VOTE_WORDS = {
    "item": "所属议题",
    "candidate": "人选",
    "round": "轮次",
    "method": "表决方式",
    "agree": "同意票",
    "disagree": "不同意票",
    "abstain": "弃权票",
    "defer": "缓议票",
    "in_office": "应到",
    "present": "实到",
    "computed": "计票结果",
    "outcome": "宣布的结果",
    "outcome_reason": "与计票不一致的说明",
    "digest": "校验码",
    "abandoned_reason": "作废理由",
    "register": "可表决人员名册",
    "abandoned": "作废",
}
LABELS = {
    "meeting/state": Meeting.State,
    "meeting/body": Body,
    "meeting/mode": Meeting.Mode,
    "item/state": Item.State,
    "item/purpose": Item.Purpose,
    "vote/method": Vote.Method,
    "vote/computed": Item.Outcome,
    "vote/outcome": Item.Outcome,
    "vote/named": Opinion.Stance,
}
LONGEST = 40


@dataclass(frozen=True)
class Comparison:
    """``told`` is whether the journal tells this meeting from its beginning; if not, nothing was compared."""

    meeting: Meeting
    told: bool
    differences: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return self.told and not self.differences

    def __str__(self):
        if not self.told:
            why = "记录由文件导入" if self.meeting.state == Meeting.State.IMPORTED else "没有从筹备开始的流水"
            return f"{why}，无法由流水重建核对"
        return f"由流水重建核对：不一致 {len(self.differences)} 处" if self.differences else "由流水重建核对：一致"


def compare(meeting: Meeting) -> Comparison:
    """The record as the journal tells it, beside the rows as they stand."""
    try:
        told = account_of_journal(meeting)
    except Untold:
        return Comparison(meeting, told=False)
    stands = account_of_rows(meeting.pk)
    paths = sorted(path for path in told.keys() | stands.keys() if told.get(path, "") != stands.get(path, ""))
    if not paths:
        return Comparison(meeting, told=True)
    names = names_of(with_names(Meeting.objects.filter(pk=meeting.pk)).get())
    return Comparison(meeting, True, tuple(_in_words(names, paths, told, stands)))


def _in_words(names: Names, paths: list[str], told: Account, stands: Account) -> Iterator[str]:
    for path in paths:
        before, after = (_said(names, path, account.get(path, "")) for account in (told, stands))
        yield f"{_called(names, path, told | stands)}：流水为“{before}”，现为“{after}”"


def _called(names: Names, path: str, either: Account) -> str:
    match path.split("/"):
        case ["meeting", name]:
            return MEETING_WORDS[name]
        case ["item", item, name] if name in ITEM_WORDS:
            return f"{names.item(item)} · {ITEM_WORDS[name]}"
        case ["vote", vote, *name]:
            item, candidate = either.get(f"vote/{vote}/item", "0"), either.get(f"vote/{vote}/candidate", "")
            what = f"{names.person(name[1])}的记名票" if name[0] == "named" else VOTE_WORDS[name[0]]
            return f"{names.item(item)} · 表决{f'（{candidate}）' if candidate else ''} · {what}"
        case ["signature", role, name]:
            return f"{Signature.Role(role).label}签字 · {'签字人' if name == 'person' else '记录摘要'}"
        case ["minutes", "number"]:
            return "纪要编号"
    return named(names, path)


def _said(names: Names, path: str, text: str) -> str:
    kind, *_, name = path.split("/")
    if path.startswith("vote/") and "/named/" in path:
        name = "named"
    if not text:
        return "（无）"
    if f"{kind}/{name}" in LABELS:
        return str(dict(LABELS[f"{kind}/{name}"].choices)[text])
    if name == "matter":
        return Matter.objects.filter(pk=text).values_list("title", flat=True).first() or text
    if (kind, name) == ("vote", "item"):
        return names.item(text)
    if (kind, name) == ("signature", "person") or name in ("register", "convener", "lead"):
        return "、".join(names.person(pk) for pk in text.split(","))
    if name in ("settled", "abandoned", "emergency"):
        return "是"
    if name == "digest":
        return text[:8]
    shown = spoken(names, path, text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…（共 {len(shown)} 字）"
