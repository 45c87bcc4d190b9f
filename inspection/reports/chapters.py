"""What a report is put together of, as JSON: chapters of blocks, each block a text, figures, a chart, a table, findings.

Cells and numbers are frozen as they are printed; addresses as (name, arguments, query), so that the site may move them.
Two names are the report's own: ``records`` leads to the rows that were frozen with it, ``table`` to one of its tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse

Frozen = dict[str, Any]
To = tuple[str, Sequence[Any], str]
MOST_RECORDS = 20_000  # of one figure; more are not kept one by one


def chapter(title: str, *blocks: Frozen | None, new_page: bool = False) -> Frozen:
    return {"title": title, "blocks": [block for block in blocks if block], "new_page": new_page}


def text(said: str) -> Frozen:
    return {"is": "text", "text": said}


def heading(said: str, *, new_page: bool = False) -> Frozen:
    return {"is": "heading", "text": said, "new_page": new_page}


def figure(
    key: str,
    label: str,
    number: int,
    counted: str,
    *,
    unit: str = "项",
    before: int | None = None,
    to: To | None = None,
) -> Frozen:
    """``counted``: how, in one sentence. ``before``: the same a year earlier."""
    return {"key": key, "label": label, "number": number, "unit": unit, "before": before, "counted": counted, "to": to}


def figures(*rows: Frozen, caption: str = "") -> Frozen:
    return {"is": "figures", "caption": caption, "rows": list(rows)}


def records(of: str, label: str, keys: list[int]) -> Frozen:
    """The rows behind a figure, one by one. ``of``: school, meeting, item, finding."""
    return {"of": of, "label": label, "ids": keys}


def chart(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[tuple[str, Sequence[int]]],
    *,
    kind: str = "bar",
    counted: str = "",
) -> Frozen:
    return {"is": "chart", "caption": caption, "heads": list(heads), "kind": kind, "counted": counted,
            "rows": [[words, list(numbers)] for words, numbers in rows]}  # fmt: skip


def table(
    key: str,
    caption: str,
    columns: Sequence[tuple[str, float, str]],
    rows: Iterable[Sequence[str]],
    *,
    counted: str = "",
    to: Sequence[To | None] = (),
    only: str = "",
) -> Frozen:
    """``columns``: head, share of the width, kind (as documents.blocks.Column). ``to``: where each row leads. ``only``:
    on paper, or in Excel."""
    return {"is": "table", "key": key, "caption": caption, "columns": [list(column) for column in columns],
            "rows": [list(row) for row in rows], "counted": counted, "to": list(to), "only": only}  # fmt: skip


def all_figures(frozen: Frozen) -> Iterator[Frozen]:
    for one in frozen["chapters"]:
        for block in one["blocks"]:
            if block["is"] == "figures":
                yield from block["rows"]


def address(to: To | None) -> str:
    """Where it leads now; empty: nowhere any more."""
    if not to:
        return ""
    name, arguments, query = to
    try:
        return reverse(name, args=arguments) + (f"?{query}" if query else "")
    except NoReverseMatch:
        return ""


def per_cent(part: int, whole: int) -> str:
    """12.5%, rounded to the nearest tenth; a dash where there is nothing to divide."""
    if not whole:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def day_said(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
