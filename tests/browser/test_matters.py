"""From the proposal to the confirmed agenda, in a real browser: the clerk's desk and the heads' phones."""

import pytest
from playwright.sync_api import expect

from meetings.models import Attachment, Item, Matter

from ..meetings.stage import draft, proposed
from ..meetings.test_attachments import PDF

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "教室照明改造"


@pytest.fixture(autouse=True)
def a_place_for_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def nothing_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_matter_is_proposed_consulted_and_confirmed(cast, page_as, tmp_path):
    paper = tmp_path / "照明改造方案.pdf"
    paper.write_bytes(PDF)

    desk = page_as(cast.zheng)
    desk.goto("/s/shifan/")
    desk.get_by_role("link", name="申报议题").first.click()
    desk.get_by_label("议题名称").fill(TITLE)
    needs = desk.get_by_role("region", name="这类事项需要")
    expect(needs).to_contain_text("选择事项类别后")
    desk.get_by_label("事项类别").select_option("D13")
    expect(needs).to_contain_text("须由党组织会议讨论决定")
    desk.get_by_label("事项类别").select_option("F01")
    expect(needs).to_contain_text("还没有登记大额标准")  # and the money's part has opened by itself
    desk.get_by_label("金额（元）").fill("12万")
    desk.get_by_label("事项类别").select_option("D13")
    expect(needs).to_contain_text("书记与校长会前沟通")
    desk.wait_for_load_state("networkidle")  # the amount is still being asked about: what it brings closes what is open
    needs.get_by_text("《意见》（九）").first.click()
    expect(needs.locator("details[open] blockquote")).to_be_visible()
    desk.get_by_label("提出人").select_option(label="李副校")
    desk.get_by_label("建议方案").fill("更换护眼灯具 40 间。")
    desk.get_by_label("附件").set_input_files(paper)
    desk.get_by_role("button", name="提交申报").click()
    confirmed = desk.get_by_label("所选文件不含涉密内容")
    expect(confirmed).to_be_focused()  # asked for before the file is sent, which could not come back with the form
    confirmed.check()
    desk.get_by_role("button", name="提交申报").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(desk.get_by_role("link", name="照明改造方案.pdf")).to_be_visible()
    matter = Matter.objects.get()
    assert (matter.state, matter.proposer, matter.amount) == ("proposed", cast.li, 120000)
    assert Attachment.objects.get().name == "照明改造方案.pdf"

    for head in (cast.zhao, cast.qian):
        phone = page_as(head, phone=True)
        phone.goto("/s/shifan/")
        nothing_scrolls_sideways(phone)
        phone.get_by_role("link", name="去沟通").tap()
        expect(phone.get_by_role("heading", name="建议方案")).to_be_visible()
        nothing_scrolls_sideways(phone)
        phone.get_by_role("radio", name="一致", exact=True).tap()
        phone.get_by_role("button", name="答复").tap()
        expect(phone.get_by_text("已答复：一致。")).to_be_visible()
        nothing_scrolls_sideways(phone)

    phone = page_as(cast.zhao, phone=True)
    phone.goto("/s/shifan/")
    phone.get_by_role("link", name="去确认").tap()
    expect(phone.get_by_role("heading", name="议程确认")).to_be_visible()
    nothing_scrolls_sideways(phone)
    phone.get_by_role("button", name="同意上会").tap()
    expect(phone.get_by_text(f"已同意上会：{TITLE}")).to_be_visible()
    item = Item.objects.get()
    assert (item.state, item.confirmed_by) == ("confirmed", cast.zhao)


def test_what_was_typed_outlives_an_expired_session(cast, page_as):
    desk = page_as(cast.li)
    desk.goto("/s/shifan/matters/new/")
    desk.get_by_label("议题名称").fill(TITLE)
    desk.get_by_label("建议方案").fill("写了很久的方案")
    desk.get_by_label("事项类别").select_option("P03")
    kept = desk.context.cookies()
    desk.context.clear_cookies(name="sessionid")
    desk.get_by_role("button", name="提交申报").click()
    desk.wait_for_url("**next=**")
    desk.context.add_cookies(kept)  # signed in again
    desk.goto("/s/shifan/matters/new/")
    expect(desk.get_by_text("已恢复您")).to_be_visible()
    expect(desk.get_by_label("建议方案")).to_have_value("写了很久的方案")
    expect(desk.get_by_role("region", name="这类事项需要")).to_contain_text("专家评估")
    desk.get_by_role("button", name="提交申报").click()
    expect(desk.get_by_text("已提交申报。")).to_be_visible()
    desk.goto("/s/shifan/matters/new/")
    expect(desk.get_by_label("建议方案")).to_have_value("")  # the server has it: nothing is brought back


def test_enter_in_a_line_saves_a_draft_and_proposes_nothing(cast, page_as):
    draft(cast)
    desk = page_as(cast.li)
    desk.goto(f"/s/shifan/matters/{Matter.objects.get().pk}/edit/")
    desk.get_by_label("议题名称").press("Enter")
    expect(desk.get_by_text("已保存为草稿。")).to_be_visible()
    assert Matter.objects.get().state == "draft"


def test_a_difference_is_written_down_on_the_phone(cast, page_as):
    proposed(cast)
    phone = page_as(cast.qian, phone=True)
    phone.goto("/s/shifan/")
    phone.get_by_role("link", name="去沟通").tap()
    phone.get_by_role("radio", name="有分歧", exact=True).tap()
    expect(phone.get_by_label("说明")).to_be_focused()
    phone.get_by_label("说明").fill("时间与考试冲突")
    phone.get_by_role("button", name="答复").tap()
    expect(phone.get_by_text("已答复：有分歧。")).to_be_visible()
    assert Matter.objects.get().state == "held"


def test_a_blocked_item_wants_the_head_s_reason(cast, page_as):
    proposed(cast)
    phone = page_as(cast.zhao, phone=True)
    phone.goto("/s/shifan/agenda/")
    expect(phone.get_by_text("会前沟通还在进行：赵书记待答复，钱校长待答复。")).to_be_visible()
    phone.get_by_text("现在同意上会的话").tap()
    expect(phone.get_by_text("没有赵书记、钱校长会前沟通的记录")).to_be_visible()
    phone.get_by_text("说明理由后同意").tap()
    phone.get_by_label("为什么现在就要上会").fill("校长外出学习，已电话沟通。")
    phone.get_by_role("button", name="仍同意上会").tap()
    expect(phone.get_by_text("已同意上会")).to_be_visible()
    assert Item.objects.get().overrides.get().reason == "校长外出学习，已电话沟通。"
