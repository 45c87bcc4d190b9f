"""The next act of a matter: what it is, by whom, and which rules stand before it.

The findings are those of the function whose result the verb would refuse with, so that the page and the refusal
say the same.

Glossary
    left       what the act would be refused with now: it blocks, and no head gave a reason for it
    reminders  what else is broken or cannot be told, and does not stop the act
    later      what only later acts will ask; never what the act itself asks
    under way  what somebody has been asked for and not answered yet: not missing, and not done
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Entry
from accounts.templatetags.words import moment
from governance.access import Standing
from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_item
from governance.rules.facts import day_of, spoken
from governance.rules.ruling import Finding

from . import transitions as verbs
from .columns import rows
from .dry_run import OF_MATTERS, PREPARED, Foreseen, amiss, expected, foreseen, gathered, prepared
from .facts import Load, with_provisional
from .models import Consultation, Item, Matter, Meeting, Override

HEADS = Consultation.Kind.SECRETARY_PRINCIPAL
UNFILED = (Matter.State.DRAFT, Matter.State.RETURNED)
OVER = (Matter.State.WITHDRAWN, Matter.State.CLOSED)
TO_WRITE_UP = (Meeting.State.ENDED, Meeting.State.COMPLETED, Meeting.State.SIGNED)
CONSULTING = ("C-02", "C-03")
# What the acts before the meeting ask by themselves, and what a page says of a matter on its own.
ASKED_ELSEWHERE = frozenset({*verbs.VERBS["call"].rules, "C-18"})


@dataclass(frozen=True)
class Asked:
    """The latest consultation of the two heads: who of them said what, and when they were done."""

    answers: list[tuple[str, str]]  # name, and the answer in words
    at: datetime | None
    on_another_text: bool
    pk: int
    awaited: frozenset[int]  # who may still answer

    @property
    def under_way(self) -> str:
        """Who has not answered yet, while the answers are awaited."""
        if self.at or self.on_another_text:
            return ""
        return f"会前沟通还在进行：{'，'.join(name + answer for name, answer in self.answers)}。"


def asked_of(loaded: Load, matter: Matter) -> Asked | None:
    asked = [row for row in matter.consultation_rows if row["kind"] == HEADS]
    if not asked:
        return None
    last, words = asked[-1], dict(Consultation.Outcome.choices)
    together = words.get(last["outcome"], "") if last["at"] else "待答复"
    return Asked(
        answers=[(loaded.dossier.name(row["person"]), words.get(row["outcome"], together)) for row in last["people"]],
        at=last["at"] and datetime.fromisoformat(last["at"]),
        on_another_text=last["stale"],
        pk=last["id"],
        awaited=frozenset(row["person"] for row in last["people"] if not last["at"] and not row["outcome"]),
    )


@dataclass
class NextAct:
    verb: str
    who: str
    item: Item | None = None
    where: str = ""  # how far it is, and what comes before it
    said: str = ""  # why it is refused, where no rule says so
    findings: list[Finding] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    later: list[Finding] = field(default_factory=list)
    under_way: dict[str, str] = field(default_factory=dict)  # by rule
    given: dict[str, dict] = field(default_factory=dict)  # the head's reasons, by rule
    foreseen: Foreseen | None = None
    beside: int = 0  # what stands before it for other items of the same meeting
    at_meeting: int = 0  # reminders that only the meeting's own page tells
    heads: Asked | None = None
    outdated: dict[str, int] = field(default_factory=dict)  # by kind: the consultation that was on another text

    @property
    def label(self) -> str:
        return verbs.VERBS[self.verb].label

    @property
    def reminders(self) -> list[Finding]:
        return [one for one in amiss(self.findings) if one not in self.left]

    @property
    def met(self) -> list[Finding]:
        return [one for one in self.findings if one.outcome == "met"]

    @property
    def to_come(self) -> list[Finding]:
        return amiss(self.later)

    @property
    def consulted_on(self) -> bool:
        """Whether the two heads still have to consult, and have not been asked."""
        lacking = {one.code for one in amiss([*self.findings, *self.later])}
        return bool(lacking.intersection(CONSULTING)) and "C-02" not in self.under_way


def with_reasons(items: QuerySet[Item]) -> QuerySet[Item]:
    """With the reasons that a head gave and the wording that was confirmed, in the statement that reads the items."""
    given = Override.objects.filter(item=OuterRef("pk"))
    confirmed = Entry.objects.filter(subject_kind="item", subject_id=OuterRef("pk"), verb="confirm").order_by("-pk")
    return items.annotate(
        override_rows=rows(given, rule="rule", reason="reason", by="by__name", at="at"),
        confirmed_text=Subquery(confirmed.values("facts__text")[:1]),
    )


def changed_since_confirmed(item: Item) -> bool:
    """Whether the head confirmed the item on another text. The item carries ``confirmed_text``."""
    text = item.confirmed_at and getattr(item, "confirmed_text", None)
    return bool(text) and text != verbs.proposal_digest(item.matter)


def outdated_of(loaded: Load, matter: Matter) -> dict[str, int]:
    """By kind, the latest consultation where all of that kind were held on another text."""
    held = [row for row in loaded.matters[matter.pk].consultation_rows if row["at"] and row["kind"] != "investigation"]
    counted = {row["kind"] for row in held if not row["stale"]}
    return {row["kind"]: row["id"] for row in held if row["kind"] not in counted}


def with_reasons_of_items(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    given = Override.objects.filter(item__meeting=OuterRef("pk"))
    return meetings.annotate(override_rows=rows(given, item="item_id", rule="rule"))


def reasons_of(item: Item) -> dict[str, dict]:
    """The reasons that a head gave, by rule. The item carries ``override_rows``."""
    return {row["rule"]: row | {"at": datetime.fromisoformat(row["at"])} for row in item.override_rows}


def next_acts(matter: Matter, items: Sequence[Item], loaded: Load, *, by: Standing, at: datetime) -> list[NextAct]:
    """One for each way on that is open, the newest first. ``items`` are those of the matter, with the rows of
    ``with_facts_of_items`` and ``override_rows``; ``loaded`` has the matter, and their meetings."""
    if matter.state in UNFILED:
        who = f"提出人{matter.proposer}" if matter.proposer else "提出人"
        return [NextAct("propose", f"{who}或学校秘书", said=verbs.before_proposing(matter))]
    if matter.state in OVER:
        return []
    made = [_of(item, loaded, by, at) for item in items if goes_on(item)]
    for act in made:
        act.outdated = outdated_of(loaded, matter)
        act.under_way = under_way(asked_of(loaded, loaded.matters[matter.pk]), items)
    return made[::-1]


def _of(item: Item, loaded: Load, by: Standing, at: datetime) -> NextAct:
    if item.state in (Item.State.WAITING, Item.State.POSTPONED):
        return confirming([item], loaded, by=by, at=at, ahead=True)[0]
    meeting = loaded.meetings.get(item.meeting_id)
    if meeting is None:  # on no agenda, or on one that is still the school's own affair
        return _calling(item, loaded, at)
    if meeting.state == Meeting.State.DRAFT:
        return _on_a_draft(item, meeting, loaded, at)
    if meeting.state == Meeting.State.CALLED:
        return _before_it_begins(item, meeting, loaded)
    if meeting.state == Meeting.State.OPEN and item.state == Item.State.CONFIRMED:
        return _in_the_room(item, meeting, loaded)
    return _writing_up(item, meeting, loaded)


def confirming(
    items: Sequence[Item], loaded: Load, *, by: Standing, at: datetime, ahead: bool = False
) -> list[NextAct]:
    """同意上会 for items that wait for the head; ``ahead`` adds what their decision will ask."""
    said = verbs.before_confirming_all(items, by=by, codes=verbs.VERBS["confirm"].rules, loaded=loaded)
    acts = []
    for item in items:
        act = _act("confirm", _head(loaded, item.body, at), item, said[item.pk][0], {1: item})
        act.heads = asked_of(loaded, loaded.matters[item.matter_id])
        act.under_way = under_way(act.heads)
        act.outdated = outdated_of(loaded, item.matter)
        if ahead:
            act.later = _later(act, imagined(loaded, loaded.matters[item.matter_id], item, at))
        acts.append(act)
    return acts


def _act(verb: str, who: str, item: Item, findings: list[Finding], items: dict[int, Item], **more) -> NextAct:
    given = reasons_of(item)
    left = verbs.unexplained(findings, items, {(item.pk, code) for code in given})
    return NextAct(verb, who, item, findings=findings, left=left, given=given, **more)


def _head(loaded: Load, body: str, at: datetime) -> str:
    head = loaded.dossier.head(body, day_of(at))
    return loaded.dossier.called([head], day_of(at)) if head else verbs.head_label(body)


def imagined(loaded: Load, matter: Matter, item: Item | None, at: datetime) -> list[Finding]:
    """What has to come before the decision if it were taken at ``at``: by the party meeting, unless the matter is
    the office's to decide."""
    plain = loaded.dossier.matter(matter.pk)
    for_party = loaded.dossier.has_party_organization and loaded.dossier.reserved(plain, day_of(at)) is not False
    if for_party:
        asked = Item(matter=matter, body="party", purpose=Item.Purpose.DECIDE)
    else:
        asked = item or Item(matter=matter, body="office", purpose=Item.Purpose.HANDLE)
    sitting = facts.Meeting(
        id="imagined",
        body=asked.body,
        starts_at=at,
        items=(facts.Item(no=1, matter=matter.pk, purpose=asked.purpose),),
    )
    records = loaded.dossier.records
    book = Dossier(replace(records, meetings=(*records.meetings, sitting)))
    return [_nowhere_yet(one, at) for one in prepared(book, sitting, matters=True)[1]]


