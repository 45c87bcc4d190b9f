"""What waits in a person's bell."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import Notice

LATEST = 8


def notices_of(user):
    return Notice.objects.filter(recipient=user)


@login_required
def notices(request):
    """The page; for htmx the few newest, for the bell."""
    mine = notices_of(request.user).select_related("organisation")
    if request.htmx:
        return render(request, "accounts/bell.html", {"latest": mine[:LATEST]})
    unread_only = request.GET.get("unread") == "1"
    if unread_only:
        mine = mine.filter(read_at__isnull=True)
    page = Paginator(mine, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/notices.html", {"page": page, "unread_only": unread_only})


@login_required
def open_notice(request, pk):
    """Mark it read and go to what it is about. Reading twice changes nothing, so a link may do it."""
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    if notice.read_at is None:
        notices_of(request.user).filter(pk=pk, read_at__isnull=True).update(read_at=timezone.now())
    inside = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if notice.url and inside else "notices")


@require_POST
@login_required
def read_all(request):
    notices_of(request.user).filter(read_at__isnull=True).update(read_at=timezone.now())
    return redirect("notices")


@require_POST
@login_required
def by_email(request):
    """Whether notices also come by e-mail is for each to choose."""
    request.user.by_email = request.POST.get("by_email") == "1"
    request.user.save(update_fields=["by_email"])
    return redirect("notices")
