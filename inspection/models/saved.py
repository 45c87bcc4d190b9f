"""筛选: what somebody narrowed a list to, kept under a name."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User


class SavedFilter(models.Model):
    """``page`` names the list (register/meetings), ``query`` is the address's own, in canonical order."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField("名称", max_length=40)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField("本单位同事可用", default=False)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "筛选"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "page", "name"],
                condition=Q(removed_at__isnull=True),
                name="a_filter_is_called_one_thing",
            )
        ]

    def __str__(self):
        return self.name
