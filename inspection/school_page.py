"""A school on one page: its figures over the terms, its people, rules, matters and meetings, what keeps going wrong, and
what changed since somebody last looked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import DateField, DateTimeField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from governance.access import schools_below
from governance.compiled import Given, Statement
from governance.models import Post, Procedure
from governance.terms import Term, moments, recent
from meetings.carriers import with_result
from meetings.models import Correction, Item, Matter, Meeting, Override, Rejudging
from meetings.viewing import seen_in_list
from meetings.views.sheets import matter_in

from . import registers, rollups
from .glance import Chart, told
from .models import Figures, Inspection, SchoolTerm, SchoolTermRule
from .registers import COUNTS, Tally
from .views import LEADERSHIP, inspector, term_of_page

ROWS = 10  # of each list on the page
FEW = 5  # of each kind of change


@login_required
@require_safe
def district_school(request, authority, code):
    by = inspector(request.user, authority)
    school = get_object_or_404(schools_below(by.organisation), code=code)
    schools = Organisation.objects.filter(pk=school.pk)
    context = term_of_page(request)
    term, today = context["term"], context["today"]
    (row,) = rollups.glances(schools, term, today)
    posts, procedures = _posts(school=school.pk), _procedures(school=school.pk)
    entered, ended = moments(term)
    rules = [told(each) for each in rollups.rule_counts(schools, term, whole=True)]
    since, last = _since(request, school, term)
    matters = _matters(request, school)
    overdue = _overdue(school=school.pk, day=today)
    new = changes(school, since, posts, procedures)
    told_of = [each.matter for each in (*matters.object_list, *overdue)] + [
        one for change in new for one in change.matters
    ]
    seen_in_list(by, "district_school", "学校情况", told_of)
    context |= {
        "standing": by,
        "school": school,
        "row": row,
        "tally": row.now,
        "charts": _charts(school, recent(today)),
        "rules": [each for each in rules if each["broken"]],
        "unknown": [each for each in rules if each["unknown"]],
        "repeated": repeated(school, recent(today)),
        "people": sorted(posts, key=lambda post: RANK[post.post]),
        "procedures": procedures,
        "coming": _coming(school=school.pk),
        "meetings": _paged(request, _meetings(school), "meetings"),
        "matters": matters,
        "corrections": _corrections(school=school.pk, first=entered, last=ended),
        "overdue": overdue,
        "since": since,
        "last_looked": last,
        "changes": new,
    }
    return render(request, "inspection/school.html", context)


def _paged(request, rows, name: str) -> Page:
    return Paginator(rows, ROWS).get_page(request.GET.get(name))


def _charts(school: Organisation, terms: list[Term]) -> list[Chart]:
    """The last terms beside one another."""
    serials = [term.serial for term in terms]
    sums = {serial: Tally(*counts) for serial, *counts in _sums(terms=serials, school=school.pk)}
    rows = [(term.short, sums.get(term.serial, Tally())) for term in reversed(terms)]

    def chart(key: str, title: str, heads: list[tuple[str, str]], *names: str, kind: str = "stacked", lead: str = ""):
        return Chart(
            key, title, heads, [(words, [getattr(of, name) for name in names]) for words, of in rows], lead, kind
        )

    weighed = [("符合", "met"), ("不符合", "broken"), ("不可判定", "unknown")]
    breaches = [("须改正", "block"), ("提醒", "warn"), ("已说明理由", "excused")]
    return [
        chart("held", "各学期的会议", [("党组织会议", "now"), ("校长办公会议", "before")], "party", "office"),
        chart("weighed", "各学期的议题", weighed, "items_met", "items_broken", "items_unknown", kind="share"),
        chart("breaches", "各学期不符合的检查结果", breaches, "block", "warn", "excused"),
    ]


@dataclass(frozen=True)
class Repeated:
    """A rule that was broken in two terms or more. ``terms``: how often in each, the oldest first."""

    rule: dict[str, Any]
    terms: list[tuple[Term, int]]


def repeated(school: Organisation, terms: list[Term]) -> list[Repeated]:
    broken: dict[str, dict[int, int]] = defaultdict(dict)
    serials = [term.serial for term in terms]
    for rule, serial, count in _broken(terms=serials, school=school.pk):
        broken[rule][serial] = count
    again = [
        Repeated(told({"rule": rule}), [(term, of[term.serial]) for term in reversed(terms) if term.serial in of])
        for rule, of in broken.items()
        if len(of) > 1
    ]
    return sorted(again, key=lambda one: (-len(one.terms), -sum(count for _, count in one.terms), one.rule["rule"]))


SHOWN = ("title", "category", "school")  # of a matter: what of it is confidential leaves a row
RANK: dict[str, int] = {name: number for number, name in enumerate(LEADERSHIP)}

# Each list of a school has one shape: it is put into SQL once.
THIS = Organisation.objects.filter(pk=Given("school"))
FIRST: Any = Given("first", DateTimeField())
LAST: Any = Given("last", DateTimeField())
DAY: Any = Given("day", DateField())


@Statement
def _sums():
    return SchoolTerm.objects.filter(term__in=Given("terms"), school=Given("school")).values_list("term", *COUNTS)


@Statement
def _broken():
    rows = SchoolTermRule.objects.filter(term__in=Given("terms"), school=Given("school"), broken__gt=0)
    return rows.values_list("rule", "term", "broken")


@Statement
def _posts():
    """Over time, whoever holds one now first."""
    posts = Post.objects.filter(school=Given("school")).select_related("person")
    return posts.order_by(F("until").desc(nulls_first=True), "-since")


@Statement
def _procedures():
    rows = Procedure.objects.filter(school=Given("school")).order_by("body", "-since")
    return rows.only("body", "since", "submitted_on", "filed_on", "returned_on", "filing_number")


@Statement
def _coming():
    called = Meeting.objects.filter(school=Given("school"), state=Meeting.State.CALLED)
    return called.only("body", "number", "starts_at", "place").order_by("starts_at")[:FEW]


@Statement
def _corrections():
    return registers.corrections(THIS, (FIRST, LAST))[:ROWS]


@Statement
def _overdue():
    items = registers.overdue(THIS, DAY).select_related("matter").order_by("due")
    return items.only("due", *(f"matter__{name}" for name in SHOWN))[:ROWS]


def _meetings(school: Organisation) -> QuerySet[Meeting]:
    """What was held, the latest first, each with its figures."""
    counted = Figures.objects.filter(meeting=OuterRef("pk")).values(
        json=JSONObject(
            block="block", warn="warn", unknown="unknown", decisions="decisions", met="met", broken="broken"
        )
    )
    held = Meeting.objects.filter(school=school, state__in=registers.HELD)
    held = held.only("body", "number", "starts_at", "state")
    return held.annotate(figures=Subquery(counted)).order_by("-starts_at", "-pk")


@dataclass(frozen=True)
class Line:
    """A matter, and its steps in order of time: when, what, where it leads."""

    matter: Matter
    steps: list[tuple[datetime | date | None, str, str]]


@Statement
def _came():
    came = Item.objects.filter(matter__in=Given("matters"), meeting__isnull=False).exclude(
        meeting__state__in=Meeting.NO_RECORD
    )
    items = with_result(came).select_related("meeting").order_by("meeting__starts_at", "no")
    return items.only("matter", "no", "body", "purpose", "state", "due", "done_on", "meeting__starts_at")


def _matters(request, school: Organisation) -> Page:
    matters = Matter.objects.filter(school=school).exclude(state=Matter.State.DRAFT)
    matters = matters.only("title", "state", "category", "school", "proposed_at", "proposer__name")
    page = _paged(
        request, matters.select_related("proposer").order_by(F("proposed_at").desc(nulls_last=True), "-pk"), "matters"
    )
    items: dict[int, list[Item]] = defaultdict(list)
    for item in _came(matters=[matter.pk for matter in page]):
        items[item.matter_id].append(item)
    page.object_list = [Line(matter, list(_steps(school, matter, items[matter.pk]))) for matter in page]
    return page


def _steps(school: Organisation, matter: Matter, items: Iterable[Item]):
    if matter.proposed_at:
        yield matter.proposed_at, f"{matter.proposer}提出" if matter.proposer else "提出", ""
    for item in items:
        result = Item.Outcome(item.result).label if item.result else item.get_state_display()
        address = f"{reverse('meeting', args=[school.code, item.meeting_id])}?item={item.no}"
        yield item.meeting.starts_at, f"{item.get_body_display()}{item.get_purpose_display()}：{result}", address
        if item.done_on:
            yield item.done_on, "办结", ""
        elif item.due and item.result in Item.CARRIED:
            yield item.due, "完成时限", ""


@Statement
def _last_inspection():
    """By an authority that it still belongs to."""
    theirs = Inspection.objects.filter(schools=Given("school"), schools__path__startswith=F("authority__path"))
    ended = theirs.filter(ended_at__isnull=False).order_by("-ended_at")
    return ended.values_list("ended_at", "title")[:1]


@Statement
def _last_rejudging():
    return Rejudging.objects.filter(school=Given("school")).order_by("-at").values_list("at", Value("重新检查"))[:1]


def _since(request, school: Organisation, term: Term) -> tuple[date, tuple[date, str] | None]:
    """From which day changes are told: the one asked for, or when the school was last looked at, or the term began. The
    second: the end of its last inspection and what that was called, or when its records were last judged anew."""
    found = next(iter(_last_inspection(school=school.pk) or _last_rejudging(school=school.pk)), None)
    looked = (timezone.localdate(found[0]), found[1]) if found else None
    try:
        asked = parse_date(request.GET.get("since", ""))
    except ValueError:
        asked = None
    return asked or (looked[0] if looked else term.since), looked


@dataclass(frozen=True)
class Change:
    """What is new of one kind: how many, and the latest of them: when, what, where it leads."""

    title: str
    rows: list[tuple[datetime | date | None, str, str]]
    more: bool
    matters: list[Matter]  # confidential ones that it tells of


@Statement
def _held_since():
    held = Meeting.objects.filter(school=Given("school"), state__in=registers.HELD, starts_at__gte=FIRST)
    return held.only("starts_at", "body").order_by("-starts_at")[: FEW + 1]


@Statement
def _found_since():
    found = registers.findings(THIS).filter(judgement__at__gte=FIRST, outcome=registers.BROKEN, excused=False)
    latest = found.order_by("-judgement__at", "-pk").select_related("judgement", "matter")
    return latest.only("message", "judgement__at", "matter__category", "matter__school")[: FEW + 1]


@Statement
def _explained_since():
    given = Override.objects.filter(item__matter__school=Given("school"), at__gte=FIRST)
    latest = given.select_related("by", "item__matter").order_by("-at")
    return latest.only("at", "rule", "reason", "by__name", *(f"item__matter__{name}" for name in SHOWN))[: FEW + 1]


@Statement
def _corrected_since():
    signed = Correction.objects.filter(meeting__school=Given("school"), signed_at__gte=FIRST).order_by("-signed_at")
    return signed.only("signed_at", "label", "meeting")[: FEW + 1]


def changes(school: Organisation, since: date, posts: list[Post], procedures: list[Procedure]) -> list[Change]:
    lately = {"school": school.pk, "first": timezone.make_aware(datetime.combine(since, time.min))}

    def told_of(title: str, rows: Sequence, say) -> Change:
        some = rows[:FEW]
        hidden = [matter for each in some for matter in matter_in(each)]
        return Change(title, [say(each) for each in some], len(rows) > FEW, hidden)

    def record(pk: int) -> str:
        return reverse("record", args=[school.code, pk])

    def new(*days: date | None) -> bool:
        return any(day and day >= since for day in days)

    moved = sorted((each for each in posts if new(each.since, each.until)), key=lambda each: each.since, reverse=True)
    versions = [each for each in procedures if new(each.since, each.filed_on, each.submitted_on)]
    versions.sort(key=lambda each: each.since, reverse=True)
    return [
        told_of("新开的会议", _held_since(**lately), lambda one: (one.starts_at, one.get_body_display(), record(one.pk))),
        told_of("新查出的不符合", _found_since(**lately), lambda one: (one.judgement.at, one.message, one.get_absolute_url())),
        told_of(
            "负责人说明的理由", _explained_since(**lately),
            lambda one: (one.at, f"{one.by}：{one.item.matter.title}（{one.rule}）{one.reason}", ""),
        ),
        told_of("签字的更正", _corrected_since(**lately), lambda one: (one.signed_at, one.label, record(one.meeting_id))),
        told_of("班子的变动", moved, _of_post(since)),
        told_of(
            "议事规则", versions,
            lambda one: (one.since, f"{one.get_body_display()}议事规则：{one.get_filing_display()}", ""),
        ),
    ]  # fmt: skip


def _of_post(since: date):
    def say(post: Post) -> tuple[date, str, str]:
        left = post.until is not None and post.until >= since
        return (
            (post.until if left else post.since),
            f"{post.person}{'不再任' if left else '任'}{post.get_post_display()}",
            "",
        )

    return say


urlpatterns = [path("d/<slug:authority>/schools/<slug:code>/", district_school, name="district_school")]
