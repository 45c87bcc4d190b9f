"""Announcements 公告: what an authority tells the schools below.

Glossary
    Announcement  to all schools below, to those of some stages, or to the ones chosen; shown from ``since`` through
                  ``until``. Once published its words stay; it can be withdrawn, and then says so
    Reading       who of which school opened it, and when; ``received_at``: that they confirmed it (回执)
"""

import uuid
from pathlib import PurePath

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import Organisation, User


def announcement_path(attached: "AnnouncementFile", name: str) -> str:
    return f"announcements/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class Announcement(models.Model):
    class To(models.TextChoices):
        ALL = "all", "全部学校"
        STAGES = "stages", "按学段"
        CHOSEN = "chosen", "选定的学校"

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="announcements")
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文")
    to = models.CharField("发给", max_length=10, choices=To, default=To.ALL)
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="学段")
    schools = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name="学校")
    since = models.DateField("自", default=timezone.localdate)
    until = models.DateField("至", null=True, blank=True)  # the last day on which it is shown
    asks_receipt = models.BooleanField("需要回执", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公告"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["authority", "-id"], name="announcement_by_authority")]
        triggers = [
            pgtrigger.Protect(name="an_announcement_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="an_announcement_keeps_its_words", fields=["authority", "title", "text", "to", "stages"]
            ),
        ]

    def __str__(self):
        return self.title


class AnnouncementFile(models.Model):
    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="files")
    file = models.FileField(upload_to=announcement_path, max_length=200)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Reading(models.Model):
    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="readings")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "school", "user"], name="an_announcement_is_read_once")
        ]

    def __str__(self):
        return f"{self.user} {self.announcement}"
