"""Signing in, passwords, and the forms of account administration."""

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts


def _plain(form: forms.Form, labels: dict[str, str]) -> None:
    """Our words on allauth's fields; a placeholder that repeats the label says nothing."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, {"login": "用户名", "password": "密码"})
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autofocus"] = True


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, {"oldpassword": "现在的密码", "password1": "新密码", "password2": "再输一次新密码"})
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = "".join(password_validators_help_texts())
