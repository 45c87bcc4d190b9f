"""工作台: the first page of a school, and the question it answers: what waits for me, by when."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from governance.access import school_for

from ..viewing import seen_in_list
from ..worklist import next_meetings, recent_decisions, worklist


@login_required
def desk(request, school):
    by = school_for(request.user, school)
    now = timezone.now()
    page = Paginator(worklist(by, now), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    decisions = list(recent_decisions(by))
    seen_in_list(by, "desk", "工作台", [item.matter for item in decisions])
    return render(
        request,
        "meetings/desk.html",
        {
            "standing": by,
            "page": page,
            "late": sum(row.late for row in page.paginator.object_list),
            "meetings": next_meetings(by, now),
            "decisions": decisions,
            "today": timezone.localdate(),
        },
    )


urlpatterns = [path("", desk, name="desk")]
