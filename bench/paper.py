"""How long a paper takes: minutes of three pages, in a warm process.

python bench/paper.py [ROUNDS] [DOCUMENTS]      at most 1.3 times what WeasyPrint takes on the finished HTML, 0.25 s of
                                                one core, 0.6 MB, and memory flat over 500 documents

Ours is everything: laying out, composing, the PDF/A with its tags and its facts. WeasyPrint's is ``write_pdf`` of the
finished HTML with the same options and nothing else. Measured in turns, medians.
"""

import gc
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from weasyprint import HTML  # noqa: E402

from meetings.documents import pdf  # noqa: E402
from meetings.documents.kinds import kind_of  # noqa: E402
from tests.documents.facts import LONG, frozen, item  # noqa: E402

MADE = datetime(2026, 11, 24, 9, tzinfo=UTC)
RATIO, SECONDS, BYTES, GROWTH = 1.3, 0.25, 600_000, 20  # MB


def facts(number: int) -> dict:
    """Minutes of three pages, each with words of its own."""
    words = f"第{number}号事项，" + LONG
    return frozen(items=[item(no, text=words * 2) for no in range(1, 6)], number=f"党组织会议纪要〔2026〕{number}号")


def ours(said: dict) -> bytes:
    paper = kind_of("minutes").laid_out(said)
    return pdf.pdf(paper, draft=False, identifier="ab" * 16, made=MADE, data=said)


def theirs(html: str) -> bytes:
    return HTML(string=html, url_fetcher=pdf.refuse).write_pdf(
        font_config=pdf.font_configuration(), pdf_identifier=b"ab" * 16, pdf_variant="pdf/a-3b", pdf_tags=True
    )


def timed(work: Callable[[], bytes]) -> tuple[float, float]:
    began, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - spent


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    documents = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    said = facts(1)
    html = pdf.finished(kind_of("minutes").laid_out(said), draft=False, made=MADE)
    size = len(ours(said))
    theirs(html)
    gc.collect()
    pairs = [(timed(lambda: ours(said)), timed(lambda: theirs(html))) for _ in range(rounds)]
    own, own_cpu, plain, plain_cpu = (
        statistics.median(pair[who][what] for pair in pairs) for who in (0, 1) for what in (0, 1)
    )
    ratio = statistics.median(pair[0][1] / pair[1][1] for pair in pairs)
    print(f"three pages      {own * 1000:.0f} ms, of the processor {own_cpu * 1000:.0f} ms, {size // 1000} kB")
    print(f"WeasyPrint alone {plain * 1000:.0f} ms, of the processor {plain_cpu * 1000:.0f} ms; ratio {ratio:.2f}")
    for number in range(20):  # every font and every cache once
        ours(facts(number))
    gc.collect()
    before = resident()
    for number in range(documents):
        ours(facts(number))
    gc.collect()
    after = resident()
    print(f"memory           {before:.0f} MB, after {documents} documents {after:.0f} MB")
    kept = {
        "ratio": ratio <= RATIO,
        "processor": own_cpu <= SECONDS,
        "size": size <= BYTES,
        "memory": after - before <= GROWTH,
    }
    for name, well in kept.items():
        if not well:
            print(f"too much: {name}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
