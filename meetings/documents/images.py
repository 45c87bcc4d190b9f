"""Pages of a PDF as pictures, so that a paper can be read where there is no PDF viewer."""

import io
import threading
from contextlib import contextmanager

import pypdfium2

_pdfium = threading.Lock()  # the library keeps its state for the whole process: one thread at a time
POINTS = 72 / 25.4


@contextmanager
def _opened(pdf: bytes):
    with _pdfium:
        opened = pypdfium2.PdfDocument(pdf)
        try:
            yield opened
        finally:
            opened.close()


def page_count(pdf: bytes) -> int:
    with _opened(pdf) as opened:
        return len(opened)


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with _opened(pdf) as opened:
        return [
            (round(width / POINTS), round(height / POINTS))
            for width, height in (opened.get_page_size(at) for at in range(len(opened)))
        ]


def png(pdf: bytes, page: int, width: int) -> bytes:
    """A page, counted from 1, so many pixels wide. ``IndexError``: there is no such page."""
    with _opened(pdf) as opened:
        if not 1 <= page <= len(opened):
            raise IndexError(page)
        sheet = opened[page - 1]
        picture = sheet.render(scale=width / sheet.get_width()).to_pil()
        sheet.close()
    out = io.BytesIO()
    # Ink, paper and one red: forty colours are enough, and a quarter of the bytes.
    picture.quantize(40, method=2).save(out, "PNG")
    return out.getvalue()
