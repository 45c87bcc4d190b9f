"""Answers to the notice: members say whether they come, the chair grants leave, the clerk sees what it means for the quorum."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from meetings import transitions as verbs
from meetings.draining import drain
from meetings.models import Attendance, Meeting
from meetings.reminders import due

from .stage import acting, called, confirmed


def _meeting(cast):
    return called(cast, confirmed(cast))


@pytest.fixture
def meeting(again):
    return again(_meeting)


def row(meeting, person) -> Attendance:
    return Attendance.objects.get(meeting=meeting, person=person)


def page(client, meeting) -> str:
    return client.get(reverse("meeting", args=["shifan", meeting.pk])).content.decode()


def answers(client, meeting, answer, **more):
    return client.post(reverse("meeting_reply", args=["shifan", meeting.pk]), {"answer": answer, **more})


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def test_a_member_answers_and_may_change_their_mind(cast, meeting, sign_in):
    client = sign_in(cast.wu)
    assert "请回执" in page(client, meeting)
    refused = answers(client, meeting, "leave", reason=" ")
    assert refused.status_code == 422 and "请写明请假的理由" in refused.content.decode()
    answers(client, meeting, "leave", reason="外出培训")
    answers(client, meeting, "leave", reason="外出培训")  # a double click
    assert (row(meeting, cast.wu).answer, row(meeting, cast.wu).status) == ("leave", "")
    verbs.decide_leave(row(meeting, cast.wu), granted=True, by=acting(cast.zhao))
    assert (row(meeting, cast.wu).status, row(meeting, cast.wu).leave_reason) == ("leave", "外出培训")
    assert "已准假" in page(client, meeting)
    answers(client, meeting, "coming")
    back = row(meeting, cast.wu)
    assert (back.answer, back.status, back.leave_reason, back.leave_granted) == ("coming", "", "", None)


def test_the_chair_decides_on_the_desk_and_nobody_else_does(cast, meeting, sign_in):
    verbs.reply(meeting, coming=False, reason="看病", by=acting(cast.wu))
    asked = row(meeting, cast.wu)
    for who in (cast.qian, cast.zheng, cast.wu):
        with pytest.raises(verbs.NotAllowed):
            verbs.decide_leave(asked, granted=True, by=acting(who))
    client, desk = sign_in(cast.zhao), reverse("desk", args=["shifan"])
    html = client.get(desk).content.decode()
    assert "吴委员请假：看病" in html and "请假待批" in html and "准假：吴委员请假" in html
    decided = client.post(reverse("leave_decide", args=["shifan", asked.pk]), {"granted": "no", "from": "desk"})
    assert decided["Location"] == desk
    assert (row(meeting, cast.wu).leave_granted, row(meeting, cast.wu).status) == (False, "")
    assert "吴委员请假" not in client.get(desk).content.decode()
    assert "请假未准，请按时参加" in page(sign_in(cast.wu), meeting)
    drain()
    assert told("leave_asked") == set() and told("leave_decided") == {"吴委员"}


def test_whoever_was_asked_to_chair_grants_leave_too(cast, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(
        chair=cast.sun, delegation_giver=cast.zhao, delegation_receiver=cast.sun, delegation_at=timezone.now()
    )
    verbs.reply(meeting, coming=False, reason="看病", by=acting(cast.wu))
    drain()
    assert told("leave_asked") == {"赵书记", "孙副书记"}
    assert verbs.decide_leave(row(meeting, cast.wu), granted=True, by=acting(cast.sun)).leave_granted
    verbs.reply(meeting, coming=False, reason="区里开会", by=acting(cast.zhao))
    assert row(meeting, cast.zhao).status == "leave"  # the head asks nobody


def test_whoever_was_asked_to_chair_does_not_grant_their_own_leave(cast, meeting):
    clerk = acting(cast.zheng)
    for name, who in (("chair", cast.sun), ("delegation_giver", cast.zhao), ("delegation_receiver", cast.sun)):
        verbs.note(meeting, f"meeting/{name}", str(who.pk), base=None, by=clerk)
    asked = verbs.reply(meeting, coming=False, reason="因病", by=acting(cast.sun))
    with pytest.raises(verbs.NotAllowed, match="自己的请假不能自己批，请党组织书记批"):
        verbs.decide_leave(asked, granted=True, by=acting(cast.sun))
    assert verbs.decide_leave(asked, granted=True, by=acting(cast.zhao)).leave_granted


def test_the_answers_are_expected_before_they_are_granted_and_the_clerk_is_warned_in_time(cast, meeting, sign_in):
    for person in (cast.sun, cast.wu):
        verbs.reply(meeting, coming=False, reason="外出", by=acting(person))
    drain()
    assert told("quorum_at_risk") == set()
    verbs.reply(meeting, coming=False, reason="外出", by=acting(cast.li))
    drain()
    assert told("quorum_at_risk") == {"郑秘书"}
    body = Notice.objects.get(kind="quorum_at_risk").body
    assert all(name in body for name in ("第 1 项", "孙副书记", "李副校", "吴委员", "再有一人到会就可以"))
    html = page(sign_in(cast.zheng), meeting)
    assert body.removesuffix("。") in html and '预计到会 <b class="figure">2</b>' in html
    verbs.decide_leave(row(meeting, cast.li), granted=False, by=acting(cast.zhao))
    assert "再有一人到会就可以" not in page(sign_in(cast.zheng), meeting)  # who was refused is expected


def test_the_clerk_sees_who_is_silent_and_reminds_them_once_a_day(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    answers(client, meeting, "coming", person=cast.qian.pk)  # by telephone
    verbs.reply(meeting, coming=True, by=acting(cast.zhao))
    html = page(client, meeting)
    assert '参加 <b class="figure">2</b>' in html and "孙副书记、李副校、吴委员" in html and "提醒未回的 3 人" in html
    url = reverse("answers_remind", args=["shifan", meeting.pk])
    assert "已提醒还没有回执的 3 人" in client.post(url, follow=True).content.decode()
    assert "今天已经提醒过一次" in client.post(url, follow=True).content.decode()
    drain()
    assert told("reply_wanted") == {"孙副书记", "李副校", "吴委员"}
    assert "请回执：参加" in sign_in(cast.wu).get(reverse("desk", args=["shifan"])).content.decode()
    assert "请回执：参加" not in sign_in(cast.qian).get(reverse("desk", args=["shifan"])).content.decode()
    with pytest.raises(verbs.NotAllowed):
        verbs.reply(meeting, coming=True, person=cast.li, by=acting(cast.wu))


def test_a_meeting_that_moves_asks_again(cast, meeting):
    drain()
    verbs.reply(meeting, coming=False, reason="外出", by=acting(cast.wu))
    verbs.decide_leave(row(meeting, cast.wu), granted=True, by=acting(cast.zhao))
    verbs.reply(meeting, coming=True, by=acting(cast.qian))
    clerk = acting(cast.zheng)
    verbs.reschedule(meeting, starts_at=meeting.starts_at, place="第二会议室", by=clerk)
    assert row(meeting, cast.qian).answer == "coming"  # another room is no other time
    verbs.reschedule(meeting, starts_at=meeting.starts_at + timedelta(days=1), place="第二会议室", by=clerk)
    for person in (cast.wu, cast.qian):
        now = row(meeting, person)
        assert (now.answer, now.status, now.leave_reason, now.leave_granted) == ("", "", "", None)
    drain(timezone.now() + timedelta(minutes=5))
    assert "请重新回执" in Notice.objects.get(recipient=cast.wu.user, kind="meeting_moved").body


def test_whoever_is_on_leave_is_not_reminded(cast):
    meeting = called(cast, confirmed(cast), hours=72)
    verbs.reply(meeting, coming=False, reason="外出", by=acting(cast.wu))
    verbs.decide_leave(row(meeting, cast.wu), granted=True, by=acting(cast.zhao))
    ahead = [each for each in due(meeting.starts_at - timedelta(hours=1)) if each.kind == "meeting_ahead"]
    assert cast.li.user_id in {each.recipient_id for each in ahead}
    assert cast.wu.user_id not in {each.recipient_id for each in ahead}
