"""王检查 opens the district in a real browser: three clicks to a finding, a register kept as a filter, a year as a report."""

import pytest
from playwright.sync_api import expect

from inspection import reports

from ..meetings.stage import issued_with_the_chair_first

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_first_page_to_a_finding_a_register_and_a_report(cast, page_as, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    issued_with_the_chair_first(cast)
    desk = page_as(cast.wang)
    desk.goto("/d/district/schools/")
    desk.locator("tr", has_text="示范中学").get_by_role("link", name="1", exact=True).last.click()  # one
    desk.locator("main tbody a").first.click()  # two
    expect(desk.locator("main")).to_contain_text("依据")
    expect(desk.locator("h1")).to_contain_text("检查结果")

    desk.goto("/d/district/registers/")
    desk.get_by_role("link", name="已开会议").click()
    desk.locator("select[name=body]").select_option("party")
    desk.get_by_role("button", name="筛选").click()
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.get_by_text("存下现在的筛选").click()
    desk.get_by_label("名称").fill("党组织会议")
    desk.get_by_role("button", name="存下").click()
    with desk.expect_download() as sheet:
        desk.get_by_role("link", name="导出 Excel").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    desk.get_by_role("link", name="全部台账").click()
    desk.locator("#saved").get_by_role("link", name="党组织会议").click()
    expect(desk.locator("select[name=body]")).to_have_value("party")

    desk.get_by_role("link", name="报告", exact=True).click()
    desk.get_by_role("button", name="生成报告").click()
    expect(desk.locator("progress")).to_be_visible()
    reports.work()
    expect(desk.locator("main")).to_contain_text("怎样统计", timeout=15_000)  # the page asks again by itself
    with desk.expect_download() as paper:
        desk.get_by_role("link", name="PDF").first.click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")
