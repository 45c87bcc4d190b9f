"""督办: how a decision is carried out."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from governance.models import Person

from .meeting import Item
from .sealing import append_only


class Task(models.Model):
    """步骤: one step on the way to carrying out a decision."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="tasks")
    text = models.CharField("步骤", max_length=200)
    due = models.DateField("时限", null=True, blank=True)
    who = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁办")
    done_on = models.DateField("完成日期", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "督办步骤"
        ordering = ["due", "pk"]

    def __str__(self):
        return self.text


class Progress(models.Model):
    """进展: one report, with its evidence (attachments), or one answer of the head to it. Never rewritten."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "进展"
        DONE = "done", "反馈办结"
        RETURNED = "returned", "退回再办"
        CLOSED = "closed", "销号"
        REOPENED = "reopened", "恢复督办"

    item = models.ForeignKey(Item, models.PROTECT, related_name="progress")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PROGRESS)
    text = models.TextField("情况", blank=True)
    percent = models.PositiveSmallIntegerField("进度（%）", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "督办进展"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="no_more_than_all_of_it"
            )
        ]
        triggers = [append_only("a_report_is_never_changed_or_deleted")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%m-%d}"


class Extension(models.Model):
    """延期: asked for before the due date, granted or refused by the head."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="extensions")
    until = models.DateField("延期至")
    reason = models.CharField("延期理由", max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    granted = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField("批复意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办延期"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(granted__isnull=True), name="one_open_extension_of_a_decision"
            )
        ]

    def __str__(self):
        return f"延期至 {self.until}"
