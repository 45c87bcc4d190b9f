"""Rectification in the demo: a notice with a problem in each state, one that nobody has received yet, a draft, and one of
long ago with a problem that is overdue."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import QuerySet

from accounts.models import Organisation, User
from governance.access import authority_for, school_for
from governance.calendar import first_moment
from governance.models import Person, Post
from meetings.demo.people import DemoSchool, District
from meetings.folding import of_question
from meetings.models import KeptFinding
from meetings.transitions.acting import digest_of

from . import registers
from . import transitions as verbs
from .access import findings_in_scope
from .models import Inspection, Problem, Rectification
from .rectifications.paper import frozen_facts
from .rectifications.reading import accepted, set_aside

OWN = (  # what inspectors write in their own words, of money and of appointments
    (
        "三笔外墙维修款共 14.3 万元，两个月内分期付给同一单位，没有见到合并上会的记录。",
        "说明分期支付的依据；同一项目的支付合并计算，达到大额标准的先上会后支付。",
    ),
    ("抽看的人事议题，考察材料没有附在议题后面。", "补齐考察材料；今后没有考察材料的人事议题不上会。"),
    ("两项大额支出的议题没有写明资金来源。", "补充资金来源说明，由财务负责人核对后归档。"),
    ("抽看三次会议的签到表，没有与会议记录一起归档。", "补齐签到表，与会议记录一并归档；今后散会当天归卷。"),
)


def write(district: District, on: date) -> None:
    by = authority_for(User.objects.get(username="ducha"), district.authority.code)
    first, second, third, fourth = district.schools
    _long_ago(fourth, by, on)
    _in_every_state(first, _issued(first.organisation, by, on, own=len(OWN)), by, on)
    _issued(second.organisation, by, on)
    of_third = registers.findings(Organisation.objects.filter(pk=third.organisation.pk))
    verbs.draft_rectification(third.organisation, findings=_findings(of_third, 2), by=by)


def _findings(found: QuerySet[KeptFinding], count: int, aside: Collection[tuple] = ()) -> list[KeptFinding]:
    """The newest of each rule that weighs and was not set aside, as many rules as are asked for."""
    serious = found.filter(outcome="broken", mode__in=("block", "warn"), excused=False).order_by("-happened", "-pk")
    of_rule: dict[str, KeptFinding] = {}
    for finding in serious:
        if of_question(finding) not in aside:
            of_rule.setdefault(finding.rule, finding)
    return list(of_rule.values())[:count]


def _issued(school: Organisation, by, on: date, own: int = 1) -> Rectification:
    looked_at = Inspection.objects.filter(authority=by.organisation, schools=school, state=Inspection.State.RUNNING)
    inspection = looked_at.get()
    found = _findings(findings_in_scope(inspection, [school]), 3, set_aside(by, school))
    notice = verbs.draft_rectification(
        school, inspection=inspection, assessments=accepted(inspection, school), findings=found, by=by
    )
    rows = [
        {"pk": each.pk, "text": each.text, "clause": each.clause, "demand": each.demand, "pace": "by_then", "due": due}
        for number, each in enumerate(notice.problems.all())
        for due in [on + timedelta(days=(30, 1, 20, 30, 14)[number % 5])]
    ]
    rows += [
        {"text": text, "clause": "", "demand": demand, "pace": "at_once", "due": on + timedelta(days=10)}
        for text, demand in OWN[-own:]
    ]
    verbs.edit_rectification(
        notice, title=notice.title, lead=notice.lead, due=on + timedelta(days=30), problems=rows, by=by
    )
    return verbs.issue_rectification(notice, by=by)


def _in_every_state(school: DemoSchool, notice: Rectification, by, on: date) -> None:
    clerk = school_for(school.clerk.user, school.organisation.code)
    verbs.receive_rectification(notice, by=clerk)
    *problems, own = notice.problems.all()
    for problem, act in zip(problems, (_closed, _under_way, _returned, _answered), strict=False):
        act(problem, clerk, by, on)
    verbs.answer_problem(own, text="三次会议的签到表已找到，补入会议档案；散会后由学校办公室当天归卷。", by=clerk)


def _long_ago(school: DemoSchool, by, on: date) -> None:
    """Nobody can issue one in the past; the demo says that somebody did."""
    day, due = on - timedelta(days=45), on - timedelta(days=9)
    at = first_moment(day) + timedelta(hours=10)
    notice = Rectification(
        authority=by.organisation, school=school.organisation, title="关于整改议事决策问题的通知", due=due, year=day.year,
        serial=1, number=f"整改〔{day.year}〕1号", state=Rectification.State.ISSUED, created_by=by.user, created_at=at,
        issued_by=by.user, issued_at=at, received_at=at + timedelta(days=2),
        received_by=school.clerk.user,
    )  # fmt: skip
    problem = Problem(
        notice=notice, no=1, text="园务会议的通知多次在会前当天发出，与会人员来不及看材料。", due=due,
        demand="修订会议通知的办法，至少提前一天发出，并附议题材料。", leader=_leader_of(school.organisation),
    )  # fmt: skip
    notice.frozen = frozen_facts(notice, [problem])
    notice.digest = digest_of(notice.frozen)
    notice.save()
    problem.save()


def _leader(clerk) -> Person:
    return _leader_of(clerk.organisation)


def _leader_of(school: Organisation) -> Person:
    in_post = Person.objects.filter(school=school, posts__post=Post.Name.VICE_PRINCIPAL, posts__until=None)
    return in_post.order_by("pk").first()


def _answered(problem: Problem, clerk, by, on: date) -> None:
    verbs.assign_problem(problem, leader=_leader(clerk), department="学校办公室", by=clerk)
    verbs.answer_problem(problem, text="已在班子会上通报，查明是经办人不熟悉规定，已组织学习。", by=clerk)


def _closed(problem: Problem, clerk, by, on: date) -> None:
    _answered(problem, clerk, by, on)
    verbs.close_problem(problem, note="情况属实，措施到位。", review_on=on + timedelta(days=90), by=by)


def _returned(problem: Problem, clerk, by, on: date) -> None:
    _answered(problem, clerk, by, on)
    reason = "只写了通报，没有写今后怎样防止。请补充制度上的措施。"
    verbs.return_problem(problem, reason=reason, by=by)


def _under_way(problem: Problem, clerk, by, on: date) -> None:
    verbs.assign_problem(problem, leader=_leader(clerk), department="学校办公室", by=clerk)
    first = verbs.add_measure(problem, text="对照规定查找原因", who=clerk.person, due=on, by=clerk)
    verbs.add_measure(problem, text="修订会议流程单，逐项核对", who=clerk.person, due=problem.due, by=clerk)
    verbs.finish_measure(first, by=clerk)
    verbs.ask_later_date(
        problem, until=problem.due + timedelta(days=10), reason="流程单要经下周的校长办公会议审定。", by=clerk
    )
