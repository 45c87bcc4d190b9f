"""The cast, and signing in."""

import copy
import gc
import shutil
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from tests import cast as people
from tests import databases
from tests.again import Beginnings, Scene, filled_tables

# A file runs on one worker as a whole. These take longest: begun last, one would run on alone while the other idles.
DEAREST = (
    "test_permissions.py",
    "browser/test_access.py",
    "faults/",
    "browser/test_main_way.py",
    "browser/test_room.py",
    "meetings/test_state_machine.py",
    "test_constant_queries.py",
    "demo/test_demo.py",
    "setup/",
    "browser/",
)

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage "
    "--disable-features=SpareRendererForSitePerProcess"  # a process made for a page that nobody opens
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    def turn(item) -> int:
        file = item.nodeid.removeprefix("tests/")
        return next((turn for turn, dear in enumerate(DEAREST) if file.startswith(dear)), len(DEAREST))

    items.sort(key=turn)


def pytest_collection_finish():
    """Looking through all modules for garbage again and again was a twentieth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The database of this worker, instead of the one that pytest-django would migrate."""
    name = connection.settings_dict["TEST"]["NAME"]
    with django_db_blocker.unblock():
        databases.copy_template(name)
    with databases.connected_to(name):
        with django_db_blocker.unblock():
            if databases.superuser():
                TransactionTestCase._fixture_teardown = lambda self: empty_tables()
        yield
    with django_db_blocker.unblock():
        databases.drop(name)


def empty_tables() -> None:
    """After a test whose transactions were real. Django truncates every table and makes all permissions again, which
    takes half a second; most tables are empty. Triggers and keys are set aside: everything goes."""
    tables = filled_tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        # A page that was closed may still be saving: every verb at a meeting locks it first, so this waits for them.
        cursor.execute("LOCK TABLE meetings_meeting IN EXCLUSIVE MODE")
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')


@pytest.fixture(scope="session")
def the_cast(django_db_setup, django_db_blocker) -> Scene | None:
    with django_db_blocker.unblock():
        return Scene.of(people.everybody, {}) if databases.superuser() else None


@pytest.fixture(scope="module")
def beginnings(the_cast) -> Beginnings:
    return Beginnings(the_cast)


def _copied(request) -> bool:
    """What is made for real is seen by others and counted when it commits: nothing is copied then."""
    return connection.in_atomic_block and request.getfixturevalue("the_cast") is not None


@pytest.fixture
def cast(db, request) -> people.Cast:
    return request.getfixturevalue("beginnings").cast() if _copied(request) else people.everybody()


@pytest.fixture
def again(cast, request):
    """``again(confirmed, title="一")``: what ``confirmed(cast, title="一")`` makes, made once for all tests of a module
    that begin so. Before it a test writes nothing else."""
    if not _copied(request):
        return partial(_made, cast)
    return partial(request.getfixturevalue("beginnings").again, cast)


def _made(cast, make, *args, **more):
    return make(cast, *args, **more)


@pytest.fixture(scope="module")
def stage_set(request, django_db_setup, django_db_blocker):
    """The cast, and what the module's ``begins_with(cast)`` made: once for all tests of a module that begin alike."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = people.everybody()
        yield cast, request.module.begins_with(cast)
        transaction.set_rollback(True)


@pytest.fixture
def begun(stage_set, db):
    """A test's own copy of it; what the test does is undone. Not beside tests whose transactions are real."""
    return copy.deepcopy(stage_set)


@pytest.fixture
def sign_in(client):
    """``sign_in(cast.zhao)``: the test client, signed in as that person or account."""

    def sign_in(who):
        client.force_login(getattr(who, "user", who), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def count_queries():
    """``count_queries(act)``: how many statements an act costs."""

    def count(act) -> int:
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    return count


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium: playwright downloads nothing. The one without windows takes two thirds of the time."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return browser_type_launch_args | {"executable_path": found, "args": QUIET.split()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def page_of(live_server, context):
    """``page_of(cast.zhao, "/s/shifan/")``: a browser page, signed in as that person, at that address."""

    def open_page(who, address="/"):
        client = Client()
        client.force_login(getattr(who, "user", who), backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    return open_page
