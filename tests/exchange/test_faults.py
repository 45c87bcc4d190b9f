"""Every fault has its place and says what was found and what was expected; all are told, not the first alone."""

import json
import re

import pytest

from governance.exchange import read, read_value
from tests.exchange.whole import TEXT, WHOLE, at, drop, put, reading
from tests.rules.story import edges

ITEM, MEETING, MATTER = "/meetings/0/items/0", "/meetings/0", "/matters/0"
AGAIN = {"person": "li", "post": "principal", "from": "2025-01-01"}
PARTY = {"body": "party", "from": "2024-09-01"}
ROW = {"code": "D20", "title": "课程方案", "from": "2024-09-01"}
SECOND = {"id": "m2", "body": "party", "starts_at": "2025-03-05T07:00:00Z"}

CASES = {
    # a must, missing or empty
    "no format": ([drop("/format")], [""]),
    "another format": ([put("/format", "school-governance-record/2")], ["/format"]),
    "no school": ([drop("/school")], [""]),
    "no name": ([drop("/people/1/name")], ["/people/1"]),
    "two musts missing": ([drop("/posts/0/post"), drop("/posts/0/from")], ["/posts/0", "/posts/0"]),
    "no start": ([drop(f"{MEETING}/starts_at")], [MEETING]),
    "no reason of an emergency": ([drop(f"{MATTER}/emergency/reason")], [f"{MATTER}/emergency"]),
    "an item without a matter": ([drop(f"{ITEM}/matter")], [ITEM]),
    "publicity that does not say whether": ([drop(f"{ITEM}/publicity/published")], [f"{ITEM}/publicity"]),
    "minutes without an outcome": ([drop(f"{MEETING}/minutes/items/0/outcome")], [f"{MEETING}/minutes/items/0"]),
    "an empty name": ([put("/people/0/name", "")], ["/people/0/name"]),
    "an empty id": ([put("/people/3/id", "")], ["/people/3/id", f"{MEETING}/recorder",
                    f"{MEETING}/attendance/2/person", f"{MEETING}/record/signed_by/1"]),
    "an empty code": ([put("/school/code", "")], ["/school/code"]),
    "an empty title": ([put(f"{MATTER}/title", "")], [f"{MATTER}/title"]),
    "an empty name in a list": ([put(f"{MATTER}/candidates/0", "")], [f"{MATTER}/candidates/0"]),
    # types
    "people are no list": ([put("/calendar", [])], ["/calendar"]),
    "a list for an object": ([put("/school", [1])], ["/school"]),
    "an object for a list": ([put("/communications", {})], ["/communications"]),
    "a text in a list of objects": ([put("/communications/-", "x")], ["/communications/1"]),
    "null is no text": ([put(f"{MEETING}/place", None)], [f"{MEETING}/place"]),
    "a number is no text": ([put(f"{MEETING}/minutes/number", 3)], [f"{MEETING}/minutes/number"]),
    "a text is no number": ([put(f"{MEETING}/number", "3")], [f"{MEETING}/number"]),
    "a truth is no number": ([put(f"{ITEM}/votes/0/agree", True)], [f"{ITEM}/votes/0/agree"]),
    "a float is no integer": ([put(f"{ITEM}/votes/0/agree", 3.0)], [f"{ITEM}/votes/0/agree"]),
    "a number too large": ([put(f"{ITEM}/votes/0/agree", 2**31)], [f"{ITEM}/votes/0/agree"]),
    "a number is no truth": ([put("/people/0/party_member", 1)], ["/people/0/party_member"]),
    "a text is no truth": ([put(f"{MATTER}/major", "true")], [f"{MATTER}/major"]),
    "money as a number": ([put(f"{MATTER}/amount", 120000)], [f"{MATTER}/amount"]),
    "money with three decimals": ([put(f"{MATTER}/amount", "1.005")], [f"{MATTER}/amount"]),
    "money below nothing": ([put(f"{MATTER}/amount", "-1")], [f"{MATTER}/amount"]),
    "money of thirteen digits": ([put("/large_sum/0/amount", "1" * 13)], ["/large_sum/0/amount"]),
    "money with a line break": ([put(f"{MATTER}/amount", "1\n")], [f"{MATTER}/amount"]),
    "money in other digits": ([put(f"{MATTER}/amount", "１２")], [f"{MATTER}/amount"]),
    "a naive time": ([put(f"{MEETING}/starts_at", "2025-03-05T15:00:00")], [f"{MEETING}/starts_at"]),
    "a day for a time": ([put(f"{MEETING}/entered_at", "2025-03-05")], [f"{MEETING}/entered_at"]),
    "a time for a day": ([put(f"{ITEM}/due", "2025-03-05T15:00:00+08:00")], [f"{ITEM}/due"]),
    "no such day": ([put(f"{ITEM}/due", "2025-02-29")], [f"{ITEM}/due"]),
    "no such hour": ([put(f"{MEETING}/starts_at", "2025-03-05T25:00:00+08:00")], [f"{MEETING}/starts_at"]),
    "a day in words": ([put("/posts/0/from", "2024/9/1")], ["/posts/0/from"]),
    "before all schools": ([put("/posts/0/from", "0001-01-01")], ["/posts/0/from"]),
    "after all schools": ([put(f"{MEETING}/starts_at", "9999-12-31T23:00:00-08:00")], [f"{MEETING}/starts_at"]),
    "from_item is a number": ([put(f"{MEETING}/attendance/0/from_item", "2025-03-05")],
                              [f"{MEETING}/attendance/0/from_item"]),
    "no such stance": ([put(f"{ITEM}/opinions/0/stance", "yes")], [f"{ITEM}/opinions/0/stance"]),
    "a list for a word": ([put(f"{ITEM}/purpose", ["decide"])], [f"{ITEM}/purpose"]),
    "an empty word": ([put(f"{ITEM}/outcome", "")], [f"{ITEM}/outcome"]),
    "no such flag": ([put(f"{MATTER}/flags/1", "urgent")], [f"{MATTER}/flags/1"]),
    "no such mark": ([put("/catalogue/0/prior/0", "J3")], ["/catalogue/0/prior/0"]),
    "a vote is not referred": ([put(f"{ITEM}/votes/0/outcome", "referred")], [f"{ITEM}/votes/0/outcome"]),
    "a zero byte": ([put(f"{MEETING}/place", "a\0b")], [f"{MEETING}/place"]),
    "half a character": ([put(f"{MEETING}/place", "a\ud800b")], [f"{MEETING}/place"]),
    # what the format does not know
    "an unknown field": ([put("/extra", 1)], ["/extra"]),
    "an unknown field deep down": ([put(f"{ITEM}/votes/0/yes", 1)], [f"{ITEM}/votes/0/yes"]),
    "a field with a slash": ([put(f"{ITEM}/a~1b~0", 1)], [f"{ITEM}/a~1b~0"]),
    "a written opinion has no order": ([put(f"{ITEM}/written_opinions/0/order", 1)],
                                       [f"{ITEM}/written_opinions/0/order"]),
    "an unknown parameter": ([put("/procedures/0/parameters/quota", 1)], ["/procedures/0/parameters/quota"]),
    "an unknown category": ([put(f"{MATTER}/category", "D99")], [f"{MATTER}/category"]),
    "a category whose row went": ([drop("/catalogue/0")], [f"{MATTER}/category"]),
    "an unknown category that asks two thirds": (
        [put("/procedures/0/parameters/two_thirds_categories", ["Q"])],
        ["/procedures/0/parameters/two_thirds_categories"],
    ),
    # parameters
    "looser than the floor": (
        [put("/procedures/0/parameters/quorum_two_thirds_matters", "half")],
        ["/procedures/0/parameters/quorum_two_thirds_matters"],
    ),
    "of the other body": ([put("/procedures/1/parameters/pass_base", "present")],
                          ["/procedures/1/parameters/pass_base"]),
    "of a body that cannot be read": (
        [put("/procedures/0/body", "union"), put("/procedures/0/parameters/notice_hours", -1)],
        ["/procedures/0/body", "/procedures/0/parameters/notice_hours"],
    ),
    "parameters are an object": ([put("/procedures/0/parameters", [])], ["/procedures/0/parameters"]),
    "more hours than the calendar has": (
        [put("/procedures/0/parameters/notice_hours", 10**9)],
        ["/procedures/0/parameters/notice_hours"],
    ),
    # order in time
    "out of post on the first day": ([put("/posts/1/until", "2024-09-01")], ["/posts/1/until"]),
    "published backwards": ([put(f"{ITEM}/publicity/until", "2025-03-05")], [f"{ITEM}/publicity/until"]),
    "ended before it began": ([put(f"{MEETING}/ends_at", "2025-03-05T06:59:59Z")], [f"{MEETING}/ends_at"]),
    "left before coming": ([put(f"{MEETING}/attendance/0/to_item", 0)], [f"{MEETING}/attendance/0/to_item"]),
    # each once
    "a gap in the items": ([put(f"{MEETING}/items/1/no", 3)], [f"{MEETING}/items/1/no"]),
    "the same number twice": ([put(f"{MEETING}/items/1/no", 1)], [f"{MEETING}/items/1/no"]),
    "numbered from nothing": ([drop(f"{MEETING}/items/1"), put(f"{ITEM}/no", 0)], [f"{ITEM}/no"]),
    "two principals": ([put("/posts/-", AGAIN)], ["/posts/4/from"]),
    "the same start": ([put("/meetings/-", SECOND)], ["/meetings/1/starts_at"]),
    "two versions of one day": ([put("/procedures/-", PARTY)], ["/procedures/2/from"]),
    "two sums of one day": ([put("/large_sum/-", WHOLE["large_sum"][0])], ["/large_sum/1/from"]),
    "two rows of one day": ([put("/catalogue/-", ROW)], ["/catalogue/1/from"]),
    "twice at a meeting": ([put(f"{MEETING}/attendance/1/person", "qian")], [f"{MEETING}/attendance/1/person"]),
    "two opinions of one person": ([put(f"{ITEM}/opinions/-", {"person": "qian"})], [f"{ITEM}/opinions/1/person"]),
    "two written opinions": ([put(f"{ITEM}/written_opinions/-", {"person": "zhao"})],
                             [f"{ITEM}/written_opinions/1/person"]),
    # ids
    "two people of one id": ([put("/people/-", {"id": "zhao", "name": "赵民"})], ["/people/4/id"]),
    "a matter called as a person": ([put("/matters/-", {"id": "zhao", "title": "x", "category": "G"})],
                                    ["/matters/2/id"]),
    "a meeting called as a matter": ([put(f"{MEETING}/id", "plan")], [f"{MEETING}/id"]),
    "an id that points nowhere": ([put(f"{MEETING}/chair", "nobody")], [f"{MEETING}/chair"]),
    "a person where a matter is meant": ([put(f"{ITEM}/matter", "zhao")], [f"{ITEM}/matter"]),
    "a matter where a person is meant": ([put(f"{MATTER}/interests/1", "plan")], [f"{MATTER}/interests/1"]),
    "a meeting is no matter": ([put(f"{MATTER}/reconsiders", "m1")], [f"{MATTER}/reconsiders"]),
    "an empty id is nobody": ([put(f"{MATTER}/owner", "")], [f"{MATTER}/owner"]),
    # many at once: one hides no other
    "all at once": (
        [put("/posts/0/from", "x"), put("/posts/1/until", "2024-01-01"), put(f"{MEETING}/chair", 7), put("/more", 1),
         put(f"{MEETING}/items/1/no", 5), drop(f"{ITEM}/purpose")],
        ["/posts/0/from", "/posts/1/until", f"{MEETING}/chair", ITEM, f"{MEETING}/items/1/no", "/more"],
    ),
}  # fmt: skip


