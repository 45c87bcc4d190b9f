"""The authority's own work in a real browser: a workbook with its preview, an announcement until a school confirms it, a
colleague who stands in."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Organisation

from ..inspection.test_structure import FIRST

pytestmark = pytest.mark.django_db(transaction=True)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_workbook_is_looked_through_and_then_brought_in(cast, page_as, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    desk = page_as(cast.chu)
    desk.goto("/d/district/management/")
    desk.get_by_role("link", name="学校和人员").click()
    desk.get_by_role("link", name="导入学校和人员").click()
    desk.get_by_label("填好的表格").set_input_files({"name": "新校.xlsx", "mimeType": XLSX, "buffer": FIRST})
    desk.get_by_role("button", name="上传核对").click()
    expect(desk.locator("h1")).to_have_text("核对：新校.xlsx")
    expect(desk.locator("tbody tr")).to_have_count(4)
    assert not Organisation.objects.filter(code="xinjian").exists()
    desk.get_by_label("已核对，各是同一个人").check()
    desk.get_by_role("button", name="导入", exact=True).click()
    expect(desk.locator("main")).to_contain_text("学校新增 1 所，人员新增 2 人，任职新增 3 项")
    desk.get_by_role("link", name="看学校和人员").click()
    expect(desk.locator("tr", has_text="新建小学")).to_contain_text("何校长（校长、党组织副书记）")


def test_an_announcement_from_writing_to_the_schools_acknowledgement(cast, page_as):
    desk, phone = page_as(cast.chu), page_as(cast.zheng, phone=True)
    desk.goto("/d/district/announcements/new/")
    desk.get_by_label("标题").fill("报送工作小结")
    desk.get_by_label("正文", exact=True).fill("请于月底前报送。")
    desk.get_by_label("需要学校回执").check()
    desk.get_by_label("不含涉密内容").check()
    desk.get_by_role("button", name="发布").click()
    expect(desk.locator("tr", has_text="示范中学")).to_contain_text("未读")

    phone.goto("/s/shifan/")
    phone.get_by_role("link", name="去阅看").click()
    expect(phone.locator("main")).to_contain_text("请于月底前报送。")
    phone.get_by_role("button", name="本校已收悉，回执").click()
    expect(phone.locator("main")).to_contain_text("郑秘书")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    desk.reload()
    expect(desk.locator("tr", has_text="示范中学")).not_to_contain_text("没有")
    expect(desk.locator("tr", has_text="外校小学")).to_contain_text("未读")


def test_a_colleague_stands_in_until_it_is_ended(cast, page_as):
    desk, colleague = page_as(cast.wang), page_as(cast.feng)
    assert colleague.goto("/d/district/reports/").status == 404
    desk.goto("/d/district/deputies/")
    desk.get_by_label("由谁代理").select_option(label="冯审计")
    desk.get_by_label("至（含当天）").fill((timezone.localdate() + timedelta(days=6)).isoformat())
    desk.get_by_role("button", name="登记").click()
    expect(desk.locator("tbody tr")).to_contain_text("正在代理")

    colleague.goto("/d/district/reports/")
    expect(colleague.locator("header").first).to_contain_text("代 王检查")
    colleague.get_by_role("button", name="生成报告").click()
    expect(colleague.locator("progress")).to_be_visible()

    desk.get_by_role("button", name="结束代理：冯审计").click()
    desk.get_by_role("dialog").get_by_role("button", name="结束代理").click()
    expect(desk.locator("main")).to_contain_text("代理已结束")
    assert colleague.goto("/d/district/reports/").status == 404
