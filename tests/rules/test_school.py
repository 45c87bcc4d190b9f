"""P-16, A-16, G-01 … G-06: the school over time."""

from dataclasses import replace

from governance.rules.facts import Communication
from tests.rules.story import (
    BROKEN,
    LI,
    MET,
    NOT_APPLICABLE,
    QIAN,
    SUN,
    UNKNOWN,
    WU,
    ZHAO,
    ZHOU,
    Story,
    at,
    day,
    edges,
)


@edges(
    "days outcome",
    {
        "no meeting": ([], UNKNOWN),
        "one meeting": (["2025-03-05"], UNKNOWN),
        "every month": (["2025-03-31", "2025-04-01", "2025-05-31"], MET),
        "two in one month": (["2025-03-01", "2025-03-31"], MET),
        "a month left out": (["2025-03-31", "2025-05-01"], BROKEN),
        "a month left out in the holidays": (["2025-06-30", "2025-09-01"], MET),
        "February is a holiday, January is not": (["2024-12-31", "2025-03-01"], BROKEN),
    },
)
def test_P16_the_party_meets_monthly(days, outcome):
    story = Story()
    for one in days:
        story.party_meeting(starts_at=at(one))
    assert story.says("P-16") is outcome


def test_P16_names_the_first_six_months():
    story = Story()
    for one in ("2024-09-05", "2025-06-05"):
        story.party_meeting(starts_at=at(one))
    assert story.finding("P-16").values == {"missing": 7}
    assert story.finding("P-16").headline == (
        "有 7 个月没有党组织会议：2024 年 10 月、2024 年 11 月、2024 年 12 月、2025 年 1 月、2025 年 3 月、2025 年 4 月等"
    )


def test_P16_names_six_months_if_there_are_no_more():
    story = Story()
    for one in ("2024-09-05", "2025-05-05"):
        story.party_meeting(starts_at=at(one))
    assert story.finding("P-16").headline.endswith("2025 年 3 月、2025 年 4 月")


def test_P16_holidays_are_those_in_force_on_the_first_of_the_month():
    story = Story().procedure("party", since="2025-04-02", vacation_months=[4])
    for one in ("2025-03-05", "2025-05-05"):
        story.party_meeting(starts_at=at(one))
    assert story.says("P-16") is BROKEN
    story.procedure("party", since="2025-04-01", vacation_months=[4])
    assert story.says("P-16") is MET


@edges(
    "days parameters outcomes",
    {
        "the first has none before it": (["2025-03-05"], {}, []),
        "21 days": (["2025-03-05", "2025-03-26"], {}, [MET]),
        "22 days": (["2025-03-05", "2025-03-27"], {}, [BROKEN]),
        "the school allows a week": (["2025-03-05", "2025-03-13"], {"frequency_days": 7}, [BROKEN]),
        "a February between does not count": (["2025-01-20", "2025-03-10"], {}, [MET]),
        "a summer does not count, its neighbours do": (["2025-06-19", "2025-09-10"], {}, [MET]),
        "one day more": (["2025-06-19", "2025-09-11"], {}, [BROKEN]),
    },
)
def test_A16_the_office_meets_often_enough(days, parameters, outcomes):
    story = Story().procedure("office", **parameters)
    for one in reversed(days):
        story.office_meeting(starts_at=at(one))
    assert story.says_in_turn("A-16") == outcomes


@edges(
    "submitted filed on outcome",
    {
        "submitted and filed": ("2024-09-10", "2024-09-20", "2025-06-30", MET),
        "filed on the day of the check": ("2024-09-10", "2025-06-30", "2025-06-30", MET),
        "submitted on the day of the check": ("2025-06-30", "2025-06-30", "2025-06-30", MET),
        "filed the day after": ("2024-09-10", "2025-07-01", "2025-06-30", BROKEN),
        "submitted the day after": ("2025-07-01", "2024-09-20", "2025-06-30", BROKEN),
        "not filed": ("2024-09-10", None, "2025-06-30", BROKEN),
        "not submitted": (None, "2024-09-20", "2025-06-30", BROKEN),
        "before they were in force": ("2024-09-10", "2024-09-20", "2024-08-31", BROKEN),
    },
)
def test_G01_procedures_are_filed(submitted, filed, on, outcome):
    story = Story().procedure("party")
    story.procedures[0] = replace(
        story.procedures[0], submitted_on=submitted and day(submitted), filed_on=filed and day(filed)
    )
    party, office = story.findings("G-01", on=day(on))
    assert (party.body, party.outcome) == ("party", outcome)
    assert (office.body, office.outcome) == ("office", BROKEN)


def test_G01_it_is_the_version_in_force_that_must_be_filed():
    story = Story().procedure("office").procedure("office", since="2025-06-30")
    story.procedures[0] = replace(story.procedures[0], submitted_on=day("2024-09-01"), filed_on=day("2024-09-01"))
    assert story.says_in_turn("G-01", on=day("2025-06-29")) == [BROKEN, MET]
    assert story.says_in_turn("G-01", on=day("2025-06-30")) == [BROKEN, BROKEN]


