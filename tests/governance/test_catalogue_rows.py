"""事项目录: what a school adds to the catalogue, from a day on; it never loosens it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance import cataloguing
from governance.models import CatalogueRow
from governance.procedures import Refused
from governance.rules import facts
from meetings.forms import categories
from meetings.needs import category_titles
from tests.meetings.stage import acting

from .scenes import TURN, of_day

LIST = reverse("catalogue", args=["shifan"])
NEW = reverse("catalogue_row_new", args=["shifan"])


def added(cast, code, since=TURN, **more):
    given = {"prior": ["J1", "E"], "reserved": True, "two_thirds": False} | more
    return cataloguing.add_row(code, since=since, by=acting(cast.zheng), **given)


def own(cast, code="D20", since=TURN, **more):
    return added(cast, code, since, **{"title": "校名校徽的使用", "route": "A→P", "prior": ["L"]} | more)


def around(since=TURN) -> list:
    return [since + timedelta(days=n) for n in (-1, 0, 1)]


def test_an_added_mark_is_asked_for_from_its_day_on(cast):
    row = added(cast, "D02", prior=["J1", "E", "L"], two_thirds=True)
    assert (row.title, row.route, row.prior, row.reserved) == ("发展规划、办学理念", "A→P", ["L"], None)
    dossier = of_day(cast)
    marks = [sorted(dossier.category("D02", day).marks) for day in around()]
    assert marks == [["E", "J1"], ["E", "J1", "L"], ["E", "J1", "L"]]
    matter = facts.Matter(id=1, title="规划", category="D02")
    assert [dossier.two_thirds(matter, day) for day in around()] == [False, True, True]


def test_general_matters_and_sums_can_be_reserved_whatever_they_cost(cast):
    for code in ("G", "F01"):
        added(cast, code, prior=[])
    dossier = of_day(cast)
    for code, before in (("G", False), ("F01", None)):
        matter = facts.Matter(id=1, title="事", category=code)
        assert [dossier.reserved(matter, day) for day in around()] == [before, True, True]


def test_an_own_code_stands_as_it_says_from_its_day_on(cast, sign_in):
    client = sign_in(cast.zheng)
    more = {"since": TURN.isoformat(), "code": "ｄ20", "title": "校名校徽的使用", "route": "A→P", "prior": ["L"]}
    assert client.post(NEW, more | {"reserved": "on"}).status_code == 302
    row = CatalogueRow.objects.get()
    assert (row.code, row.title, row.prior, row.reserved, row.two_thirds) == ("D20", more["title"], ["L"], True, False)
    assert Entry.objects.get().summary == "登记学校目录：D20 校名校徽的使用，自2026年3月1日起"
    offered = [dict(categories(of_day(cast), day))["重大决策"] for day in around()]
    assert [("D20", "校名校徽的使用（D20）") in group for group in offered] == [False, True, True]
    assert category_titles(cast.school)["D20"] == "校名校徽的使用"


def test_the_matter_form_offers_an_own_code_only_while_it_stands(cast, sign_in):
    own(cast)
    own(cast, "P20", since=timezone.localdate() + timedelta(days=1), title="以后才有的事")
    page = sign_in(cast.li).get(reverse("matter_new", args=["shifan"])).content.decode()
    assert "校名校徽的使用（D20）" in page and "以后才有的事" not in page


@pytest.mark.parametrize(
    ("code", "more", "field", "said"),
    [
        ("D02", {"prior": ["E"]}, "prior", "D02 须经听取教职工意见，学校只能增加，不能减少。依据《意见》（七）。"),
        ("D02", {"reserved": False}, "reserved", "须由党组织会议决定，学校不能放宽。依据《意见》（一）3、（五）。"),
        ("H01", {"prior": ["N", "G", "E"]}, "two_thirds", "干部任免须三分之二以上到会，学校不能放宽"),
        ("D02", {}, None, "没有增加要求，不用登记"),
        ("X20", {"title": "事", "route": "P"}, "code", "编码以类别字母开头"),
        ("D", {"title": "事", "route": "P"}, "code", "编码以类别字母开头"),
        ("D20", {"title": " ", "route": "P"}, "title", "请填写事项名称"),
        ("D20", {"title": "事", "route": "Q"}, "route", "请选择路径"),
        ("D20", {"title": "事", "route": "A"}, "route", "由党组织会议决定的事项"),
        ("D20", {"title": "事", "route": "P", "reserved": False}, "route", "不由党组织会议决定的事项"),
    ],
)
def test_what_is_refused(cast, code, more, field, said):
    with pytest.raises(Refused) as refused:
        added(cast, code, **more)
    assert (refused.value.field, said in str(refused.value)) == (field, True)
    assert not CatalogueRow.objects.exists() and not Entry.objects.exists()


def test_a_refusal_comes_back_beside_its_field_with_the_clause(cast, sign_in):
    client = sign_in(cast.zheng)
    address = f"{NEW}?code=D02"
    page = client.get(address).content.decode()
    assert 'value="J1" id="id_prior_0" checked' in page and "目录规定：校长办公会议先行研究、听取教职工意见" in page
    response = client.post(address, {"since": TURN.isoformat(), "prior": ["E", "L"], "reserved": "on"})
    page = response.content.decode()
    assert response.status_code == 422 and "学校只能增加，不能减少" in page and "<blockquote>" in page
    assert client.get(f"{NEW}?code=D99").status_code == 404


def test_the_latest_row_counts_and_may_ask_for_less_than_the_schools_own_before(cast):
    added(cast, "D02", prior=["J1", "E", "L"])
    added(cast, "D02", since=TURN + timedelta(days=30))
    dossier = of_day(cast)
    marks = [sorted(dossier.category("D02", TURN + timedelta(days=n)).marks) for n in (29, 30, 31)]
    assert marks == [["E", "J1", "L"], ["E", "J1"], ["E", "J1"]]


def test_two_rows_of_a_code_from_one_day_are_refused(cast):
    own(cast)
    with pytest.raises(Refused, match="D20 自2026年3月1日起已有一项规定"):
        own(cast, title="又一次")
    assert CatalogueRow.objects.count() == 1


def test_a_row_is_corrected_only_before_it_begins(cast, sign_in):
    client, soon = sign_in(cast.zheng), timezone.localdate() + timedelta(days=10)
    past, coming = own(cast), own(cast, "D21", since=soon)

    def correct(row):
        more = {"since": row.since.isoformat(), "title": "改了名", "route": "P", "reserved": "on"}
        return client.post(reverse("catalogue_row_edit", args=["shifan", row.pk]), more)

    assert "已经执行，不能再改" in correct(past).content.decode()
    assert correct(coming).status_code == 302
    assert list(CatalogueRow.objects.order_by("code").values_list("title", flat=True)) == ["校名校徽的使用", "改了名"]


def test_the_page_shows_the_catalogue_with_what_the_school_added(cast, sign_in):
    added(cast, "D02", prior=["J1", "E", "L"], two_thirds=True)
    own(cast, "D20", since=TURN + timedelta(days=9))
    client = sign_in(cast.qian)
    page = client.get(LIST, {"on": TURN.isoformat()}).content.decode()
    assert "传达落实上级重要精神和决策部署" in page and "达到大额标准的，由党组织会议决定" in page
    assert "法律审查、三分之二以上到会 <span" in page and "自 2026年3月1日" in page
    assert '校名校徽的使用 <span class="state">尚未执行</span>' in page and "?code=D02" not in page
    assert "?code=D02" in sign_in(cast.zheng).get(LIST).content.decode()
