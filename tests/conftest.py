"""The cast, and signing in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast as people


@pytest.fixture
def cast(db) -> people.Cast:
    return people.everybody()


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
