"""A paper is worded in a real browser while its pages follow: on a desk side by side, on a phone by a tab."""

import pytest
from playwright.sync_api import expect

from meetings.models import Document, PaperDraft

from ..meetings.stage import called, confirmed
from ..meetings.test_papers import door

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_follow_what_is_typed_and_are_issued(cast, page_as):
    meeting = called(cast, confirmed(cast))
    desk = page_as(cast.zheng)
    desk.goto(door("paper_make", meeting))
    expect(desk.locator("[data-viewer-at]")).to_contain_text("第 1 页，共")
    picture = desk.locator(".viewer-page").first
    before = picture.get_attribute("src")
    desk.get_by_label("联系人").fill("门卫室转郑秘书")
    expect(desk.locator("#preview")).to_contain_text("门卫室转郑秘书")
    assert picture.get_attribute("src") != before and picture.evaluate("image => image.naturalWidth") > 0
    expect(desk.locator("#save-state")).to_contain_text("已保存")
    assert PaperDraft.objects.get().values == {"contact": "门卫室转郑秘书"}
    wide = picture.bounding_box()["width"]
    desk.get_by_label("缩放").select_option("1.5")
    assert picture.bounding_box()["width"] > wide

    phone = page_as(cast.zheng, phone=True)
    phone.goto(door("paper_make", meeting))
    expect(phone.locator("#preview")).to_be_hidden()
    phone.get_by_label("联系人").fill("电话 88")
    phone.get_by_role("button", name="预览", exact=True).click()
    expect(phone.locator("#preview")).to_contain_text("电话 88")
    expect(phone.locator(".viewer-page").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="编辑", exact=True).click()
    expect(phone.locator("#save-state")).to_contain_text("已保存")
    phone.get_by_role("button", name="生成", exact=True).click()
    phone.locator("#sure").get_by_role("button", name="生成").click()
    expect(phone.locator("h1")).to_contain_text("会议通知〔")
    expect(phone.locator(".viewer-page").first).to_be_visible()
    assert Document.objects.get().frozen["worded"]["contact"] == "电话 88"
