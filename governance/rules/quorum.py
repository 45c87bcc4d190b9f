"""Are enough of those there who must be: the quorum of each item."""

from governance.rules.cases import ItemCase, MeetingCase
from governance.rules.clauses import S
from governance.rules.ruling import (
    BLOCK,
    ITEM,
    NOT_APPLICABLE,
    Verdict,
    broken,
    met,
    rule,
    unknown,
)
from governance.rules.values import Threshold

NO_ATTENDANCE = unknown("没有出席记录", "请记下到会、请假和缺席的人员")
NOBODY_IN_POST = unknown("会议当天没有应到会的班子成员", "请核对班子成员的任职起止日期")


def not_counted(case: ItemCase | MeetingCase) -> Verdict:
    """What a rule says that would have to count people, when the record does not tell whom."""
    return NOBODY_IN_POST if case.attendance_recorded else NO_ATTENDANCE


@rule(
    "P-03",
    looks_at=ITEM,
    mode=BLOCK,
    clause=S(5),
    body="party",
    needs_party_organization=True,
    parameters=("quorum", "recusal_reduces_base"),
)
def party_quorum(case: ItemCase) -> Verdict:
    """党组织会议应当有半数以上党组织班子成员到会方能召开。"""
    return _quorate(case, case.parameters.quorum, "开会")


@rule(
    "P-04",
    looks_at=ITEM,
    mode=BLOCK,
    clause=S(5),
    body="party",
    needs_party_organization=True,
    parameters=("quorum_two_thirds_matters", "two_thirds_categories", "recusal_reduces_base", "catalogue"),
)
def party_quorum_for_two_thirds_matters(case: ItemCase) -> Verdict:
    """讨论决定干部任免等重要事项，必须有三分之二以上党组织班子成员到会。"""
    if case.item.purpose != "decide" or not case.two_thirds:
        return NOT_APPLICABLE
    subject = "干部任免" if case.personnel else "重要事项"
    return _quorate(case, case.parameters.quorum_two_thirds_matters, subject)


@rule("A-03", looks_at=ITEM, mode=BLOCK, clause=S(6), body="office", parameters=("quorum", "recusal_reduces_base"))
def office_quorum(case: ItemCase) -> Verdict:
    """校长办公会议应当有半数以上行政班子成员到会方能召开。"""
    return _quorate(case, case.parameters.quorum, "开会")


def _quorate(case: ItemCase, threshold: Threshold, subject: str) -> Verdict:
    if not case.attendance_recorded or case.base == 0:
        return not_counted(case)
    present, in_office, needed = case.counted, case.base, threshold.needed(case.base)
    counts = {"present": present, "in_office": in_office, "needed": needed}
    if threshold.satisfied(present, in_office):
        return met(**counts)
    invalid = "到会人数不够，不能形成有效决定" if case.settled else "现在不能表决"
    return broken(
        f"第 {case.no} 项{invalid}：应到 {in_office} 人，实到 {present} 人，{subject}须到 {needed} 人",
        _who_could_come(case, needed - present),
        **counts,
    )


def _who_could_come(case: ItemCase, lacking: int) -> str:
    if case.settled:
        return "请核对出席记录；人数确实不够的，重新上会"
    awaited = case.team - case.present - case.recused
    if len(awaited) < lacking:
        return "请把本项移到下次会议"
    among = "" if len(awaited) == lacking else f"中的 {lacking} 人"
    return f"等{case.called(*awaited)}{among}到会，或把本项移到下次会议"
