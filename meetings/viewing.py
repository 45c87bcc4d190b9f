"""查看记录: whoever does not work at a school and opens something confidential of it leaves one row, which the school reads
afterwards. Personnel matters are what is confidential."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Organisation, User
from governance.access import Standing, standings_of
from governance.calendar import first_moment
from governance.models import Grant

from .models import ConfidentialView, Document, Item, Matter, Meeting

LATELY = timedelta(minutes=10)


def seen(
    by: Standing,
    page: str,
    what: str,
    *,
    matters: Iterable[Matter] = (),
    meeting: Meeting | None = None,
    key: str = "",
    again: bool = True,
) -> None:
    """One row if one of the matters on the page is confidential. ``page`` is the name of the door, ``what`` a word for
    people, ``key`` the inspection (``Inspection.key``) whose page it is. Without ``again`` a row of the last minutes by
    the same person about the same thing is enough: of a picture of a page, a part of what was opened."""
    if by.works_here:
        return
    hidden = [matter for matter in matters if matter.personnel]
    if not hidden:
        return
    one = hidden[0] if len(hidden) == 1 or meeting is None else None
    about = {"school_id": hidden[0].school_id, "matter": one, "meeting": meeting, "user": by.user}
    if not again and ConfidentialView.objects.filter(**about, at__gt=timezone.now() - LATELY).exists():
        return
    ConfidentialView.objects.create(**about, user_name=by.user.name, page=page, what=what[:200], key=key or key_of(by))


def key_of(by: Standing) -> str:
    """Of whoever reads by grants alone: the one that lasts longest."""
    return max(by.grants, key=lambda grant: grant.until).key if by.narrowed else ""


def seen_of_meeting(by: Standing, page: str, what: str, meeting: Meeting, *, again: bool = True) -> None:
    """The same of what shows a whole meeting; its items are asked for only if it is somebody from outside."""
    if not by.works_here:
        items = Item.objects.filter(meeting=meeting, matter__category__startswith="H").select_related("matter")
        seen(by, page, what, matters=[item.matter for item in items], meeting=meeting, again=again)


def seen_of_document(by: Standing, page: str, document: Document, *, again: bool = True) -> None:
    """The same of an issued paper: about one item or matter, or about a whole meeting. Of a paper about
    a period the first one stands for all."""
    what = document.get_kind_display()
    if document.item_id or document.matter_id:
        matter = document.item.matter if document.item_id else document.matter
        seen(by, page, what, matters=[matter], meeting=document.meeting, again=again)
    elif document.meeting_id:
        seen_of_meeting(by, page, what, document.meeting, again=again)
    elif not by.works_here:
        seen(by, page, what, matters=_of_period(document), again=again)


def _of_period(document: Document) -> list[Matter]:
    """One confidential matter decided in the period, if there is one."""
    since, _, until = document.period.partition("/")
    first = date.fromisoformat(since if until else f"{since}-01-01")
    last = date.fromisoformat(until or f"{since}-12-31")
    items = Item.objects.filter(
        matter__school=document.school_id, matter__category__startswith="H",
        meeting__starts_at__gte=first_moment(first), meeting__starts_at__lt=first_moment(last + timedelta(days=1)),
    )  # fmt: skip
    one = items.select_related("matter").order_by("pk").first()
    return [one.matter] if one else []


def seen_in_list(by: Standing, page: str, what: str, matters: Iterable[Matter | None], *, key: str = "") -> None:
    """One row for each school of which confidential matters stand on a page of a list, or left in a file, naming how many."""
    if by.works_here:
        return
    hidden: dict[int, dict[int, Matter]] = defaultdict(dict)
    for matter in matters:
        if matter is not None and matter.personnel:
            hidden[matter.school_id][matter.pk] = matter
    ConfidentialView.objects.bulk_create(
        ConfidentialView(
            school_id=school, matter=next(iter(ours.values())), user=by.user, user_name=by.user.name, page=page,
            what=f"{what}（含人事事项 {len(ours)} 件）", key=key or key_of(by),
        )
        for school, ours in hidden.items()
    )  # fmt: skip


def seen_through_api(user: User, page: str, matters: Iterable[Matter]) -> None:
    """The same of what a program reads in somebody's name: of the schools where they have no post and no clerk's work."""
    hidden = [matter for matter in matters if matter.personnel]
    if not hidden:
        return
    inside = {by.organisation.pk for by in standings_of(user) if by.works_here}
    outside = [matter for matter in hidden if matter.school_id not in inside]
    schools = {matter.school_id for matter in outside}
    ConfidentialView.objects.bulk_create(
        ConfidentialView(
            school_id=school, matter=ours[0], user=user, user_name=user.name, page=page,
            what="接口读取" if len(ours) == 1 else f"接口读取（含人事事项 {len(ours)} 件）",
        )
        for school in sorted(schools)
        if (ours := [matter for matter in outside if matter.school_id == school])
    )  # fmt: skip


def views_of(school: Organisation) -> QuerySet[ConfidentialView]:
    """What the school may see by now: views under an inspection only when that has ended for everybody in it."""
    lasts = Grant.objects.filter(key=OuterRef("key"), school=school, until__gt=Now())
    views = ConfidentialView.objects.filter(school=school).filter(~Exists(lasts))
    return views.select_related("matter", "meeting", "user")
