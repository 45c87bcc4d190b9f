"""What an authority asks of its schools: they may only be stricter, and are judged by the stricter of the two."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance import cataloguing, flooring
from governance.access import authority_for
from governance.demanding import laxer_rows, laxer_sums, laxer_versions
from governance.facts import own_rows
from governance.models import CatalogueRow, LargeSum, Procedure
from governance.procedures import Refused
from governance.rules import facts
from meetings.dossiers import bring_in, dossier_of
from meetings.needs import category_titles
from tests import cast as people
from tests.meetings.stage import acting

from .scenes import TURN, entered, of_day

PAPER = "区教发〔2026〕3号"


def administrator(cast):
    return authority_for(cast.chu, "district")


def limit(cast, amount=100_000, since=TURN, by=None, **more):
    given = {"inclusive": True, "cumulative": True, "basis": PAPER} | more
    return cataloguing.add_large_sum(since=since, amount=Decimal(amount), by=by or administrator(cast), **given)


def own_sum(cast, amount, since=TURN, **more):
    given = {"inclusive": True, "cumulative": True} | more
    return cataloguing.add_large_sum(since=since, amount=Decimal(amount), by=acting(cast.zheng), **given)


def asked_row(cast, code, since=TURN, by=None, **more):
    given = {"prior": ["J1", "E"], "reserved": True, "two_thirds": False, "basis": PAPER} | more
    return cataloguing.add_row(code, since=since, by=by or administrator(cast), **given)


def floor(cast, name="notice_hours", value=72, body="party", since=TURN):
    return flooring.set_floor(body, name, value=value, since=since, basis=PAPER, by=administrator(cast))


def test_a_school_without_its_own_large_sum_has_that_of_its_authority(cast):
    limit(cast, 80_000)
    before, after = (of_day(cast).large_sum(TURN + timedelta(days=n)) for n in (-1, 0))
    assert before is None and after.amount == 80_000


def test_a_higher_large_sum_is_refused_with_the_paper_and_the_difference(cast):
    limit(cast)
    with pytest.raises(Refused) as refused:
        own_sum(cast, 120_000, TURN + timedelta(days=1))
    assert refused.value.field == "amount"
    assert str(refused.value) == (
        "大额标准不能高于 10 万元，填写的是 12 万元，高 2 万元。"
        f"依据区教育局{PAPER}（自2026年3月1日起），请改为 10 万元或更低。"
    )
    for more in ({"inclusive": False}, {"cumulative": False}):
        with pytest.raises(Refused, match=PAPER):
            own_sum(cast, 100_000, **more)
    assert own_sum(cast, 50_000, TURN - timedelta(days=9)).pk and not LargeSum.objects.filter(amount=120_000).exists()


def test_of_a_school_and_two_authorities_the_lowest_sum_stands_each_day(cast):
    city = people.authority("city", "市教育局")
    mayor = people.official(city, "lei", "雷主管", "authority_admin")
    cast.district.parent = city
    cast.district.save()
    cast.school.refresh_from_db()
    own_sum(cast, 90_000, TURN)
    limit(cast, 100_000, TURN + timedelta(days=1), by=authority_for(mayor, "city"), basis="市教发〔2026〕1号")
    limit(cast, 60_000, TURN + timedelta(days=2))
    with pytest.raises(Refused, match="市教育局市教发〔2026〕1号"):
        limit(cast, 110_000, TURN + timedelta(days=4))
    dossier = of_day(cast)
    sums = [dossier.large_sum(TURN + timedelta(days=n)).amount for n in range(4)]
    assert sums == [90_000, 90_000, 60_000, 60_000]


def test_the_catalogue_asks_for_what_school_and_authority_add(cast):
    asked_row(cast, "D02", prior=["J1", "E", "L"])
    with pytest.raises(Refused) as refused:
        cataloguing.add_row(
            "D02", since=TURN, prior=["J1", "E", "G"], reserved=True, two_thirds=True, by=acting(cast.zheng)
        )
    assert str(refused.value).startswith("D02 须经法律审查，只能增加，不能减少。依据区教育局" + PAPER)
    with pytest.raises(Refused, match="没有增加要求"):
        cataloguing.add_row(
            "D02", since=TURN, prior=["J1", "E", "L"], reserved=True, two_thirds=False, by=acting(cast.zheng)
        )
    cataloguing.add_row(
        "D02", since=TURN, prior=["J1", "E", "L", "G"], reserved=True, two_thirds=True, by=acting(cast.zheng)
    )
    stands = of_day(cast).category("D02", TURN)
    assert sorted(stands.marks) == ["E", "G", "J1", "L"] and stands.two_thirds


def test_a_code_of_the_authority_stands_in_its_schools_and_is_not_loosened(cast):
    more = {"title": "课后服务收费", "route": "A→P", "prior": ["J1"]}
    asked_row(cast, "D40", **more)
    assert category_titles(cast.school)["D40"] == "课后服务收费"
    for given, field in (
        ({"prior": []}, "prior"), ({"route": "P"}, "route"), ({"route": "A", "reserved": False}, "reserved")
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            cataloguing.add_row(
                "D40", since=TURN, by=acting(cast.zheng), **{"reserved": True, "two_thirds": False} | more | given
            )
        assert refused.value.field == field and PAPER in str(refused.value)


def test_a_version_below_the_floor_is_refused_and_an_older_one_is_judged_by_the_floor(cast, sign_in):
    entered(cast, since=TURN - timedelta(days=9), parameters={"notice_hours": 24})
    floor(cast)
    version = Procedure.objects.get()
    page = sign_in(cast.chu).get(reverse("procedure", args=["shifan", version.pk])).content.decode()
    assert "低于主管部门的要求" in page and "不得少于 72 小时" in page
    dossier = of_day(cast)
    hours = [dossier.parameters("party", TURN + timedelta(days=n)).notice_hours for n in (-1, 0)]
    assert hours == [24, 72]
    for parameters, now in (({"notice_hours": 48}, "填写的是 48 小时"), ({}, "没有填写，默认是 48 小时")):
        with pytest.raises(Refused) as refused:
            entered(cast, since=TURN, parameters=parameters)
        assert refused.value.field == "notice_hours" and f"不得少于 72 小时，{now}。依据区教育局" in str(refused.value)
    assert entered(cast, since=TURN, parameters={"notice_hours": 96}).pk
    for wrong, value in (("vacation_months", []), ("notice_hours", "x")):
        with pytest.raises(Refused):
            floor(cast, wrong, value)


def test_whose_own_words_ask_for_less_is_listed(cast):
    own_sum(cast, 200_000)
    LargeSum.objects.create(school=cast.elsewhere, since=TURN, amount=10)
    CatalogueRow.objects.create(school=cast.school, code="D40", title="收费", since=TURN, route="A", reserved=False)
    entered(cast, parameters={"notice_hours": 24})
    limit(cast)
    asked_row(cast, "D40", title="课后服务收费", route="P", prior=[])
    floor(cast)
    for found in (laxer_sums, laxer_rows, laxer_versions):
        assert [each.school for each in found(cast.district)] == [cast.school]
    own_sum(cast, 70_000, TURN + timedelta(days=1))
    assert laxer_sums(cast.district) == []
    limit(cast, 60_000, timezone.localdate() + timedelta(days=30))
    assert "高 1 万元" in laxer_sums(cast.district)[0].said, "what will be asked is told beforehand"


def test_what_left_with_the_words_of_an_authority_may_come_back(cast):
    own_sum(cast, 200_000)
    limit(cast, since=TURN + timedelta(days=1))
    asked_row(cast, "D02", prior=["J1", "E", "L"])
    left = dossier_of(cast.school)
    assert [one.amount for one in left.large_sums] == [200_000, 100_000] and len(left.catalogue) == 1
    assert bring_in(left, into=cast.school).nothing
    assert [len(each) for each in own_rows(cast.school)] == [1, 0]
    there = people.school("bie", "别处学校", people.authority("far", "外市教育局"))
    bring_in(
        facts.Records(
            replace(left.school, code="bie", name="别处学校"), large_sums=left.large_sums, catalogue=left.catalogue
        ),
        into=there,
    )
    assert dossier_of(there).large_sums == left.large_sums


def test_only_the_administrator_asks_and_names_the_paper(cast, sign_in):
    for who in (authority_for(cast.wang, "district"), acting(cast.zhao)):
        with pytest.raises(PermissionDenied):
            limit(cast, by=who)
    client = sign_in(cast.chu)
    address = reverse("district_large_sum_new", args=["district"])
    given = {"since": TURN.isoformat(), "amount": "10万", "inclusive": "on", "cumulative": "on"}
    response = client.post(address, given)
    assert response.status_code == 422 and "请填写依据文件的名称或文号" in response.content.decode()
    assert client.post(address, given | {"basis": PAPER}).status_code == 302
    assert Entry.objects.get(organisation=cast.district).summary == "登记大额标准：自2026年3月1日起 10 万元"
    own_sum(cast, 20_000)
    page = sign_in(cast.zheng).get(reverse("large_sum_list", args=["shifan"])).content.decode()
    assert "上级规定" in page and PAPER in page
    client = sign_in(cast.chu)
    form = reverse("district_floor_new", args=["district", "party", "quorum"])
    response = client.post(form, {"value": "two_thirds", "since": TURN.isoformat(), "basis": PAPER})
    page = client.get(response["Location"]).content.decode()
    assert "不得低于三分之二以上" in page and PAPER in page
    page = sign_in(cast.zheng).get(reverse("procedure_new", args=["shifan"]) + "?body=party").content.decode()
    assert "区教育局要求不得低于三分之二以上" in page
    page = (
        sign_in(cast.chu).get(reverse("district_catalogue_row_new", args=["district"]) + "?code=D02").content.decode()
    )
    assert "依据文件" in page
