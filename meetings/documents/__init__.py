"""Documents: freeze the facts, say them as a paper, draw the paper.

A document never changes: its PDF is made from ``Document.frozen`` alone, so that it can be made again at any time
and still says what was issued.
"""

from .checks import fonts_are_there, subsetter_is_there
from .freezing import freeze_correction, freeze_minutes
from .paper import NotAsIssued, content_of, draft_pdf, make_file, paper_of, pdf_of

__all__ = [
    "NotAsIssued",
    "content_of",
    "draft_pdf",
    "fonts_are_there",
    "freeze_correction",
    "freeze_minutes",
    "make_file",
    "paper_of",
    "pdf_of",
    "subsetter_is_there",
]
