"""The title of a personnel matter is in no notice and in no mail, whatever is done with it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.mail import send_due
from accounts.models import Entry, Notice
from meetings import documents, draining, reminders
from meetings import transitions as verbs
from meetings.models import Item
from tests.meetings.stage import acting, called, decided, draft, mark, say, signed, vote

TITLE = "关于拟任命冯某某同志为教务处主任的请示"


@pytest.mark.parametrize(
    "title", [TITLE, TITLE + "及有关考察情况、任前公示安排、试用期管理办法的说明" * 5], ids=["short", "long"]
)
def test_a_personnel_matter_from_proposal_to_follow_up(cast, monkeypatch, title):
    monkeypatch.setattr(documents, "make_file", lambda pk: None)
    now = timezone.now()

    def after(days=0.0):
        draining.drain(now + timedelta(days=days))
        reminders.remind(timezone.localtime(now + timedelta(days=days)).replace(hour=10))
        reminders.remind(now + timedelta(days=days))

    matter = verbs.propose(draft(cast, category="H01", title=title[:200], candidates=["冯某某"]), by=acting(cast.li))
    after(4)
    first = matter.consultations.get()
    verbs.answer(first, outcome="divergent", note="冯某某考察材料不全。", by=acting(cast.zhao))
    after(4)
    verbs.answer(first, outcome="agreed", by=acting(cast.qian))
    again = verbs.ask_heads(matter, by=acting(cast.li))
    for head in (cast.zhao, cast.qian):
        verbs.answer(again, outcome="agreed", by=acting(head))
    after(9)
    verbs.consult(
        matter, kind="deliberation", at=matter.proposed_at, people=[cast.sun], outcome="heard", by=acting(cast.zheng)
    )
    item = matter.items.get()
    verbs.postpone(item, reason="冯某某任命再议", by=acting(cast.zhao))
    after()
    item = verbs.confirm(item, by=acting(cast.zhao))
    meeting = called(cast, item, hours=1)
    meeting.title = title[:60]
    meeting.save()
    after()
    verbs.reschedule(meeting, starts_at=now + timedelta(hours=1.5), place="第二会议室", by=acting(cast.zheng))
    draining.drain(now + timedelta(minutes=5))
    meeting = verbs.open_meeting(meeting, by=acting(cast.zheng))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    item = Item.objects.get(pk=item.pk)
    for order, person in enumerate((cast.li, cast.sun, cast.qian, cast.zhao), start=1):
        say(cast, item, person, order=order)
    vote(cast, item, agree=4, candidate="冯某某")
    item.outcome = "passed"
    item.save()
    decided(cast, item, text="任命冯某某同志为教务处主任。")
    meeting = signed(cast, meeting)
    after()
    verbs.issue(meeting, by=acting(cast.zhao), despite="情况已核实。")
    after()
    for days in (27, 30, 31, 40):
        after(days)

    assert not Entry.objects.filter(drained_at=None).exists()
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert {"consultation", "divergence", "meeting_called", "task", "follow_up", "issue", "item_postponed"} <= kinds
    Notice.objects.update(expires_at=None)
    send_due()
    assert len(mail.outbox) > 20
    written = [f"{notice.title}{notice.body}{notice.url}{notice.key}" for notice in Notice.objects.all()]
    written += [f"{each.subject}{each.body}{each.extra_headers}" for each in mail.outbox]
    for text in written:
        assert "冯某某" not in text
        assert "教务处" not in text
        assert "任命" not in text
    assert any("一项人事议题" in text for text in written)
