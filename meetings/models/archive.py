"""Long work that ends as one file, and the packs that go to the archive.

Glossary
    Batch     成批: many documents, or a pack, made by the workers part by part, with progress; it can be stopped
    BatchPart one piece of it: whoever takes it holds it until ``held_until``; a dead worker's piece is taken again
    Pack      归档包: one matter, one meeting or one school year as a file that can be checked without 议事
"""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User

from .document import PaperStyle
from .matter import Matter
from .meeting import Meeting


class Batch(models.Model):
    class Kind(models.TextChoices):
        PAPERS = "papers", "文件成批"
        PACK = "pack", "归档包"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="batches")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=200)  # 2026 年会议纪要
    scope = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    failed = models.CharField(max_length=300, blank=True)  # why nothing came of it, for whoever asked
    file = models.FileField(upload_to="batches/", max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成批文件"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school", "-id"], name="batch_by_school"),
            models.Index(fields=["id"], condition=Q(finished_at=None, stopped_at=None), name="batch_waiting"),
        ]
        triggers = [pgtrigger.Protect(name="a_batch_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return self.label


class BatchPart(models.Model):
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="parts")
    no = models.PositiveIntegerField()
    label = models.CharField(max_length=200)
    about = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    made = models.JSONField(default=dict, blank=True)  # what came of it: files with their digests
    failed = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成批文件各件"
        ordering = ["batch", "no"]
        constraints = [models.UniqueConstraint(fields=["batch", "no"], name="parts_of_a_batch_are_numbered_once")]
        indexes = [models.Index(fields=["batch", "no"], condition=Q(done_at=None), name="part_waiting")]

    def __str__(self):
        return self.label


class Pack(models.Model):
    class Scope(models.TextChoices):
        MATTER = "matter", "一个事项"
        MEETING = "meeting", "一次会议"
        YEAR = "year", "一个年度"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="packs")
    batch = models.OneToOneField(Batch, models.PROTECT, related_name="pack")
    scope = models.CharField(max_length=10, choices=Scope)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="packs")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="packs")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField("档号", max_length=60)
    retention = models.CharField("保管期限", max_length=10, choices=PaperStyle.Retention)
    digest = models.CharField(max_length=64)  # of the manifest: what a register or a printed slip may name
    files = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "归档包"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "serial"], name="an_archive_number_is_used_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="a_pack_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_pack_is_never_rewritten"),
        ]

    def __str__(self):
        return self.number
