"""The cast, and signing in."""

import pytest

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
