"""今天要办: what waits for each of them, and nothing that waits for somebody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meetings import transitions as verbs
from meetings.models import Item, Matter, Meeting
from meetings.worklist import worklist

from .stage import acting, agreed, called, confirmed, decided, draft, mark, opened, proposed, say, signed, vote


def waits(who, school=None):
    return [(row.act, row.title) for row in worklist(acting(who, school), timezone.now())]


def test_the_day_of_one_matter_moves_from_desk_to_desk(cast):
    matter = draft(cast)
    title = matter.title
    assert waits(cast.li) == [("继续填写", title)]
    verbs.propose(matter, by=acting(cast.li))
    assert waits(cast.li) == []
    assert waits(cast.zhao) == [("去沟通", title)]  # and not yet: 去确认
    assert waits(cast.qian) == [("去沟通", title)]
    consultation = matter.consultations.get()
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    assert waits(cast.zhao) == []
    verbs.answer(consultation, outcome="agreed", by=acting(cast.qian))
    assert waits(cast.zhao) == [("去确认", title)]
    assert waits(cast.qian) == []
    item = verbs.confirm(matter.items.get(), by=acting(cast.zhao))
    assert waits(cast.zheng) == [("去召集", "1 项议题已确认，等待列入党组织会议")]
    meeting = opened(cast, item)
    assert [act for act, _ in waits(cast.zheng)] == ["去记录"]
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    mark(cast, meeting, "leave", cast.wu)
    item = Item.objects.get(pk=item.pk)
    for order, person in enumerate((cast.li, cast.sun, cast.qian, cast.zhao), start=1):
        say(cast, item, person, order=order)
    vote(cast, item, agree=4)
    decided(cast, item)
    Item.objects.filter(pk=item.pk).update(due=timezone.localdate() - timedelta(days=2))
    assert waits(cast.li) == [("去反馈", title)]
    assert ("去督办", title) in waits(cast.zheng)
    meeting = signed(cast, meeting)
    assert [act for act, _ in waits(cast.zhao)] == ["去签发"]


def test_signing_waits_for_who_has_not_signed(cast, again):
    meeting = opened(cast, again(confirmed))
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.COMPLETED, ends_at=meeting.starts_at)
    assert [act for act, _ in waits(cast.zhao)] == ["去签字"]
    assert [act for act, _ in waits(cast.zheng)] == ["去签字"]
    assert waits(cast.qian) == []


def test_divergence_comes_back_to_the_proposer_and_a_return_too(cast):
    matter = proposed(cast)
    consultation = matter.consultations.get()
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    verbs.answer(consultation, outcome="divergent", note="经费未落实", by=acting(cast.qian))
    assert waits(cast.li) == [("再沟通", matter.title)]
    assert waits(cast.zhao) == []
    other = agreed(cast, title="另一件事")
    verbs.send_back(other.items.get(), reason="请补充预算", by=acting(cast.zhao))
    assert ("改后重报", "另一件事") in waits(cast.li)


def test_the_clerk_is_told_what_the_head_could_not_confirm(cast):
    matter = agreed(cast, category="H01", title="教务处主任任免", candidates=["冯某"])
    assert waits(cast.zheng) == [("去登记", "教务处主任任免")]
    verbs.consult(
        matter, kind="deliberation", at=timezone.now(), people=[cast.sun], outcome="heard", by=acting(cast.zheng)
    )
    assert waits(cast.zheng) == []


def test_confirmed_items_lead_to_the_meeting_that_is_being_planned(cast, again):
    again(confirmed)
    assert [row.act for row in worklist(acting(cast.zheng), timezone.now())] == ["去召集"]
    meeting = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=5), place="会议室", by=acting(cast.zheng)
    )
    rows = {row.act: row.url for row in worklist(acting(cast.zheng), timezone.now())}
    assert set(rows) == {"去列入", "去通知"}
    assert rows["去列入"] == f"/s/shifan/meetings/{meeting.pk}/"


def test_what_is_overdue_comes_first_and_says_by_how_much(cast):
    proposed(cast, title="刚刚提出")
    old = proposed(cast, title="早就提出")
    old.consultations.update(asked_at=timezone.now() - timedelta(days=5))
    rows = worklist(acting(cast.zhao), timezone.now())
    assert [(row.title, row.late, row.when) for row in rows] == [
        ("早就提出", True, "已等 5 天"),
        ("刚刚提出", False, "今天"),
    ]


def test_notice_and_minutes_carry_the_days_of_the_rules(cast, again):
    called(cast, again(confirmed))
    Meeting.objects.update(state=Meeting.State.DRAFT)
    (row,) = worklist(acting(cast.zheng), timezone.now())
    assert row.act == "去通知"
    assert row.due == Meeting.objects.get().starts_at - timedelta(hours=48)


def test_an_empty_desk_teaches_and_an_inspector_is_told_why_it_is_empty(cast, sign_in):
    assert "没有等您办的事" in sign_in(cast.li).get("/s/shifan/").content.decode()
    assert "这里只供查看" in sign_in(cast.wang).get("/s/shifan/").content.decode()


@pytest.mark.parametrize("who", ["wei", "feng", "chen", "chu"])
def test_nobody_else_opens_the_desk(cast, sign_in, who):
    assert sign_in(getattr(cast, who)).get("/s/shifan/").status_code == 404


def test_the_desk_takes_as_many_statements_for_one_as_for_thirty(cast, sign_in, django_assert_max_num_queries):
    for number in range(30):
        Matter.objects.filter(pk=proposed(cast, title=f"第 {number} 件").pk)
    client = sign_in(cast.zhao)
    with django_assert_max_num_queries(21):
        page = client.get("/s/shifan/").content.decode()
    assert page.count("去沟通") >= 30
