"""Who may vote, whether the counts add up, and whether they carry what the record says."""

from collections.abc import Iterator

from governance.rules.cases import Counts, ItemCase
from governance.rules.clauses import ARITHMETIC, PASSING_RULE, SCHOOL_RULE, S
from governance.rules.facts import Vote
from governance.rules.quorum import NO_ATTENDANCE, NOBODY_IN_POST, not_counted
from governance.rules.ruling import (
    BLOCK,
    INFO,
    ITEM,
    MET,
    NOT_APPLICABLE,
    WARN,
    Verdict,
    broken,
    met,
    rule,
    worst,
)


@rule("P-06", looks_at=ITEM, mode=BLOCK, clause=S(5), body="party", needs_party_organization=True)
def only_voters_take_a_stance(case: ItemCase) -> Verdict:
    """只有到会的党组织班子成员参加表决，列席人员和缺席成员不表态计票。"""
    stated = case.stances.keys() - case.recused
    if stated and not case.team:
        return NOBODY_IN_POST
    strangers = stated - (case.voters if case.attendance_recorded else case.team)
    if strangers:
        return broken(
            f"第 {case.no} 项的表态不能全部计入：{case.called(*strangers)}不是到会的党组织班子成员，"
            f"只能计 {len(stated - strangers)} 票",
            "请核对出席记录；列席人员和缺席成员的意见另行记载，不计票",
            strangers=len(strangers),
            voters=len(case.voters),
        )
    if stated and not case.attendance_recorded:
        return NO_ATTENDANCE
    return MET


@rule(
    "P-10",
    looks_at=ITEM,
    mode=BLOCK,
    clause=PASSING_RULE,
    body="party",
    needs_party_organization=True,
    parameters=("pass_threshold", "pass_base", "recusal_reduces_base"),
)
def enough_votes_to_pass(case: ItemCase) -> Verdict:
    """通过与否须与同意票数相符：未另作规定的，同意票超过应到会人数的半数方为通过。"""
    if not case.decided or not case.tallies:
        return NOT_APPLICABLE
    members = case.team
    if case.parameters.pass_base == "present":
        if not case.attendance_recorded:
            return NO_ATTENDANCE
        members = case.present
    base = len(members - case.recused if case.parameters.recusal_reduces_base else members)
    if base == 0:
        return NOBODY_IN_POST
    return worst(_carried(case, vote, counts.agree, base) for vote, counts in case.tallies)


def _carried(case: ItemCase, vote: Vote, agree: int, base: int) -> Verdict:
    threshold = case.parameters.pass_threshold
    needed = threshold.needed(base)
    counts = {"agree": agree, "base": base, "needed": needed}
    outcome = vote.outcome or case.item.outcome
    right = "passed" if threshold.satisfied(agree, base) else "rejected"
    if outcome == right or outcome not in ("passed", "rejected"):
        return met(**counts)
    whose = f"（{vote.candidate}）" if vote.candidate else ""
    wrong = "不能记为通过" if outcome == "passed" else "已达到通过票数，不能记为否决"
    members = "实到会" if case.parameters.pass_base == "present" else "应到会"
    return broken(
        f"第 {case.no} 项{whose}{wrong}：{members} {base} 人，同意 {agree} 票，须 {needed} 票",
        "请核对票数；票数无误的，更正表决结果",
        **counts,
    )


@rule("P-11", looks_at=ITEM, mode=WARN, clause=(S(5), SCHOOL_RULE), body="party", needs_party_organization=True)
def every_candidate_voted_on_alone(case: ItemCase) -> Verdict:
    """干部任免逐人表决：每名人选各有一次表决，不夹带名单外的人。"""
    candidates = case.matter.candidates
    if not (case.personnel and candidates and case.decided):
        return NOT_APPLICABLE
    voted_on = [vote.candidate for vote in case.item.votes if vote.candidate]
    if sorted(voted_on) == sorted(candidates):
        return MET
    wrong = "、".join(_candidates_amiss(list(candidates), voted_on))
    return broken(
        f"第 {case.no} 项没有逐人表决：人选 {len(candidates)} 名，{wrong}",
        "请按人选逐一补记表决情况",
        candidates=len(candidates),
        voted_on=len(voted_on),
    )


def _candidates_amiss(candidates: list[str], voted_on: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(candidates):
        if name not in voted_on:
            yield f"{name}没有表决"
    for name in dict.fromkeys(voted_on):
        if name not in candidates:
            yield f"{name}不在人选之列"
        elif voted_on.count(name) > candidates.count(name):
            yield f"{name}表决了 {voted_on.count(name)} 次"


@rule("P-12", looks_at=ITEM, mode=WARN, clause=SCHOOL_RULE, body="party", needs_party_organization=True)
def decisions_are_voted_on(case: ItemCase) -> Verdict:
    """党组织会议决定事项应当表决，并记下表决方式和票数。"""
    if not case.decided or case.item.purpose != "decide":
        return NOT_APPLICABLE
    if not case.item.votes:
        return broken(f"第 {case.no} 项作了决定，但没有表决记录", "请补记表决方式和票数")
    if len(case.tallies) < len(case.item.votes):
        return broken(f"第 {case.no} 项的表决没有记票数", "请补记同意、不同意、弃权、缓议的票数")
    if any(not vote.method for vote in case.item.votes):
        return broken(
            f"第 {case.no} 项的表决没有记表决方式",
            "请补记口头、举手、记名投票或无记名投票",
        )
    return MET


@rule("P-20", looks_at=ITEM, mode=BLOCK, clause=ARITHMETIC)
def counts_add_up(case: ItemCase) -> Verdict:
    """各项票数相加等于参加表决的人数，且没有负数。"""
    if not case.tallies or (case.body == "party" and not case.dossier.has_party_organization):
        return NOT_APPLICABLE
    return worst(_adds_up(case, vote, counts) for vote, counts in case.tallies)


def _adds_up(case: ItemCase, vote: Vote, counts: Counts) -> Verdict:
    whose = f"（{vote.candidate}）" if vote.candidate else ""
    counted, voters = sum(counts), len(case.voters)
    if min(counts) < 0:
        return broken(f"第 {case.no} 项{whose}的票数有负数", "请更正票数", counted=counted, voters=voters)
    if not case.voters_known:
        return not_counted(case)
    if counted == voters:
        return met(counted=counted, voters=voters)
    return broken(
        f"第 {case.no} 项{whose}的票数不符：参加表决 {voters} 人，各项票数合计 {counted} 票",
        "请核对票数、到会和回避人员",
        counted=counted,
        voters=voters,
    )


@rule("P-21", looks_at=ITEM, mode=BLOCK, clause=S(2), body="party", needs_party_organization=True)
def party_meeting_decides_together(case: ItemCase) -> Verdict:
    """党组织会议集体讨论作出决定，不由一人决定。"""
    if case.item.outcome != "principal_decided":
        return MET
    return broken(
        f"第 {case.no} 项在党组织会议上记为“校长决定”，应由会议集体决定",
        "请核对会议结果；没有集体表决的，重新上会",
    )


@rule("A-09", looks_at=ITEM, mode=INFO, clause=S(6), body="office")
def principal_decides(case: ItemCase) -> Verdict:
    """校长办公会议由校长在听取意见后作出决定，不以表决通过。"""
    if case.item.outcome not in ("passed", "rejected"):
        return MET
    word = "通过" if case.item.outcome == "passed" else "否决"
    return broken(
        f"第 {case.no} 项在校长办公会议上记为“{word}”，应由校长作出决定", "请核对会议结果；由校长决定的，更正记录"
    )
