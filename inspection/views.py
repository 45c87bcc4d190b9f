"""The district's pages: where to look, what is wrong at a school, and what a finding rests on. They change nothing."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from governance.access import Standing, authority_for, school_for, schools_below
from governance.filing import waiting
from governance.models import Person, Post
from governance.rules.dossier import Dossier
from governance.rules.index import RULES
from governance.rules.ruling import Finding
from governance.terms import chosen, recent, term_of
from meetings.access import findings_for, opens
from meetings.folding import says
from meetings.models import Judgement, KeptFinding, Meeting, Override, SchoolCheck
from meetings.replay import dossier_of, judged_again
from meetings.transitions import VERBS
from meetings.viewing import seen, seen_in_list
from meetings.views.search import results

from . import registers
from .below import authorities_below
from .evidence import evidence
from .filters import FindingFilter, SchoolFilter
from .saved import kept, saved_here

LEADERSHIP = (
    Post.Name.PARTY_SECRETARY,
    Post.Name.PRINCIPAL,
    Post.Name.DEPUTY_PARTY_SECRETARY,
    Post.Name.VICE_PRINCIPAL,
    Post.Name.PARTY_COMMITTEE_MEMBER,
    Post.Name.ADMIN_MEMBER,
)
NO_FINDING = "没有这条检查结果，或您没有查看它的权限。"
OF_JUDGEMENT = ("school__parent", "meeting", "by", "run", "same_as")  # what the page of a finding tells of it
TOLD = {rule.code: rule for rule in RULES}  # as pages tell them: sentence, cited, clauses


def inspector(user, authority: str) -> Standing:
    by = authority_for(user, authority)
    if not by.supervises:
        raise Http404("没有这个页面，或您没有查看它的权限。")
    return by


def page_of(request, rows):
    return Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))


def term_of_page(request) -> dict:
    today = timezone.localdate()
    term = chosen(request.GET.get("term"), today)
    return {"term": term, "terms": recent(today), "today": today, "this_term": term == term_of(today)}


def structure(request, by: Standing):
    """Whoever administers the authority sees its schools and their people, no findings."""
    if not by.administers:
        raise Http404("没有这个页面，或您没有查看它的权限。")
    below = authorities_below(by.organisation)
    narrowed = SchoolFilter(request.GET, queryset=schools_below(by.organisation).select_related("parent"), below=below)
    page = page_of(request, narrowed.qs)
    posts: dict[int, list[Post]] = {}
    ours = Organisation.objects.filter(pk__in=[school.pk for school in page])
    for post in registers.in_post(ours, by.day).select_related("person"):
        posts.setdefault(post.school_id, []).append(post)
    rows = [(school, leadership_of(posts.get(school.pk, []))) for school in page]
    context = {
        "standing": by,
        "filter": narrowed,
        "page": page,
        "rows": rows,
        "waiting": waiting(by.organisation).count(),
    }
    return render(request, "inspection/structure.html", context)


def leadership_of(posts) -> list[tuple[Person, list[Post]]]:
    """People with their posts, by rank of the highest."""
    rank = {name: number for number, name in enumerate(LEADERSHIP)}
    ranked = sorted(posts, key=lambda post: (rank[post.post], post.since))
    people: dict[int, tuple[Person, list[Post]]] = {}
    for post in ranked:
        people.setdefault(post.person_id, (post.person, []))[1].append(post)
    return list(people.values())


def findings_of(by: Standing, query: QueryDict, found: QuerySet[KeptFinding] | None = None) -> FindingFilter:
    schools = schools_below(by.organisation)
    found = registers.findings(schools) if found is None else found
    found = found.select_related("school", "meeting", "matter", "item")
    return FindingFilter(query, schools=schools, queryset=found.order_by("-happened", "-pk"))


@login_required
@require_safe
def district_findings(request, authority):
    """Every current finding of the schools in sight; at first those that are broken and weigh."""
    by = inspector(request.user, authority)
    narrowed = findings_of(by, request.GET)
    # Narrow to sort: the rows themselves are wide. Counted apart, each would be asked twice whether it still counts.
    page = page_of(request, list(narrowed.qs.values_list("pk", flat=True)))
    page.object_list = list(narrowed.queryset.filter(pk__in=list(page)))
    seen_in_list(by, "district_findings", "检查结果列表", [row.matter for row in page])
    context = {
        "standing": by,
        "filter": narrowed,
        "page": page,
        "saved": saved_here(request, by, kept("findings"), narrowed.form),
    }
    return render(request, "inspection/findings.html", context)


@login_required
@require_safe
def finding(request, pk):
    """One finding with its clause, and the facts it rests on. A school's own people may open theirs."""
    above = (f"judgement__{name}" for name in OF_JUDGEMENT)
    kept = get_object_or_404(KeptFinding.objects.select_related("matter", "item", *above), pk=pk)
    by = reader_of(request.user, kept.judgement)
    if by.narrowed and not findings_for(by).filter(pk=pk).exists():
        raise Http404(NO_FINDING)
    dossier = dossier_of(kept.judgement.facts)
    return _finding(request, by, kept, dossier, judged_again(kept, dossier))


