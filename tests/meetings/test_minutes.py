"""The minutes: worded item by item, issued by the head, numbered once."""

import re
import threading

import pytest
from django.db import connection
from django.urls import reverse

from meetings import transitions as verbs
from meetings.models import Document, Item, KeptFinding, Meeting, MinutesItem, TextRevision
from tests.everything import blank_page

from .stage import acting, confirmed, decided, mark, opened, signed, vote
from .test_record import broken


def url(name, subject):
    return reverse(name, args=["shifan", subject.pk])


def sat(cast, *titles, **more) -> Meeting:
    """A party meeting that decided these matters, its record signed."""
    items = [confirmed(cast, title=title, **more) for title in titles or ["师德师风建设年活动方案"]]
    meeting = opened(cast, *items)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    for item in Item.objects.filter(meeting=meeting):
        vote(cast, item, agree=4)
        decided(cast, item, text=f"同意{item.matter.title}。")
    return signed(cast, meeting)


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="(\w+)"', page)[1]


def test_the_draft_comes_from_the_record_and_carries_no_number(cast, sign_in, again):
    meeting = again(sat)
    page = sign_in(cast.zhao).get(url("minutes", meeting)).content.decode()
    assert "会议讨论通过。会议决定：同意师德师风建设年活动方案。" in page
    assert "草稿，未经签发" in page and "〔" not in page
    assert not Document.objects.exists()


def test_the_clerk_words_an_item_and_the_preview_follows(cast, sign_in, monkeypatch, again):
    meeting = again(sat)
    row = MinutesItem.objects.get()
    client = sign_in(cast.zheng)
    page = client.get(url("minutes", meeting)).content.decode()
    sent = {
        f"text-{row.pk}": "会议听取了方案说明。\n会议决定：同意实施。",
        f"base-{row.pk}": field(page, f"base-{row.pk}"),
    }
    monkeypatch.setattr("meetings.documents.draft_pdf", lambda *_: blank_page())
    drawn = client.post(url("minutes_preview", meeting), sent).content.decode()
    assert "<p>会议听取了方案说明。</p>" in drawn and "<p>会议决定：同意实施。</p>" in drawn
    row.refresh_from_db()
    assert row.text == "会议讨论通过。会议决定：同意师德师风建设年活动方案。"
    answer = client.post(url("minutes_edit", meeting), sent, headers={"HX-Request": "true"}).content.decode()
    assert "已保存" in answer
    # What the head reads in the preview is what is issued, to the letter.
    assert field(sign_in(cast.zhao).get(url("minutes", meeting)).content.decode(), "seen") in drawn
    row.refresh_from_db()
    assert row.text == "会议听取了方案说明。\n会议决定：同意实施。"
    assert TextRevision.objects.filter(field=f"minutes/{row.item_id}").count() == 1


def test_without_scripts_the_whole_page_is_saved_at_once(cast, sign_in, again):
    meeting = again(sat, "第一件事", "第二件事")
    first, second = MinutesItem.objects.all()
    sent = {f"text-{first.pk}": "甲。", f"text-{second.pk}": "乙。"}
    answer = sign_in(cast.zheng).post(url("minutes_edit", meeting), sent)
    assert answer.status_code == 302
    assert list(MinutesItem.objects.values_list("text", flat=True)) == ["甲。", "乙。"]


def test_an_error_loses_nothing_that_was_typed(cast, sign_in, again):
    meeting = again(sat, "第一件事", "第二件事")
    first, second = MinutesItem.objects.all()
    before = first.text
    sent = {f"text-{first.pk}": "  ", f"text-{second.pk}": "写了很久的一段话。"}
    page = sign_in(cast.zheng).post(url("minutes_edit", meeting), sent).content.decode()
    assert "第 1 项的纪要不能为空" in page and "写了很久的一段话。" in page
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.text, second.text) == (before, "写了很久的一段话。")


def test_two_who_write_the_same_item_see_both_texts(cast, sign_in, again):
    meeting = again(sat)
    row = MinutesItem.objects.get()
    client = sign_in(cast.zhao)
    base = field(client.get(url("minutes", meeting)).content.decode(), f"base-{row.pk}")
    verbs.edit_minutes(row, "秘书改的文字。", by=acting(cast.zheng))
    sent = {f"text-{row.pk}": "书记改的文字。", f"base-{row.pk}": base}
    for headers in ({}, {"HX-Request": "true"}):
        page = client.post(url("minutes_edit", meeting), sent, headers=headers).content.decode()
        assert "秘书改的文字。" in page and "书记改的文字。" in page and "已被他人修改" in page
    row.refresh_from_db()
    assert row.text == "秘书改的文字。"
    chosen = re.search(rf'<button [^>]*name="base-{row.pk}" value="(\w+)"', page)[1]  # having seen both
    sent[f"base-{row.pk}"] = [base, chosen]
    client.post(url("minutes_edit", meeting), sent)
    row.refresh_from_db()
    assert row.text == "书记改的文字。"


def test_a_wording_survives_a_reopening_while_the_result_is_the_same(cast, again):
    meeting = again(sat)
    verbs.edit_minutes(MinutesItem.objects.get(), "改过的文字。", by=acting(cast.zheng))
    verbs.reopen(meeting, reason="补签到", by=acting(cast.zheng))
    verbs.complete(meeting, by=acting(cast.zheng))
    assert MinutesItem.objects.get().text == "改过的文字。"


