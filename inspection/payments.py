"""支付明细: what a school paid beside what it decided."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.templatetags.words import yuan
from governance.access import Standing
from meetings.documents.blocks import Column
from meetings.documents.sheets import CONTENT_TYPE
from meetings.models import Item
from meetings.viewing import seen_in_list
from meetings.views.sheets import exported, said_by
from meetings.views.uploading import uploaded, workbook_field

from . import payment_file
from . import transitions as verbs
from .access import decisions_in_scope, inspection_for
from .inspections import school_in
from .intakes import hand_in, how_far
from .intakes.payments import plain
from .matching import Paid, evidence_for
from .models import Inspection, Intake, Payment, PaymentList
from .transitions.working import at_work
from .views import page_of
from .working import works

How = Payment.How


def payments_of(inspection: Inspection, school: Organisation) -> QuerySet[Payment]:
    """Large ones without a decision first, then what else has none, what is only likely, and the rest; what became a
    finding or was settled by hand comes behind its like."""
    none, open_ = Q(how=How.NONE), Q(settled_at=None)
    turn = Case(
        When(none & open_ & Q(large=True), then=Value(0)),
        When(none & Q(large=True), then=Value(1)),
        When(Q(how=How.LIKELY, large=True), then=Value(2)),
        When(none & open_, then=Value(3)),
        When(Q(how=How.LIKELY), then=Value(4)),
        default=Value(5),
        output_field=IntegerField(),
    )
    rows = Payment.objects.filter(list__inspection=inspection, list__school=school, list__withdrawn_at=None)
    rows = rows.select_related("item__matter", "item__meeting", "settled_by", "finding", "list")
    return rows.annotate(turn=turn).order_by("turn", "-amount", "pk")


class PaymentFilter(filters.FilterSet):
    q = filters.CharFilter(label="收款方、用途或凭证号", method="by_words")
    how = filters.ChoiceFilter(label="对应的决定", choices=How.choices, empty_label="全部")
    large = filters.ChoiceFilter(
        label="金额", choices=[("yes", "大额"), ("no", "不是大额"), ("unknown", "没有大额标准")],
        empty_label="全部", method="by_size",
    )  # fmt: skip

    class Meta:
        model = Payment
        fields: list[str] = []

    def by_words(self, queryset, name, value):
        return queryset.filter(Q(payee__icontains=value) | Q(purpose__icontains=value) | Q(voucher__icontains=value))

    def by_size(self, queryset, name, value):
        return queryset.filter(large={"yes": True, "no": False}.get(value))


class UploadForm(forms.Form):
    file = workbook_field("支付明细表", f"Excel（.xlsx），一次最多 {payment_file.MOST:,} 行。")


def in_words(payment: Payment) -> list[str]:
    """What spoke for the decision, and why a payment is a large one."""
    told, said = payment.told, []
    if payment.item_id and payment.how in (How.CERTAIN, How.LIKELY):
        amount = {
            "equal": "金额相符",
            "together": "与同一收款方的几笔合计，金额相符",
            "part": "少于决定的金额",
            "more": "超过决定的金额",
        }
        said.append(amount.get(told.get("amount", ""), "决定没有写金额"))
        said.append({"same": "收款方相符", "named": "决定中提到收款方"}.get(told.get("payee", ""), "收款方没有对上"))
        days = told.get("days", 0)
        said.append(f"决定后 {days} 天支付" if days > 0 else "当天支付" if days == 0 else f"决定前 {-days} 天已支付")
        if "over" in told:
            said.append(f"连同已对上的共 {yuan(Decimal(told['over']))}，超过决定的金额")
    if payment.large and "split" in told:
        said.append(
            f"90 天内向同一收款方支付 {told['payments']} 笔，合计 {yuan(Decimal(told['split']))}，"
            f"达到大额标准 {yuan(Decimal(told['threshold']))}"
        )
    return said


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def payment_lists(request, pk, code):
    """What a school paid, what speaks for a decision, and bringing a list."""
    inspection, by = inspection_for(request.user, pk)
    school = school_in(inspection, code)
    form, came = uploaded(request, UploadForm, lambda file: _handed_in(file, inspection, school, by))
    if came and came.finished_at and not came.found:
        messages.success(request, came.said)
    if came and not came.found:
        return redirect("payment_lists", pk, code)
    came = came or inspection.intakes.filter(school=school).select_related("by").first()
    narrowed = PaymentFilter(request.GET, queryset=payments_of(inspection, school))
    page = page_of(request, narrowed.qs)
    _seen(by, inspection, "payment_lists", [row.item for row in page])
    for row in page:
        row.why, row.money = in_words(row), f"{row.amount:,.2f}"
    context = {
        "standing": by, "inspection": inspection, "school": school, "form": form, "came": came,
        "goes_on": came and came.goes_on, "progress": how_far(came.pk) if came and came.goes_on else {},
        "more_wrongs": came.found["many"] - len(came.found["wrongs"]) if came and came.found else 0, "filter": narrowed, "page": page,
        "figures": _figures(inspection, school), "works": works(inspection, by),
        "lists": inspection.payment_lists.filter(school=school).select_related("by").annotate(many=Count("payments")),
        "large_sum": school.large_sums.filter(since__lte=timezone.localdate()).order_by("-since").first(),
    }  # fmt: skip
    return render(request, "inspection/payments.html", context, status=422 if form.is_bound else 200)


def _handed_in(file, inspection: Inspection, school: Organisation, by: Standing) -> Intake:
    with transaction.atomic():
        at_work("bring_payments", inspection, by)
    return hand_in(file, Intake.Kind.PAYMENTS, by=by, inspection=inspection, school=school)


def _seen(by: Standing, inspection: Inspection, page: str, items: Iterable[Item | None]) -> None:
    seen_in_list(by, page, "核对支付时列出的决定", [item.matter for item in items if item], key=inspection.key)


def _figures(inspection: Inspection, school: Organisation) -> dict[str, Any]:
    none = Q(how=How.NONE)
    return Payment.objects.filter(list__inspection=inspection, list__school=school, list__withdrawn_at=None).aggregate(
        many=Count("pk"),
        sum=Sum("amount"),
        large_ones=Count("pk", filter=Q(large=True)),
        undecided=Count("pk", filter=none & Q(large=True)),
        likely=Count("pk", filter=Q(how=How.LIKELY)),
        blamed=Count("pk", filter=Q(finding__isnull=False, finding__withdrawn_at=None)),
    )


def payment_for(inspection: Inspection, pk: int) -> Payment:
    rows = Payment.objects.select_related("list__school", "item__matter", "item__meeting", "settled_by", "finding")
    return get_object_or_404(
        rows, pk=pk, list__school__in=inspection.schools_here, list__inspection=inspection, list__withdrawn_at=None
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request, pk, payment):
    """One payment, the decisions that come nearest, and settling it by hand."""
    inspection, by = inspection_for(request.user, pk)
    found = payment_for(inspection, payment)
    wrong = ""
    if request.method == "POST":
        try:
            _acted(request, inspection, found, by)
        except verbs.Stopped as stopped:
            wrong = str(stopped)
        else:
            return redirect("payment", pk, payment)
    q = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = payment_for(inspection, payment)
    found.why, nearest = in_words(found), _nearest(inspection, found, q)
    _seen(by, inspection, "payment", [found.item, *nearest])
    context = {
        "standing": by, "inspection": inspection, "school": found.list.school, "payment": found,
        "nearest": nearest, "q": q, "wrong": wrong, "works": works(inspection, by),
        "note": request.POST.get("note", found.note), "mark": verbs.mark_of(found),
    }  # fmt: skip
    return render(request, "inspection/payment.html", context, status=422 if wrong else 200)


def _acted(request, inspection: Inspection, found: Payment, by) -> None:
    given = request.POST
    if given.get("act") == "blame":
        verbs.blame_payment(found, by=by)
        messages.success(request, "已列为检查组发现的问题。")
        return
    if given.get("act") != "settle" or given.get("how") not in How.values:
        raise Http404("没有这个操作。")
    item, key = None, given.get("item", "")
    if key.isdecimal() and len(key) < 12:
        item = get_object_or_404(decisions_in_scope(inspection, found.list.school), pk=int(key))
    verbs.settle_payment(found, given["how"], item=item, note=given.get("note", ""), seen=given.get("seen", ""), by=by)
    messages.success(request, "核对结论已保存。")


def _nearest(inspection: Inspection, found: Payment, q: str) -> list[Item]:
    """The decisions that something speaks for, the most first; with ``q`` those whose title has the words."""
    decisions = decisions_in_scope(inspection, found.list.school)
    if q:
        return list(decisions.filter(matter__title__icontains=q).order_by("-meeting__starts_at")[:20])
    items = {item.pk: item for item in decisions}
    paid = Paid(-1, found.paid_on, found.amount, found.payee, found.purpose)
    return [items[key] for key in evidence_for(paid, plain(decisions))[:8]]


@login_required
@require_POST
def payment_withdraw(request, pk, brought):
    inspection, by = inspection_for(request.user, pk)
    found = get_object_or_404(
        PaymentList.objects.select_related("school", "inspection"), pk=brought, inspection=inspection
    )
    try:
        verbs.withdraw_payments(found, by=by)
        messages.success(request, "已撤下这份明细，可以重新上传。")
    except verbs.Stopped as stopped:
        messages.error(request, str(stopped))
    return redirect("payment_lists", pk, found.school.code)


LARGE = {True: "大额", False: "", None: "没有标准"}
COLUMNS = (
    (Column("行", 6, kind="number"), lambda row: row.row),
    (Column("付款日期", 10, kind="date"), lambda row: row.paid_on),
    (Column("金额（元）", 12, kind="money"), lambda row: row.amount),
    (Column("收款方", 20), lambda row: row.payee),
    (Column("用途", 24), lambda row: row.purpose),
    (Column("凭证号", 10), lambda row: row.voucher),
    (Column("大额", 8, "center"), lambda row: LARGE[row.large]),
    (Column("核对结论", 14), lambda row: row.get_how_display()),
    (Column("对应的决定", 24), lambda row: row.item.matter.title if row.item else ""),
    (Column("决定日期", 10, kind="date"), lambda row: timezone.localdate(row.item.meeting.starts_at) if row.item else None),
    (Column("理由", 30), lambda row: "；".join(filter(None, (*in_words(row), row.note)))),
    (Column("核对人", 9), lambda row: row.settled_by.name if row.settled_by else ""),
    (Column("列为问题", 8, "center"), lambda row: "是" if row.finding and not row.finding.withdrawn_at else ""),
)  # fmt: skip


@login_required
@require_safe
def payment_sheet(request, pk, code):
    inspection, by = inspection_for(request.user, pk)
    school = school_in(inspection, code)
    narrowed = PaymentFilter(request.GET, queryset=payments_of(inspection, school))
    return exported(
        request, by, title="支付明细核对", columns=COLUMNS, rows=narrowed.qs, unit="笔", key=inspection.key,
        narrowed="；".join(filter(None, (school.name, said_by(narrowed.form)))),
    )  # fmt: skip


@login_required
@require_safe
def payment_template(request):
    response = HttpResponse(payment_file.template(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, "支付明细（模板）.xlsx")
    return response


urlpatterns = [
    path("inspections/payments.xlsx", payment_template, name="payment_template"),
    path("inspections/<int:pk>/schools/<slug:code>/payments/", payment_lists, name="payment_lists"),
    path("inspections/<int:pk>/schools/<slug:code>/payments/sheet.xlsx", payment_sheet, name="payment_sheet"),
    path("inspections/<int:pk>/payments/<int:payment>/", payment, name="payment"),
    path("inspections/<int:pk>/payment-lists/<int:brought>/withdraw/", payment_withdraw, name="payment_withdraw"),
]
