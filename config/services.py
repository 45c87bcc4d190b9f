"""A private PostgreSQL and Redis for a checkout that was given neither.

``ensure()`` leaves both answering on Unix sockets and their addresses in ``DATABASE_URL`` and ``REDIS_URL``;
an address that somebody else has set is respected and nothing is started for it. Every door (manage.py, wsgi,
celery, tests, bin/run) calls it first, so when both answer it costs two connections and spawns nothing.
The servers outlive the process that started them.

Standard library only: bin/setup and bin/run need this file before anything is installed.
Linux only: a server is recognised by its working folder in /proc, because pid files lie after a crash.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parent.parent
DATABASE, ROLE = "yishi", "app"
PATIENCE = 30.0  # seconds until a server that does not answer is an error
NO_SUCH_PID = 2**22 + 1  # above the kernel's largest pid

_started: set[Path] = set()


class ServiceError(RuntimeError):
    """A server cannot be started; the message is for the person who ran the command."""


class Place:
    """Where the servers of one checkout live: ``home`` (data, logs, lock) and ``sockets``, both mode 700.

    ``account`` is what subprocess needs to become the user who owns them: root hands over to an ordinary user.
    """

    def __init__(self, root: Path) -> None:
        mark = hashlib.sha256(str(root).encode()).hexdigest()[:12]
        self.user = pwd.getpwuid(os.geteuid())
        self.home = root / "var/services"
        if os.geteuid() == 0:
            self.user = _first_known("postgres", "nobody")
            outside = Path(f"/var/lib/yishi-{mark}")
            self.home.parent.mkdir(parents=True, exist_ok=True)
            # Whichever folder was taken first stays the one: permissions that change later must not hide the data.
            if outside.exists() or not (self.home.exists() or _may_enter(self.user, self.home.parent)):
                self.home = outside
        self.sockets = self.home
        # A socket's path has at most 107 bytes, and both servers read some characters in paths as syntax.
        if len(bytes(self.home)) > 85 or not re.fullmatch(r"[A-Za-z0-9_./-]+", str(self.home)):
            self.sockets = Path(f"/tmp/yishi-{mark}")

    @property
    def account(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def claim(self) -> None:
        """Make both folders ours. Raises ServiceError when somebody else has them."""
        for folder in {self.home, self.sockets}:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            seen = folder.lstat()
            ours = seen.st_uid in (self.user.pw_uid, os.geteuid())
            if not stat.S_ISDIR(seen.st_mode) or not ours or seen.st_mode & 0o077:
                raise ServiceError(f"{folder} 应是用户 {self.user.pw_name} 独有的文件夹(权限 700),请检查后再试")
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    @contextmanager
    def lock(self) -> Iterator[int]:
        """One process at a time starts or stops servers here; yields the descriptor that holds the lock."""
        self.claim()
        with open(self.home / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file.fileno()


class Server:
    """What PostgreSQL and Redis have in common: a working folder, a socket, a log."""

    title: str
    program: str
    variable: str
    stop_signal: signal.Signals

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.home / self.program
        self.log = place.home / f"{self.program}.log"

    socket: Path
    url: str

    def answers(self) -> bool:
        raise NotImplementedError

    def revive(self, lock: int) -> None:
        """Take one step towards answering; called again until it does, or until PATIENCE ends."""
        raise NotImplementedError

    def processes(self) -> list[int]:
        """Live processes of this server. Zombies have no working folder, so they do not count."""
        here, found = str(self.folder.resolve()), []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/cwd") == here and self.program in Path(f"/proc/{pid}/comm").read_text():
                    found.append(int(pid))
            except OSError:
                continue
        return found

    def main_processes(self) -> list[int]:
        return self.processes()

    def ensure(self) -> None:
        if self.answers():
            return
        with self.place.lock() as lock:
            if self.answers():  # somebody else was quicker
                return
            deadline = time.monotonic() + PATIENCE
            while not self.answers():
                if time.monotonic() > deadline:
                    raise ServiceError(f"{self.title} 在 {PATIENCE:.0f} 秒内没有就绪\n{self.last_words()}")
                self.revive(lock)
                time.sleep(0.02)
            _started.add(self.folder)

    def stop(self) -> None:
        """Ask the server to finish, and wait; after PATIENCE it is killed, which loses nothing that was confirmed."""
        with self.place.lock():
            self.finish()

    def finish(self) -> None:
        for sent in (self.stop_signal, signal.SIGKILL):
            for pid in self.main_processes():
                os.kill(pid, sent)
            deadline = time.monotonic() + PATIENCE
            while self.processes():
                if time.monotonic() > deadline:
                    break
                time.sleep(0.02)
        _started.discard(self.folder)

    def run(self, *command: str | Path, **more: Any) -> None:
        """Run a tool as the servers' user; its words go to the log. Raises ServiceError with the end of the log."""
        more = {"cwd": self.folder, "check": True, "start_new_session": True, **self.place.account, **more}
        with open(self.log, "ab") as log:
            os.chown(self.log, self.place.user.pw_uid, self.place.user.pw_gid)
            try:
                subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more)
            except subprocess.CalledProcessError as error:
                name = Path(command[0]).name
                raise ServiceError(f"{self.title}: {name} 失败({error.returncode})\n{self.last_words()}") from error

    def last_words(self) -> str:
        try:
            return f"{self.log}:\n" + "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        except OSError:
            return ""


