"""Reports 报告: figures frozen on a day, with how each was counted, drawn as PDF, Word and Excel by the worker.

Glossary
    Report   of one inspection, or of a district in a school year
    frozen   what the report says: chapters of figures, tables, charts, findings. Each figure names the count it is
             (``key``) and the address of the records behind it
    at/of    how far the worker has come
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User

from .inspection import Inspection


class Report(models.Model):
    class Kind(models.TextChoices):
        INSPECTION = "inspection", "检查报告"
        YEAR = "year", "年度报告"

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=12, choices=Kind)
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, blank=True, related_name="reports")
    year = models.PositiveSmallIntegerField(null=True, blank=True)  # in which the school year began
    title = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField(default=1)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=100, blank=True)  # what is being done now
    attempts = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=300, blank=True)
    frozen = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    pdf = models.FileField(upload_to="reports/", max_length=200, blank=True)
    word = models.FileField(upload_to="reports/", max_length=200, blank=True)
    sheet = models.FileField(upload_to="reports/", max_length=200, blank=True)
    sha256 = models.JSONField(default=dict, blank=True)  # of each file

    class Meta:
        verbose_name = verbose_name_plural = "报告"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["authority", "-id"], name="report_by_authority"),
            models.Index(fields=["id"], condition=Q(finished_at=None, stopped_at=None), name="report_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(inspection__isnull=False) ^ Q(year__isnull=False), name="a_report_is_of_one_thing"
            )
        ]

    def __str__(self):
        return self.title
