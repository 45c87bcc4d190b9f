"""P-03, P-04, A-03: enough of those there who must be."""

from governance.rules.facts import Attendance, CatalogueRow
from tests.rules.story import (
    BROKEN,
    HE,
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
    recused,
)


@edges(
    "team present outcome",
    {
        "one of one": (1, 1, MET),
        "none of one": (1, 0, BROKEN),
        "one of two is exactly half": (2, 1, MET),
        "one of three is less than half": (3, 1, BROKEN),
        "three of six is exactly half": (6, 3, MET),
        "two of six is less than half": (6, 2, BROKEN),
        "four of seven is the first above half": (7, 4, MET),
        "three of seven is half rounded down": (7, 3, BROKEN),
        "nobody in post is unknown, not zero of zero": (0, 0, UNKNOWN),
        "no attendance at all": (7, None, UNKNOWN),
    },
)
def test_P03_half_of_the_party_team(team, present, outcome):
    story = Story(party=team)
    story.party_meeting(story.item(), present=present, guests=[LI])
    assert story.says("P-03") is outcome


@edges(
    "quorum present outcome",
    {
        "two thirds of six, exactly": ("two_thirds", 4, MET),
        "two thirds of six, one short": ("two_thirds", 3, BROKEN),
        "exactly half is not more than half": ("more_than_half", 3, BROKEN),
        "exactly two thirds is not more than two thirds": ("more_than_two_thirds", 4, BROKEN),
        "five of six is three quarters": ("three_quarters", 5, MET),
        "five of six is not everyone": ("unanimous", 5, BROKEN),
        "six of six is everyone": ("unanimous", 6, MET),
    },
)
def test_P03_a_stricter_quorum_of_the_school_s_own(quorum, present, outcome):
    story = Story(party=6).procedure("party", quorum=quorum)
    story.party_meeting(story.item(), present=present)
    assert story.says("P-03") is outcome


def test_P03_a_stricter_quorum_counts_from_its_day_on():
    story = Story(party=6).procedure("party", since="2025-03-05", quorum="two_thirds")
    story.party_meeting(story.item(), present=3, starts_at=at("2025-03-04"))
    story.party_meeting(story.item(), present=3, starts_at=at("2025-03-05"))
    assert story.says_in_turn("P-03") == [MET, BROKEN]


def test_P03_vacant_seats_are_not_people_and_one_person_in_two_posts_is_one():
    story = Story(party=2).appoint(ZHAO, "party_committee_member")
    story.party_meeting(story.item(), present=1)
    assert story.finding("P-03").values == {"present": 1, "in_office": 2, "needed": 1}


def test_P03_who_leaves_the_post_that_day_is_out_and_who_takes_it_is_in():
    story = Story(party=3).leaves(SUN, "deputy_party_secretary", until=day("2025-03-05"))
    story.appoint(WU, "party_committee_member", since=day("2025-03-05"))
    story.party_meeting(story.item(), present=[ZHAO, SUN])
    assert story.finding("P-03").values == {"present": 1, "in_office": 3, "needed": 2}


def test_P03_the_role_written_down_does_not_make_a_member():
    story = Story(party=4)
    story.party_meeting(story.item(), attendance=tuple(Attendance(one, "present", "member") for one in (ZHAO, LI, HE)))
    assert story.says("P-03") is BROKEN


@edges(
    "from_item to_item present",
    {
        "no ends: there throughout": (None, None, [1, 1, 1]),
        "came for the second": (2, None, [0, 1, 1]),
        "left after the second": (None, 2, [1, 1, 0]),
        "there for the second only": (2, 2, [0, 1, 0]),
    },
)
def test_P03_coming_late_and_leaving_early(from_item, to_item, present):
    story = Story(party=3)
    sheet = (Attendance(ZHAO, "present", "", from_item, to_item), Attendance(QIAN, "leave", "", 1, 3))
    story.party_meeting(*(story.item() for _ in range(3)), attendance=sheet)
    assert [finding.values["present"] for finding in story.findings("P-03")] == present


@edges(
    "away present",
    {
        "there throughout": ((), [1, 1, 1, 1]),
        "gone for the second and back": ((2,), [1, 0, 1, 1]),
        "gone twice": ((2, 4), [1, 0, 1, 0]),
    },
)
def test_P03_who_is_away_between_does_not_count_for_what_they_missed(away, present):
    story = Story(party=3)
    sheet = (Attendance(ZHAO, "present", away=away), Attendance(QIAN, "leave", away=(1,)))
    story.party_meeting(*(story.item() for _ in range(4)), attendance=sheet)
    assert [finding.values["present"] for finding in story.findings("P-03")] == present


def test_P03_withdrawn_items_need_no_quorum():
    story = Story(party=7)
    story.party_meeting(story.item(outcome="withdrawn"), present=1)
    assert story.says("P-03") is NOT_APPLICABLE


def test_P03_says_who_could_come():
    story = Story(party=5)
    story.party_meeting(story.item(), present=[ZHAO, QIAN])
    assert story.finding("P-03").message == (
        "第 1 项现在不能表决：应到 5 人，实到 2 人，开会须到 3 人。依据《意见》（五）。"
        "等孙丽副书记、吴刚委员、郑洁委员中的 1 人到会，或把本项移到下次会议。"
    )


@edges(
    "quorum present recusals mend",
    {
        "any of several": ("two_thirds", 1, (), "等钱芳校长、孙丽副书记中的 1 人到会，或把本项移到下次会议"),
        "the only one left": ("unanimous", 2, (), "等孙丽副书记到会，或把本项移到下次会议"),
        "all who are left": ("unanimous", 1, (), "等钱芳校长、孙丽副书记到会，或把本项移到下次会议"),
        "who is recused cannot help": ("unanimous", 1, (SUN,), "请把本项移到下次会议"),
    },
)
def test_P03_waits_only_for_people_who_could_make_the_difference(quorum, present, recusals, mend):
    story = Story(party=3).procedure("party", quorum=quorum)
    story.party_meeting(story.item(recusals=recused(*recusals)), present=present)
    assert story.finding("P-03").mend == mend


