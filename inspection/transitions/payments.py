"""Verbs on a school's list of payments: brought, matched, settled by hand, made a finding."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Organisation
from accounts.templatetags.words import full, yuan
from governance.access import Standing
from governance.rules import facts
from governance.rules.clauses import S
from meetings.models import Item, KeptFinding
from meetings.transitions.matter import shown

from ..matching import Decision, Paid, matched
from ..models import Assessment, Inspection, Payment, PaymentList
from .acting import Stopped, write
from .working import On, at_work, find

How = Payment.How
LONGEST_NOTE = 500


@transaction.atomic
def bring_payments(
    inspection: Inspection,
    school: Organisation,
    rows: Collection[Payment],
    decisions: Collection[Decision],
    *,
    beyond: Collection[Decision] = (),
    name: str,
    sha256: str,
    by: Standing,
) -> PaymentList:
    """All rows of a file, each matched, or the list that the same file made before."""
    verb, inspection = at_work("bring_payments", inspection, by)
    lists = inspection.payment_lists.filter(school=school, withdrawn_at=None)
    if same := lists.filter(sha256=sha256).first():
        return same
    if not rows:
        raise Stopped("表里没有一笔支付，没有导入。请核对是不是选错了文件。")
    before = Payment.objects.filter(list__in=lists).select_related("list")
    _not_again(rows, before)
    taken = before.exclude(item=None).values_list("item").annotate(sum=Sum("amount"))
    sums = [facts.LargeSum(one.since, one.amount, one.inclusive, one.cumulative) for one in school.large_sums.all()]
    made = PaymentList.objects.create(inspection=inspection, school=school, file_name=name, sha256=sha256, by=by.user)
    found = matched(
        [Paid(-one.row, one.paid_on, one.amount, one.payee, one.purpose) for one in rows],
        decisions,
        sums,
        beyond=beyond,
        beside=[Paid(one.pk, one.paid_on, one.amount, one.payee, one.purpose) for one in before],
        used={item: Decimal(many) for item, many in taken},
    )
    for one in rows:
        match = found[-one.row]
        one.list, one.how, one.item_id, one.large, one.told = (
            made, match.how, match.decision, match.large, match.told,
        )  # fmt: skip
    Payment.objects.bulk_create(rows, batch_size=1000)
    write(verb, inspection, by, f"导入支付明细：{school.name} {len(rows)} 笔", list=made.pk)
    return made


def _not_again(rows: Collection[Payment], before: Iterable[Payment]) -> None:
    """A list that was saved anew, or of a longer time, brings payments again: each would count twice."""
    known = {_same(one): one for one in before}
    again = [one for one in rows if _same(one) in known]
    if again:
        raise Stopped(
            f"有 {len(again)} 笔（如第 {again[0].row} 行）与已上传的“{known[_same(again[0])].list.file_name}”相同，没有导入。"
            "请先撤下那一份，或删去重复的行再上传。"
        )


def _same(one: Payment) -> tuple:
    return one.paid_on, one.amount, one.payee, one.purpose, one.voucher


@transaction.atomic
def withdraw_payments(brought: PaymentList, *, by: Standing) -> PaymentList:
    """A list that was the wrong one. What became a finding of it has to be taken back first."""
    verb, inspection = at_work("withdraw_payments", brought.inspection, by)
    brought = PaymentList.objects.select_related("school").get(pk=brought.pk)
    if brought.withdrawn_at:
        return brought
    if many := brought.payments.filter(finding__isnull=False, finding__withdrawn_at=None).count():
        raise Stopped(f"这份明细中有 {many} 笔已列为问题，不能撤下。请先撤回这些问题。")
    brought.withdrawn_at = timezone.now()
    brought.save(update_fields=["withdrawn_at"])
    write(verb, inspection, by, f"撤下支付明细：{brought.school.name}", list=brought.pk)
    return brought


@transaction.atomic
def settle_payment(
    payment: Payment, how: str, *, item: Item | None = None, note: str = "", seen: str = "", by: Standing
) -> Payment:
    """By hand: the decision that carries it; none is needed, for a reason; or there is none. ``seen``: as it was settled
    when the page was made, so that two people do not settle it over each other's heads."""
    verb, inspection = at_work("settle_payment", payment.list.inspection, by)
    payment = _still_there(payment)
    how, note = How(how), note.strip()
    if how == How.BY_HAND and item is None:
        raise Stopped("没有选定决定。请在列表中选一项，或改选“不需上会”。")
    if how == How.EXPLAINED and not note:
        raise Stopped("不需上会的，须写明理由。请补上理由再提交。")
    if how not in (How.BY_HAND, How.EXPLAINED, How.NONE):
        raise Stopped("请选择怎样认定。")
    if len(note) > LONGEST_NOTE:
        raise Stopped(f"理由有 {len(note)} 个字，最多 {LONGEST_NOTE} 个字。请写短些。")
    item = item if how == How.BY_HAND else None
    if payment.settled_at and (payment.how, payment.item, payment.note) == (how, item, note):
        return payment
    if seen != mark_of(payment):
        raise Stopped(
            f"这一笔刚由{payment.settled_by.name if payment.settled_by else '别人'}处理过。请看过现在的结论再定。"
        )
    if how != How.NONE and payment.finding and not payment.finding.withdrawn_at:
        raise Stopped("这一笔已列为问题。请先撤回这个问题，再改认定。")
    payment.how, payment.item, payment.note = how, item, note
    payment.settled_by, payment.settled_at = by.user, timezone.now()
    payment.save(update_fields=["how", "item", "note", "settled_by", "settled_at"])
    said = f"“{shown(item.matter)}”" if item else how.label
    write(verb, inspection, by, f"核对支付：{payment.list.school.name}第 {payment.row} 行，{said}", payment=payment.pk)
    return payment


