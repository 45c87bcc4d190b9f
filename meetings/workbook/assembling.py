"""Lines into a value of the record format: what is new is added to what is known, what is known is only compared."""

from collections import defaultdict
from typing import Any

from governance.rules import facts

from .cells import cell_of, says_the_same, shown, without_hour
from .layout import ATTENDANCE, COMMUNICATIONS, CONSULTATIONS, OPINIONS, PEOPLE, VOTES, Column, Sheet
from .lines import Line, Lines
from .rows import labels, lines_of, meeting_labels

OWNERS = ("meeting", "matter")
NEW_LINE = "；如果这是新的一行，请清空它的编号"
Cell = tuple[str, int, int]


class Assembly:
    def __init__(self, lines: Lines, value: dict[str, Any], known: facts.Records) -> None:
        self.lines, self.value, self.known = lines, value, known
        self.here = lines_of(value)
        self.cells: dict[str, Cell] = {}
        self.new: dict[str, tuple[str, dict[str, Any], Line]] = {}  # pointer, record and line of each new one, by id
        self.items: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}  # new ones, by meeting and number
        self.partial: set[str] = set()  # meetings with an item that could not be read
        self.labels = {
            "person": labels((one["id"], one["name"]) for one in value["people"]),
            "matter": labels((one["id"], one["title"]) for one in value["matters"]),
            "meeting": meeting_labels(value["meetings"]),
        }

    def make(self) -> None:
        by = self.lines.by
        self._people(by["posts"])
        self._records("matters", by["matters"])
        self._records("meetings", by["meetings"])
        self._communications(by["communications"])
        self._children("consultations", by["consultations"], CONSULTATIONS, "matter")
        self._children("attendance", by["attendance"], ATTENDANCE, "meeting")
        self._items(by["items"])
        self._of_items(by["votes"], VOTES)
        self._of_items(by["opinions"], OPINIONS)

    # places

    def cell(self, pointer: str) -> Cell | None:
        """The cell that a place of the value came from, or the row of the record around it."""
        while pointer:
            if pointer in self.cells:
                return self.cells[pointer]
            pointer = pointer.rpartition("/")[0]
        return None

    def untold(self, pointer: str) -> bool:
        """Whether the agenda around this place has an item that could not be read."""
        return "/".join(pointer.split("/")[:3]) in self.partial

    def _fault(self, line: Line, name: str, error: str) -> None:
        self.lines.wrongs.append(line.wrong(name, error))

    def _note(self, pointer: str, line: Line, name: str = "") -> None:
        self.cells[pointer] = (line.sheet.title, line.number, line.places.get(name, 0))

    def _put(self, record: dict[str, Any], pointer: str, line: Line, fields: dict[str, str]) -> dict[str, Any]:
        """The line's cells into the record: ``fields`` says which go where."""
        self.cells.setdefault(pointer, (line.sheet.title, line.number, 0))
        for name, path in fields.items():
            if (value := line.get(name)) is None:
                continue
            kind = line.sheet.column(name).kind
            if kind == "moment" and without_hour(value):
                self._fault(line, name, "只有日期，没有几点。请补上时刻，如 2025-03-05 15:00")
            if kind == "flag":
                if value:
                    record.setdefault("flags", []).append(name.removeprefix("flags/"))
                continue
            if kind == "mark" and not value:
                continue
            *into, last = path.split("/")
            inner, place = record, pointer
            for step in into:
                inner, place = inner.setdefault(step, {}), f"{place}/{step}"
                self.cells.setdefault(place, (line.sheet.title, line.number, line.places[name]))
            inner[last] = value
            self._note(f"{place}/{last}", line, name)
        return record

    def _fields(self, sheet: Sheet, *without: str) -> dict[str, str]:
        return {column.field: column.field for column in sheet.columns if not column.field.startswith(without)}

    # comparing

    def _compare(self, line: Line, here: dict[str, Any], without: tuple[str, ...] = ()) -> None:
        for column in line.sheet.columns:
            name = column.field
            if name in without or name == "id" or name not in line.values:
                continue
            if not says_the_same(column, here.get(name), line.values[name]):
                self._differs(line, column, here.get(name), bool("id" in line.places))

    def _differs(self, line: Line, column: Column, here: Any, has_id: bool) -> None:
        told = f"系统中为“{self._shown(column, here)}”" if here not in (None, [], "") else "系统中这一项是空的"
        more = NEW_LINE if has_id and column.must else ""
        self._fault(
            line, column.field, f"{told}，已有的记录不会被表格改写。请改回或删去这一行，要更正的在系统中办理{more}"
        )

    def _shown(self, column: Column, value: Any) -> str:
        names = self.labels["person" if column.kind == "people" else column.kind] if column.kind in REFERRING else {}
        if column.kind == "people":
            return "、".join(names.get(one, one) for one in value)
        if column.kind in REFERRING:
            return names.get(value, value)
        return shown(cell_of(column, value))

    def _compare_child(self, line: Line, alike: list[dict[str, Any]], whose: str) -> None:
        """A line of a record that is here: one of its own lines has to say the same."""
        keys = [line.sheet.column(name) for name in line.sheet.keys if name not in OWNERS and name != "no"]
        if any(column.field in line.unread for column in keys):
            return
        same = [each for each in alike if all(_agrees(column, each, line) for column in keys)]
        others = [column for column in line.sheet.columns if column.field in line.values]
        if any(all(says_the_same(one, each.get(one.field), line.values[one.field]) for one in others) for each in same):
            return
        if same:
            self._compare(line, same[0], without=OWNERS)
        else:
            said = f"系统中已有{whose}，没有这一行；已有的记录不会被表格改写。请删去这一行，要补记的在系统中办理"
            self._fault(line, keys[0].field if keys else "no", said)

    # people and posts

    def _people(self, lines: list[Line]) -> None:
        people = {one["id"]: (place, one) for place, one in enumerate(self.value["people"])}
        for line in lines:
            if not (one := line.get("id")) or not line.get("name"):
                continue
            if one not in people:
                people[one] = (len(people), {"id": one, "name": line.get("name")})
                self.value["people"].append(people[one][1])
                self.labels["person"][one] = line.get("name")
                self._note(f"/people/{people[one][0]}/id", line, "id")
                self._note(f"/people/{people[one][0]}/name", line, "name")
            self._add(line, people[one][1], f"/people/{people[one][0]}", ("name", "party_member"), ("party_member",))
            self._post(line, one)

    def _post(self, line: Line, person: str) -> None:
        given = [name for name in ("post", "from", "until", "full_time") if name in line.values or name in line.unread]
        if not given:
            return
        for name in ("post", "from"):
            if name not in given:
                self._fault(line, name, f"登记任职必填“{PEOPLE.column(name).title}”，现在是空的")
        post, since = line.get("post"), line.get("from")
        if post is None or since is None:
            return
        for place, each in enumerate(self.value["posts"]):
            if (each["person"], each["post"], each["from"]) == (person, post, since):
                self._add(line, each, f"/posts/{place}", ("until", "full_time"), ("until",))
                return
        pointer = f"/posts/{len(self.value['posts'])}"
        fields = {name: name for name in ("post", "from", "until", "full_time")}
        self.value["posts"].append(self._put({"person": person}, pointer, line, fields))

    def _add(
        self, line: Line, record: dict[str, Any], pointer: str, names: tuple[str, ...], lacking: tuple[str, ...]
    ) -> None:
        """Compare with the record, and add what it lacks of what may be added later."""
        for name in names:
            if name not in line.values:
                continue
            if name in lacking and name not in record:
                self._put(record, pointer, line, {name: name})
            elif not says_the_same(column := line.sheet.column(name), record.get(name), line.values[name]):
                self._differs(line, column, record.get(name), True)

    # records and their lines

    def _records(self, name: str, lines: list[Line]) -> None:
        here = {line["id"]: line for line in self.here[name]}
        first: dict[str, int] = {}
        for line in lines:
            if not (one := line.get("id")):
                continue
            if one in first:
                said = f"与第 {first[one]} 行是同一{'项' if name == 'matters' else '次'}：请删去一行；不是同一{'项' if name == 'matters' else '次'}的，编号不能相同"
                if name == "matters":
                    said += "，没有编号的请各填一个不同的编号"
                self._fault(line, "id" if "id" in line.places else line.sheet.columns[0].field, said)
                continue
            first[one] = line.number
            if one in here:
                self._compare(line, here[one])
                continue
            pointer = f"/{name}/{len(self.value[name])}"
            record = self._put({"id": one}, pointer, line, self._fields(line.sheet))
            self._note(f"{pointer}/id", line, "id")
            self.value[name].append(record)
            self.new[one] = (pointer, record, line)

    def _communications(self, lines: list[Line]) -> None:
        known = list(self.here["communications"])
        for line in lines:
            if line.get("at") is None:
                continue
            column = COMMUNICATIONS.column("at")
            same = [each for each in known if says_the_same(column, each.get("at"), line.values["at"])]
            if same:
                self._compare(line, same[0])
                continue
            pointer = f"/communications/{len(self.value['communications'])}"
            record = self._put({}, pointer, line, self._fields(COMMUNICATIONS))
            self.value["communications"].append(record)
            known.append(record)

    def _children(self, name: str, lines: list[Line], sheet: Sheet, owner: str) -> None:
        here = _grouped(self.here[name], owner)
        for line in lines:
            one = line.get(owner)
            if one in self.new:
                pointer, record, _ = self.new[one]
                listed = record.setdefault(name, [])
                self.cells.setdefault(f"{pointer}/{name}", (line.sheet.title, line.number, 0))
                listed.append(self._put({}, f"{pointer}/{name}/{len(listed)}", line, self._fields(sheet, owner)))
            elif one is not None:
                self._compare_child(line, here[(one,)], f"这{'项事项' if owner == 'matter' else '次会议'}")

    def _items(self, lines: list[Line]) -> None:
        here = _grouped(self.here["items"], "meeting", "no")
        meetings = {line["meeting"] for line in self.here["items"]}
        agendas: dict[str, dict[int, Line]] = defaultdict(dict)
        for line in lines:
            meeting, no = line.get("meeting"), line.get("no")
            if meeting in self.new:
                if no is None:
                    self.partial.add(self.new[meeting][0])
                elif no in agendas[meeting]:
                    self._fault(line, "no", f"这次会议的第 {no} 项已经写在第 {agendas[meeting][no].number} 行")
                    self.partial.add(self.new[meeting][0])
                else:
                    agendas[meeting][no] = line
            elif no is not None and (meeting in meetings or meeting is not None):
                self._compare_item(line, here[(meeting, no)])
        for meeting, agenda in agendas.items():
            pointer, record, _ = self.new[meeting]
            record["items"] = [
                self._item(agenda[no], f"{pointer}/items/{place}", record, pointer)
                for place, no in enumerate(sorted(agenda))
            ]

    def _compare_item(self, line: Line, here: list[dict[str, Any]]) -> None:
        if here:
            self._compare(line, here[0], without=("meeting", "no"))
        else:
            self._fault(
                line,
                "no",
                "系统中已有这次会议，没有这一项议题；已有的记录不会被表格改写。请删去这一行，要补记的在系统中办理",
            )

    def _item(self, line: Line, pointer: str, meeting: dict[str, Any], at: str) -> dict[str, Any]:
        fields = self._fields(line.sheet, "meeting", "vote/", "minutes/")
        item = self._put({}, pointer, line, fields)
        self.items[line.values["meeting"], line.values["no"]] = (pointer, item)
        if vote := {name: name.removeprefix("vote/") for name in line.values if name.startswith("vote/")}:
            item["votes"] = [self._put({}, f"{pointer}/votes/0", line, vote)]
        told = {name: name.removeprefix("minutes/") for name in line.values if name.startswith("minutes/")}
        if told and "minutes/outcome" in told:
            listed = meeting.setdefault("minutes", {}).setdefault("items", [])
            place = f"{at}/minutes/items/{len(listed)}"
            listed.append(self._put({"no": line.values["no"]}, place, line, told))
        elif told and "minutes/outcome" not in line.unread:
            self._fault(line, "minutes/outcome", "填了纪要内容的，还要填纪要上的结果")
        return item

    def _of_items(self, lines: list[Line], sheet: Sheet) -> None:
        here = _grouped(self.here[sheet.holds], "meeting", "no")
        for line in lines:
            meeting, no = line.get("meeting"), line.get("no")
            if meeting is None or no is None:
                continue
            if (meeting, no) in self.items:
                pointer, item = self.items[meeting, no]
                name = self._said(line) if sheet is OPINIONS else "votes"
                listed = item.setdefault(name, [])
                fields = self._fields(sheet, "meeting", "no", "spoken")
                if name == "recusals":
                    fields["text"] = "reason"
                    fields = {field: path for field, path in fields.items() if field in ("person", "text")}
                listed.append(self._put({}, f"{pointer}/{name}/{len(listed)}", line, fields))
            elif meeting not in self.new:
                self._compare_child(self._with_form(line), here[(meeting, no)], f"这次会议的第 {no} 项")
            elif self.new[meeting][0] not in self.partial:
                self._fault(line, "no", f"“议题”表中没有这次会议的第 {no} 项")

    def _with_form(self, line: Line) -> Line:
        if line.sheet is OPINIONS:
            line.values.setdefault("spoken", "opinions")
        return line

    def _said(self, line: Line) -> str:
        form = self._with_form(line).values["spoken"]
        if form != "opinions" and "order" in line.values:
            self._fault(line, "order", "只有会上发言填发言次序")
        if form == "recusals" and "stance" in line.values:
            self._fault(line, "stance", "回避的人不表态，请清空；不是回避的请改“形式”")
        return form


REFERRING = ("person", "people", "matter", "meeting")


def _agrees(column: Column, here: dict[str, Any], line: Line) -> bool:
    said, stands = line.get(column.field), here.get(column.field)
    return stands is None if said is None else says_the_same(column, stands, said)


def _grouped(lines: list[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        groups[tuple(line[name] for name in names)].append(line)
    return groups
