"""Verbs on a matter before it comes to a meeting: propose, withdraw, consult."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from governance.access import Standing
from governance.models import Body, Person
from governance.rules.facts import day_of

from ..facts import Load, load, matter_facts
from ..models import Consultation, Consulted, Item, Matter
from .acting import NotAllowed, Stopped, WrongState, begin, now, require_reason, write
from .execution import is_execution_report
from .table import VERBS
from .versions import keep_text, proposal_digest

HEADS = Consultation.Kind.SECRETARY_PRINCIPAL
ANSWERS = (Consultation.Outcome.AGREED, Consultation.Outcome.NO_MAJOR_DIFFERENCE, Consultation.Outcome.DIVERGENT)


def first_step(loaded: Load, matter: Matter) -> tuple[Body, Item.Purpose]:
    """To which body a matter goes first, and what for, by its category on today's catalogue."""
    if is_execution_report(matter):
        return Body.PARTY, Item.Purpose.REPORT
    today = day_of(now())
    plain = matter_facts(loaded.matters[matter.pk])
    category = loaded.dossier.category(plain.category, today)
    if not loaded.dossier.has_party_organization or loaded.dossier.reserved(plain, today) is False:
        return Body.OFFICE, Item.Purpose.HANDLE
    if category and category.route == "A→P":
        return Body.OFFICE, Item.Purpose.PROPOSE
    return Body.PARTY, Item.Purpose.DECIDE


def first_steps(loaded: Load, matter: Matter) -> list[tuple[Body, Item.Purpose]]:
    """What a proposal asks for: the first step of its kind; for what is decided already in an emergency, that the next
    party meeting ratify it, or hear of it; for what is reconsidered, the body that decided it."""
    first = first_step(loaded, matter)
    handled = first == (Body.OFFICE, Item.Purpose.HANDLE)
    if matter.emergency_at and loaded.dossier.has_party_organization:
        return [first, (Body.PARTY, Item.Purpose.REPORT)] if handled else [(Body.PARTY, Item.Purpose.DECIDE)]
    if handled and matter.reconsiders_id and _decided_by(loaded, matter.reconsiders_id) == Body.PARTY:
        return [(Body.PARTY, Item.Purpose.DECIDE)]
    return [first]


def _decided_by(loaded: Load, matter: int) -> str:
    """The body of the latest decision on a matter (C-20)."""
    final = (Item.Purpose.DECIDE, Item.Purpose.HANDLE)
    bodies = [one.body for one in loaded.dossier.items_of(matter) if one.decided and one.item.purpose in final]
    return bodies[-1] if bodies else ""


def before_proposing(matter: Matter) -> str:
    """What a proposal still lacks, as ``propose`` refuses it; empty when nothing is missing."""
    filled = {"议题名称": matter.title.strip(), "建议方案": matter.proposal.strip(), "提出人": matter.proposer_id}
    missing = [label for label, value in filled.items() if not value]
    return f"还不能提交：请补填{'、'.join(missing)}。" if missing else ""


@transaction.atomic
def propose(matter: Matter, *, by: Standing) -> Matter:
    """草拟 → 已申报: the matter waits for the heads, who are asked to consult where the law wants it."""
    verb, matter = begin("propose", matter, by)
    if missing := before_proposing(matter):
        raise Stopped(missing)
    matter.state = verb.target
    matter.proposed_at = now()
    matter.save(update_fields=["state", "proposed_at", "updated_at"])
    loaded = load(by.school, matters=[matter.pk])
    items = [ask_for(matter, body, purpose) for body, purpose in first_steps(loaded, matter)]
    text = keep_text(matter, by.user)
    asked = [item.pk for item in items]
    write(verb, matter, by, f"申报议题“{shown(matter)}”", item=asked[0], asked=asked, text=text)
    reserved = loaded.dossier.reserved(matter_facts(loaded.matters[matter.pk]), day_of(now()))
    if reserved is not False and None not in the_two(loaded):
        ask_heads_anew(matter, loaded, by)
    return matter


def ask_for(matter: Matter, body: str, purpose: str) -> Item:
    """The request that a matter come to a body; the standing one if it was asked for already."""
    standing = Item.objects.filter(
        matter=matter, body=body, purpose=purpose, meeting=None, state__in=Item.ASKED
    ).first()
    return standing or Item.objects.create(matter=matter, body=body, purpose=purpose)


@transaction.atomic
def request(matter: Matter, body: str, purpose: str, *, by: Standing) -> Item:
    """Ask that a matter come to a body once more, or to another one than planned."""
    verb, matter = begin("request", matter, by)
    if purpose == Item.Purpose.DECIDE and body == Body.OFFICE:
        raise Stopped("校长办公会议不作“讨论决定”：请选“研究处理”或“研究提出方案”。")
    item = ask_for(matter, body, purpose)
    write(verb, matter, by, f"提请{item.get_body_display()}“{shown(matter)}”", item=item.pk)
    return item


