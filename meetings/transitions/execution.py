"""The verb that drafts the report to the party meeting on how its decisions were carried out."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Entry, Organisation
from accounts.templatetags.words import full
from governance.access import Standing

from ..execution import earlier_reports, execution_of
from ..facts import day_facts
from ..models import Matter
from .acting import NotAllowed, Stopped, write
from .table import VERBS

VERB = VERBS["draft_execution_report"]
CATEGORY = "G"  # the report is no decision of its own


def is_execution_report(matter: Matter) -> bool:
    """Such a matter goes to the party meeting, as a report, whatever its category would ask for."""
    return Entry.objects.filter(verb=VERB.name, subject_kind="matter", subject_id=matter.pk).exists()


@transaction.atomic
def draft_execution_report(*, since: date, until: date, by: Standing) -> Matter:
    """A draft with the figures and decisions of the period, to be edited and proposed like any matter."""
    if not VERB.who(by, by.school):
        raise NotAllowed(f"“{VERB.label}”由{VERB.whom}办理。")
    today = timezone.localdate()
    if since > until or until > today:
        raise Stopped("起止日期不对：开始不能晚于截止，截止不能晚于今天。")
    dossier = day_facts(by.school, today)
    if not dossier.has_party_organization:
        raise Stopped("本校没有党组织会议，不需要这份报告。")
    Organisation.objects.select_for_update(no_key=True).get(pk=by.school.pk)
    period = {"since": since.isoformat(), "until": until.isoformat()}
    for line in earlier_reports(by.school).filter(facts__contains=period):
        standing = Matter.objects.filter(pk=line.subject_id, state=Matter.State.DRAFT).first()
        if standing:
            return standing  # a double click, or somebody comes back to it: what was edited stays
    execution = execution_of(by, since, until)
    principal = dossier.head("office", today)
    matter = Matter.objects.create(
        school=by.school,
        title=execution.title,
        category=CATEGORY,
        background=f"按照要求，校长向党组织会议报告决定的执行情况。统计截至{full(until)}。",
        proposal=execution.text,
        proposer_id=principal,
        owner_id=principal,
        created_by=by.user,
    )
    write(VERB, matter, by, "起草决定执行情况报告", **period, figures=execution.figures)
    return matter
