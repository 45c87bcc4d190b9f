"""Working papers 工作底稿 of an inspection.

Glossary
    Sample       抽样: drawn from the items in scope by a seed, stratum by stratum, so that anyone can draw it again:
                 in each stratum those with the smallest SHA-256 of ``seed:item`` come first
    Remark       备注: what an inspector notes on an item, a meeting, a matter or a school
    Assessment   认定: a finding of the rules accepted or set aside with a reason; or, without ``rule``, a finding of the
                 inspector's own. What is taken back stays, with ``withdrawn_at``
    PaymentList  支付明细: payments of a school as its finance office lists them, from Excel
    Payment      one row of it, and the decision it was matched to
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from meetings.models import Item, KeptFinding, Matter, Meeting

from .inspection import Inspection


class Sample(models.Model):
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="samples")
    no = models.PositiveSmallIntegerField()
    seed = models.CharField("种子", max_length=40)
    size = models.PositiveIntegerField("抽取项数")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    population = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the population: item and stratum, in order
    strata = models.JSONField(default=list, encoder=DjangoJSONEncoder)  # school, class, severity, there, drawn

    class Meta:
        verbose_name = verbose_name_plural = "抽样"
        ordering = ["inspection", "no"]
        constraints = [models.UniqueConstraint(fields=["inspection", "no"], name="samples_are_numbered_once")]

    def __str__(self):
        return f"第 {self.no} 次抽样"


class SampledItem(models.Model):
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    no = models.PositiveIntegerField()
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    severity = models.CharField(max_length=10)  # as it was when it was drawn: block, warn, unknown, met
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "抽样议题"
        ordering = ["sample", "no"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "no"], name="drawn_items_are_numbered_once"),
            models.UniqueConstraint(fields=["sample", "item"], name="an_item_is_drawn_once"),
        ]

    def __str__(self):
        return f"{self.no}"


class About(models.Model):
    """What a working paper is about, as narrow as is known."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="%(class)ss")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class Remark(About):
    text = models.TextField("备注")

    class Meta:
        verbose_name = verbose_name_plural = "备注"
        ordering = ["pk"]
        indexes = [models.Index(fields=["inspection", "item"], name="remark_by_item")]

    def __str__(self):
        return self.text[:40]


class Assessment(About):
    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "认定"
        SET_ASIDE = "set_aside", "不予认定"

    finding = models.ForeignKey(KeptFinding, models.PROTECT, null=True, blank=True, related_name="assessments")
    rule = models.CharField(max_length=8, blank=True)  # empty: the inspector's own
    body = models.CharField(max_length=10, blank=True)  # of what the rule asks of each of a school's bodies
    verdict = models.CharField("意见", max_length=10, choices=Verdict)
    weight = models.CharField("程度", max_length=10, choices=KeptFinding.Mode, default=KeptFinding.Mode.WARN)
    text = models.TextField("问题")  # what is wrong: the finding's message, or the inspector's own words
    clause = models.CharField("依据", max_length=200, blank=True)
    reason = models.TextField("理由", blank=True)  # of what is set aside

    class Meta:
        verbose_name = verbose_name_plural = "认定"
        ordering = ["pk"]
        indexes = [models.Index(fields=["inspection", "school"], name="assessment_by_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "school", "rule", "body", "meeting", "matter", "item"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(rule=""),
                nulls_distinct=False,
                name="a_finding_is_assessed_once",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="set_aside") | ~Q(reason="") & ~Q(rule=""),
                name="what_is_set_aside_is_a_finding_and_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.rule} {self.get_verdict_display()}".strip()


class PaymentList(models.Model):
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="payment_lists")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付明细"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "school", "sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_list_of_payments_is_uploaded_once",
            )
        ]

    def __str__(self):
        return self.file_name


class Payment(models.Model):
    class How(models.TextChoices):
        CERTAIN = "certain", "金额、收款方、日期相符"
        LIKELY = "likely", "部分相符，待核"
        BY_HAND = "by_hand", "人工认定"
        NONE = "none", "没有对应决定"
        EXPLAINED = "explained", "不需上会"
        BEYOND = "beyond", "有决定，不在本次检查范围内"

    list = models.ForeignKey(PaymentList, models.PROTECT, related_name="payments")
    row = models.PositiveIntegerField()  # of the worksheet
    paid_on = models.DateField("付款日期")
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)
    payee = models.CharField("收款方", max_length=120, blank=True)
    purpose = models.CharField("用途", max_length=300, blank=True)
    voucher = models.CharField("凭证号", max_length=60, blank=True)
    large = models.BooleanField(null=True)  # by the school's large sum of that day, split payments summed; None: no sum
    how = models.CharField(max_length=10, choices=How, default=How.NONE)
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    told = models.JSONField(default=dict, blank=True)  # what spoke for the match: amount, payee, days
    note = models.CharField("说明", max_length=500, blank=True)
    finding = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="+")  # that it became
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付"
        ordering = ["list", "row"]
        constraints = [models.UniqueConstraint(fields=["list", "row"], name="a_row_is_one_payment")]

    def __str__(self):
        return f"{self.paid_on} {self.amount}"
