"""The account that the rows give."""

from collections.abc import Iterable
from typing import Any

from governance.compiled import Given, Statement

from ..models import Attendance, Item, Meeting, Minutes, NamedBallot, Opinion, Recusal, Signature, Vote
from ..transitions import shown

Account = dict[str, str]

OF_MEETING = (
    "state", "body", "number", "title", "starts_at", "ends_at", "place", "mode", "emergency", "convener", "chair",
    "recorder", "delegation_giver", "delegation_receiver", "delegation_at", "delegation_reason",
)  # fmt: skip
OF_ATTENDANCE = ("role", "status", "from_item", "to_item", "away", "leave_reason")
OF_ITEM = ("no", "matter", "purpose", "state", "outcome", "outcome_reason", "decision_text", "lead")
OF_OPINION = ("stance", "order", "text")
OF_VOTE = (
    "item", "candidate", "round", "method", "agree", "disagree", "abstain", "defer", "in_office", "present", "computed",
    "outcome", "outcome_reason", "digest", "abandoned_reason",
)  # fmt: skip


def said(value: Any) -> str:
    """A stored value as an account has it."""
    return shown(sorted(value) if isinstance(value, list | set) else value)


def column(row: Any, name: str) -> str:
    field = row._meta.get_field(name)
    return said(getattr(row, getattr(field, "attname", name)))


def _rows(prefix: str, row: Any, names: Iterable[str]) -> Account:
    return {f"{prefix}/{name}": column(row, name) for name in names}


def _of(model: Any, link: str, **more: Any) -> Statement:
    return Statement(lambda: model.objects.filter(**{link: Given("meeting")}, **more))


# Compiled once: the account is asked for again after every act when a hundred meetings are tried.
_MEETING = _of(Meeting, "pk")
_SEATS = _of(Attendance, "meeting")
_ITEMS = _of(Item, "meeting")
_RESPONSIBLE = _of(Item.responsible.through, "item__meeting")
_OPINIONS = _of(Opinion, "item__meeting")
_RECUSALS = _of(Recusal, "item__meeting")
_VOTES = _of(Vote, "item__meeting")
_NAMED = _of(NamedBallot, "vote__item__meeting")
_SIGNATURES = _of(Signature, "meeting", voided_at=None, role__in=[Signature.Role.CHAIR, Signature.Role.RECORDER])
_MINUTES = _of(Minutes, "meeting")


def account_of_rows(pk: int) -> Account:
    """What stands in the tables. What is empty is left out: a row of nothing but blanks says nothing."""
    (meeting,) = _MEETING(meeting=pk)
    account = _rows("meeting", meeting, OF_MEETING)
    for seat in _SEATS(meeting=pk):
        account |= _rows(f"attendance/{seat.person_id}", seat, OF_ATTENDANCE)
    responsible: dict[int, list[int]] = {}
    for charged in _RESPONSIBLE(meeting=pk):
        responsible.setdefault(charged.item_id, []).append(charged.person_id)
    for item in _ITEMS(meeting=pk):
        account |= _rows(f"item/{item.pk}", item, OF_ITEM)
        account[f"item/{item.pk}/due"] = said(item.due_decided or item.due)
        account[f"item/{item.pk}/responsible"] = said(responsible.get(item.pk, []))
        account[f"item/{item.pk}/settled"] = said(item.settled_at is not None)
    for opinion in _OPINIONS(meeting=pk):
        kind = "written" if opinion.written else "opinion"
        account |= _rows(f"{kind}/{opinion.item_id}/{opinion.person_id}", opinion, OF_OPINION)
    for recusal in _RECUSALS(meeting=pk):
        account |= {f"recusal/{recusal.item_id}/{recusal.person_id}/on": "1"}
        account[f"recusal/{recusal.item_id}/{recusal.person_id}/reason"] = recusal.reason
    for vote in _VOTES(meeting=pk):
        account |= _rows(f"vote/{vote.pk}", vote, OF_VOTE)
        account[f"vote/{vote.pk}/register"] = said([each["id"] for each in vote.register])
        account[f"vote/{vote.pk}/abandoned"] = said(vote.abandoned_at is not None)
    for named in _NAMED(meeting=pk):
        account[f"vote/{named.vote_id}/named/{named.person_id}"] = named.choice
    for signature in _SIGNATURES(meeting=pk):
        account |= _rows(f"signature/{signature.role}", signature, ("person", "digest"))
    for minutes in _MINUTES(meeting=pk):
        account["minutes/number"] = minutes.number
    return {path: text for path, text in account.items() if text}
