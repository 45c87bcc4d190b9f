"""重新检查: today's rules on the records of a period, beside what was kept at the acts.

A run is one transaction: it is there as a whole or not at all, and one that broke off is done anew. What it writes
never counts as current.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from accounts import journal
from accounts.models import Entry, Organisation
from governance.access import Standing
from governance.rules import facts
from governance.rules.cases import Case
from governance.rules.dossier import Dossier
from governance.rules.engine import answers, collector_paused
from governance.rules.facts import day_of
from governance.rules.ruling import Answers, Outcome

from . import folding
from .beside import Comparison
from .differing import Reason
from .facts import Whole, judged_facts, load_whole, school_facts
from .facts.whole import Coming
from .keeping import Keeper, Made, Row, Told
from .models import Difference, Meeting, Rejudging
from .transitions.acting import NotAllowed, Stopped
from .transitions.table import VERBS

log = logging.getLogger(__name__)

VERB = VERBS["rejudge"]
OVER = (Meeting.State.ENDED, Meeting.State.COMPLETED, Meeting.State.SIGNED, *Meeting.SEALED)
AT_ONCE = 400  # meetings that are written and compared at once
ROWS = 2000
REASONS = (
    Reason.RECORD_CORRECTED,
    Reason.PARAMETER_LATE,
    Reason.RULE_MENDED,
    Reason.TIME_PASSED,
    Reason.NOT_JUDGED,
)
OUTCOMES = ("broken", "unknown", "", "met")

Tell = Callable[[int, int], None]


@transaction.atomic
def ask(since: date, until: date, *, by: Standing) -> Rejudging:
    """An inspector has a school's records judged again; the worker does it. Asking twice for the same is asking once."""
    if not VERB.who(by, by.school):
        raise NotAllowed(f"“{VERB.label}”由{VERB.whom}办理。")
    school = Organisation.objects.select_for_update(no_key=True).get(pk=by.school.pk)
    run = Rejudging(school=school, since=since, until=until, on=timezone.localdate(), by=by.user)
    _in_order(run)
    waiting = Rejudging.objects.filter(school=school, since=since, until=until, on=run.on, finished_at=None).first()
    if waiting:
        return waiting
    run.save()
    _journal(run)
    return run


@transaction.atomic
def rejudge(
    school: Organisation, since: date, until: date, *, on: date | None = None, tell: Tell = lambda done, of: None
) -> Rejudging:
    """The same at once, for whoever runs the installation."""
    run = Rejudging(school=school, since=since, until=until, on=on or timezone.localdate())
    _in_order(run)
    run.save()
    entry = _journal(run)
    carry_out(run, tell)
    Entry.objects.filter(pk=entry.pk).update(drained_at=timezone.now())
    return run


def _in_order(run: Rejudging) -> None:
    if run.until < run.since:
        raise Stopped(f"截止日期 {run.until} 早于开始日期 {run.since}。")


def _journal(run: Rejudging) -> Entry:
    return journal.record(VERB.name, run, str(run), organisation=run.school, by=run.by)


@dataclass
class Part:
    """What one judgement of a run is about: a meeting, the matters without one, or with neither the school."""

    sitting: facts.Meeting | None = None
    items: dict[int, Coming] = field(default_factory=dict)  # by number
    matters: list[Any] = field(default_factory=list)  # for which it answers

    def said(self, dossier: Dossier, on: date) -> list[Answers]:
        cases: list[Case] = []
        if self.sitting:
            at = dossier.meeting_case(self.sitting)
            cases = [at, *at.items]
        elif not self.matters:
            cases += dossier.school_cases
        cases += (dossier.matter_case(dossier.matter(pk)) for pk in sorted(self.matters))
        return answers(cases, on=on)

    def judged(self, dossier: Dossier) -> facts.Records:
        if self.sitting is None and not self.matters:
            return school_facts(dossier)
        matters = [item.matter for item in self.sitting.items] if self.sitting else sorted(self.matters)
        return judged_facts(dossier, meeting=self.sitting, matters=matters, beside=True)


@transaction.atomic
def carry_out(run: Rejudging, tell: Tell = lambda done, of: None) -> None:
    """Judge, keep, compare. Whoever calls holds the journal line of the run, so that nobody else does the same."""
    if run.finished_at:
        return
    run.started_at = timezone.now()
    tell(0, 1)
    with connection.cursor() as cursor:  # two runs fill two cores; workers of the database would only be in their way
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    with collector_paused():
        # In a room of its own: what a whole school fills is gone before the collector would go through it.
        run.figures, differences = _figures_and_differences(run, tell)
    Difference.objects.bulk_create(differences, batch_size=ROWS)
    run.finished_at = timezone.now()
    run.save(update_fields=["started_at", "finished_at", "figures"])
    tell(1, 1)


