"""What is called to mind, when, to whom; and what is not."""

from datetime import datetime, time, timedelta

import pgtrigger
import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Notice
from governance.models import Procedure
from meetings import draining, reminders
from meetings import transitions as verbs
from meetings.models import Attendance, Consultation, Item, Meeting
from tests.meetings.stage import acting, agreed, called, confirmed, proposed, signed

from .test_errands import drained, through_the_meeting

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TEAM = ["吴委员", "孙副书记", "李副校", "赵书记", "钱校长"]


def at(day, hour=9):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def reminded(now) -> dict[str, list[str]]:
    """What a look at ``now`` newly calls to mind: {kind: names of recipients}."""
    before = set(Notice.objects.values_list("pk", flat=True))
    reminders.remind(now)
    told: dict[str, list[str]] = {}
    for notice in Notice.objects.exclude(pk__in=before).select_related("recipient"):
        told.setdefault(notice.kind, []).append(notice.recipient.name)
    return {kind: sorted(names) for kind, names in told.items()}


def text_of(kind) -> str:
    notice = Notice.objects.filter(kind=kind).latest("pk")
    return f"{notice.title} {notice.body}"


# meetings


def test_a_meeting_is_called_to_mind_a_day_before_and_two_hours_before(cast, again):
    meeting = called(cast, again(confirmed), hours=72)
    start = meeting.starts_at
    team = {"meeting_ahead": ["郑秘书", *TEAM]}
    assert reminded(start - 25 * HOUR) == {}
    assert reminded(start - 24 * HOUR)["meeting_ahead"] == sorted(team["meeting_ahead"])
    assert "meeting_ahead" not in reminded(start - 23 * HOUR)
    assert reminded(start - 2 * HOUR)["meeting_ahead"] == sorted(team["meeting_ahead"])
    assert "meeting_ahead" not in reminded(start - HOUR)
    assert "第一会议室" in text_of("meeting_ahead")
    assert f"{timezone.localtime(start):%H:%M}" in text_of("meeting_ahead")


def test_after_a_long_sleep_only_the_nearer_reminder_comes(cast, again):
    meeting = called(cast, again(confirmed))
    assert len(reminded(meeting.starts_at - HOUR)["meeting_ahead"]) == 6
    assert Notice.objects.filter(kind="meeting_ahead").count() == 6


def test_a_meeting_that_has_begun_or_is_over_is_not_called_to_mind(cast, again):
    meeting = called(cast, again(confirmed))
    for now in (meeting.starts_at, meeting.starts_at + HOUR, meeting.starts_at + 7 * DAY):
        assert "meeting_ahead" not in reminded(now)


def test_a_cancelled_meeting_is_not_called_to_mind(cast, again):
    meeting = called(cast, again(confirmed))
    verbs.cancel(meeting, reason="校长出差", by=acting(cast.zheng))
    assert "meeting_ahead" not in reminded(meeting.starts_at - 2 * HOUR)


def test_a_draft_meeting_is_not_called_to_mind(cast):
    meeting = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + 3 * DAY, place="一室", by=acting(cast.zheng)
    )
    assert "meeting_ahead" not in reminded(meeting.starts_at - 2 * HOUR)


def test_the_notice_of_a_meeting_tomorrow_is_its_own_reminder(cast, again):
    meeting = called(cast, again(confirmed), hours=20)
    assert "meeting_ahead" not in reminded(timezone.now() + HOUR)
    assert "meeting_ahead" in reminded(meeting.starts_at - 2 * HOUR)


def test_a_moved_meeting_gets_a_reminder_for_its_new_time_and_none_for_the_old(cast, again):
    meeting = called(cast, again(confirmed))
    old = meeting.starts_at
    reminded(old - 24 * HOUR)
    meeting = verbs.reschedule(meeting, starts_at=old + 3 * DAY, place=meeting.place, by=acting(cast.zheng))
    assert "meeting_ahead" not in reminded(old - 2 * HOUR)
    assert len(reminded(meeting.starts_at - 24 * HOUR)["meeting_ahead"]) == 6
    assert Notice.objects.filter(kind="meeting_ahead").latest("pk").expires_at == meeting.starts_at


def test_a_meeting_moved_to_very_soon_is_not_called_to_mind_before_its_correction(cast, again):
    meeting = called(cast, again(confirmed))
    verbs.reschedule(meeting, starts_at=timezone.now() + HOUR, place=meeting.place, by=acting(cast.zheng))
    assert "meeting_ahead" not in reminded(timezone.now())


