"""Documents: freeze the facts, then make the paper of what was frozen.

A document never changes: its PDF is made from ``Document.frozen`` alone, so that it can be made again at any time
and still says what was issued.
"""

from .checks import subsetter_is_there
from .freezing import freeze_correction, freeze_minutes
from .paper import draft_of, file_of, laid_out, make_file, paper_of, pdf_of

__all__ = [
    "draft_of",
    "file_of",
    "freeze_correction",
    "freeze_minutes",
    "laid_out",
    "make_file",
    "paper_of",
    "pdf_of",
    "subsetter_is_there",
]
