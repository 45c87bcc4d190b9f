"""P-09, C-09, C-18 … C-20, C-28: which body decides, and what the other one did before."""

from decimal import Decimal

from governance.rules.engine import judge_matter
from governance.rules.facts import CatalogueRow, DecidedWithoutMeeting, Emergency
from tests.rules.story import (
    AFTER,
    BEFORE,
    BROKEN,
    MET,
    MOMENT,
    NOT_APPLICABLE,
    START,
    UNKNOWN,
    ZHAO,
    Story,
    at,
    day,
    edges,
    hours,
)

EMERGENCY = Emergency(BEFORE, ZHAO, "水管爆裂")
WEEK = hours(24 * 7)


@edges(
    "category purpose result outcome",
    {
        "decided": ("D02", "decide", "principal_decided", BROKEN),
        "handled": ("D02", "handle", "passed", BROKEN),
        "rejected is decided too": ("D02", "handle", "rejected", BROKEN),
        "handled, no outcome yet": ("D02", "handle", None, MET),
        "handled and deferred": ("D02", "handle", "deferred", MET),
        "proposed": ("D02", "propose", "referred", MET),
        "proposed and decided": ("D02", "propose", "principal_decided", MET),
        "a matter that is nobody's reserve": ("G", "handle", "principal_decided", NOT_APPLICABLE),
        "withdrawn": ("D02", "decide", "withdrawn", NOT_APPLICABLE),
    },
)
def test_P09_reserved_matters_are_not_decided_by_the_office(category, purpose, result, outcome):
    story = Story()
    story.office_meeting(story.item(category, purpose, outcome=result), present=4)
    assert story.says("P-09") is outcome


@edges(
    "amount threshold outcome",
    {
        "exactly the large sum": (100_000, 100_000, BROKEN),
        "one yuan less": (99_999, 100_000, NOT_APPLICABLE),
        "no amount: perhaps": (None, 100_000, UNKNOWN),
        "no threshold: perhaps": (99_999, None, UNKNOWN),
    },
)
def test_P09_a_large_sum_is_reserved_when_it_reaches_the_threshold(amount, threshold, outcome):
    story = Story()
    if threshold:
        story.large_sum(threshold)
    matter = story.matter("F01", **({"amount": amount} if amount else {}))
    story.office_meeting(story.item(matter, "handle", outcome="principal_decided"), present=4)
    assert story.says("P-09") is outcome


def test_P09_a_matter_marked_major_is_reserved_whatever_it_is():
    story = Story()
    story.office_meeting(story.item(story.matter("G", major=True), "handle", outcome="passed"), present=4)
    assert story.says("P-09") is BROKEN


def test_P09_the_threshold_is_that_of_the_day_of_the_meeting():
    story = Story().large_sum(50_000).large_sum(100_000, since="2025-03-05")
    matter = story.matter("F01", amount=80_000)
    for when in ("2025-03-04", "2025-03-05"):
        story.office_meeting(story.item(matter, "handle", outcome="passed"), starts_at=at(when))
    assert story.says_in_turn("P-09") == [BROKEN]


def test_P09_what_the_office_passed_itself_may_not_be_deployed():
    story = Story()
    matter = story.matter("D02")
    story.office_meeting(story.item(matter, "propose", outcome="passed"), starts_at=BEFORE)
    story.office_meeting(story.item(matter, "deploy"))
    assert story.says_in_turn("P-09") == [MET, BROKEN]


def test_C09_what_the_party_referred_was_not_proposed_by_the_office():
    story = Story()
    matter = story.matter("D02")
    story.party_meeting(story.item(matter, "propose", outcome="referred"), starts_at=BEFORE)
    story.party_meeting(story.item(matter, outcome="passed"))
    assert story.says("C-09") is BROKEN


@edges(
    "party_outcome party_start outcome",
    {
        "passed before": ("passed", BEFORE, MET),
        "passed as the other begins is not earlier": ("passed", START, BROKEN),
        "passed after": ("passed", AFTER, BROKEN),
        "rejected before": ("rejected", BEFORE, BROKEN),
        "withdrawn before": ("withdrawn", BEFORE, BROKEN),
    },
)
def test_P09_only_what_was_passed_may_be_deployed(party_outcome, party_start, outcome):
    story = Story()
    matter = story.matter("D02")
    story.party_meeting(story.item(matter, outcome=party_outcome), starts_at=party_start)
    story.office_meeting(story.item(matter, "deploy"), starts_at=START)
    assert story.says("P-09") is outcome


