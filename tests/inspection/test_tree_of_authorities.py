"""Whoever administers an authority adds, renames and ends those below, appoints their first administrator, moves schools."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import administration
from accounts.models import Entry, Notice, Organisation, Role, User
from governance.access import authority_for
from governance.procedures import Refused
from inspection import transitions as verbs
from inspection.models import Problem, Rectification, Remark
from inspection.rectifications.reading import notices_for, problems_for
from inspection.structure.planning import plan_of
from inspection.transitions import structuring
from inspection.transitions.acting import NotAllowed
from tests import cast as people
from tests.inspection.inspecting import acting, plan
from tests.inspection.test_structure import book


def chief(cast):
    return authority_for(cast.chu, "district")


@pytest.fixture
def county(cast) -> Organisation:
    return structuring.add_authority("county", name="县教育局", parent=cast.district, by=chief(cast))


def test_a_new_authority_gets_its_first_administrator_who_adds_its_schools(cast, sign_in):
    admin = sign_in(cast.chu)
    given = {"code": "county", "name": "县教育局", "parent": cast.district.pk}
    for _click in range(2):
        admin.post(reverse("authority_new", args=["district"]), given)
    county = Organisation.objects.get(code="county")
    assert (county.parent, county.kind) == (cast.district, "authority") and county.path.startswith(cast.district.path)
    assert Entry.objects.filter(verb="add_authority").count() == 1
    taken = admin.post(reverse("authority_new", args=["district"]), given | {"name": "别的局"})
    assert taken.status_code == 422 and "代码“county”已是县教育局" in taken.content.decode()

    appoint = reverse("authority_appoint", args=["district", "county"])
    page = admin.post(appoint, {"name": "水主任", "username": "shui", "email": ""})
    password = re.search(r'密码</dt><dd><code class="one-time">([^<]+)', page.content.decode())[1]
    assert "no-store" in page["Cache-Control"]
    again = admin.post(appoint, {"name": "火主任", "username": "huo"})
    assert "已有管理员水主任" in again.content.decode() and not User.objects.filter(username="huo").exists()
    assert "水主任" in admin.get(reverse("authority_list", args=["district"])).content.decode()
    shui = User.objects.get(username="shui")
    assert shui.check_password(password)
    by = authority_for(shui, "county")
    school = structuring.add_school("xian1", name="县一中", party_organization="branch", parent=county, by=by)
    assert school.path.startswith(county.path)
    with pytest.raises(NotAllowed, match="由上级主管部门管理员办理"):  # nobody rules their own
        structuring.rename_authority(county, name="自家", by=by)
    with pytest.raises(Refused, match="不是本单位或下级主管部门"):
        structuring.add_authority("up", name="上面", parent=cast.district, by=by)


def test_one_that_is_empty_is_ended_and_nobody_works_for_it_any_more(cast, county, sign_in):
    shui, _password = structuring.appoint_administrator(
        county, username="shui", name="水主任", email="", by=chief(cast)
    )
    inspector = people.official(county, "mu", "木检查", Role.Name.INSPECTOR)
    admin, end = sign_in(cast.chu), reverse("authority_end", args=["district", "county"])
    structuring.edit_school(cast.elsewhere, parent=county, by=chief(cast))
    assert "还有 1 所学校" in admin.post(end, follow=True).content.decode()
    structuring.edit_school(cast.elsewhere, parent=cast.district, by=chief(cast))
    for _click in range(2):
        assert "已停用" in admin.post(end, follow=True).content.decode()
    county.refresh_from_db()
    today = timezone.localdate()
    assert county.ended_on == today and Entry.objects.filter(verb="end_authority").count() == 1
    assert not Role.objects.filter(user=shui).exists()  # it began today, and so never was
    assert Role.objects.get(user=inspector).until == today
    assert set(Notice.objects.filter(organisation=county).values_list("recipient", flat=True)) == {
        shui.pk,
        inspector.pk,
    }
    assert sign_in(inspector).get(reverse("district", args=["county"])).status_code == 404
    assert (
        sign_in(cast.chu).get(reverse("district", args=["county"])).status_code == 200
    )  # what it did is still to be read
    with pytest.raises(Refused, match="已经停用"):
        structuring.edit_school(cast.elsewhere, parent=county, by=chief(cast))
    wrongs = plan_of(book([["xian1", "县一中", "", "", "党支部", ""]]), county).wrongs
    assert "或者已经停用" in wrongs[0].error
    with pytest.raises(administration.NotDone, match="没有这个岗位可授"):
        administration.grant(inspector, role="inspector", since=today, until=None, organisation=county, by=cast.chen)
    with pytest.raises(Refused, match="已经停用，不能再改"):
        structuring.rename_authority(county, name="又来", by=chief(cast))


def test_of_a_school_that_went_the_old_authority_sees_nothing(cast, county, sign_in):
    other = people.authority("other", "邻区教育局")
    cast.district.parent = other.parent = people.authority("city", "市教育局")
    for each in (cast.district, other, cast.school, cast.elsewhere):
        each.save()
    wang = acting(cast.wang)
    mayor = authority_for(people.official(other.parent, "lei", "雷主管", Role.Name.AUTHORITY_ADMIN), "city")
    inspection = verbs.begin_inspection(
        verbs.plan_inspection(replace(plan(cast), schools=[cast.school, cast.elsewhere]), by=wang), by=wang
    )
    verbs.remark(inspection, verbs.On(cast.school), "看过学校。", by=wang)
    with pytest.raises(Refused, match="正在区教育局的检查“年度督导”中"):
        structuring.edit_school(cast.school, parent=other, by=mayor)
    wrong = plan_of(book([["shifan", "示范中学", "", "", "", "other"]]), other.parent).wrongs
    assert "检查“年度督导”中" in wrong[0].error
    verbs.end_inspection(inspection, by=wang)
    issued = {"authority": cast.district, "school": cast.school, "created_by": cast.wang, "issued_by": cast.wang}
    notice = Rectification.objects.create(
        **issued, state="issued", issued_at=timezone.now(), year=2026, serial=1, number="整改〔2026〕1号"
    )
    problem = Problem.objects.create(
        notice=notice, no=1, text="不行。", demand="请改正。", due=timezone.localdate() + timedelta(days=9)
    )
    with pytest.raises(Refused, match="整改〔2026〕1号还没有整改完"):
        structuring.edit_school(cast.school, parent=other, by=mayor)
    verbs.close_problem(problem, note="情况属实。", review_on=None, by=wang)
    structuring.edit_school(cast.school, parent=other, by=mayor)

    wang, client = acting(cast.wang), sign_in(cast.wang)
    assert not notices_for(wang) and not problems_for(wang)
    assert notices_for(mayor).count() == 1
    page = client.get(reverse("inspection", args=[inspection.pk])).content.decode()
    assert "外校小学" in page and "示范中学" not in page
    gone = ("inspection_school", "working_school", "payment_lists")
    assert {client.get(reverse(name, args=[inspection.pk, "shifan"])).status_code for name in gone} == {404}
    assert Remark.objects.get().text not in client.get(reverse("working_list", args=[inspection.pk])).content.decode()
    assert client.get(reverse("district_school", args=["district", "shifan"])).status_code == 404
    yi = sign_in(people.official(other, "yi", "易检查", Role.Name.INSPECTOR))
    page = yi.get(reverse("district_school", args=["other", "shifan"]))  # nor the new one what the old one did
    assert page.status_code == 200 and "年度督导" not in page.content.decode()
