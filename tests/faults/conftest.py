"""A broker, workers and a beat of the test's own: real processes, which the test may kill.

They work on the test's database. Every process started here is ended here, by its own process group.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import Celery
from django.db import connection

from config import services

CELERY = [sys.executable, "-m", "celery", "-A", "config"]
WORKER = ["worker", "-c", "2", "-l", "INFO", "--without-mingle", "--without-gossip"]


def eventually(true, seconds=60.0, pause=0.1):
    """Wait until something is true, or say that it never was."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(pause)


class Background:
    """The processes beside the web."""

    def __init__(self, folder: Path, broker: str):
        settings = connection.settings_dict
        self.folder, self.broker = folder, broker
        self.environment = os.environ | {
            "DATABASE_URL": f"postgresql://{settings['USER']}@/{settings['NAME']}?host={quote(settings['HOST'])}",
            "REDIS_URL": broker,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MEDIA_ROOT": str(folder / "media"),
        }
        self.running: list[subprocess.Popen] = []
        self.waker = Celery(broker=broker, set_as_current=False)

    def start(self, *command: str) -> subprocess.Popen:
        with open(self.folder / "log", "a") as log:
            process = subprocess.Popen(
                [*CELERY, *command], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.running.append(process)
        return process

    def start_worker(self) -> subprocess.Popen:
        ready = self.log().count(" ready.")
        worker = self.start(*WORKER)
        eventually(lambda: self.log().count(" ready.") > ready)
        return worker

    def start_beat(self) -> subprocess.Popen:
        return self.start("beat", "-s", str(self.folder / "schedule"), "--pidfile=")

    def wake(self, task: str = "drain") -> None:
        """What beat does every five seconds."""
        self.waker.send_task(f"meetings.tasks.{task}")

    def kill(self, process: subprocess.Popen) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def log(self) -> str:
        try:
            return (self.folder / "log").read_text()
        except FileNotFoundError:
            return ""

    def end(self) -> None:
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.waker.close()


@pytest.fixture
def redis():
    # Not pytest's own folder: the user who runs the servers may not enter that one.
    root = Path(tempfile.mkdtemp(prefix="yishi-"))
    root.chmod(0o755)
    server = services.Redis(services.Place(root))
    server.ensure()
    yield server
    server.stop()
    shutil.rmtree(root)


@pytest.fixture
def background(transactional_db, redis, tmp_path, settings):
    settings.REDIS_URL = redis.url
    processes = Background(tmp_path, redis.url)
    yield processes
    processes.end()


@pytest.fixture
def another_session(transactional_db):
    """A second connection to the test's database: somebody who holds a row."""
    other = connection.copy()
    yield other
    other.close()
