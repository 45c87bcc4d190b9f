"""Writing down what happens: one small verb for every field of the meeting page.

A *path* names the field: ``item/12/decision_text``, ``opinion/12/7/text``, ``attendance/7/status``. Each write says
which version of the text it was based on; if somebody else changed it in between, nothing is saved and both texts
come back (``Conflict``). So a page may save each field by itself, keep writes while the line is down, and send them
again without harm: the same write twice changes nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from governance.access import Standing
from governance.models import Person
from governance.rules.facts import day_of

from ..models import Attendance, Item, Meeting, Opinion, Recusal, TextRevision
from . import presence
from .acting import Conflict, Stopped, WrongState, begin
from .texts import only_added, shown, version_of


@dataclass(frozen=True)
class Written:
    """A field after a write: its value as text, and the version to base the next write on."""

    value: str
    version: str


@dataclass(frozen=True)
class Field:
    """One kind of value. ``parse`` turns text into what is stored, or raises Stopped with a sentence."""

    parse: Callable[[str, Meeting], Any]
    free_text: bool = False


def _text(limit: int) -> Field:
    def parse(value: str, _meeting):
        if len(value) > limit:
            raise Stopped(f"文字过长：最多 {limit} 字，现有 {len(value)} 字。")
        return value

    return Field(parse, free_text=True)


def _choice(choices: type[models.TextChoices], blank: bool = True) -> Field:
    def parse(value: str, _meeting):
        if (value == "" and blank) or value in choices.values:
            return value
        raise Stopped("选项无效，请重新选择。")

    return Field(parse)


def _number(value: str, _meeting):
    if value == "":
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 3 or not int(value):
        raise Stopped(f"“{value[:20]}”不是有效的序号，请填 1、2、3……")
    return int(value)


def _date(value: str, _meeting) -> date | None:
    try:
        day = date.fromisoformat(value) if value else None
    except ValueError:
        raise Stopped(f"“{value[:20]}”不是有效的日期。") from None
    if day and not 2000 <= day.year < 2100:
        raise Stopped(f"“{value}”不是有效的日期，请核对年份。")
    return day


def _time(value: str, meeting: Meeting) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Stopped(f"“{value[:30]}”不是有效的时间。") from None
    if not 2000 <= moment.year < 2100:
        raise Stopped(f"“{value}”不是有效的时间，请核对年份。")
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _key(text: str) -> int:
    """A primary key as a path or a value names it, in one way only; what is none leads to no row."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and text[0] != "0" else 0


def _person(value: str, meeting: Meeting) -> int | None:
    if not value:
        return None
    person = Person.objects.filter(school=meeting.school_id, pk=_key(value)).first()
    if person is None:
        raise Stopped("没有这个人，请从名单中选择。")
    return person.pk


def _numbers(value: str, meeting: Meeting) -> list[int]:
    given = [_number(each, meeting) for each in re.split(r"[,，、\s]+", value) if each]
    return sorted({number for number in given if number})


def _people(value: str, meeting: Meeting) -> list[int]:
    wanted = {_key(each) for each in value.split(",") if each}
    found = set(Person.objects.filter(school=meeting.school_id, pk__in=wanted).values_list("pk", flat=True))
    if found != wanted:
        raise Stopped("名单中有人不存在，请重新选择。")
    return sorted(found)


MEETING_FIELDS = {
    "place": _text(120),
    "title": _text(200),
    "starts_at": Field(_time),
    "ends_at": Field(_time),
    "chair": Field(_person),
    "recorder": Field(_person),
    "delegation_giver": Field(_person),
    "delegation_receiver": Field(_person),
    "delegation_at": Field(_time),
    "delegation_reason": _text(200),
}
DRAFTING = timedelta(seconds=30)
ANNOUNCED = ("meeting/starts_at", "meeting/place")  # what a notice said is changed by another notice
ITEM_FIELDS = {
    "outcome": _choice(Item.Outcome),
    "outcome_reason": _text(500),
    "decision_text": _text(20000),
    "due": Field(_date),
    "responsible": Field(_people),
    "lead": Field(_person),
}
OPINION_FIELDS = {"stance": _choice(Opinion.Stance), "order": Field(_number), "text": _text(20000)}
ATTENDANCE_FIELDS = {
    "status": _choice(Attendance.Status),
    "role": _choice(Attendance.Role, blank=False),
    "from_item": Field(_number),
    "to_item": Field(_number),
    "away": Field(_numbers),
    "leave_reason": _text(200),
}
RECUSAL_FIELDS = {"on": Field(lambda value, _: value == "1"), "reason": _text(200)}


