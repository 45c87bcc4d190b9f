"""定期沟通: secretary and principal write down that they talked; how far apart is counted as rule G-02 counts."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Organisation
from governance.communicating import version_of
from governance.facts import ground_of, talks_of
from governance.models import Communication, Post
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_school

PAGE = reverse("communication_list", args=["shifan"])
NOW = reverse("communication_now", args=["shifan"])
NEW = reverse("communication_new", args=["shifan"])


def edit(talk) -> str:
    return reverse("communication_edit", args=["shifan", talk.pk])


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def talked(cast, *moments: str, by=None) -> list[Communication]:
    talks = [
        Communication.objects.create(school=cast.school, at=at(moment), entered_by=by and by.user) for moment in moments
    ]
    for talk in talks:
        talk.people.set([cast.zhao, cast.qian])
    return talks


def names(talk: Communication) -> list[str]:
    return sorted(talk.people.values_list("name", flat=True))


def test_just_now_takes_two_taps_and_a_third_changes_nothing(cast, sign_in):
    client = sign_in(cast.zhao)
    desk = client.get(reverse("desk", args=["shifan"])).content.decode()
    assert PAGE in desk
    assert "刚才与钱校长沟通过" in client.get(PAGE).content.decode()
    for _ in range(2):
        page = client.post(NOW, follow=True).content.decode()
    assert "的沟通已经记下" in page
    talk = Communication.objects.get()
    assert names(talk) == ["赵书记", "钱校长"] and timezone.now() - talk.at < timedelta(minutes=2)
    assert Entry.objects.get().verb == "note_talk" and talk.entered_by == cast.zhao.user
    assert "钱校长" not in sign_in(cast.qian).get(PAGE).content.decode().split("刚才与")[1].split("沟通过")[0]


def test_the_clerk_adds_one_of_an_earlier_day_with_the_heads_of_that_day(cast, sign_in):
    Post.objects.filter(person=cast.qian).update(until="2026-03-01")
    Post.objects.create(school=cast.school, person=cast.he, post="principal", since="2026-03-01")
    client = sign_in(cast.zheng)
    client.post(NEW, {"at": "2026-02-27T09:30", "note": "商量开学工作。", "others": [cast.sun.pk]})
    client.post(NEW, {"at": "2026-03-02T09:30"})
    before, after = Communication.objects.order_by("at")
    assert names(before) == ["孙副书记", "赵书记", "钱校长"] and before.note == "商量开学工作。"
    assert names(after) == ["何主任", "赵书记"]
    page = client.get(PAGE).content.decode()
    assert "商量开学工作。" in page and "何主任校长" in page


def test_where_the_heads_are_one_the_full_time_deputy_talks(cast, sign_in):
    Post.objects.filter(person=cast.qian).update(until="2026-03-01")
    Post.objects.create(school=cast.school, person=cast.zhao, post="principal", since="2026-03-01")
    assert sign_in(cast.sun).post(NOW).status_code == 302
    assert names(Communication.objects.get()) == ["孙副书记", "赵书记"]


def test_gaps_are_counted_as_the_rule_counts_them(cast, sign_in):
    talked(cast, "2026-01-20T10:00", "2026-03-14T10:00", "2026-03-28T10:00", "2026-04-12T10:00")
    page = sign_in(cast.wu).get(PAGE)
    gaps = [talk.gap and (talk.gap.days, talk.gap.excess) for talk in page.context["page"]]
    assert gaps == [(15, 1), (14, 0), (25, 11), None]  # February is vacation
    dossier = Dossier(ground_of(cast.school).records(communications=talks_of(cast.school)))
    (finding,) = judge_school(dossier, on=None, codes=["G-02"])
    assert finding.values == {"days": 25, "allowed": 14} and finding.outcome == "broken"
    text = page.content.decode()
    assert "隔 25 天，超过 11 天" in text and "隔 14 天" in text and "第一次记录" in text


def test_nobody_has_talked_yet(cast, sign_in):
    assert "还没有定期沟通的记录" in sign_in(cast.zheng).get(PAGE).content.decode()
    reader = sign_in(cast.wang).get(PAGE).content.decode()
    assert "由书记、校长本人或学校秘书记录" in reader and "刚才" not in reader


def test_what_cannot_be_comes_back_filled_with_the_reason(cast, sign_in):
    client = sign_in(cast.zheng)

    def refused(address=NEW, **form):
        response = client.post(address, form)
        assert response.status_code == 422
        return response.content.decode()

    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    page = refused(at=tomorrow, note="明天的事")
    assert "还没有到。沟通以后再记。" in page and "明天的事" in page
    assert "没有在任的书记或校长" in refused(at="2020-03-02T09:30")
    assert "form-errors" in refused(at="")
    client.post(NEW, {"at": "2026-03-02T09:30", "note": "一"})
    client.post(NEW, {"at": "2026-03-02T09:30", "note": "一"})  # a second click
    assert "2026年3月2日 09:30已经记有一次沟通" in refused(at="2026-03-02T09:30", note="二")
    assert Communication.objects.count() == 1


def test_a_vacant_head_is_said_where_the_button_would_be(cast, sign_in):
    Post.objects.filter(person=cast.qian).update(until="2026-03-01")
    page = sign_in(cast.zheng).get(PAGE).content.decode()
    assert "今天书记或校长空缺" in page and "刚才" not in page
    assert "没有在任的书记或校长" in sign_in(cast.zheng).post(NOW, follow=True).content.decode()
    assert not Communication.objects.exists()


def test_a_correction_says_in_the_journal_what_it_was(cast, sign_in):
    (talk,) = talked(cast, "2026-03-02T09:30", by=cast.zhao)
    client = sign_in(cast.zheng)
    form = {"at": "2026-03-03T09:30", "note": "商量预算。", "others": [cast.li.pk], "base": version_of(talk)}
    for _ in range(2):
        assert client.post(edit(talk), form).status_code == 302
    talk.refresh_from_db()
    assert talk.at == at("2026-03-03T09:30") and talk.entered_by == cast.zhao.user
    assert Entry.objects.get().summary == (
        "更正2026年3月2日 09:30的定期沟通：时间改为2026年3月3日 09:30，参加人原为赵书记、钱校长，主要内容有改动"
    )
    assert "商量预算" not in Entry.objects.get().summary  # auditors read no records
    assert f'value="{cast.li.pk}" ' in client.get(edit(talk)).content.decode()


def test_two_corrections_at_once_show_what_the_first_said(cast, sign_in):
    (talk,) = talked(cast, "2026-03-02T09:30", by=cast.zhao)
    seen = version_of(talk)
    client = sign_in(cast.zhao)
    client.post(edit(talk), {"at": "2026-03-02T09:30", "note": "先写的", "base": seen})
    late = client.post(edit(talk), {"at": "2026-03-02T09:30", "note": "后写的", "base": seen})
    assert late.status_code == 422
    assert "现为2026年3月2日 09:30，先写的。请核对后再保存。" in late.content.decode()
    base = late.context["form"]["base"].value()
    client.post(edit(talk), {"at": "2026-03-02T09:30", "note": "两人的", "base": base})
    assert Communication.objects.get().note == "两人的"


@pytest.mark.parametrize("who, may", [("zheng", True), ("zhao", True), ("qian", False), ("wu", False), ("wang", False)])
def test_the_clerk_and_whoever_wrote_it_correct_it(cast, sign_in, who, may):
    (talk,) = talked(cast, "2026-03-02T09:30", by=cast.zhao)
    client = sign_in(getattr(cast, who))
    assert client.get(edit(talk)).status_code == (200 if may else 403)
    assert ("更正" in client.get(PAGE).content.decode()) == may


def test_a_school_without_party_organisation_has_no_such_talks(cast, sign_in):
    Organisation.objects.filter(pk=cast.school.pk).update(party_organization="none")
    client = sign_in(cast.zheng)
    assert {client.get(PAGE).status_code, client.get(NEW).status_code, client.post(NOW).status_code} == {404}
    for page in ("desk", "leadership"):
        assert PAGE not in client.get(reverse(page, args=["shifan"])).content.decode()
