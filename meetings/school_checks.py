"""学校检查: what the rules say of a school as a whole, its posts, rules of procedure, talks and rhythm, kept as it stands.

Glossary
    due     never judged, last judged on an earlier day, or something has changed since that the answers rest on
    whole   a judgement of the school itself: no meeting, item or matter. In each term one is current, the last
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Entry, Organisation
from governance.rules.engine import answers
from governance.terms import moments, term_of

from .facts import school_facts
from .facts.school import load_school
from .folding import fold
from .models import Judgement, KeptFinding, SchoolCheck
from .transitions.acting import judgement_on, rows_of, store
from .transitions.table import VERBS

log = logging.getLogger(__name__)

VERB = VERBS["check_school"]
LOOKED_AT = (
    "add_school", "edit_school", "move_school", "import_people", "add_person", "appoint", "dismiss",
    "enter_procedure", "mend_procedure", "submit_procedure", "return_procedure", "file_procedure",
    "set_floor", "mend_floor", "note_talk", "correct_talk",
    "call", "reschedule", "cancel", "open", "end", "sign_correction",
)  # fmt: skip
"""Acts that change what such a rule looks at. What comes as a dossier is judged with it."""
WHOLE = Q(meeting=None, item=None, matter=None)
GROWING = ("meetings", "communications")  # one more of them tells no more than the answers do
REST = timedelta(minutes=10)

_failed: dict[int, datetime] = {}  # until when a school rests whose check came to no end


def call_for_check(entry: Entry, now: datetime) -> None:
    """What follows from an act of ``LOOKED_AT``: the school is due, or all schools below an authority. However many
    lines come together, it is judged once."""
    SchoolCheck.objects.filter(
        school__in=Organisation.objects.filter(path__startswith=entry.organisation.path), on__isnull=False
    ).update(on=None)


def check_due(now: datetime | None = None, most: int = 100) -> int:
    """Judge schools that are due, each in a transaction of its own; gives how many there were."""
    now = now or timezone.now()
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    new = schools.exclude(pk__in=SchoolCheck.objects.values("school"))
    SchoolCheck.objects.bulk_create([SchoolCheck(school=school) for school in new], ignore_conflicts=True)
    resting = [pk for pk, until in _failed.items() if until > now]
    done = 0
    for pk in _due(now).exclude(pk__in=resting).order_by("pk").values_list("pk", flat=True)[:most]:
        try:
            with transaction.atomic():
                # A school that another worker holds is being taken care of.
                if _due(now).filter(pk=pk).select_for_update(skip_locked=True).exists():
                    _judged(Organisation.objects.get(pk=pk), now)
                    done += 1
        except Exception:  # one school's odd record must not keep back the others
            _failed[pk] = now + REST
            log.exception("学校检查 %s 未完成，%s 后再试", pk, REST)
    return done


def _due(now: datetime) -> QuerySet[SchoolCheck]:
    return SchoolCheck.objects.filter(Q(on=None) | Q(on__lt=timezone.localdate(now)))


@transaction.atomic
def check_school(school: Organisation, now: datetime | None = None) -> Judgement | None:
    """The same at once, of one school; gives what is new."""
    SchoolCheck.objects.get_or_create(school=school)
    SchoolCheck.objects.select_for_update().get(school=school)
    return _judged(school, now or timezone.now())


def _judged(school: Organisation, now: datetime) -> Judgement | None:
    """The row of the check is locked: whoever changes something meanwhile calls for another one."""
    day = timezone.localdate(now)
    dossier = load_school(school)
    told = answers(dossier.school_cases, on=day)
    new = judgement_on(school_facts(dossier), school=school, verb=VERB.name, at=now)
    last = whole(Judgement.objects.filter(school=school)).first()
    SchoolCheck.objects.filter(school=school).update(on=day)
    if last and last.at >= moments(term_of(day))[0]:
        new.met, _ = fold(told, {}, None)
        if _said(last, last.findings.all()) == _said(new, rows_of(new, told, {})):
            return None
        Judgement.objects.filter(pk=last.pk).update(current=False)
    if last and last.digest == new.digest:
        new.own_facts, new.same_as = None, last.same_as or last
    return store(new, told, {})


def _said(judgement: Judgement, rows: Iterable[KeptFinding]) -> tuple:
    """The answers, and the facts they rest on."""
    said = sorted((row.rule, row.body, row.outcome, row.mode, row.clause, row.message) for row in rows)
    return said, judgement.met, {name: part for name, part in judgement.facts.items() if name not in GROWING}


def whole(judgements: QuerySet[Judgement]) -> QuerySet[Judgement]:
    """What counts as said of schools themselves, the latest first."""
    return judgements.filter(WHOLE, current=True).order_by("-pk")
