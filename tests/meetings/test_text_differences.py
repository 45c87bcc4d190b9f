"""Two wordings side by side: every piece of both, in order, and numbers whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.text_differences import differences

WORDS = st.lists(st.sampled_from(["拟", "购", "车", "。", "；", "80,000", "元", "\n", " ", "ab"]), max_size=30).map(
    "".join
)


@settings(max_examples=80, deadline=None)
@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = differences(before, after)
    assert "".join(text for where, text in pieces if where != "came") == before
    assert "".join(text for where, text in pieces if where != "gone") == after
    assert (before == after) == all(where == "same" for where, _ in pieces)


def test_a_number_is_changed_as_a_whole_and_the_rest_stands():
    assert differences("经费 80,000 元。另议。", "经费 95,000 元。另议。") == [
        ("same", "经费 "),
        ("gone", "80,000"),
        ("came", "95,000"),
        ("same", " 元。另议。"),
    ]


def test_a_text_of_one_sentence_ten_thousand_times_is_compared_too():
    before, after = "好。" * 10_000, "坏。" + "好。" * 10_000 + "完。"
    pieces = differences(before, after)
    assert "".join(text for where, text in pieces if where != "gone") == after
