"""The Celery application: a waker, never a store; all work waits in PostgreSQL."""

import os

from config import services

services.ensure()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Worker children fork: a connection pool would be shared between them.
os.environ.setdefault("YISHI_POOL", "0")

from celery import Celery  # noqa: E402

app = Celery("yishi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
