"""The acts of a system administrator on accounts. Each writes its line in the journal.

An administrator rules over accounts that act only within the organisation; never over the own one.
"""

from datetime import date

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .journal import record
from .models import Notice, Organisation, Role, User
from .oversight import reach_of, reaches_beyond
from .passwords import new_one_time

WORDS = {
    "open_account": "开设账号",
    "edit_account": "修改账号资料",
    "switch_off": "停用账号",
    "switch_on": "启用账号",
    "reset_password": "重置密码",
    "change_password": "修改密码",
    "drop_second_step": "停用双重验证",
    "grant_role": "授予岗位",
    "end_role": "免去岗位",
}
ROLES_IN = {
    Organisation.Kind.SCHOOL: (Role.Name.SCHOOL_SECRETARY, Role.Name.AUDITOR, Role.Name.SYSTEM_ADMIN),
    Organisation.Kind.AUTHORITY: (
        Role.Name.AUTHORITY_ADMIN,
        Role.Name.INSPECTOR,
        Role.Name.INVITED,
        Role.Name.AUDITOR,
        Role.Name.SYSTEM_ADMIN,
    ),
}
APART = frozenset({Role.Name.AUDITOR, Role.Name.SYSTEM_ADMIN})  # who manages accounts is not who reads what was done


class NotDone(Exception):
    """An act that was not done. ``str()`` is the sentence for the person who tried."""


def may_manage(user: User, organisation: Organisation, by: User) -> str:
    """Why ``by`` may not act on the account; empty when nothing stands in the way."""
    reach = reach_of(by, organisation)
    if reach is None:
        return "账号由系统管理员管理。"
    if user == by:
        return "自己的账号由别的系统管理员管理。"
    if reaches_beyond(user, reach):
        return f"这个账号在{reach.name}以外也有职务或岗位，由上级单位的系统管理员管理。"
    return ""


def _require(user: User, organisation: Organisation, by: User) -> User:
    """The account, locked, if ``by`` may act on it."""
    if reason := may_manage(user, organisation, by):
        raise NotDone(reason)
    return User.objects.select_for_update().get(pk=user.pk)


@transaction.atomic
def open_account(*, username: str, name: str, email: str, organisation: Organisation, by: User) -> tuple[User, str]:
    if reach_of(by, organisation) is None:
        raise NotDone("账号由系统管理员管理。")
    return opened(username=username, name=name, email=email, organisation=organisation, by=by)


def opened(*, username: str, name: str, email: str, organisation: Organisation, by: User) -> tuple[User, str]:
    """The account and its one-time password; whether ``by`` may open one has been asked."""
    password = new_one_time()
    user = User.objects.create_user(username, email, password, name=name)
    record("open_account", user, f"为{name}开设账号", organisation=organisation, by=by)
    return user, password


@transaction.atomic
def edit_account(user: User, *, name: str, email: str, organisation: Organisation, by: User) -> None:
    user = _require(user, organisation, by)
    user.name, user.email = name, email
    user.save(update_fields=["name", "email"])
    record("edit_account", user, f"修改{name}的账号资料", organisation=organisation, by=by)


@transaction.atomic
def switch(user: User, *, on: bool, organisation: Organisation, by: User) -> None:
    user = _require(user, organisation, by)
    if user.is_active == on:
        return
    user.is_active = on
    user.save(update_fields=["is_active"])
    verb = "switch_on" if on else "switch_off"
    record(verb, user, f"{WORDS[verb][:2]}{user.name}的账号", organisation=organisation, by=by)


@transaction.atomic
def reset_password(user: User, *, organisation: Organisation, by: User) -> str:
    """A new one-time password. Ends the person's sessions, lifts a lock, and tells the person."""
    user = _require(user, organisation, by)
    password = new_one_time()
    user.set_password(password)
    user.save(update_fields=["password"])
    AccessAttempt.objects.filter(username=user.username).delete()
    line = record("reset_password", user, f"重置{user.name}的密码", organisation=organisation, by=by)
    _tell(user, f"您的密码已由{by.name}重置", organisation, line.pk)
    return password


@transaction.atomic
def drop_second_step(user: User, *, organisation: Organisation, by: User) -> None:
    user = _require(user, organisation, by)
    Authenticator.objects.filter(user=user).delete()
    line = record("drop_second_step", user, f"停用{user.name}的双重验证", organisation=organisation, by=by)
    _tell(user, f"您的双重验证已由{by.name}停用", organisation, line.pk)


@transaction.atomic
def grant(user: User, *, role: str, since: date, until: date | None, organisation: Organisation, by: User) -> Role:
    user = _require(user, organisation, by)
    if organisation.ended_on or role not in ROLES_IN[Organisation.Kind(organisation.kind)]:
        raise NotDone(f"{organisation.name}没有这个岗位可授。")
    held = Role.objects.filter(user=user).filter(Q(until__isnull=True) | Q(until__gt=since))
    if until:
        held = held.filter(since__lt=until)
    if held.filter(role=role, organisation=organisation).exists():
        raise NotDone(f"{user.name}在这段时间已是{organisation.name}的{Role.Name(role).label}。")
    if role in APART and held.filter(role__in=APART - {role}).exists():
        raise NotDone("审计员与系统管理员不能由一人兼任。")
    granted = Role.objects.create(user=user, organisation=organisation, role=role, since=since, until=until)
    summary = f"授予{user.name}{granted.get_role_display()}岗位，自 {since} 起"
    record("grant_role", user, summary, organisation=organisation, by=by)
    return granted


@transaction.atomic
def end_role(role: Role, *, organisation: Organisation, by: User) -> None:
    """From today the role is no longer held; one that began today or later never was."""
    user = _require(role.user, organisation, by)
    today = timezone.localdate()
    if role.until and role.until <= today:
        return
    for deputy in role.deputies.filter(until__gt=today):  # who stands in for somebody stands in no longer
        if deputy.since >= today:
            deputy.delete()
        else:
            Role.objects.filter(pk=deputy.pk).update(until=today)
    if role.since >= today:
        role.delete()
    else:
        role.until = today
        role.save(update_fields=["until"])
    record("end_role", user, f"免去{user.name}{role.get_role_display()}岗位", organisation=role.organisation, by=by)


def _tell(user: User, title: str, organisation: Organisation, line: int) -> None:
    Notice.objects.create(
        recipient=user,
        organisation=organisation,
        key=f"account/{line}",
        kind="account",
        title=title,
        body="如果您没有要求这样做，请联系系统管理员。",
    )
