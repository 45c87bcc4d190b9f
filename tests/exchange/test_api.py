"""``POST /api/v1/check/``: the same findings as on the command line; nothing is kept."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token

from governance.exchange import check, line_of
from governance.exchange.schema import schema
from tests.exchange.whole import TEXT, WHOLE, changed, drop, put

URL = "/api/v1/check/"
ON = date(2025, 6, 30)


@pytest.fixture
def post(cast):
    """``post(text, "on=…")``: what the API answers to a program with a token."""
    token = Token.objects.create(user=cast.wang)
    client = Client(headers={"Authorization": f"Token {token.key}"})

    def post(text, query: str = "on=2025-06-30"):
        return client.post(f"{URL}?{query}", text, content_type="application/json")

    return post


def test_the_answer_is_that_of_the_command(post):
    answer = post(TEXT)
    assert answer.status_code == 200
    assert answer.json() == {"findings": [line_of(one) for one in check(TEXT.encode(), on=ON).findings]}
    whole = post(TEXT, "on=2025-06-30&all=1").json()["findings"]
    assert len(whole) > len(answer.json()["findings"]) and whole[0].keys() >= {"rule", "outcome", "mode", "values"}
    assert "not_applicable" in {one["outcome"] for one in whole}


def test_the_day_is_todays_unless_one_is_given(post):
    overdue = json.dumps(changed(drop("/meetings/0/items/0/done_on")))
    for query, told in (("", ["broken"]), ("on=2025-04-01", []), ("on=2025-04-02", ["broken"])):
        findings = post(overdue, query).json()["findings"]
        assert [one["outcome"] for one in findings if one["rule"] == "R-14"] == told, query
    refused = post(overdue, "on=yesterday")
    assert refused.status_code == 400 and refused.json()["fields"]["on"]


def test_a_faulty_dossier_is_refused_with_every_error(post):
    answer = post(json.dumps(changed(drop("/school/name"), put("/meetings/0/chair", "nobody"))))
    assert answer.status_code == 422
    assert answer.json()["error"] == "档案有 2 处错误，没有检查。"
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/school", "/meetings/0/chair"]
    assert all(one["error"] for one in answer.json()["errors"])


@pytest.mark.parametrize(
    ("text", "pointer"),
    [(TEXT.replace('"stage"', '"code": "s2", "stage"'), "/school/code"), ("", ""), ("{", ""), ("[1]", "")],
)
def test_the_reader_sees_the_text_itself(post, text, pointer):
    answer = post(text)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_nothing_is_kept(post, cast):
    with CaptureQueriesContext(connection) as statements:
        assert post(TEXT).status_code == 200
    writing = [one["sql"] for one in statements if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writing == [] and len(statements) <= 3


def test_what_is_too_large_is_refused_in_words(post, monkeypatch):
    monkeypatch.setattr("governance.api.MOST_BYTES", 2**10)
    answer = post(TEXT)
    assert answer.status_code == 413 and "check_records" in answer.json()["error"]


def test_only_json_is_taken(cast, sign_in):
    answer = sign_in(cast.wang).post(URL, {"file": "x"})
    assert answer.status_code == 415 and answer.json()["error"]


def test_a_session_is_as_good_as_a_token_but_asks_where_the_page_came_from(cast, sign_in):
    assert sign_in(cast.li).post(URL, WHOLE, content_type="application/json").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.li.user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(URL, WHOLE, content_type="application/json").status_code == 403
    strict.get("/api/token/")
    secret = strict.cookies["csrftoken"].value
    headers = {"X-CSRFToken": secret}
    assert strict.post(URL, WHOLE, content_type="application/json", headers=headers).status_code == 200


def test_nobody_checks_without_signing_in(client, db):
    answer = client.post(URL, WHOLE, content_type="application/json")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Token"


def test_the_schema_of_the_format_is_there_for_anybody(client):
    answer = client.get("/api/v1/check/schema/")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/schema+json"
    assert json.loads(answer.content) == schema()


def test_the_description_of_the_api_shows_how(cast, sign_in):
    described = sign_in(cast.wang).get("/api/schema/", headers={"Accept": "application/json"}).json()
    post = described["paths"][URL]["post"]
    (example,) = post["requestBody"]["content"]["application/json"]["examples"].values()
    assert check(json.dumps(example["value"]).encode(), on=ON).faults == []
    assert {"200", "413", "422"} <= post["responses"].keys()
    assert "/api/v1/check/schema/" in described["paths"]
