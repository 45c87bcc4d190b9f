"""The changes of an agenda explain every difference between two of its versions, and no more."""

from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.agenda_changes import applied, changes_between

FILES = st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(
    lambda names: [{"name": f"{name}.pdf", "sha256": name * 64} for name in names]
)


@st.composite
def agendas(draw):
    order = draw(st.lists(st.integers(1, 9), unique=True, max_size=8))
    return [
        {"item": pk, "matter": 100 + pk, "no": no, "title": draw(st.sampled_from(["甲", "乙"])), "purpose": "decide",
         "text": draw(st.sampled_from(["x", "y"])), "files": draw(FILES)}
        for no, pk in enumerate(order, start=1)
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(agendas(), agendas())
def test_the_changes_make_the_one_out_of_the_other(before, after):
    changes = changes_between(before, after)
    assert applied(before, changes) == after
    assert bool(changes) == (before != after)
    # Each change is needed: without any one of them the agenda is another.
    assert all(applied(before, [one for one in changes if one is not left]) != after for left in changes)


def test_an_item_that_only_counts_otherwise_has_not_moved():
    def line(pk, no):
        return {"item": pk, "matter": pk, "no": no, "title": f"第{pk}件", "purpose": "decide", "text": "x", "files": []}

    before = [line(1, 1), line(2, 2), line(3, 3)]
    assert [one["kind"] for one in changes_between(before, [line(9, 1), line(1, 2), line(2, 3), line(3, 4)])] == [
        "added"
    ]
    assert [
        (one["kind"], one["item"], one["from"]) for one in changes_between(before, [line(3, 1), line(1, 2), line(2, 3)])
    ] == [("moved", 3, 3)]
