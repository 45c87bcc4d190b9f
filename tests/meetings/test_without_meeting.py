"""A decision taken without a meeting is written down, whatever the rules say of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.models import Matter

from .stage import acting, agreed, confirmed, draft, opened


def address(matter):
    return reverse("decided_without", args=["shifan", matter.pk])


def filled(cast, *people, days=1, **more):
    at = timezone.localtime() - timedelta(days=days)
    who = people or (cast.zhao, cast.qian)
    return {"at": at.strftime("%Y-%m-%dT%H:%M"), "how": "circulation", "people": [each.pk for each in who]} | more


def test_it_is_written_down_and_the_rule_speaks_at_once(cast, sign_in):
    matter = agreed(cast, category="P08", title="校服采购")
    client = sign_in(cast.zheng)
    page = reverse("matter", args=["shifan", matter.pk])
    assert "登记未经会议的决定" in client.get(page).content.decode()
    given = filled(cast)
    for _ in range(2):  # a double click
        answer = client.post(address(matter), given, follow=True)
    html = answer.content.decode()
    assert "未经会议作出决定：传签、会签" in html and "赵书记、钱校长" in html
    assert "“校服采购”以传阅代替会议作了决定，须由党组织会议集体讨论" in html and "《意见》（二）" in html
    assert "去提请上会" in html
    matter.refresh_from_db()
    assert (matter.state, matter.decided_without_how) == ("proposed", "circulation")
    entry = Entry.objects.get(verb="decide_without_meeting")
    assert entry.facts["people"] == [cast.zhao.pk, cast.qian.pk] and "校服采购" in entry.summary


def test_it_is_corrected_with_a_journal_line_until_a_meeting_takes_it_up(cast, sign_in):
    item = confirmed(cast)
    matter, client = item.matter, sign_in(cast.zheng)
    client.post(address(matter), filled(cast))
    client.post(address(matter), filled(cast, cast.qian, how="signature"))
    matter.refresh_from_db()
    assert matter.decided_without_how == "signature" and list(matter.decided_without_by.all()) == [cast.qian]
    lines = Entry.objects.filter(verb="decide_without_meeting").order_by("pk")
    assert [line.facts["how"] for line in lines] == ["circulation", "signature"]
    assert lines[1].facts["before"]["how"] == "circulation"
    opened(cast, item)
    answer = client.post(address(matter), filled(cast))
    assert answer.status_code == 422 and "已有会议审议过这一事项" in answer.content.decode()
    assert Matter.objects.get(pk=matter.pk).decided_without_how == "signature"


def test_what_was_entered_by_mistake_is_taken_back_with_a_reason(cast, sign_in, again):
    matter, client = again(agreed), sign_in(cast.zheng)
    client.post(address(matter), filled(cast))
    answer = client.post(address(matter), {"act": "drop", "reason": " "})
    assert answer.status_code == 422 and "请写明撤销登记的理由" in answer.content.decode()
    for _ in range(2):
        client.post(address(matter), {"act": "drop", "reason": "记错了事项"})
    matter.refresh_from_db()
    assert matter.decided_without_at is None and not matter.decided_without_by.exists()
    assert Entry.objects.filter(summary__startswith="撤销").get().facts["reason"] == "记错了事项"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at": "2099-01-01T08:00"}, "时间晚于现在"),
        ({"how": ""}, "请选择方式"),
        ({"people": []}, "请选择由谁决定"),
    ],
)
def test_the_form_comes_back_filled(cast, sign_in, wrong, said):
    matter = agreed(cast)
    answer = sign_in(cast.zheng).post(address(matter), filled(cast) | wrong)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Matter.objects.filter(decided_without_at__isnull=False).exists()


def test_people_of_another_school_decide_nothing_here(cast, sign_in, again):
    matter = again(agreed)
    assert sign_in(cast.zheng).post(address(matter), filled(cast, cast.wei)).status_code == 422
    with pytest.raises(verbs.Stopped):
        verbs.decide_without_meeting(
            matter, at=timezone.now(), how="signature", people=[cast.wei], by=acting(cast.zheng)
        )


def test_only_who_works_here_and_only_what_was_filed(cast, sign_in, again):
    matter = again(agreed)
    sign_in(cast.wang).post(address(matter), filled(cast))
    assert sign_in(cast.wei).get(address(matter)).status_code == 404
    with pytest.raises(verbs.NotAllowed):
        verbs.decide_without_meeting(
            matter, at=timezone.now(), how="signature", people=[cast.qian], by=acting(cast.wang, cast.school)
        )
    unfiled = draft(cast)
    with pytest.raises(verbs.WrongState):
        verbs.decide_without_meeting(
            unfiled, at=timezone.now(), how="signature", people=[cast.qian], by=acting(cast.zheng)
        )
    assert not Matter.objects.filter(decided_without_at__isnull=False).exists()


def test_an_ordinary_matter_signed_off_breaks_no_rule(cast, sign_in):
    matter = verbs.propose(draft(cast, category="G", title="教室门锁更换"), by=acting(cast.li))
    html = (
        sign_in(cast.li).post(address(matter), filled(cast, cast.qian, how="signature"), follow=True).content.decode()
    )
    assert "未经会议作出决定：个人签批" in html and "C-18" not in html
