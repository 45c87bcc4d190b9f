"""The JSON Schema is that of the table, and refuses what the reader refuses for its shape."""

import json

import jsonschema
import pytest
from hypothesis import given, settings

from governance.exchange import write
from governance.exchange.schema import FILE, schema, written
from tests.exchange.dossiers import records
from tests.exchange.test_faults import CASES
from tests.exchange.whole import WHOLE, changed

VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_the_schema_in_the_project_is_that_of_the_table():
    assert FILE.read_text() == written(), "stale: python -m governance.exchange.schema"


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())


def described(of: dict) -> list[dict]:
    return [one for each in [of, *of["$defs"].values()] for one in each.get("properties", {}).values()]


def test_every_field_has_its_description_in_chinese():
    assert len(described(schema())) > 130
    for one in described(schema()):
        assert any("一" <= letter <= "鿿" for letter in one["description"]), one


def test_a_good_dossier_satisfies_it():
    assert not list(VALIDATOR.iter_errors(WHOLE))


@settings(max_examples=20)
@given(records())
def test_so_does_whatever_is_written(dossier):
    assert not list(VALIDATOR.iter_errors(json.loads(write(dossier))))


# What holds between values, or of what exists, no schema can say.
BEYOND = {
    "no such day", "no such hour", "before all schools", "after all schools", "a float is no integer", "a zero byte",
    "half a character", "an unknown category", "a category whose row went", "money with a line break",
    "an unknown category that asks two thirds", "out of post on the first day", "published backwards",
    "ended before it began", "left before coming", "a gap in the items", "the same number twice",
    "numbered from nothing", "two principals", "the same start", "two versions of one day", "two sums of one day",
    "two rows of one day", "twice at a meeting", "two opinions of one person", "two written opinions",
    "two people of one id", "a matter called as a person", "a meeting called as a matter",
    "an id that points nowhere", "a person where a matter is meant", "a matter where a person is meant",
    "a meeting is no matter",
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_dossier_of_another_shape_does_not(name):
    changes, _ = CASES[name]
    assert bool(list(VALIDATOR.iter_errors(changed(*changes)))) == (name not in BEYOND)
