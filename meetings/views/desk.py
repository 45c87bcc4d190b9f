"""工作台: the first page of a school, and the question it answers: what waits for me, by when."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from governance.access import school_for

from ..worklist import next_meetings, recent_decisions, worklist


@login_required
def desk(request, school):
    by = school_for(request.user, school)
    now = timezone.now()
    page = Paginator(worklist(by, now), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "meetings/desk.html",
        {
            "standing": by,
            "page": page,
            "late": sum(row.late for row in page.paginator.object_list),
            "meetings": next_meetings(by, now),
            "decisions": recent_decisions(by),
            "today": timezone.localdate(),
        },
    )


urlpatterns = [path("", desk, name="desk")]
