"""What has changed between two versions of the same facts.

Each change can be made alone in the earlier facts, so that it can be tried whether it explains another answer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from governance.rules import facts

from .telling import ITEM, MATTER, MEETING, WORDS, Telling, by_key, paired

MOST = 6  # changes that are told one by one
SINGLY = 3  # days of a calendar


@dataclass(frozen=True)
class Change:
    """One thing that changed: in words, and as it can be made in the earlier facts."""

    words: tuple[str, ...]
    made_in: Callable[[facts.Records], facts.Records]


def told(changes: Iterable[Change]) -> str:
    words = list(dict.fromkeys(word for change in changes for word in change.words))
    more = f"等 {len(words)} 处" if len(words) > MOST else ""
    return f"{'；'.join(words[:MOST])}{more}"


PARAMETERS_IN = ("procedures", "large_sums", "catalogue")
GROUND_WORDS = {"posts": "", "people": "人员", "communications": "定期沟通"}


def with_parameters_of(before: facts.Records, after: facts.Records) -> facts.Records:
    fields = {name: getattr(after, name) for name in (*PARAMETERS_IN, "calendar")}
    return replace(before, **fields)


def changes_of_parameters(before: facts.Records, after: facts.Records) -> list[Change]:
    telling = Telling(before, after)
    found = [change for name in PARAMETERS_IN for change in _row_by_row(telling, name, "", before, after, "后来登记")]
    found.append(Change(tuple(_days(before.calendar, after.calendar)), _ground("calendar", after.calendar)))
    return [change for change in found if change.words]


def _row_by_row(
    telling: Telling, field: str, word: str, before: facts.Records, after: facts.Records, added: str = "增加"
) -> Iterator[Change]:
    for key, one, other in paired(getattr(before, field), getattr(after, field)):
        yield Change(tuple(telling.row(word, one, other, added)), _with_row(field, key, other))


def _with_row(field: str, key: Any, row: Any) -> Callable[[facts.Records], facts.Records]:
    """That row in the place of the one there is, if there is one; without it, if it is none."""

    def made(records: facts.Records) -> facts.Records:
        rows = by_key(getattr(records, field)) | {key: row}
        fields: Any = {field: tuple(each for each in rows.values() if each is not None)}
        return replace(records, **fields)

    return made


def _days(before: facts.Calendar | None, after: facts.Calendar | None) -> Iterator[str]:
    before, after = before or facts.Calendar(), after or facts.Calendar()
    for field, word in (("holidays", "休息日"), ("workdays", "上班日")):
        earlier, later = getattr(before, field), getattr(after, field)
        for act, days in (("增加", sorted(later - earlier)), ("去掉", sorted(earlier - later))):
            if len(days) > SINGLY:
                yield f"工作日历{act}{word} {len(days)} 天（{days[0]} 至 {days[-1]}）"
            else:
                yield from (f"工作日历{act}{word} {day}" for day in days)


def changes_of_records(
    before: facts.Records, after: facts.Records, *, meeting: Any, matter: Any, item: bool
) -> list[Change]:
    """Everything but parameters. ``meeting`` and ``matter`` name what the finding is about; with ``item`` it is the
    coming of the matter to the meeting, and the other items do not matter."""
    telling = Telling(before, after)
    found = [
        Change(tuple(telling.between(facts.School, field, getattr(before.school, field), getattr(after.school, field))),
               _ground("school", replace(before.school, **{field: getattr(after.school, field)})))
        for field in WORDS[facts.School]
    ]  # fmt: skip
    for field, word in GROUND_WORDS.items():
        found += _row_by_row(telling, field, word, before, after)
    found += _in_matters(telling, before, after, matter)
    found += _in_meetings(telling, before, after, meeting, matter if item else None)
    return [change for change in found if change.words]


def _ground(field: str, value: Any) -> Callable[[facts.Records], facts.Records]:
    return lambda records: replace(records, **{field: value})


def _swapped(field: str, key: Any, row: Callable[[Any], Any]) -> Callable[[facts.Records], facts.Records]:
    """The row of that id as the function makes it."""

    def made(records: facts.Records) -> facts.Records:
        rows: Any = tuple(row(each) if each.id == key else each for each in getattr(records, field))
        return replace(records, **{field: rows})

    return made


def _with(field: str, value: Any) -> Callable[[Any], Any]:
    return lambda fact: replace(fact, **{field: value})


def _in_matters(telling: Telling, before: facts.Records, after: facts.Records, matter: Any) -> Iterator[Change]:
    for key, one, other in paired(before.matters, after.matters):
        if one is None or other is None:
            yield Change((_came_or_went(telling, one, other),), _with_row("matters", key, other))
            continue
        whose = "" if one.id == matter else f"{telling.called(one)}的"
        for field in MATTER:
            words = telling.between(facts.Matter, field, getattr(one, field), getattr(other, field), whose)
            yield Change(tuple(words), _swapped("matters", one.id, _with(field, getattr(other, field))))


def _in_meetings(
    telling: Telling, before: facts.Records, after: facts.Records, meeting: Any, only: Any
) -> Iterator[Change]:
    for key, one, other in paired(before.meetings, after.meetings):
        if one is None or other is None:
            yield Change((_came_or_went(telling, one, other),), _with_row("meetings", key, other))
        elif one.id == meeting:
            yield from _in_meeting(telling, one, other, only)
        else:
            whose = f"{telling.called(one)}的"
            words = [*telling.inside(replace(one, items=()), replace(other, items=()), whose)]
            words += [f"{whose}议题或结果有变"] if one.items != other.items else []
            yield Change(tuple(words), _with_row("meetings", key, other))


def _came_or_went(telling: Telling, before: Any, after: Any) -> str:
    return f"{telling.called(after)}后来登记" if before is None else f"{telling.called(before)}不再相关"


def _in_meeting(telling: Telling, before: facts.Meeting, after: facts.Meeting, only: Any) -> Iterator[Change]:
    for field in MEETING:
        words = telling.between(facts.Meeting, field, getattr(before, field), getattr(after, field))
        yield Change(tuple(words), _swapped("meetings", before.id, _with(field, getattr(after, field))))
    earlier, later = ({each.matter: each for each in sitting.items} for sitting in (before, after))
    for matter in earlier.keys() & later.keys():
        if only not in (None, matter):
            continue
        one, other = earlier[matter], later[matter]
        whose = "" if only else f"第 {one.no} 项的"
        for field in ITEM:
            value = getattr(other, field)
            words = telling.between(facts.Item, field, getattr(one, field), value, whose)
            yield Change(tuple(words), _swapped("meetings", before.id, _item_with(matter, field, value)))
    if not only and earlier.keys() != later.keys():
        added = [f"增加第 {later[matter].no} 项" for matter in later.keys() - earlier.keys()]
        gone = [f"去掉原第 {earlier[matter].no} 项" for matter in earlier.keys() - later.keys()]
        yield Change((*added, *gone), _swapped("meetings", before.id, _with("items", after.items)))


def _item_with(matter: Any, field: str, value: Any) -> Callable[[facts.Meeting], facts.Meeting]:
    return lambda sitting: replace(
        sitting,
        items=tuple(replace(each, **{field: value}) if each.matter == matter else each for each in sitting.items),
    )
