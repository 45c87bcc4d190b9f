"""Verbs of papers: issue one, and number it."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation
from governance.access import Standing
from governance.models import Body

from ..models import Document, PaperDraft, PaperStyle
from .acting import NotAllowed, Stopped, digest_of, hold, now, write
from .table import VERBS

# What issuing adds to the frozen facts: two documents that differ only in these say the same.
STAMPS = frozenset({"number", "version", "replaces", "issued_on", "issued_by"})


def next_serial(school: Organisation, kind: str, body: str, year: int, *, running: bool = False) -> int:
    """The next number of a kind of document; nobody else numbers one of the school at the same time. ``running``
    numbers go on over the years."""
    _hold_school(school)
    taken = Document.objects.filter(school=school, kind=kind, body=body)
    if not running:
        taken = taken.filter(year=year)
    return (taken.aggregate(n=Max("serial"))["n"] or 0) + 1


def _hold_school(school: Organisation) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=school.pk)


def number_of(kind: Document.Kind, style: PaperStyle, body: str, year: int, serial: int) -> str:
    """党组织会议纪要〔2026〕3号, or 党组织会议纪要第3号; a decision by the code of who decided: 师附党发〔2026〕3号."""
    of_body = Body(body).label if body else ""
    name = f"{of_body}{kind.label.removeprefix('会议')}" if of_body else kind.label
    if kind == Document.Kind.DECISION:
        name = (style.party_code if body == Body.PARTY else style.office_code) or name
    if style.numbering == PaperStyle.Numbering.RUNNING:
        return f"{name}第{serial}号"
    return f"{name}〔{year}〕{serial}号"


def numbered(school: Organisation, kind: Document.Kind, body: str) -> dict[str, Any]:
    """The columns of a new document that make its number."""
    from ..documents.style import style_of

    style, year = style_of(school), timezone.localtime(now()).year
    running = style.numbering == PaperStyle.Numbering.RUNNING
    serial = next_serial(school, kind, body, year, running=running)
    return {"year": year, "serial": serial, "number": number_of(kind, style, body, year, serial), "body": body}


@transaction.atomic
def issue_paper(code: str, subject: Any, *, by: Standing, values: dict[str, str] | None = None) -> Document:
    """Freeze what a paper says, number it, keep it. What says the same as the latest one of its kind is that one, and
    no second: a double click issues one. Otherwise it is the next version, and names the one it replaces."""
    from ..documents.kinds import BY_CODE, Period, about, body_of, subject_key

    kind, verb, school = BY_CODE[Document.Kind(code)], VERBS["issue_paper"], by.organisation
    if isinstance(subject, Period):
        _hold_school(school)
    else:
        subject = hold(subject)
    if kind.by_itself or not kind.who(by, subject):
        raise NotAllowed(f"“{kind.label}”由{kind.whom}办理。")
    if missing := kind.missing(subject):
        raise Stopped(missing)
    draft = PaperDraft.objects.filter(school=school, kind=kind.code, subject=subject_key(subject)).first()
    if values is None:
        values = draft.values if draft else {}
    facts = kind.freeze(subject, by, values)
    same_subject = Document.objects.filter(school=school, kind=kind.code, **about(subject))
    last = same_subject.order_by("-pk").first()
    if last and digest_of(_unstamped(last.frozen)) == digest_of(_unstamped(facts)):
        return last
    columns = numbered(school, kind.code, body_of(subject))
    version = last.version + 1 if last else 1
    frozen = facts | {
        "number": columns["number"],
        "version": version,
        "replaces": last.number if last else "",
        "issued_on": timezone.localtime(now()).date().isoformat(),
        "issued_by": by.person.name if by.person else by.user.name,
    }
    document = Document.objects.create(
        school=school,
        kind=kind.code,
        version=version,
        replaces=last,
        frozen=frozen,
        digest=digest_of(frozen),
        issued_by=by.user,
        **about(subject),
        **columns,
    )
    if draft:
        draft.delete()
    write(verb, document, by, f"生成{document.number}", document=document.pk, kind=kind.code)
    return document


def _unstamped(frozen: dict) -> dict:
    return {name: value for name, value in frozen.items() if name not in STAMPS}
