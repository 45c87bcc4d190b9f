"""Which body may decide a matter, and what must have happened in the other one before."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from governance.rules.cases import ItemCase, MatterCase
from governance.rules.catalogue import BY_AMOUNT
from governance.rules.clauses import SCHOOL_RULE, S
from governance.rules.facts import LargeSum, day_of, spoken
from governance.rules.ruling import (
    BLOCK,
    ITEM,
    MATTER,
    MET,
    NOT_APPLICABLE,
    WARN,
    Verdict,
    broken,
    met,
    rule,
    unknown,
    worst,
)
from governance.rules.values import reaches

RESERVED = ("catalogue", "large_sum")
"""What tells whether a matter is reserved."""

PERHAPS_RESERVED = unknown(
    "不知道是否须由党组织会议决定：缺金额、大额支出的起点金额或者当天的事项类别",
    "请补记金额，并核对起点金额和事项目录的起始日期",
)
"""What a rule on reserved matters says of a matter that is perhaps reserved."""


def unless_reserved(case: ItemCase) -> Verdict | None:
    """What to say unless the matter is reserved; nothing if it is, so that ``or`` leads on."""
    if case.reserved is None:
        return PERHAPS_RESERVED
    return None if case.reserved else NOT_APPLICABLE


@rule(
    "P-09",
    looks_at=ITEM,
    mode=BLOCK,
    clause=(S(1, 3), S(2), S(5)),
    body="office",
    needs_party_organization=True,
    parameters=RESERVED,
)
def reserved_matters_go_to_the_party_meeting(case: ItemCase) -> Verdict:
    """“三重一大”等重大问题由党组织会议讨论决定，校长办公会议不作最后决定，只部署已经通过的决议。"""
    return unless_reserved(case) or _left_to_the_party(case)


def _left_to_the_party(case: ItemCase) -> Verdict:
    purpose = case.item.purpose
    if purpose in ("decide", "handle") and case.decided:
        return broken(
            f"第 {case.no} 项不能由校长办公会议决定：“{case.matter.title}”须由党组织会议讨论决定",
            "请改为研究提出方案，提交党组织会议决定",
        )
    if purpose == "deploy" and not _already_passed(case):
        return broken(
            f"第 {case.no} 项还不能部署：此前没有党组织会议通过“{case.matter.title}”的决定",
            "请先提交党组织会议决定，再作部署",
        )
    return MET


def _already_passed(case: ItemCase) -> bool:
    return any(earlier.item.outcome == "passed" for earlier in case.earlier("party"))


@rule(
    "C-09",
    looks_at=ITEM,
    mode=WARN,
    clause=(S(4), S(6)),
    body="party",
    needs_party_organization=True,
    parameters=RESERVED,
)
def office_proposes_first(case: ItemCase) -> Verdict:
    """须由校长办公会议先行研究的事项，由其研究提出方案后，再提交党组织会议决定。"""
    if not case.decided or case.item.purpose != "decide" or case.matter.emergency is not None:
        return NOT_APPLICABLE
    if case.category is not None and case.category.route != "A→P":
        return NOT_APPLICABLE
    return unless_reserved(case) or _proposed(case)


def _proposed(case: ItemCase) -> Verdict:
    if case.category is None:
        return PERHAPS_RESERVED
    if any(earlier.item.outcome == "referred" for earlier in case.earlier("office", "propose")):
        return MET
    return broken(
        f"第 {case.no} 项决定前，没有校长办公会议研究提出方案的记录",
        "已经研究的，请补录校长办公会议；没有研究的，请说明理由",
    )


@rule("C-18", looks_at=MATTER, mode=BLOCK, clause=S(2), parameters=RESERVED)
def reserved_matters_are_decided_in_meetings(case: MatterCase) -> Verdict:
    """重大问题由会议集体讨论决定，不以传阅、会签代替会议，紧急情况除外。"""
    decided = case.matter.decided_without_meeting
    otherwise = worst(map(_as_reserved, case.reserved_on_its_days))
    if decided is None:
        return otherwise
    on_that_day = _as_reserved(case.dossier.reserved(case.matter, day_of(decided.at)))
    if on_that_day is not MET or case.matter.emergency is not None:
        return worst([on_that_day, otherwise])
    how = "传阅" if decided.how == "circulation" else "会签"
    return broken(
        f"“{case.matter.title}”以{how}代替会议作了决定，须由党组织会议集体讨论",
        "请提交党组织会议讨论决定；当时情况紧急的，请记下由谁认定和理由",
    )


def _as_reserved(reserved: bool | None) -> Verdict:
    return PERHAPS_RESERVED if reserved is None else MET if reserved else NOT_APPLICABLE


@rule("C-19", looks_at=MATTER, mode=WARN, clause=SCHOOL_RULE, needs_party_organization=True)
def emergencies_come_to_the_next_party_meeting(case: MatterCase) -> Verdict:
    """紧急处置的事项，在其后第一次党组织会议上报告或追认。"""
    emergency = case.matter.emergency
    if emergency is None:
        return NOT_APPLICABLE
    later = (one for one in case.dossier.meetings_of["party"] if one.starts_at > emergency.at)
    meeting = next(later, None)
    if meeting is None:
        return unknown("紧急处置以后还没有党组织会议", "请列入下一次党组织会议的议题")
    if any(item.meeting is meeting for item in case.comings):
        return MET
    return broken(
        f"“{case.matter.title}”紧急处置后，没有列入 {spoken(meeting.day)}的党组织会议",
        "请列入最近一次党组织会议，报告处置情况",
    )


@rule("C-20", looks_at=ITEM, mode=BLOCK, clause=S(7))
def the_same_body_reconsiders(case: ItemCase) -> Verdict:
    """会议决定的事项需要变更、调整的，由原决定的会议按决策程序复议。"""
    former = case.matter.reconsiders
    final = case.decided and case.item.purpose in ("decide", "handle")
    if former is None or not final:
        return NOT_APPLICABLE
    decisions = [
        earlier
        for earlier in case.dossier.items_of(former)
        if earlier.decided and earlier.item.purpose in ("decide", "handle") and earlier.starts_at < case.starts_at
    ]
    if not decisions:
        return unknown("没有原决定的记录", "请补录作出原决定的会议")
    if decisions[-1].body == case.body:
        return MET
    original = "党组织会议" if decisions[-1].body == "party" else "校长办公会议"
    return broken(
        f"第 {case.no} 项变更了{original}的决定，应由{original}复议",
        f"请提交{original}复议",
    )


@rule("C-28", looks_at=MATTER, mode=WARN, clause=S(1, 3), parameters=("large_sum",))
def large_sums_are_not_split(case: MatterCase) -> Verdict:
    """不得把大额支出拆成几笔规避集体决定：一年内同一收款人、同一项目的支出合并计算。"""
    matter, day = case.matter, case.day
    if matter.category != BY_AMOUNT or matter.emergency is not None or not matter.payee:
        return NOT_APPLICABLE
    if day is None:
        return unknown("没有记录提出、上会或决定的时间", "请补记时间")
    threshold = case.dossier.large_sum(day)
    if threshold is None or matter.amount is None:
        return unknown("没有金额，或当天没有大额支出的起点金额", "请补记金额，并设定大额支出的起点金额")
    if reaches(matter.amount, threshold):
        return NOT_APPLICABLE
    return _kept_whole(case, day, threshold) if threshold.cumulative else MET


def _kept_whole(case: MatterCase, day: date, threshold: LargeSum) -> Verdict:
    alike = case.dossier.payments_like(case.matter)
    # a matter imagined is not on record, and its own sum counts all the same
    year = [case, *(one for one in alike.year_up_to(day) if one.matter.id != case.matter.id)]
    if any(one.came_to_party for one in year):
        return MET
    amounts = [one.matter.amount for one in year]
    together = _sum(amounts)
    sums: dict[str, int | str] = {
        "payments": len(year),
        "together": str(together),
        "threshold": str(threshold.amount),
    }
    if reaches(together, threshold):
        return broken(
            f"“{case.matter.title}”与一年内向{case.matter.payee}的支出合计 {together:,.2f} 元"
            f"（{len(year)} 笔），达到起点金额 {threshold.amount:,.2f} 元，没有上过党组织会议",
            "请把同一项目的支出合并提交党组织会议",
            **sums,
        )
    undated = [one.matter.amount for one in alike.undated]
    if None in (*amounts, *undated) or reaches(_sum([*amounts, *undated]), threshold):
        return unknown("同一收款人、同一项目的其他支出没有金额或时间", "请补记金额和时间")
    return met(**sums)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
