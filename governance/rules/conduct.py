"""How the meeting itself went: who spoke, who stood aside, who was there."""

from governance.rules.cases import DISSENT, ItemCase, MeetingCase
from governance.rules.clauses import SCHOOL_RULE, S
from governance.rules.competence import PERHAPS_RESERVED, RESERVED
from governance.rules.facts import SHANGHAI, day_of, spoken
from governance.rules.quorum import NO_ATTENDANCE, not_counted
from governance.rules.ruling import (
    BLOCK,
    INFO,
    ITEM,
    MEETING,
    MET,
    NOT_APPLICABLE,
    WARN,
    Verdict,
    broken,
    rule,
    unknown,
)


@rule("P-13", looks_at=ITEM, mode=WARN, clause=SCHOOL_RULE, body="party", needs_party_organization=True)
def everyone_takes_a_stance_on_personnel(case: ItemCase) -> Verdict:
    """讨论决定干部任免，到会成员逐一表明同意、不同意或者缓议。"""
    if not case.personnel or not case.decided:
        return NOT_APPLICABLE
    if not case.voters_known:
        return not_counted(case)
    if not case.voters:
        return NOT_APPLICABLE
    silent = case.voters - case.stances.keys()
    if not silent:
        return MET
    return broken(
        f"第 {case.no} 项有 {len(silent)} 人没有表态：{case.called(*silent)}",
        "请补记每名到会成员的表态",
        silent=len(silent),
        voters=len(case.voters),
    )


@rule(
    "P-14",
    looks_at=ITEM,
    mode=WARN,
    clause=SCHOOL_RULE,
    body="party",
    needs_party_organization=True,
    parameters=("chair_speaks_last", *RESERVED),
)
def chair_speaks_last(case: ItemCase) -> Verdict:
    """主持人在其他成员充分发表意见后，最后表态。"""
    chair, scope = case.meeting.meeting.chair, case.parameters.chair_speaks_last
    if not case.decided or scope == "none" or chair in case.recused:
        return NOT_APPLICABLE
    if scope == "personnel" and not case.personnel:
        return NOT_APPLICABLE
    if scope == "reserved" and case.reserved is False:
        return NOT_APPLICABLE
    if not case.voters_known:
        return not_counted(case)
    orders = {
        one.person: one.order for one in case.item.opinions if one.order is not None and one.person in case.voters
    }
    if len(orders) == 1:
        return NOT_APPLICABLE
    if not orders:
        return unknown("没有记录发言顺序", "请补记发言顺序")
    if scope == "reserved" and case.reserved is None:
        return PERHAPS_RESERVED
    return _spoke_last(case, max(orders.values()))


def _spoke_last(case: ItemCase, last: int) -> Verdict:
    chair = case.meeting.meeting.chair
    if chair is None:
        return unknown("没有记录主持人", "请记下主持人")
    opinion = case.opinion_of(chair)
    name = case.called(chair)
    if opinion is None:
        return broken(f"第 {case.no} 项没有主持人{name}的表态", "请补记主持人的表态和顺序")
    if opinion.order is None:
        return unknown("没有记录主持人的发言顺序", "请补记发言顺序")
    if opinion.order >= last:
        return MET
    return broken(
        f"第 {case.no} 项主持人{name}第 {opinion.order} 个表态，应最后表态（第 {last} 个）",
        "请核对发言顺序；今后请主持人最后表态",
        order=opinion.order,
        last=last,
    )


@rule("A-08", looks_at=ITEM, mode=WARN, clause=S(6), body="office")
def principal_hears_everyone(case: ItemCase) -> Verdict:
    """校长应当在广泛听取与会人员意见的基础上，最后作出决定。"""
    if not case.decided:
        return NOT_APPLICABLE
    opinions, chair = case.item.opinions, case.meeting.meeting.chair
    if not opinions:
        return unknown("没有记录发言", "请补记与会人员的意见")
    silent = case.voters - {one.person for one in opinions} - {chair}
    # without a chair on record, one silent member may be the chair
    if len(silent) > (1 if chair is None else 0):
        return broken(
            f"第 {case.no} 项有 {len(silent)} 名到会成员没有发言记录：{case.called(*silent)}",
            "请补记到会成员的意见",
            silent=len(silent),
        )
    if chair is None:
        return unknown("没有记录主持人", "请记下主持人")
    orders = {one.person: one.order for one in opinions if one.order is not None}
    if chair in orders and orders[chair] < max(orders.values()):
        return broken(
            f"第 {case.no} 项{case.called(chair)}第 {orders[chair]} 个发言，之后还有人发言",
            "请核对发言顺序；今后请在听取全部意见后作决定",
            order=orders[chair],
            last=max(orders.values()),
        )
    return MET if case.voters_known else not_counted(case)


