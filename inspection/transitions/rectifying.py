"""Verbs of a notice of rectification: drafted from findings, worded, issued with a number, received by the school."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation
from governance.access import Standing
from governance.templatetags.findings import spoken
from meetings.folding import of_question
from meetings.models import KeptFinding
from meetings.transitions.acting import digest_of

from ..discretion import facts_said
from ..models import Assessment, Inspection, Problem, Rectification
from ..rectifications.paper import FOUND_AT, frozen_facts
from .acting import Stopped, WrongState, allowed, begin, write

USUAL_DAYS = 30  # to put right what nobody gave a day for
DEMAND = "请查明原因，按规定改正，并防止再次发生。"
DOUBLE_CLICK = timedelta(seconds=20)
MOST = 100  # problems of one notice
WORDED = ("text", "clause", "demand", "pace", "due")


@transaction.atomic
def draft_rectification(
    school: Organisation,
    *,
    inspection: Inspection | None = None,
    assessments: Iterable[Assessment] = (),
    findings: Iterable[KeptFinding] = (),
    by: Standing,
) -> Rectification:
    """A notice that nobody but the authority sees. The second click of a double click makes none."""
    verb = allowed("draft_rectification", by)
    if not school.path.startswith(by.organisation.path) or school.kind != Organisation.Kind.SCHOOL:
        raise Stopped(f"{school.name}不归{by.organisation.name}管，不能发整改通知书。")
    if inspection and inspection.authority_id != by.organisation.pk:
        raise Stopped("这次检查是别的单位的。请由那个单位草拟整改通知书。")
    assessments, findings = list(assessments), list(findings)
    Organisation.objects.select_for_update(no_key=True).get(pk=school.pk)
    recent = Rectification.objects.filter(created_by=by.user, created_at__gt=timezone.now() - DOUBLE_CLICK)
    last, sources = recent.order_by("pk").last(), set(map(_source, (*assessments, *findings)))
    same = last and (last.school_id, last.inspection, last.state) == (school.pk, inspection, verb.target)
    if last and same and set(map(_source, last.problems.all())) == sources:
        return last
    what = f"{inspection.title}发现问题" if inspection else "议事决策中有关问题"
    notice = Rectification.objects.create(
        authority=by.organisation,
        school=school,
        inspection=inspection,
        title=f"关于{school.name}{what}的整改通知"[:200],
        lead=_lead(inspection),
        due=timezone.localdate() + timedelta(days=USUAL_DAYS),
        created_by=by.user,
    )
    added = _add(notice, assessments, findings)
    write(verb, notice, by, f"草拟整改通知书：{school.name}（{added} 个问题）", school=school.pk)
    return notice


def _lead(inspection: Inspection | None) -> str:
    found = f"{inspection.get_kind_display()}组在“{inspection.title}”中" if inspection else "我单位在日常监督中"
    return f"{found}发现，你校议事决策存在下列问题。请逐条整改，按期报告整改情况。"


@transaction.atomic
def add_problems(
    notice: Rectification,
    *,
    assessments: Iterable[Assessment] = (),
    findings: Iterable[KeptFinding] = (),
    by: Standing,
) -> int:
    """More of them; what is in the notice already is not put there again. Gives how many are new."""
    verb, notice = begin("edit_rectification", notice, by)
    added = _add(notice, assessments, findings)
    if added:
        write(verb, notice, by, f"列入整改通知书：{notice.school.name}（{added} 个问题）")
    return added


def _add(notice: Rectification, assessments: Iterable[Assessment], findings: Iterable[KeptFinding]) -> int:
    there = {of_question(problem) for problem in notice.problems.all() if problem.rule}
    taken = set(notice.problems.exclude(assessment=None).values_list("assessment_id", flat=True))
    due = notice.due or timezone.localdate() + timedelta(days=USUAL_DAYS)
    no, new = notice.problems.aggregate(n=Max("no"))["n"] or 0, list[Problem]()
    for source in (*assessments, *findings):
        if source.school_id != notice.school_id:
            raise Stopped("所选的检查结果不是这所学校的，没有列入。请重新选择。")
        found = source.finding if isinstance(source, Assessment) else source
        if isinstance(source, Assessment):
            standing = source.verdict == Assessment.Verdict.ACCEPTED and not source.withdrawn_at
            if source.inspection_id != notice.inspection_id or not standing:
                raise Stopped("所选的认定不属于这次检查，或者已经撤回，没有列入。请刷新后再选。")
            if source.pk in taken:
                continue
        if source.rule and of_question(source) in there:
            continue
        there.add(of_question(source))
        said = spoken(found) if found else None
        new.append(
            Problem(
                notice=notice,
                no=no + len(new) + 1,
                assessment=source if isinstance(source, Assessment) else None,
                finding=found,
                meeting_id=source.meeting_id or (found.meeting_id if found else None),
                matter_id=source.matter_id,
                item_id=source.item_id,
                rule=source.rule,
                body=source.body if source.rule and of_question(source)[0] == "school" else "",
                text=facts_said(said.headline, source.matter) if said else source.text,
                clause=source.clause[:200],
                demand=(said.mend if said else "") or DEMAND,
                due=due,
            )
        )
    if no + len(new) > MOST:
        raise Stopped(f"一份整改通知书最多 {MOST} 个问题，现在有 {no + len(new)} 个。请分成几份。")
    Problem.objects.bulk_create(new)
    return len(new)


def _source(one: Any) -> tuple:
    """Of a problem, and of what it was made from."""
    return of_question(one) if one.rule else ("", one.pk if isinstance(one, Assessment) else one.assessment_id)


def wording_of(notice: Rectification) -> str:
    """The mark of a draft as somebody saw it."""
    rows = notice.problems.values_list("pk", "no", *WORDED)
    return digest_of(
        {"of": [notice.title, notice.lead, str(notice.due)], "problems": [list(map(str, row)) for row in rows]}
    )


@transaction.atomic
def edit_rectification(
    notice: Rectification,
    *,
    title: str,
    lead: str,
    due: date | None,
    problems: list[dict[str, Any]],
    seen: str | None = None,
    by: Standing,
) -> Rectification:
    """``problems``: all of them, each with what is worded, ``pk`` of one that is there, and ``gone`` of one that is taken
    out."""
    verb, notice = begin("edit_rectification", notice, by)
    there = {problem.pk: problem for problem in notice.problems.all()}
    given = sorted(each["pk"] for each in problems if each.get("pk"))
    if given != sorted(there) or (seen is not None and seen != wording_of(notice)):
        raise WrongState("您打开页面后，这份通知书已被他人修改。您的内容还没有保存：请对照后再保存一次。")
    before = wording_of(notice)
    notice.title, notice.lead, notice.due = title.strip(), lead.strip(), due
    notice.save(update_fields=["title", "lead", "due"])
    gone = [each["pk"] for each in problems if each.get("gone") and each.get("pk") in there]
    Problem.objects.filter(pk__in=gone, notice=notice).delete()
    no = 0
    for each in problems:  # in the order they have: a number only ever becomes smaller
        if each.get("gone"):
            continue
        no += 1
        problem = there.get(each.get("pk")) or Problem(notice=notice)
        problem.no = no
        for name in WORDED:
            setattr(problem, name, each[name])
        problem.save()
    if no > MOST:
        raise Stopped(f"一份整改通知书最多 {MOST} 个问题，现在有 {no} 个。请分成几份。")
    if wording_of(notice) != before:
        write(verb, notice, by, f"修改整改通知书：{notice.school.name}（{no} 个问题）")
    return notice


@transaction.atomic
def drop_rectification(notice: Rectification, *, by: Standing) -> None:
    """A draft has no number and nobody outside saw it: it goes. Its line in the journal stays."""
    verb, notice = begin("drop_rectification", notice, by)
    write(verb, notice, by, f"删去整改通知书草稿：{notice.school.name}")
    notice.problems.all().delete()
    notice.delete()


@transaction.atomic
def issue_rectification(notice: Rectification, *, by: Standing) -> Rectification:
    """整改〔2026〕1号: numbered by authority and year, without a gap: whoever numbers holds the authority."""
    verb, notice = begin("issue_rectification", notice, by)
    today = timezone.localdate()
    problems = list(notice.problems.select_related(*FOUND_AT))
    if not problems:
        raise Stopped("通知书里还没有问题，不能签发。请先列入检查结果，或者写明问题。")
    if not notice.title or any(not (each.text.strip() and each.demand.strip()) for each in problems):
        raise Stopped("还有问题没有写明问题或整改要求，不能签发。请补齐后再签发。")
    early = [each.no for each in problems if each.due < today]
    if early or (notice.due and notice.due < today):
        which = f"第 {'、'.join(map(str, early))} 个问题" if early else "报告整改情况"
        raise Stopped(f"{which}的时限已经过去，不能签发。请把时限改到今天以后。")
    Organisation.objects.select_for_update(no_key=True).get(pk=notice.authority_id)
    taken = Rectification.objects.filter(authority=notice.authority_id, year=today.year)
    serial = (taken.aggregate(n=Max("serial"))["n"] or 0) + 1
    notice.year, notice.serial, notice.number = today.year, serial, f"整改〔{today.year}〕{serial}号"
    notice.issued_by, notice.issued_at, notice.state = by.user, timezone.now(), verb.target
    notice.frozen = frozen_facts(notice, problems)
    notice.digest = digest_of(notice.frozen)
    notice.save()
    write(
        verb, notice, by, f"签发{notice.number}：{notice.school.name}（{len(problems)} 个问题）", notice=notice.pk,
        number=notice.number, digest=notice.digest,
    )  # fmt: skip
    return notice


@transaction.atomic
def receive_rectification(notice: Rectification, *, by: Standing) -> Rectification:
    verb, notice = begin("receive_rectification", notice, by)
    if notice.received_at:
        return notice  # somebody else of the school was faster: the first one counts
    notice.received_at, notice.received_by = timezone.now(), by.user
    notice.save(update_fields=["received_at", "received_by"])
    write(verb, notice, by, f"签收{notice.number}", notice=notice.pk)
    return notice
