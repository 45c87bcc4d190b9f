"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from . import mail
from .models import Heartbeat


@shared_task
def send_mail():
    mail.send_due()


@shared_task
def beat():
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
