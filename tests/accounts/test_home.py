"""Where one lands, and what one may change to."""

import pytest
from django.urls import NoReverseMatch, reverse

from accounts.models import Role, User
from tests.cast import SINCE, official


def named(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        pytest.skip(f"{name} is not written yet")


@pytest.mark.parametrize("who", ["zhao", "qian", "wu", "zheng"])
def test_people_of_a_school_land_on_its_desk(cast, sign_in, who):
    assert sign_in(getattr(cast, who)).get("/")["Location"] == named("desk", "shifan")


@pytest.mark.parametrize("who", ["wang", "chu"])
def test_inspector_and_administrator_land_on_the_district(cast, sign_in, who):
    assert sign_in(getattr(cast, who)).get("/")["Location"] == named("district", "district")


@pytest.mark.parametrize("who", ["feng", "chen"])
def test_auditor_and_system_administrator_land_on_the_journal(cast, sign_in, who):
    assert sign_in(getattr(cast, who)).get("/")["Location"] == "/journal/district/"


def test_a_clerk_of_the_system_in_a_school_reads_no_records(cast, sign_in):
    admin = official(cast.school, "yuan", "袁管理", Role.Name.SYSTEM_ADMIN)
    assert sign_in(admin).get("/")["Location"] == "/journal/shifan/"


def test_two_organisations_make_one_choose(cast, sign_in):
    Role.objects.create(user=cast.zhao.user, organisation=cast.district, role=Role.Name.INSPECTOR, since=SINCE)
    client = sign_in(cast.zhao)
    assert client.get("/")["Location"] == "/switch/"
    page = client.get("/switch/").content.decode()
    assert "示范中学" in page and "党组织书记" in page
    assert "区教育局" in page and "督导检查员" in page


def test_the_head_lists_the_same_for_htmx(cast, sign_in):
    page = sign_in(cast.zhao).get("/switch/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page


def test_nobody_yet(db, client):
    client.force_login(
        User.objects.create_user("nobody", name="无岗位"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "还没有单位" in client.get("/switch/").content.decode()


def test_home_needs_a_sign_in(client, db):
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_the_open_organisation_stays_in_the_head(cast, sign_in):
    client = sign_in(cast.chen)
    client.get("/journal/shifan/")
    assert "示范中学" in client.get("/notices/").content.decode()


def test_a_remembered_organisation_without_a_right_is_not_shown(cast, sign_in):
    client = sign_in(cast.wei)
    client.get("/journal/shifan/")
    assert "示范中学" not in client.get("/notices/").content.decode()


def test_a_refused_address_does_not_change_which_organisation_is_open(cast, sign_in):
    client = sign_in(cast.wei)
    client.get("/s/waixiao/")
    refused = client.get("/s/shifan/")
    assert refused.status_code == 404
    assert "外校小学" in refused.content.decode() and "示范中学" not in refused.content.decode()
    assert "外校小学" in client.get("/notices/").content.decode()
