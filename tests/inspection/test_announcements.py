"""公告: written by the authority, seen on the desk and in the bell, read and confirmed in the schools."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice
from governance.access import authority_for
from inspection.announcements.reading import Progress, progress
from inspection.models import Announcement
from inspection.transitions.acting import NotAllowed, Stopped
from inspection.transitions.announcing import (
    publish_announcement,
    receive_announcement,
    remind_announcement,
    withdraw_announcement,
)
from meetings.draining import drain
from meetings.reminders import remind
from meetings.worklist import worklist
from tests.meetings.stage import acting


def administrator(cast):
    return authority_for(cast.chu, "district")


def published(cast, **more) -> Announcement:
    given = {
        "title": "报送学年工作计划", "text": "请于月底前报送。", "to": "all", "stages": [], "schools": [],
        "since": timezone.localdate(), "until": None, "asks_receipt": False,
    }  # fmt: skip
    return publish_announcement(**given | more, by=administrator(cast))


def on_desk(person) -> list[tuple[str, str]]:
    rows = worklist(acting(person), timezone.now())
    return [(row.title, row.act) for row in rows if row.kind == "announcement"]


def told(cast) -> set[str]:
    return set(Notice.objects.filter(kind="announcement").values_list("recipient__username", flat=True))


def how_far(made) -> Progress:
    return progress([made])[made.pk]


def test_it_waits_on_the_desk_and_in_the_bell_until_it_is_read(cast, sign_in):
    made = published(cast)
    drain()
    drain()
    assert told(cast) == {"zhao", "qian", "sun", "li", "zhou", "wu", "he", "zheng", "wei"}
    assert on_desk(cast.li) == [("公告：报送学年工作计划", "去阅看")]
    notice = Notice.objects.get(recipient=cast.li.user)
    client = sign_in(cast.li)
    assert "请于月底前报送" in client.get(notice.url).content.decode()
    client.get(notice.url)
    assert on_desk(cast.li) == [] and on_desk(cast.zhao)
    assert (how_far(made).schools, how_far(made).read) == (2, 1)
    sign_in(cast.wang).get(reverse("school_announcement", args=["shifan", made.pk]))
    assert made.readings.count() == 1, "whoever only looks has not read it for the school"


def test_a_receipt_is_given_once_for_the_school(cast, sign_in):
    made = published(cast, asks_receipt=True)
    address = reverse("school_announcement_receive", args=["shifan", made.pk])
    client = sign_in(cast.zheng)
    client.get(reverse("school_announcement", args=["shifan", made.pk]))
    assert on_desk(cast.zheng) == [("公告：报送学年工作计划", "去回执")]
    for _click in range(2):
        assert client.post(address).status_code == 302
    assert sign_in(cast.zhao).post(address).status_code == 302  # he had the page open
    assert on_desk(cast.zheng) == [] and how_far(made).received == 1
    assert Entry.objects.filter(verb="receive_announcement").count() == 1
    with pytest.raises(Stopped):
        receive_announcement(published(cast), by=acting(cast.zheng))


def test_it_goes_to_stages_or_to_chosen_schools_alone(cast):
    published(cast, to="stages", stages=["primary"], title="小学")
    published(cast, to="chosen", schools=[cast.school], title="选定")
    assert [title for title, _ in on_desk(cast.li)] == ["公告：选定"]
    assert [title for title, _ in on_desk(cast.wei)] == ["公告：小学"]
    with pytest.raises(Stopped, match="没有一所学校会收到"):
        published(cast, to="stages", stages=["senior"])


def test_the_unread_are_reminded_once_a_day(cast, sign_in):
    made = published(cast)
    sign_in(cast.li).get(reverse("school_announcement", args=["shifan", made.pk]))
    drain()
    Notice.objects.all().delete()
    assert remind_announcement(made, by=administrator(cast)) == 1
    with pytest.raises(Stopped, match="今天已经提醒过"):
        remind_announcement(made, by=administrator(cast))
    drain()
    assert told(cast) == {"wei"}


def test_what_begins_later_is_told_on_its_day(cast, monkeypatch):
    tomorrow = timezone.localdate() + timedelta(days=1)
    published(cast, since=tomorrow, until=tomorrow)
    drain()
    assert told(cast) == set() and on_desk(cast.li) == []
    morning = timezone.localtime().replace(hour=10) + timedelta(days=1)
    remind(morning)
    assert "li" in told(cast)


def test_withdrawn_it_stays_and_says_so(cast, sign_in):
    made = published(cast, asks_receipt=True)
    with pytest.raises(Stopped, match="请写明撤回的原因"):
        withdraw_announcement(made, reason=" ", by=administrator(cast))
    for _click in range(2):
        withdraw_announcement(made, reason="日期有误", by=administrator(cast))
    assert on_desk(cast.li) == [] and Entry.objects.filter(verb="withdraw_announcement").count() == 1
    page = sign_in(cast.li).get(reverse("school_announcement", args=["shifan", made.pk])).content.decode()
    assert "已撤回：日期有误" in page and "回执</button>" not in page
    with pytest.raises(Stopped):
        remind_announcement(made, by=administrator(cast))


def test_an_inspector_follows_but_does_not_act(cast, sign_in):
    made = published(cast)
    with pytest.raises(NotAllowed):
        withdraw_announcement(made, reason="x", by=authority_for(cast.wang, "district"))
    page = sign_in(cast.wang).get(reverse("announcement", args=["district", made.pk])).content.decode()
    assert "未读 2" in page and "撤回公告" not in page


def test_the_form_keeps_what_was_typed_and_takes_files(cast, sign_in):
    client, place = sign_in(cast.chu), ["district"]
    given = {"title": "开会", "text": "正文如下", "to": "stages", "since": timezone.localdate().isoformat()}
    response = client.post(reverse("announcement_new", args=place), given)
    page = response.content.decode()
    assert response.status_code == 422 and "正文如下" in page and "请选择学段" in page and "不含涉密内容" in page
    files = [ContentFile(b"%PDF-1.4\n", name="计划.pdf")]
    response = client.post(
        reverse("announcement_new", args=place), given | {"to": "all", "not_secret": "on", "files": files}
    )
    page = client.get(response["Location"]).content.decode()
    assert "计划.pdf" in page and "未读 2" in page
    (kept,) = Announcement.objects.get().files.all()
    assert b"".join(client.get(reverse("announcement_file", args=["district", kept.pk])).streaming_content)
    school = sign_in(cast.li).get(reverse("school_announcement_file", args=["shifan", kept.pk]))
    assert (
        school.status_code == 200
        and "开会" in client.get(reverse("school_announcement_list", args=["shifan"])).content.decode()
    )


def test_a_double_click_publishes_once_and_a_long_reason_is_asked_back(cast):
    made = published(cast)
    assert published(cast) == made and Announcement.objects.count() == 1
    assert published(cast, to="chosen", schools=[cast.school]) != made
    with pytest.raises(Stopped, match="最多 200 个字"):
        withdraw_announcement(made, reason="长" * 201, by=administrator(cast))
