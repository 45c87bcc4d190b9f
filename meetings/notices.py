"""Who is told, in which words. Notices carry time, place and link, and never the title of a personnel matter."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, Organisation, Role
from accounts.templatetags.words import moment
from governance.access import HEAD_POST
from governance.compiled import Given, Statement
from governance.models import Body, Person, Post

from .models import Matter, Meeting

BODY_OF_HEAD = {post: body for body, post in HEAD_POST.items()}


def tell(notices: Iterable[Notice]) -> int:
    """Put the notices into their bells, leaving out what was told before; gives how many are new."""
    wanted = {(notice.recipient_id, notice.key): notice for notice in notices}
    if not wanted:
        return 0
    told = Notice.objects.filter(
        recipient__in={recipient for recipient, _ in wanted}, key__in={key for _, key in wanted}
    ).values_list("recipient_id", "key")
    known = set(told)
    fresh = [notice for name, notice in wanted.items() if name not in known]
    standing = _standing(fresh)
    for notice in fresh:
        if (notice.recipient_id, notice.organisation_id) not in standing:
            notice.url = ""  # somebody asked to sit in, who has an account and no office: no page would open
    # Somebody else may have told it since we looked: the constraint decides.
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _standing(notices: Iterable[Notice]) -> set[tuple[int, int]]:
    """Who holds a post or a role where: account and school."""
    day, accounts = timezone.localdate(), {notice.recipient_id for notice in notices}
    posts = Post.objects.filter(current(day), person__user__in=accounts).values_list("person__user", "school")
    roles = Role.objects.on(day).filter(user__in=accounts).values_list("user", "organisation")
    return {*posts, *roles} if accounts else set()


def to_each(accounts: Iterable[int], *, school: Organisation, key: str, kind: str, title: str, **more) -> list[Notice]:
    return [
        Notice(recipient_id=account, organisation=school, key=key, kind=kind, title=title, **more)
        for account in sorted(set(accounts))
    ]


def accounts_of(people: Iterable[int | None], day: date) -> dict[int, int]:
    """The accounts of these people, by person. Whoever has left the school, or cannot sign in, is told nothing."""
    asked = {pk for pk in people if pk}
    return dict(_accounts(people=asked, day=day)) if asked else {}


@Statement
def _accounts():
    posts = Post.objects.filter(person=OuterRef("pk"))
    roles = Role.objects.on(Given("day")).filter(user=OuterRef("user"), organisation=OuterRef("school"))
    here = Exists(posts.filter(current(Given("day")))) | ~Exists(posts) | Exists(roles)
    asked = Person.objects.filter(here, pk__in=Given("people"), user__is_active=True)
    return asked.values_list("pk", "user_id")


def current(day: date | Given) -> Q:
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


@dataclass
class Offices:
    """Who heads the bodies of some schools on a day, and who does their clerical work: by account."""

    heads: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    clerks: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, schools: Iterable[int], day: date) -> "Offices":
        offices, schools = cls(), set(schools)
        if not schools:
            return offices
        held = Post.objects.filter(school__in=schools, post__in=BODY_OF_HEAD, person__user__is_active=True)
        for school, post, account in held.filter(current(day)).values_list("school_id", "post", "person__user_id"):
            offices.heads[school, BODY_OF_HEAD[Post.Name(post)]].add(account)
        roles = Role.objects.on(day).filter(
            organisation__in=schools, role=Role.Name.SCHOOL_SECRETARY, user__is_active=True
        )
        for school, account in roles.values_list("organisation_id", "user_id"):
            offices.clerks[school].add(account)
        return offices


def meeting_notice(meeting: Meeting, accounts: Iterable[int], *, line: object, corrects: bool = False) -> list[Notice]:
    """Time, place and link of a meeting. ``line`` tells apart what says the same again, there and back and there."""
    return to_each(
        accounts,
        school=meeting.school,
        key=f"{told_key(meeting.pk)}{line}/{mark_of(meeting)}",
        kind="meeting_moved" if corrects else "meeting_called",
        title=f"{'会议更改' if corrects else '会议通知'}：{moment(meeting.starts_at)} {body_name(meeting.body)}",
        body=f"{where(meeting)}。"
        + ("以本通知为准，请重新回执。" if corrects else f"议题 {meeting.items.count()} 项，请提前阅看并回执。"),
        url=link("meeting", meeting.school, pk=meeting.pk),
        expires_at=meeting.starts_at,
    )


def told_key(meeting: int) -> str:
    """What the keys begin with of all notices that say when and where a meeting is; they end in the mark."""
    return f"meeting/{meeting}/at/"


def mark_of(meeting: Meeting) -> str:
    """Of the time and the place: equal when nothing has changed for those who come."""
    place = hashlib.sha256(meeting.place.encode()).hexdigest()[:8]
    return f"{stamp(meeting.starts_at)}-{place}"


def link(name: str, school: Organisation, **more) -> str:
    return reverse(name, kwargs={"school": school.code, **more})


def named(matter: Matter) -> str:
    """A matter as a notice names it: notices lie on locked phones and in mailboxes."""
    return "一项人事议题" if matter.personnel else f"“{short(matter.title)}”"


def short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def body_name(body: str) -> str:
    return Body(body).label


def sitting_name(meeting: Meeting) -> str:
    """党组织会议（3月5日 周三 15:00）. Never the title: a clerk may have written a name into it."""
    return f"{body_name(meeting.body)}（{moment(meeting.starts_at)}）"


def where(meeting: Meeting) -> str:
    return f"地点：{meeting.place or '待定'}"


def stamp(at: datetime) -> str:
    """A moment as part of a key."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def week_of(now: datetime) -> str:
    return f"{timezone.localdate(now):%G-%V}"


def turn_of(late: timedelta) -> str:
    """On the day itself, then week by week."""
    return "today" if not late else f"week-{(late.days - 1) // 7}"


def grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    groups = defaultdict(list)
    for one, other in pairs:
        groups[one].append(other)
    return groups


def accounts_of_each(people: Mapping[int, Iterable[int | None]], now: datetime) -> dict[int, list[int]]:
    """The accounts of several groups of people, in one statement."""
    known = accounts_of((person for group in people.values() for person in group), timezone.localdate(now))
    return defaultdict(list, {name: [known[one] for one in group if one in known] for name, group in people.items()})
