"""Matters, and what has to come before a meeting."""

import uuid
from pathlib import PurePath

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DateTimeField, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Person

from . import searched
from .sealing import append_only


def matter_ref() -> str:
    return f"t{uuid.uuid4().hex[:12]}"


def asked_at() -> Coalesce:
    """When a matter first shows: proposed, acted upon in an emergency, decided without a meeting, written down."""
    times = ("proposed_at", "emergency_at", "decided_without_at", "created_at")
    return Coalesce(*times, output_field=DateTimeField())


class Matter(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "草拟"
        PROPOSED = "proposed", "已申报"
        HELD = "held", "暂缓上会"
        RETURNED = "returned", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"
        DECIDED = "decided", "已议决"
        CLOSED = "closed", "已办结"

    class Flag(models.TextChoices):
        VITAL_INTERESTS = "vital_interests", "涉及师生员工切身利益"
        TECHNICAL = "technical", "专业性、技术性较强"
        LEGAL = "legal", "需合法性审查"

    class How(models.TextChoices):
        CIRCULATION = "circulation", "传签、会签"
        SIGNATURE = "signature", "个人签批"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="matters")
    ref = models.CharField(max_length=100, default=matter_ref, editable=False)
    title = models.CharField("议题名称", max_length=200)
    category = models.CharField("事项类别", max_length=10)
    background = models.TextField("事项背景", blank=True)
    proposal = models.TextField("建议方案", blank=True)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    payee = models.CharField("收款单位", max_length=120, blank=True)
    project = models.CharField("项目", max_length=120, blank=True)
    major = models.BooleanField("列为重大问题", default=False)
    two_thirds = models.BooleanField("须三分之二以上到会", default=False)
    flags = ArrayField(models.CharField(max_length=20, choices=Flag), default=list, blank=True, verbose_name="特别情形")
    candidates = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name="人选")
    proposer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="proposed", verbose_name="提出人"
    )
    proposed_at = models.DateTimeField("提出时间", null=True, blank=True)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="owned", verbose_name="分管领导"
    )
    interests = models.ManyToManyField(Person, blank=True, related_name="interested_in", verbose_name="有利害关系的人")
    emergency_at = models.DateTimeField("紧急处置时间", null=True, blank=True)
    emergency_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="紧急处置人"
    )
    emergency_reason = models.TextField("紧急情况说明", blank=True)
    decided_without_at = models.DateTimeField("未经会议决定的时间", null=True, blank=True)
    decided_without_how = models.CharField("未经会议决定的方式", max_length=20, choices=How, blank=True)
    decided_without_by = models.ManyToManyField(Person, blank=True, related_name="+", verbose_name="未经会议决定的人")
    reconsiders = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reconsidered_by", verbose_name="复议的事项"
    )
    reconsider_reason = models.CharField("复议理由", max_length=500, blank=True)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )  # nobody: imported
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school", "-id"], name="matter_by_school"),
            models.Index("school", F("proposed_at").desc(nulls_last=True), F("id").desc(), name="matter_by_proposal"),
            models.Index("school", asked_at(), condition=Q(amount__isnull=False), name="matter_of_money"),
            models.Index("school", asked_at(), condition=Q(reconsiders__isnull=False), name="matter_reconsidered"),
            models.Index(fields=["emergency_at"], condition=Q(emergency_at__isnull=False), name="matter_in_emergency"),
            models.Index(fields=["school", "payee", "project"], condition=Q(category="F01"), name="matter_by_payee"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["school", "ref"], name="a_matter_is_called_one_thing_in_files"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="an_amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(decided_without_at__isnull=True) | ~Q(decided_without_how=""),
                name="a_decision_without_a_meeting_says_how",
            ),
            models.CheckConstraint(
                condition=Q(emergency_at__isnull=True) | Q(emergency_by__isnull=False),
                name="an_emergency_names_who_acted",
            ),
        ]
        triggers = [searched.of_matter()]

    def __str__(self):
        return self.title

    @property
    def personnel(self) -> bool:
        return self.category.startswith("H")


