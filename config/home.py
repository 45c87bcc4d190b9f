"""The first page after signing in, the change of organisation, and which one is open.

Here and not in accounts, because a standing comes from posts too, which accounts know nothing of.
"""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Role
from governance.access import Standing, standing_in, standings_of

KEPT = "organisation"  # in the session: the code of the organisation whose page was opened last


def first_page(standing: Standing) -> str | None:
    """Where the work of a standing begins; None when it opens no page."""
    if standing.roles == {Role.Name.INVITED}:
        return reverse("my_inspections")
    if standing.organisation.kind == "school":
        name = "desk" if standing.reads_records else "journal"
    else:
        name = "district" if standing.supervises or standing.administers else "journal"
    if name == "journal" and not standing.audits:
        return None
    try:
        return reverse(name, args=[standing.organisation.code])
    except NoReverseMatch:
        return None


@login_required
def home(request):
    standings = standings_of(request.user)
    if len(standings) == 1 and (url := first_page(standings[0])):
        return redirect(url)
    return redirect("switch")


@login_required
def switch(request):
    """The organisations of a person, with what the person is in each; for htmx only the list in the head."""
    choices = [(standing, first_page(standing)) for standing in standings_of(request.user, below=True)]
    template = "accounts/switch_list.html" if request.htmx else "accounts/switch.html"
    return render(request, template, {"choices": choices})


class OpenOrganisationMiddleware:
    """Remembers which organisation is open, so that pages without one (notices, password) still show it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        code = _asked(request)
        # A page that was refused opens nothing: the head goes on showing where one is.
        if code and response.status_code < 400 and request.user.is_authenticated and request.session.get(KEPT) != code:
            request.session[KEPT] = code
        return response


def _asked(request) -> str | None:
    """The organisation in the address."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    return kwargs.get("school") or kwargs.get("authority") or kwargs.get("code")


def standing(request):
    """``standing`` for pages that give none; a page's own comes first."""
    return {"standing": SimpleLazyObject(lambda: _kept(request))}


def _kept(request) -> Standing | None:
    user = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return None
    for code in filter(None, (_asked(request), request.session.get(KEPT))):
        try:
            return standing_in(user, code)
        except Http404:
            continue
    return None
