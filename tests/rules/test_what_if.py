"""The dry run: what an item could come to with the people expected."""

from hypothesis import given
from hypothesis import strategies as st

from governance.rules.what_if import prospects
from tests.rules.story import LI, OFFICE, PARTY, QIAN, SUN, WU, ZHAO, Story, edges, recused


def prospect(story: Story, item, expected, body: str = "party"):
    (one,) = prospects(story.dossier, story.meeting(body, item), expected)
    return one


@edges(
    "category coming opens decides passes makers lacking",
    {
        "all seven": ("H01", 7, True, True, True, 0, 0),
        "five of seven on personnel": ("H01", 5, True, True, True, 0, 0),
        "four of seven on personnel: any third would do": ("H01", 4, True, False, False, 3, 1),
        "four of seven on anything else": ("D02", 4, True, True, True, 0, 0),
        "three of seven: any fourth would do": ("D02", 3, False, False, False, 4, 1),
        "two of seven: nobody alone": ("D02", 2, False, False, False, 0, 2),
        "two of seven on personnel": ("H01", 2, False, False, False, 0, 3),
        "nobody": ("D02", 0, False, False, False, 0, 4),
    },
)
def test_what_seven_could_do(category, coming, opens, decides, passes, makers, lacking):
    story = Story(party=7)
    one = prospect(story, story.item(category), PARTY[:coming])
    assert (one.opens, one.decides, one.passes) == (opens, decides, passes)
    assert set(one.difference_makers) == set(PARTY[coming:7] if makers else ())
    assert one.lacking == lacking


def test_half_of_six_may_meet_and_one_more_would_make_the_difference():
    story = Story(party=6)
    one = prospect(story, story.item(), PARTY[:3])
    assert (one.decides, one.passes, one.lacking) == (True, False, 1)
    assert set(one.difference_makers) == set(PARTY[3:6])


def test_the_interested_are_taken_to_stand_aside():
    story = Story(party=5)
    matter = story.matter("D02", interests=frozenset({ZHAO, WU}))
    one = prospect(story, story.item(matter), [ZHAO, QIAN, SUN])
    assert (one.opens, one.decides, one.passes) == (True, True, False)
    assert one.difference_makers == ("zheng",)


def test_sometimes_even_the_whole_team_is_not_enough():
    story = Story(party=3)
    one = prospect(story, story.item(recusals=recused(ZHAO, QIAN)), PARTY[:3])
    assert (one.passes, one.difference_makers, one.lacking) == (False, (), None)


def test_guests_do_not_help():
    story = Story(party=5)
    assert not prospect(story, story.item(), [ZHAO, QIAN, LI]).opens


def test_an_office_meeting_needs_its_quorum_and_no_vote():
    story = Story(office=4)
    one = prospect(story, story.item(purpose="handle"), [QIAN, ZHAO, SUN], body="office")
    assert (one.opens, one.lacking, set(one.difference_makers)) == (False, 1, set(OFFICE[1:4]))
    assert one.warning == "第 1 项现在不能表决：应到 4 人，实到 1 人，开会须到 2 人"
    assert prospect(story, story.item(purpose="handle"), OFFICE[:2], body="office").passes


def test_items_that_are_settled_are_left_out():
    story = Story()
    meeting = story.party_meeting(story.item(outcome="passed"), story.item())
    assert [one.item for one in prospects(story.dossier, meeting, PARTY[:5])] == [2]


@given(st.integers(1, 12), st.data())
def test_what_is_lacking_is_exactly_what_is_lacking(team, data):
    coming = data.draw(st.integers(0, team))
    category = data.draw(st.sampled_from(["G", "H01"]))
    story = Story(party=team)
    one = prospect(story, story.item(category), PARTY[:coming])
    assert one.lacking is not None
    assert prospect(story, story.item(category), PARTY[: coming + one.lacking]).passes
    if one.lacking:
        assert not prospect(story, story.item(category), PARTY[: coming + one.lacking - 1]).passes
    assert bool(one.difference_makers) == (one.lacking == 1)
