"""The line of a matter's life: one dated step after the other over both bodies, each with what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.words import day, due, overdue
from governance.access import Standing
from governance.models import Body

from .models import Attachment, Consultation, Correction, Document, Extension, Item, Matter, Meeting, Progress, Task
from .transitions import NOT_REACHED

if TYPE_CHECKING:
    from .life import Life

ASKING = (Matter.State.PROPOSED, Matter.State.HELD)
BEFORE = (Matter.State.DRAFT, Matter.State.PROPOSED, Matter.State.HELD, Matter.State.RETURNED)
OVER = (Matter.State.WITHDRAWN, Matter.State.CLOSED)
LONG = 12  # steps that are read at once; what came before them is folded


@dataclass
class Step:
    """One dated step; ``mark`` as templates/parts/steps.html knows it."""

    title: str
    at: datetime | date | None = None
    by: str = ""
    text: str = ""
    url: str = ""
    mark: str = "done"
    body: str = ""  # of which meeting
    votes: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # what it rests on: word, address
    findings: list[Any] = field(default_factory=list)
    reasons: list[dict] = field(default_factory=list)  # that the head gave
    files: list[Attachment] = field(default_factory=list)
    corrections: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """One stretch of the way, for the rail above the line."""

    word: str
    mark: str  # done · now · todo · missing
    at: datetime | date | None = None


def _rows(rows: QuerySet, **columns) -> ArraySubquery:
    return ArraySubquery(rows.order_by("pk").values(json=JSONObject(id="pk", **columns)))


def with_what_follows(items: QuerySet[Item]) -> QuerySet[Item]:
    """With the papers, the follow-up and the corrections of each item, in the statement that reads the items."""
    papers = Document.objects.filter(meeting=OuterRef("meeting"), kind=Document.Kind.MINUTES)
    of_item = Concat(Value("/"), Cast(OuterRef("pk"), CharField()), Value("/"))
    signed = Correction.objects.filter(meeting=OuterRef("meeting"), signed_at__isnull=False)
    return items.annotate(
        paper_rows=_rows(papers, number="number", at="issued_at"),
        task_rows=_rows(
            Task.objects.filter(item=OuterRef("pk"), removed_at=None),
            text="text", due="due", who="who__name", done_on="done_on",
        ),
        progress_rows=_rows(
            Progress.objects.filter(item=OuterRef("pk")),
            kind="kind", text="text", percent="percent", by="by__name", at="at",
        ),
        extension_rows=_rows(
            Extension.objects.filter(item=OuterRef("pk")),
            until="until", reason="reason", asked_at="asked_at", granted="granted", decided_at="decided_at",
            by="decided_by__name", note="note",
        ),
        correction_rows=_rows(
            signed.filter(Q(path__contains=of_item) | Q(path__startswith="vote/")),
            path="path", label="label", wrong="wrong_said", right="right_said", by="signed_by__name", at="signed_at",
        ),
    )  # fmt: skip


def steps_of(matter: Matter, life: "Life", by: Standing) -> list[Step]:
    dated: list[Step] = [_begun(matter)]
    if matter.reconsiders:
        url = reverse("matter", args=[by.organisation.code, matter.reconsiders_id])
        dated[0].links.append((f"复议的事项：{matter.reconsiders.title}", url))
        dated[0].text = f"复议理由：{matter.reconsider_reason}" if matter.reconsider_reason else ""
    if matter.decided_without_at:
        people = "、".join(str(person) for person in matter.decided_without_by.all())
        how = matter.get_decided_without_how_display()
        dated.append(Step(f"未经会议作出决定：{how}", matter.decided_without_at, people))
    ahead: list[Step] = []
    if matter.emergency_at:
        acted = Step("紧急处置", matter.emergency_at, str(matter.emergency_by or ""), matter.emergency_reason)
        acted.findings = life.ratification
        dated.append(acted)
        if life.missed_at:
            dated.append(Step("党组织会议没有追认：未追认", life.missed_at, mark="missing", body=Body.PARTY))
    steps = [_consulted(each, waits=matter.state in ASKING) for each in life.consultations]
    dated += [step for step in steps if step.mark == "done"]
    ahead += [step for step in steps if step.mark != "done"]
    for item in life.items:
        ItemSteps(item, matter, life, by).add_to(dated, ahead)
    texts = reverse("matter_texts", args=[by.organisation.code, matter.pk])
    dated += [
        Step("修改方案", entry.at, entry.actor_name,
             links=[("改了什么", f"{texts}?from={entry.facts['before']}&to={entry.facts['text']}")])
        for entry in life.entries
        if entry.verb == "revise"
    ]  # fmt: skip
    if withdrawn := life.moments.get(("withdraw", matter.pk)):
        dated.append(Step("撤回", withdrawn))
    for again in life.reconsidered_by:
        url = reverse("matter", args=[by.organisation.code, again.pk])
        dated.append(
            Step("提出复议", again.proposed_at or again.created_at, str(again.proposer or ""), again.reconsider_reason,
                 links=[(f"{again.title}（{again.get_state_display()}）", url)])
        )  # fmt: skip
    if life.idle:
        ahead.append(Step("没有哪个会议在等它，去提请上会", mark="now"))
    elif matter.state in BEFORE and not life.comes_to_a_meeting:
        ahead.append(Step("上会讨论", mark="todo"))
    waits = sorted(ahead, key=lambda step: step.mark != "now")
    return sorted(dated, key=lambda step: moment_of(step.at)) + waits


def _begun(matter: Matter) -> Step:
    if matter.proposed_at:
        return Step("提出申报", matter.proposed_at, str(matter.proposer or ""))
    if matter.created_by_id:
        return Step("起草", matter.created_at, mark="now" if matter.state == Matter.State.DRAFT else "done")
    return Step("由文件导入", matter.created_at)


def moment_of(at: datetime | date | None) -> datetime:
    if at is None or isinstance(at, datetime):
        return at or timezone.now()
    return timezone.make_aware(datetime.combine(at, time(23, 59)))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def said_by(consultation: Consultation) -> str:
    """Who was consulted, each with their own answer where the two heads were asked."""
    parts = []
    for row in consultation.consulted.all():
        answer = row.get_outcome_display() if row.outcome else "" if consultation.at else "待答复"
        parts.append(f"{row.person} {answer}".strip())
    return ("、" if consultation.kind != Consultation.Kind.SECRETARY_PRINCIPAL else " · ").join(parts)


def _consulted(consultation: Consultation, *, waits: bool) -> Step:
    words = said_by(consultation)
    if consultation.at is None:
        mark = "now" if waits else "done"
        return Step(consultation.get_kind_display(), consultation.asked_at, text=words, mark=mark)
    anew = "（就新方案重新确认）" if consultation.renews_id else ""
    outcome = f"{anew}：{consultation.get_outcome_display()}" if consultation.outcome else anew
    files = list(getattr(consultation, "files", ()))
    return Step(f"{consultation.get_kind_display()}{outcome}", consultation.at, text=words, files=files)


def votes_in_words(rows: Iterable[dict]) -> list[str]:
    """Each vote in numbers: 同意 4，弃权 1（应到 5，实到 5）."""
    said = []
    for row in rows:
        counts = (
            (word, row[name]) for name, word in COUNTED if row.get(name) or (name == "agree" and row[name] is not None)
        )
        words = "，".join(f"{word} {count}" for word, count in counts) or "票数未记"
        there = f"（应到 {row['in_office']}，实到 {row['present']}）" if row.get("in_office") else ""
        turn = f"第 {row['round']} 轮 " if (row.get("round") or 1) > 1 else ""
        said.append(f"{row['candidate']} {turn}{words}{there}".strip())
    return said


COUNTED = (("agree", "同意"), ("disagree", "不同意"), ("abstain", "弃权"), ("defer", "缓议"))


class ItemSteps:
    """What one coming of the matter to a meeting adds to the line."""

    def __init__(self, item: Item, matter: Matter, life: "Life", by: Standing):
        self.item, self.matter, self.life, self.by = item, matter, life, by
        self.body, self.school = item.get_body_display(), by.organisation.code

    def add_to(self, dated: list[Step], ahead: list[Step]) -> None:
        item = self.item
        if item.confirmed_at:
            dated.append(Step(f"同意提交{self.body}", item.confirmed_at, str(item.confirmed_by or ""),
                              "" if item.state == Item.State.DROPPED else item.head_note, body=item.body))  # fmt: skip
        if item.meeting is None:
            self._off_the_agenda(dated, ahead)
            return
        meeting = item.meeting
        if meeting.state == Meeting.State.DRAFT and not self.by.works_here:
            return  # what is being prepared is the school's own
        opens = self.life.opens is None or meeting.pk in self.life.opens
        url = reverse("meeting", args=[self.school, meeting.pk]) if opens else ""
        title = f"{self.body}第 {item.no} 项"
        if not item.outcome:
            begun = meeting.state not in (Meeting.State.DRAFT, Meeting.State.CALLED)
            mark = "now" if begun else "todo"
            ahead.append(Step(title, meeting.starts_at, url=url, mark=mark, body=item.body, links=self._notice(url)))
            return
        dated.append(self._held(title, url))
        self.carried_out(dated, ahead)

    def _off_the_agenda(self, dated: list[Step], ahead: list[Step]) -> None:
        item, moments = self.item, self.life.moments
        if self.matter.state in OVER and item.state in (Item.State.WAITING, Item.State.POSTPONED):
            return
        if item.state == Item.State.WAITING:
            title = f"提请{self.body}{self._purpose()}，待确认"
            ahead.append(Step(title, item.requested_at, mark="now", body=item.body))
        elif item.state in (Item.State.POSTPONED, Item.State.RETURNED):
            verb = "postpone" if item.state == Item.State.POSTPONED else "send_back"
            at = moments.get((verb, item.pk), item.requested_at)
            word = "暂缓上会" if item.state == Item.State.POSTPONED else "已退回"
            dated.append(Step(f"{self.body}议题{word}", at, text=item.head_note, body=item.body))
        elif item.state == Item.State.CONFIRMED and self.matter.state not in OVER:
            ahead.append(Step(f"待列入{self.body}：{self._purpose()}", mark="todo", body=item.body))
        elif skipped := moments.get(("skip_deployment", item.pk)):
            dated.append(Step("不需部署，直接落实", skipped, text=item.head_note, body=item.body))

    def _purpose(self) -> str:
        """What it comes to the meeting for; what is decided already is ratified."""
        ratifies = self.matter.emergency_at and self.item.body == Body.PARTY
        return "追认紧急处置" if ratifies else self.item.get_purpose_display()

    def _notice(self, url: str) -> list[tuple[str, str]]:
        sent = self.item.meeting.notice_sent_at
        return [(f"会议通知（{day(sent)}发出）", url)] if sent and url else []

    def _held(self, title: str, url: str) -> Step:
        item, meeting = self.item, self.item.meeting
        links = self._notice(url)
        if url and meeting.state not in (Meeting.State.OPEN, Meeting.State.ENDED):
            links.append(("会议记录", reverse("record", args=[self.school, meeting.pk])))
        papers = item.paper_rows if url else ()
        links += [(row["number"], reverse("document_page", args=[self.school, row["id"]])) for row in papers]
        unreached = item.outcome == Item.Outcome.WITHDRAWN and item.decision_text == NOT_REACHED
        outcome = "没有议到" if unreached else item.get_outcome_display()
        if self.matter.emergency_at and item.body == Body.PARTY and item.purpose != Item.Purpose.PROPOSE:
            outcome = {Item.Outcome.PASSED: "已追认", Item.Outcome.NOTED: "已报告",
                       Item.Outcome.REJECTED: "未予追认"}.get(Item.Outcome(item.outcome), outcome)  # fmt: skip
        return Step(
            f"{title}{'' if unreached else item.get_purpose_display()}：{outcome}",
            meeting.starts_at,
            text="留待下次会议" if unreached else item.decision_text,
            url=url,
            body=item.body,
            votes=votes_in_words(item.vote_rows),
            links=links,
            findings=self.life.findings.get(item.pk, []),
            reasons=[row | {"at": _time(row["at"])} for row in item.override_rows],
            corrections=self._corrections(),
        )

    def _corrections(self) -> list[dict]:
        mine = {f"vote/{row['id']}/" for row in self.item.vote_rows}
        rows = (
            row
            for row in self.item.correction_rows
            if not row["path"].startswith("vote/") or any(row["path"].startswith(vote) for vote in mine)
        )
        return [row | {"at": _time(row["at"])} for row in rows]

    def carried_out(self, dated: list[Step], ahead: list[Step]) -> None:
        """Steps, reports, extensions, publicity, and the end."""
        item = self.item
        people = "、".join(str(person) for person in item.responsible.all())
        for row in item.task_rows:
            done, until = _day(row["done_on"]), _day(row["due"])
            if done:
                dated.append(Step(f"完成步骤：{row['text']}", done, row["who"] or ""))
            else:
                mark = "now" if until and overdue(until) else "todo"
                ahead.append(Step(f"步骤：{row['text']}", until, row["who"] or "", mark=mark))
        for row in item.progress_rows:
            percent = f"（{row['percent']}%）" if row["percent"] is not None else ""
            title = f"{Progress.Kind(row['kind']).label}{percent}"
            files = self.life.evidence.get(row["id"], [])
            dated.append(Step(title, _time(row["at"]), row["by"] or "", row["text"], files=files))
        for row in item.extension_rows:
            said = {None: "申请延期", True: "同意延期", False: "不同意延期"}[row["granted"]]
            at = _time(row["decided_at"] or row["asked_at"])
            text = "；".join(filter(None, (row["reason"], row["note"])))
            dated.append(Step(f"{said}至 {day(_day(row['until']))}", at, row["by"] or "", text))
        if item.published and item.published_from:
            last = f"至 {day(item.published_until)}" if item.published_until else ""
            dated.append(Step(f"公开{last}", item.published_from, text=item.published_scope))
        reported = any(row["kind"] == Progress.Kind.DONE for row in item.progress_rows)
        if item.done_on and not reported:
            dated.append(Step("办结", item.done_on, people, item.done_note))
        elif item.due and not item.done_on:
            late = overdue(item.due)
            title = f"落实：{due(item.due)}" if late else "落实"
            ahead.append(Step(title, item.due, people, mark="now" if late else "todo"))


def followed(item: Item, life: "Life", by: Standing) -> list[Step]:
    """How one decision was carried out; the item comes ``with_what_follows``."""
    dated: list[Step] = []
    ahead: list[Step] = []
    ItemSteps(item, item.matter, life, by).carried_out(dated, ahead)
    return sorted(dated, key=lambda step: moment_of(step.at)) + ahead


def stages_of(matter: Matter, life: "Life") -> list[Stage]:
    """The whole way at a glance: what is over, where it stands, what is still to come."""
    stages = [Stage("提出", "done" if matter.proposed_at or not matter.created_by_id else "now", matter.proposed_at)]
    if life.consultations:
        last = life.consultations[-1]
        mark = "missing" if matter.state == Matter.State.HELD else "done" if last.at else "now"
        stages.append(Stage("暂缓上会" if mark == "missing" else "会前沟通", mark, last.at))
    ways = (
        ("校长办公会议研究", lambda item: item.body == Body.OFFICE and item.purpose != Item.Purpose.DEPLOY),
        ("党组织会议追认" if matter.emergency_at else "党组织会议决定", lambda item: item.body == Body.PARTY),
        ("校长办公会议部署", lambda item: item.body == Body.OFFICE and item.purpose == Item.Purpose.DEPLOY),
    )
    for word, belongs in ways:
        if mine := [item for item in life.items if belongs(item) and item.state != Item.State.RETURNED]:
            stages.append(_stage(word, mine[-1], matter))
    to_party = any(item.purpose == Item.Purpose.PROPOSE for item in life.items)
    if to_party and not any(item.body == Body.PARTY for item in life.items) and matter.state in BEFORE:
        stages.append(Stage("党组织会议决定", "todo"))
    if matter.state == Matter.State.WITHDRAWN:
        return [*stages, Stage("已撤回", "done", life.moments.get(("withdraw", matter.pk)))]
    to_do = [item for item in life.items if item.state == Item.State.SETTLED and item.due]
    if to_do:
        open_ones = [item for item in to_do if not item.done_on]
        deploys = any(item.purpose == Item.Purpose.DEPLOY and item.state in Item.ASKED for item in life.items)
        going = "todo" if deploys and len(open_ones) == len(to_do) else "now"
        stages.append(
            Stage(
                "落实",
                going if open_ones else "done",
                max((item.done_on for item in to_do if item.done_on), default=None),
            )
        )
    if matter.state == Matter.State.CLOSED:
        return [*stages, Stage("办结", "done")]
    return [*stages, Stage("办结", "todo")] if to_do or matter.state in BEFORE else stages


def _stage(word: str, item: Item, matter: Matter) -> Stage:
    at = item.meeting.starts_at if item.meeting else None
    if item.state == Item.State.DROPPED:
        return Stage("不需部署" if item.purpose == Item.Purpose.DEPLOY else f"{word}（撤下）", "done", at)
    if item.outcome == Item.Outcome.DEFERRED:
        return Stage(f"{word}：缓议", "missing", at)
    if item.outcome:
        return Stage(word, "done", at)
    over = matter.state in OVER
    return Stage(word, "done" if over else "now" if item.state != Item.State.CONFIRMED else "todo", at)
