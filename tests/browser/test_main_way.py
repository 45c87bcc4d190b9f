"""The whole way in a real browser: from the proposal of a personnel matter to its issued minutes and the inspector.

Everybody signs in with the password and goes on by what is on the page. Nothing is written past the pages but
the cast and the clock: the meeting's start is moved closer, since nobody can wait three days for it.

With YISHI_SHOTS naming a folder, every step leaves a picture there (what is in sight, and the whole page).
"""

import re
import subprocess
from datetime import timedelta

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from meetings.models import Meeting

from .windows import Windows

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "教务处主任任免"
CANDIDATE = "冯晓岚"
DECISION = "同意冯晓岚任教务处主任，试用期一年。"


@pytest.fixture
def windows(live_server, browser, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    windows = Windows(browser, live_server.url)
    yield windows
    for page in windows.open.values():
        page.context.close()
    assert windows.complaints == []


def test_from_a_proposal_to_issued_minutes_and_the_inspector(cast, windows, tmp_path):
    a_vice_principal_proposes(windows, tmp_path)
    the_heads_answer_on_their_phones(windows)
    confirming_is_refused_before_the_deliberation(windows)
    the_clerk_records_the_deliberation(windows)
    the_secretary_confirms(windows)
    the_clerk_plans_and_calls(windows)
    its_day_comes()
    the_clerk_opens_and_calls_the_roll(windows)
    three_of_five_cannot_vote_on_personnel(windows)
    one_more_arrives_and_the_meeting_decides(windows)
    the_record_is_completed_and_signed(windows)
    minutes = the_secretary_issues(windows, tmp_path)
    seen = the_inspector_reads_and_changes_nothing(windows)
    another_school_finds_nothing(windows, [*seen, minutes])


def a_vice_principal_proposes(windows, folder):
    paper = folder / "民主推荐情况.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(paper)

    page = windows.of("li")
    expect(page.get_by_role("heading", level=1)).to_have_text("今天要办")
    expect(page.get_by_text("没有等您办的事")).to_be_visible()
    windows.look(page, "li-desk-empty")
    page.get_by_role("link", name="申报议题").first.click()
    page.get_by_label("议题名称").fill(TITLE)
    page.get_by_label("事项类别").select_option("H01")

    needs = page.get_by_role("region", name="这类事项需要")
    expect(needs).to_contain_text("须由党组织会议讨论决定")
    expect(needs).to_contain_text("直接提交党组织会议")
    expect(needs).to_contain_text("班子成员三分之二以上到会（班子 5 人，至少到 4 人）")
    for need in ("书记与校长会前沟通", "调查研究", "个别酝酿", "在一定范围内充分酝酿"):
        expect(needs).to_contain_text(need)
    expect(needs).to_contain_text("公示，不少于 5 个工作日")
    needs.get_by_text("《意见》").first.click()
    expect(needs.locator("details[open] blockquote").first).to_be_visible()

    page.get_by_label("人选").fill(CANDIDATE)  # this part has opened by itself
    page.get_by_label("分管领导").select_option(label="李副校")
    page.get_by_label("事项背景").fill("教务处主任岗位空缺两个月，已完成民主推荐。")
    page.get_by_label("建议方案").fill("拟任命冯晓岚为教务处主任，试用期一年。")
    page.get_by_label("附件").set_input_files(paper)
    page.get_by_label("所选文件不含涉密内容").check()
    windows.look(page, "li-form")
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("已提交申报。")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("link", name="民主推荐情况.pdf")).to_be_visible()
    windows.look(page, "li-proposed")


