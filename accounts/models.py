"""Who may act, and who did.

Glossary
    Organisation  单位: an education authority (教育局) or a school; authorities form a tree, schools hang on it
    User          账号: a sign-in; switched off, never deleted
    Role          岗位授权: clerical or supervisory work in an organisation, from a day until a day. What the law asks
                  of a secretary or a principal is no role: it follows the post (governance.Post) held that day.
                  A role that ``deputises`` is another's, held in their stead from a day until a day (代理)
    Entry         日志: one line of the journal. Written in the transaction of the act, never changed or deleted;
                  it is also the queue from which notices and documents are made (``drained_at``)
    Link          链: an entry's place in the chain of its organisation; each link holds the digest of the one before
    Notice        消息: what waits in a person's bell, and goes out once by e-mail
    Heartbeat     the last sign of life of a background process
"""

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Organisation(models.Model):
    class Kind(models.TextChoices):
        AUTHORITY = "authority", "教育主管部门"
        SCHOOL = "school", "学校"

    class Stage(models.TextChoices):
        KINDERGARTEN = "kindergarten", "幼儿园"
        PRIMARY = "primary", "小学"
        JUNIOR = "junior", "初中"
        SENIOR = "senior", "高中"
        NINE_YEAR = "nine_year", "九年一贯制"
        COMPLETE = "complete", "完全中学"
        VOCATIONAL = "vocational", "中等职业"
        SPECIAL = "special", "特殊教育"

    class Ownership(models.TextChoices):
        PUBLIC = "public", "公办"
        PRIVATE = "private", "民办"

    class PartyOrganisation(models.TextChoices):
        COMMITTEE = "committee", "党委"
        GENERAL_BRANCH = "general_branch", "党总支"
        BRANCH = "branch", "党支部"
        NONE = "none", "未单独设立"

    kind = models.CharField("类型", max_length=20, choices=Kind)
    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)  # "/1/7/": ancestors and itself
    stage = models.CharField("学段", max_length=20, choices=Stage, blank=True)
    ownership = models.CharField("办学性质", max_length=10, choices=Ownership, default=Ownership.PUBLIC)
    party_organization = models.CharField("党组织设置", max_length=20, choices=PartyOrganisation, blank=True)
    ended_on = models.DateField("停用", null=True, blank=True, editable=False)  # first day without this authority

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="school") | ~Q(party_organization=""),
                name="a_school_says_its_party_organisation",
            ),
            models.CheckConstraint(
                condition=Q(kind="authority") | Q(ended_on__isnull=True), name="only_an_authority_is_ended"
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            before, self.path = self.path, path
            everywhere = type(self).objects
            everywhere.filter(pk=self.pk).update(path=path)
            if before:  # moved: what hangs below moves along, and whoever oversaw it from the old place no longer does
                for below in everywhere.filter(path__startswith=before).exclude(pk=self.pk):
                    everywhere.filter(pk=below.pk).update(path=path + below.path.removeprefix(before))

    @property
    def line(self) -> list[int]:
        """Primary keys from the root of the tree down to this organisation."""
        return [int(part) for part in self.path.strip("/").split("/") if part]


class User(AbstractUser):
    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=40)
    by_email = models.BooleanField("同时发送邮件", default=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class RoleQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(Q(since__lte=day), Q(until__isnull=True) | Q(until__gt=day))


class Role(models.Model):
    class Name(models.TextChoices):
        SCHOOL_SECRETARY = "school_secretary", "学校秘书"
        AUTHORITY_ADMIN = "authority_admin", "主管部门管理员"
        INSPECTOR = "inspector", "督导检查员"
        INVITED = "invited", "受派检查员"  # reads nothing by itself, but may be named in an inspection
        AUDITOR = "auditor", "审计员"
        SYSTEM_ADMIN = "system_admin", "系统管理员"

    user = models.ForeignKey(User, models.PROTECT, related_name="roles", verbose_name="账号")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="roles", verbose_name="单位")
    role = models.CharField("岗位", max_length=20, choices=Name)
    since = models.DateField("自", default=timezone.localdate)
    until = models.DateField("至（不含）", null=True, blank=True)  # first day without the role
    deputises = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="代理"
    )

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位授权"
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role", "since"], name="a_role_begins_once_a_day"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_role_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(deputises__isnull=True) | Q(until__isnull=False), name="a_deputy_has_a_last_day"
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


class Entry(models.Model):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="entries")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="entries")
    actor_name = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    summary = models.CharField(max_length=300)
    facts = models.JSONField(default=dict, blank=True)
    drained_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日志"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="entry_by_organisation"),
            models.Index(fields=["subject_kind", "subject_id"], name="entry_by_subject"),
            models.Index(fields=["id"], condition=Q(drained_at__isnull=True), name="entry_waiting"),
        ]
        triggers = [
            pgtrigger.Protect(name="the_journal_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="the_journal_is_never_rewritten", exclude=["drained_at"]),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.summary}"


class Link(models.Model):
    """``digest`` = SHA-256 of ``previous`` and ``entry_digest``; the first link's ``previous`` is 64 zeros."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="links")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    no = models.PositiveIntegerField()
    entry_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "日志链"
        ordering = ["organisation", "no"]
        constraints = [models.UniqueConstraint(fields=["organisation", "no"], name="a_link_has_one_place")]
        triggers = [
            pgtrigger.Protect(name="a_link_is_never_changed_or_deleted", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.no} {self.digest[:12]}"


class Notice(models.Model):
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)  # what it is about and when: the same key is never sent twice
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)  # not mailed after this moment
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due = models.BooleanField(default=True)
    mail_claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="a_notice_reaches_a_person_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_by_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["id"], condition=Q(mail_due=True), name="notice_mail_due"),
        ]

    def __str__(self):
        return self.title


class Heartbeat(models.Model):
    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.at:%H:%M:%S}"
