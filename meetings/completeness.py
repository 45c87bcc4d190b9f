"""What of a record is still open, before it is completed, signed and issued: one list, each with where it is mended."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from governance.access import Standing

from .facts import Load
from .facts.corrections import waiting
from .ledger import TO_DO
from .models import Item, Meeting, Signature
from .sheet import Sheet
from .transitions import before_issuing, head_label, may, unexplained

State = Meeting.State


@dataclass(frozen=True)
class Point:
    """Something open. ``stops`` says which of the acts to come it stands in the way of; nothing: it is only missing."""

    text: str
    act: str = ""
    url: str = ""
    stops: str = ""


def open_points(loaded: Load, sheet: Sheet, by: Standing) -> list[Point]:
    """First what stands in the way. Empty for a record that is sealed: what is wrong there is corrected."""
    meeting = sheet.meeting
    if meeting.state not in (State.ENDED, State.COMPLETED, State.SIGNED):
        return []
    room = reverse("meeting", args=[by.school.code, meeting.pk])
    points = [*_of_meeting(loaded, sheet, room), *_of_items(sheet, room), *_of_others(loaded, sheet, by)]
    writes = may(by, "note", meeting)
    plain = (each if writes or not each.url.startswith(room) else Point(each.text, stops=each.stops) for each in points)
    return sorted(plain, key=lambda each: not each.stops)


def _of_meeting(loaded: Load, sheet: Sheet, room: str) -> Iterator[Point]:
    meeting, people = sheet.meeting, f"{room}?item=0"
    for name, word in (("chair", "主持人"), ("recorder", "记录人")):
        if not getattr(meeting, f"{name}_id"):
            yield Point(f"没有填{word}", "去填", people, stops="完成记录")
    if not meeting.place:
        yield Point("没有填地点", "去填", people)
    if not meeting.ends_at:
        yield Point("没有填结束时间", "去填", people)
    if missing := sheet.people.get("未登记"):
        yield Point(f"{'、'.join(missing)}没有登记到会情况", "去登记", people)
    asked = [row for row in meeting.attendance_rows if row["answer"] == "leave" and row["leave_granted"] is None]
    if asked:
        names = "、".join(loaded.dossier.name(row["person"]) for row in asked)
        yield Point(f"{names}请假，还没有批准", "去会议页", people)
    if meeting.state == State.ENDED and meeting.check_in_rows:
        yield Point(f"有 {len(meeting.check_in_rows)} 人扫码签到还没有确认", "去确认", people)


def _of_items(sheet: Sheet, room: str) -> Iterator[Point]:
    for line in sheet.lines:
        item, there = line.item, f"{room}?item={line.item.no}"
        which, act = f"第 {item.no} 项", f"去第 {item.no} 项"
        if not item.outcome:
            yield Point(f"{which}还没有结果", act, there, stops="完成记录")
            continue
        if item.outcome in Item.DECIDED and not item.decision_text.strip():
            yield Point(f"{which}没有写决定内容", act, there)
        elif item.state in (Item.State.CONFIRMED, Item.State.WAITING):
            yield Point(f"{which}还没有议定", act, there)
        if item.outcome in Item.CARRIED and item.purpose in TO_DO:
            lacking = [word for word, has in (("责任人", line.responsible), ("完成时限", item.due)) if not has]
            if lacking:
                yield Point(f"{which}没有填{'和'.join(lacking)}", act, there)
        for vote in line.votes:
            if (
                vote["counted"]
                and vote["announced"] != vote["counted"]
                and not (vote["outcome_reason"] or item.outcome_reason)
            ):
                yield Point(f"{which}宣布的结果与计票不一致，没有写说明", act, there)


def _of_others(loaded: Load, sheet: Sheet, by: Standing) -> Iterator[Point]:
    meeting = sheet.meeting
    for row in waiting(meeting.correction_rows):
        yield Point(f"更正 {row['no']} 还没有签字", "去看", f"#correction-{row['no']}", stops="完成记录")
    if meeting.state == State.COMPLETED:
        for role, name in ((Signature.Role.CHAIR, sheet.chair), (Signature.Role.RECORDER, sheet.recorder)):
            if role not in sheet.signed_at:
                yield Point(f"{role.label}{name}还没有签字", stops="签发纪要")
    given = {(line.item.pk, each.rule) for line in sheet.lines for each in line.overrides}
    by_number = {line.item.no: line.item for line in sheet.lines}
    for finding in unexplained(before_issuing(loaded, meeting.pk), by_number, given):
        yield Point(
            f"第 {finding.item} 项不符合 {finding.code}，{head_label(meeting.body)}还没有说明理由",
            "看依据", f"#rule-{finding.code}-{finding.item}", stops="签发纪要",
        )  # fmt: skip
