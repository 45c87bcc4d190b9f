"""The district's lists in Excel: what is filtered on the screen, all of it."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from governance.templatetags.findings import spoken, tone
from meetings.documents.blocks import Column
from meetings.views.sheets import exported, said_by

from .views import findings_of, inspector


def _day(at):
    return timezone.localtime(at).date() if at else None


def _number(meeting) -> str:
    number = f"第{meeting.number}次" if meeting.number else ""
    return f"{meeting.get_body_display()}{number}"


FINDINGS = (
    (Column("结论", 8, "center"), lambda each: tone(each).word),
    (Column("说明", 42), lambda each: spoken(each).headline),
    (Column("怎么办", 26), lambda each: spoken(each).mend),
    (Column("学校", 18), lambda each: each.school.name),
    (
        Column("会议", 14),
        lambda each: _number(each.meeting) if each.meeting else "整个学校" if each.of_school else "上会前",
    ),
    (Column("日期", 10, kind="date"), lambda each: _day(each.happened)),
    (Column("第几项", 6, kind="number"), lambda each: each.item.no if each.item else None),
    (Column("事项", 24), lambda each: each.matter.title if each.matter else ""),
    (Column("规则", 7, "center"), lambda each: each.rule),
    (Column("依据", 14), lambda each: each.clause),
    (Column("负责人理由", 9, "center"), lambda each: "已说明" if each.excused else ""),
)


@login_required
@require_GET
def district_findings_sheet(request, authority):
    by = inspector(request.user, authority)
    narrowed = findings_of(by, request.GET)
    return exported(
        request,
        by,
        title="检查结果",
        columns=FINDINGS,
        rows=narrowed.qs,
        narrowed=said_by(narrowed.form),
        unit="条",
    )


urlpatterns = [
    path("d/<slug:authority>/findings/sheet.xlsx", district_findings_sheet, name="district_findings_sheet"),
]
