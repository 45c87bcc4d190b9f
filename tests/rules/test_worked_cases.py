"""The worked cases of the contract, T1 to T17, each by its name."""

from datetime import timedelta

from governance.rules.facts import Attendance
from governance.rules.what_if import prospects
from tests.rules.story import (
    AFTER,
    BEFORE,
    BROKEN,
    HE,
    LI,
    MET,
    OUTSIDER,
    PARTY,
    QIAN,
    START,
    SUN,
    UNKNOWN,
    WU,
    ZHAO,
    ZHENG,
    Story,
    agree,
    at,
    consulted,
    counts,
    day,
    recused,
)


def test_T1_four_of_seven_may_meet_and_pass_an_ordinary_item():
    story = Story(party=7)
    story.party_meeting(story.item(outcome="passed", votes=counts(4)), present=4)
    assert story.says("P-03") is MET
    assert story.says("P-10") is MET


def test_T2_four_of_seven_may_not_decide_on_personnel():
    story = Story(party=7)
    story.party_meeting(story.item("H01", outcome="passed"), present=4)
    assert story.says("P-03") is MET
    assert story.says("P-04") is BROKEN
    assert story.finding("P-04").values == {"present": 4, "in_office": 7, "needed": 5}


def test_T3_three_of_six_may_meet_but_cannot_pass_anything():
    story = Story(party=6)
    story.party_meeting(story.item(outcome="passed", votes=counts(3)), present=3)
    assert story.says("P-03") is MET
    assert story.says("P-10") is BROKEN
    assert story.finding("P-10").values == {"agree": 3, "base": 6, "needed": 4}


def test_T3_the_screen_says_so_before_the_vote():
    story = Story(party=6)
    meeting = story.party_meeting(story.item())
    (prospect,) = prospects(story.dossier, meeting, PARTY[:3])
    assert (prospect.opens, prospect.decides, prospect.passes) == (True, True, False)
    assert prospect.warning == "第 1 项可以开会，但无法通过表决"


def test_T4_one_who_would_defer_does_not_stop_three_of_five():
    story = Story(party=5)
    story.party_meeting(story.item("H01", outcome="passed", votes=counts(3, defer=1)), present=4)
    assert story.says("P-04") is MET
    assert story.says("P-10") is MET


def test_T5_the_recused_count_for_the_quorum():
    story = Story(party=9)
    story.party_meeting(story.item("H01", recusals=recused(SUN)), present=6)
    assert story.says("P-04") is MET


def test_T5_unless_the_school_takes_them_out_of_the_base():
    story = Story(party=9).procedure("party", recusal_reduces_base=True)
    story.party_meeting(story.item("H01", recusals=recused(SUN)), present=6)
    assert story.says("P-04") is BROKEN
    assert story.finding("P-04").values == {"present": 5, "in_office": 8, "needed": 6}


def test_T6_observers_take_no_stance():
    story = Story(party=5)
    story.party_meeting(story.item(opinions=agree(ZHAO, QIAN, SUN, LI, HE)), present=[ZHAO, QIAN, SUN], guests=[LI, HE])
    assert story.says("P-06") is BROKEN
    assert "只能计 3 票" in story.finding("P-06").message


def test_T7_the_written_agreement_of_an_absent_member_is_no_vote():
    story = Story(party=5)
    item = story.item(outcome="passed", votes=counts(2, abstain=1), written_opinions=agree(ZHENG))
    story.party_meeting(item, present=3)
    assert story.says("P-10") is BROKEN
    assert story.finding("P-10").values == {"agree": 2, "base": 5, "needed": 3}


def test_T8_two_of_four_may_hold_an_office_meeting():
    story = Story(office=4)
    story.office_meeting(story.item(purpose="handle"), present=[QIAN, LI], guests=[ZHAO])
    assert story.says("A-03") is MET


def test_T9_the_secretary_and_the_union_chair_do_not_make_an_office_quorum():
    story = Story(office=5)
    story.office_meeting(story.item(purpose="handle"), present=[QIAN, LI, ZHAO, OUTSIDER])
    assert story.says("A-03") is BROKEN
    assert story.finding("A-03").values == {"present": 2, "in_office": 5, "needed": 3}


def test_T10_a_consultation_on_the_day_after_is_none():
    story = Story()
    story.party_meeting(story.item(story.matter("D02", consultations=consulted(when=AFTER))), present=5)
    assert story.says("C-02") is BROKEN


def test_T11_the_last_consultation_before_the_meeting_counts():
    story = Story()
    first = consulted(when=BEFORE - timedelta(days=3), outcome="divergent")
    story.party_meeting(story.item(story.matter("D02", consultations=first + consulted())), present=5)
    assert story.says("C-03") is MET


def test_T12_the_threshold_itself_is_a_large_sum():
    story = Story().large_sum(100_000)
    matter = story.matter("F01", amount=100_000)
    assert story.dossier.reserved(matter, START.date()) is True


def test_T12_unless_the_school_says_it_is_not():
    story = Story().large_sum(100_000, inclusive=False)
    matter = story.matter("F01", amount=100_000)
    assert story.dossier.reserved(matter, START.date()) is False


def test_T13_three_small_sums_make_a_large_one():
    story = Story().large_sum(100_000)
    for month in (1, 3, 5):
        story.matter("F01", amount=40_000, payee="远大公司", project="操场", proposed_at=at(f"2025-0{month}-06"))
    assert story.says_in_turn("C-28") == [MET, MET, BROKEN]


def test_T14_the_quorum_is_counted_item_by_item():
    story = Story(party=6)
    story.party_meeting(
        *(story.item() for _ in range(3)),
        attendance=(
            Attendance(ZHAO, "present"),
            Attendance(QIAN, "present"),
            Attendance(SUN, "present", to_item=2),
        ),
    )
    assert story.says_in_turn("P-03") == [MET, MET, BROKEN]


def test_T15_the_secretary_speaks_second_of_five():
    story = Story(party=5)
    opinions = agree(QIAN, ZHAO, SUN, WU, ZHENG, first=1)
    story.party_meeting(story.item("D02", outcome="passed", opinions=opinions), present=5, chair=ZHAO)
    assert story.says("P-14") is BROKEN
    assert story.finding("P-14").values == {"order": 2, "last": 5}


def test_T16_the_team_is_that_of_the_day_of_the_meeting():
    story = Story(party=6)
    for person in (WU, ZHENG, "feng"):
        story.leaves(person, "party_committee_member", until=day("2025-03-01"))
    story.party_meeting(story.item(), starts_at=at("2025-02-20"), present=[ZHAO, QIAN])
    assert story.says("P-03", on=day("2025-04-10")) is BROKEN
    assert story.finding("P-03").values["in_office"] == 6


def test_T17_one_of_two_may_meet_but_not_pass():
    story = Story(party=2)
    story.party_meeting(story.item(outcome="passed", votes=counts(1)), present=1)
    assert story.says("P-03") is MET
    assert story.says("P-10") is BROKEN


def test_a_team_of_nobody_is_not_a_quorum_but_unknown():
    story = Story(party=0)
    story.party_meeting(story.item("H01", outcome="passed", votes=counts(1)), present=[LI])
    assert [story.says(code) for code in ("P-03", "P-04", "P-10", "P-20")] == [UNKNOWN] * 4