def test_only_clerk_and_head_word_the_minutes(cast, sign_in, again):
    meeting = again(sat)
    row = MinutesItem.objects.get()
    client = sign_in(cast.li)
    assert "<textarea" not in client.get(url("minutes", meeting)).content.decode()
    page = client.post(url("minutes_edit", meeting), {f"text-{row.pk}": "别人的文字"}, follow=True).content.decode()
    row.refresh_from_db()
    assert row.text != "别人的文字" and page


def test_the_head_issues_and_the_number_is_given(cast, sign_in, again):
    meeting = again(sat)
    client = sign_in(cast.zhao)
    seen = field(client.get(url("minutes", meeting)).content.decode(), "seen")
    answer = client.post(url("issue", meeting), {"seen": seen}, follow=True)
    document = Document.objects.get()
    assert re.fullmatch(r"党组织会议纪要〔20\d\d〕1号", document.number)
    assert answer.redirect_chain[-1][0] == url("document_page", document)
    page = answer.content.decode()
    assert document.number in page and "同意师德师风建设年活动方案。" in page and "草稿" not in page


def test_what_was_changed_since_is_not_issued_unread(cast, sign_in, again):
    meeting = again(sat)
    client = sign_in(cast.zhao)
    seen = field(client.get(url("minutes", meeting)).content.decode(), "seen")
    verbs.edit_minutes(MinutesItem.objects.get(), "悄悄改的文字。", by=acting(cast.zheng))
    page = client.post(url("issue", meeting), {"seen": seen}, follow=True).content.decode()
    assert "您打开页面以后纪要稿有改动" in page and "悄悄改的文字。" in page
    assert not Document.objects.exists()


def test_a_double_click_issues_once_and_ends_at_the_document(cast, sign_in, again):
    meeting = again(sat)
    client = sign_in(cast.zhao)
    client.post(url("issue", meeting))
    again = client.post(url("issue", meeting), follow=True)
    assert again.redirect_chain[-1][0] == url("document_page", Document.objects.get())


def test_numbers_follow_each_other_by_body(cast):
    by = acting(cast.zhao)
    made = [verbs.issue(sat(cast, f"第 {n} 件事"), by=by) for n in (1, 2, 3)]
    assert [document.serial for document in made] == [1, 2, 3]
    assert len({document.number for document in made}) == 3


def test_refused_with_the_findings_and_issued_with_the_heads_reason(cast, sign_in):
    meeting = broken(cast)
    client = sign_in(cast.zhao)
    page = client.post(url("issue", meeting)).content.decode()
    assert "还不能签发" in page and 'data-rule="P-10"' in page and 'name="despite"' in page
    assert not Document.objects.exists()
    reason = "会后已向上级党组织报告并获同意。"
    client.post(url("issue", meeting), {"despite": reason})
    document = Document.objects.get()
    assert document.frozen["items"][0]["overrides"][0]["reason"] == reason
    assert reason in client.get(url("document_page", document)).content.decode()
    assert KeptFinding.objects.filter(rule="P-10", outcome="broken", judgement__current=True).exists()
    assert reason in client.get(url("record", meeting)).content.decode()


def test_the_clerk_cannot_issue_with_a_reason_or_without(cast, sign_in):
    meeting = broken(cast)
    client = sign_in(cast.zheng)
    assert 'id="issue"' not in client.get(url("minutes", meeting)).content.decode()
    page = client.post(url("issue", meeting), {"despite": "秘书的理由"}).content.decode()
    assert "由召集会议的负责人办理" in page
    assert not Document.objects.exists()


def test_the_principal_does_not_issue_for_the_party(cast, sign_in, again):
    meeting = again(sat)
    sign_in(cast.qian).post(url("issue", meeting))
    assert not Document.objects.exists()


def test_strangers_find_nothing(cast, sign_in, again):
    meeting = again(sat)
    document = verbs.issue(meeting, by=acting(cast.zhao))
    for who in (cast.wei, cast.feng, cast.chen, cast.chu):
        client = sign_in(who)
        for name, subject in (
            ("minutes", meeting),
            ("minutes_draft", meeting),
            ("document_page", document),
            ("document", document),
        ):
            assert client.get(url(name, subject)).status_code == 404
        for name in ("minutes_edit", "issue"):
            assert client.post(url(name, meeting)).status_code == 404
    for name, subject in (("minutes", meeting), ("document_page", document), ("document", document)):
        assert sign_in(cast.wei).get(reverse(name, args=["waixiao", subject.pk])).status_code == 404


def test_the_page_costs_the_same_for_one_item_and_for_six(cast, sign_in, count_queries):
    one, six = sat(cast, "一件事"), sat(cast, *(f"第 {n} 件事" for n in range(6)))
    client = sign_in(cast.zhao)
    client.get(url("minutes", one))
    few = count_queries(lambda: client.get(url("minutes", one)))
    assert count_queries(lambda: client.get(url("minutes", six))) == few <= 12


@pytest.mark.django_db(transaction=True)
def test_issuing_at_the_same_moment_gives_one_document_a_meeting_and_no_number_twice(cast):
    meetings = [sat(cast, "第一件事"), sat(cast, "第二件事")]
    together = threading.Barrier(4)
    made, refused = [], []

    def issue(meeting):
        try:
            together.wait()
            made.append(verbs.issue(meeting, by=acting(cast.zhao)).number)
        except verbs.WrongState as stopped:
            refused.append(str(stopped))
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=[each]) for each in meetings * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Document.objects.values_list("serial", flat=True)) == [1, 2]
    assert len(set(made)) == 2 and len(refused) == 2
