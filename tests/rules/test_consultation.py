"""C-01 … C-08, C-26, C-29: what must be heard, and from whom, before a meeting may decide."""

import pytest

from governance.rules.facts import CatalogueRow, Consultation
from tests.rules.story import (
    AFTER,
    BEFORE,
    BROKEN,
    LI,
    MET,
    MOMENT,
    NOT_APPLICABLE,
    QIAN,
    START,
    SUN,
    UNKNOWN,
    ZHAO,
    Story,
    consulted,
    day,
    edges,
    hours,
)

WEEK = hours(24 * 7)
TIMES = {
    "the day before": (BEFORE, MET),
    "as the meeting starts": (START, MET),
    "a moment later": (START + MOMENT, BROKEN),
    "never": (None, BROKEN),
}


def party_decides(category: str, *consultations: Consultation, result="passed", purpose="decide", **facts) -> Story:
    story = Story()
    matter = story.matter(category, consultations=consultations, **facts)
    story.party_meeting(story.item(matter, purpose, outcome=result), present=5)
    return story


@pytest.mark.parametrize(
    ("code", "category", "kind"),
    [
        ("C-01", "D02", "investigation"),
        ("C-02", "D02", "secretary_principal"),
        ("C-04", "D02", "individual"),
        ("C-05", "H01", "deliberation"),
        ("C-06", "D02", "staff_congress"),
        ("C-06", "D02", "staff_hearing"),
        ("C-08", "D02", "expert"),
        ("C-29", "D03", "legal"),
    ],
)
@edges("when outcome", TIMES)
def test_what_must_be_heard_is_heard_before_the_start(code, category, kind, when, outcome):
    held = consulted(kind, when) if when else ()
    assert party_decides(category, *held).says(code) is outcome


@pytest.mark.parametrize("code", ["C-01", "C-02", "C-04", "C-06", "C-08"])
def test_another_kind_of_consultation_is_not_enough(code):
    assert party_decides("D02", *consulted("risk")).says(code) is BROKEN


@edges(
    "category result amount outcome",
    {
        "reserved and decided": ("D02", "passed", None, BROKEN),
        "rejected is decided too": ("D02", "rejected", None, BROKEN),
        "not decided yet": ("D02", None, None, NOT_APPLICABLE),
        "deferred": ("D02", "deferred", None, NOT_APPLICABLE),
        "an ordinary matter": ("G", "passed", None, NOT_APPLICABLE),
        "a sum of unknown size": ("F01", "passed", None, UNKNOWN),
        "a sum of unknown size, not decided": ("F01", None, None, NOT_APPLICABLE),
    },
)
@pytest.mark.parametrize("code", ["C-01", "C-04"])
def test_C01_C04_ask_of_reserved_matters_that_the_party_decided(code, category, result, amount, outcome):
    assert party_decides(category, result=result).says(code) is outcome


def test_C01_is_one_finding_a_matter_and_the_worst_of_its_meetings():
    story = Story()
    matter = story.matter("D02", consultations=consulted("investigation", START + hours(24)))
    story.party_meeting(story.item(matter, outcome="rejected"))
    story.party_meeting(story.item(matter, outcome="passed"), starts_at=START + WEEK)
    assert story.says("C-01") is BROKEN


def test_C01_C04_do_not_ask_of_the_office():
    story = Story()
    story.office_meeting(story.item("D02", "handle", outcome="principal_decided"))
    assert story.says("C-01") is NOT_APPLICABLE
    assert story.says("C-04") is NOT_APPLICABLE


@edges(
    "body purpose outcome",
    {
        "decided by the party": ("party", "decide", BROKEN),
        "proposed by the office": ("office", "propose", BROKEN),
        "handled by the office": ("office", "handle", BROKEN),
        "deployed": ("office", "deploy", NOT_APPLICABLE),
        "reported": ("party", "report", NOT_APPLICABLE),
        "studied": ("party", "study", NOT_APPLICABLE),
    },
)
def test_C02_which_items_the_heads_consult_on(body, purpose, outcome):
    story = Story()
    story.meeting(body, story.item("D02", purpose))
    assert story.says("C-02") is outcome