def _nowhere_yet(finding: Finding, at: datetime) -> Finding:
    """A meeting that is only imagined has no number for its items, and no day."""
    verdict = finding.verdict
    headline = verdict.headline.replace(f"在{spoken(day_of(at))}的党组织会议决定前", "在党组织会议决定前")
    return verbs.without_number(finding._replace(verdict=verdict._replace(headline=headline)))


def _later(act: NextAct, findings: Iterable[Finding]) -> list[Finding]:
    asked = {one.code for one in act.findings} | ASKED_ELSEWHERE
    return [one for one in findings if one.code not in asked]


def _calling(item: Item, loaded: Load, at: datetime) -> NextAct:
    dossier, sitting = with_provisional(loaded, item, at=at)
    judged = judge_item(dossier, sitting, sitting.items[0], codes=verbs.VERBS["call"].rules)
    act = _act("call", "学校秘书", item, [verbs.without_number(one) for one in judged], {1: item})
    act.where = "先由学校秘书列入会议议程。"
    act.later = _later(act, imagined(loaded, loaded.matters[item.matter_id], item, at))
    return act


def _on_a_draft(item: Item, meeting: Meeting, loaded: Load, at: datetime) -> NextAct:
    findings = [one for one in verbs.before_calling(loaded, meeting.pk, at) if one.item == item.no]
    act = _act("call", "学校秘书", item, findings, {item.no: item})
    act.where = f"已列入 {moment(meeting.starts_at)} 的{meeting.get_body_display()}第 {item.no} 项。"
    sitting = gathered(loaded, meeting.pk)
    act.later = _later(act, prepared(loaded.dossier, sitting, matters=True)[item.no])
    return act


