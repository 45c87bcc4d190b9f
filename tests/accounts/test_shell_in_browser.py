"""What only a browser shows: signing in again in place, the question before an act, the keys, the phone."""

import pytest
from django.contrib.sessions.models import Session

from accounts.models import Notice
from tests import cast as people
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return people.everybody()


def test_signing_in_again_keeps_the_page_and_asks_again(cast, page_of):
    page = page_of(cast.zhao, "/notices/")
    Notice.objects.create(recipient=cast.zhao.user, organisation=cast.school, key="k", kind="t", title="请您沟通")
    Session.objects.all().delete()  # idle, or signed out elsewhere
    page.evaluate("window.sameWindow = true")
    page.get_by_role("button", name="消息").click()
    frame = page.frame_locator("#again iframe")
    frame.get_by_label("用户名").fill("zhao")
    frame.get_by_label("密码").fill(PASSWORD)
    frame.get_by_role("button", name="登录").click()
    page.locator("#bell-list").get_by_text("请您沟通").wait_for()
    assert page.evaluate("window.sameWindow")
    assert not page.locator("#again").is_visible()


def test_a_form_of_the_old_page_still_counts_after_signing_in_again(cast, page_of):
    notice = Notice.objects.create(
        recipient=cast.zhao.user, organisation=cast.school, key="k", kind="t", title="请您沟通"
    )
    page = page_of(cast.zhao, "/notices/")
    Session.objects.all().delete()
    page.evaluate("void yishi.signIn()")
    frame = page.frame_locator("#again iframe")
    frame.get_by_label("用户名").fill("zhao")
    frame.get_by_label("密码").fill(PASSWORD)
    frame.get_by_role("button", name="登录").click()
    page.locator("#again").wait_for(state="hidden")
    page.get_by_role("button", name="全部标为已读").click()
    page.wait_for_load_state()
    notice.refresh_from_db()
    assert notice.read_at


def test_what_cannot_be_undone_is_asked_about(cast, page_of):
    page = page_of(cast.chen, f"/people/shifan/{cast.zhao.user.pk}/")
    page.get_by_role("button", name="停用账号").click()
    asked = page.locator("#sure")
    assert "不能登录" in asked.inner_text()
    asked.get_by_role("button", name="返回").click()
    cast.zhao.user.refresh_from_db()
    assert cast.zhao.user.is_active
    page.get_by_role("button", name="停用账号").click()
    asked.get_by_role("button", name="停用账号").click()
    page.get_by_text("赵书记的账号已停用").wait_for()


def test_keys(cast, page_of):
    page = page_of(cast.chen, "/people/district/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


@pytest.mark.parametrize(
    "address", ["/notices/", "/journal/district/", "/people/district/", "/accounts/password/change/"]
)
def test_nothing_scrolls_sideways_on_a_phone(cast, page_of, address):
    page = page_of(cast.chen, address)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_entries_of_the_head_fold_on_a_phone(cast, page_of):
    page = page_of(cast.chen, "/journal/district/")
    page.set_viewport_size({"width": 390, "height": 844})
    entries = page.get_by_role("navigation", name="栏目")
    assert not entries.is_visible()
    page.get_by_role("button", name="打开或收起栏目").click()
    entries.get_by_role("link", name="账号").wait_for()
    assert entries.get_by_role("link", name="账号").bounding_box()["height"] >= 44
