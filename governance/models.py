"""What exists before any meeting.

Glossary
    Person        人员: one person as one school knows them; the same human may be a Person of two schools
    Post          任职: a person's office from ``since`` until the day before ``until``. Lawful acts follow it
    Procedure     议事规则: one dated version of a body's rules of procedure, with the parameters that rules read
    Filing        审查、备案: the school submits a version, the authority returns it or files it under a number
    LargeSum      大额标准: from which amount, and since when, a payment is a large sum (F01). An authority's binds every
                  school below: none of them may set a higher one (its ``school`` is then the authority)
    CatalogueRow  学校目录: a school's own row of the matter catalogue, added to or stricter than the default; an
                  authority's binds every school below, as with LargeSum
    Floor         底线: what an authority asks of a parameter in the rules of procedure of every school below
    Communication 定期沟通: one talk of the regular series between secretary and principal
    CalendarDay   工作日历: a weekday off or a weekend day worked, for the country or for one organisation and below
    Grant         授权: what somebody without a role over a school may read there, for an inspection, until a moment
    CalendarYear  a year for which the country's days are known; any other is counted from Monday to Friday
    Body          会议主体: ``party`` 党组织会议, ``office`` 校长办公会议（校务会议）
    ref           what a record is called in files that travel between installations; it never changes
"""

import uuid
from datetime import date
from itertools import islice, product
from pathlib import PurePath

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.templatetags.words import yuan


class Body(models.TextChoices):
    PARTY = "party", "党组织会议"
    OFFICE = "office", "校长办公会议"


def person_ref() -> str:
    return f"p{uuid.uuid4().hex[:12]}"


class InitialsField(models.CharField):
    """The initials of a name's pinyin, in every reading, each after a blank: `` zxy cxy`` for 曾小雨."""

    def pre_save(self, model_instance, add):
        value = initials_of(model_instance.name)
        setattr(model_instance, self.attname, value)
        return value


def initials_of(name: str) -> str:
    from pypinyin import Style, pinyin  # a big dictionary, for the processes that write names

    letters = pinyin(name.replace(" ", ""), style=Style.FIRST_LETTER, heteronym=True, strict=False)
    readings = product(*(dict.fromkeys(each) for each in letters[:8]))
    return "".join(f" {''.join(reading)}" for reading in islice(readings, 8)).lower()[:120]


class Person(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="people", verbose_name="学校")
    ref = models.CharField(max_length=100, default=person_ref, editable=False)
    name = models.CharField("姓名", max_length=40)
    initials = InitialsField(max_length=120, blank=True, editable=False)
    title = models.CharField("职务称谓", max_length=60, blank=True)  # shown beside the name where no post says more
    party_member = models.BooleanField("中共党员", null=True, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="账号")

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "ref"], name="a_person_is_called_one_thing_in_files"),
            models.UniqueConstraint(
                fields=["school", "user"], condition=Q(user__isnull=False), name="an_account_is_one_person_in_a_school"
            ),
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


