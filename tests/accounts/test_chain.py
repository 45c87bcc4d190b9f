"""The chain of the journal: every line has a place, and whoever changes one is found out."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from accounts import chain, journal
from accounts.models import Entry, Link


def lines(cast, count: int, organisation=None) -> list[Entry]:
    where = organisation or cast.school
    return [
        journal.record("propose", cast.li, f"第{n}行", organisation=where, by=cast.li.user, facts={"数": n, "空": None})
        for n in range(count)
    ]


def rewrite(sql: str, *values) -> None:
    """What somebody with the database in their hands could do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_each_organisation_has_a_chain_of_its_own(cast):
    ours, theirs = lines(cast, 3), lines(cast, 2, cast.elsewhere)
    assert chain.link() == 5
    assert chain.link() == 0
    assert [each.entry_id for each in cast.school.links.order_by("no")] == [line.pk for line in ours]
    assert [(each.no, each.entry_id) for each in cast.elsewhere.links.order_by("no")] == [
        (n, line.pk) for n, line in enumerate(theirs, start=1)
    ]
    first, second = cast.school.links.order_by("no")[:2]
    assert first.previous == chain.BEGINNING and second.previous == first.digest
    assert chain.check(cast.school) == chain.Checked(3, cast.school.links.get(no=3).digest)


def test_a_line_that_was_overtaken_is_linked_later(cast, monkeypatch):
    """Its transaction took long: the lines after it are linked, and it comes behind them, near or far."""
    monkeypatch.setattr(chain, "NEAR", 3)
    first, late, *others = lines(cast, 6)
    monkeypatch.setattr(chain, "_waiting", lambda whole, all=chain._waiting: all(whole).exclude(pk=late.pk))
    assert chain.link() == 5
    monkeypatch.undo()
    monkeypatch.setattr(chain, "NEAR", 3)
    assert chain.link() == 0  # overtaken by more than are looked among
    assert chain.link(whole=True) == 1
    assert [each.entry_id for each in cast.school.links.order_by("no")] == [
        first.pk, *(line.pk for line in others), late.pk,
    ]  # fmt: skip
    assert not chain.check(cast.school).wrong


def test_a_part_is_linked_and_the_next_goes_on(cast, monkeypatch):
    monkeypatch.setattr(chain, "AT_ONCE", 2)
    lines(cast, 5)
    assert chain.link(seconds=0) == 2
    assert chain.link() == 3
    assert chain.check(cast.school).linked == 5


@pytest.mark.parametrize(
    ("sql", "at", "said"),
    [
        ("UPDATE accounts_entry SET summary = '别的' WHERE id = %s", 2, "内容与入链时不同"),
        ("UPDATE accounts_entry SET facts = '{\"数\": 9}' WHERE id = %s", 2, "内容与入链时不同"),
        ("DELETE FROM accounts_link WHERE entry_id = %s", 2, "第 2 行不在了"),
        ("UPDATE accounts_link SET entry_digest = repeat('0', 64) WHERE entry_id = %s", 2, "内容与入链时不同"),
        ("UPDATE accounts_link SET previous = repeat('0', 64) WHERE entry_id = %s", 2, "接不上"),
        ("UPDATE accounts_link SET digest = repeat('0', 64) WHERE entry_id = %s", 2, "链上摘要不对"),
    ],
)
def test_whoever_changes_a_line_is_found_out(cast, sql, at, said):
    second = lines(cast, 4)[1]
    chain.link()
    rewrite(sql, second.pk)
    checked = chain.check(cast.school)
    assert (checked.at, checked.linked) == (at, at - 1) and said in checked.wrong


def test_what_was_seen_before_is_remembered(cast):
    """Whoever makes the chain anew, or cuts off its end, comes after the checks and packs that saw it."""
    line, *_ = lines(cast, 4)
    chain.link()
    chain.check_and_write(cast.school)
    rewrite("DELETE FROM accounts_link WHERE no > 3")
    assert "已有 4 行，现在只有 3 行" in chain.check(cast.school).wrong
    rewrite("DELETE FROM accounts_link")
    rewrite("UPDATE accounts_entry SET summary = '别的' WHERE id = %s", line.pk)
    chain.link()
    found = chain.check(cast.school)
    assert found.at == 4 and "重新入链" in found.wrong
    chain.check_and_write(cast.school)
    assert "重新入链" in chain.check(cast.school).wrong, "found once, found for ever"


def test_checking_is_told_on_the_page_of_the_journal(cast, sign_in, capsys):
    page = reverse("journal", args=["shifan"])
    lines(cast, 3)
    assert "0 行已入链" in sign_in(cast.feng).get(page).content.decode()
    call_command("check_chain", "shifan")
    assert "3 行全部相符" in capsys.readouterr().out
    said = sign_in(cast.feng).get(page).content.decode()
    assert "3 行已入链" in said and "最近一次核对" in said and "相符" in said

    rewrite("UPDATE accounts_entry SET summary = '别的' WHERE summary = '第0行'")
    with pytest.raises(SystemExit):
        call_command("check_chain")
    assert "第 1 行" in capsys.readouterr().out
    page = reverse("journal", args=["district"])
    assert "不符" in sign_in(cast.feng).get(page).content.decode()
    assert Link.objects.count() == 4  # the line of the first check is a line like any other
