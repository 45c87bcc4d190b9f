"""What can be searched: the texts of matters and of items at meetings, kept by triggers beside what they are taken from.

Most Chinese words are of two characters, for which trigrams find nothing: the index holds pairs of characters. It holds
them by week, so that the newest hits are found without looking at all of them.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func

from accounts.models import Organisation

from .matter import Matter
from .meeting import Item


class Pairs(Func):
    function = "yishi_pairs"


class Findable(models.Model):
    """可查文本: title and proposal of a matter that was proposed, or decision and opinions of an item at a meeting."""

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    matter = models.OneToOneField(Matter, models.PROTECT, null=True, related_name="+")
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()  # of the meeting, or of the proposal
    week = models.SmallIntegerField()  # since 1 January 1970
    text = models.TextField()

    class Meta:
        verbose_name = verbose_name_plural = "可查文本"
        indexes = [
            GinIndex(F("week"), Pairs("text"), name="findable_by_pairs"),
            models.Index(fields=["school", "-at", "-id"], name="findable_by_school"),
            models.Index(fields=["week"], name="findable_by_week"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(matter__isnull=True) ^ models.Q(item__isnull=True),
                name="what_is_found_is_a_matter_or_an_item",
            )
        ]

    def __str__(self):
        return self.text[:40]