@edges(
    "category purpose result emergency outcome",
    {
        "referred": ("D02", "propose", "referred", None, MET),
        "proposed, but not referred": ("D02", "propose", "noted", None, BROKEN),
        "only reported": ("D02", "report", "referred", None, BROKEN),
        "a party-only matter": ("D01", "report", None, None, NOT_APPLICABLE),
        "an emergency": ("D02", "report", None, EMERGENCY, NOT_APPLICABLE),
    },
)
def test_C09_the_office_proposes_first(category, purpose, result, emergency, outcome):
    story = Story()
    matter = story.matter(category, emergency=emergency)
    story.office_meeting(story.item(matter, purpose, outcome=result), starts_at=BEFORE)
    story.party_meeting(story.item(matter, outcome="passed"))
    assert story.says("C-09") is outcome


@edges(
    "purpose result amount outcome",
    {
        "decided, large": ("decide", "passed", 100_000, BROKEN),
        "decided, small": ("decide", "passed", 5_000, NOT_APPLICABLE),
        "decided, of unknown size": ("decide", "passed", None, UNKNOWN),
        "not decided yet": ("decide", None, None, NOT_APPLICABLE),
        "reported": ("report", "passed", None, NOT_APPLICABLE),
    },
)
def test_C09_asks_only_what_the_party_decided(purpose, result, amount, outcome):
    story = Story().large_sum(100_000)
    matter = story.matter("F01", **({"amount": amount} if amount else {}))
    story.party_meeting(story.item(matter, purpose, outcome=result))
    assert story.says("C-09") is outcome


WITHOUT = DecidedWithoutMeeting(BEFORE, "circulation", (ZHAO,))


@edges(
    "category decided emergency outcome",
    {
        "circulated": ("D02", WITHOUT, None, BROKEN),
        "circulated in an emergency": ("D02", WITHOUT, EMERGENCY, MET),
        "an ordinary matter circulated": ("G", WITHOUT, None, NOT_APPLICABLE),
        "a large sum of unknown size": ("F01", WITHOUT, None, UNKNOWN),
        "not decided outside a meeting": ("D02", None, None, MET),
        "ordinary, and not decided": ("G", None, None, NOT_APPLICABLE),
        "perhaps large, and not decided": ("F01", None, None, UNKNOWN),
    },
)
def test_C18_reserved_matters_are_decided_in_meetings(category, decided, emergency, outcome):
    story = Story()
    story.matter(category, decided_without_meeting=decided, emergency=emergency)
    assert story.says("C-18") is outcome


def test_C18_reads_the_matter_on_each_day_it_came_up():
    story = Story().large_sum(100_000).large_sum(50_000, since="2025-03-06")
    matter = story.matter("F01", amount=80_000)
    story.office_meeting(story.item(matter, "propose"))
    assert story.says("C-18") is NOT_APPLICABLE
    story.party_meeting(story.item(matter), starts_at=AFTER)
    assert story.says("C-18") is MET


def test_C18_tells_how_it_was_decided():
    story = Story()
    story.matter("D02", title="发展规划", decided_without_meeting=WITHOUT)
    story.matter("D02", title="发展规划", decided_without_meeting=DecidedWithoutMeeting(BEFORE, "signature"))
    assert [finding.headline for finding in story.findings("C-18")] == [
        "“发展规划”以传阅代替会议作了决定，须由党组织会议集体讨论",
        "“发展规划”以会签代替会议作了决定，须由党组织会议集体讨论",
    ]


def test_C18_reserved_on_the_day_it_was_signed_is_what_counts():
    story = Story().large_sum(100_000).large_sum(50_000, since="2025-03-05")
    story.matter("F01", amount=80_000, decided_without_meeting=DecidedWithoutMeeting(at("2025-03-04"), "signature"))
    story.matter("F01", amount=80_000, decided_without_meeting=DecidedWithoutMeeting(at("2025-03-05"), "signature"))
    assert [finding.matter for finding in story.findings("C-18")] == ["matter2"]


@edges(
    "listed outcome",
    {
        "on the first one after": ([False, True, False], MET),
        "only on the second": ([False, False, True], BROKEN),
        "only on one that starts with it": ([True, False, False], BROKEN),
    },
)
def test_C19_emergencies_come_to_the_next_party_meeting(listed, outcome):
    story = Story()
    matter = story.matter("D14", emergency=Emergency(START, ZHAO, "水管爆裂"))
    for on_it, start in zip(listed, (START, START + WEEK, START + 2 * WEEK), strict=True):
        story.party_meeting(story.item(matter if on_it else "G", "report"), starts_at=start)
    assert story.says("C-19") is outcome


def test_C19_withdrawn_there_is_not_on_it_and_no_later_meeting_is_unknown():
    story = Story()
    matter = story.matter("D14", emergency=EMERGENCY)
    story.party_meeting(story.item(matter, outcome="withdrawn"))
    assert story.says("C-19") is BROKEN
    story.meetings.clear()
    story.office_meeting(story.item(matter))
    assert story.says("C-19") is UNKNOWN