@edges(
    "days outcome",
    {
        "never": ([], UNKNOWN),
        "once": (["2025-03-05"], UNKNOWN),
        "two weeks": (["2025-03-05", "2025-03-19"], MET),
        "a day more": (["2025-03-05", "2025-03-20"], BROKEN),
        "one gap among many": (["2025-03-05", "2025-03-12", "2025-04-12", "2025-04-13"], BROKEN),
        "over the winter holidays": (["2025-01-25", "2025-03-07"], MET),
    },
)
def test_G02_the_heads_talk_regularly(days, outcome):
    story = Story()
    story.more["communications"] = tuple(Communication(at(one)) for one in reversed(days))
    assert story.says("G-02") is outcome


@edges(
    "changes member outcome",
    {
        "two people, the principal is deputy": ([], True, MET),
        "the principal is no party member": ([("leaves", QIAN, "deputy_party_secretary")], False, MET),
        "a member, and not deputy": ([("leaves", QIAN, "deputy_party_secretary")], True, BROKEN),
        "perhaps a member, and not deputy": ([("leaves", QIAN, "deputy_party_secretary")], None, UNKNOWN),
        "the secretary is vice-principal too": ([("appoint", ZHAO, "vice_principal")], True, BROKEN),
        "one person": ([("leaves", QIAN, "principal"), ("appoint", ZHAO, "principal")], True, BROKEN),
        "no secretary": ([("leaves", ZHAO, "party_secretary")], True, UNKNOWN),
        "no principal": ([("leaves", QIAN, "principal")], True, UNKNOWN),
        "no secretary, and the principal not deputy": (
            [("leaves", ZHAO, "party_secretary"), ("leaves", QIAN, "deputy_party_secretary")],
            True,
            BROKEN,
        ),
    },
)
def test_G04_secretary_and_principal_are_two(changes, member, outcome):
    story = Story(members={QIAN: member})
    for verb, person, post in changes:
        getattr(story, verb)(person, post)
    assert story.says("G-04") is outcome
    assert replace(story, organization="general_branch", party=0, office=0).says("G-04") is outcome
    assert replace(story, organization="branch", party=0, office=0).says("G-04") is NOT_APPLICABLE


@edges(
    "post headline",
    {
        "both heads": ("principal", "书记赵敏与校长为同一人"),
        "another post": ("vice_principal", "书记赵敏兼任行政职务"),
    },
)
def test_G04_tells_which_post_the_secretary_holds(post, headline):
    story = Story(office=0 if post == "principal" else 1).appoint(ZHAO, post)
    assert story.finding("G-04").headline == headline


@edges(
    "principal deputy outcome",
    {
        "two people": (QIAN, None, MET),
        "one person and a full-time deputy": (ZHAO, True, MET),
        "one person and a part-time deputy": (ZHAO, False, BROKEN),
        "one person and a deputy, perhaps full-time": (ZHAO, None, UNKNOWN),
        "one person alone": (ZHAO, "none", BROKEN),
        "no principal": (None, True, UNKNOWN),
        "no principal and no secretary": ("vacant", "none", UNKNOWN),
    },
)
def test_G05_one_head_has_a_full_time_deputy(principal, deputy, outcome):
    story = Story(party=1, office=0, organization="branch")
    if principal == "vacant":
        story.leaves(ZHAO, "party_secretary")
    elif principal:
        story.appoint(principal, "principal")
    if deputy != "none":
        story.appoint(SUN, "deputy_party_secretary", full_time=deputy)
    assert story.says("G-05") is outcome
    assert replace(story, organization="committee", party=0, office=0).says("G-05") is NOT_APPLICABLE


@edges(
    "members appointed outcome",
    {
        "no party members": ({LI: False, ZHOU: False}, None, MET),
        "one is, and not in the team": ({LI: True, ZHOU: False}, None, BROKEN),
        "one is, and in the team": ({LI: True, ZHOU: False}, LI, MET),
        "one is not recorded": ({LI: False, ZHOU: None}, None, UNKNOWN),
        "one is not recorded, though in the team": ({LI: False, ZHOU: None}, ZHOU, UNKNOWN),
        "a breach shows whatever else is missing": ({LI: True, ZHOU: None}, None, BROKEN),
    },
)
def test_G06_party_vice_principals_join_the_team(members, appointed, outcome):
    story = Story(members=members)
    if appointed:
        story.appoint(appointed, "party_committee_member")
    assert story.says("G-06") is outcome


def test_G06_without_a_vice_principal_there_is_nothing_to_look_at():
    assert Story(office=1, members={WU: True}).says("G-06") is NOT_APPLICABLE
