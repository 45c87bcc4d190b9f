"""P-06, P-10 … P-12, P-20, P-21, A-09: who votes, and what the counts carry."""

from governance.rules.facts import Attendance, Opinion, Vote
from tests.rules.story import (
    BROKEN,
    LI,
    MET,
    NOT_APPLICABLE,
    QIAN,
    SUN,
    UNKNOWN,
    ZHAO,
    ZHENG,
    Story,
    agree,
    counts,
    edges,
    recused,
)


@edges(
    "present opinions recusals outcome",
    {
        "all voters": (3, agree(ZHAO, QIAN, SUN), (), MET),
        "nobody took one": (3, (), (), MET),
        "an observer": (3, agree(ZHAO, LI), (), BROKEN),
        "an absent member": (3, agree(ZHAO, ZHENG), (), BROKEN),
        "an observer who only spoke": (3, (Opinion(LI, None, 1, "说明情况"),), (), MET),
        "a recused member is C-14's": (3, agree(SUN), (SUN,), MET),
        "a recused observer too": (3, agree(LI), (LI,), MET),
        "no attendance, and nobody took one": (None, (), (), MET),
        "no attendance, and a member did": (None, agree(ZHAO), (), UNKNOWN),
        "no attendance, and an outsider did": (None, agree(ZHAO, LI), (), BROKEN),
    },
)
def test_P06_only_voters_take_a_stance(present, opinions, recusals, outcome):
    story = Story(party=5)
    story.party_meeting(story.item(opinions=opinions, recusals=recused(*recusals)), present=present, guests=[LI])
    assert story.says("P-06") is outcome


def test_P06_written_opinions_of_the_absent_are_not_stances():
    story = Story(party=5)
    story.party_meeting(story.item(written_opinions=agree(ZHENG)), present=3)
    assert story.says("P-06") is MET


def test_P06_with_nobody_in_post_nobody_can_tell_who_is_a_stranger():
    story = Story(party=0)
    story.party_meeting(story.item(opinions=agree(ZHAO)), story.item(), present=[ZHAO])
    assert story.says_in_turn("P-06") == [UNKNOWN, MET]


@edges(
    "team agree result outcome",
    {
        "exactly half is not more than half": (6, 3, "passed", BROKEN),
        "one more than half": (6, 4, "passed", MET),
        "more than half of seven is four": (7, 4, "passed", MET),
        "three of seven": (7, 3, "passed", BROKEN),
        "one of one": (1, 1, "passed", MET),
        "one of two": (2, 1, "passed", BROKEN),
        "rejected below the threshold": (6, 3, "rejected", MET),
        "rejected though it was reached": (6, 4, "rejected", BROKEN),
        "deferred is no decision": (6, 3, "deferred", NOT_APPLICABLE),
        "no outcome yet": (6, 3, None, NOT_APPLICABLE),
        "nobody in post": (0, 1, "passed", UNKNOWN),
    },
)
def test_P10_more_than_half_of_those_in_office(team, agree, result, outcome):
    story = Story(party=team)
    story.party_meeting(story.item(outcome=result, votes=counts(agree)), present=team, guests=[LI])
    assert story.says("P-10") is outcome


@edges(
    "parameters present recusals agree outcome",
    {
        "two thirds, exactly": ({"pass_threshold": "two_thirds"}, 6, (), 4, MET),
        "more than two thirds, exactly": ({"pass_threshold": "more_than_two_thirds"}, 6, (), 4, BROKEN),
        "everyone but one": ({"pass_threshold": "unanimous"}, 6, (), 5, BROKEN),
        "everyone": ({"pass_threshold": "unanimous"}, 6, (), 6, MET),
        "three of four present, out of six": ({}, 4, (), 3, BROKEN),
        "three of four present, out of the present": ({"pass_base": "present"}, 4, (), 3, MET),
        "two of four present is half of them": ({"pass_base": "present"}, 4, (), 2, BROKEN),
        "a recused member stays in the base": ({}, 6, (SUN,), 3, BROKEN),
        "or leaves it": ({"recusal_reduces_base": True}, 6, (SUN,), 3, MET),
        "of the present too": ({"recusal_reduces_base": True, "pass_base": "present"}, 4, (SUN,), 2, MET),
        "present as base, no attendance": ({"pass_base": "present"}, None, (), 3, UNKNOWN),
        "in office as base, no attendance": ({}, None, (), 4, MET),
    },
)
def test_P10_as_the_school_s_own_rules_count(parameters, present, recusals, agree, outcome):
    story = Story(party=6).procedure("party", **parameters)
    item = story.item(outcome="passed", votes=counts(agree), recusals=recused(*recusals))
    story.party_meeting(item, present=present)
    assert story.says("P-10") is outcome