@transaction.atomic
def note(meeting: Meeting, path: str, value: str, *, base: str | None, by: Standing) -> Written:
    """Write one field. ``base`` is the version the writer saw; None writes over whatever is there (a chosen answer
    to a conflict). Raises Conflict, or Stopped with a sentence when the value or the path cannot be."""
    _verb, meeting = begin("note", meeting, by)
    if meeting.state == Meeting.State.CALLED and path in ANNOUNCED:
        raise WrongState("通知已经发出。时间、地点有变，请用“更改时间地点”，与会人员会收到更正通知。")
    spot = _find(meeting, path, by)
    before = shown(spot.read())
    value = value.replace("\r\n", "\n").replace("\0", "")
    if before == value:
        return Written(before, version_of(before))
    if base is not None and base != version_of(before):
        caught_up = spot.catch_up(base, value) if spot.catch_up else None
        if caught_up is None:
            last = TextRevision.objects.filter(meeting=meeting, field=path).select_related("by").first()
            raise Conflict(before, value, version_of(before), last.by.name if last else "")
        value = caught_up
    parsed = spot.field.parse(value if spot.field.free_text else value.strip(), meeting)
    if path == "meeting/starts_at" and parsed and day_of(parsed) != day_of(meeting.starts_at):
        _refuse_another_day(meeting)
    try:
        with transaction.atomic():
            spot.write(parsed)
    except IntegrityError:
        raise Stopped("前后不一致：请核对到会与离会的项次、开始与结束的时间。") from None
    after = shown(parsed)
    _revise(meeting, path, before, after, by, drafting=spot.field.free_text)
    return Written(after, version_of(after))


def _refuse_another_day(meeting: Meeting) -> None:
    if voted := sorted(presence.counted(meeting)):
        raise Stopped(
            f"第 {presence.numbers(voted)} 项已经表决，开会的日期不能改：谁可以表决，按当天的班子算。"
            "日期确实记错的，先作废表决，改好后重新表决。"
        )


def _revise(meeting: Meeting, path: str, before: str, text: str, by: Standing, *, drafting: bool) -> None:
    """Keep the text as it now stands. Each pause of typing writes: while one person only goes on adding, the longer
    text takes the place of the one of a moment ago, every character of which stands in it. What was deleted or
    written anew, by whomever, keeps the text as it was before."""
    made = TextRevision.objects.create(meeting=meeting, field=path, text=text, by=by.user)
    if not drafting or not before or not only_added(before, text):
        return
    last = TextRevision.objects.filter(meeting=meeting, field=path, pk__lt=made.pk).first()
    if last and last.by_id == by.user.pk and last.text == before and made.at - last.at < DRAFTING:
        last.delete()


@dataclass
class _Spot:
    field: Field
    read: Callable[[], Any]
    write: Callable[[Any], None]
    # What a write means that was based on the field before something in it followed of itself; None: it conflicts.
    catch_up: Callable[[str, str], str | None] | None = None


def _find(meeting: Meeting, path: str, by: Standing) -> _Spot:
    match path.split("/"):
        case ["meeting", name] if name in MEETING_FIELDS:
            return _on_row(meeting, name, MEETING_FIELDS[name])
        case ["attendance", person, name] if name in ATTENDANCE_FIELDS:
            return _attendance(meeting, _known_person(meeting, person), name, path, by)
        case ["item", pk, name] if name in ITEM_FIELDS:
            item = _open_item(meeting, pk)
            if name in ("responsible", "lead"):
                return _carriers(item, name, by)
            return _on_row(item, name, ITEM_FIELDS[name])
        case ["opinion" | "written" as kind, pk, person, name] if name in OPINION_FIELDS:
            return _opinion(_open_item(meeting, pk), _known_person(meeting, person), kind == "written", name)
        case ["recusal", pk, person, name] if name in RECUSAL_FIELDS:
            return _recusal(_open_item(meeting, pk), _known_person(meeting, person), name, path, by)
    raise Stopped("没有这个栏目，请刷新页面。")


