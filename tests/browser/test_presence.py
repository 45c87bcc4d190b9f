"""Who comes and goes, in a real browser: by one key in the row, by one click, and from the member's own phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Attendance, Item
from meetings.views.presence import KEY

from ..meetings.stage import confirmed, mark, opened, vote

pytestmark = pytest.mark.django_db(transaction=True)


def test_people_come_and_go_and_what_was_counted_is_locked(cast, page_as):
    meeting = opened(cast, confirmed(cast, title="师德师风建设"), confirmed(cast, title="校园安全"))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    vote(cast, Item.objects.get(meeting=meeting, no=1), agree=4)
    page = page_as(cast.zheng)
    page.clock.install()
    page.goto(f"/s/shifan/meetings/{meeting.pk}/?item=1")
    expect(page.locator("#topic-1")).to_contain_text("本项已经表决，谁在场、谁回避已经固定")
    expect(page.locator("#topic-1 [data-move]")).to_have_count(0)
    page.keyboard.press("n")
    second = page.locator("#topic-2")
    row = second.locator("[data-moves]", has_text="李副校")
    row.get_by_role("button", name="李副校从本项起离会").focus()
    page.keyboard.press("l")
    expect(row.get_by_role("button", name="李副校到会")).to_be_focused()
    expect(page.locator("#room-nav")).to_contain_text("实到 3 · 需到 3")
    page.keyboard.press("d")
    expect(row.get_by_role("button", name="李副校从本项起离会")).to_be_visible()
    second.get_by_role("button", name="孙副书记回避本项").click()
    expect(second.get_by_label("孙副书记回避", exact=True)).to_be_visible()

    phone = page_as(cast.wu, phone=True)
    phone.goto(reverse("check_in", args=["shifan", KEY.sign(str(meeting.pk))]))
    phone.get_by_role("button", name="签到").click()
    expect(phone.locator(".said")).to_contain_text("等记录人确认")
    page.clock.run_for(5000)
    page.get_by_role("button", name="确认吴委员到会").click()
    expect(page.get_by_role("form", name="扫码签到，待确认")).to_have_count(0)
    assert Attendance.objects.get(meeting=meeting, person=cast.wu).from_item == 2

    page.locator(".topic-title:visible").click()
    page.keyboard.press("0")
    people = page.locator("#topic-0")
    expect(people.get_by_role("row", name="吴委员")).to_contain_text("还没有到会")
    expect(people.locator(".movements")).to_contain_text("吴委员 到会，第 2 项起 · 扫码签到")
    expect(people.locator(".movements")).to_contain_text("李副校 离会，第 2 项起不在场")
