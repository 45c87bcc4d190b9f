"""The meeting page: who reads what of it, what it costs, and what it says."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.models import Person, Post
from meetings import transitions as verbs
from meetings.models import Item, Matter, Meeting, Opinion
from meetings.room import room_for
from tests.cast import SINCE

from .stage import acting, called, confirmed, decided, mark, opened, proposed, say, vote


def page(name, pk, school="shifan", **more):
    return reverse(name, kwargs={"school": school, "pk": pk} | more)


def statements(client, url, **more):
    client.get(url, **more)  # the first visit writes down when the person was last seen
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url, **more).status_code == 200
    return [each["sql"] for each in caught]


def _large(cast):
    """Twelve items, nine members."""
    for number in range(4):
        someone = Person.objects.create(school=cast.school, name=f"委员{number}", party_member=True)
        Post.objects.create(school=cast.school, person=someone, post=Post.Name.PARTY_COMMITTEE_MEMBER, since=SINCE)
    first = confirmed(cast, title="议题0")
    matters = Matter.objects.bulk_create(
        Matter(
            school=cast.school, title=f"议题{number}", category="D13", state=Matter.State.PROPOSED, proposal="方案" * 200,
            created_by=cast.li.user,
        )
        for number in range(1, 12)
    )  # fmt: skip
    others = Item.objects.bulk_create(
        Item(
            matter=matter, body="party", purpose="decide", state=Item.State.CONFIRMED, confirmed_by=cast.zhao,
            confirmed_at=first.confirmed_at,
        )
        for matter in matters
    )  # fmt: skip
    meeting = opened(cast, first, *others)
    party = Person.objects.filter(school=cast.school, posts__post__contains="party").distinct()
    mark(cast, meeting, "present", *party)
    Opinion.objects.bulk_create(
        Opinion(item=item, person=person, stance="agree", order=order, text="同意该方案。" * 10)
        for item in (first, *others)
        for order, person in enumerate(party, start=1)
    )
    decided(cast, vote(cast, Item.objects.get(pk=first.pk), agree=9).item)
    return meeting


@pytest.fixture
def large(again):
    return again(_large)


def test_a_page_with_twelve_items_and_nine_people_takes_ten_statements(cast, large, sign_in):
    for who in (cast.zheng, cast.zhao, cast.wang):
        caught = statements(sign_in(who), page("meeting", large.pk))
        assert len(caught) <= 10, "\n".join(caught)


def test_looking_for_news_costs_little_while_there_is_none(cast, large, sign_in):
    client = sign_in(cast.zheng)
    stamp = client.get(page("room_strip", large.pk)).json()["stamp"]
    assert len(statements(client, page("room_strip", large.pk) + f"?since={stamp}")) <= 4


def test_a_list_of_fifty_meetings_takes_eight_statements(cast, sign_in):
    Meeting.objects.bulk_create(
        Meeting(
            school=cast.school,
            body="party",
            starts_at=timezone.now() + timedelta(days=each - 40),
            state="called",
            created_by=cast.zheng.user,
        )
        for each in range(60)
    )
    assert len(statements(sign_in(cast.zheng), reverse("meeting_list", args=["shifan"]))) <= 8


def test_a_list_of_fifty_revisions_takes_eight_statements(cast, large, sign_in):
    item = Item.objects.get(meeting=large, no=2)
    for number in range(60):
        verbs.note(large, f"item/{item.pk}/decision_text", f"第{number}稿", base=None, by=acting(cast.zheng))
    assert len(statements(sign_in(cast.zheng), page("revisions", large.pk))) <= 8


def test_another_schools_ids_lead_nowhere(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    made = vote(cast, Item.objects.get(pk=item.pk), agree=3)
    client = sign_in(cast.wei)
    for school in ("shifan", "waixiao"):
        for name in ("meeting", "room_strip", "revisions"):
            assert client.get(page(name, meeting.pk, school)).status_code == 404
        for name, pk in (
            ("note", meeting.pk), ("meeting_agenda", meeting.pk), ("meeting_expect", meeting.pk), ("vote", item.pk),
            ("settle", item.pk), ("unsettle", item.pk), ("override", item.pk), ("vote_abandon", made.pk),
        ):  # fmt: skip
            assert client.post(page(name, pk, school)).status_code == 404, name
        assert client.post(page("meeting_act", meeting.pk, school, verb="end")).status_code == 404


def test_auditors_and_administrators_read_no_meeting(cast, sign_in, again):
    meeting = opened(cast, again(confirmed))
    for who in (cast.feng, cast.chen, cast.chu):
        assert sign_in(who).get(page("meeting", meeting.pk)).status_code == 404


def test_only_the_clerk_writes_on_the_page(cast, sign_in, again):
    meeting = opened(cast, again(confirmed))
    assert b"data-autosave" in sign_in(cast.zheng).get(page("meeting", meeting.pk)).content
    for who in (cast.zhao, cast.li, cast.wang):
        client = sign_in(who)
        assert b"data-path" not in client.get(page("meeting", meeting.pk)).content
        body = json.dumps({"path": "meeting/place", "value": "别处", "base": None})
        answer = client.post(page("note", meeting.pk), body, content_type="application/json")
        assert answer.status_code == 403 and "学校秘书" in answer.json()["error"]


def test_the_strip_says_the_numbers_of_the_rule_and_who_is_missing(cast, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    strip = room_for(acting(cast.zheng), meeting.pk).topics[0].strip
    assert (strip.in_office, strip.present, strip.needed, strip.unmarked) == (5, 0, 3, 5)
    assert not strip.can_vote and strip.worst.outcome == "unknown"
    mark(cast, meeting, "present", cast.zhao, cast.qian)
    mark(cast, meeting, "leave", cast.wu)
    strip = room_for(acting(cast.zheng), meeting.pk).topics[0].strip
    assert (strip.present, strip.leave, strip.unmarked, strip.can_open) == (2, 1, 2, False)
    assert "须到 3 人" in strip.worst.headline
    mark(cast, meeting, "present", cast.sun)
    assert room_for(acting(cast.zheng), meeting.pk).topics[0].strip.can_vote


def test_a_late_arrival_counts_from_their_item_on(cast):
    meeting = opened(cast, confirmed(cast, title="甲"), confirmed(cast, title="乙"))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    verbs.note(meeting, f"attendance/{cast.sun.pk}/from_item", "2", base=None, by=acting(cast.zheng))
    first, second = room_for(acting(cast.zheng), meeting.pk).topics
    assert (first.strip.can_vote, first.strip.present) == (False, 2)
    assert (second.strip.can_vote, second.strip.present) == (True, 3)


def test_the_head_reads_what_blocks_and_gives_a_reason_that_stays(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    vote(cast, Item.objects.get(pk=item.pk), agree=2, abstain=1, outcome="passed")
    url = page("override", item.pk)
    assert "仍要作为有效决定" in sign_in(cast.zhao).get(page("meeting", meeting.pk)).content.decode()
    refused = sign_in(cast.qian).post(
        url, {"codes": ["P-10"], "reason": "情况特殊"}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert refused.status_code == 403
    sign_in(cast.zhao).post(url, {"codes": ["P-10"], "reason": "会后补充表决，另行报告。"})
    for reader in (cast.zhao, cast.wang):
        html = sign_in(reader).get(page("meeting", meeting.pk)).content.decode()
        assert "会后补充表决，另行报告。" in html and "负责人说明的理由" in html


def test_the_announced_result_stands_beside_the_computed_one(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    vote(cast, Item.objects.get(pk=item.pk), agree=2, abstain=1, outcome="passed")
    html = sign_in(cast.zheng).get(page("meeting", meeting.pk) + "?item=1").content.decode()
    assert "两者不一致" in html and "与计票不一致的说明" in html


def test_a_settled_item_is_read_only_and_what_was_found_is_kept(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    for order, person in enumerate((cast.qian, cast.sun, cast.zhao), start=1):
        say(cast, item.__class__.objects.get(pk=item.pk), person, order=order)
    decided(cast, vote(cast, Item.objects.get(pk=item.pk), agree=3).item)
    html = sign_in(cast.zheng).get(page("meeting", meeting.pk) + "?item=1").content.decode()
    assert f"item/{item.pk}/decision_text" not in html
    assert "存档的检查结果" in html and "撤销议定" in html
    answer = sign_in(cast.zheng).post(
        page("unsettle", item.pk), {"reason": "决定内容有误"}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert f"item/{item.pk}/decision_text" in answer.json()["parts"]["topic-1"]


def test_what_is_said_of_people_is_never_markup(cast, sign_in):
    item = confirmed(cast, title="<b>加粗</b>")
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    say(cast, Item.objects.get(pk=item.pk), cast.sun, order=1, text="<script>alert(1)</script>")
    for who in (cast.zheng, cast.wang):
        html = sign_in(who).get(page("meeting", meeting.pk) + "?item=1").content.decode()
        assert "<script>alert" not in html and "<b>加粗" not in html


def test_a_personnel_matter_is_voted_on_candidate_by_candidate(cast, sign_in):
    matter = proposed(cast, category="H01", title="教务处主任任免", candidates=["冯某", "陈某"])
    for person in (cast.zhao, cast.qian):
        verbs.answer(matter.consultations.get(kind="secretary_principal"), outcome="agreed", by=acting(person))
    verbs.consult(
        matter, kind="deliberation", at=matter.proposed_at, people=[cast.sun], outcome="heard", by=acting(cast.zheng)
    )
    meeting = opened(cast, verbs.confirm(Matter.objects.get(pk=matter.pk).items.get(), by=acting(cast.zhao)))
    html = sign_in(cast.zheng).get(page("meeting", meeting.pk) + "?item=1").content.decode()
    assert html.count("冯某") and html.count("陈某")
    assert html.count('name="token"') == 1, "one sheet takes both candidates"
    strip = room_for(acting(cast.zheng), meeting.pk).topics[0].strip
    assert strip.needed == 4, "a personnel matter asks for two thirds of five"


def test_at_the_office_meeting_the_principal_decides_and_the_vote_is_folded_away(cast, sign_in):
    matter = proposed(cast, category="G", title="期中考试安排")
    meeting = opened(cast, verbs.confirm(matter.items.get(), by=acting(cast.qian)), body="office")
    mark(cast, meeting, "present", cast.qian, cast.li, cast.zhou)
    html = sign_in(cast.zheng).get(page("meeting", meeting.pk) + "?item=1").content.decode()
    assert "听取意见后由校长决定，一般不表决" in html and "校长决定</option>" in html
    strip = room_for(acting(cast.zheng), meeting.pk).topics[0].strip
    assert (strip.in_office, strip.present, strip.needed) == (4, 3, 2)
    item = Item.objects.get(meeting=meeting)
    for order, person in enumerate((cast.li, cast.zhou, cast.qian), start=1):
        say(cast, item, person, order=order)
    verbs.note(meeting, f"item/{item.pk}/outcome", "principal_decided", base=None, by=acting(cast.zheng))
    decided(cast, item)
    assert "校长决定" in sign_in(cast.wang).get(page("meeting", meeting.pk)).content.decode()


def test_what_others_wrote_comes_with_the_news(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    client = sign_in(cast.zheng)
    stamp = client.get(page("room_strip", meeting.pk)).json()["stamp"]
    assert client.get(page("room_strip", meeting.pk) + f"?since={stamp}").json().keys() == {"stamp", "state"}
    verbs.note(meeting, f"item/{item.pk}/decision_text", "同意。", base=None, by=acting(cast.zheng))
    news = client.get(page("room_strip", meeting.pk) + f"?since={stamp}&item=1").json()
    assert news["fields"] == {
        f"item/{item.pk}/decision_text": {"value": "同意。", "version": verbs.version_of("同意。")}
    }
    assert news["others"] == [] and news["stamp"] != stamp


def test_an_earlier_text_can_be_brought_back(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    path = f"item/{item.pk}/decision_text"
    for text in ("初稿", "二稿"):
        verbs.note(meeting, path, text, base=None, by=acting(cast.zheng))
    client = sign_in(cast.zheng)
    html = client.get(page("revisions", meeting.pk) + f"?field={path}").content.decode()
    assert "初稿" in html and "第 1 项 · 决定内容" in html
    first = meeting.revisions.get(text="初稿")
    client.post(page("revisions", meeting.pk), {"revision": first.pk, "base": verbs.version_of("二稿")})
    assert Item.objects.get(pk=item.pk).decision_text == "初稿"
    assert meeting.revisions.count() == 3


def test_a_cancelled_meeting_still_tells_its_story(cast, sign_in, again):
    meeting = called(cast, again(confirmed))
    verbs.cancel(meeting, by=acting(cast.zheng), reason="书记外出学习")
    html = sign_in(cast.li).get(page("meeting", meeting.pk)).content.decode()
    assert "书记外出学习" in html and "已取消" in html
