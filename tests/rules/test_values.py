"""Shares and the parameters of rules of procedure."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.rules.facts import LargeSum, Procedure
from governance.rules.values import DEFAULTS, PARAMETERS, Threshold, parameter_errors, parameters_on, reaches
from tests.rules.story import day, edges

SHARES = {
    "half": Fraction(1, 2),
    "more_than_half": Fraction(1, 2),
    "two_thirds": Fraction(2, 3),
    "more_than_two_thirds": Fraction(2, 3),
    "three_quarters": Fraction(3, 4),
    "more_than_three_quarters": Fraction(3, 4),
    "unanimous": Fraction(1),
}
thresholds = st.sampled_from(Threshold)
sizes = st.integers(min_value=0, max_value=60)


@st.composite
def counts(draw):
    n = draw(sizes)
    return draw(st.integers(min_value=0, max_value=n)), n


@given(thresholds, counts())
def test_a_threshold_is_the_share_its_name_says(threshold, count):
    k, n = count
    share = SHARES[threshold.code] * n
    assert threshold.satisfied(k, n) == (k > share if threshold.code.startswith("more_than") else k >= share)


@given(thresholds, sizes)
def test_what_is_needed_is_enough_and_one_less_is_not(threshold, n):
    needed = threshold.needed(n)
    if needed <= n:
        assert threshold.satisfied(needed, n)
    if needed > 0:
        assert not threshold.satisfied(needed - 1, n)


@given(thresholds, counts())
def test_one_more_never_turns_enough_into_too_few(threshold, count):
    k, n = count
    if k < n and threshold.satisfied(k, n):
        assert threshold.satisfied(k + 1, n)


@given(counts())
def test_the_stricter_threshold_is_never_the_easier_one(count):
    k, n = count
    if n:
        verdicts = [threshold.satisfied(k, n) for threshold in Threshold]
        assert verdicts == sorted(verdicts, reverse=True)


def test_thresholds_stand_in_order_from_loose_to_strict():
    assert [threshold.code for threshold in sorted(Threshold)] == list(SHARES)
    assert Threshold.HALF < Threshold.MORE_THAN_HALF < Threshold.UNANIMOUS


@pytest.mark.parametrize(
    ("n", "half", "two_thirds", "more_than_half", "more_than_two_thirds"),
    [
        (1, 1, 1, 1, 1),
        (2, 1, 2, 2, 2),
        (3, 2, 2, 2, 3),
        (4, 2, 3, 3, 3),
        (5, 3, 4, 3, 4),
        (6, 3, 4, 4, 5),
        (7, 4, 5, 4, 5),
        (8, 4, 6, 5, 6),
        (9, 5, 6, 5, 7),
        (12, 6, 8, 7, 9),
        (15, 8, 10, 8, 11),
    ],
)
def test_how_many_are_needed(n, half, two_thirds, more_than_half, more_than_two_thirds):
    assert Threshold.HALF.needed(n) == half
    assert Threshold.TWO_THIRDS.needed(n) == two_thirds
    assert Threshold.MORE_THAN_HALF.needed(n) == more_than_half
    assert Threshold.MORE_THAN_TWO_THIRDS.needed(n) == more_than_two_thirds


def test_everyone_and_three_quarters_are_needed_too():
    assert [Threshold.UNANIMOUS.needed(n) for n in (1, 6, 7)] == [1, 6, 7]
    assert [Threshold.THREE_QUARTERS.needed(n) for n in (4, 5, 8)] == [3, 4, 6]
    assert [Threshold.MORE_THAN_THREE_QUARTERS.needed(n) for n in (4, 5, 8)] == [4, 4, 7]


def test_everyone_is_exactly_everyone():
    assert not Threshold.UNANIMOUS.satisfied(6, 5)


@edges(
    "amount inclusive large",
    {
        "the threshold itself": ("100000.00", True, True),
        "a cent less": ("99999.99", True, False),
        "the threshold itself, exclusive": ("100000.00", False, False),
        "a cent more, exclusive": ("100000.01", False, True),
    },
)
def test_a_large_sum(amount, inclusive, large):
    threshold = LargeSum(day("2024-09-01"), Decimal(100_000), inclusive)
    assert reaches(Decimal(amount), threshold) is large


VERSIONS = (
    Procedure("party", day("2025-01-01"), parameters={"quorum": "two_thirds", "notice_hours": 24}),
    Procedure("party", day("2025-03-05"), parameters={"quorum": "three_quarters"}),
    Procedure("office", day("2025-01-01"), parameters={"frequency_days": 14}),
)


@edges(
    "on quorum notice",
    {
        "the day before there were any": ("2024-12-31", Threshold.HALF, 48),
        "the first day": ("2025-01-01", Threshold.TWO_THIRDS, 24),
        "the last day of the first version": ("2025-03-04", Threshold.TWO_THIRDS, 24),
        "what the next one does not name is the default again": ("2025-03-05", Threshold.THREE_QUARTERS, 48),
        "and stays": ("2030-01-01", Threshold.THREE_QUARTERS, 48),
    },
)
def test_the_version_in_force_on_a_day(on, quorum, notice):
    for versions in (VERSIONS, VERSIONS[::-1]):
        parameters = parameters_on(versions, "party", day(on))
        assert (parameters.quorum, parameters.notice_hours) == (quorum, notice)
        assert parameters.frequency_days == DEFAULTS.frequency_days


def test_the_defaults_are_those_of_the_contract():
    said = {name: getattr(parameter.default, "code", parameter.default) for name, parameter in PARAMETERS.items()}
    assert said == {
        "quorum": "half",
        "quorum_two_thirds_matters": "two_thirds",
        "two_thirds_categories": frozenset(),
        "pass_threshold": "more_than_half",
        "pass_base": "in_office",
        "recusal_reduces_base": False,
        "notice_hours": 48,
        "chair_speaks_last": "reserved",
        "minutes_working_days": 2,
        "record_hours": 24,
        "late_entry_days": 7,
        "frequency_days": 21,
        "vacation_months": {2, 7, 8},
        "communication_days": 14,
        "publicity_working_days": 5,
    }


def test_every_parameter_is_of_the_bodies_of_the_contract():
    party = {name for name, parameter in PARAMETERS.items() if parameter.bodies == ("party",)}
    office = {name for name, parameter in PARAMETERS.items() if parameter.bodies == ("office",)}
    assert office == {"frequency_days"}
    assert PARAMETERS.keys() - party - office == {
        "quorum",
        "recusal_reduces_base",
        "notice_hours",
        "minutes_working_days",
        "record_hours",
        "late_entry_days",
        "vacation_months",
    }


def test_every_parameter_has_a_default_that_would_be_accepted():
    for body in ("party", "office"):
        defaults = {}
        for name, parameter in PARAMETERS.items():
            if body in parameter.bodies:
                default = parameter.default
                defaults[name] = default.code if isinstance(default, Threshold) else default
        assert parameter_errors(defaults, body) == []
        assert parameters_on([Procedure(body, day("2025-01-01"), parameters=defaults)], body, day("2025-01-01"))
    assert PARAMETERS.keys() == {name for name in DEFAULTS.__slots__}


@edges(
    "name value body message clause",
    {
        "below the floor": (
            "quorum_two_thirds_matters",
            "half",
            "party",
            "“讨论干部任免等重要事项须到人数”不得低于三分之二以上，填写的是半数以上",
            "S(5)",
        ),
        "half is not more than half": (
            "pass_threshold",
            "half",
            "party",
            "“通过须同意票数”不得低于超过半数，填写的是半数以上",
            "school rule",
        ),
        "no such share": (
            "quorum_two_thirds_matters",
            "third",
            "party",
            "“讨论干部任免等重要事项须到人数”应为三分之二以上、超过三分之二、四分之三以上、超过四分之三、全体之一",
            "S(5)",
        ),
        "of the other body": (
            "pass_threshold",
            "unanimous",
            "office",
            "“通过须同意票数”不能写进校长办公会议的议事规则",
            "school rule",
        ),
        "no such parameter": ("large_sum", 1, "party", "“large_sum”不是议事规则的参数", "school rule"),
        "not a number": ("notice_hours", "48", "party", "“会议通知提前小时数”应为不小于 0 的整数", "school rule"),
        "no day at all between meetings": (
            "frequency_days",
            0,
            "office",
            "“两次会议最长间隔（天）”应为不小于 1 的整数",
            "school rule",
        ),
        "no day of publicity": (
            "publicity_working_days",
            0,
            "party",
            "“干部任免公示期（工作日）”应为不小于 1 的整数",
            "school rule",
        ),
        "no day between talks": (
            "communication_days",
            0,
            "party",
            "“书记校长定期沟通最长间隔（天）”应为不小于 1 的整数",
            "school rule",
        ),
        "a truth is no month": ("vacation_months", [True], "office", "“假期月份”应为 1 至 12 的月份", "school rule"),
        "a word is no month": ("vacation_months", ["2"], "office", "“假期月份”应为 1 至 12 的月份", "school rule"),
        "a thirteenth month": ("vacation_months", [13], "office", "“假期月份”应为 1 至 12 的月份", "school rule"),
        "a list of bases": (
            "pass_base",
            ["present"],
            "party",
            "“计票基数”应为应到会人数、实到会人数之一",
            "school rule",
        ),
        "an empty code": (
            "two_thirds_categories",
            [""],
            "party",
            "“干部任免以外按重要事项要求到会的事项”应为事项编码或类别字母",
            "school rule",
        ),
        "a list of shares": (
            "pass_threshold",
            ["half"],
            "party",
            "“通过须同意票数”应为超过半数、三分之二以上、超过三分之二、四分之三以上、超过四分之三、全体之一",
            "school rule",
        ),
        "a truth is no number": (
            "notice_hours",
            True,
            "party",
            "“会议通知提前小时数”应为不小于 0 的整数",
            "school rule",
        ),
        "a negative number": ("notice_hours", -1, "party", "“会议通知提前小时数”应为不小于 0 的整数", "school rule"),
        "a number is no truth": (
            "recusal_reduces_base",
            1,
            "party",
            "“回避人员不计入应到、实到”应为是或否",
            "school rule",
        ),
        "no such month": ("vacation_months", [0], "office", "“假期月份”应为 1 至 12 的月份", "school rule"),
        "months that are no list": ("vacation_months", 7, "office", "“假期月份”应为 1 至 12 的月份", "school rule"),
        "categories that are no codes": (
            "two_thirds_categories",
            ["D02", 7],
            "party",
            "“干部任免以外按重要事项要求到会的事项”应为事项编码或类别字母",
            "school rule",
        ),
        "no such base": ("pass_base", "all", "party", "“计票基数”应为应到会人数、实到会人数之一", "school rule"),
        "an office quorum rests on its own clause": (
            "quorum",
            7,
            "office",
            "“开会须到人数”应为半数以上、超过半数、三分之二以上、超过三分之二、四分之三以上、超过四分之三、全体之一",
            "S(6)",
        ),
        "categories that are no list": (
            "two_thirds_categories",
            "D02",
            "party",
            "“干部任免以外按重要事项要求到会的事项”应为事项编码或类别字母",
            "school rule",
        ),
    },
)
def test_what_is_refused_and_why(name, value, body, message, clause):
    (error,) = parameter_errors({name: value}, body)
    assert (error.name, error.message, error.clause.code) == (name, message, clause)


@edges(
    "name value",
    {
        "the floor itself": ("pass_threshold", "more_than_half"),
        "no notice at all": ("notice_hours", 0),
        "the first and the last month": ("vacation_months", [1, 12]),
        "no vacation": ("vacation_months", []),
        "no categories": ("two_thirds_categories", []),
        "any code, while no catalogue is given": ("two_thirds_categories", ["Z99"]),
        "a day of publicity": ("publicity_working_days", 1),
        "a talk a day": ("communication_days", 1),
    },
)
def test_what_is_accepted(name, value):
    assert parameter_errors({name: value}, "party") == []


def test_categories_must_be_of_the_catalogue_or_a_class_of_it():
    catalogue = {"D02", "F01", "X01"}
    assert parameter_errors({"two_thirds_categories": ["D02", "F", "X"]}, "party", categories=catalogue) == []
    (error,) = parameter_errors({"two_thirds_categories": ["D99", "Z"]}, "party", categories=catalogue)
    assert "D99、Z" in error.message
