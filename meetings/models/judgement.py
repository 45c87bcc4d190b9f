"""What the rules said, and why a head let it stand."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Body, Person

from .matter import Matter
from .meeting import Item, Meeting


class Rejudging(models.Model):
    """Today's rules on the records of a period. Its judgements stand beside those kept at the acts, never current."""

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="rejudgings")
    since = models.DateField("自")
    until = models.DateField("至")  # the last day of the period
    on = models.DateField("检查日期")  # what R-14 and the rules about the school are judged on
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed = models.CharField("未能完成的原因", max_length=300, blank=True)
    figures = models.JSONField(default=dict, blank=True)  # how many meetings, items, findings, differences

    class Meta:
        verbose_name = verbose_name_plural = "重新检查"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["school", "-id"], name="rejudging_by_school")]

    def __str__(self):
        return f"{self.since:%Y-%m-%d} 至 {self.until:%Y-%m-%d} 重新检查"

    @property
    def differs(self) -> int | None:
        """In how many places it came to another answer; nothing before it has come to its end."""
        return sum(self.figures["differences"].values()) if "differences" in self.figures else None

    @property
    def share(self) -> int | None:
        """How much of it is done, in per cent, while it is at work."""
        return self.figures["done"] * 100 // (self.figures["of"] or 1) if "done" in self.figures else None


class Judgement(models.Model):
    """One run of the rules at one act. ``facts`` is what they judged; ``current`` until the same thing is judged again."""

    run = models.ForeignKey(Rejudging, models.PROTECT, null=True, blank=True, related_name="judgements")

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="judgements")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="judgements")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="judgements")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="judgements")
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    current = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["school", "-id"], condition=Q(current=True), name="judgement_current")]
        triggers = [
            pgtrigger.Protect(name="a_judgement_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_judgement_is_never_rewritten", exclude=["current"]),
        ]

    def __str__(self):
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class KeptFinding(models.Model):
    class Outcome(models.TextChoices):
        MET = "met", "符合"
        BROKEN = "broken", "不符合"
        UNKNOWN = "unknown", "不可判定"

    class Mode(models.TextChoices):
        BLOCK = "block", "须改正"
        WARN = "warn", "提醒"
        INFO = "info", "提示"

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="findings")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="findings")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="findings")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="findings")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="findings")
    rule = models.CharField("规则", max_length=8)
    outcome = models.CharField("结论", max_length=10, choices=Outcome)
    mode = models.CharField("程度", max_length=10, choices=Mode)
    body = models.CharField(max_length=10, blank=True)
    clause = models.CharField("依据", max_length=60)
    message = models.TextField("说明")
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school", "outcome", "mode", "-id"], name="finding_by_school"),
            models.Index(fields=["meeting", "outcome"], name="finding_by_meeting"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_finding_is_never_changed_or_deleted", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.rule} {self.get_outcome_display()}"


class Override(models.Model):
    """A head's reason for letting a blocked item stand. One row a rule and item; it stays visible for ever."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="overrides")
    rule = models.CharField(max_length=8)
    message = models.TextField()  # what was refused, in the words of that moment
    reason = models.TextField("理由")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "说明理由"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["item", "rule"], name="a_rule_is_overridden_once_for_an_item")]
        triggers = [
            pgtrigger.Protect(
                name="an_override_is_never_changed_or_deleted", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.rule} {self.reason}"


class Difference(models.Model):
    """Where a re-judging comes to another answer than the one kept, and why."""

    class Reason(models.TextChoices):
        RECORD_CORRECTED = "record_corrected", "记录已更正"
        PARAMETER_LATE = "parameter_late", "参数后来登记"
        RULE_MENDED = "rule_mended", "规则已修正"
        NOT_JUDGED = "not_judged", "当时没有检查"
        TIME_PASSED = "time_passed", "检查日期不同"

    run = models.ForeignKey(Rejudging, models.PROTECT, related_name="differences")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField("规则", max_length=8)
    body = models.CharField(max_length=10, blank=True)
    kept = models.ForeignKey(
        KeptFinding, models.PROTECT, null=True, blank=True, related_name="+"
    )  # none: no answer then
    found = models.ForeignKey(
        KeptFinding, models.PROTECT, null=True, blank=True, related_name="+"
    )  # none: no answer now
    reason = models.CharField("原因", max_length=20, choices=Reason)
    detail = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "前后差异"
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(
                name="a_difference_is_never_changed_or_deleted", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.rule} {self.get_reason_display()}"

    @property
    def place(self) -> str:
        """What it is about: 2025-03-05 党组织会议第 2 项“…”, “…”, 本校."""
        if self.meeting is None:
            return f"“{self.matter.title}”" if self.matter else dict(Body.choices).get(self.body, "本校")
        item = f"第 {self.item.no} 项" if self.item else ""
        title = f"“{self.matter.title}”" if self.matter else ""
        return f"{timezone.localtime(self.meeting.starts_at):%Y-%m-%d} {self.meeting.get_body_display()}{item}{title}"
