"""Whatever a file can hold, the records can: every field comes back, and is judged alike."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from hypothesis import given, settings

from governance.exchange import read, write
from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import Records
from meetings.dossiers import bring_in, dossier_of
from meetings.dossiers.exporting import years_of
from tests.exchange.dossiers import records


def as_kept(dossier: Records) -> Records:
    """In the order in which records are told, with the days of the years that they touch."""
    calendar, years = dossier.calendar, years_of(dossier)
    if calendar:
        holidays = frozenset(day for day in calendar.holidays if day.year in years and day.weekday() < 5)
        workdays = frozenset(day for day in calendar.workdays if day.year in years and day.weekday() > 4)
        calendar = replace(calendar, holidays=holidays, workdays=workdays) if holidays or workdays else None
    return replace(
        dossier,
        calendar=calendar,
        communications=tuple(sorted(dossier.communications, key=lambda talk: talk.at)),
        meetings=tuple(sorted(dossier.meetings, key=lambda one: (one.starts_at, one.body))),
    )


class _RolledBack(Exception):
    pass


def through_the_database(dossier: Records) -> Records:
    try:
        with transaction.atomic():
            out = dossier_of(bring_in(dossier).school)
            assert bring_in(dossier).nothing
            raise _RolledBack
    except _RolledBack:
        return out


def told(dossier: Records) -> list:
    found = judge(Dossier(dossier), on=date(2026, 6, 30), include_not_applicable=True)
    return [(one.code, one.place, one.outcome, one.mode, one.message) for one in found]


@pytest.mark.django_db
@settings(max_examples=12, deadline=None)
@given(records())
def test_every_field_comes_back_and_is_judged_alike(dossier):
    dossier = replace(dossier, school=replace(dossier.school, code="a-school"))
    kept = as_kept(dossier)
    out = through_the_database(dossier)
    assert out == kept
    text = write(out)
    assert read(text.encode()).records == out and write(through_the_database(out)) == text
    assert told(out) == told(kept)
