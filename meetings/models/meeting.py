"""Meetings, their agenda, and what was said there."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Body, Person

from . import searched
from .matter import Matter
from .sealing import (
    MEETING,
    OF_ITEM,
    date_that_was_decided,
    nothing_comes_in,
    recusal_that_was_counted,
    sealed_columns,
    sealed_with,
)

BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


def words_of(column: str) -> MD5:
    """A text without its blanks, as an index has it."""
    return MD5(Func(F(column), Value(BLANKS), Value(""), function="translate", output_field=models.TextField()))


def meeting_ref() -> str:
    return f"m{uuid.uuid4().hex[:12]}"


class Meeting(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "筹备"
        CALLED = "called", "已通知"
        OPEN = "open", "进行中"
        ENDED = "ended", "待整理"
        COMPLETED = "completed", "待签字"
        SIGNED = "signed", "待签发"
        ISSUED = "issued", "已签发"
        CANCELLED = "cancelled", "已取消"
        IMPORTED = "imported", "已导入"  # came as a file, closed as it stands

    SEALED = (State.ISSUED, State.IMPORTED)
    NO_RECORD = (State.DRAFT, State.CANCELLED)  # of nothing that has been, or is to be

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "现场"
        ONLINE = "online", "线上"
        HYBRID = "hybrid", "现场与线上结合"

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="meetings")
    ref = models.CharField(max_length=100, default=meeting_ref, editable=False)
    body = models.CharField("会议", max_length=10, choices=Body)
    number = models.IntegerField("次数", null=True, blank=True)
    title = models.CharField("名称", max_length=200, blank=True)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    mode = models.CharField("方式", max_length=10, choices=Mode, default=Mode.IN_PERSON, blank=True)
    convener = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="召集人")
    chair = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持人")
    recorder = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人")
    emergency = models.BooleanField("紧急会议", default=False)
    delegation_giver = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="委托人"
    )
    delegation_receiver = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受委托人"
    )
    delegation_at = models.DateTimeField("委托时间", null=True, blank=True)
    delegation_reason = models.CharField("委托事由", max_length=200, blank=True)
    notice_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    entered_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    record_completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )  # nobody: imported
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["school", "-starts_at"], name="meeting_by_school_and_time"),
            models.Index(fields=["-starts_at"], name="meeting_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["school", "ref"], name="a_meeting_is_called_one_thing_in_files"),
            models.UniqueConstraint(
                fields=["school", "body", "starts_at"],
                condition=~Q(state="cancelled"),
                name="a_body_meets_once_at_a_time",
                violation_error_message="这一时间已有同一会议。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="a_meeting_ends_after_it_started",
            ),
        ]
        triggers = sealed_columns(
            MEETING, "m.id = {row}.id", "school", "ref", "body", "number", "title", "starts_at", "ends_at", "place",
            "mode", "convener", "chair", "recorder", "emergency", "delegation_giver", "delegation_receiver",
            "delegation_at", "delegation_reason", "notice_sent_at", "opened_at", "record_completed_at", "state",
        ) + [searched.of_meeting()]  # fmt: skip

    def __str__(self):
        on = timezone.localtime(self.starts_at)
        return self.title or f"{self.get_body_display()}（{on.year}年{on.month}月{on.day}日）"


class Item(models.Model):
    class Purpose(models.TextChoices):
        DECIDE = "decide", "讨论决定"
        PROPOSE = "propose", "研究提出方案"
        DEPLOY = "deploy", "部署落实"
        HANDLE = "handle", "研究处理"
        STUDY = "study", "学习"
        REPORT = "report", "通报"

    class State(models.TextChoices):
        WAITING = "waiting", "待确认"
        POSTPONED = "postponed", "暂缓"
        RETURNED = "returned", "已退回"
        CONFIRMED = "confirmed", "已确认"
        SETTLED = "settled", "已议定"
        DROPPED = "dropped", "已撤下"

    class Outcome(models.TextChoices):
        PASSED = "passed", "通过"
        REJECTED = "rejected", "未通过"
        DEFERRED = "deferred", "缓议"
        PRINCIPAL_DECIDED = "principal_decided", "校长决定"
        REFERRED = "referred", "提交党组织会议"
        NOTED = "noted", "知悉"
        WITHDRAWN = "withdrawn", "撤回"

    ASKED = (State.WAITING, State.POSTPONED, State.CONFIRMED)  # on its way to a meeting
    CARRIED = (Outcome.PASSED, Outcome.PRINCIPAL_DECIDED)
    DECIDED = (Outcome.PASSED, Outcome.REJECTED, Outcome.PRINCIPAL_DECIDED)

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="items")
    body = models.CharField("会议", max_length=10, choices=Body)
    purpose = models.CharField("目的", max_length=10, choices=Purpose)
    state = models.CharField("状态", max_length=20, choices=State, default=State.WAITING, editable=False)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    head_note = models.CharField("审定意见", max_length=500, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="items")
    no = models.PositiveSmallIntegerField(null=True, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField("宣布的结果", max_length=20, choices=Outcome, blank=True)
    outcome_reason = models.TextField("与计票不一致的说明", blank=True)
    decision_text = models.TextField("决定内容", blank=True)
    responsible = models.ManyToManyField(Person, blank=True, related_name="responsible_for", verbose_name="责任人")
    # 牵头人, one of those responsible; the others help. None: whoever stands first.
    lead = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name="牵头人")
    due = models.DateField("完成时限", null=True, blank=True)
    due_decided = models.DateField("决定的时限", null=True, blank=True)  # kept once ``due`` was extended
    done_on = models.DateField("办结日期", null=True, blank=True)
    done_note = models.TextField("落实情况", blank=True)
    closed_at = models.DateTimeField("销号时间", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    published = models.BooleanField("公开", null=True, blank=True)
    published_from = models.DateField(null=True, blank=True)
    published_until = models.DateField(null=True, blank=True)
    published_scope = models.CharField(max_length=100, blank=True)
    unpublished_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ["no", "pk"]
        indexes = [models.Index(fields=["due"], condition=Q(done_on__isnull=True), name="item_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "no"], deferrable=models.Deferrable.DEFERRED, name="an_agenda_has_each_number_once"
            ),
            models.UniqueConstraint(
                fields=["matter", "body", "purpose"],
                condition=Q(meeting__isnull=True, state__in=["waiting", "postponed", "confirmed"]),
                name="a_matter_asks_once_for_the_same_thing",
            ),
            models.CheckConstraint(
                condition=Q(meeting__isnull=True, no__isnull=True) | Q(meeting__isnull=False, no__isnull=False),
                name="an_item_on_an_agenda_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(done_on__isnull=False), name="what_is_closed_was_done"
            ),
        ]
        triggers = [
            date_that_was_decided(),
            nothing_comes_in(),
            searched.of_item(),
            *sealed_columns(
                OF_ITEM, "i.id = {row}.id", "matter", "body", "purpose", "state", "confirmed_by", "confirmed_at",
                "head_note", "meeting", "no", "added_at", "outcome", "outcome_reason", "decision_text", "lead",
                "settled_at",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.no or '–'} {self.matter}"


class ResponsibleLink(Item.responsible.through):  # type: ignore[name-defined]
    """The rows of ``Item.responsible``, so that a sealed record keeps them too."""

    class Meta:
        proxy = True
        triggers = [sealed_with(OF_ITEM, "i.id = {row}.item_id")]


class Opinion(models.Model):
    class Stance(models.TextChoices):
        AGREE = "agree", "同意"
        DISAGREE = "disagree", "不同意"
        ABSTAIN = "abstain", "弃权"
        DEFER = "defer", "缓议"

    item = models.ForeignKey(Item, models.PROTECT, related_name="opinions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="opinions")
    stance = models.CharField("态度", max_length=10, choices=Stance, blank=True)
    order = models.PositiveSmallIntegerField("发言次序", null=True, blank=True)
    text = models.TextField("意见", blank=True)
    written = models.BooleanField("书面意见", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "意见"
        ordering = [F("order").asc(nulls_last=True), "pk"]
        indexes = [models.Index(words_of("text"), name="opinion_by_words")]
        constraints = [
            models.UniqueConstraint(fields=["item", "person", "written"], name="a_person_has_one_opinion_on_an_item")
        ]
        triggers = [sealed_with(OF_ITEM, "i.id = {row}.item_id"), searched.of_opinion()]

    def __str__(self):
        return f"{self.person} {self.get_stance_display()}"


class Recusal(models.Model):
    item = models.ForeignKey(Item, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="recusals")
    reason = models.CharField("回避事由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="a_person_is_recused_once")]
        triggers = [sealed_with(OF_ITEM, "i.id = {row}.item_id"), recusal_that_was_counted()]

    def __str__(self):
        return f"{self.person} 回避"


class TextRevision(models.Model):
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="revisions")
    field = models.CharField(max_length=80)  # the path of a note, such as "item/12/decision_text"
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "修改痕迹"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["meeting", "field", "-id"], name="revision_by_field")]
        triggers = [
            sealed_with(MEETING, "m.id = {row}.meeting_id"),
            pgtrigger.Protect(name="a_revision_is_never_rewritten", operation=pgtrigger.Update),
        ]

    def __str__(self):
        return f"{self.field} {self.at:%H:%M}"
