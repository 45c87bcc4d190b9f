"""What leaves the school's hands: documents, the copies that came back signed, and how the school's papers look.

Glossary
    Document    文件: frozen facts with a number, a version and a digest; its PDF is made from them once and kept
    SignedCopy  签字件: a scan or a Word file of a document as it was signed, attached to it
    PaperDraft  what somebody typed for a document that is not issued yet
    PaperStyle  文件格式: names, number style, head text and room for the seal, set once by the school
"""

import uuid
from pathlib import PurePath

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Body

from .matter import Matter
from .meeting import Item, Meeting
from .sealing import append_only


class Document(models.Model):
    """Frozen facts and their digest; the PDF is made from them once and kept."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "会议通知"
        APPLICATION = "application", "议题申报表"
        AGENDA = "agenda", "会议议程"
        SIGN_IN = "sign_in", "签到表"
        BALLOT = "ballot", "表决票"
        TALLY = "tally", "表决结果"
        RECORD = "record", "会议记录"
        MINUTES = "minutes", "会议纪要"
        DECISION = "decision", "决定"
        CIRCULAR = "circular", "议决事项通知书"
        FOLLOW_UP = "follow_up", "督办单"
        LEDGER = "ledger", "“三重一大”事项台账"
        DOSSIER = "dossier", "决策档案"
        EXECUTION = "execution", "年度执行情况报告"
        CORRECTION = "correction", "更正说明"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    # What it is about: a meeting, an item of one, a matter, or the school in a period.
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="documents")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="documents")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="documents")
    period = models.CharField(max_length=25, blank=True)  # 2026, or 2026-03-01/2026-08-31
    kind = models.CharField(max_length=20, choices=Kind)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    body = models.CharField(max_length=10, choices=Body, blank=True)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    frozen = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file = models.FileField(upload_to="documents/", max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["school", "-id"], name="document_by_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "kind", "body", "year", "serial"], name="a_document_number_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="a_document_is_replaced_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_document_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_document_is_never_rewritten", exclude=["file", "file_sha256", "made_at"]),
        ]

    def __str__(self):
        return self.number


def signed_copy_path(copy: "SignedCopy", name: str) -> str:
    return f"signed/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class SignedCopy(models.Model):
    document = models.ForeignKey(Document, models.PROTECT, related_name="signed_copies")
    file = models.FileField("文件", upload_to=signed_copy_path, max_length=200)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    # Of a Word file: what it says otherwise than the record, as it was shown before it was attached.
    differences = models.JSONField(default=list, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    attached_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "签字件"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "sha256"], name="the_same_signed_copy_is_attached_once")
        ]
        triggers = [append_only("a_signed_copy_is_never_changed_or_deleted")]

    def __str__(self):
        return self.name


class PaperDraft(models.Model):
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Document.Kind)
    subject = models.CharField(max_length=40)  # meeting/7, item/12, matter/3, period/2026
    values = models.JSONField(default=dict)
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "文件草稿"
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "subject"], name="a_paper_has_one_draft"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.subject}"


class PaperStyle(models.Model):
    class Numbering(models.TextChoices):
        YEAR = "year", "按年编号：〔2026〕3号"
        RUNNING = "running", "连续编号：第3号"

    class Seal(models.TextChoices):
        STAMPED = "stamped", "加盖公章"
        PLAIN = "plain", "不加盖公章"
        SIGNED = "signed", "加盖签名章"

    class Retention(models.TextChoices):
        PERMANENT = "permanent", "永久"
        THIRTY = "30", "30年"
        TEN = "10", "10年"

    school = models.OneToOneField(Organisation, models.PROTECT, related_name="paper_style")
    party_name = models.CharField("党组织名称", max_length=60, blank=True)  # 中共…支部委员会; empty: the school's name
    office_name = models.CharField("学校名称", max_length=60, blank=True)
    party_code = models.CharField("党组织发文代字", max_length=12, blank=True)  # 师附党发
    office_code = models.CharField("学校发文代字", max_length=12, blank=True)
    numbering = models.CharField("编号方式", max_length=10, choices=Numbering, default=Numbering.YEAR)
    seal = models.CharField("落款", max_length=10, choices=Seal, default=Seal.STAMPED)
    printed_by = models.CharField("印发机关", max_length=60, blank=True)
    copies_to = models.CharField("抄送", max_length=200, blank=True)
    fonds = models.CharField("全宗号", max_length=10, blank=True)  # the school's number with its archive
    retention = models.CharField("保管期限", max_length=10, choices=Retention, default=Retention.PERMANENT)

    class Meta:
        verbose_name = verbose_name_plural = "文件格式"

    def __str__(self):
        return f"{self.school} 文件格式"
