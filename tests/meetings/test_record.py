"""After the meeting: the record is checked, completed, read and signed."""

import re
import threading

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.facts import load
from meetings.models import Item, Meeting, Signature

from .stage import acting, confirmed, decided, mark, opened, say, signed, vote


def url(name, subject):
    return reverse(name, args=["shifan", subject.pk])


def _ended(cast) -> Meeting:
    """A party meeting of four, one on leave, one item decided; chaired by 赵书记, recorded by 郑秘书."""
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    mark(cast, meeting, "leave", cast.wu)
    item = Item.objects.get(pk=item.pk)
    for order, person in enumerate((cast.li, cast.sun, cast.qian, cast.zhao), start=1):
        say(cast, item, person, order=order, text=f"{person.name}同意。")
    vote(cast, item, agree=4)
    decided(cast, item, text="同意实施方案。")
    return verbs.end(meeting, by=acting(cast.zheng))


@pytest.fixture
def ended(again) -> Meeting:
    return again(_ended)


def broken(cast) -> Meeting:
    """A meeting of three of five that announced as passed what two of five wanted; nobody gave a reason yet."""
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    vote(cast, Item.objects.get(pk=item.pk), agree=2, abstain=1, outcome="passed")
    with pytest.raises(verbs.Refused):
        decided(cast, Item.objects.get(pk=item.pk))
    return signed(cast, meeting)


def completed(cast, meeting) -> Meeting:
    return verbs.complete(meeting, by=acting(cast.zheng))


def digest_on(client, meeting) -> str:
    """What the page that a signer reads carries with it."""
    return re.search(r'name="digest" value="(\w{64})"', client.get(url("record", meeting)).content.decode())[1]


def test_the_record_says_who_said_and_decided_what(cast, sign_in, ended):
    page = sign_in(cast.zheng).get(url("record", ended)).content.decode()
    assert "教师师德师风建设年活动方案" in page
    assert "应到 5 人，实到 4 人" in page
    assert "李副校同意。" in page and "同意实施方案。" in page
    assert page.index("赵书记、钱校长、孙副书记") > 0  # listed by rank, not as they were typed
    assert "完成记录" in page


