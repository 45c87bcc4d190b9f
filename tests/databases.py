"""The database of a test run is a copy of one that was migrated before.

Fifty migrations took each worker eight seconds of every run; copying takes a fraction of one. The template bears the
digest of all that it is made from and is kept from run to run; when a migration changes, the next run makes another and
drops the former. ``python -m tests.databases`` makes it beforehand, as bin/test does beside the static checks.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

KEPT = "test_yishi_template"
LOCK = 0x59495348  # of all runs on this server: one makes the template, the others wait for it


def _digest() -> str:
    made_from = [Path(__file__), settings.BASE_DIR / "requirements.lock"]
    for app in ("accounts", "governance", "meetings", "inspection"):
        made_from += sorted((settings.BASE_DIR / app / "migrations").glob("*.py"))
    digest = hashlib.sha256(settings.DATABASES["default"]["USER"].encode())
    for file in made_from:
        digest.update(f"\0{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def template() -> Iterator[tuple[CursorWrapper, str]]:
    """The name of the migrated and empty database, which nobody else drops meanwhile."""
    name = f"{KEPT}_{_digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [KEPT])
            kept = {datname for (datname,) in cursor.fetchall()}
            if name not in kept:
                for former in kept:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{former}" WITH (FORCE)')
                draft = f"{KEPT}_draft"  # renamed when complete
                cursor.execute(f'CREATE DATABASE "{draft}"')
                with connected_to(draft):
                    _fill()
                cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
            yield cursor, name
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def copy_template(name: str) -> None:
    """Make the database ``name`` anew, migrated and empty."""
    with template() as (cursor, made):
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')


def drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def superuser() -> bool:
    """Whether triggers and keys may be set aside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        return cursor.fetchone()[0]


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    former = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = former


def _fill() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    # Tables are empty between tests. A vacuum that sees them so would have the planner believe that they stay empty,
    # and one long transaction, such as the demo's, would then scan them row by row.
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    with template():
        pass