def procedure_path(procedure: "Procedure", name: str) -> str:
    return f"procedures/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class Procedure(models.Model):
    class Filing(models.TextChoices):
        NOT_SUBMITTED = "not_submitted", "未报送"
        SUBMITTED = "submitted", "待审查"
        RETURNED = "returned", "已退回"
        FILED = "filed", "已备案"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="procedures", verbose_name="学校")
    body = models.CharField("会议", max_length=10, choices=Body)
    since = models.DateField("自")
    title = models.CharField("名称", max_length=200, blank=True)
    adopted_on = models.DateField("通过日期", null=True, blank=True)
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    parameters = models.JSONField("参数", default=dict, blank=True)
    text = models.TextField("全文", blank=True)
    file = models.FileField("文件", upload_to=procedure_path, max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    returned_on = models.DateField("退回日期", null=True, blank=True)  # emptied when it is submitted again
    returned_reason = models.TextField("退回意见", blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "议事规则"
        ordering = ["body", "since"]
        constraints = [
            models.UniqueConstraint(fields=["school", "body", "since"], name="one_procedure_of_a_body_begins_on_a_day")
        ]

    def __str__(self):
        return self.title or f"{self.get_body_display()}议事规则"

    @property
    def filing(self) -> str:
        """How far the version has come with the authority."""
        return self.come_to(self.filed_on, self.returned_on, self.submitted_on)

    @classmethod
    def come_to(cls, filed: date | None, returned: date | None, submitted: date | None) -> str:
        if filed:
            return cls.Filing.FILED
        if returned:
            return cls.Filing.RETURNED
        return cls.Filing.SUBMITTED if submitted else cls.Filing.NOT_SUBMITTED

    def get_filing_display(self) -> str:
        return self.Filing(self.filing).label


class LargeSum(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="large_sums", verbose_name="学校")
    since = models.DateField("自")
    amount = models.DecimalField("起点金额（元）", max_digits=14, decimal_places=2)
    inclusive = models.BooleanField("含本数", default=True)
    cumulative = models.BooleanField("累计计算", default=True)
    basis = models.CharField("依据文件", max_length=120, blank=True)  # the paper of an authority that says so

    class Meta:
        verbose_name = verbose_name_plural = "大额标准"
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["school", "since"], name="one_large_sum_begins_on_a_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_large_sum_is_not_negative"),
        ]

    def __str__(self):
        return f"{yuan(self.amount)}起"


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
    basis = models.CharField("依据文件", max_length=120, blank=True)  # the paper of an authority that says so

    class Meta:
        verbose_name = verbose_name_plural = "学校事项目录"
        ordering = ["code", "since"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code", "since"], name="one_row_of_a_code_begins_on_a_day")
        ]

    def __str__(self):
        return f"{self.code} {self.title}"


class Floor(models.Model):
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="floors", verbose_name="主管部门")
    body = models.CharField("会议", max_length=10, choices=Body)
    name = models.CharField("参数", max_length=40)
    value = models.JSONField("底线")
    since = models.DateField("自")
    basis = models.CharField("依据文件", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "议事规则底线"
        ordering = ["body", "name", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "body", "name", "since"], name="one_floor_of_a_parameter_begins_on_a_day"
            )
        ]

    def __str__(self):
        return f"{self.get_body_display()}议事规则底线"


class Communication(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="communications", verbose_name="学校")
    at = models.DateTimeField("时间")
    people = models.ManyToManyField(Person, blank=True, related_name="communications", verbose_name="参加人")
    note = models.TextField("主要内容", blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "定期沟通"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["school", "at"], name="communication_by_school")]

    def __str__(self):
        return f"书记校长定期沟通 {timezone.localtime(self.at):%Y-%m-%d}"


class Grant(models.Model):
    """What an inspection opened to somebody who has no role over the school: from ``since`` until the moment ``until``,
    meetings held from ``records_since`` until ``records_until`` (both included), of the classes named and with one of the
    people named (primary keys of Person); empty: all of them."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="账号")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="grants", verbose_name="学校")
    key = models.CharField(max_length=60)  # what it was given for: inspection/12
    since = models.DateTimeField("自")
    until = models.DateTimeField("至（不含）")
    records_since = models.DateField("记录自")
    records_until = models.DateField("记录至")
    classes = ArrayField(models.CharField(max_length=1), default=list, blank=True, verbose_name="事项类别")
    people = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name="人员")

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = [
            models.UniqueConstraint(fields=["user", "school", "key"], name="a_grant_is_given_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="a_grant_ends_after_it_began"),
        ]

    def __str__(self):
        return f"{self.user} {self.school} {self.key}"


class CalendarYear(models.Model):
    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("来源", max_length=100)
    seeded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历年度"
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year} 年"


class CalendarDay(models.Model):
    """A day that is not what its weekday says; without ``organisation``, in the whole country.

    An organisation's own day goes before those of the organisations above it, and these before the country's.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="calendar_days", verbose_name="单位"
    )
    day = models.DateField("日期")
    working = models.BooleanField("上班")
    name = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "day"], nulls_distinct=False, name="a_day_stands_once_in_a_calendar"
            )
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {'上班' if self.working else '休息'}"
