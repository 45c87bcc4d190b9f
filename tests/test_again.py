"""What is copied for a test is what was made, and guarded as it was."""

import pytest
from django.db import DatabaseError, transaction

from meetings.models import Meeting
from tests.again import rows_now
from tests.meetings.stage import draft, issued_with_the_chair_first


def renamed(cast) -> None:
    cast.school.name = "示范学校"
    cast.school.save()


@pytest.mark.parametrize("time", ["made", "copied"])
def test_all_rows_are_there_also_those_of_a_scene_upon_a_scene(cast, again, beginnings, time):
    again(issued_with_the_chair_first)
    assert rows_now() == beginnings.now.rows
    again(renamed)
    assert rows_now() == beginnings.now.rows
    cast.school.refresh_from_db()
    assert cast.school.name == "示范学校"


def test_triggers_watch_over_what_was_copied(cast, again):
    meeting = again(issued_with_the_chair_first)
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(place="别处")


def test_what_was_written_before_would_be_lost(cast, again):
    draft(cast)
    with pytest.raises(AssertionError, match="written before"):
        again(draft, title="另一项")
