"""What the rules said, and why a head let it stand."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Body, Person
from governance.rules.index import rule
from governance.rules.ruling import Rule

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
    """One run of the rules at one act. ``facts`` is what they judged; ``current`` until the same thing is judged again.

    What is not met has a row each. What is met is folded into one column: judged again, the facts tell it in full.
    """

    run = models.ForeignKey(Rejudging, models.PROTECT, null=True, blank=True, related_name="judgements")

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="judgements")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="judgements")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="judgements")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="judgements")
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    own_facts = models.JSONField(null=True, db_column="facts")
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )  # which keeps the facts
    digest = models.CharField(max_length=64)
    met = models.JSONField("符合", default=dict)  # kind of thing → rule → which: keys of rows, or a body
    there = models.JSONField("到会", default=dict)  # item → in office and present, as the rule on the quorum counted
    current = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        constraints = [
            models.CheckConstraint(
                condition=Q(own_facts__isnull=False, same_as__isnull=True)
                | Q(own_facts__isnull=True, same_as__isnull=False),
                name="a_judgement_keeps_its_facts_or_says_where_they_are",
            )
        ]
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school", "-id"], condition=Q(current=True), name="judgement_current"),
            models.Index(
                fields=["school", "-id"],
                condition=Q(current=True, meeting=None, item=None, matter=None),
                name="judgement_of_a_school",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_judgement_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_judgement_is_never_rewritten", exclude=["current"]),
        ]

    def __str__(self):
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"

    @property
    def facts(self) -> dict[str, Any]:
        return self.same_as.facts if self.same_as else self.own_facts


class SchoolCheck(models.Model):
    """On which day a school as a whole was last judged; none once something has changed that this rests on."""

    school = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    on = models.DateField("检查日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学校检查"

    def __str__(self):
        return f"{self.school} {self.on or '待检查'}"


class KeptFinding(models.Model):
    """An answer that is not met."""

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
        constraints = [models.CheckConstraint(condition=~Q(outcome="met"), name="what_is_met_is_folded")]
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

    def get_absolute_url(self):
        return reverse("finding", args=[self.pk])

    @property
    def of_school(self) -> bool:
        """Whether it is about the school as a whole."""
        return not (self.meeting_id or self.item_id or self.matter_id)


class MetAnswer(models.Model):
    """An answer that is met, unfolded: a view of the column ``met`` of what was judged, for counting.

    ``matter`` only where the answer is about the matter itself.
    """

    outcome = KeptFinding.Outcome.MET
    values: dict[str, Any] = {}
    id = None  # of a row, which it has none

    judgement = models.OneToOneField(Judgement, models.DO_NOTHING, primary_key=True, related_name="+")
    current = models.BooleanField()
    at = models.DateTimeField()
    school = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+")
    meeting = models.ForeignKey(Meeting, models.DO_NOTHING, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    rule = models.CharField(max_length=8)
    item = models.ForeignKey(Item, models.DO_NOTHING, null=True, related_name="+")
    matter = models.ForeignKey(Matter, models.DO_NOTHING, null=True, related_name="+")
    body = models.CharField(max_length=10)

    class Meta:
        managed = False
        db_table = "meetings_metanswer"

    def __str__(self):
        return f"{self.rule} {self.outcome.label}"

    def get_absolute_url(self):
        return reverse("met", args=[self.judgement_id, self.rule, self.about])

    @property
    def told(self) -> Rule | None:
        """The rule as it is today; none if it was given up."""
        try:
            return rule(self.rule)
        except KeyError:
            return None

    @property
    def mode(self) -> str:
        return self.told.mode.value if self.told else KeptFinding.Mode.INFO

    @property
    def clause(self) -> str:
        return self.told.cited if self.told else ""

    @property
    def message(self) -> str:
        return f"{self.told.sentence.rstrip('。')}。依据{self.told.cited}。" if self.told else "这条规则已经取消。"

    @property
    def about(self) -> str:
        """What it is about, as its address says it."""
        thing = self.item_id or self.matter_id or (self.meeting_id if self.kind == "meeting" else self.body)
        return f"{self.kind}-{thing}"


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
        indexes = [models.Index(fields=["-at"], name="override_by_time")]
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
    # Then and now: a row where it was not met, the judgement where it was; neither where there was no answer.
    kept = models.ForeignKey(KeptFinding, models.PROTECT, null=True, blank=True, related_name="+")
    kept_met = models.ForeignKey(Judgement, models.PROTECT, null=True, blank=True, related_name="+")
    found = models.ForeignKey(KeptFinding, models.PROTECT, null=True, blank=True, related_name="+")
    found_met = models.ForeignKey(Judgement, models.PROTECT, null=True, blank=True, related_name="+")
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
    def then(self) -> "KeptFinding | MetAnswer | None":
        return self.kept or self._met(self.kept_met_id)

    @property
    def now(self) -> "KeptFinding | MetAnswer | None":
        return self.found or self._met(self.found_met_id)

    def _met(self, judgement: int | None) -> "MetAnswer | None":
        if judgement is None:
            return None
        looks_at = self.looks_at
        matter = self.matter_id if looks_at == "matter" else None
        item = self.item_id if looks_at == "item" else None
        return MetAnswer(judgement_id=judgement, rule=self.rule, kind=looks_at, meeting_id=self.meeting_id, item_id=item,
                         matter_id=matter, body=self.body)  # fmt: skip

    @property
    def looks_at(self) -> str:
        """What the rule gives an answer for: item, matter, meeting, or the school with its bodies."""
        keys = {"item": self.item_id, "matter": self.matter_id, "meeting": self.meeting_id}
        return next((kind for kind, key in keys.items() if key), "school")

    @property
    def place(self) -> str:
        """What it is about: 2025-03-05 党组织会议第 2 项“…”, “…”, 本校."""
        if self.meeting is None:
            return f"“{self.matter.title}”" if self.matter else dict(Body.choices).get(self.body, "本校")
        item = f"第 {self.item.no} 项" if self.item else ""
        title = f"“{self.matter.title}”" if self.matter else ""
        return f"{timezone.localtime(self.meeting.starts_at):%Y-%m-%d} {self.meeting.get_body_display()}{item}{title}"
