"""Whom an announcement is told, and where it waits. As in meetings.errands, meetings.reminders, meetings.worklist."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import Entry, Notice, Organisation
from governance.access import Standing
from governance.models import Person
from meetings.errands import Errands
from meetings.notices import Offices, link, tell, to_each
from meetings.waiting import Row
from meetings.waiting import link as link_here

from ..models import Announcement
from .reading import addressed, of_school, unanswered, with_readings
from .reading import current as still_shown


def _everybody(schools: Iterable[int], now: datetime) -> dict[int, set[int]]:
    """The accounts of all in post at each school, and of its clerks."""
    day = timezone.localdate(now)
    schools = set(schools)
    offices = Offices.of(schools, day)
    told = {school: set(offices.clerks[school]) for school in schools}
    people = Person.objects.filter(school__in=schools, user__is_active=True)
    held = Q(posts__since__lte=day) & (Q(posts__until=None) | Q(posts__until__gt=day))
    for school, account in people.filter(held).values_list("school_id", "user_id"):
        told[school].add(account)
    return told


def _notices(
    announcement: Announcement, schools: Iterable[Organisation], now: datetime, *, again: str = ""
) -> Iterator[Notice]:
    schools = list(schools)
    told = _everybody((school.pk for school in schools), now)
    word = "请阅看并回执。" if announcement.asks_receipt else "请阅看。"
    for school in schools:
        yield from to_each(
            told[school.pk],
            school=school,
            key=f"announcement/{announcement.pk}/{again}",
            kind="announcement",
            title=f"{'公告提醒' if again else '公告'}：{announcement.title}",
            body=f"{announcement.authority.name}发布，{word}",
            url=link("school_announcement", school, pk=announcement.pk),
        )


def _of(entry: Entry, now: datetime) -> Announcement | None:
    """The announcement of a line, while schools still see it."""
    shown = still_shown(Announcement.objects.filter(pk=entry.subject_id), timezone.localdate(now))
    return shown.select_related("authority").first()


def tell_the_schools(entry: Entry, now: datetime) -> None:
    announcement = _of(entry, now)
    if announcement and announcement.since <= timezone.localdate(now):
        tell(_notices(announcement, addressed(announcement), now))


def remind_the_schools(entry: Entry, now: datetime) -> None:
    if announcement := _of(entry, now):
        tell(_notices(announcement, unanswered(announcement), now, again=str(entry.pk)))


ANNOUNCEMENT_ERRANDS: Errands = {
    "publish_announcement": (tell_the_schools,),
    "remind_announcement": (remind_the_schools,),
}


def announcements_begun(now: datetime) -> Iterator[Notice]:
    """Those that were published for a later day, on that day."""
    today = timezone.localdate(now)
    begun = Announcement.objects.filter(since=today, withdrawn_at=None).select_related("authority")
    for announcement in begun:
        if timezone.localdate(announcement.published_at) < today:
            yield from _notices(announcement, addressed(announcement), now)


ANNOUNCEMENT_KINDS = (announcements_begun,)


def announcement_rows(by: Standing, now: datetime) -> Iterator[Row]:
    """What this person has not read yet, and what the school has to confirm."""
    today = timezone.localdate(now)
    waiting = with_readings(still_shown(of_school(by.school, today), today), by).select_related("authority")
    waiting = waiting.filter(Q(read=False) | Q(asks_receipt=True, received=False)).order_by("since", "pk")
    for each in waiting:
        yield Row(
            "announcement", f"公告：{each.title}", each.authority.name,
            "去回执" if each.asks_receipt and each.read else "去阅看",
            link_here(by, "school_announcement", pk=each.pk), each.published_at,
        )  # fmt: skip
