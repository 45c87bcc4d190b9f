"""Verbs on votes: write down what was counted, of one question or of several at once, and abandon a vote."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from governance.access import Standing
from governance.rules import facts
from governance.rules.engine import judge_item
from governance.rules.ruling import Outcome

from ..facts import Load, load
from ..models import Item, Meeting, NamedBallot, TextRevision, Vote
from .acting import Refused, Stopped, WrongState, begin, blockers, hold, now, require_reason, write
from .ballots import COUNTS, FROZEN, Counted, Miscounted, digest_of_vote, wrong_with
from .voting import MAY_VOTE, sitting_of

PASSED, REJECTED = Item.Outcome.PASSED, Item.Outcome.REJECTED


def computed_outcome(loaded: Load, sitting: facts.Meeting, item: facts.Item, counts: dict[str, Any]) -> str:
    """What the counts come to: ``passed`` if the rule about passing (P-10) would hold with these counts, else
    ``rejected``; empty where the rule has nothing to say (office meetings). The rule itself does the arithmetic."""
    claimed = replace(facts.Vote(outcome=PASSED.value), **counts)
    claim = replace(item, outcome=claimed.outcome, votes=(claimed,))
    finding = next(iter(judge_item(loaded.dossier, sitting, claim, codes=("P-10",))), None)
    if finding is None or finding.outcome not in (Outcome.MET, Outcome.BROKEN):
        return ""
    return PASSED.value if finding.outcome is Outcome.MET else REJECTED.value


def vote(
    item: Item, *, method: str, counts: dict[str, int] | None = None, ballots: dict[int, str] | None = None,
    outcome: str = "", reason: str = "", candidate: str = "", round: int = 1, token: uuid.UUID, by: Standing,
) -> Vote:  # fmt: skip
    """One question put to the vote. The same ``token`` again gives the same vote."""
    one = Counted(candidate, round, counts or {}, ballots or {}, outcome, reason)
    return vote_on(item, [one], method=method, token=token, by=by)[0]


@transaction.atomic
def vote_on(item: Item, counted: Iterable[Counted], *, method: str, token: uuid.UUID, by: Standing) -> list[Vote]:
    """Record what was counted, each question with the register of those who could vote: all of it or nothing.

    Refused while there is no quorum for the item. Counts that do not add up are refused too: a slip of the pen
    is mended at once. An announced outcome other than the computed one is written down, with what was said of it; the
    finding stands. Of an open ballot who voted how is kept; of any other nothing about anybody.
    """
    item = hold(item)
    if item.meeting is None:
        raise WrongState("议题不在会议议程上。")
    verb, meeting = begin("vote", item.meeting, by)
    questions = [replace(one, ballots=one.ballots if method == Vote.Method.OPEN_BALLOT else {}) for one in counted]
    tokens = [_token(token, one) for one in questions]
    if same := list(Vote.objects.filter(token__in=tokens).order_by("pk")):
        return _the_same(same, item, method, questions)
    if item.state == Item.State.SETTLED:
        raise WrongState(f"第 {item.no} 项已经议定。")
    if method not in Vote.Method.values:
        raise Stopped("请选择表决方式。")
    if not questions:
        raise Stopped("还没有填票数。请先填写，再登记表决。")
    if any(one.candidate and one.candidate not in item.matter.candidates for one in questions):
        raise Stopped("没有这名人选，请刷新页面。")
    if any(one.outcome and one.outcome not in Item.Outcome.values for one in questions):
        raise Stopped("没有这一种结果，请重新选择宣布的结果。")
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    sitting = sitting_of(loaded, meeting.pk)
    plain = sitting.items[[row.no for row in sitting.items].index(item.no)]
    standing = blockers(judge_item(loaded.dossier, sitting, replace(plain, outcome=None), codes=MAY_VOTE))
    if standing:
        raise Refused(standing)
    _in_turn(item, questions)
    of_item = next(each for each in loaded.dossier.meeting_case(sitting).items if each.item.no == item.no)
    people = {person.id: person.name for person in loaded.ground.people}

    def name_of(person: int) -> str:
        return people.get(person, "不是本校人员的人")

    there = f"实到 {len(of_item.present)} 人，回避 {len(of_item.recused & of_item.present)} 人"
    says, rows = {}, []
    for one in questions:
        wrong = wrong_with(one, method, of_item.voters, there, name_of)
        computed = "" if wrong else computed_outcome(loaded, sitting, plain, one.tally(method))
        if not wrong and computed and one.outcome and one.outcome != computed and not one.reason.strip():
            wrong = (
                f"计票结果是“{Item.Outcome(computed).label}”，会上宣布的是“{Item.Outcome(one.outcome).label}”。"
                "请在旁边写明宣布了什么、为什么与票数不同。"
            )
        if wrong or len(one.reason) > 500:
            says[one.candidate, one.round] = wrong or f"说明过长：最多 500 字，现有 {len(one.reason)} 字。"
        rows.append((one, computed))
    if says:
        raise Miscounted(says)
    frozen = dict(
        method=method, in_office=len(of_item.team), present=len(of_item.present),
        register=[{"id": pk, "name": name_of(pk)} for pk in sorted(of_item.voters)],
    )  # fmt: skip
    made = [_count(item, one, frozen | {"computed": computed}, token, by) for one, computed in rows]
    for each in made:
        announces = _announce(item, each)
        kept = {name: getattr(each, name) for name in FROZEN} | {"item": item.pk, "digest": each.digest}
        kept["register"] = [one["id"] for one in each.register]
        if method == Vote.Method.OPEN_BALLOT:
            kept["named"] = {str(pk): choice for pk, choice in each.named.values_list("person_id", "choice")}
        again = f"（第 {each.round} 轮）" if each.round > 1 else ""
        write(
            verb, item, by, f"登记第 {item.no} 项表决{again}", vote=each.pk, meeting=meeting.pk, announces=announces,
            counted=kept,
        )  # fmt: skip
    return made


def _token(token: uuid.UUID, one: Counted) -> uuid.UUID:
    """A form has one token; of several questions each has its own made of it."""
    return uuid.uuid5(token, f"{one.round} {one.candidate}") if one.candidate or one.round > 1 else token


def _the_same(made: list[Vote], item: Item, method: str, questions: list[Counted]) -> list[Vote]:
    """The votes that this form made before; Stopped where it now says something else."""
    if any(vote.abandoned_at for vote in made):
        raise WrongState("这张表登记过的表决已经作废。请刷新页面，重新填写后再登记。")

    def said(one: Counted) -> tuple:
        return one.candidate, one.round, one.tally(method), one.ballots

    def stands(vote: Vote) -> tuple:
        named = {row.person_id: row.choice for row in vote.named.all()}
        return vote.candidate, vote.round, {name: getattr(vote, name) for name in COUNTS}, named

    here = all(vote.item_id == item.pk and vote.method == method for vote in made)
    announced = {(one.candidate, one.round): one.outcome for one in questions if one.outcome}
    differs = any(announced.get((vote.candidate, vote.round), vote.outcome) != vote.outcome for vote in made)
    if not here or differs or sorted(map(repr, map(said, questions))) != sorted(map(repr, map(stands, made))):
        raise WrongState(
            "这张表已经登记过一次表决，与现在填的不同。请刷新页面看已登记的结果；登记错了的，先作废再重新登记。"
        )
    return made


def carried_by(row: Mapping[str, Any]) -> bool:
    """Whether a vote passed: by what was announced, else by the count."""
    return bool((row["outcome"] or row["computed"]) == PASSED)


def _in_turn(item: Item, questions: list[Counted]) -> None:
    """A round comes once, and only after the round before it stands and carried nothing."""
    rows = item.votes.filter(abandoned_at=None).values("candidate", "round", "outcome", "computed")
    standing = {(one["candidate"], one["round"]): one for one in rows}
    asked = [(one.candidate, one.round) for one in questions]
    if len(set(asked)) < len(asked) or any(each in standing for each in asked):
        raise WrongState("本项已有表决结果。要重新登记，请先作废原来的表决并写明理由。")
    for candidate, number in asked:
        before = standing.get((candidate, number - 1))
        if number > 1 and before is None:
            raise WrongState(f"第 {number - 1} 轮还没有表决结果，不能登记第 {number} 轮。请刷新页面。")
        if before and carried_by(before):
            raise WrongState(f"{candidate or '本项'}第 {number - 1} 轮已经通过，不需要再投一轮。")
        if number < 1:
            raise WrongState("轮次无效，请刷新页面。")


def _count(item: Item, one: Counted, frozen: dict[str, Any], token: uuid.UUID, by: Standing) -> Vote:
    ballots = dict(one.ballots)
    outcome = one.outcome or frozen["computed"]
    row = frozen | one.tally(frozen["method"]) | {
        "candidate": one.candidate, "round": one.round, "outcome": outcome,
        "outcome_reason": one.reason.strip() if outcome != frozen["computed"] else "",
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = Vote.objects.create(
                **row, item=item, token=_token(token, one), digest=digest_of_vote(item.pk, row, ballots),
                recorded_by=by.user,
            )  # fmt: skip
            NamedBallot.objects.bulk_create(
                NamedBallot(vote=made, person_id=person, choice=ballots[person]) for person in sorted(ballots)
            )
    except IntegrityError:
        raise WrongState("本项已有表决结果。要重新登记，请先作废原来的表决并写明理由。") from None
    return made


def _announce(item: Item, made: Vote) -> bool:
    """The outcome of the one question is the item's; the second round's takes the place of the first's."""
    before = item.votes.filter(abandoned_at=None, candidate=made.candidate, round=made.round - 1).first()
    stands = item.outcome and not (before and item.outcome == before.outcome)
    if stands or not made.outcome or (made.candidate and item.matter.candidates != [made.candidate]):
        return False
    item.outcome = made.outcome
    item.save(update_fields=["outcome"])
    return True


