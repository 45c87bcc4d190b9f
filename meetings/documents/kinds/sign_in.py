"""签到表: before the meeting a list for hands, after it what the record has of who came, late, early, or not at all."""

from django.utils import timezone

from governance.access import Standing

from ...models import Attendance, Document, Meeting, Movement
from ...transitions.presence import numbers
from ...transitions.table import clerk
from ..blocks import Block, Cell, Column, Layout, Paper, Table, Title, grid
from .kind import Kind, Of
from .sitting import (
    Seat,
    called_over,
    loaded_for,
    not_planned,
    of_meeting,
    seats_of,
    sitting_title,
    when,
    where,
    which_row,
)
from .words import foot, printed

COLUMNS = (
    Column("序号", 0.08, "center", "number"),
    Column("姓名", 0.13, "center", "name"),
    Column("职务", 0.22, "center"),
    Column("类别", 0.1, "center"),
    Column("签到时间", 0.13, "center"),
    Column("手写签名", 0.16, "center"),
    Column("备注", 0.18),
)
SPARE = 3  # lines for those whom nobody expected
HOW = "请本人签名，不得代签。迟到、早退的，由记录人在备注栏写明自第几项到会、至第几项离会。"
Status = Attendance.Status


def freeze(meeting: Meeting, by: Standing, values: dict[str, str] | None = None) -> dict:
    loaded = loaded_for(meeting, by)
    came, granted = _came(loaded.meetings[meeting.pk]), _granted(meeting)
    seats = seats_of(loaded, meeting.pk)
    taken = called_over(seats)
    aside: dict[int, list[int]] = {}
    for item in loaded.items[meeting.pk]:
        for row in item.recusal_rows:
            aside.setdefault(row["person"], []).append(item.no)
    return of_meeting(loaded, meeting.pk) | {
        "taken": taken,
        "in_office": sum(seat.member for seat in seats),
        "present": sum(seat.member and seat.presence.status == Status.PRESENT for seat in seats),
        "people": [
            {
                "name": seat.name,
                "title": seat.title,
                "as": _as(seat, taken),
                "at": came.get(seat.person, "") if seat.presence.status == Status.PRESENT else "",
                "note": "；".join(filter(None, _notes(seat, granted, aside.get(seat.person, ())))),
            }
            for seat in seats
        ],
    }


def _came(meeting: Meeting) -> dict[int, str]:
    """When each came, by the clock; not what was only written down on another day, or when it was over."""
    rows = Movement.objects.filter(meeting=meeting, kind=Movement.Kind.ARRIVED).order_by("-at")
    on, came = timezone.localtime(meeting.starts_at).date(), {}
    for person, at in rows.values_list("person_id", "at"):
        local = timezone.localtime(at)
        if local.date() == on and (meeting.ends_at is None or at <= meeting.ends_at):
            came[person] = f"{local:%H:%M}"
    return came


def _granted(meeting: Meeting) -> dict[int, tuple[bool, str]]:
    decided = Attendance.objects.filter(meeting=meeting, leave_granted__isnull=False)
    rows = decided.values_list("person_id", "leave_granted", "leave_decided_by__name")
    return {person: (yes, name or "") for person, yes, name in rows}


def _as(seat: Seat, taken: bool) -> str:
    status = seat.row.get("status", "")
    if status in (Status.LEAVE, Status.ABSENT):
        return Status(status).label
    if not taken and seat.on_leave:
        return "请假"
    if taken and not status and not seat.only_writes:
        return Status.EXPECTED.label
    return "出席" if seat.member else "记录" if seat.only_writes else "列席"


def _notes(seat: Seat, granted: dict[int, tuple[bool, str]], aside) -> list[str]:
    row, notes = seat.row, [seat.presence.part]
    yes, head = granted.get(seat.person, (None, ""))
    leave = row.get("status") == Status.LEAVE
    asked = row.get("answer") == Attendance.Answer.LEAVE and not row.get("status")
    if leave or asked:
        why = row.get("leave_reason") or row.get("answer_reason") or ""
        decided = {True: f"{head}批准", False: f"{head}未批准", None: "待批准" if asked else ""}[yes]
        said = "，".join(filter(None, (why, decided)))
        notes.append(f"请假：{said}" if asked and said else said)
    if aside:
        notes.append(f"第 {numbers(aside)} 项回避")
    return notes


def laid_out(frozen: dict) -> Paper:
    heads = f"应到 {frozen['in_office']} 人"
    if frozen["taken"]:
        heads += f"，实到 {frozen['present']} 人"
    rows_of_head = [
        which_row(frozen, 3),
        (Cell("时间", label=True), Cell(when(frozen)), Cell("人数", label=True), Cell(heads)),
        (Cell("地点", label=True), Cell(where(frozen)), Cell("主持", label=True), Cell(frozen["chair"])),
    ]
    if not frozen["taken"]:
        rows_of_head.append((Cell("说明", label=True), Cell(HOW, span=3)))
    rows = [
        (str(no), each["name"], each["title"], each["as"], each["at"], "", each["note"])
        for no, each in enumerate(frozen["people"], start=1)
    ]
    if not frozen["taken"]:
        rows += [(str(no), *[""] * 6) for no in range(len(rows) + 1, len(rows) + 1 + SPARE)]
    blocks: list[Block] = [
        Title(sitting_title(frozen, "签到表")),
        grid((0.1, 0.52, 0.1, 0.28), *rows_of_head),
        Table(COLUMNS, tuple(rows), part="签到", lines=2),
    ]
    names = {each["name"] for each in frozen["people"]} | {frozen["chair"]}
    return printed(frozen, Layout.FORM, blocks, f"{frozen['body']}签到表（草稿）", names, foot(frozen))


def missing(meeting: Meeting) -> str:
    return not_planned(meeting, "签到表")


KIND = Kind(
    code=Document.Kind.SIGN_IN,
    of=Of.MEETING,
    freeze=freeze,
    laid_out=laid_out,
    who=clerk,
    whom="学校秘书",
    missing=missing,
)