def _still_there(payment: Payment) -> Payment:
    rows = Payment.objects.select_related("list__school", "list__inspection", "item__matter", "settled_by", "finding")
    payment = rows.get(pk=payment.pk)
    if payment.list.withdrawn_at:
        raise Stopped("这份支付明细已由同事撤下，没有保存。请回到支付明细，看现在的一份。")
    return payment


def mark_of(payment: Payment) -> str:
    return payment.settled_at.isoformat() if payment.settled_at else ""


@transaction.atomic
def blame_payment(payment: Payment, *, by: Standing) -> Assessment:
    """A payment without a decision becomes a finding of the inspector's own."""
    at_work("find", payment.list.inspection, by)
    payment = _still_there(payment)
    if payment.finding and not payment.finding.withdrawn_at:
        return payment.finding
    if payment.item_id or payment.how in (How.EXPLAINED, How.BEYOND):
        raise Stopped("这一笔已有决定，或已说明不需上会，不列为问题。请先改为“没有对应决定”。")
    on = On(payment.list.school)
    payment.finding = find(
        payment.list.inspection, on, blame_in_words(payment), clause=S(1, 3).label, by=by,
        weight=KeptFinding.Mode.BLOCK if payment.large else KeptFinding.Mode.WARN,
    )  # fmt: skip
    payment.save(update_fields=["finding"])
    return payment.finding


def blame_in_words(payment: Payment) -> str:
    to = f"向{payment.payee}" if payment.payee else ""
    voucher = f"（凭证 {payment.voucher}）" if payment.voucher else ""
    what = f"，用途为“{payment.purpose}”" if payment.purpose else ""
    split = payment.told.get("split")
    more = f"，与 90 天内向同一收款方的支付共 {payment.told['payments']} 笔合计 {yuan(Decimal(split))}" if split else ""
    large = f"，达到学校大额标准 {yuan(Decimal(payment.told['threshold']))}" if payment.large else ""
    return (
        f"{full(payment.paid_on)}{to}支付 {yuan(payment.amount)}{voucher}{what}{more}{large}，没有找到相应的集体决定。"
    )
