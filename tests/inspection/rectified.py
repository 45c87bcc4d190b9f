"""Notices of rectification that several tests begin from, made by the verbs as the people would."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from governance.access import authority_for
from inspection import transitions as verbs
from inspection.models import Evidence, Rectification
from tests.meetings.stage import acting

PDF = b"%PDF-1.4\n%%EOF\n"


def wang(cast):
    return authority_for(cast.wang, "district")


def a_problem(text, *, days=20, **more):
    due = timezone.localdate() + timedelta(days=days)
    return {"text": text, "clause": "", "demand": "请改正。", "pace": "by_then", "due": due, **more}


def drafted(cast, *rows: dict, school=None, **more) -> Rectification:
    notice = verbs.draft_rectification(school or cast.school, by=wang(cast), **more)
    there = [a_problem(each.text, pk=each.pk, clause=each.clause, demand=each.demand) for each in notice.problems.all()]
    due = timezone.localdate() + timedelta(days=30)
    words = {"title": "关于议事规则的整改通知", "lead": "请整改。", "due": due}
    return verbs.edit_rectification(notice, **words, problems=[*there, *rows], by=wang(cast))


def issued(cast, *rows: dict, **more) -> Rectification:
    return verbs.issue_rectification(drafted(cast, *rows, **more), by=wang(cast))


def answered(cast, problem, text="已经改正。", name="照片.pdf"):
    return verbs.answer_problem(problem, text=text, files=[SimpleUploadedFile(name, PDF)], by=acting(cast.zheng))


def rectified(scene) -> None:
    """A draft, a notice nobody has received, and one with a problem in each state."""
    cast = scene.cast
    scene.notices = {
        "draft": drafted(cast, a_problem("还在草拟。")),
        "issued": issued(cast, a_problem("没有签收。")),
        "answered": issued(cast, *(a_problem(text) for text in ("没有报告。", "已经报告。", "已经销号。"))),
    }
    first, second, third = scene.notices["answered"].problems.all()
    for problem in (second, third):
        answered(cast, problem)
    verbs.close_problem(third, by=wang(cast))
    scene.problems = {"open": first, "answered": second, "closed": third}
    scene.evidence = Evidence.objects.get(turn__problem=second)
