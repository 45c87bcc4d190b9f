"""How every verb of inspection begins and ends: lock, check right and state; write the journal."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models

from accounts import journal
from governance.access import Standing
from meetings.transitions import Stopped, WrongState
from meetings.transitions.table import Verb

from .table import VERBS

__all__ = ["NotAllowed", "Stopped", "WrongState", "allowed", "begin", "check", "lock", "write"]


class NotAllowed(PermissionDenied):
    """The person has no right to this act; every door answers 403 with the sentence, and none has to say so."""


def begin(name: str, subject: models.Model, by: Standing) -> tuple[Verb, Any]:
    """Lock the subject's row, then check right and state. Gives the verb and the fresh, locked subject, which belongs to
    the organisation that the standing is in: as its ``authority``, or as the ``school`` it was sent to."""
    locked = lock(subject)
    return check(name, locked, locked, by), locked


def lock(subject: models.Model) -> Any:
    model: Any = type(subject)
    return model.objects.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)


def check(name: str, subject: Any, sent: Any, by: Standing) -> Verb:
    """Right and state; ``sent``: what says whose the subject is."""
    verb = VERBS[name]
    owner = sent.authority_id if by.of_authority else sent.school_id
    if owner != by.organisation.pk or not verb.who(by, subject):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    if verb.sources and subject.state not in verb.sources:
        raise WrongState(f"现在是“{subject.get_state_display()}”，不能“{verb.label}”。可能已有人办理，请刷新后再看。")
    return verb


def allowed(name: str, by: Standing) -> Verb:
    """The verb of something that is not there yet."""
    verb = VERBS[name]
    if not verb.who(by, None):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    return verb


def write(verb: Verb, subject: models.Model, by: Standing, summary: str, **facts: Any) -> None:
    """The journal line of an act; it is read by auditors, who may not read records."""
    journal.record(verb.name, subject, summary, organisation=by.organisation, by=by.user, facts=facts)