class Consultation(models.Model):
    class Kind(models.TextChoices):
        SECRETARY_PRINCIPAL = "secretary_principal", "书记校长会前沟通"
        INDIVIDUAL = "individual", "个别酝酿"
        DELIBERATION = "deliberation", "酝酿"
        INVESTIGATION = "investigation", "调查研究"
        STAFF_CONGRESS = "staff_congress", "教职工（代表）大会"
        STAFF_HEARING = "staff_hearing", "其他方式听取意见"
        EXPERT = "expert", "专家评估、技术咨询"
        LEGAL = "legal", "合法性审查"
        RISK = "risk", "风险评估"

    class Outcome(models.TextChoices):
        AGREED = "agreed", "一致"
        NO_MAJOR_DIFFERENCE = "no_major_difference", "无重大分歧"
        DIVERGENT = "divergent", "有分歧"
        HEARD = "heard", "已听取意见"
        PASSED = "passed", "讨论通过"
        REJECTED = "rejected", "未通过"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="consultations")
    # The matter's, kept by a trigger: a school's consultations of a term are found among those of ten years.
    school = models.ForeignKey(
        Organisation, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    kind = models.CharField("方式", max_length=20, choices=Kind)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    at = models.DateTimeField("时间", null=True, blank=True)  # empty while answers are awaited
    entered_at = models.DateTimeField(null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    heard = models.PositiveIntegerField("听取人数", null=True, blank=True)
    outcome = models.CharField("结果", max_length=20, choices=Outcome, blank=True)
    note = models.TextField("主要意见", blank=True)
    proposal_digest = models.CharField(max_length=64, blank=True, editable=False)  # of the text that was consulted on
    # The text has changed since: what was said holds for another text. A file may say so without the text.
    stale = models.BooleanField("方案已有变动", default=False, editable=False)
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewed_by", editable=False
    )  # the same people confirmed it anew on the new text

    class Meta:
        verbose_name = verbose_name_plural = "会前沟通"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["-at"], name="consultation_by_time"),
            models.Index(fields=["school", "-at"], name="consultation_by_school"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(kind="secretary_principal", at__isnull=True),
                name="one_open_request_to_secretary_and_principal",
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=False) | Q(kind="secretary_principal"),
                name="only_requests_to_the_two_heads_stay_open",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="a_consultation_is_of_its_matters_school",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="SELECT school_id INTO NEW.school_id FROM meetings_matter WHERE id = NEW.matter_id; RETURN NEW;",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.matter}"


class Consulted(models.Model):
    """One person of a consultation; of the two heads, also their own answer."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="consulted")
    person = models.ForeignKey(Person, models.PROTECT, related_name="consulted")
    outcome = models.CharField("答复", max_length=20, choices=Consultation.Outcome, blank=True)
    note = models.TextField("说明", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "person"], name="a_person_is_consulted_once")]

    def __str__(self):
        return f"{self.person} {self.get_outcome_display()}"


class MatterText(models.Model):
    """方案文本: one wording of a proposal, kept as people were consulted on it or read it on an agenda."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="texts")
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    background = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "方案文本"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["matter", "digest"], name="a_wording_is_kept_once")]
        triggers = [append_only("a_wording_is_never_changed_or_deleted")]

    def __str__(self):
        return f"{self.title} {self.at:%m-%d %H:%M}"


def attachment_path(attachment: "Attachment", name: str) -> str:
    return f"attachments/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class Attachment(models.Model):
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments")
    consultation = models.ForeignKey(Consultation, models.PROTECT, null=True, blank=True, related_name="attachments")
    progress = models.ForeignKey("Progress", models.PROTECT, null=True, blank=True, related_name="attachments")
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["pk"]

    def __str__(self):
        return self.name
