"""Who was there while which item was on: late, gone, back, standing aside; what a vote counted stands."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.models import Attendance, Item, Meeting, Movement, Recusal, TextRevision
from meetings.room import room_for
from meetings.views.presence import _clock as time_of

from .stage import acting, confirmed, decided, mark, opened, vote


def begins_with(cast):
    items = [confirmed(cast, title=title) for title in ("师德师风建设", "校园安全", "校本课程", "课后服务", "社团活动")]
    meeting = opened(cast, *items)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    return meeting


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def meeting(begun):
    return begun[1]


def item(meeting, number):
    return Item.objects.get(meeting=meeting, no=number)


def move(cast, meeting, who, kind, number=None, **more):
    return verbs.move(meeting, who, kind, item_no=number, by=acting(cast.zheng), **more)


def stands(meeting, who):
    row = Attendance.objects.get(meeting=meeting, person=who)
    return row.status, row.from_item, row.to_item, row.away


def told(meeting, who):
    return list(Movement.objects.filter(meeting=meeting, person=who).values_list("kind", "item_no"))


def test_late_gone_and_back_again_in_the_order_of_a_bad_meeting(cast, meeting):
    move(cast, meeting, cast.wu, "arrived", 2)
    assert stands(meeting, cast.wu) == ("present", 2, None, [])
    move(cast, meeting, cast.wu, "left", 3)
    assert stands(meeting, cast.wu) == ("present", 2, 2, [])
    move(cast, meeting, cast.wu, "arrived", 5)
    assert stands(meeting, cast.wu) == ("present", 2, None, [3, 4])
    assert told(meeting, cast.wu) == [("arrived", 2), ("left", 3), ("back", 5)], "who comes after leaving is back"
    cases = room_for(acting(cast.zheng), meeting.pk).case.items
    assert [cast.wu.pk in case.present for case in cases] == [False, True, False, False, True]
    texts = TextRevision.objects.filter(meeting=meeting, field__startswith=f"attendance/{cast.wu.pk}/").order_by("pk")
    field = f"attendance/{cast.wu.pk}"
    assert [(row.field, row.text) for row in texts] == [
        (f"{field}/status", "present"), (f"{field}/from_item", "2"), (f"{field}/to_item", "2"),
        (f"{field}/to_item", ""), (f"{field}/away", "3,4"),
    ]  # fmt: skip
    became = [line.facts["became"] for line in Entry.objects.filter(verb="move").order_by("pk")]
    assert became[-1] == {
        "status": "present", "from_item": 2, "to_item": None, "away": [3, 4], "leave_reason": "", "aside": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("acts", "after"),
    [
        ([("left", 1)], ("absent", None, None, [])),
        ([("left", 3), ("back", 3)], ("present", None, None, [])),
        ([("left", 2), ("back", 4), ("left", 4)], ("present", None, 1, [])),
        ([("left", 2), ("back", 4), ("arrived", 2)], ("present", None, None, [])),
        ([("leave", None)], ("leave", None, None, [])),
        ([("absent", None), ("arrived", None)], ("present", None, None, [])),
        ([("left", 2), ("left", 4)], ("present", None, 1, [])),
    ],
)
def test_what_happened_becomes_the_shortest_that_can_be_said_of_it(cast, meeting, acts, after):
    for kind, number in acts:
        move(cast, meeting, cast.li, kind, number)
    assert stands(meeting, cast.li) == after


def test_the_same_twice_is_told_once(cast, meeting):
    for _ in range(2):
        move(cast, meeting, cast.wu, "arrived", 2)
        move(cast, meeting, cast.li, "recused", 2, detail="亲属")
    assert told(meeting, cast.wu) == [("arrived", 2)]
    assert told(meeting, cast.li) == [("arrived", None), ("recused", 2)]
    assert Entry.objects.filter(verb="move").count() == 2


def test_another_time_by_the_clock_but_none_that_has_not_come(cast, meeting):
    before = timezone.now() - timedelta(minutes=20)
    move(cast, meeting, cast.wu, "arrived", 2, at=before)
    assert Movement.objects.get(person=cast.wu).at == before
    with pytest.raises(verbs.Stopped, match="时间还没有到"):
        move(cast, meeting, cast.wu, "left", 3, at=timezone.now() + timedelta(hours=1))
    with pytest.raises(verbs.Stopped, match="早得太多"):
        move(cast, meeting, cast.wu, "left", 3, at=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize(("starts", "clock", "day"), [(22, "00:20", 11), (22, "21:50", 10), (1, "00:40", 10)])
def test_a_meeting_goes_on_after_midnight(starts, clock, day):
    meeting = Meeting(starts_at=timezone.make_aware(datetime(2026, 3, 10, starts, 30)))
    assert timezone.localtime(time_of(clock, meeting)).day == day


def test_a_roll_call_written_field_by_field_tells_the_same_timeline(cast, meeting):
    clerk = acting(cast.zheng)

    def note(name, value):
        return verbs.note(meeting, f"attendance/{cast.li.pk}/{name}", value, base=None, by=clerk)

    note("to_item", "3")
    note("to_item", "")
    assert note("away", "3、4").value == "3,4"
    note("from_item", "3")
    assert stands(meeting, cast.li) == ("present", 3, None, [4])
    note("status", "leave")
    one = item(meeting, 2)
    verbs.note(meeting, f"recusal/{one.pk}/{cast.sun.pk}/on", "1", base=None, by=clerk)
    lines = [(row.kind, row.item_no, row.detail) for row in Movement.objects.filter(person=cast.li).order_by("pk")]
    assert lines == [
        ("arrived", None, ""), ("left", 4, ""), ("mended", None, "全程到会"), ("mended", None, "中途不在场第 3、4 项"),
        ("mended", None, "第 3 项起到会，中途不在场第 4 项"), ("mended", None, "到会改为请假"),
    ]  # fmt: skip
    assert told(meeting, cast.sun)[-1] == ("recused", 2)
    field = f"attendance/{cast.li.pk}/away"
    assert [row.text for row in TextRevision.objects.filter(field=field).order_by("pk")] == ["3,4", "4"], (
        "said once each"
    )
    with pytest.raises(verbs.Stopped, match="不在到会与离会之间"):
        note("away", "2")


def test_what_a_vote_counted_stands_until_the_vote_is_abandoned(cast, meeting):
    move(cast, meeting, cast.sun, "recused", 1)
    made = vote(cast, item(meeting, 1), agree=3)
    counted = r"第 1 项已经表决（实到 4 人，参加表决 3 人，李副校在内）.*先作废这次表决.*登记更正"
    clerk = acting(cast.zheng)
    with pytest.raises(verbs.Stopped, match=counted):
        verbs.note(meeting, f"attendance/{cast.li.pk}/status", "leave", base=None, by=clerk)
    for act in (("left", 1), ("absent", None), ("recused", 1)):
        with pytest.raises(verbs.Stopped, match=counted):
            move(cast, meeting, cast.li, *act)
    with pytest.raises(verbs.Stopped, match=r"吴委员不在内.*从还没有表决的议题起登记"):
        move(cast, meeting, cast.wu, "arrived", 1)
    with pytest.raises(verbs.Stopped, match="孙副书记不在内"):
        verbs.note(meeting, f"recusal/{item(meeting, 1).pk}/{cast.sun.pk}/on", "", base=None, by=clerk)
    assert stands(meeting, cast.li) == ("present", None, None, [])
    move(cast, meeting, cast.li, "left", 2)
    move(cast, meeting, cast.wu, "arrived", 2)
    verbs.abandon_vote(made, by=clerk, reason="票数记错")
    move(cast, meeting, cast.wu, "arrived", 1)
    assert stands(meeting, cast.wu) == ("present", None, None, [])


def test_who_comes_late_is_not_there_at_a_later_item_that_was_voted_on_before(cast, meeting):
    vote(cast, item(meeting, 3), agree=4)
    move(cast, meeting, cast.wu, "arrived", 2)
    assert stands(meeting, cast.wu) == ("present", 2, None, [3])


def test_the_day_by_which_the_voters_were_told_stays(cast, meeting):
    vote(cast, item(meeting, 1), agree=4)
    day = timezone.localtime(meeting.starts_at)
    with pytest.raises(verbs.Stopped, match="第 1 项已经表决，开会的日期不能改"):
        verbs.note(
            meeting, "meeting/starts_at", f"{day - timedelta(days=1):%Y-%m-%d}T09:00", base=None, by=acting(cast.zheng)
        )
    verbs.note(meeting, "meeting/starts_at", f"{day:%Y-%m-%d}T00:05", base=None, by=acting(cast.zheng))


def test_the_database_refuses_too(cast, meeting):
    vote(cast, item(meeting, 1), agree=4)
    aside = Recusal.objects.create(item=item(meeting, 2), person=cast.sun)
    for act in (
        lambda: Attendance.objects.filter(meeting=meeting, person=cast.li).update(away=[1]),
        lambda: Attendance.objects.filter(meeting=meeting, person=cast.li).update(status="leave"),
        lambda: Attendance.objects.filter(meeting=meeting, person=cast.li).update(person=cast.he),
        lambda: Recusal.objects.create(item=item(meeting, 1), person=cast.li),
        lambda: Recusal.objects.filter(pk=aside.pk).update(item=item(meeting, 1)),
    ):
        with pytest.raises(IntegrityError, match="a vote depends on who was"), transaction.atomic():
            act()
    Attendance.objects.filter(meeting=meeting, person=cast.li).update(away=[2])


@pytest.mark.parametrize(
    ("who", "kind", "number", "said"),
    [
        ("wu", "left", 2, "没有登记到会"),
        ("wu", "arrived", 9, "议程上没有这一项"),
        ("wu", "mended", 1, "选项无效"),
        ("li", "left", None, "选项无效"),
        ("wei", "arrived", 1, "没有这个人"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, meeting, who, kind, number, said):
    with pytest.raises(verbs.Stopped, match=said):
        move(cast, meeting, getattr(cast, who), kind, number)


def test_nobody_stands_aside_from_what_is_settled(cast, meeting):
    vote(cast, item(meeting, 1), agree=4)
    decided(cast, item(meeting, 1))
    with pytest.raises(verbs.WrongState, match="撤销议定"):
        move(cast, meeting, cast.li, "recused", 1)


def test_the_room_draws_it_and_locks_what_was_counted(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    address = reverse("move", args=["shifan", meeting.pk])
    script = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
    given = client.post(address, {"move": f"left/{cast.li.pk}", "item": "2", "at": "2"}, **script).json()
    assert "离会" in given["parts"]["topic-2"] and "实到 <" not in given["parts"]["room-nav"]
    assert "实到 3" in given["parts"]["room-nav"]
    vote(cast, item(meeting, 1), agree=4)
    answer = client.post(address, {"move": f"left/{cast.sun.pk}", "item": "1", "at": "1"}, **script)
    assert answer.status_code == 422 and "作废" in answer.json()["error"]
    page = client.get(reverse("meeting", args=["shifan", meeting.pk]) + "?item=0").content.decode()
    people = page[page.index('id="topic-0"') : page.index('id="topic-1"')]
    assert "第 1 项已经表决，谁在场已经固定" in people and f'data-path="attendance/{cast.li.pk}/status"' not in people
    assert "吴委员第 2 项起到会" in people and "李副校 第 2 项：已离会" in people
    assert "离会，第 2 项起不在场" in people and "赵书记、钱校长、孙副书记、李副校" in people
    assert client.post(address, {"move": f"back/{cast.li.pk}", "item": "3"}).status_code == 302
    assert stands(Meeting.objects.get(pk=meeting.pk), cast.li) == ("present", None, None, [2])


def test_other_windows_see_who_came(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    strip = reverse("room_strip", args=["shifan", meeting.pk])
    since = client.get(strip).json()["stamp"]
    verbs.note(meeting, f"attendance/{cast.wu.pk}/status", "present", base=None, by=acting(cast.zheng))
    given = client.get(f"{strip}?item=0&since={since}").json()
    assert f"attendance/{cast.wu.pk}/status" in given["fields"] and "topic-0" in given["parts"]


def test_a_vote_after_somebody_left_counts_who_is_left(cast, meeting):
    move(cast, meeting, cast.li, "left", 2)
    made = verbs.vote(item(meeting, 2), method="oral", counts={"agree": 3}, token=uuid.uuid4(), by=acting(cast.zheng))
    assert (made.present, len(made.register)) == (3, 3)
