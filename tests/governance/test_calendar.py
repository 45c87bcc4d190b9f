"""工作日历: whose word stands of a day, how the country's days come in, and what hangs on them."""

from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance import marking
from governance.calendar import Year, counted_plainly, year_of
from governance.facts import ground_of
from governance.marking import seed_years
from governance.models import CalendarDay, CalendarYear
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_item, judge_meeting
from inspection.evidence import evidence
from meetings.dossiers.exporting import dossier_of
from meetings.facts import load
from meetings.models import Item, KeptFinding, Matter, Meeting, Minutes
from tests.meetings import stage

PAGE = reverse("calendar", args=["shifan"])
MARK = reverse("calendar_mark", args=["shifan"])
UNMARK = reverse("calendar_unmark", args=["shifan"])
DISTRICT_PAGE = reverse("district_calendar", args=["district"])
DISTRICT_MARK = reverse("district_calendar_mark", args=["district"])


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def calendar_of(school):
    return ground_of(school).calendar


def said(organisation, on: str, working: bool, name: str = "") -> CalendarDay:
    return CalendarDay.objects.create(organisation=organisation, day=day(on), working=working, name=name)


def given(on: str, name: str = "校庆", **more) -> dict:
    return {"working": "no", "day": on, "name": name} | more


# the country's days


def test_the_library_brings_its_years_once_with_names_and_where_they_come_from(db):
    years = seed_years()
    assert years[0] == 2016 and {2025, 2026} <= set(years)
    national = CalendarDay.objects.filter(organisation=None)
    assert (national.get(day=day("2026-10-01")).working, national.get(day=day("2026-10-01")).name) == (False, "国庆节")
    assert (national.get(day=day("2026-10-10")).working, national.get(day=day("2026-10-10")).name) == (
        True,
        "国庆节调休",
    )
    assert national.get(day=day("2026-04-06")).name == "清明节"
    assert all(row.working == (row.day.weekday() >= 5) for row in national)  # nothing is said twice
    assert CalendarYear.objects.get(year=2026).source.startswith("chinesecalendar 1.")
    before = national.count()
    assert seed_years() == [] and national.count() == before


def test_a_year_that_is_here_stays_as_it_is(db):
    CalendarYear.objects.create(year=2026, source="人工录入")
    said(None, "2026-10-01", False, "改过的名称")
    assert 2026 not in seed_years()
    assert [row.name for row in CalendarDay.objects.filter(day__year=2026)] == ["改过的名称"]
    assert CalendarYear.objects.get(year=2026).source == "人工录入"


def test_a_newer_library_brings_the_new_year_and_nothing_else(db, monkeypatch):
    seed_years()
    before = CalendarDay.objects.count()
    monkeypatch.setattr(marking, "holidays", marking.holidays | {day("2027-10-01"): "National Day"})
    assert seed_years() == [2027]
    assert CalendarDay.objects.count() == before + 1


def test_the_second_of_two_processes_that_start_together_adds_nothing(db, monkeypatch):
    seed_years()
    before = CalendarDay.objects.count()
    monkeypatch.setattr(CalendarYear.objects, "values_list", lambda *_, **__: [])  # it looked before the first was done
    assert seed_years() == [] and CalendarDay.objects.count() == before


# whose word stands


def test_ones_own_word_goes_before_those_above(cast):
    said(None, "2026-10-08", False)  # a Thursday
    said(None, "2026-10-10", True)  # a Saturday
    assert calendar_of(cast.school) == calendar_of(cast.elsewhere)
    said(cast.district, "2026-10-08", True)
    said(cast.district, "2026-10-09", False)
    said(cast.school, "2026-10-09", True)
    said(cast.school, "2026-10-10", False)
    ours, theirs = calendar_of(cast.school), calendar_of(cast.elsewhere)
    assert (ours.holidays, ours.workdays) == (frozenset(), frozenset())
    assert (theirs.holidays, theirs.workdays) == ({day("2026-10-09")}, {day("2026-10-10")})


def test_a_year_without_data_is_counted_from_monday_to_friday_and_that_is_said(cast, sign_in):
    assert "按周一至周五计算；国务院办公厅发布后" in sign_in(cast.wu).get(PAGE, {"year": 2026}).content.decode()
    assert counted_plainly([day("2026-12-31"), day("2027-01-05")], {2026}) == "2027 年还没有调休数据，按周一至周五计算"
    seed_years()
    page = sign_in(cast.wu).get(PAGE, {"year": 2026}).content.decode()
    assert "还没有调休数据" not in page and '<b class="figure">248</b> 个工作日' in page and "chinesecalendar" in page
    assert counted_plainly([day("2026-12-31")], ground_of(cast.school).years) == ""
    empty = sign_in(cast.wu).get(PAGE, {"year": 2028}).content.decode()
    assert "2028 年还没有调休数据，按周一至周五计算" in empty
    assert "看不了" in sign_in(cast.wu).get(PAGE, {"year": "1999"}).content.decode()


