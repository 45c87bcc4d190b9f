"""整改台账: problems by school, inspection, state and what is late; in Excel and on paper."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.templatetags.words import full
from governance.access import Standing, school_for, schools_below
from meetings.documents.blocks import Column
from meetings.viewing import seen_in_list
from meetings.views.sheets import exported, said_by

from ..models import Inspection, Problem, Rectification
from ..views import inspector
from .forms import ProblemFilter
from .pages import place
from .paper import FOUND_AT
from .reading import SHARES, counted, notices_for, now_of, problems_for, told
from .reading import share as share_of

MOST_ON_PAPER = 500
DRAFTS = 20


@dataclass
class Ledger:
    """What the address asks for: ``every`` without the share, ``rows`` within it."""

    filter: ProblemFilter
    every: QuerySet[Problem]
    rows: QuerySet[Problem]
    share: str

    @property
    def said(self) -> str:
        shares = f"状态：{SHARES[self.share]}" if self.share else ""
        return "；".join(filter(None, (shares, said_by(self.filter.form))))


def _ledger(request, by: Standing) -> Ledger:
    rows = problems_for(by).select_related(
        "notice__school", "notice__authority", "notice__inspection", "leader", *FOUND_AT
    )
    rows, lists = rows.order_by("-notice__issued_at", "-notice", "no"), {}
    if by.of_authority:
        below = Inspection.objects.filter(authority__path__startswith=by.organisation.path)
        having = Exists(Rectification.objects.filter(inspection=OuterRef("pk")))
        lists = {"schools": schools_below(by.organisation), "inspections": below.filter(having)}
    narrowed, share = ProblemFilter(request.GET, queryset=rows, **lists), request.GET.get("state", "")
    share = share if share in SHARES else ""
    within = share_of(share, timezone.localdate()) if share else Q()
    return Ledger(narrowed, narrowed.qs, told(narrowed.qs.filter(within)), share)


class CountedPages(Paginator):
    """Of how many rows there are the shares have told already."""

    def __init__(self, rows, count: int):
        super().__init__(rows, settings.PAGE_SIZE)
        self.count = count


@login_required
@require_safe
def rectification_list(request, authority):
    return _list(request, inspector(request.user, authority))


@login_required
@require_safe
def school_rectification_list(request, school):
    return _list(request, school_for(request.user, school))


def _list(request, by: Standing):
    ours, today = by.of_authority, timezone.localdate()
    ledger = _ledger(request, by)
    counts = counted(ledger.every, today)
    page = CountedPages(ledger.rows, counts[ledger.share]).get_page(request.GET.get("page"))
    seen_in_list(by, request.resolver_match.url_name, "整改台账", [problem.matter for problem in page])
    drafts, unreceived = Rectification.objects.none(), Rectification.objects.none()
    if ours:
        drafts = Rectification.objects.filter(authority=by.organisation, state=Rectification.State.DRAFT)
    elif by.works_here:
        unreceived = notices_for(by).filter(received_at=None)
    context = {
        "standing": by,
        "ours": ours,
        "filter": ledger.filter,
        "page": page,
        "now": now_of(page),
        "shares": [(name, word, counts[name]) for name, word in SHARES.items()],
        "state": ledger.share,
        "drafts": list(drafts.select_related("school")[:DRAFTS]),
        "unreceived": list(unreceived[:DRAFTS]),
        "sheet": place(by, "rectification_sheet"),
        "paper": place(by, "rectification_print"),
    }
    return render(request, "inspection/rectification_list.html", context)


def _state(problem) -> str:
    late = (timezone.localdate() - problem.due).days
    return f"逾期 {late} 天" if late > 0 and problem.state in ("open", "returned") else problem.get_state_display()


def _looked_again(problem) -> str:
    if problem.review_on:
        return f"定于{full(problem.review_on)}"
    return f"{full(timezone.localdate(problem.reviewed_at))}看过，整改保持" if problem.reviewed_at else ""


COLUMNS = (
    (Column("学校", 16), lambda each: each.notice.school.name),
    (Column("文号", 14), lambda each: each.notice.number),
    (Column("检查", 16), lambda each: each.notice.inspection.title if each.notice.inspection else ""),
    (Column("序号", 5, kind="number"), lambda each: each.no),
    (Column("出处", 20), lambda each: each.place),
    (Column("问题", 36), lambda each: each.text),
    (Column("依据", 16), lambda each: each.clause),
    (Column("整改要求", 26), lambda each: each.demand),
    (Column("整改方式", 8), lambda each: each.get_pace_display()),
    (Column("整改时限", 10, kind="date"), lambda each: each.due),
    (Column("原定时限", 10, kind="date"), lambda each: each.due_was),
    (Column("申请延期至", 10, kind="date"), lambda each: each.asked_until),
    (Column("状态", 9), _state),
    (Column("责任领导", 9), lambda each: each.leader.name if each.leader else ""),
    (Column("责任部门", 10), lambda each: each.department),
    (Column("措施完成", 8), lambda each: f"{each.measures_done}/{each.measures_all}" if each.measures_all else ""),
    (Column("整改情况", 36), lambda each: each.said_text),
    (Column("报告日期", 10, kind="date"), lambda each: each.said_at and timezone.localdate(each.said_at)),
    (Column("销号日期", 10, kind="date"), lambda each: each.closed_at and timezone.localdate(each.closed_at)),
    (Column("回头看", 18), _looked_again),
)  # fmt: skip


@login_required
@require_safe
def rectification_sheet(request, authority):
    return _sheet(request, inspector(request.user, authority))


@login_required
@require_safe
def school_rectification_sheet(request, school):
    return _sheet(request, school_for(request.user, school))


def _sheet(request, by: Standing):
    ledger = _ledger(request, by)
    return exported(
        request, by, title="整改台账", columns=COLUMNS, rows=ledger.rows, narrowed=ledger.said, unit="个问题"
    )


@login_required
@require_safe
def rectification_print(request, authority):
    return _paper(request, inspector(request.user, authority))


@login_required
@require_safe
def school_rectification_print(request, school):
    return _paper(request, school_for(request.user, school))


def _paper(request, by: Standing):
    """Everything that the filter leaves, on sheets of paper."""
    ledger = _ledger(request, by)
    rows = list(ledger.rows[: MOST_ON_PAPER + 1])
    if len(rows) > MOST_ON_PAPER:
        messages.error(
            request, f"现在筛出的超过 {MOST_ON_PAPER} 个问题，一次打印不下。请用筛选缩小范围，或者导出 Excel。"
        )
        return redirect(f"{place(by, 'rectification_list')}?{request.GET.urlencode()}")
    seen_in_list(by, request.resolver_match.url_name, "打印整改台账", [problem.matter for problem in rows])
    context = {"standing": by, "rows": rows, "narrowed": ledger.said, "today": timezone.localdate()}
    return render(request, "inspection/rectification_print.html", context)


_D, _S = "d/<slug:authority>/rectifications", "s/<slug:school>/rectifications"
urlpatterns = [
    path(f"{_D}/", rectification_list, name="rectification_list"),
    path(f"{_D}/sheet.xlsx", rectification_sheet, name="rectification_sheet"),
    path(f"{_D}/print/", rectification_print, name="rectification_print"),
    path(f"{_S}/", school_rectification_list, name="school_rectification_list"),
    path(f"{_S}/sheet.xlsx", school_rectification_sheet, name="school_rectification_sheet"),
    path(f"{_S}/print/", school_rectification_print, name="school_rectification_print"),
]
