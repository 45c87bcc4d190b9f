"""What must be heard, and from whom, before a meeting may decide."""

from governance.rules.cases import ItemCase, MatterCase
from governance.rules.clauses import MOE_32, S
from governance.rules.competence import PERHAPS_RESERVED, RESERVED, unless_reserved
from governance.rules.facts import Consultation, spoken
from governance.rules.ruling import (
    BLOCK,
    ITEM,
    MATTER,
    MET,
    NOT_APPLICABLE,
    WARN,
    Verdict,
    broken,
    rule,
    unknown,
    worst,
)

CONSULTED_ON = frozenset({"decide", "propose", "handle"})
"""The purposes for which the heads consult before an item comes up."""
ENTERED_BEFORE = frozenset({"secretary_principal", "individual", "deliberation"})


@rule("C-01", looks_at=MATTER, mode=WARN, clause=S(7), needs_party_organization=True, parameters=RESERVED)
def investigated_first(case: MatterCase) -> Verdict:
    """讨论决定学校重大问题，应当先行调查研究，提出建议方案。"""
    return worst(unless_reserved(item) or _investigated(item) for item in case.items if _party_decides(item))


def _investigated(case: ItemCase) -> Verdict:
    if case.heard("investigation"):
        return MET
    return broken(
        f"“{case.matter.title}”在{spoken(case.day)}的党组织会议决定前，没有调查研究的记录",
        "已经调研的，请补记调研情况和建议方案；没有调研的，会前请先调研，会后请说明情况",
    )


@rule("C-02", looks_at=ITEM, mode=BLOCK, clause=(S(7), S(9)), needs_party_organization=True, parameters=RESERVED)
def heads_consult_first(case: ItemCase) -> Verdict:
    """重要议题上会前，党组织书记与校长应当充分沟通、听取对方意见。"""
    if case.item.purpose not in CONSULTED_ON:
        return NOT_APPLICABLE
    return unless_reserved(case) or _unless_both_in_post(case) or _consulted(case)


def _consulted(case: ItemCase) -> Verdict:
    if case.heads_consulted:
        return MET
    if case.on_another_text("secretary_principal"):
        return _on_another_text(case, f"{_pair(case)}会前沟通")
    amiss = any(one.kind == "secretary_principal" for one in case.matter.consultations)
    but = "，已记的沟通晚于开会或者人员不全" if amiss else ""
    advice = "没有沟通的，请说明情况" if case.settled else "没有沟通的，请沟通一致后再上会"
    return broken(
        f"第 {case.no} 项没有{_pair(case)}会前沟通的记录{but}",
        f"已经沟通的，请补记时间、人员和结果；{advice}",
    )


@rule("C-03", looks_at=ITEM, mode=BLOCK, clause=S(9), needs_party_organization=True, parameters=RESERVED)
def divergence_is_held_back(case: ItemCase) -> Verdict:
    """书记、校长意见不一致的议题暂缓上会，取得共识后再提交会议。"""
    heard = case.item.purpose in CONSULTED_ON and case.heard("secretary_principal")
    if not heard or case.reserved is False:
        return NOT_APPLICABLE
    return _unless_both_in_post(case) or _agreed(case)


def _agreed(case: ItemCase) -> Verdict:
    held = case.heads_consulted
    if not held:
        return NOT_APPLICABLE
    if case.reserved is None:
        return PERHAPS_RESERVED
    latest = max(one.at for one in held)
    outcomes = {one.outcome for one in held if one.at == latest}
    if "divergent" in outcomes:
        advice = "请说明情况" if case.settled else "请进一步交换意见，取得共识并记录后再上会"
        return broken(f"第 {case.no} 项应暂缓上会：{_pair(case)}会前沟通的结果是意见不一致", advice)
    if None in outcomes:
        return unknown("会前沟通没有记录结果", "请补记沟通结果")
    return MET


def _unless_both_in_post(case: ItemCase) -> Verdict | None:
    if case.meeting.head is None or case.meeting.counterpart is None:
        return unknown(
            "当天书记或校长空缺，或一人兼任而没有专职副书记",
            "请补全书记、校长和专职副书记的任职起止日期",
        )
    return None


def _pair(case: ItemCase) -> str:
    return case.called(case.meeting.head, case.meeting.counterpart)


@rule("C-04", looks_at=ITEM, mode=WARN, clause=(S(2), S(9)), needs_party_organization=True, parameters=RESERVED)
def members_deliberate_singly(case: ItemCase) -> Verdict:
    """集体决定重大问题前，书记、校长和有关班子成员应当个别酝酿。"""
    if not _party_decides(case):
        return NOT_APPLICABLE
    return unless_reserved(case) or _heard(case, "个别酝酿", "individual")


@rule("C-05", looks_at=ITEM, mode=BLOCK, clause=S(7), body="party", needs_party_organization=True)
def personnel_is_deliberated(case: ItemCase) -> Verdict:
    """对涉及干部工作的方案，在提交党组织会议讨论决定前，应当在一定范围内进行充分酝酿。"""
    if not case.personnel or case.item.purpose != "decide":
        return NOT_APPLICABLE
    return _heard(case, "酝酿", "deliberation")


