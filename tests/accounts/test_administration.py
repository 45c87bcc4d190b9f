"""What a system administrator may do to accounts, and to whose."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import administration
from accounts.administration import NotDone
from accounts.models import Entry, Notice, Role, User
from tests.cast import SINCE, official

TODAY = timezone.localdate


@pytest.fixture
def admin(cast):
    """System administrator of the school alone."""
    return official(cast.school, "yuan", "袁管理", Role.Name.SYSTEM_ADMIN)


def test_an_account_is_opened_with_a_password_shown_once(cast, sign_in):
    answer = sign_in(cast.chen).post("/people/shifan/new/", {"name": "吕新", "username": "lv", "email": ""})
    user = User.objects.get(username="lv")
    password = answer.context["password"]
    assert user.check_password(password) and "no-store" in answer["Cache-Control"]
    assert Entry.objects.filter(verb="open_account", subject_id=user.pk, organisation=cast.school).exists()
    assert sign_in(cast.chen).get(f"/people/shifan/{user.pk}/").status_code == 200


def test_a_name_is_taken_whatever_its_case(cast, sign_in):
    answer = sign_in(cast.chen).post("/people/shifan/new/", {"name": "赵二", "username": "ZHAO", "email": ""})
    assert "已有人用" in answer.content.decode()


@pytest.mark.parametrize("who", ["zhao", "zheng", "wang", "feng", "chu", "wei"])
def test_others_see_no_accounts(cast, sign_in, who):
    client = sign_in(getattr(cast, who))
    target = cast.qian.user.pk
    assert client.get("/people/shifan/").status_code == 404
    assert client.get(f"/people/shifan/{target}/").status_code == 404
    assert client.post(f"/people/shifan/{target}/reset/").status_code == 404


def test_an_administrator_of_one_school_sees_no_other(cast, admin, sign_in):
    client = sign_in(admin)
    assert client.get("/people/waixiao/").status_code == 404
    assert client.get(f"/people/shifan/{cast.wei.user.pk}/").status_code == 404
    assert "卫书记" not in client.get("/people/shifan/").content.decode()


def test_a_password_reset_ends_the_sessions_and_tells_the_person(cast, client, sign_in):
    sign_in(cast.zhao)
    assert client.get("/notices/").status_code == 200
    administration.reset_password(cast.zhao.user, organisation=cast.school, by=cast.chen)
    assert client.get("/notices/").status_code == 302
    assert Notice.objects.get(recipient=cast.zhao.user).title == "您的密码已由陈系统重置"


def test_who_also_acts_outside_is_not_in_the_hands_of_the_school(cast, admin, sign_in):
    Role.objects.create(user=cast.zhao.user, organisation=cast.district, role=Role.Name.INSPECTOR, since=SINCE)
    with pytest.raises(NotDone, match="上级单位的系统管理员"):
        administration.reset_password(cast.zhao.user, organisation=cast.school, by=admin)
    assert administration.reset_password(cast.zhao.user, organisation=cast.school, by=cast.chen)
    page = sign_in(admin).get(f"/people/shifan/{cast.zhao.user.pk}/").content.decode()
    assert "上级单位的系统管理员" in page and "重置密码" not in page


def test_nobody_gives_a_role_to_oneself(cast):
    with pytest.raises(NotDone, match="自己的账号"):
        administration.grant(
            cast.chen, role="inspector", since=TODAY(), until=None, organisation=cast.district, by=cast.chen
        )


def test_a_verb_checks_the_right_itself(cast):
    for stranger in (cast.zhao.user, cast.feng):
        with pytest.raises(NotDone, match="由系统管理员管理"):
            administration.switch(cast.qian.user, on=False, organisation=cast.school, by=stranger)


def test_roles_are_given_from_a_day_and_ended_today(cast, sign_in):
    client, user = sign_in(cast.chen), cast.he.user
    client.post(f"/people/shifan/{user.pk}/roles/", {"role": "school_secretary", "since": "2026-01-01", "until": ""})
    role = user.roles.get()
    client.post(f"/people/shifan/{user.pk}/roles/{role.pk}/end/")
    role.refresh_from_db()
    assert role.until == TODAY()
    assert not Role.objects.on(TODAY()).filter(user=user).exists()


def test_a_role_given_and_ended_on_one_day_never_was(cast):
    role = administration.grant(
        cast.he.user, role="auditor", since=TODAY(), until=None, organisation=cast.school, by=cast.chen
    )
    administration.end_role(role, organisation=cast.school, by=cast.chen)
    assert not cast.he.user.roles.exists()
    assert list(Entry.objects.values_list("verb", flat=True)[:2]) == ["end_role", "grant_role"]


@pytest.mark.parametrize(
    ("role", "why"),
    [("inspector", "没有这个岗位"), ("school_secretary", "已是示范中学的学校秘书")],
    ids=["an inspector belongs to an authority", "the same role twice"],
)
def test_a_role_that_cannot_be_given(cast, role, why):
    with pytest.raises(NotDone, match=why):
        administration.grant(
            cast.zheng.user, role=role, since=TODAY(), until=None, organisation=cast.school, by=cast.chen
        )


def test_auditor_and_system_administrator_are_two_people(cast):
    with pytest.raises(NotDone, match="不能由一人兼任"):
        administration.grant(
            cast.feng, role="system_admin", since=TODAY(), until=None, organisation=cast.district, by=cast.chen
        )


def test_a_role_ends_after_it_began(cast, sign_in):
    yesterday = TODAY() - timedelta(days=1)
    answer = sign_in(cast.chen).post(
        f"/people/shifan/{cast.he.user.pk}/roles/",
        {"role": "auditor", "since": TODAY().isoformat(), "until": yesterday.isoformat()},
    )
    assert answer.status_code == 422 and "要晚于开始日期" in answer.content.decode()


@pytest.mark.parametrize("address", ["/people/district/", "/people/shifan/"])
def test_as_many_queries_for_one_as_for_fifty(cast, sign_in, count_queries, address):
    client = sign_in(cast.chen)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for number in range(50):
        official(cast.school, f"u{number}", f"同事{number}", Role.Name.AUDITOR)
    assert count_queries(lambda: client.get(address)) == few


def test_an_account_page_costs_the_same_with_many_roles(cast, sign_in, count_queries):
    client, user = sign_in(cast.chen), cast.zheng.user
    address = f"/people/shifan/{user.pk}/"
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for year in range(10):
        since = SINCE.replace(year=2000 + year)
        until = since + timedelta(days=30)
        Role.objects.create(user=user, organisation=cast.school, role="auditor", since=since, until=until)
    assert count_queries(lambda: client.get(address)) == few