@rule("C-14", looks_at=ITEM, mode=BLOCK, clause=SCHOOL_RULE)
def the_interested_stand_aside(case: ItemCase) -> Verdict:
    """与议题有利害关系的人员应当回避，回避的人不表态、不表决。"""
    if not case.recused and not case.matter.interests:
        return NOT_APPLICABLE
    if stated := case.recused & case.stances.keys():
        return broken(
            f"第 {case.no} 项已回避的{case.called(*stated)}仍有表态",
            "请核对回避情况，更正记录",
        )
    if remaining := (case.matter.interests & case.attending) - case.recused:
        return broken(
            f"第 {case.no} 项应当回避而没有回避：{case.called(*remaining)}与本项有利害关系",
            "请核对出席记录；回避了的，请记入本项" if case.settled else "请其回避，并记入本项",
        )
    return MET if case.attendance_recorded else NO_ATTENDANCE


@rule("C-15", looks_at=ITEM, mode=WARN, clause=SCHOOL_RULE)
def the_owner_attends(case: ItemCase) -> Verdict:
    """讨论议题时，分管的班子成员或者负责人应当到会。"""
    owner = case.matter.owner
    if owner is None:
        return NOT_APPLICABLE
    if not case.attendance_recorded:
        return NO_ATTENDANCE
    if owner in case.attending:
        return MET
    name = case.called(owner)
    return broken(
        f"第 {case.no} 项的负责人{name}没有到会",
        "请核对出席记录" if case.settled else f"等{name}到会，或把本项移到下次会议",
    )


@rule("C-16", looks_at=ITEM, mode=INFO, clause=S(7))
def deferring_has_a_reason(case: ItemCase) -> Verdict:
    """缓议的议题应当记下理由。"""
    if case.item.outcome != "deferred":
        return NOT_APPLICABLE
    if case.item.decision_text.strip():
        return MET
    return broken(f"第 {case.no} 项缓议，没有记理由", "请在议决事项里写明缓议的理由")


@rule("C-17", looks_at=ITEM, mode=WARN, clause=SCHOOL_RULE)
def dissent_is_written_down(case: ItemCase) -> Verdict:
    """不同意、弃权、缓议的意见应当记下理由；公开表决的，票数与记名的意见相符。"""
    if not case.item.opinions and not case.tallies:
        return NOT_APPLICABLE
    opinions = [one for one in case.item.opinions if one.stance in DISSENT]
    open_votes = [counts.dissent for vote, counts in case.tallies if vote.method != "secret_ballot"]
    most = max(open_votes, default=0)
    if not opinions and most <= 0:
        return NOT_APPLICABLE
    if wordless := [one.person for one in opinions if not one.text.strip()]:
        return broken(
            f"第 {case.no} 项{case.called(*wordless)}的不同意、弃权或缓议意见没有记内容",
            "请补记意见内容",
        )
    if most > len(opinions):
        return broken(
            f"第 {case.no} 项公开表决有 {most} 票不同意、弃权或缓议，只记下 {len(opinions)} 人的意见",
            "请补记是谁的意见和理由",
            counted=most,
            opinions=len(opinions),
        )
    return MET


@rule("C-21", looks_at=MEETING, mode=WARN, clause=SCHOOL_RULE)
def absence_has_a_reason(case: MeetingCase) -> Verdict:
    """班子成员应当按时到会；不能到会的，会前请假并说明理由。"""
    if not case.ended:
        return NOT_APPLICABLE
    if not case.attendance_recorded or not case.team:
        return not_counted(case)
    rows = {row.person: row for row in case.meeting.attendance}
    excused = {
        row.person
        for row in rows.values()
        if row.status == "present" or (row.status == "leave" and row.leave_reason.strip())
    }
    missing = case.team - excused
    if not missing:
        return MET
    unnoted = len(missing - rows.keys())
    also = f"，其中 {unnoted} 人没有出席记录" if unnoted else ""
    return broken(
        f"本次会议有 {len(missing)} 名成员缺席或者请假没有理由：{case.called(*missing)}{also}",
        "请补记请假理由或出席情况",
        missing=len(missing),
    )


@rule("C-24", looks_at=MEETING, mode=WARN, clause=(S(5), S(6)), body="party")
def the_two_meetings_stay_apart(case: MeetingCase) -> Verdict:
    """党组织会议与校长办公会议分别召开，不合并、不同时开。"""
    timetable = case.dossier.office_timetable
    if not timetable.compares(case):
        return NOT_APPLICABLE
    clash = timetable.clash(case)
    if clash is None:
        return MET
    return broken(
        f"本次会议与 {spoken(day_of(clash.starts_at))} {clash.starts_at.astimezone(SHANGHAI):%H:%M} 的校长办公会议时间重叠",
        "请核对两个会议的起止时间；合并召开的，分别记录",
    )
