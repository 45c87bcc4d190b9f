"""Minutes, signatures and corrections: what becomes of the record when the room is empty."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from governance.models import Person

from . import searched
from .document import Document
from .meeting import Item, Meeting
from .sealing import MEETING, OF_MINUTES, sealed_with


class Minutes(models.Model):
    """The text that is issued. ``number`` is given when it is issued and never used twice."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    number = models.CharField("编号", max_length=60, blank=True)
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议纪要"
        triggers = [sealed_with(MEETING, "m.id = {row}.meeting_id")]

    def __str__(self):
        return self.number or f"{self.meeting} 纪要稿"


class MinutesItem(models.Model):
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="items")
    # Minutes from elsewhere may list what the record does not have, or the same twice; rule R-05 finds it.
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="minutes_items")
    no = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20, choices=Item.Outcome, blank=True)
    text = models.TextField("内容", blank=True)

    class Meta:
        ordering = ["no", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "no"], condition=Q(item__isnull=False), name="minutes_list_each_item_once"
            )
        ]
        triggers = [sealed_with(OF_MINUTES, "n.id = {row}.minutes_id")]

    def __str__(self):
        return f"{self.no} {self.heading}"


class Signature(models.Model):
    class Role(models.TextChoices):
        CHAIR = "chair", "主持人"
        RECORDER = "recorder", "记录人"
        OTHER = "other", "其他与会人员"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    digest = models.CharField(max_length=64, blank=True)  # of the record that the signer saw; none if on paper
    at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "签字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "role"],
                condition=Q(voided_at__isnull=True) & ~Q(role="other"),
                name="one_standing_signature_for_each_role",
            )
        ]
        triggers = [
            sealed_with(MEETING, "m.id = {row}.meeting_id"),
            pgtrigger.Protect(name="a_signature_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_signature_is_never_rewritten", exclude=["voided_at"]),
        ]

    def __str__(self):
        return f"{self.person} {self.get_role_display()}"


class Correction(models.Model):
    """更正: what a sealed record says wrong, what is right, and who found it. Nothing is overwritten: pages and papers
    show both, and the rules judge the corrected facts beside the first. It counts once a head has signed it.

    ``path`` names the field as a note does (``item/12/decision_text``, ``attendance/7/status``, ``vote/3/agree``);
    ``wrong`` and ``right`` are its texts as ``transitions.shown`` gives them.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="corrections")
    no = models.PositiveSmallIntegerField("次序")
    path = models.CharField(max_length=80)
    label = models.CharField("栏目", max_length=200)  # how people call the field, as of then
    wrong = models.TextField("原记录", blank=True)
    right = models.TextField("更正为", blank=True)
    wrong_said = models.TextField(blank=True)  # the two as people read them: names, not keys
    right_said = models.TextField(blank=True)
    found_by = models.CharField("发现人", max_length=100)
    reason = models.TextField("更正说明")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)  # taken back before anybody signed it
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="corrections")

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["meeting", "no"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "no"], name="corrections_are_numbered_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(dropped_at__isnull=True),
                name="a_signed_correction_is_not_taken_back",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_correction_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_correction_is_never_rewritten",
                exclude=["signed_by", "signed_at", "dropped_at", "document"],
            ),
            pgtrigger.Protect(
                name="a_signed_correction_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__signed_at__isnull=False) & pgtrigger.Q(old__document__isnull=False),
            ),
            searched.of_correction(),
        ]

    def __str__(self):
        return f"更正 {self.no}：{self.label}"
