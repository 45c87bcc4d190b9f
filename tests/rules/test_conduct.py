"""P-13, P-14, A-08, C-14 … C-17, C-21, C-24: how the meeting itself went."""

from governance.rules.facts import Attendance, Opinion, Vote
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
    WU,
    ZHAO,
    ZHOU,
    Story,
    agree,
    counts,
    edges,
    hours,
    recused,
)


def spoke(*people: str) -> tuple[Opinion, ...]:
    """Opinions in this order, without a stance."""
    return tuple(Opinion(person, None, order) for order, person in enumerate(people, start=1))


@edges(
    "category result present opinions recusals outcome",
    {
        "all of them": ("H01", "passed", 3, agree(ZHAO, QIAN, SUN), (), MET),
        "one silent": ("H01", "passed", 3, agree(ZHAO, QIAN), (), BROKEN),
        "one spoke without a stance": ("H01", "passed", 3, agree(ZHAO, QIAN) + spoke(SUN), (), BROKEN),
        "the silent one is recused": ("H01", "passed", 3, agree(ZHAO, QIAN), (SUN,), MET),
        "the absent need none": ("H01", "passed", 2, agree(ZHAO, QIAN), (), MET),
        "no attendance": ("H01", "passed", None, agree(ZHAO), (), UNKNOWN),
        "not decided yet": ("H01", None, 3, (), (), NOT_APPLICABLE),
        "not personnel": ("D02", "passed", 3, (), (), NOT_APPLICABLE),
        "nobody there who could": ("H01", "passed", 0, (), (), NOT_APPLICABLE),
    },
)
def test_P13_everyone_takes_a_stance_on_personnel(category, result, present, opinions, recusals, outcome):
    story = Story(party=5)
    item = story.item(category, outcome=result, opinions=opinions, recusals=recused(*recusals))
    story.party_meeting(item, present=present)
    assert story.says("P-13") is outcome


def test_P13_A08_with_nobody_in_post_nobody_can_tell_who_kept_silent():
    story = Story(party=0, office=0)
    story.party_meeting(story.item("H01", outcome="passed"), present=[ZHAO])
    item = story.item("G", "handle", outcome="principal_decided", opinions=spoke(LI))
    story.office_meeting(item, present=[QIAN], chair=QIAN)
    assert story.says("P-13") is UNKNOWN
    assert story.says("A-08") is UNKNOWN


@edges(
    "opinions recusals chair outcome",
    {
        "last": (spoke(QIAN, SUN, ZHAO), (), ZHAO, MET),
        "first": (spoke(ZHAO, QIAN), (), ZHAO, BROKEN),
        "tied for last": ((*spoke(QIAN, ZHAO), Opinion(SUN, None, 2)), (), ZHAO, MET),
        "an observer after the chair is no voter": (spoke(QIAN, SUN, ZHAO, LI), (), ZHAO, MET),
        "an absent member after the chair neither": (spoke(QIAN, SUN, ZHAO, WU), (), ZHAO, MET),
        "the chair says nothing": (spoke(QIAN, SUN), (), ZHAO, BROKEN),
        "the chair's place is not recorded": (spoke(QIAN, SUN) + agree(ZHAO), (), ZHAO, UNKNOWN),
        "only one voter's place is": (spoke(QIAN) + agree(SUN), (), ZHAO, NOT_APPLICABLE),
        "nobody's is": (agree(QIAN, SUN, ZHAO), (), ZHAO, UNKNOWN),
        "no opinions at all": ((), (), ZHAO, UNKNOWN),
        "the chair is recused": (spoke(ZHAO, QIAN, SUN), (ZHAO,), ZHAO, NOT_APPLICABLE),
        "the last one is recused, the chair before": (spoke(QIAN, ZHAO, SUN), (SUN,), ZHAO, MET),
        "no chair on record": (spoke(QIAN, SUN), (), None, UNKNOWN),
        "a delegated chair, last": (spoke(QIAN, ZHAO, SUN), (), SUN, MET),
    },
)
def test_P14_the_chair_speaks_last(opinions, recusals, chair, outcome):
    story = Story(party=5)
    item = story.item("D02", outcome="passed", opinions=opinions, recusals=recused(*recusals))
    story.party_meeting(item, present=[ZHAO, QIAN, SUN], guests=[LI], chair=chair)
    assert story.says("P-14") is outcome


