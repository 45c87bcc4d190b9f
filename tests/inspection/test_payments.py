"""A finance list is brought: what was paid beside what was decided."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance.models import LargeSum
from inspection import transitions as verbs
from inspection.models import Assessment, Payment, PaymentList
from inspection.payment_file import read, template
from meetings.workbook import Unreadable
from tests.inspection import inspecting
from tests.inspection.inspecting import acting

TODAY = date(2025, 6, 30)


def table(*rows, head=("日期", "金额", "收款方", "用途", "凭证号"), title="支付明细", above=()) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in (*above, head, *rows):
        book.active.append(list(row))
    given = io.BytesIO()
    book.save(given)
    return given.getvalue()


# reading


def test_columns_in_any_order_by_their_usual_names_under_a_headline_with_totals():
    found = read(
        table(
            ("记-12", "采购课桌椅", "城北家具有限公司", 12, datetime(2025, 3, 5), "张三"),
            ("记-13", "水费", "自来水公司", "0.35", "2025年4月1日", ""),
            ("合计", None, None, 12.35, None, None),
            (None, None, None, None, None, None),
            head=("凭证字号", "摘要", "收款单位名称", "支付金额（万元）", "付款日期", "经办人"),
            above=[("示范中学银行支付明细表",), ("单位：万元",)],
        ),
        TODAY,
    )
    assert found.wrongs == []
    assert [(one.row, one.paid_on, one.amount, one.payee, one.purpose, one.voucher) for one in found.payments] == [
        (4, date(2025, 3, 5), Decimal(120000), "城北家具有限公司", "采购课桌椅", "记-12"),
        (5, date(2025, 4, 1), Decimal(3500), "自来水公司", "水费", "记-13"),
    ]
    assert found.columns["amount"] == "支付金额（万元）"


def test_every_wrong_row_is_named():
    found = read(
        table(("3月5日", 100), (None, "一百"), ("2025-03-05", -5), ("2026-01-01", 0), ("2025-03-05", 5, "长" * 121)),
        TODAY,
    )
    assert [wrong.partition("：")[0] for wrong in found.wrongs] == [
        "第 2 行“日期”", "第 3 行“日期”", "第 3 行“金额”", "第 4 行“金额”", "第 5 行“日期”", "第 5 行“金额”",
        "第 6 行“收款方”",
    ]  # fmt: skip
    assert "是空的" in found.wrongs[1] and "还没有到" in found.wrongs[4]


@pytest.mark.parametrize(
    "content, said",
    [
        (b"no workbook", "这不是 Excel 表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel"),
        (table((1, 2), head=("甲", "乙")), "没有找到列名"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content, said):
    with pytest.raises(Unreadable, match=said):
        read(content, TODAY)


def test_the_template_is_read_as_it_is_handed_out():
    assert read(template(), TODAY).payments == []


# beside the decisions


def begins_with(cast):
    LargeSum.objects.create(school=cast.school, since=date(2024, 1, 1), amount=100_000)
    item = inspecting.held(cast.school, "采购课桌椅", category="F01", amount=Decimal(120_000), payee="城北家具有限公司")
    return item, inspecting.started(inspecting.planned(cast, cast.wang, cast.yan))


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def inspection(begun):
    return begun[1][1]


@pytest.fixture
def item(begun):
    return begun[1][0]


@pytest.fixture
def bring(sign_in, cast, inspection, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    address = reverse("payment_lists", args=[inspection.pk, "shifan"])

    def bring(*rows, who=None, content=None):
        upload = SimpleUploadedFile("支付明细.xlsx", content or table(*rows))
        return sign_in(who or cast.wang).post(address, {"file": upload})

    bring.address = address
    return bring


@pytest.fixture
def rows(item):
    day = timezone.localdate(item.meeting.starts_at) + timedelta(days=5)
    return [
        (day, 120_000, "城北家具", "课桌椅", "记-1"),
        (day, 150_000, "南门装修公司", "操场翻修", "记-2"),
        (day, 60_000, "东门广告", "文化墙", "记-3"),
        (day, 60_000, "东门广告有限公司", "文化墙二期", "记-4"),
        (day, 800, "自来水公司", "水费", "记-5"),
    ]


def payment(voucher: str) -> Payment:
    return Payment.objects.get(voucher=voucher, list__withdrawn_at=None)


def test_large_payments_without_a_decision_come_up_first(bring, rows, client, item, inspection):
    content = table(*rows)
    for _ in range(2):
        assert bring(content=content).status_code == 302
    longer = bring((rows[0][0], 5), rows[1])
    assert longer.status_code == 422 and "有 1 笔（如第 3 行）与已上传的“支付明细.xlsx”相同" in longer.content.decode()
    assert PaymentList.objects.count() == 1 and Entry.objects.filter(verb="bring_payments").count() == 1
    assert (payment("记-1").how, payment("记-1").item) == ("certain", item)
    large = {one.voucher: (one.how, one.large) for one in Payment.objects.all()}
    assert large["记-2"] == ("none", True) and large["记-3"] == ("none", True) and large["记-5"] == ("none", False)
    said = client.get(bring.address).content.decode()
    order = [said.index(words) for words in ("南门装修公司", "东门广告", "自来水公司", "城北家具")]
    assert order == sorted(order)
    assert "90 天内向同一收款方支付 2 笔，合计 12 万元，达到大额标准 10 万元" in said
    assert "大额没有决定" in said and "3 笔" in said
    assert client.get(f"{bring.address}sheet.xlsx?large=yes").status_code == 200
    assert "自来水公司" not in client.get(bring.address, {"large": "yes"}).content.decode()


def test_one_wrong_row_and_nothing_is_taken_in(bring, rows, client):
    refused = bring(*rows, ("2025-13-01", 5))
    assert refused.status_code == 422 and not Payment.objects.exists()
    assert "第 7 行“日期”" in refused.content.decode()
    assert "不是 Excel" in bring(content=b"text").content.decode()
    assert client.post(bring.address, {}).status_code == 422


def test_a_payment_becomes_a_finding_in_one_click(bring, rows, client, cast, inspection):
    bring(*rows)
    found = payment("记-2")
    address = reverse("payment", args=[inspection.pk, found.pk])
    for _ in range(2):
        assert client.post(address, {"act": "blame"}).status_code == 302
    said = Assessment.objects.get()
    assert (said.school, said.rule, said.weight) == (cast.school, "", "block")
    assert "向南门装修公司支付 15 万元（凭证 记-2）" in said.text and "达到学校大额标准 10 万元" in said.text
    assert "已列为问题" in client.get(bring.address).content.decode()
    assert said.text in client.get(reverse("working_school", args=[inspection.pk, "shifan"])).content.decode()
    # neither the list nor the payment can be settled away under it
    settled = {"act": "settle", "how": "explained", "note": "不需要。", "seen": ""}
    assert client.post(address, settled).status_code == 422
    withdraw = reverse("payment_withdraw", args=[inspection.pk, found.list_id])
    client.post(withdraw)
    assert PaymentList.objects.get().withdrawn_at is None
    verbs.withdraw_assessment(said, by=acting(cast.wang))
    assert client.post(address, settled).status_code == 302
    client.post(withdraw)
    assert PaymentList.objects.get().withdrawn_at and bring(*rows).status_code == 302
    assert PaymentList.objects.count() == 2


def test_settled_by_hand_by_one_and_not_over_their_head(bring, rows, sign_in, cast, inspection, item):
    bring(*rows)
    found = payment("记-2")
    address = reverse("payment", args=[inspection.pk, found.pk])
    client = sign_in(cast.yan)
    assert client.post(address, {"act": "settle", "how": "explained", "note": " ", "seen": ""}).status_code == 422
    by_hand = {"act": "settle", "how": "by_hand", "item": item.pk, "seen": ""}
    assert item.matter.title in client.get(address, {"q": item.matter.title[:4]}).content.decode()
    for _ in range(2):
        assert client.post(address, by_hand).status_code == 302
    found.refresh_from_db()
    assert (found.how, found.item, found.settled_by) == ("by_hand", item, cast.yan)
    older = sign_in(cast.wang).post(address, {"act": "settle", "how": "explained", "note": "经常性支出。", "seen": ""})
    elsewhere = inspecting.held(cast.elsewhere, "别的学校")
    assert client.post(address, by_hand | {"item": elsewhere.pk}).status_code == 404
    assert older.status_code == 422 and "严审计" in older.content.decode() and "经常性支出。" in older.content.decode()
    fresh = {"act": "settle", "how": "none", "seen": verbs.mark_of(found)}
    assert sign_in(cast.wang).post(address, fresh).status_code == 302
    assert payment("记-2").how == "none" and payment("记-2").item is None


def test_nobody_brings_a_list_who_is_no_member(bring, rows, cast, inspection, sign_in):
    verbs.end_inspection(inspection, by=acting(cast.wang))
    assert bring(*rows).status_code == 422
    assert bring(*rows, who=cast.yan).status_code == 404
    assert not Payment.objects.exists()


def test_what_is_beyond_the_scope_is_known_and_not_shown(sign_in, rows, cast):
    other = inspecting.started(inspecting.planned(cast, title="人事督导", classes=["H"]))
    upload = SimpleUploadedFile("支付明细.xlsx", table(*rows))
    sign_in(cast.wang).post(reverse("payment_lists", args=[other.pk, "shifan"]), {"file": upload})
    assert (payment("记-1").how, payment("记-1").item, payment("记-2").how) == ("beyond", None, "none")
    shown = sign_in(cast.wang).get(reverse("payment_lists", args=[other.pk, "shifan"])).content.decode()
    assert "有决定，不在本次检查范围内" in shown and "采购课桌椅" not in shown
