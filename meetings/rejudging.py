"""重新检查: today's rules on the records of a period, beside what was kept at the acts.

A run is one transaction: it is there as a whole or not at all, and one that broke off is done anew. What it writes
never counts as current.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import journal
from accounts.models import Entry, Organisation
from governance.access import Standing
from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import day_of
from governance.rules.ruling import Finding, Outcome

from . import folding
from .differing import MET, Answer, Question, Reason, Then, answered, asked, not_judged
from .facts import Load, judged_facts, load_whole, school_facts
from .facts.corrections import signed
from .folding import of_question
from .models import Difference, Item, Judgement, KeptFinding, Meeting, Rejudging
from .replay import About
from .transitions.acting import NotAllowed, Stopped, judgement_on, rows_of
from .transitions.table import VERBS

log = logging.getLogger(__name__)

VERB = VERBS["rejudge"]
OVER = (Meeting.State.ENDED, Meeting.State.COMPLETED, Meeting.State.SIGNED, *Meeting.SEALED)
AT_ONCE = 100  # meetings that are written and compared at once
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
    """What one judgement of a run is about: a meeting, the matters without one, or the school."""

    judged: Callable[[Dossier], facts.Records]
    meeting: Meeting | None = None
    items: dict[int, Item] = field(default_factory=dict)  # by number
    matters: list[Any] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Key(NamedTuple):
    """What makes two answers answers to the same question."""

    kind: str
    thing: Any
    rule: str


Said = KeptFinding | int
"""A row of what is not met, or the judgement that says that it is."""


def answers_in(judgement: Judgement, rows: Iterable[KeptFinding]) -> Iterator[tuple[Key, Said]]:
    for kind, rules in judgement.met.items():
        for rule, things in rules.items():
            for thing in things:
                yield Key(kind, thing, rule), judgement.pk
    for row in rows:
        yield Key(*of_question(row)), row


def outcome_of(said: Said | None) -> Answer:
    return MET if isinstance(said, int) else answered(said)


@transaction.atomic
def carry_out(run: Rejudging, tell: Tell = lambda done, of: None) -> None:
    """Judge, keep, compare. Whoever calls holds the journal line of the run, so that nobody else does the same."""
    if run.finished_at:
        return
    run.started_at = timezone.now()
    tell(0, 1)
    whole = load_whole(run.school)
    parts = _parts(run, whole)
    differences: list[Difference] = []
    counted: Counter[str] = Counter()
    for start in range(0, len(parts), AT_ONCE):
        tell(start, len(parts))
        some = parts[start : start + AT_ONCE]
        judgements, rows = _keep(run, whole.dossier, some)
        counted.update(row.outcome for row in rows)
        counted["met"] += sum(folding.counted(judgement.met) for judgement in judgements)
        differences += Comparison(run, whole.dossier, some).differences(judgements, rows)
    differences.sort(key=_weight)
    Difference.objects.bulk_create(differences, batch_size=ROWS)
    run.figures = {
        "meetings": sum(1 for part in parts if part.meeting),
        "items": sum(len(part.items) for part in parts),
        "matters": len({pk for part in parts for pk in part.matters}),
        "findings": {outcome.value: counted[outcome.value] for outcome in Outcome if counted[outcome.value]},
        "differences": Counter(str(Reason(each.reason).value) for each in differences),
    }
    run.finished_at = timezone.now()
    run.save(update_fields=["started_at", "finished_at", "figures"])
    tell(len(parts), len(parts))


def _parts(run: Rejudging, whole: Load) -> list[Part]:
    """What is judged: the meetings of the period that are over, matters that never came to one, the school."""
    dossier = whole.dossier
    by_meeting: dict[Any, Part] = {}
    at: dict[Any, Part] = {}  # of a matter that came to several meetings, the last one answers
    for case in dossier.meetings:
        meeting = whole.meetings[case.meeting.id]
        if meeting.state not in OVER or not run.since <= case.day <= run.until:
            continue
        items = {item.no: item for item in whole.items[meeting.pk] if item.no}
        part = by_meeting[meeting.pk] = Part(_of_meeting(case.meeting), meeting, items)
        at |= {item.matter: part for item in case.meeting.items}
    alone = [
        matter.id for matter in dossier.records.matters if matter.id not in at and _dated_within(run, dossier, matter)
    ]
    loose = Part(lambda dossier: judged_facts(dossier, matters=alone, beside=True))
    school = Part(school_facts)
    at |= dict.fromkeys(alone, loose)
    for matter, part in at.items():
        part.matters.append(matter)
    for finding in judge(dossier, on=run.on):
        if finding.meeting is not None:
            answering = by_meeting.get(finding.meeting)
        else:
            answering = school if finding.matter is None else at.get(finding.matter)
        if answering:
            answering.findings.append(finding)
    return [*by_meeting.values(), *([loose] if alone else []), school]


def _weight(difference: Difference) -> tuple[int, int]:
    """In which order one wants to read them: by reason, and of one reason what is broken now first."""
    outcome = difference.found.outcome if difference.found else "met" if difference.found_met_id else ""
    return REASONS.index(Reason(difference.reason)), OUTCOMES.index(outcome)


def _of_meeting(sitting: facts.Meeting) -> Callable[[Dossier], facts.Records]:
    matters = [item.matter for item in sitting.items]
    return lambda dossier: judged_facts(dossier, meeting=sitting, matters=matters, beside=True)


def _dated_within(run: Rejudging, dossier: Dossier, matter: facts.Matter) -> bool:
    """Of a matter that came to no meeting of the period: whether it was decided without one, or proposed, in it."""
    case = dossier.matter_case(matter)
    decided = matter.decided_without_meeting
    day = day_of(decided.at) if decided else None if case.items else case.day
    return day is not None and run.since <= day <= run.until


def _keep(run: Rejudging, dossier: Dossier, parts: list[Part]) -> tuple[list[Judgement], list[KeptFinding]]:
    at = timezone.now()
    made = []
    for part in parts:
        about = {"run": run, "school": run.school, "meeting": part.meeting, "verb": VERB.name, "by": run.by, "at": at}
        judgement = judgement_on(part.judged(dossier), current=False, **about)
        judgement.met, judgement.there = folding.fold(part.findings, part.items, judgement.meeting_id)
        made.append(judgement)
    judgements = Judgement.objects.bulk_create(made)
    rows = [
        row
        for judgement, part in zip(judgements, parts, strict=True)
        for row in rows_of(judgement, part.findings, part.items)
    ]
    return judgements, KeptFinding.objects.bulk_create(rows, batch_size=ROWS)


class Comparison:
    """Some parts of a run beside what counts as current about the same things."""

    def __init__(self, run: Rejudging, dossier: Dossier, parts: list[Part]):
        self.run, self.dossier = run, dossier
        self.meetings = {part.meeting.pk: part.meeting for part in parts if part.meeting}
        self.items = {item.pk: item for part in parts for item in part.items.values()}
        self.placed = {matter: part.meeting and part.meeting.pk for part in parts for matter in part.matters}
        self.of_school = any(part.judged is school_facts for part in parts)
        self.judgements = self._judgements()
        self.kept: dict[Key, Said] = {}
        self.of_matter: dict[int, int] = {}  # the judgement that answered last
        self.of_meeting: dict[int, int] = {}
        self.of_item: dict[int, int] = {}
        self._read()
        self._then: dict[tuple[int, int | None], Then] = {}

    def _judgements(self) -> dict[int, Judgement]:
        """What counts as current about these things, in its order. Of a matter other meetings may have spoken too."""
        came = {case.meeting.meeting.id for matter in self.placed for case in self.dossier.items_of(matter)}
        meetings = came | self.meetings.keys()
        # What an act said is compared, also where a correction was judged since: the difference is what it made.
        late = Judgement.objects.filter(meeting__in=meetings, current=True, verb="correct")
        acts = Judgement.objects.filter(run=None, item=None, meeting__in=late.values("meeting")).exclude(verb="correct")
        before = acts.order_by("meeting_id", "-pk").distinct("meeting_id").values_list("pk", flat=True)
        stands = Q(current=True) & ~Q(verb="correct") | Q(pk__in=list(before))
        about = Q(meeting__in=meetings) | Q(item__in=self.items) | Q(matter__in=self.placed, meeting=None, item=None)
        if self.of_school:
            about |= Q(meeting=None, item=None, matter=None)
        found = Judgement.objects.filter(about & stands, school=self.run.school)
        return {judgement.pk: judgement for judgement in found.defer("own_facts").order_by("pk")}

    def _read(self) -> None:
        """Of two answers to one question the later counts."""
        rows = defaultdict(list)
        stored = KeptFinding.objects.filter(judgement__in=self.judgements).defer("message", "clause", "values")
        for row in stored.order_by("pk"):
            rows[row.judgement_id].append(row)
        asked: dict[str, Collection[Any]] = {"item": self.items, "matter": self.placed, "meeting": self.meetings}
        for pk, judgement in self.judgements.items():
            for key, said in answers_in(judgement, rows[pk]):
                if key.thing in asked[key.kind] if key.kind in asked else self.of_school:
                    self.kept[key] = said
                    if key.kind == "matter":
                        self.of_matter[key.thing] = pk
            if judgement.item_id:
                self.of_item[judgement.item_id] = pk
            elif judgement.meeting_id:
                self.of_meeting[judgement.meeting_id] = pk
        for pk, judgement in self.judgements.items():
            if judgement.matter_id and not judgement.meeting_id and not judgement.item_id:
                self.of_matter.setdefault(judgement.matter_id, pk)

    def differences(self, judgements: Iterable[Judgement], rows: Iterable[KeptFinding]) -> list[Difference]:
        by_judgement = defaultdict(list)
        for row in rows:
            by_judgement[row.judgement_id].append(row)
        found: dict[Key, Said] = {}
        for judgement in judgements:
            found.update(answers_in(judgement, by_judgement[judgement.pk]))
        differ = [
            (key, self.kept.get(key), found.get(key))
            for key in {**found, **self.kept}
            if outcome_of(self.kept.get(key)) != outcome_of(found.get(key))
        ]
        return [self._difference(*each) for each in differ]

    def _difference(self, key: Key, kept: Said | None, found: Said | None) -> Difference:
        judgement, was_asked = self._judged_by(key, kept)
        place = self._place(key, judgement if found is None else None)
        if judgement is None or not was_asked:
            reason, detail = Reason.NOT_JUDGED, not_judged(judgement)
        else:
            about = place if key.kind != "matter" else replace(place, meeting=judgement.meeting_id)
            question = Question(key.rule, about, outcome_of(found), self.dossier, self.run.on)
            reason, detail = question.reason(self._facts_of(judgement, about.meeting))
            if reason == Reason.RECORD_CORRECTED:
                detail += self._by_correction(about, judgement)
        return Difference(
            run=self.run,
            meeting_id=place.meeting,
            item_id=place.item,
            matter_id=place.matter,
            rule=key.rule,
            body=place.body,
            kept=kept if isinstance(kept, KeptFinding) else None,
            kept_met_id=kept if isinstance(kept, int) else None,
            found=found if isinstance(found, KeptFinding) else None,
            found_met_id=found if isinstance(found, int) else None,
            reason=reason,
            detail=detail,
        )

    def _by_correction(self, about: About, judgement: Judgement) -> str:
        """Which signed corrections came since, of those that speak of the same item or of the meeting as a whole."""
        item = self.items.get(about.item or 0)
        own: tuple[str, ...] = ("meeting/", "attendance/")
        if item:
            votes = (f"vote/{row['id']}/" for row in item.vote_rows)
            own = (*own, *votes, *(f"{kind}/{item.pk}/" for kind in ("item", "opinion", "written", "recusal")))
        meeting = self.meetings.get(about.meeting or 0)
        rows = signed(meeting.correction_rows) if meeting else []
        since = [row for row in rows if datetime.fromisoformat(row["signed_at"]) > judgement.at]
        named = [str(row["no"]) for row in since if item is None or row["path"].startswith(own)]
        return f"（更正 {'、'.join(named)}）" if named else ""

    def _judged_by(self, key: Key, kept: Said | None) -> tuple[Judgement | None, bool]:
        """The judgement that answered, or that would have if the rule had applied; and whether it asked the rule."""
        if kept is not None:
            return self.judgements[kept if isinstance(kept, int) else kept.judgement_id], True
        if key.kind == "item":
            several = [self.of_item.get(key.thing), self.of_meeting.get(self.items[key.thing].meeting_id or 0)]
        elif key.kind == "meeting":
            several = [self.of_meeting.get(key.thing)]
        elif key.kind == "matter":
            several = [self.of_matter.get(key.thing) or self.of_meeting.get(self.placed[key.thing] or 0)]
        else:
            several = []
        judged = [self.judgements[pk] for pk in sorted(filter(None, several), reverse=True)]
        for judgement in judged:
            if asked(judgement, key.rule):
                return judgement, True
        return (judged[0] if judged else None), False

    def _place(self, key: Key, kept: Judgement | None) -> About:
        """``kept`` where only that judgement has an answer: of a matter, at which meeting it gave it."""
        if key.kind == "item":
            item = self.items[key.thing]
            return About(item.meeting_id, item.pk, item.matter_id, item.body)
        if key.kind == "meeting":
            return About(meeting=key.thing, body=self.meetings[key.thing].body)
        if key.kind == "matter":
            return About(meeting=kept.meeting_id if kept else self.placed[key.thing], matter=key.thing)
        return About(body=key.thing)

    def _facts_of(self, judgement: Judgement, meeting: int | None) -> Then:
        if (judgement.pk, meeting) not in self._then:
            self._then[judgement.pk, meeting] = Then.of(judgement, meeting)
        return self._then[judgement.pk, meeting]


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
