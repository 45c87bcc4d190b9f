"""Verbs of working papers: what a member of a running inspection draws, looks at, notes and concludes.

Whoever clicks twice, or with two windows, has one paper: the inspection is locked while one is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from accounts.templatetags.words import day
from governance.access import Standing
from meetings.folding import of_question
from meetings.models import Item, KeptFinding, Matter, Meeting
from meetings.transitions.matter import shown
from meetings.transitions.table import Verb

from ..models import Assessment, Inspection, Remark, Sample, SampledItem
from ..sampling import Stratum, digest_of, draw
from .acting import NotAllowed, Stopped, begin, write

JUST_NOW = timedelta(seconds=30)


@dataclass(frozen=True)
class On:
    """What a paper is about, as narrow as is known."""

    school: Organisation
    meeting: Meeting | None = None
    matter: Matter | None = None
    item: Item | None = None

    @classmethod
    def of_item(cls, item: Item) -> "On":
        return cls(item.matter.school, item.meeting, item.matter, item)

    @classmethod
    def of_finding(cls, finding: KeptFinding) -> "On":
        """A matter that is judged anew at another meeting keeps what was said of it: there is no meeting in that."""
        if finding.item_id is None and finding.matter_id is not None:
            return cls(finding.school, None, finding.matter)
        return cls(finding.school, finding.meeting, finding.matter, finding.item)

    @property
    def keys(self) -> dict[str, Any]:
        return {"school": self.school, "meeting": self.meeting, "matter": self.matter, "item": self.item}

    @property
    def shown(self) -> str:
        """For the journal, which names no personnel matter."""
        if self.matter:
            return f"{self.school.name}“{shown(self.matter)}”"
        if self.meeting:
            return f"{self.school.name} {day(self.meeting.starts_at)}{self.meeting.get_body_display()}"
        return self.school.name


def at_work(name: str, inspection: Inspection, by: Standing) -> tuple[Verb, Inspection]:
    verb, inspection = begin(name, inspection, by)
    today = timezone.localdate()
    if not inspection.since <= today <= inspection.until:
        raise Stopped(
            f"检查的时间是 {day(inspection.since)}至{day(inspection.until)}，今天不能“{verb.label}”。"
            "需要时请督导检查员先延长检查。"
        )
    return verb, inspection


@transaction.atomic
def draw_sample(
    inspection: Inspection, population: Mapping[int, Stratum], *, seed: str, size: int, by: Standing
) -> Sample:
    verb, inspection = at_work("draw_sample", inspection, by)
    seed = seed.strip()
    if not seed or len(seed) > 40 or size < 1:
        raise Stopped("请填写种子（不超过 40 个字）和抽取项数（至少 1 项）。")
    if not population:
        raise Stopped("检查范围内没有议题，抽不了。请先核对检查的学校、时间和类别。")
    digest, last = digest_of(population), inspection.samples.order_by("-no").first()
    if same := inspection.samples.filter(seed=seed, size=size, digest=digest).first():
        return same  # whoever clicked twice, and whoever drew between the two clicks
    drawn = draw(population, size=size, seed=seed)
    sample = Sample.objects.create(
        inspection=inspection, no=last.no + 1 if last else 1, seed=seed, size=size, by=by.user, digest=digest,
        population=len(population),
        strata=[one.stratum._asdict() | {"there": one.there, "drawn": len(one.items)} for one in drawn],
    )  # fmt: skip
    items = [(item, one.stratum.severity) for one in drawn for item in one.items]
    SampledItem.objects.bulk_create(
        SampledItem(sample=sample, no=no, item_id=item, severity=severity)
        for no, (item, severity) in enumerate(items, start=1)
    )
    write(
        verb, inspection, by, f"抽样：{sample}，{len(population)} 项中抽 {len(items)} 项，种子 {seed}", sample=sample.pk
    )
    return sample


@transaction.atomic
def look(sampled: SampledItem, looked: bool, *, by: Standing) -> SampledItem:
    """Tick it as looked at, or take the tick away."""
    verb, _ = at_work("look", sampled.sample.inspection, by)
    sampled = SampledItem.objects.select_related("sample").defer("sample__strata").get(pk=sampled.pk)
    if looked == (sampled.looked_at is not None):
        return sampled
    sampled.looked_at, sampled.looked_by = (timezone.now(), by.user) if looked else (None, None)
    sampled.save(update_fields=["looked_at", "looked_by"])
    word = "已看" if looked else "取消已看"
    write(verb, sampled.sample.inspection, by, f"{word}：{sampled.sample}第 {sampled.no} 项")
    return sampled


@transaction.atomic
def remark(inspection: Inspection, on: On, text: str, *, by: Standing) -> Remark:
    verb, inspection = at_work("remark", inspection, by)
    if not (text := text.strip()):
        raise Stopped("备注还是空的，没有保存。请写明看到了什么。")
    mine = inspection.remarks.filter(**on.keys, by=by.user, withdrawn_at=None, text=text)
    if same := mine.filter(at__gt=timezone.now() - JUST_NOW).first():
        return same
    noted = Remark.objects.create(inspection=inspection, **on.keys, by=by.user, text=text)
    write(verb, inspection, by, f"备注：{on.shown}", remark=noted.pk)
    return noted


@transaction.atomic
def assess(inspection: Inspection, finding: KeptFinding, verdict: str, reason: str, *, by: Standing) -> Assessment:
    """What the rules found is accepted, or set aside with a reason."""
    verb, inspection = at_work("assess", inspection, by)
    verdict, reason, on = Assessment.Verdict(verdict), reason.strip(), On.of_finding(finding)
    kind, body, _ = of_question(finding)
    question = {"rule": finding.rule, "body": body if kind == "school" else ""}
    if verdict == Assessment.Verdict.SET_ASIDE and not reason:
        raise Stopped("不予认定须写明理由。请补上理由再提交。")
    earlier = inspection.assessments.select_for_update(of=("self",)).filter(**on.keys, **question, withdrawn_at=None)
    if already := earlier.select_related("by").first():
        if (already.verdict, already.reason) == (verdict, reason):
            return already
        raise Stopped(
            f"这一条已由{already.by.name}在{day(already.at)}{already.get_verdict_display()}。"
            "意见不同的，请先商量，由本人或组长撤回，再重新提出。"
        )
    said = Assessment.objects.create(
        inspection=inspection, **on.keys, by=by.user, finding=finding, **question, verdict=verdict,
        weight=finding.mode, text=finding.message, clause=finding.clause, reason=reason,
    )  # fmt: skip
    write(verb, inspection, by, f"{verdict.label}：{on.shown} {finding.rule}", assessment=said.pk)
    return said


@transaction.atomic
def find(inspection: Inspection, on: On, text: str, *, clause: str, weight: str, by: Standing) -> Assessment:
    """A finding of the inspector's own, which no rule made."""
    verb, inspection = at_work("find", inspection, by)
    text, clause = text.strip(), clause.strip()
    if not text:
        raise Stopped("没有写是什么问题，没有保存。请写明事实和不符合之处。")
    same = inspection.assessments.filter(**on.keys, rule="", by=by.user, withdrawn_at=None, text=text)
    if already := same.filter(at__gt=timezone.now() - JUST_NOW).first():
        return already
    said = Assessment.objects.create(
        inspection=inspection, **on.keys, by=by.user, verdict=Assessment.Verdict.ACCEPTED,
        weight=KeptFinding.Mode(weight), text=text, clause=clause[:200],
    )  # fmt: skip
    write(verb, inspection, by, f"记问题：{on.shown}", assessment=said.pk)
    return said


def withdraw_remark(noted: Remark, *, by: Standing) -> Remark:
    return _withdraw("withdraw_remark", noted, by)


def withdraw_assessment(said: Assessment, *, by: Standing) -> Assessment:
    return _withdraw("withdraw_assessment", said, by)


@transaction.atomic
def _withdraw(name: str, paper: Any, by: Standing) -> Any:
    """By whoever wrote it, or who leads; what is taken back stays to be read."""
    verb, inspection = at_work(name, paper.inspection, by)
    paper = type(paper).objects.select_related("school", "meeting", "matter", "item", "by").get(pk=paper.pk)
    if paper.withdrawn_at:
        return paper
    if paper.by_id != by.user.pk and not inspection.members.filter(user=by.user, leads=True).exists():
        raise NotAllowed(f"“{verb.label}”由写下它的{paper.by.name}或组长办理。")
    paper.withdrawn_at, paper.withdrawn_by = timezone.now(), by.user
    paper.save(update_fields=["withdrawn_at", "withdrawn_by"])
    on = On(paper.school, paper.meeting, paper.matter, paper.item)
    write(verb, inspection, by, f"{verb.label}：{on.shown} {getattr(paper, 'rule', '')}".rstrip(), paper=paper.pk)
    return paper
