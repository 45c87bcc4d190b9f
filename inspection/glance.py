"""The district at a glance: where to look. Figures, charts with their tables, and the matrix of schools and rules."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.models import Organisation
from accounts.templatetags.words import full
from governance.access import Standing, authority_for, schools_below
from governance.rules.catalogue import CLASSES
from governance.rules.index import CHAPTERS
from governance.terms import Term
from meetings.documents.blocks import Column
from meetings.documents.sheets import Sheet, Value
from meetings.models import KeptFinding
from meetings.views.sheets import as_file, said_by

from . import rollups
from .below import Branch, above, authorities_below, branches
from .filters import GlanceFilter
from .rectifications.reading import waiting_for
from .registers import Tally, total_of
from .rollups import FILINGS, FROM_THE_LEAST, SHORT, SHOWN, SORTED, Glance
from .saved import kept, saved_here
from .views import TOLD, inspector, structure, term_of_page

AT_A_GLANCE = 12  # schools of the matrix on the first page
COLUMNS = {  # of the matrix that are no chapters: how to sort by them, and their heads
    "party": "党组织会议",
    "office": "校长办公会议",
    "decisions": "议决",
    "block": "须改正",
    "overdue": "逾期",
}


@dataclass(frozen=True)
class Chart:
    """A table, and how it is drawn. ``heads``: a word and a tone for each series; ``links``: where a number leads."""

    key: str
    title: str
    heads: list[tuple[str, str]]
    rows: list[tuple[str, list[int]]]
    lead: str = ""
    kind: str = "bar"  # bar, stacked, share

    @property
    def total(self) -> int:
        return sum(sum(numbers) for _, numbers in self.rows)


@dataclass
class Screen:
    """What is on the screen: the schools that the filter leaves, in the order asked for."""

    by: Standing
    term: Term
    filter: GlanceFilter
    schools: QuerySet[Organisation]
    rows: list[Glance]
    rules: list[dict[str, Any]]
    sort: str
    whole: bool  # whether the filter leaves every school
    branches: list[Branch]

    @property
    def narrowed(self) -> str:
        return said_by(self.filter.form)


def screen(request, by: Standing, term: dict, *, sheet: bool = False) -> Screen:
    schools = schools_below(by.organisation)
    shown = [(key, words) for key, (words, _) in SHOWN.items()]
    below = authorities_below(by.organisation)
    narrowed = GlanceFilter(request.GET, queryset=schools, shown=shown, below=below)
    chosen, today = term["term"], term["today"]
    left = narrowed.qs if narrowed.form.is_valid() else schools
    rows = rollups.glances(left, chosen, today)
    if show := narrowed.form.cleaned_data.get("show"):
        rows = [row for row in rows if SHOWN[show][1](row)]
        left = Organisation.objects.filter(pk__in=[row.pk for row in rows])
    sort, backwards = request.GET.get("sort", "").removeprefix("-"), request.GET.get("sort", "").startswith("-")
    sort = sort if sort in SORTED else "urgency"
    if sort in CHAPTERS:
        rollups.with_cells(rows, chosen, whole=False)
    rows.sort(key=SORTED[sort][1], reverse=(sort not in FROM_THE_LEAST) != backwards)
    rules = rollups.rule_counts(left, chosen, whole=sheet)
    whole = not any(narrowed.form.cleaned_data.values())
    return Screen(
        by, chosen, narrowed, left, rows, rules, f"-{sort}" if backwards else sort, whole, branches(below, rows)
    )


@login_required
@require_safe
def district(request, authority):
    """The inspector's first page. Whoever administers the authority sees its schools and their people, no findings."""
    by = authority_for(request.user, authority)
    if not by.supervises:
        return structure(request, by)
    waits = waiting_for(by, timezone.localdate())
    return _shown(request, by, "inspection/district.html", AT_A_GLANCE, waits=waits)


@login_required
@require_safe
def district_schools(request, authority):
    """The matrix alone."""
    return _shown(
        request, inspector(request.user, authority), "inspection/schools.html", settings.PAGE_SIZE, keeps=True
    )