def _figures_and_differences(run: Rejudging, tell: Tell) -> tuple[dict[str, Any], list[Difference]]:
    whole = load_whole(run.school)
    parts = _parts(run, whole)
    keeper = Keeper(run.school, verb=VERB.name, at=timezone.now(), run=run, current=False)
    judgements: list[Told] = []
    rows: list[Row] = []
    for start in range(0, len(parts), AT_ONCE):
        tell(start, len(parts))
        kept, said = keeper.keep(_made(parts[start : start + AT_ONCE], whole.dossier, run.on))
        judgements += kept
        rows += said
    differences = _beside(run, whole, parts).differences(judgements, rows)
    whole.dossier.let_go()
    counted = Counter(row.outcome for row in rows)
    counted["met"] = sum(folding.counted(judgement.met) for judgement in judgements)
    figures = {
        "meetings": sum(1 for part in parts if part.sitting),
        "items": sum(len(part.items) for part in parts),
        "matters": len({pk for part in parts for pk in part.matters}),
        "findings": {outcome.value: counted[outcome.value] for outcome in Outcome if counted[outcome.value]},
        "differences": Counter(str(Reason(each.reason).value) for each in differences),
    }
    return figures, sorted(differences, key=_weight)


def _made(parts: list[Part], dossier: Dossier, on: date) -> list[Made]:
    """All are judged, then all facts are put together: one kind of work at a time takes a tenth less."""
    said = [part.said(dossier, on) for part in parts]
    judged = [part.judged(dossier) for part in parts]
    return [
        Made(on_what, told, part.items, meeting=part.sitting.id if part.sitting else None)
        for part, told, on_what in zip(parts, said, judged, strict=True)
    ]


def _parts(run: Rejudging, whole: Whole) -> list[Part]:
    """What is judged: the meetings of the period that are over, matters that never came to one, the school."""
    dossier = whole.dossier
    parts: list[Part] = []
    at: dict[Any, Part] = {}  # of a matter that came to several meetings, the last one answers
    for case in dossier.meetings:
        meeting = whole.meetings[case.meeting.id]
        if meeting.state not in OVER or not run.since <= case.day <= run.until:
            continue
        items = {item.no: item for item in whole.items.get(meeting.pk, ())}
        part = Part(case.meeting, items)
        parts.append(part)
        at |= {item.matter: part for item in case.meeting.items}
    loose = Part()
    for matter in dossier.records.matters:
        if matter.id not in at and _dated_within(run, dossier, matter):
            at[matter.id] = loose
    for pk, part in at.items():
        part.matters.append(pk)
    return [*parts, *([loose] if loose.matters else []), Part()]


def _weight(difference: Difference) -> tuple[int, int]:
    """In which order one wants to read them: by reason, and of one reason what is broken now first."""
    outcome = difference.found.outcome if difference.found else "met" if difference.found_met_id else ""
    return REASONS.index(Reason(difference.reason)), OUTCOMES.index(outcome)


def _dated_within(run: Rejudging, dossier: Dossier, matter: facts.Matter) -> bool:
    """Of a matter that came to no meeting of the period: whether it was decided without one, or proposed, in it."""
    case = dossier.matter_case(matter)
    decided = matter.decided_without_meeting
    day = day_of(decided.at) if decided else None if case.items else case.day
    return day is not None and run.since <= day <= run.until


def _beside(run: Rejudging, whole: Whole, parts: list[Part]) -> Comparison:
    return Comparison(
        run,
        whole.dossier,
        meetings={part.sitting.id: whole.meetings[part.sitting.id] for part in parts if part.sitting},
        items={item.pk: item for part in parts for item in part.items.values()},
        placed={matter: part.sitting and part.sitting.id for part in parts for matter in part.matters},
    )


class Aside:
    """Says how far a run has come, on a connection of its own: of the run itself nobody sees anything before its end."""

    def __init__(self, run: Rejudging):
        self.run, self.since = run, timezone.now()
        self.last = self.since - timedelta(days=1)
        self.connection: Any = connection.copy()

    def __call__(self, done: int, of: int) -> None:
        now = timezone.now()
        if now - self.last < timedelta(seconds=1):
            return
        self.last = now
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE meetings_rejudging SET started_at = %s, figures = jsonb_build_object('done', %s, 'of', %s)"
                " WHERE id = %s AND finished_at IS NULL",
                [self.since, done, of, self.run.pk],
            )

    def __enter__(self) -> "Aside":
        return self

    def __exit__(self, *_raised: Any) -> None:
        self.connection.close()


def judge_anew(entry: Entry, now: datetime) -> None:
    """What follows from ``ask``. If the database is away or busy the line waits; what no repetition would mend is said
    to whoever asked."""
    run = Rejudging.objects.select_related("school", "by").get(pk=entry.subject_id)
    try:
        with Aside(run) as aside:
            carry_out(run, aside)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("重新检查 %s 未能完成", run.pk)
        failed = f"检查程序出错（{type(error).__name__}），已记入系统日志。请告知系统管理员，修复以后再检查一次。"
        Rejudging.objects.filter(pk=run.pk, finished_at=None).update(finished_at=timezone.now(), failed=failed)
