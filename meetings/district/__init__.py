"""A district as large as a city's, invented: ten years of five hundred schools, with flaws at known rates.

It is written as records that came as files are: every meeting is ``imported``, with its attendance, votes, signatures and
minutes, and nobody is reminded of anything. It streams: a few schools at a time are made and copied into the database.
The same arguments give the same rows. Judging finds what the plan says on the day until which they tell; later, what was
due since then is overdue too.

    ground    authorities, schools, people and posts over the years, rules of procedure, thresholds
    days      on which days the bodies meet
    agenda    what comes up, and how matters go from one body to the other
    sittings  one meeting, row by row
    flaws     what can be wrong, and what the rules must say of it; ``plan`` where it is planted
    rows      lines of COPY; ``kept`` what triggers and indexes would have kept
    judging   the findings, by the project's own judging
"""

import csv
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import TextIO

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts import journal
from accounts.models import Organisation
from governance.marking import seed_years
from governance.models import Body

from ..demo.people import PASSWORD
from . import kept
from .days import Term, meeting_days, talks, terms
from .flaws import rates
from .ground import Ground, School
from .judging import judge_district
from .plan import HEADINGS, Plan
from .rows import Rows, moment
from .sittings import Book

__all__ = ["generate", "judge_district"]

AT_ONCE = 4  # schools that are held in memory
LARGE = 50  # school years from which it pays to make the indexes anew
NOTE = "商量近期工作和拟上会的议题，意见一致。"


def generate(
    schools: int,
    years: int,
    seed: int,
    until: date,
    plan: TextIO,
    *,
    flaws: Mapping[str, float] | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Counter[str]:
    """Fill an empty database; gives how many rows of each table. What was planted is written to ``plan``."""
    if Organisation.objects.exists():
        raise ValueError("数据库里已有单位。请在空的数据库里生成。")
    seed_years()
    since = date(until.year - years, until.month, min(until.day, 28))
    wanted, writer = rates(flaws), csv.writer(plan)
    writer.writerow(HEADINGS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL synchronous_commit = off")
        indexes = kept.take_down_indexes(cursor) if schools * years >= LARGE else []
        rows = Rows(cursor)
        ground = Ground(rows, since, until, make_password(PASSWORD))
        ground.authorities(schools)
        for number in range(schools):
            writer.writerows(write_school(ground, number, seed, wanted).rows())
            if number % AT_ONCE == AT_ONCE - 1 or number == schools - 1:
                rows.store(cursor)
                say(f"{number + 1}/{schools} 所学校")
        say("可查文本")
        kept.make_findable(cursor)
        kept.go_on_counting(cursor)
        say("索引")
        kept.put_up(cursor, indexes)
        cursor.execute("SET LOCAL session_replication_role = origin")
        _tell()
        cursor.execute("ANALYZE")
    return rows.stored


def write_school(ground: Ground, number: int, seed: int, wanted: dict[str, float]) -> Plan:
    """The rows of one school; gives what was planted in them."""
    chance = random.Random(f"{seed} {number}")
    school, plan = ground.school(number, chance, wanted)
    book = Book(school, plan, chance, ground.rows, ground.until.toordinal())
    span = list(terms(ground.since, ground.until))
    silent = _once(plan, span, ground, "talks_gap") if school.party != "none" else None
    missed = _once(plan, span, ground, "month_missed") if school.party != "none" else None
    for term in span:
        begin, end = term.pause
        inside = _inside(term, ground)
        gap = bool(inside and plan.pick(term.key, ("office_gap",)))
        if gap:
            plan.plant(term.key, "office_gap")
        for day, body in meeting_days(term, *school.rhythm):
            paused = begin <= day < end if body == Body.OFFICE else day.month == end.month
            if ground.since <= day < ground.until and not (paused and (gap if body == Body.OFFICE else term == missed)):
                book.hold(day, body, term.key)
        book.agenda.end_of(term)
        if school.party != "none":
            _talk(ground, school, term, term == silent)
    return plan


def _inside(term: Term, ground: Ground) -> bool:
    """Whether the middle of the term lies well within the time that is told of."""
    begin, end = term.pause
    return (begin - ground.since).days > 40 and (ground.until - end).days > 40


def _once(plan: Plan, span: list[Term], ground: Ground, flaw: str) -> Term | None:
    """The term in which a school let something go for a month, which the rules tell once of the whole time."""
    fit = [term for term in span if _inside(term, ground)]
    if not fit or not plan.pick("school", (flaw,)):
        return None
    plan.plant("school", flaw)
    return fit[len(fit) // 2]


def _talk(ground: Ground, school: School, term: Term, silent: bool) -> None:
    begin, end = term.pause
    for day in talks(term):
        if ground.since <= day < ground.until and not (silent and begin <= day < end):
            at = day.toordinal()
            talk = ground.rows.add("governance_communication", school.key, moment(at, 500), NOTE, moment(at, 620))
            for person in school.team(max(day, term.first)).pair:
                ground.rows.add("governance_communication_people", talk, person)


def _tell() -> None:
    """One line of the journal a school: it is known where its records came from. There is nothing left to be done."""
    for school in Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).order_by("pk"):
        entry = journal.record("import_records", school, "导入模拟记录", organisation=school, by=None)
        type(entry).objects.filter(pk=entry.pk).update(drained_at=entry.at)
