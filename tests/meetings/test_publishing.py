"""登记公开: what became of a decision's publication, and what the rules say of it from then on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.facts import load
from meetings.models import Item, Judgement, KeptFinding, Meeting
from tests.answers import answer

from .stage import acting, signed
from .test_decisions import ledger, party

TODAY = timezone.localdate


def day(days: int = 0) -> str:
    return (TODAY() + timedelta(days=days)).isoformat()


def begins_with(cast) -> Item:
    """Decided and in issued minutes, and nobody has said anything about publishing it."""
    meeting = signed(cast, party(cast, "师德方案"))
    verbs.issue(meeting, by=acting(cast.zhao), despite="已当面沟通。")
    return meeting.items.get()


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def item(begun):
    return begun[1]


def door(item: Item) -> str:
    return reverse("publish", args=["shifan", item.pk])


def kept(item: Item, rule="R-07") -> str:
    return answer(item_id=item.pk, rule=rule).outcome


def test_what_was_published_is_written_down_and_the_finding_is_met(cast, sign_in, item):
    assert kept(item) == "broken"
    client = sign_in(cast.zheng)
    assert door(item) in ledger(client) and "去登记" in ledger(client)
    assert door(item) in client.get(reverse("record", args=["shifan", item.meeting_id])).content.decode()

    given = {"published": "yes", "kind": "校务公开", "since": day(), "until": day(10), "scope": "全体教职工"}
    page = client.post(door(item), given, follow=True).content.decode()
    assert "公开情况已登记" in page and f"已公开至 {day(10)}" in page and "去登记" not in page
    item.refresh_from_db()
    assert (item.published, item.published_from, item.published_scope) == (True, TODAY(), "校务公开：全体教职工")
    assert kept(item) == "met"
    assert Judgement.objects.filter(meeting=item.meeting, current=True).get().verb == "publish"
    assert KeptFinding.objects.filter(item=item, rule="R-07", outcome="broken", judgement__current=False).exists()
    assert Item.objects.get(pk=item.pk).meeting.state == Meeting.State.ISSUED


def test_or_the_reason_why_not_which_the_auditor_does_not_read(cast, sign_in, item):
    sign_in(cast.zheng).post(door(item), {"published": "no", "reason": " 涉及个人隐私 ", "since": day()})
    item.refresh_from_db()
    assert (item.published, item.published_from, item.unpublished_reason) == (False, None, "涉及个人隐私")
    assert kept(item) == "met"
    page = ledger(sign_in(cast.li))
    assert "不公开" in page and "涉及个人隐私" in page
    line = Entry.objects.get(verb="publish")
    assert "隐私" not in line.summary and line.facts["reason"] == "涉及个人隐私"


def test_a_mistake_is_corrected_and_nothing_of_it_stays(cast, sign_in, item):
    client = sign_in(cast.zheng)
    client.post(door(item), {"published": "yes", "kind": "校务公开", "since": day(), "scope": "教职工"})
    assert f"{day()} 起公开" in ledger(client)
    assert f'value="{day()}"' in client.get(door(item)).content.decode()
    client.post(door(item), {"published": "no", "reason": "还没有公开"})
    item.refresh_from_db()
    assert (item.published_from, item.published_scope, item.unpublished_reason) == (None, "", "还没有公开")


def test_the_same_once_more_changes_nothing(cast, sign_in, item):
    given = {"published": "yes", "kind": "校务公开", "since": day(), "scope": "教职工"}
    for _ in range(2):
        assert sign_in(cast.zheng).post(door(item), given).status_code == 302
    assert Entry.objects.filter(verb="publish").count() == 1
    assert Judgement.objects.filter(verb="publish").count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"published": "yes", "kind": "校务公开", "scope": "家长代表"}, "请填写从哪天起公开"),
        ({"published": "yes", "since": day(), "scope": "家长代表"}, "请选择党务公开或校务公开"),
        (
            {"published": "yes", "kind": "校务公开", "since": day(2), "until": day(1), "scope": "家长代表"},
            "截止日期不能早于开始日期",
        ),
        ({"published": "no", "reason": " ", "scope": "家长代表"}, "请写明不公开的理由"),
        ({"published": "yes", "kind": "校务公开", "since": "2026-02-31", "scope": "家长代表"}, "日期"),
        ({"scope": "家长代表"}, "请选择已公开或不公开"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_form_stays_filled(cast, sign_in, item, given, said):
    page = sign_in(cast.zheng).post(door(item), given).content.decode()
    assert said in page and "家长代表" in page
    item.refresh_from_db()
    assert item.published is None and kept(item) == "broken"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"published": True}, "请填写从哪天起公开"),
        ({"published": True, "since": TODAY(), "until": TODAY() - timedelta(days=1)}, "截止日期不能早于开始日期"),
        ({"published": False, "since": TODAY(), "reason": " "}, "请写明不公开的理由"),
    ],
)
def test_the_verb_says_so_at_every_door(cast, item, given, said):
    with pytest.raises(verbs.Stopped, match=said):
        verbs.publish(item, **given, by=acting(cast.zheng))
    assert not Entry.objects.filter(verb="publish").exists()


def test_the_last_day_may_be_the_first(cast, item):
    verbs.publish(item, published=True, since=TODAY(), until=TODAY(), by=acting(cast.zheng))
    assert kept(item) == "met"


def test_before_the_minutes_nothing_is_judged_and_what_is_not_settled_has_nothing_to_publish(cast, sign_in):
    meeting = party(cast, "师德方案")
    item = meeting.items.get()
    verbs.publish(item, published=True, since=TODAY(), by=acting(cast.zheng))
    assert not Judgement.objects.filter(verb="publish").exists()
    verbs.unsettle(item, by=acting(cast.zheng), reason="写错")
    page = sign_in(cast.zheng).post(door(item), {"published": "no", "reason": "写了很久"}).content.decode()
    assert "不能“登记公开”" in page and "写了很久" in page


def test_what_is_published_meanwhile_is_no_change_to_the_record_that_is_being_signed(cast):
    meeting = party(cast, "师德方案")
    clerk = acting(cast.zheng)
    verbs.end(meeting, by=clerk)
    verbs.complete(meeting, by=clerk)
    digest = verbs.record_digest(load(cast.school, Meeting.objects.filter(pk=meeting.pk)), meeting.pk)
    verbs.sign(meeting, digest=digest, by=acting(cast.zhao))
    verbs.publish(meeting.items.get(), published=True, since=TODAY(), by=clerk)
    verbs.report_done(meeting.items.get(), done_on=TODAY(), note="已落实。", by=clerk)
    assert verbs.sign(meeting, digest=digest, by=clerk).state == Meeting.State.SIGNED


def test_the_clerk_only_and_only_of_this_school(cast, sign_in, item):
    given = {"published": "yes", "kind": "校务公开", "since": day()}
    for who in (cast.zhao, cast.li, cast.wang, cast.wei, cast.feng, cast.chu):
        client = sign_in(who)
        assert client.get(door(item)).status_code == client.post(door(item), given).status_code == 404
    assert "去登记" not in ledger(sign_in(cast.li)) and "去登记" not in ledger(sign_in(cast.wang))
    for who in (cast.zhao, cast.li):
        with pytest.raises(verbs.NotAllowed):
            verbs.publish(item, published=True, since=TODAY(), by=acting(who))
    item.refresh_from_db()
    assert item.published is None


def test_an_item_of_another_school_does_not_exist(cast, sign_in, item):
    client = sign_in(cast.zheng)
    item.matter.__class__.objects.filter(pk=item.matter_id).update(school=cast.elsewhere)
    assert client.get(door(item)).status_code == 404
    assert client.post(door(item), {"published": "yes", "kind": "校务公开", "since": day()}).status_code == 404