def test_what_is_missing_leads_to_where_it_is_mended(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    verbs.end(meeting, by=acting(cast.zheng))
    client = sign_in(cast.zheng)
    page = client.get(url("record", meeting)).content.decode()
    assert "第 1 项的结果" in page
    assert f"{url('meeting', meeting)}?item=" in page
    answer = client.post(url("complete", meeting), follow=True).content.decode()
    assert "第 1 项还没有结果" in answer
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.ENDED


def test_the_clerk_completes_and_both_sign_in_two_taps(cast, sign_in, ended):
    client = sign_in(cast.zheng)
    client.post(url("complete", ended))
    assert Meeting.objects.get(pk=ended.pk).state == Meeting.State.COMPLETED
    client.post(url("sign", ended), {"digest": digest_on(client, ended)})
    client = sign_in(cast.zhao)
    client.post(url("sign", ended), {"digest": digest_on(client, ended)})
    assert Meeting.objects.get(pk=ended.pk).state == Meeting.State.SIGNED
    assert set(Signature.objects.values_list("role", "person__name")) == {("chair", "赵书记"), ("recorder", "郑秘书")}
    assert "去签发纪要" in client.get(url("record", ended)).content.decode()


def test_a_double_click_signs_once(cast, sign_in, ended):
    completed(cast, ended)
    client = sign_in(cast.zhao)
    digest = digest_on(client, ended)
    for _ in range(2):
        assert client.post(url("sign", ended), {"digest": digest}).status_code == 302
    assert Signature.objects.count() == 1


def test_nobody_signs_what_they_have_not_read(cast, sign_in, ended):
    completed(cast, ended)
    client = sign_in(cast.zhao)
    digest = digest_on(client, ended)
    verbs.reopen(ended, reason="补记一处", by=acting(cast.zheng))
    item = ended.items.get()
    verbs.unsettle(item, reason="补记", by=acting(cast.zheng))
    verbs.note(ended, f"item/{item.pk}/decision_text", "同意，暑期实施。", base=None, by=acting(cast.zheng))
    verbs.settle(Item.objects.get(pk=item.pk), by=acting(cast.zheng))
    completed(cast, ended)
    answer = client.post(url("sign", ended), {"digest": digest}, follow=True).content.decode()
    assert "您打开页面以后记录有改动" in answer
    assert not Signature.objects.exists()


def test_only_chair_and_recorder_sign(cast, sign_in, ended):
    completed(cast, ended)
    client = sign_in(cast.li)
    page = client.get(url("record", ended)).content.decode()
    assert 'name="digest"' not in page
    digest = verbs.record_digest(load(cast.school, Meeting.objects.filter(pk=ended.pk)), ended.pk)
    answer = client.post(url("sign", ended), {"digest": digest}, follow=True).content.decode()
    assert "由主持人、记录人办理" in answer and not Signature.objects.exists()


def test_sent_back_with_a_reason_the_signatures_no_longer_count(cast, sign_in, ended):
    completed(cast, ended)
    client = sign_in(cast.zhao)
    client.post(url("sign", ended), {"digest": digest_on(client, ended)})
    answer = client.post(url("reopen", ended), {"reason": "  "})
    assert answer.status_code == 200 and "请写明退回修改的理由" in answer.content.decode()
    client.post(url("reopen", ended), {"reason": "第 1 项的决定漏了经费来源。"})
    assert Meeting.objects.get(pk=ended.pk).state == Meeting.State.ENDED
    assert not Signature.objects.filter(voided_at=None).exists()
    assert "漏了经费来源" in Entry.objects.filter(verb="reopen").get().facts["reason"]
    page = sign_in(cast.zheng).get(url("record", ended)).content.decode()
    assert "赵书记" in page and "第 1 项的决定漏了经费来源。" in page  # the clerk sees why


def test_a_refused_sending_back_keeps_what_was_typed(cast, sign_in, ended):
    answer = sign_in(cast.zheng).post(url("reopen", ended), {"reason": "再核对一遍。"})
    assert "现在是“待整理”" in answer.content.decode()


def test_after_reopening_an_unedited_draft_follows_the_record(cast, ended):
    completed(cast, ended)
    clerk, item = acting(cast.zheng), ended.items.get()
    verbs.reopen(ended, reason="改决定", by=clerk)
    verbs.unsettle(item, reason="改决定", by=clerk)
    verbs.note(ended, f"item/{item.pk}/decision_text", "同意，暑期实施。", base=None, by=clerk)
    verbs.settle(Item.objects.get(pk=item.pk), by=clerk)
    completed(cast, ended)
    assert ended.minutes.items.get().text.endswith("同意，暑期实施。")


def test_the_head_explains_a_blocked_item_where_the_record_is_read(cast, sign_in):
    meeting = broken(cast)
    item, client = meeting.items.get(), sign_in(cast.zhao)
    assert "说明理由" in client.get(url("record", meeting)).content.decode()
    assert 'name="codes"' not in sign_in(cast.zheng).get(url("record", meeting)).content.decode()
    sign_in(cast.zheng).post(url("explain", item), {"codes": "P-10", "reason": "秘书的理由"})
    assert not item.overrides.exists()
    client = sign_in(cast.zhao)
    page = client.post(
        url("explain", item), {"codes": "P-10", "reason": "已报上级同意。"}, follow=True
    ).content.decode()
    assert item.overrides.get().reason == "已报上级同意。" and "已报上级同意。" in page
    verbs.issue(meeting, by=acting(cast.zhao))  # nothing blocks any more


def test_before_the_end_there_is_no_record_page(cast, sign_in, again):
    meeting = opened(cast, again(confirmed))
    assert sign_in(cast.zheng).get(url("record", meeting)).status_code == 302


def test_another_school_and_those_who_read_no_records_find_nothing(cast, sign_in, ended):
    for who in (cast.wei, cast.feng, cast.chen, cast.chu):
        client = sign_in(who)
        assert client.get(url("record", ended)).status_code == 404
        for name in ("complete", "sign", "reopen"):
            assert client.post(url(name, ended)).status_code == 404
    assert sign_in(cast.wei).get(reverse("record", args=["waixiao", ended.pk])).status_code == 404


def test_the_inspector_reads_and_changes_nothing(cast, sign_in, ended):
    client = sign_in(cast.wang)
    page = client.get(url("record", ended)).content.decode()
    assert "同意实施方案。" in page and "act-bar" not in page
    for name in ("complete", "sign", "reopen"):
        client.post(url(name, ended), {"reason": "x", "digest": "x"})
    assert Meeting.objects.get(pk=ended.pk).state == Meeting.State.ENDED


def test_the_record_costs_the_same_for_one_item_and_for_six(cast, sign_in, count_queries):
    def ended_with(number):
        items = [confirmed(cast, title=f"第 {n} 件事") for n in range(number)]
        meeting = opened(cast, *items)
        mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
        for item in Item.objects.filter(meeting=meeting):
            say(cast, item, cast.zhao, order=1)
            vote(cast, item, agree=4)
            decided(cast, item)
        return verbs.end(meeting, by=acting(cast.zheng))

    one, six = ended_with(1), ended_with(6)
    client = sign_in(cast.zheng)
    client.get(url("record", one))
    few = count_queries(lambda: client.get(url("record", one)))
    assert count_queries(lambda: client.get(url("record", six))) == few <= 17


@pytest.mark.django_db(transaction=True)
def test_chair_and_recorder_sign_at_the_same_moment(cast):
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    vote(cast, Item.objects.get(pk=item.pk), agree=4)
    decided(cast, Item.objects.get(pk=item.pk))
    verbs.end(meeting, by=acting(cast.zheng))
    completed(cast, meeting)
    digest = verbs.record_digest(load(cast.school, Meeting.objects.filter(pk=meeting.pk)), meeting.pk)
    together = threading.Barrier(4)

    def sign(person):
        try:
            together.wait()
            verbs.sign(meeting, digest=digest, by=acting(person))
        except verbs.WrongState:
            pass  # a second click that came when both had signed
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=[each]) for each in (cast.zhao, cast.zheng) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.SIGNED
    assert sorted(Signature.objects.values_list("role", flat=True)) == ["chair", "recorder"]