@transaction.atomic
def withdraw(matter: Matter, *, by: Standing, reason: str = "") -> Matter:
    verb, matter = begin("withdraw", matter, by)
    list(matter.items.select_for_update(of=("self",), no_key=True).order_by("pk"))  # nobody puts one on an agenda now
    if Item.objects.filter(matter=matter, meeting__isnull=False, outcome="").exists():
        raise WrongState("议题已列入会议议程：请先由学校秘书从议程中撤下，或在会上记为“撤回”。")
    Item.objects.filter(matter=matter, meeting=None).update(state=Item.State.DROPPED)
    matter.state = verb.target
    matter.save(update_fields=["state", "updated_at"])
    write(verb, matter, by, f"撤回议题“{shown(matter)}”", reason=reason)
    return matter


@transaction.atomic
def ask_heads(matter: Matter, *, by: Standing) -> Consultation:
    """Ask the party secretary and the principal for their views (again)."""
    _verb, matter = begin("ask_heads", matter, by)
    return ask_heads_anew(matter, load(by.school, matters=[matter.pk]), by)


def the_two(loaded: Load) -> tuple[int | None, int | None]:
    """Today's party secretary and counterpart; ``None`` for a post that nobody holds."""
    today = day_of(now())
    return loaded.dossier.head("party", today), loaded.dossier.counterpart("party", today)


def ask_heads_anew(matter: Matter, loaded: Load, by: Standing) -> Consultation:
    """The open request to the two heads on the present text; one on another text, or to others, ends with it."""
    people = the_two(loaded)
    if None in people:
        lacking = "党组织书记" if people[0] is None else "校长（书记、校长为一人时，须有专职副书记）"
        raise Stopped(f"不能发起会前沟通：今天没有{lacking}任职。请先在“班子”中登记任职。")
    open_one = Consultation.objects.filter(matter=matter, kind=HEADS, at=None).first()
    if open_one:
        asked = set(open_one.consulted.values_list("person_id", flat=True))
        if asked == set(people) and open_one.proposal_digest == proposal_digest(matter):
            return open_one
        # Asked of somebody who has left the post, or on a text that has changed: it stays, and counts for nothing.
        open_one.at = open_one.entered_at = now()
        open_one.note = "人员或方案已有变化，另行沟通。"
        open_one.save()
    text = keep_text(matter, by.user)
    former = matter.consultations.filter(kind=HEADS).exclude(proposal_digest__in=("", text)).last()
    consultation = Consultation.objects.create(
        matter=matter, kind=HEADS, asked_at=now(), proposal_digest=text, renews=former
    )
    Consulted.objects.bulk_create(Consulted(consultation=consultation, person_id=person) for person in people)
    # The errand that follows tells the two; the title of a personnel matter never leaves in a notice.
    write(VERBS["ask_heads"], matter, by, f"就“{shown(matter)}”发起会前沟通", consultation=consultation.pk, text=text,
          renews=former and former.pk)  # fmt: skip
    return consultation


@transaction.atomic
def answer(consultation: Consultation, *, outcome: str, note: str = "", by: Standing) -> Consultation:
    """One head's answer. Both answered: the consultation stands, with the less agreeing outcome of the two.
    A divergent answer holds the matter back at once; a later consultation that agrees lets it go on."""
    verb, matter = begin("answer", consultation.matter, by)
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    mine = consultation.consulted.filter(person_id=by.person_id).first()
    if mine is None:
        raise NotAllowed("这次沟通没有征求您的意见。")
    if outcome not in ANSWERS:
        raise Stopped("请选择：一致、无重大分歧或有分歧。")
    if mine.answered_at and (mine.outcome, mine.note) == (outcome, note.strip()):
        return consultation  # the second click of a double click
    if consultation.at:
        raise WrongState("这次沟通已经结束。要改变意见，请重新发起会前沟通。")
    if outcome == Consultation.Outcome.DIVERGENT and not note.strip():
        raise Stopped("请写明分歧所在，方便对方了解后再沟通。")
    mine.outcome, mine.note, mine.answered_at = outcome, note.strip(), now()
    mine.save()
    answers = list(consultation.consulted.all())
    if all(each.answered_at for each in answers):
        consultation.at = consultation.entered_at = now()
        consultation.entered_by = by.user
        consultation.outcome = max((each.outcome for each in answers), key=ANSWERS.index)
        consultation.save()
    divergent = any(each.outcome == Consultation.Outcome.DIVERGENT for each in answers)
    state = Matter.State.HELD if divergent else matter.state
    if consultation.at and not divergent:
        state = Matter.State.PROPOSED
    if state != matter.state:
        matter.state = state
        matter.save(update_fields=["state", "updated_at"])
    write(
        verb, matter, by, f"就“{shown(matter)}”答复会前沟通：{mine.get_outcome_display()}",
        consultation=consultation.pk, outcome=outcome,
    )  # fmt: skip
    return consultation


