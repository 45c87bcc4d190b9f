"""Verbs of one problem: what the school does and says about it, and what the inspector says to that.

Whoever acts on a problem holds its notice first: a notice closes with the last of its problems, and opens again with one.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.templatetags.words import full
from accounts.uploads import Unwelcome, welcome
from governance.access import Standing
from governance.models import Person
from meetings.transitions.table import Verb

from ..models import Evidence, Measure, Problem, Rectification, Turn
from .acting import Stopped, WrongState, check, lock, write
from .rectifying import receive_rectification

Kind = Turn.Kind


def _begin(name: str, problem: Problem, by: Standing) -> tuple[Verb, Problem]:
    notice = lock(Rectification(pk=problem.notice_id))
    locked = lock(problem)
    locked.notice = notice
    return check(name, locked, notice, by), locked


def _write(verb: Verb, problem: Problem, by: Standing, what: str, **facts: Any) -> None:
    place = f"{problem.notice.number}第 {problem.no} 个问题"
    write(verb, problem, by, f"{what}：{place}", notice=problem.notice_id, problem=problem.pk, **facts)


def _said(problem: Problem, kind: Kind, text: str, by: Standing) -> Turn:
    return Turn.objects.create(problem=problem, kind=kind, text=text.strip(), by=by.user)


def _just_said(problem: Problem, kind: Kind, text: str, by: Standing) -> Turn | None:
    """The turn of the first click of a double click."""
    last = Turn.objects.filter(problem=problem).order_by("pk").last()
    return last if last and (last.kind, last.text, last.by_id) == (kind, text.strip(), by.user.pk) else None


def _needed(text: str, what: str) -> str:
    if not text.strip():
        raise Stopped(f"请写明{what}。")
    return text.strip()


def _ahead(day: date | None, what: str) -> None:
    if day and day < timezone.localdate():
        raise Stopped(f"{what}不能早于今天，填的是{full(day)}。请改到今天以后。")


# the school


def _received(problem: Problem, by: Standing) -> None:
    """Whoever answers has read it."""
    if problem.notice.received_at is None:
        problem.notice = receive_rectification(problem.notice, by=by)


def _ours(problem: Problem, person: Person | None) -> None:
    if person is not None and person.school_id != problem.notice.school_id:
        raise Stopped("本校没有这个人。请从名单中选择。")


@transaction.atomic
def assign_problem(problem: Problem, *, leader: Person | None, department: str = "", by: Standing) -> Problem:
    verb, problem = _begin("assign_problem", problem, by)
    _ours(problem, leader)
    _received(problem, by)
    department = department.strip()
    if (problem.leader_id, problem.department) == (leader and leader.pk, department):
        return problem
    problem.leader, problem.department = leader, department
    problem.save(update_fields=["leader", "department"])
    _write(verb, problem, by, "明确责任", leader=leader and leader.pk)
    return problem


@transaction.atomic
def add_measure(
    problem: Problem, *, text: str, who: Person | None = None, due: date | None = None, by: Standing
) -> Measure:
    verb, problem = _begin("add_measure", problem, by)
    text = _needed(text, "整改措施")
    _ours(problem, who)
    if due and due > problem.due:
        raise Stopped(f"措施的时限晚于整改时限（{full(problem.due)}）。请提前。")
    _received(problem, by)
    given: dict[str, Any] = {"text": text, "who": who, "due": due, "removed_at": None}
    if same := problem.measures.filter(**given).first():
        return same  # the second click of a double click
    measure = Measure.objects.create(problem=problem, **given, created_by=by.user)
    _write(verb, problem, by, "登记整改措施", measure=measure.pk)
    return measure


@transaction.atomic
def finish_measure(measure: Measure, *, done: bool = True, by: Standing) -> Measure:
    """Done today; or, ticked by mistake, not yet."""
    verb, problem = _begin("finish_measure", measure.problem, by)
    measure = Measure.objects.get(pk=measure.pk, problem=problem, removed_at=None)
    if bool(measure.done_on) == done:
        return measure
    measure.done_on = timezone.localdate() if done else None
    measure.save(update_fields=["done_on"])
    _write(verb, problem, by, "完成整改措施" if done else "整改措施改记为未完成", measure=measure.pk)
    return measure


@transaction.atomic
def remove_measure(measure: Measure, *, by: Standing) -> None:
    verb, problem = _begin("remove_measure", measure.problem, by)
    measure = Measure.objects.get(pk=measure.pk, problem=problem)
    if measure.removed_at:
        return
    measure.removed_at = timezone.now()
    measure.save(update_fields=["removed_at"])
    _write(verb, problem, by, "删去整改措施", measure=measure.pk)


@transaction.atomic
def answer_problem(problem: Problem, *, text: str, files: Iterable = (), by: Standing) -> Turn:
    """What was done, with evidence. What waits to be looked at may still be added to."""
    verb, problem = _begin("answer_problem", problem, by)
    text = _needed(text, "整改情况")
    if (last := _just_said(problem, Kind.ANSWER, text, by)) and problem.state == verb.target:
        _with_evidence(last, files)
        return last
    _received(problem, by)
    turn = _said(problem, Kind.ANSWER, text, by)
    kept = _with_evidence(turn, files)
    problem.state = verb.target
    problem.save(update_fields=["state"])
    _write(verb, problem, by, "报告整改情况", turn=turn.pk, evidence=kept)
    return turn


def _with_evidence(turn: Turn, files: Iterable) -> list[int]:
    """One file that is not let in refuses the whole, so that no report lies about it."""
    kept = []
    for file in files:
        try:
            seen = welcome(file)
        except Unwelcome as refused:
            raise Stopped(f"{refused}整改情况没有提交，请重新选择文件后再提交。") from None
        if turn.evidence.filter(sha256=seen.sha256).exists():
            continue
        row = Evidence.objects.create(
            turn=turn, file=file, name=seen.name, size=file.size, content_type=seen.content_type, sha256=seen.sha256
        )
        kept.append(row.pk)
    return kept


@transaction.atomic
def ask_later_date(problem: Problem, *, until: date, reason: str, by: Standing) -> Problem:
    """Asked for while the day has not passed: afterwards what is late stays late."""
    verb, problem = _begin("ask_later_date", problem, by)
    reason = _needed(reason, "延期的理由")
    if problem.due < timezone.localdate():
        raise Stopped(
            f"不能申请延期：整改时限 {full(problem.due)} 已过，延期须在到期前提出。请报告整改情况，写明没有按期改完的原因。"
        )
    if until <= problem.due:
        raise Stopped(f"延期后的日期要晚于现在的整改时限（{full(problem.due)}）。请改一个日期。")
    said = f"申请把整改时限由{full(problem.due)}延到{full(until)}。{reason}"
    if problem.asked_until == until and _just_said(problem, Kind.ASKED, said, by):
        return problem
    if problem.asked_until:
        raise WrongState(f"已申请延期至 {full(problem.asked_until)}，正等督导检查员答复。请等答复后再申请。")
    _received(problem, by)
    _said(problem, Kind.ASKED, said, by)
    problem.asked_until = until
    problem.save(update_fields=["asked_until"])
    _write(verb, problem, by, f"申请整改延期至{full(until)}", due=problem.due.isoformat(), until=until.isoformat())
    return problem


# the inspector


def _put_off(problem: Problem, due: date) -> None:
    """Another day holds, whatever was asked for; the one that the notice gives stays beside it."""
    problem.due_issued = problem.due_issued or problem.due
    problem.due, problem.asked_until = due, None


def _asked(name: str, problem: Problem, kind: Kind, by: Standing) -> tuple[Verb | None, Problem]:
    """No verb, if the same person has just answered it so: the second click of a double click."""
    verb, problem = _begin(name, problem, by)
    if problem.asked_until:
        return verb, problem
    last = problem.turns.order_by("pk").last()
    if last and (last.kind, last.by_id) == (kind, by.user.pk):
        return None, problem
    raise WrongState("没有等待答复的延期申请，可能已有人办理。请刷新后再看。")


@transaction.atomic
def grant_later_date(problem: Problem, *, note: str = "", by: Standing) -> Problem:
    verb, problem = _asked("grant_later_date", problem, Kind.GRANTED, by)
    if verb is None:
        return problem
    until = problem.asked_until
    _ahead(until, "申请延到的日期")
    _said(problem, Kind.GRANTED, f"{_moved(problem.due, until)}{note.strip()}", by)
    _put_off(problem, until)
    problem.save(update_fields=["due", "due_issued", "asked_until"])
    _write(verb, problem, by, f"同意整改延期至{full(until)}", due=until.isoformat())
    return problem


@transaction.atomic
def refuse_later_date(problem: Problem, *, reason: str, by: Standing) -> Problem:
    verb, problem = _asked("refuse_later_date", problem, Kind.REFUSED, by)
    if verb is None:
        return problem
    reason = _needed(reason, "不同意延期的理由")
    _said(problem, Kind.REFUSED, f"整改时限仍是{full(problem.due)}。{reason}", by)
    problem.asked_until = None
    problem.save(update_fields=["asked_until"])
    _write(verb, problem, by, "不同意整改延期", due=problem.due.isoformat())
    return problem


@transaction.atomic
def return_problem(problem: Problem, *, reason: str, due: date | None = None, by: Standing) -> Problem:
    """``due``: a later day, if the former one leaves no time."""
    text = _needed(reason, "退回的理由")
    _ahead(due, "新的整改时限")
    verb, problem = _begin_once("return_problem", problem, Kind.RETURNED, text, by)
    if verb is None:
        return problem
    if due and due != problem.due:
        _said(problem, Kind.EXTENDED, _moved(problem.due, due), by)
        _put_off(problem, due)
    _said(problem, Kind.RETURNED, text, by)
    problem.state = verb.target
    problem.save(update_fields=["state", "due", "due_issued", "asked_until"])
    _write(verb, problem, by, "退回再改", due=problem.due.isoformat())
    return problem


def _begin_once(name: str, problem: Problem, kind: Kind, text: str, by: Standing) -> tuple[Verb | None, Problem]:
    """No verb, if this has just been said by the same person: the second click of a double click."""
    with transaction.atomic():
        try:
            return _begin(name, problem, by)
        except WrongState:
            if not _just_said(problem, kind, text, by):
                raise
    return None, Problem.objects.get(pk=problem.pk)


def _moved(was: date, now: date) -> str:
    return f"整改时限由{full(was)}改为{full(now)}。"


@transaction.atomic
def close_problem(problem: Problem, *, note: str = "", review_on: date | None = None, by: Standing) -> Problem:
    """销号. What the school has not answered is closed with the reason, as when the records show that it was mended."""
    text = note.strip()
    if review_on and review_on <= timezone.localdate():
        raise Stopped("回头看的日期应在今天以后。请改一个日期，或者先不填。")
    verb, problem = _begin_once("close_problem", problem, Kind.CLOSED, text, by)
    if verb is None:
        return problem
    if problem.state != Problem.State.ANSWERED and not text:
        raise Stopped("学校还没有报告整改情况。直接销号的，请写明理由。")
    _said(problem, Kind.CLOSED, text, by)
    problem.state, problem.closed_at, problem.closed_by = verb.target, timezone.now(), by.user
    problem.review_on, problem.reviewed_at, problem.asked_until = review_on, None, None
    problem.save(update_fields=["state", "closed_at", "closed_by", "review_on", "reviewed_at", "asked_until"])
    notice = problem.notice
    all_closed = not notice.problems.exclude(state=Problem.State.CLOSED).exists()
    if all_closed:
        notice.state, notice.closed_at = Rectification.State.CLOSED, timezone.now()
        notice.save(update_fields=["state", "closed_at"])
    _write(verb, problem, by, "销号，通知书全部销号" if all_closed else "销号", whole=all_closed)
    return problem


@transaction.atomic
def extend_problem(problem: Problem, *, due: date, reason: str, by: Standing) -> Problem:
    verb, problem = _begin("extend_problem", problem, by)
    reason = _needed(reason, "调整时限的理由")
    if due == problem.due:
        return problem
    _ahead(due, "新的整改时限")
    _said(problem, Kind.EXTENDED, f"{_moved(problem.due, due)}{reason}", by)
    _put_off(problem, due)
    problem.save(update_fields=["due", "due_issued", "asked_until"])
    _write(verb, problem, by, f"整改时限调整为{full(due)}", due=due.isoformat())
    return problem


@transaction.atomic
def plan_review(problem: Problem, *, on: date, by: Standing) -> Problem:
    verb, problem = _begin("plan_review", problem, by)
    _ahead(on, "回头看的日期")
    if problem.review_on == on:
        return problem
    problem.review_on = on
    problem.save(update_fields=["review_on"])
    _write(verb, problem, by, f"定于{full(on)}回头看", on=on.isoformat())
    return problem


@transaction.atomic
def review_problem(problem: Problem, *, note: str, by: Standing) -> Problem:
    """Looked at again: it stands."""
    verb, problem = _begin("review_problem", problem, by)
    text = _needed(note, "回头看看到的情况")
    if _just_said(problem, Kind.STANDS, text, by):
        return problem
    _said(problem, Kind.STANDS, text, by)
    problem.reviewed_at, problem.review_on = timezone.now(), None
    problem.save(update_fields=["reviewed_at", "review_on"])
    _write(verb, problem, by, "回头看，整改保持")
    return problem


@transaction.atomic
def reopen_problem(problem: Problem, *, reason: str, due: date, by: Standing) -> Problem:
    """Looked at again: it is as it was, and has to be put right anew."""
    text = _needed(reason, "问题反弹的情况")
    _ahead(due, "新的整改时限")
    verb, problem = _begin_once("reopen_problem", problem, Kind.AGAIN, text, by)
    if verb is None:
        return problem
    _said(problem, Kind.AGAIN, text, by)
    problem.state = verb.target
    _put_off(problem, due)
    problem.closed_at = problem.closed_by = problem.review_on = problem.reviewed_at = None
    problem.save(update_fields=["state", "due", "due_issued", "closed_at", "closed_by", "review_on", "reviewed_at"])
    notice = problem.notice
    if notice.state == Rectification.State.CLOSED:
        notice.state, notice.closed_at = Rectification.State.ISSUED, None
        notice.save(update_fields=["state", "closed_at"])
    _write(verb, problem, by, "回头看，重新整改", due=due.isoformat())
    return problem
