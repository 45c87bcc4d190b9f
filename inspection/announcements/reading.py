"""To whom an announcement goes, which ones a school has, and how far it has been read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.models import Organisation
from governance.access import Standing, schools_below

from ..models import Announcement, Reading

To = Announcement.To


def addressed(announcement: Announcement) -> QuerySet[Organisation]:
    schools = schools_below(announcement.authority)
    if announcement.to == To.STAGES:
        return schools.filter(stage__in=announcement.stages)
    if announcement.to == To.CHOSEN:
        return schools.filter(pk__in=announcement.schools.values("pk"))
    return schools


def of_school(school: Organisation, today: date) -> QuerySet[Announcement]:
    """What has been announced to a school by now, withdrawn or over or not."""
    chosen = Announcement.schools.through.objects.filter(announcement=OuterRef("pk"), organisation=school)
    to_it = Q(to=To.ALL) | Q(to=To.STAGES, stages__contains=[school.stage]) | Q(Exists(chosen), to=To.CHOSEN)
    return Announcement.objects.filter(to_it, authority__in=school.line[:-1], since__lte=today)


def current(announcements: QuerySet[Announcement], today: date) -> QuerySet[Announcement]:
    return announcements.filter(Q(until=None) | Q(until__gte=today), withdrawn_at=None)


def with_readings(announcements: QuerySet[Announcement], by: Standing) -> QuerySet[Announcement]:
    """Each with whether this person read it, and whether the school confirmed it."""
    readings = Reading.objects.filter(announcement=OuterRef("pk"), school=by.school)
    return announcements.annotate(
        read=Exists(readings.filter(user=by.user)), received=Exists(readings.filter(received_at__isnull=False))
    )


UNREAD, READ, RECEIVED = "unread", "read", "received"
STATES = {UNREAD: "未读", READ: "已读", RECEIVED: "已回执"}


@dataclass(frozen=True)
class Progress:
    schools: int
    read: int
    received: int

    @property
    def unread(self) -> int:
        return self.schools - self.read


def schools_with_readings(announcement: Announcement) -> QuerySet[Organisation]:
    """The schools it goes to, each with how many people read it, since when, and when it was confirmed."""
    readings = Reading.objects.filter(announcement=announcement, school=OuterRef("pk")).order_by().values("school")
    return addressed(announcement).annotate(
        readers=readings.annotate(n=Count("pk")).values("n"),
        first=readings.annotate(first=Min("at")).values("first"),
        received=readings.annotate(first=Min("received_at")).values("first"),
    )


def in_state(schools: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
    wanted = {UNREAD: Q(first=None), READ: Q(first__isnull=False), RECEIVED: Q(received__isnull=False)}
    return schools.filter(wanted[state]) if state in wanted else schools


def progress(announcements: Sequence[Announcement]) -> dict[int, Progress]:
    """Of announcements of one authority, by key: three statements, however many there are."""
    if not announcements:
        return {}
    schools = dict(schools_below(announcements[0].authority).values_list("pk", "stage"))
    chosen = Announcement.schools.through.objects.filter(announcement__in=announcements)
    named: dict[int, set[int]] = defaultdict(set)
    for pk, school in chosen.values_list("announcement_id", "organisation_id"):
        named[pk].add(school)
    readings = Reading.objects.filter(announcement__in=announcements, school__in=schools).order_by()
    counted = readings.values_list("announcement").annotate(
        opened=Count("school", distinct=True),
        confirmed=Count("school", distinct=True, filter=Q(received_at__isnull=False)),
    )
    read: dict[int, tuple[int, int]] = {pk: (opened, confirmed) for pk, opened, confirmed in counted}
    found = {}
    for each in announcements:
        if each.to == To.STAGES:
            count = sum(1 for stage in schools.values() if stage in each.stages)
        else:
            count = len(schools.keys() & named[each.pk]) if each.to == To.CHOSEN else len(schools)
        found[each.pk] = Progress(count, *read.get(each.pk, (0, 0)))
    return found


def unanswered(announcement: Announcement) -> QuerySet[Organisation]:
    """Schools where nobody read it, or that have not confirmed what asks for it."""
    schools = schools_with_readings(announcement)
    return schools.filter(received=None) if announcement.asks_receipt else schools.filter(first=None)