def _shown(request, by: Standing, template: str, rows: int, *, keeps: bool = False, **more: Any):
    context = term_of_page(request) | more
    seen = screen(request, by, context)
    page = Paginator(seen.rows, rows).get_page(request.GET.get("page"))
    rollups.with_cells(list(page), seen.term)
    often = rollups.with_met([each for each in seen.rules if each["broken"]][:10], seen.schools, seen.term)
    total, before = total_of(row.now for row in seen.rows), total_of(row.before for row in seen.rows)
    context |= {
        "standing": by,
        "filter": seen.filter,
        "narrowed": not seen.whole,
        "branches": seen.branches,
        "above": above(by),
        "page": page,
        "chapters": CHAPTERS,
        "heads": [_head(seen.sort, key, words) for key, words in {**COLUMNS, **CHAPTERS}.items()],
        "sort": seen.sort,
        "total": total,
        "before": before,
        "compared": compared(total, before),
        "charts": charts(seen, total, before),
        "rules": [told(each) for each in often],
        "calm": sum(1 for row in seen.rows if not (row.now.block or row.now.warn or row.now.overdue)),
        "silent": sum(1 for row in seen.rows if not row.now.meetings),
        "behind": sum(1 for row in seen.rows if row.behind),
    }
    if keeps:
        context["saved"] = saved_here(request, by, kept("schools"), seen.filter.form)
    return render(request, template, context)


def told(each: dict[str, Any]) -> dict[str, Any]:
    rule = TOLD.get(each["rule"])
    return each | {"said": rule, "weight": KeptFinding.Mode(rule.mode).label if rule else ""}


@dataclass(frozen=True)
class Head:
    key: str
    words: str
    query: str  # of the link that sorts by it
    way: str  # none, ascending, descending


def _head(sort: str, key: str, words: str) -> Head:
    if sort.removeprefix("-") != key:
        return Head(key, words, key, "none")
    up = (key in FROM_THE_LEAST) != sort.startswith("-")
    return Head(key, words, key if sort.startswith("-") else f"-{key}", "ascending" if up else "descending")


def compared(now: Tally, before: Tally) -> list[tuple[str, int, int]]:
    """This term beside the last one: what, how many, how many then."""
    names = {"meetings": "已开会议", "decisions": "议决事项", "items_broken": "不符合的议题", "block": "须改正", "warn": "提醒",
             "unknown": "不可判定", "excused": "已说明理由"}  # fmt: skip
    return [(words, getattr(now, name), getattr(before, name)) for name, words in names.items()]


def charts(seen: Screen, total: Tally, before: Tally) -> list[Chart]:
    return [
        _of_schools(seen.rows),
        _of_meetings(seen.rows, total, before),
        Chart(
            "classes", "议决事项按类别", [("本学期", "now"), ("上学期", "before")],
            [(f"{letter} {words}", [_of_class(each, letter) for each in (total, before)]) for letter, words in CLASSES.items()],
            "已议定为通过、未通过或校长决定的议题。",
        ),
        Chart(
            "items", "议题是否符合", [("符合", "met"), ("不符合", "broken"), ("不可判定", "unknown")],
            [(words, [each.items_met, each.items_broken, each.items_unknown])
             for words, each in (("本学期", total), ("上学期", before))],
            "每项议题只算一次：有一条须改正或提醒的规则不符合，即为不符合；没有不符合而有不可判定的，即为不可判定。", "share",
        ),
        Chart(
            "chapters", "不符合的检查结果", [("须改正", "block"), ("提醒", "warn"), ("已说明理由", "excused")],
            [(words, [of.get(name, 0) for name in ("block", "warn", "excused")])
             for letter, words in CHAPTERS.items() for of in (rollups.chapter_sums(seen.rules).get(letter, {}),)],
            kind="stacked",
        ),
        _of_procedures(seen.rows),
    ]  # fmt: skip


def _of_class(tally: Tally, letter: str) -> int:
    return getattr(tally, f"class_{letter.lower()}")


def _of_schools(rows: list[Glance]) -> Chart:
    counts = Counter((row.stage, row.party_organization) for row in rows)
    parties = [key for key in rollups.PARTIES if any(party == key for _, party in counts)]
    stages = [key for key in (*rollups.STAGES, "") if any(stage == key for stage, _ in counts)]
    table = [(rollups.STAGES.get(stage, "没有登记"), [counts[stage, party] for party in parties]) for stage in stages]
    return Chart(
        "schools", "学校：学段和党组织设置", [(rollups.PARTIES[key], "") for key in parties], table, kind="stacked"
    )


def _of_meetings(rows: list[Glance], total: Tally, before: Tally) -> Chart:
    table = [
        (f"{SHORT[body]}会议", [getattr(total, body), sum(row.expected.get(body, 0) for row in rows), getattr(before, body)])
        for body in rollups.BOTH
    ]  # fmt: skip
    behind = sum(1 for row in rows if row.behind)
    lead = "截至今天应开的次数：党组织会议每月一次，校长办公会议按各校议事规则的间隔，寒暑假除外。"
    lead += f"有 {behind} 所学校开会少于应开次数。" if behind else ""
    return Chart(
        "meetings", "已开会议与应开次数", [("已开", "now"), ("应开", "expected"), ("上学期已开", "before")], table, lead
    )