@edges(
    "people outcome",
    {
        "both": ((ZHAO, QIAN), MET),
        "both and another": ((QIAN, SUN, ZHAO), MET),
        "the secretary alone": ((ZHAO,), BROKEN),
        "the principal and a deputy": ((QIAN, SUN), BROKEN),
        "nobody named": ((), BROKEN),
    },
)
@pytest.mark.parametrize("body", ["party", "office"])
def test_C02_the_consultation_names_both(body, people, outcome):
    story = Story()
    story.meeting(body, story.item(story.matter("D02", consultations=consulted(people=people)), "propose"))
    assert story.says("C-02") is outcome


@edges(
    "leaves outcome",
    {
        "no secretary": ((ZHAO, "party_secretary"), UNKNOWN),
        "no principal": ((QIAN, "principal"), UNKNOWN),
    },
)
@pytest.mark.parametrize("body", ["party", "office"])
def test_C02_a_vacant_post_is_unknown(body, leaves, outcome):
    story = Story().leaves(*leaves)
    story.meeting(body, story.item("D02", "propose"))
    assert story.says("C-02") is outcome


@edges(
    "full_time people outcome",
    {
        "with the full-time deputy": (True, (ZHAO, SUN), MET),
        "with somebody else": (True, (ZHAO, LI), BROKEN),
        "no full-time deputy": (False, (ZHAO, SUN), UNKNOWN),
        "not recorded whether full-time": (None, (ZHAO, SUN), UNKNOWN),
    },
)
@pytest.mark.parametrize("body", ["party", "office"])
def test_C02_one_head_of_both_consults_with_the_deputy(body, full_time, people, outcome):
    story = Story(party=1, office=0, organization="branch").appoint(ZHAO, "principal")
    story.appoint(SUN, "deputy_party_secretary", full_time=full_time)
    story.meeting(body, story.item(story.matter("D02", consultations=consulted(people=people)), "propose"))
    assert story.says("C-02") is outcome


def test_C02_a_sum_of_unknown_size_is_unknown_once_it_is_proposed():
    story = Story()
    matter = story.matter("F01")
    story.office_meeting(story.item(matter, "propose"))
    story.office_meeting(story.item(matter, "deploy"), starts_at=AFTER)
    assert story.says_in_turn("C-02") == [UNKNOWN]


def test_C02_names_the_two():
    story = Story()
    story.party_meeting(story.item("D02"))
    assert story.finding("C-02").message == (
        "第 1 项没有赵敏书记、钱芳校长会前沟通的记录。依据《意见》（七）、（九）。"
        "已经沟通的，请补记时间、人员和结果；没有沟通的，请沟通一致后再上会。"
    )


@edges(
    "outcomes outcome",
    {
        "agreed": (["agreed"], MET),
        "no major difference": (["no_major_difference"], MET),
        "divergent": (["divergent"], BROKEN),
        "no outcome": ([None], UNKNOWN),
        "divergent, then agreed": (["divergent", "agreed"], MET),
        "agreed, then divergent": (["agreed", "divergent"], BROKEN),
        "agreed, then without outcome": (["agreed", None], UNKNOWN),
        "none at all": ([], NOT_APPLICABLE),
    },
)
def test_C03_the_latest_consultation_counts(outcomes, outcome):
    held = [consulted(when=BEFORE + hours(number), outcome=one)[0] for number, one in enumerate(outcomes)]
    story = party_decides("D02", *reversed(held), result=None)
    assert story.says("C-03") is outcome


@edges(
    "late outcome",
    {
        "at the start": (START, BROKEN),
        "after the start": (START + MOMENT, MET),
    },
)
def test_C03_only_consultations_up_to_the_start(late, outcome):
    story = party_decides("D02", *consulted(), *consulted(when=late, outcome="divergent"))
    assert story.says("C-03") is outcome


@edges(
    "consultations but",
    {
        "none": ((), ""),
        "an expert's": (consulted("expert"), ""),
        "too late": (consulted(when=AFTER), "，已记的沟通晚于开会或者人员不全"),
        "with somebody else": (consulted(people=(ZHAO, SUN)), "，已记的沟通晚于开会或者人员不全"),
    },
)
def test_C02_tells_what_is_wrong_with_the_consultation_there_is(consultations, but):
    story = party_decides("D02", *consultations)
    assert story.finding("C-02").headline == f"第 1 项没有赵敏书记、钱芳校长会前沟通的记录{but}"


