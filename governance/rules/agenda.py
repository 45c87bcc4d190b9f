"""Who calls and chairs a meeting, what comes on its agenda, and when people are told."""

from datetime import timedelta

from governance.rules.cases import ItemCase, MatterCase, MeetingCase
from governance.rules.clauses import SCHOOL_RULE, S
from governance.rules.facts import Body, Id, day_of
from governance.rules.ruling import (
    BLOCK,
    ITEM,
    MATTER,
    MEETING,
    MET,
    NOT_APPLICABLE,
    WARN,
    Verdict,
    broken,
    met,
    rule,
    unknown,
)

HEADS: dict[Body, str] = {"party": "党组织书记", "office": "校长"}
MEETINGS: dict[Body, str] = {"party": "党组织会议", "office": "校长办公会议"}


@rule("P-01", looks_at=MEETING, mode=WARN, clause=S(5), body="party", needs_party_organization=True)
def secretary_chairs(case: MeetingCase) -> Verdict:
    """党组织会议由党组织书记召集并主持；书记不能主持的，会前委托一名党组织班子成员主持。"""
    return _chaired(case)


@rule("A-01", looks_at=MEETING, mode=WARN, clause=S(6), body="office")
def principal_chairs(case: MeetingCase) -> Verdict:
    """校长办公会议由校长召集并主持；校长不能主持的，会前委托一名行政班子成员主持。"""
    return _chaired(case)


def _chaired(case: MeetingCase) -> Verdict:
    head, chair = case.head, case.meeting.chair
    if chair is None:
        return unknown("没有记录主持人", "请记下主持人")
    if head is None:
        return _vacant_head(case.body)
    if chair in (head, case.delegated_chair):
        return MET
    return broken(
        f"本次会议由{case.called(chair)}主持，不是{HEADS[case.body]}，{_flaw_of_delegation(case)}",
        f"有{HEADS[case.body]}会前委托的，请补记委托；没有的，请说明情况",
    )


def _flaw_of_delegation(case: MeetingCase) -> str:
    delegation = case.meeting.delegation
    if delegation is None:
        return "也没有委托记录"
    if delegation.giver != case.head:
        return f"委托不是{HEADS[case.body]}作出的"
    if delegation.receiver != case.meeting.chair:
        return f"受委托的是{case.called(delegation.receiver)}"
    if delegation.receiver not in case.team:
        return "受委托人不是班子成员"
    return "委托作出时会议已经开始"


def _vacant_head(body: Body) -> Verdict:
    return unknown(f"当天{HEADS[body]}空缺", f"请补全{HEADS[body]}的任职起止日期")


@rule("P-07", looks_at=MATTER, mode=WARN, clause=S(5), needs_party_organization=True)
def leadership_proposes_to_party(case: MatterCase) -> Verdict:
    """党组织会议议题由学校领导班子成员提出。"""
    return _proposed_by_leadership(case, "party")


@rule("A-06", looks_at=MATTER, mode=WARN, clause=S(6))
def leadership_proposes_to_office(case: MatterCase) -> Verdict:
    """校长办公会议议题由学校领导班子成员提出。"""
    return _proposed_by_leadership(case, "office")


def _proposed_by_leadership(case: MatterCase, body: Body) -> Verdict:
    if body not in case.agendas:
        return NOT_APPLICABLE
    proposer, proposed_at = case.matter.proposer, case.matter.proposed_at
    if proposer is None or proposed_at is None:
        return unknown("没有记录提出人或提出时间", "请补记由谁、何时提出")
    day = day_of(proposed_at)
    leadership = case.dossier.leadership(day)
    if not leadership:
        return unknown("提出当天没有领导班子成员在任", "请核对班子成员的任职起止日期")
    if proposer in leadership:
        return MET
    return broken(
        f"“{case.matter.title}”由{case.dossier.called([proposer], day)}提出，提出时不是学校领导班子成员",
        "请由分管的班子成员提出",
    )


