"""王检查 plans an inspection, begins it, gives it more time, ends it; what its pages count is in its scope."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice
from governance.models import Grant
from inspection import transitions as verbs
from inspection.models import Inspection
from inspection.planning_form import shown
from meetings.draining import drain
from tests import cast as people
from tests.inspection.inspecting import acting, held, plan, planned, started

LIST = reverse("inspection_list", args=["district"])
NEW = reverse("inspection_new", args=["district"])


def begins_with(cast):
    """Two items of one meeting, of two classes; one meeting long ago; one at another school."""
    personnel = held(cast.school, "中层干部任免", category="H01", broken="P-04")
    held(cast.school, "食堂承包方案", meeting=personnel.meeting)
    held(cast.school, "去年的方案", days_ago=300, broken="P-03")
    held(cast.elsewhere, "外校的方案", broken="P-03")
    return planned(cast, cast.wang, cast.yan)


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def inspection(begun) -> Inspection:
    return Inspection.objects.get(pk=begun[1].pk)


def test_it_is_planned_on_the_page_and_begun_from_there(cast, sign_in):
    client, today = sign_in(cast.wang), timezone.localdate()
    given = {
        "title": "离任审计", "kind": "audit", "basis": "区审〔2026〕5号", "since": today, "until": today,
        "records_since": today - timedelta(days=90), "records_until": today, "classes": ["H"],
        "schools": [cast.school.pk], "members": [cast.wang.pk, cast.yan.pk], "lead": cast.yan.pk,
    }  # fmt: skip
    made = client.post(NEW, given, follow=True)
    ours = Inspection.objects.get(title="离任审计")
    assert made.redirect_chain[-1][0] == reverse("inspection", args=[ours.pk])
    assert "今天" not in made.content.decode() and "示范中学" in made.content.decode()
    client.post(NEW, given)
    assert Inspection.objects.filter(title="离任审计").count() == 1, "a second click"
    page = client.post(reverse("inspection_act", args=[ours.pk, "begin"]), follow=True).content.decode()
    assert "今天是最后一天" in page and "只看重要人事任免" in page and "严审计（组长）" in page
    assert {(g.user_id, g.school_id, tuple(g.classes)) for g in Grant.objects.filter(key=ours.key)} == {
        (user.pk, cast.school.pk, ("H",)) for user in (cast.wang, cast.yan)
    }
    assert "离任审计" in client.get(LIST).content.decode()


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(cast, sign_in):
    today = timezone.localdate()
    given = {
        "title": "督导", "kind": "supervision", "since": today, "until": today - timedelta(days=1),
        "records_since": today, "records_until": today, "lead": cast.yan.pk, "members": [cast.wang.pk],
    }  # fmt: skip
    refused = sign_in(cast.wang).post(NEW, given)
    form = refused.context["form"]
    assert refused.status_code == 422 and set(form.errors) == {"until", "lead", "schools"}
    assert 'value="督导"' in refused.content.decode()
    assert f'name="members" value="{cast.wang.pk}" checked' in refused.content.decode()
    assert not Inspection.objects.filter(title="督导").exists()


def test_people_are_chosen_once_the_schools_are(cast, sign_in, inspection):
    client, there = sign_in(cast.wang), reverse("inspection_edit", args=[inspection.pk])
    assert "周副校" in client.get(there).content.decode()
    given = {name: value for name, value in shown(inspection).items() if value is not None}
    assert client.post(there, given | {"people": [cast.zhou.pk]}).status_code == 302
    assert list(inspection.people.all()) == [cast.zhou]
    lost = client.post(there, given | {"title": "另一个名称"})
    assert lost.status_code == 422 and "已由他人修改" in lost.content.decode()
    assert "另一个名称" in lost.content.decode()


def test_only_schools_below_and_those_who_may_be_named(cast, inspection):
    neighbour = people.school("linxiao", "邻区小学", people.authority("neighbour", "邻区教育局"))
    for wrong in ({"schools": [neighbour]}, {"members": [cast.feng]}, {"lead": cast.chen}):
        with pytest.raises(verbs.Stopped):
            planned(cast, title="不行的检查", **wrong)
    with pytest.raises(verbs.NotAllowed):
        verbs.plan_inspection(plan(cast, title="不行的检查"), by=acting(cast.chu))
    assert not Inspection.objects.filter(title="不行的检查").exists()


def test_it_ends_before_its_day_or_after_a_later_one(cast, inspection):
    by = acting(cast.wang)
    with pytest.raises(verbs.WrongState):
        verbs.extend_inspection(inspection, until=inspection.until + timedelta(days=7), by=by)
    running = started(inspection)
    with pytest.raises(verbs.Stopped, match="只能延到以后"):
        verbs.extend_inspection(running, until=running.until - timedelta(days=1), by=by)
    later = running.until + timedelta(days=7)
    for _ in range(2):
        verbs.extend_inspection(running, until=later, by=by)
    assert Entry.objects.filter(verb="extend_inspection").count() == 1
    ends = set(Grant.objects.filter(key=running.key).values_list("until", flat=True))
    assert {timezone.localtime(end).date() for end in ends} == {later + timedelta(days=1)}
    verbs.end_inspection(running, by=by)
    assert not Grant.objects.filter(key=running.key, until__gt=timezone.now()).exists()
    with pytest.raises(verbs.WrongState):
        verbs.end_inspection(running, by=by)


def test_members_are_told_once_that_it_has_begun(cast, inspection):
    started(inspection)
    for _ in range(2):
        drain()
    told = Notice.objects.filter(kind="inspection")
    assert [(notice.recipient, notice.title) for notice in told] == [(cast.yan, "检查开始：年度督导")]


def test_nobody_begins_without_schools_or_after_the_last_day(cast, inspection):
    Inspection.objects.filter(pk=inspection.pk).update(
        since=timezone.localdate() - timedelta(days=9), until=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(verbs.Stopped, match="截止日期已经过去"):
        started(Inspection.objects.get(pk=inspection.pk))
    inspection.members.all().delete()
    with pytest.raises(verbs.Stopped, match="还没有选"):
        started(inspection)


def test_the_pages_count_what_is_in_scope(cast, sign_in, inspection):
    client = sign_in(cast.wang)
    ((school, scope),) = client.get(reverse("inspection", args=[inspection.pk])).context["rows"]
    assert (school, scope.meetings, scope.items, scope.block, scope.waiting) == (cast.school, 1, 2, 1, 1)
    there = reverse("inspection_school", args=[inspection.pk, "shifan"])
    assert [item.matter.title for item in client.get(there).context["page"]] == ["中层干部任免", "食堂承包方案"]
    for query, titles in {
        "gravest=block": ["中层干部任免"],
        "gravest=met": ["食堂承包方案"],
        "letter=H": ["中层干部任免"],
        "q=食堂": ["食堂承包方案"],
        "body=office": [],
    }.items():
        assert [item.matter.title for item in client.get(f"{there}?{query}").context["page"]] == titles, query
    assert client.get(reverse("inspection_school", args=[inspection.pk, "waixiao"])).status_code == 404
