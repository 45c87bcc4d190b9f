"""Signing in, passwords, and the forms of account administration."""

from datetime import date

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgain
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import timezone

from .administration import ROLES_IN
from .models import Organisation, User


class DayInput(forms.DateInput):
    """The browser's own calendar, which takes no format but this one."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


YEARS = range(1900, 2200)  # as of records (governance.exchange.kinds)


def plausible_year(value: date) -> None:
    """A browser takes 0026 for a year, and 9999; the database, files and tables do not bring them back."""
    if value.year not in YEARS:
        raise forms.ValidationError(f"填写的是 {value.year} 年，请核对年份。")


class DayField(forms.DateField):
    widget = DayInput
    default_validators = [plausible_year]


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


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, {"password": "密码"})


class _AsksForCode(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, {"code": "验证码"})
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class CodeForm(_AsksForCode, AuthenticateForm):
    pass


class CodeAgainForm(_AsksForCode, CodeAgain):
    pass


class FirstCodeForm(_AsksForCode, ActivateTOTPForm):
    pass


EMAIL_HELP = "消息同时发到这里；不填则只在系统内提醒。"


class AccountEditForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "email")
        labels = {"email": "邮箱"}
        help_texts = {"email": EMAIL_HELP}


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "username", "email")
        labels = {"username": "用户名", "email": "邮箱"}
        help_texts = {"username": "登录时用，建议用姓名拼音。只用字母、数字和 . - _ @ +。", "email": EMAIL_HELP}

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个用户名已有人用，请换一个。")
        return username


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="岗位")
    since = DayField(label="自", initial=timezone.localdate)
    until = DayField(label="至（不含；不填为长期）", required=False)

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        roles = ROLES_IN[Organisation.Kind(kind)]
        self.fields["role"] = forms.ChoiceField(label="岗位", choices=[(name.value, name.label) for name in roles])

    def clean(self):
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until <= since:
            self.add_error("until", "要晚于开始日期。")
        return data
