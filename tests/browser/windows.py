"""Windows of several people at once, each signed in by hand, with pictures of what they see if those are wanted."""

import itertools
import os
from pathlib import Path

from playwright.sync_api import Page, expect

from ..cast import PASSWORD
from .conftest import DESK, PHONE


class Windows:
    """A window for each person, signed in through the page; what its scripts complain of fails the test."""

    def __init__(self, browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.open: dict[tuple[str, bool], Page] = {}
        self.complaints: list[str] = []
        self.taken = itertools.count(1)

    def of(self, username: str, *, phone: bool = False) -> Page:
        if (username, phone) not in self.open:
            size = PHONE | {"viewport": {"width": 390, "height": 844}} if phone else DESK
            window = self.browser.new_context(
                base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True, **size
            )
            window.set_default_timeout(15000)
            page = window.new_page()
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.goto("/")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            self.look(page, f"{username}-signs-in")
            page.get_by_role("button", name="登录").click()
            expect(page.get_by_role("button", name="登录")).to_have_count(0)
            self.open[username, phone] = page
        page = self.open[username, phone]
        with page.expect_navigation():
            page.get_by_role("link", name="议事").first.click()  # the brand leads to one's first page
        return page

    def look(self, page: Page, name: str) -> None:
        """Take a picture if they are wanted; on a phone nothing may scroll sideways."""
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
        if folder := os.environ.get("YISHI_SHOTS"):
            stem = f"{next(self.taken):02}-{width}-{name}"
            page.screenshot(path=Path(folder) / f"{stem}.png")
            page.screenshot(path=Path(folder) / f"{stem}-whole.png", full_page=True)
