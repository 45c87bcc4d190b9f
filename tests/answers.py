"""Every answer of some judgements: what is not met from its rows, what is met unfolded."""

from itertools import chain

from meetings.folding import unfold
from meetings.models import Item, Judgement, KeptFinding, MetAnswer


def answers(judgements=None, **which) -> list[KeptFinding | MetAnswer]:
    """Of the current judgements, or of these. ``which`` narrows them: rule, item, outcome …"""
    found = list((Judgement.objects.filter(current=True) if judgements is None else judgements).order_by("pk"))
    rows = KeptFinding.objects.filter(judgement__in=found).select_related("judgement__run", "item").order_by("pk")
    by_pk = {judgement.pk: judgement for judgement in found}
    met = list(chain.from_iterable(map(unfold, found)))
    items = Item.objects.in_bulk([one.item_id for one in met if one.item_id])
    for one in met:
        one.judgement, one.of = by_pk[one.judgement_id], items.get(one.item_id)
    said = [*rows, *met]
    return [one for one in said if all(getattr(one, name) == value for name, value in which.items())]


def answer(judgements=None, **which) -> KeptFinding | MetAnswer:
    (one,) = answers(judgements, **which)
    return one


def as_row(one: KeptFinding | MetAnswer) -> KeptFinding:
    """As what is judged again: with the matter of its item."""
    if isinstance(one, KeptFinding):
        return one
    return KeptFinding(
        judgement=one.judgement, meeting_id=one.meeting_id, item=one.of, rule=one.rule, body=one.body,
        matter_id=one.of.matter_id if one.of else one.matter_id, outcome=one.outcome, mode=one.mode, message=one.message,
    )  # fmt: skip
