"""抽样: drawing a sample, drawing it again, and ticking off what was looked at."""

import secrets
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.calendar import first_moment
from governance.rules.catalogue import CLASSES
from meetings.documents.blocks import Column
from meetings.models import Meeting
from meetings.viewing import seen_in_list
from meetings.views.sheets import exported

from . import registers
from . import transitions as verbs
from .access import inspection_for, items_in_scope
from .models import Assessment, Inspection, Remark, Sample, SampledItem
from .sampling import SEVERITIES, Stratum, digest_of, draw
from .views import page_of
from .working import works

SEVERITY = dict(zip(SEVERITIES, ("须改正", "提醒", "不可判定", "没有问题"), strict=True))
MARKS = dict(zip(SEVERITIES, ("missing", "warn", "unknown", "met"), strict=True))


def population_of(inspection: Inspection) -> dict[int, Stratum]:
    """Every item in scope with school, class and gravest answer now; two statements. While a meeting goes on nothing of
    it can be told."""
    items = items_in_scope(inspection).exclude(meeting__state=Meeting.State.OPEN)
    rows = items.order_by().values_list("pk", "matter__school__code", "matter__category")
    letters = {pk: (school, category[:1]) for pk, school, category in rows}
    # Of the days rather than of the items: the database has an order for that.
    span = first_moment(inspection.records_since), first_moment(inspection.records_until + timedelta(days=1))
    answers = registers.findings(inspection.schools_here, span).filter(item__isnull=False)
    answers = answers.filter(mode__in=(registers.BLOCK, registers.WARN))  # what only informs weighs nothing
    gravest: dict[int, str] = defaultdict(lambda: "met")
    for item, outcome, mode in answers.order_by().values_list("item", "outcome", "mode"):
        severity = mode if outcome == registers.BROKEN else "unknown"
        gravest[item] = min(gravest[item], severity, key=SEVERITIES.index)
    return {pk: Stratum(*where, gravest[pk]) for pk, where in letters.items()}