def test_what_waits_says_that_its_deadline_is_counted_plainly(cast, sign_in):
    stage.signed(cast, _held(cast))
    desk = reverse("desk", args=["shifan"])
    this_year = timezone.localdate().year
    assert f"{this_year} 年还没有调休数据" in sign_in(cast.zhao).get(desk).content.decode()
    for year in (this_year, this_year + 1):
        CalendarYear.objects.create(year=year, source="人工录入")
    assert "没有调休数据" not in sign_in(cast.zhao).get(desk).content.decode()


def _held(cast) -> Meeting:
    item = stage.confirmed(cast)
    meeting = stage.opened(cast, item)
    stage.mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    item = Item.objects.get(pk=item.pk)
    stage.vote(cast, item, agree=5)
    stage.decided(cast, item)
    return meeting


# what hangs on it


@pytest.fixture
def autumn(cast) -> Meeting:
    """A party meeting on the day before National Day: an appointment, shown over the holiday, minutes after it."""
    meeting = Meeting.objects.create(
        school=cast.school, body="party", state=Meeting.State.SIGNED, place="第一会议室", chair=cast.zhao,
        starts_at=at("2026-09-30T15:00"), ends_at=at("2026-09-30T16:00"), recorder=cast.zheng, number=1,
    )  # fmt: skip
    matter = Matter.objects.create(school=cast.school, title="聘任年级组长", category="H01", proposer=cast.li)
    Item.objects.create(
        meeting=meeting, matter=matter, body="party", purpose="decide", no=1, outcome="passed", decision_text="同意。",
        published=True, published_from=day("2026-09-30"), published_until=day("2026-10-09"),
    )  # fmt: skip
    Minutes.objects.create(meeting=meeting, number="1", issued_by=cast.zhao, issued_at=at("2026-10-09T10:00"))
    Meeting.objects.update(state=Meeting.State.ISSUED)
    return meeting


def judged(cast, meeting: Meeting) -> dict[str, str]:
    dossier = load(cast.school, Meeting.objects.filter(pk=meeting.pk)).dossier
    (sitting,) = dossier.records.meetings
    found = judge_meeting(dossier, sitting, codes=["R-04"]) + judge_item(
        dossier, sitting, sitting.items[0], codes=["R-08"]
    )
    return {finding.code: finding.outcome.value for finding in found}


def test_the_holiday_moves_the_minutes_due_day_and_shortens_what_was_shown(cast, autumn, count_queries):
    def due():
        return Dossier(ground_of(cast.school).records()).minutes_due("party", day("2026-09-30"))

    assert judged(cast, autumn) == {"R-04": "broken", "R-08": "met"} and due() == day("2026-10-02")
    seed_years()
    assert judged(cast, autumn) == {"R-04": "met", "R-08": "broken"} and due() == day("2026-10-09")
    said(cast.school, "2026-10-09", False, "校庆")
    said(cast.district, "2026-10-05", True)
    assert due() == day("2026-10-08")
    assert count_queries(lambda: ground_of(cast.school)) == 1


def test_the_calendar_goes_out_with_the_dossier(cast, autumn):
    seed_years()
    said(cast.school, "2026-10-09", False, "校庆")
    going_out = dossier_of(cast.school).calendar
    assert {day("2026-10-01"), day("2026-10-09")} <= going_out.holidays and day("2026-10-10") in going_out.workdays


@pytest.mark.parametrize(
    "seeded, told",
    [
        (False, {"2026 年": "没有调休数据，按周一至周五计算"}),
        (True, {"2026 年": "工作日放假 19 天，周末上班 6 天"}),
    ],
)
def test_the_evidence_says_what_was_known_of_the_year(cast, autumn, seeded, told):
    if seeded:
        seed_years()
    dossier = load(cast.school, Meeting.objects.filter(pk=autumn.pk)).dossier
    item = autumn.items.get()
    for finding in (
        KeptFinding(rule="R-04", meeting=autumn, values={}),
        KeptFinding(rule="R-08", meeting=autumn, item=item, matter=item.matter, values={}),
    ):
        (section,) = [each for each in evidence(finding, dossier).relevant if each.title == "工作日历"]
        pairs = dict(section.pairs)
        assert pairs["计算"] == "9月30日 周三至10月9日 周五"
        assert told.items() <= pairs.items() and ("10月7日 周三" in pairs.get("其间放假", "")) == seeded


# marking days


