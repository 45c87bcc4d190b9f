"""Who may read the journal of an organisation and who may manage its accounts: roles there or above, nothing else."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from .models import Entry, Organisation, Role, User

AUDIT = (Role.Name.AUDITOR, Role.Name.SYSTEM_ADMIN)
ADMINISTER = (Role.Name.SYSTEM_ADMIN,)


def overseen(user: User, code: str, roles: tuple[str, ...]) -> Organisation:
    """The organisation, if the user has one of the roles in its line today; else 404."""
    held = (
        Role.objects.on(timezone.localdate())
        .filter(user=user, role__in=roles)
        .annotate(line=ExpressionWrapper(OuterRef("path"), CharField()))
        .filter(line__startswith=F("organisation__path"))
    )
    organisation = Organisation.objects.filter(Exists(held), code=code).first()
    if organisation is None:
        raise Http404("没有这个单位，或您没有查看它的权限。")
    return organisation


def entries_of(organisation: Organisation) -> QuerySet[Entry]:
    if organisation.kind == Organisation.Kind.SCHOOL:  # nothing hangs on a school: the index by organisation serves
        return Entry.objects.filter(organisation=organisation)
    return Entry.objects.filter(organisation__path__startswith=organisation.path)


def accounts_of(organisation: Organisation) -> QuerySet[User]:
    """Accounts with a role or a person there or below, or opened there."""
    path = organisation.path
    opened = entries_of(organisation).filter(subject_kind="user", verb="open_account")
    return (
        User.objects.filter(pk__in=Role.objects.filter(organisation__path__startswith=path).values("user"))
        | User.objects.filter(pk__in=User.objects.filter(people__school__path__startswith=path).values("pk"))
        | User.objects.filter(pk__in=opened.values("subject_id"))
    )


def reach_of(admin: User, organisation: Organisation) -> Organisation | None:
    """The widest organisation, from this one upwards, in which the user is system administrator today."""
    held = Role.objects.on(timezone.localdate()).filter(user=admin, role__in=ADMINISTER)
    return Organisation.objects.filter(pk__in=organisation.line, roles__in=held).order_by("path").first()


def reaches_beyond(user: User, organisation: Organisation) -> bool:
    """Whether the account also acts, or will act, outside: whoever resets its password gets that too."""
    kept = Role.objects.filter(user=user).filter(Q(until__isnull=True) | Q(until__gt=timezone.localdate()))
    outside = Organisation.objects.exclude(path__startswith=organisation.path)
    return user.is_superuser or outside.filter(Q(roles__in=kept) | Q(people__user=user)).exists()
