"""One matter, one line of time: how it came about, what was said before the meetings, what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from accounts.templatetags.words import due, overdue
from governance.access import Standing
from governance.rules.engine import judge_matter
from governance.rules.facts import day_of
from governance.rules.ruling import Finding

from .access import meetings_for
from .facts import Load, load, with_facts_of_items
from .models import Attachment, Consultation, Item, Matter, Meeting
from .needs import Needs, needs_of, ticked
from .next_act import UNFILED, NextAct, goes_on, imagined, next_acts, with_reasons, with_reasons_of_items
from .transitions import proposal_digest

ASKING = (Matter.State.PROPOSED, Matter.State.HELD)
BEFORE = (Matter.State.DRAFT, Matter.State.PROPOSED, Matter.State.HELD, Matter.State.RETURNED)


@dataclass(frozen=True)
class Step:
    """One dated step; ``mark`` as templates/parts/steps.html knows it."""

    title: str
    at: datetime | date | None = None
    by: str = ""
    text: str = ""
    url: str = ""
    mark: str = "done"


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

    @property
    def revised(self) -> bool:
        return any(entry.verb == "revise" for entry in self.entries)


def life_of(matter: Matter, *, by: Standing, now: datetime) -> Life:
    items = list(
        with_reasons(with_facts_of_items(Item.objects.filter(matter=matter)))
        .select_related("meeting", "confirmed_by")
        .prefetch_related("responsible")
        .order_by("requested_at", "pk")
    )
    kept = Attachment.objects.filter(removed_at=None)
    consultations: list[Consultation] = list(
        Consultation.objects.filter(matter=matter)
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
        entries=list(
            Entry.objects.filter(
                Q(subject_kind="matter", subject_id=matter.pk)
                | Q(subject_kind="item", subject_id__in=[item.pk for item in items]),
                organisation=matter.school_id,
            )[:50]
        ),
        open_request=next((each for each in consultations if each.at is None), None),
        to_report=next((item for item in items if _carried_out_by(item, by)), None),
    )
    asked = life.open_request.consulted.all() if life.open_request else []
    mine = next((row for row in asked if row.person_id == by.person_id), None)
    if mine and matter.state in ASKING:
        life.asked, life.answered = life.open_request, mine.answered_at is not None
    if matter.state in BEFORE or matter.decided_without_at or any(map(goes_on, items)):
        _judge(life, matter, by, now)
    life.moments = {(entry.verb, entry.subject_id): entry.at for entry in reversed(life.entries)}
    life.steps = _steps(matter, life, by)
    return life


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


def _judge(life: Life, matter: Matter, by: Standing, now: datetime) -> None:
    at_hand = meetings_for(by).filter(pk__in=[item.meeting_id for item in life.items if goes_on(item)])
    loaded = life.loaded = load(by.school, with_reasons_of_items(at_hand), matters=[matter.pk])
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


def said_by(consultation: Consultation) -> str:
    """Who was consulted, each with their own answer where the two heads were asked."""
    parts = []
    for row in consultation.consulted.all():
        answer = row.get_outcome_display() if row.outcome else "" if consultation.at else "待答复"
        parts.append(f"{row.person} {answer}".strip())
    return ("、" if consultation.kind != Consultation.Kind.SECRETARY_PRINCIPAL else " · ").join(parts)


def _steps(matter: Matter, life: Life, by: Standing) -> list[Step]:
    dated: list[Step] = []
    if matter.proposed_at:
        dated.append(Step("提出申报", matter.proposed_at, str(matter.proposer or "")))
    elif matter.created_by_id:
        dated.append(Step("起草", matter.created_at, mark="now" if matter.state == Matter.State.DRAFT else "done"))
    else:
        dated.append(Step("由文件导入", matter.created_at))
    if matter.decided_without_at:
        people = "、".join(str(person) for person in matter.decided_without_by.all())
        how = matter.get_decided_without_how_display()
        dated.append(Step(f"未经会议作出决定：{how}", matter.decided_without_at, people))
    if matter.emergency_at:
        dated.append(Step("紧急处置", matter.emergency_at, str(matter.emergency_by or ""), matter.emergency_reason))
    steps = [_consulted(each, waits=matter.state in ASKING) for each in life.consultations]
    dated += [step for step in steps if step.mark == "done"]
    ahead = [step for step in steps if step.mark != "done"]
    for item in life.items:
        _steps_of(item, by, life.moments, dated, ahead)
    texts = reverse("matter_texts", args=[by.school.code, matter.pk])
    dated += [
        Step(
            "修改方案", entry.at, entry.actor_name, url=f"{texts}?from={entry.facts['before']}&to={entry.facts['text']}"
        )
        for entry in life.entries
        if entry.verb == "revise"
    ]
    if withdrawn := life.moments.get(("withdraw", matter.pk)):
        dated.append(Step("撤回", withdrawn))
    if matter.state in BEFORE and not any(item.meeting_id and goes_on(item) for item in life.items):
        ahead.append(Step("上会讨论", mark="todo"))
    return sorted(dated, key=lambda step: _moment(step.at)) + ahead


def _moment(at: datetime | date | None) -> datetime:
    if at is None or isinstance(at, datetime):
        return at or timezone.now()
    return timezone.make_aware(datetime.combine(at, time(23, 59)))


def _consulted(consultation: Consultation, *, waits: bool) -> Step:
    words = said_by(consultation)
    if consultation.at is None:
        mark = "now" if waits else "done"
        return Step(consultation.get_kind_display(), consultation.asked_at, text=words, mark=mark)
    anew = "（就新方案重新确认）" if consultation.renews_id else ""
    outcome = f"：{consultation.get_outcome_display()}" if consultation.outcome else ""
    return Step(f"{consultation.get_kind_display()}{anew}{outcome}", consultation.at, text=words)


def _steps_of(item: Item, by: Standing, moments: dict, dated: list[Step], ahead: list[Step]) -> None:
    body = item.get_body_display()
    if item.confirmed_at:
        dated.append(Step(f"同意提交{body}", item.confirmed_at, str(item.confirmed_by or ""), item.head_note))
    if item.meeting is None:
        if item.state == Item.State.WAITING:
            ahead.append(Step(f"提请{body}{item.get_purpose_display()}，待确认", item.requested_at, mark="now"))
        elif item.state in (Item.State.POSTPONED, Item.State.RETURNED):
            verb = "postpone" if item.state == Item.State.POSTPONED else "send_back"
            at = moments.get((verb, item.pk), item.requested_at)
            dated.append(Step(f"{body}议题{item.get_state_display()}", at, text=item.head_note))
        return
    meeting = item.meeting
    if meeting.state == Meeting.State.DRAFT and not by.works_here:
        return  # what is being prepared is the school's own
    url = reverse("meeting", kwargs={"school": by.school.code, "pk": meeting.pk})
    if not item.outcome:
        begun = meeting.state not in (Meeting.State.DRAFT, Meeting.State.CALLED)
        ahead.append(Step(f"{body}第 {item.no} 项", meeting.starts_at, url=url, mark="now" if begun else "todo"))
        return
    title = f"{body}第 {item.no} 项：{item.get_outcome_display()}"
    dated.append(Step(title, meeting.starts_at, text=item.decision_text, url=url))
    people = "、".join(str(person) for person in item.responsible.all())
    if item.done_on:
        dated.append(Step("办结", item.done_on, people, item.done_note))
    elif item.due:
        late = overdue(item.due)
        ahead.append(
            Step(f"落实：{due(item.due)}" if late else "落实", item.due, people, mark="now" if late else "todo")
        )
