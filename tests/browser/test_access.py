"""axe on every page of the house: each door that shows one, opened by somebody who may."""

import json

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.doors import ROOMS
from tests.everything import everything

AXE = settings.VAR_DIR / "vendor-test/axe.min.js"
# What these answer is no page: files, parts of pages, data, redirects.
NO_PAGES = {
    "health", "schema", "api_docs", "attachment", "procedure_file", "document", "minutes_draft", "minutes_draft_word",
    "exchange_template", "exchange_export", "arrival_marked", "mfa_download_recovery_codes", "batch_file",
    "pack_file", "paper_draft", "paper_draft_word", "document_word", "document_sheet", "meeting_sheet",
    "decision_sheet", "follow_up_sheet", "district_findings_sheet", "district_register_sheet", "school_register_sheet", "signed_copy",
    "district_glance_sheet", "rectification_sheet", "school_rectification_sheet", "rectification_pdf",
    "rectification_word", "rectification_preview", "evidence",
    "sample_sheet", "working_sheet", "payment_sheet", "payment_template", "report_file",
    "announcement_file", "school_announcement_file", "structure_template",
}  # fmt: skip
FIRST = ("nobody", "zheng", "zhao", "li", "wang", "chu", "chen", "feng", "qian")


def _pages(scene):
    """Who looks, and where: each door once, the room at the roll call and at an item, and as a member reads it."""
    for name, door in ROOMS:
        who = next((one for one in FIRST if one in (door.see or ())), None)
        if who is None or name in NO_PAGES or name.startswith("api-"):
            continue
        yield who, reverse(name, kwargs=door.at(scene)) + (f"?{door.query}" if door.query else "")
    for stage in ("open", "called"):
        room = reverse("meeting", args=["shifan", scene.meetings[stage].pk])
        yield from [("zheng", f"{room}?item=0"), ("zheng", f"{room}?item=3"), ("li", f"{room}#read")]


# One window writes one page after the other into itself, and their scripts run: axe is compiled once for all of them,
# which a window that went to each page would do at every one.
LOOK = """async ([address, seen]) => {
  const answer = await fetch(address);
  const at = answer.url + new URL(address, location).hash;
  if (!(answer.headers.get("content-type") || "").includes("text/html") || seen.includes(at)) return {};
  const page = await answer.text();
  history.replaceState(null, "", at);
  document.open();
  document.write(page);
  const drawn = new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  document.close();
  await drawn;
  if (!document.querySelector("main")) return {};
  const found = await axe.run({resultTypes: ["violations"], selectors: false});
  const broken = found.violations.map((rule) => [rule.id, rule.nodes[0].html.slice(0, 120)]);
  return {at, broken: answer.status < 500 ? broken : [["status", answer.status], ...broken]};
}"""


@pytest.mark.django_db(transaction=True)
def test_no_page_breaks_a_rule_of_access(cast, live_server, browser):
    if not AXE.exists():
        pytest.skip("bin/setup --tests brings axe")
    scene, windows, wrong, seen = everything(cast), {}, {}, set()
    for who, address in _pages(scene):
        page = windows.get(who) or windows.setdefault(who, _window(browser, live_server.url, cast, who))
        found = page.evaluate(LOOK, [address, list(seen)])
        if not found:
            continue  # a file, a part of a page, or a page that another address has led to
        seen.add(found["at"])
        if found["broken"]:
            wrong[f"{who} {address}"] = found["broken"]
    assert len(seen) > 60
    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)
    for page in windows.values():
        page.context.close()


def _window(browser, url: str, cast, who: str):
    client, context = (
        Client(),
        browser.new_context(base_url=url, locale="zh-CN", viewport={"width": 1366, "height": 768}, bypass_csp=True),
    )
    if who != "nobody":
        person = getattr(cast, who)
        client.force_login(getattr(person, "user", person), backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
    page = context.new_page()
    page.goto("/healthz")
    page.add_script_tag(url=f"{url}/static/axe/{AXE.name}")
    return page
