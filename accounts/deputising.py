"""代理: whoever inspects for an authority or administers it, and is away, is stood in for by a colleague.

The colleague holds the same role in the same place, from a day until a day; it ends by itself. A deputy hands nothing on.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .administration import NotDone
from .journal import record
from .models import Notice, Organisation, Role, User
from .oversight import reach_of

WORDS = {"deputise": "登记代理", "end_deputy": "结束代理"}
DEPUTISED = (Role.Name.INSPECTOR, Role.Name.AUTHORITY_ADMIN)
LONGEST = timedelta(days=366)


def kept(day: date) -> Q:
    return Q(until=None) | Q(until__gt=day)


def roles_of(organisation: Organisation, by: User):
    """The roles for which this person may name a deputy: their own, or as system administrator everybody's."""
    roles = Role.objects.filter(
        kept(timezone.localdate()), organisation=organisation, role__in=DEPUTISED, deputises=None
    )
    if reach_of(by, organisation) is None:
        roles = roles.filter(user=by)
    return roles.select_related("user").order_by("role", "user__name", "pk")


def colleagues(organisation: Organisation):
    """Who works for the authority itself today."""
    held = Role.objects.on(timezone.localdate()).filter(organisation=organisation, deputises=None)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


@transaction.atomic
def deputise(role: Role, deputy: User, *, since: date, last: date, by: User) -> Role:
    """``last``: the last day on which the deputy acts."""
    role = Role.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=role.pk)
    place, name, until = role.organisation, role.get_role_display(), last + timedelta(days=1)
    if role.deputises_id:
        raise NotDone(f"{role.user.name}的{name}岗位是代理的，不能再转给别人。请由本人或系统管理员另行指定。")
    if role.role not in DEPUTISED or not _may(role, by):
        raise NotDone(f"{name}岗位的代理由{role.user.name}本人或{place.name}的系统管理员登记。")
    if deputy == by != role.user:  # as with roles: nobody gives themselves any
        raise NotDone("不能由自己登记自己代理。请由岗位本人或另一位系统管理员登记。")
    if since < timezone.localdate() or until <= since:
        raise NotDone("代理从今天或以后开始，结束不能早于开始。请核对日期。")
    if until - since > LONGEST:
        raise NotDone("代理一次最多一年。请改短时间，到期再登记。")
    if role.until and until > role.until:
        raise NotDone(
            f"{role.user.name}的{name}岗位到 {role.until - timedelta(days=1)} 为止，代理不能更长。请改短时间。"
        )
    if deputy == role.user or not colleagues(place).filter(pk=deputy.pk).exists():
        raise NotDone(f"{deputy.name}不是{place.name}的同事，不能代理。请在本单位有岗位的人中选择。")
    overlapping = Role.objects.filter(kept(since), since__lt=until)
    if overlapping.filter(user=deputy, organisation=place, role=role.role).exists():
        raise NotDone(f"{deputy.name}在这段时间已有{place.name}的{name}岗位，不用再代理。请换一位同事。")
    if taken := overlapping.filter(deputises=role).select_related("user").first():
        raise NotDone(f"这段时间已由{taken.user.name}代理。请先结束它，或改日期。")
    made = Role.objects.create(
        user=deputy, organisation=place, role=role.role, since=since, until=until, deputises=role
    )
    said = f"{deputy.name}代理{role.user.name}的{name}岗位，{since} 至 {last}"
    line = record("deputise", deputy, said, organisation=place, by=by)
    for each in {deputy, role.user} - {by}:
        Notice.objects.create(
            recipient=each, organisation=place, key=f"account/{line.pk}", kind="account", title=said,
            body="到期自动结束；代理期间做的事记在代理人名下。",
        )  # fmt: skip
    return made


@transaction.atomic
def end_deputy(deputy: Role, *, by: User) -> None:
    """From today on; one that has not begun never was. Ended twice is ended once."""
    deputy = Role.objects.select_for_update(of=("self",)).select_related("user", "organisation", "deputises__user").get(
        pk=deputy.pk, deputises__isnull=False
    )  # fmt: skip
    holder = deputy.deputises
    assert holder is not None
    if not _may(holder, by):
        raise NotDone(f"代理由{holder.user.name}本人或{deputy.organisation.name}的系统管理员结束。")
    if cut_short(deputy):
        said = f"结束{deputy.user.name}代理{holder.user.name}的{deputy.get_role_display()}岗位"
        record("end_deputy", deputy.user, said, organisation=deputy.organisation, by=by)


def cut_short(deputy: Role) -> bool:
    """End a deputy's role today; whether there was anything to end."""
    today = timezone.localdate()
    if deputy.until and deputy.until <= today:
        return False
    if deputy.since >= today:
        deputy.delete()
    else:
        deputy.until = today
        deputy.save(update_fields=["until"])
    return True


def _may(role: Role, by: User) -> bool:
    return role.user_id == by.pk or reach_of(by, role.organisation) is not None
