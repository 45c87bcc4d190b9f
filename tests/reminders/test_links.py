"""Whoever is told something can open what they are told of."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Notice, User
from governance.models import Person
from meetings import documents, draining, reminders
from meetings import transitions as verbs
from meetings.facts import load
from meetings.models import Meeting
from tests import cast as people
from tests.meetings.stage import acting, agreed, called, confirmed, proposed

from .test_errands import through_the_meeting


def with_signatures(cast, meeting) -> Meeting:
    meetings = Meeting.objects.filter(pk=meeting.pk)
    for signer in (cast.zhao, cast.zheng):
        digest = verbs.record_digest(load(cast.school, meetings), meeting.pk)
        verbs.sign(meeting, digest=digest, by=acting(signer))
    return meetings.get()


def test_every_link_opens_for_its_recipient(cast, client, monkeypatch):
    monkeypatch.setattr(documents, "make_file", lambda pk: None)
    now = timezone.now()
    morning = timezone.localtime(now).replace(hour=10)
    clerk = acting(cast.zheng)

    def look(days=0):
        draining.drain(now + timedelta(days=days, minutes=5))
        reminders.remind(morning + timedelta(days=days))

    consultation = proposed(cast, title="有分歧的议题").consultations.get()
    agreed(cast, title="等待确认的议题")
    look(4)
    verbs.answer(consultation, outcome="divergent", note="经费未落实。", by=acting(cast.qian))
    returned = agreed(cast, title="退回的议题").items.get()
    look(4)
    verbs.send_back(returned, reason="请补充", by=acting(cast.zhao))
    later = called(cast, confirmed(cast, title="改期的议题"), hours=50)
    look()
    verbs.reschedule(later, starts_at=now + timedelta(hours=40), place="阶梯教室", by=clerk)
    look()
    reminders.remind(now + timedelta(hours=39))
    verbs.cancel(later, reason="改期", by=clerk)
    look()
    meeting = through_the_meeting(cast)
    look(4)
    verbs.end(meeting, by=clerk)
    verbs.complete(meeting, by=clerk)
    look(4)
    meeting = with_signatures(cast, meeting)
    look(4)
    verbs.issue(meeting, by=acting(cast.zhao))
    for days in (0, 28, 31):
        look(days)

    told = Notice.objects.order_by("recipient").values_list("kind", "recipient", "url").distinct()
    assert {kind for kind, _, _ in told} >= {
        "consultation", "consultation_waiting", "divergence", "item_waiting", "items_unconfirmed", "item_returned",
        "meeting_called", "meeting_moved", "meeting_ahead", "meeting_cancelled", "sign", "record_unsigned", "issue",
        "minutes_due", "issued", "task", "follow_up", "follow_ups_overdue",
    }  # fmt: skip
    opened = None
    for kind, recipient, url in told:
        if recipient != opened:
            client.force_login(User.objects.get(pk=recipient), backend="django.contrib.auth.backends.ModelBackend")
            opened = recipient
        page = client.get(url, follow=True)
        assert page.status_code == 200, f"{kind}: {url}"
        assert page.request["PATH_INFO"].startswith("/s/shifan/"), f"{kind}: {url}"


def test_who_only_sits_in_is_told_without_a_link(cast):
    finance = Person.objects.create(school=cast.school, name="财务金老师", user=people.user("jin", "金老师"))
    meeting = called(cast, confirmed(cast))
    verbs.expect(
        meeting, [each.person_id for each in meeting.attendance.filter(role="member")], [finance], by=acting(cast.zheng)
    )
    draining.drain()
    notice = Notice.objects.get(recipient=finance.user)
    assert "第一会议室" in notice.body
    assert notice.url == ""
    assert Notice.objects.get(recipient=cast.wu.user, kind="meeting_called").url
