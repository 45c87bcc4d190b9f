"""Is it alive? The database decides; broker, worker and what papers lack are reported beside it."""

from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from redis import Redis, RedisError

from accounts.models import Heartbeat
from meetings.documents.checks import lacking

PATIENCE = 0.5  # seconds
LATE = timedelta(seconds=60)


def _broker() -> str:
    url = settings.REDIS_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    try:
        with Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=None) as redis:
            return "ok" if redis.ping() else "down"
    except (RedisError, OSError, ValueError):
        return "down"


def _worker() -> str:
    last = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    if last is None:
        return "never"
    return "ok" if timezone.now() - last < LATE else "late"


def _version() -> str:
    try:
        return version("yishi")
    except PackageNotFoundError:  # run from a checkout, not installed
        return "development"


def health(request):
    said = {
        "database": "ok",
        "broker": _broker(),
        "worker": "never",
        "papers": "fallback" if lacking() else "ok",
        "version": _version(),
    }
    try:
        connection.ensure_connection()
        said["worker"] = _worker()
    except DatabaseError:
        said |= {"database": "down", "worker": "unknown"}
    return JsonResponse(said, status=200 if said["database"] == "ok" else 503)
