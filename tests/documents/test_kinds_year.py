"""The papers of a period and of a whole matter: every figure equals what the tables say."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from governance.models import Person
from meetings import transitions as verbs
from meetings.documents.blocks import Closing, Grid, Heading, Para, Table
from meetings.documents.kinds import BY_CODE
from meetings.documents.sheets import workbook
from meetings.execution import execution_of
from meetings.models import Attachment, Document, Item, KeptFinding, Matter, Override
from tests.meetings.stage import acting

from . import year
from .test_kinds_before import flat, text
from .year import begins_with  # noqa: F401  what ``begun`` begins with

COLUMNS = (
    "序号 时间 会议名称次数 议题 类别 事项编码 金额 汇报人 应到／实到 表决方式与票数 决定摘要 前置程序 责任人 时限 "
    "落实情况 公开情况 记录／纪要编号 附件 备案号"
).split()


def kind(code):
    return BY_CODE[Document.Kind(code)]


def frozen(code, subject, cast, values=None) -> dict:
    assert kind(code).missing(subject) == ""
    facts = kind(code).freeze(subject, acting(cast.zheng), values or {})
    return json.loads(json.dumps(facts))  # texts and numbers only


def laid(code, facts):
    return list(flat(kind(code).laid_out(facts).blocks))


def said(code, facts) -> str:
    return "\n".join(map(text, laid(code, facts)))


def asked(sql: str, *given):
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def items(begun):
    return begun[1]


def row_of(facts: dict, title: str) -> dict:
    (row,) = (row for row in facts["rows"] if row["title"] == title)
    return row


# --- the ledger


def test_the_ledger_has_the_columns_that_inspectors_expect_class_by_class(cast):
    facts = frozen("ledger", year.period(cast), cast)
    table = next(block for block in laid("ledger", facts) if isinstance(block, Table))
    assert [column.title for column in table.columns] == COLUMNS
    assert [row[3] for row in table.rows] == [
        "学校发展规划", "安全整改", "课程改革", "教务处主任任免", "合作办学", "校园扩建", "紧急采购", "大额支出",
    ]  # fmt: skip
    assert [row[0] for row in table.rows] == list("12345678")


def test_a_row_says_how_it_was_decided(cast):
    facts = frozen("ledger", year.period(cast), cast)
    plan, paid = row_of(facts, "学校发展规划"), row_of(facts, "大额支出")
    assert (plan["on"], plan["meeting"], plan["there"]) == ("2025-03-10", "党组织会议第1次第1项", "5／4")
    assert plan["prior"] == "√沟通 √专家"  # the legal review came after the meeting
    assert plan["done"] == "2025-04-20办结" and plan["carriers"] == "李副校、孙副书记"
    assert paid["vote"] == "举手；同意 3，不同意 1" and paid["prior"] == "没有记录"
    assert paid["done"] == "逾期未办结" and row_of(facts, "合作办学")["done"] == "不需落实"
    assert "12.5 万元" in said("ledger", facts) and "80,000.50 元" in said("ledger", facts)


def test_what_is_not_reserved_or_only_on_its_way_is_not_in_it(cast):
    paper = said("ledger", frozen("ledger", year.period(cast), cast))
    assert "小额支出" not in paper and "日常安排" not in paper and "校长办公会议第1次" not in paper


def test_what_was_decided_without_a_meeting_is_in_it(cast):
    row = row_of(frozen("ledger", year.period(cast), cast), "紧急采购")
    assert (row["meeting"], row["vote"], row["decision"]) == ("未经会议", "个人签批", "未经会议决定（钱校长）。")


def test_the_totals_are_those_of_the_tables(cast):
    facts = frozen("ledger", year.period(cast), cast)
    by_class = asked(
        "SELECT left(m.category, 1), count(*), count(*) FILTER (WHERE i.outcome = 'passed'),"
        " count(*) FILTER (WHERE i.outcome = 'rejected'), count(*) FILTER (WHERE i.outcome = 'deferred'),"
        " coalesce(sum(m.amount) FILTER (WHERE i.outcome = 'passed'), 0),"
        " count(*) FILTER (WHERE i.outcome = 'passed' AND i.done_on IS NOT NULL)"
        " FROM meetings_item i JOIN meetings_matter m ON m.id = i.matter_id JOIN meetings_meeting g ON g.id = i.meeting_id"
        " WHERE g.school_id = %s AND i.purpose = 'decide' AND extract(year FROM g.starts_at) = 2025"
        " AND (left(m.category, 1) IN ('D', 'H', 'P') OR m.category = 'F01' AND m.amount >= 100000) GROUP BY 1 ORDER BY 1",
        cast.school.pk,
    )
    names = {"D": "重大决策", "F": "大额资金使用", "H": "重要人事任免", "P": "重大项目安排"}
    totals = {row["class"]: row for row in facts["totals"]}
    for letter, count, passed, rejected, deferred, amount, done in by_class:
        row, without = totals[names[letter]], letter == "P"  # the one that no meeting decided
        assert int(row["count"]) == count + without
        assert tuple(map(int, (row["passed"], row["rejected"], row["deferred"], row["done"]))) == (
            passed, rejected, deferred, done,
        )  # fmt: skip
        assert Decimal(row["amount"]) == amount
    assert totals["合计"]["count"] == "8" and int(totals["合计"]["open"]) == 4


def test_what_a_correction_changed_is_laid_over(cast, items):
    year.corrected(cast, items["late"], "decision_text", "同意安全整改。", "同意安全整改，分两期实施。")
    year.corrected(cast, items["going"], "outcome", "passed", "rejected")
    facts = frozen("ledger", year.period(cast), cast)
    row = row_of(facts, "安全整改")
    assert row["decision"] == "通过：同意安全整改，分两期实施。" and row["papers"] == "更正第1处"
    assert row_of(facts, "课程改革")["decision"].startswith("未通过")


def test_it_is_issued_once_and_anew_when_the_records_say_more(cast, items):
    clerk, of = acting(cast.zheng), year.period(cast)
    first = verbs.issue_paper("ledger", of, by=clerk)
    assert verbs.issue_paper("ledger", of, by=clerk) == first and first.period == "2025"
    Item.objects.filter(pk=items["late"].pk).update(done_on=date(2025, 11, 1))
    second = verbs.issue_paper("ledger", of, by=clerk)
    assert (second.version, second.replaces) == (2, first)
    assert f"代替{first.number}" in kind("ledger").laid_out(second.frozen).foot


def test_an_empty_year_and_one_to_come(cast):
    empty = frozen("ledger", year.period(cast, date(2019, 1, 1), date(2019, 12, 31)), cast)
    assert "2019年度没有议决“三重一大”事项。" in said("ledger", empty) and workbook(kind("ledger").laid_out(empty))
    ahead = timezone.localdate() + timedelta(days=40)
    for code in ("ledger", "execution"):
        assert "还没有到" in kind(code).missing(year.period(cast, ahead, ahead + timedelta(days=9)))


def test_a_year_costs_the_same_statements_as_a_meeting(cast, count_queries):
    clerk, of = acting(cast.zheng), year.period(cast, date(2023, 1, 1), date(2023, 12, 31))
    year.many(cast, 1, 1, 1)
    few = [count_queries(lambda code=code: kind(code).freeze(of, clerk, {})) for code in ("ledger", "execution")]
    year.many(cast, 2, 4, 6)
    assert [
        count_queries(lambda code=code: kind(code).freeze(of, clerk, {})) for code in ("ledger", "execution")
    ] == few
    assert max(few) <= 10


def test_three_hundred_rows_and_long_names(cast):
    Person.objects.filter(pk=cast.li.pk).update(name="阿卜杜热西提·买买提艾力")
    facts = frozen("ledger", year.period(cast), cast)
    rows = [row | {"no": str(n)} for n, row in enumerate(facts["rows"] * 38, start=1)]
    paper = kind("ledger").laid_out(facts | {"rows": rows})
    assert len(next(block for block in paper.blocks if isinstance(block, Table)).rows) == 304
    assert "阿卜杜热西提·买买提艾力" in paper.names and workbook(paper)[:2] == b"PK"


# --- the report on how decisions were carried out


def test_the_figures_are_those_of_the_drafted_report_and_of_the_tables(cast):
    facts = frozen("execution", year.period(cast), cast)
    same = execution_of(acting(cast.zheng), date(2025, 1, 1), date(2025, 12, 31)).figures
    assert {name: int(figure) for name, figure in facts["figures"].items()} == same
    ((done, late, going),) = asked(
        "SELECT count(*) FILTER (WHERE done_on <= '2025-12-31'), count(*) FILTER (WHERE done_on IS NULL AND due < '2026-01-01'),"
        " count(*) FILTER (WHERE done_on IS NULL AND due IS NULL) FROM meetings_item i JOIN meetings_matter m"
        " ON m.id = i.matter_id WHERE m.school_id = %s AND i.body = 'party' AND i.outcome = 'passed'",
        cast.school.pk,
    )
    assert (same["已办结"], same["逾期"], same["在办"], same["延期"]) == (done, late, going, 1) == (1, 3, 1, 1)
    assert facts["share_done"] == "25.0%"
    paper = said("execution", facts)
    assert "应办结 4 项，已办结 1 项，办结率 25.0%；逾期未办结 3 项" in paper
    for name in ("应办结", "已办结", "逾期", "在办", "延期"):
        assert sum(int(row[name]) for row in facts["classes"]) == int(facts["figures"][name])


def test_a_personnel_matter_is_not_called_by_its_name_in_the_report(cast):
    facts = frozen("execution", year.period(cast), cast)
    assert "（人事事项）" in said("execution", facts)
    assert "教务处" not in str(facts) and "冯某" not in str(facts)


def test_reasons_problems_and_measures_are_proposed_and_worded(cast):
    facts = frozen("execution", year.period(cast), cast)
    assert "最近报告：等待施工队进场。" in facts["worded"]["late"] and "（请补写）" in facts["worded"]["late"]
    assert "超过时限 30 天的 2 项" in facts["worded"]["problems"]
    own = frozen("execution", year.period(cast), cast, {"late": "施工队十二月进场。", "measures": "每周督办一次。"})
    paper = said("execution", own)
    assert "施工队十二月进场。" in paper and "每周督办一次。" in paper and "请补写" not in paper
    assert "大额支出，延期至2025年12月1日。理由：招标推迟。" in paper


def test_the_principal_reports_to_the_party(cast):
    assert "示范中学党组织：" in said("execution", frozen("execution", year.period(cast), cast))
    with pytest.raises(verbs.Stopped, match="写着“请补写”"):
        verbs.issue_paper("execution", year.period(cast), by=acting(cast.qian))
    words = {"late": "等待验收。", "measures": "抓紧办。"}
    issued = verbs.issue_paper("execution", year.period(cast), by=acting(cast.qian), values=words)
    closing = next(block for block in laid("execution", issued.frozen) if isinstance(block, Closing))
    assert closing.unit == "校长　钱校长" and closing.on
    with pytest.raises(verbs.NotAllowed):
        verbs.issue_paper("execution", year.period(cast), by=acting(cast.wu))
    with pytest.raises(verbs.NotAllowed):
        verbs.issue_paper("ledger", year.period(cast), by=acting(cast.wang, cast.school))


def test_a_report_on_nothing(cast):
    facts = frozen("execution", year.period(cast, date(2019, 1, 1), date(2019, 12, 31)), cast)
    blocks = laid("execution", facts)
    assert not any(isinstance(block, Table) for block in blocks) and facts["share_done"] == ""
    assert "没有逾期未办结的事项。" in said("execution", facts) and "办结率" not in said("execution", facts)


# --- the dossier of one matter


@pytest.fixture
def matter(cast, items) -> Matter:
    matter = items["issued"].matter
    Attachment.objects.create(
        matter=matter, file=ContentFile(b"%PDF-1.4", name="x.pdf"), name="方案（定稿）.pdf", size=8,
        content_type="application/pdf", sha256="ab" * 32, uploaded_by=cast.li.user,
    )  # fmt: skip
    return Matter.objects.get(pk=matter.pk)


def test_a_dossier_has_every_step_with_what_it_rests_on(cast, matter):
    facts = frozen("dossier", matter, cast)
    paper, minutes = said("dossier", facts), Document.objects.get(meeting__items__matter=matter)
    assert [block.text for block in laid("dossier", facts) if isinstance(block, Heading) and block.level == 1] == [
        "一、事项背景和方案", "二、会前程序", "三、上会和决定", "四、经过", "五、对照规定", "六、文件", "七、附件",
    ]  # fmt: skip
    assert "拟开展为期一年的师德师风建设活动。" in paper and "赵书记：一致，钱校长：一致" in paper
    assert "应到 5 人，实到 4 人（赵书记、" in paper
    assert "举手；同意 4" in paper and "同意实施。" in paper and "李副校" in paper
    assert f"{minutes.number}｜1｜" in paper and minutes.digest in paper
    assert "方案（定稿）.pdf｜议题材料｜8" in paper and "ab" * 32 in paper
    assert [row["at"] for row in facts["steps"]] == sorted(row["at"] for row in facts["steps"])
    assert any("同意提交党组织会议" in row["what"] for row in facts["steps"])


def test_what_was_broken_stands_in_it_with_clause_and_reason(cast, matter):
    item = matter.items.get()
    finding = KeptFinding.objects.filter(item=item, rule="P-14", judgement__current=True, outcome="broken").last()
    Override.objects.create(item=item, rule="P-14", message=finding.message, reason="已当面说明。", by=cast.zhao)
    (row,) = (row for row in frozen("dossier", matter, cast)["findings"] if row["rule"] == "P-14")
    assert row["clause"] == finding.clause and row["weight"] == "提醒" and row["where"] == "党组织会议第1项"
    assert row["reason"] == "赵书记说明理由：已当面说明。"


def test_a_dossier_does_not_list_itself(cast, matter):
    clerk = acting(cast.zheng)
    first = verbs.issue_paper("dossier", matter, by=clerk)
    assert verbs.issue_paper("dossier", matter, by=clerk) == first
    assert first.number not in said("dossier", first.frozen)
    verbs.report_done(matter.items.get(), done_on=timezone.localdate(), note="活动已开展。", by=clerk)
    second = verbs.issue_paper("dossier", Matter.objects.get(pk=matter.pk), by=clerk)
    assert second.version == 2 and "活动已开展。" in said("dossier", second.frozen)


def test_a_matter_that_came_to_no_meeting_has_a_dossier_and_a_draft_has_none(cast):
    matter = year.matter_of(cast, "还没有上会的事", state=Matter.State.PROPOSED)
    paper = said("dossier", frozen("dossier", matter, cast))
    assert "没有上过会。" in paper and "没有会前程序的记录。" in paper and "没有附件。" in paper
    matter.state = Matter.State.DRAFT
    assert "请先提交申报" in kind("dossier").missing(matter)


def test_a_long_opinion_and_a_long_decision_come_out_whole(cast):
    matter = year.matter_of(cast, "很长的事" * 40, proposal="方案内容。" * 800)
    year.item_of(cast, year.sitting(cast, 5, number=9), matter, text="决定内容。" * 300)
    facts = frozen("dossier", matter, cast)
    blocks = laid("dossier", facts)
    assert sum(len(block.text) for block in blocks if isinstance(block, Para) and block.part == "方案") == 4000
    assert any(
        "决定内容。" * 300 in cell.text
        for block in blocks
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row
    )