def test_C02_C03_after_the_meeting_nobody_is_told_to_consult_before_it():
    story = Story()
    story.party_meeting(story.item("D02", outcome="passed"))
    assert story.finding("C-02").mend == "已经沟通的，请补记时间、人员和结果；没有沟通的，请说明情况"
    divergent = party_decides("D02", *consulted(outcome="divergent"))
    assert divergent.finding("C-03").mend == "请说明情况"


def test_C03_of_two_at_the_same_moment_the_worse_counts():
    story = party_decides("D02", *consulted(outcome="divergent"), *consulted())
    assert story.says("C-03") is BROKEN


def test_C03_a_divergence_between_others_is_not_theirs():
    story = party_decides("D02", *consulted(), *consulted(when=START, people=(ZHAO, SUN), outcome="divergent"))
    assert story.says("C-03") is MET
    assert party_decides("D02", *consulted(people=(ZHAO, SUN))).says("C-03") is NOT_APPLICABLE


@edges(
    "consultations outcome",
    {
        "somebody consulted": (consulted(), UNKNOWN),
        "nobody did, so there is nothing to look at": ((), NOT_APPLICABLE),
        "the experts did": (consulted("expert"), NOT_APPLICABLE),
    },
)
def test_C03_without_a_principal_nobody_can_tell(consultations, outcome):
    story = party_decides("D02", *consultations)
    story.leaves(QIAN, "principal")
    assert story.says("C-03") is outcome


@edges(
    "people leaves outcome",
    {
        "theirs": ((ZHAO, QIAN), None, UNKNOWN),
        "one of others is none of theirs": ((ZHAO, SUN), None, NOT_APPLICABLE),
        "and whose is theirs, nobody can tell": ((ZHAO, SUN), (QIAN, "principal"), UNKNOWN),
    },
)
def test_C03_a_sum_of_unknown_size_is_unknown_once_the_heads_consulted(people, leaves, outcome):
    story = party_decides("F01", *consulted(people=people))
    if leaves:
        story.leaves(*leaves)
    assert story.says("C-03") is outcome


@edges(
    "category purpose outcome",
    {
        "decided": ("D02", "decide", BROKEN),
        "reported": ("D02", "report", NOT_APPLICABLE),
        "an ordinary matter": ("G", "decide", NOT_APPLICABLE),
        "a sum of unknown size": ("F01", "decide", UNKNOWN),
    },
)
def test_C03_which_items_are_held_back(category, purpose, outcome):
    story = party_decides(category, *consulted(outcome="divergent"), purpose=purpose)
    assert story.says("C-03") is outcome


@edges(
    "category purpose result outcome",
    {
        "not decided yet": ("H01", "decide", None, BROKEN),
        "only reported": ("H01", "report", None, NOT_APPLICABLE),
        "not personnel": ("D02", "decide", "passed", NOT_APPLICABLE),
        "withdrawn": ("H01", "decide", "withdrawn", NOT_APPLICABLE),
    },
)
def test_C05_personnel_is_deliberated_before_it_comes_up(category, purpose, result, outcome):
    assert party_decides(category, purpose=purpose, result=result).says("C-05") is outcome


@edges(
    "category flags outcome",
    {
        "marked J1": ("D04", (), BROKEN),
        "marked J2": ("D08", (), BROKEN),
        "flagged": ("D01", ("vital_interests",), BROKEN),
        "neither": ("D01", (), NOT_APPLICABLE),
        "flagged but not reserved": ("G", ("vital_interests",), NOT_APPLICABLE),
        "flagged and perhaps reserved": ("F01", ("vital_interests",), UNKNOWN),
    },
)
def test_C06_whom_the_staff_are_heard_on(category, flags, outcome):
    assert party_decides(category, flags=frozenset(flags)).says("C-06") is outcome


@edges(
    "consultations outcome",
    {
        "passed": (consulted("staff_congress", outcome="passed"), MET),
        "rejected": (consulted("staff_congress", outcome="rejected"), BROKEN),
        "heard": (consulted("staff_congress", outcome="heard"), BROKEN),
        "no outcome is not a pass": (consulted("staff_congress", outcome=None), BROKEN),
        "a hearing is no congress": (consulted("staff_hearing", outcome="passed"), BROKEN),
        "passed too late": (consulted("staff_congress", AFTER, outcome="passed"), BROKEN),
        "never": ((), BROKEN),
    },
)
def test_C07_the_staff_congress_passes(consultations, outcome):
    assert party_decides("D09", *consultations).says("C-07") is outcome
    assert party_decides("D04", *consultations).says("C-07") is NOT_APPLICABLE


