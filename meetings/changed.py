"""Errands of what changes after people were told: an agenda since its notice, a text since a consultation.

Who changes one thing often changes another at once: a line waits a minute for the next one to take its place.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Entry, Notice

from .agenda_changes import changes_between
from .models import AgendaVersion, Matter, Meeting
from .notices import accounts_of, link, named, sitting_name, tell, to_each, told_key
from .since_notice import in_numbers
from .transitions import awaited, proposal_digest
from .transitions.versions import SINGLY

HOLD = timedelta(seconds=60)  # a clerk who corrects a time often corrects it twice


class TooFresh(Exception):
    """The line must wait a little longer, in case another one takes its place."""


def tell_of_agenda(entry: Entry, now: datetime) -> None:
    """Whoever has had the notice is told what is another on the agenda since they were last told: once, and not at all
    where everything came back to what it was."""
    number = entry.facts.get("version", 1)
    if number == 1:
        return
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=entry.subject_id)
    versions: dict[int, AgendaVersion] = {version.number: version for version in meeting.agenda_versions.all()}
    if meeting.state != Meeting.State.CALLED or meeting.starts_at <= now or max(versions) > number:
        return
    if now - entry.at < HOLD:
        raise TooFresh
    prefix = f"meeting/{meeting.pk}/agenda/"
    told = Notice.objects.filter(organisation=entry.organisation, key__startswith=prefix).order_by("-pk").first()
    before = versions.get(int(told.key.removeprefix(prefix)) if told else 1)
    changes = changes_between(before.items, versions[number].items) if before else []
    if not changes:
        return
    people = meeting.attendance.values_list("person_id", flat=True)
    accounts = set(accounts_of(people, timezone.localdate(now)).values()) - {entry.actor_id}
    informed = Notice.objects.filter(
        recipient__in=accounts, key__startswith=told_key(meeting.pk), created_at__lt=versions[number].at
    )
    tell(
        to_each(
            accounts.intersection(informed.values_list("recipient_id", flat=True)),
            school=entry.organisation,
            key=f"{prefix}{number}",
            kind="agenda_changed",
            title=f"议程有变动：{sitting_name(meeting)}",
            body=f"{in_numbers(change['kind'] for change in changes)}（第 {number} 版），请重新阅看。",
            url=f"{link('meeting', meeting.school, pk=meeting.pk)}#since-notice",
            expires_at=meeting.starts_at,
        )
    )


def ask_anew(entry: Entry, now: datetime) -> None:
    """Whoever was consulted singly on the former text is asked to confirm on the new one. The two heads have a request."""
    if Entry.objects.filter(
        subject_kind="matter", subject_id=entry.subject_id, verb="revise", pk__gt=entry.pk
    ).exists():
        return
    matter = Matter.objects.get(pk=entry.subject_id)
    if matter.state not in (Matter.State.PROPOSED, Matter.State.HELD) or proposal_digest(matter) != entry.facts["text"]:
        return
    if now - entry.at < HOLD:
        raise TooFresh
    for former in matter.consultations.filter(kind__in=SINGLY, stale=True, renews=None):
        if matter.consultations.filter(kind=former.kind, stale=False).exists():
            continue
        anew = matter.consultations.filter(renews=former, proposal_digest=entry.facts["text"]).first()
        people = awaited(anew) if anew else former.consulted.values_list("person_id", flat=True)
        accounts = accounts_of(people, timezone.localdate(now)).values()
        tell(
            to_each(
                set(accounts) - {entry.actor_id},
                school=entry.organisation,
                key=f"consultation/{former.pk}/anew/{entry.pk}",
                kind="confirm_anew",
                title="方案有改动，请您重新确认",
                body=f"{named(matter)}的{former.get_kind_display()}是就原方案进行的，请看改了什么，确认意见不变。",
                url=link("confirm_anew", entry.organisation, pk=former.pk),
            )
        )