@edges(
    "first second outcome",
    {
        "the same body": (("party", "decide", "passed"), ("party", "decide", "passed"), MET),
        "the other body": (("party", "decide", "passed"), ("office", "handle", "principal_decided"), BROKEN),
        "the other way round": (("office", "handle", "principal_decided"), ("party", "decide", "passed"), BROKEN),
        "a decision that was no decision": (("party", "decide", "deferred"), ("party", "decide", "passed"), UNKNOWN),
        "a proposal is no decision": (("office", "propose", "passed"), ("party", "decide", "passed"), UNKNOWN),
        "not decided again yet": (("party", "decide", "passed"), ("office", "handle", None), NOT_APPLICABLE),
        "only proposed again": (("party", "decide", "passed"), ("office", "propose", "passed"), NOT_APPLICABLE),
    },
)
def test_C20_the_same_body_reconsiders(first, second, outcome):
    story = Story()
    former = story.matter("D02")
    story.meeting(first[0], story.item(former, first[1], outcome=first[2]), starts_at=BEFORE)
    later = story.matter("D02", reconsiders=former.id)
    story.meeting(second[0], story.item(later, second[1], outcome=second[2]))
    assert story.says("C-20") is outcome


def test_C20_a_decision_of_the_same_moment_is_not_earlier():
    story = Story()
    former = story.matter("D02")
    story.office_meeting(story.item(former, "handle", outcome="passed"))
    story.party_meeting(story.item(story.matter("D02", reconsiders=former.id), outcome="passed"))
    assert story.says("C-20") is UNKNOWN


@edges(
    "first second words",
    {
        "of the party": ("party", "office", "第 1 项变更了党组织会议的决定，应由党组织会议复议"),
        "of the office": ("office", "party", "第 1 项变更了校长办公会议的决定，应由校长办公会议复议"),
    },
)
def test_C20_tells_whose_decision_it_was(first, second, words):
    story = Story()
    former = story.matter("D02")
    story.meeting(first, story.item(former, "handle", outcome="passed"), starts_at=BEFORE)
    story.meeting(second, story.item(story.matter("D02", reconsiders=former.id), "handle", outcome="passed"))
    assert story.finding("C-20").headline == words


def test_C20_it_is_the_latest_decision_that_is_reconsidered():
    story = Story()
    former = story.matter("D02")
    story.office_meeting(story.item(former, "handle", outcome="passed"), starts_at=BEFORE - WEEK)
    story.party_meeting(story.item(former, outcome="passed"), starts_at=BEFORE)
    story.office_meeting(story.item(former, "handle", outcome="passed"), starts_at=AFTER)
    story.party_meeting(story.item(story.matter("D02", reconsiders=former.id), outcome="passed"))
    assert story.says("C-20") is MET


def spend(story: Story, when: str, amount: int | None = 40_000, payee="远大公司", project: str | None = "操场", **more):
    facts = {"proposed_at": at(when), "payee": payee, "project": project} | more
    if amount is not None:
        facts["amount"] = Decimal(amount)
    return story.matter("F01", **facts)


@edges(
    "first second outcome",
    {
        "together the threshold, exactly": ((60_000, {}), (40_000, {}), BROKEN),
        "together one less": ((59_999, {}), (40_000, {}), MET),
        "another payee": ((60_000, {"payee": "另一公司"}), (40_000, {}), MET),
        "another project": ((60_000, {"project": "食堂"}), (40_000, {}), MET),
        "neither names a project": ((60_000, {"project": None}), (40_000, {"project": None}), BROKEN),
        "one names no project": ((60_000, {"project": None}), (40_000, {}), MET),
        "no payee": ((60_000, {"payee": None}), (40_000, {"payee": None}), NOT_APPLICABLE),
        "an emergency": ((60_000, {}), (40_000, {"emergency": EMERGENCY}), NOT_APPLICABLE),
        "large by itself": ((60_000, {}), (100_000, {}), NOT_APPLICABLE),
        "of unknown size itself": ((60_000, {}), (None, {}), UNKNOWN),
        "beside one of unknown size": ((None, {}), (40_000, {}), UNKNOWN),
        "beside one of no day": ((60_000, {"proposed_at": None}), (40_000, {}), UNKNOWN),
        "beside one of no day, and too small with it": ((10_000, {"proposed_at": None}), (40_000, {}), MET),
        "beside one of no day and unknown size": ((None, {"proposed_at": None}), (40_000, {}), UNKNOWN),
        "no day at all": ((60_000, {}), (40_000, {"proposed_at": None}), UNKNOWN),
    },
)
def test_C28_large_sums_are_not_split(first, second, outcome):
    story = Story().large_sum(100_000)
    spend(story, "2025-03-01", first[0], **first[1])
    last = spend(story, "2025-03-05", second[0], **second[1])
    assert [one.outcome for one in story.findings("C-28") if one.matter == last.id] == [
        one for one in [outcome] if one is not NOT_APPLICABLE
    ]


