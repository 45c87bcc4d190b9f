"""整改, from the inspector's notice to looking again: what is asked, answered, returned, closed, and found as it was."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from governance.access import authority_for
from inspection import transitions as verbs
from inspection.models import Evidence, Problem, Rectification, Turn
from inspection.rectifications.reading import now_of
from meetings.models import KeptFinding
from tests.meetings.stage import acting, issued_with_the_chair_first

PDF = b"%PDF-1.4\n%%EOF\n"


def begins_with(cast):
    issued_with_the_chair_first(cast)
    return notice_of(cast)


def wang(cast):
    return authority_for(cast.wang, "district")


def a_problem(text, **more):
    due = timezone.localdate() + timedelta(days=20)
    return {"text": text, "clause": "", "demand": "请改正。", "pace": "by_then", "due": due, **more}


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
