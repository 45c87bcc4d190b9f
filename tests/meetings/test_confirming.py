"""议程确认: the head's list, and what stands in the way of each item."""

import threading

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Entry, Organisation
from governance.models import Post
from meetings import transitions as verbs
from meetings.facts import with_facts_of_items
from meetings.models import Item, Judgement, Override

from .stage import acting, agreed, confirmed, proposed

LIST = "/s/shifan/agenda/"


def act(client, item, verb, **more):
    return client.post(f"/s/shifan/items/{item.pk}/act/{verb}/", more)


def test_the_secretary_confirms_what_was_agreed_upon(cast, sign_in, again):
    item = again(agreed).items.get()
    client = sign_in(cast.zhao)
    page = client.get(LIST).content.decode()
    assert item.matter.title in page and "同意上会" in page and "说明理由后同意" not in page
    assert "赵书记 一致" in page and "钱校长 一致" in page
    assert act(client, item, "confirm").url == f"{LIST}?body=party"
    item.refresh_from_db()
    assert (item.state, item.confirmed_by) == ("confirmed", cast.zhao)


def test_what_is_missing_is_said_with_its_clause_before_and_after_trying(cast, sign_in, again):
    item = again(proposed).items.get()
    client = sign_in(cast.zhao)
    page = client.get(LIST).content.decode()
    assert "本议题没有赵书记、钱校长会前沟通的记录" in page and "《意见》（九）" in page and "说明理由后同意" in page
    answer = act(client, item, "confirm")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "没有同意成功" in page and "为什么现在就要上会" in page
    item.refresh_from_db()
    assert item.state == "waiting"
    act(client, item, "confirm", reason="校长外出，已电话沟通，回校补录。")
    assert Override.objects.get().reason.startswith("校长外出")


def test_a_reason_of_blanks_is_no_reason(cast, sign_in, again):
    item = again(proposed).items.get()
    assert act(sign_in(cast.zhao), item, "confirm", reason="  \n").status_code == 409


@pytest.mark.parametrize(("verb", "state"), [("send_back", "returned"), ("postpone", "postponed")])
def test_returning_and_postponing_want_a_reason(cast, sign_in, verb, state, again):
    item = again(agreed).items.get()
    client = sign_in(cast.zhao)
    assert "请写明" in client.get(act(client, item, verb).url).content.decode()
    item.refresh_from_db()
    assert item.state == "waiting"
    act(client, item, verb, reason="材料不全")
    item.refresh_from_db()
    assert (item.state, item.head_note) == (state, "材料不全")


def test_a_postponed_item_stays_on_the_list_and_may_be_confirmed_later(cast, sign_in, again):
    item = again(agreed).items.get()
    client = sign_in(cast.zhao)
    act(client, item, "postpone", reason="等预算")
    assert "等预算" in client.get(LIST).content.decode()
    act(client, item, "confirm")
    item.refresh_from_db()
    assert item.state == "confirmed"
    assert item.matter.title in client.get(LIST).content.decode()  # until it is on an agenda


@pytest.mark.parametrize("who", ["qian", "li", "zheng", "wang"])
def test_others_see_the_list_and_cannot_act(cast, sign_in, who, again):
    item = again(agreed).items.get()
    client = sign_in(getattr(cast, who))
    page = client.get(LIST, {"body": "party"}).content.decode()
    assert item.matter.title in page and "同意上会" not in page
    for verb in ("confirm", "send_back", "postpone"):
        act(client, item, verb, reason="x")
    item.refresh_from_db()
    assert item.state == "waiting"


def test_each_head_opens_the_own_list_and_one_person_both(cast, sign_in):
    proposed(cast, title="党组织的事")
    proposed(cast, title="行政的事", category="G")
    assert "行政的事" not in sign_in(cast.zhao).get(LIST).content.decode()
    assert "党组织的事" not in sign_in(cast.qian).get(LIST).content.decode()
    Post.objects.filter(person=cast.qian, post="principal").delete()
    Post.objects.create(school=cast.school, person=cast.zhao, post="principal", since="2025-01-01")
    page = sign_in(cast.zhao).get(LIST).content.decode()
    assert "党组织的事" in page and "行政的事" in page


def test_a_double_click_confirms_once_and_says_nothing_wrong(cast, sign_in, again):
    item = again(agreed).items.get()
    client = sign_in(cast.zhao)
    act(client, item, "confirm")
    answer = act(client, item, "confirm")
    assert "said-error" not in client.get(answer.url).content.decode()
    assert Judgement.objects.count() == Entry.objects.filter(verb="confirm").count() == 1