def the_heads_answer_on_their_phones(windows):
    for head in ("zhao", "qian"):
        page = windows.of(head, phone=True)
        expect(page.get_by_role("heading", level=1)).to_have_text("今天要办")
        waiting = page.get_by_role("listitem").filter(has_text=TITLE)
        expect(waiting).to_contain_text("会前沟通 · 李副校提出")
        windows.look(page, f"{head}-desk")
        waiting.get_by_role("link", name="去沟通").tap()
        expect(page.get_by_text("拟任命冯晓岚为教务处主任")).to_be_visible()
        expect(page.get_by_role("link", name="民主推荐情况.pdf")).to_be_visible()
        windows.look(page, f"{head}-asked")
        page.get_by_role("radio", name="一致", exact=True).tap()
        page.get_by_role("button", name="答复").tap()
        expect(page.get_by_text("已答复：一致。")).to_be_visible()
        if head == "zhao":
            expect(page.get_by_text("会前沟通还在进行：赵书记一致，钱校长待答复。")).to_be_visible()
        windows.look(page, f"{head}-answered")


def confirming_is_refused_before_the_deliberation(windows):
    page = windows.of("zhao", phone=True)
    page.get_by_role("listitem").filter(has_text=TITLE).get_by_role("link", name="去确认").tap()
    expect(page.get_by_role("heading", name="议程确认")).to_be_visible()
    matter = page.get_by_role("article", name=TITLE)
    expect(matter).to_contain_text("没有酝酿的记录")
    matter.get_by_text("《意见》（七）").first.tap()
    expect(matter.locator("details[open] blockquote").first).to_contain_text("酝酿")
    expect(matter.get_by_role("button", name="同意上会", exact=True)).to_have_count(0)
    windows.look(page, "zhao-blocked")
    matter.get_by_text("说明理由后同意").tap()
    expect(matter.get_by_label("为什么现在就要上会")).to_be_visible()
    expect(matter).to_contain_text("理由将长期保留，督导检查时可见。")
    windows.look(page, "zhao-reason")
    matter.get_by_role("button", name="仍同意上会").tap()  # without a reason
    expect(matter.get_by_role("button", name="仍同意上会")).to_be_visible()


def the_clerk_records_the_deliberation(windows):
    page = windows.of("zheng")
    page.get_by_role("link", name="议题", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("议题")
    windows.look(page, "zheng-matters")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="去登记：在一定范围内充分酝酿").click()
    page.get_by_label("时间").fill(f"{timezone.localtime() - timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    page.get_by_label("孙副书记").check()
    page.get_by_label("吴委员").check()
    page.get_by_label("听取人数").fill("12")
    page.get_by_role("radio", name="一致", exact=True).check()
    page.get_by_label("主要意见").fill("推荐对象工作扎实，群众基础好。")
    windows.look(page, "zheng-deliberation")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("听取 12 人")).to_be_visible()
    expect(page.get_by_role("region", name="下一步：同意上会（由赵书记办）")).to_contain_text("符合 3 条")
    windows.look(page, "zheng-matter")


def the_secretary_confirms(windows):
    page = windows.of("zhao", phone=True)
    page.get_by_role("listitem").filter(has_text=TITLE).get_by_role("link", name="去确认").tap()
    expect(page.get_by_role("article", name=TITLE)).not_to_contain_text("没有酝酿的记录")
    windows.look(page, "zhao-to-confirm")
    page.get_by_role("button", name="同意上会", exact=True).tap()
    expect(page.get_by_text(f"已同意上会：{TITLE}")).to_be_visible()
    windows.look(page, "zhao-confirmed")