@edges(
    "scope category result outcome",
    {
        "reserved by default": (None, "D02", "passed", BROKEN),
        "an ordinary matter": (None, "G", "passed", NOT_APPLICABLE),
        "perhaps reserved": (None, "F01", "passed", UNKNOWN),
        "not decided": (None, "D02", "noted", NOT_APPLICABLE),
        "everything": ("all", "G", "passed", BROKEN),
        "everything, of unknown size too": ("all", "F01", "passed", BROKEN),
        "nothing": ("none", "H01", "passed", NOT_APPLICABLE),
        "personnel": ("personnel", "H01", "passed", BROKEN),
        "personnel only": ("personnel", "D02", "passed", NOT_APPLICABLE),
    },
)
def test_P14_on_what_the_chair_speaks_last(scope, category, result, outcome):
    story = Story().procedure("party", **({"chair_speaks_last": scope} if scope else {}))
    item = story.item(category, outcome=result, opinions=spoke(ZHAO, QIAN))
    story.party_meeting(item, present=5, chair=ZHAO)
    assert story.says("P-14") is outcome


def test_P14_without_attendance_nobody_is_known_to_be_a_voter():
    story = Story()
    story.party_meeting(story.item("D02", outcome="passed", opinions=spoke(ZHAO, QIAN)), chair=ZHAO)
    assert story.says("P-14") is UNKNOWN


@edges(
    "opinions recusals chair present outcome",
    {
        "all the others": (spoke(LI, ZHOU), (), QIAN, 3, MET),
        "one missing": (spoke(LI), (), QIAN, 3, BROKEN),
        "the missing one is recused": (spoke(LI), (ZHOU,), QIAN, 3, MET),
        "the missing one was not there": (spoke(LI), (), QIAN, 2, MET),
        "the chair last": (spoke(LI, ZHOU, QIAN), (), QIAN, 3, MET),
        "the chair before another": (spoke(LI, QIAN, ZHOU), (), QIAN, 3, BROKEN),
        "the chair before a guest": (spoke(LI, ZHOU, QIAN, ZHAO), (), QIAN, 3, BROKEN),
        "the chair without a place": (spoke(LI, ZHOU) + agree(QIAN), (), QIAN, 3, MET),
        "no opinions at all": ((), (), QIAN, 3, UNKNOWN),
        "no attendance": (spoke(LI), (), QIAN, None, UNKNOWN),
        "no attendance, and the chair too early": (spoke(QIAN, LI), (), QIAN, None, BROKEN),
        "no chair on record, two silent": (spoke(LI), (), None, 3, BROKEN),
        "no chair on record, one silent": (spoke(LI, ZHOU), (), None, 3, UNKNOWN),
    },
)
def test_A08_the_principal_hears_everyone(opinions, recusals, chair, present, outcome):
    story = Story(office=4)
    item = story.item("G", "handle", outcome="principal_decided", opinions=opinions, recusals=recused(*recusals))
    story.office_meeting(item, present=present, guests=[ZHAO], chair=chair)
    assert story.says("A-08") is outcome


def test_A08_asks_only_what_was_decided():
    story = Story()
    story.office_meeting(story.item("G", "propose", outcome="referred"), present=4, chair=QIAN)
    assert story.says("A-08") is NOT_APPLICABLE


@edges(
    "interests recusals opinions present outcome",
    {
        "nobody has anything to do with it": ((), (), (), 5, NOT_APPLICABLE),
        "recused and silent": ((), (SUN,), (), 5, MET),
        "recused and spoke": ((), (SUN,), spoke(SUN), 5, MET),
        "recused with a stance": ((), (SUN,), agree(SUN), 5, BROKEN),
        "recused with a stance, no attendance": ((), (SUN,), agree(SUN), None, BROKEN),
        "an interested member stays": ((SUN,), (), (), 5, BROKEN),
        "an interested member is recused": ((SUN,), (SUN,), (), 5, MET),
        "an interested member is absent": ((SUN,), (), (), 2, MET),
        "an interested observer stays": ((LI,), (), (), 5, BROKEN),
        "one of two is recused": ((SUN, LI), (SUN,), (), 5, BROKEN),
        "interested, no attendance": ((SUN,), (), (), None, UNKNOWN),
        "recused, no attendance": ((), (SUN,), (), None, UNKNOWN),
    },
)
def test_C14_the_interested_stand_aside(interests, recusals, opinions, present, outcome):
    story = Story(party=5)
    matter = story.matter(interests=frozenset(interests))
    item = story.item(matter, recusals=recused(*recusals), opinions=opinions)
    story.party_meeting(item, present=present, guests=[LI] if present else ())
    assert story.says("C-14") is outcome


