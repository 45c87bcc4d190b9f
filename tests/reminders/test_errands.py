"""What follows from each act: who is told, once, and of what is true now."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Entry, Notice, Role
from governance.models import Body
from meetings import documents, draining, errands
from meetings import transitions as verbs
from meetings.models import Item, Meeting
from tests.meetings.stage import (
    acting,
    agreed,
    called,
    confirmed,
    decided,
    draft,
    mark,
    opened,
    proposed,
    say,
    signed,
    vote,
)


@pytest.fixture(autouse=True)
def papers(monkeypatch):
    """The documents that were asked for; making them is tested with the documents."""
    made = []
    monkeypatch.setattr(documents, "make_file", made.append, raising=False)
    return made


def drained(after=timedelta(0)):
    """Everything that waits is drained: gives the new notices as {kind: names of recipients}."""
    before = set(Notice.objects.values_list("pk", flat=True))
    draining.drain(timezone.now() + after)
    told: dict[str, list[str]] = {}
    for notice in Notice.objects.exclude(pk__in=before).select_related("recipient").order_by("recipient__pk"):
        told.setdefault(notice.kind, []).append(notice.recipient.name)
    return {kind: sorted(names) for kind, names in told.items()}


def the(kind) -> Notice:
    return Notice.objects.filter(kind=kind).latest("pk")


LATER = timedelta(minutes=2)  # past the moment in which a second correction takes the place of the first


def test_the_two_heads_are_asked_to_consult(cast, again):
    again(proposed)
    assert drained() == {"consultation": ["赵书记", "钱校长"]}
    notice = the("consultation")
    assert "教师师德师风建设年活动方案" in notice.body
    assert notice.url.startswith("/s/shifan/")


def test_who_has_answered_already_is_not_asked(cast, again):
    consultation = again(proposed).consultations.get()
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    assert drained() == {"consultation": ["钱校长"]}


def test_a_divergent_answer_is_told_to_the_other_head_and_to_those_who_brought_the_matter(cast, again):
    consultation = again(proposed).consultations.get()
    drained()
    verbs.answer(consultation, outcome="divergent", note="经费未落实。", by=acting(cast.qian))
    assert drained() == {"divergence": ["李副校", "赵书记", "郑秘书"]}


def test_the_head_learns_that_a_matter_can_be_confirmed_when_both_have_agreed(cast, again):
    consultation = again(proposed).consultations.get()
    drained()
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    assert drained() == {}
    verbs.answer(consultation, outcome="agreed", by=acting(cast.qian))
    assert drained() == {"item_waiting": ["赵书记"]}


def test_an_office_matter_goes_to_the_principal_at_once(cast):
    matter = verbs.propose(draft(cast, category="G"), by=acting(cast.li))
    assert matter.items.get().body == Body.OFFICE
    assert drained() == {"item_waiting": ["钱校长"]}


def test_the_clerk_learns_of_a_confirmed_item_in_the_bell_alone(cast, again):
    item = again(confirmed)
    assert drained()["item_confirmed"] == ["郑秘书"]
    assert not the("item_confirmed").mail_due
    verbs.postpone(item, reason="待补充材料", by=acting(cast.zhao))
    assert "item_confirmed" not in drained()


@pytest.mark.parametrize(("verb", "kind"), [("send_back", "item_returned"), ("postpone", "item_postponed")])
def test_the_proposer_learns_that_an_item_came_back(cast, verb, kind):
    item = agreed(cast).items.get()
    drained()
    getattr(verbs, verb)(item, reason="请补充预算", by=acting(cast.zhao))
    assert drained() == {kind: ["李副校", "郑秘书"]}


def test_everybody_expected_gets_the_notice_of_a_meeting(cast, again):
    item = again(confirmed)
    drained()
    meeting = called(cast, item)
    assert drained() == {"meeting_called": ["吴委员", "孙副书记", "李副校", "赵书记", "钱校长"]}
    notice = the("meeting_called")
    assert f"{timezone.localtime(meeting.starts_at):%H:%M}" in notice.title
    assert "第一会议室" in notice.body
    assert notice.expires_at == meeting.starts_at


def test_a_meeting_moved_three_times_gives_one_corrected_notice(cast, again):
    meeting = called(cast, again(confirmed))
    drained()
    clerk = acting(cast.zheng)
    for hours, place in ((96, "第一会议室"), (97, "第一会议室"), (98, "阶梯教室")):
        meeting = verbs.reschedule(meeting, starts_at=timezone.now() + timedelta(hours=hours), place=place, by=clerk)
        assert drained() == {}, "a fresh correction waits for the next one"
    assert drained(LATER) == {"meeting_moved": ["吴委员", "孙副书记", "李副校", "赵书记", "钱校长"]}
    notice = the("meeting_moved")
    assert "阶梯教室" in notice.body
    assert f"{timezone.localtime(meeting.starts_at):%H:%M}" in notice.title
    assert not Entry.objects.filter(drained_at=None).exists()


def test_moved_and_moved_back_is_no_news(cast, again):
    meeting = called(cast, again(confirmed))
    drained()
    clerk, first = acting(cast.zheng), meeting.starts_at
    verbs.reschedule(meeting, starts_at=first + timedelta(hours=1), place=meeting.place, by=clerk)
    verbs.reschedule(meeting, starts_at=first, place=meeting.place, by=clerk)
    assert drained(LATER) == {}


def test_moved_there_and_back_and_there_again_is_told_each_time(cast, again):
    meeting = called(cast, again(confirmed))
    drained()
    first = meeting.starts_at
    for starts_at in (first + timedelta(hours=1), first, first + timedelta(hours=1)):
        verbs.reschedule(meeting, starts_at=starts_at, place=meeting.place, by=acting(cast.zheng))
        assert len(drained(LATER)["meeting_moved"]) == 5


def test_whoever_is_asked_to_come_after_the_notice_hears_of_the_meeting_too(cast, again):
    meeting, clerk = called(cast, again(confirmed)), acting(cast.zheng)
    drained()
    members = list(meeting.attendance.filter(role="member").values_list("person_id", flat=True))
    with transaction.atomic():
        verbs.expect(meeting, members, [cast.zhou], by=clerk)
        verbs.expect(meeting, members, [cast.zhou], by=clerk)
    assert drained() == {"meeting_called": ["周副校"]}
    verbs.reschedule(meeting, starts_at=meeting.starts_at, place="阶梯教室", by=clerk)
    verbs.set_agenda(meeting, [], by=clerk)
    assert drained() == {}, "a change of the agenda does not hurry the correction"
    assert len(drained(LATER)["meeting_moved"]) == 6


def test_a_draft_is_moved_in_silence(cast):
    clerk = acting(cast.zheng)
    starts_at = timezone.now() + timedelta(days=3)
    meeting = verbs.plan(cast.school, body="party", starts_at=starts_at, place="一室", by=clerk)
    verbs.reschedule(meeting, starts_at=starts_at + timedelta(hours=1), place="一室", by=clerk)
    assert drained(LATER) == {}


def test_after_a_day_of_sleep_there_is_one_notice_with_the_final_time(cast, again):
    meeting = called(cast, again(confirmed))
    verbs.reschedule(meeting, starts_at=meeting.starts_at, place="阶梯教室", by=acting(cast.zheng))
    told = drained(timedelta(days=1))
    assert len(told["meeting_called"]) == 5
    assert "meeting_moved" not in told
    assert "阶梯教室" in the("meeting_called").body


def test_who_was_told_of_a_meeting_is_told_that_it_is_cancelled(cast, again):
    meeting = called(cast, again(confirmed))
    drained()
    verbs.cancel(meeting, reason="校长出差", by=acting(cast.zheng))
    assert drained() == {"meeting_cancelled": ["吴委员", "孙副书记", "李副校", "赵书记", "钱校长"]}


def test_called_and_cancelled_during_sleep_nobody_hears_of_it(cast, again):
    meeting = called(cast, again(confirmed))
    verbs.cancel(meeting, reason="校长出差", by=acting(cast.zheng))
    told = drained(timedelta(days=1))
    assert not {"meeting_called", "meeting_cancelled"} & told.keys()


def test_nobody_is_told_of_a_past_meeting(cast, again):
    meeting = called(cast, again(confirmed), hours=5)
    assert "meeting_called" not in drained(timedelta(hours=6))
    meeting = Meeting.objects.get(pk=meeting.pk)
    verbs.cancel(meeting, reason="没有开成", by=acting(cast.zheng))
    assert drained(timedelta(hours=6)) == {}


def through_the_meeting(cast):
    item = confirmed(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    item = Item.objects.get(pk=item.pk)
    for order, person in enumerate((cast.wu, cast.li, cast.sun, cast.qian, cast.zhao), start=1):
        say(cast, item, person, order=order)
    vote(cast, item, agree=5)
    decided(cast, item)
    return meeting


def test_after_the_meeting_each_step_is_told_to_whoever_has_it(cast, papers):
    meeting = through_the_meeting(cast)
    drained()
    clerk = acting(cast.zheng)
    verbs.end(meeting, by=clerk)
    verbs.complete(meeting, by=clerk)
    assert drained() == {"sign": ["赵书记"]}, "the clerk who completed it knows"
    verbs.reopen(meeting, reason="漏记一人", by=clerk)
    assert drained() == {}, "nobody had signed"
    verbs.complete(meeting, by=clerk)
    assert drained() == {"sign": ["赵书记"]}
    verbs.reopen(meeting, reason="第 1 项漏了时限", by=acting(cast.zhao))
    assert drained() == {"reopened": ["郑秘书"]}, "the clerk mends what the secretary sent back"


def test_issuing_hands_out_the_tasks_and_makes_the_paper(cast, papers):
    meeting = through_the_meeting(cast)
    drained()
    meeting = signed(cast, meeting)
    assert drained() == {"issue": ["赵书记"]}, "one request, though two have signed"
    document = verbs.issue(meeting, by=acting(cast.zhao))
    assert drained() == {"issued": ["吴委员", "孙副书记", "李副校", "郑秘书", "钱校长"], "task": ["李副校"]}
    assert papers == [document.pk]
    assert draining.drain() == 0


def test_who_had_signed_learns_that_the_record_was_taken_back(cast):
    meeting = signed(cast, through_the_meeting(cast))
    drained()
    verbs.reopen(meeting, reason="漏记一人", by=acting(cast.zheng))
    assert drained() == {"reopened": ["赵书记"]}


def test_running_an_errand_twice_tells_nobody_twice(cast, again):
    meeting = called(cast, again(confirmed))
    drained()
    verbs.reschedule(meeting, starts_at=meeting.starts_at, place="阶梯教室", by=acting(cast.zheng))
    drained(LATER)
    before = Notice.objects.count()
    Entry.objects.update(drained_at=None)
    draining.drain(timezone.now() + LATER)
    assert Notice.objects.count() == before


def test_somebody_with_an_account_switched_off_or_gone_from_the_school_is_told_nothing(cast):
    cast.wu.user.is_active = False
    cast.wu.user.save()
    today = timezone.localdate()
    cast.sun.posts.update(until=today)
    Role.objects.filter(user=cast.zheng.user).update(until=None)
    item = confirmed(cast)
    meeting = called(cast, item)
    meeting.attendance.get_or_create(person=cast.sun)
    assert drained()["meeting_called"] == ["李副校", "赵书记", "钱校长"]


def test_a_line_that_fails_lets_the_others_pass_and_is_never_lost(cast, monkeypatch, caplog, again):
    first = again(proposed)
    broken = []

    def fails(entry, now):
        if entry.subject_id == first.pk:
            broken.append(entry.pk)
            raise RuntimeError("坏了")

    monkeypatch.setitem(errands.ERRANDS, "propose", (fails, errands.tell_what_can_be_confirmed))
    monkeypatch.setattr(draining, "_failed", {})
    proposed(cast, title="另一项议题")
    now = timezone.now()
    draining.drain(now)
    assert Notice.objects.filter(kind="consultation").count() == 4
    assert [entry.pk for entry in Entry.objects.filter(drained_at=None)] == broken

    draining.drain(now + timedelta(seconds=5))
    assert len(broken) == 1, "it rests for a while"
    for minutes in range(1, 60):
        draining.drain(now + timedelta(minutes=minutes))
    assert 5 < len(broken) < 12, "ever longer, and never given up"
    assert caplog.records[-1].levelname == "ERROR"

    monkeypatch.setitem(errands.ERRANDS, "propose", (errands.tell_what_can_be_confirmed,))
    draining.drain(now + timedelta(hours=3))
    assert not Entry.objects.filter(drained_at=None).exists()


def test_a_line_from_which_nothing_follows_may_be_written_during_a_drain(cast, monkeypatch, again):
    matter = again(proposed)

    def meanwhile(entry, now):
        verbs.withdraw(matter, by=acting(cast.li))

    monkeypatch.setitem(errands.ERRANDS, "propose", (meanwhile,))
    assert drained() == {}, "the matter was withdrawn before anybody was asked"
    assert [entry.verb for entry in Entry.objects.filter(drained_at=None)] == ["withdraw"]
    drained()
    assert not Entry.objects.filter(drained_at=None).exists()


def test_people_are_told_even_when_the_paper_cannot_be_made(cast, monkeypatch):
    monkeypatch.setattr(draining, "_failed", {})

    def fails(pk):
        raise OSError("没有字体")

    meeting = signed(cast, through_the_meeting(cast))
    verbs.issue(meeting, by=acting(cast.zhao))
    monkeypatch.setattr(documents, "make_file", fails)
    assert drained()["task"] == ["李副校"]
    assert [entry.verb for entry in Entry.objects.filter(drained_at=None)] == ["issue"]
    made = []
    monkeypatch.setattr(documents, "make_file", made.append)
    assert drained(timedelta(hours=1)) == {}
    assert len(made) == 1


def test_a_paper_that_takes_the_process_with_it_keeps_back_nobodys_notice(cast, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(pk):
        raise Killed

    meeting = signed(cast, through_the_meeting(cast))
    verbs.issue(meeting, by=acting(cast.zhao))
    proposed(cast, title="后来的议题")
    monkeypatch.setattr(documents, "make_file", dies)
    with pytest.raises(Killed):
        draining.drain()
    assert Notice.objects.filter(kind="task").count() == 1
    assert Notice.objects.filter(kind="consultation", body__contains="后来的议题").count() == 2
    assert [entry.verb for entry in Entry.objects.filter(drained_at=None)] == ["issue"]
