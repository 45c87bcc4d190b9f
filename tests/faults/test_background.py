"""What if a process dies? Nothing is lost, and nobody is told twice."""

from collections import Counter

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Entry, Notice
from meetings import transitions as verbs
from meetings.models import Document, Meeting
from tests.meetings.stage import acting, called, confirmed, proposed

from .conftest import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def waiting() -> list[str]:
    return list(Entry.objects.filter(drained_at=None).order_by("pk").values_list("verb", flat=True))


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def each_was_told_once(kind: str, people) -> bool:
    told = Counter(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))
    return told == Counter(person.name for person in people)


class Holding:
    """While this lasts, nobody else gets at the row of a meeting or a document."""

    def __init__(self, other, row: Meeting | Document):
        self.other, self.row = other, row

    def __enter__(self):
        self.other.set_autocommit(False)
        with self.other.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {self.row._meta.db_table} WHERE id = %s FOR UPDATE", [self.row.pk])

    def __exit__(self, *_):
        self.other.rollback()
        self.other.set_autocommit(True)


def test_a_worker_killed_in_the_middle_of_a_drain(cast, background, another_session):
    """It has told some and not yet others. The next worker finishes, and the first are not told again."""
    team = [cast.zhao, cast.qian, cast.sun, cast.li, cast.wu]
    proposed(cast, title="先前的议题")
    meeting = called(cast, confirmed(cast))
    proposed(cast, title="后来的议题")
    worker = background.start_worker()
    with Holding(another_session, meeting):
        background.wake()
        eventually(somebody_waits_for_a_lock)
        assert waiting() == ["call", "propose", "ask_heads"]
        assert each_was_told_once("consultation", [cast.zhao, cast.qian])
        background.kill(worker)
    assert not Notice.objects.filter(kind="meeting_called").exists()
    background.start_worker()

    def drained():
        background.wake()
        return not waiting()

    eventually(drained, pause=0.5)
    assert each_was_told_once("meeting_called", team)
    assert each_was_told_once("consultation", [cast.zhao, cast.qian] * 2)


def test_two_drains_at_once_share_the_work(cast, background, another_session):
    """The second goes past the line that the first is at."""
    team = [cast.zhao, cast.qian, cast.sun, cast.li, cast.wu]
    meeting = called(cast, confirmed(cast))
    for number in range(5):
        proposed(cast, title=f"议题{number}")
    background.start_worker()
    with Holding(another_session, meeting):
        background.wake()
        eventually(somebody_waits_for_a_lock)
        background.wake()
        eventually(lambda: waiting() == ["call"])
    eventually(lambda: not waiting())
    assert each_was_told_once("meeting_called", team)
    assert each_was_told_once("consultation", [cast.zhao, cast.qian] * 5)
    assert "Traceback" not in background.log()


def test_the_broker_stops_for_a_while(cast, background, redis, sign_in):
    """People go on working meanwhile; when it is back, beat and worker find it by themselves."""
    matter = proposed(cast)
    background.start_beat()
    background.start_worker()
    client = sign_in(cast.qian)
    assert client.get("/healthz").json()["broker"] == "ok"
    eventually(lambda: not waiting())
    assert each_was_told_once("consultation", [cast.zhao, cast.qian])

    redis.stop()
    health = client.get("/healthz")
    assert (health.status_code, health.json()["broker"], health.json()["database"]) == (200, "down", "ok")
    consultation = matter.consultations.get()
    address = reverse("answer", kwargs={"school": cast.school.code, "pk": consultation.pk})
    assert client.post(address, {"outcome": "agreed"}).status_code == 302
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    item = verbs.confirm(matter.items.get(), by=acting(cast.zhao))
    called(cast, item)
    assert waiting() == ["answer", "answer", "confirm", "set_agenda", "set_agenda", "call"]

    eventually(lambda: "Couldn't apply scheduled task" in background.log())
    redis.ensure()
    assert client.get("/healthz").json()["broker"] == "ok"
    eventually(lambda: not waiting())
    assert each_was_told_once("meeting_called", [cast.zhao, cast.qian, cast.sun, cast.li, cast.wu])
    assert each_was_told_once("consultation", [cast.zhao, cast.qian])
