"""Workbooks that are brought in 导入: of schools and people, looked through and shown first; of a school's payments.

Glossary
    Intake     one workbook on its way in
    found      what was seen in it, as its page shows it
    digest     of what it would change; nothing else is brought in
    read_at    when it was looked through
    wanted_at  when somebody who had seen it said that it be brought in; payments are wanted from the first
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User

from .inspection import Inspection


class Intake(models.Model):
    class Kind(models.TextChoices):
        STRUCTURE = "structure", "学校和人员"
        PAYMENTS = "payments", "支付明细"

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="intakes")
    kind = models.CharField(max_length=10, choices=Kind)
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, blank=True, related_name="intakes")
    school = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("表格", max_length=200)
    file = models.FileField(upload_to="intakes/", max_length=200, blank=True)  # until it is in, or given up
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    found = models.JSONField(default=dict, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)
    wanted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    together = models.BooleanField(default=False)  # rows of one name are one person: that was confirmed
    said = models.CharField(max_length=200, blank=True)  # why it was not brought in yet; or what it brought
    attempts = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["authority", "kind", "-id"], name="intake_by_authority"),
            models.Index(fields=["inspection", "school", "-id"], name="intake_by_inspection"),
            models.Index(fields=["id"], condition=Q(finished_at=None), name="intake_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="structure", inspection=None, school=None)
                | Q(kind="payments", inspection__isnull=False, school__isnull=False),
                name="payments_are_of_an_inspection_and_a_school",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def goes_on(self) -> bool:
        """Whether the worker has something to do about it."""
        return not self.finished_at and (not self.read_at or bool(self.wanted_at))