@edges(
    "votes outcome",
    {
        "no vote": ((), NOT_APPLICABLE),
        "a vote without counts": ((Vote(method="oral"),), NOT_APPLICABLE),
        "only the others counted: nobody agreed": ((Vote(disagree=1),), BROKEN),
        "every candidate enough": ((Vote("甲", agree=4), Vote("乙", agree=5)), MET),
        "one candidate short": ((Vote("甲", agree=4), Vote("乙", agree=2)), BROKEN),
        "one short, and recorded as rejected": ((Vote("甲", agree=4), Vote("乙", agree=2, outcome="rejected")), MET),
        "one short, and deferred": ((Vote("甲", agree=4), Vote("乙", agree=2, outcome="deferred")), MET),
        "one rejected that had enough": ((Vote("甲", agree=4), Vote("乙", agree=4, outcome="rejected")), BROKEN),
        "one of them without counts": ((Vote("甲", agree=4), Vote("乙")), MET),
    },
)
def test_P10_candidate_by_candidate(votes, outcome):
    story = Story(party=5)
    story.party_meeting(story.item("H01", outcome="passed", votes=votes), present=5)
    assert story.says("P-10") is outcome


def test_P10_without_a_vote_there_is_nothing_to_count_whoever_is_in_post():
    story = Story(party=0)
    story.party_meeting(story.item(outcome="passed"), present=[LI])
    assert story.says("P-10") is NOT_APPLICABLE


def test_P10_names_the_candidate_that_fell_short():
    story = Story(party=5)
    votes = (Vote("王立", agree=4), Vote("刘敏", agree=2))
    story.party_meeting(story.item("H01", outcome="passed", votes=votes), present=5)
    assert story.finding("P-10").headline == "第 1 项（刘敏）不能记为通过：应到会 5 人，同意 2 票，须 3 票"


@edges(
    "category result candidates voted_on outcome",
    {
        "each once": ("H01", "passed", ("甲", "乙"), ("乙", "甲"), MET),
        "one left out": ("H01", "passed", ("甲", "乙"), ("甲",), BROKEN),
        "one twice": ("H01", "passed", ("甲", "乙"), ("甲", "乙", "乙"), BROKEN),
        "somebody else": ("H01", "passed", ("甲",), ("甲", "丙"), BROKEN),
        "one vote for all": ("H01", "passed", ("甲", "乙"), (None,), BROKEN),
        "no vote": ("H01", "rejected", ("甲",), (), BROKEN),
        "not decided": ("H01", "deferred", ("甲",), (), NOT_APPLICABLE),
        "no candidates": ("H01", "passed", (), ("甲",), NOT_APPLICABLE),
        "not personnel": ("D11", "passed", ("甲",), (), NOT_APPLICABLE),
    },
)
def test_P11_every_candidate_is_voted_on(category, result, candidates, voted_on, outcome):
    story = Story()
    votes = tuple(Vote(name, "oral", agree=5) for name in voted_on)
    story.party_meeting(story.item(story.matter(category, candidates=candidates), outcome=result, votes=votes))
    assert story.says("P-11") is outcome


def test_P11_names_whose_vote_is_amiss():
    story = Story()
    votes = tuple(Vote(name, "oral", agree=5) for name in ("王立", "王立", "丁宁"))
    matter = story.matter("H01", candidates=("王立", "刘敏"))
    story.party_meeting(story.item(matter, outcome="passed", votes=votes))
    assert story.finding("P-11").headline == (
        "第 1 项没有逐人表决：人选 2 名，刘敏没有表决、王立表决了 2 次、丁宁不在人选之列"
    )


