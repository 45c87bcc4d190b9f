"""What the pages of this app ask before they show anything: who reads, and of which day."""

from datetime import date

from django.http import Http404
from django.utils import timezone

from ..access import Standing, school_for


def reading(request, school: str) -> Standing:
    """Who reads the school's records, and who administers it from above; nobody else."""
    by = school_for(request.user, school, records=False)
    if not by.reads_records and not by.administers:
        raise Http404("没有这个单位，或您没有查看它的权限。")
    return by


def asked_day(request) -> dict:
    """The day that ``?on=`` names, else today; ``wrong`` says so when it names none."""
    today = timezone.localdate()
    text = request.GET.get("on", "")
    try:
        return {"on": date.fromisoformat(text) if text else today, "today": today, "wrong": ""}
    except ValueError:
        return {"on": today, "today": today, "wrong": f"“{text}”不是有效的日期，下面按今天显示。"}
