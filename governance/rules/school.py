"""The school over time: its rules of procedure, who holds which post, how often people meet."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from governance.rules.agenda import MEETINGS
from governance.rules.cases import MeetingCase, SchoolCase
from governance.rules.clauses import SCHOOL_RULE, S
from governance.rules.dossier import Dossier
from governance.rules.facts import Id, day_of, spoken
from governance.rules.ruling import (
    BODY,
    INFO,
    MEETING,
    MET,
    NOT_APPLICABLE,
    SCHOOL,
    WARN,
    Verdict,
    broken,
    met,
    rule,
    unknown,
    worst,
)
from governance.rules.timing import term_days_between

Month = tuple[int, int]


@rule(
    "P-16",
    looks_at=SCHOOL,
    mode=INFO,
    clause=SCHOOL_RULE,
    needs_party_organization=True,
    parameters=("vacation_months",),
)
def the_party_meets_monthly(case: SchoolCase) -> Verdict:
    """党组织会议一般每月召开一次，假期除外。"""
    days = [meeting.day for meeting in case.dossier.meetings_of["party"]]
    if len(days) < 2:
        return unknown("党组织会议不足两次", "请补录党组织会议")
    held = {(day.year, day.month) for day in days}
    missed = [
        f"{year} 年 {month} 月"
        for year, month in _months(min(held), max(held))
        if (year, month) not in held
        and month not in case.dossier.parameters("party", date(year, month, 1)).vacation_months
    ]
    if not missed:
        return MET
    return broken(
        f"有 {len(missed)} 个月没有党组织会议：{_some(missed)}",
        "有漏录的会议，请补录；没有开的，今后按月召开",
        missing=len(missed),
    )


def _months(first: Month, last: Month) -> Iterable[Month]:
    for index in range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1]):
        yield index // 12, index % 12 + 1


def _some(names: list[str], shown: int = 6) -> str:
    return "、".join(names[:shown]) + ("等" if len(names) > shown else "")


@rule(
    "A-16",
    looks_at=MEETING,
    mode=INFO,
    clause=SCHOOL_RULE,
    body="office",
    parameters=("frequency_days", "vacation_months"),
)
def the_office_meets_often_enough(case: MeetingCase) -> Verdict:
    """校长办公会议按议事规则规定的间隔召开，假期除外。"""
    before = case.dossier.meeting_before(case)
    if before is None:
        return NOT_APPLICABLE
    vacation, allowed = case.parameters.vacation_months, case.parameters.frequency_days
    days = term_days_between(before.day, case.day, vacation)
    if days <= allowed:
        return met(days=days, allowed=allowed)
    return broken(
        f"本次会议与上一次相隔 {days} 天，不得超过 {allowed} 天",
        "有漏录的会议，请补录；没有开的，今后按期召开",
        days=days,
        allowed=allowed,
    )


@rule("G-01", looks_at=BODY, mode=WARN, clause=S(7))
def procedures_are_filed(case: SchoolCase, on: date) -> Verdict:
    """学校应当制定议事规则，并按管理权限报教育主管部门审查和备案。"""
    if case.body is None or (case.body == "party" and not case.dossier.has_party_organization):
        return NOT_APPLICABLE
    name, version = MEETINGS[case.body], case.dossier.procedure(case.body, on)
    if version is None:
        return broken(f"没有现行的{name}议事规则", "请制定议事规则，并报教育主管部门审查和备案")
    if version.submitted_on is None or version.submitted_on > on:
        return broken(f"现行的{name}议事规则没有报教育主管部门审查", "请报教育主管部门审查")
    if version.filed_on is None or version.filed_on > on:
        return broken(f"现行的{name}议事规则没有备案", "请催办备案，并记下备案日期和文号")
    return MET


@rule(
    "G-02",
    looks_at=SCHOOL,
    mode=INFO,
    clause=S(9),
    needs_party_organization=True,
    parameters=("communication_days", "vacation_months"),
)
def the_heads_talk_regularly(case: SchoolCase) -> Verdict:
    """建立党组织书记和校长定期沟通制度。"""
    days = sorted(day_of(one.at) for one in case.dossier.records.communications)
    if len(days) < 2:
        return unknown("书记、校长定期沟通的记录不足两次", "请记下定期沟通的时间")
    gap = max(gap_between_talks(case.dossier, earlier, later) for earlier, later in pairwise(days))
    if gap.excess <= 0:
        return met(days=gap.days, allowed=gap.allowed)
    return broken(
        f"书记、校长在{spoken(gap.later)}前相隔 {gap.days} 天没有沟通，不得超过 {gap.allowed} 天",
        "有漏记的沟通，请补记；今后按期沟通",
        days=gap.days,
        allowed=gap.allowed,
    )


class Gap(NamedTuple):
    """How long two neighbouring talks lie apart; ``excess`` is how much longer than they may."""

    excess: int
    days: int
    allowed: int
    later: date


def gap_between_talks(dossier: Dossier, earlier: date, later: date) -> Gap:
    parameters = dossier.parameters("party", later)
    days = term_days_between(earlier, later, parameters.vacation_months)
    return Gap(days - parameters.communication_days, days, parameters.communication_days, later)


@rule("G-04", looks_at=SCHOOL, mode=WARN, clause=S(12), needs_party_organization=True)
def secretary_and_principal_are_two(case: SchoolCase, on: date) -> Verdict:
    """设党委、党总支的学校，书记、校长一般分设，书记一般不兼任行政职务，校长是党员的同时担任副书记。"""
    if case.dossier.school.party_organization not in ("committee", "general_branch"):
        return NOT_APPLICABLE
    secretary, principal = case.dossier.head("party", on), case.dossier.head("office", on)
    mend = "请核对任职记录；情况属实的，报上级党组织"
    if secretary in case.dossier.team("office", on):
        what = "与校长为同一人" if secretary == principal else "兼任行政职务"
        return broken(f"书记{case.dossier.name(secretary)}{what}", mend)
    if principal is not None and principal not in case.dossier.holders("deputy_party_secretary", on):
        member = case.dossier.person(principal).party_member
        if member:
            name = case.dossier.name(principal)
            return broken(f"校长{name}是中共党员，没有同时担任党组织副书记", mend)
        if member is None:
            return unknown("没有记录校长是否中共党员", "请补记校长的政治面貌")
    return _both_in_post(secretary, principal)


def _both_in_post(secretary: Id | None, principal: Id | None) -> Verdict:
    if secretary is None or principal is None:
        return unknown("检查当天书记或校长空缺", "请补全书记、校长的任职起止日期")
    return MET


@rule("G-05", looks_at=SCHOOL, mode=WARN, clause=S(12), needs_party_organization=True)
def one_head_has_a_full_time_deputy(case: SchoolCase, on: date) -> Verdict:
    """设党支部的学校，书记、校长由一人担任的，应当设一名专职副书记。"""
    if case.dossier.school.party_organization != "branch":
        return NOT_APPLICABLE
    secretary, principal = case.dossier.head("party", on), case.dossier.head("office", on)
    if secretary is None or secretary != principal:
        return _both_in_post(secretary, principal)
    if case.dossier.group(on).deputies(full_time=True):
        return MET
    if case.dossier.group(on).deputies(full_time=None):
        return unknown("没有记录副书记是否专职", "请补记副书记是否专职")
    return broken("书记、校长由一人担任，没有专职副书记", "请报上级党组织配备专职副书记")


@rule("G-06", looks_at=SCHOOL, mode=WARN, clause=S(12), needs_party_organization=True)
def party_vice_principals_join_the_team(case: SchoolCase, on: date) -> Verdict:
    """学校行政班子副职中的党员一般应当进入党组织班子。"""
    return worst(_joins(case, one, on) for one in case.dossier.holders("vice_principal", on))


def _joins(case: SchoolCase, vice_principal: Id, on: date) -> Verdict:
    person = case.dossier.person(vice_principal)
    if person.party_member is None:
        return unknown(f"没有记录{person.name}是否中共党员", f"请补记{person.name}的政治面貌")
    if not person.party_member or vice_principal in case.dossier.team("party", on):
        return MET
    return broken(
        f"副校长{person.name}是中共党员，没有进入党组织班子",
        "请核对任职记录；情况属实的，报上级党组织",
    )
