"""What holds of every record, not only of those that somebody thought of."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import Attendance, Calendar, CatalogueRow, Communication, Records
from governance.rules.timing import working_days
from governance.rules.values import PARAMETERS, Threshold
from tests.rules.story import (
    AFTER,
    BEFORE,
    BROKEN,
    CHECKED,
    MET,
    OFFICE,
    PARTY,
    START,
    UNKNOWN,
    Story,
    agree,
    assert_readable,
    at,
    consulted,
    counts,
    day,
    edges,
    hours,
    recused,
)

QUORUMS = [
    ("P-03", "party", "quorum"),
    ("P-04", "party", "quorum_two_thirds_matters"),
    ("A-03", "office", "quorum"),
]
CATEGORIES = ["G", "D02", "D09", "H01", "F01", "P05"]
OUTCOMES = [None, "passed", "rejected", "deferred", "principal_decided", "referred", "withdrawn"]
days = st.lists(st.sampled_from(["2024-09-01", "2025-03-05", "2025-03-06", "2025-03-07"]), unique=True, max_size=3)
people = st.sampled_from([*PARTY[:7], *OFFICE[:5], "outsider"])
several = st.lists(people, unique=True, max_size=8)


@st.composite
def stories(draw) -> Story:
    story = Story(party=draw(st.integers(0, 7)), office=draw(st.integers(0, 5)))
    for since in draw(days):
        story.large_sum(100_000, since, inclusive=draw(st.booleans()))
    for body in ("party", "office"):
        for since in draw(days):
            quorum, reduces = draw(st.sampled_from(Threshold)).code, draw(st.booleans())
            story.procedure(body, since, quorum=quorum, recusal_reduces_base=reduces)
    for since in draw(days):
        facts = draw(st.sampled_from([{}, {"reserved": True}, {"prior": ("J1", "E")}, {"two_thirds": True}]))
        story.catalogue.append(CatalogueRow(draw(st.sampled_from(CATEGORIES)), "一件事", day(since), **facts))
    story.more["communications"] = tuple(Communication(at(since)) for since in draw(days))
    matters = [
        story.matter(
            draw(st.sampled_from(CATEGORIES)),
            interests=frozenset(draw(several)[:1]),
            consultations=tuple(
                consulted(when=START + hours(25 * number), outcome=result, entered_at=AFTER)[0]
                for number, result in enumerate(
                    draw(st.lists(st.sampled_from([None, "agreed", "divergent"]), max_size=3))
                )
            ),
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
    """Every finding, in the order of what it is about."""
    findings = judge(Dossier(records), on=CHECKED, include_not_applicable=True)
    return sorted(
        (
            [str(each) for each in (one.code, one.meeting, one.item, one.matter, one.body)],
            [one.outcome, one.mode, one.message, sorted(one.values.items())],
        )
        for one in findings
    )


def in_any_order(thing, draw):
    """The same, with its rows in another order, but for items and candidates: theirs is the order of the agenda."""
    if not is_dataclass(thing):
        return thing
    changed = {}
    for one in fields(thing):
        value = getattr(thing, one.name)
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            changed[one.name] = tuple(
                in_any_order(row, draw) for row in (value if one.name in ("items", "votes") else draw(value))
            )
    return replace(thing, **changed)


@given(stories(), st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_of_anything(story, random):
    records = story.records
    again = in_any_order(records, lambda rows: random.sample(rows, len(rows)))
    assert told(again) == told(records)


@given(stories())
def test_every_message_can_be_read(story):
    for finding in judge(story.dossier, on=CHECKED):
        assert_readable(finding)


@edges("code body quorum", {code: (code, body, quorum) for code, body, quorum in QUORUMS})
@given(
    team=st.integers(1, 20),
    share=st.sampled_from(Threshold),
    reduces=st.booleans(),
    category=st.sampled_from(["G", "D02", "H01"]),
    data=st.data(),
)
def test_one_more_present_member_never_breaks_a_quorum(code, body, quorum, team, share, reduces, category, data):
    members = (PARTY if body == "party" else OFFICE)[:team]
    coming = data.draw(st.lists(st.sampled_from(members), unique=True, max_size=team - 1))
    more = data.draw(st.sampled_from([one for one in members if one not in coming]))
    aside = recused(*data.draw(st.lists(st.sampled_from([*members, "outsider"]), unique=True, max_size=5)))
    said = []
    for present in (coming, [*coming, more]):
        story = Story(party=team, office=team)
        share = max(share, PARAMETERS[quorum].floor)
        story.procedure(body, **{quorum: share.code, "recusal_reduces_base": reduces})
        story.meeting(body, story.item(category, recusals=aside), present=present)
        said.append(story.says(code))
    assert said != [MET, BROKEN]
    assert (said[0] is UNKNOWN) == (said[1] is UNKNOWN)


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


@given(st.dates(day("2020-01-01"), day("2024-12-31")), st.integers(0, 900), st.sets(st.integers(0, 2700), max_size=40))
def test_a_long_while_has_as_many_working_days_as_its_days(first, length, marked):
    marks = frozenset(day("2020-01-01") + timedelta(days=one) for one in marked)
    calendar, last = Calendar(holidays=marks, workdays=marks), first + timedelta(days=length)
    singly = (first + timedelta(days=after) for after in range(length + 1))
    assert working_days(first, last, calendar) == sum(working_days(one, one, calendar) for one in singly)
