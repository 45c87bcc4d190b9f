"""查看记录: who from outside the school opened something confidential. Shown to the school afterwards."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User

from .matter import Matter
from .meeting import Meeting
from .sealing import append_only


class ConfidentialView(models.Model):
    """One opening of a page or a file. ``key`` names the inspection it happened in, if any (Grant.key): the school sees it
    when that is over, and any other at once."""

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    page = models.CharField(max_length=60)  # the name of the door
    what = models.CharField(max_length=200)  # 会议记录、检查结果、附件
    key = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查看记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["school", "-id"], name="view_by_school")]
        constraints = [
            models.CheckConstraint(
                condition=Q(matter__isnull=False) | Q(meeting__isnull=False), name="a_view_is_of_something"
            )
        ]
        triggers = [append_only("a_view_is_never_changed_or_deleted")]

    def __str__(self):
        return f"{self.user_name} {self.at:%Y-%m-%d %H:%M}"
