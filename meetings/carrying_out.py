"""One decision on its way to being carried out: who, by when, how far, and its line of time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.words import day, full
from governance.access import Standing
from governance.models import Person

from .facts.corrections import lay_over_decision
from .ledger import follow_up, light
from .life_steps import Step, moment_of
from .lights import Light
from .models import Attachment, Extension, Item, Progress, Task
from .publicity import Shown, shown_for
from .transitions import may

ACTS = (
    "add_step", "report_progress", "report_done", "ask_extension", "close_follow_up", "send_back_report",
    "reopen_follow_up", "decide_extension", "publish",
)  # fmt: skip


@dataclass
class CarryingOut:
    item: Item
    light: Light
    people: list[Person]  # whoever leads first
    tasks: list[Task]
    asked: Extension | None
    acts: dict[str, bool]
    shown: Shown
    to_close: bool
    steps: list[Step]

    @property
    def lead(self) -> Person | None:
        return self.people[0] if self.people else None

    @property
    def helpers(self) -> list[Person]:
        return self.people[1:]

    @property
    def finished(self) -> int:
        return sum(bool(task.done_on) for task in self.tasks)


def follow_up_for(by: Standing, pk: int) -> Item:
    """A decision that is carried out, or 404."""
    item = follow_up(by, pk)
    if item is None:
        raise Http404("没有这项督办，或您没有查看它的权限。")
    item.fixes = lay_over_decision(item)
    return item


def carrying_out(by: Standing, item: Item) -> CarryingOut:
    kept = Prefetch("attachments", Attachment.objects.filter(removed_at=None), to_attr="files")
    reports = list(item.progress.select_related("by").prefetch_related(kept))
    extensions = list(item.extensions.select_related("asked_by", "decided_by"))
    known = Person.objects.in_bulk(item.carrier_ids)
    asked = next((each for each in extensions if each.granted is None), None)
    to_close = bool(item.done_on and not item.closed_at and item.reported)
    return CarryingOut(
        item=item,
        light=light(item, timezone.localdate()),
        people=[known[pk] for pk in item.carrier_ids],
        tasks=list(item.tasks.filter(removed_at=None).select_related("who")),
        asked=asked,
        acts=_acts(by, item, to_close, asked),
        shown=shown_for(by.school, item),
        to_close=to_close,
        steps=_steps(by, item, reports, extensions),
    )


def _acts(by: Standing, item: Item, to_close: bool, asked: Extension | None) -> dict[str, bool]:
    """What whoever looks may do to it as it stands now."""
    going_on = item.done_on is None
    stands = {
        "add_step": going_on,
        "report_progress": going_on or to_close,
        "report_done": going_on,
        "ask_extension": going_on and not asked and bool(item.due and item.due >= timezone.localdate()),
        "close_follow_up": to_close,
        "send_back_report": to_close,
        "reopen_follow_up": item.closed_at is not None,
        "decide_extension": asked is not None and going_on,
        "publish": True,
    }
    carries = by.clerk or item.mine
    may_carry = {"add_step": carries, "report_progress": carries, "report_done": by.clerk or item.leads}
    may_carry["ask_extension"] = may_carry["report_done"]
    return {name: stands[name] and may_carry.get(name, may(by, name, item)) for name in ACTS}


def _steps(by: Standing, item: Item, reports: Sequence[Progress], extensions: Sequence[Extension]) -> list[Step]:
    meeting = item.meeting
    assert meeting  # only what a meeting decided is carried out
    url = f"{reverse('meeting', kwargs={'school': by.school.code, 'pk': meeting.pk})}?item={item.no}"
    title = f"{meeting.get_body_display()}第 {item.no} 项：{item.get_outcome_display()}"
    steps = [Step(title, meeting.starts_at, url=url)]
    for report in reports:
        share = f" {report.percent}%" if report.kind == Progress.Kind.PROGRESS and report.percent is not None else ""
        steps.append(
            Step(f"{report.get_kind_display()}{share}", report.at, str(report.by), report.text, files=report.files)
        )
    for each in extensions:
        mark = "now" if each.granted is None else "done"
        steps.append(Step(f"申请延期至{day(each.until)}", each.asked_at, str(each.asked_by), each.reason, mark=mark))
        if each.granted is not None:
            said = "同意延期" if each.granted else "不同意延期"
            steps.append(Step(f"{said}至{day(each.until)}", each.decided_at, str(each.decided_by or ""), each.note))
    if item.done_on and not item.reported:  # what came as a file, or was written down before reports were kept
        steps.append(Step("办结", item.done_on, text=item.done_note))
    steps.sort(key=lambda step: moment_of(step.at))
    if not item.done_on:
        steps.append(Step("办结" if not item.due else f"办结：{full(item.due)}前", mark="todo"))
    elif item.reported and not item.closed_at:
        steps.append(Step("等负责人销号", mark="now"))
    return steps
