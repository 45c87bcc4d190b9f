"""Paper: from frozen texts to the lines of a page, and from those to a PDF, the same bytes every time."""

import hashlib
import threading
from datetime import date, datetime
from functools import cache

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from ..ledger import NOT_REACHED
from ..models import Document

TEMPLATES = {
    Document.Kind.MINUTES: "documents/minutes.html",
    Document.Kind.CORRECTION: "documents/correction.html",
}
_DIGITS = "〇一二三四五六七八九"
_rendering = threading.Lock()  # Pango keeps its font maps for itself: one thread at a time


def numeral(number: int) -> str:
    """一, 十, 十二, 二十三: as headings are counted."""
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return lead + (_DIGITS[ones] if ones or not tens else "")


def _day(text: str | None) -> str:
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def _mark(school: str) -> dict:
    """The red head's first lines: a name too long for one line is split evenly, never shrunk out of reading."""
    lines = -(-len(school) // 20)
    each = -(-len(school) // lines) if lines else 0
    return {
        "lines": [school[start : start + each] for start in range(0, len(school), each)] if each else [],
        "size": "long" if len(school) > 12 else "short",
    }


def _lead(frozen: dict) -> str:
    """导语: when, where, which meeting, who chaired, how many were there."""
    starts = datetime.fromisoformat(frozen["starts_at"])
    clock = f"{starts.hour}时" + (f"{starts.minute}分" if starts.minute else "")
    which = (
        f"{starts.year}年第{frozen['meeting_number']}次{frozen['body']}" if frozen["meeting_number"] else frozen["body"]
    )
    where = f"在{frozen['place']}" if frozen["place"] else ""
    chair = f"{frozen['chair']}主持会议，" if frozen["chair"] else ""
    heads = f"应到{frozen['in_office']}人，实到{len(frozen['present'])}人。"
    reached = sum(item["text"].strip() != NOT_REACHED for item in frozen["items"])
    items = f"会议研究了{reached}项议题，纪要如下：" if reached else "会议没有研究议题。"
    return f"{_day(starts.date().isoformat())}{clock}，{frozen['school']}{where}召开{which}。{chair}{heads}{items}"


def laid_out(frozen: dict) -> dict:
    """The minutes line by line, as page and PDF show them. Reads nothing but what was frozen."""
    items = []
    for item in frozen["items"]:
        carried = [f"责任人：{'、'.join(item['responsible'])}"] if item["responsible"] else []
        carried += [f"完成时限：{_day(item['due'])}"] if item["due"] else []
        items.append(
            {
                "heading": f"{numeral(item['no'])}、{item['heading']}",
                "paragraphs": [line.strip() for line in item["text"].splitlines() if line.strip()],
                "carried": f"（{'；'.join(carried)}）" if carried else "",
                "reasons": [f"（{each['by']}说明理由：{each['reason']}）" for each in item["overrides"]],
            }
        )
    people = (
        ("出席", "present"),
        ("请假", "leave"),
        ("缺席", "absent"),
        ("未登记", "unrecorded"),  # nobody is called absent whom the record does not call so
        ("列席", "observers"),
    )
    return {
        "mark": _mark(frozen["school"]),
        "kind": f"{frozen['body']}纪要",
        "title": frozen["number"] or f"{frozen['body']}纪要（草稿）",
        "school": frozen["school"],
        "number": frozen["number"],
        "issued_on": _day(frozen["issued_on"]),
        "lead": _lead(frozen),
        "items": items,
        "people": [(label, frozen[key]) for label, key in people if frozen.get(key)],
        "recorder": frozen["recorder"],
        "issued_by": frozen["issued_by"],
    }


def correction_laid_out(frozen: dict) -> dict:
    """A note of correction line by line. Reads nothing but what was frozen."""
    starts = datetime.fromisoformat(frozen["starts_at"])
    number = frozen["meeting_number"]
    which = f"{starts.year}年第{number}次{frozen['body']}" if number else frozen["body"]
    on = f"（{_day(frozen['minutes_on'])}签发）" if frozen["minutes_on"] else ""
    minutes = f"，纪要为{frozen['minutes']}{on}" if frozen["minutes"] else ""
    day, place = _day(starts.date().isoformat()), frozen["label"].replace(" · ", "，")
    return {
        "mark": _mark(frozen["school"]),
        "kind": f"{frozen['body']}更正说明",
        "title": frozen["number"],
        "school": frozen["school"],
        "number": frozen["number"],
        "issued_on": _day(frozen["issued_on"]),
        "lead": f"{day}，{frozen['school']}召开{which}{minutes}。该次会议记录中“{place}”一处有误，现更正如下：",
        "sections": [
            (f"{numeral(number)}、{word}", [line.strip() for line in text.splitlines() if line.strip()] or ["（空）"])
            for number, (word, text) in enumerate(
                (
                    ("原记录", frozen["wrong"]),
                    ("更正为", frozen["right"]),
                    ("更正的理由和依据", frozen["reason"]),
                ),
                start=1,
            )
        ],
        "end": "原会议记录和纪要照旧保存，不作涂改；凡引用该处内容的，以本说明为准。",
        "people": [
            (word, frozen[key])
            for word, key in (("发现", "found_by"), ("登记", "entered_by"), ("签发", "issued_by"))
            if frozen[key]
        ],
    }


LAID_OUT = {Document.Kind.MINUTES: laid_out, Document.Kind.CORRECTION: correction_laid_out}


def paper_of(document: Document) -> dict:
    """An issued document as page and PDF show it."""
    return LAID_OUT[Document.Kind(document.kind)](document.frozen)


@cache
def _fonts():
    # One for the process: a new one for each document lets memory climb.
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _refuse(url, *args, **kwargs):
    raise ValueError(f"a document fetches nothing: {url}")


def _write(kind: str, context: dict, identifier: str) -> bytes:
    from weasyprint import HTML  # half a second, for the processes that make documents

    page = render_to_string(TEMPLATES[Document.Kind(kind)], context)
    with _rendering:
        return HTML(string=page, url_fetcher=_refuse).write_pdf(
            font_config=_fonts(), pdf_identifier=identifier.encode()
        )


def pdf_of(document: Document) -> bytes:
    """The PDF of an issued document. Made twice, it has the same bytes."""
    context = {"paper": paper_of(document), "draft": False, "made": document.issued_at}
    return _write(document.kind, context, document.digest[:32])


def draft_of(frozen: dict) -> bytes:
    """The same before it is issued: without a number, and marked as a draft on every page."""
    assert not frozen["number"], "what has a number is no draft"
    context = {"paper": laid_out(frozen), "draft": True, "made": None}
    return _write(Document.Kind.MINUTES, context, "draft")


def file_of(document: Document) -> File:
    """The kept PDF. Whoever asks first makes it; who asks at the same moment waits and finds it made."""
    if not document.file:
        with transaction.atomic():
            locked = Document.objects.select_for_update().get(pk=document.pk)
            if not locked.file:
                made = pdf_of(locked)
                locked.file_sha256, locked.made_at = hashlib.sha256(made).hexdigest(), timezone.now()
                locked.file.save(f"{locked.digest}.pdf", ContentFile(made), save=False)
                locked.save(update_fields=["file", "file_sha256", "made_at"])
        document.file, document.file_sha256, document.made_at = locked.file, locked.file_sha256, locked.made_at
    return document.file


def make_file(document_id: int) -> None:
    """The errand of the worker: bears repetition."""
    file_of(Document.objects.get(pk=document_id))
