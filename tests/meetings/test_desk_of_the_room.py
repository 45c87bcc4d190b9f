"""Writing at the desk: phrases, revisions side by side, and who else is here."""

from datetime import timedelta

import pgtrigger
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Role
from meetings import company
from meetings import transitions as verbs
from meetings.models import Item, Phrase
from meetings.room import room_for
from tests.cast import SINCE, official

from .stage import acting, confirmed, mark, opened, say

LONG = "会议认为，方案符合学校实际。" * 40


def page(name, *args):
    return reverse(name, args=["shifan", *args])


def texts(where="opinion"):
    return list(Phrase.objects.filter(where=where).values_list("text", flat=True))


def test_the_clerk_keeps_the_phrases_of_the_school(cast, sign_in):
    client = sign_in(cast.zheng)
    assert "还没有常用语" in client.get(page("phrase_list")).content.decode()
    for _ in range(2):  # a second click puts nothing in twice
        client.post(page("phrases_usual"))
    first, second, *rest = texts()
    client.post(page("phrase_list"), {"where": "opinion", "text": " 同意，请抓紧实施。 "})
    assert texts() == [first, second, *rest, "同意，请抓紧实施。"]
    again = client.post(page("phrase_list"), {"where": "opinion", "text": "同意，请抓紧实施。"})
    assert "这一条已经有了" in again.content.decode() and again.content.decode().count("同意，请抓紧实施。") >= 2
    one = Phrase.objects.get(text=second)
    client.post(page("phrase_act", one.pk, "up"))
    client.post(page("phrase_act", one.pk, "up"))  # the first stays the first
    assert texts()[:2] == [second, first]
    client.post(page("phrase_act", one.pk, "delete"))
    assert second not in texts()
    assert client.get(page("phrases_at_hand")).json()["opinion"] == texts()
    assert Entry.objects.filter(verb="keep_phrases").count() == 4


def test_others_keep_no_phrases(cast, sign_in):
    with pytest.raises(verbs.NotAllowed, match="学校秘书"):
        verbs.add_phrase("opinion", "同意。", by=acting(cast.zhao))
    assert sign_in(cast.zhao).get(page("phrase_list")).status_code == 404


def _item(cast):
    meeting = opened(cast, confirmed(cast))
    return meeting.items.get()


@pytest.fixture
def item(again):
    return again(_item)


def write(cast, item, *versions, by=None):
    for text in versions:
        verbs.note(
            item.meeting, f"item/{item.pk}/decision_text", text, base=None, by=acting(by or cast.zheng, cast.school)
        )


def kept(item):
    return list(item.meeting.revisions.order_by("pk").values_list("text", flat=True))


def test_pauses_while_one_goes_on_writing_make_one_revision(cast, item):
    write(cast, item, "会议", "会议同意", "会议一致同意")
    assert kept(item) == ["会议一致同意"]


def test_what_was_taken_away_is_kept_as_it_was(cast, item):
    write(cast, item, "会议同意方案。", "", "会议同意。", "会议同意。经费", "会议同意。经费自筹。")
    assert kept(item) == ["会议同意方案。", "", "会议同意。经费自筹。"]


def test_a_longer_pause_or_another_hand_makes_another_revision(cast, item):
    write(cast, item, "会议")
    with pgtrigger.ignore("meetings.TextRevision:a_revision_is_never_rewritten"):
        item.meeting.revisions.update(at=timezone.now() - timedelta(seconds=31))
    write(cast, item, "会议同意。")
    han = official(cast.school, "han", "韩干事", Role.Name.SCHOOL_SECRETARY, since=SINCE)
    write(cast, item, "会议同意。请落实。", by=han)
    assert kept(item) == ["会议", "会议同意。", "会议同意。请落实。"]


def test_any_two_revisions_are_compared_and_readers_find_them(cast, item, sign_in):
    write(cast, item, LONG, "另写。", "再写。")
    first, _, third = item.meeting.revisions.order_by("pk")
    address = f"{page('revisions', item.meeting_id)}?field=item/{item.pk}/decision_text"
    client = sign_in(cast.wang)
    html = client.get(address).content.decode()
    assert "恢复为这一版" not in html and f"（{len(LONG)} 字）" in html
    html = client.get(f"{address}&new={third.pk}").content.decode()
    assert html.index("data-compare-old") < html.index("另写。") < html.index("data-compare-new")
    for old, new in ((first, third), (third, first)):  # the older one always stands on the left
        found = client.get(f"{address}&old={old.pk}&new={new.pk}")
        assert (found.context["old"], found.context["new"]) == (first, third)
    assert "作旧版" in client.get(f"{address}&old={first.pk}").content.decode()
    assert "revisions/" in client.get(page("meeting", item.meeting_id)).content.decode()


def look(client, meeting, no):
    return client.get(page("room_strip", meeting.pk), {"item": no}).json().get("company", [])


def test_two_editors_see_each_other_until_they_leave(cast, item, sign_in, monkeypatch):
    meeting = item.meeting
    company._redis(company.settings.REDIS_URL).delete(company.key_of(meeting.pk))
    assert look(sign_in(cast.zheng), meeting, 1) == []
    han = official(cast.school, "han", "韩干事", Role.Name.SCHOOL_SECRETARY, since=SINCE)
    assert look(sign_in(han), meeting, 2) == ["郑秘书也在，正在看第 1 项"]
    look(sign_in(cast.wang), meeting, 1)  # an inspector looks without being seen
    assert look(sign_in(cast.li), meeting, 0) == [], "who only reads is told of nobody"
    assert look(sign_in(cast.zheng), meeting, 1) == ["韩干事也在，正在看第 2 项", "李副校在看"]
    monkeypatch.setattr(company, "STAYS", 0)
    assert look(sign_in(cast.zheng), meeting, 1) == []


def test_without_redis_the_page_goes_on(cast, item, sign_in, settings, monkeypatch):
    monkeypatch.setattr(company, "_resting_until", 0.0)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert look(sign_in(cast.zheng), item.meeting, 1) == []
    assert company._resting_until > 0


def test_speakers_stand_in_the_order_in_which_they_spoke(cast, item):
    mark(cast, item.meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    item = Item.objects.get(pk=item.pk)
    for order, person in ((1, cast.li), (2, cast.qian)):
        say(cast, item, person, order=order)
    voices = room_for(acting(cast.zheng), item.meeting_id).topics[0].voices
    assert [voice.seat.name for voice in voices][:2] == ["李副校", "钱校长"]
    assert voices[-1].chairs, "who has not spoken comes after, the chair last"
