"""查看记录: whoever does not work at a school and opens something confidential of it leaves one row a day for each thing on
each kind of page, which the school reads afterwards. Personnel matters are what is confidential."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Case, Exists, F, Max, Min, OuterRef, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Now, TruncDate
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
    about = View(hidden[0].school_id, one.pk if one else None, meeting.pk if meeting else None, what)
    if not again and ConfidentialView.objects.filter(
        school=about.school, matter=about.matter, meeting=about.meeting, user=by.user, last_at__gt=timezone.now() - LATELY
    ).exists():  # fmt: skip
        return
    _count(by.user, page, [about], key or key_of(by))


class View(NamedTuple):
    school: int
    matter: int | None
    meeting: int | None
    what: str


_COUNT = """
INSERT INTO "meetings_confidentialview" AS view
    (school_id, matter_id, meeting_id, what, user_id, user_name, page, key, day, at, last_at, times)
SELECT seen.*, %(user)s, %(name)s, %(page)s, %(key)s, %(day)s, %(now)s, %(now)s, 1
FROM unnest(%(schools)s::bigint[], %(matters)s::bigint[], %(meetings)s::bigint[], %(whats)s::text[]) AS seen
ON CONFLICT (user_id, day, school_id, matter_id, meeting_id, page, what, key) WHERE day IS NOT NULL
DO UPDATE SET times = view.times + 1, last_at = greatest(view.last_at, EXCLUDED.last_at)
"""


def _count(user: User, page: str, views: Iterable[View], key: str) -> None:
    """What the same person opens again on the same day is counted in the row that is there. In one order, so that two
    requests do not wait for each other."""
    rows = sorted(
        {view._replace(what=view.what[:200]) for view in views}, key=lambda view: (view.school, view.matter or 0)
    )
    if not rows:
        return
    now = timezone.now()
    schools, matters, meetings, whats = (list(column) for column in zip(*rows, strict=True))
    given: dict[str, Any] = {
        "user": user.pk, "name": user.name, "page": page, "key": key, "day": timezone.localdate(now), "now": now,
        "schools": schools, "matters": matters, "meetings": meetings, "whats": whats,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)


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


def _hidden(matters: Iterable[Matter | None]) -> list[Matter]:
    return [matter for matter in matters if matter is not None and matter.personnel]


def seen_in_list(by: Standing, page: str, what: str, matters: Iterable[Matter | None], *, key: str = "") -> None:
    """One row for each confidential matter that stands on a page of a list."""
    if by.works_here:
        return
    views = [View(matter.school_id, matter.pk, None, what) for matter in _hidden(matters)]
    _count(by.user, page, views, key or key_of(by))


def seen_in_file(by: Standing, page: str, what: str, matters: Iterable[Matter | None], *, key: str = "") -> None:
    """One row for each school of which confidential matters left in a file, naming how many."""
    if by.works_here:
        return
    schools: dict[int, dict[int, Matter]] = defaultdict(dict)
    for matter in _hidden(matters):
        schools[matter.school_id][matter.pk] = matter
    views = [View(school, min(ours), None, f"{what}（含人事事项 {len(ours)} 件）") for school, ours in schools.items()]
    _count(by.user, page, views, key or key_of(by))


def seen_through_api(user: User, page: str, matters: Iterable[Matter]) -> None:
    """The same of what a program reads in somebody's name: of the schools where they have no post and no clerk's work."""
    hidden = _hidden(matters)
    if not hidden:
        return
    inside = {by.organisation.pk for by in standings_of(user) if by.works_here}
    views = [View(matter.school_id, matter.pk, None, "接口读取") for matter in hidden if matter.school_id not in inside]
    _count(user, page, views, "")


def looks_at(school: Organisation) -> QuerySet:
    """As a school reads it: who looked at which matter, or which meeting, on a day; on which pages, and when first and
    last."""
    rows = views_of(school).select_related(None).order_by().annotate(
        of_day=Coalesce("day", TruncDate("at")),
        held=Case(When(matter=None, then=F("meeting"))),
        held_at=Case(When(matter=None, then=F("meeting__starts_at"))),
        body=Case(When(matter=None, then=F("meeting__body")), default=Value("")),
    )  # fmt: skip
    looks = rows.values("of_day", "user", "user_name", "key", "matter", "matter__title", "matter__proposed_at",
                       "held", "held_at", "body")  # fmt: skip
    return looks.annotate(
        first=Min("at"),
        last=Max("last_at"),
        many=Sum("times"),
        whats=ArrayAgg("what", order_by=["at", "pk"]),
        each_times=ArrayAgg("times", order_by=["at", "pk"]),
    ).order_by("-last", "-matter", "-held", "user")


def pages_of(look: dict[str, Any]) -> list[str]:
    """What was looked at and how often, in the order it began: pages of one word are one page to a school."""
    often = Counter[str]()
    for what, times in zip(look["whats"], look["each_times"], strict=True):
        often[what] += times
    return [what if times == 1 else f"{what} {times} 次" for what, times in often.items()]


def views_of(school: Organisation) -> QuerySet[ConfidentialView]:
    """What the school may see by now: views under an inspection only when that has ended for everybody in it."""
    lasts = Grant.objects.filter(key=OuterRef("key"), school=school, until__gt=Now())
    views = ConfidentialView.objects.filter(school=school).filter(~Exists(lasts))
    return views.select_related("matter", "meeting", "user")
