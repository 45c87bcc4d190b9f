"""Unknown never comes from a complete record: where everything is written down, every rule can tell."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.rules.engine import judge
from governance.rules.facts import (
    Communication,
    Consultation,
    DecidedWithoutMeeting,
    Emergency,
    Minutes,
    MinutesItem,
    Opinion,
    Publicity,
    Record,
    Vote,
)
from tests.rules.story import (
    CHECKED,
    HE,
    OFFICE,
    PARTY,
    QIAN,
    START,
    UNKNOWN,
    ZHAO,
    Story,
    at,
    day,
    hours,
    recused,
)

CATEGORIES = ["G", "D01", "D02", "D08", "H01", "F01", "P05"]
KINDS = ["secretary_principal", "individual", "deliberation", "staff_congress", "expert", "legal", "investigation"]
OUTCOMES = ["passed", "rejected", "deferred", "principal_decided", "referred", "noted", "withdrawn"]
BODIES = {"party": PARTY, "office": OFFICE}
few = st.integers(0, 5)
moments = st.integers(-200, 200).map(lambda number: START + hours(number))


@st.composite
def matters(draw, story: Story):
    happened = START - hours(draw(st.integers(1, 400)))
    return story.matter(
        draw(st.sampled_from(CATEGORIES)),
        amount=draw(st.sampled_from([30_000, 60_000, 100_000])),
        payee="远大公司",
        major=draw(st.booleans()),
        two_thirds=draw(st.booleans()),
        flags=draw(st.frozensets(st.sampled_from(["vital_interests", "technical", "legal"]))),
        candidates=draw(st.sampled_from([(), ("甲", "乙")])),
        proposer=draw(st.sampled_from([ZHAO, "outsider"])),
        proposed_at=happened,
        owner=draw(st.sampled_from(PARTY[:3])),
        interests=draw(st.frozensets(st.sampled_from(PARTY[:3]), max_size=1)),
        emergency=draw(st.sampled_from([None, Emergency(happened, ZHAO, "水管爆裂")])),
        decided_without_meeting=draw(st.sampled_from([None, DecidedWithoutMeeting(happened, "signature")])),
        consultations=tuple(
            Consultation(kind, draw(moments), draw(moments), (ZHAO, QIAN), outcome=outcome)
            for kind, outcome in draw(
                st.lists(
                    st.tuples(st.sampled_from(KINDS), st.sampled_from(["agreed", "divergent", "passed"])), max_size=4
                )
            )
        ),
        reconsiders="matter1" if story.matters and draw(st.booleans()) else None,
    )


@st.composite
def items(draw, story: Story, matter, present: list[str], start, outcome: str | None = None):
    spoken = draw(st.permutations(present))
    return story.item(
        matter,
        draw(st.sampled_from(["decide", "propose", "handle", "deploy", "report"])) if outcome is None else "handle",
        outcome=outcome or draw(st.sampled_from(OUTCOMES)),
        confirmed_by=draw(st.sampled_from([ZHAO, QIAN])),
        confirmed_at=draw(moments),
        added_at=draw(moments),
        opinions=tuple(Opinion(one, "agree", order, "同意") for order, one in enumerate(spoken, start=1)),
        recusals=recused(*draw(st.sampled_from([(), tuple(present[:1])]))),
        votes=tuple(
            Vote(candidate, "oral", draw(few), draw(few), draw(few), draw(few))
            for candidate in matter.candidates or [None]
        ),
        decision_text="同意",
        responsible=(ZHAO,),
        due=draw(st.sampled_from([day("2025-04-01"), day("2025-07-01")])),
        done_on=day("2025-05-01"),
        publicity=Publicity(draw(st.booleans()), start.date(), start.date() + timedelta(days=draw(few))),
    )


@st.composite
def complete(draw) -> Story:
    """A school of which everything is known, and meetings of both bodies of which everything was written down."""
    story = Story(party=draw(st.integers(2, 6)), office=draw(st.integers(2, 4)))
    story.organization = draw(st.sampled_from(["committee", "branch", "none"]))
    story.members = dict.fromkeys(OFFICE[:4], draw(st.booleans()))
    story.large_sum(100_000, "2020-01-01")
    parameters = {"recusal_reduces_base": draw(st.booleans())}
    base = {"pass_base": draw(st.sampled_from(["in_office", "present"]))}
    story.procedure("office", **parameters).procedure("party", **parameters, **base)
    story.more["communications"] = tuple(Communication(at(one)) for one in ("2025-03-03", "2025-03-14"))
    known = [draw(matters(story)) for _ in range(draw(st.integers(1, 3)))]
    # what is reconsidered was decided first, and what was an emergency has a party meeting after it
    bodies = ["party", *draw(st.lists(st.sampled_from(["party", "office"]), max_size=2)), "party"]
    for number, body in enumerate(bodies):
        start = START + hours(30 * number)
        team = BODIES[body][: story.party if body == "party" else story.office]
        present = team[: draw(st.integers(2, len(team)))]
        listed = [draw(items(story, known[0], present, start, "passed" if number == 0 else None))]
        if number:
            listed += [draw(items(story, draw(st.sampled_from(known[1:] or known)), present, start))]
        story.meeting(
            body,
            *listed,
            present=present,
            starts_at=start,
            ends_at=start + hours(1),
            number=draw(few),
            place="会议室",
            chair=draw(st.sampled_from(team[:2])),
            recorder=HE,
            notice_sent_at=start - hours(draw(st.integers(0, 60))),
            entered_at=start + hours(draw(st.integers(1, 300))),
            record=Record(start + hours(draw(st.integers(1, 50))), (ZHAO, HE)),
            minutes=Minutes("1", draw(st.sampled_from([ZHAO, QIAN])), start + hours(40), (MinutesItem(1, "passed"),)),
        )
    return story


@settings(max_examples=40)
@given(complete())
def test_unknown_never_comes_from_a_complete_record(story):
    assert not [one.message for one in judge(story.dossier, on=CHECKED) if one.outcome is UNKNOWN]