def the_clerk_plans_and_calls(windows):
    page = windows.of("zheng")
    windows.look(page, "zheng-desk-to-call")
    page.get_by_role("link", name="去召集").click()
    page.get_by_label("日期").fill(f"{timezone.localdate() - timedelta(days=1)}")
    page.get_by_label("开始时间").fill("15:00")
    page.get_by_label("地点").fill("第一会议室")
    windows.look(page, "zheng-new-meeting")
    page.get_by_role("button", name="下一步：排议程").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("党组织会议")

    call = page.get_by_role("button", name="发出通知")
    sure = page.get_by_role("dialog").get_by_role("button", name="发出通知")
    call.click()
    sure.click()
    expect(page.get_by_text("开始时间已过，不能再发通知。请先更改时间。")).to_be_visible()
    windows.look(page, "zheng-refused-time")
    page.get_by_text("更改时间地点").click()
    page.get_by_label("日期").fill(f"{timezone.localdate() + timedelta(days=4)}")
    page.get_by_role("button", name="更改", exact=True).click()
    call.click()
    sure.click()
    expect(page.get_by_text("议程还没有议题。请先从已确认的议题中选入。")).to_be_visible()

    spare = page.get_by_role("region", name="已确认、待上会")
    spare.get_by_role("listitem", name=TITLE).get_by_role("button", name="列入").click()
    agenda = page.get_by_role("region", name="议程", exact=True)
    expect(agenda).to_contain_text(TITLE)
    expect(agenda).to_contain_text("预计可以开会、可以表决")
    expect(page.get_by_text("应到 5 人，预计到会 5 人")).to_be_visible()

    page.get_by_role("checkbox", name="孙副书记").uncheck()
    page.get_by_role("checkbox", name="吴委员").uncheck()
    expect(page.get_by_text("应到 5 人，预计到会 3 人")).to_be_visible()
    expect(agenda).to_contain_text("干部任免须到 4 人")
    expect(agenda).to_contain_text("等孙副书记、吴委员中的 1 人到会")
    windows.look(page, "zheng-dry-run-short")
    page.get_by_role("checkbox", name="孙副书记").check()
    page.get_by_label("吴委员请假事由").fill("外出学习")
    expect(agenda).to_contain_text("预计可以开会、可以表决")
    expect(agenda).to_contain_text("上会前还有 2 处要看")  # 调研、个别酝酿: reminders that stop nothing
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    windows.look(page, "zheng-dry-run")
    call.click()
    windows.look(page, "zheng-sure")
    sure.click()
    expect(page.get_by_text("通知已发出，与会人员会在消息和邮件中看到时间、地点。")).to_be_visible()
    expect(page.get_by_text("开会前两小时可以开始记录")).to_be_visible()
    windows.look(page, "zheng-called")

    phone = windows.of("qian", phone=True)
    windows.look(phone, "qian-desk-called")
    phone.get_by_role("link", name="去回执：党组织会议").tap()
    expect(phone.get_by_text("第一会议室")).to_be_visible()
    expect(phone.get_by_text("吴委员（请假）")).to_be_visible()
    windows.look(phone, "qian-notice")


def its_day_comes():
    Meeting.objects.update(starts_at=timezone.now())


def figures(page) -> dict[str, str]:
    return dict(zip(*(page.locator(f"#room-strip {tag}").all_inner_texts() for tag in ("dt", "dd")), strict=True))


def mark(page, name: str, status: str):
    page.get_by_role("group", name=f"{name}到会情况").get_by_text(status, exact=True).click()


def the_clerk_opens_and_calls_the_roll(windows):
    page = windows.of("zheng")
    windows.look(page, "zheng-desk-to-record")
    page.get_by_role("listitem").filter(has_text="党组织会议").get_by_role("link", name="去记录").click()
    page.get_by_role("button", name="开始会议").click()
    expect(page.get_by_role("heading", name="到会情况")).to_be_visible()
    windows.look(page, "zheng-room-opened")
    for name in ("赵书记", "钱校长", "孙副书记"):
        mark(page, name, "到会")
    mark(page, "李副校", "缺席")
    expect(page.get_by_label("吴委员请假事由")).to_have_value("外出学习")  # as it was said when the meeting was planned
    expect(page.locator("#save-state")).to_contain_text("已保存")
    windows.look(page, "zheng-roll")


def three_of_five_cannot_vote_on_personnel(windows):
    page = windows.open["zheng", False]
    page.get_by_role("link", name="开始第 1 项").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.locator("#room-strip")).to_contain_text("不能表决")
    assert {name: figures(page)[name] for name in ("应到", "实到", "需到")} == {"应到": "5", "实到": "3", "需到": "4"}
    windows.look(page, "zheng-item-short")
    page.locator("[data-count-of=agree]").fill("3")
    page.get_by_role("button", name="登记表决").click()
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("应到 5 人，实到 3 人，干部任免须到 4 人")
    expect(refused).to_contain_text("《意见》（五）")
    windows.look(page, "zheng-vote-refused")


