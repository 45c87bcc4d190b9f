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
def font_configuration():
    """One for the process: a new one for each document lets memory climb. Our fonts are added to it where they lie;
    by @font-face each process would keep a copy of all of them in /tmp, and leave it there when it is killed."""
    from weasyprint.text.ffi import ffi, fontconfig, pangoft2
    from weasyprint.text.fonts import FontConfiguration

    made = FontConfiguration()
    for face in fonts.FACES:
        if face.there:
            fontconfig.FcConfigAppFontAddFile(made._config, str(face.path).encode())
    pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", made.font_map))
    return made


def refuse(url, *args, **kwargs):
    raise ValueError(f"a document fetches nothing: {url}")


def finished(paper: Paper, *, draft: bool, made: datetime | None) -> str:
    """The finished HTML."""
    context = {
        "paper": paper,
        "blocks": html(paper),
        "draft": draft,
        "made": made,
        "fonts": fonts.families(),
        "foot": _quoted(paper.foot),
    }
    return render_to_string("documents/paper.html", context)


def _quoted(text: str) -> str:
    """A string of CSS, whatever is in it."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


def pdf(paper: Paper, *, draft: bool, identifier: str, made: datetime | None, data: dict) -> bytes:
    return write(finished(paper, draft=draft, made=made), identifier=identifier, made=made, data=data)


def write(page: str, *, identifier: str, made: datetime | None, data: dict) -> bytes:
    from weasyprint import HTML, Attachment  # half a second, for the processes that make documents

    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    at = made or _EPOCH
    facts = Attachment(string=text, name=DATA, relationship="Data", created=at, modified=at)
    out = BytesIO()
    with _rendering:
        HTML(string=page, url_fetcher=refuse).write_pdf(
            out,
            font_config=font_configuration(),
            pdf_identifier=identifier.encode(),
            pdf_variant="pdf/a-3b",
            pdf_tags=True,
            attachments=[facts],
        )
    return out.getvalue()