def reader_of(user, judgement: Judgement) -> Standing:
    """Who reads a finding, by a role, a post or a grant; to everybody else there is none."""
    try:
        return school_for(user, judgement.school.code, granted=True)
    except Http404:
        raise Http404(NO_FINDING) from None


@login_required
@require_safe
def met(request, judgement, rule, about):
    """The same of an answer that is met, which is folded: the kept facts tell it."""
    kept = get_object_or_404(Judgement.objects.select_related(*OF_JUDGEMENT), pk=judgement)
    by = reader_of(request.user, kept)
    answer = says(kept, rule, about)
    if answer is None or (by.narrowed and not (kept.current and opens(by, kept.meeting, answer.matter, answer.item))):
        raise Http404(NO_FINDING)
    finding = KeptFinding(
        judgement=kept, school=kept.school, meeting=kept.meeting, item=answer.item, rule=rule, outcome=answer.outcome,
        matter=answer.item.matter if answer.item else answer.matter, mode=answer.mode, body=answer.body,
        clause=answer.clause, message=answer.message,
    )  # fmt: skip
    dossier = dossier_of(kept.facts)
    now = judged_again(finding, dossier)
    if now and now.outcome == finding.outcome:
        finding.mode, finding.values = now.mode.value, now.values
    return _finding(request, by, finding, dossier, now)


def _as_shown(by: Standing) -> Standing:
    """An inspector reads a finding as one of the district, with its entries in the head."""
    above = by.organisation.parent
    return authority_for(by.user, above.code) if by.supervises and not by.works_here and above else by


def _finding(request, by: Standing, kept: KeptFinding, dossier: Dossier, now: Finding | None):
    if kept.meeting and kept.meeting.state == Meeting.State.DRAFT and not by.works_here:
        raise Http404(NO_FINDING)
    if kept.matter:
        seen(by, "finding", "检查结果", matters=[kept.matter], meeting=kept.meeting)
    kept.happened = kept.meeting.starts_at if kept.meeting else kept.judgement.at
    context = _of_school(kept) if kept.of_school else {}
    context |= {
        "standing": _as_shown(by),
        "finding": kept,
        "rule": TOLD.get(kept.rule),
        "evidence": evidence(kept, dossier, of_item=by.narrowed),
        "opens": bool(kept.meeting) and opens(by, kept.meeting, None, None),
        "again": now,
        "same": now is not None and (now.outcome, now.mode, now.values) == (kept.outcome, kept.mode, kept.values),
        "act": VERBS[kept.judgement.verb].label,
        "override": Override.objects.filter(item=kept.item_id, rule=kept.rule).select_related("by").first()
        if kept.item_id
        else None,
    }
    return render(request, "inspection/finding.html", context)


def _of_school(kept: KeptFinding) -> dict[str, Any]:
    """In which term it stands, whether that is over, and the last day on which it was found so."""
    term = term_of(timezone.localdate(kept.judgement.at))
    checked = SchoolCheck.objects.filter(school=kept.school).values_list("on", flat=True).first()
    counts = kept.judgement.current and checked and checked > timezone.localdate(kept.judgement.at)
    return {"term": term, "over": term != term_of(timezone.localdate()), "checked": checked if counts else None}


@login_required
@require_safe
def district_search(request, authority):
    by = inspector(request.user, authority)
    return results(request, by, list(schools_below(by.organisation).values_list("pk", flat=True)), several=True)


urlpatterns = [
    path("d/<slug:authority>/search/", district_search, name="district_search"),
    path("d/<slug:authority>/findings/", district_findings, name="district_findings"),
    path("findings/<int:pk>/", finding, name="finding"),
    path("findings/<int:judgement>/<str:rule>/<str:about>/", met, name="met"),
]
