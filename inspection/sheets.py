"""The district's lists in Excel: what is filtered on the screen, all of it."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from governance.rules.catalogue import CLASSES
from governance.templatetags.findings import spoken, tone
from meetings.documents.blocks import Column
from meetings.facts.corrections import lay_over_decision
from meetings.ledger_sheets import corrections_of, held_on
from meetings.models import Item
from meetings.views.sheets import exported, said_by

from .views import chosen_register, findings_of, inspector


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
    (Column("会议", 14), lambda each: _number(each.meeting) if each.meeting else "上会前"),
    (Column("日期", 10, kind="date"), lambda each: _day(each.happened)),
    (Column("第几项", 6, kind="number"), lambda each: each.item.no if each.item else None),
    (Column("事项", 24), lambda each: each.matter.title if each.matter else ""),
    (Column("规则", 7, "center"), lambda each: each.rule),
    (Column("依据", 14), lambda each: each.clause),
    (Column("负责人理由", 9, "center"), lambda each: "已说明" if each.excused else ""),
)
_OF_ITEM = (
    (Column("事项", 24), lambda item: item.matter.title),
    (Column("学校", 18), lambda item: item.meeting.school.name),
    (Column("会议", 14), lambda item: _number(item.meeting)),
    (Column("日期", 10, kind="date"), held_on),
    (Column("第几项", 6, kind="number"), lambda item: item.no),
    (Column("类别", 9), lambda item: CLASSES.get(item.matter.category[:1], item.matter.category[:1])),
    (Column("事项编码", 7, "center"), lambda item: item.matter.category),
    (Column("金额（元）", 11, kind="money"), lambda item: item.matter.amount),
    (Column("决定内容", 36), lambda item: item.decision_text),
    (Column("更正", 14), corrections_of),
)
REGISTERS = {
    "meetings": (
        (Column("会议", 14), _number),
        (Column("学校", 20), lambda meeting: meeting.school.name),
        (Column("时间", 14, kind="moment"), lambda meeting: meeting.starts_at),
        (Column("状态", 9), lambda meeting: meeting.get_state_display()),
        (Column("须改正", 8, kind="number"), lambda meeting: (meeting.figures or {}).get("block")),
        (Column("提醒", 8, kind="number"), lambda meeting: (meeting.figures or {}).get("warn")),
        (Column("不可判定", 8, kind="number"), lambda meeting: (meeting.figures or {}).get("unknown")),
    ),
    "decisions": (*_OF_ITEM, (Column("结果", 8), lambda item: item.get_outcome_display())),
    "overdue": (
        *_OF_ITEM,
        (Column("责任人", 12), lambda item: "、".join(item.responsible_names)),
        (Column("完成时限", 10, kind="date"), lambda item: item.due),
        (Column("逾期天数", 7, kind="number"), lambda item: (timezone.localdate() - item.due).days),
    ),
    "corrections": (
        (Column("更正", 20), lambda row: row.label),
        (Column("学校", 18), lambda row: row.meeting.school.name),
        (Column("会议", 14), lambda row: _number(row.meeting)),
        (Column("日期", 10, kind="date"), held_on),
        (Column("原记录", 26), lambda row: row.wrong_said),
        (Column("更正为", 26), lambda row: row.right_said),
        (Column("发现人", 9), lambda row: row.found_by),
        (Column("理由", 24), lambda row: row.reason),
        (Column("签字", 9), lambda row: row.signed_by.name if row.signed_by else "待签字"),
        (Column("签字日期", 10, kind="date"), lambda row: _day(row.signed_at)),
    ),
}


def _as_corrected(row):
    if isinstance(row, Item):
        lay_over_decision(row)
    return row


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


@login_required
@require_GET
def district_register_sheet(request, authority, register):
    by = inspector(request.user, authority)
    kind, term, narrowed = chosen_register(request, by, register)
    said = "；".join(filter(None, (str(term) if kind.by_term else "", said_by(narrowed.form))))
    return exported(
        request,
        by,
        title=kind.title,
        columns=REGISTERS[register],
        rows=narrowed.qs,
        narrowed=said,
        unit=kind.unit,
        prepare=_as_corrected,
    )


urlpatterns = [
    path("d/<slug:authority>/findings/sheet.xlsx", district_findings_sheet, name="district_findings_sheet"),
    path(
        "d/<slug:authority>/registers/<slug:register>/sheet.xlsx",
        district_register_sheet,
        name="district_register_sheet",
    ),
]
