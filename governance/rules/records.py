"""What must be written, signed, issued, published and done once a meeting is over."""

from collections.abc import Iterator
from datetime import date, timedelta

from governance.rules.agenda import HEADS
from governance.rules.cases import ItemCase, MeetingCase
from governance.rules.clauses import AUDIT_PRACTICE, DOCUMENT_RULES, SCHOOL_RULE, S
from governance.rules.competence import PERHAPS_RESERVED, RESERVED, unless_reserved
from governance.rules.facts import Minutes, day_of, spoken
from governance.rules.ruling import (
    INFO,
    ITEM,
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


@rule("R-01", looks_at=MEETING, mode=WARN, clause=SCHOOL_RULE)
def the_record_is_complete(case: MeetingCase) -> Verdict:
    """会议记录应当完整：地点、主持人、记录人、起止时间、出席情况、议题、结果和议决事项。"""
    if not case.ended:
        return NOT_APPLICABLE
    gaps = list(_gaps(case))
    if not gaps:
        return MET
    return broken(f"本次会议的记录缺 {len(gaps)} 处：{'、'.join(gaps)}", "请补记", missing=len(gaps))


def _gaps(case: MeetingCase) -> Iterator[str]:
    meeting = case.meeting
    parts = {
        "地点": meeting.place.strip(),
        "主持人": meeting.chair is not None,
        "记录人": meeting.recorder is not None,
        "结束时间": meeting.ends_at,
        "出席情况": meeting.attendance,
        "议题": meeting.items,
    }
    yield from (part for part, recorded in parts.items() if not recorded)
    for item in case.items:
        if item.item.outcome is None:
            yield f"第 {item.no} 项的结果"
        elif item.decided and not item.item.decision_text.strip():
            yield f"第 {item.no} 项的议决事项"


@rule("R-02", looks_at=MEETING, mode=WARN, clause=SCHOOL_RULE)
def the_record_is_signed(case: MeetingCase) -> Verdict:
    """会议记录由主持人和记录人签字。"""
    if not case.ended:
        return NOT_APPLICABLE
    chair, recorder = case.meeting.chair, case.meeting.recorder
    signed = set(case.meeting.record.signed_by) if case.meeting.record else set()
    if not signed:
        return broken("本次会议的记录没有签字", "请主持人和记录人签字")
    unsigned = {one for one in (chair, recorder) if one is not None} - signed
    if unsigned:
        names = case.called(*unsigned)
        return broken(f"本次会议的记录缺{names}的签字", f"请{names}签字")
    if chair is None or recorder is None:
        return unknown("没有记录主持人或记录人", "请记下主持人和记录人")
    return MET


@rule("R-03", looks_at=MEETING, mode=INFO, clause=SCHOOL_RULE, parameters=("record_hours",))
def the_record_is_completed_soon(case: MeetingCase) -> Verdict:
    """会议记录在会后规定的小时数内整理完成。"""
    if not case.ended:
        return NOT_APPLICABLE
    end, record = case.meeting.ends_at, case.meeting.record
    completed = record.completed_at if record else None
    if end is None or completed is None:
        return unknown("没有记录会议结束或记录完成的时间", "请补记时间")
    return _within(completed - end, case.parameters.record_hours, "会议记录整理", "请今后及时整理")


@rule("R-11", looks_at=MEETING, mode=WARN, clause=AUDIT_PRACTICE, parameters=("late_entry_days",))
def the_meeting_is_entered_soon(case: MeetingCase) -> Verdict:
    """会议应当及时录入系统，不在事后集中补录。"""
    if not case.ended:
        return NOT_APPLICABLE
    end, entered = case.meeting.ends_at, case.meeting.entered_at
    if end is None or entered is None:
        return unknown("没有记录会议结束或录入的时间", "请补记时间")
    hours = case.parameters.late_entry_days * 24
    return _within(entered - end, hours, "会议录入", "请说明补录的原因")


def _within(taken: timedelta, hours: int, what: str, mend: str) -> Verdict:
    # an hour begun is an hour taken: 24 hours and a minute show as 25
    took = -(-taken // timedelta(hours=1))
    if taken <= timedelta(hours=hours):
        return met(hours=took, allowed=hours)
    return broken(f"本次{what}用了 {took} 小时，须在会后 {hours} 小时内完成", mend, hours=took, allowed=hours)


@rule("R-04", looks_at=MEETING, mode=WARN, clause=SCHOOL_RULE, parameters=("minutes_working_days", "calendar"))
def minutes_are_issued_in_time(case: MeetingCase) -> Verdict:
    """会议纪要由会议召集人签发，并在规定的工作日内签发。"""
    minutes = case.meeting.minutes
    if minutes is None:
        return NOT_APPLICABLE
    if minutes.issued_at is None:
        return unknown("没有记录纪要的签发时间", "请补记签发时间")
    issued_on = day_of(minutes.issued_at)
    allowed = case.parameters.minutes_working_days
    took = case.dossier.working_days(case.day + timedelta(days=1), issued_on)
    if took > allowed:
        return broken(
            f"本次会议的纪要在会后第 {took} 个工作日签发，须在 {allowed} 个工作日内签发",
            "请今后及时签发",
            working_days=took,
            allowed=allowed,
        )
    return _issued_by_whom_it_takes(case, minutes, issued_on)


def _issued_by_whom_it_takes(case: MeetingCase, minutes: Minutes, issued_on: date) -> Verdict:
    issuer, head = minutes.issued_by, case.dossier.head(case.body, issued_on)
    title = HEADS[case.body]
    if issuer is None:
        return unknown("没有记录纪要的签发人", "请补记签发人")
    if issuer in (head, case.delegated_chair):
        return MET
    if head is None:
        return unknown(f"签发当天{title}空缺", f"请补全{title}的任职起止日期")
    return broken(
        f"本次会议的纪要由{case.called(issuer)}签发，不是{title}，也不是受委托的主持人",
        f"请{title}签发",
    )


@rule("R-13", looks_at=MEETING, mode=WARN, clause=SCHOOL_RULE, body="party", parameters=RESERVED)
def reserved_decisions_have_minutes(case: MeetingCase) -> Verdict:
    """党组织会议决定重大问题的，应当形成会议纪要。"""
    reserved = {item.reserved for item in case.items if item.decided}
    if True in reserved:
        if case.meeting.minutes is not None:
            return MET
        return broken("本次会议决定了重大问题，没有会议纪要", "请起草并签发会议纪要")
    return PERHAPS_RESERVED if None in reserved else NOT_APPLICABLE


@rule("R-05", looks_at=MEETING, mode=WARN, clause=AUDIT_PRACTICE)
def minutes_agree_with_the_record(case: MeetingCase) -> Verdict:
    """会议纪要的议题和结果与会议记录一致。"""
    minutes = case.meeting.minutes
    if minutes is None or not minutes.items:
        return NOT_APPLICABLE
    recorded = {item.no: item.outcome for item in case.meeting.items}
    listed = {item.no: item.outcome for item in minutes.items}
    must_be_listed = {no for no, outcome in recorded.items() if outcome != "withdrawn"}
    amiss = (must_be_listed - listed.keys()) | {no for no, outcome in listed.items() if recorded.get(no) != outcome}
    if len(listed) < len(minutes.items):
        amiss |= {no for no in listed if [item.no for item in minutes.items].count(no) > 1}
    if not amiss:
        return MET
    numbers = "、".join(f"第 {no} 项" for no in sorted(amiss))
    return broken(f"本次会议的纪要与记录不一致：{numbers}", "请核对后重新签发纪要", items=len(amiss))


@rule("R-06", looks_at=MEETING, mode=INFO, clause=DOCUMENT_RULES)
def meetings_are_numbered_in_order(case: MeetingCase) -> Verdict:
    """同一年度的会议依次编号，不跳号、不重号。"""
    before = case.dossier.meeting_before(case)
    if before is None or before.day.year != case.day.year:
        return NOT_APPLICABLE
    number, last = case.meeting.number, before.meeting.number
    if number is None or last is None:
        return unknown("本次会议或者上一次会议没有编号", "请补记编号")
    if number == last + 1:
        return MET
    return broken(
        f"本次会议编号为 {number}，上一次为 {last}，应为 {last + 1}",
        "请核对编号；有漏录的会议，请补录",
        number=number,
        needed=last + 1,
    )


@rule("R-07", looks_at=ITEM, mode=WARN, clause=S(11), parameters=RESERVED)
def decisions_are_published(case: ItemCase) -> Verdict:
    """按照规定实行党务公开和校务公开；不公开的，记下理由。"""
    if not case.carried or case.item.purpose != "decide":
        return NOT_APPLICABLE
    return unless_reserved(case) or _published(case)


def _published(case: ItemCase) -> Verdict:
    publicity = case.item.publicity
    if publicity is not None and (publicity.published or publicity.reason.strip()):
        return MET
    return broken(f"第 {case.no} 项通过后没有公开，也没有记不公开的理由", "请公开，或记下不公开的理由")


@rule("R-08", looks_at=ITEM, mode=WARN, clause=SCHOOL_RULE, parameters=("publicity_working_days", "calendar"))
def appointments_are_shown_long_enough(case: ItemCase) -> Verdict:
    """中层干部任免的公示不少于规定的工作日。"""
    publicity = case.item.publicity
    passed = case.item.outcome == "passed" and case.matter.category == "H01"
    if not passed or publicity is None or not publicity.published:
        return NOT_APPLICABLE
    if publicity.since is None or publicity.until is None:
        return unknown("没有记录公示的起止日期", "请补记公示的起止日期")
    shown = case.dossier.working_days(publicity.since, publicity.until)
    needed = case.dossier.parameters("party", case.day).publicity_working_days
    if shown >= needed:
        return met(working_days=shown, needed=needed)
    return broken(
        f"第 {case.no} 项公示了 {shown} 个工作日，须公示 {needed} 个工作日",
        "请补足公示时间",
        working_days=shown,
        needed=needed,
    )


@rule("R-09", looks_at=ITEM, mode=WARN, clause=S(3))
def decisions_have_someone_and_a_day(case: ItemCase) -> Verdict:
    """督促检查决议贯彻落实：议决事项应当明确责任人和完成期限。"""
    if not case.carried or case.item.purpose not in ("decide", "handle", "deploy"):
        return NOT_APPLICABLE
    lacking = [
        part for part, recorded in (("责任人", case.item.responsible), ("完成期限", case.item.due)) if not recorded
    ]
    if not lacking:
        return MET
    return broken(f"第 {case.no} 项没有{'和'.join(lacking)}", f"请补记{'和'.join(lacking)}")


@rule("R-14", looks_at=ITEM, mode=WARN, clause=S(3))
def decisions_are_done_in_time(case: ItemCase, on: date) -> Verdict:
    """议决事项应当按期办结。"""
    due, done = case.item.due, case.item.done_on
    if due is None or due >= on:
        return NOT_APPLICABLE
    if done is not None and done <= on:
        return MET
    days = (on - due).days
    return broken(
        f"第 {case.no} 项没有办结：应于{spoken(due)}前完成，逾期 {days} 天",
        f"请{case.called(*case.item.responsible) or '责任人'}报告进展；已经办结的，请销号",
        overdue_days=days,
    )


@rule("R-12", looks_at=ITEM, mode=INFO, clause=AUDIT_PRACTICE)
def opinions_are_not_copied(case: ItemCase) -> Verdict:
    """发言应当如实记录，不照抄其他会议的内容。"""
    texts = case.long_texts
    if not texts:
        return NOT_APPLICABLE
    here = case.meeting.meeting.id
    copied = sum(case.dossier.stands_elsewhere(text, here) for text in texts)
    if not copied:
        return MET
    return broken(f"第 {case.no} 项有 {copied} 条发言与其他会议的完全相同", "请按实际发言更正", copied=copied)