@edges("changes pointers", CASES)
def test_a_fault_is_told_at_its_place(changes, pointers):
    told = reading(*changes)
    assert told.records is None
    assert [fault.pointer for fault in told.faults] == pointers
    for fault in told.faults:
        assert re.search("应|不能|没有|缺少|不得|只能|不在", fault.error) and "None" not in fault.error, fault


GOOD = {
    "a fresh start in a post": [put("/posts/1/until", "2025-01-01"), put("/posts/-", AGAIN)],
    "one person twice in a post": [put("/posts/-", AGAIN | {"person": "qian"})],
    "two deputies": [put("/posts/-", AGAIN | {"post": "deputy_party_secretary"})],
    "the other body starts at once": [put("/meetings/-", SECOND | {"body": "office"})],
    "ends as it starts": [put(f"{MEETING}/ends_at", "2025-03-05T07:00:00+00:00")],
    "published for a day": [put(f"{ITEM}/publicity/until", "2025-03-06")],
    "items in another order": [put(f"{ITEM}/no", 2), put(f"{MEETING}/items/1/no", 1)],
    "an observer also wrote": [put(f"{ITEM}/written_opinions/-", {"person": "qian"})],
    "a count below nothing": [put(f"{ITEM}/votes/0/agree", -1)],
    "lists may be empty": [put("/communications", []), put(f"{MATTER}/consultations", [])],
    "an optional text may be empty": [put(f"{MEETING}/place", ""), put(f"{MATTER}/payee", "")],
    "minutes list what they like": [put(f"{MEETING}/minutes/items/0/no", 9)],
}


