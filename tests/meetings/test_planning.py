"""Before the meeting: planning, the order of the agenda, the dry run, the notice and its changes."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.models import Attendance, Item, Meeting
from meetings.room import room_for

from .stage import acting, called, confirmed, proposed

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def url(name, *args):
    return reverse(name, args=["shifan", *args])


@pytest.fixture
def meeting(cast):
    return verbs.plan(
        cast.school,
        body="party",
        starts_at=timezone.now() + timedelta(days=3),
        place="第一会议室",
        by=acting(cast.zheng),
    )


def order(client, meeting, new, seen=""):
    join = lambda items: ",".join(str(item.pk) for item in items)  # noqa: E731
    return client.post(url("meeting_agenda", meeting.pk), {"order": join(new), "seen": join(seen)}, headers=SCRIPT)


def test_the_clerk_plans_a_meeting_and_the_team_of_that_day_is_expected(cast, sign_in):
    day = timezone.localdate() + timedelta(days=4)
    form = {
        "body": "party",
        "day": day.isoformat(),
        "clock": "15:00",
        "place": "会议室",
        "mode": "in_person",
        "observers": [cast.he.pk],
    }
    answer = sign_in(cast.zheng).post(url("meeting_new"), form)
    made = Meeting.objects.get()
    assert answer["Location"] == url("meeting", made.pk)
    roles = dict(made.attendance.values_list("person__name", "role"))
    assert {name for name, role in roles.items() if role == "member"} == {
        "赵书记",
        "钱校长",
        "孙副书记",
        "李副校",
        "吴委员",
    }
    assert roles["何主任"] == "observer" and roles["郑秘书"] == "recorder"
    again = sign_in(cast.zheng).post(url("meeting_new"), form)
    assert again.status_code == 422 and "这一时间已有同一会议" in again.content.decode()


def test_a_form_that_is_not_right_comes_back_filled(cast, sign_in):
    answer = sign_in(cast.zheng).post(
        url("meeting_new"), {"body": "party", "day": "", "clock": "25:00", "place": "报告厅"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and "报告厅" in html and not Meeting.objects.exists()
    assert "请填写。" in html and "该字段" not in html


def test_only_the_clerk_plans(cast, sign_in, meeting):
    for who in (cast.zhao, cast.li, cast.wang):
        client = sign_in(who)
        assert client.get(url("meeting_new")).status_code == 404
        order(client, meeting, [])
        client.post(url("meeting_act", meeting.pk, "cancel"), {"reason": "不开了"})
        client.post(url("meeting_expect", meeting.pk), {"observers": [cast.he.pk]})
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.DRAFT
    assert not meeting.attendance.filter(person=cast.he).exists()


def test_a_draft_is_the_schools_own(cast, sign_in, meeting):
    assert sign_in(cast.wang).get(url("meeting", meeting.pk)).status_code == 404
    assert sign_in(cast.li).get(url("meeting", meeting.pk)).status_code == 200


def test_the_whole_order_is_sent_with_the_order_that_was_seen(cast, sign_in, meeting):
    a, b, c = (confirmed(cast, title=title) for title in "甲乙丙")
    client = sign_in(cast.zheng)
    assert "甲" in order(client, meeting, [a, b, c]).json()["parts"]["plan-agenda"]
    assert order(client, meeting, [c, a, b], seen=[a, b, c]).status_code == 200
    late = order(client, meeting, [b, a, c], seen=[a, b, c])
    assert late.status_code == 409 and "已被他人改动" in late.json()["error"]
    assert "plan-agenda" in late.json()["parts"], "the present order comes with the refusal"
    assert list(meeting.items.order_by("no").values_list("matter__title", flat=True)) == ["丙", "甲", "乙"]


@pytest.mark.parametrize("sent", ["x", "1,2,x", "99999999"])
def test_an_order_of_anything_else_is_refused(cast, sign_in, meeting, sent):
    answer = sign_in(cast.zheng).post(url("meeting_agenda", meeting.pk), {"order": sent, "seen": ""}, headers=SCRIPT)
    assert answer.status_code == 409 and answer.json()["error"]


def test_only_what_the_head_confirmed_can_be_chosen(cast, sign_in, meeting):
    waiting = proposed(cast).items.get()
    answer = order(sign_in(cast.zheng), meeting, [waiting])
    assert answer.status_code == 409 and "未经确认" in answer.json()["error"]


def test_the_dry_run_follows_those_who_cannot_come(cast, sign_in, meeting):
    item = confirmed(cast)
    client = sign_in(cast.zheng)
    html = order(client, meeting, [item]).json()["parts"]["plan-agenda"]
    assert "预计可以开会、可以表决" in html
    for person in (cast.sun, cast.li):
        body = {"path": f"attendance/{person.pk}/status", "value": "leave", "base": verbs.version_of("")}
        answer = client.post(url("note", meeting.pk), json.dumps(body), content_type="application/json")
    assert answer.status_code == 200 and '预计到会 <b class="figure">3</b>' in answer.json()["parts"]["plan-summary"]
    body = {"path": f"attendance/{cast.wu.pk}/status", "value": "leave", "base": verbs.version_of("")}
    parts = client.post(url("note", meeting.pk), json.dumps(body), content_type="application/json").json()["parts"]
    assert "应到 5 人，实到 2 人，开会须到 3 人" in parts["plan-agenda"]
    assert "等孙副书记" in parts["plan-agenda"] and "中的 1 人到会" in parts["plan-agenda"]
    assert "1 项可能议不成" in parts["plan-summary"]
    assert set(meeting.attendance.filter(status="leave").values_list("person", flat=True)) == {
        cast.sun.pk,
        cast.li.pk,
        cast.wu.pk,
    }


def test_observers_are_added_and_taken_off(cast, sign_in, meeting):
    client = sign_in(cast.zheng)
    client.post(url("meeting_expect", meeting.pk), {"observers": [cast.he.pk, cast.zhou.pk, cast.wei.pk, "x"]})
    observers = Attendance.objects.filter(meeting=meeting, role="observer")
    assert set(observers.values_list("person__name", flat=True)) == {"何主任", "周副校"}
    client.post(url("meeting_expect", meeting.pk), {"observers": [cast.he.pk]})
    assert set(observers.values_list("person__name", flat=True)) == {"何主任"}
    assert Attendance.objects.filter(meeting=meeting, role="member").count() == 5


def test_the_notice_goes_out_once_and_the_phone_shows_it(cast, sign_in, meeting):
    client = sign_in(cast.zheng)
    client.post(url("meeting_act", meeting.pk, "call"))
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.DRAFT, "an agenda is wanted first"
    order(client, meeting, [confirmed(cast, title="教学楼屋面防水维修", proposal="分两期施工。")])
    for _ in range(2):
        client.post(url("meeting_act", meeting.pk, "call"))
    assert Entry.objects.filter(verb="call").count() == 1
    html = sign_in(cast.li).get(url("meeting", meeting.pk)).content.decode()
    for words in ("第一会议室", "教学楼屋面防水维修", "分两期施工。", "赵书记"):
        assert words in html
    assert "data-path" not in html


def test_a_refused_notice_says_which_clause_stands_in_the_way(cast, sign_in, meeting):
    item = confirmed(cast)
    client = sign_in(cast.zheng)
    order(client, meeting, [item])
    Item.objects.filter(pk=item.pk).update(confirmed_by=cast.li)
    answer = client.post(url("meeting_act", meeting.pk, "call"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "还不能发通知" in html and "P-08" in html and "《意见》（五）" in html
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.DRAFT


def test_another_time_is_one_corrected_notice(cast, sign_in, again):
    meeting = called(cast, again(confirmed))
    client = sign_in(cast.zheng)
    day = timezone.localdate() + timedelta(days=9)
    form = {"day": day.isoformat(), "clock": "09:30", "place": "报告厅"}
    for _ in range(2):
        client.post(url("meeting_act", meeting.pk, "reschedule"), form)
    assert Entry.objects.filter(verb="reschedule").count() == 1
    assert Meeting.objects.get(pk=meeting.pk).place == "报告厅"
    wrong = client.post(url("meeting_act", meeting.pk, "reschedule"), form | {"clock": ""})
    assert wrong.status_code == 422
    client.post(url("meeting_act", meeting.pk, "reschedule"), form | {"day": "2024-09-02"})
    assert Meeting.objects.get(pk=meeting.pk).place == "报告厅"


def test_on_another_day_the_team_of_that_day_is_expected(cast, sign_in, again):
    meeting = called(cast, again(confirmed))
    day = timezone.localdate() + timedelta(days=9)
    cast.wu.posts.update(until=day)
    cast.he.posts.create(school=cast.school, post="party_committee_member", since=day)
    verbs.expect(meeting, room_for(acting(cast.zheng), meeting.pk).case.team, [cast.zhou], by=acting(cast.zheng))
    verbs.note(meeting, f"attendance/{cast.li.pk}/status", "leave", base=None, by=acting(cast.zheng))
    form = {"day": day.isoformat(), "clock": "09:30", "place": "报告厅"}
    sign_in(cast.zheng).post(url("meeting_act", meeting.pk, "reschedule"), form)
    rows = {row.person.name: (row.role, row.status) for row in meeting.attendance.select_related("person")}
    assert "吴委员" not in rows and rows["何主任"] == ("member", "")
    assert rows["周副校"] == ("observer", "") and rows["李副校"] == ("member", "leave")


def test_cancelling_wants_a_reason_and_gives_the_items_back(cast, sign_in, again):
    item = again(confirmed)
    meeting = called(cast, item)
    client = sign_in(cast.zheng)
    client.post(url("meeting_act", meeting.pk, "cancel"), {"reason": " "})
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.CALLED
    client.post(url("meeting_act", meeting.pk, "cancel"), {"reason": "书记外出"})
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.CANCELLED
    assert Item.objects.get(pk=item.pk).meeting is None


def test_the_list_shows_what_is_ahead_first(cast, sign_in):
    soon, later = (
        called(cast, confirmed(cast, title="甲"), hours=30),
        called(cast, confirmed(cast, title="乙"), hours=300),
    )
    past = called(cast, confirmed(cast, title="丙"), hours=1)
    verbs.open_meeting(past, by=acting(cast.zheng))
    verbs.end(past, by=acting(cast.zheng))
    page = sign_in(cast.zheng).get(url("meeting_list")).context["page"]
    assert [meeting.pk for meeting in page] == [soon.pk, later.pk, past.pk]
    assert not sign_in(cast.zheng).get(url("meeting_list") + "?body=office").context["page"].object_list


def test_an_unknown_act_is_no_address(cast, sign_in, meeting):
    assert sign_in(cast.zheng).post(url("meeting_act", meeting.pk, "issue")).status_code == 404
    assert sign_in(cast.zheng).get(url("meeting_act", meeting.pk, "call")).status_code == 405


def test_each_row_of_the_list_names_the_act_of_the_one_who_reads_it(cast, sign_in, again):
    meeting = called(cast, again(confirmed))

    def act(who):
        return sign_in(who).get(url("meeting_list")).context["page"][0].act

    for state, clerk, head in (
        ("open", "去记录", "查看"),
        ("ended", "去整理", "查看"),
        ("completed", "去签字", "去签字"),
        ("signed", "查看", "去签发"),
    ):
        Meeting.objects.filter(pk=meeting.pk).update(state=state)
        assert (act(cast.zheng), act(cast.zhao), act(cast.li)) == (clerk, head, "查看")


def test_who_is_expected_is_for_the_clerk_to_say(cast, again):
    meeting = called(cast, again(confirmed))
    with pytest.raises(verbs.NotAllowed):
        verbs.expect(meeting, [cast.li.pk], by=acting(cast.li))
