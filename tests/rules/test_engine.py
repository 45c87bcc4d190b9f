"""Judging: which rules look at what, how much a breach weighs, and in which order findings come."""

import gc
from datetime import date

import pytest

from governance.rules.engine import judge, judge_item, judge_matter, judge_meeting, judge_school
from governance.rules.index import RULES
from governance.rules.ruling import Looks, Mode
from tests.rules.story import (
    AFTER,
    BEFORE,
    BROKEN,
    CHECKED,
    LI,
    MET,
    NOT_APPLICABLE,
    QIAN,
    UNKNOWN,
    ZHAO,
    Story,
    consulted,
    counts,
    edges,
)


@edges(
    "facts mode",
    {
        "a public school": ({}, Mode.BLOCK),
        "a private one": ({"ownership": "private"}, Mode.WARN),
        "a kindergarten": ({"stage": "kindergarten"}, Mode.WARN),
    },
)
def test_blocks_are_warnings_where_the_opinion_binds_by_reference(facts, mode):
    story = Story(party=7, **facts)
    story.party_meeting(story.item(), present=1, chair=LI, ends_at=AFTER)
    assert story.finding("P-03").mode is mode
    assert story.finding("P-03").blocks is (mode is Mode.BLOCK)
    assert story.finding("P-01").mode is Mode.WARN
    assert story.finding("R-03").mode is Mode.INFO


SILENT_WITHOUT_PARTY = {rule.code for rule in RULES if rule.needs_party_organization}


def test_a_school_without_a_party_organisation_has_no_party_rules():
    party = {rule.code for rule in RULES if rule.code.startswith("P-")} - {"P-20"}
    before = {f"C-0{number}" for number in range(1, 10)} | {"C-19", "C-29"}
    assert party | before | {"G-02", "G-04", "G-05", "G-06"} == SILENT_WITHOUT_PARTY


def test_without_a_party_organisation_the_office_meeting_is_still_judged():
    story = Story(party=0, organization="none")
    matter = story.matter("D02", consultations=consulted())
    story.office_meeting(story.item(matter, "handle", outcome="principal_decided", votes=counts(3)), present=4)
    said = {finding.code for finding in story.findings()}
    assert not said & SILENT_WITHOUT_PARTY
    assert {"A-03", "A-07", "P-20", "C-18"} <= said
    assert [finding.body for finding in story.findings("G-01")] == ["office"]


def test_without_a_party_organisation_a_party_meeting_has_no_votes_to_count():
    story = Story(organization="none")
    story.party_meeting(story.item(votes=counts(3)), present=4)
    assert story.says("P-20") is NOT_APPLICABLE


def test_withdrawn_items_are_asked_only_for_their_confirmation():
    story = Story()
    story.party_meeting(story.item("H01", outcome="withdrawn"), present=1)
    story.office_meeting(story.item("D02", outcome="withdrawn"), present=1)
    assert {finding.code for finding in story.findings() if finding.item} == {"P-08", "A-07"}


def test_every_rule_says_something_of_everything_it_looks_at_when_asked_for_all():
    story = Story()
    matter = story.matter("D02")
    story.party_meeting(story.item(matter), story.item(matter, outcome="withdrawn"))
    story.office_meeting(story.item(matter))
    findings = judge(story.dossier, on=CHECKED, include_not_applicable=True)
    things = {Looks.MEETING: 2, Looks.ITEM: 3, Looks.MATTER: 1, Looks.SCHOOL: 1, Looks.BODY: 2}
    assert len(findings) == sum(things[rule.looks_at] for rule in RULES)
    told = [finding for finding in findings if finding.outcome is not NOT_APPLICABLE]
    assert told == judge(story.dossier, on=CHECKED)


def test_a_finding_names_what_it_looks_at():
    story = Story()
    matter = story.matter("D02", proposer=ZHAO, proposed_at=BEFORE)
    story.party_meeting(story.item(matter), present=5)
    findings = story.findings("P-01", "P-07", "P-08", "P-16", "G-01")
    assert [(one.code, one.meeting, one.item, one.matter, one.body) for one in findings] == [
        ("P-01", "meeting1", None, None, "party"),
        ("P-08", "meeting1", 1, "matter1", "party"),
        ("P-07", None, None, "matter1", None),
        ("P-16", None, None, None, None),
        ("G-01", None, None, None, "party"),
        ("G-01", None, None, None, "office"),
    ]


