"""One decision on its way: steps, reports with evidence, a later date, what the head says, and the report on all of it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice
from meetings import draining, follow_up_reminders
from meetings import transitions as verbs
from meetings.execution import execution_of, next_period
from meetings.models import Attachment, Item, Matter

from .stage import acting
from .test_decisions import party
from .test_follow_ups import act, day, issued

TODAY = timezone.localdate


def begins_with(cast) -> Item:
    return issued(cast, "师德方案")


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def item(begun):
    return begun[1]


def put_to(item: Item, days: int) -> Item:
    """Its date as the meeting might have set it; a sealed one is moved only with the decided one beside it."""
    Item.objects.filter(pk=item.pk).update(due=TODAY() + timedelta(days=days), due_decided=item.due_decided or item.due)
    return Item.objects.get(pk=item.pk)


def page(client, item) -> str:
    return client.get(reverse("follow_up", args=["shifan", item.pk])).content.decode()


def test_a_lead_is_one_of_those_responsible_and_stands_first(cast):
    item = party(cast, "两人办的事").items.get()
    clerk = acting(cast.zheng)
    item = verbs.unsettle(item, by=clerk, reason="补牵头")

    def note(name, value):
        verbs.note(item.meeting, f"item/{item.pk}/{name}", value, base=None, by=clerk)
        item.refresh_from_db()
        return set(item.responsible.all()), item.lead

    assert note("lead", str(cast.wu.pk)) == ({cast.li, cast.wu}, cast.wu)
    assert note("responsible", str(cast.li.pk)) == ({cast.li}, None)
    seen = verbs.version_of(str(cast.li.pk))
    note("lead", str(cast.wu.pk))
    # on a slow line a helper is ticked before the page has heard that whoever leads is responsible too
    both = f"{cast.li.pk},{cast.qian.pk}"
    verbs.note(item.meeting, f"item/{item.pk}/responsible", both, base=seen, by=clerk)
    item.refresh_from_db()
    assert set(item.responsible.all()) == {cast.li, cast.qian, cast.wu} and item.lead == cast.wu
    with pytest.raises(verbs.Conflict):
        verbs.note(item.meeting, f"item/{item.pk}/responsible", "", base=seen, by=clerk)
    item.responsible.remove(cast.qian)
    verbs.settle(item, by=clerk)
    with pytest.raises(verbs.NotAllowed):
        verbs.report_done(item, done_on=TODAY(), note="好了。", by=acting(cast.li))  # who only helps
    verbs.report_progress(item, text="我这块好了。", by=acting(cast.li))
    verbs.report_done(item, done_on=TODAY(), note="好了。", by=acting(cast.wu))


def test_steps_are_added_ticked_and_taken_away(cast, sign_in, item):
    client = sign_in(cast.li)
    add = reverse("add_step", args=["shifan", item.pk])
    for _ in range(2):
        client.post(add, {"step-text": "制定方案", "step-who": cast.wu.pk, "step-due": day(5)})
    task = item.tasks.get()
    assert (task.who, task.due) == (cast.wu, TODAY() + timedelta(days=5))
    late = client.post(add, {"step-text": "写了很久的一步", "step-due": day(90)})
    assert late.status_code == 422 and "步骤的时限晚于本项的时限" in late.content.decode()
    assert "写了很久的一步" in late.content.decode()
    client.post(act(item, "finish_step"), {"step": task.pk})
    assert "完成 1／1" in page(client, item)
    client.post(act(item, "remove_step"), {"step": task.pk})
    assert "还没有分步骤" in page(client, item)
    lines = Entry.objects.filter(subject_kind="item", subject_id=item.pk, verb__endswith="_step").order_by("pk")
    assert [line.verb for line in lines] == ["add_step", "finish_step", "remove_step"]
    assert all(line.facts["step"] == task.pk for line in lines)


def test_a_refused_file_loses_no_word_and_a_good_one_stays_with_its_report(cast, sign_in, item, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, door = sign_in(cast.li), reverse("report_progress", args=["shifan", item.pk])
    bad = SimpleUploadedFile("照片.pdf", b"MZ no paper")
    given = {"text": "写了两百字的进展", "percent": "40", "not_secret": "on"}
    answer = client.post(door, given | {"files": bad})
    assert answer.status_code == 422 and item.progress.count() == 0
    assert "写了两百字的进展" in answer.content.decode() and "“照片.pdf”不是" in answer.content.decode()
    for _ in range(2):
        client.post(door, given | {"files": SimpleUploadedFile("记录.pdf", b"%PDF-1.4\n1")})
    report = item.progress.get()
    evidence = report.attachments.get()
    assert (report.percent, evidence.name, evidence.matter) == (40, "记录.pdf", item.matter)
    seen = page(sign_in(cast.wang), item)
    assert "写了两百字的进展" in seen and reverse("attachment", args=["shifan", evidence.pk]) in seen
    assert client.get(reverse("attachment", args=["shifan", evidence.pk])).status_code == 200
    client.post(reverse("attachment_remove", args=["shifan", evidence.pk]))
    assert Attachment.objects.get(pk=evidence.pk).removed_at is None


def test_a_later_date_is_asked_for_in_time_and_granted_in_one_tap(cast, sign_in, item):
    decided = item.due
    ask = reverse("ask_extension", args=["shifan", item.pk])
    client = sign_in(cast.li)
    wrong = client.post(ask, {"until": day(1), "reason": "材料还没有齐"})
    assert "要晚于现在的时限" in wrong.content.decode() and "材料还没有齐" in wrong.content.decode()
    for _ in range(2):
        client.post(ask, {"until": day(45), "reason": "材料还没有齐"})
    extension = item.extensions.get()
    client.post(act(item, "grant_extension"))
    assert item.extensions.get().granted is None
    draining.drain()
    assert Notice.objects.get(kind="extension_asked").recipient == cast.zhao.user
    listed = sign_in(cast.zhao).get(reverse("follow_up_list", args=["shifan"]), {"show": "asked"}).content.decode()
    assert act(item, "grant_extension") in listed
    sign_in(cast.zhao).post(act(item, "grant_extension"))
    item.refresh_from_db(), extension.refresh_from_db()
    assert (item.due, item.due_decided, extension.decided_by) == (TODAY() + timedelta(days=45), decided, cast.zhao)
    with pytest.raises(verbs.WrongState):
        verbs.decide_extension(extension, granted=False, note="再想想", by=acting(cast.zhao))


def test_a_refusal_says_why_and_comes_back_filled(cast, sign_in, item):
    verbs.ask_extension(item, until=item.due + timedelta(days=9), reason="忙", by=acting(cast.li))
    client = sign_in(cast.zhao)
    answer = client.post(act(item, "refuse_extension"), {"reason": " "})
    assert answer.status_code == 422 and "请写明不同意延期的理由" in answer.content.decode()
    client.post(act(item, "refuse_extension"), {"reason": "按期办结"})
    assert item.extensions.get().granted is False and "按期办结" in page(client, item)


def test_after_the_day_a_late_decision_stays_late(cast, sign_in, item):
    item = put_to(item, 0)
    verbs.ask_extension(item, until=TODAY() + timedelta(days=3), reason="当天还可以提", by=acting(cast.li))
    item.extensions.update(granted=False)
    item = put_to(item, -1)
    with pytest.raises(verbs.Stopped, match="延期须在到期前提出。请在“报告进展”中写明"):
        verbs.ask_extension(item, until=TODAY() + timedelta(days=9), reason="忘了", by=acting(cast.li))
    assert act(item, "ask_extension") not in page(sign_in(cast.li), item)


def test_the_head_sends_back_and_may_take_a_closing_back(cast, sign_in, item):
    verbs.report_done(item, done_on=TODAY(), note="都办好了。", by=acting(cast.li))
    client = sign_in(cast.zhao)
    assert client.post(act(item, "send_back_report"), {"reason": ""}).status_code == 422
    client.post(act(item, "send_back_report"), {"reason": "缺签到表"})
    item.refresh_from_db()
    assert item.done_on is None and "都办好了。" in page(client, item) and "缺签到表" in page(client, item)
    item = verbs.report_done(item, done_on=TODAY(), note="补齐了。", by=acting(cast.li))
    verbs.close_follow_up(item, by=acting(cast.zhao))
    client.post(act(item, "reopen_follow_up"), {"reason": "点错了"})
    item.refresh_from_db()
    assert item.closed_at is None and item.done_on is None and item.matter.state == Matter.State.DECIDED
    assert [each.kind for each in item.progress.all()] == ["done", "returned", "done", "closed", "reopened"]


def test_nothing_is_closed_before_its_minutes_are_out(cast):
    item = party(cast, "师德方案").items.get()
    verbs.report_done(item, done_on=TODAY(), note="办好了。", by=acting(cast.li))
    with pytest.raises(verbs.WrongState, match="会议纪要还没有签发"):
        verbs.close_follow_up(item, by=acting(cast.zhao))


def test_the_head_hears_once_of_what_is_overdue_and_weekly_of_what_waits(cast, item):
    item = put_to(item, -1)
    now = timezone.now()

    def told(kind, days):
        return [
            notice.recipient.name
            for reminder in follow_up_reminders.FOLLOW_UPS
            for notice in reminder(now + timedelta(days=days))
            if notice.kind == kind
        ]

    keys = {
        notice.key
        for days in (0, 1, 5)
        for notice in follow_up_reminders.follow_ups_escalated(now + timedelta(days=days))
    }
    assert told("follow_up_escalated", 0) == ["赵书记"] and len(keys) == 1
    verbs.report_done(item, done_on=TODAY(), note="办好了。", by=acting(cast.li))
    assert told("follow_ups_unanswered", 1) == [] and told("follow_ups_unanswered", 3) == ["赵书记"]
    assert told("follow_ups_overdue", 1) == []


def test_whoever_says_nothing_for_a_fortnight_is_asked(cast, item):
    def asked(days):
        notices = follow_up_reminders.follow_ups_unheard(timezone.now() + timedelta(days=days))
        return [(notice.recipient.name, notice.title) for notice in notices]

    assert asked(13) == [] and asked(15) == [("李副校", "督办 15 天没有报告进展")]
    verbs.report_progress(item, text="在办。", by=acting(cast.li))
    assert asked(13) == []


def test_the_report_to_the_party_meeting_says_what_the_page_says(cast, sign_in, item):
    others = issued(cast, "办完的事", "延期的事", "逾期的事").meeting.items.order_by("no")
    done, put_off, late = others
    verbs.report_done(done, done_on=TODAY(), note="办完了，材料存办公室。", by=acting(cast.li))
    extension = verbs.ask_extension(put_off, until=put_off.due + timedelta(days=9), reason="忙", by=acting(cast.li))
    verbs.decide_extension(extension, granted=True, by=acting(cast.zhao))
    put_to(late, -2)
    verbs.report_progress(late, text="对方没有交货。", by=acting(cast.li))
    client = sign_in(cast.qian)
    shown = client.get(reverse("execution_report", args=["shifan"]))
    figures = shown.context["execution"].figures
    assert figures == {"应办结": 2, "已办结": 1, "逾期": 1, "延期": 1, "在办": 2}
    listed = client.get(reverse("follow_up_list", args=["shifan"]))
    counts = {tab["key"]: tab["count"] for tab in listed.context["tabs"]}
    assert figures["逾期"] == counts["overdue"] and figures["已办结"] == counts["to_close"] + counts["done"]
    assert figures["逾期"] + figures["在办"] == counts["open"]
    period = {"since": day(-30), "until": day()}
    for _ in range(2):
        client.post(reverse("execution_report", args=["shifan"]), period)
    matter = Matter.objects.get(title__startswith="党组织会议决定执行情况报告")
    for text in (
        "应办结 2 项，已办结 1 项，逾期未办结 1 项，经批准延期 1 项",
        "逾期 2 天，最近报告：对方没有交货",
        "办完了",
    ):
        assert text in matter.proposal
    assert Entry.objects.get(verb="draft_execution_report").facts["figures"] == figures
    asked = verbs.propose(matter, by=acting(cast.qian)).items.get()
    assert (asked.body, asked.purpose) == ("party", "report")
    assert next_period(cast.school)[0] == TODAY()  # the next one begins where this one ended
    assert not execution_of(acting(cast.qian), TODAY() + timedelta(days=1), TODAY() + timedelta(days=1)).done


def test_publicity_counts_working_days_beside_those_required(cast, sign_in):
    item = issued(cast, "教务处副主任")
    Matter.objects.update(category="H01")
    given = {"published": "yes", "kind": "党务公开", "scope": "全体教职工", "since": day(), "until": day()}
    door = f"{reverse('publish', args=['shifan', item.pk])}?from=item"
    said = sign_in(cast.zheng).post(door, given, follow=True).content.decode()
    assert "须 5 个工作日，还差" in said and "党务公开：全体教职工" in said
