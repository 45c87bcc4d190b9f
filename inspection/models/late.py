"""事后补记: what was written down more than a day after it happened. A view of the records' own times."""

from django.db import models

from accounts.models import Organisation
from meetings.models import Matter, Meeting


class LateEntry(models.Model):
    """``at``: when it happened; of a meeting and its record when it began, and ``late`` counts from its end."""

    class Kind(models.TextChoices):
        MEETING = "meeting", "会议"
        RECORD = "record", "会议记录"
        CONSULTATION = "consultation", "会前沟通"
        COMMUNICATION = "communication", "定期沟通"

    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    school = models.ForeignKey(Organisation, models.DO_NOTHING, related_name="+")
    meeting = models.ForeignKey(Meeting, models.DO_NOTHING, null=True, related_name="+")
    matter = models.ForeignKey(Matter, models.DO_NOTHING, null=True, related_name="+")
    at = models.DateTimeField()
    entered_at = models.DateTimeField()
    late = models.DurationField()

    class Meta:
        managed = False
        db_table = "inspection_lateentry"

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
