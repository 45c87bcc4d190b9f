"""An inspection in a real browser: a sample is drawn, an item looked at, a finding set aside, a finance list brought."""

import io

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ..inspection import inspecting
from ..meetings.stage import issued_with_the_chair_first

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_sample_to_the_list_of_papers(cast, page_as):
    issued_with_the_chair_first(cast)
    inspection = inspecting.started(inspecting.planned(cast, cast.wang, cast.yan, title="年度督导"))
    desk = page_as(cast.wang)
    desk.goto(f"/inspections/{inspection.pk}/")
    desk.get_by_role("link", name="抽样").click()
    desk.get_by_label("种子").fill("7")
    desk.get_by_role("button", name="抽取").click()
    desk.get_by_role("link", name="教师师德师风建设年活动方案").click()
    desk.get_by_text("认定或不予认定").first.click()
    desk.get_by_role("button", name="不予认定").first.click()
    expect(desk.locator("aside")).to_contain_text("不予认定须写明理由")
    desk.get_by_label("理由").first.fill("经核对录音，书记最后发言。")
    desk.get_by_role("button", name="不予认定").first.click()
    expect(desk.locator("#papers")).to_contain_text("经核对录音，书记最后发言。")
    desk.get_by_label("看到了什么").fill("没有附预算。")
    desk.reload()  # what was typed is kept
    expect(desk.get_by_label("看到了什么")).to_have_value("没有附预算。")
    desk.get_by_role("button", name="保存备注").click()
    expect(desk.locator("#papers")).to_contain_text("没有附预算。")
    expect(desk.get_by_label("看到了什么")).to_have_value("")
    desk.get_by_role("button", name="勾选已看").click()
    expect(desk.locator("main")).to_contain_text("取消已看")

    phone = page_as(cast.yan, phone=True)  # a colleague, who has a grant and no role
    phone.goto(f"/inspections/{inspection.pk}/papers/")
    expect(phone.locator("main")).to_contain_text("没有附预算。")
    phone.goto(f"/inspections/{inspection.pk}/schools/shifan/payments/")
    phone.get_by_label("支付明细表").set_input_files({"name": "明细.xlsx", "mimeType": "", "buffer": _list()})
    phone.get_by_role("button", name="上传核对").click()
    phone.get_by_role("button", name="列为问题").click()
    phone.get_by_role("link", name="返回支付明细").click()
    expect(phone.locator("tbody")).to_contain_text("已列为问题")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _list() -> bytes:
    book, given = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["付款日期", "支付金额", "收款单位"])
    book.active.append([timezone.localdate(), 150_000, "南门装修公司"])
    book.save(given)
    return given.getvalue()
