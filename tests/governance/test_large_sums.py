"""大额标准: from which amount a payment is a large one, from a day on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance.models import LargeSum
from governance.rules import facts

from .scenes import TURN, of_day

LIST = reverse("large_sum_list", args=["shifan"])
NEW = reverse("large_sum_new", args=["shifan"])


def given(since: date = TURN, amount="10万", **more) -> dict:
    return {"since": since.isoformat(), "amount": amount, "inclusive": "on", "cumulative": "on"} | more


def payment(amount: str) -> facts.Matter:
    return facts.Matter(id=1, title="采购", category="F01", amount=Decimal(amount))


def test_a_payment_is_large_by_the_standard_of_its_day(cast, sign_in):
    client = sign_in(cast.zheng)
    client.post(NEW, given())
    client.post(NEW, given(TURN + timedelta(days=60), "5万") | {"inclusive": ""})
    assert LargeSum.objects.get(since=TURN).amount == Decimal(100000)
    dossier, days = of_day(cast), [TURN + timedelta(days=n) for n in (-1, 0, 1, 59, 60, 61)]

    def reserved(amount: str) -> list:
        return [dossier.reserved(payment(amount), day) for day in days]

    assert reserved("100000") == [None, True, True, True, True, True]
    assert reserved("50000") == [None, False, False, False, False, False]  # 不含本数
    assert reserved("50000.01") == [None, False, False, False, True, True]


def test_the_list_says_what_stands_on_a_day(cast, sign_in):
    client = sign_in(cast.zheng)
    assert "还没有大额标准" in client.get(LIST).content.decode()
    LargeSum.objects.create(school=cast.school, since=TURN, amount=100000)
    LargeSum.objects.create(school=cast.school, since=TURN + timedelta(days=60), amount=80000, inclusive=False)
    page = client.get(LIST, {"on": "2026-04-29"}).content.decode()
    assert "2026年3月1日 至 2026年4月29日" in page and "<b>2026年4月29日执行</b>" in page and "不含本数" in page
    assert "还没有大额标准，预算内支出（F01）不可判定" in client.get(LIST, {"on": "2026-02-28"}).content.decode()
    assert "登记大额标准" not in sign_in(cast.wang).get(LIST).content.decode()


def test_two_from_one_day_are_refused(cast, sign_in):
    client = sign_in(cast.zheng)
    for status in (302, 422):
        response = client.post(NEW, given())
        assert response.status_code == status
    assert "自2026年3月1日起已有一项大额标准" in response.content.decode()
    assert [entry.summary for entry in Entry.objects.all()] == ["登记大额标准：自2026年3月1日起 10 万元"]


@pytest.mark.parametrize(
    ("more", "said"),
    [({"since": ""}, "请填写自哪一天起执行"), ({"amount": ""}, "请填写起点金额"), ({"amount": "很多"}, "请填写金额")],
)
def test_what_is_missing_is_said(cast, sign_in, more, said):
    response = sign_in(cast.zheng).post(NEW, given() | more)
    assert response.status_code == 422 and said in response.content.decode() and not LargeSum.objects.exists()


def test_only_the_last_one_is_corrected_and_only_before_it_begins(cast, sign_in):
    client, soon = sign_in(cast.zheng), timezone.localdate() + timedelta(days=10)
    past, first, last = (
        LargeSum.objects.create(school=cast.school, since=since, amount=100000)
        for since in (TURN, soon, soon + timedelta(days=10))
    )

    def correct(large, amount="8万"):
        address = reverse("large_sum_edit", args=["shifan", large.pk])
        return client.post(address, given(large.since, amount))

    assert "已经执行，不能再改" in correct(past).content.decode()
    assert "这以后还有一项大额标准" in correct(first).content.decode()
    assert correct(last).status_code == 302
    assert list(LargeSum.objects.values_list("amount", flat=True)) == [100000, 100000, 80000]
    assert client.get(LIST).content.decode().count("更正</a>") == 1
    assert Entry.objects.get().verb == "mend_large_sum"
