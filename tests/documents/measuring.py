"""A PDF as pdftotext measures it: lines with their edges in millimetres, page by page."""

import html
import re
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from meetings.documents import fonts

measured = pytest.mark.skipif(
    not shutil.which("pdftotext") or bool(fonts.missing()),
    reason="measured with pdftotext (poppler-utils) on the fonts of bin/fonts",
)


@dataclass(frozen=True)
class Line:
    left: float
    right: float
    top: float
    bottom: float
    text: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def pages(pdf: bytes) -> list[list[Line]]:
    said = subprocess.run(["pdftotext", "-bbox-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return [_lines(page) for page in said.stdout.decode().split("<page ")[1:]]


def _lines(page: str) -> list[Line]:
    """Words on one height are one line, whatever gaps are between them."""
    words = [
        (*(float(at) / 72 * 25.4 for at in found[:4]), html.unescape(found[4]))
        for found in re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page
        )
    ]
    rows: list[list[tuple]] = []
    for word in sorted(words, key=lambda word: (word[1] + word[3]) / 2):
        middle = (word[1] + word[3]) / 2
        if rows and middle - (rows[-1][0][1] + rows[-1][0][3]) / 2 < 2.5:
            rows[-1].append(word)
        else:
            rows.append([word])
    lines = []
    for row in rows:
        row.sort()
        left, top = min(word[0] for word in row), min(word[1] for word in row)
        right, bottom = max(word[2] for word in row), max(word[3] for word in row)
        lines.append(Line(left, right, top, bottom, "".join(word[4] for word in row)))
    return lines


def text_of(pdf: bytes) -> str:
    """The text as a reader takes it out, page numbers and blanks left out."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s|—\s*\d+\s*—", "", made.stdout.decode())