class SampleForm(forms.Form):
    size = forms.IntegerField(label="抽取项数", min_value=1, max_value=2000, initial=30)
    seed = forms.CharField(
        label="种子",
        max_length=40,
        help_text="任意文字或数字，决定抽到哪些。可以用系统给出的，也可以当场请学校报一个。",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sample_list(request, pk):
    """The samples of an inspection, and drawing one more."""
    inspection, by = inspection_for(request.user, pk)
    proposed = f"{timezone.localdate():%Y%m%d}-{secrets.randbelow(10**6):06}"
    form = SampleForm(request.POST or None, initial={"seed": proposed})
    if request.method == "POST" and form.is_valid():
        try:
            sample = verbs.draw_sample(inspection, population_of(inspection), **form.cleaned_data, by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            return redirect("sample", pk, sample.no)
    samples = (
        inspection.samples.defer("strata")
        .select_related("by")
        .annotate(many=Count("items"), looked=Count("items__looked_at"))
    )
    context = {
        "standing": by, "inspection": inspection, "page": page_of(request, samples.order_by("-no")), "form": form,
        "works": works(inspection, by),
    }  # fmt: skip
    return render(request, "inspection/sample_list.html", context, status=422 if form.is_bound else 200)


def sample_for(inspection: Inspection, no: int) -> Sample:
    return get_object_or_404(inspection.samples.select_related("by"), no=no)


def drawn(sample: Sample) -> QuerySet[SampledItem]:
    """What was drawn, each with how much was written of it."""

    def many(model) -> Coalesce:
        rows = model.objects.filter(inspection=sample.inspection_id, item=OuterRef("item"), withdrawn_at=None)
        return Coalesce(Subquery(rows.order_by().values("item").annotate(many=Count("pk")).values("many")), 0)

    here = Q(item__matter__school__path__startswith=F("sample__inspection__authority__path"))
    rows = sample.items.filter(here).select_related("item__matter__school", "item__meeting", "looked_by").order_by("no")
    return rows.annotate(remarks=many(Remark), assessed=many(Assessment))


@login_required
@require_safe
def sample(request, pk, no):
    inspection, by = inspection_for(request.user, pk)
    found = sample_for(inspection, no)
    page = page_of(request, drawn(found))
    seen_in_list(by, "sample", "抽样名单", [row.item.matter for row in page], key=inspection.key)
    for row in page:
        row.word, row.mark = SEVERITY[row.severity], MARKS[row.severity]
        row.of_class = CLASSES.get(row.item.matter.category[:1], row.item.matter.category[:1])
    names = dict(inspection.schools_here.values_list("code", "name"))
    strata = Paginator(found.strata, settings.PAGE_SIZE).get_page(request.GET.get("stratum"))
    for each in strata:
        each |= {"name": names.get(each["school"], each["school"]), "word": SEVERITY[each["severity"]],
                 "mark": MARKS[each["severity"]], "of_class": CLASSES.get(each["letter"], each["letter"])}  # fmt: skip
    looked = found.items.filter(looked_at__isnull=False).count()
    context = {
        "standing": by, "inspection": inspection, "sample": found, "page": page, "strata": strata, "looked": looked,
        "works": works(inspection, by), "again": _again(found, names) if request.GET.get("again") else None,
    }  # fmt: skip
    return render(request, "inspection/sample.html", context)


def _again(sample: Sample, names: dict[str, str]) -> dict[str, Any]:
    """The same seed on the records as they are now, beside what was drawn."""
    population = population_of(sample.inspection)
    anew = draw(population, size=sample.size, seed=sample.seed)
    then = {(each["school"], each["letter"], each["severity"]): each["there"] for each in sample.strata}
    now = {tuple(one.stratum): one.there for one in anew}
    before, after = list(sample.items.values_list("item", flat=True)), [pk for one in anew for pk in one.items]
    return {
        "same_population": digest_of(population) == sample.digest,
        "same": before == after,
        "population": len(population),
        "gone": len(set(before) - set(after)),
        "come": len(set(after) - set(before)),
        "changed": [
            (f"{names.get(school, school)} {CLASSES.get(letter, letter)} {SEVERITY[severity]}",
             then.get((school, letter, severity), 0), now.get((school, letter, severity), 0))
            for school, letter, severity in sorted(then.keys() | now.keys())
            if then.get((school, letter, severity)) != now.get((school, letter, severity))
        ],
    }  # fmt: skip


@login_required
@require_POST
def sample_look(request, pk, sampled):
    inspection, by = inspection_for(request.user, pk)
    row = get_object_or_404(
        SampledItem.objects.select_related("sample__inspection").defer("sample__strata"),
        pk=sampled,
        sample__inspection=inspection,
    )
    try:
        verbs.look(row, request.POST.get("looked") == "yes", by=by)
    except verbs.Stopped as stopped:
        messages.error(request, str(stopped))
    if request.POST.get("back") == "item":
        return redirect(f"{reverse('working_item', args=[pk, row.item_id])}?sample={row.sample.no}")
    page = request.POST.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('sample', args=[pk, row.sample.no])}{query}#drawn-{row.no}")


COLUMNS = (
    (Column("序号", 6, kind="number"), lambda row: row.no),
    (Column("学校", 18), lambda row: row.item.matter.school.name),
    (Column("会议", 10), lambda row: row.item.meeting.get_body_display()),
    (Column("日期", 10, kind="date"), lambda row: timezone.localdate(row.item.meeting.starts_at)),
    (Column("第几项", 6, kind="number"), lambda row: row.item.no),
    (Column("议题", 26), lambda row: row.item.matter.title),
    (Column("类别", 9), lambda row: CLASSES.get(row.item.matter.category[:1], row.item.matter.category[:1])),
    (Column("抽取时的程度", 9, "center"), lambda row: SEVERITY[row.severity]),
    (Column("已看", 9), lambda row: row.looked_by.name if row.looked_by else ""),
    (Column("意见", 6, kind="number"), lambda row: row.assessed),
    (Column("备注", 6, kind="number"), lambda row: row.remarks),
    (Column("编号", 9), lambda row: str(row.item_id)),
)


@login_required
@require_safe
def sample_sheet(request, pk, no):
    inspection, by = inspection_for(request.user, pk)
    found = sample_for(inspection, no)
    said = f"{found}，{found.population} 项中抽 {found.size} 项，种子 {found.seed}，总体摘要 {found.digest[:16]}"
    title = f"{inspection.title}{found}"
    return exported(request, by, title=title, columns=COLUMNS, rows=drawn(found), narrowed=said, key=inspection.key)


urlpatterns = [
    path("inspections/<int:pk>/samples/", sample_list, name="sample_list"),
    path("inspections/<int:pk>/samples/<int:no>/", sample, name="sample"),
    path("inspections/<int:pk>/samples/<int:no>/sheet.xlsx", sample_sheet, name="sample_sheet"),
    path("inspections/<int:pk>/sampled/<int:sampled>/look/", sample_look, name="sample_look"),
]
