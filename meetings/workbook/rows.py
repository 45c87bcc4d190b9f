"""A dossier as lines of the sheets: what each line's cells stand for, by field."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from governance import exchange
from governance.rules import facts

from .cells import plain
from .layout import LONGEST, SHEETS, SPOKEN

Line = dict[str, Any]
Lines = dict[str, list[Line]]
"""The lines of each sheet, by what it holds."""


def value_of(records: facts.Records) -> dict[str, Any]:
    """The dossier as the record format spells it."""
    return json.loads(exchange.write(records))


def lines_of(value: Mapping[str, Any]) -> Lines:
    lines: Lines = defaultdict(list)
    posts = defaultdict(list)
    for post in value.get("posts", ()):
        posts[post["person"]].append(post)
    for person in value.get("people", ()):
        for post in posts[person["id"]] or [{}]:
            lines["posts"].append({**_flat(post), **_flat(person)})
    for matter in value.get("matters", ()):
        line = _flat(matter)
        line |= {f"flags/{code}": True for code in matter.get("flags", ())}
        lines["matters"].append(line)
        for one in matter.get("consultations", ()):
            lines["consultations"].append({**_flat(one), "matter": matter["id"]})
    lines["communications"] = [_flat(one) for one in value.get("communications", ())]
    for meeting in value.get("meetings", ()):
        _meeting(meeting, lines)
    return lines


def _meeting(meeting: Mapping[str, Any], lines: Lines) -> None:
    lines["meetings"].append(_flat(meeting))
    lines["attendance"] += [{**_flat(row), "meeting": meeting["id"]} for row in meeting.get("attendance", ())]
    told, _ = minutes_by_item(meeting)
    for item in sorted(meeting.get("items", ()), key=lambda one: one["no"]):
        of = {"meeting": meeting["id"], "no": item["no"]}
        line = {**_flat(item), **of}
        if item["no"] in told:
            line |= {f"minutes/{name}": said for name, said in told[item["no"]].items()}
        votes = item.get("votes", ())
        if len(votes) == 1 and not votes[0].get("candidate"):
            line |= {f"vote/{name}": said for name, said in votes[0].items()}
        else:
            lines["votes"] += [{**_flat(vote), **of} for vote in votes]
        lines["items"].append(line)
        for name in SPOKEN:
            for one in item.get(name, ()):
                said = {"text": one["reason"]} if "reason" in one else {}
                lines["opinions"].append({**_flat(one), **said, **of, "spoken": name})


def minutes_by_item(meeting: Mapping[str, Any]) -> tuple[dict[int, Line], int]:
    """What the minutes say of each item; and how much they say that no line of the agenda can carry."""
    listed = meeting.get("minutes", {}).get("items", ())
    times = Counter(one["no"] for one in listed)
    numbers = {item["no"] for item in meeting.get("items", ())}
    told = {one["no"]: {name: one[name] for name in one if name != "no"} for one in listed}
    told = {no: said for no, said in told.items() if no in numbers and times[no] == 1}
    return told, len(listed) - len(told)


def _flat(record: Mapping[str, Any], prefix: str = "") -> Line:
    """``{"emergency": {"at": …}}`` → ``{"emergency/at": …}``; lists of objects have sheets of their own."""
    line: Line = {}
    for name, value in record.items():
        if isinstance(value, dict):
            line |= _flat(value, f"{prefix}{name}/")
        elif not (isinstance(value, list) and value and isinstance(value[0], dict)):
            line[f"{prefix}{name}"] = value
    return line


def left_out(value: Mapping[str, Any], lines: Lines) -> list[str]:
    """What the workbook of this dossier does not show, in words."""
    said = []
    if lost := sum(minutes_by_item(meeting)[1] for meeting in value.get("meetings", ())):
        said.append(f"纪要中有 {lost} 行与会上的议题对不上，没有列出")
    if long := sum(1 for _ in _too_long(lines)):
        said.append(f"有 {long} 处文字超过一格能容的 {LONGEST} 字，没有列出")
    return said


def _too_long(lines: Lines) -> Iterator[str]:
    for sheet in SHEETS:
        wide = [column.field for column in sheet.columns if column.kind == "text"]
        yield from (name for line in lines[sheet.holds] for name in wide if len(plain(line.get(name, ""))) > LONGEST)


def count(lines: Lines) -> int:
    return sum(map(len, lines.values()))


def labels(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What each id is called in cells: its name, and the id with it where two share the name."""
    pairs = [(one, plain(name)) for one, name in named]
    shared = Counter(name for _, name in pairs)
    return {one: name if shared[name] == 1 else f"{name}（{one}）" for one, name in pairs}


def meeting_labels(meetings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return labels((one["id"], meeting_name(one["body"], one["starts_at"])) for one in meetings)


def meeting_name(body: str, starts_at: str) -> str:
    return f"{exchange.kinds.BODY.words[body]} {starts_at[:10]} {starts_at[11:16]}"
