"""The desk in a real browser: hands on the keyboard, two windows, and a page that is killed while one types."""

import pytest
from playwright.sync_api import expect

from meetings import transitions as verbs
from meetings.models import Item, Opinion

from ..meetings.stage import acting, confirmed, mark, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(cast):
    meeting = opened(cast, confirmed(cast, title="师德师风建设年活动方案"))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    verbs.add_phrase("opinion", "建议抓好落实。", by=acting(cast.zheng))
    return meeting


def room(page, meeting):
    page.goto(f"/s/shifan/meetings/{meeting.pk}/?item=1")
    return page.locator("#topic-1")


def saved(page):
    expect(page.locator("#save-state")).to_contain_text("已保存")


def said():
    return list(Opinion.objects.order_by("order").values_list("person__name", "stance", "text"))


def test_an_item_is_written_down_by_keys_alone(cast, meeting, page_as):
    page = page_as(cast.zheng)
    topic = room(page, meeting)
    press = page.keyboard.press
    topic.locator(".topic-title").focus()
    press("f")  # the first voice: 钱校长
    press("1")
    press("Enter")
    page.keyboard.type("1 是数字。")
    expect(page.locator("#room-phrases")).to_be_visible()
    press("Alt+p")
    press("Enter")
    press("Alt+2")  # changes the mind from within the text, and writes no 2
    expect(topic.get_by_label("钱校长的意见")).to_have_value("1 是数字。建议抓好落实。")
    press("Escape")
    press("f")
    press("ArrowDown")
    press("1")  # 孙副书记
    press("Alt+ArrowUp")
    expect(topic.get_by_label("孙副书记发言次序")).to_have_value("1")
    expect(topic.get_by_label("钱校长发言次序")).to_have_value("2")
    topic.get_by_role("group", name="赵书记的态度").get_by_text("同意", exact=True).click()
    topic.get_by_role("group", name="李副校的态度").get_by_text("同意", exact=True).click()
    expect(topic.locator("[data-chair-hint]")).to_contain_text("赵书记现为第 3 位")
    topic.get_by_role("button", name="移到最后").click()
    expect(topic.locator("[data-chair-hint]")).to_be_hidden()
    grip, first = (
        topic.locator("[data-voice]", has_text=name).locator(".voice-grip") for name in ("李副校", "孙副书记")
    )
    grip.drag_to(first)
    expect(topic.get_by_label("李副校发言次序")).to_have_value("1")
    topic.locator(".topic-title").focus()
    press("j")
    page.keyboard.type("同意方案。")
    press("Escape")
    press("y")
    expect(topic.get_by_role("button", name="议定第 1 项")).to_be_focused()
    saved(page)
    assert said() == [
        ("李副校", "agree", ""), ("孙副书记", "agree", ""), ("钱校长", "disagree", "1 是数字。建议抓好落实。"), ("赵书记", "agree", ""),
    ]  # fmt: skip
    assert Item.objects.get(meeting=meeting).decision_text == "同意方案。"


def test_two_windows_and_a_killed_page_lose_nothing(cast, meeting, page_as):
    page = page_as(cast.zheng)
    window, path = page.context, "李副校的意见"
    other = window.new_page()
    room(page, meeting)
    room(other, meeting)
    for each in (page, other):
        each.route("**/note/", lambda route: route.abort())
    page.locator("#topic-1").get_by_label(path).press_sequentially("第一个窗口的字。")
    other.locator("#topic-1").get_by_label(path).press_sequentially("第二个窗口的字。")
    expect(page.locator("#save-state")).to_contain_text("离线，内容已留在本机")
    for killed in (page, other):
        with pytest.raises(Exception, match="crash"):
            killed.goto("chrome://crash")
    third = window.new_page()
    topic = room(third, meeting)
    expect(topic.get_by_label(path)).to_have_value("第二个窗口的字。")
    expect(third.locator("#room-kept")).to_contain_text("第一个窗口的字。")
    expect(third.locator("#room-kept")).to_contain_text("“李副校的意见”在另一个窗口里写的")
    expect(third.locator("#save-state")).to_contain_text("有 1 处没有保存")
    assert Opinion.objects.get(person=cast.li, item__meeting=meeting).text == "第二个窗口的字。"
