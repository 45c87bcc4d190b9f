"""底稿汇总: everything that was written down in an inspection, in one list and in one file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.documents.blocks import Column
from meetings.documents.sheets import Sheet
from meetings.viewing import seen_in_file, seen_in_list
from meetings.views.sheets import MOST, as_file, said_by

from .access import inspection_for, items_in_scope
from .discretion import facts_said, matter_said
from .models import Assessment, Inspection, Remark
from .views import page_of
from .working import place_of

KINDS = [
    ("accepted", "认定"),
    ("set_aside", "不予认定"),
    ("own", "检查组发现"),
    ("remark", "备注"),
]
WORDS = dict(KINDS)
STANDING = [("", "现行的"), ("withdrawn", "已撤回的"), ("all", "全部")]
KIND: dict[type, str] = {Remark: "remark", Assessment: "assessment"}


class PaperFilter(forms.Form):
    school = forms.ChoiceField(label="学校", required=False)
    by = forms.ChoiceField(label="谁写的", required=False)
    kind = forms.ChoiceField(label="哪一种", required=False, choices=[("", "全部"), *KINDS])
    state = forms.ChoiceField(label="状态", required=False, choices=STANDING)

    def __init__(self, data, inspection: Inspection):
        super().__init__(data)
        schools = inspection.schools_here.order_by("name").values_list("code", "name")
        people = inspection.members.values_list("user__pk", "user__name")
        self.fields["school"].choices = [("", "全部"), *schools]
        self.fields["by"].choices = [("", "全部"), *((str(pk), name) for pk, name in people)]

    def of(self, inspection: Inspection) -> dict[type, QuerySet]:
        """The papers of each model that are asked for."""
        given = self.cleaned_data if self.is_valid() else {}
        about = Q(inspection=inspection, school__path__startswith=inspection.authority.path)
        if given.get("school"):
            about &= Q(school__code=given["school"])
        if given.get("by"):
            about &= Q(by=given["by"])
        if given.get("state") != "all":
            about &= Q(withdrawn_at__isnull=given.get("state") != "withdrawn")
        remarks, said, kind = Remark.objects.filter(about), Assessment.objects.filter(about), given.get("kind")
        if kind and kind != "remark":
            remarks = remarks.none()
        if kind == "remark":
            said = said.none()
        elif kind == "own":
            said = said.filter(rule="")
        elif kind:
            said = said.filter(verdict=kind).exclude(rule="")
        return {Remark: remarks, Assessment: said}


def _one_list(papers: dict[type, QuerySet]) -> QuerySet:
    """Both kinds, the latest first, as (kind, key)."""
    rows = [
        found.order_by().values("pk", "at", model=Cast(Value(KIND[model]), CharField()))
        for model, found in papers.items()
    ]
    return rows[0].union(rows[1], all=True).order_by("-at", "-pk")


def _whole(papers: QuerySet, inspection: Inspection) -> QuerySet:
    """With what a row says; of a matter, the item in scope on whose page the paper stands."""
    there = items_in_scope(inspection).filter(matter=OuterRef("matter")).order_by("-meeting__starts_at", "pk")
    return papers.select_related(
        "by", "withdrawn_by", "school", "meeting", "matter", "item__meeting", "item__matter"
    ).annotate(an_item=Subquery(there.values("pk")[:1]))


def told(inspection: Inspection, paper: Any) -> Any:
    """What a row of the list says."""
    paper.kind = "remark" if isinstance(paper, Remark) else paper.verdict if paper.rule else "own"
    paper.word = WORDS[paper.kind]
    held = paper.meeting or (paper.item and paper.item.meeting)
    if paper.matter_id and not paper.item_id:
        paper.item_id = paper.an_item
    paper.url = place_of(inspection.pk, paper)
    paper.held = timezone.localdate(held.starts_at) if held else None
    paper.title = paper.matter.title if paper.matter else str(held) if held else "整个学校"
    return paper


@login_required
@require_safe
def working_list(request, pk):
    inspection, by = inspection_for(request.user, pk)
    form = PaperFilter(request.GET, inspection)
    papers = form.of(inspection)
    page = page_of(request, _one_list(papers))
    found: dict[tuple[str, int], Any] = {}
    for model, kind in KIND.items():
        keys = [row["pk"] for row in page if row["model"] == kind]
        for paper in _whole(model.objects.filter(pk__in=keys), inspection):
            found[kind, paper.pk] = told(inspection, paper)
    seen_in_list(by, "working_list", "底稿汇总", [paper.matter for paper in found.values()], key=inspection.key)
    context = {
        "standing": by,
        "inspection": inspection,
        "form": form,
        "page": page,
        "papers": [found[row["model"], row["pk"]] for row in page],
    }
    return render(request, "inspection/working_list.html", context)


def _title_said(paper: Any) -> str:
    """A file goes from hand to hand: as in reports, it names no personnel matter and nobody whom one is about. The pages
    do, to whoever may read the record itself, and each look at them is written down."""
    if not (paper.matter and paper.matter.personnel):
        return paper.title
    return matter_said(paper.matter) + (f"（第 {paper.item.no} 项）" if paper.item and paper.item.no else "")


COLUMNS = (
    (Column("学校", 18), lambda paper: paper.school.name),
    (Column("事由", 26), _title_said),
    (Column("会议日期", 10, kind="date"), lambda paper: paper.held),
    (Column("种类", 10, "center"), lambda paper: paper.word),
    (Column("规则", 7, "center"), lambda paper: getattr(paper, "rule", "")),
    (Column("程度", 8, "center"), lambda paper: paper.get_weight_display() if hasattr(paper, "weight") else ""),
    (Column("内容", 40), lambda paper: facts_said(paper.text, paper.matter)),
    (Column("依据", 14), lambda paper: getattr(paper, "clause", "")),
    (Column("理由", 26), lambda paper: facts_said(getattr(paper, "reason", ""), paper.matter)),
    (Column("谁写的", 9), lambda paper: paper.by.name),
    (Column("时间", 14, kind="moment"), lambda paper: paper.at),
    (Column("撤回", 12), lambda paper: paper.withdrawn_by.name if paper.withdrawn_by else ""),
)


@login_required
@require_safe
def working_sheet(request, pk):
    inspection, by = inspection_for(request.user, pk)
    form = PaperFilter(request.GET, inspection)
    papers = form.of(inspection)
    count = sum(found.count() for found in papers.values())
    if count > MOST:
        messages.error(request, f"现在筛出 {count:,} 条，一次最多导出 {MOST:,} 条。请用筛选缩小范围，分几次导出。")
        return redirect(f"{request.path.removesuffix('sheet.xlsx')}?{request.GET.urlencode()}")
    rows = [told(inspection, paper) for found in papers.values() for paper in _whole(found, inspection)]
    rows.sort(key=lambda paper: (paper.school.name, paper.held or timezone.localdate(paper.at), paper.at))
    seen_in_file(by, "working_sheet", "底稿汇总导出", [row.matter for row in rows], key=inspection.key)
    now = timezone.now()
    notes = (
        f"{inspection.title}　筛选：{said_by(form) or '现行的'}　共 {count:,} 条",
        f"{timezone.localtime(now):%Y-%m-%d %H:%M} 由{by.user.name}导出，供检查组使用；不是签发的文件。",
    )
    sheet = Sheet("底稿汇总", [column for column, _ in COLUMNS], _lines(rows), notes)
    return as_file([sheet], "底稿汇总", f"{inspection.title}底稿汇总", now)


def _lines(rows: Iterable[Any]):
    for row in rows:
        yield [value(row) for _, value in COLUMNS]


urlpatterns = [
    path("inspections/<int:pk>/papers/", working_list, name="working_list"),
    path("inspections/<int:pk>/papers/sheet.xlsx", working_sheet, name="working_sheet"),
]
