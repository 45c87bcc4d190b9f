"""The bell: one's own notices, and nobody else's."""

import pytest

from accounts.models import Notice


def notice(recipient, organisation, number=1, **more):
    return Notice.objects.create(
        recipient=recipient, organisation=organisation, key=f"k{number}", kind="test", title=f"第 {number} 条", **more
    )


def test_a_notice_is_read_by_opening_it(cast, sign_in):
    mine = notice(cast.zhao.user, cast.school, url="/s/shifan/")
    assert sign_in(cast.zhao).get(f"/notices/{mine.pk}/")["Location"] == "/s/shifan/"
    mine.refresh_from_db()
    assert mine.read_at is not None


def test_a_notice_leads_nowhere_outside(cast, sign_in):
    mine = notice(cast.zhao.user, cast.school, url="https://elsewhere.example/")
    assert sign_in(cast.zhao).get(f"/notices/{mine.pk}/")["Location"] == "/notices/"


def test_another_persons_notice_is_not_there(cast, sign_in):
    theirs = notice(cast.qian.user, cast.school)
    client = sign_in(cast.zhao)
    assert client.get(f"/notices/{theirs.pk}/").status_code == 404
    assert "第 1 条" not in client.get("/notices/").content.decode()


def test_all_read_touches_only_ones_own(cast, sign_in):
    mine, theirs = notice(cast.zhao.user, cast.school), notice(cast.qian.user, cast.school)
    sign_in(cast.zhao).post("/notices/read/")
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.read_at and not theirs.read_at


def test_the_bell_shows_the_newest(cast, sign_in):
    for number in range(12):
        notice(cast.zhao.user, cast.school, number)
    page = sign_in(cast.zhao).get("/notices/", headers={"HX-Request": "true"}).content.decode()
    assert "第 11 条" in page and "第 3 条" not in page and "<html" not in page


def test_mail_is_for_each_to_choose(cast, sign_in):
    sign_in(cast.zhao).post("/notices/by-email/", {"by_email": "0"})
    cast.zhao.user.refresh_from_db()
    assert not cast.zhao.user.by_email


@pytest.mark.parametrize("address", ["/notices/", "/notices/?unread=1"])
def test_as_many_queries_for_one_as_for_fifty(cast, sign_in, count_queries, address):
    client = sign_in(cast.zhao)
    notice(cast.zhao.user, cast.school)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for number in range(2, 51):
        notice(cast.zhao.user, cast.school if number % 2 else cast.district, number)
    assert count_queries(lambda: client.get(address)) == few
