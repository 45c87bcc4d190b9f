"""Signing in, also in place, and the second step; each failure counts towards the lock."""

from allauth.account.views import LoginView, PasswordChangeView
from allauth.account.views import ReauthenticateView as PasswordAgainView
from allauth.mfa.base.views import AuthenticateView as SecondStepView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from axes.decorators import axes_dispatch, axes_form_invalid
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_lockout_response
from axes.models import AccessAttempt
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.generic import View

from accounts.passwords import forget_one_time


def claimed_name(request: HttpRequest, credentials: dict | None = None) -> str | None:
    """Whom an attempt is about. Axes asks with the credentials of Django, with its own, or with none."""
    credentials = credentials or {}
    name = credentials.get("username") or credentials.get("login") or request.POST.get("login")
    return name.strip() if name else None


def locked(request: HttpRequest, original: HttpResponse | None = None, credentials: dict | None = None) -> HttpResponse:
    """Too many failures: say when one can try again."""
    since = AccessAttempt.objects.filter(username=claimed_name(request, credentials)).order_by("-attempt_time").first()
    free_at = since.attempt_time + get_cool_off(request) if since else None
    return render(request, "account/locked.html", {"free_at": free_at}, status=429)


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignIn(LoginView):
    pass


class SignInAgain(SignIn):
    """In a small frame of the page that was left: the page learns of the success and goes on."""

    template_name = "account/again.html"
    success_url = reverse_lazy("signed_in_again")

    def get_success_url(self):
        return str(self.success_url)  # it waits in the session while a code is asked for


@login_required
def signed_in_again(request):
    return render(request, "account/signed_in_again.html")


class _CountsFailures(View):
    """A wrong code counts like a wrong password: nobody guesses one by trying all."""

    def _whom(self) -> dict:
        user = self.stage.login.user if hasattr(self, "stage") else self.request.user
        return {"username": user.get_username()}

    def post(self, request, *args, **kwargs):
        if not AxesProxyHandler.is_allowed(request, self._whom()):
            return get_lockout_response(request, credentials=self._whom())
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        user_login_failed.send(__name__, credentials=self._whom(), request=self.request)
        return super().form_invalid(form)


class SecondStep(_CountsFailures, SecondStepView):
    pass


class CodeAgain(_CountsFailures, CodeAgainView):
    pass


class PasswordAgain(PasswordAgainView):
    """The failed password is counted by ``authenticate`` itself."""


class ChangePassword(PasswordChangeView):
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        answer = super().form_valid(form)
        forget_one_time(self.request)
        return answer
