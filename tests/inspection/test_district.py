"""王检查 opens the district: where to look, and every number leads to what it counts."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from governance.terms import Term, moments, recent, term_of
from inspection import registers
from inspection.figures import settle_figures
from inspection.registers.sat import MEETINGS
from inspection.rollups import rhythm
from meetings import transitions as verbs
from meetings.models import Item, KeptFinding, Meeting, Override
from tests.answers import answers
from tests.meetings.stage import (
    acting,
    confirmed,
    decided,
    issued_with_the_chair_first,
    mark,
    opened,
    proposed,
    signed,
    vote,
)


def _flawed(cast):
    """A meeting with four of five present, where the secretary spoke first: one warning, no block."""
    meeting = issued_with_the_chair_first(cast)
    settle_figures()
    return meeting


@pytest.fixture
def flawed(again):
    return again(_flawed)


def _excused(cast):
    """An item that the secretary put on the list though the principal was not consulted, with a reason."""
    item = proposed(cast, title="食堂改造").items.get()
    item = verbs.confirm(item, despite="校长外出学习，已电话沟通。", by=acting(cast.zhao))
    settle_figures()
    return item


@pytest.fixture
def excused(again):
    return again(_excused)


SCHOOLS = Organisation.objects.filter(kind="school")
COUNTED = registers.findings(SCHOOLS), registers.met(SCHOOLS)


def overview():
    today = timezone.localdate()
    return registers.overview(SCHOOLS, moments(term_of(today)), today)


def test_an_item_that_was_settled_anew_is_counted_once(cast, again):
    """The record came back, the item was settled again: the answers of before the return are history."""
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    vote(cast, Item.objects.get(pk=item.pk), agree=4)
    decided(cast, Item.objects.get(pk=item.pk))
    clerk = acting(cast.zheng)
    verbs.complete(verbs.end(meeting, by=clerk), by=clerk)
    once = registers.met(SCHOOLS).filter(rule="P-03").count()
    verbs.reopen(Meeting.objects.get(), reason="补记", by=clerk)
    verbs.unsettle(Item.objects.get(pk=item.pk), reason="补记", by=clerk)
    verbs.settle(Item.objects.get(pk=item.pk), by=clerk)
    assert registers.met(SCHOOLS).filter(rule="P-03").count() == once == 1


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2026, 9, 1), Term(2026, 1)),
        (date(2027, 1, 31), Term(2026, 1)),
        (date(2027, 2, 1), Term(2026, 2)),
        (date(2027, 8, 31), Term(2026, 2)),
    ],
)
def test_a_term_ends_the_day_before_the_next_begins(day, term):
    assert term_of(day) == term
    assert term.since <= day < term.until
    assert term.before.next == term
    assert recent(day, 3)[1] == term.before


def test_figures_are_counted_apart_and_never_folded(cast, flawed, excused):
    total = registers.total(overview())
    kept = KeptFinding.objects.filter(judgement__current=True)
    assert (total.party, total.office, total.decisions) == (1, 0, 1)
    assert total.met == len(answers(outcome="met")) > 0
    assert total.unknown == kept.filter(outcome="unknown").count()
    assert total.broken == kept.filter(outcome="broken").count() == total.excused + total.block + total.warn
    assert total.excused == 1
    assert kept.filter(rule="P-14", outcome="broken").exists()
    assert sum(total.shares.values()) == 1000


def test_a_reason_excuses_its_own_rule_only(cast, excused):
    total = registers.total(overview())
    assert (total.block, total.excused) == (0, 1)


def test_what_needs_looking_at_comes_first(cast, flawed):
    rows = overview()
    assert [row.school for row in rows] == [cast.school, cast.elsewhere]
    assert rows[0].last and rows[1].last is None


def test_every_number_of_the_first_page_leads_to_a_list_of_as_many(cast, sign_in, flawed, excused):
    client = sign_in(cast.wang)
    page = client.get(reverse("district", args=["district"])).content.decode()
    links = re.findall(r'href="([^"]*/(?:findings|registers/\w+)/\?[^"]*)">(\d+)<', page)
    assert len(links) >= 6 and any("registers" in url for url, _ in links)
    for url, number in links:
        listed = client.get(url.replace("&amp;", "&")).context["page"].paginator.count
        assert listed == int(number), url


def test_the_matrix_leads_to_its_findings(cast, sign_in, flawed):
    client = sign_in(cast.wang)
    page = client.get(reverse("district_schools", args=["district"])).content.decode()
    links = re.findall(r'href="([^"]*/findings/\?[^"]*)">(\d+)<', page)
    assert links
    for url, number in links:
        assert client.get(url.replace("&amp;", "&")).context["page"].paginator.count == int(number), url


def test_the_page_says_of_each_school_what_plain_queries_over_its_records_say(cast, sign_in, flawed, excused):
    page = sign_in(cast.wang).get(reverse("district", args=["district"])).context["page"]
    rows = overview()
    assert [row.pk for row in page] == [row.school.pk for row in rows]
    for row, plain in zip(page, rows, strict=True):
        for name in ("party", "office", "decisions", "met", "broken", "unknown", "block", "warn", "excused", "overdue"):
            assert getattr(row.now, name) == getattr(plain.tally, name), (row.name, name)
    of = registers.chapters(
        registers.by_chapter(SCHOOLS.filter(code="shifan"), moments(term_of(timezone.localdate())))[0]
    )
    assert page[0].cells == {
        chapter: {name: of[chapter][name] for name in ("met", "broken", "unknown")} for chapter in of
    }


def test_the_matrix_is_sorted_and_narrowed_by_what_it_shows(cast, sign_in, flawed):
    client = sign_in(cast.wang)

    def shown(**query):
        page = client.get(reverse("district_schools", args=["district"]), query)
        return [row.code for row in page.context["page"]]

    assert shown(sort="C") == ["shifan", "waixiao"] == shown(sort="-decisions")[::-1]
    assert shown(show="silent") == ["waixiao"]
    assert shown(show="block") == [] and shown(q="示范") == ["shifan"]
    assert set(shown(sort="nonsense", show="unfiled")) == {"shifan", "waixiao"}
    narrowed = client.get(reverse("district", args=["district"]), {"q": "外校"})
    assert narrowed.context["total"].meetings == 0
    assert "没有找到学校" in client.get(reverse("district", args=["district"]), {"q": "无此校"}).content.decode()


def test_what_is_on_the_screen_comes_as_a_workbook(cast, sign_in, flawed):
    answer = sign_in(cast.wang).get(reverse("district_glance_sheet", args=["district"]), {"q": "示范"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames[:2] == ["学校与规则对照", "两学期对照"] and book.sheetnames[-1] == "规则"
    said = [[cell for cell in row if cell is not None] for row in book["学校与规则对照"].iter_rows(values_only=True)]
    assert sum(row[:1] == ["示范中学"] for row in said) == 1
    assert not any("外校小学" in row for row in said)


@pytest.mark.parametrize(
    ("day", "party", "office"),
    [
        (date(2026, 9, 29), 0, 1),
        (date(2026, 9, 30), 1, 1),
        (date(2026, 12, 31), 4, 5),
        (date(2027, 3, 31), 5, 7),
    ],
)
def test_what_is_expected_grows_with_the_days_of_the_term(day, party, office):
    term = Term(2026, 1)
    assert rhythm(term, day, "party", 21, frozenset({2, 7, 8})) == party
    assert rhythm(term, day, "office", 21, frozenset({2, 7, 8})) == office
    assert rhythm(term, day, "office", 7, frozenset(range(1, 13))) == 0


def test_another_term_is_empty(cast, sign_in, flawed):
    before = term_of(timezone.localdate()).before
    response = sign_in(cast.wang).get(reverse("district", args=["district"]), {"term": before.key})
    assert response.context["total"].meetings == 0
    assert "还没有检查" in response.content.decode()


def test_the_list_of_findings_begins_with_what_is_broken_and_weighs(cast, sign_in, flawed):
    client = sign_in(cast.wang)
    url = reverse("district_findings", args=["district"])
    shown = client.get(url).context["page"].object_list
    assert shown and {(f.outcome) for f in shown} == {"broken"} and {f.mode for f in shown} <= {"block", "warn"}
    everything = client.get(url, {"outcome": ""}).context["page"].paginator.count
    assert everything == KeptFinding.objects.filter(judgement__current=True).count()
    assert [each.rule for each in client.get(url, {"rule": "P-14"}).context["page"]] == ["P-14"]
    assert not client.get(url, {"rule": "P-03"}).context["page"].object_list  # it is met: counted, not listed
    tomorrow = timezone.localdate() + timedelta(days=2)
    assert client.get(url, {"outcome": "", "since": tomorrow}).context["page"].paginator.count == 0
    assert client.get(url, {"outcome": "", "school": "waixiao"}).context["page"].paginator.count == 0


def test_a_school_on_one_page(cast, sign_in, flawed):
    response = sign_in(cast.wang).get(reverse("district_school", args=["district", "shifan"]))
    page = response.content.decode()
    assert response.status_code == 200
    assert "赵书记" in page and "P-14" in page
    assert {each["rule"] for each in response.context["rules"]} >= {"P-14"}


def test_the_administrator_of_the_authority_sees_schools_and_people_but_no_findings(cast, sign_in, flawed):
    client = sign_in(cast.chu)
    page = client.get(reverse("district", args=["district"])).content.decode()
    assert "示范中学" in page and "钱校长" in page
    assert "P-14" not in page and "须改正" not in page
    for name, args in (("district_schools", []), ("district_findings", []), ("district_school", ["shifan"])):
        assert client.get(reverse(name, args=["district", *args])).status_code == 404
    kept = KeptFinding.objects.first()
    assert client.get(reverse("finding", args=[kept.pk])).status_code == 404


def put_off(cast, meeting, item, *present) -> None:
    mark(cast, meeting, "present", *present)
    verbs.note(meeting, f"item/{item.pk}/outcome", "deferred", base=None, by=acting(cast.zheng))
    signed(cast, meeting)


def test_a_whole_meeting_answers_also_for_what_was_judged_when_its_items_were_confirmed(cast, again):
    item = again(confirmed)
    put_off(cast, opened(cast, item), item, cast.zhao, cast.qian, cast.sun)
    of_item = [each.filter(item=item).values_list("rule", flat=True) for each in COUNTED]
    rules = [*of_item[0], *of_item[1]]
    assert "C-02" in rules and len(rules) == len(set(rules))


def test_a_matter_that_came_to_two_meetings_is_one_matter(cast, again):
    item = again(confirmed)
    put_off(cast, opened(cast, item), item, cast.zhao, cast.qian, cast.sun)
    again = verbs.request(item.matter, body="party", purpose="decide", by=acting(cast.zheng))
    again = verbs.confirm(again, by=acting(cast.zhao))
    put_off(cast, opened(cast, again), again, cast.zhao, cast.qian, cast.sun)
    kept = answers(item_id=None, matter_id=item.matter_id)
    for rule in {each.rule for each in kept}:
        counted = [each.filter(item=None, matter=item.matter, rule=rule).count() for each in COUNTED]
        assert sum(counted) == 1 <= len([each for each in kept if each.rule == rule]), rule
    assert len([each for each in kept if each.rule == "P-07"]) == 2


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ((0, 0, 0), {}),
        ((1, 0, 0), {"met": 1000, "broken": 0, "unknown": 0}),
        ((1, 1, 1), {"met": 334, "broken": 333, "unknown": 333}),
        ((99999, 1, 0), {"met": 999, "broken": 1, "unknown": 0}),
        ((0, 2, 1), {"met": 0, "broken": 667, "unknown": 333}),
    ],
)
def test_shares_add_up_and_hide_nothing(counts, shares):
    met, broken, unknown = counts
    assert registers.Tally(met=met, broken=broken, unknown=unknown).shares == shares


def test_registers_list_what_is_counted(cast, sign_in, flawed):
    client = sign_in(cast.wang)
    listed = client.get(reverse("district_register", args=["district", "decisions"]))
    assert "教师师德师风建设年活动方案" in listed.content.decode()
    elsewhere = client.get(reverse("district_register", args=["district", "meetings"]), {"school": "waixiao"})
    assert elsewhere.context["page"].paginator.count == 0
    Item.objects.update(due_decided=F("due"), due=timezone.localdate() - timedelta(days=3))
    overdue = client.get(reverse("district_register", args=["district", "overdue"])).content.decode()
    assert "逾期 3 天" in overdue and "李副校" in overdue
    assert client.get(reverse("district_register", args=["district", "nonsense"])).status_code == 404


def test_a_meeting_counts_as_its_school_does(cast, flawed):
    """What a head gave a reason for is explained at the meeting as in the district."""
    (meeting,) = registers.with_finding_counts(Meeting.objects.all())
    tally = registers.total(overview())
    assert meeting.figures["warn"] == tally.warn > 0
    assert meeting.figures["block"] == tally.block
    finding = KeptFinding.objects.get(judgement__current=True, rule="P-14")
    Override.objects.create(item=finding.item, rule="P-14", message="提醒。", reason="已说明。", by=cast.zhao)
    (after,) = registers.with_finding_counts(Meeting.objects.all())
    assert after.figures["warn"] == meeting.figures["warn"] - 1 == registers.total(overview()).warn
    said = {told.title: told.value for told in MEETINGS.columns}
    after.figures = None  # as where all is met: nothing is broken, and it was checked
    assert (said["检查"](after), said["须改正"](after), said["不可判定"](after)) == ("已检查", 0, 0)
    after.checked = False
    assert (said["检查"](after), said["须改正"](after)) == ("还没有检查", None)
