"""What holds of every record, not only of those that somebody thought of."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import Attendance, Records
from governance.rules.values import Threshold
from tests.rules.story import (
    BEFORE,
    BROKEN,
    CHECKED,
    MET,
    OFFICE,
    PARTY,
    START,
    Story,
    agree,
    assert_readable,
    consulted,
    counts,
    edges,
    hours,
    recused,
)

CATEGORIES = ["G", "D02", "D09", "H01", "F01", "P05"]
OUTCOMES = [None, "passed", "rejected", "deferred", "principal_decided", "referred", "withdrawn"]
people = st.sampled_from([*PARTY[:7], *OFFICE[:5], "outsider"])
several = st.lists(people, unique=True, max_size=8)


@st.composite
def stories(draw) -> Story:
    story = Story(party=draw(st.integers(0, 7)), office=draw(st.integers(0, 5)))
    if draw(st.booleans()):
        story.large_sum(100_000)
    if draw(st.booleans()):
        parameters = {"quorum": draw(st.sampled_from(Threshold)).code, "recusal_reduces_base": draw(st.booleans())}
        story.procedure("party", **parameters)
    matters = [
        story.matter(
            draw(st.sampled_from(CATEGORIES)),
            interests=frozenset(draw(several)[:1]),
            consultations=consulted(when=BEFORE, outcome=draw(st.sampled_from([None, "agreed", "divergent"]))),
            **draw(st.sampled_from([{}, {"amount": 60_000, "payee": "远大公司"}, {"proposed_at": BEFORE}])),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    for number in range(draw(st.integers(1, 3))):
        body = draw(st.sampled_from(["party", "office"]))
        items = [
            story.item(
                draw(st.sampled_from(matters)),
                draw(st.sampled_from(["decide", "propose", "handle", "deploy", "report"])),
                outcome=draw(st.sampled_from(OUTCOMES)),
                opinions=agree(*draw(several), first=1),
                recusals=recused(*draw(several)[:2]),
                votes=counts(draw(st.integers(0, 7)), draw(st.integers(0, 2))) if draw(st.booleans()) else (),
            )
            for _ in range(draw(st.integers(1, 3)))
        ]
        sheet = tuple(
            Attendance(one, draw(st.sampled_from(["present", "leave", "absent"])), "", draw(st.sampled_from([None, 2])))
            for one in draw(several)
        )
        story.meeting(body, *items, attendance=sheet, starts_at=START + hours(24 * number), chair=draw(people))
    return story


def told(records: Records) -> list[tuple]:
    return [
        (finding.code, finding.meeting, finding.item, finding.matter, finding.outcome, finding.message, finding.values)
        for finding in judge(Dossier(records), on=CHECKED, include_not_applicable=True)
    ]


@given(stories(), st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_of_anything(story, random):
    records = story.records

    def shuffled(things):
        return tuple(random.sample(things, len(things)))

    meetings = [
        replace(
            meeting,
            attendance=shuffled(meeting.attendance),
            items=tuple(replace(item, opinions=shuffled(item.opinions)) for item in meeting.items),
        )
        for meeting in records.meetings
    ]
    again = replace(
        records, people=shuffled(records.people), posts=shuffled(records.posts), meetings=shuffled(meetings)
    )
    assert told(again) == told(records)


@given(stories())
def test_every_message_can_be_read(story):
    for finding in judge(story.dossier, on=CHECKED):
        assert_readable(finding)


@given(st.integers(1, 40), st.data(), st.sampled_from(Threshold))
def test_one_more_present_member_never_breaks_a_quorum(team, data, quorum):
    present = data.draw(st.integers(0, team - 1))
    said = []
    for coming in (present, present + 1):
        story = Story(party=team).procedure("party", quorum=quorum.code)
        story.party_meeting(story.item(), present=coming)
        said.append(story.says("P-03"))
    assert said != [MET, BROKEN]
    assert (said[1] is MET) == quorum.satisfied(present + 1, team)


@given(st.integers(1, 40), st.data())
def test_exactly_one_of_passed_and_rejected_is_right(team, data):
    agreeing = data.draw(st.integers(0, team))
    said = []
    for outcome in ("passed", "rejected"):
        story = Story(party=team)
        story.party_meeting(story.item(outcome=outcome, votes=counts(agreeing)), present=team)
        said.append(story.says("P-10"))
    assert set(said) == {MET, BROKEN}


@edges("code", {code: (code,) for code in ("P-03", "P-04", "P-10", "P-20")})
@settings(max_examples=30)
@given(guests=st.lists(st.sampled_from([*OFFICE[1:5], "outsider"]), unique=True))
def test_observers_change_no_count(code, guests):
    said = []
    for came in ([], guests):
        story = Story(party=6)
        story.party_meeting(story.item("H01", outcome="passed", votes=counts(4)), present=4, guests=came)
        finding = story.finding(code)
        said.append((finding.outcome, finding.values))
    assert said[0] == said[1]
