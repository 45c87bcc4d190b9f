"""修改痕迹: each text of a meeting as it once stood; two of them side by side; an earlier one brought back."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from governance.access import school_for

from .. import transitions as verbs
from ..access import meetings_for
from ..models import TextRevision
from ..paths import Names, named, names_of, spoken, with_names
from ..viewing import seen_of_meeting
from .answering import key, stopped_as_message

LONG = 240  # characters: more is folded in the list


def _told(names: Names, row: TextRevision | None) -> TextRevision | None:
    if row is not None:
        row.label, row.shown = named(names, row.field), spoken(names, row.field, row.text)
        row.folded = f"{row.shown[:60]}……" if len(row.shown) > LONG else ""
    return row


def _two(rows, old: int, new: int) -> tuple[TextRevision | None, TextRevision | None]:
    """The two asked for, the older first; without an old one the revision before the new one, if there is one."""
    later = rows.filter(pk=new).first() if new else None
    if later is None:
        return rows.filter(pk=old).first() if old else None, None
    earlier = rows.filter(pk=old).first() if old else rows.filter(pk__lt=new).first()
    if earlier and earlier.pk > later.pk:
        earlier, later = later, earlier
    return earlier, later


@login_required
@require_http_methods(["GET", "POST"])
def revisions(request, school, pk):
    """To bring back an earlier text is one more write: nothing is undone."""
    by = school_for(request.user, school)
    meeting = get_object_or_404(with_names(meetings_for(by)), pk=pk)
    if request.method == "POST":
        row = get_object_or_404(TextRevision, meeting=pk, pk=key(request.POST.get("revision", "")))
        try:
            verbs.note(meeting, row.field, row.text, base=request.POST.get("base"), by=by)
            messages.success(request, "已恢复为所选的一版。")
        except verbs.Stopped as stopped:
            stopped_as_message(request, stopped)
        return redirect(f"{request.path}?field={row.field}")
    seen_of_meeting(by, "revisions", "修改痕迹", meeting)
    rows = TextRevision.objects.filter(meeting=pk).select_related("by")
    field, names = request.GET.get("field", ""), names_of(meeting)
    old = new = None
    if field:
        rows = rows.filter(field=field)
        old, new = _two(rows, key(request.GET.get("old", "")), key(request.GET.get("new", "")))
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        _told(names, row)
    newest = page[0] if field and page.number == 1 and len(page) else None
    if field and newest is None:
        newest = _told(names, rows.first())
    return render(
        request,
        "meetings/room_revisions.html",
        {
            "standing": by,
            "meeting": meeting,
            "page": page,
            "field": field,
            "old": _told(names, old),
            "new": _told(names, new),
            "newest": newest,
            "base": verbs.version_of(newest.text) if newest else "",
            "writing": verbs.may(by, "note", meeting) and not field.startswith("minutes/"),
        },
    )


urlpatterns = [path("meetings/<int:pk>/revisions/", revisions, name="revisions")]
