"""Freezing a dossier: one matter with all its steps over both bodies, as the line of its life has them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max, Prefetch, Q
from django.utils import timezone

from governance.access import Standing
from governance.rules.catalogue import CLASSES, DEFAULT
from governance.rules.facts import day_of
from governance.templatetags.findings import spoken, tone

from ..access import findings_for
from ..facts import Load, load
from ..facts.plain import responsible_first
from ..life import Life, life_of
from ..life_steps import votes_in_words
from ..models import Attachment, Consultation, Document, Item, Matter, Meeting, MetAnswer, SignedCopy, Vote
from ..publicity import publicity_of
from ..sheet import by_rank
from .style import styled

# What lists or bundles a dossier is not in it: it would say something else each time one is made.
NOT_IN = (Document.Kind.DOSSIER, Document.Kind.LEDGER, Document.Kind.EXECUTION)
OF_MEETING = (Document.Kind.NOTICE, Document.Kind.AGENDA, Document.Kind.RECORD, Document.Kind.MINUTES,
              Document.Kind.CORRECTION, Document.Kind.SIGN_IN)  # fmt: skip


def freeze_dossier(matter: Matter, by: Standing) -> dict:
    life = life_of(matter, by=by, now=timezone.now(), entries=None)
    held = [item for item in life.items if item.outcome and item.meeting_id]
    loaded = load(by.school, Meeting.objects.filter(pk__in=[item.meeting_id for item in held]), matters=[matter.pk])
    papers = list(_papers(matter, held))
    return {
        "school": by.school.name,
        "style": styled(by.school),
        **_matter(matter, loaded),
        "consultations": [_consulted(each) for each in life.consultations if each.at],
        "sittings": [_sitting(item, matter, loaded) for item in held],
        "steps": _steps(life),
        "findings": _findings(matter, life, by),
        "documents": [_paper(each) for each in papers],
        "files": [*_files(matter), *(_signed(copy) for each in papers for copy in each.signed_copies.all())],
        "worded": {},
    }


def iso(at: datetime | date | None) -> str:
    """A day, or a moment to the minute."""
    if isinstance(at, datetime):
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return at.isoformat() if at else ""


def _matter(matter: Matter, loaded: Load) -> dict:
    dossier, letter = loaded.dossier, matter.category[:1]
    category = dossier.category(matter.category, day_of(matter.proposed_at or matter.created_at))
    fallback = DEFAULT.get(matter.category)
    title = category.title if category else fallback.title if fallback else ""
    return {
        "title": matter.title,
        "class": CLASSES.get(letter, letter),
        "category": f"{matter.category} {title}".strip(),
        "amount": "" if matter.amount is None else str(matter.amount),
        "payee": matter.payee,
        "project": matter.project,
        "marks": [
            *(["列为重大问题"] if matter.major else []),
            *(["须三分之二以上到会"] if matter.two_thirds else []),
            *(Matter.Flag(flag).label for flag in matter.flags),
        ],
        "candidates": list(matter.candidates),
        "proposer": str(matter.proposer or ""),
        "proposed_at": iso(matter.proposed_at),
        "owner": str(matter.owner or ""),
        "state": matter.get_state_display(),
        "emergency": matter.emergency_reason if matter.emergency_at else "",
        "reconsiders": matter.reconsiders.title if matter.reconsiders else "",
        "reconsider_reason": matter.reconsider_reason,
        "background": matter.background,
        "proposal": matter.proposal,
    }


def _consulted(each: Consultation) -> dict:
    notes = [f"{row.person}：{row.note}" for row in each.consulted.all() if row.note]
    return {
        "at": iso(each.at),
        "kind": each.get_kind_display(),
        "people": _answers(each) or (f"听取 {each.heard} 人意见" if each.heard else ""),
        "outcome": each.get_outcome_display() if each.outcome else "",
        "note": "\n".join(filter(None, (each.note, *notes))),
        "other_text": "征求意见后方案有变动" if each.stale else "",
        "files": [file.name for file in getattr(each, "files", ())],
    }


def _answers(each: Consultation) -> str:
    rows = [
        f"{row.person}：{row.get_outcome_display()}" if row.outcome else str(row.person) for row in each.consulted.all()
    ]
    return "，".join(rows) if any(row.outcome for row in each.consulted.all()) else "、".join(rows)


def _sitting(item: Item, matter: Matter, loaded: Load) -> dict:
    """What the meeting made of it; the corrections that were signed since are laid over."""
    meeting = loaded.meetings[item.meeting_id]
    right = next(each for each in loaded.items[item.meeting_id] if each.pk == item.pk)
    (case,) = (each for each in loaded.dossier.items_of(matter.pk) if each.meeting.meeting.id == meeting.pk)
    name = loaded.dossier.name
    ranked = by_rank(meeting.attendance_rows, loaded.dossier, meeting.body, case.day)
    methods = dict.fromkeys(Vote.Method(row["method"]).label for row in right.vote_rows if row["method"])
    return {
        "meeting": f"{meeting.get_body_display()}{f'第{meeting.number}次' if meeting.number else ''}",
        "at": iso(meeting.starts_at),
        "no": str(right.no),
        "purpose": right.get_purpose_display(),
        "outcome": right.get_outcome_display(),
        "chair": name(meeting.chair_id) if meeting.chair_id else "",
        "in_office": str(len(case.team)) if case.voters_known else "",
        "present": [name(row["person"]) for row in ranked if row["person"] in case.present],
        "recused": [name(row["person"]) for row in right.recusal_rows],
        "methods": list(methods),
        "votes": votes_in_words(row | {"in_office": None} for row in right.vote_rows),
        "decision": right.decision_text,
        "reason": right.outcome_reason,
        "carriers": [name(pk) for pk in responsible_first(right)],
        "due": iso(right.due),
        "due_decided": iso(right.due_decided),
        "done_on": iso(right.done_on),
        "done_note": right.done_note,
        "closed": iso(right.closed_at),
        "public": publicity_of(right),
        "carried": right.outcome in Item.CARRIED,
    }


def _steps(life: Life) -> list[dict]:
    """What has happened, in order; what a step rests on is named."""
    lines = []
    for step in life.steps:
        if step.at is None or step.mark not in ("done", "missing"):
            continue
        said = [step.text, *(f"{row['label']}更正为：{row['right'] or '（空）'}" for row in step.corrections)]
        lines.append(
            {
                "at": iso(step.at),
                "what": step.title,
                "who": step.by,
                "text": "\n".join(filter(None, said)),
                "rests_on": [*(word for word, _ in step.links), *(file.name for file in step.files)],
            }
        )
    return lines


def _findings(matter: Matter, life: Life, by: Standing) -> list[dict]:
    """What is broken or cannot be told, with its clause, and the reason that a head gave."""
    latest = {each.rule: each for each in findings_for(by).filter(matter=matter, item=None).order_by("pk")}
    came_to = [item.meeting_id for item in life.items if item.meeting_id]
    met = MetAnswer.objects.filter(matter=matter, meeting__in=came_to, current=True)
    last_met = dict(met.values_list("rule").annotate(Max("judgement")))
    reasons = {(item.pk, row["rule"]): row for item in life.items for row in item.override_rows}
    of_items = {item.pk: item for item in life.items}
    found = []
    still = (each for each in latest.values() if each.judgement_id > last_met.get(each.rule, 0))
    for each in (*(one for several in life.findings.values() for one in several), *still):
        item, given = of_items.get(each.item_id), reasons.get((each.item_id, each.rule))
        where = f"{item.get_body_display()}第{item.no}项" if item and item.no else "本事项"
        said = spoken(each)
        found.append(
            {
                "rule": each.rule,
                "where": where,
                "weight": tone(each).word,
                "clause": each.clause,
                "message": f"{said.headline}{said.mend}",
                "reason": f"{given['by']}说明理由：{given['reason']}" if given else "",
            }
        )
    return found


def _papers(matter: Matter, held: list[Item]) -> Iterable[Document]:
    of_meetings = Q(meeting__in=[item.meeting_id for item in held], item=None, kind__in=OF_MEETING)
    mine = Q(matter=matter) | Q(item__matter=matter) | of_meetings
    issued = Document.objects.filter(mine, school=matter.school_id).exclude(kind__in=NOT_IN).order_by("pk")
    return issued.select_related("replaces").prefetch_related(
        Prefetch("signed_copies", SignedCopy.objects.select_related("document"))
    )


def _paper(document: Document) -> dict:
    return {
        "kind": document.get_kind_display(),
        "number": document.number,
        "version": str(document.version),
        "replaces": document.replaces.number if document.replaces else "",
        "on": iso(timezone.localtime(document.issued_at).date()),
        "digest": document.digest,
    }


def _files(matter: Matter) -> list[dict]:
    kept = Attachment.objects.filter(matter=matter, removed_at=None).select_related("consultation", "progress")
    return [
        {
            "name": file.name,
            "of": file.consultation.get_kind_display()
            if file.consultation
            else "落实佐证"
            if file.progress
            else "议题材料",
            "size": str(file.size),
            "on": iso(timezone.localtime(file.uploaded_at).date()),
            "digest": file.sha256,
        }
        for file in kept.order_by("pk")
    ]


def _signed(copy: SignedCopy) -> dict:
    return {
        "name": copy.name,
        "of": f"{copy.document.number}签字件",
        "size": str(copy.size),
        "on": iso(timezone.localtime(copy.attached_at).date()),
        "digest": copy.sha256,
    }
