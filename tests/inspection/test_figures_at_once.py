"""Two meetings that speak of one matter are judged at once: neither is thrown out, and both are counted as they stand."""

import pytest

from accounts.models import Organisation
from inspection.figures import differences
from meetings import transitions as verbs
from tests.meetings.stage import acting, confirmed, mark, opened
from tests.meetings.test_votes import at_once

SCHOOLS = Organisation.objects.filter(kind="school")


@pytest.mark.django_db(transaction=True)
def test_two_meetings_on_one_matter_are_judged_at_once(cast):
    """Each recounts what the other one's answers take the place of; neither is thrown out."""
    item = confirmed(cast)
    several = []
    for _ in range(2):
        meeting = opened(cast, item)
        mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
        verbs.note(meeting, f"item/{item.pk}/outcome", "deferred", base=None, by=acting(cast.zheng))
        several.append(verbs.end(meeting, by=acting(cast.zheng)))
        item = verbs.request(item.matter, body="party", purpose="decide", by=acting(cast.zheng))
        item = verbs.confirm(item, by=acting(cast.zhao))
    at_once(*(lambda one=one: verbs.complete(one, by=acting(cast.zheng)) for one in several))
    assert differences(SCHOOLS) == []
    at_once(*(lambda one=one: verbs.reopen(one, reason="补", by=acting(cast.zheng)) for one in several))
    at_once(*(lambda one=one: verbs.complete(one, by=acting(cast.zheng)) for one in reversed(several)))
    assert differences(SCHOOLS) == []
