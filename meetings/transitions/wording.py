"""A text changes after people were asked about it: who is asked anew, and what the agendas say of it."""

from collections.abc import Iterable

from django.db import transaction

from governance.access import Standing

from ..facts import load
from ..models import Consultation, Consulted, Item, Matter, Meeting
from .acting import NotAllowed, Stopped, WrongState, begin, now, require_reason, write
from .matter import HEADS, ask_heads_anew, shown
from .table import VERBS
from .versions import SINGLY, awaited, facts_of, keep_text, keep_version, mark_stale, proposal_digest

ON_AN_AGENDA = (Meeting.State.CALLED, Meeting.State.OPEN)


def before_revising(matter: Matter) -> str:
    """Why the text stays as it is; empty when it may be changed."""
    for item in matter.items.exclude(meeting=None).select_related("meeting").order_by("-pk"):
        state, settled = item.meeting.state, item.state == Item.State.SETTLED
        if state == Meeting.State.OPEN and (item.outcome or item.votes.filter(abandoned_at=None).exists()):
            return f"方案现在不能改：会议正在进行，第 {item.no} 项已经有结果。请等会议结束，或先撤销议定、作废表决。"
        if state == Meeting.State.ENDED and not settled:
            return f"方案现在不能改：会议已经议过，第 {item.no} 项还没有议定。请先由学校秘书议定本项。"
    return ""


@transaction.atomic
def text_changed(matter: Matter, *, before: Matter, by: Standing) -> Matter:
    """The text of a matter was saved: keep the wording, mark who was asked about another one, ask the two heads anew,
    and keep a version of each agenda that the matter stands on. ``before`` is the matter as it was."""
    verb, matter = begin("revise", matter, by)
    former, digest = proposal_digest(before), proposal_digest(matter)
    nobody_asked = matter.state == Matter.State.DRAFT and not matter.consultations.exists()
    if former == digest or nobody_asked:
        return matter
    if said := before_revising(matter):
        raise WrongState(said)
    keep_text(before, None)
    keep_text(matter, by.user)
    marked = mark_stale(matter)
    meetings = agendas_changed(matter, by=by)
    write(verb, matter, by, f"修改“{shown(matter)}”的方案", before=former, text=digest, stale=marked, meetings=meetings)
    if matter.state in (Matter.State.PROPOSED, Matter.State.HELD):
        _heads_anew(matter, digest, by)
    return matter


def agendas_changed(matter: Matter, *, by: Standing) -> list[int]:
    """Text or files of a matter have changed: a version of each agenda that its members have had; gives the meetings."""
    there = Meeting.objects.filter(items__matter=matter, state__in=ON_AN_AGENDA)
    changed = []
    for meeting in (
        Meeting.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=there.values("pk")).order_by("pk")
    ):
        if version := keep_version(meeting, by=by):
            write(VERBS["set_agenda"], meeting, by, f"议程第 {version.number} 版：材料有改动", **facts_of(version))
            changed.append(meeting.pk)
    return changed


def _heads_anew(matter: Matter, digest: str, by: Standing) -> None:
    """Whoever of the two was asked about another text is asked about this one. Back at a text that both have answered
    for, nobody is asked."""
    of_heads = matter.consultations.filter(kind=HEADS).exclude(proposal_digest="")
    open_one = of_heads.filter(at=None).first()
    if of_heads.filter(at__isnull=False, proposal_digest=digest).exclude(outcome="").exists():
        if open_one:
            open_one.at = open_one.entered_at = now()
            open_one.note = "方案已改回原文，原来的沟通仍然有效。"
            open_one.save()
    elif of_heads.exists():
        ask_heads_anew(matter, load(by.school, matters=[matter.pk]), by)


@transaction.atomic
def confirm_anew(
    consultation: Consultation, *, by: Standing, people: Iterable[int] = (), note: str = ""
) -> Consultation:
    """What was said of a former text holds for the new one too: a consultation of its own, which renews the former.

    The two heads answer a request. Who was consulted singly confirms for themselves, the clerk for those without an
    account; it counts once all have. Of a body or an expert somebody of the school says why the result still holds.
    """
    verb, matter = begin("confirm_anew", consultation.matter, by)
    if consultation.kind == HEADS:
        return ask_heads_anew(matter, load(by.school, matters=[matter.pk]), by)
    former = Consultation.objects.get(pk=consultation.renews_id or consultation.pk)
    digest = proposal_digest(matter)
    if former.proposal_digest == digest or not former.stale:
        return former
    asked = set(former.consulted.values_list("person_id", flat=True)) if former.kind in SINGLY else set()
    given = _confirming(former, asked, set(people), by) if asked else set()
    anew = Consultation.objects.filter(renews=former, proposal_digest=digest).first()
    known = set(anew.consulted.values_list("person_id", flat=True)) if anew else set()
    if anew and given <= known:
        return anew  # the second click of a double click
    if not asked:
        note = require_reason(note, "原结果仍然适用")
    at = now()
    if anew is None:
        anew = Consultation.objects.create(
            matter=matter, kind=former.kind, asked_at=at, at=at, entered_at=at, entered_by=by.user, heard=former.heard,
            outcome=former.outcome, note=note.strip(), proposal_digest=keep_text(matter, by.user), renews=former,
        )  # fmt: skip
    Consulted.objects.bulk_create(
        Consulted(consultation=anew, person_id=person, answered_at=at) for person in sorted(given - known)
    )
    anew = Consultation.objects.get(pk=anew.pk)
    anew.at, anew.entered_at, anew.stale = at, at, bool(awaited(anew))
    anew.save(update_fields=["at", "entered_at", "stale"])
    write(
        verb, matter, by, f"就新方案重新确认“{shown(matter)}”的{former.get_kind_display()}", consultation=anew.pk,
        renews=former.pk, people=sorted(given - known), at=at.isoformat(), text=digest, stale=anew.stale,
    )  # fmt: skip
    return anew


def _confirming(former: Consultation, asked: set[int], people: set[int], by: Standing) -> set[int]:
    """For whom this person may confirm: for themselves, and the clerk for those who cannot sign in."""
    rows = former.consulted.exclude(person=by.person_id).filter(person__in=people).select_related("person__user")
    others = {row.person_id: row.person for row in rows}
    able = [str(person) for person in others.values() if person.user and person.user.is_active]
    if able:
        raise NotAllowed(f"{'、'.join(able)}有自己的账号，请本人确认。没有账号的人，由学校秘书代为登记。")
    if others and not by.clerk:
        raise NotAllowed("没有账号的人的意见，由学校秘书代为登记。")
    given = set(others) | ({by.person_id} & asked if by.person_id in people or not people else set())
    if not given:
        raise Stopped("原来没有征求过您的意见。请当时征求过意见的人各自确认，没有账号的由学校秘书代为登记。")
    return given
