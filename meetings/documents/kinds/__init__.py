"""The kinds of documents, one file each, in the order in which a matter meets them.

A new kind: a module with ``KIND``, its name below, and a test that lays it out.
"""

from ...models import Document
from . import (
    agenda,
    application,
    ballot,
    circular,
    correction,
    decision,
    dossier,
    execution,
    follow_up,
    ledger,
    minutes,
    notice,
    record,
    sign_in,
    tally,
)
from .kind import Adjust, Kind, Of, Period, Subject, about, body_of, subject_key

KINDS: tuple[Kind, ...] = (
    application.KIND,
    notice.KIND,
    agenda.KIND,
    sign_in.KIND,
    ballot.KIND,
    tally.KIND,
    record.KIND,
    minutes.KIND,
    decision.KIND,
    circular.KIND,
    follow_up.KIND,
    ledger.KIND,
    dossier.KIND,
    execution.KIND,
    correction.KIND,
)
BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> Kind:
    return BY_CODE[Document.Kind(code)]


__all__ = [
    "BY_CODE",
    "KINDS",
    "Adjust",
    "Kind",
    "Of",
    "Period",
    "Subject",
    "about",
    "body_of",
    "kind_of",
    "subject_key",
]
