"""Signing in, the second step, notices, the journal, accounts. There is no signing up, and no reset by e-mail."""

from allauth.account.views import account_inactive, logout
from allauth.mfa.base.views import index as second_step_index
from django.urls import include, path

from .views import administration, deputies, journal, notices, sign_in

urlpatterns = [
    path("accounts/login/", sign_in.SignIn.as_view(), name="account_login"),
    path("accounts/again/", sign_in.SignInAgain.as_view(), name="sign_in_again"),
    path("accounts/again/done/", sign_in.signed_in_again, name="signed_in_again"),
    path("accounts/inactive/", account_inactive, name="account_inactive"),
    path("accounts/logout/", logout, name="account_logout"),
    path("accounts/reauthenticate/", sign_in.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("accounts/password/change/", sign_in.ChangePassword.as_view(), name="account_change_password"),
    path("accounts/2fa/", second_step_index, name="mfa_index"),
    path("accounts/2fa/authenticate/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", sign_in.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("accounts/2fa/totp/", include("allauth.mfa.totp.urls")),
    path("accounts/2fa/recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="notices_read_all"),
    path("notices/by-email/", notices.by_email, name="notices_by_email"),
    path("notices/<int:pk>/", notices.open_notice, name="notice"),
    path("journal/<slug:code>/", journal.journal, name="journal"),
    path("d/<slug:authority>/deputies/", deputies.deputy_list, name="deputy_list"),
    path("d/<slug:authority>/deputies/<int:pk>/end/", deputies.deputy_end, name="deputy_end"),
    path("people/<slug:code>/", administration.account_list, name="account_list"),
    path("people/<slug:code>/new/", administration.account_new, name="account_new"),
    path("people/<slug:code>/<int:pk>/", administration.account, name="account"),
    path("people/<slug:code>/<int:pk>/edit/", administration.account_edit, name="account_edit"),
    path("people/<slug:code>/<int:pk>/roles/", administration.role_new, name="role_new"),
    path("people/<slug:code>/<int:pk>/roles/<int:role>/end/", administration.role_end, name="role_end"),
    path("people/<slug:code>/<int:pk>/<slug:act>/", administration.account_act, name="account_act"),
]
