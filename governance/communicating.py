"""The regular talks of secretary and principal: the only code that writes them down and corrects them.

Who talks is the secretary and the principal of that day (where they are one person, the full-time deputy secretary);
others may have been there too.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import journal
from accounts.models import Organisation

from .access import Standing
from .appointing import Clash
from .facts import ground_of
from .models import Communication, Person
from .rules.dossier import Dossier
from .rules.facts import Id, day_of


class Changed(Clash):
    """Somebody else corrected it in between."""


WORDS = {"note_talk": "记定期沟通", "correct_talk": "更正定期沟通"}
SAME_TALK = timedelta(minutes=10)  # "just now", said twice within this time, is one talk


def pair_of(dossier: Dossier, at: datetime) -> list[Id]:
    """The two who talk, on the day of the talk; fewer if a post was vacant."""
    day = day_of(at)
    return [person for person in (dossier.head("party", day), dossier.counterpart("party", day)) if person is not None]


def notes_talks(by: Standing, dossier: Dossier) -> bool:
    """The clerk, and the two heads of today."""
    return by.clerk or (by.person_id is not None and by.person_id in pair_of(dossier, timezone.now()))


def corrects(by: Standing, talk: Communication) -> bool:
    return by.clerk or (by.works_here and talk.entered_by_id == by.user.pk)


def told(at: datetime) -> str:
    at = timezone.localtime(at)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


@transaction.atomic
def note_talk(
    at: datetime, *, others: Iterable[Person] = (), note: str = "", by: Standing
) -> tuple[Communication, bool]:
    """Write down a talk. Gives it, and whether it is new: the same talk a second time is none."""
    _lock(by.organisation)
    people = _people(at, others, by)
    there = Communication.objects.filter(school=by.school, at=at).first()
    if there:
        if there.note == note and set(there.people.values_list("pk", flat=True)) == people:
            return there, False
        raise Clash(f"{told(at)}已经记有一次沟通。请核对时间；要改那一次，请在列表里更正。")
    return _write(at, people, note, by), True


@transaction.atomic
def note_talk_of_now(*, by: Standing) -> tuple[Communication, bool]:
    """刚才沟通过: a talk of this minute, unless one was written down a moment ago."""
    _lock(by.organisation)
    at = timezone.now().replace(second=0, microsecond=0)
    there = Communication.objects.filter(school=by.school, at__range=(at - SAME_TALK, at)).order_by("-at").first()
    if there:
        return there, False
    return _write(at, _people(at, (), by), "", by), True


def _write(at: datetime, people: set[Id], note: str, by: Standing) -> Communication:
    talk = Communication.objects.create(school=by.school, at=at, note=note, entered_by=by.user)
    talk.people.set(people)
    journal.record("note_talk", talk, f"记定期沟通：{told(at)}", organisation=by.school, by=by.user)
    return talk


def _people(at: datetime, others: Iterable[Person], by: Standing) -> set[Id]:
    if at > timezone.now():
        raise Clash(f"{told(at)}还没有到。沟通以后再记。")
    pair = pair_of(Dossier(ground_of(by.school).records()), at)
    if len(pair) < 2:
        raise Clash(f"{told(at)}没有在任的书记或校长，不成其为书记、校长沟通。请核对时间，或先在“班子”补登任职。")
    return {*pair, *(person.pk for person in others)}


@transaction.atomic
def correct_talk(
    talk: Communication, at: datetime, *, others: Iterable[Person], note: str, base: str, by: Standing
) -> Communication:
    """Write a talk down anew; what it was stands in the journal. ``base``: the version that was corrected."""
    _lock(by.organisation)
    talk = Communication.objects.get(pk=talk.pk, school=by.school)
    if at == talk.at.replace(second=0, microsecond=0):
        at = talk.at  # forms know no seconds, files do
    was = {person.pk: person.name for person in talk.people.all()}
    people = _people(at, others, by)
    changed = []
    if at != talk.at:
        changed.append(f"时间改为{told(at)}")
    if people != set(was):
        changed.append(f"参加人原为{'、'.join(was.values()) or '没有记'}")
    if note != talk.note:
        changed.append("主要内容有改动")
    if not changed:
        return talk
    if version_of(talk) != base:
        raise Changed(
            f"在您更正期间，已有人改过这一次：现为{told(talk.at)}，{talk.note or '没有主要内容'}。请核对后再保存。"
        )
    if Communication.objects.filter(school=by.school, at=at).exclude(pk=talk.pk).exists():
        raise Clash(f"{told(at)}已经记有另一次沟通，请核对时间。")
    summary = f"更正{told(talk.at)}的定期沟通：{'，'.join(changed)}"
    talk.at, talk.note = at, note
    talk.save(update_fields=["at", "note"])
    talk.people.set(people)
    journal.record("correct_talk", talk, summary, organisation=by.school, by=by.user)
    return talk


def version_of(talk: Communication) -> str:
    """What a correction says it corrects."""
    seen = [talk.at.timestamp(), talk.note, *sorted(person.pk for person in talk.people.all())]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def _lock(school: Organisation) -> None:
    """Two people who write down the same talk wait for each other."""
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
