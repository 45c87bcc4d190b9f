"""Who reads the journal, and of what."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.journal import record
from accounts.models import Role
from accounts.views import journal
from tests.cast import official


@pytest.fixture
def lines(cast):
    with transaction.atomic():
        record("propose", cast.school, "申报议题“修缮操场”", organisation=cast.school, by=cast.zheng.user)
        record("confirm", cast.elsewhere, "同意“购置图书”提交党组织会议", organisation=cast.elsewhere, by=cast.wei.user)


def page(client, code, query=""):
    return client.get(f"/journal/{code}/{query}")


@pytest.mark.parametrize("who", ["feng", "chen"])
def test_auditor_and_system_administrator_read_it_for_their_district_and_below(cast, lines, sign_in, who):
    client = sign_in(getattr(cast, who))
    assert "修缮操场" in page(client, "district").content.decode()
    ours = page(client, "shifan").content.decode()
    assert "修缮操场" in ours and "购置图书" not in ours


@pytest.mark.parametrize("who", ["zhao", "qian", "zheng", "wei", "wang", "chu"])
def test_others_find_no_journal(cast, lines, sign_in, who):
    client = sign_in(getattr(cast, who))
    assert page(client, "shifan").status_code == 404
    assert page(client, "district").status_code == 404


def test_an_auditor_of_one_school_reads_no_other(cast, lines, sign_in):
    client = sign_in(official(cast.elsewhere, "jiang", "蒋审计", Role.Name.AUDITOR))
    assert page(client, "waixiao").status_code == 200
    assert page(client, "shifan").status_code == 404
    assert page(client, "district").status_code == 404


def test_a_role_that_has_ended_opens_nothing(cast, lines, sign_in):
    cast.feng.roles.update(until=timezone.localdate())
    assert page(sign_in(cast.feng), "district").status_code == 404


def test_by_verb_and_by_day(cast, lines, sign_in):
    client = sign_in(cast.feng)
    only = page(client, "district", "?verb=confirm").content.decode()
    assert "购置图书" in only and "修缮操场" not in only
    today = timezone.localdate().isoformat()
    assert "修缮操场" in page(client, "district", f"?day={today}").content.decode()
    assert "没有这样的记录" in page(client, "district", "?day=2020-01-01").content.decode()


def test_it_counts_no_farther_than_it_pages(cast, lines, sign_in, monkeypatch):
    monkeypatch.setattr(journal, "FARTHEST", 1)
    said = page(sign_in(cast.feng), "district").content.decode()
    assert '共 <b class="figure">1</b> 条' in said and "更早的请按日期筛选" in said


def test_as_many_queries_for_one_as_for_fifty(cast, lines, sign_in, count_queries):
    client = sign_in(cast.feng)
    page(client, "district")
    few = count_queries(lambda: page(client, "district"))
    with transaction.atomic():
        for _ in range(50):
            record("note", cast.school, "记录", organisation=cast.school, by=cast.zheng.user)
    assert count_queries(lambda: page(client, "district")) == few
