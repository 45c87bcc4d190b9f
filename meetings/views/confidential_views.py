"""查看记录: the heads and the clerk see who from outside opened a personnel matter of theirs."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from governance.access import school_for
from governance.models import Body

from ..viewing import looks_at, pages_of


@login_required
@require_safe
def confidential_views(request, school):
    by = school_for(request.user, school)
    if not (by.clerk or by.heads_any):
        raise Http404("查看记录由书记、校长和学校秘书看。")
    page = Paginator(looks_at(by.school), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for look in page:
        look["body"] = Body(look["body"]).label if look["body"] else ""
        look["pages"] = pages_of(look)
    return render(request, "meetings/confidential_views.html", {"standing": by, "page": page})


urlpatterns = [path("views/", confidential_views, name="confidential_views")]
