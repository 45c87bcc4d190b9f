"""A school's dossier out of the database: the facts that rules read, under the names that files use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from accounts.models import Organisation
from governance.models import Person
from governance.rules import facts
from governance.rules.facts import day_of
from governance.rules.timing import of_years

from ..facts import load_whole
from ..models import Matter, Meeting
from .renaming import renamed


def dossier_of(school: Organisation, *, corrected: bool = True) -> facts.Records:
    """The whole dossier, its work calendar cut to the years that its records touch."""
    records = load_whole(school, corrected=corrected).dossier.records
    people, matters, meetings = (
        dict(model.objects.filter(school=school).values_list("pk", "ref")) for model in (Person, Matter, Meeting)
    )
    return _with_its_years(renamed(records, people, matters, meetings))


def period_of(records: facts.Records, since: date | None = None, until: date | None = None) -> facts.Records:
    """The part of a dossier that a period has: its meetings with their matters, and what was proposed in it but never
    met. Posts, rules of procedure and the like stay whole: they say what was in force."""
    if since is None and until is None:
        return records

    def within(day: date | None) -> bool:
        return day is not None and (since is None or since <= day) and (until is None or day <= until)

    meetings = tuple(meeting for meeting in records.meetings if within(day_of(meeting.starts_at)))
    met = {item.matter for meeting in records.meetings for item in meeting.items}
    wanted = {item.matter for meeting in meetings for item in meeting.items}
    wanted |= {matter.id for matter in records.matters if matter.id not in met and within(_day(matter))}
    kept = replace(
        records,
        communications=tuple(talk for talk in records.communications if within(day_of(talk.at))),
        matters=_chain(records, wanted),
        meetings=meetings,
    )
    return _with_its_years(kept)


def _day(matter: facts.Matter) -> date | None:
    moment = matter.decided_without_meeting.at if matter.decided_without_meeting else matter.proposed_at
    return day_of(moment) if moment else None


def years_of(records: facts.Records) -> range:
    """From the first to the last year in which working days of these records are counted."""
    years = {day.year for meeting in records.meetings for day in _counted(meeting)}
    return range(min(years), max(years) + 1) if years else range(0)


def _counted(meeting: facts.Meeting) -> Iterator[date]:
    yield day_of(meeting.starts_at)
    if meeting.minutes and meeting.minutes.issued_at:
        yield day_of(meeting.minutes.issued_at)
    for item in meeting.items:
        if item.publicity:
            yield from filter(None, (item.publicity.since, item.publicity.until))


def _with_its_years(records: facts.Records) -> facts.Records:
    calendar = of_years(records.calendar or facts.Calendar(), years_of(records))
    return replace(records, calendar=calendar if calendar != facts.Calendar() else None)


def meeting_part(records: facts.Records, meeting: str) -> facts.Records:
    """What one meeting needs to stand alone: its matters, and what these reconsider. Posts, rules of procedure and the
    like stay whole."""
    chosen = tuple(each for each in records.meetings if each.id == meeting)
    wanted = {item.matter for each in chosen for item in each.items}
    return _with_its_years(replace(records, communications=(), matters=_chain(records, wanted), meetings=chosen))


def matter_part(records: facts.Records, matter: str) -> facts.Records:
    """One matter with the meetings that it came to; of these only its own items, numbered anew, and who was there for
    them: what else was on the agenda is other people's business."""
    meetings = tuple(
        _narrowed(each, matter) for each in records.meetings if any(item.matter == matter for item in each.items)
    )
    return _with_its_years(replace(records, communications=(), matters=_chain(records, {matter}), meetings=meetings))


def _chain(records: facts.Records, wanted: set[str]) -> tuple[facts.Matter, ...]:
    """These matters with those that they reconsider."""
    by_id = {matter.id: matter for matter in records.matters}
    for matter in list(wanted):
        while (matter := by_id[matter].reconsiders) and matter not in wanted:
            wanted.add(matter)
    return tuple(matter for matter in records.matters if matter.id in wanted)


def _narrowed(meeting: facts.Meeting, matter: str) -> facts.Meeting:
    kept = {item.no: place for place, item in enumerate((i for i in meeting.items if i.matter == matter), start=1)}
    minutes = meeting.minutes and replace(
        meeting.minutes,
        items=tuple(replace(each, no=kept[each.no]) for each in meeting.minutes.items if each.no in kept),
    )
    return replace(
        meeting,
        title="",
        items=tuple(replace(item, no=kept[item.no]) for item in meeting.items if item.no in kept),
        attendance=tuple(_presence(each, kept) for each in meeting.attendance),
        minutes=minutes,
    )


def _presence(row: facts.Attendance, kept: dict[int, int]) -> facts.Attendance:
    """The same presence, in the numbers of the items that are left."""
    if row.from_item is None and row.to_item is None and not row.away:
        return row
    first, last = row.from_item or 1, row.to_item if row.to_item is not None else max(kept)
    there = [new for old, new in kept.items() if first <= old <= last and old not in row.away]
    if not there:  # of the meeting, and of none of these items
        return replace(row, from_item=len(kept) + 1, to_item=None, away=())
    away = tuple(new for new in kept.values() if there[0] < new < there[-1] and new not in there)
    return replace(
        row,
        from_item=there[0] if there[0] > 1 else None,
        to_item=there[-1] if there[-1] < len(kept) else None,
        away=away,
    )
