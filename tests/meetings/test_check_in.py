"""Checking in from one's own phone: it waits for the clerk, once, and only from those who are expected."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings import transitions as verbs
from meetings.models import Attendance, CheckIn, Item, Meeting, Movement
from meetings.views.presence import KEY

from .stage import acting, called, confirmed, decided, mark, opened, vote


def code(meeting, school="shifan"):
    return reverse("check_in", args=[school, KEY.sign(str(meeting.pk))])


def _meeting(cast):
    return opened(cast, confirmed(cast), confirmed(cast, title="校园安全"))


@pytest.fixture
def meeting(again):
    return again(_meeting)


def decide(cast, meeting, *which, here=True, item_no=None):
    return verbs.decide_check_ins(meeting, [one.pk for one in which], here=here, item_no=item_no, by=acting(cast.zheng))


def test_the_printed_code_leads_through_the_sign_in_to_one_button(cast, meeting, sign_in):
    paper = sign_in(cast.zheng).get(reverse("notice_print", args=["shifan", meeting.pk]))
    assert paper.status_code == 200 and 'class="code"' in paper.content.decode()
    assert paper.context["address"].endswith(code(meeting))
    away = Client().get(code(meeting))
    assert away.status_code == 302 and "next=" in away["Location"]
    phone = sign_in(cast.wu)
    assert re.search(r"<button[^>]*>签到</button>", phone.get(code(meeting)).content.decode())
    said = phone.post(code(meeting)).content.decode()
    assert "等记录人确认" in said
    assert "等记录人确认" in phone.post(code(meeting)).content.decode()
    assert CheckIn.objects.filter(person=cast.wu).count() == 1, "a double scan is one check-in"
    assert Attendance.objects.get(meeting=meeting, person=cast.wu).status == "", "nothing is recorded yet"


def test_the_clerk_sees_it_come_and_confirms_all_at_once(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    strip = reverse("room_strip", args=["shifan", meeting.pk])
    since = client.get(strip).json()["stamp"]
    first, second = (verbs.check_in(meeting, by=acting(who)) for who in (cast.wu, cast.li))
    shown = client.get(f"{strip}?since={since}&item=1").json()["parts"]["room-strip"]
    assert "扫码签到，待确认" in shown and "吴委员" in shown and "全部确认（2 人）" in shown
    answer = client.post(
        reverse("check_ins", args=["shifan", meeting.pk]), {"here": f"{first.pk},{second.pk}", "at": "1"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )  # fmt: skip
    assert "待确认" not in answer.json()["parts"]["room-strip"]
    line = Movement.objects.get(person=cast.wu)
    assert (line.kind, line.item_no, line.origin, line.at) == ("arrived", None, "check_in", first.at)
    assert Attendance.objects.get(meeting=meeting, person=cast.li).status == "present"
    decide(cast, meeting, first, here=False)
    assert CheckIn.objects.get(pk=first.pk).confirmed is True, "what was decided stays"


def test_who_is_not_here_is_not_marked_and_may_try_again(cast, meeting):
    first = verbs.check_in(meeting, by=acting(cast.wu))
    decide(cast, meeting, first, here=False)
    assert Attendance.objects.get(meeting=meeting, person=cast.wu).status == ""
    assert verbs.check_in(meeting, by=acting(cast.wu)).pk != first.pk


def test_once_something_was_voted_on_who_checks_in_is_there_from_the_item_at_hand(cast, meeting):
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    one = Item.objects.get(meeting=meeting, no=1)
    vote(cast, one, agree=3)
    decided(cast, Item.objects.get(pk=one.pk))
    decide(cast, meeting, verbs.check_in(meeting, by=acting(cast.wu)), item_no=1)
    assert Attendance.objects.get(meeting=meeting, person=cast.wu).from_item == 2
    vote(cast, Item.objects.get(meeting=meeting, no=2), agree=4)
    with pytest.raises(verbs.Stopped, match="各项都已表决或议定"):
        decide(cast, meeting, verbs.check_in(meeting, by=acting(cast.li)))


def test_who_checked_in_for_a_time_that_was_moved_is_not_in_the_room_at_the_new_one(cast, again):
    meeting = called(cast, again(confirmed), hours=1)
    waiting = verbs.check_in(meeting, by=acting(cast.wu))
    later = timezone.now() + timedelta(minutes=90)
    verbs.reschedule(meeting, starts_at=later, place="第一会议室", by=acting(cast.zheng))
    assert CheckIn.objects.get(pk=waiting.pk).confirmed is None, "a little later they are still there"
    verbs.reschedule(meeting, starts_at=later + timedelta(days=1), place="第一会议室", by=acting(cast.zheng))
    assert CheckIn.objects.get(pk=waiting.pk).confirmed is False


def test_whoever_cannot_check_in_is_told_why(cast, meeting, sign_in):
    def said(who, at=meeting):
        return sign_in(who).post(code(at)).content.decode()

    assert "不在这次会议的参会名单上" in said(cast.zhou)
    assert "不在这所学校任职" in said(cast.wei)
    mark(cast, meeting, "present", cast.wu)
    assert "已登记您到会" in said(cast.wu)
    assert "会议已经结束" in said(cast.li, verbs.end(meeting, by=acting(cast.zheng)))
    later = called(cast, confirmed(cast, title="三天以后"))
    assert "提前两小时可以签到" in said(cast.li, later)
    verbs.cancel(later, by=acting(cast.zheng), reason="改期")
    assert "已经取消" in said(cast.li, later)
    assert sign_in(cast.li).get(reverse("check_in", args=["shifan", f"{later.pk}:x"])).status_code == 404
    assert CheckIn.objects.count() == 0


def test_two_hours_before_it_opens(cast, again):
    meeting = called(cast, again(confirmed), hours=3)
    with pytest.raises(verbs.WrongState, match="还没有到签到时间"):
        verbs.check_in(meeting, by=acting(cast.li))
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() + timedelta(minutes=119))
    assert verbs.check_in(meeting, by=acting(cast.li)).confirmed is None
