"""From rows to the plain facts that stand before any meeting: one statement a school."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, ExpressionWrapper, F, Func, OuterRef, Q, Value
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Coalesce, JSONObject, Length

from accounts.models import Organisation

from .calendar import calendar_of
from .compiled import Given, Statement
from .models import CalendarDay, CalendarYear, CatalogueRow, Communication, Floor, LargeSum, Person, Post, Procedure
from .rules import facts, stricter


@dataclass(frozen=True)
class Ground:
    """What a school's dossier stands on, before matters and meetings. Sums, catalogue and rules of procedure are the
    stricter of its own and of what the authorities above it ask, on each day."""

    school: facts.School
    people: tuple[facts.Person, ...]
    posts: tuple[facts.Post, ...]
    procedures: tuple[facts.Procedure, ...]
    large_sums: tuple[facts.LargeSum, ...]
    catalogue: tuple[facts.CatalogueRow, ...]
    calendar: facts.Calendar
    years: frozenset[int] = frozenset()  # of which the country's days off are known

    def records(self, **more) -> facts.Records:
        return facts.Records(
            school=self.school,
            people=self.people,
            posts=self.posts,
            procedures=self.procedures,
            large_sums=self.large_sums,
            catalogue=self.catalogue,
            calendar=self.calendar,
            **more,
        )


def _rows(queryset, **columns):
    return ArraySubquery(queryset.filter(school=OuterRef("pk")).values(json=JSONObject(**columns)))


class InLine(Func):
    """Whether an organisation's key stands in a path: ``InLine(F("school_id"), OuterRef("path"))``; an index serves."""

    arg_joiner = " = ANY(string_to_array(trim(both '/' FROM "
    template = "%(expressions)s), '/')::bigint[])"
    output_field = BooleanField()


def _rows_in_line(queryset, owner, **columns):
    """Those of the school and of the authorities above it, each with whose it is."""
    return ArraySubquery(
        queryset.filter(InLine(F(owner), OuterRef("path"))).values(json=JSONObject(of=F(owner), **columns))
    )


def _calendar_rows():
    """The country's days, those of the authorities above the school, and its own."""
    days = CalendarDay.objects.annotate(line=ExpressionWrapper(OuterRef("path"), CharField())).filter(
        Q(organisation=None) | Q(line__startswith=F("organisation__path"))
    )
    depth = Coalesce(Length("organisation__path"), Value(0))
    return ArraySubquery(days.order_by().values(json=JSONObject(depth=depth, day="day", working="working")))


def talks_of(school: Organisation) -> tuple[facts.Communication, ...]:
    """The regular talks of the two heads: the one thing of the ground that only rules about the school ask for."""
    people = Communication.people.through.objects.filter(communication=OuterRef("pk")).order_by("pk")
    talks = Communication.objects.filter(school=school).annotate(people_rows=ArraySubquery(people.values("person_id")))
    return tuple(
        facts.Communication(talk.at, tuple(talk.people_rows), talk.note) for talk in talks.order_by("at", "pk")
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@Statement
def _ground():
    return Organisation.objects.filter(pk=Given("school")).annotate(
        person_rows=_rows(Person.objects.order_by("pk"), id="pk", name="name", party_member="party_member"),
        post_rows=_rows(
            Post.objects.order_by("pk"),
            person="person_id",
            post="post",
            since="since",
            until="until",
            full_time="full_time",
        ),
        procedure_rows=_rows(
            Procedure.objects.order_by("pk"),
            body="body",
            since="since",
            title="title",
            adopted_on="adopted_on",
            submitted_on="submitted_on",
            filed_on="filed_on",
            filing_number="filing_number",
            parameters="parameters",
        ),
        # JSON numbers are binary floats in many readers: money travels as text.
        large_sum_rows=_rows_in_line(
            LargeSum.objects.order_by("pk"),
            "school_id",
            since="since",
            amount=Cast("amount", TextField()),
            inclusive="inclusive",
            cumulative="cumulative",
        ),
        catalogue_rows_=_rows_in_line(
            CatalogueRow.objects.order_by("pk"),
            "school_id",
            code="code",
            title="title",
            since="since",
            route="route",
            prior="prior",
            reserved="reserved",
            two_thirds="two_thirds",
        ),
        floor_rows=_rows_in_line(
            Floor.objects.order_by("pk"), "authority_id", body="body", name="name", value="value", since="since"
        ),
        calendar_rows=_calendar_rows(),
        calendar_years=ArraySubquery(CalendarYear.objects.order_by().values("year")),
    )


def ground_of(school: Organisation) -> Ground:
    [row] = _ground(school=school.pk)
    procedures = tuple(
        facts.Procedure(
            **{**each, **{name: _date(each[name]) for name in ("since", "adopted_on", "submitted_on", "filed_on")}}
        )
        for each in row.procedure_rows
    )
    return Ground(
        school=facts.School(
            code=row.code,
            name=row.name,
            stage=row.stage,
            ownership=row.ownership,
            party_organization=row.party_organization,
        ),
        people=tuple(facts.Person(**person) for person in row.person_rows),
        posts=tuple(
            facts.Post(**{**post, "since": _date(post["since"]), "until": _date(post["until"])})
            for post in row.post_rows
        ),
        procedures=stricter.raised_procedures(procedures, _layers(row.line, row.floor_rows, _floor)[:-1]),
        large_sums=stricter.strictest_sums(_layers(row.line, row.large_sum_rows, _large_sum)),
        catalogue=stricter.strictest_rows(_layers(row.line, row.catalogue_rows_, _catalogue_row)),
        calendar=calendar_of((each["depth"], _date(each["day"]), each["working"]) for each in row.calendar_rows),
        years=frozenset(row.calendar_years),
    )


def own_rows(school: Organisation) -> tuple[tuple[facts.LargeSum, ...], tuple[facts.CatalogueRow, ...]]:
    """The sums and rows of the catalogue that a school has ruled itself, whatever its authorities ask."""
    [row] = _ground(school=school.pk)
    return (
        tuple(_layers([school.pk], row.large_sum_rows, _large_sum)[-1]),
        tuple(_layers([school.pk], row.catalogue_rows_, _catalogue_row)[-1]),
    )


def _layers(line: list[int], rows: list[dict], made: Callable[[dict], Any]) -> list[list[Any]]:
    """What each organisation of a line has ruled, from the top down."""
    layers: dict[int, list[Any]] = {each: [] for each in line}
    for row in rows:
        if row["of"] in layers:
            layers[row["of"]].append(made({name: value for name, value in row.items() if name != "of"}))
    return list(layers.values())


def _large_sum(row: dict) -> facts.LargeSum:
    return facts.LargeSum(**{**row, "since": _date(row["since"]), "amount": Decimal(row["amount"])})


def _catalogue_row(row: dict) -> facts.CatalogueRow:
    return facts.CatalogueRow(**{**row, "since": _date(row["since"]), "prior": tuple(row["prior"])})


def _floor(row: dict) -> stricter.Floor:
    return stricter.Floor(**{**row, "since": _date(row["since"])})
