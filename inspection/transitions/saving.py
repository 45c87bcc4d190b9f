"""Verbs of saved filters: kept, shared with colleagues, removed. Each is its owner's."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from governance.access import Standing

from ..models import SavedFilter
from .acting import NotAllowed, Stopped, allowed, lock, write
from .table import VERBS


@transaction.atomic
def save_filter(*, page: str, query: str, name: str, shared: bool = False, by: Standing) -> SavedFilter:
    """Saved twice, it is there once."""
    verb = allowed("save_filter", by)
    mine = SavedFilter.objects.filter(user=by.user, organisation=by.organisation, page=page, name=name, removed_at=None)
    if there := mine.first():
        return _the_same(there, query)
    try:
        with transaction.atomic():
            saved = SavedFilter.objects.create(
                user=by.user, organisation=by.organisation, page=page, query=query, name=name, shared=shared
            )
    except IntegrityError:  # somebody signed in twice, and was faster there
        return _the_same(mine.get(), query)
    write(verb, saved, by, f"存下筛选：{name}")
    return saved


def _the_same(there: SavedFilter, query: str) -> SavedFilter:
    if there.query != query:
        raise Stopped(f"这个列表已有名为“{there.name}”的筛选。请换一个名称，或先删去原来的。")
    return there


@transaction.atomic
def share_filter(saved: SavedFilter, *, shared: bool, by: Standing) -> SavedFilter:
    verb, saved = VERBS["share_filter"], _mine("share_filter", saved, by)
    if saved.shared == shared:
        return saved
    saved.shared = shared
    saved.save(update_fields=["shared"])
    write(verb, saved, by, f"{'共享' if shared else '不再共享'}筛选：{saved.name}")
    return saved


@transaction.atomic
def remove_filter(saved: SavedFilter, *, by: Standing) -> SavedFilter:
    verb, saved = VERBS["remove_filter"], _mine("remove_filter", saved, by)
    if saved.removed_at:
        return saved
    saved.removed_at = timezone.now()
    saved.save(update_fields=["removed_at"])
    write(verb, saved, by, f"删去筛选：{saved.name}")
    return saved


def _mine(name: str, saved: SavedFilter, by: Standing) -> SavedFilter:
    verb, saved = VERBS[name], lock(saved)
    if saved.organisation_id != by.organisation.pk or not verb.who(by, saved):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    return saved
