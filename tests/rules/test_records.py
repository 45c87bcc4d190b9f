"""R-01 … R-14: what is written, signed, issued, published and done once a meeting is over."""

from dataclasses import replace

import pytest

from governance.rules.engine import judge_item
from governance.rules.facts import (
    Attendance,
    Calendar,
    Delegation,
    Minutes,
    MinutesItem,
    Opinion,
    Publicity,
    Record,
)
from tests.rules.story import (
    BEFORE,
    BROKEN,
    HE,
    LI,
    MET,
    MOMENT,
    NOT_APPLICABLE,
    QIAN,
    START,
    SUN,
    UNKNOWN,
    ZHAO,
    Story,
    at,
    day,
    edges,
    hours,
)

END = START + hours(1)


def complete(story: Story, **gaps):
    """A meeting whose record lacks nothing but what is taken away."""
    facts = {
        "place": "会议室",
        "chair": ZHAO,
        "recorder": HE,
        "ends_at": END,
        "attendance": (Attendance(ZHAO, "present"),),
    }
    story.party_meeting(story.item(outcome="passed", decision_text="同意"), **(facts | gaps))
    return story


def test_R01_a_complete_record():
    assert complete(Story()).says("R-01") is MET


@edges(
    "gap",
    {
        "no place": ({"place": ""},),
        "a blank place": ({"place": " "},),
        "no chair": ({"chair": None},),
        "no recorder": ({"recorder": None},),
        "no end, and an outcome": ({"ends_at": None},),
        "no attendance": ({"attendance": ()},),
    },
)
def test_R01_each_part_is_missed(gap):
    story = complete(Story(), **gap)
    assert story.says("R-01") is BROKEN
    assert story.finding("R-01").values == {"missing": 1}


@edges(
    "result text outcome",
    {
        "decided without a text": ("passed", "", BROKEN),
        "decided with blanks": ("rejected", " ", BROKEN),
        "noted without a text": ("noted", "", MET),
        "withdrawn without a text": ("withdrawn", "", MET),
        "no outcome": (None, "同意", BROKEN),
    },
)
def test_R01_each_item_has_an_outcome_and_each_decision_a_text(result, text, outcome):
    story = complete(Story())
    (meeting,) = story.meetings
    story.meetings[0] = replace(meeting, items=(replace(meeting.items[0], outcome=result, decision_text=text),))
    assert story.says("R-01") is outcome


def test_R01_names_the_gaps():
    story = Story()
    story.party_meeting(ends_at=END, chair=ZHAO, recorder=HE, place="会议室")
    assert story.finding("R-01").headline == "本次会议的记录缺 2 处：出席情况、议题"


@pytest.mark.parametrize("code", ["R-01", "R-02", "R-03", "R-11"])
def test_R01_R02_R03_R11_wait_until_the_meeting_is_over(code):
    story = Story()
    story.party_meeting(story.item())
    assert story.says(code) is NOT_APPLICABLE


@edges(
    "chair recorder signed outcome",
    {
        "both": (ZHAO, HE, (ZHAO, HE), MET),
        "both and more": (ZHAO, HE, (SUN, HE, ZHAO), MET),
        "the chair alone": (ZHAO, HE, (ZHAO,), BROKEN),
        "the recorder alone": (ZHAO, HE, (HE,), BROKEN),
        "others": (ZHAO, HE, (SUN, LI), BROKEN),
        "nobody": (ZHAO, HE, (), BROKEN),
        "no record": (ZHAO, HE, None, BROKEN),
        "one person is both": (ZHAO, ZHAO, (ZHAO,), MET),
        "no chair recorded, the recorder signed": (None, HE, (HE, SUN), UNKNOWN),
        "no chair recorded, the recorder did not": (None, HE, (SUN,), BROKEN),
        "no recorder recorded, the chair signed": (ZHAO, None, (ZHAO, SUN), UNKNOWN),
        "neither recorded, nobody signed": (None, None, (), BROKEN),
    },
)
def test_R02_chair_and_recorder_sign(chair, recorder, signed, outcome):
    record = None if signed is None else Record(signed_by=signed)
    assert complete(Story(), chair=chair, recorder=recorder, record=record).says("R-02") is outcome


@edges(
    "completed end outcome",
    {
        "a day to the second": (END + hours(24), END, MET),
        "a second more": (END + hours(24) + MOMENT, END, BROKEN),
        "not on record": (None, END, UNKNOWN),
        "no end on record": (END, None, UNKNOWN),
    },
)
def test_R03_the_record_is_completed_soon(completed, end, outcome):
    assert complete(Story(), ends_at=end, record=Record(completed)).says("R-03") is outcome


