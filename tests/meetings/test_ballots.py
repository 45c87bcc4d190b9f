"""Votes by name and in secret, of several candidates, in rounds: counted once, checked for ever, never changed."""

import uuid

import pgtrigger
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.models import Attendance, Item, Matter, NamedBallot, Vote
from meetings.transitions.ballots import checked

from .stage import acting, confirmed, decided, mark, opened, signed, vote

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
REFUSED = DatabaseError  # a trigger speaks


def _item(cast):
    item = confirmed(cast)
    mark(cast, opened(cast, item), "present", cast.zhao, cast.qian, cast.sun, cast.li)
    return Item.objects.get(pk=item.pk)


@pytest.fixture
def item(again):
    return again(_item)


@pytest.fixture
def slate(cast, item):
    """Two people to be chosen."""
    Matter.objects.filter(pk=item.matter_id).update(category="H03", candidates=["冯某", "陈某"])
    return Item.objects.get(pk=item.pk)


def send(client, item, *, method="show_of_hands", questions, headers=SCRIPT, **more):
    """``questions``: by prefix (q0r1-) what was filled in beside it."""
    form = {"method": method, "token": str(uuid.uuid4()), "ask": list(questions)} | more
    for prefix, typed in questions.items():
        form |= {f"{prefix}{name}": str(value) for name, value in typed.items()}
    return client.post(reverse("vote", args=["shifan", item.pk]), form, headers=headers)


def by_name(cast, *no, but=()):
    """Everybody there agrees, but for those who do not."""
    there = [one for one in (cast.zhao, cast.qian, cast.sun, cast.li) if one not in but]
    return {f"voter-{one.pk}": "disagree" if one in no else "agree" for one in there} | {"round": 1}


def shown(client, item) -> str:
    return client.get(reverse("meeting", args=["shifan", item.meeting_id]), {"item": 1}).content.decode()


def test_an_open_ballot_says_who_voted_how_and_counts_itself(cast, item, sign_in):
    typed = by_name(cast, cast.sun) | {"agree": 9}  # a count that somebody types beside it is not read
    html = send(sign_in(cast.zheng), item, method="open_ballot", questions={"q0r1-": typed}).json()["parts"]["topic-1"]
    made = Vote.objects.get()
    assert (made.agree, made.disagree, made.computed, made.method) == (3, 1, "passed", "open_ballot")
    assert dict(made.named.values_list("person__name", "choice"))["孙副书记"] == "disagree"
    assert "<dt>不同意</dt><dd>孙副书记</dd>" in html and "校验一致" in html
    counted = Entry.objects.get(verb="vote").facts["counted"]
    assert counted["named"][str(cast.sun.pk)] == "disagree" and counted["digest"] == made.digest
    assert "孙副书记" in shown(sign_in(cast.wang), item)  # the inspector reads the same


def test_an_open_ballot_wants_everybody_who_may_vote_and_nobody_else(cast, item, sign_in):
    client = sign_in(cast.zheng)
    answer = send(client, item, method="open_ballot", questions={"q0r1-": by_name(cast, but=(cast.li,))})
    assert answer.status_code == 422 and "还有 1 人没有登记表决意见：李副校" in answer.json()["beside"]["q0r1-"]
    stranger = by_name(cast) | {f"voter-{cast.wu.pk}": "agree"}
    answer = send(client, item, method="open_ballot", questions={"q0r1-": stranger})
    assert "吴委员不在可表决的 4 人之内" in answer.json()["beside"]["q0r1-"]
    assert not Vote.objects.exists() and not NamedBallot.objects.exists()


