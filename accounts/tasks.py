"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from . import chain, mail
from .models import Heartbeat


@shared_task
def send_mail():
    mail.send_due()


@shared_task
def beat():
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def link_journal():
    chain.link(seconds=3)


@shared_task
def check_journal():
    chain.link(whole=True)
    for organisation in chain.everyone_with_a_chain():
        chain.check_and_write(organisation)
