"""A finding says what it rests on, and can be judged again."""

import pytest
from django.urls import reverse

from inspection.evidence import VALUES, evidence
from meetings import transitions as verbs
from meetings.models import Item, Judgement, KeptFinding
from meetings.replay import dossier_of, judged_again
from tests.answers import answer, answers, as_row
from tests.meetings.stage import (
    acting,
    confirmed,
    issued_with_the_chair_first,
    mark,
    opened,
    proposed,
    signed,
)

begins_with = issued_with_the_chair_first


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def issued(begun):
    return begun[1]


def current(**which) -> KeptFinding:
    return KeptFinding.objects.get(judgement__current=True, **which)


def evidence_of_met(**which):
    """As the page of an answer that is met tells it."""
    kept = as_row(answer(outcome="met", **which))
    dossier = dossier_of(kept.judgement.facts)
    kept.values = judged_again(kept, dossier).values
    return evidence(kept, dossier)


def test_judged_again_from_the_kept_facts_every_finding_says_the_same(cast, issued):
    proposed_only = proposed(cast, title="食堂改造").items.get()
    verbs.confirm(proposed_only, despite="校长外出学习，已电话沟通。", by=acting(cast.zhao))
    kept = [as_row(one) for one in answers(Judgement.objects.all())]
    assert len(kept) > 40
    for finding in kept:
        again = judged_again(finding, dossier_of(finding.judgement.facts))
        assert again is not None, finding.rule
        assert again.outcome == finding.outcome
        assert again.values == finding.values or finding.outcome == "met"
        if finding.judgement.verb != "confirm":  # which speaks of an item that has no number yet
            assert again.message == finding.message


def test_the_facts_are_told_in_words(cast, issued):
    told = evidence_of_met(rule="P-03")
    assert ("应到", "5") in told.values and ("实到", "4") in told.values
    (there,) = told.relevant
    assert dict(there.pairs)["实到"] == "4 人：赵书记、钱校长、孙副书记、李副校副校长"
    assert dict(there.pairs)["请假"].startswith("1 人：吴委员")
    told = evidence_of_met(rule="C-02")
    assert told.relevant[0].title == "会前程序"
    assert "一致" in dict(told.relevant[0].pairs)["书记校长会前沟通"]


def test_who_left_early_is_told_beside_who_was_there(cast):
    item = confirmed(cast)
    meeting = opened(cast, item, confirmed(cast, title="第二件"))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    verbs.note(meeting, f"attendance/{cast.li.pk}/to_item", "1", base=None, by=acting(cast.zheng))
    for each in meeting.items.all():
        verbs.note(meeting, f"item/{each.pk}/outcome", "deferred", base=None, by=acting(cast.zheng))
    signed(cast, meeting)
    second = Item.objects.get(no=2)
    there = dict(evidence_of_met(rule="P-03", item_id=second.pk).relevant[0].pairs)
    assert there["实到"].startswith("3 人") and there["中途到离"] == "李副校副校长第 1 项后离会"


def test_every_value_that_a_rule_keeps_has_a_word(cast, issued):
    kept = [as_row(one) for one in answers(Judgement.objects.all())]
    named = {name for one in kept for name in judged_again(one, dossier_of(one.judgement.facts)).values}
    assert named <= set(VALUES)


def test_the_page_shows_clause_facts_and_judgement(cast, sign_in, issued):
    broken = current(rule="P-14")
    page = sign_in(cast.wang).get(reverse("finding", args=[broken.pk])).content.decode()
    for said in (
        "提醒",
        "发言与表态",
        "赵书记 同意",
        "用当时的事实再查一次，结论相同",
        broken.judgement.digest,
        "签发纪要",
    ):
        assert said in page


def test_an_answer_that_is_met_has_its_page_too(cast, sign_in, issued):
    quorum = answer(outcome="met", rule="P-03")
    client = sign_in(cast.wang)
    page = client.get(quorum.get_absolute_url()).content.decode()
    for said in ("符合", "应到</dt><dd>5", "4 人：赵书记", "结论相同", quorum.judgement.digest, "签发纪要"):
        assert said in page, said
    for wrong in (quorum.get_absolute_url().replace("P-03", "P-14"), f"{quorum.get_absolute_url()[:-1]}9/"):
        assert client.get(wrong).status_code == 404
    assert sign_in(cast.wei).get(quorum.get_absolute_url()).status_code == 404


def test_the_reason_of_the_head_stays_beside_the_finding(cast, sign_in):
    item = proposed(cast).items.get()
    verbs.confirm(item, despite="校长外出学习，已电话沟通。", by=acting(cast.zhao))
    page = sign_in(cast.wang).get(reverse("finding", args=[current(rule="C-02", item=item).pk])).content.decode()
    assert "校长外出学习，已电话沟通。" in page and "赵书记" in page


def test_an_earlier_finding_says_that_it_is_not_the_last_word(cast, sign_in, issued):
    earlier = KeptFinding.objects.filter(judgement__current=False).first()
    page = sign_in(cast.wang).get(reverse("finding", args=[earlier.pk])).content.decode()
    assert "较早的检查" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("wang", 200),
        ("zhao", 200),
        ("zheng", 200),
        ("he", 200),
        ("wei", 404),
        ("chu", 404),
        ("feng", 404),
        ("chen", 404),
    ],
)
def test_a_finding_is_for_its_school_and_its_inspector(cast, sign_in, issued, who, status):
    response = sign_in(getattr(cast, who)).get(reverse("finding", args=[current(rule="P-14").pk]))
    assert response.status_code == status
