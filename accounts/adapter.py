"""How allauth behaves here: accounts are made by an administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from .passwords import FLAG, is_one_time


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def post_login(self, request, user, **more):
        if is_one_time(user):
            request.session[FLAG] = True
        return super().post_login(request, user, **more)


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不对，请输入应用上现在显示的 6 位数字。"
    }
