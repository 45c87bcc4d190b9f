"""A real browser against a live server. ``page_as(cast.zhao)`` is a page of that person, signed in by the session cookie."""

import os

import pytest
from django.conf import settings
from django.test import Client

PHONE = {"viewport": {"width": 390, "height": 820}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1366, "height": 860}}

# Playwright's loop runs in the thread of the test, which uses the database too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def page_as(live_server, browser, request):
    """``page_as(who, phone=True)``: a new window of that person; what its scripts complain of fails the test."""
    windows, complaints = [], []

    def page_as(who, *, phone: bool = False):
        client = Client()
        client.force_login(getattr(who, "user", who), backend="django.contrib.auth.backends.ModelBackend")
        window = browser.new_context(base_url=live_server.url, locale="zh-CN", **(PHONE if phone else DESK))
        name = settings.SESSION_COOKIE_NAME
        window.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        window.set_default_timeout(15000)
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield page_as
    for window in windows:
        window.close()
    assert complaints == []
