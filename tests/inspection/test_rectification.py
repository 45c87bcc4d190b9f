"""整改, from the inspector's notice to looking again: what is asked, answered, returned, closed, and found as it was."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspection import transitions as verbs
from inspection.models import Evidence, Problem, Rectification, Turn
from inspection.rectifications.reading import now_of
from inspection.transitions import On
from meetings.models import KeptFinding
from tests.inspection.inspecting import planned, started
from tests.inspection.rectified import PDF, a_problem, drafted, wang
from tests.meetings.stage import acting, issued_with_the_chair_first


def begins_with(cast):
    issued_with_the_chair_first(cast)
    return notice_of(cast)


def notice_of(cast, *texts: str) -> Rectification:
    """Two problems: one that the rules found, one in the inspector's own words."""
    finding = KeptFinding.objects.get(judgement__current=True, rule="P-14")
    notice = verbs.draft_rectification(cast.school, findings=[finding], by=wang(cast))
    (found,) = notice.problems.all()
    rows = [
        a_problem(found.text, pk=found.pk, demand=found.demand, clause=found.clause),
        a_problem("会议室没有公示牌。"),
    ]
    notice = verbs.edit_rectification(
        notice, title="关于议事规则的整改通知", lead="请整改。", due=rows[0]["due"], problems=rows, by=wang(cast)
    )
    return verbs.issue_rectification(notice, by=wang(cast))


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def notice(begun):
    return Rectification.objects.get(pk=begun[1].pk)


def test_a_notice_is_made_in_the_browser_from_findings_and_own_words(cast, sign_in):
    client, finding = sign_in(cast.wang), KeptFinding.objects.get(judgement__current=True, rule="P-14")
    new = reverse("rectification_new", args=["district"])
    assert "示范中学" in client.get(new).content.decode()
    Problem.objects.all().update(state="closed")
    assert (
        f'value="{finding.pk}" checked' in client.get(new, {"school": "shifan", "finding": finding.pk}).content.decode()
    )
    made = client.post(new, {"school": "shifan", "finding": [finding.pk]})
    draft = Rectification.objects.get(state="draft")
    assert made.url == reverse("rectification", args=["district", draft.pk])
    page = client.get(made.url)
    form = page.context["form"].initial | {
        "due": "2099-01-01",
        "act": "issue",
        "seen": page.context["form"]["seen"].value(),
    }
    rows = {"p-TOTAL_FORMS": 2, "p-INITIAL_FORMS": 1}
    for n, row in enumerate([draft.problems.get().__dict__ | {"pk": draft.problems.get().pk}, a_problem("")]):
        rows |= {f"p-{n}-{name}": row.get(name, "") or "" for name in ("pk", "text", "clause", "demand", "pace", "due")}
    wrong = client.post(made.url, form | rows)  # a demand without a problem
    assert wrong.status_code == 422 and "请写明问题" in wrong.content.decode()
    rows["p-1-text"] = "会议室没有公示牌。"
    assert client.post(made.url, form | rows | {"seen": "old"}).status_code == 422
    done = client.post(made.url, form | rows, follow=True)
    assert "已签发整改" in done.content.decode()
    issued = Rectification.objects.get(pk=draft.pk)
    assert (issued.serial, issued.problems.count(), len(issued.frozen["problems"])) == (2, 2, 2)


