"""备案: the versions of all schools of an authority, those that wait first. Each is answered on its own page."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from ..access import authority_for, schools_below
from ..filters import FilingFilter
from ..models import Procedure


@login_required
@require_GET
def filing_list(request, authority):
    by = authority_for(request.user, authority)
    if not by.supervises and not by.administers:
        raise Http404("没有这个页面，或您没有查看它的权限。")
    schools = schools_below(by.organisation)
    versions = Procedure.objects.filter(school__in=schools).select_related("school").defer("text")
    narrowed = FilingFilter(
        request.GET,
        schools=schools,
        queryset=versions.order_by(
            F("filed_on").desc(nulls_first=True),
            F("submitted_on").asc(nulls_last=True),
            "school__code",
            "body",
            "since",
        ),
    )
    page = Paginator(narrowed.qs, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"standing": by, "filter": narrowed, "page": page}
    return render(request, "governance/filing_list.html", context)


district_urlpatterns = [path("filings/", filing_list, name="filing_list")]
