"""What changed after people were told: on pages, on the desk, and in one notice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Entry, Notice
from meetings import transitions as verbs
from meetings.draining import drain
from meetings.models import Item, Matter

from .stage import acting, agreed, called, confirmed, opened, proposed, rewritten

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=2)


def page(client, address):
    return client.get(f"/s/shifan/{address}").content.decode()


def test_members_are_told_once_what_is_another_on_the_agenda_and_see_it_on_the_notice(cast, sign_in, again):
    one, two = again(confirmed, title="甲"), confirmed(cast, title="乙")
    meeting = called(cast, one)
    drain()
    clerk = acting(cast.zheng)
    for order in ([one, two], [two], [two, one]):
        verbs.set_agenda(meeting, [item.pk for item in order], by=clerk)
    rewritten(cast, one.matter, proposal="改为两年。")
    drain()
    told = Notice.objects.filter(kind="agenda_changed")
    assert not told.exists(), "a minute is waited for the next change"
    drain(timezone.now() + LATER)
    assert set(told.values_list("recipient__name", flat=True)) == {"赵书记", "钱校长", "孙副书记", "李副校", "吴委员"}
    assert told.filter(body="增加 1 项、方案改动 1 项（第 5 版），请重新阅看。").count() == 5
    html = page(sign_in(cast.li), f"meetings/{meeting.pk}/")
    for words in ("通知后有变动", "第 5 版", "增加", "方案改动", "<del>", "改为两"):
        assert words in html
    old = page(sign_in(cast.li), f"meetings/{meeting.pk}/agenda/versions/?from=1&to=2")
    assert "这不是最新的议程：现在是第 5 版" in old and "第 1 版到第 2 版的变动" in old
    assert "不是最新" not in page(sign_in(cast.li), f"meetings/{meeting.pk}/agenda/versions/")


def test_the_room_shows_where_the_text_at_hand_differs_from_what_the_notice_told(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    rewritten(cast, item.matter, proposal="拟开展为期两年的师德师风建设活动。")
    html = page(sign_in(cast.zheng), f"meetings/{meeting.pk}/?item=1")
    assert "通知后方案改动" in html and "<del>" in html and "〔增加〕" in html


def test_an_agenda_that_came_back_to_what_it_was_is_no_news(cast, again):
    one, two = again(confirmed, title="甲"), confirmed(cast, title="乙")
    meeting = called(cast, one)
    for order in ([one, two], [one]):
        verbs.set_agenda(meeting, [item.pk for item in order], by=acting(cast.zheng))
    drain(timezone.now() + LATER)
    assert not Notice.objects.filter(kind="agenda_changed").exists()
    assert not Entry.objects.filter(drained_at=None).exists()


def test_the_form_revises_the_text_and_loses_nothing_typed(cast, sign_in, again):
    item = again(confirmed)
    address = f"/s/shifan/matters/{item.matter_id}/edit/"
    client = sign_in(cast.li)
    seen = client.get(address).context["form"]["seen"].value()
    given = {"title": "新名称", "background": "背景", "proposal": "", "amount": "1.2万", "seen": seen}
    answer = client.post(address, given)
    assert (
        answer.status_code == 422
        and "请填写建议方案" in answer.content.decode()
        and "新名称" in answer.content.decode()
    )
    client.post(address, given | {"proposal": "新方案。"})
    matter = Matter.objects.get(pk=item.matter_id)
    assert (matter.title, matter.amount, matter.category) == ("新名称", 12000, "D13")
    stale = client.post(address, given | {"proposal": "另一个。"})
    assert (
        stale.status_code == 422 and "已被他人修改" in stale.content.decode() and "另一个。" in stale.content.decode()
    )
    assert "同意上会以后，方案有改动" in page(sign_in(cast.zhao), f"matters/{matter.pk}/")
    assert "新方案" in page(sign_in(cast.wang), f"matters/{matter.pk}/texts/")
    Matter.objects.filter(pk=matter.pk).update(state="decided")
    assert sign_in(cast.zheng).get(address).status_code == 302


def test_a_head_confirms_anew_with_one_tap(cast, sign_in):
    matter = rewritten(cast, agreed(cast), proposal="改为两年。")
    drain(timezone.now() + LATER)
    assert Notice.objects.filter(title="会前沟通：方案有改动，请您重新确认").count() == 2
    client = sign_in(cast.qian)
    assert "方案有改动，请就新方案答复" in page(client, "")
    request = matter.consultations.get(at=None)
    former = matter.consultations.first()
    answer = client.get(f"/s/shifan/matters/consultations/{former.pk}/anew/")
    assert answer["Location"] == f"/s/shifan/matters/consultations/{request.pk}/"
    shown = client.get(answer["Location"])
    assert shown.context["form"].initial["outcome"] == "agreed" and "<del>" in shown.content.decode()
    client.post(answer["Location"], {"outcome": "agreed"})
    assert request.consulted.get(person=cast.qian).outcome == "agreed"


def test_who_was_consulted_singly_is_asked_on_the_desk_and_by_a_notice(cast, sign_in):
    matter, clerk = proposed(cast), acting(cast.zheng)
    at = timezone.now() - timedelta(hours=1)
    held = verbs.consult(matter, kind="individual", at=at, people=[cast.sun, cast.wu], outcome="agreed", by=clerk)
    heard = verbs.consult(matter, kind="staff_hearing", at=at, heard=30, outcome="heard", by=clerk)
    rewritten(cast, matter, proposal="改为两年。")
    drain(timezone.now() + LATER)
    assert set(Notice.objects.filter(kind="confirm_anew").values_list("recipient__name", flat=True)) == {
        "孙副书记",
        "吴委员",
    }
    client = sign_in(cast.sun)
    assert "请您确认意见是否不变" in page(client, "")
    address = f"/s/shifan/matters/consultations/{held.pk}/anew/"
    assert "看过改动，意见不变" in client.get(address).content.decode()
    assert "还等 1 人" in client.post(address, follow=True).content.decode()
    assert "请您确认意见是否不变" not in page(client, "")
    client = sign_in(cast.zheng)
    assert "请确认结果是否仍然适用" in page(client, "")
    address = f"/s/shifan/matters/consultations/{heard.pk}/anew/"
    wrong = client.post(address, {"note": " "})
    assert wrong.status_code == 422 and "请写明" in wrong.content.decode()
    client.post(address, {"note": "听取的意见不涉及期限。"})
    assert "请确认结果是否仍然适用" not in page(client, "")
    assert "还等 吴委员" in page(client, f"matters/{matter.pk}/")
    assert Item.objects.get(matter=matter).state == "waiting"
