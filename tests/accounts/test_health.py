"""What the health page says, and how fast when something is down."""

import socket
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Heartbeat


def said(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


def test_all_is_well(db, client):
    Heartbeat.objects.create(name="worker", at=timezone.now())
    status, words = said(client)
    assert status == 200
    assert (words["database"], words["broker"], words["worker"]) == ("ok", "ok", "ok")
    assert words["version"]


@pytest.mark.parametrize(("age", "word"), [(None, "never"), (30, "ok"), (61, "late")])
def test_the_worker_by_its_last_sign(db, client, age, word):
    if age is not None:
        Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=age))
    assert said(client)[1]["worker"] == word


def test_a_broker_that_is_down_is_only_reported(db, client, settings):
    settings.REDIS_URL = "redis+socket:///nowhere/redis.sock?virtual_host=0"
    status, words = said(client)
    assert status == 200 and words["broker"] == "down"


def test_a_broker_that_never_answers_does_not_hold_us_up(db, client, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        status, words = said(client)
    assert status == 200 and words["broker"] == "down"
    assert time.monotonic() - began < 2


def test_without_a_database_it_is_not_well(db, client, monkeypatch):
    class Gone:
        def ensure_connection(self):
            raise OperationalError("gone")

    monkeypatch.setattr("config.health.connection", Gone())
    status, words = said(client)
    assert status == 503 and words["database"] == "down"