@rule("C-06", looks_at=ITEM, mode=WARN, clause=S(7), body="party", needs_party_organization=True, parameters=RESERVED)
def staff_are_heard(case: ItemCase) -> Verdict:
    """对事关师生员工切身利益的重要事项，应当通过教职工大会或其他方式广泛听取意见。"""
    return (
        _unless_asked(case, "vital_interests", "J1", "J2")
        or unless_reserved(case)
        or _heard(case, "听取教职工意见", "staff_congress", "staff_hearing")
    )


@rule(
    "C-07",
    looks_at=ITEM,
    mode=WARN,
    clause=MOE_32,
    body="party",
    needs_party_organization=True,
    parameters=("catalogue",),
)
def staff_congress_passes(case: ItemCase) -> Verdict:
    """福利、校内分配、聘任、考核、奖惩办法，须经教职工代表大会讨论通过。"""
    return _unless_asked(case, None, "J2") or _passed_by_staff_congress(case)


def _passed_by_staff_congress(case: ItemCase) -> Verdict:
    if any(one.outcome == "passed" for one in case.consultations("staff_congress")):
        return MET
    if case.on_another_text("staff_congress"):
        return _on_another_text(case, "教代会讨论")
    return broken(
        f"第 {case.no} 项决定前，没有教代会讨论通过的记录",
        "教代会已经通过的，请补记表决结果；没有通过的，请先提交教代会",
    )


@rule(
    "C-08",
    looks_at=ITEM,
    mode=WARN,
    clause=S(7),
    body="party",
    needs_party_organization=True,
    parameters=("catalogue",),
)
def experts_are_heard(case: ItemCase) -> Verdict:
    """对专业性、技术性较强的重要事项，应当经过专家评估。"""
    return _unless_asked(case, "technical", "E") or _heard(case, "专家评估", "expert")


@rule(
    "C-29",
    looks_at=ITEM,
    mode=WARN,
    clause=S(7),
    body="party",
    needs_party_organization=True,
    parameters=("catalogue",),
)
def lawyers_are_heard(case: ItemCase) -> Verdict:
    """对涉及法律、政策的重要事项，应当经过法律咨询。"""
    return _unless_asked(case, "legal", "L") or _heard(case, "法律咨询", "legal")


@rule("C-26", looks_at=MATTER, mode=WARN, clause=S(7))
def consultations_are_entered_before(case: MatterCase) -> Verdict:
    """会前沟通、个别酝酿和酝酿，应当在上会以前记录，不在会后补记。"""
    held = [one for one in case.matter.consultations if one.kind in ENTERED_BEFORE]
    if not held or not case.items:
        return NOT_APPLICABLE
    held.sort(key=lambda one: one.at)
    return worst(_entered(case, one) for one in held)


def _entered(case: MatterCase, consultation: Consultation) -> Verdict:
    after = (item for item in case.comings if item.item.purpose in CONSULTED_ON and item.starts_at >= consultation.at)
    meeting = next(after, None)
    if meeting is None:
        return NOT_APPLICABLE
    if consultation.entered_at is None:
        return unknown("会前沟通没有录入时间", "请补记录入时间")
    if consultation.entered_at <= meeting.starts_at:
        return MET
    return broken(
        f"“{case.matter.title}”的会前沟通在{spoken(meeting.day)}开会以后才录入",
        "请说明补录的原因；今后在会前录入",
    )


def _party_decides(case: ItemCase) -> bool:
    return case.body == "party" and case.decided


def _unless_asked(case: ItemCase, flag: str | None, *marks: str) -> Verdict | None:
    """What to say unless the party meeting decided what the flag or the catalogue marks."""
    if not _party_decides(case):
        return NOT_APPLICABLE
    if flag in case.matter.flags:
        return None
    if case.category is None:
        return unknown("事项类别不在当天的事项目录中", "请在事项目录中补上这一类别")
    return None if case.marked(*marks) else NOT_APPLICABLE


def _heard(case: ItemCase, what: str, *kinds: str) -> Verdict:
    if case.heard(*kinds):
        return MET
    if case.on_another_text(*kinds):
        return _on_another_text(case, what)
    when = "决定前" if case.settled else "上会前"
    advice = "没有进行的，会前请先进行，会后请说明情况" if case.settled else "没有进行的，请先进行再上会"
    return broken(
        f"第 {case.no} 项{when}没有{what}的记录",
        f"已经进行的，请补记时间、范围和结果；{advice}",
    )


def _on_another_text(case: ItemCase, what: str) -> Verdict:
    anew = "请有关人员就新方案重新确认"
    advice = f"没有重新确认的，会前{anew}，会后请说明情况" if case.settled else f"{anew}后再上会"
    return broken(f"第 {case.no} 项的{what}是就原方案进行的，此后方案有改动", advice)
