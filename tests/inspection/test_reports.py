"""王检查 asks for reports: what they say is what the district's pages say, and a worker makes them once and whole."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, Organisation
from governance.terms import Term, moments, term_of
from inspection import registers, reports
from inspection import transitions as verbs
from inspection.access import findings_in_scope
from inspection.discretion import PERSONNEL
from inspection.figures import settle_figures
from inspection.models import Payment, PaymentList, Report, SchoolTerm
from inspection.report_pages import _of_figure
from inspection.reports import files, working
from inspection.reports.chapters import all_figures, per_cent
from inspection.reports.drawn import paper_of, workbook_of
from inspection.reports.working import freeze
from inspection.tasks import work_on_reports
from inspection.transitions import On
from meetings.documents import word
from meetings.documents.blocks import Chart, Layout, Paper, flat
from meetings.documents.charts import svg
from meetings.documents.sheets import workbook
from tests.inspection import inspecting
from tests.inspection.inspecting import acting
from tests.meetings.stage import issued_with_the_chair_first

SECRET = "任命某某同志"


def begins_with(cast):
    """A meeting with a warning, one on personnel with a breach, and an inspection that looked at both."""
    issued_with_the_chair_first(cast)
    inspecting.held(cast.school, SECRET, category="H01", broken="P-04", candidates=["某某"])
    settle_figures()
    inspection = inspecting.started(inspecting.planned(cast, cast.wang, cast.yan, title="年度督导"))
    found = {one.rule: one for one in findings_in_scope(inspection)}
    by = acting(cast.wang)
    verbs.assess(inspection, found["P-04"], "accepted", "", by=by)
    verbs.assess(inspection, found["P-14"], "set_aside", "经核对录音，书记最后发言。", by=by)
    verbs.find(inspection, On(cast.school), "没有议题收集登记簿。", clause="《意见》（七）", weight="warn", by=by)
    paid = PaymentList.objects.create(
        inspection=inspection, school=cast.school, file_name="支付.xlsx", sha256="0" * 64, by=cast.wang
    )
    for row, (how, large) in enumerate((("certain", True), ("none", True), ("none", False)), start=2):
        Payment.objects.create(
            list=paid,
            row=row,
            paid_on=timezone.localdate(),
            amount=Decimal(60_000),
            payee="某公司",
            how=how,
            large=large,
        )
    return inspection


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def inspection(begun):
    return begun[1]


@pytest.fixture
def cheap(monkeypatch, settings, tmp_path):
    """Which files were drawn. Drawing itself is tested once."""
    settings.MEDIA_ROOT, drawn = tmp_path, []

    def made(report, kind):
        drawn.append(kind.suffix)
        return f"{kind.suffix} {report.digest}".encode()

    for module in (working, files):
        monkeypatch.setattr(module, "made", made)
    return drawn


def year() -> int:
    return term_of(timezone.localdate()).year


def asked(cast, of) -> Report:
    return verbs.ask_report(of, by=acting(cast.wang))


def numbers(frozen) -> dict[str, int]:
    return {one["key"]: one["number"] for one in all_figures(frozen)}


def frozen_year(cast) -> dict:
    return freeze(Report(authority=cast.district, kind="year", year=year(), title="年度报告", asked_by=cast.wang))


def frozen_inspection(cast, inspection) -> dict:
    made = Report(authority=cast.district, kind="inspection", inspection=inspection, title="报告", asked_by=cast.wang)
    return freeze(made)


def test_a_year_says_what_the_registers_count(cast):
    frozen = frozen_year(cast)
    said = numbers(frozen)
    schools, today = Organisation.objects.filter(kind="school"), timezone.localdate()
    span = moments(Term(year(), 1))[0], moments(Term(year(), 2))[1]
    total = registers.total(registers.overview(schools, span, today))
    same = ("party", "office", "decisions", "met", "block", "warn", "excused", "unknown", "overdue")
    assert {name: said[name] for name in same} == {name: getattr(total, name) for name in same}
    assert said["party"] == 2 and said["block"] and said["warn"] and said["met"] > 20
    assert said["schools"] == schools.count() and said["class_H"] == 1 and said["class_D"] == 1
    (rows,) = (block["rows"] for one in frozen["chapters"] for block in one["blocks"] if block.get("key") == "schools")
    assert [sum(int(row[place]) for row in rows) for place in (1, 5, 7)] == [2, said["decisions"], said["block"]]
    (rules,) = (block["rows"] for one in frozen["chapters"] for block in one["blocks"] if block.get("key") == "rules")
    assert sum(int(row[3]) for row in rules) == total.broken


def test_the_year_before_stands_beside(cast):
    earlier = SchoolTerm.objects.filter(school=cast.school)
    earlier.update(term=F("term") - 2)
    frozen = frozen_year(cast)
    (party,) = (one for one in all_figures(frozen) if one["key"] == "party")
    assert (party["number"], party["before"]) == (0, 2)


def test_an_inspection_says_what_it_looked_at_and_found(cast, inspection):
    frozen = frozen_inspection(cast, inspection)
    said, term = numbers(frozen), SchoolTerm.objects.get(school=cast.school)
    same = ("items_met", "items_broken", "items_unknown")
    assert {name: said[name] for name in same} == {name: getattr(term, name) for name in same}
    found = findings_in_scope(inspection)
    assert said["found_block"] == found.filter(outcome="broken", mode="block", excused=False).count() > 0
    assert said["found_unknown"] == found.filter(outcome="unknown").count()
    assert (said["meetings"], said["items"], said["accepted"], said["own"], said["set_aside"]) == (2, 2, 2, 1, 1)
    assert (said["payments"], said["payments_matched"], said["payments_none"], said["payments_undecided"]) == (
        3,
        1,
        2,
        1,
    )
    assert said["met"] == registers.met(Organisation.objects.all()).filter(item__isnull=False).count()
    whole = json.dumps(frozen, ensure_ascii=False)
    assert "经核对录音" in whole and "没有议题收集登记簿" in whole and "严审计" in whole


def test_no_personnel_matter_is_named(cast, inspection):
    for frozen in (frozen_year(cast), frozen_inspection(cast, inspection)):
        whole = json.dumps(frozen, ensure_ascii=False)
        assert "某某" not in whole and SECRET not in whole and PERSONNEL in whole


def test_every_figure_leads_to_as_many_records(cast, inspection, cheap, sign_in):
    for of in (inspection, year()):
        asked(cast, of)
    while reports.work():
        pass
    client, followed = sign_in(cast.wang), set()
    for report in Report.objects.all():
        page = client.get(reverse("report", args=["district", report.pk]))
        assert page.status_code == 200 and not page.context["differing"]
        for one in all_figures(report.frozen):
            to = one["to"]
            there = _of_figure(report, one)
            assert there or not one["number"], one["key"]
            counts = "/records/" in there or (to and to[0] in ("district_register", "district_findings"))
            if not one["number"] or there in followed:
                continue
            followed.add(there)
            if there.startswith("#"):
                assert f'id="{there[1:]}"' in page.content.decode()
                continue
            answer = client.get(there)
            assert answer.status_code == 200, there
            assert not counts or answer.context["page"].paginator.count == one["number"], (one["key"], there)
    assert len(followed) > 12
    said = client.get(
        reverse("report_records", args=["district", Report.objects.get(kind="inspection").pk, "items_broken"])
    )
    assert PERSONNEL in said.content.decode() and SECRET not in said.content.decode()


def test_what_changed_since_is_said_beside_what_was(cast, inspection, cheap, sign_in):
    report = asked(cast, inspection)
    work_on_reports()
    inspecting.held(cast.school, "后来的事", days_ago=1)
    said = sign_in(cast.wang).get(reverse("report", args=["district", report.pk])).content.decode()
    assert "当时 2 · 现在 3" in said and "数现在已有变化" in said


def test_asking_twice_is_asking_once_and_later_the_next_version(cast, inspection, cheap, sign_in):
    report = asked(cast, year())
    assert asked(cast, year()) == report and asked(cast, inspection) != report
    waiting = sign_in(cast.wang).get(reverse("report", args=["district", report.pk])).content.decode()
    assert "<progress" in waiting and "几秒钟后在后台开始" in waiting and 'hx-trigger="every 2s"' in waiting
    while reports.work():
        pass
    assert cheap == ["pdf", "docx", "xlsx"] * 2
    assert not reports.work()  # once more, nothing is left to do
    report.refresh_from_db()
    assert (report.done, report.steps, report.failed, report.attempts) == (4, 4, "", 1) and report.finished_at
    told = Notice.objects.get(key=f"report/{report.pk}/done")
    assert told.recipient == cast.wang and told.url == reverse("report", args=["district", report.pk])
    again = asked(cast, year())
    assert again != report and again.version == 2
    with pytest.raises(verbs.NotAllowed, match="督导检查员"):
        verbs.ask_report(year(), by=acting(cast.chu))
    with pytest.raises(verbs.Stopped, match="没有记录可以报告"):
        asked(cast, year() + 1)
    client = sign_in(cast.wang)
    wrong = client.post(reverse("report_list", args=["district"]), {"of": ""})
    assert wrong.status_code == 422 and "请选择要报告的学年或检查" in wrong.content.decode()
    ours = client.get(reverse("report_list", args=["district"]), {"inspection": inspection.pk})
    assert [one.inspection for one in ours.context["page"]] == [inspection]
    assert f'value="inspection/{inspection.pk}" selected' in ours.content.decode()
    there = client.post(reverse("report_list", args=["district"]), {"of": f"year/{year()}"})
    assert there.url == reverse("report", args=["district", again.pk])


def test_one_that_is_stopped_leaves_nothing(cast, cheap, monkeypatch, sign_in):
    report, by = asked(cast, year()), acting(cast.wang)
    made = working.made

    def stopped_meanwhile(report, kind):
        if kind.suffix == "docx":
            verbs.stop_report(report, by=by)
        return made(report, kind)

    monkeypatch.setattr(working, "made", stopped_meanwhile)
    reports.work()
    report.refresh_from_db()
    assert report.stopped_at and not report.finished_at and not report.pdf
    assert default_storage.listdir("reports")[1] == []
    assert verbs.stop_report(report, by=by) == report  # twice is once
    client = sign_in(cast.wang)
    assert "停止，没有生成文件" in client.get(reverse("report", args=["district", report.pk])).content.decode()
    assert client.get(reverse("report_file", args=["district", report.pk, "pdf"])).status_code == 404
    other = asked(cast, year())
    monkeypatch.setattr(working, "made", made)
    reports.work()
    with pytest.raises(verbs.WrongState, match="已经做完"):
        verbs.stop_report(other, by=by)


def test_one_that_fails_three_times_says_so(cast, cheap, monkeypatch):
    def broken(report, kind):
        raise ValueError("a font that is none")

    monkeypatch.setattr(working, "made", broken)
    monkeypatch.setattr(working, "REST", timedelta(0))
    report = asked(cast, year())
    while reports.work():
        pass
    report.refresh_from_db()
    assert report.attempts == 3 and "服务器日志" in report.failed and report.finished_at
    assert "服务器日志" in Notice.objects.get(key=f"report/{report.pk}/failed").body


def test_what_a_dead_worker_began_is_gone_on_with_and_not_read_anew(cast, cheap):
    report = asked(cast, year())
    assert working._take().attempts == 1  # and it is dead
    slow = working._take()
    assert slow.attempts == 2  # nobody waits for the dead
    working._do(slow)
    first = Report.objects.get()
    working._do(slow)  # whoever was only thought dead finds it finished
    assert Report.objects.get().finished_at == first.finished_at
    Report.objects.update(finished_at=None, pdf="", held_until=None)
    inspecting.held(cast.school, "后来的事", days_ago=1)
    reports.work()
    report.refresh_from_db()
    assert report.digest == first.digest and report.sha256 == first.sha256  # the facts were frozen
    Report.objects.update(finished_at=None, attempts=3)
    reports.work()
    report.refresh_from_db()
    assert "三次中断" in report.failed


def test_two_do_not_work_at_once(cast, cheap):
    asked(cast, year())
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [working.LOCK])
            assert not reports.work() and not cheap
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [working.LOCK])
    finally:
        other.close()
    reports.work()
    assert cheap


def test_a_kept_file_is_checked_and_a_lost_one_made_again(cast, cheap, sign_in):
    report, client = asked(cast, year()), sign_in(cast.wang)
    reports.work()
    report.refresh_from_db()
    there = reverse("report_file", args=["district", report.pk, "pdf"])
    answer = client.get(there)
    assert hashlib.sha256(answer.content).hexdigest() == report.sha256["pdf"]
    assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
    default_storage.delete(report.pdf.name)
    assert client.get(there).content == answer.content and default_storage.exists(report.pdf.name)
    with default_storage.open(report.pdf.name, "wb") as kept:
        kept.write(b"something else")
    assert client.get(there).status_code == 404


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="read with pdftotext (poppler-utils)")
def test_pdf_word_and_excel_say_the_same_figures(cast, inspection):
    report = Report(kind="inspection", title="年度督导报告", frozen=frozen_inspection(cast, inspection))
    report.digest = working.digest_of(report.frozen)
    made = {suffix: files.made(report, kind) for suffix, kind in files.FORMATS.items()}
    for suffix in ("docx", "xlsx"):
        assert files.made(report, files.FORMATS[suffix]) == made[suffix]
    said = subprocess.run(["pdftotext", "-", "-"], input=made["pdf"], capture_output=True, check=True).stdout.decode()
    said = "".join(said.split())
    docx = zipfile.ZipFile(io.BytesIO(made["docx"])).read("word/document.xml").decode()
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    met = numbers(report.frozen)["met"]
    for text in ("认定的问题", "数据来源和统计方法", "没有议题收集登记簿。", "检查列明的学校。"):
        assert text in said and text in docx
    assert f"{met:,}" in said and f"{met:,}" in docx and met in cells
    assert {"怎样统计", "检查范围", "各校范围内的记录", "认定的问题：逐条"} <= set(book.sheetnames)
    assert "王检查（组长）" in said and "区教育局检查报告" in said and SECRET not in said + docx
    broken = Report(title="报告", frozen=report.frozen | {"title": "另一个"}, digest=report.digest)
    with pytest.raises(files.NotAsIssued, match="摘要不符"):
        files.made(broken, files.FORMATS["pdf"])


@pytest.mark.parametrize("kind", ["bar", "stacked", "share"])
def test_a_chart_says_its_numbers_and_its_table_the_same(kind):
    chart = Chart("图", ("已开", "应开"), (("党组织会议", (1204, 30)), ("校长办公会议", (0, 56))), kind)
    drawn = svg(chart, 400, 10)
    assert all(f">{words}<" in drawn for words in ("党组织会议", "已开", "应开", "56"))
    assert drawn.count("<rect") == (6 if kind == "bar" else 5)  # two for the legend; nothing is no part of a whole
    paper = Paper("报告", "区教育局", Layout.OFFICIAL, (chart,))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(workbook(paper)))
    assert [cell.value for cell in sheet[4]] == ["党组织会议", 1204, 30]
    assert "1,204" in zipfile.ZipFile(io.BytesIO(word.docx(paper, draft=True))).read("word/document.xml").decode()


def test_on_paper_a_report_prints_a_few_of_many_and_excel_all(cast):
    frozen = frozen_year(cast)
    (found,) = (block for one in frozen["chapters"] for block in one["blocks"] if block["is"] == "findings")
    group = found["groups"][0]
    group["rows"], group["count"] = group["rows"][:1] * 7, 9
    printed, excel = paper_of(frozen), workbook_of(frozen)
    row = tuple(group["rows"][0])

    def count(paper):
        rows = (each[-4:] for block in flat(paper.blocks) for each in getattr(block, "rows", ()))
        return sum(each == row for each in rows)

    assert (count(printed), count(excel)) == (5, 7)
    assert (per_cent(1, 3), per_cent(2, 3), per_cent(0, 0)) == ("33.3%", "66.7%", "—")
