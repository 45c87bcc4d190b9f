"""代理: a colleague stands in from a day until a day, with the same rights, and hands nothing on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.administration import NotDone, end_role
from accounts.deputising import deputise, end_deputy
from accounts.models import Entry, Notice, Role
from governance.access import authority_for, school_for
from tests import cast as people


def day(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def lu(cast):
    """鲁同事 works for the authority, and may read nothing by herself."""
    return people.official(cast.district, "lu", "鲁同事", Role.Name.INVITED)


def role_of(user) -> Role:
    return Role.objects.get(user=user, deputises=None)


def standing_in(cast, lu, since=0, last=7, by=None) -> Role:
    return deputise(role_of(cast.wang), lu, since=day(since), last=day(last), by=by or cast.wang)


def test_a_deputy_reads_what_the_holder_reads_until_the_last_day(cast, lu, sign_in, monkeypatch):
    assert not authority_for(lu, "district").supervises
    made = standing_in(cast, lu)
    by = authority_for(lu, "district")
    assert by.supervises and by.deputises == ("王检查",) and school_for(lu, "shifan").reads_records
    page = sign_in(lu).get(reverse("district", args=["district"])).content.decode()
    assert "鲁同事（代 王检查）" in page
    assert Entry.objects.get(verb="deputise").summary == f"鲁同事代理王检查的督导检查员岗位，{day()} 至 {day(7)}"
    assert Notice.objects.get(recipient=lu).title.startswith("鲁同事代理王检查")
    Role.objects.filter(pk=made.pk).update(since=day(-9), until=day())
    assert not authority_for(lu, "district").supervises, "it ends by itself"


def test_only_the_holder_and_the_system_administrator_name_one(cast, lu):
    system = people.official(cast.district, "ji", "纪系统", Role.Name.SYSTEM_ADMIN)
    for by in (cast.chu, lu):
        with pytest.raises(NotDone, match="由王检查本人或区教育局的系统管理员登记"):
            standing_in(cast, lu, by=by)
    with pytest.raises(NotDone, match="不能由自己登记自己代理"):
        standing_in(cast, system, by=system)  # who may read no records
    assert standing_in(cast, lu, by=system).deputises.user == cast.wang
    assert Notice.objects.filter(recipient__in=[cast.wang, lu]).count() == 2


def test_a_deputy_hands_nothing_on(cast, lu):
    made = standing_in(cast, lu)
    with pytest.raises(NotDone, match="是代理的，不能再转给别人"):
        deputise(made, cast.chu, since=day(), last=day(1), by=lu)


@pytest.mark.parametrize(
    ("since", "last", "said"), [(-1, 3, "从今天或以后开始"), (3, 2, "结束不能早于开始"), (0, 400, "最多一年")]
)
def test_days_that_make_no_sense_are_refused(cast, lu, since, last, said):
    with pytest.raises(NotDone, match=said):
        standing_in(cast, lu, since, last)


def test_who_cannot_stand_in(cast, lu):
    for who in (cast.li.user, cast.wang):
        with pytest.raises(NotDone, match="不是区教育局的同事"):
            standing_in(cast, who)
    other = people.official(cast.district, "he2", "和检查", Role.Name.INSPECTOR)
    with pytest.raises(NotDone, match="不用再代理"):
        standing_in(cast, other)
    standing_in(cast, lu, 0, 7)
    with pytest.raises(NotDone, match="已由鲁同事代理"):
        standing_in(cast, cast.chu, 7, 9)
    assert standing_in(cast, cast.chu, 8, 9).pk


def test_it_is_ended_early_and_with_the_role_itself(cast, lu):
    made = standing_in(cast, lu)
    Role.objects.filter(pk=made.pk).update(since=day(-2))
    made.refresh_from_db()
    for _click in range(2):
        end_deputy(made, by=cast.wang)
    assert Entry.objects.filter(verb="end_deputy").count() == 1 and not authority_for(lu, "district").supervises
    later = standing_in(cast, lu, 1, 3)
    system = people.official(cast.district, "ji", "纪系统", Role.Name.SYSTEM_ADMIN)
    end_role(role_of(cast.wang), organisation=cast.district, by=system)
    assert not Role.objects.filter(pk=later.pk).exists()


def test_the_database_knows_no_deputy_for_ever(cast, lu):
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(user=lu, organisation=cast.district, role="inspector", deputises=role_of(cast.wang))


def test_the_page_keeps_what_was_chosen_and_ends_one(cast, lu, sign_in):
    client, address = sign_in(cast.wang), reverse("deputy_list", args=["district"])
    given = {"role": role_of(cast.wang).pk, "deputy": lu.pk, "since": day().isoformat()}
    response = client.post(address, given)
    assert response.status_code == 422 and "请填写代理到哪一天" in response.content.decode()
    page = client.post(address, given | {"last": day(5).isoformat()}, follow=True).content.decode()
    assert "正在代理" in page and "结束代理：鲁同事" in page
    made = Role.objects.get(deputises__isnull=False)
    assert "结束代理：鲁同事" not in sign_in(lu).get(address).content.decode()
    sign_in(cast.wang).post(reverse("deputy_end", args=["district", made.pk]))
    assert not Role.objects.filter(deputises__isnull=False).exists(), "one that began today never was"
    with pytest.raises(Http404):
        authority_for(cast.li.user, "district")
