"""What a finding rests on, in words: the kept facts as pairs of label and value, the relevant ones first.

The numbers come from the same cases that the rules asked, not from a second count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.templatetags.words import day, moment, yuan
from governance.models import Body
from governance.rules import facts
from governance.rules.cases import ItemCase, MeetingCase
from governance.rules.dossier import Dossier
from governance.rules.facts import day_of
from governance.rules.index import rule
from meetings.facts import PROVISIONAL
from meetings.models import Attendance, Consultation, Item, KeptFinding, Matter, Opinion, Vote
from meetings.replay import About, checked_on, place_of

from .surroundings import OF_RULE, Section, around, of_school, pairs

NONE = "没有记录"

# Which facts a question of the law turns on, by the file in which its rules stand.
RELEVANT = {
    "quorum": ("到会",),
    "voting": ("到会", "表决", "发言与表态"),
    "agenda": ("会议", "议题"),
    "competence": ("事项", "议题", "历次上会"),
    "consultation": ("会前程序", "事项", "会议"),
    "conduct": ("到会", "发言与表态", "事项"),
    "records": ("会议", "记录与纪要", "议题", "工作日历"),
}

VALUES = {  # in the order in which one reads them
    "in_office": "应到",
    "base": "计票基数",
    "present": "实到",
    "agree": "同意票",
    "needed": "需要",
    "counted": "票数合计",
    "voters": "可表决人数",
    "strangers": "不能计入的表态",
    "candidates": "人选",
    "voted_on": "逐人表决",
    "silent": "没有表态的人数",
    "opinions": "写明的不同意见",
    "missing": "缺少",
    "hours": "实际小时数",
    "days": "天数",
    "working_days": "工作日",
    "overdue_days": "逾期天数",
    "allowed": "最多",
    "items": "不一致的议题",
    "number": "次数",
    "copied": "内容相同",
    "order": "主持人发言次序",
    "last": "最后发言次序",
    "payments": "合并计算的笔数",
    "together": "合计（元）",
    "threshold": "起点金额（元）",
}


@dataclass(frozen=True)
class Evidence:
    values: list[tuple[str, str]]
    relevant: list[Section]
    others: list[Section]


# What tells of the item and its own meeting, and of nothing beside them.
OF_ITEM = {"会议", "到会", "记录与纪要", "议题", "表决", "发言与表态", "事项", "会前程序"}


def evidence(finding: KeptFinding, dossier: Dossier, *, of_item: bool = False) -> Evidence:
    """``of_item``: for whoever may read this item, and not what the school did besides."""
    sitting, item = place_of(About.of(finding), dossier)
    at = dossier.meeting_case(sitting) if sitting else None
    case = next((each for each in at.items if each.item is item), None) if at and item else None
    matter = dossier.matter(finding.matter_id) if finding.matter_id else None
    on = at.day if at else None
    sections = []
    if at:
        sections += [_meeting(at), attendance(at, case), _record(at)]
    if case:
        sections += [_item(case), _votes(case), _opinions(case)]
    if matter:
        sections += [_matter(dossier, matter, on), _consultations(dossier, matter), _comings(dossier, matter)]
    if at:
        sections += around(finding.rule, dossier, at, case)
    elif not matter:
        sections += of_school(dossier, checked_on(finding.judgement))
    first = OF_RULE.get(finding.rule) or RELEVANT.get(_topic(finding.rule), ())
    sections = [section for section in sections if section.pairs and (not of_item or section.title in OF_ITEM)]
    return Evidence(
        values=[(word, str(finding.values[name])) for name, word in VALUES.items() if name in finding.values],
        relevant=sorted((s for s in sections if s.title in first), key=lambda s: first.index(s.title)),
        others=[s for s in sections if s.title not in first],
    )


def _topic(code: str) -> str:
    try:
        return rule(code).function.__module__.rpartition(".")[2]
    except KeyError:
        return ""


def _who(dossier: Dossier, people: Iterable[facts.Id], at: datetime) -> str:
    return dossier.called(people, day_of(at))


def _meeting(at: MeetingCase) -> Section:
    meeting = at.meeting
    if meeting.id == PROVISIONAL:
        told = f"审定时按 {moment(meeting.starts_at)} 开会检查"
        return Section("会议", pairs(("会议", Body(meeting.body).label), ("时间", told)))
    delegation = meeting.delegation
    return Section(
        "会议",
        pairs(
            ("会议", f"{Body(meeting.body).label}{f'第 {meeting.number} 次' if meeting.number else ''}"),
            ("开始", moment(meeting.starts_at)),
            ("结束", moment(meeting.ends_at)),
            ("通知", moment(meeting.notice_sent_at) or NONE),
            ("主持人", at.called(meeting.chair) if meeting.chair else NONE),
            ("召集会议的负责人", at.called(at.head) if at.head else "当日空缺"),
            (
                "委托",
                delegation
                and f"{at.called(delegation.giver)}委托{at.called(delegation.receiver)}（{moment(delegation.at)}）",
            ),
            ("紧急会议", "是" if meeting.emergency else ""),
        ),
    )


def attendance(at: MeetingCase, case: ItemCase | None) -> Section:
    if not at.attendance_recorded:
        return Section("到会", [("应到", f"{len(at.team)} 人：{at.called(*at.team)}"), ("到会", NONE)])
    by_status: dict[str, list] = {}
    for row in at.meeting.attendance:
        by_status.setdefault(row.status, []).append(row.person)
    present = case.present if case else frozenset(by_status.get(Attendance.Status.PRESENT, ())) & at.team

    def told(people: Iterable[facts.Id]) -> str:
        people = set(people)
        return f"{len(people)} 人：{at.called(*people)}" if people else ""

    return Section(
        "到会",
        pairs(
            ("应到", told(at.team) or "当日没有登记成员"),
            ("实到", told(present) or "0 人"),
            ("中途到离", "、".join(_in_part(at, row) for row in at.meeting.attendance if row.from_item or row.to_item)),
            ("请假", told(by_status.get(Attendance.Status.LEAVE, ()))),
            ("缺席", told(by_status.get(Attendance.Status.ABSENT, ()))),
            ("列席", told((case.attending if case else set(by_status.get(Attendance.Status.PRESENT, ()))) - at.team)),
            ("本项回避", told(case.recused) if case else ""),
            ("可表决", told(case.voters) if case else ""),
        ),
    )


def _in_part(at: MeetingCase, row: facts.Attendance) -> str:
    since = f"第 {row.from_item} 项起到会" if row.from_item else ""
    until = f"第 {row.to_item} 项后离会" if row.to_item else ""
    return f"{at.called(row.person)}{'，'.join(filter(None, (since, until)))}"


def _record(at: MeetingCase) -> Section:
    meeting = at.meeting
    record, minutes = meeting.record, meeting.minutes
    return Section(
        "记录与纪要",
        pairs(
            ("录入", moment(meeting.entered_at)),
            ("记录完成", moment(record.completed_at) if record else ""),
            ("签字", at.called(*record.signed_by) if record else ""),
            ("纪要", minutes and minutes.number),
            (
                "签发",
                minutes and f"{at.called(minutes.issued_by) if minutes.issued_by else ''} {moment(minutes.issued_at)}",
            ),
        ),
    )


def _item(case: ItemCase) -> Section:
    item = case.item
    confirmed = f"{case.called(item.confirmed_by)} {moment(item.confirmed_at)}" if item.confirmed_by else NONE
    return Section(
        "议题",
        pairs(
            ("序号", "" if case.meeting.meeting.id == PROVISIONAL else f"第 {item.no} 项"),
            ("目的", Item.Purpose(item.purpose).label),
            ("审定", confirmed),
            ("列入议程", moment(item.added_at)),
            ("宣布的结果", Item.Outcome(item.outcome).label if item.outcome else ""),
            ("决定内容", item.decision_text),
            ("责任人", case.called(*item.responsible)),
            ("完成时限", day(item.due)),
            ("办结", day(item.done_on)),
            ("公示", _publicity(item.publicity)),
        ),
    )


def _publicity(publicity: facts.Publicity | None) -> str:
    if publicity is None or not publicity.published:
        return f"不公开：{publicity.reason}" if publicity and publicity.reason else ""
    since = day(publicity.since) or "（起日没有记）"
    return f"{since}至{day(publicity.until)}" if publicity.until else f"{since}起"


def _votes(case: ItemCase) -> Section:
    return Section(
        "表决",
        [
            (
                vote.candidate or (Vote.Method(vote.method).label if vote.method else "表决"),
                f"同意 {vote.agree or 0}，不同意 {vote.disagree or 0}，弃权 {vote.abstain or 0}，缓议 {vote.defer or 0}"
                + (f"；宣布{Item.Outcome(vote.outcome).label}" if vote.outcome else ""),
            )
            for vote in case.item.votes
        ],
    )


def _opinions(case: ItemCase) -> Section:
    return Section(
        "发言与表态",
        [
            (
                f"第 {one.order} 位" if one.order else "次序未记",
                f"{case.called(one.person)} {Opinion.Stance(one.stance).label if one.stance else '未记态度'}",
            )
            for one in sorted(case.item.opinions, key=lambda one: (one.order is None, one.order))
        ],
    )


def _matter(dossier: Dossier, matter: facts.Matter, on) -> Section:
    on = on or (day_of(matter.proposed_at) if matter.proposed_at else None)
    category = dossier.category(matter.category, on) if on else None
    large = dossier.large_sum(on) if on else None
    by_amount = category is not None and category.by_amount

    def names(*people: facts.Id | None) -> str:
        known = [person for person in people if person is not None]
        return dossier.called(known, on) if on else "、".join(map(dossier.name, known))

    return Section(
        "事项",
        pairs(
            ("名称", matter.title),
            ("类别", f"{matter.category} {category.title if category else '目录中没有'}"),
            ("金额", yuan(matter.amount) or (NONE if by_amount else "")),
            ("大额标准", (yuan(large.amount) if large else "没有登记") if by_amount else ""),
            ("收款单位", matter.payee),
            ("提出", f"{names(matter.proposer) or NONE} {moment(matter.proposed_at)}".strip()),
            ("分管领导", names(matter.owner)),
            ("有利害关系的人", names(*matter.interests)),
            ("人选", "、".join(matter.candidates)),
            ("标明", "、".join(Matter.Flag(flag).label for flag in sorted(matter.flags))),
            (
                "紧急处置",
                matter.emergency
                and f"{names(matter.emergency.by)} {moment(matter.emergency.at)}：{matter.emergency.reason}",
            ),
        ),
    )


def _consultations(dossier: Dossier, matter: facts.Matter) -> Section:
    def told(one: facts.Consultation) -> str:
        heard = f"听取 {one.heard} 人" if one.heard else ""
        outcome = Consultation.Outcome(one.outcome).label if one.outcome else "没有结果"
        return " · ".join(filter(None, (moment(one.at), _who(dossier, one.people, one.at), heard, outcome)))

    held = [(Consultation.Kind(one.kind).label, told(one)) for one in matter.consultations]
    return Section("会前程序", held or [("会前程序", NONE)])


def _comings(dossier: Dossier, matter: facts.Matter) -> Section:
    real = [case for case in dossier.items_of(matter.id) if case.meeting.meeting.id != PROVISIONAL]
    return Section(
        "历次上会",
        [
            (
                day(case.starts_at),
                f"{Body(case.body).label} · {Item.Purpose(case.item.purpose).label} · "
                f"{Item.Outcome(case.item.outcome).label if case.item.outcome else '没有结果'}",
            )
            for case in real
        ],
    )
