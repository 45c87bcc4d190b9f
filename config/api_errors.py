"""One shape for every error of the API: ``{"error": sentence, "fields": {…}}``."""

from rest_framework.views import exception_handler


def handle(exc, context):
    response = exception_handler(exc, context)
    if response is None:
        return None
    detail = response.data
    if isinstance(detail, dict) and set(detail) == {"detail"}:
        response.data = {"error": str(detail["detail"])}
    else:
        response.data = {"error": "请求有误。", "fields": detail}
    return response