def test_meetings_come_in_time_order_and_rules_in_code_order():
    story = Story()
    story.party_meeting(story.item(), story.item(), starts_at=AFTER, present=5)
    story.office_meeting(story.item(), starts_at=BEFORE, present=4)
    findings = [finding for finding in story.findings() if finding.meeting]
    assert [finding.meeting for finding in findings] == sorted((finding.meeting for finding in findings), reverse=True)
    codes = [finding.code for finding in findings if finding.item == 1 and finding.body == "party"]
    assert codes == [rule.code for rule in RULES if rule.code in codes]


def test_the_doors_say_what_the_whole_says():
    story = Story().large_sum(50_000)
    matter = story.matter("H01", consultations=consulted())
    meeting = story.party_meeting(story.item(matter), story.item("F01"), present=3, chair=ZHAO)
    dossier = story.dossier
    whole = judge(dossier, on=CHECKED)
    assert judge_meeting(dossier, meeting, on=CHECKED, include_items=True) == [one for one in whole if one.meeting]
    assert judge_meeting(dossier, meeting, on=CHECKED) == [one for one in whole if one.meeting and not one.item]
    assert judge_item(dossier, meeting, meeting.items[0], on=CHECKED) == [one for one in whole if one.item == 1]
    assert judge_matter(dossier, matter) == [one for one in whole if one.matter == matter.id and one.meeting is None]
    assert judge_school(dossier, on=CHECKED) == [one for one in whole if not one.meeting and not one.matter]


def test_rules_may_be_chosen_and_an_unknown_code_is_an_error():
    story = Story()
    meeting = story.party_meeting(story.item(), present=5)
    findings = judge_item(story.dossier, meeting, meeting.items[0], codes=["P-21", "P-03", "A-03"])
    assert [finding.code for finding in findings] == ["P-03", "P-21"]
    with pytest.raises(KeyError):
        judge_item(story.dossier, meeting, meeting.items[0], codes=["P-99"])


def test_a_rule_that_asks_for_the_day_of_the_check_is_unknown_without_it():
    story = Story()
    meeting = story.office_meeting(story.item(due=date(2025, 4, 1)))
    (finding,) = judge_item(story.dossier, meeting, meeting.items[0], codes=["R-14"])
    assert finding.outcome is UNKNOWN
    assert finding.message.startswith("第 1 项不可判定：没有给出检查日期。")


def test_what_is_unknown_is_told_with_its_place():
    story = Story()
    story.party_meeting(story.item(story.matter(title="发展规划")))
    heads = {finding.code: finding.headline for finding in story.findings("P-01", "P-03", "P-07", "P-16")}
    assert heads == {
        "P-01": "本次会议不可判定：没有记录主持人",
        "P-03": "第 1 项不可判定：没有出席记录",
        "P-07": "“发展规划”不可判定：没有记录提出人或提出时间",
        "P-16": "本校不可判定：党组织会议不足两次",
    }


@edges(
    "present blocks",
    {
        "broken": (1, True),
        "unknown": (None, True),
        "met": (5, False),
    },
)
def test_what_is_broken_or_unknown_blocks(present, blocks):
    story = Story(party=5)
    story.party_meeting(story.item(), present=present)
    assert story.finding("P-03").blocks is blocks


def test_a_bug_raises_and_leaves_the_collector_as_it_was():
    story = Story()
    story.party_meeting(story.item(), chair="nobody-there-is")
    with pytest.raises(KeyError):
        story.says("P-01")
    assert gc.isenabled()


def test_a_met_rule_is_told_by_its_own_sentence():
    story = Story()
    story.party_meeting(story.item(), present=5)
    assert story.finding("P-03").message == ("党组织会议应当有半数以上党组织班子成员到会方能召开。依据《意见》（五）。")
    assert story.finding("P-03").mend == ""


def test_values_are_the_findings_own():
    story = Story()
    story.party_meeting(story.item(), present=5)
    finding = story.finding("P-03")
    finding.values["present"] = 0
    assert finding.values == {"present": 5, "in_office": 5, "needed": 3}
    assert finding.outcome is MET


def test_a_meeting_imagined_is_judged_in_place_of_the_recorded_one():
    story = Story()
    story.party_meeting(story.item(), present=1)
    recorded = story.finding("P-03")
    imagined = Story()
    meeting = imagined.party_meeting(imagined.item(), present=5)
    (finding,) = judge_item(story.dossier, meeting, meeting.items[0], codes=["P-03"])
    assert (recorded.outcome, finding.outcome) == (BROKEN, MET)
    assert QIAN in story.dossier.team("party", BEFORE.date())
