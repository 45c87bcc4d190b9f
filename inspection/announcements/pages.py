"""公告: written and followed by the authority, read and confirmed in the schools."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.uploads import handed_out
from governance.access import Standing, school_for

from ..managing import managing
from ..models import Announcement, AnnouncementFile
from ..transitions import announcing as verbs
from ..transitions.acting import Stopped, allowed
from ..views import page_of
from .forms import AnnouncementForm
from .reading import STATES, in_state, of_school, progress, schools_with_readings, with_readings

# the authority


def _ours(by: Standing):
    return Announcement.objects.filter(authority=by.organisation).select_related("by", "authority")


@login_required
@require_safe
def announcement_list(request, authority):
    by = managing(request.user, authority)
    page = page_of(request, _ours(by).order_by("-pk"))
    how_far = progress(list(page))
    for each in page:
        each.progress = how_far[each.pk]
    context = {"standing": by, "page": page, "today": timezone.localdate()}
    return render(request, "inspection/announcement_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def announcement_new(request, authority):
    by = managing(request.user, authority)
    allowed("publish_announcement", by)
    form = AnnouncementForm(request.POST or None, request.FILES or None, authority=by.organisation)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        del given["not_secret"]
        try:
            made = verbs.publish_announcement(**given, by=by)
        except Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, f"已发布：{made.title}。")
            return redirect("announcement", authority, made.pk)
    context = {"standing": by, "form": form}
    return render(request, "inspection/announcement_form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def announcement(request, authority, pk):
    """What was announced, and how far each school has read it."""
    by = managing(request.user, authority)
    found = get_object_or_404(_ours(by).prefetch_related("files"), pk=pk)
    state = request.GET.get("state", "")
    schools = in_state(schools_with_readings(found), state).order_by("first", "code")
    context = {
        "standing": by,
        "announcement": found,
        "progress": progress([found])[found.pk],
        "page": page_of(request, schools),
        "state": state,
        "states": STATES,
        "today": timezone.localdate(),
    }
    return render(request, "inspection/announcement.html", context)


@login_required
@require_POST
def announcement_act(request, authority, pk, act):
    by = managing(request.user, authority)
    found = get_object_or_404(_ours(by), pk=pk)
    try:
        if act == "remind":
            count = verbs.remind_announcement(found, by=by)
            messages.success(request, f"已提醒 {count} 所学校。")
        elif act == "withdraw":
            verbs.withdraw_announcement(found, reason=request.POST.get("reason", ""), by=by)
            messages.success(request, "已撤回。学校还看得到它，注明已撤回。")
        else:
            raise Http404
    except Stopped as stopped:
        messages.error(request, str(stopped))
    return redirect("announcement", authority, pk)


@login_required
@require_GET
def announcement_file(request, authority, pk):
    by = managing(request.user, authority)
    return _file(get_object_or_404(AnnouncementFile, pk=pk, announcement__authority=by.organisation))


def _file(kept: AnnouncementFile):
    return handed_out(kept.file, kept.name, kept.content_type, kept.sha256)


# a school


@login_required
@require_safe
def school_announcement_list(request, school):
    by = school_for(request.user, school)
    rows = with_readings(of_school(by.school, timezone.localdate()), by).select_related("authority")
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(text__icontains=query))
    page = page_of(request, rows.order_by("-since", "-pk"))
    context = {"standing": by, "page": page, "query": query, "today": timezone.localdate()}
    return render(request, "inspection/school_announcement_list.html", context)


def _to_us(by: Standing, pk: int) -> Announcement:
    rows = with_readings(of_school(by.school, timezone.localdate()), by).select_related("authority", "by")
    return get_object_or_404(rows.prefetch_related("files"), pk=pk)


@login_required
@require_safe
def school_announcement(request, school, pk):
    by = school_for(request.user, school)
    found = _to_us(by, pk)
    verbs.read_announcement(found, by=by)
    receipt = found.readings.filter(school=by.school, received_at__isnull=False).select_related("user").first()
    context = {"standing": by, "announcement": found, "receipt": receipt}
    return render(request, "inspection/school_announcement.html", context)


@login_required
@require_POST
def school_announcement_receive(request, school, pk):
    by = school_for(request.user, school)
    try:
        verbs.receive_announcement(_to_us(by, pk), by=by)
        messages.success(request, "已回执。")
    except Stopped as stopped:
        messages.error(request, str(stopped))
    return redirect("school_announcement", school, pk)


@login_required
@require_GET
def school_announcement_file(request, school, pk):
    by = school_for(request.user, school)
    ours = of_school(by.school, timezone.localdate()).values("pk")
    return _file(get_object_or_404(AnnouncementFile, pk=pk, announcement__in=ours))


urlpatterns = [
    path("d/<slug:authority>/announcements/", announcement_list, name="announcement_list"),
    path("d/<slug:authority>/announcements/new/", announcement_new, name="announcement_new"),
    path("d/<slug:authority>/announcements/<int:pk>/", announcement, name="announcement"),
    path("d/<slug:authority>/announcements/<int:pk>/<slug:act>/", announcement_act, name="announcement_act"),
    path("d/<slug:authority>/announcement-files/<int:pk>/", announcement_file, name="announcement_file"),
    path("s/<slug:school>/announcements/", school_announcement_list, name="school_announcement_list"),
    path("s/<slug:school>/announcements/<int:pk>/", school_announcement, name="school_announcement"),
    path(
        "s/<slug:school>/announcements/<int:pk>/receive/",
        school_announcement_receive,
        name="school_announcement_receive",
    ),
    path("s/<slug:school>/announcement-files/<int:pk>/", school_announcement_file, name="school_announcement_file"),
]
