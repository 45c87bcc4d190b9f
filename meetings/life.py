"""One matter, one line of time: how it came about, what was said before the meetings, what became of it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, Q

from accounts.models import Entry
from governance.access import Standing
from governance.rules.engine import judge_matter
from governance.rules.facts import day_of
from governance.rules.ruling import Finding

from .access import attachments_for, consultations_for, findings_for, items_for, matters_for, meetings_for
from .facts import Load, load, with_facts_of_items, with_next_party_meeting
from .life_steps import ASKING, BEFORE, LONG, Stage, Step, stages_of, steps_of, with_what_follows
from .models import Attachment, Consultation, Item, KeptFinding, Matter
from .needs import Needs, needs_of, ticked
from .next_act import UNFILED, NextAct, goes_on, imagined, next_acts, with_reasons, with_reasons_of_items
from .transitions import proposal_digest
from .whereabouts import ratifying_of

TOLD_TO_ALL = ("revise", "withdraw")  # acts on the matter alone, which say nothing of another meeting


@dataclass
class Life:
    steps: list[Step]
    items: list[Item]
    consultations: list[Consultation]
    attachments: list[Attachment]
    entries: list[Entry]
    moments: dict[tuple[str, int], datetime] = field(default_factory=dict)  # when each act was last done
    loaded: Load | None = None  # what the rules read, where they were asked
    acts: list[NextAct] = field(default_factory=list)
    needs: Needs | None = None  # until a meeting has taken the matter up for decision
    softened: bool = False
    decided_without: list[Finding] = field(default_factory=list)  # what the rule says of a decision without a meeting
    asked: Consultation | None = None  # open, and whoever looks is one of the two
    answered: bool = False  # and has answered already, but may still change it
    to_report: Item | None = None  # a decision that whoever looks carries out
    open_request: Consultation | None = None
    stages: list[Stage] = field(default_factory=list)
    findings: dict[int, list[KeptFinding]] = field(default_factory=dict)  # by item: what was kept and is not met
    evidence: dict[int, list[Attachment]] = field(default_factory=dict)  # by report of progress
    ratification: list[Finding] = field(default_factory=list)  # what the rule says of an emergency (C-19)
    ratifying: str = ""  # until a party meeting has settled it: by when, or that it was missed
    missed_at: datetime | None = None  # the party meeting that went by without ratifying it
    reconsidered_by: list[Matter] = field(default_factory=list)
    opens: frozenset[int] | None = None  # meetings that a step may lead to; None: each
    idle: bool = False  # proposed, and asked of no meeting

    @property
    def comes_to_a_meeting(self) -> bool:
        return any(item.meeting_id and goes_on(item) for item in self.items)

    @property
    def earlier(self) -> list[Step]:
        """Of a long life what is folded away at first."""
        return self.steps[:-LONG] if len(self.steps) > LONG + 2 else []

    @property
    def latest(self) -> list[Step]:
        return self.steps[len(self.earlier) :]

    @property
    def revised(self) -> bool:
        return any(entry.verb == "revise" for entry in self.entries)


def life_of(matter: Matter, *, by: Standing, now: datetime, entries: int | None = 50) -> Life:
    """``entries``: how far back the journal is read; None: all of it."""
    comings = Item.objects.filter(matter=matter)
    if by.narrowed:
        comings = comings.filter(pk__in=items_for(by).values("pk"))
    items = list(
        with_what_follows(with_reasons(with_facts_of_items(comings)))
        .select_related("meeting", "confirmed_by")
        .prefetch_related("responsible")
        .order_by("requested_at", "pk")
    )
    kept = attachments_for(by) if by.narrowed else Attachment.objects.filter(removed_at=None)
    consultations: list[Consultation] = list(
        consultations_for(by)
        .filter(matter=matter)
        .select_related("entered_by")
        .prefetch_related("consulted__person", Prefetch("attachments", kept, to_attr="files"))
        .order_by("pk")
    )
    _say_of_which_text(consultations, proposal_digest(matter))
    life = Life(
        steps=[],
        items=items,
        consultations=consultations,
        attachments=list(kept.filter(matter=matter, consultation=None).select_related("uploaded_by")),
        reconsidered_by=list(matters_for(by).filter(reconsiders=matter).select_related("proposer").order_by("pk")),
        idle=matter.state == Matter.State.PROPOSED and not any(item.state in Item.ASKED for item in items),
        entries=list(
            Entry.objects.filter(
                Q(subject_kind="matter", subject_id=matter.pk)
                | Q(subject_kind="item", subject_id__in=[item.pk for item in items]),
                organisation=matter.school_id,
                **({"verb__in": TOLD_TO_ALL} if by.narrowed else {}),
            )[:entries]
        ),
        opens=frozenset(meetings_for(by).filter(items__in=items).values_list("pk", flat=True)) if by.narrowed else None,
        open_request=next((each for each in consultations if each.at is None), None),
        to_report=next((item for item in items if _carried_out_by(item, by)), None),
    )
    asked = life.open_request.consulted.all() if life.open_request else []
    mine = next((row for row in asked if row.person_id == by.person_id), None)
    if mine and matter.state in ASKING:
        life.asked, life.answered = life.open_request, mine.answered_at is not None
    to_judge = matter.state in BEFORE or matter.decided_without_at or matter.emergency_at or any(map(goes_on, items))
    if to_judge and not by.narrowed:  # what comes next, and the meetings around it, are not what was granted
        _judge(life, matter, by, now)
    life.evidence, life.attachments = {}, [each for each in life.attachments if not _evidence(life, each)]
    life.moments = {(entry.verb, entry.subject_id): entry.at for entry in reversed(life.entries)}
    if matter.emergency_at and not by.narrowed:
        _ratify(life, matter)
    for finding in findings_for(by).filter(item__in=items).order_by("pk"):
        life.findings.setdefault(finding.item_id, []).append(finding)
    life.steps = steps_of(matter, life, by)
    life.stages = stages_of(matter, life)
    return life


def _ratify(life: Life, matter: Matter) -> None:
    dossier = with_next_party_meeting(life.loaded, matter).dossier if life.loaded else None
    if dossier:
        life.ratification = [
            one
            for one in judge_matter(dossier, dossier.matter(matter.pk), codes=("C-19",))
            if one.outcome != "not_applicable"
        ]
    life.ratifying, life.missed_at = ratifying_of(matter)


def _say_of_which_text(consultations: list[Consultation], digest: str) -> None:
    """Which were on another text, which of these can be confirmed anew, and on whom one that renews still waits."""
    counted = {each.kind for each in consultations if not each.stale and each.at}
    by_pk = {each.pk: each for each in consultations}
    for each in consultations:
        each.on_another_text = each.stale and each.proposal_digest != digest
        by_request = each.kind == Consultation.Kind.SECRETARY_PRINCIPAL or each.renews_id
        each.to_renew = each.on_another_text and each.at and not by_request and each.kind not in counted
        each.waits = ""
        if each.stale and not each.on_another_text:
            there = {row.person_id for row in each.consulted.all()}
            former = by_pk[each.renews_id].consulted.all() if each.renews_id in by_pk else ()
            each.waits = "、".join(str(row.person) for row in former if row.person_id not in there)


def _evidence(life: Life, attachment: Attachment) -> bool:
    """Whether a file belongs to a report; then it stands beside that."""
    if attachment.progress_id:
        life.evidence.setdefault(attachment.progress_id, []).append(attachment)
    return attachment.progress_id is not None


def _judge(life: Life, matter: Matter, by: Standing, now: datetime) -> None:
    at_hand = meetings_for(by).filter(pk__in=[item.meeting_id for item in life.items if goes_on(item)])
    loaded = life.loaded = load(by.school, at_hand, matters=[matter.pk], more=with_reasons_of_items)
    plain = loaded.dossier.matter(matter.pk)
    life.acts = next_acts(matter, life.items, loaded, by=by, at=now)
    life.softened = loaded.dossier.softened
    if matter.state in BEFORE:
        life.needs = needs_of(loaded.dossier, plain, day_of(now))
    if life.needs and matter.state in UNFILED:
        life.needs = ticked(life.needs, imagined(loaded, matter, None, now))
    if matter.decided_without_at:
        life.decided_without = judge_matter(loaded.dossier, plain, codes=("C-18",))


def _carried_out_by(item: Item, by: Standing) -> bool:
    settled = item.state == Item.State.SETTLED and item.due and not item.done_on
    return bool(settled) and any(person.pk == by.person_id for person in item.responsible.all())