def _of_procedures(rows: list[Glance]) -> Chart:
    heads = [(words, filing) for filing, words in FILINGS.items()]
    counts = {body: Counter(row.filing.get(body) for row in rows) for body in rollups.BOTH}
    table = [(f"{SHORT[body]}会议", [count[filing] for filing in FILINGS]) for body, count in counts.items()]
    return Chart("filing", "议事规则备案", heads, table, "每校每个会议现行的一版。", "stacked")


def _line(row: Glance) -> list:
    cells = [row.cells.get(chapter, {}).get(name, 0) for chapter in CHAPTERS for name in ("broken", "unknown", "met")]
    now = row.now
    held = [number for body in rollups.BOTH for number in (getattr(now, body), row.expected.get(body))]
    filing = [FILINGS.get(row.filing.get(body, ""), "不适用") for body in rollups.BOTH]
    return [row.name, row.under, row.stage_said, row.party_said, *held, now.decisions, now.items_met, now.items_broken, now.items_unknown,
            now.block, now.warn, now.excused, now.unknown, now.overdue, *cells, *filing]  # fmt: skip


def _branch_line(branch: Branch) -> list[Value]:
    of = branch.tally
    return [branch.name, len(branch.rows), of.meetings, of.decisions, of.block, of.warn, of.overdue, branch.behind]


def _numbers(*titles: str) -> list[Column]:
    return [Column(title, 7, kind="number") for title in titles]


def sheets_of(seen: Screen) -> list[Sheet]:
    now = timezone.now()
    said = "；".join(filter(None, (str(seen.term), seen.narrowed)))
    notes = (
        f"{seen.by.organisation.name}　{said}　共 {len(seen.rows):,} 所学校",
        f"{full(now)} 由{seen.by.user.name}导出，供查阅；不是签发的文件。",
    )
    total, before = total_of(row.now for row in seen.rows), total_of(row.before for row in seen.rows)
    schools = [
        Column("学校", 22), Column("所属", 14), Column("学段", 9), Column("党组织", 9),
        *_numbers("党组织会议已开", "党组织会议应开", "校长办公会议已开", "校长办公会议应开", "议决", "符合的议题", "不符合的议题",
                  "不可判定的议题", "须改正", "提醒", "已说明理由", "不可判定", "逾期未办结"),
        *_numbers(*(f"{chapter}{word}" for chapter in CHAPTERS.values() for word in ("不符合", "不可判定", "符合"))),
        Column("党组织议事规则", 9), Column("校长办公议事规则", 9),
    ]  # fmt: skip
    made = [Sheet("学校与规则对照", schools, map(_line, seen.rows), notes)]
    if seen.branches:
        sums = [
            Column("主管部门", 22),
            *_numbers("学校", "已开会议", "议决", "须改正", "提醒", "逾期未办结", "开会不足的学校"),
        ]
        made.append(Sheet("下级主管部门", sums, map(_branch_line, seen.branches), notes))
    figures: list[list[Value]] = [[words, now_, then] for words, now_, then in compared(total, before)]
    made.append(Sheet("两学期对照", [Column("项目", 20), *_numbers("本学期", "上学期")], figures, notes))
    for chart in charts(seen, total, before):
        columns = [Column("", 20), *_numbers(*(head for head, _ in chart.heads))]
        made.append(Sheet(chart.title, columns, [[words, *numbers] for words, numbers in chart.rows], notes))
    rules = [Column("规则", 7), Column("要求", 42), Column("依据", 16), Column("程度", 7)]
    rules += _numbers("不符合", "上学期不符合", "涉及学校", "不可判定", "符合")
    lines = (
        [each["rule"], each["said"].sentence if each["said"] else "", each["said"].cited if each["said"] else "", each["weight"],
         each["broken"], each["before"], each["schools"], each["unknown"], each["met"]]
        for each in map(told, seen.rules)
    )  # fmt: skip
    return [*made, Sheet("规则", rules, lines, notes)]


@login_required
@require_GET
def district_glance_sheet(request, authority):
    """Whatever is on the screen, every school of it, as a workbook."""
    by = inspector(request.user, authority)
    seen = screen(request, by, term_of_page(request), sheet=True)
    rollups.with_cells(seen.rows, seen.term)
    title = f"{by.organisation.name}全区情况"
    return as_file(sheets_of(seen), title, title, timezone.now())


urlpatterns = [
    path("d/<slug:authority>/", district, name="district"),
    path("d/<slug:authority>/sheet.xlsx", district_glance_sheet, name="district_glance_sheet"),
    path("d/<slug:authority>/schools/", district_schools, name="district_schools"),
]
