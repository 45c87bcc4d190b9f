"""Everything about one item on one page: what an inspector reads before saying what they think of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from governance.access import Standing
from governance.rules.dossier import Dossier
from meetings.access import attachments_for, consultations_for, documents_for
from meetings.facts import load
from meetings.folding import of_question, unfold
from meetings.life import Life
from meetings.life_steps import Step, followed, with_what_follows
from meetings.models import Attachment, Consultation, Document, Item, Judgement, KeptFinding, Meeting, MetAnswer
from meetings.replay import dossier_of
from meetings.school_checks import WHOLE
from meetings.sheet import Line, Sheet, sheet_of, with_rows_of_the_sheet
from meetings.transitions.voting import sitting_of

from . import registers
from .evidence import Evidence, attendance, evidence
from .models import Assessment, Inspection, Remark
from .surroundings import Section


@dataclass
class Found:
    """A finding with what it rests on and what was said of it."""

    finding: KeptFinding
    evidence: Evidence | None = None
    said: Assessment | None = None


@dataclass
class OneItem:
    item: Item
    sheet: Sheet
    line: Line
    there: Section
    consultations: list[Consultation]
    attachments: list[Attachment]
    documents: list[Document]
    follow_up: list[Step]
    met: list[MetAnswer] = field(default_factory=list)


def one_item(item: Item, by: Standing) -> OneItem:
    """``by``: how whoever looks stands in the school; the item is in the scope of the inspection."""
    loaded = load(by.school, Meeting.objects.filter(pk=item.meeting_id), more=with_rows_of_the_sheet)
    sheet = sheet_of(loaded, item.meeting_id)
    line = next(each for each in sheet.lines if each.item.pk == item.pk)
    at = loaded.dossier.meeting_case(sitting_of(loaded, item.meeting_id))
    case = next(each for each in at.items if each.no == item.no)
    kept = list(attachments_for(by).filter(matter=item.matter).select_related("uploaded_by").order_by("pk"))
    of_reports: dict[int, list[Attachment]] = {}
    of_consultations: dict[int, list[Attachment]] = {}
    for each in kept:
        of_reports.setdefault(each.progress_id or 0, []).append(each)
        of_consultations.setdefault(each.consultation_id or 0, []).append(each)
    consultations = list(
        consultations_for(by)
        .filter(matter=item.matter)
        .select_related("entered_by")
        .prefetch_related("consulted__person")
        .order_by("pk")
    )
    for consultation in consultations:
        consultation.files = of_consultations.get(consultation.pk, [])
    life = Life(steps=[], items=[item], consultations=[], attachments=[], entries=[], evidence=of_reports)
    now = Judgement.objects.filter(meeting=item.meeting_id, current=True).defer("own_facts").order_by("pk")
    item = with_what_follows(_whole_items()).get(pk=item.pk)
    return OneItem(
        item=item,
        sheet=sheet,
        line=line,
        there=attendance(at, case),
        consultations=consultations,
        attachments=[each for each in kept if not each.progress_id and not each.consultation_id],
        documents=list(
            documents_for(by)
            .filter(
                Q(item=item) | Q(item=None, matter=item.matter_id) | Q(item=None, matter=None, meeting=item.meeting_id)
            )
            .defer("frozen")
            .order_by("pk")
        ),
        follow_up=followed(item, life, by),
        met=[
            each
            for each in chain.from_iterable(map(unfold, now))
            if each.item_id == item.pk or each.matter_id == item.matter_id
        ],
    )


def _whole_items() -> QuerySet[Item]:
    rows = Item.objects.select_related("matter__proposer", "matter__owner", "meeting", "confirmed_by")
    return rows.prefetch_related("responsible")


def found_of(inspection: Inspection, findings: Iterable[KeptFinding], *, told: bool = True) -> list[Found]:
    """Findings beside what was said of them; ``told``: with the facts that they rest on."""
    findings = list(findings)
    said = {of_question(one): one for one in said_of(inspection, findings)}
    dossiers: dict[int, Dossier] = {}
    rows = []
    for finding in findings:
        row = Found(finding, said=said.get(of_question(finding)))
        if told:
            judgement = finding.judgement
            if judgement.pk not in dossiers:
                dossiers[judgement.pk] = dossier_of(judgement.facts)
            row.evidence = evidence(finding, dossiers[judgement.pk], of_item=not finding.of_school)
        rows.append(row)
    return rows


def said_of(inspection: Inspection, findings: list[KeptFinding]) -> QuerySet[Assessment]:
    """What stands, of the things that these findings are about; it keeps to them when they are judged anew."""
    of = Q(item__in={one.item_id for one in findings if one.item_id})
    of |= Q(item=None, matter__in={one.matter_id for one in findings if one.matter_id})
    of |= Q(item=None, matter=None, meeting__in={one.meeting_id for one in findings if one.meeting_id})
    of |= WHOLE & Q(school__in={one.school_id for one in findings if of_question(one)[0] == "school"})
    said = Assessment.objects.filter(of, inspection=inspection, withdrawn_at=None)
    return said.exclude(rule="").select_related("by")


def findings_on(school: Organisation, about: Q) -> list[KeptFinding]:
    """What is now not met, the gravest first, with what their evidence needs."""
    schools = Organisation.objects.filter(pk=school.pk)
    found = registers.findings(schools).filter(about)
    rows = found.select_related("school", "meeting", "matter", "item", "judgement__same_as", "judgement__meeting")
    return sorted(rows, key=lambda one: (one.outcome != "broken", MODES.index(one.mode), one.rule))


MODES = ("block", "warn", "info")


def papers_on(inspection: Inspection, about: Q) -> list[Remark | Assessment]:
    """Everything that was written down about it, what was taken back too, in order of time."""
    papers: list[Remark | Assessment] = []
    for model in (Remark, Assessment):
        rows = model.objects.filter(about, inspection=inspection).select_related(
            "by", "withdrawn_by", "item", "meeting"
        )
        papers += rows
    return sorted(papers, key=lambda paper: (paper.at, paper.pk))
