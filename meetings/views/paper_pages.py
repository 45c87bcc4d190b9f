"""Papers as they look: pages of a draft or of an issued document as pictures, and the document's own page."""

import hashlib
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from governance.access import school_for

from ..access import document_for, documents_for
from ..documents import content_of, images, paper_of
from ..documents.blocks import Paper
from ..documents.kinds import kind_of
from ..documents.plain import lines
from ..documents.previews import Preview, kept
from ..documents.sheets import has_tables
from ..papers import address, documents, named, page_of, subject_of
from ..viewing import seen_of_document
from .signed_copies import attached

WIDTHS = (640, 960, 1440, 2000)  # pixels of a page across: the browser picks by room and screen
NO_LONGER = "预览已过期，请刷新。"


def drawn(request, sizes, picture: Callable[[int], str], paper: Paper, **more) -> HttpResponse:
    """The pages of a paper as a part of a page, and what they say as text."""
    pages = [
        {
            "no": no,
            "ratio": f"{width} / {height}",
            "across": width,
            "src": f"{picture(no)}?w={WIDTHS[0]}",
            "srcset": ", ".join(f"{picture(no)}?w={each} {each}w" for each in WIDTHS),
        }
        for no, (width, height) in enumerate(sizes, start=1)
    ]
    return render(request, "meetings/paper_drawn.html", {"pages": pages, "lines": lines(paper), **more})


def drawn_draft(request, school: str, preview: Preview, paper: Paper, **more) -> HttpResponse:
    def picture(no: int) -> str:
        return reverse("paper_page_image", args=[school, preview.key, no])

    return drawn(request, preview.sizes, picture, paper, **more)


def _picture(request, pdf: bytes, no: int) -> HttpResponse:
    width = request.GET.get("w", "")
    try:
        made = images.png(pdf, no, int(width) if width in map(str, WIDTHS) else WIDTHS[1])
    except IndexError:
        raise Http404("没有这一页。") from None
    response = HttpResponse(made, content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response


@login_required
@require_GET
def paper_page_image(request, school, key, no):
    """A page of a draft that this person has just worded."""
    school_for(request.user, school)
    pdf = kept(request.user, key)
    if pdf is None:
        raise Http404(NO_LONGER)
    return _picture(request, pdf, no)


@login_required
@require_GET
def document_page_image(request, school, pk, no):
    by = school_for(request.user, school, granted=True)
    issued = document_for(by, pk)
    seen_of_document(by, "document_page", issued, again=False)
    return _picture(request, content_of(issued), no)


@login_required
@require_GET
def document_pages(request, school, pk):
    by = school_for(request.user, school, granted=True)
    issued = document_for(by, pk)
    seen_of_document(by, "document_page", issued, again=False)
    return drawn(
        request,
        images.page_sizes(content_of(issued)),
        lambda no: reverse("document_page_image", args=[school, pk, no]),
        paper_of(issued),
        issued=True,
    )


@login_required
@require_GET
def document_page(request, school, pk):
    """An issued document, as it stands for ever."""
    by = school_for(request.user, school, granted=True)
    issued = get_object_or_404(documents(by).defer(None).select_related("replaces", "corrects"), pk=pk)
    seen_of_document(by, "document_page", issued)
    subject, paper = subject_of(issued), paper_of(issued)
    kind = kind_of(issued.kind)
    return render(
        request,
        "meetings/document_page.html",
        {
            "standing": by,
            "document": issued,
            "about": named(subject),
            "about_url": page_of(school, subject),
            "newer": documents_for(by).filter(replaces=issued).first(),
            "corrected_by": documents_for(by).filter(corrects=issued).order_by("pk"),
            "lines": lines(paper),
            "tables": has_tables(paper),
            "kind": kind,
            "signed_copies": attached(issued),
            "make_url": ""
            if kind.by_itself or not by.works_here
            else address("paper_make", school, kind.code, subject),
        },
    )


@login_required
@require_GET
def document(request, school, pk):
    by = school_for(request.user, school, granted=True)
    issued = document_for(by, pk)
    seen_of_document(by, "document", issued)
    content = content_of(issued)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(
        False, f"{issued.frozen['school']}{issued.number}.pdf"
    )
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
    response["Cache-Control"] = "private, no-cache"
    return response


urlpatterns = [
    path("papers/pages/<slug:key>/<int:no>.png", paper_page_image, name="paper_page_image"),
    path("meetings/documents/<int:pk>/", document_page, name="document_page"),
    path("meetings/documents/<int:pk>/pages/", document_pages, name="document_pages"),
    path("meetings/documents/<int:pk>/pages/<int:no>.png", document_page_image, name="document_page_image"),
    path("meetings/documents/<int:pk>.pdf", document, name="document"),
]
