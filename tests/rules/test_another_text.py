"""A consultation on a text that was changed afterwards: C-02 … C-08, C-29 do not count it, and say so."""

from dataclasses import replace

import pytest

from tests.rules.story import (
    BEFORE,
    BROKEN,
    MET,
    NOT_APPLICABLE,
    START,
    UNKNOWN,
    ZHAO,
    Story,
    consulted,
    edges,
    hours,
)
from tests.rules.test_consultation import party_decides

ASKED = [
    ("C-02", "D02", "secretary_principal"),
    ("C-04", "D02", "individual"),
    ("C-05", "H01", "deliberation"),
    ("C-06", "D02", "staff_congress"),
    ("C-06", "D02", "staff_hearing"),
    ("C-07", "D08", "staff_congress"),
    ("C-08", "P03", "expert"),
    ("C-29", "D18", "legal"),
]


@pytest.mark.parametrize(("code", "category", "kind"), ASKED)
def test_what_was_heard_on_another_text_is_not_heard_until_it_is_confirmed_anew(code, category, kind):
    (stale,) = consulted(kind, BEFORE - hours(2), outcome="passed", stale=True)
    anew = replace(stale, at=BEFORE, stale=False)
    story = party_decides(category, stale)
    assert story.says(code) is BROKEN
    assert "就原方案进行的，此后方案有改动" in story.finding(code).headline
    assert party_decides(category, stale, anew).says(code) is MET
    assert party_decides(category, anew, replace(stale, at=BEFORE + hours(1))).says(code) is MET


@pytest.mark.parametrize(("code", "category", "kind"), ASKED)
def test_one_that_was_not_held_before_the_meeting_is_missing_and_not_outdated(code, category, kind):
    story = party_decides(category, *consulted(kind, START + hours(1), outcome="passed", stale=True))
    assert "就原方案" not in story.finding(code).headline


def test_before_the_meeting_the_advice_is_to_confirm_anew_and_afterwards_to_say_why():
    stale = consulted(stale=True)
    assert "就新方案重新确认后再上会" in party_decides("D02", *stale, result=None).finding("C-02").message
    assert "会后请说明情况" in party_decides("D02", *stale).finding("C-02").message


def test_C01_a_survey_comes_before_the_proposal_and_stays_one():
    assert party_decides("D02", *consulted("investigation", stale=True)).says("C-01") is MET


@edges(
    "stale later outcome",
    {
        "only a difference about another text": ("divergent", None, NOT_APPLICABLE),
        "a difference, then agreement on this one": ("divergent", "agreed", MET),
        "agreement, then a difference on this one": ("agreed", "divergent", BROKEN),
        "agreement, then no outcome on this one": ("agreed", "", UNKNOWN),
    },
)
def test_C03_only_what_was_said_of_this_text_counts(stale, later, outcome):
    held = consulted(when=BEFORE, outcome=stale, stale=True)
    if later is not None:
        held += consulted(when=BEFORE + hours(1), outcome=later or None)
    assert party_decides("D02", *held).says("C-03") is outcome


def test_C02_C05_what_cannot_be_told_stays_so():
    story = party_decides("D02", *consulted(stale=True)).leaves(ZHAO, "party_secretary")
    assert story.says("C-02") is UNKNOWN
    assert party_decides("F01", *consulted(stale=True)).says("C-02") is UNKNOWN
    assert party_decides("X01", *consulted("expert", stale=True)).says("C-08") is UNKNOWN


@edges(
    "outcome ends first",
    {
        "referred, and the meeting is over": ("referred", START, MET),
        "deferred, and the meeting is over": ("deferred", START, MET),
        "referred, while it goes on": ("referred", None, BROKEN),
        "decided": ("principal_decided", START, BROKEN),
    },
)
def test_C02_the_office_meeting_that_refers_a_matter_is_judged_by_the_text_it_had(outcome, ends, first):
    story = Story()
    matter = story.matter("D02", consultations=consulted(when=BEFORE - hours(30), stale=True))
    over = ends and BEFORE + hours(1)
    story.office_meeting(story.item(matter, "propose", outcome=outcome), starts_at=BEFORE, ends_at=over)
    story.party_meeting(story.item(matter, outcome="passed"))
    assert story.says_in_turn("C-02") == [first, BROKEN]


def test_C26_when_it_was_entered_does_not_depend_on_the_text():
    for stale in (False, True):
        assert party_decides("D02", *consulted(entered_at=BEFORE, stale=stale)).says("C-26") is MET
