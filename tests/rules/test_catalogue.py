"""The catalogue of matters, and what a school may add to it."""

from datetime import date

import pytest

from governance.rules import catalogue
from governance.rules.catalogue import CLASSES, DEFAULT, MARKS, ROUTES, category_on
from governance.rules.facts import CatalogueRow
from tests.rules.story import Story, day, edges

TODAY = day("2025-03-05")
YESTERDAY = day("2025-03-04")


TOMORROW = day("2025-03-06")


def row(code: str, since=TODAY, **facts) -> CatalogueRow:
    return CatalogueRow(code, "本校事项", since, **facts)


def test_the_default_is_that_of_the_contract():
    letters = [code[0] for code in DEFAULT]
    assert {letter: letters.count(letter) for letter in "DHPFG"} == {"D": 19, "H": 7, "P": 8, "F": 5, "G": 1}
    assert {code for code, category in DEFAULT.items() if not category.reserved} == {"F01", "G"}
    assert {code for code, category in DEFAULT.items() if "J2" in category.marks} == {"D08", "D09"}
    assert {category.route for category in DEFAULT.values()} == ROUTES.keys()
    assert set().union(*(category.marks for category in DEFAULT.values())) == MARKS.keys()


MARKED = {
    "J1": "D02 D03 D04 D05 D07 D10 D12 D17 P08",
    "J2": "D08 D09",
    "E": "D02 D05 D19 P01 P02 P03 P04 P05 P06 F02",
    "L": "D03 D15 D16 D18 P05 P07 F03 F05",
    "N": "H01 H02 H03 H04 H05 H06 H07",
    "G": "D10 D11 D17 H01 H02 H06 H07 P08",
}


@pytest.mark.parametrize("mark", MARKED)
def test_the_default_marks_what_the_contract_marks(mark):
    assert {code for code, category in DEFAULT.items() if mark in category.marks} == set(MARKED[mark].split())


def test_the_office_proposes_all_but_what_is_the_party_s_alone():
    alone = {code for code, category in DEFAULT.items() if category.route == "P"}
    assert alone == {"D01", "D13"} | {code for code in DEFAULT if code[0] == "H"}
    assert [code for code, category in DEFAULT.items() if category.route == "A"] == ["G"]


def test_the_class_of_a_category_is_its_first_letter():
    assert {category.letter for category in DEFAULT.values()} == set(CLASSES)
    assert category_on([row("X01")], "X01", TODAY).letter == "X"


def test_it_stands_on_the_first_day_there_is():
    assert category_on((), "D02", day("0001-01-01")) is DEFAULT["D02"]


def test_a_row_for_a_code_of_the_default_only_adds():
    looser = row("D04", route="A", prior=("E",), reserved=False)
    category = category_on([looser], "D04", TODAY)
    assert (category.route, category.marks, category.reserved) == ("A→P", {"J1", "E"}, True)
    assert not category.by_amount
    assert category_on([looser], "D04", YESTERDAY) is DEFAULT["D04"]


def test_a_row_may_reserve_what_was_not():
    assert category_on([row("G", reserved=True)], "G", TODAY).reserved
    large = category_on([row("F01", reserved=True)], "F01", TODAY)
    assert large.reserved
    assert not large.by_amount


@edges(
    "facts reserved",
    {
        "it does not say": ({}, True),
        "it says it is": ({"reserved": True}, True),
        "it says it is not": ({"reserved": False}, False),
    },
)
def test_a_code_of_the_school_s_own_stands_as_it_says(facts, reserved):
    category = category_on([row("X01", route="A", prior=("L",), **facts)], "X01", TODAY)
    assert (category.reserved, category.route, category.marks) == (reserved, "A", {"L"})
    assert category_on([row("X01", **facts)], "X01", YESTERDAY) is None


def test_a_row_for_another_code_changes_nothing():
    assert category_on([row("D05", prior=("L",))], "D04", TODAY) is DEFAULT["D04"]


def test_a_row_may_ask_for_two_thirds():
    assert category_on([row("D04", two_thirds=True)], "D04", TODAY).two_thirds
    assert not category_on([row("D04", prior=("E",))], "D04", TODAY).two_thirds


def test_of_two_rows_from_one_day_the_stricter_counts_in_whatever_order_they_stand():
    for rows in ([row("X01", reserved=False), row("X01")], [row("X01"), row("X01", reserved=False)]):
        assert category_on(rows, "X01", TODAY).reserved


def test_only_the_latest_row_counts():
    rows = [row("D06", prior=("E",)), row("D06", since=YESTERDAY, prior=("L",), two_thirds=True)]
    assert category_on(rows, "D06", YESTERDAY).marks == {"L"}
    today = category_on(rows, "D06", TODAY)
    assert (today.marks, today.two_thirds) == ({"E"}, False)


@edges(
    "category major rows reserved",
    {
        "always": ("D02", False, [], True),
        "never, while no row says so": ("G", False, [], False),
        "perhaps, since a row may have said so": ("G", False, [row("G", reserved=True)], None),
        "by its amount, so by the threshold of a day": ("F01", False, [], None),
        "by a row of a day": ("X01", False, [row("X01")], None),
        "marked major": ("G", True, [], True),
    },
)
def test_reserved_on_no_day_in_particular(category, major, rows, reserved):
    story = Story(catalogue=rows)
    assert story.dossier.reserved(story.matter(category, major=major, amount=5), None) is reserved


CHANGED = {date.min: "D06 A→P 内设机构 L\nG A 一般事项", TODAY: "D06 A→P 内设机构 E\nG P 一般事项\nD20 P 新的事项"}


@pytest.fixture
def two_editions(monkeypatch):
    """From today on the law asks experts of D06 and no longer a lawyer, and names a matter that it did not name."""
    monkeypatch.setattr(catalogue, "DATED", catalogue._dated(CHANGED))


@edges(
    "on marks new",
    {
        "the day before the change": (YESTERDAY, {"L"}, None),
        "the day of the change": (TODAY, {"E"}, "新的事项"),
        "the day after the change": (TOMORROW, {"E"}, "新的事项"),
    },
)
def test_a_row_of_the_default_stands_from_its_day(two_editions, on, marks, new):
    story = Story()
    assert story.dossier.category("D06", on).marks == marks
    found = story.dossier.category("D20", on)
    assert (found and found.title) == new


def test_a_school_s_own_row_adds_to_the_edition_of_the_day(two_editions):
    rows = [row("D06", YESTERDAY, prior=("J1",))]
    assert [category_on(rows, "D06", on).marks for on in (YESTERDAY, TODAY)] == [{"L", "J1"}, {"E", "J1"}]


def test_without_a_day_only_what_every_edition_says_is_told(monkeypatch):
    story = Story()
    changed = {date.min: "D06 A→P 内设机构\nG A 一般事项", TODAY: "D06 A→P 内设机构"}
    monkeypatch.setattr(catalogue, "DATED", catalogue._dated(changed))
    told = [story.dossier.reserved(story.matter(code), None) for code in ("D06", "G", "F01")]
    assert told == [True, False, None]
