"""The PDF of a paper: PDF/A-3b, tagged, with the facts attached, the same bytes every time."""

import json
import threading
from datetime import UTC, datetime
from functools import cache
from io import BytesIO

from django.template.loader import render_to_string

from . import fonts
from .blocks import Paper
from .drawing import html

DATA = "data.json"  # the frozen facts, inside the PDF
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of a draft: the same bytes twice, whenever it is made
_rendering = threading.Lock()  # Pango keeps its font maps for itself: one thread at a time


@cache
def _font_configuration():
    # One for the process: a new one for each document lets memory climb.
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _fetch(url, *args, **kwargs):
    """The prepared fonts, and nothing else in the world."""
    from weasyprint.urls import URLFetcherResponse

    for face in fonts.FACES:
        if url == face.path.as_uri():
            return URLFetcherResponse(url, face.path.read_bytes(), {"Content-Type": "font/otf"})
    raise ValueError(f"a document fetches nothing: {url}")


def page(paper: Paper, *, draft: bool, made: datetime | None) -> str:
    """The finished HTML."""
    context = {
        "paper": paper,
        "blocks": html(paper),
        "draft": draft,
        "made": made,
        "fonts": fonts.families(),
        "faces": fonts.rules(),
        "foot": _quoted(paper.foot),
    }
    return render_to_string("documents/paper.html", context)


def _quoted(text: str) -> str:
    """A string of CSS, whatever is in it."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


def pdf(paper: Paper, *, draft: bool, identifier: str, made: datetime | None, data: dict) -> bytes:
    return write(page(paper, draft=draft, made=made), identifier=identifier, made=made, data=data)


def write(finished: str, *, identifier: str, made: datetime | None, data: dict) -> bytes:
    from weasyprint import HTML, Attachment  # half a second, for the processes that make documents

    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    at = made or _EPOCH
    facts = Attachment(string=text, name=DATA, relationship="Data", created=at, modified=at)
    out = BytesIO()
    with _rendering:
        HTML(string=finished, url_fetcher=_fetch).write_pdf(
            out,
            font_config=_font_configuration(),
            pdf_identifier=identifier.encode(),
            pdf_variant="pdf/a-3b",
            pdf_tags=True,
            attachments=[facts],
        )
    return out.getvalue()