def _before_it_begins(item: Item, meeting: Meeting, loaded: Load) -> NextAct:
    ahead = foreseen(loaded, meeting.pk).get(item.no)
    asked = prepared(loaded.dossier, gathered(loaded, meeting.pk), matters=True)[item.no]
    findings = [*(ahead.short if ahead else []), *(one for one in asked if one.code in PREPARED)]
    act = _act("settle", "学校秘书", item, findings, {item.no: item}, foreseen=ahead)
    act.where = f"{meeting.get_body_display()} {moment(meeting.starts_at)} 召开，本议题是第 {item.no} 项。"
    if ahead and ahead.at_risk:
        act.where += f"下面按预计到会的 {len(expected(loaded, meeting.pk))} 人演算。"
    act.later = _later(act, (one for one in asked if one.code in OF_MATTERS))
    return act


def _in_the_room(item: Item, meeting: Meeting, loaded: Load) -> NextAct:
    findings = verbs.before_settling(loaded, meeting.pk, item.no)
    act = _act("settle", "学校秘书", item, findings, {item.no: item})
    act.where = f"{meeting.get_body_display()}正在进行，本议题是第 {item.no} 项。"
    shown = [one for one in findings if one in act.left or one.code in PREPARED or one.code in act.given]
    act.at_meeting = len(amiss(findings)) - len(amiss(shown))
    act.findings = shown
    return act


def _writing_up(item: Item, meeting: Meeting, loaded: Load) -> NextAct:
    findings = verbs.before_issuing(loaded, meeting.pk)
    mine = [one for one in findings if one.item == item.no]
    act = _act("issue", _head(loaded, meeting.body, meeting.starts_at), item, mine, {item.no: item})
    others = {one.no: one for one in loaded.items[meeting.pk] if one.pk != item.pk}
    given = {(row["item"], row["rule"]) for row in meeting.override_rows}
    act.beside = len(verbs.unexplained(findings, others, given))
    act.where = {
        Meeting.State.OPEN: "本议题已经议定；会议结束后完成记录、签字。",
        Meeting.State.ENDED: "先由学校秘书完成记录，主持人、记录人签字。",
        Meeting.State.COMPLETED: "等主持人、记录人签字。",
        Meeting.State.SIGNED: "记录已经签字。",
    }[Meeting.State(meeting.state)]
    return act


def under_way(heads: Asked | None, items: Iterable[Item] = ()) -> dict[str, str]:
    """What somebody is at, by rule: the heads who still answer, the office meeting that is to propose first."""
    found = {"C-02": heads.under_way} if heads and heads.under_way else {}
    first = next(
        (one for one in items if one.purpose == Item.Purpose.PROPOSE and goes_on(one) and not one.outcome), None
    )
    if first:
        found["C-09"] = f"已提请校长办公会议研究提出方案，{first.get_state_display()}。"
    return found


def goes_on(item: Item) -> bool:
    """Whether there is still something to be done before the item is a decision on record."""
    if item.state in (Item.State.WAITING, Item.State.POSTPONED):
        return True
    states = (None, Meeting.State.DRAFT, Meeting.State.CALLED, Meeting.State.OPEN, *TO_WRITE_UP)
    at = item.meeting.state if item.meeting_id else None
    return item.state in (Item.State.CONFIRMED, Item.State.SETTLED) and at in states