@edges("changes", {name: (changes,) for name, changes in GOOD.items()})
def test_what_is_no_fault(changes):
    assert reading(*changes).faults == []


def test_an_empty_optional_text_is_not_recorded():
    records = reading(*GOOD["an optional text may be empty"]).records
    assert records.meetings[0].place == "" and records.matters[0].payee is None


def test_a_name_twice_in_a_list_of_people_is_there_once():
    records = reading(put(f"{MEETING}/record/signed_by", ["qian", "clerk", "qian"])).records
    assert records.meetings[0].record.signed_by == ("qian", "clerk")


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "nothing": (b"", "文件是空的"),
        "no UTF-8": (TEXT.encode("gb18030"), "UTF-8"),
        "cut off": (TEXT.encode()[:-20], "第 "),
        "a trailing comma": (b'{"format": "x",}', "第 1 行第 16 列"),
        "two values": (b"{} {}", "此处应已结束"),
        "a list": (b"[]", "最外层应为一个 JSON 对象"),
        "a number": (b"7", "最外层应为一个 JSON 对象"),
        "too deep": (b"[" * 100_000 + b"]" * 100_000, "嵌套过深"),
        "too deep in an object": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "嵌套过深"),
    }.values(),
)
def test_a_file_that_is_no_dossier_at_all(text, words):
    (fault,) = read(text).faults
    assert fault.pointer == "" and words in fault.error


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 6000])
def test_numbers_that_are_none(number):
    text = TEXT.replace('"agree": 1', f'"agree": {number}')
    (fault,) = read(text.encode()).faults
    assert fault.pointer == f"{ITEM}/votes/0/agree" and "应为整数" in fault.error