def test_of_a_secret_ballot_nothing_tells_who(cast, item, sign_in):
    typed = by_name(cast, cast.sun) | {"agree": 3, "disagree": 1}
    send(sign_in(cast.zheng), item, method="secret_ballot", questions={"q0r1-": typed})
    made = Vote.objects.get()
    assert (made.agree, made.disagree) == (3, 1) and not NamedBallot.objects.exists()
    facts = Entry.objects.get(verb="vote").facts["counted"]
    assert "named" not in facts and facts["register"] == sorted(facts["register"])
    assert [each["id"] for each in made.register] == facts["register"]
    with pytest.raises(REFUSED), transaction.atomic():
        NamedBallot.objects.create(vote=made, person=cast.sun, choice="disagree")
    assert "<dt>不同意</dt>" not in shown(sign_in(cast.zheng), item)


def test_all_candidates_in_one_go_and_a_slip_with_one_loses_no_count(cast, slate, sign_in):
    client = sign_in(cast.zheng)
    feng = {"candidate": "冯某", "round": 1, "agree": 4}
    wrong = {"q0r1-": feng, "q1r1-": {"candidate": "陈某", "round": 1, "agree": 3}}
    answer = send(client, slate, method="secret_ballot", questions=wrong)
    assert (
        "票数合计 3，与可表决 4 人不符" in answer.json()["beside"]["q1r1-"] and "q0r1-" not in answer.json()["beside"]
    )
    assert not Vote.objects.exists()
    page = send(client, slate, method="secret_ballot", questions=wrong, headers={})
    assert page.status_code == 422  # without scripts the form comes back as it was filled in
    assert 'name="q0r1-agree" data-count-of="agree" value="4"' in page.content.decode()
    right = wrong | {"q1r1-": {"candidate": "陈某", "round": 1, "agree": 2, "disagree": 2}}
    assert send(client, slate, method="secret_ballot", questions=right).status_code == 200
    assert list(Vote.objects.values_list("candidate", "agree", "computed")) == [
        ("冯某", 4, "passed"),
        ("陈某", 2, "rejected"),
    ]


def test_another_round_only_for_what_was_not_carried(cast, slate, sign_in):
    client = sign_in(cast.zheng)
    first = {"q0r1-": {"candidate": "冯某", "agree": 4}, "q1r1-": {"candidate": "陈某", "agree": 2, "disagree": 2}}
    html = send(client, slate, questions=first).json()["parts"]["topic-1"]
    assert "没有通过的，再投一轮" in html and 'value="q1r2-"' in html and 'value="q0r2-"' not in html
    with pytest.raises(verbs.Stopped, match="各次表决的结果不同：请选择本项宣布的结果"):
        verbs.settle(slate, by=acting(cast.zheng))
    again = send(client, slate, questions={"q0r2-": {"candidate": "冯某", "round": 2, "agree": 4}})
    assert "第 1 轮已经通过" in again.json()["error"]
    third = send(client, slate, questions={"q1r3-": {"candidate": "陈某", "round": 3, "agree": 4}})
    assert "第 2 轮还没有表决结果" in third.json()["error"]
    html = send(client, slate, questions={"q1r2-": {"candidate": "陈某", "round": 2, "agree": 3, "abstain": 1}}).json()
    assert "没有通过，以后一轮为准" in html["parts"]["topic-1"]
    one, two = Vote.objects.filter(candidate="陈某").order_by("round")
    with pytest.raises(verbs.WrongState, match="请先作废第 2 轮"):
        verbs.abandon_vote(one, by=acting(cast.zheng), reason="重投")
    verbs.abandon_vote(two, by=acting(cast.zheng), reason="票数有误")
    assert "票数有误" in shown(client, slate) and Vote.objects.count() == 3


def test_the_second_round_is_the_outcome_of_the_item(cast, item):
    vote(cast, item, agree=2, disagree=2)
    assert Item.objects.get(pk=item.pk).outcome == "rejected"
    second = vote(cast, item, agree=4, round=2)
    assert Item.objects.get(pk=item.pk).outcome == "passed"
    verbs.abandon_vote(second, by=acting(cast.zheng), reason="票数有误")
    assert Item.objects.get(pk=item.pk).outcome == "rejected"