@transaction.atomic
def consult(
    matter: Matter,
    *,
    kind: str,
    at: datetime,
    people: Iterable[Person] = (),
    heard: int | None = None,
    outcome: str = "",
    note: str = "",
    by: Standing,
) -> Consultation:
    """Record a prior step that took place: 酝酿, 教代会, 专家, 合法性审查 … (also a consultation of the two heads by word of mouth)."""
    verb, matter = begin("consult", matter, by)
    if at > now():
        raise Stopped("发生时间晚于现在：请在前置程序完成后登记。")
    people = list(people)
    for same in Consultation.objects.filter(
        matter=matter, kind=kind, at=at, outcome=outcome, note=note.strip(), entered_by=by.user
    ).prefetch_related("consulted"):
        if {row.person_id for row in same.consulted.all()} == {person.pk for person in people}:
            return same  # the second click of a double click
    consultation = Consultation.objects.create(
        matter=matter,
        kind=kind,
        at=at,
        entered_at=now(),
        entered_by=by.user,
        heard=heard,
        outcome=outcome,
        note=note.strip(),
        proposal_digest=keep_text(matter, by.user),
    )
    Consulted.objects.bulk_create(
        Consulted(consultation=consultation, person=person, answered_at=at) for person in people
    )
    if kind == HEADS:
        Consultation.objects.filter(matter=matter, kind=HEADS, at=None).update(
            at=at, entered_at=now(), outcome=outcome, note="已当面沟通，以另行登记的结果为准。"
        )
        state = Matter.State.HELD if outcome == Consultation.Outcome.DIVERGENT else Matter.State.PROPOSED
        if matter.state in (Matter.State.HELD, Matter.State.PROPOSED) and matter.state != state:
            matter.state = state
            matter.save(update_fields=["state", "updated_at"])
    write(
        verb,
        matter,
        by,
        f"登记“{shown(matter)}”的前置程序：{consultation.get_kind_display()}",
        consultation=consultation.pk,
    )
    return consultation


@transaction.atomic
def decide_without_meeting(matter: Matter, *, at: datetime, how: str, people: Iterable[Person], by: Standing) -> Matter:
    """Write down that a matter was decided without a meeting: what happened is recorded, whatever the rules say of it.

    The matter stays where it is, so that a meeting may still take it up. Until one has, the entry can be corrected.
    """
    verb, matter = begin("decide_without_meeting", matter, by)
    people = sorted(people, key=lambda person: person.pk)
    if at > now():
        raise Stopped("决定的时间晚于现在，请核对。")
    if how not in Matter.How.values or not people:
        raise Stopped("请选择方式，并写明由谁决定。")
    if any(person.school_id != matter.school_id for person in people):
        raise Stopped("请选择本校人员。")
    before = _without_meeting(matter)
    given = {"at": timezone.localtime(at).isoformat(), "how": how, "people": [person.pk for person in people]}
    if before == given:
        return matter
    _unless_taken_up(matter, before)
    matter.decided_without_at, matter.decided_without_how = at, how
    matter.save(update_fields=["decided_without_at", "decided_without_how", "updated_at"])
    matter.decided_without_by.set(people)
    what = "更正" if before else "登记"
    write(verb, matter, by, f"{what}“{shown(matter)}”未经会议的决定：{matter.get_decided_without_how_display()}",
          **given, before=before)  # fmt: skip
    return matter


@transaction.atomic
def drop_decision_without_meeting(matter: Matter, *, reason: str, by: Standing) -> Matter:
    """It was written down by mistake. The journal keeps what stood there, and why it was taken back."""
    verb, matter = begin("decide_without_meeting", matter, by)
    before = _without_meeting(matter)
    if not before:
        return matter
    reason = require_reason(reason, "撤销登记")
    _unless_taken_up(matter, before)
    matter.decided_without_at, matter.decided_without_how = None, ""
    matter.save(update_fields=["decided_without_at", "decided_without_how", "updated_at"])
    matter.decided_without_by.clear()
    write(verb, matter, by, f"撤销“{shown(matter)}”未经会议的决定的登记", before=before, reason=reason)
    return matter


def _without_meeting(matter: Matter) -> dict:
    if not matter.decided_without_at:
        return {}
    people = matter.decided_without_by.order_by("pk").values_list("pk", flat=True)
    return {
        "at": timezone.localtime(matter.decided_without_at).isoformat(),
        "how": matter.decided_without_how,
        "people": list(people),
    }


def _unless_taken_up(matter: Matter, before: dict) -> None:
    if before and matter.items.filter(meeting__opened_at__isnull=False).exists():
        raise WrongState("已有会议审议过这一事项，登记不能再改。")


def shown(matter: Matter) -> str:
    """How a journal line names a matter: the journal is read by people who may not read personnel matters."""
    return "（人事事项）" if matter.personnel else matter.title[:60]
