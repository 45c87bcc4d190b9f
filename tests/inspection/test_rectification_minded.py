"""Of rectification: who is told, what is called to mind and reported, never twice; numbers under two people; whose it is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, Role
from governance.access import authority_for, school_for
from inspection import transitions as verbs
from inspection.models import Problem, Rectification
from inspection.rectifications.minding import RECTIFICATION_KINDS, rectification_rows
from inspection.rectifications.paper import content_of, paper_of, pdf_of
from inspection.rectifications.reading import waiting_for
from inspection.reports.examined import day_said, due_said
from meetings import draining
from meetings.documents.blocks import Para, flat
from meetings.documents.paper import NotAsIssued
from meetings.documents.word import docx
from meetings.notices import tell
from tests import cast as people
from tests.inspection.rectified import a_problem, answered, drafted, issued, wang
from tests.meetings.stage import acting
from tests.meetings.test_votes import at_once

DAY = timedelta(days=1)


def told(act) -> dict[str, list[str]]:
    """What an act newly puts into bells: {kind: names}."""
    before = set(Notice.objects.values_list("pk", flat=True))
    act()
    new: dict[str, list[str]] = {}
    for notice in Notice.objects.exclude(pk__in=before).select_related("recipient"):
        new.setdefault(notice.kind, []).append(notice.recipient.name)
    return {kind: sorted(names) for kind, names in new.items()}


def minded(now) -> dict[str, list[str]]:
    return told(lambda: [tell(kind(now)) for kind in RECTIFICATION_KINDS])


SCHOOL = sorted(["赵书记", "钱校长", "郑秘书"])


def test_who_is_told_of_what(cast):
    notice = issued(cast, a_problem("不行。"))
    problem = notice.problems.get()
    assert told(draining.drain) == {"rectification_issued": SCHOOL}
    assert told(draining.drain) == {}
    verbs.assign_problem(problem, leader=cast.li, by=acting(cast.zheng))
    answered(cast, problem)
    assert told(draining.drain) == {"rectification_answered": ["王检查"]}
    verbs.return_problem(problem, reason="再改。", by=wang(cast))
    assert told(draining.drain) == {"return_problem": sorted([*SCHOOL, "李副校"])}
    answered(cast, problem, text="又改了。")
    assert told(draining.drain) == {"rectification_answered": ["王检查"]}
    verbs.close_problem(problem, by=wang(cast))
    assert set(told(draining.drain)) == {"close_problem"}
    assert "不行" not in "".join(Notice.objects.values_list("title", flat=True))


def test_what_is_due_is_called_to_mind_and_what_is_late_is_reported(cast, sign_in):
    city = people.authority("city", "市教育局")
    cast.district.parent = city
    cast.district.save()
    cast.school.save()  # takes its place in the tree
    people.official(city, "meng", "孟市督", Role.Name.INSPECTOR)
    notice = issued(cast, a_problem("一。", days=40), a_problem("二。", days=40))
    verbs.assign_problem(notice.problems.first(), leader=cast.li, by=acting(cast.zheng))
    due = timezone.now() + 40 * DAY
    school = sorted([*SCHOOL, "李副校"])
    assert minded(due - 8 * DAY) == {}
    assert minded(due - 7 * DAY) == {"rectification_due": school}
    assert minded(due - 6 * DAY) == {}
    assert [minded(due - DAY), minded(due), minded(due)] == [{"rectification_due": school}] * 2 + [{}]
    assert minded(due + DAY) == {"rectification_due": school}
    assert minded(due + 6 * DAY) == {}
    assert minded(due + 7 * DAY) == {"rectification_late": sorted(["王检查", *SCHOOL])}
    assert minded(due + 29 * DAY)["rectification_due"] == school
    assert minded(due + 30 * DAY) == {"rectification_late": sorted(["孟市督", "王检查"])}
    assert minded(due + 30 * DAY) == {}
    for problem in notice.problems.all():
        answered(cast, problem)
    assert minded(due + 60 * DAY) == {}
    draining.drain()
    for notice in Notice.objects.select_related("recipient"):  # whoever is told can open what they are told of
        assert notice.url and sign_in(notice.recipient).get(notice.url, follow=True).status_code == 200, notice.title


def test_a_later_date_is_asked_for_and_both_dates_stay(cast, sign_in):
    notice = issued(cast, a_problem("一。", days=20), a_problem("二。", days=20))
    first, second = notice.problems.all()
    draining.drain()
    due, until = first.due, first.due + 10 * DAY
    asks = f"/s/shifan/rectifications/problems/{first.pk}/act/ask_later_date/"
    for wrong, said in (("", "请写明延期的理由"), ("等设备到货。", "要晚于现在的整改时限")):
        refused = sign_in(cast.zheng).post(asks, {"until": due.isoformat(), "reason": wrong})
        assert refused.status_code == 422 and said in refused.content.decode()
    for _ in range(2):  # a double click
        sign_in(cast.zheng).post(asks, {"until": until.isoformat(), "reason": "等设备到货。"})
    assert (
        first.turns.count() == 1 and "等主管部门答复" in sign_in(cast.zheng).get(asks.split("act/")[0]).content.decode()
    )
    assert told(draining.drain) == {"ask_later_date": ["王检查"]}
    assert (
        sign_in(cast.wang)
        .get(reverse("rectification_list", args=["district"]) + "?state=asked")
        .context["page"]
        .paginator.count
        == 1
    )
    with pytest.raises(verbs.WrongState, match="正等督导检查员答复"):
        verbs.ask_later_date(first, until=until + DAY, reason="再晚一天。", by=acting(cast.zhao))
    assert "later_date_unanswered" in minded(timezone.now() + 19 * DAY)
    acts = f"/d/district/rectifications/problems/{first.pk}/act/"
    for _ in range(2):
        sign_in(cast.wang).post(f"{acts}grant_later_date/", {"note": ""})
    assert told(draining.drain) == {"grant_later_date": SCHOOL}
    first.refresh_from_db()
    assert (first.due, first.due_was, first.asked_until) == (until, due, None)
    assert [turn.kind for turn in first.turns.all()] == ["asked", "granted"]
    shown = sign_in(cast.zheng).get(asks.split("act/")[0]).content.decode()
    assert due_said(first) == f"{day_said(until)}（原定{day_said(due)}）"
    assert "通知书定的是" in shown and "等设备到货。" in shown
    assert notice.frozen["problems"][0]["due"] == due.isoformat()
    late = minded(timezone.now() + 21 * DAY)  # of the second problem alone
    assert late == {"rectification_due": SCHOOL} and Notice.objects.latest("pk").body.startswith("1 个问题")

    verbs.ask_later_date(second, until=until, reason="等。", by=acting(cast.zheng))
    with pytest.raises(verbs.Stopped, match="请写明不同意延期的理由"):
        verbs.refuse_later_date(second, reason=" ", by=wang(cast))
    verbs.refuse_later_date(second, reason="设备已到货。", by=wang(cast))
    late = sign_in(cast.wang).post(f"/d/district/rectifications/problems/{second.pk}/act/refuse_later_date/")
    assert late.status_code == 422 and "可能已有人办理" in late.content.decode()
    with pytest.raises(verbs.WrongState, match="没有等待答复"):
        verbs.grant_later_date(second, by=wang(cast))
    second.refresh_from_db()
    assert (second.due, second.due_was, second.asked_until) == (due, None, None)
    Problem.objects.filter(pk=second.pk).update(due=timezone.localdate() - DAY)
    with pytest.raises(verbs.Stopped, match="须在到期前提出"):
        verbs.ask_later_date(second, until=until, reason="等。", by=acting(cast.zheng))


def test_what_nobody_received_and_what_is_to_be_looked_at_again(cast):
    notice = issued(cast, a_problem("一。", days=100))
    now = timezone.now()
    assert minded(now + 2 * DAY) == {}
    assert minded(now + 3 * DAY) == {"rectification_unreceived": SCHOOL}
    problem = notice.problems.get()
    answered(cast, problem)
    verbs.close_problem(problem, review_on=timezone.localdate() + 50 * DAY, by=wang(cast))
    assert minded(now + 49 * DAY) == {}
    assert minded(now + 50 * DAY) == {"rectification_review": ["王检查"]}
    assert minded(now + 50 * DAY) == {}


def test_the_desk_of_the_school_says_what_waits(cast):
    notice = issued(cast, a_problem("一。", days=9), a_problem("二。", days=5))

    def rows(who):
        return [(row.act, row.more, row.late) for row in rectification_rows(acting(who), timezone.now() + 6 * DAY)]

    assert rows(cast.zheng) == [("去签收", f"{notice.number}，请签收；2 个问题要整改", True)]
    assert rows(cast.li) == []
    verbs.assign_problem(notice.problems.first(), leader=cast.li, by=acting(cast.zheng))
    assert rows(cast.li) == [("去整改", f"{notice.number}，1 个问题要整改", False)]
    for problem in notice.problems.all():
        answered(cast, problem)
    assert rows(cast.zhao) == []


def test_the_first_page_of_the_inspector_says_what_waits(cast, sign_in):
    def waits(day=0):
        return waiting_for(wang(cast), timezone.localdate() + day * DAY)

    assert waits() == []
    first, second = issued(cast, a_problem("一。", days=9), a_problem("二。", days=5)).problems.all()
    assert waits(6) == [("late", "整改逾期", 1)]
    for problem in (first, second):
        answered(cast, problem)
    verbs.close_problem(second, review_on=timezone.localdate() + 30 * DAY, by=wang(cast))
    assert waits() == [("answered", "待核查", 1)]
    assert waits(30) == [("answered", "待核查", 1), ("review", "到期回头看", 1)]
    page = sign_in(cast.wang).get("/d/district/").content.decode()
    assert '/d/district/rectifications/?state=answered">待核查&nbsp;<span class="figure">1</span>' in page


def test_what_was_not_done_says_why(cast):
    notice = issued(cast, a_problem("一。"))
    problem, inspector, clerk = notice.problems.get(), wang(cast), acting(cast.zheng)
    here = school_for(cast.wang, "shifan")  # an inspector in a school's pages only reads
    verbs.receive_rectification(notice, by=clerk)
    assert verbs.receive_rectification(notice, by=acting(cast.zhao)).received_by == cast.zheng.user
    late = timezone.localdate() - DAY
    for act, words in (
        (lambda: verbs.close_problem(problem, note="好。", by=here), "由督导检查员办理"),
        (lambda: verbs.close_problem(problem, note="好。", by=clerk), "由督导检查员办理"),
        (lambda: verbs.answer_problem(problem, text="改了。", by=acting(cast.wei)), "办理"),
        (lambda: verbs.answer_problem(problem, text="改了。", by=acting(cast.li)), "由责任领导、书记、校长或学校秘书办理"),
        (lambda: verbs.assign_problem(problem, leader=cast.wei, by=clerk), "本校没有这个人"),
        (lambda: verbs.return_problem(problem, reason="不行", by=inspector), "不能“退回再改”"),
        (lambda: verbs.extend_problem(problem, due=late, reason="不行", by=inspector), "不能早于今天"),
        (lambda: verbs.edit_rectification(notice, title="", lead="", due=None, problems=[], by=inspector), "现在是“整改中”"),
        (lambda: issued(cast), "还没有问题"),
        (lambda: issued(cast, a_problem("旧。", days=-1)), "时限已经过去"),
        (lambda: drafted(cast, school=people.school("far", "远校", people.authority("far-away", "外区"))), "不归"),
    ):  # fmt: skip
        with pytest.raises((verbs.Stopped, verbs.NotAllowed), match=words):
            act()
    verbs.extend_problem(problem, due=problem.due + 5 * DAY, reason="材料未齐。", by=inspector)
    answered(cast, problem)
    again = [verbs.close_problem(problem, note="好。", by=inspector) for _ in range(2)]  # a double click
    assert again[1].state == "closed" and problem.turns.filter(kind="closed").count() == 1


def test_the_paper_stays_as_it_was_issued(cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    notice = issued(cast, a_problem("会议室没有公示牌。"))
    content = content_of(notice)
    assert content.startswith(b"%PDF") and docx(paper_of(notice), draft=False).startswith(b"PK")
    said = "".join(block.text for block in flat(paper_of(notice).blocks) if isinstance(block, Para))
    assert "会议室没有公示牌。" in said and "示范中学：" in said and "请在" in said
    Problem.objects.update(text="别的。")
    assert notice.frozen["problems"][0]["text"] == "会议室没有公示牌。"
    with monkeypatch.context() as patch:
        patch.setattr("inspection.rectifications.paper.pdf", lambda *_, **__: pytest.fail("drawn a second time"))
        assert content_of(Rectification.objects.get(pk=notice.pk)) == content
    Path(default_storage.path(notice.file.name)).write_bytes(b"%PDF other")
    with pytest.raises(NotAsIssued, match="与生成时的摘要不符"):
        content_of(notice)
    notice.frozen = {**notice.frozen, "title": "改过"}
    with pytest.raises(NotAsIssued, match="与签发时的摘要不符"):
        pdf_of(notice)
    with pytest.raises(IntegrityError, match="an issued notice stands"):
        notice.save()


def test_a_notice_is_its_schools_and_its_authoritys_alone(cast, sign_in):
    notice = issued(cast, a_problem("一。"))
    draft = drafted(cast, a_problem("草稿。"))
    problem = notice.problems.get()
    city = people.authority("city", "市教育局")
    cast.district.parent = city
    cast.district.save()
    for school in (cast.school, cast.elsewhere):
        school.save()
    meng = people.official(city, "meng", "孟市督", Role.Name.INSPECTOR)
    assert authority_for(meng, "district").supervises
    own = reverse("school_problem", args=["shifan", problem.pk])
    assert [sign_in(who).get(own).status_code for who in (cast.li, cast.wang, cast.wei, cast.feng)] == [
        200,
        200,
        404,
        404,
    ]
    borrowed = reverse("school_problem", args=["waixiao", problem.pk])
    assert sign_in(cast.wei).get(borrowed).status_code == 404
    assert sign_in(cast.zhao).get(reverse("school_rectification", args=["shifan", draft.pk])).status_code == 404
    there = sign_in(meng).get(reverse("problem", args=["city", problem.pk]))
    assert there.url == reverse("problem", args=["district", problem.pk])
    listed = sign_in(meng).get(reverse("rectification_list", args=["city"])).content.decode()
    assert "示范中学" in listed and "草稿。" not in listed


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_and_one_answer_is_closed_once(cast):
    drafts = [drafted(cast, a_problem(f"{n}。")) for n in range(3)]
    inspector = wang(cast)
    numbers = at_once(*(lambda one=one: verbs.issue_rectification(one, by=inspector).serial for one in drafts))
    assert sorted(numbers) == [1, 2, 3]
    problem = drafts[0].problems.get()
    answered(cast, problem)
    at_once(*[lambda: verbs.close_problem(problem, note="好。", by=inspector)] * 2)
    assert problem.turns.filter(kind="closed").count() == 1
    assert Rectification.objects.get(pk=drafts[0].pk).state == "closed"