def test_C14_who_has_left_before_the_item_need_not_be_recused():
    story = Story(party=3)
    sheet = (Attendance(ZHAO, "present"), Attendance(SUN, "present", to_item=1))
    story.party_meeting(story.item(), story.item(story.matter(interests=frozenset({SUN}))), attendance=sheet)
    assert story.says("C-14") is MET


def test_C14_who_stays_away_while_it_is_on_need_not_be_recused_and_must_be_once_back():
    story = Story(party=3)
    sheet = (Attendance(ZHAO, "present"), Attendance(SUN, "present", away=(2,)))
    interested = (story.item(story.matter(interests=frozenset({SUN}))) for _ in range(2))
    story.party_meeting(story.item(), *interested, attendance=sheet)
    assert story.says_in_turn("C-14") == [MET, BROKEN]


@edges(
    "owner sheet outcome",
    {
        "there": (WU, (Attendance(WU, "present"),), MET),
        "there as an observer": (HE, (Attendance(HE, "present", "observer"),), MET),
        "there as the recorder": (HE, (Attendance(HE, "present", "recorder"),), MET),
        "on leave": (WU, (Attendance(WU, "leave"),), BROKEN),
        "not on the sheet": (WU, (Attendance(ZHAO, "present"),), BROKEN),
        "came later": (WU, (Attendance(WU, "present", from_item=2),), BROKEN),
        "away just then": (WU, (Attendance(WU, "present", away=(1,)),), BROKEN),
        "away at another": (WU, (Attendance(WU, "present", away=(2,)),), MET),
        "no attendance": (WU, (), UNKNOWN),
        "no owner": (None, (), NOT_APPLICABLE),
    },
)
def test_C15_the_owner_attends(owner, sheet, outcome):
    story = Story()
    story.office_meeting(story.item(story.matter(owner=owner)), attendance=sheet)
    assert story.says("C-15") is outcome


@edges(
    "result text outcome",
    {
        "with a reason": ("deferred", "方案需再论证", MET),
        "without": ("deferred", "", BROKEN),
        "with blanks": ("deferred", " \u3000", BROKEN),
        "not deferred": ("passed", "", NOT_APPLICABLE),
    },
)
def test_C16_deferring_has_a_reason(result, text, outcome):
    story = Story()
    story.party_meeting(story.item(outcome=result, decision_text=text))
    assert story.says("C-16") is outcome


@edges(
    "opinions votes outcome",
    {
        "nobody dissents": (agree(ZHAO), counts(5), NOT_APPLICABLE),
        "disagrees and says why": (agree(SUN, stance="disagree", text="预算不足"), counts(4, 1), MET),
        "disagrees and does not": (agree(SUN, stance="disagree"), (), BROKEN),
        "abstains without a word": (agree(SUN, stance="abstain", text=" "), (), BROKEN),
        "defers without a word": (agree(SUN, stance="defer"), (), BROKEN),
        "more against than names, openly": (agree(SUN, stance="disagree", text="否"), counts(3, 2), BROKEN),
        "no method is open": ((), counts(4, 1), BROKEN),
        "by show of hands": ((), counts(4, 1, method="show_of_hands"), BROKEN),
        "secretly": ((), counts(4, 1, method="secret_ballot"), NOT_APPLICABLE),
        "abstentions and deferrals count too": (agree(SUN, stance="defer", text="缓"), counts(3, 0, 1, 1), BROKEN),
        "fewer against than names": (agree(SUN, WU, stance="defer", text="缓"), counts(4, 1), MET),
        "a vote without counts": ((), (Vote(method="oral"),), NOT_APPLICABLE),
    },
)
def test_C17_dissent_is_written_down(opinions, votes, outcome):
    story = Story()
    story.party_meeting(story.item(opinions=opinions, votes=votes), present=5)
    assert story.says("C-17") is outcome


def test_C17_candidates_are_counted_one_by_one():
    story = Story()
    dissent = agree(SUN, stance="disagree", text="资历不足")
    votes = counts(4, 1, candidate="甲") + counts(4, 1, candidate="乙")
    story.party_meeting(story.item("H01", opinions=dissent, votes=votes), present=5)
    assert story.says("C-17") is MET


