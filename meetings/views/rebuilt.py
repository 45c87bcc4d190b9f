"""The record built again from its journal, for the clerk, the heads and the inspector."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from governance.access import Standing, school_for

from ..access import meeting_for
from ..rebuilding import compare
from ..viewing import seen_of_meeting


def compares(by: Standing) -> bool:
    return by.clerk or by.heads_any or by.supervises


@login_required
@require_GET
def rebuilt(request, school, pk):
    by = school_for(request.user, school)
    if not compares(by):
        raise Http404("由流水重建核对，由学校秘书、书记、校长和督导检查员使用。")
    meeting = meeting_for(by, pk)
    seen_of_meeting(by, "rebuilt", "由流水重建核对", meeting)
    return render(request, "meetings/rebuilt.html", {"standing": by, "meeting": meeting, "compared": compare(meeting)})


urlpatterns = [path("meetings/<int:pk>/rebuilt/", rebuilt, name="rebuilt")]
