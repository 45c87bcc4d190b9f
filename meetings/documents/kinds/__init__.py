"""The kinds of documents, one file each, in the order in which a matter meets them.

A new kind: a module with ``KIND``, its name below, and a test that lays it out.
"""

from ...models import Document
from . import correction, execution, ledger, minutes
from .kind import Adjust, Kind, Of, Period, Subject, about, body_of, subject_key

KINDS: tuple[Kind, ...] = (
    minutes.KIND,
    ledger.KIND,
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