@edges(
    "taken took",
    {
        "at once": (hours(0), 0),
        "an hour begun": (MOMENT, 1),
        "an hour": (hours(1), 1),
        "a day": (hours(24), 24),
        "a day and a second": (hours(24) + MOMENT, 25),
    },
)
def test_R03_an_hour_begun_is_an_hour_taken(taken, took):
    story = complete(Story(), record=Record(END + taken))
    assert story.finding("R-03").values == {"hours": took, "allowed": 24}


@edges(
    "entered end days outcome",
    {
        "a week to the second": (END + hours(168), END, None, MET),
        "a second more": (END + hours(168) + MOMENT, END, None, BROKEN),
        "the school allows a day": (END + hours(25), END, 1, BROKEN),
        "not on record": (None, END, None, UNKNOWN),
        "no end on record": (END, None, None, UNKNOWN),
    },
)
def test_R11_the_meeting_is_entered_soon(entered, end, days, outcome):
    story = Story().procedure("party", **({"late_entry_days": days} if days else {}))
    assert complete(story, ends_at=end, entered_at=entered).says("R-11") is outcome


@edges(
    "issued_by issued_at outcome",
    {
        "the second working day": (ZHAO, "2025-03-07 23:59", MET),
        "the weekend after it": (ZHAO, "2025-03-09", MET),
        "the third working day": (ZHAO, "2025-03-10 00:00", BROKEN),
        "the same day": (ZHAO, "2025-03-05 18:00", MET),
        "by a deputy": (SUN, "2025-03-06", BROKEN),
        "by a deputy, too late": (SUN, "2025-03-20", BROKEN),
        "by nobody on record": (None, "2025-03-06", UNKNOWN),
        "by nobody on record, too late": (None, "2025-03-20", BROKEN),
        "at no time on record": (ZHAO, None, UNKNOWN),
    },
)
def test_R04_the_head_issues_the_minutes_in_time(issued_by, issued_at, outcome):
    minutes = Minutes(issued_by=issued_by, issued_at=issued_at and at(issued_at))
    assert complete(Story(), minutes=minutes).says("R-04") is outcome


def test_R04_R05_without_minutes_there_is_nothing_to_issue_or_compare():
    story = complete(Story())
    assert story.says("R-04") is NOT_APPLICABLE
    assert story.says("R-05") is NOT_APPLICABLE


def test_R04_a_holiday_is_no_working_day_and_a_worked_weekend_is_one():
    story = complete(Story(), minutes=Minutes(issued_by=ZHAO, issued_at=at("2025-03-10")))
    story.more["calendar"] = Calendar(holidays=frozenset({day("2025-03-07")}))
    assert story.says("R-04") is MET
    story.more["calendar"] = Calendar(holidays=frozenset({day("2025-03-07")}), workdays=frozenset({day("2025-03-08")}))
    assert story.says("R-04") is BROKEN


def test_R04_the_head_is_that_of_the_day_of_issue():
    story = complete(Story(), minutes=Minutes(issued_by=ZHAO, issued_at=at("2025-03-06")))
    story.leaves(ZHAO, "party_secretary", until=day("2025-03-06"))
    assert story.says("R-04") is UNKNOWN
    story.appoint(SUN, "party_secretary", since=day("2025-03-06"))
    assert story.says("R-04") is BROKEN


def test_R04_the_delegated_chair_may_issue():
    story = complete(
        Story(),
        chair=SUN,
        delegation=Delegation(ZHAO, SUN, BEFORE),
        minutes=Minutes(issued_by=SUN, issued_at=at("2025-03-06")),
    )
    assert story.says("R-04") is MET


@edges(
    "category result minutes outcome",
    {
        "with minutes": ("D02", "passed", True, MET),
        "without": ("D02", "passed", False, BROKEN),
        "an ordinary matter": ("G", "passed", False, NOT_APPLICABLE),
        "not decided": ("D02", "deferred", False, NOT_APPLICABLE),
        "a sum of unknown size": ("F01", "passed", False, UNKNOWN),
    },
)
def test_R13_reserved_decisions_have_minutes(category, result, minutes, outcome):
    story = Story()
    story.party_meeting(story.item(category, outcome=result), minutes=Minutes() if minutes else None)
    assert story.says("R-13") is outcome


def test_R13_one_reserved_decision_among_doubtful_ones_is_enough():
    story = Story()
    story.party_meeting(story.item("F01", outcome="passed"), story.item("D02", outcome="passed"))
    story.office_meeting(story.item("D02", outcome="passed"))
    assert story.says("R-13") is BROKEN


