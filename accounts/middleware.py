"""Sign-out after idle time."""

import time

from django.conf import settings
from django.contrib.auth import logout


class IdleSessionMiddleware:
    """Signs a person out who has done nothing for SESSION_IDLE_SECONDS.

    The moment of the last act is kept in the session and written at most once a minute, so that
    reading pages costs no write. Text that was being typed stays in the browser (static/js/autosave.js).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = int(time.time())
        seen = request.session.get("seen")
        if seen is not None and now - seen > settings.SESSION_IDLE_SECONDS and request.user.is_authenticated:
            logout(request)
        elif seen is not None and now - seen > 60:
            request.session["seen"] = now
        elif seen is None and request.session.session_key and request.user.is_authenticated:
            request.session["seen"] = now
        return self.get_response(request)
