"""What a file that came back says otherwise than the record: field by field, both texts, what differs marked.

Blanks, line ends and the width of punctuation are no difference; a figure, a name, any character is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ..text_differences import CAME, GONE, SAME, differences
from .blocks import Paper
from .said import Row, rows_of
from .word_reading import Reading

CHANGED, MISSING, ADDED, REMARK = "changed", "missing", "added", "remark"
MOST = 500  # differences: of a file that is another one altogether nobody reads more
_LIKE = 0.5  # so much in common that one text is the other, changed
_TABLE = 2500  # pairs of rows that are weighed against each other
# What no paper shows and no Word file can hold is a blank, too.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff\ufffe\uffff]")
_BARE_STOP = re.compile(r"(?<!\d)[,.]|[,.](?!\d)")
_WIDE = str.maketrans(";:?!()", "；：？！（）")
_NARROW = {
    code: code - 0xFEE0
    for code in range(0xFF01, 0xFF5F)
    if unicodedata.category(chr(code))[0] in "PS" and chr(code) not in "；：？！（）"
} | str.maketrans({"。": ".", "“": '"', "”": '"', "‘": "'", "’": "'"})
Difference = dict[str, object]  # part, kind, pieces: as it is kept with the signed copy


def bare(text: str) -> str:
    return _BLANK.sub("", text)


def plain(text: str) -> str:
    """Equal for texts that say the same; as long as ``bare(text)``, sign by sign."""
    narrow = bare(text).translate(_NARROW).translate(_WIDE)
    return _BARE_STOP.sub(lambda stop: "，" if stop[0] == "," else "。", narrow)


def compare(paper: Paper, reading: Reading) -> list[Difference]:
    found: list[Difference] = []
    for remark in reading.remarks:
        found.append({"part": "整个文件", "kind": REMARK, "pieces": [[SAME, remark]]})
    for number, each in enumerate(_compared(rows_of(paper), reading.rows)):
        if number == MOST:
            words = f"差异超过 {MOST} 处，其余没有列出。请核对上传的是不是这份文件。"
            found.append({"part": "整个文件", "kind": REMARK, "pieces": [[SAME, words]]})
            break
        found.append(each)
    return found


def differs(found: Sequence[Difference]) -> int:
    """How many of them are differences of the text."""
    return sum(each["kind"] != REMARK for each in found)


def marked(record: str, brought: str) -> list[list[str]]:
    """The pieces of both texts as they were typed, compared by what they say."""
    old, new = bare(record), bare(brought)
    pieces, at, to = [], 0, 0
    for where, said in differences(plain(record), plain(brought)):
        pieces.append([where, new[to : to + len(said)] if where == CAME else old[at : at + len(said)]])
        at += 0 if where == CAME else len(said)
        to += 0 if where == GONE else len(said)
    return pieces


def _compared(record: list[Row], brought: list[tuple[str, ...]]) -> Iterator[Difference]:
    keys = [tuple(map(plain, row.cells)) for row in record], [tuple(map(plain, cells)) for cells in brought]
    before = "开头"
    for tag, start, end, from_, to in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _within(record[start:end], brought[from_:to], before)
        before = record[end - 1].parts[0] if end > start else before


def _within(record: list[Row], brought: list[tuple[str, ...]], before: str) -> Iterator[Difference]:
    for rows, cells in _paired(record, brought):
        if rows and cells:
            yield from _changed(rows, cells)
        elif rows:
            yield from (_one(rows[0].parts[at], text, "") for at, text in enumerate(rows[0].cells) if bare(text))
        elif any(map(bare, cells[0])):
            yield _one(f"{before}之后", "", "　".join(filter(None, map(str.strip, cells[0]))))
        before = rows[-1].parts[0] if rows else before


def _changed(rows: list[Row], brought: list[tuple[str, ...]]) -> Iterator[Difference]:
    cells = brought[0]
    if len(rows) == len(brought) == 1 and len(rows[0].cells) == len(cells):
        pairs = list(zip(rows[0].parts, rows[0].cells, cells, strict=True))
    else:
        texts = "\n".join("　".join(row.cells) for row in rows), "\n".join("　".join(each) for each in brought)
        pairs = [(rows[0].parts[0], *texts)]
    yield from (_one(part, old, new) for part, old, new in pairs if plain(old) != plain(new))


def _one(part: str, record: str, brought: str) -> Difference:
    kind = MISSING if not bare(brought) else ADDED if not bare(record) else CHANGED
    return {"part": part, "kind": kind, "pieces": marked(record, brought)}


Pair = tuple[list[Row], list[tuple[str, ...]]]


def _paired(record: list[Row], brought: list[tuple[str, ...]]) -> list[Pair]:
    """Which rows are the same ones, changed: so that as many characters as can be are in both. A paragraph may have
    become several, and several one."""
    if len(record) * len(brought) > _TABLE:
        if len(record) == len(brought):
            return [([row], [cells]) for row, cells in zip(record, brought, strict=True)]
        return [([row], []) for row in record] + [([], [cells]) for cells in brought]
    counts = (
        [Counter(plain("".join(row.cells))) for row in record],
        [Counter(plain("".join(cells))) for cells in brought],
    )
    widths = [len(row.cells) for row in record], [len(cells) for cells in brought]
    best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    for i in range(len(record) + 1):
        for j in range(len(brought) + 1):
            ways = [(best[i - a, j - b][0] + gain, a, b) for a, b, gain in _ways(i, j, counts, widths)]
            if ways:
                best[i, j] = max(ways)
    pairs: list[Pair] = []
    i, j = len(record), len(brought)
    while i or j:
        _, a, b = best[i, j]
        pairs.append((record[i - a : i], brought[j - b : j]))
        i, j = i - a, j - b
    return pairs[::-1]


_STEPS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))


def _ways(
    i: int, j: int, counts: tuple[list[Counter], list[Counter]], widths: tuple[list[int], list[int]]
) -> Iterator[tuple[int, int, float]]:
    """How the first i rows of the record and the first j that were brought may end: rows alone, or taken as one."""
    if i:
        yield 1, 0, 0.0
    if j:
        yield 0, 1, 0.0
    for a, b in _STEPS:
        if a > i or b > j:
            continue
        if a + b > 2 and {*widths[0][i - a : i], *widths[1][j - b : j]} != {1}:
            continue  # rows of tables are not split
        old, new = sum(counts[0][i - a : i], Counter()), sum(counts[1][j - b : j], Counter())
        common, all_ = 2 * (old & new).total(), old.total() + new.total()
        if common >= _LIKE * all_ or (a == b == 1 and widths[0][i - 1] == widths[1][j - 1] > 1):
            yield a, b, common + 0.5 - 0.1 * (a + b)
