"""What exists before any meeting.

Glossary
    Person        人员: one person as one school knows them; the same human may be a Person of two schools
    Post          任职: a person's office from ``since`` until the day before ``until``. Lawful acts follow it
    Procedure     议事规则: one dated version of a body's rules of procedure, with the parameters that rules read
    LargeSum      大额标准: from which amount, and since when, a payment is a large sum (F01)
    CatalogueRow  学校目录: a school's own row of the matter catalogue, added to or stricter than the default
    Body          会议主体: ``party`` 党组织会议, ``office`` 校长办公会议（校务会议）
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Organisation, User


class Body(models.TextChoices):
    PARTY = "party", "党组织会议"
    OFFICE = "office", "校长办公会议"


class Person(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="people", verbose_name="学校")
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("职务称谓", max_length=60, blank=True)  # shown beside the name where no post says more
    party_member = models.BooleanField("中共党员", null=True, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="账号")

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "user"], condition=Q(user__isnull=False), name="an_account_is_one_person_in_a_school"
            )
        ]

    def __str__(self):
        return self.name


class _DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


class Post(models.Model):
    class Name(models.TextChoices):
        PARTY_SECRETARY = "party_secretary", "党组织书记"
        DEPUTY_PARTY_SECRETARY = "deputy_party_secretary", "党组织副书记"
        PARTY_COMMITTEE_MEMBER = "party_committee_member", "党组织委员"
        PRINCIPAL = "principal", "校长"
        VICE_PRINCIPAL = "vice_principal", "副校长"
        ADMIN_MEMBER = "admin_member", "行政班子成员"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name="学校")
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name="人员")
    post = models.CharField("职务", max_length=30, choices=Name)
    since = models.DateField("任职之日")
    until = models.DateField("免职之日", null=True, blank=True)  # first day out of post
    full_time = models.BooleanField("专职", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["person", "post"], name="post_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_post_ends_after_it_began"
            ),
            ExclusionConstraint(
                name="one_secretary_and_one_principal_at_a_time",
                expressions=[
                    ("school", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (_DateRange("since", "until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(post__in=["party_secretary", "principal"]),
            ),
            ExclusionConstraint(
                name="a_person_holds_a_post_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (_DateRange("since", "until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_post_display()}"


class Procedure(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="procedures", verbose_name="学校")
    body = models.CharField("会议", max_length=10, choices=Body)
    since = models.DateField("自")
    title = models.CharField("名称", max_length=200, blank=True)
    adopted_on = models.DateField("通过日期", null=True, blank=True)
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    filing_number = models.CharField("备案号", max_length=60, blank=True)
    parameters = models.JSONField("参数", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "议事规则"
        ordering = ["body", "since"]
        constraints = [
            models.UniqueConstraint(fields=["school", "body", "since"], name="one_procedure_of_a_body_begins_on_a_day")
        ]

    def __str__(self):
        return self.title or f"{self.get_body_display()}议事规则"


class LargeSum(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="large_sums", verbose_name="学校")
    since = models.DateField("自")
    amount = models.DecimalField("起点金额（元）", max_digits=14, decimal_places=2)
    inclusive = models.BooleanField("含本数", default=True)
    cumulative = models.BooleanField("累计计算", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "大额标准"
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["school", "since"], name="one_large_sum_begins_on_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_large_sum_is_positive"),
        ]

    def __str__(self):
        return f"{self.amount} 元起"


class CatalogueRow(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="catalogue_rows", verbose_name="学校")
    code = models.CharField("编码", max_length=10)
    title = models.CharField("事项", max_length=100)
    since = models.DateField("自")
    route = models.CharField(
        "路径",
        max_length=4,
        blank=True,
        choices=[("P", "党组织会议"), ("A→P", "先行政后党组织"), ("A", "校长办公会议")],
    )
    prior = ArrayField(models.CharField(max_length=2), default=list, blank=True, verbose_name="前置程序")
    reserved = models.BooleanField("党组织决定", null=True, blank=True)
    two_thirds = models.BooleanField("三分之二到会", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学校事项目录"
        ordering = ["code", "since"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code", "since"], name="one_row_of_a_code_begins_on_a_day")
        ]

    def __str__(self):
        return f"{self.code} {self.title}"