def one_more_arrives_and_the_meeting_decides(windows):
    page = windows.open["zheng", False]
    page.get_by_role("listitem").filter(has=page.get_by_label("李副校的书面意见")).get_by_role(
        "button", name="到会"
    ).click()
    expect(page.locator("#room-strip")).to_contain_text("可以表决")
    assert {name: figures(page)[name] for name in ("应到", "实到", "需到")} == {"应到": "5", "实到": "4", "需到": "4"}

    for name in ("李副校", "孙副书记", "钱校长", "赵书记"):  # the chair last
        page.get_by_role("group", name=f"{name}的态度").get_by_text("同意", exact=True).click()
        page.get_by_label(f"{name}的意见").fill(f"{name}：同意，人选合适。")
    for order, name in enumerate(("李副校", "孙副书记", "钱校长", "赵书记"), start=1):
        expect(page.get_by_label(f"{name}发言次序")).to_have_value(str(order))  # numbered as they spoke
    expect(page.get_by_text("已记的态度：同意 4")).to_be_visible()
    page.get_by_role("button", name="填入票数").click()
    windows.look(page, "zheng-opinions")
    page.get_by_role("button", name="登记表决").click()
    ballot = page.locator(".ballot")
    expect(ballot).to_contain_text(CANDIDATE)
    expect(ballot).to_contain_text("计票结果 通过 · 宣布 通过")
    expect(ballot).to_contain_text("（应到 5，实到 4）")

    expect(page.get_by_label("宣布的结果")).to_have_value("passed")  # of one candidate it is the item's too
    expect(page.get_by_role("button", name="填入票数")).to_have_count(0)
    page.get_by_label("决定内容").fill(DECISION)
    page.get_by_role("group", name="协办").get_by_text("李副校", exact=True).click()
    page.get_by_label("完成时限").fill(f"{timezone.localdate() + timedelta(days=20)}")
    page.get_by_role("heading", name=TITLE).click()
    expect(page.locator("#save-state")).to_contain_text("已保存")
    windows.look(page, "zheng-decided")
    page.get_by_role("button", name="议定第 1 项").click()
    expect(page.get_by_text("记录已固定")).to_be_in_viewport()
    expect(page.get_by_text("所有议题都已议定，可以结束会议。")).to_be_in_viewport()
    windows.look(page, "zheng-settled")
    page.get_by_role("button", name="结束会议").click()
    page.get_by_role("dialog").get_by_role("button", name="结束会议").click()
    expect(page.get_by_text("会议已结束。请核对记录，完成后由主持人、记录人签字。")).to_be_visible()


def the_record_is_completed_and_signed(windows):
    page = windows.open["zheng", False]
    expect(page.get_by_role("region", name="记录是否完整")).to_contain_text("签字")
    expect(page.get_by_role("region", name="对照规定")).to_contain_text("48 小时")
    windows.look(page, "zheng-check")
    page.get_by_role("button", name="完成记录").click()
    expect(page.get_by_text("记录已完成，已请主持人和记录人签字。")).to_be_visible()
    windows.look(page, "zheng-completed")

    def sign(page, told: str, name: str):
        record = page.get_by_role("article", name="会议记录")
        expect(record).to_contain_text(DECISION)
        expect(record).to_contain_text("吴委员（外出学习）")
        expect(record).not_to_contain_text("未登记")
        page.get_by_role("button", name="签字").click()
        page.get_by_role("dialog").get_by_role("button", name="签字").click()
        expect(page.get_by_text(told, exact=True)).to_be_visible()
        windows.look(page, name)

    phone = windows.of("zhao", phone=True)
    windows.look(phone, "zhao-desk-to-sign")
    phone.get_by_role("link", name="去签字").tap()
    expect(phone.get_by_role("article", name="会议记录")).to_be_visible()
    windows.look(phone, "zhao-to-sign")
    sign(phone, "已签字。", "zhao-signed")
    page = windows.of("zheng")
    page.get_by_role("link", name="去签字").click()
    sign(page, "已签字。两人都已签字，可以签发纪要。", "zheng-signed")


