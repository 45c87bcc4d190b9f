"""Error pages, and the same in JSON under /api/."""

import logging

from django.http import JsonResponse
from django.shortcuts import render

from accounts.storage import no_room

log = logging.getLogger(__name__)

SAID = {
    400: "请求有误。",
    403: "您没有做这件事的权限。",
    404: "没有这个页面，或您没有查看它的权限。",
    500: "系统出错了，已经记入日志。",
}


def _answer(request, status: int, reason: str = ""):
    if request.path.startswith("/api/"):
        return JsonResponse({"error": reason or SAID[status]}, status=status)
    return render(request, f"errors/{status}.html", {"reason": reason}, status=status)


def _reason(exception) -> str:
    """What the code said to the person; not Django's own English."""
    said = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    return said if any("一" <= letter <= "鿿" for letter in said) else ""


def bad_request(request, exception):
    return _answer(request, 400)


def forbidden(request, exception):
    return _answer(request, 403, _reason(exception))


def not_found(request, exception):
    return _answer(request, 404, _reason(exception))


def broken(request):
    return _answer(request, 500)


def stale_form(request, reason=""):
    """CSRF: the usual cause is a page left open over a sign-out."""
    return render(request, "errors/403_csrf.html", status=403)


class NoRoomMiddleware:
    """Whatever somebody sent to be kept: when the disk is full they are told so, and that it was not kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not (said := no_room(exception)):
            return None
        log.error("%s：%s", request.path, exception, exc_info=exception)
        return _answer(request, 507, said)