def test_what_is_announced_against_the_count_has_its_reason(cast, item, sign_in):
    client, typed = sign_in(cast.zheng), {"agree": 2, "disagree": 2, "outcome": "passed"}
    answer = send(client, item, questions={"q0r1-": typed})
    assert "计票结果是“未通过”，会上宣布的是“通过”" in answer.json()["beside"]["q0r1-"]
    html = send(client, item, questions={"q0r1-": typed | {"reason": "书记宣布通过，未作说明"}}).json()
    assert "两者不一致" in html["parts"]["topic-1"] and "书记宣布通过" in html["parts"]["topic-1"]
    assert Vote.objects.get().computed == "rejected"


def test_announcing_something_else_later_is_settled_only_with_its_reason(cast, item):
    vote(cast, item, agree=4)
    clerk = acting(cast.zheng)
    for name, value in (("outcome", "deferred"), ("decision_text", "再议。")):
        verbs.note(item.meeting, f"item/{item.pk}/{name}", value, base=None, by=clerk)
    with pytest.raises(verbs.Stopped, match="与计票不一致的说明"):
        verbs.settle(Item.objects.get(pk=item.pk), by=clerk)
    verbs.note(item.meeting, f"item/{item.pk}/outcome_reason", "会后有人提出异议。", base=None, by=clerk)
    assert verbs.settle(Item.objects.get(pk=item.pk), by=clerk).state == Item.State.SETTLED


def test_the_database_refuses_any_later_change(cast, item):
    made = verbs.vote(
        item, method="open_ballot", ballots={one.pk: "agree" for one in (cast.zhao, cast.qian, cast.sun, cast.li)},
        token=uuid.uuid4(), by=acting(cast.zheng),
    )  # fmt: skip
    here = Attendance.objects.filter(meeting=item.meeting_id, person=cast.sun)
    refused = [
        lambda: Vote.objects.filter(pk=made.pk).update(agree=3),
        lambda: Vote.objects.filter(pk=made.pk).update(register=[]),
        lambda: Vote.objects.filter(pk=made.pk).delete(),
        lambda: made.named.update(choice="disagree"),
        lambda: made.named.all().delete(),
        lambda: here.update(status="absent"),
    ]
    for act in refused:
        with pytest.raises(REFUSED), transaction.atomic():
            act()
    assert checked(Vote.objects.get(pk=made.pk)) == ""
    verbs.abandon_vote(made, by=acting(cast.zheng), reason="记错了到会")
    mark(cast, item.meeting, "absent", cast.sun)  # nothing depends on it any more
    vote(cast, item, agree=3)
    decided(cast, Item.objects.get(pk=item.pk))
    verbs.issue(signed(cast, item.meeting), by=acting(cast.zhao))
    sealed = Vote.objects.get(abandoned_at=None)
    with pytest.raises(verbs.WrongState):
        verbs.abandon_vote(sealed, by=acting(cast.zheng), reason="改")
    with pytest.raises(REFUSED), transaction.atomic():
        Vote.objects.filter(pk=sealed.pk).update(abandoned_reason="改")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agree": 4, "disagree": 0}, "票数与记名票不符"),
        ({"outcome": "rejected"}, "校验码不符"),
        ({"in_office": 3}, "校验码不符"),
    ],
)
def test_what_was_changed_behind_the_triggers_is_seen_by_everybody(cast, item, sign_in, changed, said):
    send(sign_in(cast.zheng), item, method="open_ballot", questions={"q0r1-": by_name(cast, cast.sun)})
    with pgtrigger.ignore("meetings.Vote:a_vote_is_never_rewritten"):
        Vote.objects.update(**changed)
    assert said in checked(Vote.objects.get())
    for who in (cast.zheng, cast.wang):
        html = shown(sign_in(who), item)
        assert "校验不一致" in html and said in html