@edges(
    "code category flag outcome",
    {
        "E": ("C-08", "P03", None, BROKEN),
        "flagged technical": ("C-08", "D01", "technical", BROKEN),
        "flagged technical, not reserved": ("C-08", "G", "technical", BROKEN),
        "flagged legal only": ("C-08", "D01", "legal", NOT_APPLICABLE),
        "L": ("C-29", "D18", None, BROKEN),
        "flagged legal": ("C-29", "D01", "legal", BROKEN),
        "flagged technical only": ("C-29", "D01", "technical", NOT_APPLICABLE),
    },
)
def test_C08_C29_whom_experts_and_lawyers_are_heard_on(code, category, flag, outcome):
    assert party_decides(category, flags=frozenset({flag} - {None})).says(code) is outcome


@pytest.mark.parametrize("code", ["C-06", "C-07", "C-08", "C-29"])
def test_C06_C07_C08_C29_ask_only_what_the_party_decided(code):
    flags = frozenset({"vital_interests", "technical", "legal"})
    assert party_decides("D08", flags=flags, result=None).says(code) is NOT_APPLICABLE
    story = Story()
    story.office_meeting(story.item(story.matter("D08", flags=flags), "handle", outcome="principal_decided"))
    assert story.says(code) is NOT_APPLICABLE


@pytest.mark.parametrize("code", ["C-06", "C-07", "C-08", "C-29"])
def test_C06_C07_C08_C29_a_category_that_does_not_stand_yet_cannot_tell(code):
    story = Story()
    story.catalogue.append(CatalogueRow("X01", "研学基地", day("2025-03-06"), prior=("J1", "J2", "E", "L")))
    story.party_meeting(story.item("X01", outcome="passed"))
    assert story.says(code) is UNKNOWN


def test_C06_C08_C29_the_school_may_add_a_mark_from_a_day_on():
    story = Story()
    story.catalogue.append(CatalogueRow("D01", "传达落实", day("2025-03-05"), prior=("E",)))
    for start in (BEFORE, START):
        story.party_meeting(story.item("D01", outcome="passed"), starts_at=start)
    assert story.says_in_turn("C-08") == [BROKEN]


@edges(
    "kind when entered outcome",
    {
        "entered as the meeting starts": ("secretary_principal", BEFORE, START, MET),
        "entered a moment later": ("secretary_principal", BEFORE, START + MOMENT, BROKEN),
        "no time of entry": ("individual", BEFORE, None, UNKNOWN),
        "held as the meeting starts": ("deliberation", START, START, MET),
        "held after the only meeting": ("deliberation", AFTER, AFTER, NOT_APPLICABLE),
        "an expert's is not looked at": ("expert", BEFORE, AFTER, NOT_APPLICABLE),
    },
)
def test_C26_consultations_are_entered_before_the_meeting(kind, when, entered, outcome):
    assert party_decides("D02", *consulted(kind, when, entered_at=entered)).says("C-26") is outcome


def test_C26_it_is_the_first_meeting_after_the_consultation_that_counts():
    story = Story()
    matter = story.matter("D02", consultations=consulted(when=BEFORE, entered_at=BEFORE + hours(3)))
    story.office_meeting(story.item(matter, "report"), starts_at=BEFORE + hours(1))
    story.office_meeting(story.item(matter, "propose", outcome="withdrawn"), starts_at=BEFORE + hours(2))
    story.party_meeting(story.item(matter))
    assert story.says("C-26") is MET


def test_C26_of_two_late_ones_the_earlier_is_told_in_whatever_order_they_stand():
    early, late = (consulted(when=when, entered_at=AFTER + WEEK)[0] for when in (BEFORE, AFTER))
    for consultations in ((early, late), (late, early)):
        story = Story()
        matter = story.matter("D02", consultations=consultations)
        for start in (START, AFTER + hours(1)):
            story.party_meeting(story.item(matter), starts_at=start)
        assert "2025年3月5日" in story.finding("C-26").headline


def test_C26_the_worst_consultation_of_a_matter_is_its_finding():
    story = party_decides(
        "D02",
        *consulted(entered_at=BEFORE),
        *consulted("individual", entered_at=None),
        *consulted("deliberation", entered_at=AFTER),
    )
    assert story.says("C-26") is BROKEN
