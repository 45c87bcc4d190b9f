"""The record built again from its journal: it agrees after every act, and says where somebody wrote past the verbs."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.models import Item, Meeting, Opinion, TextRevision
from meetings.rebuilding import compare

from .stage import acting, called, confirmed, decided, issued_with_the_chair_first, mark, opened, say, vote


def past_the_verbs(statement: str, *values) -> None:
    """What somebody with the database's password could do: the triggers are put aside for one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_detours_are_told_too(cast):
    clerk, head = acting(cast.zheng), acting(cast.zhao)
    first, second, third = (confirmed(cast, title=title) for title in ("其一", "其二", "其三"))
    earlier = called(cast, first, second, hours=40)
    verbs.note(earlier, f"item/{first.pk}/decision_text", "先写下一句。", base=None, by=clerk)
    verbs.reschedule(earlier, starts_at=timezone.now() + timedelta(hours=50), place="二楼", by=clerk)
    verbs.cancel(earlier, reason="改期", by=clerk)

    meeting = opened(cast, *(Item.objects.get(pk=item.pk) for item in (first, second, third)))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    mark(cast, meeting, "leave", cast.wu)
    verbs.move(meeting, cast.sun, "left", item_no=3, by=clerk)
    verbs.move(meeting, cast.li, "recused", item_no=2, detail="亲属", by=clerk)
    verbs.move(meeting, cast.li, "rejoined", item_no=2, by=clerk)
    item = Item.objects.get(pk=first.pk)
    say(cast, item, cast.qian, order=1)
    for name in ("stance", "order", "text"):
        verbs.note(meeting, f"opinion/{item.pk}/{cast.qian.pk}/{name}", "", base=None, by=clerk)
    assert not Opinion.objects.filter(item=item).exists()
    wrong = vote(cast, item, agree=3, disagree=1)
    verbs.abandon_vote(wrong, reason="点错了", by=clerk)
    vote(cast, item, agree=4)
    decided(cast, item, "同意。")
    verbs.unsettle(Item.objects.get(pk=item.pk), reason="补写", by=clerk)
    decided(cast, item, "同意，抓紧实施。")
    for each in (second, third):
        verbs.note(meeting, f"item/{each.pk}/outcome", "deferred", base=None, by=clerk)
    verbs.end(meeting, by=clerk)
    verbs.complete(meeting, by=clerk)
    verbs.reopen(meeting, reason="补充", by=head)
    for each in (earlier, meeting):
        assert compare(Meeting.objects.get(pk=each.pk)).agrees
    out = io.StringIO()
    call_command("rebuild_record", school=cast.school.code, stdout=out)
    assert "一致 2 次，不一致 0 次" in out.getvalue()


def test_what_was_written_past_the_verbs_is_said_in_words(cast, sign_in):
    meeting = issued_with_the_chair_first(cast)
    item = meeting.items.get()
    past_the_verbs("UPDATE meetings_item SET decision_text = '不同意。' WHERE id = %s", item.pk)
    past_the_verbs("UPDATE meetings_vote SET agree = 3 WHERE item_id = %s", item.pk)
    past_the_verbs(
        "UPDATE meetings_attendance SET status = 'present' WHERE person_id = %s AND meeting_id = %s",
        cast.wu.pk, meeting.pk,
    )  # fmt: skip
    past_the_verbs("DELETE FROM meetings_opinion WHERE person_id = %s AND item_id = %s", cast.sun.pk, item.pk)
    said = compare(Meeting.objects.get(pk=meeting.pk)).differences
    assert "第 1 项 · 决定内容：流水为“同意实施。”，现为“不同意。”" in said
    assert "第 1 项 · 表决 · 同意票：流水为“4”，现为“3”" in said
    assert "吴委员 · 到会情况：流水为“请假”，现为“到会”" in said
    assert "第 1 项 · 孙副书记 · 意见：流水为“同意。”，现为“（无）”" in said
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("rebuild_record", meeting.ref, stdout=out)
    assert f"不一致 {len(said)} 处" in out.getvalue()
    page = sign_in(cast.wang).get(reverse("rebuilt", args=[cast.school.code, meeting.pk])).content.decode()
    assert f"不一致 {len(said)} 处" in page and "现为“不同意。”" in page


def test_without_a_journal_nothing_is_called_consistent(cast, sign_in):
    meeting = Meeting.objects.create(
        school=cast.school, body="party", starts_at=timezone.now(), title="旧记录", created_by=cast.zheng.user
    )
    compared = compare(meeting)
    assert (compared.told, compared.agrees, compared.differences) == (False, False, ())
    assert "无法由流水重建核对" in str(compared)
    page = sign_in(cast.zheng).get(reverse("rebuilt", args=[cast.school.code, meeting.pk]))
    assert "没有从筹备开始的流水" in page.content.decode()
    with pytest.raises(CommandError):
        call_command("rebuild_record", "nothing")


def test_a_secret_ballot_leaves_counts_in_the_journal_and_nothing_else(cast):
    """``counted`` names who could vote, in the order of their keys, whatever the order in which they did."""
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.wu, cast.zhao, cast.qian, cast.sun, cast.li)
    counts = {"agree": 4, "disagree": 1}
    verbs.vote(
        Item.objects.get(pk=item.pk), method="secret_ballot", counts=counts, token=uuid.uuid4(), by=acting(cast.zheng)
    )
    line = Entry.objects.get(verb="vote")
    register = line.facts["counted"]["register"]
    assert register == sorted(register) and len(register) == 5
    assert not line.facts["counted"].get("named")
    assert not TextRevision.objects.filter(meeting=meeting, field__startswith="vote/").exists()
