"""A year of one school, written straight into the tables: what ledgers and reports of a period are made of."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from governance.models import LargeSum
from meetings.documents.kinds import Period
from meetings.models import Attendance, Consultation, Correction, Extension, Item, Matter, Meeting, Progress, Vote
from tests.meetings.stage import issued_with_the_chair_first

YEAR = 2025
MEMBERS = ("zhao", "qian", "sun", "li", "wu")


def at(month: int, day: int, hour: int = 15, year: int = YEAR) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour))


def period(cast, since=date(YEAR, 1, 1), until=date(YEAR, 12, 31)) -> Period:
    return Period(cast.school, since, until)


def sitting(cast, month: int, *, body="party", number=1, year=YEAR) -> Meeting:
    head = cast.zhao if body == "party" else cast.qian
    meeting = Meeting.objects.create(
        school=cast.school, body=body, number=number, state=Meeting.State.ENDED, starts_at=at(month, 10, year=year),
        ends_at=at(month, 10, 17, year=year), place="第一会议室", chair=head, recorder=cast.zheng,
        created_by=cast.zheng.user,
    )  # fmt: skip
    there = MEMBERS if body == "party" else ("qian", "li", "zhou", "he")
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, person=getattr(cast, name), status="leave" if name == "wu" else "present")
        for name in there
    )
    return meeting


def matter_of(cast, title: str, category="D13", **more) -> Matter:
    given = {"proposer": cast.li, "owner": cast.li, "proposed_at": at(1, 3), "state": Matter.State.DECIDED}
    given |= {"proposal": "按方案实施。"} | more
    return Matter.objects.create(school=cast.school, title=title, category=category, created_by=cast.li.user, **given)


def item_of(
    cast, meeting: Meeting, matter: Matter, outcome="passed", *, purpose="decide", counts=(4, 0), **more
) -> Item:
    item = Item.objects.create(
        matter=matter, body=meeting.body, purpose=purpose, meeting=meeting, no=meeting.items.count() + 1,
        state=Item.State.SETTLED, outcome=outcome, decision_text=more.pop("text", f"同意{matter.title}。"),
        settled_at=meeting.ends_at, lead=cast.li, **more,
    )  # fmt: skip
    item.responsible.set([cast.li, cast.sun])
    if counts:
        agree, disagree = counts
        Vote.objects.create(
            item=item, method="secret_ballot" if matter.personnel else "show_of_hands", agree=agree, disagree=disagree,
            in_office=5, present=4, outcome=outcome if outcome in Item.DECIDED else "", recorded_by=cast.zheng.user,
        )  # fmt: skip
    return item


def corrected(cast, item: Item, name: str, wrong: str, right: str) -> Correction:
    return Correction.objects.create(
        meeting=item.meeting, no=item.meeting.corrections.count() + 1, path=f"item/{item.pk}/{name}",
        label=f"第 {item.no} 项 · {name}", wrong=wrong, right=right, wrong_said=wrong, right_said=right,
        found_by="王检查", reason="记错了", entered_by=cast.zheng.user, digest="0" * 64, signed_by=cast.zhao,
        signed_at=timezone.now(),
    )  # fmt: skip


def whole_year(cast) -> dict[str, Item]:
    """Two party meetings and an office meeting; by name what came of each matter."""
    LargeSum.objects.create(school=cast.school, since=date(2024, 1, 1), amount=Decimal(100000))
    spring, autumn = sitting(cast, 3), sitting(cast, 9, number=2)
    office = sitting(cast, 2, body="office")
    plan = matter_of(cast, "学校发展规划", "D02")
    paid = matter_of(cast, "大额支出", "F01", amount=Decimal(125000))
    items = {
        "proposed": item_of(cast, office, plan, "referred", purpose="propose", counts=None),
        "small": item_of(
            cast, office, matter_of(cast, "小额支出", "F01", amount=Decimal(3000)), "principal_decided", counts=None
        ),
        "general": item_of(cast, office, matter_of(cast, "日常安排", "G"), "principal_decided", counts=None),
        "plan": item_of(cast, spring, plan, due=date(YEAR, 5, 1), done_on=date(YEAR, 4, 20), done_note="已印发。"),
        "person": item_of(
            cast, spring, matter_of(cast, "教务处主任任免", "H01", candidates=["冯某"]), due=date(YEAR, 6, 1)
        ),
        "paid": item_of(cast, spring, paid, counts=(3, 1), due=date(YEAR, 12, 1), due_decided=date(YEAR, 8, 1)),
        "refused": item_of(cast, autumn, matter_of(cast, "合作办学", "P07"), "rejected", counts=(1, 3)),
        "deferred": item_of(cast, autumn, matter_of(cast, "校园扩建", "P01", amount=Decimal("80000.50")), "deferred"),
        "late": item_of(cast, autumn, matter_of(cast, "安全整改", "D14"), due=date(YEAR, 10, 1)),
        "going": item_of(cast, autumn, matter_of(cast, "课程改革", "D05")),
    }
    for matter, kind, when in (
        (plan, "secretary_principal", at(3, 1)),
        (plan, "expert", at(3, 2)),
        (plan, "legal", at(4, 1)),
    ):
        Consultation.objects.create(matter=matter, kind=kind, at=when, outcome="agreed", entered_by=cast.zheng.user)
    Extension.objects.create(
        item=items["paid"], until=date(YEAR, 12, 1), reason="招标推迟。", asked_by=cast.li.user, granted=True,
        decided_by=cast.zhao, decided_at=at(7, 1),
    )  # fmt: skip
    Progress.objects.create(item=items["late"], text="等待施工队进场。", by=cast.li.user, at=at(9, 20))
    Progress.objects.create(item=items["person"], text="冯某正在公示。", by=cast.li.user, at=at(4, 1))
    without = matter_of(cast, "紧急采购", "P03", decided_without_at=at(11, 5), decided_without_how="signature")
    without.decided_without_by.set([cast.qian])
    return items


def many(cast, first: int, meetings: int, each: int) -> None:
    """In 2023, from that month on: so many meetings with so many items each."""
    for month in range(first, first + meetings):
        meeting = sitting(cast, month, number=20 + month, year=2023)
        for n in range(each):
            item_of(cast, meeting, matter_of(cast, f"第 {month}-{n} 件"), due=date(2023, 12, 1))


def begins_with(cast) -> dict[str, Item]:
    """The year, and beside it a meeting that people held by the verbs."""
    return whole_year(cast) | {"issued": issued_with_the_chair_first(cast).items.get()}
