"""One row of 今天要办, as every list of what waits makes it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.words import when as said
from governance.access import Standing

LONG = timedelta(days=3)  # a request that waits longer than this is shown as late
END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class Row:
    kind: str
    title: str
    more: str
    act: str
    url: str
    since: datetime
    due: datetime | None = None
    late: bool = False
    leave: int | None = None  # the attendance of whoever asked for leave: decided in the row itself

    @property
    def when(self) -> str:
        """By when, or since when, as people say it."""
        today = timezone.localdate()
        if self.due is None:
            days = (today - timezone.localtime(self.since).date()).days
            return f"已等 {days} 天" if days > 0 else "今天"
        if not self.late:
            due = timezone.localtime(self.due)
            if self.kind in ("meeting_called", "meeting_open"):
                return said(due)  # it begins then; there is nothing to do by then
            return f"{said(due.date() if due.time() == END_OF_DAY else due)}前"
        days = (today - timezone.localtime(self.due).date()).days
        return f"逾期 {days} 天" if days > 0 else "今天已过时限"


def link(by: Standing, name: str, **more) -> str:
    return reverse(name, kwargs={"school": by.school.code, **more})


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, END_OF_DAY))
