"""文件 of a school: what is issued, what is worded, what could be made. Reading only.

Glossary
    about   what a paper is about, as its address names it: meeting/7, item/12, matter/3, period/2026
    at hand one kind of paper of one subject: not made, worded, or made in so many versions
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import ExtractYear
from django.forms import SearchInput
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from governance.access import Standing
from governance.models import Body

from .access import documents_for, item_for, items_for, matter_for, meeting_for, meetings_for
from .documents.kinds import BY_CODE, KINDS, Kind, Of, Period, Subject, subject_key
from .models import Document, Item, Matter, Meeting, PaperDraft, SignedCopy

STILL_WORDED = (Meeting.State.COMPLETED, Meeting.State.SIGNED)
BEFORE = (Meeting.State.DRAFT, Meeting.State.CALLED, Meeting.State.OPEN)
AFTERWARDS = (Meeting.State.ENDED, *STILL_WORDED, *Meeting.SEALED)
# When a paper is of use; what is made or worded is in sight for ever.
IN_TIME = {
    Document.Kind.NOTICE: BEFORE,
    Document.Kind.AGENDA: BEFORE,
    Document.Kind.BALLOT: BEFORE,
    Document.Kind.TALLY: (Meeting.State.OPEN, *AFTERWARDS),
    Document.Kind.RECORD: AFTERWARDS,
}
NOT_VOTED_ON = (Item.Purpose.STUDY, Item.Purpose.REPORT)
Issued = dict[tuple[str, str], Document]
OF_A_VOTE = (Document.Kind.BALLOT, Document.Kind.TALLY)
OF_WHAT_IS_DECIDED = (Document.Kind.DECISION, Document.Kind.CIRCULAR, Document.Kind.FOLLOW_UP)


def subject_for(by: Standing, of: str, key: str) -> Subject:
    """What an address names, if this standing may read it."""
    if of == Of.PERIOD:
        return _period(by, key)
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        raise Http404("没有这份文件。")
    if of == Of.MEETING:
        return meeting_for(by, int(key))
    if of == Of.ITEM:
        return item_for(by, int(key))
    if of == Of.MATTER:
        return matter_for(by, int(key))
    raise Http404("没有这份文件。")


def _period(by: Standing, key: str) -> Period:
    since, _, until = key.partition("_")
    try:
        if len(key) == 4 and key.isdigit():
            since, until = f"{key}-01-01", f"{key}-12-31"
        period = Period(by.organisation, date.fromisoformat(since), date.fromisoformat(until))
    except ValueError:
        raise Http404("没有这段时间。") from None
    if period.since > period.until or not 1990 <= period.since.year <= period.until.year <= 2100:
        raise Http404("没有这段时间。")
    return period


def about(subject: Subject) -> tuple[str, str]:
    """The two parts of an address: meeting, 7."""
    of, _, key = subject_key(subject).partition("/")
    return of, key.replace("/", "_")


def kind_for(code: str, of: str) -> Kind:
    """A kind of paper that somebody words and issues; the others have pages of their own."""
    kind = BY_CODE.get(code)  # type: ignore[call-overload]
    if kind is None or kind.by_itself or kind.of != of:
        raise Http404("没有这种文件。")
    return kind


def address(name: str, school: str, kind: str, subject: Subject) -> str:
    return reverse(name, args=[school, kind, *about(subject)])


def named(subject: Subject) -> str:
    """What a paper is about, in words: 党组织会议（2026年3月5日） 第 2 项：…"""
    if isinstance(subject, Period):
        whole = len(subject.key) == 4
        return f"{subject.since.year} 年" if whole else f"{subject.since:%Y-%m-%d} 至 {subject.until:%Y-%m-%d}"
    if isinstance(subject, Item):
        at = f"{subject.meeting} 第 {subject.no} 项：" if subject.meeting else ""
        return f"{at}{subject.matter.title}"
    return subject.title if isinstance(subject, Matter) else str(subject)


def matter_of(subject: Subject) -> Matter | None:
    """The one matter that a paper is about, if it is about one."""
    if isinstance(subject, Item):
        return subject.matter
    return subject if isinstance(subject, Matter) else None


def page_of(school: str, subject: Subject) -> str:
    """Where a subject itself is, and what is missing can be mended."""
    if isinstance(subject, Period):
        return reverse("decision_list", args=[school]) + f"?year={subject.since.year}"
    if isinstance(subject, Meeting):
        return reverse("record" if subject.state in AFTERWARDS else "meeting", args=[school, subject.pk])
    if isinstance(subject, Item):
        return (
            reverse("meeting", args=[school, subject.meeting_id]) + f"?item={subject.no}"
            if subject.meeting_id
            else (reverse("matter", args=[school, subject.matter_id]))
        )
    return reverse("matter", args=[school, subject.pk])


@dataclass(frozen=True)
class AtHand:
    kind: str
    state: str  # none, draft, issued: how the badge looks
    word: str
    url: str


@dataclass(frozen=True)
class Shelf:
    """The papers of one subject."""

    title: str
    papers: list[AtHand]


def shelves(by: Standing, subjects: Iterable[Subject], issued: Issued | None = None) -> list[Shelf]:
    """The papers of several subjects: what is made (``issued``, where it is known), what can be made, and how far it
    is. A statement each."""
    subjects = list(subjects)
    issued, worded = latest(by, subjects) if issued is None else issued, _worded(by, subjects)
    return [
        Shelf(_short(subject, subjects[0]), papers)
        for subject in subjects
        if (papers := [paper for kind in KINDS if (paper := _at_hand(by, kind, subject, issued, worded))])
    ]


def _short(subject: Subject, first: Subject) -> str:
    """What tells a subject from the one that the page is about."""
    if not isinstance(subject, Item) or subject is first:
        return ""
    return (
        f"第 {subject.no} 项：{subject.matter.title}"
        if isinstance(first, Meeting)
        else (f"{subject.meeting} 第 {subject.no} 项")
    )


def _in_time(kind: Kind, subject: Subject) -> bool:
    meeting = subject.meeting if isinstance(subject, Item) else subject if isinstance(subject, Meeting) else None
    if kind.code in OF_WHAT_IS_DECIDED:
        return isinstance(subject, Item) and subject.state == Item.State.SETTLED and subject.outcome in Item.CARRIED
    if kind.code in OF_A_VOTE and isinstance(subject, Item) and subject.purpose in NOT_VOTED_ON:
        return False
    return meeting is None or meeting.state in IN_TIME.get(kind.code, (meeting.state,))


def latest(by: Standing, subjects: list[Subject]) -> Issued:
    """By kind and subject the version that stands, each with its ``signer``."""
    fields = {Meeting: "meeting__in", Item: "item__in", Matter: "matter__in"}
    wanted = Q(pk=None)
    for model, field in fields.items():
        if those := [each.pk for each in subjects if isinstance(each, model)]:
            wanted |= Q(**{field: those})
    if periods := [each.key for each in subjects if isinstance(each, Period)]:
        wanted |= Q(period__in=periods)
    documents = documents_for(by).filter(wanted).defer("frozen").annotate(signer=KT("frozen__issued_by")).order_by("pk")
    return {(each.kind, _key_of(each)): each for each in documents}


def _key_of(document: Document) -> str:
    kind = BY_CODE.get(Document.Kind(document.kind))
    of = kind.of if kind else Of.MEETING
    return f"period/{document.period}" if of == Of.PERIOD else f"{of}/{getattr(document, f'{of}_id')}"


def _worded(by: Standing, subjects: list[Subject]) -> dict[tuple[str, str], PaperDraft]:
    if not by.works_here:
        return {}
    drafts = PaperDraft.objects.filter(school=by.organisation, subject__in=[subject_key(each) for each in subjects])
    return {(each.kind, each.subject): each for each in drafts}


def _at_hand(by: Standing, kind: Kind, subject: Subject, issued: dict, worded: dict) -> AtHand | None:
    of, _ = about(subject)
    if kind.of != of or kind.code == Document.Kind.CORRECTION:
        return None
    school, at = by.organisation.code, (kind.code, subject_key(subject))
    document, draft = issued.get(at), worded.get(at)
    # Whoever works here is led to the page where it is made anew, everybody else to what is issued.
    makes = by.works_here and not kind.by_itself
    if document:
        word = f"第 {document.version} 版" if document.version > 1 else "已生成"
        if makes and draft and draft.edited_at > document.issued_at:
            word = f"{word}，另有草稿"
        return AtHand(kind.label, "issued", word, reverse("document_page", args=[school, document.pk]))
    if makes and (draft or _in_time(kind, subject)):
        url = address("paper_make", school, kind.code, subject)
        return AtHand(kind.label, "draft", "草稿", url) if draft else AtHand(kind.label, "none", "未生成", url)
    if not isinstance(subject, Meeting) or not by.works_here or kind.code != Document.Kind.MINUTES:
        return None
    if subject.state in STILL_WORDED:
        return AtHand(kind.label, "draft", "纪要稿", reverse("minutes", args=[school, subject.pk]))
    return None


def around(by: Standing, subject: Subject) -> list[Subject]:
    """The subject and what is under it: the items of a meeting, or of a matter at its meetings."""
    if not isinstance(subject, Meeting | Matter):
        return [subject]
    field = "meeting" if isinstance(subject, Meeting) else "matter"
    items = items_for(by).filter(meeting__isnull=False, **{field: subject})
    return [subject, *items.select_related("matter", "meeting").order_by("meeting__starts_at", "no")]


def documents(by: Standing) -> QuerySet[Document]:
    """What is issued, the latest first."""
    return (
        documents_for(by)
        .defer("frozen")
        .select_related("meeting", "item__matter", "item__meeting", "matter", "issued_by")
        .annotate(
            outdated=Exists(Document.objects.filter(replaces=OuterRef("pk"))),
            signed=Exists(SignedCopy.objects.filter(document=OuterRef("pk"))),
        )
        .order_by("-pk")
    )


def subject_of(document: Document) -> Subject:
    """What an issued document is about."""
    if document.period:
        since, _, until = document.period.partition("/")
        year = document.period
        return Period(
            document.school,
            date.fromisoformat(since if until else f"{year}-01-01"),
            date.fromisoformat(until or f"{year}-12-31"),
        )
    return document.item or document.meeting or document.matter


class DocumentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="查找", method="having", widget=SearchInput(attrs={"placeholder": "编号、事项"})
    )
    kind = django_filters.ChoiceFilter(label="种类", choices=Document.Kind.choices, empty_label="全部")
    body = django_filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="两个会议")
    year = django_filters.ChoiceFilter(label="年份", empty_label="全部")

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(year, f"{year} 年") for year in years]

    def having(self, those, name, value):
        return those.filter(
            Q(number__icontains=value)
            | Q(matter__title__icontains=value)
            | Q(item__matter__title__icontains=value)
            | Q(meeting__title__icontains=value)
        )


def years_of_documents(by: Standing) -> list[int]:
    of = Document.objects.filter(school=by.organisation)
    return sorted(set(of.order_by().values_list("year", flat=True).distinct()), reverse=True)


def not_yet(by: Standing, most: int = 3) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this person could make and is not made, by kind: a few of each, the latest first, since last year."""
    if not by.works_here:
        return []
    since, rows = timezone.localdate().year - 1, []
    for code, subjects in _could_be(by).items():
        kind = BY_CODE[code]
        few = subjects.annotate(in_year=ExtractYear(_WHEN[code])).filter(in_year__gte=since)[: 2 * most]
        if theirs := [each for each in few if kind.who(by, each)][:most]:
            at = [(named(each), address("paper_make", by.organisation.code, code, each)) for each in theirs]
            rows.append((kind.label, at))
    return rows


