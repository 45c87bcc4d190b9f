"""What the rules say of records that came as a file, kept as after any act.

A long import is judged by the worker: the journal line of the import is its errand, and the command does it at once.
What was judged is not judged twice, so either may come first.
"""

from collections.abc import Callable
from datetime import date, datetime
from itertools import chain, islice

from django.db import transaction
from django.utils import timezone

from accounts.models import Entry, Organisation
from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import answers, collector_paused

from ..facts import Whole, judged_facts, load_whole
from ..keeping import Keeper, Made
from ..models import Matter, Meeting
from ..school_checks import check_school
from ..transitions.table import VERBS

VERB = VERBS["import_records"]
AT_ONCE = 100


@transaction.atomic
def judge_what_came(school: Organisation, tell: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Judge the imported meetings and matters of a school that nobody has judged yet, and the school as a whole; gives
    how many of the former there were."""
    done = _judge(school, tell)
    check_school(school)
    return done


def _judge(school: Organisation, tell: Callable[[int, int], None]) -> int:
    meetings = Meeting.objects.filter(school=school, state=Meeting.State.IMPORTED)
    never_met = Matter.objects.filter(school=school, created_by=None, items=None)
    for came in (meetings, never_met):  # one judging after the other; it may take long, and the school writes on
        list(came.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    waiting = set(meetings.exclude(judgements__current=True).values_list("pk", flat=True))
    alone = set(never_met.exclude(judgements__current=True).values_list("pk", flat=True))
    if not waiting and not alone:
        return 0
    with collector_paused():
        whole, on, done = load_whole(school), timezone.localdate(), 0
        dossier, keeper = whole.dossier, Keeper(school, verb=VERB.name, at=timezone.now())
        made = chain(
            (_of_meeting(whole, case.meeting, on) for case in dossier.meetings if case.meeting.id in waiting),
            (_of_matter(dossier, matter, on) for matter in dossier.records.matters if matter.id in alone),
        )
        while some := list(islice(made, AT_ONCE)):
            keeper.keep(some)
            tell(done := done + len(some), len(waiting) + len(alone))
        dossier.let_go()
    return done


def _of_meeting(whole: Whole, sitting: facts.Meeting, on: date) -> Made:
    dossier = whole.dossier
    matters = list(dict.fromkeys(item.matter for item in sitting.items))
    case = dossier.meeting_case(sitting)
    # of several meetings the last one answers
    answered = (pk for pk in matters if dossier.items_of(pk)[-1].meeting.meeting.id == sitting.id)
    told = answers([case, *case.items, *(dossier.matter_case(dossier.matter(pk)) for pk in answered)], on=on)
    judged = judged_facts(dossier, meeting=sitting, matters=matters, beside=True)
    return Made(judged, told, {item.no: item for item in whole.items.get(sitting.id, ())}, meeting=sitting.id)


def _of_matter(dossier: Dossier, matter: facts.Matter, on: date) -> Made:
    judged = judged_facts(dossier, matters=[matter.id], beside=True)
    return Made(judged, answers([dossier.matter_case(matter)], on=on), {}, matter=matter.id)


def judge_after_import(entry: Entry, now: datetime) -> None:
    """What follows from an import."""
    judge_what_came(entry.organisation)
