"""What a school is judged by is the stricter of its own words and of those above it, on every day."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.rules.catalogue import category_on
from governance.rules.dossier import Dossier
from governance.rules.facts import CatalogueRow, LargeSum, Procedure, Records, School
from governance.rules.stricter import (
    FLOORED,
    Floor,
    floors_on,
    laxer,
    raised_procedures,
    standing,
    strictest_rows,
    strictest_sums,
)
from governance.rules.values import PARAMETERS, reaches

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(6)]
AMOUNTS = [Decimal(n) for n in (50, 100, 101, 150)]


def layers(row):
    """Two authorities and the school, none of which has two rows from one day."""
    return st.lists(st.lists(row, max_size=3, unique_by=lambda one: one.since), min_size=3, max_size=3)


SUMS = layers(st.builds(LargeSum, st.sampled_from(DAYS), st.sampled_from(AMOUNTS[:3:2]), st.booleans(), st.booleans()))
ROWS = layers(
    st.builds(
        CatalogueRow, st.sampled_from(["D02", "D99"]), st.just("事"), st.sampled_from(DAYS),
        st.sampled_from(["A", "P", "A→P"]), st.lists(st.sampled_from(["J1", "E", "L"]), unique=True).map(tuple),
        st.sampled_from([None, True, False]), st.sampled_from([None, True, False]),
    )
)  # fmt: skip


@settings(max_examples=40)
@given(SUMS)
def test_a_payment_is_large_when_it_is_to_anyone_on_that_day(given_layers):
    merged = Dossier(Records(School("s", "校", "branch"), large_sums=strictest_sums(given_layers)))
    for day in DAYS:
        in_force = [one for one in (standing(layer, day) for layer in given_layers) if one]
        stands = merged.large_sum(day)
        assert (stands is None) == (not in_force)
        if stands:
            for amount in AMOUNTS:
                assert reaches(amount, stands) == any(reaches(amount, one) for one in in_force)
            assert stands.cumulative == any(one.cumulative for one in in_force)


@settings(max_examples=40)
@given(ROWS)
def test_a_matter_needs_whatever_anyone_asks_for_on_that_day(given_layers):
    merged = strictest_rows(given_layers)
    for day in DAYS:
        for code in ("D02", "D99"):
            asked = [category_on(layer, code, day) for layer in given_layers]
            asked = [one for one in asked if one]
            stands = category_on(merged, code, day)
            assert (stands is None) == (not asked)
            if stands:
                assert stands.marks == frozenset().union(*(one.marks for one in asked))
                assert stands.reserved == any(one.reserved for one in asked)
                assert stands.two_thirds == any(one.two_thirds for one in asked)


VALUES = {
    "quorum": ["half", "two_thirds", "unanimous"],
    "notice_hours": [24, 48, 72],
    "frequency_days": [14, 21, 28],
    "chair_speaks_last": ["none", "reserved", "all"],
    "two_thirds_categories": [[], ["D"], ["D02"], ["P", "D02"]],
}


@settings(max_examples=40)
@given(st.data())
def test_no_parameter_is_laxer_than_a_floor_on_any_day(data):
    floor = st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.builds(
            Floor, st.just("office"), st.just(name), st.sampled_from(VALUES[name]), st.sampled_from(DAYS)
        )
    )
    above = data.draw(
        st.lists(st.lists(floor, max_size=3, unique_by=lambda one: (one.name, one.since)), min_size=2, max_size=2)
    )
    said = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
    version = st.builds(Procedure, st.just("office"), st.sampled_from(DAYS), parameters=said)
    own = data.draw(st.lists(version, max_size=2, unique_by=lambda one: one.since))
    raised = raised_procedures(own, above)
    for day in DAYS:
        ours, stands = standing(own, day), standing(raised, day)
        assert (ours is None) == (stands is None)
        floors = floors_on(above, "office", day)
        for name, value in (stands.parameters if stands else {}).items():
            assert name not in floors or not laxer(name, value, floors[name])
            if name not in floors:
                assert value == ours.parameters[name]


def test_without_authorities_nothing_is_touched():
    own = [LargeSum(FIRST, Decimal(100)), LargeSum(FIRST + timedelta(days=1), Decimal(100))]
    assert strictest_sums([[], [], own]) == tuple(own)


def test_every_floored_parameter_is_one_that_a_version_may_set():
    assert set(PARAMETERS) >= FLOORED
