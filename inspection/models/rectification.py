"""整改: from findings to a notice, the school's answers with evidence, checking, closing, and looking again.

Glossary
    Rectification  整改通知书: problems of one school with what is asked for and by when; numbered when it is issued
    Problem        问题: one of them, from an accepted finding or in the inspector's own words
    Measure        措施: what the school does about it, who, by when
    Turn           往来: an answer of the school, or what the inspector said to it. Never rewritten
    asked_until    the later day that the school asks for, until the inspector says yes or no to it (延期)
    due_issued     the day that the notice gives, kept once another one holds
    Evidence       佐证材料: a file of a turn
    closed         销号; ``review_on`` is the day to look again (回头看)
"""

import uuid
from datetime import date
from pathlib import PurePath

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Person
from meetings.models import Item, KeptFinding, Matter, Meeting
from meetings.models.sealing import append_only

from .inspection import Inspection
from .working import Assessment

OF_THE_PAPER = ("frozen", "digest", "number", "year", "serial", "authority", "school", "issued_at", "issued_by")
STANDS = "RAISE EXCEPTION 'an issued notice stands' USING ERRCODE = 'check_violation';"


class Rectification(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "草拟"
        ISSUED = "issued", "整改中"
        CLOSED = "closed", "已销号"

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="rectifications_asked")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="rectifications", verbose_name="学校")
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="rectifications", verbose_name="检查"
    )
    title = models.CharField("标题", max_length=200)
    lead = models.TextField("说明", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    due = models.DateField("报告整改情况的时限", null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)  # first opened by the school
    received_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(default=dict, blank=True)  # what the paper says, from the moment it is issued
    digest = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="rectifications/", max_length=200, blank=True)  # the PDF, once somebody asked
    file_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改通知书"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school", "-id"], name="rectification_by_school"),
            models.Index(fields=["authority", "-id"], name="rectification_by_authority"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="a_notice_of_rectification_is_numbered_once",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="an_issued_notice_of_rectification_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*OF_THE_PAPER),
                func=f"IF OLD.serial IS NOT NULL THEN {STANDS} END IF; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="an_issued_notice_of_rectification_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=f"IF OLD.serial IS NOT NULL THEN {STANDS} END IF; RETURN OLD;",
            ),
        ]

    def __str__(self):
        return self.number or self.title


class Problem(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "整改中"
        ANSWERED = "answered", "待核查"
        RETURNED = "returned", "退回再改"
        CLOSED = "closed", "已销号"

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", "立行立改"
        BY_THEN = "by_then", "限期整改"
        LASTING = "lasting", "长期坚持"

    notice = models.ForeignKey(Rectification, models.PROTECT, related_name="problems")
    no = models.PositiveSmallIntegerField()
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="problems")
    finding = models.ForeignKey(KeptFinding, models.PROTECT, null=True, blank=True, related_name="problems")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=8, blank=True)
    body = models.CharField(max_length=10, blank=True)  # of what the rule asks of each of the school's bodies
    text = models.TextField("问题")
    clause = models.CharField("依据", max_length=200, blank=True)
    demand = models.TextField("整改要求")
    pace = models.CharField("整改方式", max_length=10, choices=Pace, default=Pace.BY_THEN)
    due = models.DateField("整改时限")
    due_issued = models.DateField("原定时限", null=True, blank=True)
    asked_until = models.DateField("申请延期至", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    leader = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任领导")
    department = models.CharField("责任部门", max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    review_on = models.DateField("回头看日期", null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)  # the last look again that found it well

    class Meta:
        verbose_name = verbose_name_plural = "整改问题"
        ordering = ["notice", "no"]
        indexes = [models.Index(fields=["due"], condition=~Q(state="closed"), name="problem_open_by_due")]
        constraints = [models.UniqueConstraint(fields=["notice", "no"], name="problems_are_numbered_once")]

    def __str__(self):
        return f"{self.no}. {self.text[:40]}"

    @property
    def due_was(self) -> date | None:
        """The day that the notice gives, if another one holds by now."""
        return self.due_issued if self.due_issued != self.due else None

    @property
    def place(self) -> str:
        """Where it was found: 2026年10月12日党组织会议第 2 项. A matter of personnel is not named."""
        place = ""
        if self.meeting:
            on = timezone.localdate(self.meeting.starts_at)
            place = f"{on.year}年{on.month}月{on.day}日{self.meeting.get_body_display()}"
        if self.item and self.item.no:
            place += f"第 {self.item.no} 项"
        if self.matter:
            place += "（人事议题）" if self.matter.personnel else f"（{self.matter.title}）"
        return place


class Measure(models.Model):
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="measures")
    text = models.CharField("措施", max_length=300)
    who = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人")
    due = models.DateField("时限", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改措施"
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Turn(models.Model):
    class Kind(models.TextChoices):
        ANSWER = "answer", "报告整改情况"
        RETURNED = "returned", "退回再改"
        CLOSED = "closed", "销号"
        STANDS = "stands", "回头看：保持"
        AGAIN = "again", "回头看：问题反弹"
        EXTENDED = "extended", "调整时限"
        ASKED = "asked", "申请延期"
        GRANTED = "granted", "同意延期"
        REFUSED = "refused", "不同意延期"

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="turns")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField("情况", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "整改往来"
        ordering = ["pk"]
        triggers = [append_only("a_turn_is_never_changed_or_deleted")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%m-%d}"


def evidence_path(_evidence: "Evidence", name: str) -> str:
    return f"evidence/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class Evidence(models.Model):
    turn = models.ForeignKey(Turn, models.PROTECT, related_name="evidence")
    file = models.FileField(upload_to=evidence_path, max_length=200)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["pk"]
        triggers = [append_only("evidence_is_never_changed_or_deleted")]

    def __str__(self):
        return self.name
