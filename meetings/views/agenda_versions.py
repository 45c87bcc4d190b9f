"""The versions of an agenda: one of them as it stood, and what has changed between any two."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from governance.access import school_for

from ..access import meeting_for
from ..models import Item
from ..since_notice import between, in_numbers
from ..viewing import seen_of_meeting
from .answering import key


@login_required
@require_GET
def agenda_versions(request, school, pk):
    """``to`` is the version that is shown, the latest without it; ``from`` the one that it is compared with."""
    by = school_for(request.user, school)
    meeting = meeting_for(by, pk)
    versions = {version.number: version for version in meeting.agenda_versions.order_by("number").select_related("by")}
    if not versions:
        raise Http404("这次会议还没有发过通知，议程没有留存的版本。")
    seen_of_meeting(by, "agenda_versions", "议程版本", meeting)
    latest = max(versions)
    last = versions[_number(request.GET.get("to"), versions, latest)]
    first = versions[_number(request.GET.get("from"), versions, min(versions))]
    return render(
        request,
        "meetings/agenda_versions.html",
        {
            "standing": by,
            "meeting": meeting,
            "versions": [(version, in_numbers(c["kind"] for c in version.changes)) for version in versions.values()],
            "first": first,
            "last": last,
            "latest": versions[latest],
            "since": between(first, last),
            "lines": [line | {"word": Item.Purpose(line["purpose"]).label} for line in last.items],
        },
    )


def _number(text: str | None, versions: dict, otherwise: int) -> int:
    return key(text) if key(text) in versions else otherwise


urlpatterns = [path("meetings/<int:pk>/agenda/versions/", agenda_versions, name="agenda_versions")]
