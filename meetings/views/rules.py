"""规则: every rule with its clause, what it reads and whom it stops, for anybody who is signed in."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from ..rulebook import book


@login_required
@require_GET
def rules(request):
    return render(request, "meetings/rules_page.html", book())


urlpatterns = [path("rules/", rules, name="rules")]
