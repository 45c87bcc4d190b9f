"""What a pack says to people: the index as a page and as a table, and how to verify it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from django.template.loader import render_to_string
from django.utils import timezone

from ..models import Document
from .verify import MANIFEST

HEADS = ("序号", "类别", "题名", "文号", "责任者", "日期", "关于", "字节", "位置", "SHA-256")
WIDTHS = (6, 14, 40, 26, 20, 12, 30, 10, 44, 68)


@dataclass(frozen=True)
class Row:
    """One thing in the index."""

    group: str
    title: str
    told: dict[str, Any]  # as the manifest has it
    number: str = ""
    author: str = ""
    about: str = ""
    on: datetime | None = None

    @property
    def day(self) -> str:
        return f"{timezone.localtime(self.on):%Y-%m-%d}" if self.on else ""


def row_of(paper: Document, told: dict[str, Any]) -> Row:
    unit = paper.frozen.get("style", {}).get("unit") or paper.frozen.get("school", "")
    notes = [f"第 {paper.version} 版，替代 {paper.replaces.number}"] if paper.replaces else []
    notes += [f"更正 {paper.corrects.number}"] if paper.corrects else []
    about = "；".join([*filter(None, [_about(paper)]), *notes])
    return Row("文件", paper.get_kind_display(), told, paper.number, unit, about, paper.issued_at)


def _about(paper: Document) -> str:
    """The meeting with the item, the matter, or the period."""
    if paper.item:
        return f"{paper.item.meeting}第 {paper.item.no} 项 {paper.matter or paper.item.matter}"
    return str(paper.meeting or paper.matter or paper.period)


def page(facts: dict[str, Any], rows: Sequence[Row], lacking: Sequence[dict[str, str]]) -> str:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    context = {"facts": facts, "groups": list(groups.items()), "lacking": lacking, "manifest": MANIFEST}
    return render_to_string("archives/index.html", context)


def workbook(facts: dict[str, Any], rows: Sequence[Row], lacking: Sequence[dict[str, str]]) -> bytes:
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": facts["number"], "created": datetime.fromisoformat(facts["made_at"]).replace(tzinfo=None)}
    )
    head = book.add_format({"bold": True, "bg_color": "#F3F4F6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet = book.add_worksheet("索引")
    sheet.write(0, 0, f"{facts['school']['name']}　{facts['scope']['label']}　档号 {facts['number']}　"
                      f"保管期限 {facts['retention']['label']}")  # fmt: skip
    for column, (title, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.write(1, column, title, head)
        sheet.set_column(column, column, width)
    for place, row in enumerate(rows, start=1):
        told = row.told
        values = (place, row.group, row.title, row.number, row.author, row.day, row.about, told["size"], told["path"],
                  told["sha256"])  # fmt: skip
        for column, value in enumerate(values):
            sheet.write(place + 1, column, value, plain)
    sheet.autofilter(1, 0, len(rows) + 1, len(HEADS) - 1)
    sheet.freeze_panes(2, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    if lacking:
        apart = book.add_worksheet("未收入")
        apart.set_column(0, 0, 44)
        apart.set_column(1, 1, 80)
        for column, title in enumerate(("内容", "原因")):
            apart.write(0, column, title, head)
        for place, each in enumerate(lacking, start=1):
            apart.write(place, 0, each["what"], plain)
            apart.write(place, 1, each["why"], plain)
    book.close()
    return into.getvalue()


def explained(facts: dict[str, Any]) -> str:
    return render_to_string("archives/explained.txt", {"facts": facts, "manifest": MANIFEST})
