"""The meeting in a real browser: written down by keyboard and mouse, with the line cut, the session gone, and two at once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Role
from meetings import transitions as verbs
from meetings.models import Attendance, Item, Meeting, Opinion, Vote
from tests.cast import PASSWORD, SINCE, official

from ..meetings.stage import acting, called, confirmed, mark, opened, vote

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(cast):
    meeting = opened(cast, confirmed(cast, title="师德师风建设年活动方案"), confirmed(cast, title="校园安全工作要点"))
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def begun(cast, meeting):
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    return meeting


def room(page, meeting, item=1):
    page.goto(f"/s/shifan/meetings/{meeting.pk}/?item={item}")
    return page


def saved(page):
    expect(page.locator("#save-state")).to_contain_text("已保存")


def decision(meeting, number=1):
    return Item.objects.get(meeting=meeting, no=number).decision_text


def test_a_meeting_is_written_down_from_the_roll_call_to_the_end(cast, meeting, page_as):
    page = room(page_as(cast.zheng), meeting, 0)
    strip = page.locator("#room-strip")
    expect(strip).to_contain_text("需到3")
    page.get_by_role("button", name="未登记的 5 名成员都到会").click()
    expect(strip).to_contain_text("实到5")
    page.locator(".seat", has_text="吴委员").locator("input:checked").focus()
    page.keyboard.press("2")
    expect(strip).to_contain_text("请假1")
    page.get_by_label("吴委员请假事由").fill("外出培训")
    saved(page)
    page.locator(".topic-title:visible").click()
    page.keyboard.press("n")
    topic = page.locator("#topic-1")
    expect(topic.get_by_role("heading", name="师德师风建设年活动方案")).to_be_visible()
    for name in ("钱校长", "孙副书记", "李副校", "赵书记"):
        topic.get_by_role("group", name=f"{name}的态度").get_by_text("同意", exact=True).click()
    topic.get_by_label("李副校的意见").fill("同意，建议分步实施。")
    expect(topic.locator(".tally")).to_contain_text("同意 4")
    topic.get_by_role("button", name="填入票数").click()
    topic.get_by_role("button", name="登记表决").dblclick()
    expect(topic).to_contain_text("计票结果 通过")
    topic.get_by_label("决定内容").fill("同意方案，由李副校负责实施。")
    topic.get_by_label("完成时限").fill("2030-06-30")
    topic.get_by_label("牵头", exact=True).select_option(label="李副校")
    helpers = topic.get_by_role("group", name="协办")
    expect(helpers.get_by_text("李副校")).to_be_hidden()  # who leads is no helper too
    helpers.get_by_text("孙副书记").click()
    topic.get_by_role("button", name="议定第 1 项").click()
    expect(topic).to_contain_text("已议定")
    topic.get_by_role("link", name="去第 2 项").click()
    expect(page.locator("#topic-2")).to_be_visible()
    page.get_by_role("button", name="结束会议").click()
    page.locator("#sure").get_by_role("button", name="结束会议").click()
    page.wait_for_url("**/record/")

    item = Item.objects.get(meeting=meeting, no=1)
    assert (item.state, item.outcome, item.due.isoformat()) == ("settled", "passed", "2030-06-30")
    assert {person.name for person in item.responsible.all()} == {"李副校", "孙副书记"} and item.lead.name == "李副校"
    assert Vote.objects.filter(item=item).count() == 1
    said = Opinion.objects.filter(item=item).order_by("order").values_list("person__name", "stance", "text")
    assert list(said) == [
        ("钱校长", "agree", ""), ("孙副书记", "agree", ""), ("李副校", "agree", "同意，建议分步实施。"), ("赵书记", "agree", ""),
    ]  # fmt: skip
    assert Attendance.objects.get(meeting=meeting, person=cast.wu).leave_reason == "外出培训"


def test_what_is_typed_while_the_line_is_cut_is_sent_when_it_is_back(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    page.context.set_offline(True)
    page.locator("#topic-1").get_by_label("决定内容").fill("断网时写下的决定。")
    expect(page.locator("#save-state")).to_contain_text("离线，内容已留在本机")
    page.keyboard.press("Escape")
    page.locator("[data-go='2']").click()  # the other items are on the page already
    page.locator("#topic-2").get_by_label("决定内容").fill("第二项的决定。")
    assert decision(begun) == ""
    page.context.set_offline(False)
    saved(page)
    assert (decision(begun), decision(begun, 2)) == ("断网时写下的决定。", "第二项的决定。")


@pytest.mark.parametrize("first, then", [("2001-01-01", "2031-01-01"), ("2031-01-01", "2001-01-01")])
def test_a_clock_that_is_wrong_or_moves_loses_nothing(cast, begun, page_as, first, then):
    page = room(page_as(cast.zheng), begun)
    field = page.locator("#topic-1").get_by_label("决定内容")
    page.clock.set_system_time(first)
    page.context.set_offline(True)
    field.fill("钟不准时写的。")
    expect(page.locator("#save-state")).to_contain_text("离线，内容已留在本机")
    page.clock.set_system_time(then)
    field.fill("钟不准时写的，又写一句。")
    page.context.set_offline(False)
    saved(page)
    assert decision(begun) == "钟不准时写的，又写一句。"


def test_an_answer_that_never_came_is_no_conflict_with_oneself(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    lost = []

    def lose_the_first_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/note/", lose_the_first_answer)
    field = page.locator("#topic-1").get_by_label("决定内容")
    field.fill("写了一半")
    expect(page.locator("#save-state")).to_contain_text("离线")
    field.fill("写了一半，又写完了。")
    saved(page)
    assert lost == [200] and not page.locator("#both").is_visible()
    assert decision(begun) == "写了一半，又写完了。"


def test_what_was_typed_outlives_the_browser_window(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    page.context.set_offline(True)
    page.locator("#topic-1").get_by_label("决定内容").fill("关窗前写下的决定。")
    expect(page.locator("#save-state")).to_contain_text("离线")
    window = page.context
    page.close()
    window.set_offline(False)
    page = room(window.new_page(), begun)
    expect(page.locator("#topic-1").get_by_label("决定内容")).to_have_value("关窗前写下的决定。")
    saved(page)
    assert decision(begun) == "关窗前写下的决定。"


def test_another_person_at_the_same_machine_never_sees_the_text(cast, begun, page_as, live_server):
    page = room(page_as(cast.zheng), begun)
    page.context.set_offline(True)
    page.locator("#topic-1").get_by_label("决定内容").fill("郑秘书没存上的字。")
    expect(page.locator("#save-state")).to_contain_text("离线")
    window = page.context
    page.close()
    window.set_offline(False)
    client = Client()
    han = official(cast.school, "han", "韩干事", Role.Name.SCHOOL_SECRETARY)
    client.force_login(han, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    window.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = room(window.new_page(), begun)
    expect(page.locator("#topic-1").get_by_label("决定内容")).to_have_value("")
    page.wait_for_timeout(1500)
    assert decision(begun) == ""


def test_an_expired_session_is_renewed_in_place_and_the_text_is_kept(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    Session.objects.all().delete()
    page.locator("#topic-1").get_by_label("决定内容").fill("会话过期时写下的决定。")
    frame = page.frame_locator("#again iframe")
    frame.get_by_label("用户名").fill("zheng")
    frame.get_by_label("密码").fill(PASSWORD)
    frame.get_by_role("button", name="登录").click()
    saved(page)
    expect(page.locator("#topic-1").get_by_label("决定内容")).to_have_value("会话过期时写下的决定。")
    assert decision(begun) == "会话过期时写下的决定。"


def test_putting_off_the_sign_in_loses_nothing(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    Session.objects.all().delete()
    page.locator("#topic-1").get_by_label("决定内容").fill("稍后再登录。")
    expect(page.locator("#again")).to_be_visible()
    page.locator("#again").evaluate("sheet => sheet.close()")
    expect(page.locator("#save-state")).to_contain_text("已退出登录，内容已留在本机")
    page.locator("#topic-1").get_by_label("决定内容").fill("稍后再登录。又写了一句。")
    page.locator("#save-state").get_by_role("button", name="重新登录").click()
    frame = page.frame_locator("#again iframe")
    frame.get_by_label("用户名").fill("zheng")
    frame.get_by_label("密码").fill(PASSWORD)
    frame.get_by_role("button", name="登录").click()
    saved(page)
    assert decision(begun) == "稍后再登录。又写了一句。"


def test_a_vote_after_the_session_expired_is_counted_once_signed_in(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    Session.objects.all().delete()
    topic = page.locator("#topic-1")
    topic.locator(".ballot-form [data-count-of=agree]").fill("4")
    topic.get_by_role("button", name="登记表决").click()
    frame = page.frame_locator("#again iframe")
    frame.get_by_label("用户名").fill("zheng")
    frame.get_by_label("密码").fill(PASSWORD)
    frame.get_by_role("button", name="登录").click()
    expect(topic).to_contain_text("计票结果 通过")
    assert Vote.objects.get().agree == 4


def test_leaving_a_field_gives_the_keys_back(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    page.locator("#topic-1").get_by_label("李副校的意见").fill("n 是字母")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#topic-2")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("下一项")


@pytest.fixture
def two(cast, begun, page_as):
    """Two secretaries on the same item; the first has written and saved."""
    han = official(cast.school, "han", "韩干事", Role.Name.SCHOOL_SECRETARY, since=SINCE)
    first, second = room(page_as(cast.zheng), begun), room(page_as(han), begun)
    second.locator("#topic-1").get_by_label("决定内容").focus()  # a field that is being written is not refreshed
    first.locator("#topic-1").get_by_label("决定内容").fill("同意方案，经费 <b>10</b> 万元。")
    saved(first)
    second.keyboard.type("同意方案，经费 12 万元。")
    sheet = second.locator("#both")
    expect(sheet).to_be_visible()
    return second, sheet


def test_two_editors_see_both_texts_and_nothing_is_chosen_for_them(begun, two):
    page, sheet = two
    expect(sheet).to_contain_text("两人同时改了“决定内容”")
    expect(sheet.locator("[data-both=mine]")).to_have_text("同意方案，经费 12 万元。")
    expect(sheet.locator("[data-both=theirs]")).to_have_text("同意方案，经费 <b>10</b> 万元。")
    assert sheet.locator("[data-both=theirs] b").count() == 0, "a text is never markup"
    assert "12" in sheet.locator("[data-both=mine] mark").all_inner_texts()
    page.keyboard.press("Escape")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="用我的").click()
    saved(page)
    assert decision(begun) == "同意方案，经费 12 万元。"


def test_the_other_text_can_be_taken(begun, two):
    page, sheet = two
    sheet.get_by_role("button", name="用对方的").click()
    expect(page.locator("#topic-1").get_by_label("决定内容")).to_have_value("同意方案，经费 <b>10</b> 万元。")
    assert decision(begun) == "同意方案，经费 <b>10</b> 万元。"


def test_both_texts_can_be_made_one(begun, two):
    page, sheet = two
    sheet.get_by_role("button", name="合并后再存").click()
    sheet.get_by_label("合并后的内容").fill("同意方案，经费 11 万元。")
    sheet.get_by_role("button", name="保存合并后的内容").click()
    saved(page)
    assert decision(begun) == "同意方案，经费 11 万元。"


def test_what_another_secretary_writes_comes_in_by_itself(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    han = official(cast.school, "han", "韩干事", Role.Name.SCHOOL_SECRETARY, since=SINCE)
    item = Item.objects.get(meeting=begun, no=2)
    verbs.note(begun, f"item/{item.pk}/decision_text", "韩干事写的。", base=None, by=acting(han, cast.school))
    expect(page.locator("#room-news")).to_contain_text("韩干事也在记录；第 2 项 · 决定内容有新内容。", timeout=15000)
    page.locator("[data-go='2']").click()
    expect(page.locator("#topic-2").get_by_label("决定内容")).to_have_value("韩干事写的。")


def test_a_count_that_is_being_typed_outlives_what_others_do(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    topic = page.locator("#topic-1")
    topic.locator(".ballot-form [data-count-of=agree]").fill("4")
    vote(cast, Item.objects.get(meeting=begun, no=2), agree=4)
    expect(page.locator("#room-nav")).to_contain_text("通过，未议定", timeout=15000)
    topic.get_by_role("button", name="登记表决").click(
        delay=150
    )  # the part shown anew takes neither the count nor the click
    expect(topic).to_contain_text("同意 4")
    assert Vote.objects.filter(item__no=1, agree=4).exists()


def test_text_for_an_item_that_was_settled_meanwhile_stays_on_the_machine(cast, begun, page_as):
    page = room(page_as(cast.zheng), begun)
    page.context.set_offline(True)
    page.locator("#topic-1").get_by_label("决定内容").fill("晚到的字。")
    expect(page.locator("#save-state")).to_contain_text("离线")
    Item.objects.filter(meeting=begun, no=1).update(state=Item.State.SETTLED)
    page.context.set_offline(False)
    expect(page.locator("body")).to_contain_text("已经议定")
    page.once("dialog", lambda dialog: dialog.accept())
    page = room(page, begun)
    expect(page.locator("#room-kept")).to_contain_text("晚到的字。")


def test_the_agenda_is_ordered_by_keyboard_and_the_dry_run_follows(cast, page_as):
    items = [confirmed(cast, title=title) for title in ("甲议题", "乙议题")]
    planned = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=3), place="会议室", by=acting(cast.zheng)
    )
    verbs.set_agenda(planned, [item.pk for item in items], by=acting(cast.zheng))
    page = page_as(cast.zheng)
    page.goto(f"/s/shifan/meetings/{planned.pk}/")
    page.locator("[data-item]", has_text="甲议题").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#plan-items [data-item]").first).to_contain_text("1 乙议题")
    expect(page.locator("[data-item]", has_text="甲议题")).to_be_focused()
    assert list(planned.items.order_by("no").values_list("matter__title", flat=True)) == ["乙议题", "甲议题"]
    for name in ("孙副书记", "李副校", "吴委员"):
        page.get_by_role("checkbox", name=name).uncheck()
    expect(page.locator("#plan-agenda")).to_contain_text("开会须到 3 人")
    expect(page.locator("#plan-summary")).to_contain_text("2 项可能议不成")


def test_a_member_reads_the_notice_on_a_phone(cast, page_as):
    meeting = called(cast, confirmed(cast, title="师德师风建设年活动方案"))
    page = page_as(cast.li, phone=True)
    page.goto(f"/s/shifan/meetings/{meeting.pk}/")
    expect(page.locator("main")).to_contain_text("第一会议室")
    expect(page.locator("main")).to_contain_text("师德师风建设年活动方案")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
