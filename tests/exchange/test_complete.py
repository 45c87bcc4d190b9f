"""*Unknown* never comes from a complete record, but where what would tell lies outside of any record."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.exchange import read, write
from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.ruling import Outcome
from tests.exchange.dossiers import OWN, PEOPLE, records
from tests.rules.story import CHECKED

LONG_AGO = date(2015, 1, 1)
TEAMS = {
    "party_secretary": PEOPLE[0],
    "deputy_party_secretary": PEOPLE[1],
    "principal": PEOPLE[1],
    "vice_principal": PEOPLE[2],
    "party_committee_member": PEOPLE[2],
    "admin_member": PEOPLE[3],
}

OUTSIDE = {
    "C-19": "the party meeting after an emergency may be yet to come",
    "C-20": "the matter that is reconsidered may never have been decided, or in another time than the dossier's",
    "G-02": "fewer than two talks are no series",
    "P-10": "where a school counts out of those present and nobody was, there is nothing to be a share of",
    "P-14": "where nobody was left to vote, no voter has a place in the order",
    "P-16": "fewer than two party meetings are no series",
}


@st.composite
def complete(draw: st.DrawFn) -> facts.Records:
    """Whatever the format can hold is held: posts that were never vacant, everybody's attendance and opinion."""
    drawn = draw(records(complete=True))
    meetings = []
    for meeting in drawn.meetings:
        sheet = tuple(
            facts.Attendance(person, draw(st.sampled_from(["present", "present", "leave", "absent"])), "member")
            for person in PEOPLE
        )
        items = [
            replace(
                item,
                opinions=tuple(
                    facts.Opinion(person, draw(st.sampled_from(["agree", "disagree"])), order, "意见")
                    for order, person in enumerate(draw(st.permutations(PEOPLE)), start=1)
                ),
            )
            for item in meeting.items
        ]
        meetings.append(replace(meeting, attendance=sheet, items=tuple(items)))
    return replace(
        drawn,
        posts=tuple(facts.Post(person, post, LONG_AGO, full_time=True) for post, person in TEAMS.items()),
        large_sums=(facts.LargeSum(LONG_AGO, Decimal(draw(st.integers(1, 10**6)))),),
        catalogue=tuple(facts.CatalogueRow(code, "事", LONG_AGO, "A→P", ("J1",), True, False) for code in OWN),
        meetings=tuple(meetings),
    )


@settings(max_examples=25)
@given(complete())
def test_a_complete_record_leaves_nothing_unknown(dossier):
    told = read(write(dossier).encode())
    assert told.faults == []
    unknown = {
        (one.code, one.message)
        for one in judge(Dossier(told.records), on=CHECKED)
        if one.outcome is Outcome.UNKNOWN and one.code not in OUTSIDE
    }
    assert unknown == set()
