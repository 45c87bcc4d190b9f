"""Verbs of papers: word one, issue it, number it, and say how the school's papers look."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation
from governance.access import Standing
from governance.models import Body

from ..models import Document, PaperDraft, PaperStyle
from .acting import Conflict, NotAllowed, Stopped, WrongState, digest_of, hold, now, write
from .table import VERBS
from .texts import version_of

TO_WRITE = "（请补写）"  # where the proposed text of a paper waits for a person

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
    number = number_of(kind, style, body, year, serial)
    # Both bodies may write under one code, and a code may have been the other one's.
    while Document.objects.filter(school=school, number=number).exists():
        serial += 1
        number = number_of(kind, style, body, year, serial)
    return {"year": year, "serial": serial, "number": number, "body": body}


@transaction.atomic
def issue_paper(
    code: str, subject: Any, *, by: Standing, values: dict[str, str] | None = None, seen: str | None = None
) -> Document:
    """Freeze what a paper says, number it, keep it. What says the same as the latest one of its kind is that one, and
    no second: a double click issues one. Otherwise it is the next version, and names the one it replaces. ``seen`` is
    the mark of what was read before: what was changed since is not issued unread."""
    from ..documents.kinds import about, body_of, subject_key

    verb, school = VERBS["issue_paper"], by.organisation
    kind, subject = _held(code, subject, by)
    if missing := kind.missing(subject):
        raise Stopped(missing)
    draft = PaperDraft.objects.filter(school=school, kind=kind.code, subject=subject_key(subject)).first()
    if values is None:
        values = draft.values if draft else {}
    facts = kind.freeze(subject, by, values)
    if open_places := sum(str(text).count(TO_WRITE) for text in facts.get("worded", {}).values()):
        raise Stopped(
            f"还有 {open_places} 处写着“{TO_WRITE.strip('（）')}”，不能生成。请把这些地方写完，没有要写的删去。"
        )
    same_subject = Document.objects.filter(school=school, kind=kind.code, **about(subject))
    last = same_subject.order_by("-pk").first()
    if last and mark_of(last.frozen) == mark_of(facts):
        return last
    if seen is not None and seen != mark_of(facts):
        raise WrongState("您看过以后内容有改动。请看过现在的样子再生成。")
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
    write(verb, document, by, f"生成{document.number}", document=document.pk, kind=kind.code)
    return document


def mark_of(facts: dict) -> str:
    """Of what a paper says, whatever its number: two papers with one mark say the same."""
    return digest_of({name: value for name, value in facts.items() if name not in STAMPS})


def _held(code: str, subject: Any, by: Standing, *, wording: bool = False) -> tuple[Any, Any]:
    """The kind, and the subject locked: two acts on its papers come one after the other. The clerk may word what a
    head issues."""
    from ..documents.kinds import BY_CODE, Period

    kind = BY_CODE[Document.Kind(code)]
    if isinstance(subject, Period):
        _hold_school(by.organisation)
    else:
        subject = hold(subject)
    if kind.by_itself or not (kind.who(by, subject) or (wording and by.clerk)):
        raise NotAllowed(f"“{kind.label}”由{kind.whom}办理。")
    return kind, subject


@transaction.atomic
def word_paper(code: str, subject: Any, name: str, text: str, *, base: str | None, by: Standing) -> str:
    """One adjustable text of a paper, kept until it is issued and for its next version. Gives it as it is kept.

    ``base`` is the version of the text that the writer saw; if somebody else worded it in between, nothing is saved
    and both texts come back.
    """
    from ..documents.kinds import subject_key

    kind, subject = _held(code, subject, by, wording=True)
    adjust = next((each for each in kind.adjusts if each.name == name), None)
    if adjust is None:
        raise Stopped("没有这个栏目，请刷新页面。")
    text = text.replace("\r\n", "\n").replace("\0", "")
    if len(text) > adjust.most:
        raise Stopped(f"“{adjust.label}”过长：最多 {adjust.most} 字，现有 {len(text)} 字。请写短一些。")
    if adjust.choices and text not in adjust.choices:
        raise Stopped(f"“{adjust.label}”请从所列的几项中选择。")
    about = {"school": by.organisation, "kind": kind.code, "subject": subject_key(subject)}
    draft = PaperDraft.objects.filter(**about).select_related("edited_by").first() or PaperDraft(**about)
    theirs = draft.values.get(name)
    if theirs == text:
        return text
    if theirs is not None and base is not None and base != version_of(theirs):
        raise Conflict(theirs, text, version_of(theirs), draft.edited_by.name)
    draft.values[name], draft.edited_by, draft.edited_at = text, by.user, now()
    draft.save()
    return text


@transaction.atomic
def drop_wording(code: str, subject: Any, *, by: Standing) -> None:
    """Back to what the kind proposes. Dropping twice is no fault."""
    from ..documents.kinds import subject_key

    kind, subject = _held(code, subject, by, wording=True)
    PaperDraft.objects.filter(school=by.organisation, kind=kind.code, subject=subject_key(subject)).delete()


@transaction.atomic
def set_paper_style(values: dict[str, str], *, base: str | None = None, by: Standing) -> PaperStyle:
    """How the school's papers look from now on; what is issued stays as it is. ``base`` is the mark of what the writer
    saw: what somebody else set in between is not written over unread."""
    verb, school = VERBS["set_paper_style"], by.organisation
    if not verb.who(by, school):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    _hold_school(school)
    style = PaperStyle.objects.filter(school=school).first() or PaperStyle(school=school)
    changed = [name for name, value in values.items() if getattr(style, name) != value]
    if not changed and style.pk:
        return style
    if base is not None and base != style_mark(style):
        raise WrongState("您填写期间，文件格式已被他人修改。请看过现在的设置再保存。")
    for name in changed:
        setattr(style, name, values[name])
    style.save()
    fields = {each.name: str(each.verbose_name) for each in PaperStyle._meta.concrete_fields}
    labels = "、".join(fields[name] for name in changed) or "照原样"
    write(verb, school, by, f"设置文件格式：{labels}", **{name: values[name] for name in changed})
    return style


def style_mark(style: PaperStyle) -> str:
    fields = (each for each in PaperStyle._meta.concrete_fields if each.name not in ("id", "school"))
    return digest_of({each.name: getattr(style, each.name) for each in fields})
