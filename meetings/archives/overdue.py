"""归档期限: the year's records are to be archived by 30 June of the next year.

A pack counts that was made when the year was over: one made before misses what came after.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Notice, Organisation
from governance.access import Standing
from governance.models import Body

from ..models import Meeting, Pack
from ..notices import Offices, link, to_each, turn_of
from ..waiting import Row, end_of
from ..waiting import link as _link

DUE = (6, 30)
SHOWN_FROM = (3, 1)  # collected by the end of March


def due_on(year: int) -> date:
    return date(year + 1, *DUE)


def unarchived(year: int) -> QuerySet[Organisation]:
    """Schools that have records of the year and no pack of it."""
    begin, end = (timezone.make_aware(datetime.combine(date(each, 1, 1), time.min)) for each in (year, year + 1))
    held = Meeting.objects.filter(
        school=OuterRef("pk"), state__in=Meeting.SEALED, starts_at__gte=begin, starts_at__lt=end
    )
    made = Pack.objects.filter(school=OuterRef("pk"), scope=Pack.Scope.YEAR, year=year, made_at__gte=end)
    return Organisation.objects.filter(Exists(held), ~Exists(made), kind=Organisation.Kind.SCHOOL)


def packs_overdue(now: datetime) -> Iterator[Notice]:
    """To the clerk and the heads on the last day, then week by week until the year is over."""
    today = timezone.localdate(now)
    year = today.year - 1
    late = today - due_on(year)
    if late < timedelta(0):
        return
    schools = list(unarchived(year))
    offices = Offices.of((school.pk for school in schools), today)
    for school in schools:
        people = set(offices.clerks[school.pk])
        for body in Body:
            people |= offices.heads[school.pk, body]
        yield from to_each(
            people,
            school=school,
            key=f"archive/{school.pk}/{year}/{turn_of(late)}",
            kind="archive_due",
            title=f"{year} 年度的会议档案{'今天应当归档' if not late else '已逾期未归档'}",
            body=f"归档期限是 {due_on(year).year} 年 6 月 30 日。由学校秘书在“文件”中归档。",
            url=link("pack_new", school, of="year", key=year),
            expires_at=now + timedelta(days=2),
        )


def archiving(by: Standing, now: datetime) -> Iterator[Row]:
    """去归档: last year's records, for the clerk, from March on."""
    today = timezone.localdate(now)
    year = today.year - 1
    if not by.clerk or (today.month, today.day) < SHOWN_FROM or not unarchived(year).filter(pk=by.school.pk).exists():
        return
    due = end_of(due_on(year))
    yield Row(
        "archive", f"{year} 年度的会议档案还没有归档", "会议记录、纪要、附件和日志合成一个归档包", "去归档",
        _link(by, "pack_new", of="year", key=year),
        since=timezone.make_aware(datetime.combine(date(year + 1, 1, 1), time.min)), due=due, late=now > due,
    )  # fmt: skip
