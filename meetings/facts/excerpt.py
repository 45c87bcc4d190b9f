"""What a judgement rested on: as much of a dossier as gives the same answers again, and no more.

Glossary
    bare      a meeting of which only body, number and time count, or one item: it stands beside what was judged
    beside    the meetings that one is compared with: the one before, the one at the same time, the first after an emergency
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from governance.rules import facts
from governance.rules.cases import ItemCase, MeetingCase, without_blanks
from governance.rules.catalogue import BY_AMOUNT
from governance.rules.dossier import Dossier
from governance.rules.facts import Id, day_of
from governance.rules.timing import of_years

from ..models import Matter, Meeting


def judged_facts(
    dossier: Dossier, *, meeting: facts.Meeting | None = None, matters: Iterable[Id], beside: bool = False
) -> facts.Records:
    """The facts of a meeting and of matters, with what else their rules look at. Costs nothing that grows with the
    dossier. ``beside`` where the dossier holds the other meetings, and rules that compare meetings were asked."""
    known = {pk: dossier.matter(pk) for pk in matters}
    emergencies = [matter.emergency for matter in known.values() if matter.emergency]
    known |= {pk: dossier.matter(pk) for pk in _like(dossier, known.values())}
    others: dict[Id, tuple[facts.Meeting, dict[int, facts.Item]]] = {}  # with the items that are told of each

    def add(case: MeetingCase) -> dict[int, facts.Item]:
        found = others.get(case.meeting.id)
        if found is None:
            found = others[case.meeting.id] = case.meeting, {}
        return found[1]

    for pk in known:
        for coming in dossier.items_of(pk):
            if not meeting or coming.meeting.meeting.id != meeting.id:
                add(coming.meeting)[coming.no] = _bare_item(coming)
    here = dossier.meeting_case(meeting) if meeting else None
    if here:
        for copy, text in _copied(dossier, here):
            known.setdefault(copy.matter.id, named(copy.matter))
            there = add(copy.meeting)
            # An item that comes with an opinion does not come in the place of the one that came without.
            there[copy.no] = _saying(there.get(copy.no), copy, text)
    if beside:
        for other in _compared(dossier, here, emergencies):
            if not meeting or other.meeting.id != meeting.id:
                add(other)
    sittings = [
        bare(other, tuple(items[no] for no in sorted(items)) if items else ()) for other, items in others.values()
    ]
    if meeting:
        untold = any(item.matter not in known for item in meeting.items)
        of_known = tuple(item for item in meeting.items if item.matter in known) if untold else ()
        sittings.append(replace(meeting, items=of_known) if untold else meeting)
    records = dossier.records
    return replace(
        records,
        matters=tuple(known.values()),
        meetings=tuple(sorted(sittings, key=lambda each: (each.starts_at, str(each.id)))),
        communications=(),
        calendar=_days(records.calendar, meeting),
    )


def school_facts(dossier: Dossier) -> facts.Records:
    """The facts of the school as a whole: of people those in a post, of meetings only when the party met, of the talks
    only when there were some; no matters, sums and catalogue."""
    records = dossier.records
    in_post = {post.person for post in records.posts}
    party = (case.meeting for case in dossier.meetings_of["party"])
    return replace(
        records, matters=(), large_sums=(), catalogue=(), calendar=facts.Calendar(),
        people=tuple(each for each in records.people if each.id in in_post),
        meetings=tuple(facts.Meeting(each.id, each.body, each.starts_at) for each in party),
        communications=tuple(facts.Communication(each.at) for each in records.communications),
    )  # fmt: skip


def _like(dossier: Dossier, matters: Iterable[facts.Matter]) -> set[Id]:
    """What these matters reconsider, and what was paid to the same payee within the year (C-20, C-28)."""
    found = set()
    for matter in matters:
        if matter.reconsiders is not None:
            found.add(matter.reconsiders)
        day = dossier.matter_case(matter).day
        if matter.category == BY_AMOUNT and matter.payee and day:
            alike = dossier.payments_like(matter)
            found |= {case.matter.id for case in (*alike.year_up_to(day), *alike.undated)}
    return found


def bare(meeting: facts.Meeting | Meeting, items: tuple[facts.Item, ...] = ()) -> facts.Meeting:
    """A meeting as it stands beside what was judged, from its facts or its row."""
    return facts.Meeting(
        meeting.id, meeting.body, meeting.starts_at, number=meeting.number, ends_at=meeting.ends_at, items=items
    )


def _bare_item(case: ItemCase) -> facts.Item:
    item = case.item
    return facts.Item(no=item.no, matter=item.matter, purpose=item.purpose, outcome=item.outcome)


def _copied(dossier: Dossier, case: MeetingCase) -> Iterable[tuple[ItemCase, str]]:
    """For each long opinion that stands in another meeting too, one such place (R-12)."""
    for item in case.items:
        for text in item.long_texts:
            if copy := dossier.copy_elsewhere(text, case.meeting.id):
                yield copy, text


def named(matter: facts.Matter | Matter) -> facts.Matter:
    """A matter of which only the name is told."""
    return facts.Matter(matter.id, matter.title, matter.category)


def _saying(item: facts.Item | None, copy: ItemCase, text: str) -> facts.Item:
    """The bare item with the opinion that was copied, beside those it was copied with already."""
    item = item or _bare_item(copy)
    said = next(one for one in copy.item.opinions if without_blanks(one.text) == text)
    return item if said in item.opinions else replace(item, opinions=(*item.opinions, said))


def _compared(
    dossier: Dossier, case: MeetingCase | None, emergencies: Iterable[facts.Emergency]
) -> Iterable[MeetingCase]:
    if case:
        yield from filter(None, [dossier.meeting_before(case)])
        if case.body == "party":
            yield from filter(None, [dossier.office_timetable.beside(case)])
    for emergency in emergencies:
        later = (one for one in dossier.meetings_of["party"] if one.starts_at > emergency.at)
        yield from filter(None, [next(later, None)])


def _days(calendar: facts.Calendar | None, meeting: facts.Meeting | None) -> facts.Calendar | None:
    """The calendar of the years in which working days are counted (R-04, R-08)."""
    if calendar is None:
        return None
    spans: list[tuple[date, date]] = []
    if meeting and meeting.minutes and meeting.minutes.issued_at:
        spans.append((day_of(meeting.starts_at), day_of(meeting.minutes.issued_at)))
    for item in meeting.items if meeting else ():
        if item.publicity and item.publicity.since and item.publicity.until:
            spans.append((item.publicity.since, item.publicity.until))
    if not spans:
        return facts.Calendar()
    years = range(min(since.year for since, _ in spans), max(until.year for _, until in spans) + 1)
    return of_years(calendar, years)