@rule("P-08", looks_at=ITEM, mode=BLOCK, clause=S(5), body="party", withdrawn_too=True, needs_party_organization=True)
def secretary_confirms(case: ItemCase) -> Verdict:
    """党组织会议议题由党组织书记在发出通知前、最迟在开会前确定。"""
    return _confirmed(case)


@rule("A-07", looks_at=ITEM, mode=BLOCK, clause=S(6), body="office", withdrawn_too=True)
def principal_confirms(case: ItemCase) -> Verdict:
    """校长办公会议议题由校长在发出通知前、最迟在开会前确定。"""
    return _confirmed(case)


def _confirmed(case: ItemCase) -> Verdict:
    item, notice = case.item, case.meeting.meeting.notice_sent_at
    by, at, head = item.confirmed_by, item.confirmed_at, HEADS[case.body]
    if at is not None and at > case.starts_at:
        return broken(
            f"第 {case.no} 项在会议开始后才由{head}确定",
            f"请核对确定时间；{head}会前没有确定的，移到下次会议",
        )
    added_later = item.added_at is not None and notice is not None and item.added_at > notice
    if at is not None and notice is not None and at > notice and not added_later:
        return broken(
            f"第 {case.no} 项在发出会议通知后才由{head}确定",
            "请核对确定时间；临时增加的议题，请记下增加的时间",
        )
    if by is None or at is None:
        if item.outcome is not None:
            return broken(
                f"第 {case.no} 项没有{head}确定议题的记录，已有会议结果",
                f"请补记{head}确定议题的时间；没有确定的，请说明情况",
            )
        return unknown(f"没有{head}确定议题的记录", f"请{head}确定议题")
    return _confirmed_by_whom_it_takes(case, by, case.dossier.head(case.body, day_of(at)))


def _confirmed_by_whom_it_takes(case: ItemCase, by: Id, head: Id | None) -> Verdict:
    if by in (head, case.meeting.delegated_chair):
        return MET
    if head is None:
        return _vacant_head(case.body)
    title = HEADS[case.body]
    return broken(
        f"第 {case.no} 项由{case.called(by)}确定，不是{title}，也不是受委托的主持人",
        f"请{title}确定议题",
    )


@rule("C-10", looks_at=ITEM, mode=WARN, clause=SCHOOL_RULE)
def only_emergencies_join_late(case: ItemCase) -> Verdict:
    """会议通知发出后不临时增加议题，紧急事项除外。"""
    added_at, notice = case.item.added_at, case.meeting.meeting.notice_sent_at
    if added_at is None or notice is None or added_at <= notice:
        return NOT_APPLICABLE
    if case.matter.emergency is not None:
        return MET
    return broken(
        f"第 {case.no} 项在发出会议通知后临时增加，没有记录紧急情况",
        "请移到下次会议；情况紧急的，请记下由谁认定和理由",
    )


@rule("C-11", looks_at=MEETING, mode=WARN, clause=SCHOOL_RULE, parameters=("notice_hours",))
def notice_comes_in_time(case: MeetingCase) -> Verdict:
    """会议通知按议事规则规定的时间提前发出，紧急会议除外。"""
    if case.meeting.emergency:
        return NOT_APPLICABLE
    notice, hours = case.meeting.notice_sent_at, case.parameters.notice_hours
    if notice is None:
        return unknown("没有记录会议通知的发出时间", "请补记通知时间")
    ahead = case.starts_at - notice
    given = ahead // timedelta(hours=1)
    if ahead >= timedelta(hours=hours):
        return met(hours=given, needed=hours)
    how_long = f"提前 {given} 小时发出" if given >= 1 else "提前不足 1 小时发出" if given == 0 else "在会议开始后才发出"
    return broken(
        f"本次会议的通知{how_long}，须提前 {hours} 小时",
        "请提早通知或推迟开会；情况紧急的，标明为紧急会议",
        hours=given,
        needed=hours,
    )
