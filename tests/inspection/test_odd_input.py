"""What nobody means to send: a year 9999, numbers of 5,000 digits, words too long for their column. Each is told so."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Role
from inspection import transitions as verbs
from inspection.models import Inspection, Payment, SavedFilter
from tests.inspection import inspecting
from tests.inspection.inspecting import acting

FAR = "9999-12-31"


def begins_with(cast):
    item = inspecting.held(cast.school, "食堂承包方案", broken="P-04")
    inspection = inspecting.started(inspecting.planned(cast))
    payment = paid(cast, inspection)
    return item, inspection, payment


def paid(cast, inspection: Inspection) -> Payment:
    row = Payment(row=2, paid_on=date(2026, 1, 5), amount=Decimal(100), payee="水务公司", purpose="水费")
    verbs.bring_payments(inspection, cast.school, [row], [], name="a.xlsx", sha256="0" * 64, by=acting(cast.wang))
    return row


def test_a_day_at_the_end_of_time_is_asked_back(begun, sign_in):
    cast, (_, inspection, _) = begun
    client = sign_in(cast.wang)
    register = reverse("district_register", args=["district", "decisions"])
    for address in (
        f"{reverse('district_findings', args=['district'])}?until={FAR}",
        f"{register}?term=own&since=2025-01-01&until={FAR}",
        f"{reverse('rectification_new', args=['district'])}?school=shifan&until={FAR}",
    ):
        assert client.get(address).status_code == 200
    assert client.post(reverse("inspection_extend", args=[inspection.pk]), {"until": FAR}).status_code == 422
    form = {
        "title": "巡察", "kind": "patrol", "since": "2026-01-01", "until": FAR, "records_since": "0026-01-01",
        "records_until": FAR, "members": [cast.wang.pk], "schools": [cast.school.pk],
    }  # fmt: skip
    refused = client.post(reverse("inspection_new", args=["district"]), form)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"until", "records_since", "records_until"}
    role = Role.objects.get(user=cast.wang, role=Role.Name.INSPECTOR)
    deputy = {"role": role.pk, "deputy": cast.wang.pk, "since": "2026-01-01", "last": FAR}
    assert client.post(reverse("deputy_list", args=["district"]), deputy).status_code == 422


def test_a_number_of_many_digits_is_no_paper(begun, sign_in):
    cast, (item, inspection, _) = begun
    client, address = sign_in(cast.wang), reverse("working_item", args=[inspection.pk, item.pk])
    assert client.post(address, {"act": "withdraw", "kind": "remark", "paper": "9" * 5000}).status_code == 404
    assert client.post(address, {"act": "assess", "finding": "9" * 5000}).status_code == 422


def test_words_too_long_for_their_column_are_kept_on_the_page(begun, sign_in):
    cast, (_, inspection, payment) = begun
    client, note = sign_in(cast.wang), "长" * 501
    refused = client.post(
        reverse("payment", args=[inspection.pk, payment.pk]), {"act": "settle", "how": "explained", "note": note}
    )
    assert (
        refused.status_code == 422 and "最多 500 个字" in refused.content.decode() and note in refused.content.decode()
    )
    given = {"name": "长的", "page": "findings", "query": f"school={'字' * 200}"}  # 1,800 in an address
    refused = client.post(reverse("filter_new", args=["district"]), given)
    assert "太长" in refused.content.decode() and not SavedFilter.objects.exists()


def test_a_payment_of_a_list_that_a_colleague_withdrew_is_settled_no_more(begun):
    cast, (_, _, payment) = begun
    by = acting(cast.wang)
    verbs.withdraw_payments(payment.list, by=by)
    for act in (lambda: verbs.settle_payment(payment, "none", by=by), lambda: verbs.blame_payment(payment, by=by)):
        with pytest.raises(verbs.Stopped, match="由同事撤下"):
            act()