def test_the_school_answers_and_the_inspector_returns_closes_and_looks_again(cast, notice, sign_in):
    first, second = notice.problems.all()
    assert first.rule == "P-14" and first.clause and first.demand and notice.number.endswith("〕1号")
    client = sign_in(cast.zheng)
    page = reverse("school_rectification", args=["shifan", notice.pk])
    assert "签收" in client.get(page).content.decode()
    client.post(reverse("rectification_receive", args=["shifan", notice.pk]))
    acts = f"/s/shifan/rectifications/problems/{first.pk}/act/"
    client.post(f"{acts}assign_problem/", {"leader": cast.zhao.pk, "department": "党办"})
    client.post(f"{acts}add_measure/", {"text": "会前提醒发言次序", "who": cast.zheng.pk, "due": first.due.isoformat()})
    measure = first.measures.get()
    client.post(f"{acts}finish_measure/", {"measure": measure.pk})
    empty = client.post(f"{acts}add_measure/", {"text": ""})
    assert empty.status_code == 422 and "请写明采取什么措施" in empty.content.decode()
    answer = reverse("school_problem_answer", args=["shifan", first.pk])
    given = {"text": "已经组织学习。", "not_secret": "on"}
    bad = client.post(answer, given | {"files": SimpleUploadedFile("x.exe", b"MZ")})
    assert bad.status_code == 422 and "已经组织学习。" in bad.content.decode() and not Turn.objects.exists()
    client.post(answer, given | {"files": SimpleUploadedFile("学习记录.pdf", PDF)})
    client.post(answer, given | {"files": SimpleUploadedFile("学习记录.pdf", PDF)})  # the second click
    first.refresh_from_db()
    assert (first.state, Turn.objects.count(), Evidence.objects.count()) == ("answered", 1, 1)
    file = client.get(reverse("evidence", args=["shifan", Evidence.objects.get().pk]))
    assert b"".join(file.streaming_content) == PDF and "attachment" in file["Content-Disposition"]

    client = sign_in(cast.wang)
    acts = f"/d/district/rectifications/problems/{first.pk}/act/"
    assert client.post(f"{acts}return_problem/", {"reason": " "}).status_code == 422
    client.post(f"{acts}return_problem/", {"reason": "没有写今后怎样防止。"})
    verbs.answer_problem(first, text="已写进议事规则。", by=acting(cast.zhao))
    client.post(
        f"{acts}close_problem/",
        {"note": "属实。", "review_on": (timezone.localdate() + timedelta(days=90)).isoformat()},
    )
    assert (
        "没有报告整改情况"
        in client.post(f"/d/district/rectifications/problems/{second.pk}/act/close_problem/", {}).content.decode()
    )
    verbs.close_problem(second, note="现场看过，已经挂牌。", by=wang(cast))
    notice.refresh_from_db()
    assert notice.state == "closed" and notice.closed_at
    client.post(f"{acts}reopen_problem/", {"reason": "最近两次又是书记先讲。", "due": "2099-01-01"})
    first.refresh_from_db()
    notice.refresh_from_db()
    assert (first.state, first.review_on, notice.state) == ("open", None, "issued")
    kinds = [turn.kind for turn in first.turns.all()]
    assert kinds == ["answer", "returned", "answer", "closed", "again"]
    shown = client.get(reverse("problem", args=["district", first.pk])).content.decode()
    assert all(
        word in shown for word in ("没有写今后怎样防止", "学习记录.pdf", "最近两次又是书记先讲", "现行检查仍不符合")
    )
    verbs.answer_problem(first, text="再次学习。", by=acting(cast.zhao))
    verbs.close_problem(first, review_on=timezone.localdate() + timedelta(days=9), by=wang(cast))
    verbs.review_problem(first, note="三次会议都是书记末位表态。", by=wang(cast))
    first.refresh_from_db()
    assert first.reviewed_at and first.review_on is None


def test_what_the_records_say_now_stands_beside_a_problem(cast, notice):
    first, second = notice.problems.select_related("notice")
    assert now_of([first, second])[first.pk].word == "现行检查仍不符合" and second.pk not in now_of([first, second])
    first.rule = "M-99"
    assert now_of([first])[first.pk].key == "met"


def test_the_journal_names_a_problem_by_its_notice_and_no_id(cast, notice, sign_in):
    for problem in notice.problems.all():
        verbs.assign_problem(problem, leader=cast.zhao, department="党办", by=acting(cast.zheng))
    said = sign_in(cast.feng).get("/journal/shifan/").content.decode()
    assert f"整改问题 {notice.number}第 1 个问题<" in said and f"整改问题 {notice.number}第 2 个问题<" in said
    verbs.drop_rectification(drafted(cast), by=wang(cast))
    assert "整改通知书 （已删去）<" in sign_in(cast.feng).get("/journal/district/").content.decode()


