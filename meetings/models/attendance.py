"""Who was there, from which item to which, and how that came to be written down."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from governance.models import Person

from .meeting import Meeting
from .sealing import MEETING, append_only, presence_that_was_counted, sealed_with


class Attendance(models.Model):
    class Status(models.TextChoices):
        EXPECTED = "", "未登记"
        PRESENT = "present", "到会"
        LEAVE = "leave", "请假"
        ABSENT = "absent", "缺席"

    class Answer(models.TextChoices):
        COMING = "coming", "参加"
        LEAVE = "leave", "请假"

    class Role(models.TextChoices):
        MEMBER = "member", "成员"
        OBSERVER = "observer", "列席"
        RECORDER = "recorder", "记录"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendance")
    role = models.CharField("身份", max_length=10, choices=Role, default=Role.MEMBER, blank=True)
    status = models.CharField("到会情况", max_length=10, choices=Status, blank=True)
    from_item = models.PositiveSmallIntegerField("自第几项到会", null=True, blank=True)
    to_item = models.PositiveSmallIntegerField("至第几项离会", null=True, blank=True)
    # Who leaves and comes back: the items between, which they were not there for.
    away = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name="中途不在场的项")
    leave_reason = models.CharField("事由", max_length=200, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.CharField("回执", max_length=10, choices=Answer, blank=True)
    answer_reason = models.CharField("请假事由", max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    leave_granted = models.BooleanField("准假", null=True, blank=True)
    leave_decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    leave_decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "到会"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="a_person_attends_a_meeting_once"),
            models.CheckConstraint(
                condition=Q(from_item__isnull=True) | Q(to_item__isnull=True) | Q(to_item__gte=F("from_item")),
                name="nobody_leaves_before_arriving",
            ),
            models.CheckConstraint(
                condition=Q(leave_granted__isnull=True) | Q(leave_decided_at__isnull=False),
                name="leave_is_granted_or_refused_at_a_time",
            ),
        ]
        triggers = [sealed_with(MEETING, "m.id = {row}.meeting_id"), presence_that_was_counted()]

    def __str__(self):
        return f"{self.person} {self.get_status_display()}"


class Movement(models.Model):
    """One line of the timeline: somebody came, left, came back, or stood aside, at an item and at a time by the clock.

    It tells how the attendance came to stand as it does; who was present at an item is read from Attendance alone.
    """

    class Kind(models.TextChoices):
        ARRIVED = "arrived", "到会"
        LEFT = "left", "离会"
        BACK = "back", "返回"
        RECUSED = "recused", "回避"
        REJOINED = "rejoined", "撤销回避"
        LEAVE = "leave", "请假"
        ABSENT = "absent", "缺席"
        MENDED = "mended", "改记"  # what was written down was wrong and is written anew

    class Origin(models.TextChoices):
        CLERK = "clerk", "秘书登记"
        CHECK_IN = "check_in", "扫码签到"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="movements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind)
    item_no = models.PositiveSmallIntegerField("项次", null=True, blank=True)  # none: before the first item
    at = models.DateTimeField("时间", default=timezone.now)
    detail = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.CLERK)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "到会变动"
        ordering = ["pk"]
        triggers = [
            append_only("a_movement_is_never_changed_or_deleted"),
            pgtrigger.Trigger(
                name="a_sealed_timeline_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    f"IF EXISTS ({MEETING} AND m.id = NEW.meeting_id) THEN RAISE EXCEPTION "
                    "'a sealed record stands: write a correction' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"


class CheckIn(models.Model):
    """Somebody says, from their own phone, that they are in the room; the clerk, who sees them, confirms it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="check_ins")
    person = models.ForeignKey(Person, models.PROTECT, related_name="check_ins")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    confirmed = models.BooleanField(null=True, blank=True)  # None while the clerk has not looked; False: not here
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "签到"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(confirmed__isnull=True),
                name="a_person_has_one_open_check_in_at_a_meeting",
            )
        ]
        triggers = [pgtrigger.Protect(name="a_check_in_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.person} 签到"
