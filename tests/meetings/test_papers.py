"""文件: a paper is worded by two people, issued once, listed; what stands in its way is said; the school sets its style."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice
from meetings import transitions as verbs
from meetings.documents import previews
from meetings.draining import drain
from meetings.models import Document, Meeting, PaperDraft, PaperStyle
from tests.everything import blank_page

from .stage import acting, called, confirmed


def begins_with(cast) -> Meeting:
    return called(cast, confirmed(cast))


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def meeting(begun):
    return begun[1]


def door(name: str, subject, code: str = "notice", school: str = "shifan") -> str:
    return reverse(name, args=[school, code, subject._meta.model_name, subject.pk])


def save(client, meeting, text: str, base: str | None):
    body = json.dumps({"path": "contact", "value": text, "base": base})
    return client.post(door("paper_save", meeting), body, content_type="application/json")


def moved(cast, meeting) -> None:
    later = meeting.starts_at + timedelta(hours=1)
    verbs.reschedule(meeting, starts_at=later, place="第二会议室", by=acting(cast.zheng))


def test_a_paper_is_worded_issued_once_and_anew_when_the_facts_change(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    page = client.get(door("paper_make", meeting))
    assert page.status_code == 200 and "请假方式" in page.content.decode()
    base = verbs.version_of(page.context["fields"][2]["text"])
    assert save(client, meeting, "门卫室转郑秘书", base).json()["version"] == verbs.version_of("门卫室转郑秘书")
    for _click in range(2):
        answer = client.post(door("paper_make", meeting), follow=True)
    issued = Document.objects.get(kind="notice")
    assert answer.redirect_chain[-1][0] == reverse("document_page", args=["shifan", issued.pk])
    assert issued.frozen["worded"]["contact"] == "门卫室转郑秘书" and "内容没有变" in answer.content.decode()
    assert Entry.objects.get(verb="issue_paper").summary == f"生成{issued.number}"

    again = client.get(door("paper_make", meeting)).content.decode()
    assert "已生成，内容相同" in again and issued.number in again
    moved(cast, meeting)
    assert "现在的内容与第 1 版" in client.get(door("paper_make", meeting)).content.decode()
    second = client.post(door("paper_make", meeting), follow=True)
    newer = Document.objects.get(kind="notice", version=2)
    assert (newer.replaces, newer.frozen["worded"]["contact"]) == (issued, "门卫室转郑秘书")
    assert "第 2 版，替代 <a" in second.content.decode()
    assert "已有新的一版" in client.get(reverse("document_page", args=["shifan", issued.pk])).content.decode()


def test_two_who_word_the_same_text_see_both(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    base = verbs.version_of(client.get(door("paper_make", meeting)).context["fields"][2]["text"])
    verbs.word_paper("notice", meeting, "contact", "找何主任", base=base, by=acting(cast.zheng))
    answer = save(client, meeting, "找郑秘书", base)
    assert answer.status_code == 409
    assert answer.json() | {"version": ""} == {"theirs": "找何主任", "mine": "找郑秘书", "by": "郑秘书", "version": ""}
    sent = client.post(door("paper_make", meeting), {"text-contact": "找郑秘书", "base-contact": base})
    page = sent.content.decode()
    assert sent.status_code == 409 and "找何主任" in page and "找郑秘书" in page and not Document.objects.exists()
    kept = {"text-contact": "找郑秘书", "base-contact": [base, verbs.version_of("找何主任")]}
    assert client.post(door("paper_make", meeting) + "?save=1", kept).status_code == 302
    assert PaperDraft.objects.get().values == {"contact": "找郑秘书"}
    client.post(door("paper_reset", meeting))
    assert not PaperDraft.objects.exists()


def test_what_changed_since_it_was_read_is_not_issued_unread(cast, meeting, sign_in, monkeypatch):
    monkeypatch.setattr("meetings.documents.draft_pdf", lambda *_: blank_page())
    client = sign_in(cast.zheng)
    typed = {"text-contact": "还没有存的字", "base-contact": "0"}
    drawn = client.post(door("paper_preview", meeting), typed).content.decode()
    assert "还没有存的字" in drawn and not PaperDraft.objects.exists()
    seen = client.post(door("paper_preview", meeting)).content.decode().split('data-seen="')[1].split('"')[0]
    moved(cast, meeting)
    refused = client.post(door("paper_make", meeting), {"seen": seen})
    assert refused.status_code == 422 and "请看过现在的样子再生成" in refused.content.decode()
    assert not Document.objects.exists()


def test_pages_are_drawn_for_whoever_asked_and_nobody_else(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    answer = client.post(door("paper_preview", meeting))
    assert "第 1 页，共" in answer.content.decode()
    picture = answer.context["pages"][0]["src"]
    assert client.get(picture).content.startswith(b"\x89PNG")
    assert sign_in(cast.qian).get(picture).status_code == 404


def test_without_a_place_for_previews_the_paper_is_issued_all_the_same(cast, meeting, sign_in, settings):
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere?db=0"}
    settings.CACHES = settings.CACHES | {"previews": away}
    client = sign_in(cast.zheng)
    answer = client.post(door("paper_preview", meeting))
    assert answer.status_code == 404 and "仍可保存和签发" in answer.content.decode()
    assert client.get(reverse("paper_page_image", args=["shifan", "a" * 40, 1])).status_code == 404
    assert client.get(door("paper_draft", meeting)).content.startswith(b"%PDF")
    client.post(door("paper_make", meeting))
    assert Document.objects.filter(kind="notice").exists()


def test_a_preview_shows_no_more_than_can_be_kept(cast, meeting, sign_in, monkeypatch):
    client, here = sign_in(cast.zheng), door("paper_preview", meeting)
    said = client.post(here, {"text-contact": "长" * 100_000}).content.decode()
    assert "长" * 60 in said and "长" * 61 not in said
    monkeypatch.setattr(previews, "LONGEST", 100)
    assert client.post(here).status_code == 404


@pytest.mark.parametrize("body", ['{"path": "contact", "value": "\\ud800"}', "[" * 100_000, "[1]"])
def test_what_no_script_of_ours_sends_is_refused(cast, meeting, sign_in, body):
    answer = sign_in(cast.zheng).post(door("paper_save", meeting), body, content_type="application/json")
    assert answer.status_code == 422 and "没有送达完整" in answer.json()["error"]
    room = reverse("note", args=["shifan", meeting.pk])
    assert sign_in(cast.zheng).post(room, body, content_type="application/json").status_code == 422


def test_no_number_is_given_twice_whatever_the_codes_are(cast):
    same = PaperStyle.objects.create(school=cast.school, party_code="示发", office_code="示发")

    def issued(body: str) -> str:
        columns = verbs.papers.numbered(cast.school, Document.Kind.DECISION, body)
        Document.objects.create(
            school=cast.school, kind="decision", frozen={}, digest="", issued_by=cast.zhao.user, **columns
        )
        return columns["number"].partition("〕")[2] or columns["number"]

    assert [issued("party"), issued("office"), issued("party"), issued("office")] == ["1号", "2号", "3号", "4号"]
    same.numbering = "running"
    same.save()
    assert [issued("party"), issued("office")] == ["示发第4号", "示发第5号"]
    same.party_code, same.office_code, same.numbering = "甲", "示发", "year"
    same.save()
    assert [issued("party"), issued("office")] == ["5号", "6号"]


def test_what_is_missing_is_said_with_the_place_to_mend_it(cast, meeting, sign_in):
    item = meeting.items.get()
    page = sign_in(cast.zhao).get(door("paper_make", item, "decision")).content.decode()
    assert "还没有议决" in page and f'href="{reverse("meeting", args=["shifan", meeting.pk])}?item=1"' in page
    refused = sign_in(cast.zhao).post(door("paper_make", item, "decision"))
    assert refused.status_code == 422 and not Document.objects.exists()


def test_who_may_not_issue_is_told_who_may(cast, meeting, sign_in):
    client = sign_in(cast.li)
    assert "“会议通知”由学校秘书生成" in client.get(door("paper_make", meeting)).content.decode()
    refused = client.post(door("paper_make", meeting))
    assert "由学校秘书办理" in refused.content.decode() and not Document.objects.exists()
    assert sign_in(cast.wang).get(door("paper_make", meeting)).status_code == 404
    outsider = sign_in(cast.wei)
    for name in ("paper_make", "paper_preview", "paper_save"):
        method = outsider.get if name == "paper_make" else outsider.post
        assert method(door(name, meeting, school=cast.elsewhere.code)).status_code == 404
        assert method(door(name, meeting)).status_code == 404


@pytest.mark.parametrize("key", ["1999_2000", "2026-02-30_2026-03-01", "2026-05-01_2026-04-01", "9999"])
def test_a_period_that_is_none_has_no_papers(cast, sign_in, key):
    address = f"/s/shifan/papers/ledger/period/{key}/"
    assert sign_in(cast.zheng).get(address).status_code == 404


def test_the_list_finds_by_kind_year_and_words(cast, meeting, sign_in):
    client, here = sign_in(cast.zheng), reverse("paper_list", args=["shifan"])
    before = client.get(here).content.decode()
    assert "还没有文件" in before and "可以生成，还没有生成" in before and door("paper_make", meeting) in before
    issued = verbs.issue_paper("notice", meeting, by=acting(cast.zheng))
    assert issued.number in client.get(here, {"kind": "notice", "q": "通知"}).content.decode()
    assert "没有符合条件的文件" in client.get(here, {"kind": "record"}).content.decode()
    assert issued.number in client.get(here, {"year": timezone.localdate().year, "body": "party"}).content.decode()
    reader = sign_in(cast.wang).get(here).content.decode()
    assert issued.number in reader and "可以生成" not in reader
    about = sign_in(cast.wang).get(reverse("papers_about", args=["shifan", "meeting", meeting.pk])).content.decode()
    assert "会议通知" in about and "未生成" not in about


def test_the_style_is_set_once_told_to_the_heads_and_never_unread(cast, meeting, sign_in):
    client, here = sign_in(cast.zheng), reverse("paper_style", args=["shifan"])
    base = client.get(here).context["base"]
    sent = {"party_name": "中共示范中学支部委员会", "numbering": "running", "seal": "stamped", "retention": "permanent"}
    assert client.post(here, sent | {"base": base}).status_code == 302
    assert "党组织名称" in Entry.objects.get(verb="set_paper_style").summary
    drain()
    told = Notice.objects.filter(kind="paper_style").values_list("recipient__username", flat=True)
    assert sorted(told) == ["qian", "zhao"]
    assert verbs.issue_paper("notice", meeting, by=acting(cast.zheng)).number.endswith("第1号")
    late = client.post(here, sent | {"party_name": "中共示范中学总支部", "base": base})
    page = late.content.decode()
    assert late.status_code == 422 and "现在保存的是“中共示范中学支部委员会”" in page and "中共示范中学总支部" in page
    assert PaperStyle.objects.get().party_name == "中共示范中学支部委员会"
