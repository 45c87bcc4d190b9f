"""A rectification in a real browser: the inspector issues, the school answers on a phone, the inspector closes."""

import pytest
from playwright.sync_api import expect

from meetings.models import KeptFinding

from ..inspection.rectified import PDF
from ..meetings.stage import issued_with_the_chair_first

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_finding_to_closing(cast, page_as):
    issued_with_the_chair_first(cast)
    finding = KeptFinding.objects.get(judgement__current=True, rule="P-14")
    desk = page_as(cast.wang)
    desk.goto(f"/findings/{finding.pk}/")
    desk.get_by_role("link", name="列入整改").click()
    expect(desk.get_by_role("checkbox", checked=True)).to_have_count(1)
    desk.get_by_role("button", name="起草通知书").click()
    more = desk.get_by_role("group", name="再写一个问题")
    more.get_by_label("问题", exact=True).fill("会议室没有公示牌。")
    more.get_by_label("整改要求").fill("请挂牌。")
    desk.get_by_role("button", name="保存并签发").click()
    desk.get_by_role("dialog").get_by_role("button", name="签发").click()
    expect(desk.locator("h1")).to_contain_text("整改通知")
    expect(desk.locator("main")).to_contain_text("1号")

    phone = page_as(cast.zhao, phone=True)
    phone.goto("/s/shifan/")
    phone.get_by_role("link", name="去签收").click()
    phone.get_by_role("button", name="签收").click()
    expect(phone.locator("main")).to_contain_text("签收")
    phone.get_by_role("link", name="会议室没有公示牌").click()
    phone.get_by_label("责任领导").select_option(label="赵书记")
    phone.get_by_role("button", name="明确责任").click()
    phone.get_by_role("link", name="报告整改情况").click()
    phone.get_by_label("整改情况").fill("已经挂牌，附照片。")
    phone.get_by_label("佐证材料").set_input_files({"name": "照片.pdf", "mimeType": "application/pdf", "buffer": PDF})
    phone.get_by_label("所选文件不含涉密内容").check()
    phone.get_by_role("button", name="报告整改情况").click()
    expect(phone.locator("main")).to_contain_text("待核查")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    desk.get_by_role("link", name="会议室没有公示牌").click()
    expect(desk.get_by_role("link", name="照片.pdf")).to_be_visible()
    desk.get_by_label("核查情况").fill("现场看过。")
    desk.locator("aside form").get_by_role("button", name="销号").click()
    expect(desk.locator("main")).to_contain_text("已销号")
