"""What a kind of document is: what it is about, who may issue it, how its facts are frozen and laid out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from accounts.models import Organisation
from governance.access import Standing

from ...models import Document, Item, Matter, Meeting
from ..blocks import Paper


@dataclass(frozen=True)
class Period:
    """A school between two days, both included: what ledgers and reports are about."""

    school: Organisation
    since: date
    until: date

    @property
    def key(self) -> str:
        whole = self.since.replace(month=1, day=1) == self.since and self.until == self.since.replace(month=12, day=31)
        return str(self.since.year) if whole else f"{self.since}/{self.until}"

    def __str__(self):
        return f"{self.school} {self.key}"


Subject = Meeting | Item | Matter | Period


class Of(StrEnum):
    MEETING = "meeting"
    ITEM = "item"
    MATTER = "matter"
    PERIOD = "period"


@dataclass(frozen=True)
class Adjust:
    """A text that a person may word before the document is issued; the kind proposes one."""

    name: str
    label: str
    rows: int = 1  # more: a text of several paragraphs
    hint: str = ""
    most: int = 2000
    choices: tuple[str, ...] = ()  # one of these, and nothing else


def nothing_missing(_subject: Any) -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """``freeze(subject, by, values)`` gives a JSON object of texts, without number and stamp; ``values`` are the texts
    that somebody worded (``adjusts``), others are proposed and come back in the frozen facts under ``worded``.
    ``laid_out`` reads nothing but what was frozen. ``missing`` says in one sentence why it cannot be made yet, and what
    would mend it. ``by_itself`` kinds are issued by a verb of their own and only shown and drawn here."""

    code: Document.Kind
    of: Of
    freeze: Callable[..., dict]
    laid_out: Callable[[dict], Paper]
    who: Callable[[Standing, Any], bool]
    whom: str
    missing: Callable[[Any], str] = nothing_missing
    adjusts: tuple[Adjust, ...] = ()
    by_itself: bool = False

    @property
    def label(self) -> str:
        return self.code.label


def worded(values: dict[str, str] | None, **proposed: str) -> dict[str, str]:
    """The adjustable texts: as somebody worded them, an emptied one too, else as they are proposed."""
    return proposed | {name: text.strip() for name, text in (values or {}).items() if name in proposed}


def subject_key(subject: Subject) -> str:
    return f"period/{subject.key}" if isinstance(subject, Period) else f"{subject._meta.model_name}/{subject.pk}"


def body_of(subject: Subject) -> str:
    return subject.body if isinstance(subject, Meeting | Item) else ""


def about(subject: Subject) -> dict[str, Any]:
    """The columns of a document that say what it is about."""
    if isinstance(subject, Period):
        return {"period": subject.key}
    if isinstance(subject, Item):
        return {"item": subject, "meeting_id": subject.meeting_id, "matter_id": subject.matter_id}
    return {subject._meta.model_name: subject}