class PostgreSQL(Server):
    title, program, variable, stop_signal = "PostgreSQL", "postgres", "DATABASE_URL", signal.SIGINT

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.socket = place.sockets / ".s.PGSQL.5432"
        self.url = f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(place.sockets))}"

    def greeting(self) -> bytes:
        """What the server says to a new session: ends in ReadyForQuery, or holds an error code, or is empty."""
        words = f"user\0{ROLE}\0database\0{DATABASE}\0\0".encode()
        hello = struct.pack("!ii", len(words) + 8, 3 << 16) + words
        return _converse(self.socket, hello, until=b"Z\0\0\0\x05I")

    def answers(self) -> bool:
        reply = self.greeting()
        return reply.endswith(b"Z\0\0\0\x05I") or b"\0C53300\0" in reply  # 53300: all connections taken, so it is up

    def revive(self, lock: int) -> None:
        if b"\0C3D000\0" in self.greeting():  # no such database
            self.run(self.binaries() / "createdb", "-h", self.place.sockets, "-U", ROLE, DATABASE)
        elif self.processes():
            if not self.socket.exists():  # swept from /tmp: nobody can reach this server any more
                self.finish()
        else:
            self.start(lock)

    def start(self, lock: int) -> None:
        binaries = self.binaries()
        if not self.folder.exists():
            draft = self.place.home / "postgres.draft"  # renamed when complete, so a broken initdb leaves no cluster
            shutil.rmtree(draft, ignore_errors=True)
            options = ["-U", ROLE, "-A", "peer", "-E", "UTF8", "--locale=C.UTF-8"]
            # An initdb that outlives us keeps our lock, so nobody takes its folder away from under it.
            self.run(binaries / "initdb", "-D", draft, *options, cwd="/", pass_fds=[lock])
            draft.rename(self.folder)
        for file in (self.folder / "postmaster.pid", self.place.sockets / ".s.PGSQL.5432.lock"):
            _disown(file)
        users = {"root", self.place.user.pw_name}
        (self.folder / "pg_hba.conf").write_text("local all all peer map=ours\n")
        (self.folder / "pg_ident.conf").write_text("".join(f"ours {user} {ROLE}\n" for user in sorted(users)))
        (self.folder / "postgresql.auto.conf").write_text(
            f"listen_addresses = ''\nport = 5432\nunix_socket_directories = '{self.place.sockets}'\n"
            "shared_buffers = 128MB\nmax_connections = 60\n"
        )
        self.run(
            binaries / "pg_ctl",
            "-D",
            self.folder,
            "-w",
            "-s",
            "-t",
            str(PATIENCE),
            "-l",
            self.log,
            "start",
            check=False,
        )

    def empty(self) -> None:
        self.run(self.binaries() / "dropdb", "--force", "-h", self.place.sockets, "-U", ROLE, DATABASE)

    def binaries(self) -> Path:
        """The folder of programs that fits the data here, or the newest. Raises ServiceError when there is none."""
        installed = postgres_binaries()
        try:
            wanted = (self.folder / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            wanted = max(installed, key=int, default="")
        if wanted not in installed:
            have = "、".join(installed) or "无"
            raise ServiceError(
                f"需要 PostgreSQL {wanted}(已安装:{have})。请运行:apt-get install postgresql"
                + (f"-{wanted}" if wanted else "")
            )
        return installed[wanted]

    def main_processes(self) -> list[int]:
        # Signals go to the postmaster alone: a killed child would make it restart all the others.
        try:
            postmaster = int((self.folder / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return []
        return [postmaster] if postmaster in self.processes() else []


class Redis(Server):
    title, program, variable, stop_signal = "Redis", "redis-server", "REDIS_URL", signal.SIGTERM

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.socket = place.sockets / "redis.sock"
        self.url = f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    def answers(self) -> bool:
        return _converse(self.socket, b"PING\r\n", until=b"\r\n") == b"+PONG\r\n"

    def revive(self, lock: int) -> None:
        if self.processes():
            if not self.socket.exists():
                self.finish()
            return
        redis = shutil.which("redis-server")
        if not redis:
            raise ServiceError("没有找到 redis-server。请运行:apt-get install redis-server")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(self.folder, self.place.user.pw_uid, self.place.user.pw_gid)
        options = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "appendonly": "yes",
            "save": "",
            "daemonize": "yes",
            "pidfile": "redis.pid",
            "logfile": "../redis-server.log",
        }
        self.run(redis, *(word for key, value in options.items() for word in (f"--{key}", str(value))))

    def empty(self) -> None:
        _converse(self.socket, b"FLUSHALL SYNC\r\n", until=b"\r\n")


def servers(root: Path = CHECKOUT) -> list[PostgreSQL | Redis]:
    """The private servers of a checkout, leaving out those for which the environment names another address."""
    place = Place(Path(root).resolve())
    both: list[PostgreSQL | Redis] = [PostgreSQL(place), Redis(place)]
    return [server for server in both if os.environ.get(server.variable) in (None, "", server.url)]


def ensure(root: Path = CHECKOUT) -> dict[str, str]:
    """Have both servers answer; set and return {"DATABASE_URL": …, "REDIS_URL": …}. Raises ServiceError."""
    try:
        for server in servers(root):
            server.ensure()
            os.environ[server.variable] = server.url
    except PermissionError as error:
        raise ServiceError(f"没有权限使用 {error.filename}:请用当初运行 make run 的同一个用户") from error
    return {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}


def stop(root: Path = CHECKOUT, only_started: bool = True) -> None:
    """Stop the private servers, by default only those that this very process started."""
    for server in servers(root):
        if not only_started or server.folder in _started:
            server.stop()


def empty(root: Path = CHECKOUT) -> None:
    """Throw away the contents of the private servers and make an empty database. Never touches foreign servers."""
    ensure(root)
    for server in servers(root):
        server.empty()
    ensure(root)


def postgres_binaries() -> dict[str, Path]:
    """Installed PostgreSQL programs by major version, e.g. {"15": Path("/usr/lib/postgresql/15/bin")}."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    found = {}
    for folder in folders:
        if os.access(folder / "initdb", os.X_OK):
            said = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True).stdout
            if major := re.search(r"\) (\d+)", said):
                found[major[1]] = folder
    return found


def _first_known(*names: str) -> pwd.struct_passwd:
    for name in names:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServiceError(f"系统中没有用户 {'、'.join(names)},无法以普通用户身份启动服务")


def _may_enter(user: pwd.struct_passwd, folder: Path) -> bool:
    for step in (folder, *folder.parents):
        seen = step.stat()
        owner, group = seen.st_uid == user.pw_uid, seen.st_gid == user.pw_gid
        if not seen.st_mode & (stat.S_IXUSR if owner else stat.S_IXGRP if group else stat.S_IXOTH):
            return False
    return True


def _converse(path: Path, request: bytes, until: bytes) -> bytes:
    """Send ``request`` to a socket and return the reply up to ``until`` or the end; empty when nobody listens."""
    reply = b""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        try:
            line.connect(str(path))
            line.sendall(request)
            while not reply.endswith(until) and (part := line.recv(8192)):
                reply += part
        except OSError:
            pass
    return reply


def _disown(lock_file: Path) -> None:
    """PostgreSQL refuses to start while the pid in its lock file lives, even when that is now somebody else's.

    The caller has seen that no server of ours runs. Only the number is replaced: the rest of the file lets
    PostgreSQL see for itself whether a survivor of the old server still uses the shared memory.
    """
    try:
        lines = lock_file.read_text().splitlines(keepends=True)
        lock_file.write_text("".join([f"{NO_SUCH_PID}\n", *lines[1:]]))
    except FileNotFoundError:
        pass
