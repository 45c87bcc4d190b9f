"""A workbook as the dossier that it is, or every cell that is wrong.

The workbook is turned into a value of the record format, with a note of which cell each place came from; the format's
own reader then finds what does not fit together. Of a record that is here already a workbook carries less than the
record has: what it says must be so, what it does not say is no claim.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from governance.exchange import Fault, read_value
from governance.rules import facts
from governance.rules.facts import SHANGHAI

from .assembling import Assembly
from .cells import Unfit
from .layout import GUIDE, SHEETS
from .lines import Grid, Line, Lines, Wrong, lines_from
from .naming import Lost, MeetingNames, Names, given_id
from .opening import opened
from .rows import meeting_name, value_of

_PLACE = re.compile(r" ?/(?:people|posts|communications|matters|meetings)(?:/\w+)+ ?")
_LACKS = re.compile(r"缺少必填的 \w+（(.+)）")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d:\d\d")


@dataclass
class Workbook:
    """What a workbook holds; with one wrong cell or more there are no records."""

    records: facts.Records | None
    wrongs: list[Wrong]
    grids: list[Grid] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    origin: Callable[[Iterable[Fault]], list[Wrong]] = lambda faults: []  # which cells the faults of the records are of


def read(content: bytes, known: facts.Records) -> Workbook:
    """``known``: the school's dossier as it is here. Raises Unreadable."""
    lines = lines_from(opened(content, {GUIDE, *(sheet.title for sheet in SHEETS)}), known)
    if any(not wrong.sheet for wrong in lines.wrongs):
        return Workbook(None, lines.wrongs, lines.grids, lines.ignored)
    _name(lines, known)
    assembly = Assembly(lines, _known_value(lines, known), known)
    assembly.make()
    reading = read_value(assembly.value)

    def origin(faults: Iterable[Fault]) -> list[Wrong]:
        return [_wrong(fault, assembly) for fault in faults]

    wrong_rows = {(wrong.sheet, wrong.row) for wrong in lines.wrongs}
    for fault, wrong in zip(reading.faults, origin(reading.faults), strict=True):
        follows = fault.pointer.endswith("/no") and assembly.untold(fault.pointer)  # numbers shift when one is not read
        if (wrong.sheet, wrong.row) not in wrong_rows and not follows:
            lines.wrongs.append(wrong)
    order = {sheet.title: place for place, sheet in enumerate(SHEETS)}
    lines.wrongs.sort(key=lambda wrong: (order.get(wrong.sheet, -1), wrong.row, wrong.place))
    return Workbook(None if lines.wrongs else reading.records, lines.wrongs, lines.grids, lines.ignored, origin)


def _wrong(fault: Fault, assembly: Assembly) -> Wrong:
    said = _LACKS.sub(r"还缺“\1”", fault.error)
    said = _PLACE.sub(lambda found: _there(assembly, found[0].strip()), said)
    said = _TIME.sub(lambda found: f"{found[0][:10]} {found[0][11:16]}", said)
    cell = assembly.cell(fault.pointer)
    return Wrong(said) if cell is None else Wrong(said, *cell)


def _there(assembly: Assembly, pointer: str) -> str:
    cell = assembly.cell(pointer)
    return f"“{cell[0]}”表第 {cell[1]} 行" if cell else "系统中已有的记录"


# what is called what


def _name(lines: Lines, known: facts.Records) -> None:
    """An id for every person, matter and meeting, and the ids behind every name in the sheets."""
    people, matters = Names("个人", "人员与任职"), Names("个事项", "事项")
    meetings = MeetingNames("次会议", "会议")
    for person in known.people:
        people.add(person.id, person.name, own=False)
    for matter in known.matters:
        matters.add(matter.id, matter.title, own=False)
    for meeting in known.meetings:
        meetings.add(meeting.id, _meeting_name(meeting), own=False)
    for line in lines.by["posts"]:
        _name_person(line, people, lines)
    for line in lines.by["matters"]:
        content = [line.get(name) for name in ("title", "category", "amount", "proposed_at")]
        _name_line(line, matters, line.get("title"), given_id("t", known.school.code, *content))
    for line in lines.by["meetings"]:
        named = _named(line)
        taken = meetings.known(named) if named else []
        _name_line(line, meetings, named, taken[0] if taken else given_id("m", known.school.code, named))
    names = {"person": people, "people": people, "matter": matters, "meeting": meetings}
    for sheet in SHEETS:
        for line in lines.by[sheet.holds]:
            _find(line, names, lines)


def _meeting_name(meeting: facts.Meeting) -> str:
    return meeting_name(meeting.body, meeting.starts_at.astimezone(SHANGHAI).isoformat())


def _named(line: Line) -> str:
    body, start = line.get("body"), line.get("starts_at")
    return meeting_name(body, start) if body and start else ""


def _name_person(line: Line, people: Names, lines: Lines) -> None:
    name, given = line.get("name"), line.get("id")
    if name and not given:
        alike = people.known(name)
        if len(alike) > 1:
            said = f"系统中有 {len(alike)} 个人叫“{name}”，请填写编号，说明是哪一位"
            lines.wrongs.append(line.wrong("name", said))
            people.incomplete = True
            return
        given = alike[0] if alike else given_id("p", lines.known.school.code, name)
    _name_line(line, people, name, given or "")


def _name_line(line: Line, names: Names, name: str | None, otherwise: str) -> None:
    if not name:
        names.incomplete = True
        return
    line.values.setdefault("id", otherwise)
    names.add(line.values["id"], name, own=True)


def _find(line: Line, names: dict[str, Names], lines: Lines) -> None:
    for column in line.sheet.columns:
        said = line.get(column.field)
        if said is None or column.kind not in names:
            continue
        try:
            found = names[column.kind].find
            line.values[column.field] = [found(each) for each in said] if column.kind == "people" else found(said)
        except (Unfit, Lost) as error:
            del line.values[column.field]
            line.unread.add(column.field)
            if isinstance(error, Unfit):
                lines.wrongs.append(line.wrong(column.field, str(error)))


# what is here already


def _known_value(lines: Lines, known: facts.Records) -> dict[str, Any]:
    """The ground of the school, and of its matters and meetings those that the workbook speaks of."""
    named = {line.get("id") for holds in ("matters", "meetings") for line in lines.by[holds]}
    for sheet in SHEETS:
        fields = [column.field for column in sheet.columns if column.kind in ("matter", "meeting")]
        named |= {line.get(name) for line in lines.by[sheet.holds] for name in fields}
    meetings = tuple(meeting for meeting in known.meetings if meeting.id in named)
    named |= {item.matter for meeting in meetings for item in meeting.items}
    by_id = {matter.id: matter for matter in known.matters}
    waiting = [by_id[one] for one in named if one in by_id]
    while waiting:
        again = by_id.get(waiting.pop().reconsiders)
        if again and again.id not in named:
            named.add(again.id)
            waiting.append(again)
    matters = tuple(matter for matter in known.matters if matter.id in named)
    value = value_of(replace(known, calendar=None, matters=matters, meetings=meetings))
    for name in ("people", "posts", "communications", "matters", "meetings"):
        value.setdefault(name, [])
    return value
