"""P-01, P-07, P-08 and their twins A-01, A-06, A-07; C-10, C-11: what comes up, and who says so."""

from datetime import timedelta

import pytest

from governance.rules.facts import Delegation, Emergency
from tests.rules.story import (
    AFTER,
    BEFORE,
    BROKEN,
    LI,
    MET,
    MOMENT,
    NOT_APPLICABLE,
    OUTSIDER,
    QIAN,
    START,
    SUN,
    UNKNOWN,
    WU,
    ZHAO,
    ZHOU,
    Story,
    at,
    day,
    edges,
    hours,
)

TWINS = pytest.mark.parametrize("body", ["party", "office"])
HEAD = {"party": ZHAO, "office": QIAN}
DEPUTY = {"party": SUN, "office": LI}
CHAIRING = {"party": "P-01", "office": "A-01"}
CONFIRMING = {"party": "P-08", "office": "A-07"}
PROPOSING = {"party": "P-07", "office": "A-06"}


def delegation(giver: str, receiver: str, when=BEFORE) -> Delegation:
    return Delegation(giver, receiver, when, "公出")


@TWINS
@edges(
    "chair delegate outcome",
    {
        "the head": ("head", None, MET),
        "nobody on record": (None, None, UNKNOWN),
        "the deputy without delegation": ("deputy", None, BROKEN),
        "the deputy with one": ("deputy", ("head", "deputy", BEFORE), MET),
        "given a moment before the start": ("deputy", ("head", "deputy", START - MOMENT), MET),
        "given as it starts is too late": ("deputy", ("head", "deputy", START), BROKEN),
        "given to somebody else": ("deputy", ("head", "other", BEFORE), BROKEN),
        "given by somebody else": ("deputy", ("other", "deputy", BEFORE), BROKEN),
        "given to somebody outside the team": (OUTSIDER, ("head", OUTSIDER, BEFORE), BROKEN),
        "a delegation not used": ("head", ("head", "deputy", BEFORE), MET),
    },
)
def test_P01_A01_the_head_chairs_or_delegates(body, chair, delegate, outcome):
    who = {"head": HEAD[body], "deputy": DEPUTY[body], "other": WU if body == "party" else ZHOU}
    given = delegate and delegation(who.get(delegate[0]), who.get(delegate[1], delegate[1]), delegate[2])
    story = Story()
    story.meeting(body, chair=who.get(chair, chair), delegation=given)
    assert story.says(CHAIRING[body]) is outcome


@TWINS
def test_P01_A01_without_a_head_nobody_can_tell(body):
    story = Story().leaves(HEAD[body], "party_secretary" if body == "party" else "principal")
    story.meeting(body, chair=DEPUTY[body])
    assert story.says(CHAIRING[body]) is UNKNOWN


def test_P01_tells_what_is_wrong_with_the_delegation():
    story = Story()
    story.party_meeting(chair=SUN, delegation=delegation(ZHAO, SUN, AFTER))
    assert story.finding("P-01").message == (
        "本次会议由孙丽副书记主持，不是党组织书记，委托作出时会议已经开始。依据《意见》（五）。"
        "有党组织书记会前委托的，请补记委托；没有的，请说明情况。"
    )


@TWINS
@edges(
    "proposer proposed_at outcome",
    {
        "a member of the party team": (WU, BEFORE, MET),
        "a member of the administration": (LI, BEFORE, MET),
        "a teacher": (OUTSIDER, BEFORE, BROKEN),
        "nobody on record": (None, BEFORE, UNKNOWN),
        "no day on record": (WU, None, UNKNOWN),
        "a day before anybody was in post": (WU, at("2020-01-01"), UNKNOWN),
    },
)
def test_P07_A06_the_leadership_proposes(body, proposer, proposed_at, outcome):
    story = Story()
    story.meeting(body, story.item(story.matter(proposer=proposer, proposed_at=proposed_at)))
    assert story.says(PROPOSING[body]) is outcome


@edges(
    "proposed outcome",
    {
        "on the last day in post": ("2025-02-28", MET),
        "on the first day out of it": ("2025-03-01", BROKEN),
    },
)
def test_P07_it_is_the_day_of_the_proposal_that_counts(proposed, outcome):
    story = Story().leaves(WU, "party_committee_member", until=day("2025-03-01"))
    story.party_meeting(story.item(story.matter(proposer=WU, proposed_at=at(proposed)), outcome="withdrawn"))
    assert story.says("P-07") is outcome


def test_P07_A06_one_finding_for_a_matter_that_came_up_twice():
    story = Story()
    matter = story.matter(proposer=OUTSIDER, proposed_at=BEFORE)
    story.party_meeting(story.item(matter))
    story.party_meeting(story.item(matter), starts_at=AFTER)
    assert story.says("P-07") is BROKEN
    assert story.says("A-06") is NOT_APPLICABLE


NOTICE = START - hours(48)


