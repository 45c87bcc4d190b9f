"""What makes one version of an agenda out of another: pure functions of the two lists of items.

An item is ``{"item", "matter", "no", "title", "purpose", "text": digest, "files": [{"name", "sha256"}]}``.

Glossary
    moved   its place among those that stayed is another; a number that changes because another item came or went is not
    text    another wording; the title of before goes with it where it was another
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

Line = dict[str, Any]
KINDS = ("added", "removed", "moved", "text", "files")
LIKE = ("item", "matter", "title")


def changes_between(before: Sequence[Line], after: Sequence[Line]) -> list[Line]:
    """Everything that has changed, each thing once, in the order of the agenda; what was removed comes last."""
    was, now = ({line["item"]: line for line in lines} for lines in (before, after))
    unmoved = _longest_in_order([was[pk]["no"] for pk in now if pk in was])
    changes: list[Line] = []
    for pk, line in now.items():
        old = was.get(pk)
        named = {name: line[name] for name in LIKE} | {"no": line["no"]}
        if old is None:
            changes.append({"kind": "added", **line})
            continue
        if old["no"] not in unmoved:
            changes.append({"kind": "moved", **named, "from": old["no"]})
        if (old["text"], old["title"]) != (line["text"], line["title"]):
            renamed = {"was": old["title"]} if old["title"] != line["title"] else {}
            changes.append({"kind": "text", **named, "before": old["text"], "after": line["text"], **renamed})
        if old["files"] != line["files"]:
            gone = [file for file in old["files"] if file not in line["files"]]
            new = [file for file in line["files"] if file not in old["files"]]
            changes.append({"kind": "files", **named, "added": new, "removed": gone, "files": line["files"]})
    changes += [
        {"kind": "removed", **{name: line[name] for name in LIKE}, "no": line["no"]}
        for pk, line in was.items()
        if pk not in now
    ]
    return changes


def applied(before: Sequence[Line], changes: Sequence[Line]) -> list[Line]:
    """The agenda that the changes make of the one before: what shows that they leave nothing out."""
    by_kind = {kind: [change for change in changes if change["kind"] == kind] for kind in KINDS}
    lifted = {change["item"] for kind in ("removed", "moved") for change in by_kind[kind]}
    known = {line["item"]: line for line in before}
    order = [line for line in before if line["item"] not in lifted]
    placed = [
        ({name: value for name, value in each.items() if name != "kind"}, each["no"]) for each in by_kind["added"]
    ]
    placed += [(known[each["item"]], each["no"]) for each in by_kind["moved"]]
    for line, number in sorted(placed, key=lambda pair: pair[1]):
        order.insert(number - 1, line)
    after = {line["item"]: {**line, "no": number} for number, line in enumerate(order, start=1)}
    for change in by_kind["text"]:
        after[change["item"]] |= {"text": change["after"], "title": change["title"]}
    for change in by_kind["files"]:
        after[change["item"]]["files"] = change["files"]
    return list(after.values())


def _longest_in_order(numbers: Sequence[int]) -> set[int]:
    """The most that can stay in place: the longest rising part of the former numbers."""
    ends: list[int] = []  # the smallest number that a rising part of each length can end with
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    found: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found
