"""Loading: which rows belong to what is to be judged. All the statements of judging are made here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Organisation
from governance.compiled import Given, Statement
from governance.facts import Ground, ground_of
from governance.models import Body
from governance.rules import facts
from governance.rules.catalogue import BY_AMOUNT
from governance.rules.dossier import Dossier

from ..models import Item, Matter, Meeting
from .copies import with_copies
from .corrections import lay_over, lay_over_bare, rows_of_corrections, signed
from .plain import item_facts, matter_facts, meeting_facts, time_of
from .rows import with_facts_of_items, with_facts_of_matters, with_facts_of_meetings

BARE = ("id", "body", "starts_at", "ends_at", "number")
Rows = Callable[[QuerySet[Meeting]], QuerySet[Meeting]]
PROVISIONAL = "provisional"  # the id of a meeting that has not been called yet


@dataclass
class Load:
    """Rows and the dossier made of them: pages need both, and should not read twice."""

    ground: Ground
    dossier: Dossier
    meetings: dict[int, Meeting]
    items: dict[int, list[Item]]  # by meeting
    matters: dict[int, Matter]
    neighbours: bool = False  # whether the meetings before and beside the chosen ones are in the dossier
    as_written: dict[int, facts.Meeting] = field(default_factory=dict)  # of those with corrections laid over them


def load(
    school: Organisation,
    meetings: QuerySet[Meeting] | None = None,
    *,
    matters: Iterable[int] = (),
    neighbours: bool | Callable[[Meeting], bool] = False,
    corrected: bool = True,
    more: Rows | None = None,
) -> Load:
    """Everything the rules need to judge these items and matters: with them come the matters that they reconsider or
    are paid with, and the other meetings at which all these came up (those items only), because rules about the
    order of the two bodies read them.

    ``neighbours`` adds, bare, the other meetings that rules compare these with; a function says of which that matters.
    Meetings that are cancelled, or only
    being prepared and not among the chosen ones, never are facts. Signed corrections are laid over the rows, unless
    ``corrected`` is false. ``more`` adds columns to the meetings.
    """
    ground = ground_of(school)
    live = Q(school=school) & ~Q(state=Meeting.State.CANCELLED)
    chosen = {} if meetings is None else {m.pk: m for m in _meetings(more)(some=_keys(meetings.filter(live)))}
    items = _items_of(chosen)
    as_written = _laid_over(chosen, items) if corrected else {}
    wanted = {item.matter_id for each in items.values() for item in each} | set(matters)
    # what the matters of items are is known; of others it has to be asked
    paid = any(item.matter.category == BY_AMOUNT and item.matter.payee for each in items.values() for item in each)
    found = _matters_with_their_like(school, wanted, paid=paid or bool(matters))
    sittings = [meeting_facts(meeting, items[pk]) for pk, meeting in chosen.items()]
    if found:
        sittings += _elsewhere(found, chosen, corrected)
    plain = {matter.pk: matter_facts(matter) for matter in found.values()}
    near = any(map(neighbours, chosen.values())) if callable(neighbours) else neighbours and bool(chosen)
    if near:
        sittings += _neighbours(
            school, chosen.values(), found.values(), {sitting.id for sitting in sittings}, corrected
        )
        sittings, named = with_copies(school, chain(*items.values()), chosen, sittings)
        plain = {matter.id: matter for matter in named} | plain
    dossier = Dossier(ground.records(matters=tuple(plain.values()), meetings=tuple(sittings)))
    return Load(ground, dossier, chosen, items, found, near, as_written)


def recorded() -> Q:
    """Matters that belong to the dossier: proposed, decided somehow, reconsidered, or met with at a meeting."""
    met = Item.objects.filter(matter=OuterRef("pk"), meeting__isnull=False).exclude(
        meeting__state__in=Meeting.NO_RECORD
    )
    again = Matter.objects.filter(reconsiders=OuterRef("pk"))
    stands = ~Q(state__in=(Matter.State.DRAFT, Matter.State.WITHDRAWN)) | Q(decided_without_at__isnull=False)
    return stands | Exists(met) | Exists(again)


def _keys(rows: QuerySet) -> QuerySet:
    return rows.order_by().values("pk")


@cache
def _meetings(more: Rows | None) -> Statement:
    def make() -> QuerySet[Meeting]:
        meetings = Meeting.objects.filter(pk__in=Given("some"))
        return with_facts_of_meetings(more(meetings) if more else meetings)

    return Statement(make)


@Statement
def _items() -> QuerySet[Item]:
    return with_facts_of_items(Item.objects.filter(meeting__in=Given("meetings")).order_by("meeting", "no"))


@Statement
def _with_their_like() -> QuerySet[Matter]:
    school, wanted = Given("school"), Given("wanted")
    of_these = Matter.objects.filter(school=school, pk__in=wanted)
    paid = of_these.filter(category=BY_AMOUNT).exclude(payee="")
    alike = Matter.objects.filter(recorded(), school=school, category=BY_AMOUNT, payee__in=paid.values("payee"))
    among = Q(pk__in=wanted) | Q(pk__in=of_these.values("reconsiders")) | Q(pk__in=alike.values("pk"))
    return with_facts_of_matters(Matter.objects.filter(among, school=school))


def corrected_meetings(meetings: QuerySet | list[int]) -> Iterator[tuple[Meeting, list[Item]]]:
    """These meetings with their items, and the signed corrections laid over them."""
    chosen = {meeting.pk: meeting for meeting in _meetings(None)(some=meetings)}
    items = _items_of(chosen)
    _laid_over(chosen, items)
    return ((meeting, items[pk]) for pk, meeting in chosen.items())


@Statement
def _with_the_reconsidered() -> QuerySet[Matter]:
    school, wanted = Given("school"), Given("wanted")
    former = Matter.objects.filter(school=school, pk__in=wanted).values("reconsiders")
    return with_facts_of_matters(Matter.objects.filter(Q(pk__in=wanted) | Q(pk__in=former), school=school))


def _items_of(chosen: dict[int, Meeting]) -> dict[int, list[Item]]:
    items: dict[int, list[Item]] = defaultdict(list)
    if chosen:
        for item in _items(meetings=chosen):
            items[item.meeting_id].append(item)
    return items


def _laid_over(chosen: dict[int, Meeting], items: dict[int, list[Item]]) -> dict[int, facts.Meeting]:
    """Lay the signed corrections over the rows; gives the meetings that have some as they were written."""
    as_written = {}
    for pk, meeting in chosen.items():
        if rows := signed(meeting.correction_rows):
            as_written[pk] = meeting_facts(meeting, items[pk])
            lay_over(meeting, items[pk], rows)
    return as_written


def _matters_with_their_like(school: Organisation, wanted: set[int], *, paid: bool) -> dict[int, Matter]:
    """These matters, those that they reconsider, and what else is ``paid`` to the same payees (C-28 adds it up)."""
    if not wanted:
        return {}
    found = (_with_their_like if paid else _with_the_reconsidered)(school=school.pk, wanted=wanted)
    return {matter.pk: matter for matter in found}


def _elsewhere(matters: dict[int, Matter], chosen: dict[int, Meeting], corrected: bool) -> list[facts.Meeting]:
    rows = [(_row_elsewhere(row, corrected), matter.pk) for matter in matters.values() for row in matter.sitting_rows]
    others: dict[int, facts.Meeting] = {}
    for row, matter in sorted(rows, key=lambda each: each[0]["no"]):
        if row["meeting"] in chosen:
            continue
        item = facts.Item(no=row["no"], matter=matter, purpose=row["purpose"], outcome=row["outcome"] or None)
        meeting = others.get(row["meeting"]) or facts.Meeting(
            id=row["meeting"],
            body=row["body"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            number=row["number"],
        )
        others[row["meeting"]] = replace(meeting, items=(*meeting.items, item))
    return sorted(others.values(), key=lambda meeting: (meeting.starts_at, meeting.id), reverse=True)


def _row_elsewhere(row: dict, corrected: bool) -> dict:
    row = row | {"starts_at": datetime.fromisoformat(row["starts_at"]), "ends_at": time_of(row["ends_at"])}
    if corrected:
        lay_over_bare(row)
    return row


def _neighbours(
    school: Organisation, chosen: Iterable[Meeting], matters: Iterable[Matter], known: set[int], corrected: bool
) -> list[facts.Meeting]:
    """Of each body the meetings between the chosen ones and the last one before them (A-16, R-06); the office meetings
    that share time with one, and the first of which the end is known, so that it can be told that none does (C-24);
    after each emergency the first party meeting (C-19)."""
    first, last = (end(meeting.starts_at for meeting in chosen) for end in (min, max))
    over = max(meeting.ends_at or meeting.starts_at for meeting in chosen)
    found: list[Any] = list(_around(school=school.pk, first=first, last=last, over=over))
    for at in (matter.emergency_at for matter in matters if matter.emergency_at):
        found += _first_after(school=school.pk, at=at)
    beside = {row["id"]: row for row in found if row["id"] not in known}
    if corrected:
        for row in beside.values():
            lay_over_bare(row)
    return [facts.Meeting(**{name: row[name] for name in BARE}) for row in beside.values()]


def _others() -> QuerySet[Meeting]:
    return Meeting.objects.filter(school=Given("school")).exclude(state__in=Meeting.NO_RECORD)


def _bare(meetings: QuerySet[Meeting]) -> QuerySet:
    return meetings.annotate(correction_rows=rows_of_corrections()).values(*BARE, "correction_rows")


@Statement
def _around() -> QuerySet:
    first, last, over = (Given(name, DateTimeField()) for name in ("first", "last", "over"))
    timed = _others().filter(body=Body.OFFICE, ends_at__isnull=False)
    singly = [_others().filter(body=body, starts_at__lt=first).order_by("-starts_at") for body in Body.values]
    singly.append(timed.order_by("starts_at"))
    wanted = Q(starts_at__gte=first, starts_at__lte=last)
    wanted |= Q(body=Body.OFFICE, starts_at__lte=over, ends_at__gt=first)
    for rows in singly:
        wanted |= Q(pk=Subquery(rows.values("pk")[:1]))
    return _bare(_others().filter(wanted))


@Statement
def _first_after() -> QuerySet:
    after = _others().filter(body=Body.PARTY, starts_at__gt=Given("at", DateTimeField()))
    return _bare(after.order_by("starts_at")[:1])


def with_next_party_meeting(loaded: Load, matter: Matter) -> Load:
    """With the first party meeting after the emergency of a matter, bare: what C-19 looks at."""
    others = Meeting.objects.filter(school=matter.school_id, body=Body.PARTY, starts_at__gt=matter.emergency_at)
    row = others.exclude(state__in=Meeting.NO_RECORD).order_by("starts_at")
    found = [facts.Meeting(**each) for each in row.values("id", "body", "starts_at", "ends_at", "number")[:1]]
    records = loaded.dossier.records
    known = {one.id for one in records.meetings}
    more = tuple(one for one in found if one.id not in known)
    return replace(loaded, dossier=Dossier(replace(records, meetings=(*records.meetings, *more))))


def with_provisional(
    loaded: Load, item: Item, *, at: datetime, confirmed_by: int | None = None
) -> tuple[Dossier, facts.Meeting]:
    """The dossier as if the item came to a meeting of its body that starts at ``at``: what a dry run judges.

    ``item`` must carry the rows of ``with_facts_of_items``.
    """
    sitting = facts.Meeting(
        id=PROVISIONAL,
        body=item.body,
        starts_at=at,
        items=(
            replace(
                item_facts(item),
                no=1,
                confirmed_by=confirmed_by or item.confirmed_by_id,
                confirmed_at=at if confirmed_by else item.confirmed_at,
            ),
        ),
    )
    records = loaded.dossier.records
    return Dossier(replace(records, meetings=(*records.meetings, sitting))), sitting


def day_facts(school: Organisation, day: date) -> Dossier:
    """People, posts and parameters alone: who is on which team, and what a category asks for."""
    return Dossier(ground_of(school).records())