@edges(
    "listed outcome",
    {
        "the same": ([(1, "passed"), (2, "rejected"), (3, "withdrawn")], MET),
        "in another order": ([(2, "rejected"), (1, "passed")], MET),
        "the withdrawn one left out": ([(1, "passed"), (2, "rejected")], MET),
        "another outcome": ([(1, "passed"), (2, "passed")], BROKEN),
        "one missing": ([(1, "passed")], BROKEN),
        "one too many": ([(1, "passed"), (2, "rejected"), (4, "passed")], BROKEN),
        "one twice": ([(1, "passed"), (1, "passed"), (2, "rejected")], BROKEN),
        "the withdrawn one as passed": ([(1, "passed"), (2, "rejected"), (3, "passed")], BROKEN),
        "nothing listed": ([], NOT_APPLICABLE),
    },
)
def test_R05_the_minutes_agree_with_the_record(listed, outcome):
    story = Story()
    items = [story.item(outcome=result) for result in ("passed", "rejected", "withdrawn")]
    story.party_meeting(*items, minutes=Minutes(items=tuple(MinutesItem(*line) for line in listed)))
    assert story.says("R-05") is outcome


@edges(
    "numbers outcomes",
    {
        "one after the other": ([1, 2, 3], [MET, MET]),
        "one left out": ([1, 3, 4], [BROKEN, MET]),
        "one twice": ([1, 1, 2], [BROKEN, MET]),
        "one without": ([1, None, 3], [UNKNOWN, UNKNOWN]),
    },
)
def test_R06_meetings_are_numbered_in_order(numbers, outcomes):
    story = Story()
    for month, number in reversed(list(enumerate(numbers, start=1))):
        story.party_meeting(number=number, starts_at=at(f"2025-0{month}-06"))
    assert story.says_in_turn("R-06") == outcomes


def test_R06_tells_which_number_was_due():
    story = Story()
    story.party_meeting(number=4, starts_at=BEFORE)
    story.party_meeting(number=6)
    assert story.finding("R-06").headline == "本次会议编号为 6，上一次为 4，应为 5"
    assert story.finding("R-06").values == {"number": 6, "needed": 5}


def test_R06_each_body_and_each_year_counts_for_itself():
    story = Story()
    story.party_meeting(number=12, starts_at=at("2024-12-31 15:00"))
    story.party_meeting(number=1, starts_at=at("2025-01-01 00:00"))
    story.office_meeting(number=7, starts_at=at("2025-01-01 09:00"))
    assert story.says("R-06") is NOT_APPLICABLE


@edges(
    "category purpose result publicity outcome",
    {
        "published": ("D02", "decide", "passed", Publicity(True), MET),
        "not published, for a reason": ("D02", "decide", "passed", Publicity(False, reason="涉密"), MET),
        "not published": ("D02", "decide", "passed", Publicity(False), BROKEN),
        "not published, with a blank": ("D02", "decide", "passed", Publicity(False, reason=" "), BROKEN),
        "nothing on record": ("D02", "decide", "passed", None, BROKEN),
        "rejected": ("D02", "decide", "rejected", None, NOT_APPLICABLE),
        "an ordinary matter": ("G", "decide", "passed", None, NOT_APPLICABLE),
        "handled, not decided": ("D02", "handle", "passed", None, NOT_APPLICABLE),
        "a sum of unknown size": ("F01", "decide", "passed", None, UNKNOWN),
    },
)
def test_R07_decisions_are_published(category, purpose, result, publicity, outcome):
    story = Story()
    story.party_meeting(story.item(category, purpose, outcome=result, publicity=publicity))
    assert story.says("R-07") is outcome


@edges(
    "category since until outcome",
    {
        "Monday to Friday": ("H01", "2025-03-10", "2025-03-14", MET),
        "Monday to Thursday": ("H01", "2025-03-10", "2025-03-13", BROKEN),
        "Thursday to Wednesday": ("H01", "2025-03-06", "2025-03-12", MET),
        "Friday to the next Thursday but a weekend between": ("H01", "2025-03-07", "2025-03-13", MET),
        "no end": ("H01", "2025-03-10", None, UNKNOWN),
        "no beginning": ("H01", None, "2025-03-10", UNKNOWN),
        "another personnel matter": ("H02", "2025-03-10", "2025-03-10", NOT_APPLICABLE),
    },
)
def test_R08_appointments_are_shown_long_enough(category, since, until, outcome):
    publicity = Publicity(True, since and day(since), until and day(until))
    story = Story()
    story.party_meeting(story.item(category, outcome="passed", publicity=publicity))
    assert story.says("R-08") is outcome