def test_the_clerk_marks_a_day_of_the_school_and_takes_it_back(cast, sign_in):
    client = sign_in(cast.zheng)
    for _ in range(2):  # a second click changes nothing
        assert client.post(MARK, given("2026-11-03")).status_code == 302
    assert day("2026-11-03") in calendar_of(cast.school).holidays
    assert day("2026-11-03") not in calendar_of(cast.elsewhere).holidays
    assert Entry.objects.get(verb="mark_day").summary == "记工作日历：2026年11月3日 休息（校庆）"
    page = client.get(PAGE, {"year": 2026}).content.decode()
    assert "校庆" in page and "本校" in page and "撤销" in page
    row = CalendarDay.objects.get()
    for _ in range(2):
        assert client.post(UNMARK, {"pk": row.pk}).status_code == 302
    assert not CalendarDay.objects.exists()
    assert Entry.objects.get(verb="unmark_day").summary == "撤销工作日历：2026年11月3日 休息（校庆）"


def test_several_days_are_one_act_and_weekends_between_stay_weekends(cast, sign_in):
    sign_in(cast.zheng).post(MARK, given("2026-09-10", "台风停课", until="2026-09-15"))
    assert sorted(calendar_of(cast.school).holidays) == [day(f"2026-09-{n}") for n in (10, 11, 14, 15)]
    assert Entry.objects.get().summary == "记工作日历：2026年9月10日至2026年9月15日共 4 天 休息（台风停课）"
    (span,) = spans(cast.school)
    assert (span.first, span.last, len(span.pks)) == (day("2026-09-10"), day("2026-09-15"), 4)


def spans(organisation, year: int = 2026):
    made: Year = year_of(organisation, year)
    return [span for month in made.months for span in month.spans]


def test_the_authority_marks_for_its_schools_and_a_school_may_say_the_opposite(cast, sign_in):
    sign_in(cast.chu).post(DISTRICT_MARK, given("2026-12-04", "全区停课"))
    assert "本单位" in sign_in(cast.wang).get(DISTRICT_PAGE, {"year": 2026}).content.decode()
    client = sign_in(cast.zheng)
    page = client.get(PAGE, {"year": 2026}).content.decode()
    assert "全区停课" in page and "区教育局" in page
    assert f"{MARK}?day=2026-12-04&amp;working=yes" in page  # the way to the opposite
    form = client.get(MARK, {"day": "2026-12-04", "working": "yes"}).content.decode()
    assert 'value="2026-12-04"' in form
    client.post(MARK, given("2026-12-04", "照常上课", working="yes"))
    assert day("2026-12-04") not in calendar_of(cast.school).holidays
    assert day("2026-12-04") in calendar_of(cast.elsewhere).holidays
    assert "本校；区教育局：休息 全区停课" in " ".join(client.get(PAGE, {"year": 2026}).content.decode().split())


def test_what_is_so_already_or_said_otherwise_is_refused_with_what_stands(cast, sign_in):
    said(None, "2026-10-01", False, "国庆节")
    client = sign_in(cast.zheng)

    def refused(**form):
        response = client.post(MARK, form)
        assert response.status_code == 422
        return response.content.decode()

    assert "10月1日 周四本来就是休息（国庆节，国家），不用再记" in refused(**given("2026-10-01"))
    assert "本来就是休息（周末）" in refused(**given("2026-10-03"))
    client.post(MARK, given("2026-11-03"))
    again = refused(**given("2026-11-03", "运动会"))
    assert "11月3日 周二已记为休息（校庆，本校）。要改，请先撤销这一天。" in again
    assert 'value="运动会"' in again  # the form comes back filled
    assert "一次最多记 31 天，这里有 366 天" in refused(**given("2026-11-04", until="2027-11-04"))
    assert "“至”须在“日期”当天或以后" in refused(**given("2026-11-04", until="2026-11-03"))
    assert "只能记 2016 年至" in refused(**given("2015-11-04"))
    assert "form-errors" in refused(**given("2026-11-04", name=""))
    assert CalendarDay.objects.filter(organisation=cast.school).count() == 1


def test_two_people_who_mark_a_day_at_once_do_it_once(cast):
    clerk = stage.acting(cast.zheng)
    made = marking.mark(day("2026-11-03"), day("2026-11-03"), working=False, name="校庆", by=clerk)
    with transaction.atomic(), pytest.raises(marking.Clash):
        marking.mark(day("2026-11-02"), day("2026-11-04"), working=False, name="停电", by=clerk)
    assert [row.day for row in CalendarDay.objects.all()] == [row.day for row in made]  # all or nothing


def test_another_organisations_days_cannot_be_taken_back(cast, sign_in):
    row = said(cast.district, "2026-12-04", False)
    sign_in(cast.zheng).post(UNMARK, {"pk": [row.pk, "x"]})
    assert CalendarDay.objects.filter(pk=row.pk).exists() and not Entry.objects.exists()


def test_every_start_brings_in_what_is_new(db, monkeypatch):
    monkeypatch.setattr("meetings.management.commands.prepare.call_command", lambda *_, **__: None)  # tables are here
    told = [StringIO(), StringIO()]
    for each in told:
        call_command("prepare", "--no-demo", stderr=each, stdout=StringIO())
    assert "工作日历：已带入 2016–" in told[0].getvalue() and told[1].getvalue() == ""
