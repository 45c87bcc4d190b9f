"""查看记录: who from outside the school opened something confidential. Shown to the school afterwards."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User

from .matter import Matter
from .meeting import Meeting

OF_THE_VIEW = ("school_id", "matter_id", "meeting_id", "user_id", "user_name", "day", "at", "page", "what", "key")
COUNTED_ON = " AND ".join(
    [
        *(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in OF_THE_VIEW),
        "NEW.times = OLD.times + 1",
        "NEW.last_at >= OLD.last_at",
    ]
)
STANDS = "RAISE EXCEPTION 'a view that was written down stands' USING ERRCODE = 'check_violation';"


class ConfidentialView(models.Model):
    """What somebody opened, on one page or as one file, in the course of a ``day``: from ``at`` until ``last_at``, as many
    ``times``. ``key`` names the inspection it happened in, if any (Grant.key): the school sees it when that is over, and any
    other at once. A row without a day is from before they were counted."""

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=40)
    day = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)
    page = models.CharField(max_length=60)  # the name of the door
    what = models.CharField(max_length=200)  # 会议记录、检查结果、附件
    key = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查看记录"
        ordering = ["-last_at", "-pk"]
        indexes = [models.Index(fields=["school", "-last_at", "-id"], name="view_by_school")]
        constraints = [
            models.CheckConstraint(
                condition=Q(matter__isnull=False) | Q(meeting__isnull=False), name="a_view_is_of_something"
            ),
            models.UniqueConstraint(
                fields=["user", "day", "school", "matter", "meeting", "page", "what", "key"],
                condition=Q(day__isnull=False), nulls_distinct=False, name="a_view_is_counted_in_one_row_a_day",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="a_view_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="a_view_is_only_counted_on",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"IF {COUNTED_ON} THEN RETURN NEW; END IF; {STANDS}",
            ),
        ]

    def __str__(self):
        return f"{self.user_name} {self.at:%Y-%m-%d %H:%M}"
