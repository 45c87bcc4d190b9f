"""Search in the head of every page of a school."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from governance.access import Standing, school_for

from ..access import items_for
from ..search import found, people
from ..viewing import seen_in_list


def results(request, by: Standing, schools: list[int], *, several: bool):
    """The page of what was found in schools that ``by`` may read."""
    within = None
    if by.narrowed:
        items = list(items_for(by).values_list("pk", "matter"))
        within = [item for item, _ in items], [matter for _, matter in items]
    query = request.GET.get("q", "").replace("\0", "")[:100]
    before = request.GET.get("before", "")
    hits = found(query, schools, before=before, within=within)
    seen_in_list(by, request.resolver_match.url_name, "查找结果", [hit.matter for hit in hits.hits])
    context = {
        "standing": by,
        "q": query,
        "found": hits,
        "people": [] if before or by.narrowed else people(query, schools)[:10],
        "several": several,
        "older": before,
    }
    return render(request, "meetings/search.html", context)


@login_required
@require_safe
def search(request, school):
    by = school_for(request.user, school, granted=True)
    return results(request, by, [by.school.pk], several=False)


urlpatterns = [path("search/", search, name="search")]
