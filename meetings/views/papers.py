"""文件: the list, and the page on which a paper of any kind is worded beside its preview and issued."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, register_converter
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import Standing, school_for

from .. import documents
from .. import transitions as verbs
from ..documents.kinds import Period, Subject, about, subject_key
from ..documents.plain import lines
from ..documents.previews import preview
from ..models import Document, PaperDraft
from ..papers import (
    DocumentFilter,
    around,
    kind_for,
    matter_of,
    named,
    not_yet,
    page_of,
    shelves,
    subject_for,
    subject_of,
    years_of_documents,
)
from ..papers import about as place_of
from ..papers import documents as issued_documents
from ..viewing import seen, seen_in_list
from .answering import json_of, stopped_as_message
from .paper_pages import drawn_draft
from .word_files import handed_out_as_word


class PlaceConverter:
    """What a paper is about: a number, a year, or two days."""

    regex = r"[0-9]{1,18}|[0-9-]{10}_[0-9-]{10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: Any) -> str:
        return str(value)


register_converter(PlaceConverter, "place")


@login_required
@require_GET
def paper_list(request, school):
    by = school_for(request.user, school)
    chosen = DocumentFilter(request.GET, issued_documents(by), years=years_of_documents(by))
    page = Paginator(chosen.qs, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for each in page:
        each.about = named(subject_of(each))
    seen_in_list(by, "paper_list", "文件列表", [matter_of(subject_of(each)) for each in page])
    filtered = any(request.GET.get(name) for name in chosen.form.fields)
    context = {
        "standing": by,
        "page": page,
        "filter": chosen,
        "filtered": filtered,
        "not_yet": [] if filtered or page.number > 1 else not_yet(by),
        "year": timezone.localdate().year,
    }
    return render(request, "meetings/paper_list.html", context)


@login_required
@require_GET
def papers_about(request, school, of, key):
    """Every paper of a meeting, a matter, a year: what is made and what can be."""
    by = school_for(request.user, school)
    subject = subject_for(by, of, key)
    if matter := matter_of(subject):
        seen(by, "papers_about", "文件列表", matters=[matter])
    context = {
        "standing": by,
        "about": named(subject),
        "about_url": page_of(school, subject),
        "shelves": shelves(by, around(by, subject)),
        "years": _years(by, subject),
    }
    return render(request, "meetings/papers_about.html", context)


def _years(by: Standing, subject: Subject) -> list[int]:
    if not isinstance(subject, Period):
        return []
    return list(range(timezone.localdate().year, timezone.localdate().year - 5, -1))


class Making:
    """A paper that is being worded: what is stored, what was typed, what it says, what stands in the way."""

    def __init__(self, by: Standing, code: str, of: str, key: str):
        self.by, self.kind = by, kind_for(code, of)
        self.subject: Subject = subject_for(by, of, key)
        self.place = subject_key(self.subject)
        draft = PaperDraft.objects.filter(school=by.organisation, kind=self.kind.code, subject=self.place).first()
        self.values: dict[str, str] = dict(draft.values) if draft else {}
        self.missing = self.kind.missing(self.subject)
        self.may = self.kind.who(by, self.subject)
        self.words = self.may or by.clerk
        self.conflicts: dict[str, verbs.Conflict] = {}
        self.wrong: dict[str, str] = {}

    @classmethod
    def of(cls, request, school: str, code: str, of: str, key: str) -> "Making":
        by = school_for(request.user, school)
        if not by.works_here:
            raise Http404("文件由本校班子成员或学校秘书起草。")
        return cls(by, code, of, key)

    def facts(self, values: dict[str, str] | None = None) -> dict:
        return self.kind.freeze(self.subject, self.by, self.values if values is None else values)

    def typed(self, sent) -> dict[str, str]:
        """What the form holds otherwise than it was when it came: everything else is as it is stored."""
        texts = {each.name: sent.get(f"text-{each.name}") for each in self.kind.adjusts}
        plain = {name: text.replace("\r\n", "\n") for name, text in texts.items() if text is not None}
        return {name: text for name, text in plain.items() if verbs.version_of(text) != sent.get(f"base-{name}")}

    def keep(self, sent) -> bool:
        """Save what was typed; whether all of it could be."""
        for name, text in self.typed(sent).items():
            base = sent.get(f"base-{name}") or None
            try:
                self.values[name] = verbs.word_paper(self.kind.code, self.subject, name, text, base=base, by=self.by)
            except verbs.Conflict as conflict:
                self.conflicts[name] = conflict
            except verbs.Stopped as stopped:
                self.wrong[name] = str(stopped)
        return not (self.conflicts or self.wrong)

    def fields(self, facts: dict, sent=None) -> list[dict]:
        rows = []
        for each in self.kind.adjusts:
            stored = self.values.get(each.name, facts.get("worded", {}).get(each.name, ""))
            base = verbs.version_of(stored)
            if each.name in self.conflicts or each.name in self.wrong:
                stored, base = sent[f"text-{each.name}"], sent.get(f"base-{each.name}", "")
            rows.append(
                {
                    "adjust": each,
                    "text": stored,
                    "base": base,
                    "worded": each.name in self.values,
                    "conflict": self.conflicts.get(each.name),
                    "wrong": self.wrong.get(each.name, ""),
                }
            )
        return rows

    def page(self, request, *, sent=None, wrong: str = "", status: int = 200) -> HttpResponse:
        facts = {} if self.missing else self.facts()
        last = (
            Document.objects.filter(school=self.by.organisation, kind=self.kind.code, **about(self.subject))
            .order_by("-pk")
            .first()
        )
        of, key = place_of(self.subject)
        context = {
            "standing": self.by,
            "kind": self.kind,
            "of": of,
            "key": key,
            "about": named(self.subject),
            "about_url": page_of(self.by.school.code, self.subject),
            "years": _years(self.by, self.subject),
            "missing": self.missing,
            "may": self.may,
            "words": self.words,
            "fields": [] if self.missing else self.fields(facts, sent),
            "lines": lines(self.kind.laid_out(facts)) if facts else [],
            "last": last,
            "same": bool(last and facts and verbs.mark_of(last.frozen) == verbs.mark_of(facts)),
            "worded": bool(self.values),
            "wrong": wrong,
        }
        return render(request, "meetings/paper_make.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def paper_make(request, school, code, of, key):
    making = Making.of(request, school, code, of, key)
    if request.method == "GET":
        return making.page(request)
    if making.missing:
        return making.page(request, status=422)
    try:
        kept = making.keep(request.POST)
        if not kept:
            return making.page(request, sent=request.POST, status=409 if making.conflicts else 422)
        if "save" in request.GET:
            messages.success(request, "已保存。")
            return redirect("paper_make", school, code, of, key)
        before = Document.objects.filter(school=making.by.organisation, kind=making.kind.code).order_by("-pk").first()
        issued = verbs.issue_paper(code, making.subject, by=making.by, seen=request.POST.get("seen") or None)
    except verbs.Stopped as stopped:
        return making.page(request, wrong=str(stopped), status=422)
    if before and issued.pk <= before.pk:
        messages.info(request, f"内容没有变，还是这一份：{issued.number}")
    else:
        messages.success(request, f"已生成：{issued.number}")
    return redirect("document_page", school, issued.pk)


@login_required
@require_POST
def paper_save(request, school, code, of, key):
    """One text saves itself. 200 with its version · 409 both texts · 422 why not."""
    making = Making.of(request, school, code, of, key)
    try:
        given = json_of(request)
        name, text, base = given["path"], given["value"], given.get("base")
    except (ValueError, TypeError, KeyError, AttributeError):
        name = text = base = None
    if not isinstance(name, str) or not isinstance(text, str) or not isinstance(base, str | None):
        return JsonResponse({"error": "内容没有送达完整，请刷新页面后再试。"}, status=422)
    if given.get("user") not in (None, request.user.pk):
        return JsonResponse({"error": "现在登录的是另一个账号。请刷新页面。"}, status=403)
    try:
        stored = verbs.word_paper(code, making.subject, name, text, base=base, by=making.by)
    except verbs.Conflict as both:
        return JsonResponse(
            {"theirs": both.theirs, "mine": both.mine, "version": both.version, "by": both.by}, status=409
        )
    except verbs.Stopped as stopped:
        return JsonResponse({"error": str(stopped)}, status=403 if isinstance(stopped, verbs.NotAllowed) else 422)
    at = f"{timezone.localtime():%H:%M}"
    return JsonResponse({"value": stored, "version": verbs.version_of(stored), "at": at})


@login_required
@require_POST
def paper_reset(request, school, code, of, key):
    """Back to what the record proposes."""
    making = Making.of(request, school, code, of, key)
    try:
        verbs.drop_wording(code, making.subject, by=making.by)
        messages.success(request, "已恢复为自动拟稿。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("paper_make", school, code, of, key)


@login_required
@require_POST
def paper_preview(request, school, code, of, key):
    """What the form's texts look like on paper; nothing is saved."""
    making = Making.of(request, school, code, of, key)
    if making.missing:
        return HttpResponse(making.missing, status=422, content_type="text/plain; charset=utf-8")
    most = {each.name: each.most for each in making.kind.adjusts}
    typed = {name: text[: most[name]] for name, text in making.typed(request.POST).items()}
    facts = making.facts(making.values | typed)
    seen = preview(request.user, f"{code}/{making.place}", facts, lambda: documents.draft_pdf(code, facts))
    return drawn_draft(request, school, seen, making.kind.laid_out(facts), seen=verbs.mark_of(facts))


@login_required
@require_GET
def paper_draft(request, school, code, of, key, form):
    """The draft as a file, marked as one on every page."""
    making = Making.of(request, school, code, of, key)
    if making.missing:
        return redirect("paper_make", school, code, of, key)
    facts, name = making.facts(), f"{making.kind.label}（草稿）"
    if form == "docx":
        return handed_out_as_word(making.kind.laid_out(facts), name, draft=True)
    response = HttpResponse(documents.draft_pdf(code, facts), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or ""
    return response


_AT = "papers/<slug:code>/<slug:of>/<place:key>/"
urlpatterns = [
    path("papers/", paper_list, name="paper_list"),
    path("papers/of/<slug:of>/<place:key>/", papers_about, name="papers_about"),
    path(_AT, paper_make, name="paper_make"),
    path(f"{_AT}save/", paper_save, name="paper_save"),
    path(f"{_AT}reset/", paper_reset, name="paper_reset"),
    path(f"{_AT}preview/", paper_preview, name="paper_preview"),
    path(f"{_AT}draft.pdf", paper_draft, {"form": "pdf"}, name="paper_draft"),
    path(f"{_AT}draft.docx", paper_draft, {"form": "docx"}, name="paper_draft_word"),
]
