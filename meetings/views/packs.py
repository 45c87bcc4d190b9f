"""归档: what a pack will hold, the button that makes it, and the file."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from accounts.uploads import handed_out
from governance.access import Standing, school_for

from ..archives import Scope, make_pack, next_number
from ..models import Batch, Meeting, Pack
from ..transitions import Stopped, may
from ..transitions.table import VERBS

EARLIER = 20


def _school(request, school: str) -> Standing:
    by = school_for(request.user, school)
    if not by.works_here:
        raise Http404("归档包由本校办理。")
    return by


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pack_new(request, school, of, key):
    by = _school(request, school)
    if of not in Pack.Scope.values or (of == Pack.Scope.YEAR and not 2000 <= key <= 2999):
        raise Http404("没有这样的归档内容。")
    scope, refused = Scope.at(of, key, by), ""
    if request.method == "POST":
        if not may(by, "make_pack", None):
            raise PermissionDenied(f"“{VERBS['make_pack'].label}”由{VERBS['make_pack'].whom}办理。")
        try:
            return redirect("batch", school, make_pack(scope, by=by).pk)
        except Stopped as stopped:
            refused = str(stopped)
    _, number, style = next_number(by.school, scope.year)
    earlier = Pack.objects.filter(
        school=by.school, scope=scope.kind, year=scope.year, meeting=scope.meeting, matter=scope.matter
    ).select_related("batch__asked_by")
    context = {
        "standing": by,
        "scope": scope,
        "missing": refused or scope.missing,
        "number": number,
        "style": style,
        "meetings": scope.sealed.count(),
        "open": scope.meetings.exclude(state__in=Meeting.SEALED).count(),
        "documents": scope.documents.count(),
        "lacking": len(list(scope.lacking())),
        "attachments": scope.attachments.count(),
        "earlier": earlier[:EARLIER],
        "under_way": Batch.objects.filter(
            school=by.school, kind=Batch.Kind.PACK, scope=scope.key, finished_at=None, stopped_at=None
        ).first(),
        "makes": may(by, "make_pack", None),
    }
    return render(request, "meetings/pack_new.html", context, status=422 if refused else 200)


@login_required
@require_GET
def pack_file(request, school, pk):
    by = _school(request, school)
    batch = get_object_or_404(Pack.objects.filter(school=by.school).select_related("batch"), pk=pk).batch
    return handed_out(batch.file, batch.file_name, "application/zip", batch.file_sha256)


urlpatterns = [
    path("batches/pack/<slug:of>/<int:key>/", pack_new, name="pack_new"),
    path("batches/packs/<int:pk>/file/", pack_file, name="pack_file"),
]
