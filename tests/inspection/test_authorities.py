"""A tree of authorities: each sees what lies below it, and nothing beside it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from governance.models import Procedure
from meetings import transitions as verbs
from meetings.models import KeptFinding
from tests import cast as people
from tests.meetings.stage import acting, proposed

DOORS = ("district", "district_schools", "district_findings")


@pytest.fixture
def kept(cast) -> KeptFinding:
    item = proposed(cast).items.get()
    verbs.confirm(item, despite="校长外出学习，已电话沟通。", by=acting(cast.zhao))
    return KeptFinding.objects.get(rule="C-02")


@pytest.fixture
def tree(cast):
    """示范中学's district becomes one of two in a city; each authority has an inspector of its own."""
    city = people.authority("city", "市教育局")
    other = people.authority("other", "邻区教育局", city)
    cast.district.parent = city
    cast.district.save()
    for school in (cast.school, cast.elsewhere):
        school.save()  # takes its place in the tree
    people.school("neighbour", "邻区中学", other)
    return {
        name: people.official(authority, f"inspector-{name}", f"{name}检查", Role.Name.INSPECTOR)
        for name, authority in (("city", city), ("district", cast.district), ("other", other))
    }


def statuses(client, kept) -> list[int]:
    addresses = [reverse(name, args=["district"]) for name in DOORS]
    addresses += [
        reverse("district_register", args=["district", "overdue"]),
        reverse("district_school", args=["district", "shifan"]),
        reverse("finding", args=[kept.pk]),
        reverse("matter", args=["shifan", kept.matter_id]),
        f"/api/v1/findings/{kept.pk}/",
    ]
    return [client.get(address).status_code for address in addresses]


@pytest.mark.parametrize(("who", "status"), [("city", 200), ("district", 200), ("other", 404)])
def test_each_authority_sees_what_lies_below(cast, sign_in, tree, kept, who, status):
    assert set(statuses(sign_in(tree[who]), kept)) == {status}


def test_a_neighbour_finds_nothing_in_lists_either(cast, sign_in, tree, kept):
    client = sign_in(tree["other"])
    page = client.get(reverse("district", args=["other"]))
    assert [row.code for row in page.context["page"]] == ["neighbour"]
    assert client.get(reverse("district_school", args=["other", "shifan"])).status_code == 404
    found = client.get(reverse("district_findings", args=["other"]), {"school": "shifan", "outcome": ""})
    assert found.context["page"].paginator.count == 0
    assert [row["code"] for row in client.get("/api/v1/schools/").json()["results"]] == ["neighbour"]


def test_the_city_sees_both_districts(cast, sign_in, tree, kept):
    page = sign_in(tree["city"]).get(reverse("district", args=["city"])).context["page"]
    assert {row.code for row in page} == {"shifan", "waixiao", "neighbour"}


def test_an_inspector_sees_until_the_last_day_and_no_longer(cast, sign_in, kept):
    role = Role.objects.get(user=cast.wang)
    role.until = timezone.localdate() + timedelta(days=1)
    role.save()
    assert set(statuses(sign_in(cast.wang), kept)) == {200}
    role.until = timezone.localdate()
    role.save()
    assert set(statuses(sign_in(cast.wang), kept)) == {404}


def test_a_city_sees_its_districts_as_rows_and_goes_down(cast, sign_in, tree, kept):
    client = sign_in(tree["city"])
    assert client.get(reverse("home"))["Location"] == reverse("district", args=["city"])
    page = client.get(reverse("district", args=["city"])).content.decode()
    assert "下级主管部门" in page and reverse("district", args=["district"]) in page and "区教育局 ·" in page
    context = client.get(reverse("district", args=["city"]), {"under": "other"}).context
    assert [row.code for row in context["page"]] == ["neighbour"]
    sums = {each.name: (len(each.rows), each.tally) for each in context["branches"]}
    assert {name: count for name, (count, _) in sums.items()} == {"区教育局": 0, "邻区教育局": 1}
    lower = client.get(reverse("district", args=["district"])).content.decode()
    assert "上级：市教育局" in lower and "下级主管部门" not in lower
    switch = client.get(reverse("switch")).content.decode()
    assert all(reverse("district", args=[code]) in switch for code in ("city", "district", "other"))
    assert client.get(reverse("district_glance_sheet", args=["city"])).status_code == 200


def test_whoever_works_below_sees_neither_rows_nor_the_way_up(cast, sign_in, tree):
    client = sign_in(tree["district"])
    page = client.get(reverse("district", args=["district"])).content.decode()
    assert "上级：" not in page and "下级主管部门" not in page
    switch = client.get(reverse("switch")).content.decode()
    assert reverse("district", args=["district"]) in switch and reverse("district", args=["city"]) not in switch


def test_the_city_files_what_schools_of_its_districts_submit(cast, sign_in, tree):
    mayor = people.official(cast.district.parent, "lei", "雷主管", Role.Name.AUTHORITY_ADMIN)
    Procedure.objects.create(
        school=cast.school, body="party", since=timezone.localdate(), text="第一条", submitted_on=timezone.localdate()
    )
    page = sign_in(mayor).get(reverse("filing_list", args=["city"])).content.decode()
    assert "示范中学" in page and "去审查" in page
    assert "示范中学" not in sign_in(tree["other"]).get(reverse("filing_list", args=["other"])).content.decode()
