"""Counting votes at the page's own door: once for any number of clicks, never before a quorum, never silently undone."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from meetings import transitions as verbs
from meetings.models import Item, Matter, Vote

from .stage import acting, confirmed, decided, mark, opened, proposed, vote

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def send(client, item, **given):
    form = {"method": "show_of_hands", "token": str(uuid.uuid4())} | given
    return client.post(reverse("vote", args=["shifan", item.pk]), form, headers=SCRIPT)


def _item(cast):
    item = confirmed(cast)
    mark(cast, opened(cast, item), "present", cast.zhao, cast.qian, cast.sun)
    return Item.objects.get(pk=item.pk)


@pytest.fixture
def item(again):
    return again(_item)


def at_once(*acts):
    """Run the acts in threads of their own, all beginning at the same moment."""
    answers, start = [None] * len(acts), threading.Barrier(len(acts))

    def run(number, act):
        start.wait()
        try:
            answers[number] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def signed_in(who) -> Client:
    client = Client()
    client.force_login(who.user, backend=BACKEND)
    return client


@pytest.mark.django_db(transaction=True)
def test_a_double_click_counts_once(cast, item):
    token = str(uuid.uuid4())
    clients = [signed_in(cast.zheng), signed_in(cast.zheng)]
    answers = at_once(*(lambda client=client: send(client, item, agree="3", token=token) for client in clients))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Vote.objects.filter(item=item).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_forms_for_one_question_leave_one_standing_vote(cast, item):
    clients = [signed_in(cast.zheng), signed_in(cast.zheng)]
    answers = at_once(*(lambda client=client: send(client, item, agree="3") for client in clients))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert "先作废原来的表决" in refused.json()["error"]
    assert Vote.objects.filter(item=item, abandoned_at=None).count() == 1


def test_the_answer_brings_the_result_without_a_page(cast, item, sign_in):
    answer = send(sign_in(cast.zheng), item, agree="3").json()
    assert "计票结果" in answer["parts"]["topic-1"] and "通过" in answer["parts"]["topic-1"]
    assert "room-strip" in answer["parts"]


def test_without_scripts_the_same_form_leads_back_to_the_item(cast, item, sign_in):
    answer = sign_in(cast.zheng).post(
        reverse("vote", args=["shifan", item.pk]), {"method": "oral", "token": str(uuid.uuid4()), "agree": "3"}
    )
    assert answer.status_code == 302 and answer["Location"].endswith(f"/meetings/{item.meeting_id}/?item=1")


def test_no_vote_before_a_quorum_and_the_rule_says_why(cast, sign_in):
    item = confirmed(cast)
    mark(cast, opened(cast, item), "present", cast.zhao, cast.qian)
    answer = send(sign_in(cast.zheng), item, agree="2")
    assert answer.status_code == 422
    assert "应到 5 人，实到 2 人，开会须到 3 人" in answer.json()["findings"]
    assert "《意见》（五）" in answer.json()["findings"]
    assert not Vote.objects.exists()


def test_no_vote_before_a_quorum_at_the_office_meeting_either(cast, sign_in):
    matter = proposed(cast, category="G", title="期中考试安排")
    item = matter.items.get()
    assert item.body == "office"
    item = verbs.confirm(item, by=acting(cast.qian))
    mark(cast, opened(cast, item, body="office"), "present", cast.qian)
    answer = send(sign_in(cast.zheng), item, agree="1")
    assert answer.status_code == 422 and "A-03" in answer.json()["findings"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"agree": "2"}, "票数合计 2，与可表决 3 人不符"),
        ({"agree": "4"}, "票数合计 4"),
        ({"agree": "4", "disagree": "-1"}, "不符"),
        ({"agree": "三"}, "请填数字"),
        ({"agree": "3", "method": "telepathy"}, "请选择表决方式"),
        ({"agree": "3", "candidate": "某人"}, "没有这名人选"),
        ({"agree": "3", "token": "x"}, "请刷新页面"),
    ],
)
def test_a_slip_of_the_pen_is_told_at_once(cast, item, sign_in, given, said):
    answer = send(sign_in(cast.zheng), item, **given)
    assert answer.status_code == 422 and said in answer.json()["error"]
    assert not Vote.objects.exists()


def test_the_recused_do_not_vote(cast, item, sign_in):
    verbs.note(item.meeting, f"recusal/{item.pk}/{cast.sun.pk}/on", "1", base=None, by=acting(cast.zheng))
    client = sign_in(cast.zheng)
    assert "可表决 2 人" in send(client, item, agree="3").json()["error"]
    assert send(client, item, agree="2").status_code == 200
    register = Vote.objects.get().register
    assert [each["name"] for each in register] == ["赵书记", "钱校长"]


def test_an_abandoned_vote_stays_visible_with_its_reason(cast, item, sign_in):
    made = vote(cast, item, agree=2, disagree=1)
    client = sign_in(cast.zheng)
    url = reverse("vote_abandon", args=["shifan", made.pk])
    assert "请写明作废表决的理由" in client.post(url, {"reason": " "}, headers=SCRIPT).json()["error"]
    html = client.post(url, {"reason": "计票有误"}, headers=SCRIPT).json()["parts"]["topic-1"]
    assert "计票有误" in html and "已作废" in html and "登记表决" in html
    assert client.post(url, {"reason": "再点一次"}, headers=SCRIPT).status_code == 200
    assert Vote.objects.get().abandoned_reason == "计票有误"
    assert send(client, item, agree="3").status_code == 200
    assert Vote.objects.filter(item=item).count() == 2


def test_a_settled_item_takes_no_vote(cast, item, sign_in):
    vote(cast, item, agree=3)
    decided(cast, Item.objects.get(pk=item.pk))
    assert "已经议定" in send(sign_in(cast.zheng), item, agree="3").json()["error"]


def test_members_and_inspectors_record_no_vote(cast, item, sign_in):
    for who in (cast.zhao, cast.li, cast.wang):
        answer = send(sign_in(who), item, agree="3")
        assert answer.status_code == 403 and "学校秘书" in answer.json()["error"]


def test_settling_refuses_with_the_findings_and_the_head_may_give_a_reason(cast, item, sign_in):
    vote(cast, item, agree=2, abstain=1, outcome="passed")
    verbs.note(item.meeting, f"item/{item.pk}/decision_text", "同意。", base=None, by=acting(cast.zheng))
    url = reverse("settle", args=["shifan", item.pk])
    Vote.objects.get()
    # 3 of 5 present, 2 agree: announced as passed, though 3 votes are needed.
    refused = sign_in(cast.zheng).post(url, {}, headers=SCRIPT)
    assert refused.status_code == 422 and "P-10" in refused.json()["findings"]
    assert sign_in(cast.zheng).post(url, {"despite": "我说可以"}, headers=SCRIPT).status_code == 403
    assert Item.objects.get(pk=item.pk).state == Item.State.CONFIRMED
    sign_in(cast.zhao).post(reverse("override", args=["shifan", item.pk]), {"codes": "P-10", "reason": "已向上级报告"})
    assert sign_in(cast.zheng).post(url, {}, headers=SCRIPT).status_code == 200
    assert Item.objects.get(pk=item.pk).state == Item.State.SETTLED
    assert Matter.objects.get(pk=item.matter_id).state == Matter.State.DECIDED


def test_a_secret_ballot_shows_counts_and_nobody(cast, item, sign_in):
    send(sign_in(cast.zheng), item, agree="2", disagree="1", method="secret_ballot")
    html = sign_in(cast.li).get(reverse("meeting", args=["shifan", item.meeting_id]) + "?item=1").content.decode()
    counted = html[html.index('class="ballot"') :]
    counted = counted[: counted.index("结果与决定")]
    counts, _, register = counted.partition("可表决 3 人：")
    assert "无记名投票" in counts and "书记" not in counts and "校长" not in counts
    assert register.startswith("赵书记、钱校长、孙副书记。")  # who could vote, in no order of voting


def test_a_form_sent_again_with_something_else_in_it_is_not_taken_for_a_double_click(cast, item):
    token = uuid.uuid4()
    made = vote(cast, item, agree=3, token=token)
    assert vote(cast, item, agree=3, token=token) == made
    with pytest.raises(verbs.WrongState, match="与现在填的不同"):
        vote(cast, item, agree=2, disagree=1, token=token)
    verbs.abandon_vote(made, by=acting(cast.zheng), reason="票数记错")
    with pytest.raises(verbs.WrongState, match="已经作废"):
        vote(cast, item, agree=3, token=token)


def test_nobody_announces_what_is_no_outcome_or_votes_for_whom_nobody_knows(cast, item):
    with pytest.raises(verbs.Stopped, match="没有这一种结果"):
        vote(cast, item, agree=3, outcome="whatever")
    ballots = {cast.wei.pk: "agree"}
    with pytest.raises(verbs.Miscounted, match="不是本校人员的人不在可表决的 3 人之内"):
        verbs.vote(item, method="open_ballot", ballots=ballots, token=uuid.uuid4(), by=acting(cast.zheng))
