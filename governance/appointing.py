"""Appointing and dismissing: the only code that changes who holds a post. Each act writes its journal line.

Whether two terms clash is the database's decision; this module finds the words for it.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import journal

from .access import Standing
from .models import Person, Post
from .rules.facts import spoken

WORDS = {"add_person": "登记人员", "appoint": "登记任职", "dismiss": "登记免职"}
SINGLE = (Post.Name.PARTY_SECRETARY, Post.Name.PRINCIPAL)


class Clash(Exception):
    """What cannot be beside what is there already. ``str()`` is the sentence for the person who tried."""


def appoints(by: Standing) -> bool:
    return by.clerk or by.administers


@transaction.atomic
def add_person(name: str, *, party_member: bool | None, title: str = "", by: Standing) -> Person:
    person = Person.objects.create(school=by.school, name=name, party_member=party_member, title=title)
    journal.record("add_person", person, f"登记人员 {name}", organisation=by.school, by=by.user)
    return person


@transaction.atomic
def appoint(
    person: Person, post: str, *, since: date, until: date | None = None, full_time: bool | None = None, by: Standing
) -> Post:
    """Begin a term. Raises Clash, and nothing is kept, when it meets another term that excludes it."""
    try:
        with transaction.atomic():
            made = Post.objects.create(
                school=by.school, person=person, post=post, since=since, until=until, full_time=full_time
            )
    except IntegrityError:
        raise Clash(_why(person, post, since, until)) from None
    end = f"至{spoken(until)}" if until else ""
    journal.record(
        "appoint",
        made,
        f"{person} 任{made.get_post_display()}，自{spoken(since)}{end}",
        organisation=by.school,
        by=by.user,
    )
    return made


@transaction.atomic
def dismiss(post: Post, *, until: date, by: Standing) -> Post:
    """End a term: ``until`` is the first day out of post."""
    post = Post.objects.select_for_update(of=("self",)).select_related("person").get(pk=post.pk)
    if until <= post.since:
        raise Clash(f"免职之日须在任职之日（{spoken(post.since)}）以后。")
    if post.until == until:
        return post
    post.until = until
    try:
        with transaction.atomic():
            post.save(update_fields=["until"])
    except IntegrityError:
        raise Clash(_why(post.person, post.post, post.since, until, other_than=post)) from None
    journal.record(
        "dismiss",
        post,
        f"{post.person} 免{post.get_post_display()}，自{spoken(until)}",
        organisation=by.school,
        by=by.user,
    )
    return post


def _why(person: Person, post: str, since: date, until: date | None, other_than: Post | None = None) -> str:
    """Whose term stands in the way: 赵敏 已任党组织书记，2024年9月1日起。"""
    overlapping = Post.objects.filter(Q(until__isnull=True) | Q(until__gt=since), school=person.school_id, post=post)
    if until:
        overlapping = overlapping.filter(since__lt=until)
    if post not in SINGLE:
        overlapping = overlapping.filter(person=person)
    if other_than:
        overlapping = overlapping.exclude(pk=other_than.pk)
    held = overlapping.select_related("person").first()
    if held is None:
        return "任职时间与已有的任职冲突，请核对日期。"
    end = f"至{spoken(held.until)}" if held.until else "起"
    term = f"{spoken(held.since)}{end}"
    mend = "请把任职之日改到这以后。" if held.until else "请先办理免职，或核对日期。"
    return f"{held.person} {term}已任{held.get_post_display()}。{mend}"
