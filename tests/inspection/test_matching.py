"""What speaks for it that a decision carries a payment."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.rules.facts import LargeSum
from inspection.matching import NEAREST, Decision, Paid, _Named, matched, name_of

DECIDED = date(2025, 3, 5)
DESKS = Decision(1, DECIDED, Decimal(120_000), "城北家具有限公司", "采购课桌椅")
LARGE = [LargeSum(date(2024, 1, 1), Decimal(100_000))]


def paid(key=1, *, days=10, amount=120_000, payee="城北家具有限公司"):
    return Paid(key, DECIDED + timedelta(days=days), Decimal(amount), payee, "课桌椅")


def one(payment, *decisions, **more):
    return matched([payment], decisions or (DESKS,), LARGE, **more)[payment.key]


@pytest.mark.parametrize(
    "payment, how",
    [
        (paid(), "certain"),
        (paid(payee="城北 家具（有限公司）"), "certain"),
        (paid(payee="某市城北家具有限责任公司"), "certain"),
        (paid(days=0), "certain"),
        (paid(days=365), "certain"),
        (paid(days=366), "none"),
        (paid(days=-1), "likely"),  # paid first, decided afterwards
        (paid(days=-31), "none"),
        (paid(amount=40_000), "likely"),
        (paid(amount=130_000), "likely"),  # more than was decided
        (paid(payee="南门书店"), "likely"),  # the sum alone
        (paid(payee=""), "likely"),
        (paid(amount=40_000, payee="南门书店"), "none"),
    ],
)
def test_how_sure_a_match_is(payment, how):
    assert one(payment).how == how


def test_a_payee_that_the_decision_names_in_its_text():
    said = Decision(2, DECIDED, Decimal(120_000), "", "同意向城北家具有限公司采购课桌椅 200 套。")
    match = one(paid(), said)
    assert (match.how, match.told["payee"]) == ("certain", "named")
    without_sum = Decision(3, DECIDED, None, "", "同意由城北家具供货。")
    assert one(paid(), without_sum).how == "likely"


def test_a_decision_beyond_the_scope_is_known_and_not_told():
    match = one(paid(), Decision(2, DECIDED, Decimal(9)), beyond=[DESKS])
    assert (match.how, match.decision, match.large) == ("beyond", None, True) and "payee" not in match.told
    assert one(paid(payee=""), Decision(2, DECIDED, Decimal(9)), beyond=[DESKS]).how == "none"  # the sum alone
    twice = matched([paid(1), paid(2, days=20)], [], LARGE, beyond=[DESKS])
    assert [twice[key].how for key in (1, 2)] == ["beyond", "none"]


def test_the_best_of_several_and_none_twice_beyond_its_sum():
    other = Decision(2, DECIDED - timedelta(days=30), Decimal(120_000), "南门书店")
    assert one(paid(), other, DESKS).decision == 1
    twice = matched([paid(1), paid(2, days=20)], [DESKS], LARGE)
    assert [twice[key].how for key in (1, 2)] == ["certain", "likely"]
    assert twice[2].told["over"] == "240000"
    assert one(paid(), used={1: Decimal(1)}).how == "likely"


def test_in_parts_that_come_to_the_sum():
    parts = [paid(key, days=10 * key, amount=40_000) for key in (1, 2, 3)]
    found = matched(parts, [DESKS], LARGE)
    assert [found[key].how for key in (1, 2, 3)] == ["certain"] * 3
    assert found[1].told["amount"] == "together"


def test_large_by_itself_and_with_others_to_the_same_payee():
    assert one(paid(amount=100_000), Decision(9, DECIDED)).large is True
    assert one(paid(amount=99_999), Decision(9, DECIDED)).large is False
    exclusive = [LargeSum(date(2024, 1, 1), Decimal(100_000), inclusive=False)]
    assert matched([paid(amount=100_000)], [], exclusive)[1].large is False
    assert matched([paid(days=-1000)], [], LARGE)[1].large is None
    split = matched([paid(key, days=30 * key, amount=40_000) for key in (1, 2, 3)], [], LARGE)
    assert split[2].large is True and split[2].told["split"] == "120000" and split[2].told["payments"] == 3
    apart = matched([paid(key, days=90 * key, amount=90_000) for key in (1, 2)], [], LARGE)
    assert apart[1].large is False
    beside = one(paid(amount=60_000), Decision(9, DECIDED), beside=[paid(7, days=20, amount=60_000)])
    assert beside.large is True


def test_names_are_compared_without_their_legal_form():
    assert name_of("城北家具（集团）有限公司") == name_of("城北家具(集团) 有限责任公司") == "城北家具集团"
    assert name_of("张三") == "张三" and name_of("　") == ""


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 9), st.sampled_from(["甲公司", "乙公司", ""])), max_size=12),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20), st.sampled_from(["甲公司", "乙公司"])), max_size=4),
    st.randoms(),
)
def test_in_whatever_order_they_come_and_no_decision_carries_more_than_its_sum_for_certain(rows, settled, chance):
    payments = [
        Paid(key, DECIDED + timedelta(days=day), Decimal(amount), payee)
        for key, (day, amount, payee) in enumerate(rows, start=1)
    ]
    decisions = [
        Decision(key, DECIDED + timedelta(days=day), Decimal(amount), payee)
        for key, (day, amount, payee) in enumerate(settled, start=1)
    ]
    found = matched(payments, decisions, LARGE)
    chance.shuffle(payments)
    assert matched(payments, decisions, LARGE) == found
    for decision in decisions:
        certain = [
            one for one in payments if found[one.key].how == "certain" and found[one.key].decision == decision.key
        ]
        assert sum(one.amount for one in certain) <= decision.amount
        assert all(one.on >= decision.on for one in certain)


def test_of_many_like_decisions_a_few_are_weighed_and_each_carries_its_payment():
    many = [Decision(key, DECIDED + timedelta(days=key % 7), Decimal(900), "供电公司") for key in range(300)]
    bills = [Paid(key, DECIDED + timedelta(days=key % 7 + 9), Decimal(900), "供电公司") for key in range(300)]
    found = matched(bills, many, LARGE)
    assert {match.how for match in found.values()} == {"certain"}
    assert len({match.decision for match in found.values()}) == 300
    assert len(_Named(many, {}).for_payment(bills[0], None)) <= 4 * NEAREST