def the_secretary_issues(windows, folder) -> str:
    page = windows.of("zhao", phone=True)
    page.get_by_role("link", name="去签发").tap()
    expect(page.locator("[data-viewer-text]")).to_contain_text(DECISION)
    windows.look(page, "zhao-minutes")
    page.get_by_role("button", name="签发纪要").tap()
    page.get_by_role("dialog").get_by_role("button", name="签发").tap()
    number = page.get_by_role("heading", level=1)
    expect(number).to_contain_text("号")
    expect(page.get_by_text(f"已签发：{number.inner_text()}")).to_be_visible()
    expect(page.locator("[data-viewer-text]")).to_contain_text(DECISION)
    windows.look(page, "zhao-issued")

    desk = windows.of("zheng")
    desk.goto(page.url)
    windows.look(desk, "zheng-minutes")
    paper = folder / "minutes.pdf"
    paper.write_bytes(desk.request.get(desk.get_by_role("link", name="PDF").get_attribute("href")).body())
    text = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True).stdout
    for said in ("示范中学", number.inner_text(), DECISION):
        assert re.sub(r"\s", "", said) in re.sub(r"\s", "", text)
    return page.url


def the_inspector_reads_and_changes_nothing(windows) -> list[str]:
    seen = []
    page = windows.of("wang")

    def changes_nothing(name: str):
        seen.append(page.url)
        windows.look(page, name)
        main = page.get_by_role("main")
        expect(main.locator("form[method=post], [data-autosave], [contenteditable]")).to_have_count(0)
        assert set(main.get_by_role("button").all_inner_texts()) <= {"查看", "筛选", "打印"}

    expect(page.get_by_role("heading", level=1)).to_have_text("区教育局 · 全区")
    row = page.get_by_role("row").filter(has_text="示范中学")
    changes_nothing("wang-district")
    seen.clear()  # the rest is of one school
    row.get_by_role("link", name="示范中学").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示范中学")
    changes_nothing("wang-school")
    school = page.url
    page.get_by_role("link", name=re.compile("党组织会议第 1 次")).click()
    expect(page.get_by_role("main")).to_contain_text("已签发")
    changes_nothing("wang-meeting")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("main")).to_contain_text(DECISION)
    changes_nothing("wang-meeting-item")
    page.get_by_role("link", name="会议记录").click()
    expect(page.get_by_role("article", name="会议记录")).to_be_visible()
    changes_nothing("wang-record")
    page.get_by_role("link", name="C-04").click()  # every finding leads to its facts
    expect(page.get_by_role("heading", level=1)).to_have_text("检查结果 C-04")
    changes_nothing("wang-finding-of-the-item")

    page.goto(school)
    page.get_by_role("row").filter(has_text="C-11").get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("检查结果")
    windows.look(page, "wang-findings")
    page.get_by_role("row").filter(has_text="48 小时").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("检查结果 C-11")
    expect(page.get_by_role("main")).to_contain_text("依据的事实")
    expect(page.get_by_role("main").locator("blockquote").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("用当时的事实再查一次，结论相同")
    changes_nothing("wang-finding")
    return seen


def another_school_finds_nothing(windows, addresses):
    page = windows.of("wei")
    windows.look(page, "wei-desk")
    for address in addresses:
        assert page.goto(address).status == 404, address
        expect(page.get_by_role("heading", level=1)).to_have_text("没有这个页面")
        expect(page.get_by_role("main")).not_to_contain_text(TITLE)
        expect(page.get_by_role("banner")).to_contain_text("外校小学")  # still where one is at home
    windows.look(page, "wei-nothing")
