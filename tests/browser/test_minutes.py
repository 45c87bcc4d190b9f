"""The wording of minutes in a real browser: each item saves itself, and nobody writes over somebody else unasked."""

import pytest
from playwright.sync_api import expect

from meetings import transitions as verbs
from meetings.models import MinutesItem

from ..meetings.stage import acting
from ..meetings.test_minutes import sat, url

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_item_saves_itself_beside_its_preview(cast, page_as):
    meeting = sat(cast, "第一件事", "第二件事")
    first, second = MinutesItem.objects.all()
    page = page_as(cast.zheng)
    page.goto(url("minutes", meeting))
    page.get_by_label("1. 第一件事").fill("会议决定：同意第一件事。")
    expect(page.locator(f"#state-{first.pk}")).to_contain_text("已保存")
    expect(page.locator(f"#state-{second.pk}")).not_to_contain_text("已保存")
    expect(page.locator("#preview")).to_contain_text("会议决定：同意第一件事。")
    page.get_by_label("1. 第一件事").fill("会议决定：同意，下月实施。")
    expect(page.locator("#preview")).to_contain_text("会议决定：同意，下月实施。")
    expect(page.locator(f"#state-{first.pk} .saving")).to_have_text("")  # saved, a moment after it was drawn
    first.refresh_from_db()
    assert first.text == "会议决定：同意，下月实施。"


def test_a_text_that_was_not_chosen_is_never_written_over(cast, page_as):
    meeting = sat(cast)
    row = MinutesItem.objects.get()
    page = page_as(cast.zhao)
    page.goto(url("minutes", meeting))
    verbs.edit_minutes(row, "秘书改的文字。", by=acting(cast.zheng))
    box, state = page.locator("textarea"), page.locator(f"#state-{row.pk}")
    box.fill("书记写的文字。")
    expect(state).to_contain_text("秘书改的文字。")
    box.fill("书记写的文字，又写了一句。")  # saves itself again, and is refused again
    expect(state).to_contain_text("又写了一句。")
    row.refresh_from_db()
    assert row.text == "秘书改的文字。"
    page.get_by_role("button", name="保存上面我写的").click()
    expect(page.locator("#preview")).to_contain_text("书记写的文字，又写了一句。")


def test_without_a_line_nothing_is_lost_and_it_is_saved_when_the_line_is_back(cast, page_as):
    meeting = sat(cast)
    row = MinutesItem.objects.get()
    page = page_as(cast.zheng)
    page.goto(url("minutes", meeting))
    page.context.set_offline(True)
    page.locator("textarea").fill("断网时写的文字。")
    expect(page.locator(f"#state-{row.pk}")).to_contain_text("没有保存：连不上服务器")
    page.context.set_offline(False)
    expect(page.locator(f"#state-{row.pk}")).to_contain_text("已保存")
    row.refresh_from_db()
    assert row.text == "断网时写的文字。"


def test_the_principal_reads_and_signs_on_a_phone_in_two_taps(cast, page_as):
    meeting = sat(cast)
    verbs.reopen(meeting, reason="重签", by=acting(cast.zheng))
    verbs.complete(meeting, by=acting(cast.zheng))
    phone = page_as(cast.zhao, phone=True)
    phone.goto(url("record", meeting))
    phone.get_by_role("button", name="签字").click()
    phone.locator("#sure").get_by_role("button", name="签字").click()
    expect(phone.locator("#messages")).to_contain_text("已签字")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert meeting.signatures.filter(voided_at=None).get().person == cast.zhao
