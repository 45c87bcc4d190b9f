"""The authority's own work in the demo: an announcement that one school has not confirmed, and a workbook brought in."""

import io
from datetime import date, timedelta

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from governance.access import authority_for, school_for
from meetings.demo.people import DemoSchool, District

from .intakes import hand_in, want
from .models import Intake
from .structure.layout import POSTS
from .transitions.announcing import publish_announcement, receive_announcement

BURSARS = ("孔令仪", "常守一")


def write(district: District, on: date) -> None:
    by = authority_for(User.objects.get(username="guanli"), district.authority.code)
    announced = publish_announcement(
        title="关于报送本学期议事决策工作小结的通知",
        text="请各校对照本校议事规则，小结本学期党组织会议、校长办公会议的议事决策情况，写明存在的问题和改进打算。\n\n"
        "小结由书记、校长审定后，按时报区教育局组织人事科。",
        to="all", stages=[], schools=[], since=on, until=on + timedelta(days=20), asks_receipt=True, by=by,
    )  # fmt: skip
    for school in district.schools[:3]:
        receive_announcement(announced, by=school_for(school.clerk.user, school.organisation.code))
    table = SimpleUploadedFile("财务人员名单.xlsx", _bursars(district.schools[:2]))
    want(hand_in(table, Intake.Kind.STRUCTURE, by=by), together=False, by=by)


def _bursars(schools: list[DemoSchool]) -> bytes:
    """People without a post, so that nobody's quorum changes."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet(POSTS.title)
    sheet.write_row(0, 0, ["学校代码", "姓名", "中共党员", "职务称谓"])
    for row, (school, name) in enumerate(zip(schools, BURSARS, strict=True), start=1):
        sheet.write_row(row, 0, [school.organisation.code, name, "否", "财务科科员"])
    book.close()
    return made.getvalue()