def test_what_was_accepted_in_an_inspection_goes_into_its_notice(cast, sign_in):
    running = started(planned(cast))
    finding = KeptFinding.objects.get(judgement__current=True, rule="P-14")
    others = KeptFinding.objects.filter(judgement__current=True, school=cast.school).exclude(rule="P-14")
    said = [verbs.assess(running, finding, "accepted", "", by=wang(cast))]
    aside = verbs.assess(running, others.first(), "set_aside", "已经补正。", by=wang(cast))
    on = On.of_item(finding.item)
    said.append(verbs.find(running, on, "会议室没有公示牌。", clause="", weight="warn", by=wang(cast)))
    Problem.objects.all().update(state="closed")
    client, new = sign_in(cast.wang), reverse("rectification_new", args=["district"])
    given = {"school": "shifan", "inspection": running.pk}
    page = client.get(new, given)
    assert [each.pk for each in page.context["assessments"]] == [each.pk for each in said]
    draft = {"assessment": [each.pk for each in (*said, aside)], "finding": [finding.pk]}
    client.post(new, given | draft)
    client.post(new, given | draft)  # the second click
    notice = Rectification.objects.get(state="draft")
    assert notice.inspection == running and notice.lead.startswith("督导组在“年度督导”中发现")
    first, second = notice.problems.all()
    assert (first.finding, first.assessment, second.assessment, second.text) == (finding, *said, "会议室没有公示牌。")
    again = client.get(new, given).context["assessments"]
    assert [each.asked for each in again] == ["一份草稿"] * 2
    assert "依据" not in first.text and first.place and first.demand
    with pytest.raises(verbs.Stopped, match="已经撤回"):
        verbs.add_problems(notice, assessments=[aside], by=wang(cast))
    assert verbs.add_problems(notice, assessments=said, findings=[finding], by=wang(cast)) == 0
    add = reverse("rectification_add", args=["district", notice.pk])
    assert client.post(add, {}).status_code == 422
    asked = client.get(add, {"finding": aside.finding_id, "outcome": "", "mode": ""}).content.decode()
    assert "检查中不予认定</span> “年度督导”：已经补正。" in asked and f'value="{aside.finding_id}">' in asked
    client.post(add, {"finding": [others.first().pk]})  # the drafter may, and sees it again
    assert notice.problems.count() == 3
    assert "已经补正。" in client.get(reverse("rectification", args=["district", notice.pk])).content.decode()
    client.post(reverse("rectification_drop", args=["district", notice.pk]))
    assert not Rectification.objects.filter(state="draft").exists()


def test_with_an_inspection_only_what_lies_in_its_scope_is_offered(cast, sign_in):
    finding = KeptFinding.objects.get(judgement__current=True, rule="P-14")
    client, new = sign_in(cast.wang), reverse("rectification_new", args=["district"])

    def offered(**more) -> list[KeptFinding]:
        running = started(planned(cast, **more))
        given = {"school": "shifan", "inspection": running.pk, "rule": "P-14", "finding": finding.pk}
        return client.get(new, given).context["findings"]

    assert offered(title="甲") == [finding] and offered(title="乙", classes=[finding.matter.category[0]]) == [finding]
    assert offered(title="丙", classes=["P"]) == [] == offered(title="丁", schools=[cast.elsewhere])


def test_the_ledger_narrows_and_leaves_as_a_workbook(cast, notice, sign_in):
    client, page = sign_in(cast.wang), reverse("rectification_list", args=["district"])
    Problem.objects.filter(no=2).update(due=timezone.localdate() - timedelta(days=3))
    for query, count in (("", 2), ("state=late", 1), ("late=yes", 1), ("state=closed", 0), ("school=waixiao", 0)):
        assert client.get(f"{page}?{query}").context["page"].paginator.count == count, query
    paper = client.get(reverse("rectification_print", args=["district"]) + "?late=yes").content.decode()
    assert "会议室没有公示牌" in paper and "逾期 3 天" in paper
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{page}sheet.xlsx").streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[1] for row in rows if row[0] == "示范中学"] == [notice.number] * 2
    own = sign_in(cast.li).get(reverse("school_rectification_list", args=["shifan"]))
    assert own.context["page"].paginator.count == 2 and "发整改通知书" not in own.content.decode()


def test_a_draft_is_saved_with_all_its_problems_or_not_at_all(cast):
    notice = drafted(cast, a_problem("第一个。"), a_problem("第二个。"))
    first, second = notice.problems.all()
    by, words = wang(cast), {"title": "通知", "lead": "", "due": None}
    for rows in ([a_problem("第三个。")], [a_problem("改过。", pk=pk) for pk in (second.pk, second.pk)]):
        with pytest.raises(verbs.WrongState, match="已被他人修改"):
            verbs.edit_rectification(notice, **words, problems=rows, by=by)
    assert list(notice.problems.all()) == [first, second]
