"""决策台账: every settled item of the school, filtered and paged."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from governance.access import Standing, school_for
from governance.rules.catalogue import CLASSES

from .. import transitions as verbs
from ..facts.corrections import lay_over_decision
from ..ledger import TO_DO, DecisionFilter, decisions, light, there_of, years_of
from ..lights import NONE
from ..models import Item
from ..viewing import seen_in_list


def ledger_of(by: Standing, query: QueryDict) -> DecisionFilter:
    return DecisionFilter(query, decisions(by), years=years_of(by))


@login_required
@require_GET
def decision_list(request, school):
    by = school_for(request.user, school)
    ledger = ledger_of(by, request.GET)
    page = Paginator(ledger.qs, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    seen_in_list(by, "decision_list", "决策台账", [item.matter for item in page])
    for item in page:
        item.fixes = lay_over_decision(item)
        item.followed = item.outcome in Item.CARRIED and item.purpose in TO_DO
        item.light = light(item, today) if item.followed else NONE
        item.letter = item.matter.category[:1]
        # What was judged at the time; before that, what the vote was counted on.
        item.there = there_of(item)
        carried = item.outcome in Item.CARRIED and item.purpose == Item.Purpose.DECIDE
        item.publishes = carried and verbs.may(by, "publish", item)
    year = request.GET.get("year", "")
    year = year if year.isascii() and year.isdigit() and len(year) == 4 else today.year
    filtered = any(request.GET.get(name) for name in ledger.form.fields)
    return render(
        request,
        "meetings/decision_list.html",
        {"standing": by, "page": page, "form": ledger.form, "filtered": filtered, "classes": CLASSES, "year": year},
    )


urlpatterns = [path("decisions/", decision_list, name="decision_list")]
