"""What two texts have in common and what each has alone: pure, and quick for texts of any length."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter

SAME, GONE, CAME = "same", "gone", "came"
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")
WORD = re.compile(r"[0-9.,%]+|[A-Za-z]+|.", re.S)  # a number is changed as a whole
MOST = 400  # words of a sentence that are compared one by one
Piece = tuple[str, str]  # where it stands, and the text


def differences(before: str, after: str) -> list[Piece]:
    """The pieces in order: those of both texts, those of the former alone, those of the latter alone."""
    pieces: list[Piece] = []
    sentences = [[each for each in SENTENCE.findall(text) if each] for text in (before, after)]
    for where, old, new in _compared(*sentences):
        if where == SAME:
            pieces.append((SAME, "".join(old)))
            continue
        words = [WORD.findall("".join(part)) for part in (old, new)]
        fine = all(words) and max(map(len, words)) <= MOST
        for inner, gone, came in _compared(*words) if fine else [(GONE, old, new)]:
            pieces += [(SAME, "".join(gone))] if inner == SAME else [(GONE, "".join(gone)), (CAME, "".join(came))]
    filled = (piece for piece in pieces if piece[1])
    return [(where, "".join(text for _, text in group)) for where, group in groupby(filled, key=itemgetter(0))]


def _compared(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Sequence[str], Sequence[str]]]:
    """What stands at both ends is taken off first; among very many parts those that come everywhere are no anchor,
    so that a text of one sentence a thousand times costs no more than another."""
    start = next(
        (n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    rest = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    end = next((n for n, pair in enumerate(rest) if pair[0] != pair[1]), min(len(old), len(new)) - start)
    inner = old[start : len(old) - end], new[start : len(new) - end]
    matched = SequenceMatcher(None, *inner).get_opcodes()
    parts = [(SAME if tag == "equal" else GONE, inner[0][a:b], inner[1][c:d]) for tag, a, b, c, d in matched]
    return [(SAME, old[:start], new[:start]), *parts, (SAME, old[len(old) - end :], new[len(new) - end :])]