@edges(
    "sheet ended outcome",
    {
        "all there": ([("present", "")] * 3, True, MET),
        "one on leave with a reason": ([("present", ""), ("present", ""), ("leave", "公出")], True, MET),
        "one on leave without": ([("present", ""), ("present", ""), ("leave", "")], True, BROKEN),
        "one on leave with a blank": ([("present", ""), ("present", ""), ("leave", " ")], True, BROKEN),
        "one absent, reason or not": ([("present", ""), ("present", ""), ("absent", "公出")], True, BROKEN),
        "one not on the sheet": ([("present", ""), ("present", "")], True, BROKEN),
        "no sheet": ([], True, UNKNOWN),
        "not over yet": ([("present", "")], False, NOT_APPLICABLE),
    },
)
def test_C21_absence_has_a_reason(sheet, ended, outcome):
    story = Story(party=3)
    rows = tuple(
        Attendance(person, status, leave_reason=reason)
        for person, (status, reason) in zip((ZHAO, QIAN, SUN), sheet, strict=False)
    )
    story.party_meeting(attendance=rows, ends_at=START + hours(1) if ended else None)
    assert story.says("C-21") is outcome


def test_C21_with_nobody_in_post_nobody_is_missed():
    story = Story(party=0)
    story.party_meeting(present=[ZHAO], ends_at=START + hours(1))
    assert story.says("C-21") is UNKNOWN


def test_C21_names_who_is_missed():
    story = Story(party=3)
    story.party_meeting(attendance=(Attendance(ZHAO, "present"), Attendance(SUN, "absent")), ends_at=START + hours(1))
    assert story.finding("C-21").headline == (
        "本次会议有 2 名成员缺席或者请假没有理由：钱芳校长、孙丽副书记，其中 1 人没有出席记录"
    )


def test_C21_a_meeting_with_an_outcome_is_over():
    story = Story(party=3)
    story.party_meeting(story.item(outcome="passed"), present=3)
    assert story.says("C-21") is MET


@edges(
    "start end outcome",
    {
        "one ends as the other starts": (START + hours(1), START + hours(2), MET),
        "one starts a moment before the other ends": (START + hours(1) - MOMENT, START + hours(2), BROKEN),
        "the other way round": (START - hours(1), START + MOMENT, BROKEN),
        "ended as this one started": (START - hours(1), START, MET),
        "within": (START + hours(0.25), START + hours(0.5), BROKEN),
        "around": (START - hours(1), START + hours(5), BROKEN),
        "the same start, no end": (START, None, BROKEN),
        "another start, no end": (START + MOMENT, None, NOT_APPLICABLE),
        "another day": (BEFORE, BEFORE + hours(1), MET),
    },
)
def test_C24_the_two_meetings_stay_apart(start, end, outcome):
    story = Story()
    story.party_meeting(ends_at=START + hours(1))
    story.office_meeting(starts_at=start, ends_at=end)
    assert story.says("C-24") is outcome


def test_C24_without_an_end_only_the_same_start_is_seen():
    story = Story()
    story.party_meeting()
    story.office_meeting(starts_at=BEFORE, ends_at=START + hours(9))
    assert story.says("C-24") is NOT_APPLICABLE
    story.office_meeting(starts_at=START)
    assert story.says("C-24") is BROKEN


def test_C24_a_long_meeting_is_not_hidden_behind_a_short_one():
    story = Story()
    story.party_meeting(ends_at=START + hours(1))
    story.office_meeting(starts_at=START - hours(8), ends_at=START + hours(8))
    story.office_meeting(starts_at=START - hours(2), ends_at=START - hours(1))
    assert story.says("C-24") is BROKEN


def test_C24_each_office_meeting_is_looked_at():
    story = Story()
    story.party_meeting(ends_at=START + hours(1))
    for start in (-5, -1, 3):
        story.office_meeting(starts_at=START + hours(start), ends_at=START + hours(start + 1.5))
    assert story.says("C-24") is BROKEN
    assert "2025年3月5日 14:00" in story.finding("C-24").headline


def test_C24_a_long_meeting_on_another_day_does_not_stretch_the_others():
    story = Story()
    story.party_meeting(ends_at=START + hours(1))
    story.office_meeting(starts_at=BEFORE, ends_at=BEFORE + hours(9))
    story.office_meeting(starts_at=START - hours(1), ends_at=START)
    assert story.says("C-24") is MET


def test_C24_two_party_meetings_at_once_are_not_its_business():
    story = Story()
    story.party_meeting(ends_at=START + hours(1))
    story.party_meeting(starts_at=START + MOMENT, ends_at=START + hours(1))
    assert story.says("C-24") is NOT_APPLICABLE
