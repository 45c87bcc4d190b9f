"""Registers of meetings, and of who came to them."""

from datetime import date

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject, TruncDate
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from governance.models import Body, Person, Post
from meetings.models import Attendance, Correction, Item, Meeting

from . import HELD, Span, _within, meetings, with_finding_counts
from .shape import Choice, Register, Told, numbered, q, school_of

TEAMS = {
    Body.PARTY: (Post.Name.PARTY_SECRETARY, Post.Name.DEPUTY_PARTY_SECRETARY, Post.Name.PARTY_COMMITTEE_MEMBER),
    Body.OFFICE: (Post.Name.PRINCIPAL, Post.Name.VICE_PRINCIPAL, Post.Name.ADMIN_MEMBER),
}
ENDED = tuple(state for state in HELD if state != Meeting.State.OPEN)
STATUS = Attendance.Status


def _count(name: str) -> Told:
    words = {"block": "须改正", "warn": "提醒", "unknown": "不可判定"}
    return Told(
        words[name], 8, lambda meeting: (meeting.figures or {}).get(name, 0) if meeting.checked else None, "number"
    )


MEETINGS = Register(
    "meetings",
    "已开会议",
    "宣布开始的会议，按开会时间倒排。",
    "次",
    lambda schools, span, day: (
        with_finding_counts(meetings(schools, span))
        .select_related("school", "chair")
        .annotate(size=Subquery(_size()))
        .order_by("-starts_at", "-pk")
    ),
    (
        Told("会议", 14, numbered, link=lambda row, by: reverse("meeting", args=[row.school.code, row.pk])),
        Told("名称", 16, lambda meeting: meeting.title, under="bare"),
        school_of(lambda meeting: meeting.school),
        Told("时间", 14, lambda meeting: meeting.starts_at, "moment"),
        Told("紧急会议", 8, lambda meeting: "紧急会议" if meeting.emergency else "", under="bare"),
        Told("主持人", 8, lambda meeting: meeting.chair.name if meeting.chair else ""),
        Told("议题数", 7, lambda meeting: meeting.size, "number"),
        Told("状态", 9, lambda meeting: meeting.get_state_display(), badge=lambda meeting: meeting.state),
        Told("检查", 9, lambda meeting: "已检查" if meeting.checked else "还没有检查", on_page=False),
        _count("block"), _count("warn"), _count("unknown"),
    ),
    school="school",
    body="body",
    tally="meetings",
    text=("title", "place"),
    choices=(
        Choice("emergency", "紧急会议", {"yes": ("紧急会议", q(emergency=True)), "no": ("不是", q(emergency=False))}),
        Choice("state", "状态", {
            "open": ("没有签发", lambda day: ~Q(state__in=Meeting.SEALED)),
            "sealed": ("已签发或已导入", q(state__in=Meeting.SEALED)),
        }),
    ),
)  # fmt: skip


def _size() -> QuerySet:
    items = Item.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return items.annotate(size=Count("pk")).values("size")


def _expected(span: Span, body: str) -> Subquery:
    """Of the person of the outer row, how they came to the meetings of a body that were held while they were in it."""
    in_post = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("day")), person=OuterRef(OuterRef("pk")), post__in=TEAMS[Body(body)],
        since__lte=OuterRef("day"),
    )  # fmt: skip
    whose = Concat(Value("attendance/"), Cast(OuterRef(OuterRef("pk")), CharField()), Value("/status"))
    right = Correction.objects.filter(meeting=OuterRef("pk"), signed_at__isnull=False, path=whose).order_by("-no")
    written = Attendance.objects.filter(meeting=OuterRef("pk"), person=OuterRef(OuterRef("pk")))
    held = (
        Meeting.objects.filter(_within("starts_at", span), school=OuterRef("school"), body=body, state__in=ENDED)
        .annotate(day=TruncDate("starts_at"))
        .filter(Exists(in_post))
        .annotate(
            came=Coalesce(
                Subquery(right.values("right")[:1], output_field=CharField()), Subquery(written.values("status")[:1]), Value("")
            )
        )
    )  # fmt: skip
    sums = held.order_by().values("school").annotate(
        sums=JSONObject(
            expected=Count("pk"),
            present=Count("pk", filter=Q(came=STATUS.PRESENT)),
            leave=Count("pk", filter=Q(came=STATUS.LEAVE)),
            absent=Count("pk", filter=Q(came=STATUS.ABSENT)),
            unknown=Count("pk", filter=Q(came=STATUS.EXPECTED)),
        )
    )  # fmt: skip
    return Subquery(sums.values("sums"))


def _people(schools: QuerySet[Organisation], span: Span, day: date) -> QuerySet[Person]:
    """Whoever was in post at some time of the span."""
    since, until = (timezone.localdate(moment) for moment in span)
    posts = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gt=since), person=OuterRef("pk"), since__lt=until
    )  # fmt: skip
    return (
        Person.objects.filter(Exists(posts), school__in=schools)
        .select_related("school")
        .annotate(party=_expected(span, Body.PARTY), office=_expected(span, Body.OFFICE))
        .order_by("school__code", "pk")
    )


def _of_body(name: str, words: str, key: str) -> Told:
    under = "" if name in ("应到", "实到") else "named"
    return Told(f"{words}{name}", 8, lambda person: (getattr(person, key) or {}).get(_KEYS[name]), "number", under=under,
                word=f"{name} {{}}" if under else "")  # fmt: skip


_KEYS = {"应到": "expected", "实到": "present", "请假": "leave", "缺席": "absent", "未登记": "unknown"}


def _rate(person: Person) -> str:
    sums = [each for each in (person.party, person.office) if each]
    known = sum(each["expected"] - each["unknown"] for each in sums)
    return f"{sum(each['present'] for each in sums) * 1000 // known / 10:g}%" if known else ""


ATTENDANCE = Register(
    "attendance",
    "到会情况",
    "每个人在任职期间应到和实到的会议次数，任职以前和离任以后的会议不计；进行中的会议不计。",
    "人",
    _people,
    (
        Told("姓名", 8, lambda person: person.name),
        school_of(lambda person: person.school),
        *(
            _of_body(name, words, key)
            for key, words in (("party", "党组织会议"), ("office", "校长办公会议"))
            for name in _KEYS
        ),
        Told("到会率", 7, _rate, align="right"),
    ),
    school="school",
    text=("name",),
    choices=(
        Choice("team", "会议", {
            "party": ("党组织会议应到的", q(party__isnull=False)), "office": ("校长办公会议应到的", q(office__isnull=False)),
        }),
    ),
)  # fmt: skip
