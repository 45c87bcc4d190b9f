"""The first page after signing in, and the change of organisation.

Here and not in accounts, because a standing comes from posts too, which accounts know nothing of.
"""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from governance.access import Standing, standings_of


def first_page(standing: Standing) -> str | None:
    """Where the work of a standing begins; None when it opens no page."""
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
    choices = [(standing, first_page(standing)) for standing in standings_of(request.user)]
    template = "accounts/switch_list.html" if request.htmx else "accounts/switch.html"
    return render(request, template, {"choices": choices})
