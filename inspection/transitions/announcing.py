"""Verbs of announcements: published, called to mind, withdrawn by the authority; read and confirmed by a school."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.uploads import Unwelcome, welcome
from governance.access import Standing, schools_below

from ..announcements.reading import addressed, of_school, unanswered
from ..models import Announcement, AnnouncementFile, Reading
from .acting import Stopped, allowed, begin, write

AGAIN = timedelta(hours=20)  # two reminders are a day apart
TWICE = timedelta(seconds=30)
MOST_FILES = 5
LONGEST_REASON = 200


@transaction.atomic
def publish_announcement(
    *,
    title: str,
    text: str,
    to: str,
    stages: list[str],
    schools: Iterable[Organisation],
    since: date,
    until: date | None,
    asks_receipt: bool,
    files: Iterable[Any] = (),
    by: Standing,
) -> Announcement:
    """A second click finds what the first one published."""
    verb, schools = allowed("publish_announcement", by), list(schools)
    stages = stages if to == Announcement.To.STAGES else []
    if until and until < since:
        raise Stopped("结束的日期早于开始的日期。请核对。")
    User.objects.select_for_update(no_key=True).get(pk=by.user.pk)
    ours = Announcement.objects.filter(authority=by.organisation, by=by.user, withdrawn_at=None)
    same = {
        "title": title.strip(), "text": text.strip(), "to": to, "stages": stages, "since": since, "until": until,
        "asks_receipt": asks_receipt,
    }  # fmt: skip
    chosen = {school.pk for school in schools} if to == Announcement.To.CHOSEN else set()
    for just_made in ours.filter(**same, published_at__gt=timezone.now() - TWICE):
        if set(just_made.schools.values_list("pk", flat=True)) == chosen:
            return just_made
    made = Announcement.objects.create(
        authority=by.organisation, title=title.strip(), text=text.strip(), to=to,
        stages=stages, since=since, until=until, asks_receipt=asks_receipt,
        by=by.user,
    )  # fmt: skip
    if to == Announcement.To.CHOSEN:
        made.schools.set(schools_below(by.organisation).filter(pk__in=[school.pk for school in schools]))
    if not (count := addressed(made).count()):
        raise Stopped("没有一所学校会收到这份公告。请重新选择学段或学校。")
    _attach(made, list(files))
    write(verb, made, by, f"发布公告：{made.title}（{count} 所学校）")
    return made


def _attach(made: Announcement, files: list[Any]) -> None:
    if len(files) > MOST_FILES:
        raise Stopped(f"选了 {len(files)} 个附件，最多 {MOST_FILES} 个。请减少后再发布。")
    for upload in files:
        try:
            known = welcome(upload)
        except Unwelcome as refused:
            raise Stopped(str(refused)) from None
        AnnouncementFile.objects.create(
            announcement=made, file=upload, name=known.name, content_type=known.content_type, sha256=known.sha256
        )


@transaction.atomic
def withdraw_announcement(announcement: Announcement, *, reason: str, by: Standing) -> Announcement:
    """It stays where it was, and says that it no longer holds. Withdrawn twice is withdrawn once."""
    verb, announcement = begin("withdraw_announcement", announcement, by)
    if announcement.withdrawn_at:
        return announcement
    if not reason.strip():
        raise Stopped("请写明撤回的原因，学校会看到它。")
    if len(reason.strip()) > LONGEST_REASON:
        raise Stopped(f"撤回的原因最多 {LONGEST_REASON} 个字，现在有 {len(reason.strip())} 个字。请写短些。")
    announcement.withdrawn_at, announcement.withdrawn_reason = timezone.now(), reason.strip()
    announcement.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    write(verb, announcement, by, f"撤回公告：{announcement.title}")
    return announcement


@transaction.atomic
def remind_announcement(announcement: Announcement, *, by: Standing) -> int:
    """Call it to mind where it was not read, or not confirmed; gives at how many schools."""
    verb, announcement = begin("remind_announcement", announcement, by)
    now = timezone.now()
    if announcement.withdrawn_at:
        raise Stopped("公告已经撤回，不用再提醒。")
    if announcement.since > timezone.localdate():
        raise Stopped("公告还没有开始，学校还看不到。到开始的那天会自动通知。")
    if announcement.reminded_at and now - announcement.reminded_at < AGAIN:
        raise Stopped("今天已经提醒过一次。请明天再提醒。")
    left = unanswered(announcement).count()
    if not left:
        raise Stopped("没有要提醒的学校：都已经读过或回执。")
    announcement.reminded_at = now
    announcement.save(update_fields=["reminded_at"])
    write(verb, announcement, by, f"提醒公告：{announcement.title}（{left} 所学校）")
    return left


def read_announcement(announcement: Announcement, *, by: Standing) -> Reading | None:
    """Opening it is reading it, for whoever works in the school. Once is enough."""
    if not by.works_here:
        return None
    return Reading.objects.get_or_create(announcement=announcement, school=by.school, user=by.user)[0]


@transaction.atomic
def receive_announcement(announcement: Announcement, *, by: Standing) -> Reading:
    """Confirmed for the school by one of its people; a second click does nothing."""
    verb = allowed("receive_announcement", by)
    if not of_school(by.school, timezone.localdate()).filter(pk=announcement.pk).exists():
        raise Stopped("这份公告不是发给本校的。")
    if not announcement.asks_receipt or announcement.withdrawn_at:
        raise Stopped("这份公告不用回执。")
    Organisation.objects.select_for_update(no_key=True).get(pk=by.school.pk)
    given = Reading.objects.filter(announcement=announcement, school=by.school, received_at__isnull=False)
    if already := given.first():
        return already
    reading = Reading.objects.get_or_create(announcement=announcement, school=by.school, user=by.user)[0]
    reading.received_at = timezone.now()
    reading.save(update_fields=["received_at"])
    write(verb, announcement, by, f"公告回执：{announcement.title}")
    return reading