def test_whoever_is_on_leave_is_not_reminded(cast, again):
    meeting = called(cast, again(confirmed))
    meeting.attendance.filter(person=cast.wu).update(status=Attendance.Status.LEAVE, leave_reason="出差")
    assert "吴委员" not in reminded(meeting.starts_at - 24 * HOUR)["meeting_ahead"]


@given(minutes=st.lists(st.integers(-26 * 60, 60), max_size=6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_one_looks_nobody_is_reminded_twice_nor_after_the_start(cast, minutes):
    Notice.objects.all().delete()
    meeting = Meeting.objects.first() or called(cast, confirmed(cast))
    for minute in minutes:
        reminders.remind(meeting.starts_at + timedelta(minutes=minute))
    told = Notice.objects.filter(kind="meeting_ahead")
    windows = {"2h" if minute >= -120 else "24h" for minute in minutes if -24 * 60 <= minute < 0}
    assert told.count() == 6 * len(windows)


# what waits


def test_a_consultation_is_called_to_mind_after_a_day_and_after_three(cast, again):
    consultation = again(proposed).consultations.get()
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    asked = at(timezone.localdate(), 15)
    Consultation.objects.update(asked_at=asked)
    seen = [reminded(asked + hours * HOUR) for hours in range(0, 24 * 10, 6)]
    assert [each["consultation_waiting"] for each in seen if "consultation_waiting" in each] == [["钱校长"]] * 2
    assert reminded(asked + 30 * DAY).get("consultation_waiting") is None


def test_an_answered_consultation_is_not_called_to_mind(cast, again):
    again(agreed)
    assert "consultation_waiting" not in reminded(at(timezone.localdate() + 2 * DAY))


def test_what_is_for_a_day_wakes_nobody_at_night(cast, again):
    again(proposed)
    tomorrow = timezone.localdate() + 2 * DAY
    assert reminded(at(tomorrow, 3)) == {}
    assert reminded(at(tomorrow, 21)) == {}
    assert reminded(at(tomorrow + DAY, 8))["consultation_waiting"] == ["赵书记", "钱校长"]


def test_items_waiting_for_the_head_are_counted_once_a_week(cast, again):
    again(agreed)
    agreed(cast, title="另一项议题")
    proposed(cast, title="还在沟通的议题")
    monday = timezone.localdate() + 9 * DAY
    monday -= monday.weekday() * DAY
    seen = [reminded(at(monday + days * DAY)) for days in range(14)]
    assert [each["items_unconfirmed"] for each in seen if "items_unconfirmed" in each] == [["赵书记"]] * 2
    assert "2 项" in text_of("items_unconfirmed")


def test_a_fresh_item_is_not_called_to_mind(cast, again):
    again(agreed)
    assert "items_unconfirmed" not in reminded(at(timezone.localdate() + DAY, 8))


# after the meeting


def last_monday():
    today = timezone.localdate()
    return today - timedelta(days=today.weekday() + 7)


def held_on(meeting, day):
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at(day, 15), ends_at=at(day, 16))


def test_minutes_are_called_to_mind_on_the_last_working_day_and_then_weekly(cast, again):
    meeting = again(through_the_meeting)
    verbs.end(meeting, by=acting(cast.zheng))
    thursday = last_monday() + 3 * DAY
    held_on(meeting, thursday)
    seen = {days: reminded(at(thursday + days * DAY)).get("minutes_due") for days in range(14)}
    assert {days: names for days, names in seen.items() if names} == {
        4: ["郑秘书"],  # Monday: the second working day after a Thursday
        5: ["郑秘书"],
        12: ["郑秘书"],
    }


def test_the_schools_own_term_for_minutes_counts(cast):
    Procedure.objects.create(
        school=cast.school, body="party", since=timezone.localdate() - 90 * DAY, parameters={"minutes_working_days": 5}
    )
    meeting = through_the_meeting(cast)
    verbs.end(meeting, by=acting(cast.zheng))
    monday = last_monday()
    held_on(meeting, monday)
    assert "minutes_due" not in reminded(at(monday + 4 * DAY))
    assert "minutes_due" in reminded(at(monday + 7 * DAY))


def test_signed_minutes_are_called_to_the_mind_of_the_head_too(cast, again):
    meeting = signed(cast, again(through_the_meeting))
    held_on(meeting, last_monday())
    assert reminded(at(last_monday() + 2 * DAY))["minutes_due"] == ["赵书记", "郑秘书"]


def test_issued_minutes_are_not_called_to_mind(cast, again):
    meeting = signed(cast, again(through_the_meeting))
    verbs.issue(meeting, by=acting(cast.zhao))
    with pgtrigger.ignore():
        held_on(meeting, last_monday())
    assert "minutes_due" not in reminded(at(last_monday() + 2 * DAY))


def test_an_unsigned_record_is_called_to_the_mind_of_who_has_not_signed(cast, again):
    meeting = again(through_the_meeting)
    clerk = acting(cast.zheng)
    verbs.end(meeting, by=clerk)
    verbs.complete(meeting, by=clerk)
    completed = at(timezone.localdate(), 15)
    Meeting.objects.update(record_completed_at=completed)
    seen = [reminded(completed + hours * HOUR).get("record_unsigned") for hours in range(0, 24 * 6, 6)]
    assert list(filter(None, seen)) == [["赵书记", "郑秘书"]] * 2


# follow-up


def _task(cast) -> Item:
    meeting = signed(cast, through_the_meeting(cast))
    verbs.issue(meeting, by=acting(cast.zhao))
    return meeting.items.get()


@pytest.fixture
def task(again) -> Item:
    return again(_task)


def test_a_task_is_called_to_mind_before_on_the_day_and_weekly_when_overdue(cast, task):
    seen = {days: reminded(at(task.due + days * DAY)).get("follow_up") for days in range(-6, 17)}
    assert {days: names for days, names in seen.items() if names} == {
        -3: ["李副校"],
        0: ["李副校"],
        1: ["李副校"],
        8: ["李副校"],
        15: ["李副校"],
    }
    assert "逾期" in text_of("follow_up")


def test_the_clerk_is_told_once_a_week_how_many_are_overdue(cast, task):
    monday = task.due + (7 - task.due.weekday()) * DAY
    seen = [reminded(at(monday + days * DAY)).get("follow_ups_overdue") for days in range(14)]
    assert list(filter(None, seen)) == [["郑秘书"]] * 2
    assert "1 项" in text_of("follow_ups_overdue")


def test_a_task_reported_done_is_not_called_to_mind(cast, task):
    verbs.report_done(task, done_on=timezone.localdate(), note="已完成。", by=acting(cast.li))
    assert not {"follow_up", "follow_ups_overdue"} & reminded(at(task.due + DAY)).keys()


def test_a_task_handed_out_for_tomorrow_is_not_called_to_mind_today(cast, task):
    Item.objects.update(due_decided=F("due"), due=timezone.localdate() + DAY)
    assert "follow_up" not in reminded(at(timezone.localdate()))
    assert "follow_up" in reminded(at(timezone.localdate() + DAY))


# all of them


def test_after_a_day_of_sleep_all_that_still_matters_comes_once(cast, task):
    """The worker slept: consultations asked, a meeting called, another one held; now it wakes."""
    proposed(cast, title="还在沟通的议题")
    meeting = called(cast, confirmed(cast, title="第三项议题"), hours=30)
    now = at(timezone.localdate() + 2 * DAY, 8)
    if now >= meeting.starts_at:
        now = meeting.starts_at - HOUR
    first = drained(now - timezone.now())
    assert len(first["meeting_called"]) == 5
    assert first["task"] == ["李副校"]
    reminders.remind(now)
    everything = Notice.objects.count()
    draining.drain(now)
    reminders.remind(now)
    assert Notice.objects.count() == everything


def test_one_kind_that_fails_does_not_silence_the_others(cast, monkeypatch, task):
    def fails(now):
        raise RuntimeError("坏了")

    monkeypatch.setattr(reminders, "KINDS", (fails, *reminders.KINDS))
    assert "follow_up" in reminded(at(task.due))


def test_a_look_asks_the_same_number_of_questions_however_much_there_is(cast, django_assert_max_num_queries):
    for number in range(3):
        proposed(cast, title=f"议题{number}")
        agreed(cast, title=f"已沟通的议题{number}")
    meeting = called(cast, confirmed(cast), hours=30)
    now = at(timezone.localdate() + 4 * DAY)
    with django_assert_max_num_queries(23):
        assert reminders.due(now)
    with django_assert_max_num_queries(23):
        assert reminders.due(meeting.starts_at - HOUR)
