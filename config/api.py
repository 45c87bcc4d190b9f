"""The API: what can be read, what can be checked, and the token with which a program does so."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.authtoken.models import Token
from rest_framework.routers import SimpleRouter

from governance.api import Check, CheckSchema
from inspection.api import Findings, Schools
from meetings.api import Matters, Meetings
from meetings.api_decisions import Decisions

router = SimpleRouter()
router.register("schools", Schools, basename="api-school")
router.register("matters", Matters, basename="api-matter")
router.register("meetings", Meetings, basename="api-meeting")
router.register("decisions", Decisions, basename="api-decision")
router.register("findings", Findings, basename="api-finding")

JUST_MADE = "token_just_made"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def api_token(request):
    """One's own token: made, shown once, revoked. It reads what its owner may read."""
    if request.method == "GET":
        context = {
            "token": Token.objects.filter(user=request.user).first(),
            "just_made": request.session.pop(JUST_MADE, ""),
        }
        return render(request, "inspection/api_token.html", context)
    Token.objects.filter(user=request.user).delete()
    if request.POST.get("act") == "make":
        request.session[JUST_MADE] = Token.objects.create(user=request.user).key
    else:
        messages.success(request, "令牌已撤销，用它的程序不能再读取。")
    return redirect("api_token")


urlpatterns = [
    path("api/token/", api_token, name="api_token"),
    path("api/v1/check/", Check.as_view(), name="api-check"),
    path("api/v1/check/schema/", CheckSchema.as_view(), name="api-check-schema"),
    path("api/v1/", include(router.urls)),
]
