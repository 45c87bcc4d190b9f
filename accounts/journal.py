"""Writing the journal: one line an act, in the act's own transaction."""

from django.db import models, transaction

from .models import Entry, Organisation, User


def record(
    verb: str,
    subject: models.Model,
    summary: str,
    *,
    organisation: Organisation,
    by: User | None,
    facts: dict | None = None,
) -> Entry:
    """Write the line of an act.

    ``facts`` is a small JSON object with what the errands that follow need (never a text that may be read
    by people who may not read the subject). Must run inside the transaction of the act.
    """
    assert transaction.get_connection().in_atomic_block, "a journal line belongs to the transaction of its act"
    return Entry.objects.create(
        organisation=organisation,
        actor=by,
        actor_name=by.name if by else "系统",
        verb=verb,
        subject_kind=subject._meta.model_name,
        subject_id=subject.pk,
        summary=summary[:300],
        facts=facts or {},
    )