@edges(
    "purpose result votes outcome",
    {
        "method and counts": ("decide", "passed", (Vote(method="oral", agree=5),), MET),
        "no vote": ("decide", "passed", (), BROKEN),
        "no method": ("decide", "passed", (Vote(agree=5),), BROKEN),
        "no counts": ("decide", "passed", (Vote(method="oral"),), BROKEN),
        "one candidate without": ("decide", "passed", (Vote(method="oral", agree=5), Vote(method="oral")), BROKEN),
        "deferred without a vote": ("decide", "deferred", (), NOT_APPLICABLE),
        "studied, not decided": ("study", "noted", (), NOT_APPLICABLE),
        "a report that was passed": ("report", "passed", (), NOT_APPLICABLE),
    },
)
def test_P12_decisions_are_voted_on(purpose, result, votes, outcome):
    story = Story()
    story.party_meeting(story.item(purpose=purpose, outcome=result, votes=votes), present=5)
    assert story.says("P-12") is outcome


@edges(
    "present vote recusals outcome",
    {
        "as many as voters": (5, counts(3, 1, 1), (), MET),
        "one too few": (5, counts(3, 1), (), BROKEN),
        "one too many": (5, counts(3, 1, 2), (), BROKEN),
        "a recused member has no vote": (5, counts(4), (SUN,), MET),
        "and does not get one": (5, counts(5), (SUN,), BROKEN),
        "missing counts stand for none": (5, (Vote(agree=5),), (), MET),
        "no counts at all": (5, (Vote(method="oral"),), (), NOT_APPLICABLE),
        "a negative count": (5, counts(6, -1), (), BROKEN),
        "a negative count shows without attendance": (None, counts(6, -1), (), BROKEN),
        "no attendance": (None, counts(5), (), UNKNOWN),
    },
)
def test_P20_the_counts_add_up(present, vote, recusals, outcome):
    story = Story(party=5)
    story.party_meeting(story.item(votes=vote, recusals=recused(*recusals)), present=present)
    assert story.says("P-20") is outcome


def test_who_is_away_has_no_vote_and_is_no_stranger_once_back():
    story = Story(party=3)
    sheet = (Attendance(ZHAO, "present"), Attendance(QIAN, "present"), Attendance(SUN, "present", away=(2,)))
    items = (story.item(votes=counts(number), opinions=agree(SUN)) for number in (3, 3, 3))
    story.party_meeting(*items, attendance=sheet)
    assert story.says_in_turn("P-20") == [MET, BROKEN, MET]
    assert story.says_in_turn("P-06") == [MET, BROKEN, MET]


def test_P20_looks_at_office_meetings_too_and_there_at_the_administration():
    story = Story(office=4)
    story.office_meeting(story.item(votes=counts(3)), present=3, guests=[ZHAO])
    assert story.says("P-20") is MET


def test_P20_the_worst_candidate_decides():
    story = Story(party=5)
    story.party_meeting(story.item("H01", votes=counts(5, candidate="甲") + counts(4, candidate="乙")), present=5)
    assert story.finding("P-20").headline.startswith("第 1 项（乙）的票数不符")


@edges(
    "body result party office",
    {
        "the principal may not decide for the party": ("party", "principal_decided", BROKEN, NOT_APPLICABLE),
        "the party meeting passes": ("party", "passed", MET, NOT_APPLICABLE),
        "no outcome yet, party": ("party", None, MET, NOT_APPLICABLE),
        "the office meeting does not pass": ("office", "passed", NOT_APPLICABLE, BROKEN),
        "nor reject": ("office", "rejected", NOT_APPLICABLE, BROKEN),
        "the principal decides": ("office", "principal_decided", NOT_APPLICABLE, MET),
        "it refers to the party meeting": ("office", "referred", NOT_APPLICABLE, MET),
        "no outcome yet, office": ("office", None, NOT_APPLICABLE, MET),
    },
)
def test_P21_and_A09_each_meeting_decides_in_its_own_way(body, result, party, office):
    story = Story()
    story.meeting(body, story.item(outcome=result), present=4)
    assert (story.says("P-21"), story.says("A-09")) == (party, office)


def test_A09_tells_what_was_written_instead():
    story = Story()
    story.office_meeting(story.item(outcome="passed"), story.item(outcome="rejected"))
    assert ["记为“通过”" in one.headline for one in story.findings("A-09")] == [True, False]
    assert "记为“否决”" in story.findings("A-09")[1].headline