def _known_person(meeting: Meeting, pk: str) -> int:
    person = _person(pk, meeting)
    if person is None:
        raise Stopped("没有这个人，请从名单中选择。")
    return person


def _open_item(meeting: Meeting, pk: str) -> Item:
    item = Item.objects.filter(meeting=meeting, pk=_key(pk)).first()
    if item is None:
        raise Stopped("这一项已不在本次会议的议程上，请刷新页面。您写的内容仍留在本机。")
    if item.state == Item.State.SETTLED:
        raise WrongState(f"第 {item.no} 项已经议定。要修改，请先“撤销议定”。")
    return item


def _column(name: str, row: models.Model) -> str:
    return getattr(row._meta.get_field(name), "attname", name)


def _on_row(row: models.Model, name: str, field: Field) -> _Spot:
    column = _column(name, row)

    def write(value):
        setattr(row, column, value)
        row.save(update_fields=[name])

    return _Spot(field, lambda: getattr(row, column), write)


def _row_made_on_writing(model: type[models.Model], key: dict, name: str, field: Field) -> _Spot:
    row = model.objects.filter(**key).first() or model(**key)

    def write(value):
        setattr(row, name, "" if value is None and not row._meta.get_field(name).null else value)
        row.save()

    return _Spot(field, lambda: getattr(row, name), write)


def _attendance(meeting: Meeting, person: int, name: str, path: str, by: Standing) -> _Spot:
    spot = _row_made_on_writing(Attendance, {"meeting": meeting, "person_id": person}, name, ATTENDANCE_FIELDS[name])
    if name not in presence.COLUMNS:
        return spot

    def write(value):
        before = presence.presence_of(meeting, person)
        presence.rewrite(meeting, person, presence.written(before, name, value), by=by, noted=path)

    return _Spot(spot.field, spot.read, write)


def _carriers(item: Item, name: str, by: Standing) -> _Spot:
    """Whoever leads is one of those responsible: naming them makes them so, and who is responsible no more does not lead."""

    def people() -> list[int]:
        return sorted(item.responsible.values_list("pk", flat=True))

    def follows(other: str, value: Any) -> None:
        TextRevision.objects.create(
            meeting_id=item.meeting_id, field=f"item/{item.pk}/{other}", text=shown(value), by=by.user
        )

    def set_lead(person: int | None) -> None:
        item.lead_id = person
        item.save(update_fields=["lead"])

    def lead(person: int | None) -> None:
        set_lead(person)
        if person and person not in people():
            item.responsible.add(person)
            follows("responsible", people())

    def responsible(chosen: list[int]) -> None:
        item.responsible.set(chosen)
        if item.lead_id and item.lead_id not in chosen:
            set_lead(None)
            follows("lead", None)

    def beside_the_lead(base: str, value: str) -> str | None:
        """Chosen before the page had heard that whoever leads is one of them: on a slow line that is the usual case."""
        if base != version_of(shown([person for person in people() if person != item.lead_id])):
            return None
        return shown(sorted({item.lead_id, *map(_key, filter(None, value.split(",")))}))

    if name == "lead":
        return _Spot(ITEM_FIELDS[name], lambda: item.lead_id, lead)
    return _Spot(ITEM_FIELDS[name], people, responsible, beside_the_lead)


def _opinion(item: Item, person: int, written: bool, name: str) -> _Spot:
    key = {"item": item, "person_id": person, "written": written}
    spot = _row_made_on_writing(Opinion, key, name, OPINION_FIELDS[name])
    store = spot.write

    def write(value):
        store(value)
        # what was typed and taken back is no opinion: the rules would count it as one
        Opinion.objects.filter(**key, stance="", order=None, text="").delete()

    return _Spot(spot.field, spot.read, write)


def _recusal(item: Item, person: int, name: str, path: str, by: Standing) -> _Spot:
    rows = Recusal.objects.filter(item=item, person_id=person)
    if name == "on":

        def write(on: bool):
            before = presence.presence_of(item.meeting, person)
            aside = {no: why for no, why in before.aside.items() if no != item.no} | ({item.no: ""} if on else {})
            presence.rewrite(item.meeting, person, replace(before, aside=aside), by=by, noted=path)

        return _Spot(RECUSAL_FIELDS[name], rows.exists, write)
    if not rows.exists():
        raise Stopped("请先勾选“回避”，再写事由。")
    return _on_row(rows.get(), name, RECUSAL_FIELDS[name])