def test_a_number_of_thousands_of_digits_can_be_spoken_of():
    (fault,) = reading(put(f"{ITEM}/votes/0/agree", 10**5000)).faults
    assert "实际是一个过大的整数" in fault.error


def test_a_byte_order_mark_is_no_part_of_the_file():
    assert read(b"\xef\xbb\xbf" + TEXT.encode()) == read(TEXT.encode())


def test_a_key_that_stands_twice_is_told_wherever_it_is():
    text = TEXT.replace('"name": "示范中学"', '"name": "示范中学", "name": "示范中学"')
    text = text.replace('"scope": "教职工"', '"scope": "教职工", "a/b": 1, "scope": 1, "a/b": {"c": 1, "c": 2}')
    told = [fault.pointer for fault in read(text.encode()).faults]
    publicity = f"{ITEM}/publicity"
    assert told[:4] == ["/school/name", f"{publicity}/scope", f"{publicity}/a~1b", f"{publicity}/a~1b/c"]


def test_a_fault_says_what_was_found_and_what_was_expected():
    told = reading(put(f"{ITEM}/votes/0/agree", "三"), put(f"{ITEM}/matter", "zhao"), drop(f"{MEETING}/body"))
    said = {fault.pointer: fault.error for fault in told.faults}
    assert said[f"{ITEM}/votes/0/agree"] == "应为整数，实际是“三”"
    assert said[f"{ITEM}/matter"] == "应为事项的标识，实际是人员的标识“zhao”"
    assert said[MEETING] == "缺少必填的 body（哪个会议）"


def test_every_must_is_missed_and_every_field_can_be_of_the_wrong_type():
    """Whatever the field: nothing that a field cannot be passes, and its pointer is its own."""
    waiting = [("", WHOLE)]
    while waiting:
        pointer, value = waiting.pop()
        if pointer and "/parameters/" not in pointer:  # a parameter is judged as a whole
            told = reading(put(pointer, {"~": 1} if not isinstance(value, dict) else 7))
            assert pointer in {fault.pointer for fault in told.faults}, pointer
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [(f"{pointer}/{key}", one) for key, one in inner]


def test_a_parsed_object_is_read_like_a_file():
    assert read_value(WHOLE) == read(TEXT.encode())
    assert read_value(json.loads(TEXT)).records.people[0].id == at(WHOLE, "/people/0/id")