@transaction.atomic
def abandon_vote(made: Vote, *, by: Standing, reason: str) -> Vote:
    """The vote stays visible with its reason, and counts no longer; a new one can be recorded."""
    verb, meeting = begin("abandon_vote", made.item.meeting, by)
    reason = require_reason(reason, "作废表决", 200)
    made = Vote.objects.select_for_update(of=("self",), no_key=True).select_related("item__matter").get(pk=made.pk)
    if made.abandoned_at:
        return made
    item = made.item
    if item.state == Item.State.SETTLED:
        raise WrongState(f"第 {item.no} 项已经议定。请先“撤销议定”。")
    of_question = item.votes.filter(abandoned_at=None, candidate=made.candidate)
    if of_question.filter(round__gt=made.round).exists():
        raise WrongState(f"第 {made.round + 1} 轮是接着这一轮投的。请先作废第 {made.round + 1} 轮。")
    made.abandoned_at, made.abandoned_by, made.abandoned_reason = now(), by.user, reason
    made.save(update_fields=["abandoned_at", "abandoned_by", "abandoned_reason"])
    alone = not made.candidate or item.matter.candidates == [made.candidate]
    if alone and made.outcome and item.outcome == made.outcome:
        # What was announced rested on this count; of two rounds the first stands again.
        before = of_question.filter(round=made.round - 1).first()
        item.outcome = before.outcome if before else ""
        item.save(update_fields=["outcome"])
        TextRevision.objects.create(meeting=meeting, field=f"item/{item.pk}/outcome", text=item.outcome, by=by.user)
    write(verb, item, by, f"作废第 {item.no} 项的一次表决", vote=made.pk, meeting=meeting.pk, reason=reason)
    return made