def test_C28_a_matter_imagined_counts_with_those_on_record():
    story = Story().large_sum(100_000)
    spend(story, "2025-03-01", 60_000)
    dossier = story.dossier
    imagined = spend(Story(), "2025-03-05", 40_000, id="imagined")
    alone = spend(Story(), "2025-03-05", 40_000, id="alone", payee="另一公司")
    assert [judge_matter(dossier, one, codes=["C-28"])[0].outcome for one in (imagined, alone)] == [BROKEN, MET]


def test_C28_only_large_sums_are_added_up():
    story = Story().large_sum(100_000)
    story.matter("P03", amount=60_000, payee="远大公司", project="操场", proposed_at=BEFORE)
    spend(story, "2025-03-05", 60_000)
    assert story.says("C-28") is MET


def test_C28_looks_at_large_sums_alone():
    story = Story().large_sum(100_000)
    story.matter("P03", amount=40_000, payee="远大公司", proposed_at=BEFORE)
    assert story.says("C-28") is NOT_APPLICABLE


def test_C28_tells_the_sum():
    story = Story().large_sum(100_000)
    spend(story, "2025-03-01", 60_000)
    spend(story, "2025-03-05", 40_000, title="铺设跑道")
    _, finding = story.findings("C-28")
    assert finding.values == {"payments": 2, "together": "100000", "threshold": "100000"}
    assert finding.headline == (
        "“铺设跑道”与一年内向远大公司的支出合计 100,000.00 元（2 笔），达到起点金额 100,000.00 元，没有上过党组织会议"
    )


@edges(
    "earlier later outcome",
    {
        "the same day": ("2025-03-05", "2025-03-05", BROKEN),
        "365 days": ("2024-03-05", "2025-03-05", BROKEN),
        "366 days": ("2024-03-04", "2025-03-05", MET),
        "later ones do not count": ("2025-03-06", "2025-03-05", MET),
    },
)
def test_C28_within_the_year_up_to_it(earlier, later, outcome):
    story = Story().large_sum(100_000, since="2020-01-01")
    spend(story, earlier, 60_000)
    last = spend(story, later, 60_000)
    (finding,) = [one for one in story.findings("C-28") if one.matter == last.id]
    assert finding.outcome is outcome


def test_C28_one_of_them_at_a_party_meeting_is_enough():
    story = Story().large_sum(100_000)
    story.party_meeting(story.item(spend(story, "2025-03-01", 60_000)))
    spend(story, "2025-03-06", 60_000)
    assert story.says_in_turn("C-28") == [MET, MET]


def test_C28_a_withdrawn_item_is_no_meeting_and_its_day_does_not_count():
    story = Story().large_sum(100_000)
    story.party_meeting(story.item(spend(story, "2025-03-01", 60_000), outcome="withdrawn"))
    spend(story, "2025-03-06", 60_000)
    assert story.says_in_turn("C-28") == [MET, BROKEN]


def test_C28_may_be_switched_off_and_is_unknown_without_a_threshold():
    story = Story().large_sum(100_000, cumulative=False)
    spend(story, "2025-03-01", 60_000)
    spend(story, "2025-03-05", 60_000)
    assert story.says_in_turn("C-28") == [MET, MET]
    story.large_sums.clear()
    assert story.says_in_turn("C-28") == [UNKNOWN, UNKNOWN]


def test_perhaps_reserved_before_a_school_s_own_row_stands():
    story = Story()
    story.catalogue.append(CatalogueRow("X01", "研学基地", day("2025-03-05")))
    matter = story.matter("X01")
    for when in ("2025-03-04", "2025-03-05"):
        story.office_meeting(story.item(matter, "handle", outcome="passed"), starts_at=at(when))
    assert story.says_in_turn("P-09") == [UNKNOWN, BROKEN]


def test_C09_the_route_of_a_category_that_does_not_stand_yet_is_unknown():
    story = Story()
    story.catalogue.append(CatalogueRow("X01", "研学基地", day("2025-03-05"), route="A→P"))
    for when in ("2025-03-04", "2025-03-05"):
        story.party_meeting(story.item(story.matter("X01", major=True), outcome="passed"), starts_at=at(when))
    assert story.says_in_turn("C-09") == [UNKNOWN, BROKEN]


def test_the_moment_before_is_earlier():
    story = Story()
    matter = story.matter("D02")
    story.office_meeting(story.item(matter, "propose", outcome="referred"), starts_at=START - MOMENT)
    story.party_meeting(story.item(matter, outcome="passed"))
    assert story.says("C-09") is MET
