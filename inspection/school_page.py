"""A school on one page: its figures over the terms, its people, rules, matters and meetings, what keeps going wrong, and
what changed since somebody last looked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from governance.access import schools_below
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
    schools = schools_below(by.organisation).filter(code=code)
    school = get_object_or_404(schools)
    context = term_of_page(request)
    term, today = context["term"], context["today"]
    (row,) = rollups.glances(schools, term, today)
    rules = [told(each) for each in rollups.rule_counts(schools, term, whole=True)]
    since, last = _since(request, school, term)
    matters = _matters(request, school)
    overdue = list(registers.overdue(schools, today).select_related("matter").order_by("due")[:ROWS])
    new = changes(schools, since)
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
        "people": _people(schools),
        "procedures": Procedure.objects.filter(school=school).order_by("body", "-since"),
        "coming": Meeting.objects.filter(school=school, state=Meeting.State.CALLED).order_by("starts_at")[:FEW],
        "meetings": _paged(request, _meetings(school), "meetings"),
        "matters": matters,
        "corrections": registers.corrections(schools, moments(term))[:ROWS],
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
    kept = SchoolTerm.objects.filter(term__in=serials, school=school).values_list("term", *COUNTS)
    sums = {serial: Tally(*counts) for serial, *counts in kept}
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
    rows = SchoolTermRule.objects.filter(term__in=serials, school=school, broken__gt=0)
    for rule, serial, count in rows.values_list("rule", "term", "broken"):
        broken[rule][serial] = count
    again = [
        Repeated(told({"rule": rule}), [(term, of[term.serial]) for term in reversed(terms) if term.serial in of])
        for rule, of in broken.items()
        if len(of) > 1
    ]
    return sorted(again, key=lambda one: (-len(one.terms), -sum(count for _, count in one.terms), one.rule["rule"]))


def _people(schools: QuerySet[Organisation]) -> list[Post]:
    """Posts over time: by rank, whoever holds one now first."""
    rank: dict[str, int] = {name: number for number, name in enumerate(LEADERSHIP)}
    posts = (
        Post.objects.filter(school__in=schools)
        .select_related("person")
        .order_by(F("until").desc(nulls_first=True), "-since")
    )
    return sorted(posts, key=lambda post: rank[post.post])


def _meetings(school: Organisation) -> QuerySet[Meeting]:
    """What was held, the latest first, each with its figures."""
    counted = Figures.objects.filter(meeting=OuterRef("pk")).values(
        json=JSONObject(
            block="block", warn="warn", unknown="unknown", decisions="decisions", met="met", broken="broken"
        )
    )
    held = Meeting.objects.filter(school=school, state__in=registers.HELD)
    return held.annotate(figures=Subquery(counted)).order_by("-starts_at", "-pk")


@dataclass(frozen=True)
class Line:
    """A matter, and its steps in order of time: when, what, where it leads."""

    matter: Matter
    steps: list[tuple[datetime | date | None, str, str]]


def _matters(request, school: Organisation) -> Page:
    matters = Matter.objects.filter(school=school).exclude(state=Matter.State.DRAFT)
    page = _paged(
        request, matters.select_related("proposer").order_by(F("proposed_at").desc(nulls_last=True), "-pk"), "matters"
    )
    came = Item.objects.filter(matter__in=[matter.pk for matter in page], meeting__isnull=False)
    came = came.exclude(meeting__state__in=Meeting.NO_RECORD)
    items: dict[int, list[Item]] = defaultdict(list)
    for item in with_result(came).select_related("meeting").order_by("meeting__starts_at", "no"):
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


def _since(request, school: Organisation, term: Term) -> tuple[date, tuple[date, str] | None]:
    """From which day changes are told: the one asked for, or when the school was last looked at, or the term began. The
    second: the end of its last inspection and what that was called, or when its records were last judged anew."""
    ended = Inspection.objects.filter(schools=school, ended_at__isnull=False).order_by("-ended_at")
    found = ended.values_list("ended_at", "title").first()
    if found is None:
        anew = Rejudging.objects.filter(school=school).order_by("-at").values_list("at", flat=True).first()
        found = (anew, "重新检查") if anew else None
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


def changes(schools: QuerySet[Organisation], since: date) -> list[Change]:
    (school,) = schools
    first = timezone.make_aware(datetime.combine(since, time.min))

    def told_of(title: str, rows: QuerySet, say) -> Change:
        some = list(rows[: FEW + 1])
        return Change(
            title,
            [say(each) for each in some[:FEW]],
            len(some) > FEW,
            [m for each in some[:FEW] for m in matter_in(each)],
        )

    def record(pk: int) -> str:
        return reverse("record", args=[school.code, pk])

    found = registers.findings(schools).filter(judgement__at__gte=first, outcome=registers.BROKEN, excused=False)
    corrected = Correction.objects.filter(meeting__school=school, signed_at__gte=first).select_related("meeting")
    explained = Override.objects.filter(item__matter__school=school, at__gte=first).select_related("by", "item__matter")
    posts = Post.objects.filter(school=school).filter(Q(since__gte=since) | Q(until__gte=since))
    versions = Procedure.objects.filter(school=school).filter(
        Q(since__gte=since) | Q(filed_on__gte=since) | Q(submitted_on__gte=since)
    )
    held = Meeting.objects.filter(school=school, state__in=registers.HELD, starts_at__gte=first).order_by("-starts_at")
    return [
        told_of("新开的会议", held, lambda one: (one.starts_at, one.get_body_display(), record(one.pk))),
        told_of(
            "新查出的不符合", found.order_by("-judgement__at", "-pk").select_related("judgement", "matter"),
            lambda one: (one.judgement.at, one.message, one.get_absolute_url()),
        ),
        told_of(
            "负责人说明的理由", explained.order_by("-at"),
            lambda one: (one.at, f"{one.by}：{one.item.matter.title}（{one.rule}）{one.reason}", ""),
        ),
        told_of("签字的更正", corrected.order_by("-signed_at"), lambda one: (one.signed_at, one.label, record(one.meeting_id))),
        told_of("班子的变动", posts.select_related("person").order_by("-since"), _of_post(since)),
        told_of(
            "议事规则", versions.order_by("-since"),
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
