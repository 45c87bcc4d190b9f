"""Where a matter goes from an item that is over, and the verbs that take it further: nothing unfinished has to be
remembered by anybody."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from governance.access import Standing
from governance.models import Body
from governance.rules.facts import day_of

from ..facts import Load
from ..ledger import NOT_REACHED
from ..models import Item, Judgement, Matter, Meeting
from .acting import Stopped, WrongState, begin, now, require_reason, write
from .matter import ask_for, shown

PROPOSED = (Item.Outcome.REFERRED, Item.Outcome.PASSED, Item.Outcome.PRINCIPAL_DECIDED)
FINAL = (Item.Purpose.DECIDE, Item.Purpose.HANDLE)


def go_on(item: Item, loaded: Load) -> dict:
    """Set the state of the matter after an item, and ask for what comes next. Gives both, for the journal."""
    state, asked = _next(item, loaded)
    matter = item.matter
    if state:
        _into(matter, state)
    return {"matter_state": matter.state, "asked": [ask_for(matter, *each).pk for each in asked]}


def _next(item: Item, loaded: Load) -> tuple[str, list[tuple[str, str]]]:
    """The state of the matter, empty where it stays, and what is asked for: to which body, what for."""
    purpose, decides = item.purpose, item.purpose in FINAL
    to_party: list[tuple[str, str]] = [(Body.PARTY, Item.Purpose.DECIDE)]
    match item.outcome:
        case Item.Outcome.REFERRED:
            return "", to_party
        case Item.Outcome.DEFERRED:
            return "", [(item.body, purpose)]
        case Item.Outcome.PASSED | Item.Outcome.REJECTED | Item.Outcome.PRINCIPAL_DECIDED if decides:
            deploys = asks_for_deployment(item, loaded)
            return Matter.State.DECIDED, [(Body.OFFICE, Item.Purpose.DEPLOY)] if deploys else []
        case Item.Outcome.PASSED | Item.Outcome.PRINCIPAL_DECIDED if purpose == Item.Purpose.PROPOSE:
            return "", to_party if loaded.dossier.has_party_organization else []
        case Item.Outcome.REJECTED if purpose == Item.Purpose.PROPOSE:
            return Matter.State.RETURNED, []  # its author may mend it and propose it again
        case Item.Outcome.WITHDRAWN if item.matter.state not in (Matter.State.DECIDED, Matter.State.CLOSED):
            return Matter.State.WITHDRAWN, []
    return "", []


def _into(matter: Matter, state: str) -> None:
    matter.state = state
    matter.save(update_fields=["state", "updated_at"])


def asks_for_deployment(item: Item, loaded: Load) -> bool:
    """What the party meeting passed and the office proposed, or should have, the office carries out. Personnel is
    appointed, not deployed; what an emergency asked for is done already."""
    matter = item.matter
    if (item.body, item.purpose, item.outcome) != (Body.PARTY, Item.Purpose.DECIDE, Item.Outcome.PASSED):
        return False
    if matter.personnel or matter.emergency_at:
        return False
    day = day_of(item.meeting.starts_at) if item.meeting_id else day_of(now())
    category = loaded.dossier.category(matter.category, day)
    return bool(category and category.route == "A→P") or _proposed(matter).exists()


def _proposed(matter: Matter):
    return matter.items.filter(body=Body.OFFICE, purpose=Item.Purpose.PROPOSE, outcome__in=PROPOSED)


def take_back(item: Item) -> list[int]:
    """What followed from an item is asked for no more, because the item is open again."""
    followed = Item.objects.filter(
        matter=item.matter, meeting=None, state__in=Item.ASKED, requested_at__gte=item.settled_at or item.added_at
    )
    pks = list(followed.values_list("pk", flat=True))
    judged = Exists(Judgement.objects.filter(item=OuterRef("pk")))
    followed.filter(judged).update(state=Item.State.DROPPED)
    followed.filter(~judged).delete()
    return pks


def step_back(item: Item) -> None:
    """The matter is where it was before this item set its state; what was not reached has no result again."""
    matter = item.matter
    decides = item.purpose in FINAL and item.outcome in Item.DECIDED
    proposes = item.purpose == Item.Purpose.PROPOSE and item.outcome == Item.Outcome.REJECTED
    set_here = {
        Matter.State.DECIDED: decides,
        Matter.State.WITHDRAWN: item.outcome == Item.Outcome.WITHDRAWN,
        Matter.State.RETURNED: proposes,
    }
    if set_here.get(Matter.State(matter.state)):
        _into(matter, Matter.State.PROPOSED)
    if item.decision_text == NOT_REACHED:
        item.outcome = item.decision_text = ""


@transaction.atomic
def pass_over(item: Item, *, by: Standing) -> Item:
    """没有议到: the record says so, and the item is on the list for the next meeting as the head confirmed it. Gives
    the item that comes next."""
    verb, item = begin("pass_over", item, by)
    meeting = item.meeting
    if not meeting or meeting.state not in (Meeting.State.OPEN, Meeting.State.ENDED):
        raise WrongState("会议开始以后、记录完成以前，才能记为“没有议到”。")
    if item.outcome:
        raise WrongState(f"第 {item.no} 项已经宣布“{item.get_outcome_display()}”，不是没有议到。")
    spoke = item.opinions.exclude(stance="", text="").exists()
    if spoke or item.votes.filter(abandoned_at=None).exists() or item.decision_text.strip():
        raise Stopped(f"第 {item.no} 项已有发言、表决或决定的记录，不是没有议到。会议决定以后再议的，请记为“缓议”。")
    item.outcome, item.decision_text = Item.Outcome.WITHDRAWN, NOT_REACHED
    item.state, item.settled_at = verb.target, now()
    item.save(update_fields=["outcome", "decision_text", "state", "settled_at"])
    coming = ask_for(item.matter, item.body, item.purpose)
    if coming.state == Item.State.WAITING and item.confirmed_at:
        coming.state = Item.State.CONFIRMED  # the head has said so already
        coming.confirmed_by, coming.confirmed_at = item.confirmed_by, item.confirmed_at
        coming.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    write(verb, item, by, f"第 {item.no} 项没有议到，留待下次会议", meeting=meeting.pk, outcome=item.outcome,
          decision_text=item.decision_text, next=coming.pk)  # fmt: skip
    return coming


@transaction.atomic
def skip_deployment(item: Item, *, by: Standing, reason: str) -> Item:
    """The principal says that a decision of the party meeting is carried out without an office meeting on it."""
    verb, item = begin("skip_deployment", item, by)
    if item.purpose != Item.Purpose.DEPLOY:
        raise WrongState("只有部署落实的议题可以不需部署；别的议题请退回或暂缓。")
    if item.meeting_id:
        raise WrongState("议题已列入会议议程：请先由学校秘书撤下。")
    item.state, item.head_note = verb.target, require_reason(reason, "不需部署", 500)
    item.save(update_fields=["state", "head_note"])
    write(verb, item, by, f"“{shown(item.matter)}”不需部署，直接落实", matter=item.matter_id, reason=item.head_note)
    return item


@transaction.atomic
def reconsider(matter: Matter, *, reason: str, by: Standing) -> Matter:
    """复议: a new matter in the words of the decided one, to go the same way to the same body. While one is on its way
    there is no second."""
    verb, matter = begin("reconsider", matter, by)
    reason = require_reason(reason, "复议", 500)
    over = (Matter.State.DECIDED, Matter.State.CLOSED, Matter.State.WITHDRAWN)
    if standing := matter.reconsidered_by.exclude(state__in=over).first():
        if standing.created_by_id == by.user.pk or by.clerk or standing.state != Matter.State.DRAFT:
            return standing
        raise WrongState(f"{standing.created_by} 已在起草这一事项的复议，不必再提。请与其商量。")
    copied = ("category", "background", "proposal", "amount", "payee", "project", "major", "two_thirds", "flags",
              "candidates", "owner_id")  # fmt: skip
    made = Matter.objects.create(
        school=matter.school, title=_again(matter.title), reconsiders=matter, reconsider_reason=reason,
        proposer_id=by.person_id if by.leader else matter.proposer_id, created_by=by.user,
        **{name: getattr(matter, name) for name in copied},
    )  # fmt: skip
    made.interests.set(matter.interests.all())
    write(verb, matter, by, f"提出复议“{shown(matter)}”", made=made.pk, proposer=made.proposer_id,
          reason=made.reconsider_reason)  # fmt: skip
    return made


def _again(title: str) -> str:
    return title[:200] if title.startswith("复议：") else f"复议：{title}"[:200]
