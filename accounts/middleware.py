"""What the database cannot keep is taken out; sign-out after idle time, signing in again in place, and the one page
an account with a one-time password may open."""

import time
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from .passwords import FLAG


class NoNulMiddleware:
    """Takes the character NUL out of what was sent: no keyboard has it, and the database keeps no text with it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = self._without(request.GET)
        form = request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
        if (
            form
            and not request.path.startswith("/api/")
            and any("\0" in value for _, values in request.POST.lists() for value in values)
        ):
            request.POST = self._without(request.POST)
        return self.get_response(request)

    @staticmethod
    def _without(sent: QueryDict) -> QueryDict:
        kept = sent.copy()
        for name, values in sent.lists():
            kept.setlist(name, [value.replace("\0", "") for value in values])
        return kept


class IdleSessionMiddleware:
    """Signs a person out who has done nothing for SESSION_IDLE_SECONDS.

    The moment of the last act is kept in the session and written at most once a minute, so that
    reading pages costs no write. Text that was being typed stays in the browser (static/js/autosave.js).
    A page that asks by itself says so (``X-Background: 1``): that is nobody's act.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = int(time.time())
        seen = request.session.get("seen")
        if seen is not None and now - seen > settings.SESSION_IDLE_SECONDS and request.user.is_authenticated:
            logout(request)
        elif "X-Background" not in request.headers and self._is_news(request, seen, now):
            request.session["seen"] = now
        return self.get_response(request)

    @staticmethod
    def _is_news(request, seen: int | None, now: int) -> bool:
        if seen is not None:
            return now - seen > 60
        return bool(request.session.session_key) and request.user.is_authenticated


class SignInAgainMiddleware:
    """What a script asked for answers 401 where a page would go to the sign-in: scripts cannot fill in a form.

    ``X-Sign-In`` says where to sign in; static/js/shell.js does so in place and asks again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL))
        if to_sign_in and not request.user.is_authenticated and self._by_script(request):
            response = HttpResponse("请重新登录。", status=401, content_type="text/plain; charset=utf-8")
            page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")).path
            response["X-Sign-In"] = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': page or '/'})}"
        return response

    @staticmethod
    def _by_script(request) -> bool:
        return (
            "HX-Request" in request.headers
            or request.headers.get("X-Requested-With") == "XMLHttpRequest"
            or request.headers.get("Sec-Fetch-Dest") == "empty"
        )


class OneTimePasswordMiddleware:
    """Whoever came in by a one-time password chooses another before anything else."""

    open_to_all = ("account_change_password", "account_logout")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if FLAG in request.session and request.user.is_authenticated:
            match = request.resolver_match
            if match is None or match.url_name not in self.open_to_all:
                return redirect("account_change_password")
        return None