def test_P03_after_the_meeting_nobody_is_waited_for():
    story = Story(party=3)
    story.party_meeting(story.item(outcome="passed"), present=1)
    assert story.finding("P-03").message == (
        "第 1 项到会人数不够，不能形成有效决定：应到 3 人，实到 1 人，开会须到 2 人。依据《意见》（五）。"
        "请核对出席记录；人数确实不够的，重新上会。"
    )


@edges(
    "team present outcome",
    {
        "four of six is exactly two thirds": (6, 4, MET),
        "three of six is half, and less than two thirds": (6, 3, BROKEN),
        "five of seven is the first above two thirds": (7, 5, MET),
        "four of seven is two thirds rounded down": (7, 4, BROKEN),
        "two of three": (3, 2, MET),
        "one of two": (2, 1, BROKEN),
        "nobody in post": (0, 0, UNKNOWN),
        "no attendance at all": (7, None, UNKNOWN),
    },
)
def test_P04_two_thirds_for_personnel(team, present, outcome):
    story = Story(party=team)
    story.party_meeting(story.item("H01"), present=present, guests=[LI])
    assert story.says("P-04") is outcome


@edges(
    "category marked categories purpose outcome",
    {
        "a class H matter": ("H05", False, [], "decide", BROKEN),
        "an ordinary one": ("D02", False, [], "decide", NOT_APPLICABLE),
        "marked by hand": ("D02", True, [], "decide", BROKEN),
        "a category the school lists": ("D02", False, ["D02"], "decide", BROKEN),
        "another category of that class": ("D03", False, ["D02"], "decide", NOT_APPLICABLE),
        "a whole class the school lists": ("D03", False, ["D"], "decide", BROKEN),
        "heard of, not decided": ("H01", False, [], "report", NOT_APPLICABLE),
    },
)
def test_P04_which_matters_need_two_thirds(category, marked, categories, purpose, outcome):
    story = Story(party=6).procedure("party", two_thirds_categories=categories)
    story.party_meeting(story.item(story.matter(category, two_thirds=marked), purpose), present=3)
    assert story.says("P-04") is outcome


def test_P04_a_matter_may_be_marked_before_its_category_stands():
    story = Story(party=6)
    story.catalogue.append(CatalogueRow("X01", "研学基地", day("2025-03-06")))
    story.party_meeting(story.item(story.matter("X01", two_thirds=True)), story.item(story.matter("X01")), present=3)
    assert story.says_in_turn("P-04") == [BROKEN]


def test_P04_the_catalogue_may_ask_for_two_thirds_from_a_day_on():
    story = Story(party=6)
    story.catalogue.append(CatalogueRow("D02", "发展规划", day("2025-03-05"), two_thirds=True))
    for when in ("2025-03-04", "2025-03-05"):
        story.party_meeting(story.item("D02"), present=3, starts_at=at(when))
    assert story.says_in_turn("P-04") == [BROKEN]


def test_P04_reads_as_the_page_promises():
    story = Story(party=7)
    story.party_meeting(
        story.item(),
        story.item("H01"),
        present=[ZHAO, QIAN, WU, "zheng"],
    )
    assert story.findings("P-04")[0].headline == "第 2 项现在不能表决：应到 7 人，实到 4 人，干部任免须到 5 人"


@edges(
    "team present outcome",
    {
        "two of four is exactly half": (4, [QIAN, LI], MET),
        "one of four": (4, [QIAN], BROKEN),
        "two of five": (5, [QIAN, LI], BROKEN),
        "three of five": (5, [QIAN, LI, ZHOU], MET),
        "people of the party team do not count": (5, [QIAN, LI, ZHAO, SUN], BROKEN),
        "who is in both teams counts": (2, [QIAN, ZHAO], MET),
        "nobody in post": (0, [ZHAO], UNKNOWN),
        "no attendance at all": (4, None, UNKNOWN),
    },
)
def test_A03_half_of_the_administration(team, present, outcome):
    story = Story(office=team)
    story.office_meeting(story.item(purpose="handle"), present=present)
    assert story.says("A-03") is outcome


def test_A03_does_not_judge_party_meetings_nor_P03_office_meetings():
    story = Story()
    story.office_meeting(story.item(), present=4)
    assert story.says("P-03") is NOT_APPLICABLE
    assert story.says("A-03") is MET


@edges(
    "reduces recusals values",
    {
        "a recused member stays in the count": (False, [SUN], {"present": 6, "in_office": 9, "needed": 6}),
        "or leaves it on both sides": (True, [SUN], {"present": 5, "in_office": 8, "needed": 6}),
        "a recused observer was never in it": (True, [LI], {"present": 6, "in_office": 9, "needed": 6}),
        "a recused absent member leaves the base": (True, ["wei"], {"present": 6, "in_office": 8, "needed": 6}),
    },
)
def test_recusal_and_the_base(reduces, recusals, values):
    story = Story(party=9).procedure("party", recusal_reduces_base=reduces)
    story.party_meeting(story.item("H01", recusals=recused(*recusals)), present=6)
    assert story.finding("P-04").values == values


def test_a_base_of_nobody_is_unknown():
    story = Story(party=1).procedure("party", recusal_reduces_base=True)
    story.party_meeting(story.item(recusals=recused(ZHAO)), present=1)
    assert story.says("P-03") is UNKNOWN
