"""Getting in: the password, the lock, the second step, the one-time password, and being sent out again."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone

from accounts import administration
from tests.cast import PASSWORD

LOGIN = "/accounts/login/"


def try_in(client, password=PASSWORD, login="zhao"):
    return client.post(LOGIN, {"login": login, "password": password})


def code_for(secret: str, step: int = 0) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter + step))


def test_the_password_opens_the_way_home(cast, client):
    answer = try_in(client)
    assert answer.status_code == 302 and answer["Location"] == reverse("home")


def test_the_fifth_failure_locks_and_says_until_when(cast, client):
    for _ in range(4):
        assert try_in(client, "wrong").status_code == 200
    locked = try_in(client, "wrong")
    assert locked.status_code == 429
    free_at = timezone.localtime(AccessAttempt.objects.get(username="zhao").attempt_time + timedelta(minutes=10))
    assert f"{free_at:%H:%M}</time>" in locked.content.decode()


def test_a_lock_holds_against_the_right_password_and_ends_after_ten_minutes(cast, client):
    for _ in range(5):
        try_in(client, "wrong")
    assert try_in(client).status_code == 429
    earlier = AccessAttempt.objects.get(username="zhao").attempt_time - timedelta(minutes=11)
    AccessAttempt.objects.filter(username="zhao").update(attempt_time=earlier)
    assert try_in(client).status_code == 302


def test_trying_during_the_lock_does_not_prolong_it(cast, client):
    for _ in range(5):
        try_in(client, "wrong")
    began = AccessAttempt.objects.get(username="zhao").attempt_time
    try_in(client, "wrong")
    assert AccessAttempt.objects.get(username="zhao").attempt_time == began


def test_a_lock_is_for_one_account(cast, client):
    for _ in range(5):
        try_in(client, "wrong")
    assert try_in(client, login="qian").status_code == 302


def test_an_account_switched_off_does_not_get_in(cast, client):
    administration.switch(cast.zhao.user, on=False, organisation=cast.district, by=cast.chen)
    assert try_in(client)["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session
    assert "账号已停用" in client.get("/accounts/inactive/").content.decode()


@pytest.fixture
def secret(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.zhao.user, secret)
    return secret


def test_the_second_step_asks_for_a_code(secret, client):
    assert try_in(client)["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})["Location"] == reverse("home")


def test_codes_cannot_be_guessed(secret, client):
    try_in(client)
    answers = [client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)}).status_code == 429
    assert try_in(client).status_code == 429


def test_idle_time_signs_out(cast, sign_in, settings):
    client = sign_in(cast.zhao)
    client.get("/notices/")
    session = client.session
    session["seen"] = int(time.time()) - settings.SESSION_IDLE_SECONDS - 1
    session.save()
    assert client.get("/notices/")["Location"].startswith(LOGIN)


def test_an_act_keeps_one_in_and_a_page_that_asks_by_itself_does_not(cast, sign_in, settings):
    client = sign_in(cast.zhao)
    client.get("/notices/")
    session = client.session
    session["seen"] = before = int(time.time()) - settings.SESSION_IDLE_SECONDS + 60
    session.save()
    client.get("/notices/", headers={"X-Background": "1"})
    assert client.session["seen"] == before
    client.get("/notices/")
    assert client.session["seen"] > before


def test_a_read_within_the_minute_writes_no_session(cast, sign_in):
    client = sign_in(cast.zhao)
    client.get("/notices/")
    seen = client.session["seen"]
    client.get("/notices/")
    assert client.session["seen"] == seen


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Dest": "empty"}]
)
def test_a_script_is_told_to_sign_in(cast, client, headers):
    answer = client.get("/notices/", headers=headers | {"HX-Current-URL": "http://testserver/s/shifan/"})
    assert answer.status_code == 401
    assert answer["X-Sign-In"] == "/accounts/login/?next=%2Fs%2Fshifan%2F"


def test_a_page_goes_to_the_sign_in(cast, client):
    assert client.get("/notices/")["Location"] == "/accounts/login/?next=/notices/"


def test_signing_in_again_in_a_frame_ends_on_the_page_that_tells_its_parent(cast, client):
    page = client.get("/accounts/again/")
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    answer = client.post("/accounts/again/", {"login": "zhao", "password": PASSWORD})
    assert answer["Location"] == "/accounts/again/done/"
    assert "data-signed-in" in client.get("/accounts/again/done/").content.decode()


def test_the_second_step_in_a_frame_comes_back_to_the_frame(secret, client):
    client.post("/accounts/again/", {"login": "zhao", "password": PASSWORD})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert answer["Location"] == "/accounts/again/done/"


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(cast, client):
    password = administration.reset_password(cast.zhao.user, organisation=cast.district, by=cast.chen)
    try_in(client, password)
    assert client.get("/notices/")["Location"] == reverse("account_change_password")
    mine = "wo-zi-ji-de-2026"
    client.post(reverse("account_change_password"), {"oldpassword": password, "password1": mine, "password2": mine})
    assert client.get("/notices/").status_code == 200
    client.post("/accounts/logout/")
    try_in(client, mine)
    assert client.get("/notices/").status_code == 200


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"])
def test_there_is_no_signing_up_and_no_reset_by_email(cast, client, address):
    assert client.get(address).status_code == 404
