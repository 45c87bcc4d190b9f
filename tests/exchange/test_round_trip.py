"""A dossier goes out and comes in as it was, and is judged as it was."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.exchange import read, write
from governance.exchange.spec import DOSSIER, objects
from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from tests.exchange.dossiers import records
from tests.exchange.whole import TEXT
from tests.rules.story import CHECKED

SPELLED = """
format* school* people* posts* procedures large_sum catalogue calendar communications matters meetings
code* name* stage ownership party_organization*
id* name* party_member
person* post* from* until full_time
body* from* title adopted_on submitted_on filed_on filing_number parameters
from* amount* inclusive cumulative
code* title* from* route prior reserved two_thirds
holidays workdays
at* people note
id* title* category* amount payee project major two_thirds flags candidates proposer proposed_at owner interests consultations emergency decided_without_meeting reconsiders
kind* at* entered_at people heard outcome note stale
at* by* reason*
at* how* by
id* body* number title starts_at* ends_at place mode convener chair recorder emergency delegation notice_sent_at entered_at attendance items record minutes
from* to* at* reason
person* status* role from_item to_item away leave_reason
no* matter* purpose* added_at confirmed_by confirmed_at opinions written_opinions recusals votes outcome decision_text responsible due done_on publicity
person* stance order text
person* stance text
person* reason
candidate method agree disagree abstain defer outcome
published* from until scope reason
completed_at signed_by
number issued_by issued_at items
no* outcome* text
"""


def test_the_table_has_the_fields_of_the_format_in_its_order():
    written = {" ".join(one.name + "*" * one.must for one in each.fields) for each in objects()}
    assert written == set(SPELLED.strip().splitlines())


def test_every_fact_that_rules_read_is_in_the_table():
    for each in objects():
        told = {one.attribute for one in each.fields if one.attribute}
        optional = {"order"} if each.fact is facts.Opinion else set()
        assert told | optional == {one.name for one in fields(each.fact)}, each.fact


def test_a_file_with_every_field_comes_out_byte_for_byte():
    assert write(read(TEXT.encode()).records) == TEXT
    named = {one.name for each in objects(DOSSIER) for one in each.fields}
    assert named == _keys(json.loads(TEXT)) - _parameters(json.loads(TEXT))


def _keys(value) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    return set(value) | _keys(list(value.values())) if isinstance(value, dict) else set()


def _parameters(value) -> set[str]:
    return set().union(*(procedure["parameters"] for procedure in value["procedures"]))


@settings(max_examples=40)
@given(records())
def test_what_is_written_is_read_again(dossier):
    text = write(dossier)
    told = read(text.encode())
    assert told.faults == []
    assert told.records == dossier
    assert write(told.records) == text


def findings(dossier: facts.Records) -> list[tuple]:
    return [
        (one.code, one.mode, one.meeting, one.item, one.matter, one.body, one.outcome, one.message, one.values)
        for one in judge(Dossier(dossier), on=CHECKED, include_not_applicable=True)
    ]


@settings(max_examples=20)
@given(records(), st.randoms(use_true_random=False))
def test_findings_are_those_of_the_dossier_whatever_the_order_of_its_file(dossier, random):
    def shuffled(things):
        return tuple(random.sample(things, len(things)))

    told = findings(dossier)
    assert findings(read(write(dossier).encode()).records) == told
    meetings = [
        replace(
            one,
            attendance=shuffled(one.attendance),
            items=tuple(replace(item, opinions=shuffled(item.opinions)) for item in one.items),
        )
        for one in shuffled(dossier.meetings)
    ]
    again = replace(
        dossier,
        people=shuffled(dossier.people),
        posts=shuffled(dossier.posts),
        procedures=shuffled(dossier.procedures),
        matters=shuffled(dossier.matters),
        meetings=tuple(meetings),
    )
    assert sorted(findings(read(write(again).encode()).records), key=repr) == sorted(told, key=repr)


def test_times_go_out_in_the_time_of_china_and_money_with_two_decimals():
    told = read(
        TEXT.replace("2025-03-05T16:30:00+08:00", "2025-03-05T08:30:00Z").replace("120000.00", "120000.5").encode()
    )
    assert told.records.meetings[0].ends_at == datetime(2025, 3, 5, 8, 30, tzinfo=UTC)
    written = json.loads(write(told.records))
    assert written["meetings"][0]["ends_at"] == "2025-03-05T16:30:00+08:00"
    assert written["matters"][0]["amount"] == "120000.50"


def test_a_summer_of_forty_years_ago_goes_out_in_the_same_offset():
    """Asia/Shanghai had summer time from 1986 to 1991."""
    talk = facts.Communication(datetime(1988, 7, 1, 9, tzinfo=facts.SHANGHAI))
    dossier = facts.Records(facts.School("s", "校", "none"), communications=(talk,))
    assert json.loads(write(dossier))["communications"] == [{"at": "1988-07-01T08:00:00+08:00"}]


def test_sets_go_out_in_an_order_of_their_own():
    matter = facts.Matter("t", "事", "G", flags=frozenset({"legal", "technical"}), interests=frozenset({"a", "b", "c"}))
    calendar = facts.Calendar(holidays=frozenset(date(2025, 5, 1) + timedelta(days=n) for n in range(3)))
    people = tuple(facts.Person(one, one) for one in "cab")
    dossier = facts.Records(facts.School("s", "校", "none"), people, matters=(matter,), calendar=calendar)
    written = json.loads(write(dossier))
    assert written["matters"][0]["interests"] == ["c", "a", "b"]
    assert written["matters"][0]["flags"] == ["technical", "legal"]
    assert written["calendar"]["holidays"] == ["2025-05-01", "2025-05-02", "2025-05-03"]


def test_what_is_not_recorded_is_left_out_and_a_recorded_no_is_not():
    people = (facts.Person("p", "甲", party_member=False),)
    publicity = facts.Publicity(published=False, reason="涉及个人隐私")
    item = facts.Item(1, "t", "decide", votes=(facts.Vote(agree=0),), publicity=publicity)
    meeting = facts.Meeting("m", "party", CHECKED_AT, items=(item,), record=facts.Record())
    matter = facts.Matter("t", "事", "G")
    dossier = facts.Records(facts.School("s", "校", "none"), people, matters=(matter,), meetings=(meeting,))
    written = json.loads(write(dossier))
    assert written["people"] == [{"id": "p", "name": "甲", "party_member": False}]
    assert written["posts"] == [] and "procedures" not in written
    assert set(written["meetings"][0]) == {"id", "body", "starts_at", "items"}
    assert written["meetings"][0]["items"][0]["votes"] == [{"agree": 0}]
    assert written["meetings"][0]["items"][0]["publicity"] == {"published": False, "reason": "涉及个人隐私"}
    assert written["matters"] == [{"id": "t", "title": "事", "category": "G"}]


CHECKED_AT = datetime(2025, 3, 5, 15, tzinfo=facts.SHANGHAI)


def test_facts_are_plain_values():
    told = read(TEXT.encode()).records
    assert all(is_dataclass(one) for one in (*told.people, *told.matters, *told.meetings))
    assert told.procedures[0].parameters["vacation_months"] == [2, 7, 8]