def test_an_unknown_verb_or_a_get_does_nothing(cast, sign_in, again):
    item = again(agreed).items.get()
    client = sign_in(cast.zhao)
    act(client, item, "settle")
    client.get(f"/s/shifan/items/{item.pk}/act/confirm/")
    item.refresh_from_db()
    assert item.state == "waiting"


def test_another_school_s_item_is_not_there(cast, sign_in, again):
    item = again(agreed).items.get()
    client = sign_in(cast.wei)
    for school in ("shifan", "waixiao"):
        assert client.post(f"/s/{school}/items/{item.pk}/act/confirm/").status_code == 404
    assert client.get(LIST).status_code == 404
    assert item.matter.title not in client.get("/s/waixiao/agenda/").content.decode()


def test_the_list_costs_the_same_for_one_as_for_sixty(cast, sign_in, count_queries):
    proposed(cast, title="第一件")
    client = sign_in(cast.zhao)
    client.get(LIST)
    one = count_queries(lambda: client.get(LIST))
    for number in range(60):
        matter = proposed(cast, title=f"第 {number} 件")
        if number % 2:
            verbs.consult(
                matter, kind="deliberation", at=matter.proposed_at, people=[cast.sun], outcome="heard",
                by=acting(cast.zheng),
            )  # fmt: skip
    assert count_queries(lambda: client.get(LIST)) == one <= 18
    assert client.get(LIST).context["page"].paginator.count == 61


def test_the_list_says_the_same_as_the_refusal(cast):
    """One function judges for the page and for the act."""
    items = [
        proposed(cast, title=f"第 {number} 件", category=code).items.get()
        for number, code in enumerate(("D13", "H01", "D02", "G"))
    ]
    heads = {"party": acting(cast.zhao), "office": acting(cast.qian)}
    for item in items:
        by = heads[item.body]
        rows = with_facts_of_items(Item.objects.filter(pk__in=[each.pk for each in items]))
        listed, _ = verbs.before_confirming_all(rows, by=by, codes=verbs.VERBS["confirm"].rules)[item.pk]
        blocking = [finding.message for finding in verbs.blockers(listed)]
        try:
            verbs.confirm(item, by=by)
        except verbs.Refused as refused:
            assert [finding.message for finding in refused.findings] == blocking
        else:
            assert blocking == []


@pytest.mark.django_db(transaction=True)
def test_two_heads_confirming_at_once_confirm_once(cast):
    """A secretary with two windows open, and both pressed at the same moment."""
    item = agreed(cast).items.get()
    together, answers = threading.Barrier(2), []

    def press(who):
        client = Client()
        client.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
        together.wait()
        answers.append(act(client, item, "confirm").status_code)
        connection.close()

    windows = [threading.Thread(target=press, args=(cast.zhao,)) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert answers == [302, 302]
    assert Item.objects.get().state == "confirmed"
    assert Judgement.objects.count() == Entry.objects.filter(verb="confirm").count() == 1


def test_confirmed_and_on_no_agenda_may_still_be_returned(cast, sign_in):
    item = confirmed(cast)
    act(sign_in(cast.zhao), item, "send_back", reason="情况有变")
    item.refresh_from_db()
    assert item.state == "returned"
    assert item.matter.state == "returned"


def test_a_kindergarten_is_reminded_and_not_stopped(cast, sign_in):
    """The Opinion binds it by reference only: S(15)."""
    Organisation.objects.filter(pk=cast.school.pk).update(stage="kindergarten")
    item = proposed(cast).items.get()
    client = sign_in(cast.zhao)
    page = client.get(LIST).content.decode()
    assert "提醒" in page and "同意上会" in page and "说明理由后同意" not in page
    act(client, item, "confirm")
    item.refresh_from_db()
    assert item.state == "confirmed"
    page = client.get(f"/s/shifan/matters/{item.matter_id}/").content.decode()
    assert "本校参照《意见》执行" in page


def test_a_school_without_party_organisation_has_one_list(cast, sign_in):
    Organisation.objects.filter(pk=cast.school.pk).update(party_organization="none")
    item = proposed(cast, category="D08").items.get()
    assert (item.body, item.purpose) == ("office", "handle")
    client = sign_in(cast.qian)
    page = client.get(LIST).content.decode()
    assert "本议题没有须在上会前查对的程序" in page and "党组织会议 <" not in page
    act(client, item, "confirm")
    item.refresh_from_db()
    assert item.state == "confirmed"
