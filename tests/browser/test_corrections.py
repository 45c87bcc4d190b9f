"""A correction in a real browser: pointed at in the record, typed beside what is written, signed on a phone in two taps."""

import pytest
from playwright.sync_api import expect

from meetings.models import Correction, Meeting

from ..meetings.stage import issued_with_the_chair_first
from ..meetings.test_minutes import url

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_clerk_points_at_it_and_the_head_signs_in_two_taps(cast, page_as):
    meeting = Meeting.objects.get(pk=issued_with_the_chair_first(cast).pk)
    page = page_as(cast.zheng)
    page.goto(url("record", meeting))
    page.locator(".page-acts").get_by_role("link", name="登记更正").click()
    page.locator("a.pick", has_text="决定内容").click()
    page.get_by_label("更正为").fill("同意实施，五月完成。")
    expect(page.locator(".differences ins")).to_have_text("，五月完成")
    page.get_by_label("谁发现的").fill("王检查")
    page.get_by_label("更正的理由和依据").fill("漏记时限。")
    page.get_by_role("button", name="登记更正").click()
    expect(page.locator("#correction-1")).to_contain_text("待签字")

    phone = page_as(cast.zhao, phone=True)
    phone.goto("/s/shifan/")
    phone.get_by_role("link", name="去签字：更正 1").click()
    phone.locator("#correction-1").get_by_role("button", name="签字").click()
    phone.locator("#sure").get_by_role("button", name="签字").click()
    expect(phone.locator("#correction-1")).to_contain_text("已签字生效")
    expect(phone.locator("#item-1")).to_contain_text("同意实施，五月完成。")
    expect(phone.locator("#item-1 del")).to_have_text("同意实施。")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert Correction.objects.get().document.number.startswith("党组织会议更正说明")
