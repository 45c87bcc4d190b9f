"""Verbs on the tree: schools and authorities added, mended, hung elsewhere; an authority that is ended, and its first
administrator. The only code that does. Who administers an authority does so for all that lies below it.

A school or an authority hangs where it hangs from the very day on which that is said, never from a day to come. Of a school
that went, the authorities it left see nothing any more, not even what they once inspected; so they finish first.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef
from django.utils import timezone

from accounts import journal
from accounts.administration import opened
from accounts.deputising import kept
from accounts.models import Notice, Organisation, Role, User
from governance.access import Standing, authorities_from, schools_below
from governance.procedures import Refused

from ..models import Inspection, Rectification
from .acting import NotAllowed, allowed

Kind = Organisation.Kind
LABELS = {"name": "名称", "stage": "学段", "ownership": "办学性质", "party_organization": "党组织设置"}


def _locked(pk: int, kind: str, by: Standing) -> Organisation:
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("parent")
    return rows.get(pk=pk, kind=kind, path__startswith=by.organisation.path)


def _above(by: Standing, parent: Organisation) -> None:
    """Held until what comes below it is there: nobody ends it meanwhile."""
    if not authorities_from(by.organisation).filter(pk=parent.pk).select_for_update(no_key=True).exists():
        raise Refused("parent", f"{parent.name}不是本单位或下级主管部门，或者已经停用。请重新选择。")


def _added(verb: str, what: str, made: Organisation, by: Standing) -> Organisation:
    """A second click finds what the first one added."""
    _above(by, made.parent)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        taken = Organisation.objects.filter(code=made.code).first()
        if taken and all(
            getattr(taken, name) == getattr(made, name) for name in ("kind", "name", "parent_id", "ended_on")
        ):
            return taken
        raise Refused("code", f"代码“{made.code}”已是{taken.name if taken else '别的单位'}。请换一个代码。") from None
    journal.record(
        verb, made, f"{what}：{made.name}（{made.code}），属{made.parent.name}", organisation=made, by=by.user
    )
    return made


# schools


@transaction.atomic
def add_school(code: str, *, parent: Organisation, by: Standing, **given: Any) -> Organisation:
    """``given``: name, stage, ownership, party_organization."""
    allowed("add_school", by)
    return _added("add_school", "登记学校", Organisation(kind=Kind.SCHOOL, code=code, parent=parent, **given), by)


@transaction.atomic
def edit_school(
    school: Organisation, *, by: Standing, parent: Organisation | None = None, **given: Any
) -> Organisation:
    """What is given anew; given the same, nothing is done."""
    allowed("edit_school", by)
    school = _locked(school.pk, Kind.SCHOOL, by)
    changed = {name: value for name, value in given.items() if getattr(school, name) != value}
    if changed:
        before = {name: _said(school, name) for name in changed}
        for name, value in changed.items():
            setattr(school, name, value)
        told = "，".join(f"{LABELS[name]}：{before[name]} → {_said(school, name)}" for name in changed)
        school.save(update_fields=list(changed))
        journal.record("edit_school", school, f"修改学校信息：{told}", organisation=school, by=by.user)
    if parent and parent.pk != school.parent_id:
        _above(by, parent)
        if unfinished := why_it_stays(school, parent):
            raise Refused("parent", unfinished)
        was, school.parent = school.parent, parent
        school.save(update_fields=["parent"])
        said = f"变更学校上级：{was.name if was else '没有'} → {parent.name}"
        journal.record("move_school", school, said, organisation=school, by=by.user)
    return school


def _said(school: Organisation, name: str) -> str:
    shown = getattr(school, f"get_{name}_display", None)
    return str(shown() if shown else getattr(school, name)) or "未填"


def why_it_stays(school: Organisation, parent: Organisation) -> str:
    """What an authority that a school would leave has not finished with it."""
    left = set(school.line) - set(parent.line) - {school.pk}
    running = Inspection.objects.filter(authority__in=left, schools=school, state=Inspection.State.RUNNING)
    if found := running.select_related("authority").first():
        return f"{school.name}正在{found.authority.name}的检查“{found.title}”中，不能变更上级。请等检查结束，再变更。"
    open_ = Rectification.objects.filter(authority__in=left, school=school, state=Rectification.State.ISSUED)
    if notice := open_.select_related("authority").first():
        return (
            f"{notice.authority.name}给{school.name}的{notice.number}还没有整改完，不能变更上级。请等全部销号，再变更。"
        )
    return ""


# authorities


@transaction.atomic
def add_authority(code: str, *, name: str, parent: Organisation, by: Standing) -> Organisation:
    allowed("add_authority", by)
    made = Organisation(kind=Kind.AUTHORITY, code=code, name=name, parent=parent)
    return _added("add_authority", "登记下级主管部门", made, by)


def _lower(name: str, authority: Organisation, by: Standing) -> Organisation:
    """The authority, locked; it is ruled from above, and not by itself."""
    verb = allowed(name, by)
    locked = _locked(authority.pk, Kind.AUTHORITY, by)
    if locked.pk == by.organisation.pk:
        raise NotAllowed(f"“{verb.label}”由上级{verb.whom}办理。")
    return locked


def _still(authority: Organisation) -> None:
    if authority.ended_on:
        raise Refused(None, f"{authority.name}已经停用，不能再改。请登记一个新的主管部门。")


@transaction.atomic
def rename_authority(authority: Organisation, *, name: str, by: Standing) -> Organisation:
    authority = _lower("rename_authority", authority, by)
    _still(authority)
    if name != authority.name:
        said = f"主管部门改名：{authority.name} → {name}"
        authority.name = name
        authority.save(update_fields=["name"])
        journal.record("rename_authority", authority, said, organisation=authority, by=by.user)
    return authority


@transaction.atomic
def end_authority(authority: Organisation, *, by: Standing) -> Organisation:
    """From today there is none, and nobody works for it; what it did stays to be read from above. Ended twice is ended
    once."""
    authority = _lower("end_authority", authority, by)
    if authority.ended_on:
        return authority
    schools = schools_below(authority).count()
    lower = authorities_from(authority).exclude(pk=authority.pk).count()
    if schools or lower:
        left = "、".join(f"{count} {what}" for count, what in ((schools, "所学校"), (lower, "个下级主管部门")) if count)
        raise Refused(None, f"{authority.name}还有 {left}，不能停用。请先把学校改到别的上级，并停用更下级的主管部门。")
    today = timezone.localdate()
    authority.ended_on = today
    authority.save(update_fields=["ended_on"])
    said = f"停用主管部门：{authority.name}"
    line = journal.record("end_authority", authority, said, organisation=authority, by=by.user)
    _let_go(authority, line.pk)
    return authority


def _let_go(authority: Organisation, line: int) -> None:
    """A role that began today or later never was: first those of deputies, which hang on the others."""
    today = timezone.localdate()
    held = Role.objects.filter(kept(today), organisation=authority)
    for user in User.objects.filter(pk__in=held.values("user")):
        Notice.objects.create(
            recipient=user, organisation=authority, key=f"authority/{line}", kind="account",
            title=f"{authority.name}已停用", body="您在其中的岗位从今天起结束。如有疑问，请联系上级主管部门。",
        )  # fmt: skip
    for deputies in (True, False):
        held.filter(since__gte=today, deputises__isnull=not deputies).delete()
    held.update(until=today)


@transaction.atomic
def appoint_administrator(
    authority: Organisation, *, username: str, name: str, email: str, by: Standing
) -> tuple[User, str]:
    """The first administrator, with a new account and its one-time password. All further ones are the system
    administrator's to appoint, as everywhere."""
    authority = _lower("appoint_administrator", authority, by)
    _still(authority)
    there = administrators(authority).first()
    if there:
        raise Refused(
            None, f"{authority.name}已有管理员{there.user.name}。要增加或更换，请由系统管理员在“账号”中办理。"
        )
    user, password = opened(username=username, name=name, email=email, organisation=authority, by=by.user)
    Role.objects.create(user=user, organisation=authority, role=Role.Name.AUTHORITY_ADMIN)
    said = f"指定{name}为{authority.name}管理员"
    journal.record("appoint_administrator", user, said, organisation=authority, by=by.user)
    return user, password


def administrators(authority: Organisation | OuterRef):
    """Who administers it in person, now or from a day to come on."""
    roles = Role.objects.filter(kept(timezone.localdate()), role=Role.Name.AUTHORITY_ADMIN, deputises=None)
    return roles.filter(organisation=authority, user__is_active=True).select_related("user")
