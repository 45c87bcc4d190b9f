"""Notices by e-mail: each goes out once.

A row is claimed in one transaction, sent, and marked in another. A crash in between leaves the claim;
after five minutes it is free again, and the second mail carries the same Message-ID, which mail readers show once.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import Notice

CLAIM = timedelta(minutes=5)
TRIED_FOR = timedelta(days=7)  # an address that never accepts is not asked for ever
BATCH = 50

log = logging.getLogger(__name__)


def send_due() -> int:
    """Send what is due, in batches; gives the number of mails sent."""
    sent = 0
    try:
        with get_connection() as connection:
            while claimed := _claim():
                sent += sum(_send(notice, connection) for notice in claimed)
    except OSError:
        log.exception("the mail server does not answer; what is due stays due")
    return sent


@transaction.atomic
def _claim() -> list[Notice]:
    """Take a batch for this process. Rows that need no mail are done with here."""
    now = timezone.now()
    due = Notice.objects.filter(mail_due=True, mailed_at__isnull=True)
    wanted = (
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        Q(created_at__gt=now - TRIED_FOR),
        Q(recipient__is_active=True, recipient__by_email=True) & ~Q(recipient__email=""),
    )
    needless = due.exclude(*wanted).only("pk").select_for_update(of=("self",), skip_locked=True)[:1000]
    Notice.objects.filter(pk__in=[notice.pk for notice in needless]).update(mail_due=False)
    batch = list(
        due.filter(*wanted)
        .filter(Q(mail_claimed_at__isnull=True) | Q(mail_claimed_at__lt=now - CLAIM))
        .select_related("recipient", "organisation")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in batch]).update(mail_claimed_at=now)
    return batch


def _send(notice: Notice, connection) -> bool:
    try:
        _message(notice, connection).send()
    except OSError:  # smtplib's errors are such
        log.exception("notice %s was not mailed; it stays due", notice.pk)
        return False
    Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now(), mail_due=False)
    return True


def _message(notice: Notice, connection) -> EmailMessage:
    lines = [notice.title, notice.body, f"查看：{settings.BASE_URL}/notices/{notice.pk}/", notice.organisation.name]
    domain = settings.BASE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return EmailMessage(
        subject=f"【议事】{' '.join(notice.title.split())}",
        body="\n\n".join(filter(None, lines)),
        to=[notice.recipient.email],
        headers={"Message-ID": f"<notice-{notice.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
