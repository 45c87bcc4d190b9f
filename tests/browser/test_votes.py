"""Votes and answers in a real browser: one key a voter on the clerk's page, one tap on a member's phone."""

import pytest
from playwright.sync_api import expect

from meetings import transitions as verbs
from meetings.models import Attendance, Meeting, Vote

from ..meetings.stage import acting, called, confirmed, mark

pytestmark = pytest.mark.django_db(transaction=True)


def test_leave_by_phone_and_an_open_ballot_by_keys(cast, page_as):
    meeting = called(cast, confirmed(cast, title="师德师风建设年活动方案"), hours=1)
    phone = page_as(cast.wu, phone=True)
    phone.goto(f"/s/shifan/meetings/{meeting.pk}/")
    phone.locator(".answer-leave > summary").click()
    phone.get_by_label("请假事由").fill("外出培训")
    phone.locator(".answer-leave button").click()
    expect(phone.locator(".answer-bar")).to_contain_text("已请假，待批")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    head = page_as(cast.zhao, phone=True)
    head.goto("/s/shifan/")
    head.get_by_role("button", name="准假：吴委员请假").click()
    expect(head.locator("main")).not_to_contain_text("吴委员请假：")
    assert Attendance.objects.get(meeting=meeting, person=cast.wu).leave_granted

    meeting = verbs.open_meeting(Meeting.objects.get(pk=meeting.pk), by=acting(cast.zheng))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    page = page_as(cast.zheng)
    page.goto(f"/s/shifan/meetings/{meeting.pk}/?item=1")
    sheet = page.locator("#topic-1 form[data-ballots]")
    expect(sheet.locator(".ballot-voters")).to_be_hidden()
    sheet.get_by_label("方式").select_option("open_ballot")
    expect(sheet.get_by_label("同意", exact=True).first).to_be_hidden()
    sheet.get_by_role("button", name="全部同意").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")  # 钱校长 disagrees, and the next one is at hand
    page.keyboard.press("3")
    sheet.get_by_label("宣布的结果").select_option("passed")
    sheet.get_by_role("button", name="登记表决").click()
    expect(sheet.locator(".ballot-says")).to_contain_text("会上宣布的是“通过”")
    sheet.get_by_label("与计票不一致的").fill("书记宣布通过")
    sheet.get_by_role("button", name="登记表决").dblclick()
    topic = page.locator("#topic-1")
    expect(topic).to_contain_text("校验一致")
    expect(topic.locator(".ballot-named")).to_contain_text("不同意钱校长")
    made = Vote.objects.get()
    assert (made.agree, made.disagree, made.abstain, made.outcome) == (2, 1, 1, "passed")
