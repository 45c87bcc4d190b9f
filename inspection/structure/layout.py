"""The sheets of the workbook, and the template that is downloaded."""

import io

import xlsxwriter
from django.utils import timezone

from accounts.models import Organisation
from governance.access import schools_below
from governance.models import Post
from meetings.workbook.layout import Column, Sheet

MOST_LINES = 8_000  # five hundred schools with their leadership; about five seconds
SCHOOLS = Sheet(
    "学校",
    "schools",
    "一行一所学校。已有的学校按代码对上，空着的格子不改。",
    (
        Column("代码", "code", "text", must=True, width=14, help="字母、数字和 - _，登记后不变。"),
        Column("名称", "name", "text", must=True, width=26),
        Column("学段", "stage", "word", words=dict(Organisation.Stage.choices), width=12),
        Column("办学性质", "ownership", "word", words=dict(Organisation.Ownership.choices), width=10),
        Column(
            "党组织设置", "party_organization", "word", words=dict(Organisation.PartyOrganisation.choices), width=12
        ),
        Column("上级代码", "parent", "text", width=14, help="主管部门的代码；不填就是本单位。"),
    ),
)
POSTS = Sheet(
    "人员任职",
    "posts",
    "一行一项任职；一人两项写两行。没有任职的人也可以写一行，职务空着。",
    (
        Column("学校代码", "school", "text", must=True, width=14),
        Column("姓名", "name", "text", must=True, width=12),
        Column("人员编号", "ref", "text", width=18, help="同校有同名的人时必填；系统导出的编号请保留。"),
        Column("中共党员", "party_member", "yes", width=10),
        Column("职务", "post", "word", words=dict(Post.Name.choices), width=16),
        Column("任职之日", "since", "day", width=13, help="填了职务的必填。"),
        Column("免职之日", "until", "day", width=13, help="不再任职的第一天；仍在任的不填。"),
        Column("专职", "full_time", "yes", width=8),
        Column("职务称谓", "title", "text", width=16),
    ),
)
SHEETS = (SCHOOLS, POSTS)


def template(authority: Organisation, *, filled: bool) -> bytes:
    """``filled``: with the schools, people and posts there are, to be mended and brought back."""
    given = io.BytesIO()
    book = xlsxwriter.Workbook(given, {"in_memory": True})
    book.set_properties({"title": "学校和人员", "author": "议事"})
    head = book.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1, "valign": "vcenter"})
    must = book.add_format({"bold": True, "bg_color": "#F6E3E0", "border": 1, "valign": "vcenter"})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for sheet in SHEETS:
        page = book.add_worksheet(sheet.title)
        rows = _rows(sheet, authority) if filled else []
        last = len(rows) + 1000
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column.title, must if column.must else head)
            page.set_column(place, place, column.width, day if column.kind == "day" else text)
            if column.help or column.must:
                page.write_comment(0, place, ("必填。" if column.must else "") + column.help)
            offered = list(column.words.values()) or (["是", "否"] if column.kind == "yes" else [])
            if offered:
                said = {"error_title": "请核对", "error_message": "请从下拉中选一项，或清空。"}
                page.data_validation(1, place, last, place, {"validate": "list", "source": offered, **said})
        for number, row in enumerate(rows, start=1):
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                if value in (None, ""):
                    continue
                if column.kind == "day":
                    page.write_datetime(number, place, value, day)
                else:
                    page.write_string(number, place, value, text)
        page.freeze_panes(1, 1)
    book.close()
    return given.getvalue()


def _rows(sheet: Sheet, authority: Organisation) -> list[list]:
    schools = schools_below(authority)
    if sheet is SCHOOLS:
        return [
            [
                one.code, one.name, one.get_stage_display(), one.get_ownership_display(),
                one.get_party_organization_display(), one.parent.code if one.parent else "",
            ]
            for one in schools.select_related("parent").order_by("code")
        ]  # fmt: skip
    posts = Post.objects.filter(school__in=schools).select_related("person", "school")
    return [
        [
            one.school.code, one.person.name, one.person.ref, _yes(one.person.party_member), one.get_post_display(),
            one.since, one.until, _yes(one.full_time), one.person.title,
        ]
        for one in posts.order_by("school__code", "person", "since", "pk")
    ]  # fmt: skip


def _yes(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


def file_name(authority: Organisation, *, filled: bool) -> str:
    return f"{authority.name}学校和人员（{f'{timezone.localdate():%Y-%m-%d}' if filled else '模板'}）.xlsx"