_WHEN = {
    Document.Kind.NOTICE: "starts_at",
    Document.Kind.RECORD: "starts_at",
    Document.Kind.DECISION: "meeting__starts_at",
    Document.Kind.DOSSIER: "proposed_at",
}


def _could_be(by: Standing) -> dict[Document.Kind, QuerySet]:
    def without(code: Document.Kind, field: str):
        return ~Exists(Document.objects.filter(kind=code, **{field: OuterRef("pk")}))

    kind, meetings = Document.Kind, meetings_for(by).order_by("-starts_at")
    items = items_for(by).filter(state=Item.State.SETTLED, outcome__in=Item.CARRIED, purpose=Item.Purpose.DECIDE)
    return {
        kind.NOTICE: meetings.filter(without(kind.NOTICE, "meeting"), state=Meeting.State.CALLED),
        kind.RECORD: meetings.filter(without(kind.RECORD, "meeting"), state=Meeting.State.ISSUED),
        kind.DECISION: items.filter(without(kind.DECISION, "item"), meeting__state=Meeting.State.ISSUED)
        .select_related("matter", "meeting")
        .order_by("-meeting__starts_at", "no"),
        kind.DOSSIER: Matter.objects.filter(
            without(kind.DOSSIER, "matter"), school=by.organisation, state=Matter.State.CLOSED
        ).order_by("-proposed_at"),
    }
