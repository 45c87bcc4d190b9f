"""Marking days in the work calendar: the only code that writes it.

The country's days come from a library, year by year; an organisation marks what differs for itself and all below it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from importlib.metadata import version

from chinese_calendar import Holiday, holidays, workdays
from django.db import transaction

from accounts import journal
from accounts.models import Organisation
from accounts.templatetags.words import day as in_words

from .access import Standing
from .appointing import Clash
from .calendar import FIRST_YEAR, Day, days_of
from .models import CalendarDay, CalendarYear
from .rules.facts import spoken

WORDS = {"mark_day": "记工作日历", "unmark_day": "撤销工作日历"}
LONGEST = 31  # days that one act may mark: a typo in the year of the last day should not mark hundreds


def keeps_calendar(by: Standing) -> bool:
    return by.clerk or by.administers


@transaction.atomic
def seed_years() -> list[int]:
    """Bring in the country's days of every year that the library knows and we do not. Gives the years brought in.

    A year that is here stays as it is. Two processes that start together wait for each other at the year's row.
    """
    offered = {day.year for day in holidays if day.year >= FIRST_YEAR}
    missing = offered - set(CalendarYear.objects.values_list("year", flat=True))
    source = f"chinesecalendar {version('chinesecalendar')}"
    return [year for year in sorted(missing) if _seed(year, source)]


def _seed(year: int, source: str) -> bool:
    _, begun = CalendarYear.objects.get_or_create(year=year, defaults={"source": source})
    if begun:
        off = {day: _festival(name) for day, name in holidays.items() if day.weekday() < 5}
        worked = {day: f"{_festival(name)}调休" for day, name in workdays.items() if day.weekday() >= 5}
        CalendarDay.objects.bulk_create(
            (
                CalendarDay(day=day, working=day in worked, name=name)
                for day, name in sorted((off | worked).items())
                if day.year == year
            ),
            ignore_conflicts=True,
        )
    return begun


_FULL = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
_FESTIVALS = {each.value: _FULL.get(each.chinese, each.chinese) for each in Holiday}


def _festival(name: str) -> str:
    return _FESTIVALS[name]


@transaction.atomic
def mark(first: date, last: date, *, working: bool, name: str, by: Standing) -> list[CalendarDay]:
    """Say of some days that they are worked or off, for the organisation and all below it.

    What is so already is left alone; the same mark a second time is none. Raises Clash, and nothing is kept,
    where the organisation has said something else of a day: that is taken back first.
    """
    _lock(by.organisation)
    if last < first:
        raise Clash("“至”须在“日期”当天或以后。")
    if (last - first).days >= LONGEST:
        raise Clash(f"一次最多记 {LONGEST} 天，这里有 {(last - first).days + 1} 天。请核对年份，或分几次记。")
    known = days_of(by.organisation, first, last)
    wanted, repeated = [], False
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        here = known.get(day)
        if here and here.stands.own:
            if (here.stands.working, here.stands.name) != (working, name):
                raise Clash(f"{in_words(day)}已记为{here.stands.told}。要改，请先撤销这一天。")
            repeated = True
        elif _worked(day, here) != working:
            wanted.append(day)
    if not wanted and not repeated:
        raise Clash(_needless(first, known.get(first), working))
    made = CalendarDay.objects.bulk_create(
        CalendarDay(organisation=by.organisation, day=day, working=working, name=name) for day in wanted
    )
    if made:
        _write("mark_day", made, f"{'上班' if working else '休息'}（{name}）", by)
    return made


def _worked(day: date, known: Day | None) -> bool:
    return known.stands.working if known else day.weekday() < 5


def _needless(day: date, known: Day | None, working: bool) -> str:
    already = known.stands.told if known else f"{'上班' if working else '休息'}（{'工作日' if working else '周末'}）"
    return f"{in_words(day)}本来就是{already}，不用再记。"


@transaction.atomic
def unmark(pks: Iterable[int], *, by: Standing) -> list[date]:
    """Take back what the organisation has said of some days; what is said above it stands again."""
    _lock(by.organisation)
    rows = list(CalendarDay.objects.filter(organisation=by.organisation, pk__in=list(pks)).order_by("day"))
    if rows:
        said = f"{'上班' if rows[0].working else '休息'}（{rows[0].name}）"
        _write("unmark_day", rows, said, by)
        CalendarDay.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [row.day for row in rows]


def _lock(organisation: Organisation) -> None:
    """Two people who mark the same days wait for each other."""
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)


def _write(verb: str, rows: list[CalendarDay], said: str, by: Standing) -> None:
    first, last = spoken(rows[0].day), spoken(rows[-1].day)
    days = first if len(rows) == 1 else f"{first}至{last}共 {len(rows)} 天"
    summary = f"{WORDS[verb]}：{days} {said}"
    facts = {"days": [row.day.isoformat() for row in rows]}
    journal.record(verb, rows[0], summary, organisation=by.organisation, by=by.user, facts=facts)
