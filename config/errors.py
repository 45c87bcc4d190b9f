"""Error pages, and the same in JSON under /api/."""

from django.http import JsonResponse
from django.shortcuts import render

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
