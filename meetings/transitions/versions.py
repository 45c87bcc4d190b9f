"""Wordings of proposals and versions of agendas: named, kept, and compared with what people were asked about."""

from django.db.models import Prefetch

from accounts.models import User
from governance.access import Standing

from ..agenda_changes import changes_between
from ..models import AgendaVersion, Attachment, Consultation, Item, Matter, MatterText, Meeting
from .acting import digest_of, now

SINGLY = (Consultation.Kind.INDIVIDUAL, Consultation.Kind.DELIBERATION)  # each person answers for themselves


def proposal_digest(matter: Matter | MatterText) -> str:
    """The name of a wording: of the text that people are consulted on."""
    return digest_of([matter.title, matter.background, matter.proposal, str(matter.amount or "")])


def keep_text(matter: Matter, by: User | None) -> str:
    """Keep the wording as it stands, once; gives its name."""
    digest = proposal_digest(matter)
    words = {name: getattr(matter, name) for name in ("title", "background", "proposal", "amount")}
    MatterText.objects.get_or_create(matter=matter, digest=digest, defaults=words | {"by": by})
    return digest


def mark_stale(matter: Matter) -> dict[int, bool]:
    """Mark the consultations that were held on another text than the present one, and those that not everybody has
    confirmed anew yet; gives what changed. One that came from a file has no text, and keeps the mark of the file."""
    digest, changed = proposal_digest(matter), {}
    known = matter.consultations.exclude(proposal_digest="").exclude(kind=Consultation.Kind.INVESTIGATION)
    for each in known.prefetch_related("consulted", "renews__consulted"):
        stale = each.proposal_digest != digest or bool(awaited(each))
        if stale != each.stale:
            changed[each.pk] = stale
    for stale in (True, False):
        Consultation.objects.filter(pk__in=[pk for pk, now_stale in changed.items() if now_stale is stale]).update(
            stale=stale
        )
    return changed


def awaited(consultation: Consultation) -> set[int]:
    """Who was consulted singly on the former text, and has not confirmed anew in this consultation."""
    if consultation.renews is None or consultation.kind not in SINGLY:
        return set()
    confirmed = {row.person_id for row in consultation.consulted.all()}
    return {row.person_id for row in consultation.renews.consulted.all()} - confirmed


def lines_of(meeting: Meeting) -> list[dict]:
    """The agenda as it stands, as a version has it."""
    files = Attachment.objects.filter(consultation=None, progress=None, removed_at=None)
    items = Item.objects.filter(meeting=meeting).order_by("no").select_related("matter")
    return [
        {
            "item": item.pk,
            "matter": item.matter_id,
            "no": item.no,
            "title": item.matter.title,
            "purpose": item.purpose,
            "text": proposal_digest(item.matter),
            "files": [{"name": file.name, "sha256": file.sha256} for file in item.matter.on_agenda],
        }
        for item in items.prefetch_related(Prefetch("matter__attachments", files, to_attr="on_agenda"))
    ]


def keep_version(meeting: Meeting, *, by: Standing) -> AgendaVersion | None:
    """The agenda as it stands, if it is another than the version before; ``None`` before the notice, and where nothing
    has changed. The caller holds the row of the meeting."""
    if meeting.state not in (Meeting.State.CALLED, Meeting.State.OPEN):
        return None
    lines = lines_of(meeting)
    digest = digest_of(lines)
    last = meeting.agenda_versions.order_by("-number").first()
    if last and last.digest == digest:
        return None
    for item in Item.objects.filter(meeting=meeting).select_related("matter"):
        keep_text(item.matter, by.user)
    return AgendaVersion.objects.create(
        meeting=meeting,
        number=last.number + 1 if last else 1,
        items=lines,
        changes=changes_between(last.items, lines) if last else [],
        digest=digest,
        by=by.user,
        at=now(),
    )


def facts_of(version: AgendaVersion | None) -> dict:
    """A version as a journal line carries it: no titles, for the journal is read by people who may not read matters."""
    if version is None:
        return {}
    lines = [
        [line["item"], line["matter"], line["no"], line["text"], [file["sha256"] for file in line["files"]]]
        for line in version.items
    ]
    return {"version": version.number, "version_at": version.at.isoformat(), "agenda": lines}
