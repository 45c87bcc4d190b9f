"""决定执行情况报告: what became of the decisions of the party meeting over a period, counted and told.

Glossary
    to be done   应办结: those reported done within the period, and those whose day has passed and that are not
    put off      延期: of all of these, those whose date was put off within the period
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Entry, Organisation
from accounts.templatetags.words import day, full
from governance.access import Standing
from governance.models import Body

from .ledger import follow_ups, lit
from .models import Extension, Item, Matter

MOST = 60  # decisions told one by one; a proposal has room for about as many
LONGEST = 100  # characters of one report


@dataclass(frozen=True)
class Execution:
    """The decisions of a period, each counted once: done, overdue, or under way."""

    since: date
    until: date
    done: list[Item]
    overdue: list[Item]
    under_way: list[Item]

    @property
    def put_off(self) -> list[Item]:
        return [item for item in (*self.done, *self.overdue, *self.under_way) if item.put_off]

    @property
    def figures(self) -> dict[str, int]:
        return {
            "应办结": len(self.done) + len(self.overdue),
            "已办结": len(self.done),
            "逾期": len(self.overdue),
            "延期": len(self.put_off),
            "在办": len(self.under_way),
        }

    @property
    def share_done(self) -> str:
        """办结率, of what was to be done; nothing to be done has none."""
        to_be_done = len(self.done) + len(self.overdue)
        if not to_be_done:
            return ""
        tenths = len(self.done) * 1000 // to_be_done  # cut off: only all of it is 100.0%
        return f"{tenths // 10}.{tenths % 10}%"

    def of_class(self, letter: str) -> "Execution":
        def mine(items: list[Item]) -> list[Item]:
            return [item for item in items if item.matter.category[:1] == letter]

        return replace(self, done=mine(self.done), overdue=mine(self.overdue), under_way=mine(self.under_way))

    @property
    def title(self) -> str:
        return f"党组织会议决定执行情况报告（{full(self.since)}至{full(self.until)}）"

    @property
    def text(self) -> str:
        parts = [
            f"{full(self.since)}至{full(self.until)}，党组织会议议定的事项应办结 {self.figures['应办结']} 项，"
            f"已办结 {self.figures['已办结']} 项，逾期未办结 {self.figures['逾期']} 项，"
            f"经批准延期 {self.figures['延期']} 项；另有 {self.figures['在办']} 项正在办理。"
        ]
        room = MOST
        for head, items in (
            ("一、逾期未办结", self.overdue),
            ("二、正在办理", self.under_way),
            ("三、已办结", self.done),
        ):
            told = [f"{n}. {_told(item)}" for n, item in enumerate(items[:room], start=1)]
            left = [f"其余 {len(items) - len(told)} 项见督办台账。"] if len(items) > len(told) else []
            room -= len(told)
            parts.append(
                "\n".join([f"{head}（{len(items)} 项）", *(told or left or ["无。"]), *(left if told else [])])
            )
        return "\n\n".join(parts)


def _told(item: Item) -> str:
    assert item.meeting  # only what a meeting decided is carried out
    title = "（人事事项）" if item.matter.personnel else item.matter.title
    parts = [f"{title}（{day(item.meeting.starts_at)} 第 {item.no} 项）：牵头{(item.responsible_names or ['未定'])[0]}"]
    if item.due:
        parts.append(f"时限{full(item.due)}" + (f"（原定{full(item.due_decided)}）" if item.due_decided else ""))
    if item.done_on:
        parts.append(f"{full(item.done_on)}办结" + ("" if item.closed_at or not item.reported else "，待销号"))
    elif item.light.word:
        parts.append(item.light.word)
    said = (
        ""
        if item.matter.personnel
        else (item.done_note if item.done_on else item.heard_text or "").replace("\n", " ").strip()
    )
    what = "落实情况" if item.done_on else "最近报告"
    if said:
        parts.append(f"{what}：{said[:LONGEST]}{'……' if len(said) > LONGEST else ''}")
    elif item.light.colour == "red":
        parts.append("逾期原因：（请补写）")
    return "，".join(parts).rstrip("。") + "。"


def execution_of(by: Standing, since: date, until: date) -> Execution:
    """As of the end of ``until``, or of today where that is still to come."""
    today = timezone.localdate()
    passed = min(until + timedelta(days=1), today)  # what was due before this day is overdue
    put_off = Extension.objects.filter(
        item=OuterRef("pk"), granted=True, decided_at__date__gte=since, decided_at__date__lte=until
    )
    items = lit(
        follow_ups(by)
        .filter(body=Body.PARTY, meeting__starts_at__date__lte=until)
        .filter(Q(done_on=None) | Q(done_on__gte=since))
        .annotate(put_off=Exists(put_off))
        .order_by("due", "pk"),
        today,
    )
    done = [item for item in items if item.done_on and item.done_on <= until]
    left = [item for item in items if not (item.done_on and item.done_on <= until)]
    return Execution(
        since,
        until,
        done=done,
        overdue=[item for item in left if item.due and item.due < passed],
        under_way=[item for item in left if not (item.due and item.due < passed)],
    )


def earlier_reports(school: Organisation):
    return Entry.objects.filter(
        organisation=school, verb="draft_execution_report", subject_kind="matter",
        subject_id__in=Matter.objects.filter(school=school).exclude(state=Matter.State.WITHDRAWN).values("pk"),
    )  # fmt: skip


def next_period(school: Organisation) -> tuple[date, date]:
    """Since the last report that was not withdrawn; the first one begins with the year."""
    today = timezone.localdate()
    last = earlier_reports(school).order_by("-pk").first()
    since = date.fromisoformat(last.facts["until"]) + timedelta(days=1) if last else today.replace(month=1, day=1)
    return min(since, today), today
