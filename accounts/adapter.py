"""How allauth behaves here: accounts are made by an administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter

from .passwords import FLAG, is_one_time


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def post_login(self, request, user, **more):
        if is_one_time(user):
            request.session[FLAG] = True
        return super().post_login(request, user, **more)
