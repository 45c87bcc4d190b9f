"""Fetching is authorising: who sees an inspection, and which records it looks at.

An inspector of the authority sees every inspection there, at any time. A member without such a role sees it while one of
its grants is good, by the clock of the database, and not a moment longer.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Organisation, Role, User
from governance.access import Standing, good_grants
from governance.calendar import first_moment
from meetings.access import within
from meetings.carriers import with_result
from meetings.models import Item, KeptFinding, Matter

from . import registers
from .matching import LONGEST
from .models import Inspection
from .models.inspection import KEY

FINAL = (Item.Purpose.DECIDE, Item.Purpose.HANDLE)
NO_INSPECTION = "没有这次检查，或您没有查看它的权限。"


def inspections_of(user: User) -> QuerySet[Inspection]:
    """What somebody may open: those of the authorities they inspect for, and those they are named in while these last."""
    roles = Role.objects.on(timezone.localdate()).filter(user=user, role=Role.Name.INSPECTOR)
    opened = Q(pk__in=[int(key.removeprefix(KEY)) for key in _good_keys(user)], state=Inspection.State.RUNNING)
    for path in roles.values_list("organisation__path", flat=True):
        opened |= Q(authority__path__startswith=path)
    return Inspection.objects.filter(opened)


def _good_keys(user: User) -> set[str]:
    return set(good_grants(user).filter(key__startswith=KEY).values_list("key", flat=True))


def inspection_for(user: User, pk: int) -> tuple[Inspection, Standing]:
    """The inspection and the user's standing in its authority, or 404."""
    inspection = get_object_or_404(Inspection.objects.select_related("authority"), pk=pk)
    authority, day = inspection.authority, timezone.localdate()
    roles = Role.objects.on(day).filter(user=user, organisation__in=authority.line).values_list("role", flat=True)
    standing = Standing(user, authority, day, roles=frozenset(roles))
    lasts = inspection.state == Inspection.State.RUNNING
    if not standing.supervises and not (lasts and good_grants(user).filter(key=inspection.key).exists()):
        raise Http404(NO_INSPECTION)
    return inspection, standing


Schools = Iterable[Organisation] | None


def scope_of(inspection: Inspection, schools: Schools = None) -> Q:
    """Of items: those it looks at, in some of its schools. People narrow their own school, and no other."""
    since, until, classes = inspection.records_since, inspection.records_until, inspection.classes
    scope = Q(meeting__school__in=inspection.schools_here if schools is None else schools)
    scope &= ~Q(matter__state=Matter.State.DRAFT) & within(since, until, classes, ())
    if people := inspection.named:
        named, narrowed = [person for person, _ in people], {school for _, school in people}
        scope &= ~Q(matter__school__in=narrowed) | within(since, until, classes, named)
    return scope


def items_in_scope(inspection: Inspection, schools: Schools = None) -> QuerySet[Item]:
    return Item.objects.filter(scope_of(inspection, schools))


def decisions_in_scope(inspection: Inspection, school: Organisation) -> QuerySet[Item]:
    """What was finally decided and carried, within the scope: nobody is shown a decision beyond it."""
    items = with_result(items_in_scope(inspection, [school]).filter(purpose__in=FINAL, state=Item.State.SETTLED))
    return items.filter(result__in=Item.CARRIED).select_related("matter", "meeting").order_by("pk")


def decisions_beyond(inspection: Inspection, school: Organisation, paid: Collection[date]) -> QuerySet[Item]:
    """Other decisions of the school that payments of these days may rest on: known to be there, shown to nobody by this."""
    items = with_result(Item.objects.filter(matter__school=school, purpose__in=FINAL, state=Item.State.SETTLED))
    since, until = min(paid) - timedelta(days=LONGEST), max(paid) + timedelta(days=1)
    near = items.filter(meeting__starts_at__gte=first_moment(since), meeting__starts_at__lt=first_moment(until))
    others = near.filter(result__in=Item.CARRIED).exclude(pk__in=decisions_in_scope(inspection, school).values("pk"))
    return others.select_related("matter", "meeting").order_by("pk")


def item_in_scope(inspection: Inspection, pk: int) -> Item:
    items = items_in_scope(inspection).select_related("matter__school", "meeting")
    return get_object_or_404(items, pk=pk)


def wholly_in_scope(inspection: Inspection, schools: Schools = None, *, meeting: str) -> Q:
    """Of what names a meeting: it has nothing but items in scope."""
    items, scope = Item.objects.filter(meeting=OuterRef(meeting)), scope_of(inspection, schools)
    return Q(Exists(items.filter(scope))) & ~Q(Exists(items.exclude(scope)))


def findings_in_scope(inspection: Inspection, schools: Schools = None) -> QuerySet[KeptFinding]:
    """What the rules now say is not met: of items in scope, of their matters, of meetings wholly in scope, and of the
    schools themselves as they are now, unless only some classes or people of them are looked at. Each with ``happened``
    and ``excused``."""
    items = items_in_scope(inspection, schools)
    of_item = Q(item__in=items.values("pk"))
    of_matter = Q(item=None, matter__in=items.values("matter"))
    of_meeting = Q(item=None, matter=None) & wholly_in_scope(inspection, schools, meeting="meeting")
    narrowed = {school for _, school in inspection.named}
    of_school = Q() if inspection.classes else registers.of_schools_now() & ~Q(school__in=narrowed)
    of = (
        inspection.schools_here
        if schools is None
        else Organisation.objects.filter(pk__in=[each.pk for each in schools])
    )
    return registers.findings(of).filter(of_item | of_matter | of_meeting | of_school)
