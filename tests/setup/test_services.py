"""The private servers start once, survive what crashes leave behind, and keep their data."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config import services
from config.services import CHECKOUT, Place, PostgreSQL, Redis, ServiceError


@pytest.fixture(autouse=True)
def no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def new_root() -> Path:
    # Not pytest's folder: that one is closed to the user who runs the servers when the tests run as root.
    root = Path(tempfile.mkdtemp(prefix="yishi-test-"))
    root.chmod(0o755)
    return root


def remove(root: Path) -> None:
    services.stop(root, only_started=False)
    place = Place(root)
    for folder in {root, place.home, place.sockets}:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def root() -> Iterator[Path]:
    """An empty checkout."""
    root = new_root()
    yield root
    remove(root)


@pytest.fixture(scope="module")
def shared_root() -> Iterator[Path]:
    """A checkout whose servers one test may kill and the next finds again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        root = new_root()
        yield root
        remove(root)


def start_elsewhere(root: Path) -> subprocess.Popen[bytes]:
    code = "import sys, pathlib; from config import services; services.ensure(pathlib.Path(sys.argv[1]))"
    return subprocess.Popen([sys.executable, "-c", code, str(root)], cwd=CHECKOUT, stderr=subprocess.PIPE)


def database(root: Path) -> psycopg.Connection:
    return psycopg.connect(host=str(Place(root).sockets), user="app", dbname="yishi", autocommit=True)


def cache(root: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(Redis(Place(root)).socket), decode_responses=True)


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_four_starts_at_once_make_one_server_of_each(shared_root: Path) -> None:
    starters = [start_elsewhere(shared_root) for _ in range(4)]
    assert [(starter.wait(), starter.stderr.read()) for starter in starters] == [(0, b"")] * 4
    postgres, cache_server = PostgreSQL(Place(shared_root)), Redis(Place(shared_root))
    assert postgres.log.read_text().count("ready to accept connections") == 1
    assert len(cache_server.processes()) == 1
    with database(shared_root) as session:
        assert session.execute(
            "select pg_encoding_to_char(encoding), datctype from pg_database where datname = 'yishi'"
        ).fetchone() == ("UTF8", "C.UTF-8")


def test_both_addresses_are_told_and_a_second_call_spawns_nothing(
    shared_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = services.ensure(shared_root)
    assert told == {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("started a process"))
    fastest = 1.0
    for _ in range(5):
        began = time.monotonic()
        services.ensure(shared_root)
        fastest = min(fastest, time.monotonic() - began)
    assert fastest < 0.06


def test_a_killed_postmaster_comes_back_with_its_data(shared_root: Path) -> None:
    services.ensure(shared_root)
    with database(shared_root) as session:
        session.execute("create table kept as select 7 as number")
    kill(PostgreSQL(Place(shared_root)).main_processes())
    services.ensure(shared_root)
    with database(shared_root) as session:
        assert session.execute("select number from kept").fetchone() == (7,)


def test_a_lock_file_whose_number_is_now_somebody_else_s_does_not_stop_a_start(shared_root: Path) -> None:
    services.ensure(shared_root)
    place = Place(shared_root)
    postgres = PostgreSQL(place)
    kill(postgres.processes())
    with subprocess.Popen(["sleep", "60"], **place.account) as stranger:
        for file in (postgres.folder / "postmaster.pid", place.sockets / ".s.PGSQL.5432.lock"):
            lines = file.read_text().splitlines(keepends=True)
            file.write_text("".join([f"{stranger.pid}\n", *lines[1:]]))
        services.ensure(shared_root)
        assert postgres.answers()
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_that_nobody_can_reach_any_more_is_replaced(shared_root: Path) -> None:
    services.ensure(shared_root)
    for server in services.servers(shared_root):
        server.socket.unlink()
    services.ensure(shared_root)
    assert all(server.answers() for server in services.servers(shared_root))


def test_a_killed_redis_keeps_what_it_was_told(shared_root: Path) -> None:
    services.ensure(shared_root)
    cache(shared_root).rpush("queue", *range(2000))
    kill(Redis(Place(shared_root)).processes())
    services.ensure(shared_root)
    assert cache(shared_root).llen("queue") == 2000


def test_emptying_leaves_an_empty_database_and_no_keys(shared_root: Path) -> None:
    services.ensure(shared_root)
    with database(shared_root) as session:
        session.execute("create table if not exists kept ()")
        cache(shared_root).set("a", "b")
        services.empty(shared_root)  # also while somebody is connected
    with database(shared_root) as session:
        assert session.execute("select count(*) from pg_class where relname = 'kept'").fetchone() == (0,)
    assert cache(shared_root).dbsize() == 0


def test_stopping_spares_what_another_process_started(shared_root: Path) -> None:
    services.stop(shared_root, only_started=False)
    assert start_elsewhere(shared_root).wait() == 0
    services.ensure(shared_root)
    services.stop(shared_root)
    assert all(server.answers() for server in services.servers(shared_root))


def test_a_half_made_cluster_is_made_again(root: Path) -> None:
    draft = Place(root).home / "postgres.draft"
    starter = start_elsewhere(root)
    while not (draft / "PG_VERSION").exists():
        time.sleep(0.005)
    starter.kill()  # its initdb goes on, holding the lock
    starter.communicate()
    services.ensure(root)
    assert not draft.exists()
    with database(root) as session:
        assert session.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("name", ["深" * 40, "with space", "x" * 100])
def test_a_path_that_is_no_good_for_a_socket_gets_its_sockets_elsewhere(root: Path, name: str) -> None:
    place = Place(root / name)
    assert place.sockets.parent == Path("/tmp")
    assert len(bytes(PostgreSQL(place).socket)) < 100


def test_servers_start_from_a_long_path(root: Path) -> None:
    long = root / ("长" * 40)
    try:
        services.ensure(long)
        assert cache(long).ping()
        assert Place(long).sockets.stat().st_mode & 0o777 == 0o700
    finally:
        remove(long)


def test_a_socket_folder_that_others_may_enter_is_refused(root: Path) -> None:
    place = Place(root / "长")
    place.sockets.mkdir(mode=0o755)
    with pytest.raises(ServiceError, match="700"):
        place.claim()
    place.sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another user")
def test_data_leave_a_checkout_that_the_servers_may_not_enter(root: Path) -> None:
    root.chmod(0o700)
    assert Place(root).home.parent == Path("/var/lib")


def test_data_of_an_older_server_want_the_older_programs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres = PostgreSQL(Place(root))
    installed = {"15": Path("/fifteen"), "9": Path("/nine"), "17": Path("/seventeen")}
    monkeypatch.setattr(services, "postgres_binaries", lambda: installed)
    assert postgres.binaries() == Path("/seventeen")
    postgres.place.claim()
    postgres.folder.mkdir()
    (postgres.folder / "PG_VERSION").write_text("15\n")
    assert postgres.binaries() == Path("/fifteen")
    del installed["15"]
    with pytest.raises(ServiceError, match="postgresql-15"):
        postgres.binaries()


def test_a_given_address_is_respected(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/yishi")
    assert [type(server) for server in services.servers(root)] == [Redis]
