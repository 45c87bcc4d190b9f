"""A notice is mailed once: also when two workers run, and after a crash in between."""

import threading
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from accounts import mail, tasks
from accounts.models import Heartbeat, Notice
from tests import cast as people


def notice(cast, number=1, to=None, **more):
    return Notice.objects.create(
        recipient=to or cast.zhao.user,
        organisation=cast.school,
        key=f"k{number}",
        kind="test",
        title=f"第 {number} 条\n换行",
        **more,
    )


def test_a_notice_goes_out_once(cast):
    due = notice(cast)
    tasks.send_mail()
    tasks.send_mail()
    [sent] = outbox.outbox
    assert sent.to == ["zhao@example.cn"] and sent.subject == "【议事】第 1 条 换行"
    assert sent.message()["Message-ID"] == f"<notice-{due.pk}@localhost>"
    due.refresh_from_db()
    assert due.mailed_at and not due.mail_due


@pytest.mark.parametrize(
    "why",
    [
        {"expires_at": timezone.now() - timedelta(minutes=1)},
        {"created_at": timezone.now() - timedelta(days=8)},
        {"by_email": False},
        {"email": ""},
        {"is_active": False},
    ],
    ids=["expired", "tried for a week", "wants no mail", "has no address", "switched off"],
)
def test_what_needs_no_mail_is_done_with(cast, why):
    user = cast.zhao.user
    for name in ("by_email", "email", "is_active"):
        setattr(user, name, why.get(name, getattr(user, name)))
    user.save()
    needless = notice(cast, **{k: v for k, v in why.items() if k.endswith("_at")})
    assert mail.send_due() == 0
    needless.refresh_from_db()
    assert not needless.mail_due and needless.mailed_at is None


def test_a_crash_between_claim_and_mark_repeats_the_same_mail_later(cast, monkeypatch):
    due = notice(cast)
    monkeypatch.setattr(EmailBackend, "send_messages", lambda self, messages: 1 / 0)
    with pytest.raises(ZeroDivisionError):  # the process dies at its worst moment
        mail.send_due()
    monkeypatch.undo()
    assert mail.send_due() == 0  # somebody may be at it
    Notice.objects.update(mail_claimed_at=timezone.now() - mail.CLAIM - timedelta(seconds=1))
    assert mail.send_due() == 1
    assert outbox.outbox[0].message()["Message-ID"] == f"<notice-{due.pk}@localhost>"


def test_a_refused_mail_stays_due_and_others_go_out(cast, monkeypatch):
    refused, fine = notice(cast, 1), notice(cast, 2, to=cast.qian.user)
    really = EmailBackend.send_messages

    def picky(self, messages):
        if messages[0].to == ["zhao@example.cn"]:
            raise OSError("550 no such mailbox")
        return really(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", picky)
    assert mail.send_due() == 1
    refused.refresh_from_db()
    fine.refresh_from_db()
    assert refused.mail_due and fine.mailed_at


def test_a_silent_mail_server_leaves_everything_due(cast, monkeypatch):
    due = notice(cast)

    def silent(self):
        raise OSError("connection refused")

    monkeypatch.setattr(EmailBackend, "open", silent)
    assert mail.send_due() == 0
    due.refresh_from_db()
    assert due.mail_due and due.mail_claimed_at is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_notice_once(monkeypatch):
    cast = people.everybody()
    for number in range(30):
        notice(cast, number)
    monkeypatch.setattr(mail, "BATCH", 3)
    together = threading.Barrier(2)

    def work():
        together.wait()
        try:
            mail.send_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(outbox.outbox) == 30
    assert len({sent.message()["Message-ID"] for sent in outbox.outbox}) == 30


def test_the_worker_says_that_it_lives(db):
    tasks.beat()
    tasks.beat()
    assert timezone.now() - Heartbeat.objects.get(name="worker").at < timedelta(seconds=5)
