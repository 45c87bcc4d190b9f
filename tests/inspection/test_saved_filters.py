"""存下的筛选: kept under a name, opened, shared with colleagues, removed; what is lost is said."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Role
from governance.terms import recent
from inspection.models import SavedFilter
from tests import cast as people

NEW, INDEX = reverse("filter_new", args=["district"]), reverse("register_index", args=["district"])
MEETINGS = reverse("district_register", args=["district", "meetings"])
PAGES = [
    ("register/meetings", MEETINGS, "school=shifan"),
    ("findings", reverse("district_findings", args=["district"]), "outcome="),
    ("schools", reverse("district_schools", args=["district"]), "q=%E7%A4%BA%E8%8C%83&sort=P"),
]


def keep(client, name="示范的会议", query="school=shifan", page="register/meetings", **more):
    return client.post(NEW, {"name": name, "page": page, "query": query} | more)


def act(client, what: str, saved: SavedFilter):
    return client.post(reverse(f"filter_{what}", args=["district", saved.pk]), follow=True)


@pytest.mark.parametrize(("page", "address", "query"), PAGES)
def test_what_a_list_is_narrowed_to_is_kept_and_opened_again(cast, sign_in, page, address, query):
    client = sign_in(cast.wang)
    now = client.get(f"{address}?{query}&page=1")
    assert now.context["saved"].query == query and "存下现在的筛选" in now.content.decode()
    assert keep(client, "常看的", now.context["saved"].query, page).url == f"{address}?{query}"
    again = client.get(f"{address}?{query}")
    (row,) = again.context["saved"].rows
    assert row.open and "存下现在的筛选" not in again.content.decode()
    (row,) = client.get(INDEX).context["kept"]
    assert row.address == f"{address}?{query}" and client.get(row.address).status_code == 200


def test_it_is_shared_with_colleagues_and_removed_by_its_owner(cast, sign_in):
    other = people.official(cast.district, "lu", "陆检查", Role.Name.INSPECTOR)
    client = sign_in(cast.wang)
    keep(client)
    keep(client)  # a double click
    saved = SavedFilter.objects.get()
    client = sign_in(other)
    assert client.get(MEETINGS).context["saved"].rows == [] and act(client, "share", saved).status_code == 404
    assert "本单位同事也可以用" in act(sign_in(cast.wang), "share", saved).content.decode()
    client = sign_in(other)
    assert "（王检查）" in client.get(MEETINGS).content.decode()
    assert "由存下它的人办理" in act(client, "remove", saved).content.decode()
    client = sign_in(cast.wang)
    act(client, "remove", saved), act(client, "keep", SavedFilter.objects.get())
    assert list(client.get(INDEX).context["kept"]) == [] and keep(client).status_code == 302
    assert [each.verb for each in Entry.objects.filter(verb__endswith="_filter").order_by("pk")][:3] == [
        "save_filter", "share_filter", "remove_filter",
    ]  # fmt: skip


def test_another_filter_of_the_same_name_is_refused_and_nothing_typed_is_lost(cast, sign_in):
    client = sign_in(cast.wang)
    keep(client)
    refused = keep(client, query="body=party", shared="on").content.decode()
    assert "已有名为“示范的会议”的筛选" in refused and 'value="body=party"' in refused and "checked" in refused
    assert keep(client, query="body=party", page="register/overdue").status_code == 302
    assert keep(client, page="register/nothing").status_code == 404


def test_a_choice_that_is_gone_is_said_and_never_an_error(cast, sign_in):
    client = sign_in(cast.wang)
    for page, query in (
        ("register/meetings", "school=gone&body=party"),
        ("findings", "rule=X-99"),
        ("schools", "stage=x"),
    ):
        SavedFilter.objects.create(user=cast.wang, organisation=cast.district, page=page, name=page, query=query)
    SavedFilter.objects.create(
        user=cast.wang, organisation=cast.district, page="register/gone", name="旧台账", query=""
    )
    rows = {row.saved.name: row for row in client.get(INDEX).context["kept"]}
    for name, label in (("register/meetings", "学校"), ("findings", "规则"), ("schools", "学段")):
        opened = client.get(rows[name].address)
        assert f"“{label}”原来的选择现在没有了" in opened.content.decode()
    assert rows["旧台账"].address == "" and "打不开了，可以删去" in client.get(INDEX).content.decode()


def test_the_term_of_the_day_is_not_kept(cast, sign_in):
    this, before = recent(timezone.localdate(), 2)
    client = sign_in(cast.wang)
    for term, kept in ((this, ""), (before, f"term={before.key}")):
        assert client.get(MEETINGS, {"term": term.key}).context["saved"].query == kept


def test_a_school_keeps_its_own(cast, sign_in):
    client = sign_in(cast.li)
    ours = reverse("school_register", args=["shifan", "major"])
    client.post(
        reverse("filter_new", args=["shifan"]), {"name": "人事", "page": "register/major", "query": "category=H"}
    )
    (row,) = client.get(ours).context["saved"].rows
    assert row.address == f"{ours}?category=H"
    assert sign_in(cast.wei).post(NEW, {"name": "x", "page": "findings", "query": ""}).status_code == 404