@TWINS
@edges(
    "by when notice added result outcome",
    {
        "before the start, no notice": ("head", START - MOMENT, None, None, None, MET),
        "as it starts": ("head", START, None, None, None, MET),
        "after the start": ("head", START + MOMENT, None, None, None, BROKEN),
        "as the notice goes out": ("head", NOTICE, NOTICE, None, None, MET),
        "after the notice": ("head", NOTICE + MOMENT, NOTICE, None, None, BROKEN),
        "after the notice, and added before it": ("head", NOTICE + MOMENT, NOTICE, NOTICE - hours(1), None, BROKEN),
        "after the notice, and added as it went out": ("head", NOTICE + MOMENT, NOTICE, NOTICE, None, BROKEN),
        "after the notice, and added after it": ("head", NOTICE + hours(2), NOTICE, NOTICE + hours(1), None, MET),
        "added after the notice, confirmed after the start": ("head", AFTER, NOTICE, NOTICE + hours(1), None, BROKEN),
        "by a deputy": ("deputy", BEFORE, None, None, None, BROKEN),
        "by nobody on record": (None, BEFORE, None, None, None, UNKNOWN),
        "by nobody on record, after the start": (None, AFTER, None, None, None, BROKEN),
        "at no time on record": ("head", None, None, None, None, UNKNOWN),
        "at no time on record, after a notice": ("head", None, NOTICE, None, None, UNKNOWN),
        "in time, added at some time, no notice": ("head", BEFORE, None, NOTICE, None, MET),
        "not at all": (None, None, None, None, None, UNKNOWN),
        "not at all, and yet decided": (None, None, None, None, "passed", BROKEN),
        "at no time, and yet noted": ("head", None, None, None, "noted", BROKEN),
        "not at all, and withdrawn": (None, None, None, None, "withdrawn", BROKEN),
        "by the head, and withdrawn": ("head", BEFORE, None, None, "withdrawn", MET),
    },
)
def test_P08_A07_the_head_confirms_in_time(body, by, when, notice, added, result, outcome):
    who = {"head": HEAD[body], "deputy": DEPUTY[body]}
    story = Story()
    item = story.item(confirmed_by=who.get(by), confirmed_at=when, added_at=added, outcome=result)
    story.meeting(body, item, notice_sent_at=notice)
    assert story.says(CONFIRMING[body]) is outcome


@TWINS
def test_P08_A07_the_delegated_chair_may_confirm(body):
    deputy = DEPUTY[body]
    story = Story()
    item = story.item(confirmed_by=deputy, confirmed_at=BEFORE)
    story.meeting(body, item, chair=deputy, delegation=delegation(HEAD[body], deputy))
    assert story.says(CONFIRMING[body]) is MET


def test_P08_the_head_is_that_of_the_day_of_the_confirmation():
    story = Story().leaves(ZHAO, "party_secretary", until=day("2025-03-04"))
    story.appoint(SUN, "party_secretary", since=day("2025-03-04"))
    for by, when in ((ZHAO, "2025-03-03"), (ZHAO, "2025-03-04"), (SUN, "2025-03-04")):
        story.party_meeting(story.item(confirmed_by=by, confirmed_at=at(when)))
    assert sorted(story.says_in_turn("P-08")) == sorted([MET, BROKEN, MET])


def test_P08_a_vacant_post_on_that_day_is_unknown_but_late_is_late():
    story = Story().leaves(ZHAO, "party_secretary")
    story.party_meeting(story.item(confirmed_by=ZHAO, confirmed_at=BEFORE))
    story.party_meeting(story.item(confirmed_by=ZHAO, confirmed_at=AFTER))
    assert story.says_in_turn("P-08") == [UNKNOWN, BROKEN]


@edges(
    "added notice emergency outcome",
    {
        "added before the notice": (NOTICE - MOMENT, NOTICE, False, NOT_APPLICABLE),
        "added as it went out": (NOTICE, NOTICE, False, NOT_APPLICABLE),
        "added after it": (NOTICE + MOMENT, NOTICE, False, BROKEN),
        "added after it, in an emergency": (NOTICE + MOMENT, NOTICE, True, MET),
        "no time of adding": (None, NOTICE, False, NOT_APPLICABLE),
        "no notice": (NOTICE, None, False, NOT_APPLICABLE),
    },
)
def test_C10_only_emergencies_join_late(added, notice, emergency, outcome):
    story = Story()
    matter = story.matter(emergency=Emergency(BEFORE, ZHAO, "水管爆裂") if emergency else None)
    story.office_meeting(story.item(matter, added_at=added), notice_sent_at=notice)
    assert story.says("C-10") is outcome


@edges(
    "ahead parameters emergency outcome",
    {
        "two days to the second": (hours(48), {}, False, MET),
        "a second less": (hours(48) - MOMENT, {}, False, BROKEN),
        "the school asks for a day": (hours(24), {"notice_hours": 24}, False, MET),
        "after the start": (-hours(1), {}, False, BROKEN),
        "not on record": (None, {}, False, UNKNOWN),
        "called for an emergency": (hours(1), {}, True, NOT_APPLICABLE),
        "no notice asked for, none late": (timedelta(0), {"notice_hours": 0}, False, MET),
    },
)
def test_C11_the_notice_comes_in_time(ahead, parameters, emergency, outcome):
    story = Story().procedure("party", **parameters)
    story.party_meeting(notice_sent_at=None if ahead is None else START - ahead, emergency=emergency)
    assert story.says("C-11") is outcome


@edges(
    "ahead headline values",
    {
        "some hours": (hours(3.5), "本次会议的通知提前 3 小时发出，须提前 48 小时", 3),
        "an hour": (hours(1), "本次会议的通知提前 1 小时发出，须提前 48 小时", 1),
        "half an hour": (hours(0.5), "本次会议的通知提前不足 1 小时发出，须提前 48 小时", 0),
        "as it starts": (hours(0), "本次会议的通知提前不足 1 小时发出，须提前 48 小时", 0),
        "later": (-MOMENT, "本次会议的通知在会议开始后才发出，须提前 48 小时", -1),
    },
)
def test_C11_tells_how_early_the_notice_was(ahead, headline, values):
    story = Story()
    story.party_meeting(notice_sent_at=START - ahead)
    assert story.finding("C-11").headline == headline
    assert story.finding("C-11").values == {"hours": values, "needed": 48}