@edges(
    "publicity result days outcome",
    {
        "not published": (Publicity(False, reason="另行"), "passed", 5, NOT_APPLICABLE),
        "nothing on record": (None, "passed", 5, NOT_APPLICABLE),
        "rejected": (Publicity(True), "rejected", 5, NOT_APPLICABLE),
        "the school asks for one day": (Publicity(True, day("2025-03-10"), day("2025-03-10")), "passed", 1, MET),
    },
)
def test_R08_what_was_passed_and_published(publicity, result, days, outcome):
    story = Story().procedure("party", publicity_working_days=days)
    story.party_meeting(story.item("H01", outcome=result, publicity=publicity))
    assert story.says("R-08") is outcome


@edges(
    "purpose result responsible due outcome",
    {
        "somebody and a day": ("decide", "passed", (LI,), "2025-04-01", MET),
        "nobody": ("decide", "passed", (), "2025-04-01", BROKEN),
        "no day": ("handle", "principal_decided", (LI,), None, BROKEN),
        "neither": ("deploy", "passed", (), None, BROKEN),
        "studied": ("study", "passed", (), None, NOT_APPLICABLE),
        "rejected": ("decide", "rejected", (), None, NOT_APPLICABLE),
    },
)
def test_R09_decisions_have_someone_and_a_day(purpose, result, responsible, due, outcome):
    story = Story()
    item = story.item(purpose=purpose, outcome=result, responsible=responsible, due=due and day(due))
    story.office_meeting(item)
    assert story.says("R-09") is outcome


@edges(
    "due done outcome",
    {
        "done before the day": ("2025-06-01", "2025-05-30", MET),
        "done late, but done": ("2025-06-01", "2025-06-30", MET),
        "done after the day of the check": ("2025-06-01", "2025-07-01", BROKEN),
        "not done": ("2025-06-29", None, BROKEN),
        "due on the day of the check": ("2025-06-30", None, NOT_APPLICABLE),
        "no day": (None, None, NOT_APPLICABLE),
    },
)
def test_R14_decisions_are_done_in_time(due, done, outcome):
    story = Story()
    item = story.item(due=due and day(due), done_on=done and day(done), responsible=(LI, QIAN))
    story.office_meeting(item)
    assert story.says("R-14", on=day("2025-06-30")) is outcome


@edges(
    "responsible mend",
    {
        "by name": ((QIAN, LI), "请钱芳校长、李强副校长报告进展；已经办结的，请销号"),
        "nobody in particular": ((), "请责任人报告进展；已经办结的，请销号"),
    },
)
def test_R14_asks_those_responsible(responsible, mend):
    story = Story()
    story.office_meeting(story.item(due=day("2025-06-28"), responsible=responsible))
    finding = story.finding("R-14", on=day("2025-06-30"))
    assert finding.mend == mend
    assert finding.headline == "第 1 项没有办结：应于2025年6月28日前完成，逾期 2 天"


TWENTY = "同意这一方案，请分管领导抓紧时间落实到位"


@edges(
    "here there outcome",
    {
        "the same, of twenty characters": (TWENTY, TWENTY, BROKEN),
        "the same, of nineteen": (TWENTY[1:], TWENTY[1:], NOT_APPLICABLE),
        "nineteen and a blank": (TWENTY[1:] + " \u3000", TWENTY[1:], NOT_APPLICABLE),
        "the same but for blanks": (TWENTY, f" {TWENTY[:9]}\n{TWENTY[9:]}", BROKEN),
        "longer there": (TWENTY, TWENTY + "。", MET),
        "something else": (TWENTY, "不同意", MET),
    },
)
def test_R12_opinions_are_not_copied_from_another_meeting(here, there, outcome):
    assert len(TWENTY) == 20
    story = Story()
    story.party_meeting(story.item(opinions=(Opinion(ZHAO, text=here),)))
    story.office_meeting(story.item(opinions=(Opinion(LI, text=there),)), starts_at=BEFORE)
    findings = [finding for finding in story.findings("R-12") if finding.meeting == "meeting1"]
    assert [finding.outcome for finding in findings] == [one for one in [outcome] if one is not NOT_APPLICABLE]


def test_R12_a_meeting_imagined_may_copy_from_a_recorded_one():
    story = Story()
    story.party_meeting(story.item(opinions=(Opinion(ZHAO, text=TWENTY),)))
    imagined = replace(story.meetings[0], id="imagined")
    (finding,) = judge_item(story.dossier, imagined, imagined.items[0], codes=["R-12"])
    assert finding.outcome is BROKEN


def test_R12_the_same_words_in_the_same_meeting_are_no_copy():
    story = Story()
    said = (Opinion(ZHAO, text=TWENTY), Opinion(SUN, text=TWENTY))
    story.party_meeting(story.item(opinions=said), story.item(opinions=said))
    assert story.says_in_turn("R-12") == [MET, MET]
