"""Schools, people and posts out of a workbook: shown line by line, brought in whole, never guessed."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Entry, Organisation
from governance.access import authority_for
from governance.models import Person, Post
from governance.procedures import Refused
from inspection import intakes
from inspection.models import Intake
from inspection.structure.layout import POSTS, SCHOOLS, template
from inspection.structure.planning import plan_of
from inspection.transitions.structuring import add_school, edit_school
from tests import cast as people

SCHOOL = ["xinjian", "新建小学", "小学", "公办", "党支部", ""]


def book(schools=(), posts=()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet, rows in ((SCHOOLS, schools), (POSTS, posts)):
        page = made.create_sheet(sheet.title)
        page.append([column.title for column in sheet.columns])
        for row in rows:
            page.append(list(row))
    given = io.BytesIO()
    made.save(given)
    return given.getvalue()


def post(school, name, word, since, until="", *, ref="", member="是", full_time="", title=""):
    return [school, name, ref, member, word, since, until, full_time, title]


def told(plan) -> list[tuple]:
    return [(row.number, row.verdict, row.changes) for row in plan.rows]


def errors(plan) -> dict[str, str]:
    return {wrong.address: wrong.error for wrong in plan.wrongs}


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def shown(cast, content) -> Intake:
    return intakes.hand_in(
        SimpleUploadedFile("学校.xlsx", content), "structure", by=authority_for(cast.chu, "district")
    )


def brought(cast, content, *, together=False) -> Intake:
    return intakes.want(shown(cast, content), together=together, by=authority_for(cast.chu, "district"))


FIRST = book(
    [SCHOOL],
    [
        post("xinjian", "林书记", "党组织书记", "2025-09-01"),
        post("xinjian", "何校长", "校长", date(2025, 9, 1)),
        post("xinjian", "何校长", "党组织副书记", "2025年9月1日", full_time="否"),
    ],
)


def test_a_school_comes_in_with_its_people_and_a_second_time_nothing_is_new(cast):
    plan = plan_of(FIRST, cast.district)
    assert [state for _, state, _ in told(plan)] == ["new"] * 4 and not plan.wrongs
    assert plan.together == ["xinjian：何校长"]
    assert not Organisation.objects.filter(code="xinjian").exists()
    assert "请确认是不是同一个人" in brought(cast, FIRST).said
    came = brought(cast, FIRST, together=True)
    assert came.said == "学校新增 1 所，人员新增 2 人，任职新增 3 项"
    school = Organisation.objects.get(code="xinjian")
    assert (school.parent, school.stage, school.path) == (cast.district, "primary", f"{cast.district.path}{school.pk}/")
    assert Person.objects.get(school=school, name="何校长").posts.count() == 2
    verbs = Entry.objects.filter(organisation=school).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["add_school", "import_people"]
    again = plan_of(FIRST, cast.district)
    assert again.nothing and [state for _, state, _ in told(again)] == ["same"] * 4
    assert plan_of(template(cast.district, filled=True), cast.district).nothing


def test_who_leaves_and_who_comes_after_stand_in_one_workbook(cast):
    content = book(
        [["shifan", "示范实验中学", "", "", "", ""]],
        [
            post("shifan", "钱校长", "校长", "2024-09-01", "2026-09-01"),
            post("shifan", "林校长", "校长", "2026-09-01", title="校长"),
        ],
    )
    plan = plan_of(content, cast.district)
    assert told(plan) == [
        (2, "changed", [("名称", "示范中学", "示范实验中学")]),
        (2, "changed", [("免职之日", "未填", "2026年9月1日")]),
        (3, "new", []),
    ]
    assert brought(cast, content).said == "学校改动 1 所，人员新增 1 人，任职新增 1 项，任职改动 1 项"
    heads = Post.objects.filter(school=cast.school, post="principal").order_by("since")
    assert [(each.person.name, each.until) for each in heads] == [("钱校长", date(2026, 9, 1)), ("林校长", None)]
    assert "示范中学 → 示范实验中学" in Entry.objects.get(verb="edit_school").summary


def test_every_wrong_cell_is_named_with_its_reason(cast):
    people.school("qita", "外区中学", people.authority("other", "外区教育局"))
    content = book(
        [
            ["qita", "夺来的", "小学", "公办", "党支部", ""],
            ["两所", "名", "小学", "公办", "党支部", ""],
            ["a1", "甲", "大学", "公办", "", "nowhere"],
            ["a1", "乙", "小学", "公办", "党支部", ""],
        ],
        [
            post("shifan", "林书记", "党组织书记", "2025-09-01"),
            post("shifan", "吴委员", "副校长", ""),
            post("nobody", "谁", "校长", "2025-09-01"),
            post("shifan", "李副校", "副校长", "2026-02-30"),
            post("shifan", "新人", "校长", "2020-09-01", "2020-01-01"),
            post("shifan", "长" * 41, "副校长", "2025-09-01"),
        ],
    )
    plan = plan_of(content, cast.district)
    said = errors(plan)
    assert "已是外区中学，不是本单位的学校" in said["学校!A2"] and "只用字母" in said["学校!A3"]
    assert "之一" in said["学校!C4"] and "没有代码“nowhere”" in said["学校!F4"] and "第 4 行已经有了" in said["学校!A5"]
    assert said["人员任职!F2"] == "赵书记2024年9月1日起任党组织书记，时间重叠。请先填前任的免职之日，或核对日期"
    assert "须填任职之日" in said["人员任职!F3"] and "没有代码为“nobody”的学校" in said["人员任职!A4"]
    assert "没有“2026-02-30”" in said["人员任职!F5"] and "须在任职之日" in said["人员任职!G6"]
    assert "最多 40 个字" in said["人员任职!B7"]
    assert "人员任职 第 5 行“任职之日”（F5）" in [cell for row in plan.shown()["rows"] for cell, _ in row["wrongs"]]
    before = Organisation.objects.count(), Person.objects.count(), Post.objects.count(), Entry.objects.count()
    assert not brought(cast, content).finished_at
    assert before == (
        Organisation.objects.count(), Person.objects.count(), Post.objects.count(), Entry.objects.count()
    )  # fmt: skip


def test_a_name_that_two_people_have_is_asked_for(cast):
    second = Person.objects.create(school=cast.school, name="吴委员", title="教师")
    row = post("shifan", "吴委员", "行政班子成员", "2026-03-01")
    plan = plan_of(book(posts=[row]), cast.district)
    said = errors(plan)["人员任职!C2"]
    assert said.startswith("本校有 2 位“吴委员”，请填人员编号") and f"{second.ref}（教师）" in said
    row[2] = second.ref
    assert brought(cast, book(posts=[row])).said == "人员改动 1 人，任职新增 1 项"
    assert second.posts.get().post == "admin_member" and Person.objects.get(pk=second.pk).party_member
    two = book(
        posts=[
            post("shifan", "双名", "副校长", "2026-03-01", ref="new-1"),
            post("shifan", "双名", "副校长", "2026-04-01"),
        ]
    )
    assert "是不是同一人" in errors(plan_of(two, cast.district))["人员任职!C3"]
    wrong = book(posts=[post("shifan", "张三", "副校长", "2026-03-01", ref=second.ref)])
    assert f"人员编号“{second.ref}”是吴委员" in errors(plan_of(wrong, cast.district))["人员任职!B2"]


def test_what_changed_since_it_was_shown_is_shown_again_first(cast):
    by = authority_for(cast.chu, "district")
    content = book(
        posts=[
            post("shifan", "新副校", "副校长", "2026-03-01"),
            post("waixiao", "卫书记", "党组织书记", "2024-09-01", "2026-09-01"),
        ]
    )
    came = shown(cast, content)
    Post.objects.filter(school=cast.elsewhere).update(until=date(2026, 10, 1))
    came = intakes.want(came, together=False, by=by)
    assert "核对以后" in came.said and not Person.objects.filter(name="新副校").exists()
    for _click in range(2):
        came = intakes.want(came, together=False, by=by)
    assert came.finished_at and not came.file and Person.objects.filter(name="新副校").count() == 1


def test_the_pages_lead_from_the_template_to_the_school(cast, sign_in):
    client = sign_in(cast.chu)
    place = ["district"]
    assert openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("structure_template", args=place)).content)
    ).sheetnames == ["学校", "人员任职"]
    address = reverse("structure_import", args=place)
    assert client.post(address, {}).status_code == 422
    refused = client.post(address, {"file": SimpleUploadedFile("x.xlsx", b"nothing")})
    assert refused.status_code == 422 and "不是 Excel 表格" in refused.content.decode()
    shown = client.post(address, {"file": SimpleUploadedFile("学校.xlsx", FIRST)})["Location"]
    page = client.get(shown).content.decode()
    assert "新增 4" in page and "各是同一个人" in page
    page = client.post(f"{shown}bring/", {"together": "yes"}, follow=True).content.decode()
    assert "学校新增 1 所" in page
    assert "新建小学" in client.get(reverse("structure", args=place)).content.decode()
    assert sign_in(cast.wang).get(shown).status_code == 403


def test_a_school_is_added_edited_and_hung_under_another_authority(cast, sign_in):
    county = people.authority("county", "县教育局", cast.district)
    client = sign_in(cast.chu)
    given = {"code": "xin", "name": "新校", "stage": "", "ownership": "public", "party_organization": "branch"}
    add = reverse("school_new", args=["district"])
    assert (
        "代码“shifan”已是示范中学"
        in client.post(add, given | {"code": "shifan", "parent": cast.district.pk}).content.decode()
    )
    assert client.post(add, given | {"parent": cast.district.pk}).status_code == 302
    edit = reverse("school_edit", args=["district", "xin"])
    for _click in range(2):
        assert client.post(edit, given | {"name": "新名", "parent": county.pk}).status_code == 302
    school = Organisation.objects.get(code="xin")
    assert (school.name, school.parent, school.path) == ("新名", county, f"{county.path}{school.pk}/")
    lines = Entry.objects.filter(organisation=school).order_by("pk").values_list("summary", flat=True)
    assert list(lines) == [
        "登记学校：新校（xin），属区教育局", "修改学校信息：名称：新校 → 新名", "变更学校上级：区教育局 → 县教育局",
    ]  # fmt: skip
    by, outside = authority_for(cast.chu, "district"), people.authority("far", "外市教育局")
    with pytest.raises(Refused):
        edit_school(school, parent=outside, by=by)
    with pytest.raises(Refused):
        add_school("y", name="y", party_organization="branch", parent=outside, by=by)
