"""The minutes: worded item by item beside a preview, issued by the head."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from governance.access import Standing, school_for

from .. import documents
from .. import transitions as verbs
from ..access import meeting_for
from ..documents import freeze_minutes
from ..documents.kinds import kind_of
from ..documents.plain import lines
from ..documents.previews import preview
from ..models import Document, Meeting, MinutesItem
from ..sheet import sheet_of
from ..transitions.record import drafted_text
from ..viewing import seen_of_meeting
from .answering import stopped_as_message
from .paper_pages import drawn_draft
from .record import load_meeting
from .word_files import handed_out_as_word

State = Meeting.State
PLAIN = "text/plain; charset=utf-8"


class Wording:
    """One item of the minutes on the page: what is stored, what was typed, and why it could not be saved."""

    def __init__(self, row: MinutesItem):
        self.row, self.typed, self.wrong, self.saved = row, row.text, "", False
        self.conflict: verbs.Conflict | None = None
        self.base, self.drafted = verbs.version_of(row.text), drafted_text(row.item)

    def save(self, typed: str, base: str, by: Standing) -> None:
        """After a conflict the page keeps its old ``base``: saving by itself never writes over what was not chosen."""
        self.typed, self.base = typed, base
        try:
            self.row = verbs.edit_minutes(self.row, typed, base=base or None, by=by)
            self.typed, self.base, self.saved = self.row.text, verbs.version_of(self.row.text), True
        except verbs.Conflict as conflict:
            self.conflict = conflict
        except verbs.Stopped as stopped:
            self.wrong = str(stopped)


def _wordings(pk: int) -> list[Wording]:
    rows = MinutesItem.objects.filter(minutes__meeting=pk).select_related("minutes", "item")
    return [Wording(row) for row in rows]


def _page(request, by: Standing, pk: int, *, wordings=None, refused=(), despite: str = "", wrong: str = "", part=False):
    loaded = load_meeting(by, pk)
    meeting = loaded.meetings[pk]
    if meeting.state == State.ISSUED:
        return redirect(
            "document_page", by.school.code, Document.objects.get(meeting=pk, kind=Document.Kind.MINUTES).pk
        )
    if meeting.state not in (State.COMPLETED, State.SIGNED):
        if meeting.state != State.IMPORTED:  # its minutes stand with the record they came with
            messages.info(request, "完成记录以后，纪要稿自动拟好。")
        return redirect("record", by.school.code, pk)
    seen_of_meeting(by, "minutes", "纪要稿", meeting)
    context = {
        "standing": by,
        "meeting": meeting,
        "wordings": wordings or _wordings(pk),
        "lines": lines(kind_of(Document.Kind.MINUTES).laid_out(freeze_minutes(loaded, pk))),
        "words": by.clerk or by.heads(meeting.body),
        "issues": verbs.may(by, "issue", meeting),
        "head": verbs.head_label(meeting.body),
        "seen": verbs.minutes_digest(loaded, pk),
        "refused": sheet_of(loaded, pk).remarks(refused) if refused else [],
        "despite": despite,
        "wrong": wrong,
    }
    return render(request, "meetings/minutes_saved.html" if part else "meetings/minutes_page.html", context)


@login_required
@require_GET
def minutes(request, school, pk):
    return _page(request, school_for(request.user, school), pk)


@login_required
@require_POST
def minutes_edit(request, school, pk):
    """Save the texts that were sent: one by itself while typing (htmx), or the whole page."""
    by = school_for(request.user, school)
    meeting_for(by, pk)
    wordings = _wordings(pk)
    sent = [each for each in wordings if f"text-{each.row.pk}" in request.POST]
    for each in sent:
        each.save(request.POST[f"text-{each.row.pk}"], request.POST.get(f"base-{each.row.pk}", ""), by)
    if request.htmx:
        return _page(request, by, pk, wordings=sent, part=True)
    if all(each.saved for each in sent):
        messages.success(request, "纪要稿已保存。")
        return redirect("minutes", school, pk)
    return _page(request, by, pk, wordings=wordings)


@login_required
@require_POST
def issue(request, school, pk):
    by = school_for(request.user, school)
    despite = request.POST.get("despite", "")
    try:
        document = verbs.issue(meeting_for(by, pk), despite=despite, seen=request.POST.get("seen"), by=by)
    except verbs.Refused as refused:
        return _page(request, by, pk, refused=refused.findings, despite=despite)
    except verbs.WrongState as stopped:
        if not Document.objects.filter(
            meeting=pk, kind=Document.Kind.MINUTES
        ).exists():  # a second click finds the document of the first
            stopped_as_message(request, stopped)
        return redirect("minutes", school, pk)
    except verbs.Stopped as stopped:
        return _page(request, by, pk, despite=despite, wrong=str(stopped))
    messages.success(request, f"已签发：{document.number}")
    return redirect("document_page", school, document.pk)


@login_required
@require_POST
def minutes_preview(request, school, pk):
    """What the texts look like on paper, as they stand in the form: nothing is saved. It carries the mark of what is
    read here, and nothing else is issued."""
    by = school_for(request.user, school)
    loaded = load_meeting(by, pk)
    meeting = loaded.meetings[pk]
    if meeting.state not in (State.COMPLETED, State.SIGNED):
        return HttpResponse("纪要已经签发，或记录退回修改。请刷新页面。", status=422, content_type=PLAIN)
    if by.clerk or by.heads(meeting.body):
        _lay_over(meeting, request.POST)
    facts = freeze_minutes(loaded, pk)
    seen = preview(request.user, f"minutes/{pk}", facts, lambda: documents.draft_pdf(Document.Kind.MINUTES, facts))
    paper = kind_of(Document.Kind.MINUTES).laid_out(facts)
    return drawn_draft(request, school, seen, paper, seen=verbs.minutes_digest(loaded, pk))


def _lay_over(meeting: Meeting, sent) -> None:
    """The texts as they were typed, where they differ from what was saved last from this form."""
    for row in meeting.minutes_rows:
        typed = sent.get(f"text-{row['id']}", "").replace("\r\n", "\n").strip()
        if typed and verbs.version_of(typed) != sent.get(f"base-{row['id']}"):
            row["text"] = typed


@login_required
@require_GET
def minutes_draft(request, school, pk, form="pdf"):
    """The draft on paper or as a Word file, marked as one."""
    by = school_for(request.user, school)
    loaded = load_meeting(by, pk)
    if loaded.meetings[pk].state not in (State.COMPLETED, State.SIGNED):
        return redirect("minutes", school, pk)
    seen_of_meeting(by, "minutes_draft", "纪要稿", loaded.meetings[pk])
    facts = freeze_minutes(loaded, pk)
    if form == "docx":
        paper = kind_of(Document.Kind.MINUTES).laid_out(facts)
        return handed_out_as_word(paper, f"{facts['body']}纪要（草稿）", draft=True)
    pdf = documents.draft_pdf(Document.Kind.MINUTES, facts)
    return HttpResponse(pdf, content_type="application/pdf")


urlpatterns = [
    path("meetings/<int:pk>/minutes/", minutes, name="minutes"),
    path("meetings/<int:pk>/minutes/edit/", minutes_edit, name="minutes_edit"),
    path("meetings/<int:pk>/minutes/preview/", minutes_preview, name="minutes_preview"),
    path("meetings/<int:pk>/minutes/draft.pdf", minutes_draft, name="minutes_draft"),
    path("meetings/<int:pk>/minutes/draft.docx", minutes_draft, {"form": "docx"}, name="minutes_draft_word"),
    path("meetings/<int:pk>/issue/", issue, name="issue"),
]
