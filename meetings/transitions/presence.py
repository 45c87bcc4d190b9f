"""Who was there while which item was on: the one place where presence is changed, whichever way it is told.

A roll call is written field by field (``note``), or told as what happened (``move``: came, left, came back, stood
aside). Both lead to ``rewrite``: it compares what was with what is to be, refuses what a standing vote depends on, and
leaves a line of the timeline (Movement) and the text of each changed field (TextRevision).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from governance.access import Standing
from governance.models import Person

from ..models import Attendance, Correction, Item, Meeting, Movement, Recusal, TextRevision, Vote
from .acting import Stopped, WrongState, begin, now, write
from .texts import shown

PRESENT, LEAVE, ABSENT = Attendance.Status.PRESENT, Attendance.Status.LEAVE, Attendance.Status.ABSENT
Kind = Movement.Kind
BEFORE = timedelta(hours=6)  # nobody comes earlier than that
COLUMNS = ("status", "from_item", "to_item", "away", "leave_reason")


@dataclass(frozen=True)
class Presence:
    """One person at one meeting. ``aside``: from which items they stand aside, by number, and why."""

    status: str = ""
    from_item: int | None = None
    to_item: int | None = None
    away: tuple[int, ...] = ()
    leave_reason: str = ""
    aside: Mapping[int, str] = field(default_factory=dict)

    def at(self, number: int) -> bool:
        return (
            self.status == PRESENT
            and (self.from_item is None or self.from_item <= number)
            and (self.to_item is None or number <= self.to_item)
            and number not in self.away
        )

    def tidy(self) -> "Presence":
        """The same in the fewest words: nobody is away before they came or after they left."""
        first, last, away = self.from_item or 1, self.to_item, set(self.away)
        while first in away:
            first += 1
        while last is not None and last in away:
            last -= 1
        if last is not None and last < first:
            return replace(self, status=ABSENT, from_item=None, to_item=None, away=())
        kept = tuple(sorted(no for no in away if first < no and (last is None or no < last)))
        return replace(self, from_item=first if first > 1 else None, to_item=last, away=kept)

    @property
    def part(self) -> str:
        """Late, gone early or away between, in words."""
        come, gone = self.from_item, self.to_item
        words = [f"第 {come} 至 {gone} 项在场" if come and gone else f"第 {come} 项起到会" if come else ""]
        words += [f"第 {gone} 项后离会"] if gone and not come else []
        words += [f"中途不在场第 {numbers(self.away)} 项"] if self.away else []
        return "，".join(filter(None, words))


def numbers(these) -> str:
    return "、".join(map(str, these))


def presence_of(meeting: Meeting, person: int) -> Presence:
    row = meeting.attendance.filter(person=person).first() or Attendance()
    aside = dict(Recusal.objects.filter(item__meeting=meeting, person=person).values_list("item__no", "reason"))
    return Presence(row.status, row.from_item, row.to_item, tuple(row.away), row.leave_reason, aside)


def counted(meeting: Meeting) -> dict[int, Vote]:
    """By item, a standing vote on it: what it counted is not changed beneath it."""
    standing = Vote.objects.filter(item__meeting=meeting, abandoned_at=None, recorded_by__isnull=False)
    return {vote.item.no: vote for vote in standing.select_related("item").order_by("pk")}


@transaction.atomic
def move(
    meeting: Meeting, person: Person, kind: str, *, item_no: int | None = None, at: datetime | None = None,
    detail: str = "", origin: str = Movement.Origin.CLERK, by: Standing,
) -> Presence:  # fmt: skip
    """What somebody did, told once: it holds from ``item_no`` on (none: from before the first item). ``at`` is the time
    by the clock, if another than now. The same again changes nothing."""
    verb, meeting = begin("move", meeting, by)
    if person.school_id != meeting.school_id:
        raise Stopped("没有这个人，请从名单中选择。")
    if at and at > now() + timedelta(minutes=1):
        raise Stopped("登记的时间还没有到，请核对。")
    if at and at < meeting.starts_at - BEFORE:
        raise Stopped("登记的时间比会议开始早得太多，请核对。")
    if len(detail) > 200:
        raise Stopped(f"文字过长：最多 200 字，现有 {len(detail)} 字。")
    items = {item.no: item for item in meeting.items.all()}
    if kind not in BECOMES or (item_no is None and kind in AT_AN_ITEM):
        raise Stopped("选项无效，请刷新页面。")
    if item_no is not None and item_no not in items:
        raise Stopped("议程上没有这一项，请刷新页面。")
    if kind in (Kind.RECUSED, Kind.REJOINED) and items[item_no].state == Item.State.SETTLED:
        raise WrongState(f"第 {item_no} 项已经议定。要修改，请先“撤销议定”。")
    before = presence_of(meeting, person.pk)
    if kind == Kind.LEFT and before.status != PRESENT:
        raise Stopped(f"{person.name}没有登记到会，不用登记离会。")
    after = BECOMES[Kind(kind)](before, item_no or 1, detail.strip(), counted(meeting))
    if after == before:
        return before
    if kind == Kind.ARRIVED and before.status == PRESENT and before.to_item:
        kind = Kind.BACK
    if kind == Kind.LEFT and after.status == ABSENT and not detail:
        detail = "没有参加任何一项，记为缺席"
    told = Movement(kind=kind, item_no=item_no, at=at or now(), detail=detail.strip(), origin=origin)
    rewrite(meeting, person.pk, after, by=by, told=told)
    where = f"（第 {item_no} 项）" if item_no else ""
    write(
        verb, meeting, by, f"登记到会变动：{Kind(kind).label}{where}", person=person.pk, kind=str(kind), item=item_no,
        at=told.at.isoformat(), origin=str(origin), reason=told.detail, movement=told.pk,
        became={name: getattr(after, name) for name in COLUMNS} | {"aside": dict(after.aside)},
    )  # fmt: skip
    return after


def _came(before: Presence, no: int, _detail: str, voted: Mapping[int, Vote]) -> Presence:
    """There from an item on; but for later items that were voted on without them."""
    if before.at(no):
        return before
    if before.status != PRESENT:
        after = replace(before, status=PRESENT, from_item=no, to_item=None, away=())
    elif before.to_item is not None and no > before.to_item:
        after = replace(before, to_item=None, away=(*before.away, *range(before.to_item + 1, no)))
    elif no in before.away:
        until = no
        while until in before.away:
            until += 1
        after = replace(before, away=tuple(each for each in before.away if not no <= each < until))
    else:
        after = replace(before, from_item=no)
    without = [each for each in voted if each > no and not before.at(each)]
    return replace(after, away=tuple({*after.away, *without})).tidy()


def _left(before: Presence, no: int, _detail: str, _voted: Mapping[int, Vote]) -> Presence:
    """Gone from an item on; who leaves before the first they came for was at none."""
    if before.to_item is not None and before.to_item < no:
        return before
    if no <= (before.from_item or 1):
        return replace(before, status=ABSENT, from_item=None, to_item=None, away=())
    return replace(before, to_item=no - 1).tidy()


def _on_leave(before: Presence, _no: int, detail: str, _voted: Mapping[int, Vote]) -> Presence:
    return replace(
        before, status=LEAVE, from_item=None, to_item=None, away=(), leave_reason=detail or before.leave_reason
    )


def _absent(before: Presence, _no: int, _detail: str, _voted: Mapping[int, Vote]) -> Presence:
    return replace(before, status=ABSENT, from_item=None, to_item=None, away=())


def _aside(before: Presence, no: int, detail: str, _voted: Mapping[int, Vote]) -> Presence:
    return before if no in before.aside else replace(before, aside={**before.aside, no: detail})


def _no_longer_aside(before: Presence, no: int, _detail: str, _voted: Mapping[int, Vote]) -> Presence:
    return replace(before, aside={each: why for each, why in before.aside.items() if each != no})


BECOMES = {
    Kind.ARRIVED: _came,
    Kind.BACK: _came,
    Kind.LEFT: _left,
    Kind.LEAVE: _on_leave,
    Kind.ABSENT: _absent,
    Kind.RECUSED: _aside,
    Kind.REJOINED: _no_longer_aside,
}
AT_AN_ITEM = (Kind.LEFT, Kind.BACK, Kind.RECUSED, Kind.REJOINED)


def written(before: Presence, name: str, value: Any) -> Presence:
    """What a roll call is to say once one of its fields is written anew."""
    if name != "away":
        changed: dict[str, Any] = {name: "" if value is None and name == "leave_reason" else value}
        after = replace(before, **changed)
        inside = (no for no in after.away if no > (after.from_item or 1) and (not after.to_item or no < after.to_item))
        return replace(after, away=tuple(inside))
    first, last = before.from_item or 1, before.to_item
    if outside := [no for no in value if no <= first or (last and no >= last)]:
        raise Stopped(f"第 {numbers(outside)} 项不在到会与离会之间。迟到、早退的，请填从第几项起、到第几项止。")
    return replace(before, away=tuple(value))


def rewrite(
    meeting: Meeting, person: int, after: Presence, *, by: Standing, told: Movement | None = None, noted: str = ""
) -> None:
    """Make somebody's presence what it is to be. The meeting is locked by the caller. ``told`` is the line of the
    timeline, if what happened was said; ``noted`` a path whose text the caller keeps."""
    before = presence_of(meeting, person)
    if after == before:
        return
    _refuse_what_was_counted(meeting, person, before, after)
    _refuse_what_was_corrected(meeting, person, before, after)
    pks = dict(meeting.items.values_list("no", "pk"))
    _store(meeting, person, before, after, pks)
    lines = [told] if told else [Movement(kind=k, item_no=no, detail=why[:200]) for k, no, why in _said(before, after)]
    for line in lines:
        line.meeting, line.person_id, line.by = meeting, person, by.user
        line.save()
    TextRevision.objects.bulk_create(
        TextRevision(meeting=meeting, field=path, text=text, by=by.user)
        for path, text in _texts(person, before, after, pks)
        if path != noted
    )


def _refuse_what_was_counted(meeting: Meeting, person: int, before: Presence, after: Presence) -> None:
    changed = [
        (no, vote)
        for no, vote in sorted(counted(meeting).items())
        if before.at(no) != after.at(no) or (no in before.aside) != (no in after.aside)
    ]
    if not changed:
        return
    no, vote = changed[0]
    name = Person.objects.get(pk=person).name
    among = "在内" if person in {each["id"] for each in vote.register} else "不在内"
    late = after.at(no) and not before.at(no)
    mend = "现在才到会的，请从还没有表决的议题起登记；记错了的，" if late else "记错了的，"
    raise Stopped(
        f"第 {no} 项已经表决（实到 {vote.present} 人，参加表决 {len(vote.register)} 人，{name}{among}），"
        f"{name}在这一项的到会和回避不能再改。{mend}先作废这次表决，改好后重新表决；表决不宜作废的，登记更正。"
    )


def _refuse_what_was_corrected(meeting: Meeting, person: int, before: Presence, after: Presence) -> None:
    """A signed correction lies over what is written: beneath it nothing is written anew, for nobody would see it."""
    rows = Correction.objects.filter(meeting=meeting, signed_at__isnull=False)
    changed = (
        Q(path__startswith=f"attendance/{person}/") if replace(before, aside={}) != replace(after, aside={}) else Q()
    )
    numbers_aside = before.aside.keys() ^ after.aside.keys()
    pks = meeting.items.filter(no__in=numbers_aside).values_list("pk", flat=True)
    changed |= Q(path__in=[f"recusal/{pk}/{person}/on" for pk in pks])
    if signed := rows.filter(changed).order_by("no").last():
        raise Stopped(
            f"“{signed.label}”已按更正 {signed.no} 改为“{signed.right_said}”，不能再直接改写。又有变化的，请再登记一次更正。"
        )


def _store(meeting: Meeting, person: int, before: Presence, after: Presence, pks: Mapping[int, int]) -> None:
    if replace(before, aside={}) != replace(after, aside={}):
        row = meeting.attendance.filter(person=person).first() or Attendance(meeting=meeting, person_id=person)
        for name in COLUMNS:
            value = getattr(after, name)
            setattr(row, name, list(value) if name == "away" else value)
        row.noted_at = now()
        row.save()
    for no in before.aside.keys() - after.aside.keys():
        Recusal.objects.filter(item=pks[no], person=person).delete()
    for no in after.aside.keys() - before.aside.keys():
        Recusal.objects.create(item_id=pks[no], person_id=person, reason=after.aside[no])


def _said(before: Presence, after: Presence) -> Iterator[tuple[str, int | None, str]]:
    """What a roll call that is written field by field tells: kind, item, and what else there is to say."""
    word = Attendance.Status(before.status).label
    if after.status != before.status:
        if after.status == PRESENT:
            yield Kind.ARRIVED, after.from_item, f"到第 {after.to_item} 项止" if after.to_item else ""
        elif after.status and not before.status:
            yield Kind(after.status), None, after.leave_reason if after.status == LEAVE else ""
        elif after.status:
            yield Kind.MENDED, None, f"{word}改为{Attendance.Status(after.status).label}"
        else:
            yield Kind.MENDED, None, f"“{word}”改为未登记"
    elif after.status == PRESENT and (before.from_item, before.to_item, before.away) != (
        after.from_item, after.to_item, after.away,
    ):  # fmt: skip
        left = before.to_item is None and after.to_item is not None and before.from_item == after.from_item
        yield (Kind.LEFT, after.to_item + 1, "") if left else (Kind.MENDED, None, after.part or "全程到会")
    for no in sorted(after.aside.keys() - before.aside.keys()):
        yield Kind.RECUSED, no, after.aside[no]
    for no in sorted(before.aside.keys() - after.aside.keys()):
        yield Kind.REJOINED, no, ""


def _texts(person: int, before: Presence, after: Presence, pks: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    """The fields that changed, as a note calls and shows them."""
    for name in COLUMNS:
        if getattr(before, name) != getattr(after, name):
            yield f"attendance/{person}/{name}", shown(getattr(after, name))
    for no in sorted(before.aside.keys() ^ after.aside.keys()):
        yield f"recusal/{pks[no]}/{person}/on", shown(no in after.aside)
        if before.aside.get(no) or after.aside.get(no):
            yield f"recusal/{pks[no]}/{person}/reason", after.aside.get(no, "")
