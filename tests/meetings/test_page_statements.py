"""A meeting page and a sealed record cost the same few statements for one item and for twelve."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from governance.models import Person
from meetings.models import Attendance, Item, Matter, Meeting, Opinion, Vote
from tests import cast as people
from tests.test_constant_queries import signed_in, statements


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield people.everybody()
        transaction.set_rollback(True)


def sitting(cast, topics: int, hour: int) -> Meeting:
    """An open meeting of nine people who all spoke on each of its items, with its votes."""
    present = [cast.zhao, cast.qian, cast.sun, cast.li, cast.zhou, cast.wu, cast.he, cast.zheng]
    present.append(Person.objects.create(school=cast.school, name=f"第九人{hour}"))
    meeting = Meeting.objects.create(
        school=cast.school, body="party", state=Meeting.State.OPEN, place="第一会议室", chair=cast.zhao,
        recorder=cast.zheng, starts_at=timezone.now() + timedelta(hours=hour), created_by=cast.zheng.user,
    )  # fmt: skip
    Attendance.objects.bulk_create(Attendance(meeting=meeting, person=one, status="present") for one in present)
    for number in range(1, topics + 1):
        matter = Matter.objects.create(
            school=cast.school, title=f"第{number}件", category="D13", state=Matter.State.PROPOSED, proposer=cast.li,
            proposed_at=timezone.now(), created_by=cast.li.user,
        )  # fmt: skip
        item = Item.objects.create(
            matter=matter, body="party", purpose="decide", meeting=meeting, no=number, state=Item.State.CONFIRMED,
            confirmed_by=cast.zhao, confirmed_at=timezone.now(), outcome="passed", decision_text="同意。",
        )  # fmt: skip
        item.responsible.set([cast.li])
        Opinion.objects.bulk_create(
            Opinion(item=item, person=one, stance="agree", order=order) for order, one in enumerate(present, start=1)
        )
        Vote.objects.create(
            item=item, method="oral", agree=5, in_office=5, present=5, outcome="passed", recorded_by=cast.zheng.user
        )
    return meeting


@pytest.mark.parametrize("who", ["zheng", "zhao", "wang"])
def test_a_meeting_of_twelve_items_and_nine_people_costs_at_most_eight_statements(cast, who):
    client, several = signed_in(getattr(cast, who)), []
    for topics in (1, 12):
        meeting = sitting(cast, topics, hour=1000 + Meeting.objects.count())
        several.append(statements(client, reverse("meeting", args=["shifan", meeting.pk])))
    assert len(several[0]) == len(several[1]) <= 8, "\n".join(sql[:200] for sql in several[1])


@pytest.mark.parametrize("who", ["zheng", "zhao", "wang"])
def test_a_sealed_record_costs_at_most_ten_statements(cast, who):
    client, several = signed_in(getattr(cast, who)), []
    for topics in (1, 12):
        meeting = sitting(cast, topics, hour=1000 + Meeting.objects.count())
        Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.IMPORTED, number=meeting.pk)
        several.append(statements(client, reverse("record", args=["shifan", meeting.pk])))
    assert len(several[0]) == len(several[1]) <= 10, "\n".join(sql[:200] for sql in several[1])
