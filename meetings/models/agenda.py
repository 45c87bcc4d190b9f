"""The agenda as it stood at each notice and after each change, and the words that a school writes often."""

from django.db import models
from django.utils import timezone

from accounts.models import Organisation, User

from .meeting import Meeting
from .sealing import MEETING, append_only, sealed_with


class AgendaVersion(models.Model):
    """议程版本: the first is what the notice said; each later one says what was changed since the one before.

    ``items``    [{"item", "matter", "no", "title", "purpose", "text": digest, "files": [{"name", "sha256"}]}]
    ``changes``  [{"kind": added | removed | moved | text | files, "matter", "title", …}], empty in the first
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda_versions")
    number = models.PositiveSmallIntegerField("版次")
    items = models.JSONField()
    changes = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "议程版本"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="an_agenda_has_each_version_once")]
        triggers = [append_only("an_agenda_version_is_never_changed"), sealed_with(MEETING, "m.id = {row}.meeting_id")]

    def __str__(self):
        return f"{self.meeting} 第 {self.number} 版议程"


class Phrase(models.Model):
    """常用语: a sentence that a school writes often."""

    class Where(models.TextChoices):
        OPINION = "opinion", "发言意见"
        DECISION = "decision", "决定内容"
        REASON = "reason", "事由、理由"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="phrases")
    where = models.CharField("用在哪里", max_length=10, choices=Where)
    text = models.CharField("内容", max_length=200)
    position = models.PositiveSmallIntegerField("次序", default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        ordering = ["where", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "where", "text"],
                name="a_phrase_is_listed_once",
                violation_error_message="这一条已经有了。",
            )
        ]

    def __str__(self):
        return self.text
