"""What must hold between the values of a file, beyond what each of them may be.

``IN_OBJECT`` asks one object, ``IN_LIST`` all objects of a list; both by the fact that the object becomes. They are
given the values that could be read, by the fact's attributes, and skip what could not.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from governance.exchange.faults import Key, Place, found, pointer_to
from governance.exchange.scalars import BAD, Scanning
from governance.rules import facts
from governance.rules.clauses import SCHOOL_RULE, cited
from governance.rules.values import PARAMETERS, parameter_errors

Values = Mapping[str, Any]
SINGLE = {"party_secretary": "党组织书记", "principal": "校长"}
"""The posts that only one person can hold at a time."""


def _post(values: Values, place: Place, scan: Scanning) -> None:
    since, until = values.get("since"), values.get("until")
    if since and until and until <= since:
        scan.fault((place, "until"), f"免职之日应在任职之日 {since} 之后，实际是 {until}")


def _publicity(values: Values, place: Place, scan: Scanning) -> None:
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        scan.fault((place, "until"), f"公示最后一天不应早于第一天 {since}，实际是 {until}")


def _meeting(values: Values, place: Place, scan: Scanning) -> None:
    start, end = values.get("starts_at"), values.get("ends_at")
    if start and end and end < start:
        scan.fault((place, "ends_at"), f"结束时间不应早于开始时间 {start.isoformat()}，实际是 {end.isoformat()}")


def _attendance(values: Values, place: Place, scan: Scanning) -> None:
    first, last = values.get("from_item"), values.get("to_item")
    if first is not None and last is not None and last < first:
        scan.fault((place, "to_item"), f"离会不应早于到会的第 {first} 项，实际是第 {last} 项")
        return
    for no in values.get("away", ()):
        if (first is not None and no <= first) or (last is not None and no >= last):
            scan.fault((place, "away"), f"中途不在场的项应在到会与离会之间，实际有第 {no} 项")


def _procedure(values: Values, place: Place, scan: Scanning) -> None:
    for name, value in values.get("parameters", {}).items():
        parameter = PARAMETERS.get(name)
        if parameter is None:
            said = f"没有{found(name)}这个参数：可用的参数有 {'、'.join(PARAMETERS)}"
            scan.fault(((place, "parameters"), name), said)
            continue
        # of a version whose body cannot be read, the value is still looked at
        body = values.get("body") or parameter.bodies[0]
        for error in parameter_errors({name: value}, body, categories=scan.categories):
            clause = "" if error.clause is SCHOOL_RULE else f"（依据{cited((error.clause,))}）"
            scan.fault(((place, "parameters"), name), f"{error.message}，实际是{found(value)}{clause}")


IN_OBJECT: Mapping[type[Any], Callable[[Values, Place, Any], None]] = {
    facts.Post: _post,
    facts.Publicity: _publicity,
    facts.Meeting: _meeting,
    facts.Attendance: _attendance,
    facts.Procedure: _procedure,
}

List = Sequence[Any]
InList = Callable[[List, Place, Any], None]


def _each_once(attributes: tuple[str, ...], key: Key, said: str) -> InList:
    """No two of the list have all these in common; the fault is of the later one."""

    def check(each: List, place: Place, scan: Scanning) -> None:
        first: dict[tuple[Any, ...], int] = {}
        for index, values in enumerate(each):
            if values is BAD:
                continue
            same = tuple([values.get(attribute) for attribute in attributes])
            if None in same:
                continue
            there = first.setdefault(same, index)
            if there != index:
                scan.fault(((place, index), key), f"{said}：与 {pointer_to((place, there))} 重复")

    return check


def _numbered(each: List, place: Place, scan: Scanning) -> None:
    """The items of a meeting are 1 … n, whatever order they stand in."""
    numbers: list[int] = [values["no"] for values in each if values is not BAD and "no" in values]
    if len(numbers) < len(each) or sorted(numbers) == list(range(1, len(numbers) + 1)):
        return
    for index, number in enumerate(numbers):
        if number != index + 1:
            said = f"议题应从 1 起依次编号，此处应为 {index + 1}，实际是 {number}"
            scan.fault(((place, index), "no"), said)


def _posts(each: List, place: Place, scan: Scanning) -> None:
    """Two people in one single-holder post on the same day; of each post the terms in order of time."""
    for post, name in SINGLE.items():
        terms = [
            (values["since"], values.get("until") or date.max, index, values["person"])
            for index, values in enumerate(each)
            if values is not BAD and values.get("post") == post and {"since", "person"} <= values.keys()
        ]
        terms = [term for term in terms if term[0] < term[1]]
        # whoever stays longest so far, and whoever stays longest of all others: one of them clashes if anybody does
        longest: dict[Any, tuple[date, int]] = {}
        for since, until, index, person in sorted(terms):
            for other, (stays, there) in longest.items():
                if other != person and since < stays:
                    late, early = max(index, there), min(index, there)
                    said = f"{name}同一天应只有一人：与 {pointer_to((place, early))} 的任期重叠"
                    scan.fault(((place, late), "from"), said)
                    break
            if person not in longest or longest[person][0] < until:
                longest[person] = (until, index)
            longest = dict(sorted(longest.items(), key=lambda one: one[1][0], reverse=True)[:2])


IN_LIST: Mapping[type[Any], InList] = {
    facts.Post: _posts,
    facts.Procedure: _each_once(("body", "since"), "from", "同一会议的议事规则，同一天只能有一个版本"),
    facts.LargeSum: _each_once(("since",), "from", "大额标准同一天只能有一个"),
    facts.CatalogueRow: _each_once(("code", "since"), "from", "同一事项编码同一天只能有一行"),
    facts.Attendance: _each_once(("person",), "person", "同一人在一次会议上只能有一条到会情况"),
    facts.Opinion: _each_once(("person",), "person", "同一人对一项议题只能有一条意见"),
    facts.Item: _numbered,
    facts.Meeting: _each_once(("body", "starts_at"), "starts_at", "同一会议不能有两次在同一时间开始"),
}
